//! An address whose parts have labels of their own, as in forms: street, building, postcode, town.

use super::super::region::{Anchor, Reach};
use super::super::{Ground, Reading, Value};
use crate::geometry::Rect;
use crate::lexicon::Strength;
use crate::sheet::Snippet;
use crate::values::address::Address;
use crate::values::address_text::{find_addresses, postcode_at, street_at};

const ONE_LINE: Reach = Reach { lines: 1, any_label_ends: true };
const SOME_LINES: Reach = Reach { lines: 4, any_label_ends: false };
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
    let (mut streets, units, towns) = (of(Strength::Street), of(Strength::Unit), of(Strength::Town));
    let mut postcodes = of(Strength::Postcode);
    if postcodes.is_empty() {
        // "Commune : 31000 TOULOUSE".
        postcodes = of(Strength::Town).into_iter().filter(|town| postcode_at(&town.text).is_some()).collect();
    }
    if streets.is_empty() && !postcodes.is_empty() {
        streets = streets_of_whole(ground, field);
    }
    postcodes.iter().filter_map(|postcode| joined(ground, postcode, &streets, &units, &towns)).collect()
}

/// Gives what stands beside the labels of a whole address where it has no postcode: "Risque situé | 5 rue des Lilas", and
/// the town under a label of its own.
fn streets_of_whole(ground: &Ground<'_>, field: usize) -> Vec<Part> {
    let whole = ground.anchors.of(field).filter(|anchor| {
        let named = matches!(anchor.label.strength, Strength::Strong | Strength::Fair);
        named && (anchor.opens || anchor.colon)
    });
    let part = |anchor: &Anchor| {
        let (_, snippet) = ground.anchors.regions(ground.sheet, anchor, SOME_LINES).into_iter().next()?;
        let (page, rect, legible) = snippet.evidence(&(0..snippet.text.len()))?;
        Some(Part { text: snippet.text, page, rect, legible })
    };
    let holds_street = |part: &Part| part.text.split('\n').any(|line| street_at(line).is_some());
    whole.filter_map(part).filter(holds_street).collect()
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
    let address = address(street, unit, code, commune)?;
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

/// Puts an address together. A street with a label of its own is taken as it stands; one beside the label of the whole may
/// hold the flat as well.
fn address(street: &Part, unit: Option<&Part>, code_postal: String, commune: String) -> Option<Address> {
    let complement = unit.map(|unit| unit.text.clone());
    let whole = format!("{}\n{code_postal} {commune}", street.text);
    let lines: Vec<&str> = whole.split('\n').collect();
    match find_addresses(&lines).into_iter().next() {
        Some(found) => Some(Address { complement: complement.or(found.address.complement), commune, ..found.address }),
        None if !street.text.contains('\n') => {
            Some(Address { ligne: street.text.clone(), complement, code_postal, commune })
        }
        None => None,
    }
}
