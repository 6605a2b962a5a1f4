//! What keeps a letter that would leave: the most important reason, for one lease on one day.

use super::{Cover, Day, Held, LeaseFile, PendingKind, Reason, SuspensionKind, requirement::lease_end};
use crate::rules::{LadderHead, SignalKind};
use crate::values::Date;

/// Gives what keeps every letter to a lease.
pub(super) fn obstacle(file: &LeaseFile, cover: &Cover, head: &LadderHead, today: Date) -> Option<Held> {
    unseen_letter(file)
        .or_else(|| waiting_paper(file))
        .or_else(|| death(file))
        .or_else(|| unlinked_termination(cover))
        .or_else(|| pause(file, today))
        .or_else(|| lease_ends_soon(file, head, today))
        .or_else(|| guardian_without_address(file))
}

/// Says that the day is before one on which steps were decided already.
pub(super) fn clock_went_back(day: Day, last: Option<Date>) -> Option<Held> {
    let last = day.last_batch.max(last).filter(|last| *last > day.today)?;
    let why = format!(
        "L'horloge indique le {}, mais une campagne a déjà eu lieu le {} : vérifier la date de la machine.",
        day.today.in_french(),
        last.in_french()
    );
    Some(held(Reason::DateRecule, why, true))
}

/// Builds the held of a reason.
pub(super) fn held(reason: Reason, why: String, for_agent: bool) -> Held {
    Held { reason, why, for_agent, step: None }
}

fn waiting_paper(file: &LeaseFile) -> Option<Held> {
    let oldest = file.pending.iter().min_by_key(|one| one.since)?;
    let (what, for_agent) = match oldest.kind {
        PendingKind::Unread => ("n'est pas encore lu", false),
        PendingKind::InReview => ("attend la décision d'un agent", true),
        PendingKind::Stuck => ("est en quarantaine", true),
        PendingKind::LooksLikeAttestation => ("semble contenir ou annoncer une attestation", true),
    };
    let why = format!("Un envoi de ce locataire, reçu le {}, {what}.", oldest.since.in_french());
    Some(held(Reason::PieceEnAttente, why, for_agent))
}

fn death(file: &LeaseFile) -> Option<Held> {
    let told = file.situation.death.as_ref()?.told.in_french();
    let why = format!("Un décès a été signalé le {told} : rien ne part au nom d'un défunt, un agent décide.");
    Some(held(Reason::Deces, why, true))
}

/// A reminder that crosses such a letter frightens or hurts: an agent looks first (facts A.8).
fn unseen_letter(file: &LeaseFile) -> Option<Held> {
    let first = file.signals.iter().min_by_key(|one| (one.kind, one.since))?;
    let (reason, what) = match first.kind {
        SignalKind::Deces => (Reason::Deces, "parle d'un décès"),
        SignalKind::Conge => (Reason::CourrierAVoir, "donne peut-être congé"),
        SignalKind::Protection => (Reason::CourrierAVoir, "parle d'une tutelle ou d'une curatelle"),
    };
    let (since, source) = (first.since.in_french(), &first.source);
    let why = format!("Un courrier reçu le {since} {what} : rien ne part avant qu'un agent l'ait vu ({source}).");
    Some(held(reason, why, true))
}

fn unlinked_termination(cover: &Cover) -> Option<Held> {
    let segment = cover.unlinked.first()?;
    let why = format!("Une fin de contrat ({segment}) ne correspond à aucune attestation connue : un agent tranche.");
    Some(held(Reason::ResiliationSansContrat, why, true))
}

fn pause(file: &LeaseFile, today: Date) -> Option<Held> {
    let pause = file.suspended(SuspensionKind::Pause, today)?;
    let until =
        pause.until.map_or_else(|| "sans date de fin".to_owned(), |day| format!("jusqu'au {}", day.in_french()));
    Some(held(Reason::Pause, format!("En pause {until} : {}.", pause.reason), pause.until.is_none()))
}

/// The duty stays until the keys are given back; whether to write in the last weeks is for a person (facts A.8).
fn lease_ends_soon(file: &LeaseFile, head: &LadderHead, today: Date) -> Option<Held> {
    let end = lease_end(file).filter(|end| today.add_days(head.notice_days) >= *end)?;
    let why = format!("Le bail prend fin le {}, sous {} jours : un agent décide.", end.in_french(), head.notice_days);
    Some(held(Reason::CongeProche, why, true))
}

fn guardian_without_address(file: &LeaseFile) -> Option<Held> {
    let guardian = file.situation.guardian.as_ref().filter(|guardian| guardian.postal.is_none())?;
    let why = format!("Copie à {} impossible : son adresse manque.", guardian.name);
    Some(held(Reason::TuteurSansAdresse, why, true))
}
