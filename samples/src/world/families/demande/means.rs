//! What the household lives from: work, incomes of the month, tax incomes of two years.

use crate::draw::Draw;
use crate::world::families::figures::{Cents, Figures, whole};
use crate::world::families::household::Household;
use crate::world::families::life::{Activity, Life};
use crate::world::families::{Base, impots, paie};
use crate::world::people::Person;
use serde_json::{Value, json};

/// Puts these beside the rest.
pub(super) fn fill(
    base: Base<'_>,
    household: &Household<'_>,
    co_applicant: Option<&Person>,
    draw: &mut Draw,
    said: &mut Value,
) {
    let figures = Figures::french(draw);
    let adults: Vec<&Person> = [Some(household.first), co_applicant].into_iter().flatten().collect();
    let codes: Vec<&str> = adults.iter().map(|person| code(base, person)).collect();
    let mut resources: Vec<(usize, &str, Cents)> = Vec::new();
    for (rank, person) in adults.iter().enumerate() {
        if let Some((nature, cents)) = monthly(base, person) {
            resources.push((rank, nature, cents));
        }
    }
    let children = household.children.len();
    if children > 1 {
        resources.push((0, "prestations_familiales", 14_835 + 19_000 * Cents::try_from(children - 2).unwrap_or(0)));
    }
    if co_applicant.is_none() && children > 0 && draw.chance(0.3) {
        resources.push((0, "pension_alimentaire", 1_000 * Cents::from(draw.between(10, 34))));
    }
    let total: Cents = resources.iter().map(|(.., cents)| cents).sum();
    let rows: Vec<Value> = resources
        .iter()
        .map(|(rank, nature, cents)| json!({"qui": rank, "nature": nature, "montant": figures.euros(*cents)}))
        .collect();
    let works = Life::of(household.first).activity(base.today) == Activity::Employed;
    said["situation_professionnelle"] = json!(codes);
    said["employeur"] = if works { paie::employer_of(base, household.first) } else { Value::Null };
    said["ressources"] = rows.into();
    said["total_ressources"] = figures.euros(total);
    let year = base.today.year();
    said["rfr"] = [2, 1]
        .iter()
        .map(|back| {
            let amounts: Vec<Value> = impots::references(base, household, back - 1).into_iter().map(whole).collect();
            json!({"annee": (year - back).to_string(), "montants": amounts})
        })
        .collect();
}

/// Gives the code of what somebody lives from.
fn code(base: Base<'_>, person: &Person) -> &'static str {
    match Life::of(person).activity(base.today) {
        Activity::Employed if paie::is_open_ended(base, person) => "cdi",
        Activity::Employed => "cdd",
        Activity::Jobless => "chomage",
        Activity::Retired => "retraite",
        Activity::Disabled => "invalidite",
        Activity::Student => "etudiant",
        Activity::Idle => "sans_activite",
    }
}

/// Gives what somebody receives in a month.
fn monthly(base: Base<'_>, person: &Person) -> Option<(&'static str, Cents)> {
    let mut draw = Life::of(person).draw("monthly means");
    let drawn = Cents::from(draw.between(61_000, 138_000));
    Some(match Life::of(person).activity(base.today) {
        Activity::Employed => ("salaire", paie::yearly_taxable(base, person) / 12 * 97 / 100),
        Activity::Jobless => ("chomage", drawn),
        Activity::Retired => ("retraite", drawn + 25_000),
        Activity::Disabled => (draw.one(&["aah", "invalidite"]), drawn.min(103_332)),
        Activity::Student if draw.chance(0.5) => ("bourse", drawn / 3),
        Activity::Idle if draw.chance(0.7) => ("rsa", 64_652),
        _ => return None,
    })
}
