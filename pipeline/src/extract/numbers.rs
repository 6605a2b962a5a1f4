//! Years, numbers with decimals and counts beside their label.

use super::region::{Reach, Side};
use super::{Ground, Reading, Value, worth};
use crate::rules::Kind;
use regex::Regex;
use std::ops::Range;
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
    let mut readings = Vec::new();
    for anchor in ground.anchors.of(field) {
        for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, REACH) {
            let Some((value, range)) = in_text(kind, &snippet.text) else { continue };
            if side == Side::Behind && range.start > BYTES_BEFORE {
                continue;
            }
            let worth = worth(anchor.label.strength) * side.worth();
            let Some(reading) = Reading::at(&snippet, &range, value, worth, side.method()) else { continue };
            readings.push(reading);
            break;
        }
    }
    readings
}

/// Gives the first number of a kind in a text.
pub(super) fn in_text(kind: Kind, text: &str) -> Option<(Value, Range<usize>)> {
    let pattern: &Regex = match kind {
        Kind::Year => &YEAR,
        Kind::Decimal => &DECIMAL,
        _ => &COUNT,
    };
    let found = pattern.captures(text)?;
    let all = found.get(0)?;
    let number = match kind {
        Kind::Decimal => decimal(&found[1], found.get(2).map_or("", |part| part.as_str())),
        _ => all.as_str().trim_start_matches(if kind == Kind::Count { '0' } else { ' ' }).to_owned(),
    };
    Some((Value::Text(number), all.range()))
}

fn decimal(whole: &str, decimals: &str) -> String {
    format!("{}.{decimals:0<2}", whole.trim_start_matches('0').parse::<u32>().unwrap_or_default())
}
