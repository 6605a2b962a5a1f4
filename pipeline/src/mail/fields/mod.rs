//! The fields of a letter: who writes, of which dwelling, when, about what.

mod address;
mod date;
mod departure;
mod holders;
mod person;
mod reference;

pub(super) use date::letter_date as date;

use super::letter::{Letter, plain_subject};
use crate::extract::{Reading, Value};
use crate::geometry::Rect;
use crate::sheet::Snippet;
use crate::values::Date;
use crate::values::code::normal;
pub(super) use person::signers;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A telephone number of France.
static TELEPHONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\+33\s?(?:\(0\)\s?)?|\b0)[1-9](?:[\s.\-]?\d{2}){4}\b").expect("the pattern is fixed")
});
/// An address of e-mail.
static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}").expect("the pattern is fixed"));

/// The category whose letters end a lease.
pub(super) const NOTICE: &str = "conge";

/// Reads one field of a letter of a category.
pub(super) fn read(letter: &Letter<'_>, code: &str, category: &str, written: Date) -> Option<Reading> {
    match code {
        "expediteur" => person::sender(letter),
        "adresse_logement" => address::dwelling(letter, category),
        "reference_contrat" => reference::lease(letter),
        "objet" => subject(letter),
        "nouvelle_adresse" if category == NOTICE => address::new_home(letter),
        "locataires" if category == NOTICE => holders::holders(letter),
        "date_depart" if category == NOTICE => departure::day(letter, written),
        "telephone" if category == NOTICE => shaped(letter, &TELEPHONE, |text| Value::Code(normal(text))),
        "email" if category == NOTICE => {
            sent_from(letter).or_else(|| shaped(letter, &EMAIL, |text| Value::Text(text.to_owned())))
        }
        _ => None,
    }
}

/// Gives the address from which an e-mail was sent.
fn sent_from(letter: &Letter<'_>) -> Option<Reading> {
    let from = letter.header?.from.clone()?;
    Some(of_header(from.clone(), Value::Text(from), "expéditeur du courriel"))
}

/// Gives the first text of a form, in the text or above it.
fn shaped(letter: &Letter<'_>, form: &Regex, value: impl Fn(&str) -> Value) -> Option<Reading> {
    [&letter.body, &letter.head].into_iter().find_map(|cells| {
        let snippet = letter.snippet(cells);
        let range = form.find(&snippet.text)?.range();
        let value = value(&snippet.text[range.clone()]);
        reading(&snippet, range, value, 0.9, "forme du texte")
    })
}

/// Gives the subject of a letter.
fn subject(letter: &Letter<'_>) -> Option<Reading> {
    if letter.header.is_some() {
        let text = letter.subject_text();
        return (!text.is_empty()).then(|| of_header(text.clone(), Value::Text(text), "objet du courriel"));
    }
    let snippet = letter.subject.as_ref().filter(|snippet| !snippet.is_blank())?;
    let range = 0..snippet.text.len();
    // People type straight apostrophes, and recognition cannot tell them from curved ones.
    let recognised = letter.sheet.cells.iter().any(|cell| cell.tolerant);
    let printed = if recognised { snippet.text.replace('\n', " ") } else { snippet.printed(&range) };
    // Of a printed e-mail too, the marks of answers are not the subject.
    let printed = plain_subject(&printed);
    let (worth, method) = match letter.labelled {
        true => (0.9, "ligne « objet »"),
        false => (0.7, "ligne seule au-dessus du texte"),
    };
    reading(snippet, range, Value::Text(printed), worth, method)
}

/// Gives a reading of a piece of a snippet.
pub(super) fn reading(
    snippet: &Snippet,
    range: Range<usize>,
    value: Value,
    confidence: f32,
    method: &'static str,
) -> Option<Reading> {
    let (page, rect, legible) = snippet.evidence(&range)?;
    let raw = snippet.text[range].to_owned();
    Some(Reading { value: Some(value), raw, confidence: confidence * legible.max(0.6), legible, page, rect, method })
}

/// Gives a reading of the header of an e-mail, which stands on no page.
pub(super) fn of_header(raw: String, value: Value, method: &'static str) -> Reading {
    let rect = Rect::new(0.0, 0.0, 0.0, 0.0);
    Reading { value: Some(value), raw, confidence: 0.95, legible: 1.0, page: 0, rect, method }
}

/// Gives a reading that the whole text speaks for.
pub(super) fn of_text(
    letter: &Letter<'_>,
    value: Value,
    because: Option<String>,
    confidence: f32,
    method: &'static str,
) -> Option<Reading> {
    let mut reading = match super::placed(letter, &letter.body, value.clone(), confidence, method) {
        Some(reading) => reading,
        // Nothing but a subject, or nothing at all.
        None => Reading { confidence, ..of_header(String::new(), value, method) },
    };
    reading.raw = because.unwrap_or_default();
    reading.confidence = confidence;
    Some(reading)
}
