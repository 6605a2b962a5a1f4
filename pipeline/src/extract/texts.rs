//! Texts as printed: names of companies and places, and whatever a pattern tells.

use super::region::{Anchor, Reach, Side};
use super::{Ground, Reading, Value, worth};
use crate::rules::{FieldRule, Kind, Proof, Source};
use crate::sheet::{Cell, Snippet};
use crate::values::amount::find_amounts;
use crate::values::code::{is_iban, luhn, normal};
use crate::values::fold::{fold, folded_words};
use crate::values::person_text::{is_body, is_person_line};
use regex::Regex;
use std::ops::Range;

const LINE: Reach = Reach { lines: 1, any_label_ends: true };
/// A name of a company is at most this long, in letters.
const LONGEST: usize = 110;
/// The sender of a paper stands above this height.
const HEAD: f32 = 0.22;
/// Gives the lines that stand beside a label, the names that the rules know, and the sender of the paper.
pub(super) fn readings(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let rule = ground.rule(field);
    let mut readings = labelled(ground, field);
    readings.extend(known(ground, rule));
    if rule.sources.contains(&Source::Sender) {
        readings.extend(sender(ground));
    }
    readings
}

fn labelled(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut readings = Vec::new();
    for anchor in ground.anchors.of(field) {
        let worth = worth(anchor.label.strength);
        if worth == 0.0 {
            continue;
        }
        for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, LINE) {
            let Some(range) = phrase(&snippet.text) else { continue };
            let body = is_body(&snippet.text[range.clone()]);
            // In a sentence a label says little; what names a body is believed there.
            if !(anchor.colon || anchor.opens || body) || side == Side::Below && !body && heads_a_table(ground, anchor)
            {
                continue;
            }
            let Some((page, rect, legible)) = snippet.evidence(&range) else { continue };
            let form = if body || anchor.colon { 1.0 } else { 0.7 };
            readings.push(Reading {
                value: Some(Value::Text(snippet.printed(&range))),
                raw: snippet.text[range].to_owned(),
                confidence: worth * side.worth() * form * legible.max(0.6),
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

/// Tells whether a label is the head of a column of numbers: "Salarié | Employeur".
fn heads_a_table(ground: &Ground<'_>, anchor: &Anchor) -> bool {
    let sheet = ground.sheet;
    let numbers = |cell: usize| !find_amounts(&sheet.cells[cell].text()).is_empty();
    let below = sheet.below(anchor.hit.last.cell, 4.0);
    below.is_some_and(|cell| {
        numbers(cell) || sheet.right_of(cell).is_some_and(numbers) || sheet.left_of(cell).is_some_and(numbers)
    })
}

/// Gives what a snippet says up to the end of its line or of its clause, as printed.
pub(super) fn phrase_in(snippet: &Snippet) -> Option<(Value, Range<usize>)> {
    let range = phrase(&snippet.text)?;
    Some((Value::Text(snippet.printed(&range)), range))
}

/// Gives the text of a snippet that has the form of a rule, unless its proof refutes it.
pub(super) fn shaped_in(rule: &FieldRule, snippet: &Snippet) -> Option<(Value, Range<usize>)> {
    let pattern = Regex::new(rule.pattern.as_deref()?).ok()?;
    let range = pattern.find(&snippet.text)?.range();
    let code = normal(&snippet.text[range.clone()]);
    if rule.proof.is_some_and(|proof| !holds(proof, &code)) {
        return None;
    }
    let value = match rule.kind {
        Kind::Code => Value::Code(code),
        _ => Value::Text(snippet.printed(&range).trim().to_owned()),
    };
    Some((value, range))
}

/// Gives what a text says up to the end of its line or of its clause, if that can be a name.
fn phrase(text: &str) -> Option<Range<usize>> {
    let start = text.find(|c: char| c.is_alphanumeric())?;
    // Names of companies and places begin with a capital.
    if text[start..].chars().next().is_some_and(char::is_lowercase) {
        return None;
    }
    let end = text[start..].find(['\n', ';', '(', '|', ',', '·']).map_or(text.len(), |at| start + at);
    let told = text[start..end].trim_end_matches([' ', ',', '.', ':', '-', '–']);
    let letters = told.chars().filter(|c| c.is_alphabetic()).count();
    let fits = letters >= 2 && 2 * letters >= told.chars().filter(|c| !c.is_whitespace()).count();
    (fits && told.chars().count() <= LONGEST).then_some(start..start + told.len())
}

/// Gives the names of the rules that stand on the page, those at the head first.
fn known(ground: &Ground<'_>, rule: &FieldRule) -> Vec<Reading> {
    let mut readings = Vec::new();
    for cell in &ground.sheet.cells {
        let text = cell.text();
        let folded = format!(" {} ", fold(&text));
        for name in &rule.known {
            if !folded.contains(&format!(" {} ", fold(name))) {
                continue;
            }
            let Some(words) = words_of(cell, name) else { continue };
            let mut snippet = Snippet::default();
            snippet.push_line(cell, words);
            let range = 0..snippet.text.len();
            let Some((page, rect, legible)) = snippet.evidence(&range) else { continue };
            readings.push(Reading {
                value: Some(Value::Text(snippet.printed(&range).trim_matches([',', '.', ':', ';', ' ']).to_owned())),
                raw: snippet.text.clone(),
                confidence: if rect.y0 < HEAD { 0.8 } else { 0.6 } * legible.max(0.6),
                legible,
                page,
                rect,
                method: "nom connu",
            });
        }
    }
    readings
}

/// Gives the words of a cell that say a name.
fn words_of(cell: &Cell, name: &str) -> Option<Range<usize>> {
    let wanted = folded_words(name);
    let found: Vec<&str> = cell.tokens.iter().map(|token| token.folded.as_str()).collect();
    let at = found.windows(wanted.len().max(1)).position(|window| window.iter().zip(&wanted).all(|(a, b)| a == b))?;
    Some(cell.tokens[at].word..cell.tokens[at + wanted.len() - 1].word + 1)
}

/// Gives the line at the head of the paper that names who made it.
fn sender(ground: &Ground<'_>) -> Option<Reading> {
    let first = ground.sheet.cells.first()?;
    let head = ground.sheet.cells.iter().enumerate().filter(|(at, cell)| {
        let lettered = cell.words.iter().any(|word| word.text.chars().filter(|c| c.is_alphabetic()).count() > 1);
        cell.page == first.page && cell.rect.y0 < HEAD && lettered && !ground.anchors.opens_cell(*at)
    });
    let person = |cell: &Cell| is_person_line(&cell.text()) && !is_body(&cell.text());
    let plain = |cell: &Cell| cell.words.len() <= 12 && !person(cell);
    let cells: Vec<&Cell> = head.map(|(_, cell)| cell).filter(|cell| plain(cell)).collect();
    let formed = cells.iter().find(|cell| is_body(&cell.text())).map(|cell| (*cell, 0.6));
    // Else the first line on the left, surer where it is set large.
    let left = cells.iter().filter(|cell| cell.rect.x0 < 0.4).min_by(|a, b| a.rect.y0.total_cmp(&b.rect.y0));
    let (cell, worth) = formed.or(left.map(|cell| (*cell, 0.35)))?;
    let snippet = Snippet::of([cell]);
    let range = phrase(&snippet.text)?;
    let (page, rect, legible) = snippet.evidence(&range)?;
    Some(Reading {
        value: Some(Value::Text(snippet.printed(&range))),
        raw: snippet.text[range].to_owned(),
        confidence: worth * legible.max(0.6),
        legible,
        page,
        rect,
        method: "en-tête",
    })
}

/// How far a text is believed that its proof refutes.
const UNPROVED: f32 = 0.4;

/// Gives the texts that have the form of a rule: beside a label, or anywhere if their form alone tells them.
pub(super) fn shaped(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let rule = ground.rule(field);
    let Some(pattern) = rule.pattern.as_deref().and_then(|pattern| Regex::new(pattern).ok()) else { return Vec::new() };
    let mut readings = Vec::new();
    for anchor in ground.anchors.of(field) {
        let worth = worth(anchor.label.strength);
        for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, LINE) {
            let worth = worth * side.worth();
            let Some(reading) = first(&pattern, rule, &snippet, worth, side.method()) else { continue };
            readings.push(reading);
            break;
        }
    }
    if rule.sources.contains(&Source::Anywhere) {
        for cell in &ground.sheet.cells {
            let snippet = Snippet::of([cell]);
            let worth = if rule.proof.is_some() { 0.8 } else { 0.5 };
            let found = first(&pattern, rule, &snippet, worth, "forme reconnue");
            // Without a label only a proof makes a long number what it is.
            readings.extend(found.filter(|reading| rule.proof.is_none() || reading.confidence > UNPROVED * worth));
        }
    }
    readings
}

/// Gives the first match of a pattern; what a proof refutes is hardly believed.
fn first(pattern: &Regex, rule: &FieldRule, snippet: &Snippet, worth: f32, method: &'static str) -> Option<Reading> {
    let matches = pattern.find_iter(&snippet.text).map(|found| found.range());
    let proved =
        |range: &Range<usize>| rule.proof.is_none_or(|proof| holds(proof, &normal(&snippet.text[range.clone()])));
    let (range, worth) = {
        let all: Vec<Range<usize>> = matches.collect();
        match all.iter().find(|range| proved(range)) {
            Some(range) => (range.clone(), worth),
            None => (all.first()?.clone(), UNPROVED * worth),
        }
    };
    let (page, rect, legible) = snippet.evidence(&range)?;
    let raw = snippet.text[range.clone()].trim().to_owned();
    let value = match rule.kind {
        Kind::Code => Value::Code(normal(&raw)),
        _ => Value::Text(snippet.printed(&range).trim().to_owned()),
    };
    Some(Reading { value: Some(value), raw, confidence: worth * legible, legible, page, rect, method })
}

fn holds(proof: Proof, code: &str) -> bool {
    match proof {
        Proof::Luhn => luhn(code),
        Proof::Iban => is_iban(code),
    }
}
