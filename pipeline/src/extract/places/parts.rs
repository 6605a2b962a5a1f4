//! An address whose parts have labels of their own, as in forms: street, building, postcode, town.

use super::super::region::{Anchor, Reach};
use super::super::{Ground, Reading, Value};
use crate::geometry::Rect;
use crate::lexicon::Strength;
use crate::sheet::Snippet;
use crate::values::address::Address;
use crate::values::address_text::postcode_at;

const ONE_LINE: Reach = Reach { lines: 1, any_label_ends: true };
/// The parts of one address stand within this many line heights.
const FARTHEST: f32 = 7.0;

/// A labelled part.
struct Part {
    text: String,
    page: u32,
    rect: Rect,
    legible: f32,
}

pub(super) fn readings(ground: &Ground<'_>, field: usize) -> Vec<Reading> {
    let of = |strength: Strength| -> Vec<Part> {
        let anchors = ground.anchors.of(field).filter(move |anchor| anchor.label.strength == strength);
        anchors.filter(|anchor| anchor.opens || anchor.colon).filter_map(|anchor| part(ground, anchor)).collect()
    };
    let (streets, units, towns) = (of(Strength::Street), of(Strength::Unit), of(Strength::Town));
    let mut postcodes = of(Strength::Postcode);
    if postcodes.is_empty() {
        // "Commune : 31000 TOULOUSE".
        postcodes = of(Strength::Town).into_iter().filter(|town| postcode_at(&town.text).is_some()).collect();
    }
    postcodes.iter().filter_map(|postcode| joined(ground, postcode, &streets, &units, &towns)).collect()
}

fn part(ground: &Ground<'_>, anchor: &Anchor) -> Option<Part> {
    // "N° et voie 55 RUE ROBERT SCHUMAN": in a street, a word for a street is no label.
    let reach = Reach { any_label_ends: anchor.label.strength != Strength::Street, ..ONE_LINE };
    let (_, snippet): (_, Snippet) = ground.anchors.regions(ground.sheet, anchor, reach).into_iter().next()?;
    let text = snippet.text.trim_matches([' ', ':', '-', ',']).to_owned();
    let (page, rect, legible) = snippet.evidence(&(0..snippet.text.len()))?;
    (text.chars().count() >= 2).then_some(Part { text, page, rect, legible })
}

/// Puts the address of a postcode together from the nearest other parts.
fn joined(ground: &Ground<'_>, postcode: &Part, streets: &[Part], units: &[Part], towns: &[Part]) -> Option<Reading> {
    let (code, rest) = postcode_at(&postcode.text)?;
    let reach = FARTHEST * ground.sheet.line_height;
    let near = |parts: &'_ [Part]| {
        let distance = |part: &Part| (part.rect.mid_y() - postcode.rect.mid_y()).abs();
        let inside = (0..parts.len()).filter(|&at| parts[at].page == postcode.page && distance(&parts[at]) < reach);
        inside.min_by(|&a, &b| distance(&parts[a]).total_cmp(&distance(&parts[b])))
    };
    let street = &streets[near(streets)?];
    let unit = near(units).map(|at| &units[at]);
    let town = near(towns).map(|at| &towns[at]);
    let commune = match town {
        Some(town) if postcode_at(&town.text).is_none() => town.text.clone(),
        _ => rest.to_owned(),
    };
    if commune.is_empty() {
        return None;
    }
    let parts = [Some(street), unit, Some(postcode), town];
    let rect = Rect::around(parts.iter().flatten().map(|part| &part.rect))?;
    let legible = parts.iter().flatten().map(|part| part.legible).fold(1.0, f32::min);
    let raw: Vec<&str> = parts.iter().flatten().map(|part| part.text.as_str()).collect();
    let address = Address {
        ligne: street.text.clone(),
        complement: unit.map(|unit| unit.text.clone()),
        code_postal: code,
        commune,
    };
    Some(Reading {
        value: Some(Value::Address(address)),
        raw: raw.join(", "),
        confidence: 0.9 * legible.max(0.6),
        legible,
        page: postcode.page,
        rect,
        method: "adresse par parties, chacune derrière son libellé",
    })
}
