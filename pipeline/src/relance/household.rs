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
