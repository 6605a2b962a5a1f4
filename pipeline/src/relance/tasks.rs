//! What an agent has to do beside letters: the contract taken out on the tenant's behalf.

use super::requirement::lease_end;
use super::{Cover, LeaseFile, OnBehalf, Task, TaskKind};
use crate::values::Date;

/// Gives the tasks of one lease.
pub(super) fn tasks(file: &LeaseFile, cover: &Cover, today: Date) -> Vec<Task> {
    let Some(contract) = file.insured_on_behalf(today) else { return Vec::new() };
    let ended = end_it(file, contract, cover, today);
    let copied = copy_it(contract, today);
    let task = |kind: TaskKind, why: String, reference: &str| Task {
        lease: file.lease.reference.clone(),
        kind,
        why,
        reference: reference.to_owned(),
    };
    let end =
        "loi 89-462, art. 7 g : le bailleur résilie l'assurance pour compte quand le locataire justifie de la sienne";
    let copy = "loi 89-462, art. 7 g : une copie du contrat est remise à la souscription et à chaque renouvellement";
    let end = ended.map(|why| task(TaskKind::FinPourCompte, why, end));
    end.into_iter().chain(copied.map(|why| task(TaskKind::CopieContrat, why, copy))).collect()
}

/// The tenant proved his own insurance, or left: the contract ends as soon as the law allows.
fn end_it(file: &LeaseFile, contract: &OnBehalf, cover: &Cover, today: Date) -> Option<String> {
    if let Some(end) = lease_end(file).filter(|end| *end <= today) {
        return Some(format!("Le bail a pris fin le {} : résilier l'assurance pour compte.", end.in_french()));
    }
    let own = file.attestations.iter().filter(|one| one.accepted >= contract.start).map(|one| one.start).max()?;
    let from = own.max(today);
    let until = cover.last_day_from(from)?;
    Some(format!(
        "Le locataire justifie de sa propre assurance du {} au {} : résilier l'assurance pour compte prise le {}.",
        from.in_french(),
        until.in_french(),
        contract.start.in_french()
    ))
}

fn copy_it(contract: &OnBehalf, today: Date) -> Option<String> {
    let years = (0..).map(|years| contract.start.add_months(12 * years)).take_while(|day| *day <= today);
    let due = years.last()?;
    let given = contract.copies_sent.iter().any(|day| *day >= due);
    (!given).then(|| format!("Remettre au locataire la copie du contrat en cours depuis le {}.", due.in_french()))
}
