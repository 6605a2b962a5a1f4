//! Which pages belong to one document.
//!
//! Goes in: the pages of a source. Comes out: page ranges in order, each with the probability of its boundary. A page
//! opens a document when it carries a title of a type of its own; it goes on when it is numbered so, has no title, or
//! repeats the codes of the page before. Looks at words only.

use crate::classify::{self, Classification};
use crate::document::ReadPage;
use crate::lexicon::Lexicon;
use crate::sheet::Sheet;
use crate::values::Month;
use crate::values::date_text::find_dates;
use crate::values::month_text::find_months;
use regex::Regex;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// The pages of one document inside a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Indices into the pages of the source.
    pub pages: Range<usize>,
    /// How sure it is that a document starts with the first of them; 1 for the first page.
    pub boundary: f32,
}

/// "Page 2/3", "2 sur 3", "page 2 de 3".
static PAGE_OF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\bpage\s*:?\s*(\d{1,2})\s*(?:/|sur|de)\s*(\d{1,2})\b").expect("the pattern is fixed")
});
/// Fewer words make a page without a text of its own: a back, a separator.
const BLANK_WORDS: usize = 8;
/// A type must be this sure to open a document after another page.
const OPENING_CONFIDENCE: f32 = 0.62;

/// Splits a source into documents.
pub fn split(pages: &[ReadPage], lexicon: &Lexicon) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut previous: Option<(Classification, &ReadPage)> = None;
    for (index, page) in pages.iter().enumerate() {
        let label = classify::label(&Sheet::new([page]), lexicon);
        let boundary = match &previous {
            None => 1.0,
            Some((before, last)) => boundary(before, last, &label, page),
        };
        if boundary > 0.5 {
            segments.push(Segment { pages: index..index + 1, boundary });
        } else if let Some(open) = segments.last_mut() {
            open.pages.end = index + 1;
        }
        // A page that goes on does not change what the document is.
        if boundary > 0.5 || previous.is_none() {
            previous = Some((label, page));
        }
    }
    segments
}

/// Gives the probability that `page` starts another document than the one that `last` belongs to.
fn boundary(before: &Classification, last: &ReadPage, label: &Classification, page: &ReadPage) -> f32 {
    let text = page.layer.text();
    if page.layer.words().count() < BLANK_WORDS {
        return 0.1;
    }
    if let Some(number) = page_number(&text) {
        return if number == 1 { 0.95 } else { 0.05 };
    }
    let shared = codes(&text).intersection(&codes(&last.layer.text())).count();
    if shared > 0 && label.type_code == before.type_code {
        // The same person's next slip, receipt or statement: it has the title again, and is of another month.
        let again = label.titled && before.titled && of_other_months(&text, &last.layer.text());
        return if again { 0.8 } else { 0.2 };
    }
    if label.titled && label.confidence >= OPENING_CONFIDENCE {
        return 0.9;
    }
    let other = label.type_code != before.type_code && label.type_code != "autre";
    if other && label.confidence >= OPENING_CONFIDENCE && shared == 0 { 0.7 } else { 0.3 }
}

fn page_number(text: &str) -> Option<u32> {
    let found = PAGE_OF.captures_iter(text).last()?;
    found[1].parse().ok()
}

/// Tells whether each of two pages speaks of a month of which the other does not: a page that goes on repeats those of the
/// page before, or names none.
fn of_other_months(page: &str, last: &str) -> bool {
    let (page, last) = (months(page), months(last));
    !page.is_subset(&last) && !last.is_subset(&page)
}

/// Gives the months that a text names, and those of the days that it names.
fn months(text: &str) -> HashSet<Month> {
    let of_days = find_dates(text).into_iter().map(|mention| Month::of(mention.date));
    find_months(text).into_iter().map(|(month, _)| month).chain(of_days).collect()
}

/// Gives the long numbers of a text: what makes two pages speak of one contract.
fn codes(text: &str) -> HashSet<String> {
    let words =
        text.split_whitespace().map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>());
    words.filter(|word| word.len() >= 7 && word.chars().filter(char::is_ascii_digit).count() >= 6).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use crate::sheet::typed::page;

    fn ranges(texts: &[&str]) -> Vec<(usize, usize)> {
        let lexicon = Lexicon::new(Rules::embedded().unwrap());
        let pages: Vec<ReadPage> = texts.iter().map(|text| page(text)).collect();
        split(&pages, &lexicon).into_iter().map(|segment| (segment.pages.start, segment.pages.end)).collect()
    }

    const ATTESTATION: &str =
        "ATTESTATION D'ASSURANCE HABITATION\nNous attestons que M. X a souscrit\nle contrat 12345678\nrisques locatifs";
    const LETTER: &str = "Madame, Monsieur,\nje vous écris car vous trouverez ci-joint mon attestation\nje vous prie d'agréer mes salutations\nJe suis locataire";

    #[test]
    fn documents_inside_a_source() {
        assert_eq!(ranges(&[ATTESTATION]), [(0, 1)]);
        assert_eq!(ranges(&[ATTESTATION, ""]), [(0, 2)]);
        assert_eq!(ranges(&[LETTER, ATTESTATION]), [(0, 1), (1, 2)]);
        let second =
            "Conditions de la présente attestation d'assurance\ncontrat 12345678\nPage 2/2 de nos conditions générales";
        assert_eq!(ranges(&[ATTESTATION, second]), [(0, 2)]);
        assert_eq!(ranges(&[]), []);
    }

    #[test]
    fn slips_of_one_person_are_each_a_document() {
        let slip = |month: &str, rest: &str| {
            format!(
                "BULLETIN DE PAIE\nPériode : {month} 2026\nSIRET 12345678901234\nSalaire de base\nNet à payer avant impôt\nNet à payer 1 512,30\ncotisations et contributions\n{rest}"
            )
        };
        let (september, october) = (slip("septembre", "Entrée 03/2019"), slip("octobre", "Entrée 03/2019"));
        assert_eq!(ranges(&[&september, &october]), [(0, 1), (1, 2)]);
        let goes_on = slip("octobre", "suite");
        assert_eq!(ranges(&[&october, &goes_on]), [(0, 2)]);
    }
}
