//! Reminders of one household are put together: one sending carries the others of the same step.

use super::{Contacts, Due, LeaseFile, LeaseOutcome, Obligation, Outcome};
use std::collections::HashMap;

/// Lets the first letter of a household carry those that ask the same on the same day. Steps with legal effect stay alone.
pub(super) fn merge(outcomes: &mut [LeaseOutcome], files: &[LeaseFile]) {
    let mut first: HashMap<(String, String), usize> = HashMap::new();
    for at in 0..outcomes.len() {
        let Some(due) = mergeable(&outcomes[at].outcome) else { continue };
        let key = (household(&files[at]), due.step.clone());
        match first.get(&key) {
            None => {
                first.insert(key, at);
            }
            Some(&carrier) if same_ways(&files[carrier].contacts, &files[at].contacts) => carry(outcomes, carrier, at),
            Some(_) => {}
        }
    }
}

fn mergeable(outcome: &Outcome) -> Option<&Due> {
    match outcome {
        Outcome::Due(due) if !due.legal_effect && due.obligation == Obligation::Assurance => Some(due),
        Outcome::Due(_) | Outcome::Held(_) | Outcome::Nothing(_) => None,
    }
}

fn carry(outcomes: &mut [LeaseOutcome], carrier: usize, carried: usize) {
    let (first, other) = (outcomes[carrier].lease.clone(), outcomes[carried].lease.clone());
    if let Outcome::Due(due) = &mut outcomes[carrier].outcome {
        due.carries.push(other);
    }
    if let Outcome::Due(due) = &mut outcomes[carried].outcome {
        due.carried_by = Some(first);
    }
}

/// The caller's word for the household, or its persons and where their letters go.
fn household(file: &LeaseFile) -> String {
    if let Some(name) = &file.household {
        return name.clone();
    }
    let mut names: Vec<String> = file.lease.parties.iter().map(|one| format!("{} {}", one.nom, one.prenom)).collect();
    names.sort_unstable();
    let postal = file.contacts.postal.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{}|{postal}", names.join("|"))
}

fn same_ways(one: &Contacts, other: &Contacts) -> bool {
    one == other
}

#[cfg(test)]
mod tests {
    use super::super::tests::{attestation, date, file, house};
    use super::super::{Day, due};
    use super::*;

    fn outcomes(files: &[LeaseFile]) -> Vec<(Vec<String>, Option<String>)> {
        let plan = due(files, &house(), Day { today: date("2027-04-08"), last_batch: None });
        plan.due().map(|due| (due.carries.clone(), due.carried_by.clone())).collect()
    }

    fn uncovered(reference: &str) -> LeaseFile {
        let mut file = file(reference);
        file.attestations.push(attestation("2026-04-01", "2027-03-31"));
        file
    }

    #[test]
    fn one_letter_carries_those_of_the_household() {
        let mut alone = uncovered("L-3");
        alone.household = Some("autre".to_owned());
        let files = [uncovered("L-1"), uncovered("L-2"), alone];
        let none = (Vec::new(), None);
        assert_eq!(
            outcomes(&files),
            [(vec!["L-2".to_owned()], None), (Vec::new(), Some("L-1".to_owned())), none.clone()]
        );
        let mut elsewhere = uncovered("L-2");
        elsewhere.contacts.email = Some("autre@courriel.example".to_owned());
        assert_eq!(outcomes(&[uncovered("L-1"), elsewhere]), [none.clone(), none], "other ways to reach them");
    }
}
