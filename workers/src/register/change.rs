//! How a register differs from the one applied, and whether it lacks too much to be taken by itself.

use super::Reading;
use crate::stop::Stop;
use crate::store::{RegisterChange, Store, StoreError};
use std::collections::BTreeMap;
use std::fmt;

/// Leases of the register applied that another lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Loss {
    /// How many.
    pub(crate) gone: usize,
    /// Of how many.
    pub(crate) of: usize,
}

impl Loss {
    /// Tells whether this is more than so many per cent.
    pub(crate) fn exceeds(self, per_cent: u64) -> bool {
        self.gone as u64 * 100 > per_cent * self.of as u64
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} baux sur {} n'y sont plus", self.gone, self.of)
    }
}

/// A register beside the one applied.
#[derive(Clone, Debug)]
pub(crate) struct Compared {
    /// What differs.
    pub(crate) change: RegisterChange,
    /// What it lacks.
    pub(crate) loss: Loss,
    /// Whether an agent accepted it, whatever it lacks.
    pub(crate) is_accepted: bool,
}

impl Compared {
    /// Tells whether it waits for an agent.
    pub(crate) fn is_withheld(&self, per_cent: u64) -> bool {
        self.loss.exceeds(per_cent) && !self.is_accepted
    }

    /// Says so, and what to do.
    pub(crate) fn refusal(&self, name: &str) -> String {
        let loss = self.loss;
        format!(
            "{name} : {loss} : ce registre n'est pas pris (registre.perte_max) ; s'il est juste, « guichet register accept »"
        )
    }
}

/// Compares a register with the one applied.
pub(crate) async fn compare(store: &Store, reading: &Reading) -> Result<Compared, StoreError> {
    // The hash first: a register applied meanwhile is noticed when this one is.
    let before = store.applied_register().await?;
    let applied = store.applied_leases().await?;
    let is_accepted = store.accepted_register().await?.as_ref() == Some(&reading.hash);
    let change = difference(before, &applied, reading);
    let loss = Loss { gone: change.removed.len(), of: applied.len() };
    Ok(Compared { change, loss, is_accepted })
}

/// Stops a command before it goes by a register that lacks too much.
pub(crate) async fn refuse_lossy(store: &Store, reading: &Reading, per_cent: u64) -> Result<(), Stop> {
    let compared = compare(store, reading).await?;
    if compared.is_withheld(per_cent) { Err(Stop::usage(compared.refusal(&reading.name))) } else { Ok(()) }
}

fn difference(before: Option<String>, applied: &BTreeMap<String, String>, reading: &Reading) -> RegisterChange {
    let mut change = RegisterChange {
        before,
        after: reading.hash.clone(),
        leases: reading.leases.len(),
        bad_rows: reading.bad_rows.len(),
        ..RegisterChange::default()
    };
    for (reference, hash) in &reading.leases {
        let to = match applied.get(reference) {
            None => &mut change.added,
            Some(known) if known != hash => &mut change.changed,
            Some(_) => continue,
        };
        to.insert(reference.clone(), hash.clone());
    }
    let gone = applied.keys().filter(|reference| !reading.leases.contains_key(*reference));
    change.removed = gone.cloned().collect();
    change
}

#[cfg(test)]
mod tests {
    use super::*;
    use guichet_pipeline::register::Register;

    fn reading(rows: &[&str]) -> Reading {
        let header = "reference_contrat;nom;prenom;adresse;code_postal;commune";
        let text = format!("{header}\n{}\n", rows.join("\n"));
        Reading::of(Register::from_csv(text.as_bytes(), "contrats.csv").unwrap(), "contrats.csv".to_owned())
    }

    #[test]
    fn leases_are_new_changed_or_gone() {
        let before = reading(&["L-1;A;B;1 RUE X;31000;T", "L-2;C;D;1 RUE X;31000;T", "L-3;E;F;1 RUE X;31000;T"]);
        let after =
            reading(&["L-1;A;B;1 RUE X;31000;T", "L-2;C;D;2 RUE X;31000;T", "L-4;G;H;1 RUE X;31000;T", "L-5;;;;;"]);
        let change = difference(Some(before.hash.clone()), &before.leases, &after);
        let names = |leases: &BTreeMap<String, String>| leases.keys().cloned().collect::<Vec<String>>();
        assert_eq!(names(&change.added), ["L-4"]);
        assert_eq!(names(&change.changed), ["L-2"]);
        assert_eq!(change.removed, ["L-3"]);
        assert_eq!((change.leases, change.bad_rows), (3, 1));
        let same = difference(Some(before.hash.clone()), &before.leases, &before);
        assert_eq!((same.added.len(), same.changed.len(), same.removed.len()), (0, 0, 0));
        assert_eq!(same.after, before.hash);
    }

    #[test]
    fn a_share_is_lost_or_not() {
        for (gone, of, per_cent, expected) in [
            (0, 0, 20, false),
            (200, 1000, 20, false),
            (201, 1000, 20, true),
            (1, 3, 20, true),
            (1, 3, 100, false),
            (1, 1000, 0, true),
            (0, 1000, 0, false),
        ] {
            assert_eq!(Loss { gone, of }.exceeds(per_cent), expected, "{gone} of {of}, {per_cent} %");
        }
    }
}
