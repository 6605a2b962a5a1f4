//! What the machine-readable zone of an identity paper says.

use super::{Ground, Reading, Value};
use crate::geometry::Rect;
use crate::rules::{FieldRule, MrzPart};
use crate::values::mrz::{self, Mrz};

/// A zone and where it stands.
pub(super) struct Zone {
    mrz: Mrz,
    page: u32,
    rect: Rect,
    legible: f32,
}

/// Finds the zone of a paper whose fields may stand in one.
pub(super) fn find(ground: &Ground<'_>) -> Option<Zone> {
    let wanted = ground.vocabulary.fields.iter().any(|&field| ground.rule(field).mrz.is_some());
    if !wanted {
        return None;
    }
    let lines: Vec<String> = ground.sheet.cells.iter().map(|cell| cell.text()).collect();
    let (mrz, cells) = mrz::find(&lines)?;
    let cells = &ground.sheet.cells[cells];
    let rect = Rect::around(cells.iter().map(|cell| &cell.rect))?;
    let sure = cells.iter().flat_map(|cell| &cell.words).map(|word| word.confidence).fold(1.0, f32::min);
    Some(Zone { mrz, page: cells[0].page, rect, legible: sure })
}

impl Zone {
    /// Gives the reading of a field, as sure as its check digits make it.
    pub(super) fn reading(&self, field: &FieldRule) -> Option<Reading> {
        let mrz = &self.mrz;
        let text = |text: &str| (!text.is_empty()).then(|| Value::Text(text.to_owned()));
        let value = match field.mrz? {
            MrzPart::Lines => text(&mrz.lines.join("\n")),
            MrzPart::Surname => text(&mrz.surname),
            MrzPart::GivenNames => (!mrz.given_names.is_empty()).then(|| Value::List(mrz.given_names.clone())),
            MrzPart::Number => (!mrz.number.is_empty()).then(|| Value::Code(mrz.number.clone())),
            MrzPart::Birth => mrz.birth.map(Value::Date),
            MrzPart::Expiry => mrz.expiry.map(Value::Date),
            MrzPart::Nationality => text(&mrz.nationality),
        }?;
        let raw = match &value {
            Value::Date(date) => date.to_string(),
            Value::Text(text) | Value::Code(text) => text.clone(),
            Value::List(list) => list.join(" "),
            _ => String::new(),
        };
        // Check digits prove numbers and days; names have none, and lose their accents.
        let proved = mrz.is_sound();
        let named = matches!(field.mrz, Some(MrzPart::Surname | MrzPart::GivenNames));
        let coded = matches!(field.mrz, Some(MrzPart::Nationality));
        let confidence = match (proved, named || coded) {
            (true, false) => 0.99,
            (true, true) => 0.85,
            (false, _) => 0.5 + 0.35 * mrz.checked as f32 / mrz.checks as f32,
        };
        let (page, rect, legible) = (self.page, self.rect, if proved { 1.0 } else { self.legible });
        Some(Reading { value: Some(value), raw, confidence, legible, page, rect, method: "bande de lecture optique" })
    }
}
