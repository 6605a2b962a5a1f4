//! The text of an e-mail laid out as a page, so that it is read as a letter on paper is.

use crate::document::{Legibility, ReadPage};
use crate::geometry::Rect;
use crate::text::{Line, Origin, TextLayer, Word};

/// Letters of a line: longer ones are broken between words.
const LINE: usize = 96;
/// The margins, in parts of the width.
const MARGIN: f32 = 0.05;
/// Width over height of a page.
const ASPECT: f32 = 0.707;

/// Lays a text out on one page, whatever its length; the page has the number 0, because nobody printed it.
pub(crate) fn laid_out(text: &str) -> ReadPage {
    let rows: Vec<Vec<&str>> = text.lines().flat_map(broken).collect();
    let step = 1.0 / (rows.len() + 2) as f32;
    let lines = rows.iter().enumerate().filter_map(|(row, words)| line(words, (row + 1) as f32 * step, step));
    let layer = TextLayer { origin: Origin::Native, lines: lines.collect() };
    let legibility = Legibility { confidence: 1.0, ink_covered: 1.0 };
    ReadPage::new(0, ASPECT, layer, legibility)
}

/// Gives the rows of one line of text; an empty line is an empty row.
fn broken(line: &str) -> Vec<Vec<&str>> {
    let mut rows: Vec<Vec<&str>> = vec![Vec::new()];
    let mut length = 0;
    for word in line.split_whitespace() {
        let more = word.chars().count() + 1;
        if length + more > LINE && length > 0 {
            rows.push(Vec::new());
            length = 0;
        }
        length += more;
        if let Some(row) = rows.last_mut() {
            row.push(word);
        }
    }
    rows
}

fn line(words: &[&str], y0: f32, step: f32) -> Option<Line> {
    let letter = (1.0 - 2.0 * MARGIN) / LINE as f32;
    let mut at = 0;
    let placed = words.iter().map(|word| {
        let length = word.chars().count();
        let (x0, x1) = (MARGIN + at as f32 * letter, MARGIN + (at + length) as f32 * letter);
        at += length + 1;
        let rect = Rect::new(x0.min(1.0), y0, x1.min(1.0), y0 + 0.8 * step);
        Word { text: (*word).to_owned(), rect, confidence: 1.0 }
    });
    Line::new(placed.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Sheet;

    #[test]
    fn paragraphs_are_blocks_and_long_lines_run_on() {
        let long = "mot ".repeat(40);
        let page = laid_out(&format!("Bonjour,\n\n{long}\n\nKarim\n12 rue des Lilas"));
        let sheet = Sheet::new([&page]);
        assert_eq!(sheet.blocks.len(), 3, "{:?}", sheet.blocks);
        assert_eq!(sheet.blocks[1].len(), 2);
        assert!(sheet.cells[sheet.blocks[1][0]].wraps);
        assert!(laid_out("").layer.lines.is_empty());
    }
}
