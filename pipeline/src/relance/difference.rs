//! What changed between two batches.

use super::{Outcome, Plan};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How the outcome of a lease changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A letter is due, and none was.
    NewlyDue,
    /// Another letter is due.
    OtherStep,
    /// A letter was due, and none is any more.
    NoLongerDue,
    /// Something keeps a letter, and nothing did.
    NewlyHeld,
    /// Something else keeps it.
    OtherReason,
    /// Nothing keeps it any more, and nothing is due.
    Released,
    /// The lease was not there.
    NewLease,
    /// The lease is gone.
    GoneLease,
}

/// A lease of which the outcome changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Reference of the lease.
    pub lease: String,
    /// How.
    pub kind: ChangeKind,
    /// What was: the step due, the reason, or the sentence of rest.
    pub before: String,
    /// What is.
    pub after: String,
}

/// Gives the leases whose outcome is another than in the last plan, in the order of the new one.
pub fn difference(plan: &Plan, last: &Plan) -> Vec<Change> {
    let mut known: HashMap<&str, &Outcome> =
        last.outcomes.iter().map(|one| (one.lease.as_str(), &one.outcome)).collect();
    let mut changes = Vec::new();
    for one in &plan.outcomes {
        let before = known.remove(one.lease.as_str());
        if let Some(kind) = kind(before, &one.outcome) {
            let before = before.map(label).unwrap_or_default();
            changes.push(Change { lease: one.lease.clone(), kind, before, after: label(&one.outcome) });
        }
    }
    let gone = last.outcomes.iter().filter(|one| known.contains_key(one.lease.as_str()));
    changes.extend(gone.map(|one| Change {
        lease: one.lease.clone(),
        kind: ChangeKind::GoneLease,
        before: label(&one.outcome),
        after: String::new(),
    }));
    changes
}

fn kind(before: Option<&Outcome>, after: &Outcome) -> Option<ChangeKind> {
    use Outcome::{Due, Held, Nothing};
    let Some(before) = before else { return Some(ChangeKind::NewLease) };
    match (before, after) {
        (Due(a), Due(b)) => (a.step != b.step || a.period != b.period).then_some(ChangeKind::OtherStep),
        (_, Due(_)) => Some(ChangeKind::NewlyDue),
        (Held(a), Held(b)) => (a.reason != b.reason).then_some(ChangeKind::OtherReason),
        (_, Held(_)) => Some(ChangeKind::NewlyHeld),
        (Due(_), Nothing(_)) => Some(ChangeKind::NoLongerDue),
        (Held(_), Nothing(_)) => Some(ChangeKind::Released),
        (Nothing(_), Nothing(_)) => None,
    }
}

/// Names an outcome in a word: the step due, the code of the reason, or nothing.
fn label(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Due(due) => due.step.clone(),
        Outcome::Held(held) => held.reason.code().to_owned(),
        Outcome::Nothing(_) => "rien".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{attestation, date, file, house};
    use super::super::{Day, LeaseFile, Pending, PendingKind, due};
    use super::*;

    fn plan(files: &[LeaseFile], today: &str) -> Plan {
        due(files, &house(), Day { today: date(today), last_batch: None })
    }

    #[test]
    fn each_change_is_told_once() {
        let mut before: Vec<LeaseFile> = ["A", "B", "C", "D"].map(file).to_vec();
        before[..3].iter_mut().for_each(|file| file.attestations.push(attestation("2026-04-01", "2027-03-31")));
        let mut after = before.clone();
        after[1].attestations.push(attestation("2027-04-01", "2028-03-31"));
        let pending = Pending { kind: PendingKind::Unread, source: "s".to_owned(), since: date("2027-04-09") };
        after[2].pending.push(pending);
        after.pop();
        after.push(file("E"));
        let changes = difference(&plan(&after, "2027-04-09"), &plan(&before, "2027-04-08"));
        let told: Vec<(&str, ChangeKind, &str)> =
            changes.iter().map(|one| (one.lease.as_str(), one.kind, one.after.as_str())).collect();
        use ChangeKind::{GoneLease, NewLease, NewlyHeld, NoLongerDue};
        assert_eq!(
            told,
            [
                ("B", NoLongerDue, "rien"),
                ("C", NewlyHeld, "piece_en_attente"),
                ("E", NewLease, "relance"),
                ("D", GoneLease, "")
            ]
        );
        assert_eq!(difference(&plan(&after, "2027-04-09"), &plan(&after, "2027-04-09")), []);
    }
}
