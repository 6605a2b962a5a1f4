//! Where a page has letters, whatever they say: its ink on a grid of small cells, of which those full of ink (pictures,
//! bars, dark edges) do not count.

use crate::text::Word;
use image::GrayImage;
use std::ops::Range;

/// Side of a cell in pixels at 200 dots an inch: half a line of text.
const CELL: u32 = 12;
/// Darker than this is ink.
pub(super) const INK: u8 = 140;
/// Dark pixels that a cell with letters has, of the 36 that are looked at.
const LETTERS: std::ops::RangeInclusive<u32> = 3..=24;
/// One part in so many of a page, along each of its edges, is not looked at for its densest place.
const EDGE: u32 = 32;
/// Cells between two words of a row, at most.
const WORD_GAP: u32 = 3;

/// Where letters stand, in pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) x: Range<u32>,
    pub(super) y: Range<u32>,
    /// Dark pixels, of those looked at.
    pub(super) ink: u32,
}

/// The letter-like ink of a page.
#[derive(Clone, Debug)]
pub(super) struct Ink {
    columns: u32,
    rows: u32,
    /// Dark pixels of each cell, row by row; 0 where they are no letters, and along the edges of the page.
    cells: Vec<u32>,
}

impl Ink {
    /// Looks at every other pixel of a page.
    pub(super) fn of(page: &GrayImage) -> Self {
        let (columns, rows) = (page.width() / CELL, page.height() / CELL);
        let mut cells = vec![0; (columns * rows) as usize];
        for row in 1..rows.saturating_sub(1) {
            for column in 1..columns.saturating_sub(1) {
                let mut dark = 0;
                for y in (row * CELL..(row + 1) * CELL).step_by(2) {
                    for x in (column * CELL..(column + 1) * CELL).step_by(2) {
                        dark += u32::from(page.get_pixel(x, y).0[0] < INK);
                    }
                }
                if LETTERS.contains(&dark) {
                    cells[(row * columns + column) as usize] = dark;
                }
            }
        }
        Self { columns, rows, cells }
    }

    /// Gives the share of it inside the boxes of words.
    pub(super) fn covered<'w>(&self, words: impl Iterator<Item = &'w Word>) -> f32 {
        let all: u32 = self.cells.iter().sum();
        let outside: u32 = self.outside(words).iter().sum();
        if all == 0 { 0.0 } else { 1.0 - outside as f32 / all as f32 }
    }

    /// Gives the cells without those that words cover.
    fn outside<'w>(&self, words: impl Iterator<Item = &'w Word>) -> Vec<u32> {
        let mut cells = self.cells.clone();
        if cells.is_empty() {
            return cells;
        }
        let at = |fraction: f32, count: u32| ((fraction * count as f32) as u32).min(count - 1);
        for word in words {
            for row in at(word.rect.y0, self.rows)..=at(word.rect.y1, self.rows) {
                for column in at(word.rect.x0, self.columns)..=at(word.rect.x1, self.columns) {
                    cells[(row * self.columns + column) as usize] = 0;
                }
            }
        }
        cells
    }

    /// Gives the areas, in pixels, where letters stand that no word covers: one for a word or a row of words, the one with
    /// the most ink first.
    pub(super) fn unread<'w>(&self, words: impl Iterator<Item = &'w Word>) -> Vec<Area> {
        let mut left = self.outside(words);
        let mut areas = Vec::new();
        for start in 0..left.len() {
            if left[start] > 0 {
                areas.push(self.area_from(start as u32, &mut left));
            }
        }
        areas.sort_by_key(|area: &Area| std::cmp::Reverse(area.ink));
        areas
    }

    /// Takes out the cells that hang together with one, those of a row over gaps between words too, and gives where they lie.
    fn area_from(&self, start: u32, left: &mut [u32]) -> Area {
        let (x, y) = (start % self.columns * CELL, start / self.columns * CELL);
        let mut area = Area { x: x..x + CELL, y: y..y + CELL, ink: 0 };
        let mut open = vec![start];
        while let Some(cell) = open.pop() {
            let dark = std::mem::take(&mut left[cell as usize]);
            if dark == 0 {
                continue;
            }
            let (column, row) = (cell % self.columns, cell / self.columns);
            area.ink += dark;
            area.x = area.x.start.min(column * CELL)..area.x.end.max((column + 1) * CELL);
            area.y = area.y.start.min(row * CELL)..area.y.end.max((row + 1) * CELL);
            for row in row.saturating_sub(1)..(row + 2).min(self.rows) {
                let columns = column.saturating_sub(WORD_GAP)..(column + WORD_GAP + 1).min(self.columns);
                open.extend(columns.map(|column| row * self.columns + column));
            }
        }
        area
    }

    /// Gives how much of it lies within pixels of the page, away from its edges: what a dark table leaves along them is none.
    pub(super) fn within(&self, x: Range<u32>, y: Range<u32>) -> u32 {
        let inner = |pixels: Range<u32>, count: u32| {
            let edge = (count / EDGE).max(1);
            (pixels.start / CELL).max(edge)..(pixels.end / CELL).min(count.saturating_sub(edge))
        };
        let columns = inner(x, self.columns);
        inner(y, self.rows)
            .flat_map(|row| columns.clone().map(move |column| row * self.columns + column))
            .map(|cell| self.cells[cell as usize])
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Rect;
    use image::Luma;

    /// A dark edge, a bar, and rows of strokes as wide as letters in the upper left quarter.
    fn page() -> GrayImage {
        GrayImage::from_fn(1200, 1200, |x, y| {
            let edge = x > 1190 || y > 1190;
            let bar = (600..696).contains(&y) && x >= 600;
            let letters = (100..500).contains(&x) && (100..500).contains(&y) && x % 6 < 2 && y % 30 < 16;
            Luma([if edge || bar || letters { 20 } else { 250 }])
        })
    }

    #[test]
    fn letters_are_counted_and_edges_and_bars_are_not() {
        let ink = Ink::of(&page());
        let whole = ink.within(0..1200, 0..1200);
        assert!(whole > 0);
        let corner = ink.within(0..600, 0..600);
        assert!(corner as f32 > 0.9 * whole as f32, "{corner} of {whole}");
        let around = |rect| Word { text: "mots".to_owned(), rect, confidence: 0.9 };
        let covered = |rect| ink.covered([around(rect)].iter());
        assert!(covered(Rect::new(0.05, 0.05, 0.45, 0.45)) > 0.9);
        assert!(covered(Rect::new(0.5, 0.5, 0.9, 0.9)) < 0.1);
        // The upper half is read: what is left are rows below it, from end to end.
        let unread = ink.unread([around(Rect::new(0.05, 0.05, 0.45, 0.25))].iter());
        assert!(unread.iter().filter(|area| area.y.end < 600).all(|area| area.y.start >= 300), "{unread:?}");
        assert!(unread.iter().any(|area| area.x.start < 120 && area.x.end > 480), "{unread:?}");
    }
}
