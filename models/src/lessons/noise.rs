//! Harms a clean page the way recognition does: letters taken for others, words lost, cut and joined, boxes that shake, pages
//! that are shifted, larger, smaller, tilted or cut off.
//!
//! Shares were taken from generated scans and photos as the reader returned them: 2 to 12 % of the words wrong by a letter, 1
//! to 10 % lost, 1 to 3 % cut or joined. A page gets one strength for all of it, because bad pages are bad in every way.

use super::{Lesson, LessonWord};
use rand::Rng;

/// Letters that recognition takes for one another.
const CONFUSED: &[(&str, &str)] = &[
    ("l", "I"),
    ("I", "l"),
    ("1", "l"),
    ("l", "1"),
    ("0", "O"),
    ("O", "0"),
    ("5", "S"),
    ("S", "5"),
    ("8", "B"),
    ("B", "8"),
    ("rn", "m"),
    ("m", "rn"),
    ("é", "e"),
    ("è", "e"),
    ("e", "é"),
    ("à", "a"),
    ("ç", "c"),
    ("ê", "e"),
    ("°", "*"),
    ("°", "\""),
    ("c", "e"),
    ("e", "c"),
    ("u", "n"),
    ("n", "u"),
    ("h", "b"),
    ("t", "f"),
    ("f", "t"),
    ("i", "j"),
    (".", ","),
    (",", "."),
    ("'", "’"),
    ("-", "—"),
    (":", ""),
    ("6", "8"),
    ("3", "8"),
    ("7", "1"),
    ("Z", "2"),
    ("É", "E"),
    ("G", "6"),
    ("/", "7"),
];

/// How strongly a page is harmed, drawn once for all of it.
#[derive(Clone, Copy, Debug)]
struct Strength {
    wrong: f64,
    lost: f64,
    cut: f64,
    joined: f64,
    shake: f32,
}

/// Gives a harmed copy of a lesson. With `light`, boxes and a few words only: for pages that recognition harmed already.
pub fn harmed(lesson: &Lesson, light: bool, rng: &mut impl Rng) -> Lesson {
    let level: f64 = if light { 0.15 } else { rng.random::<f64>().powi(2) };
    let strength = Strength {
        wrong: 0.01 + 0.25 * level,
        lost: 0.005 + 0.12 * level,
        cut: 0.004 + 0.03 * level,
        joined: if light { 0.0 } else { 0.004 + 0.03 * level },
        shake: 0.0004 + 0.0012 * level as f32,
    };
    let mut words = Vec::new();
    let frame = Frame::draw(light, rng);
    for word in &lesson.words {
        if rng.random_bool(strength.lost) {
            continue;
        }
        let Some(word) = frame.placed(word, strength.shake, rng) else { continue };
        match () {
            () if rng.random_bool(strength.cut) && word.text.chars().count() > 5 => words.extend(cut(&word, rng)),
            () if rng.random_bool(strength.joined) => join(&mut words, word),
            () => words.push(word),
        }
    }
    for word in &mut words {
        if rng.random_bool(strength.wrong) {
            confuse(&mut word.text, rng);
        }
        let sure = if light { word.confidence } else { 1.0 - (level as f32) * rng.random::<f32>() };
        word.confidence = sure.clamp(0.0, 1.0);
    }
    words.retain(|word| !word.text.is_empty());
    Lesson { words, ..lesson.clone() }
}

/// How the page lies in the picture.
struct Frame {
    scale: f32,
    tilt: f32,
    shift: (f32, f32),
    /// How high a box is beside that of the font.
    height: f32,
}

impl Frame {
    fn draw(light: bool, rng: &mut impl Rng) -> Self {
        let part = if light { 0.4 } else { 1.0 };
        let scale: f32 = 1.0 + part * rng.random_range(-0.12..0.06);
        let slack = 0.03 * part + (1.0 - scale).max(0.0);
        let shift = (rng.random_range(-slack..=slack) * 0.5, rng.random_range(-slack..=slack) * 0.5);
        let height = if light { 1.0 } else { rng.random_range(0.7..1.05) };
        Self { scale, tilt: part * rng.random_range(-0.02..0.02), shift, height }
    }

    /// Gives the word where it lies in the picture, if it lies there.
    fn placed(&self, word: &LessonWord, shake: f32, rng: &mut impl Rng) -> Option<LessonWord> {
        let rect = word.rect();
        let (x, y) = (rect.mid_x() - 0.5, rect.mid_y() - 0.5);
        let (x, y) = (
            self.scale * (x - self.tilt * y) + 0.5 + self.shift.0,
            self.scale * (y + self.tilt * x) + 0.5 + self.shift.1,
        );
        let mut jitter = || rng.random_range(-shake..=shake);
        let (width, height) = (0.5 * self.scale * rect.width(), 0.5 * self.scale * self.height * rect.height());
        let edges = [x - width + jitter(), y - height + jitter(), x + width + jitter(), y + height + jitter()];
        let shows = x > 0.0 && x < 1.0 && y > 0.0 && y < 1.0;
        shows.then(|| LessonWord { edges: edges.map(|edge| edge.clamp(0.0, 1.0)), ..word.clone() })
    }
}

/// Cuts a word in two.
fn cut(word: &LessonWord, rng: &mut impl Rng) -> [LessonWord; 2] {
    let letters: Vec<char> = word.text.chars().collect();
    let at = rng.random_range(2..letters.len() - 1);
    let [x0, y0, x1, y1] = word.edges;
    let middle = x0 + (x1 - x0) * at as f32 / letters.len() as f32;
    let part = |letters: &[char], edges| LessonWord { text: letters.iter().collect(), edges, ..word.clone() };
    let mut halves = [part(&letters[..at], [x0, y0, middle, y1]), part(&letters[at..], [middle, y0, x1, y1])];
    halves[1].tag = word.tag.as_ref().map(|tag| tag.replacen("B-", "I-", 1));
    halves
}

/// Joins a word to the one before it, if both stand close on one line and say the same field.
fn join(words: &mut Vec<LessonWord>, word: LessonWord) {
    match words.last_mut() {
        Some(last)
            if last.tag.as_deref().map(|tag| &tag[2..]) == word.tag.as_deref().map(|tag| &tag[2..])
                && (word.edges[0] - last.edges[2]).abs() < 0.012
                && (word.edges[1] - last.edges[1]).abs() < 0.006 =>
        {
            last.text.push_str(&word.text);
            last.edges[2] = word.edges[2];
        }
        _ => words.push(word),
    }
}

/// Takes a letter for another, or loses one.
fn confuse(text: &mut String, rng: &mut impl Rng) {
    let fits: Vec<&(&str, &str)> = CONFUSED.iter().filter(|(right, _)| text.contains(right)).collect();
    if !fits.is_empty() && rng.random_bool(0.8) {
        let (right, wrong) = fits[rng.random_range(0..fits.len())];
        *text = text.replacen(right, wrong, 1);
        return;
    }
    let letters = text.chars().count();
    if letters > 2 {
        let lost = rng.random_range(0..letters);
        *text = text.chars().enumerate().filter(|(at, _)| *at != lost).map(|(_, c)| c).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn clean() -> Lesson {
        let word = |at: usize| LessonWord {
            text: format!("assurance{at}"),
            edges: [0.1, 0.01 * at as f32, 0.2, 0.01 * at as f32 + 0.009],
            confidence: 1.0,
            tag: (!at.is_multiple_of(3)).then(|| if at % 3 == 1 { "B-n".to_owned() } else { "I-n".to_owned() }),
        };
        let words = (5..90).map(word).collect();
        Lesson { design: "a".to_owned(), kind: "natif".to_owned(), type_code: "t".to_owned(), first: true, words }
    }

    #[test]
    fn pages_are_harmed_alike_from_one_seed_and_in_measure() {
        let clean = clean();
        let harm = |seed, light| harmed(&clean, light, &mut ChaCha8Rng::seed_from_u64(seed));
        assert_eq!(harm(3, false), harm(3, false));
        assert_ne!(harm(3, false), harm(4, false));
        for seed in 0..50 {
            let (light, full) = (harm(seed, true), harm(seed, false));
            assert!(light.words.len() > 70 && full.words.len() > 40, "{} {}", light.words.len(), full.words.len());
            for word in full.words.iter().chain(&light.words) {
                assert!(word.edges.iter().all(|edge| (0.0..=1.0).contains(edge)) && !word.text.is_empty(), "{word:?}");
                assert!(word.edges[0] <= word.edges[2] + 0.004, "{word:?}");
            }
        }
    }
}
