//! Boxes to tick put among the words, as the signs that fonts have for them.

use crate::picture::TickBox;
use crate::text::{Line, Word};

/// The sign of a ticked box.
const TICKED: &str = "☑";
/// The sign of an empty one.
const EMPTY: &str = "☐";
/// How sure a box found on pixels is.
const SURE: f32 = 0.9;
/// Letters that a recogniser makes of a mark in a box.
const MARK_LETTERS: &str =
    "XxVvYyKk✓✔✗✘×*+/\\|Il1[](){}«»<>-_.,'\"°²³=~—–•■□☐☑☒oO0CcQDUuLJjEeBb8ZzRrMmWwNnSs&@#%§€£$¢©®?!:;`^¨ﬁ";

/// Puts the boxes among the words of recognised lines, each as a line of its own to be set with its row; what the
/// recogniser made of a box goes.
pub(super) fn with_marks(mut lines: Vec<Line>, boxes: &[TickBox]) -> Vec<Line> {
    for tick in boxes {
        if lines.iter().flat_map(|line| &line.words).any(|word| is_text_inside(word, tick)) {
            continue;
        }
        for line in &mut lines {
            line.words.retain_mut(|word| keep(word, tick));
        }
        let text = if tick.ticked { TICKED } else { EMPTY };
        let word = Word { text: text.to_owned(), rect: tick.rect, confidence: SURE };
        lines.extend(Line::new(vec![word]));
    }
    lines.retain(|line| !line.words.is_empty());
    lines
}

/// Tells whether a box frames text: a digit of a form, an initial, a whole word.
fn is_text_inside(word: &Word, tick: &TickBox) -> bool {
    let shared = word.rect.overlap(&tick.rect) / word.rect.area().max(1e-9);
    shared > 0.6 && !word.text.chars().all(|c| MARK_LETTERS.contains(c)) && word.text.chars().count() <= 3
}

/// Drops a word that is only the box, and takes the box off a word that it ran into.
fn keep(word: &mut Word, tick: &TickBox) -> bool {
    let shared = word.rect.overlap(&tick.rect);
    if shared <= 0.0 {
        return true;
    }
    if shared > 0.45 * word.rect.area() && word.text.chars().count() <= 3 {
        return false;
    }
    let covers_start = tick.rect.x1 > word.rect.x0 && tick.rect.mid_x() < word.rect.mid_x();
    let first = word.text.chars().next().filter(|c| MARK_LETTERS.contains(*c));
    // The box stands on the first letter: it was read as one.
    let on_first = tick.rect.x1 - word.rect.x0 > 0.4 * tick.rect.width();
    if let Some(first) = first.filter(|_| covers_start && on_first) {
        word.text.drain(..first.len_utf8());
        word.rect.x0 = tick.rect.x1.min(word.rect.x1);
        return !word.text.is_empty();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Rect;

    fn line(words: &[(&str, f32, f32)]) -> Line {
        let words = words.iter().map(|(text, x0, x1)| Word {
            text: (*text).to_owned(),
            rect: Rect::new(*x0, 0.10, *x1, 0.12),
            confidence: 0.8,
        });
        Line::new(words.collect()).unwrap()
    }

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn what_was_read_of_a_box_gives_way_to_its_sign() {
        let tick = |x0: f32, ticked: bool| TickBox { rect: Rect::new(x0, 0.10, x0 + 0.02, 0.12), ticked };
        let lines = vec![line(&[("[]", 0.10, 0.12), ("Vol", 0.13, 0.18), ("OIncendie", 0.30, 0.42)])];
        let marked = with_marks(lines, &[tick(0.10, false), tick(0.30, true)]);
        assert_eq!(texts(&marked), ["Vol Incendie", "☐", "☑"]);
    }

    #[test]
    fn framed_digits_stay() {
        let tick = TickBox { rect: Rect::new(0.10, 0.09, 0.13, 0.13), ticked: true };
        assert_eq!(texts(&with_marks(vec![line(&[("7", 0.11, 0.12)])], &[tick])), ["7"]);
    }
}
