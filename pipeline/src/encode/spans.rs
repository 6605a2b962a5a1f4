//! Runs of words that an encoder gives to a field, as snippets of the sheet.

use super::PageView;
use crate::geometry::Rect;
use crate::sheet::{Sheet, Snippet};
use crate::values::Person;
use crate::values::person_text::parse_persons;
use std::collections::HashMap;
use std::ops::Range;

/// A word belongs to a field from this chance on.
const BELONGS: f32 = 0.5;
/// Words of a family name that may stand on the next line.
const NAME_WORDS: usize = 3;

/// Words that belong to one field and read on from one another.
#[derive(Clone, Debug)]
pub(super) struct Span {
    /// Their text.
    pub(super) snippet: Snippet,
    /// What stands behind them on their last line.
    pub(super) rest: String,
    /// The mean chance of its words.
    pub(super) chance: f32,
    /// The cell below, where they end with a line whose sentence runs on.
    below: Option<usize>,
}

/// The views of the pages of a sheet, by the words of its cells.
pub(super) struct Views<'a> {
    sheet: &'a Sheet,
    /// For each cell its view, and the place of its first word in it.
    of_cell: Vec<Option<(&'a PageView, usize)>>,
}

impl<'a> Views<'a> {
    /// Lays the views of pages, by their number, over a sheet made of such pages.
    pub(super) fn new(sheet: &'a Sheet, views: &'a HashMap<u32, PageView>) -> Self {
        let mut begun: HashMap<u32, usize> = HashMap::new();
        let of_cell = sheet.cells.iter().map(|cell| {
            let first = begun.entry(cell.page).or_default();
            let here = *first;
            *first += cell.words.len();
            views.get(&cell.page).map(|view| (view, here))
        });
        let of_cell = of_cell.collect();
        Self { sheet, of_cell }
    }

    /// Gives the chance that a word of a cell belongs to a field.
    pub(super) fn chance(&self, cell: usize, word: usize, field: &str) -> f32 {
        self.of_cell[cell].map_or(0.0, |(view, first)| view.chance(first + word, field))
    }

    /// Gives the words of a page: cell, word, box.
    pub(super) fn words_at(&self, page: u32) -> impl Iterator<Item = (usize, usize, Rect)> {
        let cells = self.sheet.cells.iter().enumerate().filter(move |(_, cell)| cell.page == page);
        cells.flat_map(|(at, cell)| cell.words.iter().enumerate().map(move |(word, of)| (at, word, of.rect)))
    }

    fn opens(&self, cell: usize, word: usize) -> bool {
        let said = self.of_cell[cell].and_then(|(view, first)| view.words.get(first + word));
        said.is_some_and(|word| word.opens)
    }

    /// Gives the runs of words of a field, surest first.
    pub(super) fn spans(&self, field: &str) -> Vec<Span> {
        let mut spans = Vec::new();
        for block in &self.sheet.blocks {
            let mut lines: Vec<(usize, Range<usize>)> = Vec::new();
            for &cell in block {
                for run in self.runs(cell, field) {
                    // What opens anew, or stands in the middle of its line, does not read on from the line above.
                    let goes_on = run.start == 0 && !self.opens(cell, 0) && !lines.is_empty();
                    if !goes_on {
                        spans.extend(self.span(block, &lines, field));
                        lines.clear();
                    }
                    lines.push((cell, run));
                }
            }
            spans.extend(self.span(block, &lines, field));
        }
        spans.sort_by(|a, b| b.chance.total_cmp(&a.chance));
        spans
    }

    /// Gives the runs of one line. A single doubtful word in the midst of a run belongs to it.
    fn runs(&self, cell: usize, field: &str) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for word in 0..self.sheet.cells[cell].words.len() {
            if self.chance(cell, word, field) < BELONGS {
                continue;
            }
            match runs.last_mut() {
                Some(run) if word <= run.end + 1 && !(self.opens(cell, word) && word > run.start) => run.end = word + 1,
                _ => runs.push(word..word + 1),
            }
        }
        runs
    }

    /// Gives the span with the words of the line below that make the last of its persons longer: "Mme Odile", and the family
    /// name under it.
    pub(super) fn with_whole_name(&self, span: &Span) -> Snippet {
        let size = |snippet: &Snippet| {
            let persons = parse_persons(&snippet.text);
            let words = |person: &Person| person.nom.split_whitespace().chain(person.prenom.split_whitespace()).count();
            (persons.len(), persons.last().map_or(0, words))
        };
        let mut whole = span.snippet.clone();
        let Some(below) = span.below.map(|below| &self.sheet.cells[below]) else { return whole };
        let named = below.words.iter().take_while(|word| word.text.starts_with(char::is_uppercase)).count();
        for words in 1..=named.min(NAME_WORDS) {
            let mut longer = span.snippet.clone();
            longer.push_line(below, 0..words);
            let (before, after) = (size(&whole), size(&longer));
            if before.0 == 0 || after.0 != before.0 || after.1 <= before.1 {
                break;
            }
            whole = longer;
        }
        whole
    }

    fn span(&self, block: &[usize], lines: &[(usize, Range<usize>)], field: &str) -> Option<Span> {
        let (last, run) = lines.last()?;
        let mut snippet = Snippet::default();
        let (mut sum, mut count) = (0.0, 0);
        for (cell, run) in lines {
            snippet.push_line(&self.sheet.cells[*cell], run.clone());
            sum += run.clone().map(|word| self.chance(*cell, word, field)).sum::<f32>();
            count += run.len();
        }
        let behind = &self.sheet.cells[*last].words[run.end..];
        let rest: Vec<&str> = behind.iter().map(|word| word.text.as_str()).collect();
        let runs_on = behind.is_empty() && self.sheet.cells[*last].wraps;
        let below = block.iter().skip_while(|cell| *cell != last).nth(1).copied().filter(|_| runs_on);
        Some(Span { snippet, rest: rest.join(" "), chance: sum / count as f32, below })
    }
}
