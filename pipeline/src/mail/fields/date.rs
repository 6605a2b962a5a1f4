//! The day of a letter: the header of an e-mail, else the line of place and date, above the text or below it.

use super::super::letter::Letter;
use super::{of_header, reading};
use crate::extract::{Reading, Value};
use crate::values::date_text::find_dates;
use crate::values::fold::folded_words;

/// A line of place and date has no more words beside the date.
const MOST_WORDS: usize = 6;
/// How many lines at the end may hold the date.
const LAST_LINES: usize = 6;
/// Words beside a day that is not the letter's own: stamps of the mail room, laws, leases.
const OTHERS: &[&str] =
    &["RECU", "ARRIVE", "ARRIVEE", "LOI", "BAIL", "NE", "NEE", "DECRET", "ECHEANCE", "COMMANDE", "DEPUIS"];

/// Gives the day of a letter.
pub(in super::super) fn letter_date(letter: &Letter<'_>) -> Option<Reading> {
    if let Some(header) = letter.header {
        let day = header.date?;
        return Some(of_header(day.to_string(), Value::Date(day), "date du courriel"));
    }
    let last = &letter.body[letter.body.len().saturating_sub(LAST_LINES)..];
    let above = head_cells(letter);
    let own = above.iter().chain(last.iter().rev()).find_map(|&at| line_of_date(letter, at));
    own.or_else(|| in_text(letter))
}

/// Gives all cells above the text: the date may stand on the recipient's side.
fn head_cells(letter: &Letter<'_>) -> Vec<usize> {
    let first = letter.body.first().copied().unwrap_or(letter.sheet.cells.len());
    (0..first).collect()
}

/// Reads a line that is a date with at most a place before it.
fn line_of_date(letter: &Letter<'_>, at: usize) -> Option<Reading> {
    let snippet = letter.snippet(&[at]);
    let found = find_dates(&snippet.text).into_iter().next()?;
    let beside = folded_words(&format!("{} {}", &snippet.text[..found.range.start], &snippet.text[found.range.end..]));
    let others = beside.iter().any(|word| OTHERS.contains(&word.as_str()));
    if beside.len() > MOST_WORDS || others {
        return None;
    }
    reading(&snippet, found.range, Value::Date(found.date), 0.9, "lieu et date")
}

/// Reads "le 3 mars 2026, je soussigné": the first line of a text.
fn in_text(letter: &Letter<'_>) -> Option<Reading> {
    let snippet = letter.snippet(&letter.body[..letter.body.len().min(2)]);
    let found = find_dates(&snippet.text).into_iter().next()?;
    let opens = folded_words(&snippet.text[..found.range.start]).len() <= 4;
    opens.then(|| reading(&snippet, found.range, Value::Date(found.date), 0.5, "date en tête du texte"))?
}
