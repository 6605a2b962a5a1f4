//! Persons whose family name and first name have labels of their own: side by side, one below the other, or as the heads
//! of two columns.

use super::super::region::{Anchor, Reach};
use super::super::{Ground, Reading, Value};
use crate::lexicon::Strength;
use crate::sheet::{Cell, Snippet};
use crate::values::Person;
use crate::values::person::title_case;
use crate::values::person_text::may_name;
use regex::Regex;
use std::sync::LazyLock;

const ONE_LINE: Reach = Reach { lines: 1, any_label_ends: true };
/// Rows of a table at most this many heights of their text apart.
const ROW_GAP: f32 = 3.5;

/// A part of a name, with the text it came from.
struct Part {
    text: String,
    snippet: Snippet,
}

pub(super) fn readings(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let of = |strength: Strength| -> Vec<&Anchor> {
        ground.anchors.of(field).filter(|anchor| anchor.label.strength == strength && anchor.opens).collect()
    };
    let (names, firsts) = (of(Strength::FamilyName), of(Strength::FirstName));
    let mut readings = Vec::new();
    for name in &names {
        let head = firsts.iter().find(|first| heads(ground, name, first));
        readings.extend(head.and_then(|first| table(ground, name, first)));
    }
    together(&mut readings);
    if readings.is_empty() {
        readings.extend(beside(ground, &names, &firsts));
    }
    readings
}

/// Cards of one person each, with the same two labels, are the persons of one list.
fn together(readings: &mut Vec<Reading>) {
    if readings.len() < 2 {
        return;
    }
    let mut all: Vec<Person> = Vec::new();
    for reading in readings.iter() {
        let Some(Value::Persons(persons)) = &reading.value else { continue };
        let new: Vec<Person> = persons.iter().filter(|person| !all.contains(person)).cloned().collect();
        all.extend(new);
    }
    let raw = readings.iter().map(|reading| reading.raw.as_str()).collect::<Vec<_>>().join(", ");
    readings.truncate(1);
    readings[0].value = Some(Value::Persons(all));
    readings[0].raw = raw;
}

/// Gives the persons whose parts stand beside their labels, the first label of each kind with the first of the other.
fn beside(ground: &Ground<'_>, names: &[&Anchor], firsts: &[&Anchor]) -> Option<Reading> {
    let parts =
        |anchors: &[&Anchor]| -> Vec<Part> { anchors.iter().filter_map(|anchor| part(ground, anchor)).collect() };
    reading(parts(names).into_iter().zip(parts(firsts)).collect(), "nom et prénom chacun derrière son libellé")
}

fn part(ground: &Ground<'_>, anchor: &Anchor) -> Option<Part> {
    let regions = ground.anchors.regions(ground.sheet, anchor, ONE_LINE);
    regions.into_iter().find_map(|(_, snippet)| part_of(snippet))
}

/// Tells whether two labels are the heads of two columns: one row, nothing behind either.
fn heads(ground: &Ground<'_>, name: &Anchor, first: &Anchor) -> bool {
    let cell = |anchor: &Anchor| &ground.sheet.cells[anchor.hit.last.cell];
    let alone = |anchor: &Anchor| anchor.ends_cell(ground.sheet) && !anchor.colon;
    let (a, b) = (cell(name), cell(first));
    a.page == b.page && a.rect.vertical_overlap(&b.rect) > 0.5 && alone(name) && alone(first)
}

/// Gives the persons of the rows below two heads.
fn table(ground: &Ground<'_>, name: &Anchor, first: &Anchor) -> Option<Reading> {
    let heads = [name, first].map(|anchor| anchor.hit.last.cell);
    let mut people = Vec::new();
    let mut bottom = ground.sheet.cells[heads[0]].rect.y1;
    loop {
        let row = heads.map(|head| next_in_column(ground, head, bottom));
        let [Some(a), Some(b)] = row else { break };
        if a.rect.vertical_overlap(&b.rect) < 0.5 {
            break;
        }
        let [Some(name), Some(first)] = [a, b].map(name_of) else { break };
        bottom = a.rect.y1;
        people.push((name, first));
    }
    reading(people, "nom et prénom dans deux colonnes")
}

/// Gives the next cell under a head, below `bottom`.
fn next_in_column<'a>(ground: &'a Ground<'_>, head: usize, bottom: f32) -> Option<&'a Cell> {
    let above = &ground.sheet.cells[head];
    let under = ground.sheet.cells.iter().filter(|cell| {
        let near =
            cell.rect.y0 > bottom - 0.2 * cell.rect.height() && cell.rect.y0 < bottom + ROW_GAP * cell.rect.height();
        cell.page == above.page && near && cell.rect.x0 < above.rect.x1 && cell.rect.x1 > above.rect.x0
    });
    under.min_by(|a, b| a.rect.y0.total_cmp(&b.rect.y0))
}

fn name_of(cell: &Cell) -> Option<Part> {
    // The number of the row may have run into the name.
    let from = usize::from(cell.words.len() > 1 && cell.words[0].text.chars().all(|c| c.is_ascii_digit() || c == '.'));
    let mut snippet = Snippet::default();
    snippet.push_line(cell, from..cell.words.len());
    part_of(snippet)
}

/// Takes what was cut out as a part of a name, if each of its words may name somebody.
fn part_of(snippet: Snippet) -> Option<Part> {
    let text = name(&snippet.text).filter(|text| text.split(' ').all(may_name))?;
    Some(Part { text, snippet })
}

/// Gives a text that can be a part of a name.
pub(super) fn name(text: &str) -> Option<String> {
    // Dots lead from a label to its value.
    let text = text.trim_matches([' ', ':', '-', '.', '…', '_']);
    let plain = text.chars().all(|c| c.is_alphabetic() || " -'’.".contains(c));
    (plain && text.chars().count() >= 2 && text.split(' ').count() <= 5).then(|| text.to_owned())
}

/// What stands between the two names of somebody married.
static MARRIED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(.+?)\s+(?:(n[ée]e?)|[ée]pouse|ep\.?|veuve)\s+(.+)$").expect("the pattern is fixed")
});

/// Gives the person of the two parts: "MARTIN née DURAND" and "Claire" have a usage name too.
fn person_of(name: &str, first: &str) -> Person {
    let prenom = title_case(first);
    match MARRIED.captures(name) {
        Some(found) if found.get(2).is_some() => {
            Person { nom: found[3].to_uppercase(), prenom, nom_usage: Some(found[1].to_uppercase()) }
        }
        Some(found) => Person { nom: found[1].to_uppercase(), prenom, nom_usage: Some(found[3].to_uppercase()) },
        None => Person { nom: name.to_uppercase(), prenom, nom_usage: None },
    }
}

fn reading(people: Vec<(Part, Part)>, method: &'static str) -> Option<Reading> {
    let snippet = &people.first()?.0.snippet;
    let (page, rect, legible) = snippet.evidence(&(0..snippet.text.len()))?;
    let persons = people.iter().map(|(name, first)| person_of(&name.text, &first.text));
    let raw: Vec<String> = people.iter().map(|(name, first)| format!("{} {}", name.text, first.text)).collect();
    Some(Reading {
        value: Some(Value::Persons(persons.collect())),
        raw: raw.join(", "),
        confidence: 0.88 * legible.max(0.6),
        legible,
        page,
        rect,
        method,
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::typed_attestation;

    #[test]
    fn the_parts_of_names_are_put_together() {
        let read = typed_attestation();
        for (text, expected) in [
            ("Police n°|4157055852\nNom|GUEYE\nPrénom|Martin\nOccupation|locataire", "Martin GUEYE"),
            ("Nom ........ GUEYE\nPrénom ..... Martin\nOccupation . locataire", "Martin GUEYE"),
            (
                "NOM :|DIALLO\nPRÉNOM :|Prosper\nNOM :|LE ROUX\nPRÉNOM :|Valentin\nVous êtes :|locataire",
                "Prosper DIALLO, Valentin LE ROUX",
            ),
            ("Nom de famille|MARTIN née DURAND\nPrénom|Claire\nQualité|locataire", "Claire DURAND (MARTIN)"),
            ("Nom|DE KERMADEC\nPrénom|Mélanie\nQualité|locataire", "Mélanie DE KERMADEC"),
        ] {
            let found = read(text);
            assert_eq!(found.value("assures").map(crate::run::value_text).as_deref(), Some(expected), "{text}");
        }
    }
}
