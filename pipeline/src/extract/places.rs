//! The address of the insured dwelling, told apart from where the letter goes.

use super::region::{Anchor, Reach};
use super::{Ground, Reading, Value, worth};
use crate::lexicon::Strength;
use crate::sheet::{Sheet, Snippet};
use crate::values::address::Address;
use crate::values::address_text::find_addresses;
use crate::values::person_text::parse_persons;

const REACH: Reach = Reach { lines: 6, any_label_ends: false };
/// An address starts at most this many lines after its label: a residence or a building may stand before the street.
const LINES_BEFORE: usize = 2;

pub(super) fn readings(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    for anchor in ground.anchors.of(field) {
        if worth(anchor.label.strength) > 0.0 {
            readings.extend(labelled(ground, anchor));
        }
    }
    readings.extend(as_recipient(ground, field));
    readings
}

/// Gives the address behind, beside or under a label.
fn labelled(ground: &Ground<'_>, anchor: &Anchor) -> Option<Reading> {
    for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, REACH) {
        let lines: Vec<&str> = snippet.text.split('\n').collect();
        let Some((address, from, to)) = first_address(&lines) else { continue };
        if from > LINES_BEFORE {
            continue;
        }
        let range = line_bytes(&lines, from, to);
        let (page, rect, legible) = snippet.evidence(&range)?;
        let form = if anchor.colon || anchor.opens { 1.0 } else { 0.96 };
        return Some(Reading {
            value: Some(Value::Address(address)),
            raw: snippet.text[range].trim_matches([' ', ':', ',']).to_owned(),
            confidence: worth(anchor.label.strength) * side.worth() * form * legible.max(0.6),
            legible,
            page,
            rect,
            method: side.method(),
        });
    }
    None
}

fn first_address(lines: &[&str]) -> Option<(Address, usize, usize)> {
    let (address, span) = find_addresses(lines).into_iter().next()?;
    Some((address, *span.start(), *span.end()))
}

fn line_bytes(lines: &[&str], from: usize, to: usize) -> std::ops::Range<usize> {
    let start: usize = lines[..from].iter().map(|line| line.len() + 1).sum();
    let length: usize = lines[from..=to].iter().map(|line| line.len() + 1).sum::<usize>() - 1;
    start..start + length
}

/// The recipient of a letter: the line with the name, and the address under it.
pub(super) struct Recipient {
    pub(super) name_cell: usize,
    address: Address,
    cells: Vec<usize>,
}

/// Finds the block of the recipient: a name, then an address, in the upper half of the first page.
pub(super) fn recipient(ground: &Ground<'_>) -> Option<Recipient> {
    let sheet: &Sheet = ground.sheet;
    for block in &sheet.blocks {
        let first = &sheet.cells[*block.first()?];
        if first.page != sheet.cells[0].page || first.rect.y0 > 0.45 || ground.anchors.opens_cell(block[0]) {
            continue;
        }
        let texts: Vec<String> = block.iter().map(|&cell| sheet.cells[cell].text()).collect();
        let lines: Vec<&str> = texts.iter().map(String::as_str).collect();
        let Some((address, from, to)) = first_address(&lines) else { continue };
        let named = (0..from.max(1)).find(|&line| !parse_persons(lines[line]).is_empty() && lines[line].len() < 60);
        if let Some(name) = named.filter(|&name| name < to) {
            return Some(Recipient { name_cell: block[name], address, cells: block[from..=to].to_vec() });
        }
    }
    None
}

/// Gives the recipient's address where the paper says that the risk is there.
fn as_recipient(ground: &Ground<'_>, field: usize) -> Option<Reading> {
    ground.anchors.of(field).find(|anchor| anchor.label.strength == Strength::SameAsRecipient)?;
    let found = recipient(ground)?;
    let mut snippet = Snippet::default();
    for &cell in &found.cells {
        let cell = &ground.sheet.cells[cell];
        snippet.push_line(cell, 0..cell.words.len());
    }
    let (page, rect, legible) = snippet.evidence(&(0..snippet.text.len()))?;
    Some(Reading {
        value: Some(Value::Address(found.address)),
        raw: snippet.text.clone(),
        confidence: 0.8 * legible.max(0.6),
        legible,
        page,
        rect,
        method: "adresse du destinataire, à laquelle le texte renvoie",
    })
}
