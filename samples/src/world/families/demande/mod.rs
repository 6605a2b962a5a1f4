//! The demand for social housing and its registration: `d.demande`, see `designs/demande/CONTRAT.md`.

mod means;
mod wish;

use super::household::{Bond, Household};
use super::life::{Citizen, Life};
use super::{Base, written};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::places::{mailbox, mobile, telephone};
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// Regions of one number: those of Île-de-France share one.
const CAPITAL_REGION: &[&str] = &["75", "77", "78", "91", "92", "93", "94", "95"];

/// Share of demands that had expired at the reference date.
const EXPIRED_SHARE: f64 = 0.12;

/// Draws the facts of the family.
pub fn fill(base: Base<'_>, draw: &mut Draw) -> Value {
    let household = Household::of(base.world, base.people, base.today);
    let (first, mut fixed) = (household.first, Life::of(household.first).draw("demand"));
    let nature = *draw.weighted(&[(5.0, "premiere"), (4.0, "renouvellement"), (1.0, "modification")]);
    let office = office(base, &mut fixed);
    let dates = Dates::draw(nature, base, &mut fixed, draw);
    let code = office["code"].as_str().unwrap_or("00000").to_owned();
    let number = number(base, dates.deposit, &code, &mut fixed);
    // A form that is not yet registered has no number; the attestations always have one.
    let co_applicant = household.partner.or_else(|| base.people.get(1).filter(|_| base.people.len() == 2));
    let dependants: Vec<Value> = household
        .children
        .iter()
        .map(|child| {
            let persona = Life::of(child).persona(base.world, None, Citizen::French);
            json!({"personne": persona, "lien": "enfant", "garde": draw.pick(&["permanente", "permanente", "permanente", "alternée", ""])})
        })
        .collect();
    let due = draw.chance(0.06).then(|| forms(base.today.add_days(draw.between(20, 180))));
    let count = 1 + usize::from(co_applicant.is_some()) + dependants.len() + usize::from(due.is_some());
    let persona = |rank: usize| Life::of(&base.people[rank]).persona(base.world, Some(rank), Citizen::Own);
    let phone = mobile(&mut fixed);
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let mut said = json!({
        "nature": nature,
        "numero_unique": number,
        "date_depot": forms(dates.deposit),
        "date_expiration": forms(dates.expiry),
        "date_signature": forms(dates.signature),
        "date_edition": forms(dates.edition),
        "ville": base.place.commune.name,
        "demandeur": persona(0),
        "codemandeur": co_applicant.map(|_| persona(1)),
        "lien": co_applicant.and(household.bond).map(link),
        "situation_familiale": household.status(),
        "telephone": draw.chance(0.85).then(|| json!({"texte": phone, "valeur": digits})),
        "telephone_fixe": draw.chance(0.2).then(|| {
            let text = telephone(&mut fixed, base.place.postcode);
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            json!({"texte": text, "valeur": digits})
        }),
        "email": draw.chance(0.75).then(|| json!({"texte": mailbox(first.first(), &first.surname)})),
        "nir": Life::of(first).nir(base.world),
        "nombre_personnes": count.to_string(),
        "personnes_a_charge": dependants,
        "naissance_prevue": due,
        "adresse": base.shared["risque"].clone(),
        "handicap": draw.chance(0.1),
        "guichet": office,
    });
    means::fill(base, &household, co_applicant, draw, &mut said);
    wish::fill(base, count, draw, &mut said);
    said
}

/// The days of a demand.
#[derive(Clone, Copy, Debug)]
struct Dates {
    deposit: Date,
    expiry: Date,
    signature: Date,
    edition: Date,
}

impl Dates {
    fn draw(nature: &str, base: Base<'_>, fixed: &mut Draw, draw: &mut Draw) -> Self {
        let (first, today) = (nature == "premiere", base.today);
        let expired = base.is_old(EXPIRED_SHARE, draw);
        let signed = today.add_days(-if expired { draw.between(370, 700) } else { draw.between(2, 350) });
        let years = if first { 0 } else { fixed.between(1, 6) };
        // A renewal is asked for in the weeks before the year is over.
        let deposit = if first { signed } else { signed.add_months(-12 * years).add_days(draw.between(5, 40)) };
        let edition = signed.add_days(draw.between(0, 30)).min(today);
        Self { deposit, expiry: deposit.add_months(12 * (years + 1)), signature: signed, edition }
    }
}

/// Gives the registration number: territory, month and year of the deposit, counter.
fn number(base: Base<'_>, deposit: Date, counter: &str, draw: &mut Draw) -> Value {
    let department = super::departments::of_insee(base.place.commune.insee).code;
    let territory = if CAPITAL_REGION.contains(&department) { "111".to_owned() } else { format!("{department:0>3}") };
    let (month, year) = (deposit.month(), deposit.year().rem_euclid(100));
    let running = draw.pattern("######");
    let plain = format!("{territory}{month:02}{year:02}{running}{counter}");
    json!({"texte": super::numbers::spaced(&plain, &[3, 2, 2, 6, 5]), "brut": plain, "valeur": plain})
}

fn office(base: Base<'_>, draw: &mut Draw) -> Value {
    let commune = base.place.commune.name;
    let place = base.world.places.house_in(draw, &base.place.commune);
    let agent = base.world.names.person(draw, base.today, 24, 62);
    let initial = agent.first().chars().next().unwrap_or('A');
    let name = draw.one(&["Espace logement", "Guichet du logement social", "Maison de l'habitat", "Service logement"]);
    json!({
        "nom": format!("{name} {}", super::departments::of_town(commune)),
        "code": draw.pattern_of(&["@00##", "#####", "@@###"]),
        "adresse": written(&place, draw),
        "telephone": telephone(draw, place.postcode),
        "courriel": "accueil@guichet-logement.example",
        "site": "www.demande-logement.example",
        "agent": format!("{initial}. {}", crate::world::text::title(&agent.surname)),
    })
}

fn link(bond: Bond) -> &'static str {
    match bond {
        Bond::Married => "conjoint",
        Bond::Partners => "pacs",
        Bond::Together => "concubin",
        Bond::Flatmates => "colocataire",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{cents, each, sum};
    use super::*;

    #[test]
    fn a_demand_counts_its_people_and_its_means() {
        each(60, fill, |said| {
            let number = said["numero_unique"]["valeur"].as_str().unwrap();
            let deposit = said["date_depot"]["iso"].as_str().unwrap();
            assert_eq!(number.len(), 18, "{number}");
            assert_eq!(number[3..7], format!("{}{}", &deposit[5..7], &deposit[2..4]), "{number} {deposit}");
            let some = |key: &str| usize::from(!said[key].is_null());
            let people = 1
                + some("codemandeur")
                + some("naissance_prevue")
                + said["personnes_a_charge"].as_array().unwrap().len();
            assert_eq!(said["nombre_personnes"], people.to_string());
            assert_eq!(cents(&said["total_ressources"]), sum(&said["ressources"], "montant"));
            assert!(said["date_signature"]["iso"].as_str() >= Some(deposit));
            let adults = said["situation_professionnelle"].as_array().unwrap().len();
            assert_eq!(adults, 1 + some("codemandeur"));
        });
    }
}
