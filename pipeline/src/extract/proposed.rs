//! What stands at a place that another reader proposes: read by the parsers of its kind, or not at all.

use super::{Reading, Value, amounts, code, dates, numbers, people, places, texts};
use crate::lexicon::Lexicon;
use crate::rules::{FieldRule, Kind};
use crate::sheet::Snippet;
use crate::values::fold::fold;
use crate::values::month_text::find_months;
use crate::values::person_text::parse_persons;
use std::ops::Range;

/// What found it, for `explain`.
const METHOD: &str = "encodeur";

/// Reads a value of a field in a snippet that holds little else; `rest` is what follows it on its line.
pub(crate) fn read(field: &FieldRule, snippet: &Snippet, rest: &str, lexicon: &Lexicon) -> Option<Reading> {
    let (value, range) = value(field, snippet, rest, lexicon)?;
    let (page, rect, legible) = snippet.evidence(&range)?;
    let raw = snippet.text[range].trim_matches([' ', ':', ',', ';']).to_owned();
    Some(Reading { value: Some(value), raw, confidence: legible, legible, page, rect, method: METHOD })
}

fn value(field: &FieldRule, snippet: &Snippet, rest: &str, lexicon: &Lexicon) -> Option<(Value, Range<usize>)> {
    let text = snippet.text.as_str();
    let whole = 0..text.len();
    match field.kind {
        Kind::Code | Kind::Text if field.pattern.is_some() => texts::shaped_in(field, snippet),
        Kind::Code => code::in_text(text),
        Kind::Company | Kind::Broker => {
            let named = text.chars().any(char::is_uppercase) && text.chars().filter(|c| c.is_alphabetic()).count() > 1;
            named.then(|| (Value::Text(printed(snippet, &whole)), whole))
        }
        Kind::Text => texts::phrase_in(snippet),
        Kind::Persons | Kind::Person => {
            // An insurer's name or its address may read as a person's.
            let persons = parse_persons(text);
            let company = !lexicon.rules.insurers.find(text).is_empty();
            let first = persons.first().cloned().filter(|_| !company)?;
            let value = if field.kind == Kind::Person { Value::Person(first) } else { Value::Persons(persons) };
            Some((value, whole))
        }
        Kind::Address => places::in_text(text),
        Kind::DateStart | Kind::DateIssue | Kind::Day => dates::in_text(text, None),
        Kind::DateEnd => dates::in_text(text, Some(rest)),
        Kind::Amount => amounts::in_text(field, text),
        Kind::Month => find_months(text).into_iter().next().map(|(month, range)| (Value::Month(month), range)),
        Kind::Year | Kind::Decimal | Kind::Count => numbers::in_text(field.kind, text),
        Kind::Surname | Kind::FirstNames => people::name_value(field.kind, text).map(|value| (value, whole)),
        Kind::Choice | Kind::Set | Kind::Judged => None,
    }
}

fn printed(snippet: &Snippet, range: &Range<usize>) -> String {
    snippet.printed(range).trim_matches([' ', ',', '.', ':', ';', '(', ')', '-', '–']).to_owned()
}

/// Makes one reading of those that name different persons of a list: each stands at a place of its own.
pub(crate) fn join_persons(readings: &mut Vec<Reading>) {
    let Some((first, others)) = readings.split_first_mut() else { return };
    let Some(Value::Persons(persons)) = &mut first.value else { return };
    for other in others.iter().filter(|other| other.confidence > 0.8) {
        let Some(Value::Persons(more)) = &other.value else { continue };
        for person in more {
            let known = persons
                .iter()
                .any(|known| fold(&known.nom) == fold(&person.nom) && fold(&known.prenom) == fold(&person.prenom));
            if !known {
                persons.push(person.clone());
                first.confidence = first.confidence.min(other.confidence);
            }
        }
    }
    readings.truncate(1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use crate::sheet::{Sheet, typed::page};

    #[test]
    fn values_at_places_that_are_pointed_at() {
        let lexicon = Lexicon::new(Rules::embedded().unwrap());
        let rule = lexicon.rules.type_rule("attestation_habitation").unwrap();
        for (code, text, rest, expected) in [
            ("numero_contrat", "HAB 0045 12987", "", Some("HAB004512987")),
            ("numero_contrat", "bonjour", "", None),
            ("date_debut", "1er mars 2026", "", Some("2026-03-01")),
            ("date_fin", "28/02/2027", "à 0 heure", Some("2027-02-27")),
            ("date_fin", "un an", "", None),
            ("assures", "M. Jean DUPONT", "", Some("Jean DUPONT")),
            ("adresse_risque", "12 rue des Lilas 31000 TOULOUSE", "", Some("12 rue des Lilas, 31000 TOULOUSE")),
            ("assureur", "Hermine Mutuelle", "", Some("Hermine Mutuelle")),
            ("garanties", "incendie", "", None),
        ] {
            let field = &lexicon.rules.fields[lexicon.rules.field_of(rule, code).unwrap()];
            let page = page(text);
            let sheet = Sheet::new([&page]);
            let snippet = sheet.snippet(&[0]);
            let read = read(field, &snippet, rest, &lexicon).and_then(|reading| reading.value);
            let got = read.as_ref().map(crate::run::value_text);
            assert_eq!(got.as_deref(), expected, "{code} {text}");
        }
    }
}
