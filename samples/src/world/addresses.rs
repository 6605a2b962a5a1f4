//! How an address is written: abbreviations, order of the unit's parts, capitals, what is left out.
//!
//! A paper may say less than the register (no building, no door); it never says something else by style alone.

use super::places::{DoorKind, Place, Suffix, Unit};
use super::text::{plain, postal};
use crate::draw::Draw;
use serde_json::{Value, json};

/// An address as it stands on a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Number and street.
    pub line: String,
    /// Residence, building, stair, floor, door.
    pub complement: Option<String>,
    /// Whether the complement stands above the line.
    pub complement_first: bool,
    /// Postal code.
    pub postcode: String,
    /// Commune.
    pub commune: String,
}

impl Written {
    /// Gives the address object of the designs.
    pub fn json(&self) -> Value {
        json!({
            "ligne": self.line,
            "complement": self.complement,
            "complement_avant": self.complement_first,
            "cp": self.postcode,
            "commune": self.commune,
        })
    }
}

/// How much of the unit is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnitDetail {
    /// Everything.
    #[default]
    Full,
    /// Some parts are left out.
    Part,
    /// Nothing.
    None,
}

/// How a paper (or a register) writes addresses.
#[derive(Clone, Debug, Default)]
pub struct AddressStyle {
    /// Which word for the kind of way: 0 in full, 1 the postal abbreviation, 2 and more others.
    pub way: usize,
    /// Capitals without accents.
    pub postal: bool,
    /// Accents are lost, letters stay small.
    pub plain: bool,
    /// A comma after the number.
    pub comma: bool,
    /// Words of the unit: 0 in full, 1 and more abbreviated.
    pub unit: usize,
    /// Order of the unit's parts.
    pub order: usize,
    /// What stands between them.
    pub separator: usize,
    /// The complement stands above the line.
    pub complement_first: bool,
    /// The commune in capitals: 0 yes with accents, 1 yes without, 2 as written.
    pub commune: usize,
    /// SAINT and SAINTE shortened in communes and streets.
    pub short_saint: bool,
    /// How bis and ter are written.
    pub suffix: usize,
    /// How much of the unit is said.
    pub detail: UnitDetail,
}

impl AddressStyle {
    /// Draws the habits of a paper.
    pub fn draw(draw: &mut Draw) -> Self {
        Self {
            way: *draw.weighted(&[(7.0, 0), (1.6, 1), (1.0, 2), (0.4, 3)]),
            postal: draw.chance(0.28),
            plain: draw.chance(0.08),
            comma: draw.chance(0.2),
            unit: *draw.weighted(&[(3.0, 0), (3.0, 1), (2.0, 2), (1.5, 3)]),
            order: draw.below(ORDERS.len()),
            separator: draw.below(SEPARATORS.len()),
            complement_first: draw.chance(0.4),
            commune: *draw.weighted(&[(4.0, 0), (4.0, 1), (2.0, 2)]),
            short_saint: draw.chance(0.12),
            suffix: draw.below(4),
            detail: *draw.weighted(&[(6.0, UnitDetail::Full), (2.0, UnitDetail::Part), (2.0, UnitDetail::None)]),
        }
    }

    /// Draws the habits of a register: capitals without accents mostly, abbreviated, everything said.
    pub fn register(draw: &mut Draw) -> Self {
        let detail = UnitDetail::Full;
        let separator = draw.one(&[1, 2]);
        let mut style =
            Self { postal: true, comma: false, unit: 1 + draw.below(2), detail, separator, ..Self::draw(draw) };
        if draw.chance(0.2) {
            style.postal = false;
            style.unit = draw.below(2);
        }
        style
    }
}

const SEPARATORS: &[&str] = &[", ", " ", " - "];

/// Orders in which people give residence (r), building (b), stair (s), floor (f) and door (d).
const ORDERS: &[&str] = &["rbsfd", "rbsdf", "dfsbr", "bsfdr", "rdbsf", "bdfsr"];

/// Writes an address.
pub fn write(place: &Place, style: &AddressStyle, draw: &mut Draw) -> Written {
    let case = |text: String| {
        if style.postal {
            postal(&text)
        } else if style.plain {
            plain(&text)
        } else {
            text
        }
    };
    let commune = saint(place.commune.name, style);
    let commune = match style.commune {
        _ if style.postal => postal(&commune),
        0 => commune.to_uppercase(),
        1 => postal(&commune),
        _ => case(commune),
    };
    Written {
        line: case(line(place, style)),
        complement: unit(&place.unit, style, draw).map(case),
        complement_first: style.complement_first,
        postcode: place.postcode.to_owned(),
        commune,
    }
}

fn line(place: &Place, style: &AddressStyle) -> String {
    let mut line = String::new();
    if let Some((number, suffix)) = place.number {
        line.push_str(&number.to_string());
        line.push_str(&match (suffix, style.suffix) {
            (None, _) => String::new(),
            (Some(Suffix::Letter(letter)), 0 | 1) => format!(" {letter}"),
            (Some(Suffix::Letter(letter)), _) => letter.to_string(),
            (Some(Suffix::Bis), 3) if style.postal => " B".to_owned(),
            (Some(Suffix::Ter), 3) if style.postal => " T".to_owned(),
            (Some(Suffix::Bis), 2) => "bis".to_owned(),
            (Some(Suffix::Ter), 2) => "ter".to_owned(),
            (Some(Suffix::Bis), _) => " bis".to_owned(),
            (Some(Suffix::Ter), _) => " ter".to_owned(),
        });
        line.push_str(if style.comma { ", " } else { " " });
    }
    match &place.street.kind {
        None if place.number.is_none() && style.way < 2 => line.push_str("lieu-dit "),
        None => {}
        Some(kind) => {
            let word = match style.way {
                0 => kind.word,
                way => kind.short.get(way - 1).copied().unwrap_or(kind.word),
            };
            line.push_str(word);
            line.push(' ');
        }
    }
    line.push_str(&saint(place.street.name, style));
    line
}

fn saint(name: &str, style: &AddressStyle) -> String {
    if !style.short_saint {
        return name.to_owned();
    }
    name.replace("Sainte-", "Ste-").replace("Saint-", "St-")
}

/// Writes the unit; `None` when there is nothing to say, or nothing is said.
fn unit(unit: &Unit, style: &AddressStyle, draw: &mut Draw) -> Option<String> {
    if style.detail == UnitDetail::None {
        return None;
    }
    let order = ORDERS[style.order % ORDERS.len()];
    let mut parts: Vec<String> = order.chars().filter_map(|part| unit_part(unit, part, style.unit)).collect();
    if style.detail == UnitDetail::Part && parts.len() > 1 {
        parts.remove(draw.below(parts.len()));
    }
    (!parts.is_empty()).then(|| parts.join(SEPARATORS[style.separator % SEPARATORS.len()]))
}

fn unit_part(unit: &Unit, part: char, words: usize) -> Option<String> {
    let pick = |choices: [&'static str; 4]| choices[words % 4];
    Some(match part {
        'r' => format!("{}{}", pick(["Résidence ", "Rés. ", "", "rés "]), unit.residence?),
        'b' => format!("{}{}", pick(["Bâtiment ", "Bât. ", "BAT ", "bât "]), unit.building.as_ref()?),
        's' => format!("{}{}", pick(["escalier ", "esc. ", "ESC ", "esc "]), unit.stair.as_ref()?),
        'f' => match (unit.floor?, words % 4) {
            (0, 0) => "rez-de-chaussée".to_owned(),
            (0, _) => "RDC".to_owned(),
            (1, 0 | 1) => "1er étage".to_owned(),
            (floor, 0) => format!("{floor}e étage"),
            (floor, 1) => format!("{floor}ème étage"),
            (floor, 2) => format!("ETG {floor}"),
            (floor, _) => format!("étage {floor}"),
        },
        _ => {
            let (kind, number) = unit.door.as_ref()?;
            let word = match kind {
                DoorKind::Flat => pick(["appartement ", "apt ", "APPT ", "appt n° "]),
                DoorKind::Door => pick(["porte ", "porte ", "PTE ", "pte "]),
                DoorKind::Lot => pick(["lot ", "lot n° ", "LOT ", "lot "]),
                DoorKind::Dwelling => pick(["logement ", "logt ", "LOGT ", "logement n° "]),
            };
            format!("{word}{number}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::places::{Commune, Street, WayKind};
    use super::*;

    fn place() -> Place {
        Place {
            number: Some((12, Some(Suffix::Bis))),
            street: Street {
                kind: Some(WayKind { word: "avenue", short: vec!["AV", "av."] }),
                name: "de Saint-Exupéry",
            },
            unit: Unit {
                residence: Some("Les Ormes"),
                building: Some("C".to_owned()),
                stair: None,
                floor: Some(1),
                door: Some((DoorKind::Flat, "14".to_owned())),
            },
            commune: Commune { insee: "31555", name: "Toulouse", postcodes: vec!["31000"] },
            postcode: "31000",
        }
    }

    #[test]
    fn the_same_place_written_in_several_ways() {
        let mut draw = Draw::new(0, 0, "addresses");
        for (style, line, complement, commune) in [
            (
                AddressStyle::default(),
                "12 bis avenue de Saint-Exupéry",
                Some("Résidence Les Ormes, Bâtiment C, 1er étage, appartement 14"),
                "TOULOUSE",
            ),
            (
                AddressStyle { postal: true, way: 1, unit: 2, separator: 1, suffix: 3, ..AddressStyle::default() },
                "12 B AV DE SAINT-EXUPERY",
                Some("LES ORMES BAT C ETG 1 APPT 14"),
                "TOULOUSE",
            ),
            (
                AddressStyle {
                    comma: true,
                    way: 2,
                    unit: 1,
                    order: 2,
                    commune: 2,
                    short_saint: true,
                    ..AddressStyle::default()
                },
                "12 bis, av. de St-Exupéry",
                Some("apt 14, 1er étage, Bât. C, Rés. Les Ormes"),
                "Toulouse",
            ),
            (
                AddressStyle { detail: UnitDetail::None, suffix: 2, ..AddressStyle::default() },
                "12bis avenue de Saint-Exupéry",
                None,
                "TOULOUSE",
            ),
        ] {
            let written = write(&place(), &style, &mut draw);
            assert_eq!(written.line, line);
            assert_eq!(written.complement.as_deref(), complement);
            assert_eq!(written.commune, commune);
        }
    }
}
