//! The address of the insured dwelling, told apart from where the letter goes and from where companies are.

mod building;
mod parts;

use super::region::{Anchor, Reach};
use super::{Ground, Reading, Value, worth};
use crate::geometry::Rect;
use crate::lexicon::Strength;
use crate::rules::Source;
use crate::sheet::{Cell, Sheet};
use crate::values::address::{Address, AddressKey, AddressLikeness, compare_keys};
use crate::values::address_text::{AddressMention, find_addresses};
use crate::values::fold::fold;
use crate::values::person_text::{is_body, is_named, parse_persons};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

const REACH: Reach = Reach { lines: 6, any_label_ends: false };
/// An address starts at most this many lines after its label: a residence or a building may stand before the street.
const LINES_BEFORE: usize = 2;
/// Nor more than this many bytes of a sentence.
const BYTES_BEFORE: usize = 160;

pub(super) fn readings(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    for anchor in ground.anchors.of(field) {
        if worth(anchor.label.strength) > 0.0 && !of_office(ground, anchor) {
            readings.extend(labelled(ground, anchor));
        }
    }
    readings.extend(parts::readings(ground, field));
    readings.extend(as_recipient(ground, field));
    if ground.rule(field).sources.contains(&Source::Recipient) {
        readings.extend(sent_to(ground, 0.7, "adresse du destinataire"));
    }
    if ground.rule(field).sources.contains(&Source::Anywhere) {
        readings.extend(unlabelled(ground));
    }
    readings.extend(building::readings(ground));
    with_flat_of_letter(ground, &mut readings);
    prefer_fuller(&mut readings);
    readings
}

/// What an address loses against one of the same entrance that also names the flat.
const WITHOUT_FLAT: f32 = 0.9;

/// Adds the address to which the letter goes where it names the flat of an entrance that the readings name without one.
fn with_flat_of_letter(ground: &Ground<'_>, readings: &mut Vec<Reading>) {
    let bare: Vec<AddressKey> = readings.iter().filter_map(key).filter(|key| !key.names_flat()).collect();
    if bare.is_empty() {
        return;
    }
    let Some(letter) = sent_to(ground, 0.5, "adresse du destinataire, qui nomme le logement") else { return };
    let fuller = key(&letter).filter(AddressKey::names_flat);
    if fuller.is_some_and(|fuller| bare.iter().any(|key| same_entrance(key, &fuller))) {
        readings.push(letter);
    }
}

/// Of two readings of one address, one with its flat and one without, believes the one with: the flat is what tells one
/// dwelling from its neighbour, and a line of it may be missed.
pub(crate) fn prefer_fuller(readings: &mut [Reading]) {
    let keys: Vec<Option<AddressKey>> = readings.iter().map(key).collect();
    for (at, key) in keys.iter().enumerate() {
        let Some(key) = key.as_ref().filter(|key| !key.names_flat()) else { continue };
        let fuller = keys
            .iter()
            .position(|other| other.as_ref().is_some_and(|other| other.names_flat() && same_entrance(key, other)));
        if let Some(fuller) = fuller {
            readings[fuller].confidence = readings[fuller].confidence.max(readings[at].confidence);
            readings[at].confidence *= WITHOUT_FLAT;
        }
    }
}

fn key(reading: &Reading) -> Option<AddressKey> {
    match &reading.value {
        Some(Value::Address(address)) => Some(AddressKey::new(address)),
        _ => None,
    }
}

fn same_entrance(bare: &AddressKey, fuller: &AddressKey) -> bool {
    compare_keys(bare, fuller) == AddressLikeness::SameNoUnit
}

/// Words before an address that make it somebody else's.
static NOT_THE_RISK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"SIEGE|AGENCE|BAILLEUR|CORRESPONDANCE|POSTALE|COURT(AGE|IER)|CABINET|ORIAS|\bRCS\b|SIREN|SERVICE|RECLAMATION|\bTSA\b|\bCS \d|\bBP \d|CEDEX|TEL(EPHONE)?\b|ACPR|AGENT GENERAL|DELEGATION|CENTRE DE GESTION|ECRIRE")
        .expect("the pattern is fixed")
});
/// Below this height stand legal notices.
const FOOTER: f32 = 0.88;

/// Gives the addresses that no label names and that nothing gives to somebody else: in the body of a paper on one
/// dwelling, that is where the dwelling is. Where the letter goes comes last: the risk may be elsewhere.
fn unlabelled(ground: &Ground<'_>) -> Vec<Reading> {
    let sent_to = recipient(ground).map(|found| found.address);
    let mut found: Vec<(bool, Reading)> = Vec::new();
    let mut of_others: Vec<AddressKey> = Vec::new();
    for block in 0..ground.sheet.blocks.len() {
        let snippet = ground.block_snippet(block);
        let lines: Vec<&str> = snippet.text.split('\n').collect();
        for AddressMention { address, range, .. } in find_addresses(&lines) {
            let Some((page, rect, legible)) = snippet.evidence(&range) else { continue };
            let from = (range.start.saturating_sub(80)..=range.start)
                .find(|&at| snippet.text.is_char_boundary(at))
                .unwrap_or(0);
            let to = (range.end + 20).min(snippet.text.len());
            let to = (to..=snippet.text.len()).find(|&at| snippet.text.is_char_boundary(at)).unwrap_or(range.end);
            let context = fold(&snippet.text[from..to]);
            if rect.y0 > FOOTER || of_company(ground, page, &rect) || NOT_THE_RISK.is_match(&context) {
                of_others.push(AddressKey::new(&address));
                continue;
            }
            let letter = sent_to.as_ref() == Some(&address);
            let reading = Reading {
                value: Some(Value::Address(address)),
                raw: snippet.text[range].to_owned(),
                confidence: if letter { 0.4 } else { 0.62 } * legible.max(0.6),
                legible,
                page,
                rect,
                method: if letter { "adresse du destinataire" } else { "seule adresse sans autre libellé" },
            };
            found.push((letter, reading));
        }
    }
    // What a legal notice gives as the company's is the company's at the head of the letter too.
    found.retain(|(letter, reading)| {
        let key = key(reading);
        *letter
            || !key.is_some_and(|key| of_others.iter().any(|other| compare_keys(other, &key) == AddressLikeness::Same))
    });
    // Several addresses in the body: which one is the dwelling is a guess.
    let distinct = |pick: bool| {
        let mut values: Vec<&Option<Value>> = Vec::new();
        for (letter, reading) in &found {
            if *letter == pick && !values.contains(&&reading.value) {
                values.push(&reading.value);
            }
        }
        values.len()
    };
    let in_body = distinct(false);
    for (letter, reading) in &mut found {
        if !*letter && in_body > 1 {
            reading.confidence *= 0.5;
        }
    }
    found.into_iter().map(|(_, reading)| reading).collect()
}

/// A line of a letterhead or of a form has no more words than this.
const MOST_WORDS_OF_A_LINE: usize = 9;

/// Tells whether an address is that of a company: named right before it on a short line, or on a line or two right above.
fn of_company(ground: &Ground<'_>, page: u32, rect: &Rect) -> bool {
    let sheet = ground.sheet;
    let covers = |cell: &Cell| cell.page == page && cell.rect.overlap(rect) > 0.0;
    let Some(first) = (0..sheet.cells.len()).filter(|&at| covers(&sheet.cells[at])).min_by(|&a, &b| {
        let place = |at: usize| (sheet.cells[at].rect.y0, sheet.cells[at].rect.x0);
        place(a).partial_cmp(&place(b)).unwrap_or(std::cmp::Ordering::Equal)
    }) else {
        return false;
    };
    let short = |at: usize| sheet.cells[at].words.len() <= MOST_WORDS_OF_A_LINE;
    let block = &sheet.blocks[sheet.cells[first].block];
    let position = block.iter().position(|&at| at == first).unwrap_or(0);
    // What stands above a label of its own is another value.
    let label = (0..=position).rev().find(|&at| ground.anchors.opens_cell(block[at]));
    let beside = sheet.left_of(first).is_some_and(|left| ground.anchors.opens_cell(left));
    let labelled = label == Some(position) || beside;
    let from = position.saturating_sub(2).max(label.map_or(0, |label| label + 1)).min(position);
    let above = block[from..position].iter().copied();
    (!labelled && short(first) && ground.companies[first])
        || !labelled && above.clone().any(|at| ground.companies[at]) && above.clone().all(short)
}

/// Words before "situé" that make the address one of a company's offices.
const OFFICES: &[&str] = &["SIEGE", "AGENCE", "BUREAU", "BUREAUX", "CABINET", "DELEGATION"];

/// Tells whether a label stands behind a word for an office: "dont le siège est situé".
fn of_office(ground: &Ground<'_>, anchor: &Anchor) -> bool {
    anchor.words_before(ground.sheet, 4).iter().any(|token| OFFICES.contains(token))
}

/// Gives the address behind, beside or under a label.
fn labelled(ground: &Ground<'_>, anchor: &Anchor) -> Option<Reading> {
    for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, REACH) {
        let lines: Vec<&str> = snippet.text.split('\n').collect();
        let Some(AddressMention { address, lines, range }) = find_addresses(&lines).into_iter().next() else {
            continue;
        };
        if *lines.start() > LINES_BEFORE || range.start > BYTES_BEFORE {
            continue;
        }
        let (page, rect, legible) = snippet.evidence(&range)?;
        if of_company(ground, page, &rect) {
            continue;
        }
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

/// Gives the first address of a text.
pub(super) fn in_text(text: &str) -> Option<(Value, Range<usize>)> {
    let lines: Vec<&str> = text.split('\n').collect();
    let found = find_addresses(&lines).into_iter().next()?;
    Some((Value::Address(found.address), found.range))
}

/// The recipient of a letter: the lines with the names, and the address under them.
pub(super) struct Recipient {
    pub(super) name_cells: Vec<usize>,
    address: Address,
    cells: Vec<usize>,
}

/// Finds the block of the recipient: a name, then an address, in the upper half of the first page.
pub(super) fn recipient(ground: &Ground<'_>) -> Option<Recipient> {
    let found = |sure: bool| ground.sheet.blocks.iter().find_map(|block| recipient_in(ground, block, sure));
    found(true).or_else(|| found(false))
}

/// Finds the recipient in a block; `sure` asks for a civility or a known first name.
fn recipient_in(ground: &Ground<'_>, block: &[usize], sure: bool) -> Option<Recipient> {
    let sheet: &Sheet = ground.sheet;
    let first = &sheet.cells[*block.first()?];
    if first.page != sheet.cells[0].page || first.rect.y0 > 0.45 || ground.anchors.opens_cell(block[0]) {
        return None;
    }
    let texts: Vec<String> = block.iter().map(|&cell| sheet.cells[cell].text()).collect();
    let lines: Vec<&str> = texts.iter().map(String::as_str).collect();
    let found = find_addresses(&lines).into_iter().next()?;
    let (from, to) = found.lines.clone().into_inner();
    let is_name = |line: usize| {
        let text = lines[line];
        let told = if sure { is_named(text) && !is_body(text) } else { true };
        told && !parse_persons(text).is_empty() && text.len() < 60
    };
    let first = (0..from.max(1)).find(|&line| is_name(line)).filter(|&first| first < to)?;
    let last = (first..from.max(1)).take_while(|&line| is_name(line)).last().unwrap_or(first);
    let (name_cells, cells) = (block[first..=last].to_vec(), block[from..=to].to_vec());
    Some(Recipient { name_cells, address: found.address, cells })
}

/// Gives the recipient's address where the paper says that the risk is there.
fn as_recipient(ground: &Ground<'_>, field: usize) -> Option<Reading> {
    ground.anchors.of(field).find(|anchor| anchor.label.strength == Strength::SameAsRecipient)?;
    sent_to(ground, 0.8, "adresse du destinataire, à laquelle le texte renvoie")
}

/// Gives the address to which the letter goes.
fn sent_to(ground: &Ground<'_>, worth: f32, method: &'static str) -> Option<Reading> {
    let found = recipient(ground)?;
    let snippet = ground.sheet.snippet(&found.cells);
    let (page, rect, legible) = snippet.evidence(&(0..snippet.text.len()))?;
    Some(Reading {
        value: Some(Value::Address(found.address)),
        raw: snippet.text,
        confidence: worth * legible.max(0.6),
        legible,
        page,
        rect,
        method,
    })
}
