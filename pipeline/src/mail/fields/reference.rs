//! The number of the lease that a letter names.

use super::super::letter::Letter;
use super::{of_header, reading};
use crate::extract::{Reading, Value};
use crate::values::code::normal;
use crate::values::date_text::find_dates;
use regex::Regex;
use std::sync::LazyLock;

/// A label of a lease and the number behind it. Numbers of demands, policies and invoices have other labels.
static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:contrat(?: de location)?|bail|locataire|v/?\s*r[ée]f|r[ée]f(?:[ée]rences?)?)\b\.?(?:\s+(?:du bail|locataire|client|contrat|bail|de location))?\s*(?:(?:n[°ºo]s?\.?|num[ée]ro|:|\()\s*)*((?:(?-i:[A-Z]{1,4})[ \-/.]?)?\d[\dA-Z]*(?:[ \-/.]\d[\dA-Z]*)*)",
    )
    .expect("the pattern is fixed")
});
/// A number alone, letters first: "L-004512".
static SHAPED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[A-Z]{1,3}[-/ ]?\d{2,6}(?:[-/.]\d{2,6})*\b").expect("the pattern is fixed"));
/// A number and nothing else.
static ALONE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[A-Z]{0,3}[-/ ]?\d{3,9}(?:[-/]\d{2,6})*$").expect("the pattern is fixed"));
/// A signature stands within so many lines from the end.
const LAST_LINES: usize = 8;
/// Fewer digits are a year, a flat, an amount.
const DIGITS: usize = 5;
/// Words before a number that is another's.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:facture|demande|police|assurance|commande|unique|allocataire|dossier|sinistre|compteur|siret|rg|lrar|recommand[ée]e?|contrat d'entretien|iban|march[ée])[^\n]{0,18}$")
        .expect("the pattern is fixed")
});

/// "N/Réf.", "Nos réf.": the writer's own number.
static WRITERS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)(?:\bn\s*/|\bnos|\bnotre)\s*$").expect("the pattern is fixed"));

/// Gives the number of the lease.
pub(super) fn lease(letter: &Letter<'_>) -> Option<Reading> {
    let first = letter.body.first().copied().unwrap_or(letter.sheet.cells.len());
    let above: Vec<usize> = (0..first).collect();
    let mut places: Vec<Vec<usize>> = above.iter().map(|&at| vec![at]).collect();
    places.push(letter.body.clone());
    let snippets: Vec<_> = places.iter().map(|cells| letter.snippet(cells)).collect();
    for snippet in &snippets {
        for found in LABELLED.captures_iter(&snippet.text) {
            let (whole, number) = (found.get(0)?, found.get(1)?);
            let digits = number.as_str().chars().filter(char::is_ascii_digit).count();
            let before = &snippet.text[..whole.start()];
            let ours = !OTHERS.is_match(before) && !OTHERS.is_match(whole.as_str()) && !WRITERS.is_match(before);
            if digits >= DIGITS && ours && !is_telephone(number.as_str()) && find_dates(number.as_str()).is_empty() {
                return reading(snippet, number.range(), Value::Code(normal(number.as_str())), 0.85, "libellé du bail");
            }
        }
    }
    if let Some(found) = in_subject(letter).or_else(|| alone(letter)) {
        return Some(found);
    }
    snippets.iter().find_map(|snippet| {
        let found = SHAPED.find_iter(&snippet.text).find(|found| {
            let digits = found.as_str().chars().filter(char::is_ascii_digit).count();
            digits >= DIGITS && !OTHERS.is_match(&snippet.text[..found.start()])
        })?;
        reading(snippet, found.range(), Value::Code(normal(found.as_str())), 0.5, "numéro sans libellé")
    })
}

/// Gives the number that the subject of an e-mail names.
fn in_subject(letter: &Letter<'_>) -> Option<Reading> {
    letter.header?;
    let subject = letter.subject_text();
    let found = LABELLED.captures(&subject)?;
    let (whole, number) = (found.get(0)?, found.get(1)?);
    let digits = number.as_str().chars().filter(char::is_ascii_digit).count();
    let ours = digits >= DIGITS && !OTHERS.is_match(&subject[..whole.start()]) && !OTHERS.is_match(whole.as_str());
    let ours = ours && find_dates(number.as_str()).is_empty();
    let value = Value::Code(normal(number.as_str()));
    ours.then(|| of_header(number.as_str().to_owned(), value, "numéro dans l'objet"))
}

/// Gives a number that stands alone under the signature, on a line or between dashes.
fn alone(letter: &Letter<'_>) -> Option<Reading> {
    let last = &letter.body[letter.body.len().saturating_sub(LAST_LINES)..];
    last.iter().rev().find_map(|&at| {
        let snippet = letter.snippet(&[at]);
        let mut from = 0;
        let piece = snippet.text.split(['–', '(', ')', ',']).find_map(|piece| {
            let start = from + (piece.len() - piece.trim_start().len());
            let next = snippet.text[from + piece.len()..].chars().next().map_or(0, char::len_utf8);
            from += piece.len() + next;
            let number = piece.trim();
            let digits = number.chars().filter(char::is_ascii_digit).count();
            let fits = digits > DIGITS && ALONE.is_match(number) && !is_telephone(number);
            fits.then(|| start..start + number.len())
        })?;
        let code = normal(&snippet.text[piece.clone()]);
        reading(&snippet, piece, Value::Code(code), 0.6, "numéro sous la signature")
    })
}

fn is_telephone(number: &str) -> bool {
    number.starts_with('0') && number.chars().filter(char::is_ascii_digit).count() == 10 && number.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Sheet, typed};

    #[test]
    fn numbers_of_leases_and_of_other_things() {
        for (text, expected) in [
            ("Bonjour,\nmon contrat n° L-004512 continue", "L004512"),
            ("Bonjour,\nRéf. locataire : 0045/12-88", "00451288"),
            ("Bonjour,\nSophie Lenoir (L-004512)", "L004512"),
            ("Bonjour,\nma demande n° 784512 et ma police n° 4512345", ""),
            ("Bonjour,\nfacture n° FA-2026118", ""),
            ("Bonjour,\nle volet est cassé\nSophie Lenoir – 5118401", "5118401"),
            ("Bonjour,\nle volet est cassé\nSophie Lenoir – 06 12 34 56 78", ""),
            ("Bonjour,\nlocataire au 12 rue des Lilas, 31000 Toulouse", ""),
        ] {
            let page = typed::page(text);
            let sheet = Sheet::new([&page]);
            let found = lease(&Letter::new(&sheet, None));
            let code = match found.and_then(|reading| reading.value) {
                Some(Value::Code(code)) => code,
                _ => String::new(),
            };
            assert_eq!(code, expected, "{text}");
        }
    }
}
