//! A flat that a sentence names before the building: "l'appartement n° 12, 3e étage, dépendant de l'immeuble sis 5 rue des Lilas".

use super::super::{Ground, Reading, Value};
use crate::values::address_text::{AddressMention, find_addresses};
use regex::Regex;
use std::sync::LazyLock;

/// A flat, in quotes or from the first word that names a part of a building, and what says that the building comes next.
static FLAT_OF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?ix)
        (?: [«“"]\s*(?<quoted>[^«»“”"]{2,80}?)\s*[»”"]
          | \b(?<plain>(?:b[âa]t(?:iment)?|app(?:artemen)?t|apt|esc(?:alier)?|porte|pte|lot|log(?:emen)?t|hall|tour|bloc|cage)\.?\s*
              (?:n[°o]\s*)?(?:\p{L}?\d+\p{L}?|\p{L})\b[^;:«»]{0,70}?) )
        [\s,]*(?:d[ée]pendante?|faisant\ partie|situ[ée]e?|sise?)\s+(?:de|dans|en)\s+(?:l['’]|un\ |cet\ )immeuble
        (?:\s+(?:sis|situ[ée]))?(?:\s+(?:au|à))?\s*$"#,
    )
    .expect("the pattern is fixed")
});
/// How far an address with such a flat is believed; that of its building may be believed more, and lends it that.
const WORTH: f32 = 0.6;

/// Gives the addresses of buildings of which the sentence has named a flat before.
pub(super) fn readings(ground: &Ground<'_>) -> Vec<Reading> {
    let mut readings = Vec::new();
    for block in 0..ground.sheet.blocks.len() {
        let snippet = ground.block_snippet(block);
        if !snippet.text.contains("immeuble") && !snippet.text.contains("IMMEUBLE") {
            continue;
        }
        let lines: Vec<&str> = snippet.text.split('\n').collect();
        for AddressMention { mut address, range, .. } in find_addresses(&lines) {
            if address.complement.is_some() {
                continue;
            }
            let Some(found) = FLAT_OF.captures(&snippet.text[..range.start]) else { continue };
            let Some(flat) = found.name("quoted").or_else(|| found.name("plain")) else { continue };
            let whole = flat.start()..range.end;
            let Some((page, rect, legible)) = snippet.evidence(&whole) else { continue };
            let words: Vec<&str> = flat.as_str().split_whitespace().collect();
            address.complement = Some(words.join(" ").trim_end_matches(',').to_owned());
            readings.push(Reading {
                value: Some(Value::Address(address)),
                raw: snippet.text[whole].to_owned(),
                confidence: WORTH * legible.max(0.6),
                legible,
                page,
                rect,
                method: "logement nommé avant son immeuble",
            });
        }
    }
    readings
}

#[cfg(test)]
mod tests {
    use crate::extract::typed_attestation;

    #[test]
    fn the_flat_before_the_building_is_part_of_the_address() {
        let read = typed_attestation();
        for (text, flat) in [
            (
                "l'appartement de 3 pièces désigné « BAT 2 - APPT 14 », dépendant de l'immeuble sis 12 rue des Lilas, à 31000 TOULOUSE",
                Some("BAT 2 - APPT 14"),
            ),
            (
                "l'appartement n° 12, 3e étage,\ndépendant de l'immeuble situé au 12 rue des Lilas, 31000 TOULOUSE",
                Some("appartement n° 12, 3e étage"),
            ),
            ("le lot 45 faisant partie de l'immeuble sis 12 rue des Lilas, 31000 TOULOUSE", Some("lot 45")),
            ("l'appartement de 3 pièces dépendant de l'immeuble sis 12 rue des Lilas, 31000 TOULOUSE", None),
        ] {
            let found = read(text);
            let best = found.value("adresse_risque").map(crate::run::value_text);
            let wanted = flat.map_or("12 rue des Lilas, 31000 TOULOUSE".to_owned(), |flat| {
                format!("12 rue des Lilas, {flat}, 31000 TOULOUSE")
            });
            assert_eq!(best, Some(wanted), "{text}");
        }
    }
}
