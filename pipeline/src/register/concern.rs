//! Which papers a change of the register may concern, by what was read of them: asked too often costs a little time,
//! missed once leaves a decision that no longer holds.

use super::{Lease, MatchOutcome, Register, find};
use crate::values::code::normal;
use crate::values::{Address, Date, Person};
use serde_json::Value;
use std::collections::HashSet;

/// Leases that are new or have changed.
#[derive(Debug)]
pub struct Touched {
    register: Register,
    references: HashSet<String>,
}

impl Touched {
    /// Indexes leases.
    pub fn new(leases: Vec<Lease>) -> Self {
        let references = leases.iter().map(|lease| normal(&lease.reference)).collect();
        Self { register: Register::new(leases), references }
    }

    /// Tells whether the values read of a paper, in their printed forms, have anything in common with one of these
    /// leases: a holder, the dwelling, the reference. Fields go by what they hold, not by their codes. A lease that has
    /// ended counts: whoever decides knows the day.
    pub fn concerns(&self, values: &[Value]) -> bool {
        let items = || values.iter().flat_map(|one| one.as_array().map_or(std::slice::from_ref(one), Vec::as_slice));
        if items().filter_map(Value::as_str).any(|text| self.references.contains(&normal(text))) {
            return true;
        }
        let persons: Vec<Person> = items().filter_map(|value| serde_json::from_value(value.clone()).ok()).collect();
        let addresses: Vec<Address> = items().filter_map(|value| serde_json::from_value(value.clone()).ok()).collect();
        let long_ago = Date::from_days(0);
        let finds = |address| find(&self.register, &persons, address, long_ago) != MatchOutcome::NotFound;
        finds(None) || addresses.iter().any(|address| finds(Some(address)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn papers_are_concerned_by_person_dwelling_or_reference() {
        let text = "reference_contrat;nom;prenom;adresse;code_postal;commune;date_fin_bail\n\
                    L-17;DURAND;Anne;3 RUE BASSE;31000;TOULOUSE;2020-01-01\n";
        let leases = Register::from_csv(text.as_bytes(), "contrats.csv").unwrap().register;
        let touched = Touched::new(leases.leases().to_vec());
        let address =
            |ligne: &str| json!({"ligne": ligne, "complement": null, "code_postal": "31000", "commune": "Toulouse"});
        let person = |nom: &str, prenom: &str| json!({"nom": nom, "prenom": prenom});
        for (what, values, expected) in [
            ("a holder among others", vec![json!([person("PETIT", "Luc"), person("DURAND", "Anne")])], true),
            ("a holder, elsewhere", vec![person("DURAND", "Anne"), address("9 rue Haute")], true),
            ("the dwelling alone", vec![address("3 rue Basse")], true),
            ("the dwelling, of another", vec![person("PETIT", "Luc"), address("3 rue Basse")], true),
            ("the reference", vec![json!("l 17")], true),
            ("another", vec![person("PETIT", "Luc"), address("9 rue Haute"), json!("L-18"), json!(null)], false),
            ("nothing", vec![], false),
        ] {
            assert_eq!(touched.concerns(&values), expected, "{what}");
        }
    }
}
