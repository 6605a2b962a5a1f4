//! Estates, buildings and houses with their dwellings, as a landlord owns them.

use super::places::{Commune, DoorKind, Place, Places, Street, Unit, house_number};
use crate::draw::Draw;
use std::collections::BTreeSet;

/// Dwellings that stand together: the flats of one street number, or one house.
pub fn draw(places: &Places, draw: &mut Draw, commune: &Commune) -> Vec<Place> {
    let street = places.street(draw);
    let number = house_number(draw, &street);
    let postcode = draw.one(&commune.postcodes);
    let at = |unit: Unit| Place { number, street: street.clone(), unit, commune: commune.clone(), postcode };
    if draw.chance(0.22) {
        return vec![at(Unit::default())];
    }
    let estate = Estate::draw(places, draw, &street);
    let count = draw.between(2, 9);
    let mut doors = BTreeSet::new();
    let mut dwellings = Vec::new();
    for _ in 0..count {
        let unit = estate.unit(draw);
        if doors.insert((unit.building.clone(), unit.stair.clone(), unit.door.clone())) {
            dwellings.push(at(unit));
        }
    }
    dwellings
}

/// What the flats of a street number have in common.
#[derive(Debug)]
struct Estate {
    residence: Option<&'static str>,
    buildings: Vec<String>,
    stairs: u8,
    floors: u8,
    door: DoorKind,
    numbering: Numbering,
}

/// How doors are numbered.
#[derive(Clone, Copy, Debug)]
enum Numbering {
    /// 1 to 80.
    Running,
    /// Floor and door: 203.
    ByFloor,
    /// A letter and a number: B12.
    Letter,
    /// Four digits with leading zeros: 0014.
    Padded,
}

impl Estate {
    fn draw(places: &Places, draw: &mut Draw, street: &Street) -> Self {
        let residence = draw.chance(0.45).then(|| places.residence(draw)).filter(|name| !street.name.contains(name));
        let buildings = match draw.below(10) {
            0..=3 => Vec::new(),
            4..=6 => ["A", "B", "C", "D", "E"][..1 + draw.below(5)].iter().map(|name| (*name).to_owned()).collect(),
            7 | 8 => (1..=draw.between(1, 6)).map(|number| number.to_string()).collect(),
            _ => vec![(draw.one(&["Ravel", "Fauré", "Orme", "Érable", "Nord", "Sud", "Mistral"])).to_owned()],
        };
        let numbering = draw.one(&[Numbering::Running, Numbering::ByFloor, Numbering::Letter, Numbering::Padded]);
        Self {
            residence,
            buildings,
            stairs: *draw.weighted(&[(7.0, 0), (2.0, 2), (1.0, 4)]),
            floors: u8::try_from(draw.between(2, 11)).unwrap_or(4),
            door: *draw.weighted(&[
                (6.0, DoorKind::Flat),
                (2.0, DoorKind::Door),
                (0.8, DoorKind::Lot),
                (1.4, DoorKind::Dwelling),
            ]),
            numbering,
        }
    }

    fn unit(&self, draw: &mut Draw) -> Unit {
        let building = (!self.buildings.is_empty()).then(|| draw.pick(&self.buildings).clone());
        let stair = (self.stairs > 0).then(|| draw.between(1, i32::from(self.stairs)).to_string());
        let floor = u8::try_from(draw.between(0, i32::from(self.floors))).unwrap_or(0);
        let number = self.number(draw, floor);
        Unit {
            residence: self.residence,
            building,
            stair,
            floor: draw.chance(0.55).then_some(floor),
            door: Some((self.door, number)),
        }
    }

    fn number(&self, draw: &mut Draw, floor: u8) -> String {
        match self.numbering {
            Numbering::Running => draw.between(1, 80).to_string(),
            Numbering::ByFloor => format!("{floor}{:02}", draw.between(1, 8)),
            Numbering::Letter => format!("{}{:02}", draw.pick(&['A', 'B', 'C', 'D']), draw.between(1, 48)),
            Numbering::Padded => format!("{:04}", draw.between(1, 140)),
        }
    }
}

/// Gives another door in the same building.
pub fn other_door(unit: &Unit, draw: &mut Draw) -> Option<Unit> {
    let (kind, number) = unit.door.as_ref()?;
    let digits = number.trim_start_matches(|c: char| !c.is_ascii_digit());
    let head = &number[..number.len() - digits.len()];
    let value: i32 = digits.parse().ok()?;
    let shifted = value + draw.one(&[1, 2, 3, -1, 10, 20, 100]);
    let other = if shifted < 1 || shifted == value { value + 4 } else { shifted };
    let other = format!("{head}{other:0width$}", width = digits.len());
    Some(Unit { floor: None, door: Some((*kind, other)), ..unit.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doors_of_a_building_differ_and_another_door_is_another() {
        let places = Places::load();
        let mut chance = Draw::new(2, 0, "dwellings");
        for _ in 0..100 {
            let commune = places.commune(&mut chance);
            let dwellings = draw(&places, &mut chance, &commune);
            assert!(!dwellings.is_empty());
            for dwelling in &dwellings {
                if let Some(other) = other_door(&dwelling.unit, &mut chance) {
                    assert_ne!(other.door, dwelling.unit.door);
                    assert_eq!(other.building, dwelling.unit.building);
                }
            }
        }
    }
}
