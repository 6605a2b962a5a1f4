//! Persons beside their label, in columns of their own, before the verb of a sentence, or as those a letter is sent to.

mod parts;
mod prose;
mod subject;

use super::region::{Anchor, Reach};
use super::{Ground, Reading, Value, worth};
use crate::lexicon::Strength;
use crate::rules::{Kind, Source};
use crate::sheet::Snippet;
use crate::values::Person;
use crate::values::person::title_case;
use crate::values::person_text::{is_body, is_everyday, is_named, is_person_line, parse_persons};
use regex::Regex;
use std::sync::LazyLock;

/// Four flatmates, one below the other.
const REACH: Reach = Reach { lines: 4, any_label_ends: true };
/// What forms print before a name: "(nom, prénom)", "M. / Mme".
static GLOSS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\((?:nom|pr[ée]nom|civilit)[^)]*\)|\bm(?:r|\.)?\s*/\s*mme\b\.?|\bmme\s*/\s*m(?:r|\.)?\b|^\s*\(e\)\s*,?",
    )
    .expect("the pattern is fixed")
});
const ONE_LINE: Reach = Reach { lines: 1, any_label_ends: true };

pub(super) fn readings(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut readings = Vec::new();
    for anchor in ground.anchors.of(field) {
        if worth(anchor.label.strength) > 0.0 {
            readings.extend(labelled(ground, anchor));
        }
    }
    readings.extend(parts::readings(ground, field));
    for source in &ground.rule(field).sources {
        match source {
            Source::Subject => {
                let subjects = subject::readings(ground);
                let unnamed = readings.is_empty() && subjects.is_empty();
                readings.extend(if unnamed { prose::readings(ground) } else { subjects });
            }
            Source::Recipient => readings.extend(recipient(ground)),
            Source::Line => readings.extend(lines(ground)),
            Source::Sender | Source::Anywhere => {}
        }
    }
    readings.retain_mut(|reading| believable(ground, field, reading));
    super::rank(&mut readings);
    absorb(&mut readings);
    join_others(ground, field, &mut readings);
    readings
}

/// How far a name without civility is believed whose first name nobody knows.
const UNKNOWN_NAME: f32 = 0.7;

/// Tells names from what only looks like one: bodies, and words of every day. Papers on insurance say who is insured in so
/// many ways that their names stand for themselves.
fn believable(ground: &Ground<'_>, field: usize, reading: &mut Reading) -> bool {
    let Some(Value::Persons(persons)) = &mut reading.value else { return true };
    // "Union des Sociétaires du Midi": no first name is an article.
    persons
        .retain(|person| !matches!(person.prenom.as_str(), "Du" | "De" | "Des" | "La" | "Le" | "Les" | "Au" | "Aux"));
    if ground.rule(field).of.is_empty() {
        persons.retain(|person| !is_body(&person.nom) && !is_body(&person.prenom));
        return !persons.is_empty();
    }
    persons.retain(|person| {
        let told = |name: &str| name.split(' ').any(|word| word.chars().count() > 2 && !is_everyday(word));
        !is_body(&person.nom)
            && !is_body(&person.prenom)
            && told(&person.nom)
            && (person.prenom.is_empty() || told(&person.prenom))
    });
    if persons.is_empty() {
        return false;
    }
    if !is_named(&reading.raw) {
        reading.confidence *= UNKNOWN_NAME;
    }
    true
}

/// Gives the readings of a field of one person: the first of those read.
pub(super) fn first(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut found = readings(ground, field);
    for reading in &mut found {
        if let Some(Value::Persons(persons)) = &reading.value {
            reading.value = persons.first().cloned().map(Value::Person);
        }
    }
    found
}

/// Gives the readings of a family name, or of first names, that stands alone beside its label.
pub(super) fn name_part(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let kind = ground.rule(field).kind;
    let mut readings = Vec::new();
    for anchor in ground.anchors.of(field).filter(|anchor| anchor.opens || anchor.colon) {
        for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, ONE_LINE) {
            let Some(name) = parts::name(&snippet.text) else { continue };
            let Some((page, rect, legible)) = snippet.evidence(&(0..snippet.text.len())) else { continue };
            readings.push(Reading {
                value: Some(named(kind, &name)),
                raw: name,
                confidence: worth(anchor.label.strength) * side.worth() * legible,
                legible,
                page,
                rect,
                method: side.method(),
            });
            break;
        }
    }
    readings
}

/// Gives the family name, or the first names, that a text is.
pub(super) fn name_value(kind: Kind, text: &str) -> Option<Value> {
    parts::name(text).map(|name| named(kind, &name))
}

fn named(kind: Kind, name: &str) -> Value {
    match kind {
        Kind::Surname => Value::Text(name.to_uppercase()),
        _ => Value::List(name.split([' ', ',']).filter(|name| name.len() > 1).map(title_case).collect()),
    }
}

/// Lines that are a name stand above this height, at most so many.
const NAME_LINES: (f32, usize) = (0.5, 3);

/// Gives the lines that are a name and nothing else, near the top of the first page: the first is the surest.
fn lines(ground: &Ground<'_>) -> Vec<Reading> {
    let first_page = ground.sheet.cells.first().map(|cell| cell.page);
    let head = ground.sheet.cells.iter().filter(|cell| Some(cell.page) == first_page && cell.rect.y0 < NAME_LINES.0);
    let named = head.filter(|cell| is_person_line(&cell.text())).take(NAME_LINES.1);
    let read = named.enumerate().filter_map(|(rank, cell)| {
        let snippet = Snippet::of([cell]);
        let persons = parse_persons(&snippet.text);
        let (page, rect, legible) = snippet.evidence(&(0..snippet.text.len()))?;
        (!persons.is_empty()).then(|| Reading {
            value: Some(Value::Persons(persons)),
            raw: snippet.text.clone(),
            confidence: (0.42 - 0.06 * rank as f32) * legible,
            legible,
            page,
            rect,
            method: "ligne qui est un nom",
        })
    });
    read.collect()
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
        let plain = GLOSS.replace_all(line, " ");
        let found = parse_persons(plain.trim_start_matches([' ', ':', '-', '–', '.', ',']));
        let count = |name: &str| name.split(' ').count();
        let usage = |person: &Person| person.nom_usage.as_deref().map_or(0, |usage| 1 + count(usage));
        let names_only =
            found.iter().map(|person| count(&person.nom) + count(&person.prenom) + usage(person)).sum::<usize>();
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
    let snippet = ground.sheet.snippet(&found.name_cells);
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
