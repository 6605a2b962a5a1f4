//! Persons beside their label, in columns of their own, before the verb of a sentence, or as those a letter is sent to.

mod parts;
mod subject;

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
    readings.extend(parts::readings(ground, field));
    readings.extend(subject::readings(ground));
    readings.extend(recipient(ground));
    super::rank(&mut readings);
    absorb(&mut readings);
    join_others(ground, field, &mut readings);
    readings
}

/// A reading that holds only some of the persons of another at the same place is a part of it: the whole stays, as sure as
/// the surer of both.
fn absorb(readings: &mut Vec<Reading>) {
    let persons = |reading: &Reading| match &reading.value {
        Some(Value::Persons(persons)) => persons.clone(),
        _ => Vec::new(),
    };
    let mut at = 0;
    while at < readings.len() {
        let part = &readings[at];
        let members = persons(part);
        let whole = (0..readings.len()).find(|&other| {
            let all = persons(&readings[other]);
            let here = readings[other].page == part.page && readings[other].rect.overlap(&part.rect) > 0.0;
            here && all.len() > members.len() && members.iter().all(|person| all.contains(person))
        });
        match whole {
            Some(whole) => {
                readings[whole].confidence = readings[whole].confidence.max(part.confidence);
                readings.remove(at);
            }
            None => at += 1,
        }
    }
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

/// Gives the persons to whom the letter is addressed: lines that are names, with an address right below.
fn recipient(ground: &Ground<'_>) -> Option<Reading> {
    let found = super::places::recipient(ground)?;
    let mut snippet = Snippet::default();
    for &cell in &found.name_cells {
        let cell = &ground.sheet.cells[cell];
        snippet.push_line(cell, 0..cell.words.len());
    }
    let persons: Vec<Person> = snippet.text.split('\n').flat_map(parse_persons).collect();
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
