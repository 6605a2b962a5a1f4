//! Amounts of money beside their label.

use super::region::{Anchor, Reach, Side};
use super::{Ground, Reading, Value, worth};
use crate::rules::FieldRule;
use crate::sheet::Snippet;
use crate::values::Amount;
use crate::values::amount::{FoundAmount, find_amounts};
use regex::Regex;
use std::ops::Range;

const REACH: Reach = Reach { lines: 1, any_label_ends: true };
/// Cells of a row that are looked at after the label: a rate or a base may stand before the amount.
const CELLS: usize = 5;

pub(super) fn readings(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let named = ground.anchors.of(field).filter(|anchor| worth(anchor.label.strength) > 0.0);
    let pattern = ground.rule(field).pattern.as_deref().and_then(|pattern| Regex::new(pattern).ok());
    let mut readings: Vec<Reading> = named.filter_map(|anchor| labelled(ground, anchor, pattern.as_ref())).collect();
    if ground.rule(field).smallest {
        doubt_sums(&mut readings);
    }
    readings
}

/// An amount this many times another one of the same label is its sum since January.
const TIMES: i64 = 2;

/// Doubts what is a sum over months beside the amount of one.
fn doubt_sums(readings: &mut [Reading]) {
    let amount = |reading: &Reading| match reading.value {
        Some(Value::Amount(Amount(cents))) => cents,
        _ => 0,
    };
    let best = readings.iter().map(|reading| reading.confidence).fold(0.0, f32::max);
    let near = readings.iter().filter(|reading| reading.confidence > best - 0.3).map(amount);
    let Some(least) = near.filter(|&cents| cents > 0).min() else { return };
    for reading in readings.iter_mut().filter(|reading| amount(reading) >= TIMES * least) {
        reading.confidence *= 0.4;
    }
}

/// Gives the first amount of a text, or the first number of the form that a rule allows: whole euros without a sign.
fn amount_in(text: &str, pattern: Option<&Regex>) -> Option<FoundAmount> {
    let Some(pattern) = pattern else { return find_amounts(text).into_iter().next() };
    let found = pattern.find(text)?;
    let whole = found.as_str().split(',').next().unwrap_or_default();
    let euros: i64 = whole.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect::<String>().parse().ok()?;
    let cents: i64 = found.as_str().split_once(',').and_then(|(_, cents)| cents.parse().ok()).unwrap_or_default();
    let amount = Amount(euros.checked_mul(100)?.checked_add(if euros < 0 { -cents } else { cents })?);
    Some(FoundAmount { amount, range: found.start()..found.start() + found.as_str().trim_end().len() })
}

/// Gives the first amount of a text.
pub(super) fn in_text(field: &FieldRule, text: &str) -> Option<(Value, Range<usize>)> {
    let pattern = field.pattern.as_deref().and_then(|pattern| Regex::new(pattern).ok());
    let found = amount_in(text, pattern.as_ref())?;
    Some((Value::Amount(found.amount), found.range))
}

fn labelled(ground: &Ground<'_>, anchor: &Anchor, pattern: Option<&Regex>) -> Option<Reading> {
    // Inside a sentence the same words often speak of the year so far.
    let form = if anchor.opens || anchor.colon { 1.0 } else { 0.85 };
    let regions = ground.anchors.regions(ground.sheet, anchor, REACH);
    let row = along_the_row(ground, anchor).into_iter().map(|snippet| (Side::Right, snippet));
    let (beside, below): (Vec<_>, Vec<_>) = regions.into_iter().partition(|(side, _)| *side != Side::Below);
    let card = in_card(ground, anchor).map(|snippet| (Side::Below, snippet));
    beside.into_iter().chain(row).chain(below).chain(card).find_map(|(side, snippet)| {
        let found = amount_in(&snippet.text, pattern)?;
        let (page, rect, legible) = snippet.evidence(&found.range)?;
        Some(Reading {
            value: Some(Value::Amount(found.amount)),
            raw: snippet.text[found.range].to_owned(),
            confidence: worth(anchor.label.strength) * side.worth() * form * legible,
            legible,
            page,
            rect,
            method: side.method(),
        })
    })
}

/// Heights of a label's line within which its amount stands, set large, at the foot of the same card.
const CARD: f32 = 5.0;

/// Gives the cell below a label that is a line of its own, further down than text reads on.
fn in_card(ground: &Ground<'_>, anchor: &Anchor) -> Option<Snippet> {
    let label = &ground.sheet.cells[anchor.hit.last.cell];
    if !(anchor.opens && anchor.ends_cell(ground.sheet)) {
        return None;
    }
    let cell = &ground.sheet.cells[ground.sheet.below(anchor.hit.last.cell, CARD)?];
    let snippet = Snippet::of([cell]);
    (cell.rect.height() > 1.1 * label.rect.height()).then_some(snippet)
}

/// Gives the cells right of the label's, nearest first, up to one that opens with another label.
fn along_the_row(ground: &Ground<'_>, anchor: &Anchor) -> Vec<Snippet> {
    let mut cells = Vec::new();
    let mut at = anchor.hit.last.cell;
    while let Some(right) = ground.sheet.right_of(at).filter(|_| cells.len() < CELLS) {
        if ground.anchors.opens_cell(right) {
            break;
        }
        cells.push(ground.sheet.snippet(&[right]));
        at = right;
    }
    cells
}
