//! What stands around the figures of a notice: references, days, the office, an earlier notice that it corrects, and the
//! notice of another tax.

use super::{Bill, day};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::departments;
use crate::world::families::figures::{rounded, whole};
use crate::world::families::life::{Citizen, Life};
use crate::world::families::{Base, numbers, written};
use crate::world::text::postal;
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// Puts these beside the figures.
pub(super) fn fill(base: Base<'_>, year: i32, bill: Bill, draw: &mut Draw, said: &mut Value) {
    let department = departments::of_insee(base.place.commune.insee);
    let short = year.rem_euclid(100);
    let code = department.code.get(..2).unwrap_or("75").replace(['A', 'B'], "0");
    let last = if draw.chance(0.12) { draw.pattern("#@") } else { draw.pattern("##") };
    let reference = draw.pattern(&format!("{short:02} {code} #######"));
    let issued = day(year, 7, 1, 44, draw);
    said["reference_avis"] = numbers::code(&format!("{reference} {last}"));
    said["facture"] = numbers::code(&draw.pattern(&format!("{short:02} {code} ####### ##")));
    said["role"] = draw.pattern("1##").into();
    said["cachet"] = Value::Null;
    said["emission"] = forms(issued);
    said["recouvrement"] = forms(day(year, 7, 30, 30, draw).max(issued));
    said["declaration"] = forms(day(year, 4, 12, 65, draw));
    said["majoration"] = forms(day(year, 9, 14, 14, draw));
    said["correction"] = correction(bill, year, base.today, draw);
    said["centre"] = office(base, draw);
    said["foncier"] = property_tax(base, year, &code, draw);
}

fn office(base: Base<'_>, draw: &mut Draw) -> Value {
    let commune = &base.place.commune;
    let department = departments::of_insee(commune.insee);
    let place = base.world.places.house_in(draw, commune);
    let part = draw.one(&["", " CENTRE", " NORD", " EST", " CITÉ", " OUEST"]);
    json!({
        "nom": format!("SIP {}{part}", commune.name.to_uppercase()),
        "service": "Service des impôts des particuliers",
        "adresse": written(&place, draw),
        "telephone": "0 809 401 401",
        "direction": format!("Direction régionale des finances publiques {}", department.of_region),
    })
}

/// Gives what a corrected notice says of the one before: more income, more tax.
fn correction(bill: Bill, year: i32, today: Date, draw: &mut Draw) -> Value {
    let more = i64::from(draw.between(800, 4_200));
    let tax = bill.tax + i64::from(draw.between(120, 900));
    let asked = day(year, 8, 20, 60, draw);
    let decided = asked.add_days(draw.between(15, 60)).min(today);
    json!({
        "ancien_rfr": whole(bill.reference + more),
        "ancien_imposable": whole(bill.taxable + more),
        "ancien_impot": whole(tax),
        "degrevement": whole(tax - bill.tax),
        "motif": draw.pick(&[
            "rattachement d'un enfant",
            "prise en compte d'une pension alimentaire versée",
            "erreur sur le montant des salaires préremplis",
            "changement de situation de famille en cours d'année",
        ]),
        "reclamation": forms(asked.min(decided.add_days(-3))),
        "date": forms(decided),
        "numero": numbers::code(&draw.pattern(&format!("{year} ######"))),
    })
}

/// Gives the notice of the tax on a property, which is none of these.
fn property_tax(base: Base<'_>, year: i32, code: &str, draw: &mut Draw) -> Value {
    let owner = Life::of(&base.people[0]).persona(base.world, Some(0), Citizen::Own);
    let value = i64::from(draw.between(900, 3_400));
    let labels = ["Commune", "Intercommunalité", "Ordures ménagères"];
    let rates = [draw.between(2_600, 5_400), draw.between(60, 420), draw.between(700, 1_500)];
    let amounts: Vec<i64> = rates.iter().map(|rate| rounded(value * i64::from(*rate), 10_000)).collect();
    let charges = i64::from(draw.between(18, 70));
    let taxes: Vec<Value> = labels
        .iter()
        .zip(rates.iter().zip(&amounts))
        .map(|(label, (rate, amount))| {
            json!({"libelle": label, "taux": format!("{},{:02} %", rate / 100, rate % 100), "montant": whole(*amount)})
        })
        .collect();
    json!({
        "proprietaire": owner,
        "reference": numbers::code(&draw.pattern(&format!("{:02} {code} ####### ##", year.rem_euclid(100)))),
        "annee": year.to_string(),
        "commune": postal(base.place.commune.name),
        "numero_proprietaire": draw.pattern("@ #####"),
        "base": whole(value),
        "taxes": taxes,
        "frais": whole(charges),
        "total": whole(amounts.iter().sum::<i64>() + charges),
    })
}
