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

#[cfg(test)]
mod tests {
    use super::super::tests::{cents, each, sum};
    use super::*;

    #[test]
    fn rights_and_pensions_add_up() {
        each(40, fill, |said| {
            for fund in ["caf", "msa"] {
                let file = &said[fund];
                let rows = file["prestations"].as_array().unwrap();
                let own: i64 = rows.iter().filter(|row| row["tiers"] == false).map(|row| cents(&row["montant"])).sum();
                assert_eq!(cents(&file["total"]), own - sum(&file["retenues"], "montant"), "{file}");
                assert!(cents(&file["total"]) > 0, "{file}");
            }
            let jobless = &said["france_travail"];
            assert_eq!(cents(&jobless["avant_impot"]), cents(&jobless["brut"]) - sum(&jobless["retenues"], "montant"));
            assert_eq!(
                cents(&jobless["montant"]),
                cents(&jobless["avant_impot"]) - cents(&jobless["impot"]["montant"])
            );
            for pension in said["pensions"].as_object().unwrap().values() {
                assert_eq!(cents(&pension["brut"]), sum(&pension["lignes"], "montant"), "{pension}");
                let net = cents(&pension["brut"]) - sum(&pension["retenues"], "montant");
                assert_eq!(cents(&pension["montant_net"]), net - cents(&pension["impot"]["montant"]), "{pension}");
            }
        });
    }
}
