//! Housing papers: `d.logement`, see `designs/logement/CONTRAT.md`: rent, lease, host, bills, bank, school.
//!
//! What hangs on the household (rent, bank account, suppliers, host) is the same on every paper of it; what hangs on the
//! paper (months, days, meters) is drawn with the paper.

mod bank;
mod bills;
mod decoys;
mod host;
mod lists;
mod parties;
mod rent;
mod school;
mod usage;

use super::Base;
use super::figures::Figures;
use super::life::Life;
use crate::draw::Draw;
use crate::world::people::Person;
use lists::Lists;
use serde_json::{Value, json};

/// What the papers are drawn with.
#[derive(Clone, Copy)]
struct Home<'a> {
    base: Base<'a>,
    lists: &'a Lists,
    figures: Figures,
}

impl Home<'_> {
    /// Gives the source of chance of what hangs on the household.
    fn fixed(&self, side: &str) -> Draw {
        Life::of(&self.base.people[0]).draw(&format!("home {side}"))
    }

    /// Gives the private owner of the dwelling.
    fn owner(&self) -> Person {
        self.base.world.names.person(&mut self.fixed("owner"), self.base.today, 32, 85)
    }
}

/// Draws the facts of the family.
pub fn fill(base: Base<'_>, draw: &mut Draw) -> Value {
    let lists = Lists::load();
    let home = Home { base, lists: &lists, figures: Figures::french(draw) };
    let mut said = json!({"lot": draw.pattern("####.##.####")});
    parties::landlords(home, draw, &mut said);
    rent::fill(home, draw, &mut said);
    said["hebergement"] = host::fill(home, draw);
    said["factures"] = bills::fill(home, draw);
    said["rib"] = bank::fill(home, draw);
    said["scolarite"] = school::fill(home, draw);
    decoys::fill(home, draw, &mut said);
    said
}

#[cfg(test)]
mod tests {
    use super::super::tests::{cents, each, sum};
    use super::*;
    use guichet_pipeline::values::code::is_iban;

    #[test]
    fn rents_bills_and_accounts_add_up() {
        each(40, fill, |said| {
            let rent = &said["loyer_hlm"];
            assert_eq!(cents(&rent["net"]), sum(&rent["lignes"], "montant"), "{rent}");
            assert!(cents(&rent["net"]) > 0, "{rent}");
            let private = &said["loyer_libre"];
            let parts =
                cents(&private["hors_charges"]) + cents(&private["charges"]) + sum(&private["autres"], "montant");
            assert_eq!(cents(&private["total"]), parts);
            for bill in said["factures"].as_object().unwrap().values() {
                assert_eq!(cents(&bill["total_ht"]), sum(&bill["lignes"], "ht"));
                assert_eq!(cents(&bill["total_ttc"]), cents(&bill["total_ht"]) + sum(&bill["tva"], "montant"));
                assert!(cents(&bill["a_payer"]) > 0, "{bill}");
                assert!(bill["fin"]["iso"].as_str() < bill["emission"]["iso"].as_str(), "{bill}");
            }
            assert!(is_iban(said["rib"]["iban"]["nu"].as_str().unwrap()));
            let statement = &said["releve"];
            let end = cents(&statement["solde_debut"]) + sum(&statement["operations"], "credit")
                - sum(&statement["operations"], "debit");
            assert_eq!(cents(&statement["solde_fin"]), end);
            let host = &said["hebergement"];
            assert!(host["depuis"]["iso"].as_str() <= host["signature"]["iso"].as_str());
        });
    }
}
