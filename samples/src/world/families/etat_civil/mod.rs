//! Civil status and judgments: `d.etat_civil`, see `designs/etat_civil/CONTRAT.md`.
//!
//! The family booklet shows the household; deaths, former spouses and witnesses are invented around it.

mod acts;
mod judgments;
mod words;

use super::Base;
use super::household::{Bond, Household};
use super::life::{Citizen, Life};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::people::{Person, Sex};
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// Share of copies that are older than three months.
const OLD_SHARE: f64 = 0.2;

/// What the papers are drawn with.
#[derive(Clone, Copy)]
struct Registry<'a> {
    base: Base<'a>,
    household: &'a Household<'a>,
}

impl Registry<'_> {
    /// Gives an adult of the household.
    fn adult(&self, person: &Person) -> Value {
        let rank = self.base.people.iter().position(|one| one == person);
        Life::of(person).persona(self.base.world, rank, Citizen::Own)
    }

    /// Gives somebody who is no adult of the household; children of the French are French.
    fn other(&self, person: &Person) -> Value {
        Life::of(person).persona(self.base.world, None, Citizen::French)
    }

    /// Gives the partner, or somebody who was one.
    fn partner(&self) -> (Person, bool) {
        if let Some(partner) = self.household.partner {
            return (partner.clone(), true);
        }
        let first = self.household.first;
        let mut draw = Life::of(first).draw("former partner");
        let age = super::calendar::age(first.born, self.base.today);
        let (surname, origin) = self.base.world.names.surname(&mut draw);
        let ages = ((age - 6).max(19), age + 8);
        let mut other = self.base.world.names.relative(&mut draw, surname, &origin, self.base.today, ages);
        if other.sex == first.sex && draw.chance(0.93) {
            other.sex = if first.sex == Sex::F { Sex::M } else { Sex::F };
            other.first_names = vec![self.base.world.names.first_name(&mut draw, &origin, other.sex)];
        }
        (other, false)
    }

    /// Gives the persona of that partner.
    fn partner_persona(&self) -> Value {
        let (partner, own) = self.partner();
        if own { self.adult(&partner) } else { self.other(&partner) }
    }

    /// Gives a day after both were of age, the same on every paper.
    fn wedding(&self) -> Date {
        let (partner, _) = self.partner();
        let mut draw = Life::of(self.household.first).draw("wedding");
        let youngest = self.household.first.born.max(partner.born);
        let from = youngest.add_months(19 * 12);
        let to = self.base.today.add_days(-500).max(from.add_days(30));
        let latest = (to.to_days() - from.to_days()).clamp(30, 6_000);
        from.add_days(draw.between(1, latest)).min(self.base.today.add_days(-130))
    }

    fn marriage(&self) -> Value {
        let mut draw = Life::of(self.household.first).draw("marriage act");
        let place = words::town(self.base, &mut draw);
        json!({
            "date": forms(self.wedding()),
            "heure": words::hour(&mut draw),
            "commune": place.0,
            "departement": place.1,
            "numero": draw.between(3, 420).to_string(),
            "contrat": draw.chance(0.15).then_some("contrat reçu par un notaire"),
        })
    }
}

/// Draws the facts of the family.
pub fn fill(base: Base<'_>, draw: &mut Draw) -> Value {
    let household = Household::of(base.world, base.people, base.today);
    let registry = Registry { base, household: &household };
    let town = words::own_town(base);
    let back = if draw.chance(OLD_SHARE) { draw.between(95, 700) } else { draw.between(3, 85) };
    let mut parents = vec![registry.adult(household.first)];
    parents.extend(household.partner.map(|partner| registry.adult(partner)));
    let children: Vec<Value> = household
        .children
        .iter()
        .enumerate()
        .map(|(rank, child)| {
            let mut said = registry.other(child);
            said["rang"] = rank.into();
            said
        })
        .collect();
    for (rank, parent) in parents.iter_mut().enumerate() {
        parent["rang"] = rank.into();
    }
    let married = household.bond == Some(Bond::Married);
    let mut said = json!({
        "parents": parents,
        "enfants": children,
        "mariage": married.then(|| registry.marriage()),
        "mairie": {
            "commune": town.0,
            "departement": town.1,
            "officier": words::somebody(base, draw),
            "qualite_officier": draw.pick(&["officier de l'état civil par délégation du maire", "adjointe au maire", "officier de l'état civil"]),
        },
        "delivrance": forms(base.today.add_days(-back)),
    });
    acts::fill(registry, draw, &mut said);
    judgments::fill(registry, draw, &mut said);
    said
}

#[cfg(test)]
mod tests {
    use super::super::tests::each;
    use super::*;

    #[test]
    fn days_of_civil_status_follow_one_another() {
        each(60, fill, |said| {
            let iso = |value: &Value| value["iso"].as_str().unwrap_or_default().to_owned();
            let birth = &said["naissance"];
            assert!(iso(&birth["personne"]["ne_le"]) <= iso(&birth["dresse"]));
            for key in ["divorce", "garde", "protection"] {
                let decision = &said[key];
                assert!(iso(&decision["debats"]) < iso(&decision["date"]), "{decision}");
                assert!(iso(&decision["mariage"]["date"]) < iso(&decision["debats"]), "{decision}");
                assert_eq!(decision["parties"].as_array().unwrap().len(), 2);
            }
            for parent in said["parents"].as_array().unwrap() {
                for child in said["enfants"].as_array().unwrap() {
                    assert!(iso(&parent["ne_le"]) < iso(&child["ne_le"]));
                }
            }
        });
    }
}
