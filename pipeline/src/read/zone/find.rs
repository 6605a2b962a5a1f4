//! Where a zone may stand: the lines that read like one, and the stacks of long even lines that were not read at all.

use crate::geometry::Rect;
use crate::text::{Line, Word};
use image::GrayImage;

/// Letters and fillers of the shortest line that looks like one of a zone, as it was first read.
const SHORTEST: usize = 18;
/// Fillers of such a line.
const FEWEST_FILLERS: usize = 2;
/// Lines of a zone stand no further apart than this, in heights of a line.
pub(super) const APART: f32 = 2.6;
/// What stands around the lines that were found may be of the zone too: above and below, in heights of a line.
const AROUND: f32 = 5.0;

/// A part of a page that may hold a zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Band {
    pub(super) rect: Rect,
    /// Height of one of its lines, in pixels.
    pub(super) height: f32,
}

/// Tells whether a line, as it was first read, may be one of a zone.
pub(super) fn looks_like_a_zone(line: &Line) -> bool {
    let text: String = line.text().chars().filter(|c| !c.is_whitespace()).collect();
    let fillers = text.chars().filter(|c| matches!(c, '<' | '«' | '‹' | '≪')).count();
    text.chars().count() >= SHORTEST && fillers >= FEWEST_FILLERS
}

/// Finds the lines that look like those of a zone, with what stands close above and below them.
pub(super) fn by_text(lines: &[Line], page: &GrayImage) -> Option<Band> {
    let mut zone: Vec<&Line> = lines.iter().filter(|line| looks_like_a_zone(line)).collect();
    zone.sort_by(|a, b| a.rect.y0.total_cmp(&b.rect.y0));
    let last = zone.pop()?;
    let mut heights = vec![last.rect.height()];
    let mut rect = last.rect;
    for line in zone.iter().rev() {
        if rect.y0 - line.rect.y1 < APART * last.rect.height() {
            rect = rect.union(&line.rect);
            heights.push(line.rect.height());
        }
    }
    heights.sort_by(f32::total_cmp);
    Some(widened(rect, heights[0], page))
}

/// Takes in what may be of the zone too: a line without fillers at either edge, fillers that were lost at the ends.
fn widened(rect: Rect, line: f32, page: &GrayImage) -> Band {
    let height = line * page.height() as f32;
    let (wider, beyond) = (2.0 * height / page.width() as f32 + 0.12 * rect.width(), AROUND * line);
    let rect = Rect::new(
        (rect.x0 - wider).max(0.0),
        (rect.y0 - beyond).max(0.0),
        (rect.x1 + wider).min(1.0),
        (rect.y1 + beyond).min(1.0),
    );
    Band { rect, height }
}

/// Darker than this is ink, on a page of even light.
const INK: u8 = 165;
/// Gaps up to this many pixels of the halved page do not end a line: more than from one letter of a zone to the next.
const GAP: u32 = 15;
/// Shortest line, in pixels of the halved page.
const SHORTEST_BAR: u32 = 130;
/// Least and greatest height of a line, in pixels of the halved page.
const BAR_HEIGHTS: std::ops::RangeInclusive<u32> = 5..=30;
/// A line of a zone is at least so many times as long as it is high.
const SLENDER: u32 = 13;
/// Lines of a stack begin and end within this of one another, in lengths of a line.
const FLUSH: f32 = 0.05;
/// A zone has two or three lines; more are a paragraph.
const MOST_BARS: usize = 4;
/// Words as sure as this were read.
const READ: f32 = 0.7;
/// Share of a stack that was read from which it is ordinary text.
const COVERED: f32 = 0.4;

/// A long thin stretch of print, in pixels of the halved page.
#[derive(Clone, Copy, Debug)]
struct Bar {
    left: u32,
    right: u32,
    top: u32,
    bottom: u32,
}

/// Finds stacks of two to four lines of one length that were not read as words.
pub(super) fn by_shape(lines: &[Line], page: &GrayImage) -> Vec<Band> {
    let (width, height) = (page.width() / 2, page.height() / 2);
    if width < SHORTEST_BAR || height == 0 {
        return Vec::new();
    }
    let mut bands = Vec::new();
    for stack in stacks(bars(page, height)) {
        let rect = |bar: &Bar| {
            let (w, h) = (width as f32, height as f32);
            Rect::new(bar.left as f32 / w, bar.top as f32 / h, bar.right as f32 / w, bar.bottom as f32 / h)
        };
        let rects: Vec<Rect> = stack.iter().map(rect).collect();
        let Some(around) = Rect::around(&rects) else { continue };
        if covered(&around, lines) < COVERED {
            let line = rects.iter().map(Rect::height).fold(f32::INFINITY, f32::min);
            bands.push(widened(around, line, page));
        }
    }
    bands
}

/// Gives the share of a part of the page, as wide as it is, that words cover that were read.
fn covered(part: &Rect, lines: &[Line]) -> f32 {
    let said = |word: &&Word| word.confidence >= READ && word.text.chars().any(char::is_lowercase);
    let words = lines.iter().flat_map(|line| &line.words).filter(said);
    let shared: f32 = words.map(|word| word.rect.overlap(part)).sum();
    shared / part.area().max(f32::EPSILON)
}

/// Finds the bars of a page, of which every second row is looked at: runs of ink, with small gaps, that lie on one another.
fn bars(page: &GrayImage, height: u32) -> Vec<Bar> {
    let mut open: Vec<Bar> = Vec::new();
    let mut done: Vec<Bar> = Vec::new();
    for y in 0..height {
        let mut next: Vec<Bar> = Vec::new();
        for (left, right) in runs(page, y) {
            let shared = |bar: &Bar| bar.right.min(right).saturating_sub(bar.left.max(left));
            let own = right - left;
            let over = open.iter().position(|bar| 10 * shared(bar) > 7 * own.max(bar.right - bar.left));
            next.push(match over.map(|at| open.swap_remove(at)) {
                Some(bar) => Bar { left: bar.left.min(left), right: bar.right.max(right), bottom: y + 1, ..bar },
                None => Bar { left, right, top: y, bottom: y + 1 },
            });
        }
        // A row of pixels may miss: between the two strokes of a filler there is none.
        let (kept, ended): (Vec<Bar>, Vec<Bar>) = open.into_iter().partition(|bar| y + 1 - bar.bottom < 2);
        done.extend(ended);
        next.extend(kept);
        open = next;
    }
    done.extend(open);
    done.retain(|bar| {
        let (long, high) = (bar.right - bar.left, bar.bottom - bar.top);
        BAR_HEIGHTS.contains(&high) && long >= SLENDER * high
    });
    done
}

/// Gives the runs of ink of a row that are long enough.
fn runs(page: &GrayImage, y: u32) -> Vec<(u32, u32)> {
    let mut runs = Vec::new();
    let mut run: Option<(u32, u32)> = None;
    let width = page.width() as usize;
    let pixels = &page.as_raw()[2 * y as usize * width..][..width];
    let inked = pixels.chunks_exact(2).enumerate().filter(|(_, pair)| pair[0].min(pair[1]) < INK);
    for x in inked.map(|(x, _)| x as u32) {
        run = match run {
            Some((left, right)) if x - right <= GAP => Some((left, x + 1)),
            ended => {
                runs.extend(ended);
                Some((x, x + 1))
            }
        };
    }
    runs.extend(run);
    runs.retain(|(left, right)| right - left >= SHORTEST_BAR);
    runs
}

/// Gathers bars that stand under one another, flush on both sides.
fn stacks(mut bars: Vec<Bar>) -> Vec<Vec<Bar>> {
    bars.sort_by_key(|bar| bar.top);
    let mut stacks: Vec<Vec<Bar>> = Vec::new();
    for bar in bars {
        let slack = FLUSH * (bar.right - bar.left) as f32;
        let flush = |a: u32, b: u32| (a as f32 - b as f32).abs() <= slack.max(4.0);
        let under = |stack: &&mut Vec<Bar>| {
            stack.last().is_some_and(|last| {
                let near = (bar.top as f32 - last.bottom as f32) < APART * (last.bottom - last.top) as f32;
                near && bar.top + 1 >= last.bottom && flush(bar.left, last.left) && flush(bar.right, last.right)
            })
        };
        match stacks.iter_mut().find(under) {
            Some(stack) => stack.push(bar),
            None => stacks.push(vec![bar]),
        }
    }
    stacks.retain(|stack| (2..=MOST_BARS).contains(&stack.len()));
    stacks
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// A page with lines of dashes, each from a place on for a length, so many pixels high.
    fn page(lines: &[(u32, u32, u32)]) -> GrayImage {
        GrayImage::from_fn(1600, 1000, |x, y| {
            let inked = lines.iter().any(|&(left, top, long)| {
                (left..left + long).contains(&x) && (top..top + 20).contains(&y) && (x - left) % 20 < 13
            });
            Luma([if inked { 30 } else { 250 }])
        })
    }

    #[test]
    fn two_or_three_even_lines_that_were_not_read_are_found() {
        let three = page(&[(300, 600, 600), (300, 642, 600), (300, 684, 600), (300, 200, 420)]);
        let bands = by_shape(&[], &three);
        assert_eq!(bands.len(), 1, "{bands:?}");
        let rect = bands[0].rect;
        assert!(rect.y0 < 0.6 && rect.y1 > 0.704 && rect.x0 < 300.0 / 1600.0 && rect.x1 > 900.0 / 1600.0, "{rect:?}");
        assert!((16.0..26.0).contains(&bands[0].height), "{}", bands[0].height);
    }

    #[test]
    fn a_paragraph_and_what_was_read_are_not() {
        let lines: Vec<(u32, u32, u32)> = (0..8).map(|at| (300, 200 + 42 * at, 600)).collect();
        assert!(by_shape(&[], &page(&lines)).is_empty());
        let two = page(&[(300, 600, 600), (300, 642, 600)]);
        assert_eq!(by_shape(&[], &two).len(), 1);
        let word =
            |y: f32| Word { text: "lues".to_owned(), rect: Rect::new(0.19, y, 0.56, y + 0.02), confidence: 0.95 };
        let read: Vec<Line> = [0.6, 0.642].into_iter().filter_map(|y| Line::new(vec![word(y)])).collect();
        assert!(by_shape(&read, &two).is_empty());
    }
}
