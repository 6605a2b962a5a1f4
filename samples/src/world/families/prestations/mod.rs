//! Benefits, unemployment, pensions and disability: `d.prestations`, see `designs/prestations/CONTRAT.md`.

mod bodies;
mod disability;
mod family;
mod jobless;
mod pension;

use super::Base;
use super::calendar::month_before;
use super::figures::Figures;
use super::paie::employee;
use crate::draw::Draw;
use crate::world::people::Person;
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// How many months before the reference date the month of the paper lies.
const MONTHS_BACK: &[(f64, i32)] = &[(10.0, 1), (3.0, 2), (1.5, 3), (0.6, 5), (0.4, 11)];

/// What the papers are drawn with.
#[derive(Clone, Copy)]
struct Office<'a> {
    base: Base<'a>,
    person: &'a Person,
    figures: Figures,
    /// First day of the month of the paper.
    month: Date,
}

/// Draws the facts of the family.
pub fn fill(base: Base<'_>, draw: &mut Draw) -> Value {
    let rank = base.rank(draw);
    let person = &base.people[rank];
    let month = month_before(base.today, base.back(MONTHS_BACK, draw));
    let office = Office { base, person, figures: Figures::draw(draw), month };
    json!({
        "personne": employee(base, person, rank),
        "caf": family::file(office, false, draw),
        "msa": family::file(office, true, draw),
        "france_travail": jobless::fill(office, draw),
        "pensions": pension::fill(office, draw),
        "mdph": disability::decision(office, draw),
        "ameli": disability::cover(office, draw),
        "ij": disability::sick_pay(office, draw),
    })
}
