//! The month that a paper is of: beside its label, or near its title.

use super::region::{Reach, Side};
use super::{Ground, Reading, Value, worth};
use crate::rules::Source;
use crate::sheet::Snippet;
use crate::values::month_text::find_months;

const REACH: Reach = Reach { lines: 2, any_label_ends: true };
/// A month starts at most this many bytes after its label.
const BYTES_BEFORE: usize = 40;
/// Below this height of the first page a month alone is a detail.
const HEAD: f32 = 0.4;

pub(super) fn readings(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let mut readings = Vec::new();
    for anchor in ground.anchors.of(field) {
        for (side, snippet) in ground.anchors.regions(ground.sheet, anchor, REACH) {
            let Some((month, range)) = find_months(&snippet.text).into_iter().next() else { continue };
            if side == Side::Behind && range.start > BYTES_BEFORE {
                continue;
            }
            let worth = worth(anchor.label.strength) * side.worth();
            readings.extend(Reading::at(&snippet, &range, Value::Month(month), worth, side.method()));
            break;
        }
    }
    if ground.rule(field).sources.contains(&Source::Anywhere) {
        readings.extend(unlabelled(ground));
    }
    readings
}

/// Gives the months that stand near the top, the nearer the surer; below, only where there is no other.
fn unlabelled(ground: &Ground<'_>) -> Vec<Reading> {
    let first_page = ground.sheet.cells.first().map(|cell| cell.page);
    let mut readings = Vec::new();
    for cell in &ground.sheet.cells {
        let snippet = Snippet::of([cell]);
        let head = Some(cell.page) == first_page && cell.rect.y0 < HEAD;
        for (month, range) in find_months(&snippet.text) {
            let worth = if head { 0.62 - 0.3 * cell.rect.y0 } else { 0.3 };
            readings.extend(Reading::at(&snippet, &range, Value::Month(month), worth, "mois près du titre"));
        }
    }
    readings
}
