//! A page as numbers: for each word its spelling, its place in buckets, how surely it was read, and its four neighbours.
//!
//! Neighbours are found on the paper, never in the order of the file: the same page gives the same numbers however its words
//! are sorted, but for the rows they stand in.

use super::spelling::{SLOTS, Spelling};
use guichet_pipeline::geometry::Rect;

/// Words of a page that are looked at.
pub const MOST_WORDS: usize = 512;
/// Buckets along an edge of the page, and for the height and the width of a word.
const BUCKETS: usize = 64;
/// A word as high as this share of the page fills the last bucket.
const TALLEST: f32 = 0.06;
/// Buckets of how surely a word was read.
const SURENESS: usize = 4;
/// Numbers of a word: its spelling, its box (edges, width, height), how surely it was read.
pub const NUMBERS: usize = SLOTS + 7;
/// Numbers beside those of spelling.
pub const PLACES: usize = 6 * BUCKETS + SURENESS;
/// Neighbours of a word: left, right, above, below.
pub(super) const NEIGHBOURS: usize = 4;

/// A word as it goes in.
#[derive(Clone, Copy, Debug)]
pub struct Printed<'a> {
    /// What it says.
    pub text: &'a str,
    /// Where it stands.
    pub rect: Rect,
    /// How surely it was read, 0 to 1.
    pub confidence: f32,
}

/// The numbers of one page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageNumbers {
    /// For each word.
    pub words: Vec<[u32; NUMBERS]>,
    /// For each word the rows of its neighbours, where it has them.
    pub near: Vec<[Option<u32>; NEIGHBOURS]>,
}

impl PageNumbers {
    /// Gives the numbers of the first words of a page.
    pub fn new(words: &[Printed<'_>], spelling: &Spelling) -> Self {
        let words = &words[..words.len().min(MOST_WORDS)];
        let boxes: Vec<Rect> = words.iter().map(|word| word.rect).collect();
        Self { words: words.iter().map(|word| numbers(word, spelling)).collect(), near: neighbours(&boxes) }
    }
}

fn numbers(word: &Printed<'_>, spelling: &Spelling) -> [u32; NUMBERS] {
    let mut numbers = [0; NUMBERS];
    numbers[..SLOTS].copy_from_slice(&spelling.numbers(word.text));
    let rect = word.rect;
    let shares = [rect.x0, rect.y0, rect.x1, rect.y1, rect.width(), rect.height() / TALLEST];
    let first = spelling.size();
    for (at, share) in shares.into_iter().enumerate() {
        numbers[SLOTS + at] = (first + at * BUCKETS + bucket(share, BUCKETS)) as u32;
    }
    numbers[NUMBERS - 1] = (first + 6 * BUCKETS + bucket(word.confidence, SURENESS)) as u32;
    numbers
}

fn bucket(share: f32, buckets: usize) -> usize {
    ((share.clamp(0.0, 1.0) * buckets as f32) as usize).min(buckets - 1)
}

/// Gives for each box the nearest on its row to the left and to the right, and in its column above and below.
fn neighbours(boxes: &[Rect]) -> Vec<[Option<u32>; NEIGHBOURS]> {
    let nearest = |here: usize, side: usize| {
        let gaps = boxes.iter().enumerate().filter(|(other, _)| *other != here);
        let gaps = gaps.filter_map(|(other, rect)| Some((gap(&boxes[here], rect, side)?, other as u32)));
        gaps.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| other)
    };
    (0..boxes.len()).map(|here| std::array::from_fn(|side| nearest(here, side))).collect()
}

/// Gives how far `other` stands to that side, where it stands there at all.
fn gap(here: &Rect, other: &Rect, side: usize) -> Option<f32> {
    let row = here.y1.min(other.y1) - here.y0.max(other.y0) > 0.5 * here.height().min(other.height());
    let column = here.x1.min(other.x1) > here.x0.max(other.x0);
    let (fits, gap) = match side {
        0 => (row, here.mid_x() - other.mid_x()),
        1 => (row, other.mid_x() - here.mid_x()),
        2 => (column && !row, here.mid_y() - other.mid_y()),
        _ => (column && !row, other.mid_y() - here.mid_y()),
    };
    // Of several words above, the one that starts where this one does.
    let aside = if side < 2 { 0.0 } else { 0.02 * (here.x0 - other.x0).abs() };
    (fits && gap > 0.0).then_some(gap + aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_stand_on_the_row_and_in_the_column() {
        let at = |x: f32, y: f32| Rect::new(x, y, x + 0.08, y + 0.01);
        // Contrat  HAB123
        // Assuré   DUPONT
        let boxes = [at(0.1, 0.1), at(0.3, 0.1), at(0.1, 0.12), at(0.3, 0.12)];
        let near = neighbours(&boxes);
        assert_eq!(near[0], [None, Some(1), None, Some(2)]);
        assert_eq!(near[3], [Some(2), None, Some(1), None]);
    }

    #[test]
    fn buckets_end_with_the_page() {
        assert_eq!([bucket(-1.0, 4), bucket(0.3, 4), bucket(1.0, 4)], [0, 1, 3]);
    }
}
