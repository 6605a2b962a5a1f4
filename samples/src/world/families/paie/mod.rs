//! Pay slips, contracts of employment, and what looks like them: `d.paie`, see `designs/paie/CONTRAT.md`.
//!
//! What a slip says hangs on the employee and the month: three slips of one person show one employer, and their sums of the
//! year grow by the month's.

mod contract;
mod desk;
mod dues;
mod employer;
mod others;
mod regimes;
mod slip;
mod trades;
mod work;

use super::Base;
use super::calendar::month_before;
use super::figures::{Cents, Figures, share};
use super::life::{Citizen, Life};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::people::Person;
use crate::world::text::title;
use desk::Desk;
use serde_json::{Value, json};

/// How many months before the reference date the month paid lies.
const MONTHS_BACK: &[(f64, i32)] = &[(10.0, 1), (4.0, 2), (3.0, 3), (1.0, 4), (0.6, 7), (0.4, 13)];

/// Draws the facts of the family.
pub fn fill(base: Base<'_>, draw: &mut Draw) -> Value {
    let rank = base.rank(draw);
    let month = month_before(base.today, base.back(MONTHS_BACK, draw));
    let person = &base.people[rank];
    let desk = Desk { base, person, figures: Figures::draw(draw), month };
    let mut said = regimes::slips(desk);
    said["salarie"] = employee(base, person, rank);
    said["contrats"] = contract::contracts(desk);
    said["solde"] = others::balance(desk, draw);
    said["attestation_fiscale"] = others::tax_statement(desk, draw);
    said["planning"] = others::rota(desk, draw);
    said
}

/// Gives the taxable wages of a year of somebody who works.
pub(super) fn yearly_taxable(base: Base<'_>, person: &Person) -> Cents {
    share(work::Work::of(base, person).salary() * 12, 8_110)
}

/// Gives the employer that the slips of somebody show, as forms ask for it.
pub(super) fn employer_of(base: Base<'_>, person: &Person) -> Value {
    let work = work::Work::of(base, person);
    json!({"nom": work.employer["nom"], "commune": work.employer["adresse"]["commune"]})
}

/// Tells whether the work of somebody has no end.
pub(super) fn is_open_ended(base: Base<'_>, person: &Person) -> bool {
    work::Work::of(base, person).open_ended
}

/// Gives a person of the household with what payroll and public bodies know of them.
pub(super) fn employee(base: Base<'_>, person: &Person, rank: usize) -> Value {
    let life = Life::of(person);
    let mut said = base.shared["assures"][rank].clone();
    said["nom_naissance"] = person.married.as_ref().map(|_| person.surname.clone()).into();
    said["date_naissance"] = forms(person.born);
    said["lieu_naissance"] = title(&life.birthplace(base.world, Citizen::Own).commune).into();
    said["nir"] = life.nir(base.world).into();
    said["adresse"] = base.shared["risque"].clone();
    said
}

#[cfg(test)]
mod tests {
    use super::super::tests::{cents, each, sum};
    use super::*;

    #[test]
    fn every_slip_adds_up() {
        each(40, fill, |said| {
            for regime in ["prive", "public", "cesu", "pajemploi", "interim", "apprenti", "restauration"] {
                let slip = &said[regime];
                let (gross, before) = (cents(&slip["brut"]), cents(&slip["net_avant_impot"]));
                assert_eq!(gross, sum(&slip["gains"], "montant"), "{regime}");
                let withheld = sum(&slip["cotisations"], "part_salariale");
                assert_eq!(withheld, cents(&slip["total_salarial"]), "{regime}");
                assert_eq!(before, gross - withheld + sum(&slip["autres"], "montant"), "{regime}");
                let paid = before - cents(&slip["impot"]["montant"]) + sum(&slip["apres"], "montant");
                assert_eq!(paid, cents(&slip["net_a_payer"]), "{regime}");
                assert!(cents(&slip["net_social"]) <= gross && paid > 0, "{regime} {slip}");
                assert!(slip["date_entree"]["iso"].as_str() <= slip["periode"]["fin"]["iso"].as_str(), "{regime}");
            }
        });
    }

    #[test]
    fn the_attestation_names_the_employer_of_the_slips() {
        each(20, fill, |said| {
            let (slip, contract) = (&said["prive"], &said["contrats"]["attestation"]);
            assert_eq!(slip["employeur"], contract["employeur"]);
            assert_eq!(slip["emploi"], contract["emploi"]);
            assert_eq!(slip["type_contrat"]["valeur"], contract["type_contrat"]["valeur"]);
            assert!(said["contrats"]["cdi"]["date_fin"].is_null());
        });
    }
}
