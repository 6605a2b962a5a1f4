//! Who holds the lease that a congé ends: those who sign it, or the person for whom somebody writes.

use super::super::letter::Letter;
use super::{person, reading};
use crate::extract::{Reading, Value};
use crate::sheet::Snippet;
use crate::values::Person;
use crate::values::person::{Likeness, same_person};
use crate::values::person_text::{is_body, is_person_line, parse_persons};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Somebody writes for a tenant.
static FOR_ANOTHER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)mandataire|tut(?:eur|rice)|curat(?:eur|rice)|tutelle|curatelle|r[ée]f[ée]rente?|assistante? sociale|j'accompagne|pour le compte|(?:ma|mon)\s+(?:m[èe]re|p[èe]re|grand|tante|oncle|fils|fille|fr[èe]re|s[œo]e?ur)")
        .expect("the pattern is fixed")
});
/// A civility and the name behind it.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:M\.|Mme|Mlle|Monsieur|Madame)\s+[A-ZÀ-Ý][\w'’\-]+(?:\s+[A-ZÀ-Ý][\w'’\-]+){1,3}")
        .expect("the pattern is fixed")
});

/// Gives the holders, in the order of the letter.
pub(super) fn holders(letter: &Letter<'_>) -> Option<Reading> {
    let body = letter.snippet(&letter.body);
    if FOR_ANOTHER.is_match(&body.text)
        && let Some(found) = NAMED.find(&body.text)
    {
        let persons = parse_persons(found.as_str());
        let named = of(&body, found.range(), persons, 0.75, "personne pour qui l'on écrit");
        if named.is_some() {
            return named;
        }
    }
    let mut persons = above(letter);
    let mut place: Option<(Snippet, Range<usize>)> = None;
    for found in [undersigned(&body), person::signature(letter)].into_iter().flatten() {
        merge(&mut persons, found.2);
        place = Some((found.0, found.1));
    }
    let place = place.or_else(|| head_place(letter))?;
    of(&place.0, place.1, persons, 0.85, "signataires")
}

fn of(
    snippet: &Snippet,
    range: Range<usize>,
    persons: Vec<Person>,
    confidence: f32,
    method: &'static str,
) -> Option<Reading> {
    (!persons.is_empty()).then(|| reading(snippet, range, Value::Persons(persons), confidence, method))?
}

/// Adds persons who are not there yet.
fn merge(persons: &mut Vec<Person>, more: Vec<Person>) {
    for person in more {
        if !persons.iter().any(|known| same_person(known, &person) > Likeness::Different) {
            persons.push(person);
        }
    }
}

fn undersigned(body: &Snippet) -> Option<(Snippet, Range<usize>, Vec<Person>)> {
    let range = person::undersigned_range(&body.text)?;
    let persons = parse_persons(&body.text[range.clone()]);
    (!persons.is_empty()).then(|| (body.clone(), range, persons))
}

/// Gives the persons above the text, each on a line of its own.
fn above(letter: &Letter<'_>) -> Vec<Person> {
    let mut persons = Vec::new();
    for &at in &letter.head {
        let text = letter.sheet.cells[at].text();
        if is_person_line(&text) && !is_body(&text) {
            merge(&mut persons, parse_persons(&text));
        }
    }
    if persons.is_empty() {
        persons = person::above(letter).map(|found| found.2).unwrap_or_default();
    }
    persons
}

fn head_place(letter: &Letter<'_>) -> Option<(Snippet, Range<usize>)> {
    let (snippet, range, _) = person::above(letter)?;
    Some((snippet, range))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Sheet, typed};

    #[test]
    fn who_holds_the_lease() {
        struct Case(&'static str, &'static str);
        for Case(text, expected) in [
            Case("Bonjour,\n\nJe pars.\n\nKarim Benali et Lina Benali", "Karim BENALI, Lina BENALI"),
            Case(
                "Bonjour,\n\nMa mère, Mme Ginette Morel, votre locataire, quitte son logement.\n\nSophie Lenoir",
                "Ginette MOREL",
            ),
            Case("Bonjour,\n\nJe soussignée Sophie Lenoir, donne congé.", "Sophie LENOIR"),
        ] {
            let page = typed::page(text);
            let sheet = Sheet::new([&page]);
            let names = match holders(&Letter::new(&sheet, None)).and_then(|reading| reading.value) {
                Some(Value::Persons(persons)) => {
                    persons.iter().map(|p| format!("{} {}", p.prenom, p.nom)).collect::<Vec<_>>().join(", ")
                }
                _ => String::new(),
            };
            assert_eq!(names, expected, "{text}");
        }
    }
}
