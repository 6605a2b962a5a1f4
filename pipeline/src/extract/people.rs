//! Persons beside their label, on one line or family name and first name apart.

use super::region::{Anchor, Reach};
use super::{Ground, Reading, Value, worth};
use crate::lexicon::Strength;
use crate::sheet::Snippet;
use crate::values::Person;
use crate::values::person_text::parse_persons;

const REACH: Reach = Reach { lines: 3, any_label_ends: true };
const ONE_LINE: Reach = Reach { lines: 1, any_label_ends: true };

pub(super) fn readings(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut readings = Vec::new();
    for anchor in ground.anchors.of(field) {
        if worth(anchor.label.strength) > 0.0 {
            readings.extend(labelled(ground, anchor));
        }
    }
    readings.extend(in_parts(ground, field));
    readings.extend(recipient(ground));
    join_others(ground, field, &mut readings);
    readings
}

/// Gives the persons that stand behind, beside or under a label.
fn labelled(ground: &Ground<'_>, anchor: &Anchor) -> Option<Reading> {
    for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, REACH) {
        let Some((persons, length)) = leading_persons(&snippet.text) else { continue };
        if !ground.lexicon.rules.insurers.find(&snippet.text[..length]).is_empty() {
            continue;
        }
        let (page, rect, legible) = snippet.evidence(&(0..length))?;
        // A sentence after "assuré" rarely starts with a name; a form does.
        let form = if anchor.colon || anchor.opens { 1.0 } else { 0.93 };
        return Some(Reading {
            value: Some(Value::Persons(persons)),
            raw: snippet.text[..length].trim_matches([' ', ':', ',']).to_owned(),
            confidence: worth(anchor.label.strength) * side.worth() * form * legible.max(0.6),
            legible,
            page,
            rect,
            method: side.method(),
        });
    }
    None
}

/// Gives the persons at the start of a text and where they end: further lines count while they are names and no more.
fn leading_persons(text: &str) -> Option<(Vec<Person>, usize)> {
    let mut persons: Vec<Person> = Vec::new();
    let mut length = 0;
    let mut from = 0;
    for (index, line) in text.split('\n').enumerate() {
        let found = parse_persons(line.trim_start_matches([' ', ':', '-', '–', '.', ',']));
        let names_only =
            found.iter().map(|person| person.nom.split(' ').count() + person.prenom.split(' ').count()).sum::<usize>();
        let words = line.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
        if found.is_empty() || index > 0 && words > names_only + 2 * found.len() {
            if index == 0 && line.chars().any(char::is_alphanumeric) {
                return None;
            }
            if !persons.is_empty() {
                break;
            }
            from += line.len() + 1;
            continue;
        }
        persons.extend(found.into_iter().filter(|person| !persons.contains(person)).collect::<Vec<_>>());
        length = from + line.len();
        from += line.len() + 1;
    }
    (!persons.is_empty()).then_some((persons, length))
}

/// Gives persons whose family name and first name have labels of their own.
fn in_parts(ground: &Ground<'_>, field: usize) -> Option<Reading> {
    let part = |strength: Strength| -> Vec<(String, Snippet)> {
        let anchors = ground.anchors.of(field).filter(move |anchor| anchor.label.strength == strength && anchor.opens);
        anchors
            .filter_map(|anchor| {
                let (_, snippet) = ground.anchors.regions(ground.sheet, anchor, ONE_LINE).into_iter().next()?;
                let text = snippet.text.trim_matches([' ', ':', '-']).to_owned();
                let plain = text.chars().all(|c| c.is_alphabetic() || " -'’".contains(c));
                (plain && text.len() >= 2 && text.split(' ').count() <= 4).then_some((text, snippet))
            })
            .collect()
    };
    let (names, firsts) = (part(Strength::FamilyName), part(Strength::FirstName));
    let mut persons = Vec::new();
    for ((name, _), (first, _)) in names.iter().zip(&firsts) {
        let parsed = parse_persons(&format!("{} {}", name.to_uppercase(), first));
        persons.extend(parsed.into_iter().next().map(|parsed| Person { nom: name.to_uppercase(), ..parsed }));
    }
    let snippet = &names.first()?.1;
    let (page, rect, legible) = snippet.evidence(&(0..snippet.text.len()))?;
    let raw: Vec<String> = names.iter().zip(&firsts).map(|((name, _), (first, _))| format!("{name} {first}")).collect();
    (!persons.is_empty()).then(|| Reading {
        value: Some(Value::Persons(persons)),
        raw: raw.join(", "),
        confidence: 0.85 * legible.max(0.6),
        legible,
        page,
        rect,
        method: "nom et prénom sur deux lignes",
    })
}

/// Gives the person to whom the letter is addressed: a line that is a name, with an address right below.
fn recipient(ground: &Ground<'_>) -> Option<Reading> {
    let found = super::places::recipient(ground)?;
    let cell = &ground.sheet.cells[found.name_cell];
    let mut snippet = Snippet::default();
    snippet.push_line(cell, 0..cell.words.len());
    let persons = parse_persons(&snippet.text);
    let (page, rect, legible) = snippet.evidence(&(0..snippet.text.len()))?;
    (!persons.is_empty()).then(|| Reading {
        value: Some(Value::Persons(persons)),
        raw: snippet.text.clone(),
        confidence: 0.5 * legible,
        legible,
        page,
        rect,
        method: "destinataire de la lettre",
    })
}

/// Adds the spouses and flatmates who are insured too to the best reading.
fn join_others(ground: &Ground<'_>, field: usize, readings: &mut [Reading]) {
    let best = readings.iter_mut().max_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let Some(Reading { value: Some(Value::Persons(persons)), raw, .. }) = best else { return };
    for anchor in ground
        .anchors
        .of(field)
        .filter(|anchor| anchor.label.strength == Strength::Also && (anchor.colon || anchor.opens))
    {
        for (_, snippet) in ground.anchors.regions(ground.sheet, anchor, ONE_LINE) {
            let Some((others, length)) = leading_persons(&snippet.text) else { continue };
            for other in others {
                if !persons.contains(&other) {
                    persons.push(other);
                    raw.push_str(", ");
                    raw.push_str(&snippet.text[..length]);
                }
            }
            break;
        }
    }
}
