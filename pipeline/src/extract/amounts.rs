//! Amounts of money beside their label.

use super::region::Reach;
use super::{Ground, Reading, Value, worth};
use crate::values::amount::find_amounts;

const REACH: Reach = Reach { lines: 1, any_label_ends: true };

pub(super) fn readings(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut readings = Vec::new();
    for anchor in ground.anchors.of(field) {
        for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, REACH) {
            let Some(found) = find_amounts(&snippet.text).into_iter().next() else { continue };
            let Some((page, rect, legible)) = snippet.evidence(&found.range) else { continue };
            readings.push(Reading {
                value: Some(Value::Amount(found.amount)),
                raw: snippet.text[found.range].to_owned(),
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
