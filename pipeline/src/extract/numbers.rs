//! Years, numbers with decimals and counts beside their label.

use super::region::{Reach, Side};
use super::{Ground, Reading, Value, worth};
use crate::rules::Kind;
use regex::Regex;
use std::sync::LazyLock;

const REACH: Reach = Reach { lines: 1, any_label_ends: true };
/// A number starts at most this many bytes after its label.
const BYTES_BEFORE: usize = 30;

static YEAR: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b20\d{2}\b").expect("the pattern is fixed"));
static DECIMAL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(\d{1,2})(?:[.,](\d{1,2}))?\b").expect("the pattern is fixed"));
static COUNT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b\d{1,2}\b").expect("the pattern is fixed"));

pub(super) fn readings(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let kind = ground.rule(field).kind;
    let pattern: &Regex = match kind {
        Kind::Year => &YEAR,
        Kind::Decimal => &DECIMAL,
        _ => &COUNT,
    };
    let mut readings = Vec::new();
    for anchor in ground.anchors.of(field) {
        for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, REACH) {
            let Some(found) = pattern.captures(&snippet.text) else { continue };
            let Some(all) = found.get(0) else { continue };
            if side == Side::Behind && all.start() > BYTES_BEFORE {
                continue;
            }
            let text = match kind {
                Kind::Decimal => decimal(&found[1], found.get(2).map_or("", |part| part.as_str())),
                _ => all.as_str().trim_start_matches(if kind == Kind::Count { '0' } else { ' ' }).to_owned(),
            };
            let Some((page, rect, legible)) = snippet.evidence(&all.range()) else { continue };
            readings.push(Reading {
                value: Some(Value::Text(text)),
                raw: all.as_str().to_owned(),
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

fn decimal(whole: &str, decimals: &str) -> String {
    format!("{}.{decimals:0<2}", whole.trim_start_matches('0').parse::<u32>().unwrap_or_default())
}
