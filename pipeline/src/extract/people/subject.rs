//! Persons who stand before the verb of a sentence on their insurance: "M. DUPONT Jean a souscrit".

use super::super::{Ground, Reading, Value};
use crate::sheet::Snippet;
use crate::values::person_text::{is_person_line, parse_persons};
use regex::Regex;
use std::sync::LazyLock;

/// What the insured do or are.
static VERB: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)[ ,](?:(?:a|ont)\s+(?:bien\s+)?(?:souscrit|confi[ée]|contract[ée]|adh[ée]r[ée]|choisi|sign[ée])",
        r"|(?:est|sont)\s+(?:bien\s+|actuellement\s+)?(?:titulaires?|assur[ée]+s?|garantie?s?|couverte?s?|adh[ée]rente?s?|soci[ée]taires?|b[ée]n[ée]ficiaires?)",
        r"|b[ée]n[ée]fici(?:e|ent)|poss[èe]d(?:e|ent)|d[ée]tien(?:t|nent)|dispos(?:e|ent)\s+d|occup(?:e|ent)|s'assurent?\b)",
    ))
    .expect("the pattern is fixed")
});
/// Words of a sentence among which the names stand.
const WORDS_BEFORE: usize = 16;

pub(super) fn readings(ground: &Ground<'_>) -> Vec<Reading> {
    let mut readings = Vec::new();
    for block in 0..ground.sheet.blocks.len() {
        let snippet = ground.block_snippet(block);
        for verb in VERB.find_iter(&snippet.text) {
            readings.extend(before(ground, &snippet, verb.start()));
        }
    }
    readings
}

/// Gives the persons whose names end right before `verb`: the longest run of words that is names and nothing else.
fn before(ground: &Ground<'_>, snippet: &Snippet, verb: usize) -> Option<Reading> {
    let sentence = snippet.text[..verb].rfind(['.', ':', ';']).filter(|&at| !is_initial(&snippet.text, at));
    let from = sentence.map_or(0, |at| at + 1);
    let mut starts: Vec<usize> = vec![from];
    starts.extend(snippet.text[from..verb].match_indices([' ', '\n']).map(|(at, _)| from + at + 1));
    let first = starts.len().saturating_sub(WORDS_BEFORE);
    for &start in &starts[first..] {
        let text = snippet.text[start..verb].trim_matches([' ', ',', '\n']);
        // What is left must be names alone.
        if text.is_empty() || !is_person_line(&text.replace('\n', " ")) {
            continue;
        }
        let persons = parse_persons(text);
        if persons.is_empty() || !ground.lexicon.rules.insurers.find(text).is_empty() {
            continue;
        }
        let (page, rect, legible) = snippet.evidence(&(start..verb))?;
        return Some(Reading {
            value: Some(Value::Persons(persons)),
            raw: text.to_owned(),
            confidence: 0.78 * legible.max(0.6),
            legible,
            page,
            rect,
            method: "sujet de la phrase",
        });
    }
    None
}

/// Tells the full stop of a civility from that of a sentence.
fn is_initial(text: &str, at: usize) -> bool {
    let word = text[..at].rsplit([' ', '\n']).next().unwrap_or_default();
    matches!(word, "M" | "MM" | "Mr") || word.chars().count() == 1
}
