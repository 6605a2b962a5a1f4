//! The text of a segment laid out for reading: cells, the blocks they stack into, and folded tokens.
//!
//! Goes in: the pages of a segment. Comes out: a [`Sheet`], on which phrases are found and values are read.
//! A *cell* is a line of the text layer (columns are already apart); a *block* is a stack of cells that read on from
//! one to the next, as a paragraph or a column does. Knows nothing of types, fields or rules.

use crate::document::ReadPage;
use crate::geometry::Rect;
use crate::text::{Origin, Word};
use crate::values::fold::fold;
use std::ops::Range;

/// A folded run of letters or digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Upper-case ASCII.
    pub folded: String,
    /// Index into the words of the cell.
    pub word: usize,
}

/// One line of a page.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The page, counted from 1 in the source.
    pub page: u32,
    /// The words, left to right, typographic apostrophes folded to straight ones.
    pub words: Vec<Word>,
    /// The same words as printed.
    pub printed: Vec<String>,
    /// The box around them.
    pub rect: Rect,
    /// The folded tokens of the words.
    pub tokens: Vec<Token>,
    /// Index of the block.
    pub block: usize,
    /// Width over height of the page.
    pub aspect: f32,
    /// Whether the words were recognised from pixels, and may be wrong by a letter.
    pub tolerant: bool,
    /// Whether its sentence runs on in the next cell of its block: the next word would not have fitted on this line.
    pub wraps: bool,
}

impl Cell {
    /// Gives the words joined by spaces.
    pub fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        words.join(" ")
    }
}

/// A place in a block: which of its cells, which token of that cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index into [`Sheet::cells`].
    pub cell: usize,
    /// Index into the tokens of the cell.
    pub token: usize,
}

/// The text of a segment.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// All cells, top to bottom, page after page.
    pub cells: Vec<Cell>,
    /// Cells of each block, top to bottom.
    pub blocks: Vec<Vec<usize>>,
    /// Median height of a line, as a fraction of the page.
    pub line_height: f32,
}

/// Lines further apart than this many line heights do not read on. Chosen on generated letters set at 1.5 spacing.
const PARAGRAPH_GAP: f32 = 1.1;
/// Left edges further apart than this many line heights do not line up, unless most of the width is shared.
const LEFT_EDGE_SLACK: f32 = 3.0;
/// A line this much taller than its neighbour is a title, not its continuation.
const SIZE_RATIO: f32 = 1.5;
/// A narrower block is a list or an address, whose lines end where they are meant to.
const PARAGRAPH_WIDTH: f32 = 0.33;

impl Sheet {
    /// Lays out the pages of a segment.
    pub fn new<'a>(pages: impl IntoIterator<Item = &'a ReadPage>) -> Self {
        let mut sheet = Self::default();
        for page in pages {
            for line in &page.layer.lines {
                let tolerant = page.layer.origin == Origin::Ocr;
                let tokens = tokens(&line.words);
                sheet.cells.push(Cell {
                    page: page.number,
                    words: line.words.iter().map(straight).collect(),
                    printed: line.words.iter().map(|word| as_printed(word, page.layer.origin)).collect(),
                    rect: line.rect,
                    tokens,
                    block: 0,
                    aspect: page.aspect,
                    tolerant,
                    wraps: false,
                });
            }
        }
        sheet.line_height = median_height(&sheet.cells);
        sheet.stack();
        sheet
    }

    /// Gives the tokens of a block in reading order, with their places.
    pub fn block_tokens(&self, block: usize) -> Vec<(Place, &str)> {
        let mut tokens = Vec::new();
        for &cell in &self.blocks[block] {
            for (token, found) in self.cells[cell].tokens.iter().enumerate() {
                tokens.push((Place { cell, token }, found.folded.as_str()));
            }
        }
        tokens
    }

    /// Cuts whole cells out.
    pub fn snippet(&self, cells: &[usize]) -> Snippet {
        Snippet::of(cells.iter().map(|&cell| &self.cells[cell]))
    }

    /// Gives all text, one cell a line.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.cells.iter().map(Cell::text).collect();
        lines.join("\n")
    }

    /// Gives the cell that starts nearest to the right of `cell` on the same row.
    pub fn right_of(&self, cell: usize) -> Option<usize> {
        let here = &self.cells[cell];
        let same_row = self.cells.iter().enumerate().filter(|(index, other)| {
            *index != cell
                && other.page == here.page
                && other.rect.x0 >= here.rect.x1 - 0.005
                && other.rect.vertical_overlap(&here.rect) > 0.5
        });
        same_row.min_by(|a, b| a.1.rect.x0.total_cmp(&b.1.rect.x0)).map(|(index, _)| index)
    }

    /// Gives the cell that ends nearest to the left of `cell` on the same row.
    pub fn left_of(&self, cell: usize) -> Option<usize> {
        let here = &self.cells[cell];
        let same_row = self.cells.iter().enumerate().filter(|(index, other)| {
            *index != cell
                && other.page == here.page
                && other.rect.x1 <= here.rect.x0 + 0.005
                && other.rect.vertical_overlap(&here.rect) > 0.5
        });
        same_row.max_by(|a, b| a.1.rect.x1.total_cmp(&b.1.rect.x1)).map(|(index, _)| index)
    }

    /// Gives the nearest cell below `cell` that shares its column, within `lines` line heights.
    pub fn below(&self, cell: usize, lines: f32) -> Option<usize> {
        let here = &self.cells[cell];
        let reach = here.rect.y1 + lines * here.rect.height().max(self.line_height);
        let under = self.cells.iter().enumerate().filter(|(index, other)| {
            *index != cell
                && other.page == here.page
                && other.rect.y0 > here.rect.mid_y()
                && other.rect.y0 < reach
                && other.rect.x0 < here.rect.x1
                && other.rect.x1 > here.rect.x0
        });
        under.min_by(|a, b| a.1.rect.y0.total_cmp(&b.1.rect.y0)).map(|(index, _)| index)
    }

    /// Gives the cell of the next row within `lines` line heights, where it stands alone on it between the edges of the block
    /// of `cell`.
    pub fn next_row(&self, cell: usize, lines: f32) -> Option<usize> {
        let here = &self.cells[cell];
        let reach = here.rect.y1 + lines * here.rect.height().max(self.line_height);
        let area = Rect::around(self.blocks[here.block].iter().map(|&cell| &self.cells[cell].rect))?;
        let within = |other: &Cell| (area.x0..=area.x1).contains(&other.rect.mid_x());
        let under = self.cells.iter().enumerate().filter(|(_, other)| {
            other.page == here.page && other.rect.y0 > here.rect.mid_y() && other.rect.y0 < reach && within(other)
        });
        let (next, row) = under.min_by(|a, b| a.1.rect.y0.total_cmp(&b.1.rect.y0))?;
        let shares = |(at, other): (usize, &Cell)| {
            at != next && other.page == row.page && other.rect.vertical_overlap(&row.rect) > 0.5 && within(other)
        };
        (!self.cells.iter().enumerate().any(shares)).then_some(next)
    }

    /// Puts every cell into a block.
    fn stack(&mut self) {
        let mut order: Vec<usize> = (0..self.cells.len()).collect();
        order.sort_by(|&a, &b| {
            let (a, b) = (&self.cells[a], &self.cells[b]);
            (a.page, a.rect.y0).partial_cmp(&(b.page, b.rect.y0)).unwrap_or(std::cmp::Ordering::Equal)
        });
        for index in order {
            let home = self.open_block(index).unwrap_or_else(|| {
                self.blocks.push(Vec::new());
                self.blocks.len() - 1
            });
            self.cells[index].block = home;
            self.blocks[home].push(index);
        }
        self.mark_wraps();
    }

    /// Tells which lines of the paragraphs run on.
    fn mark_wraps(&mut self) {
        for block in &self.blocks {
            let Some(area) = Rect::around(block.iter().map(|&cell| &self.cells[cell].rect)) else { continue };
            if area.width() < PARAGRAPH_WIDTH {
                continue;
            }
            for pair in block.windows(2) {
                let next = &self.cells[pair[1]];
                let Some(word) = next.words.first().map(|word| word.rect.width()) else { continue };
                let space = 0.3 * next.rect.height() / next.aspect.max(0.1);
                let here = &mut self.cells[pair[0]];
                here.wraps = here.rect.x1 + space + word > area.x1 - 0.002;
            }
        }
    }

    /// Gives the block whose last cell `index` continues.
    fn open_block(&self, index: usize) -> Option<usize> {
        let cell = &self.cells[index];
        let mut best: Option<(f32, usize)> = None;
        for (block, members) in self.blocks.iter().enumerate() {
            let Some(last) = members.last().map(|&last| &self.cells[last]) else { continue };
            if last.page != cell.page {
                continue;
            }
            let height = cell.rect.height().max(last.rect.height());
            let gap = cell.rect.y0 - last.rect.y1;
            let ratio = height / cell.rect.height().min(last.rect.height()).max(1e-4);
            let shared = cell.rect.x1.min(last.rect.x1) - cell.rect.x0.max(last.rect.x0);
            let narrower = cell.rect.width().min(last.rect.width()).max(1e-4);
            let lined_up = (cell.rect.x0 - last.rect.x0).abs() * cell.aspect < LEFT_EDGE_SLACK * height;
            if gap < -0.5 * height || gap > PARAGRAPH_GAP * height || ratio > SIZE_RATIO {
                continue;
            }
            if shared <= 0.0 || !(lined_up || shared / narrower > 0.7) {
                continue;
            }
            let distance = gap.max(0.0) + (cell.rect.x0 - last.rect.x0).abs() * cell.aspect;
            if best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, block));
            }
        }
        best.map(|(_, block)| block)
    }
}

/// A word of a snippet: its bytes, and where it stands.
#[derive(Clone, Debug)]
struct Span {
    bytes: Range<usize>,
    printed: String,
    page: u32,
    rect: Rect,
    confidence: f32,
}

/// A piece of text cut out of a sheet, which remembers where each byte stands.
#[derive(Clone, Debug, Default)]
pub struct Snippet {
    /// The text: words joined by spaces, cells by line feeds unless a sentence runs on.
    pub text: String,
    /// Whether the last line runs on.
    open: bool,
    /// The words.
    spans: Vec<Span>,
}

impl Snippet {
    /// Cuts whole cells out, a line each unless a sentence runs on.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Self {
        let mut snippet = Self::default();
        for cell in cells {
            snippet.push_line(cell, 0..cell.words.len());
        }
        snippet
    }

    /// Ends a paragraph: what comes next stands behind an empty line.
    pub fn gap(&mut self) {
        self.open = false;
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// Adds the words `words` of a cell as a line of its own.
    pub fn push_line(&mut self, cell: &Cell, words: Range<usize>) {
        if words.is_empty() {
            return;
        }
        if self.open && words.start == 0 {
            self.run_on(cell);
        } else if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.open = cell.wraps && words.end == cell.words.len();
        for index in words.clone() {
            let word = &cell.words[index];
            if index > words.start {
                self.text.push(' ');
            }
            let start = self.text.len();
            self.text.push_str(&word.text);
            self.spans.push(Span {
                bytes: start..self.text.len(),
                printed: cell.printed[index].clone(),
                page: cell.page,
                rect: word.rect,
                confidence: word.confidence,
            });
        }
    }

    /// Joins the next line to one that runs on: a word cut by a hyphen is put together.
    fn run_on(&mut self, next: &Cell) {
        let small = next.words.first().is_some_and(|word| word.text.starts_with(char::is_lowercase));
        let mut before = self.text.chars().rev();
        let cut = before.next() == Some('-') && before.next().is_some_and(char::is_alphabetic);
        if !cut {
            self.text.push(' ');
        } else if small && let Some(span) = self.spans.last_mut() {
            self.text.pop();
            span.printed.pop();
            span.bytes.end = self.text.len();
        }
    }

    /// Gives page, box and confidence of the words that `range` touches: the least sure word counts.
    pub fn evidence(&self, range: &Range<usize>) -> Option<(u32, Rect, f32)> {
        let page = self.touched(range).next()?.page;
        let on_page = || self.touched(range).filter(|span| span.page == page);
        let rect = Rect::around(on_page().map(|span| &span.rect))?;
        let confidence = on_page().map(|span| span.confidence).fold(1.0, f32::min);
        Some((page, rect, confidence))
    }

    /// Gives the text of `range` as it is printed, typographic apostrophes kept; lines are joined by spaces.
    pub fn printed(&self, range: &Range<usize>) -> String {
        let mut words: Vec<String> = Vec::new();
        for span in self.touched(range) {
            let from = range.start.max(span.bytes.start);
            let to = range.end.min(span.bytes.end);
            let skipped = self.text[span.bytes.start..from].chars().count();
            let kept = self.text[from..to].chars().count();
            let part: String = span.printed.chars().skip(skipped).take(kept).collect();
            // Two halves of a word that a hyphen cut stand side by side.
            let joined = self.text[..from].chars().next_back().is_some_and(|before| !before.is_whitespace());
            match words.last_mut() {
                Some(last) if joined => last.push_str(&part),
                _ => words.push(part),
            }
        }
        words.join(" ")
    }

    /// Gives the text before the word that stands at `rect`, if the snippet holds it.
    pub fn before(&self, page: u32, rect: &Rect) -> Option<&str> {
        let span = self.spans.iter().find(|span| span.page == page && span.rect == *rect)?;
        Some(&self.text[..span.bytes.start])
    }

    fn touched(&self, range: &Range<usize>) -> impl Iterator<Item = &Span> {
        self.spans.iter().filter(move |span| span.bytes.start < range.end && range.start < span.bytes.end)
    }

    /// Tells whether there is nothing but punctuation.
    pub fn is_blank(&self) -> bool {
        !self.text.chars().any(char::is_alphanumeric)
    }
}

/// Gives the word with its typographic apostrophes straight: one letter for one letter.
fn straight(word: &Word) -> Word {
    Word { text: word.text.replace('’', "'"), ..word.clone() }
}

/// Gives the word as printed. Recognition cannot tell the two apostrophes apart: printed papers use the curved one.
fn as_printed(word: &Word, origin: Origin) -> String {
    match origin {
        Origin::Native => word.text.clone(),
        Origin::Ocr => word.text.replace('\'', "’"),
    }
}

/// Gives the folded tokens of words; endings in brackets (`assuré(e)(s)`) are dropped, numero signs become `N`.
fn tokens(words: &[Word]) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (index, word) in words.iter().enumerate() {
        for folded in token_texts(&word.text) {
            tokens.push(Token { folded, word: index });
        }
    }
    tokens
}

/// Gives the folded tokens of one text, as labels and pages both are compared.
pub fn token_texts(text: &str) -> Vec<String> {
    let mut plain = text.replace(['’', '`'], "'");
    for ending in ["(e)", "(s)", "(es)", "(E)", "(S)", "(ES)", "·e", "·s", ".e.s"] {
        plain = plain.replace(ending, "");
    }
    let folded = fold(&plain);
    let numero = |word: &str| matches!(word, "NO" | "NUMERO" | "NUM" | "N0" | "NR");
    folded
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(|word| if numero(word) { "N".to_owned() } else { word.to_owned() })
        .collect()
}

fn median_height(cells: &[Cell]) -> f32 {
    let mut heights: Vec<f32> = cells.iter().map(|cell| cell.rect.height()).collect();
    heights.sort_by(f32::total_cmp);
    heights.get(heights.len() / 2).copied().unwrap_or(0.012)
}

pub(crate) mod typed {
    //! Pages written as text: the examples of the rules, and tests.

    use crate::document::{Legibility, ReadPage};
    use crate::geometry::Rect;
    use crate::text::{Line, Origin, TextLayer, Word};

    /// Lays `text` out on a page: a line each 1.6 % of the height, `|` starts a cell in the right half.
    pub(crate) fn page(text: &str) -> ReadPage {
        let mut lines = Vec::new();
        for (row, line) in text.lines().enumerate() {
            let y0 = 0.03 + row as f32 * 0.016;
            for (column, cell) in line.split('|').enumerate() {
                let mut x = 0.08 + column as f32 * 0.42;
                let mut words = Vec::new();
                for word in cell.split_whitespace() {
                    let width = word.chars().count() as f32 * 0.008;
                    let rect = Rect::new(x, y0, x + width, y0 + 0.011);
                    words.push(Word { text: word.to_owned(), rect, confidence: 1.0 });
                    x += width + 0.006;
                }
                lines.extend(Line::new(words));
            }
        }
        let layer = TextLayer { origin: Origin::Native, lines };
        let legibility = Legibility { confidence: 1.0, ink_covered: 1.0 };
        ReadPage::new(1, 0.707, layer, legibility)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stack_into_blocks_of_their_own() {
        let page = typed::page(
            "Contrat|HAB 123\nAssuré|M. Jean DUPONT\n\n\nNous attestons que le contrat\ncouvre le logement",
        );
        let sheet = Sheet::new([&page]);
        let blocks: Vec<Vec<String>> =
            sheet.blocks.iter().map(|block| block.iter().map(|&cell| sheet.cells[cell].text()).collect()).collect();
        assert_eq!(
            blocks,
            [
                vec!["Contrat", "Assuré"],
                vec!["HAB 123", "M. Jean DUPONT"],
                vec!["Nous attestons que le contrat", "couvre le logement"],
            ]
        );
        assert_eq!(sheet.right_of(0).map(|cell| sheet.cells[cell].text()), Some("HAB 123".to_owned()));
        assert_eq!(sheet.below(0, 2.0).map(|cell| sheet.cells[cell].text()), Some("Assuré".to_owned()));
    }

    #[test]
    fn endings_and_numero_signs_are_folded() {
        assert_eq!(token_texts("Assuré(e)(s)"), ["ASSURE"]);
        assert_eq!(token_texts("N°"), ["N"]);
        assert_eq!(token_texts("Numéro d'adhésion"), ["N", "D", "ADHESION"]);
    }
}
