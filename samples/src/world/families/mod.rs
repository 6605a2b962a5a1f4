//! The families of papers beside insurance: one module each, which fills `d.<family>` of the designs.
//!
//! To add one: a module with a function of type [`Fill`], and its row in [`FAMILIES`]; its designs are then drawn from.
//! What a person has in several papers (birth, numbers, work) is in `life`.

pub mod calendar;
pub mod demande;
pub mod departments;
pub mod etat_civil;
pub mod figures;
pub mod household;
pub mod identite;
pub mod impots;
pub mod life;
pub mod logement;
pub mod numbers;
pub mod paie;
pub mod prestations;

use super::World;
use super::addresses::{self, AddressStyle};
use super::people::Person;
use super::places::Place;
use crate::draw::Draw;
use guichet_pipeline::values::Date;
use serde_json::Value;

/// What a family starts from: a household in a dwelling.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    /// Lexicons.
    pub world: &'a World,
    /// The people, in the order in which the shared part of the dictionary names them.
    pub people: &'a [Person],
    /// Their dwelling.
    pub place: &'a Place,
    /// The reference date.
    pub today: Date,
    /// The shared part of the dictionary.
    pub shared: &'a Value,
    /// What is asked of the paper.
    pub ask: Ask,
}

/// What is asked of a paper; what is not asked for is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask {
    /// Whose paper it is: a rank among the people.
    pub rank: Option<usize>,
    /// How many months before the reference date it lies; years before the latest, for tax notices.
    pub back: Option<i32>,
    /// Whether it is in date.
    pub fresh: Option<bool>,
}

impl Base<'_> {
    /// Gives whose paper it is.
    pub(crate) fn rank(&self, draw: &mut Draw) -> usize {
        let drawn = draw.below(self.people.len());
        self.ask.rank.unwrap_or(drawn)
    }

    /// Gives how far back the paper lies.
    pub(crate) fn back(&self, usual: &[(f64, i32)], draw: &mut Draw) -> i32 {
        let drawn = *draw.weighted(usual);
        self.ask.back.unwrap_or(drawn)
    }

    /// Tells whether the paper is out of date, as a share of them is.
    pub(crate) fn is_old(&self, share: f64, draw: &mut Draw) -> bool {
        let drawn = draw.chance(share);
        self.ask.fresh.map_or(drawn, |fresh| !fresh)
    }
}

/// Draws the facts of a family.
pub type Fill = fn(Base<'_>, &mut Draw) -> Value;

/// The families, by the folder of their designs.
pub const FAMILIES: &[(&str, Fill)] = &[
    ("paie", paie::fill),
    ("impots", impots::fill),
    ("identite", identite::fill),
    ("logement", logement::fill),
    ("prestations", prestations::fill),
    ("etat_civil", etat_civil::fill),
    ("demande", demande::fill),
];

/// Folders whose designs need the shared part only.
pub const INSURANCE: &[&str] = &["attestation", "sosies"];

/// Gives what fills `d.<family>`; nothing for the insurance folders.
pub fn fill(family: &str) -> Option<Fill> {
    FAMILIES.iter().find(|(name, _)| *name == family).map(|(_, fill)| *fill)
}

/// Tells whether papers of that folder can be drawn.
pub fn is_known(family: &str) -> bool {
    INSURANCE.contains(&family) || fill(family).is_some()
}

/// Gives every folder that papers can be drawn from.
pub fn all() -> Vec<&'static str> {
    INSURANCE.iter().copied().chain(FAMILIES.iter().map(|(name, _)| *name)).collect()
}

/// Gives an address as an office prints it.
pub(crate) fn written(place: &Place, draw: &mut Draw) -> Value {
    let style = AddressStyle { complement_first: false, ..AddressStyle::default() };
    addresses::write(place, &style, draw).json()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::dwellings;
    use super::super::people::{self, NameStyle};
    use super::*;
    use serde_json::json;

    /// Draws the facts of a family for households of one and of two, and hands them over.
    pub(crate) fn each(count: u64, fill: Fill, check: impl Fn(&Value)) {
        let (world, today) = (World::load(), Date::new(2026, 11, 23).unwrap());
        for index in 0..count {
            let mut draw = Draw::new(17, index, "families");
            let adults: Vec<Person> =
                (0..1 + index % 2).map(|_| world.names.person(&mut draw, today, 19, 80)).collect();
            let commune = world.places.commune(&mut draw);
            let place = dwellings::draw(&world.places, &mut draw, &commune).remove(0);
            let forms: Vec<Value> = adults
                .iter()
                .enumerate()
                .map(|(rank, one)| people::forms(one, Some(rank), NameStyle::default()))
                .collect();
            let shared =
                json!({"assures": forms, "risque": written(&place, &mut draw), "bailleur": {"nom": "Vallées Habitat"}});
            let base =
                Base { world: &world, people: &adults, place: &place, today, shared: &shared, ask: Ask::default() };
            let said = fill(base, &mut draw.sister("fill"));
            assert_eq!(said, fill(base, &mut draw.sister("fill")));
            check(&said);
        }
    }

    /// Gives an amount in cents.
    pub(crate) fn cents(amount: &Value) -> i64 {
        let text = amount["valeur"].as_str().unwrap();
        text.replace('.', "").parse().unwrap()
    }

    /// Gives the sum of a column of a table.
    pub(crate) fn sum(rows: &Value, key: &str) -> i64 {
        rows.as_array().unwrap().iter().filter(|row| !row[key].is_null()).map(|row| cents(&row[key])).sum()
    }
}
