//! What follows from the congés in a source: each with the papers sent beside it and the lease that it names.

use super::Trace;
use super::letters::Letters;
use crate::document::ReadDocument;
use crate::mail::{self, Enclosed, Known, Notice};
use crate::register::{self, Lease, MatchOutcome, Register};
use crate::values::code::normal;
use serde_json::{Value, json};

/// Computes every congé of a source.
pub(super) fn compute(traces: &mut [Trace], letters: &Letters<'_>) {
    let setting = letters.setting;
    for at in 0..traces.len() {
        let Some((sheet, header)) = letters.letter(&traces[at]) else { continue };
        let lease = setting.register.as_ref().and_then(|register| lease_of(&traces[at], register, letters));
        let enclosed = beside(traces, at, letters.document);
        let known = Known { enclosed, has_register: setting.register.is_some(), lease };
        let extraction = &traces[at].extraction;
        let notice = mail::notice(&sheet, header, extraction, &known, &setting.lexicon.mail, setting.today);
        traces[at].notice = notice;
    }
}

/// Gives the papers of a source beside the segment `at`.
fn beside(traces: &[Trace], at: usize, document: &ReadDocument) -> Vec<Enclosed> {
    let others = traces.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, trace)| trace);
    let enclosed = others.map(|trace| {
        let pages = &document.pages[trace.segment.pages.clone()];
        let text: Vec<String> = pages.iter().map(|page| page.layer.text()).collect();
        Enclosed { type_code: trace.classification.type_code.clone(), text: text.join("\n") }
    });
    enclosed.collect()
}

/// Gives the lease that a letter names by its number.
pub(super) fn by_number<'a>(trace: &Trace, register: &'a Register) -> Option<&'a Lease> {
    let number = trace.extraction.code("reference_contrat")?;
    register.leases().iter().find(|lease| normal(&lease.reference) == number)
}

/// Gives the lease that a letter names: by its number, else by its persons and its address, and by the letter it answers.
fn lease_of<'a>(trace: &Trace, register: &'a Register, letters: &Letters<'_>) -> Option<&'a Lease> {
    if let Some(lease) = by_number(trace, register) {
        return Some(lease);
    }
    let persons = mail::holders(&trace.extraction);
    let address = trace.extraction.address("adresse_logement");
    match register::find_answering(register, &persons, address, letters.setting.today, letters.answers) {
        MatchOutcome::Found { reference } | MatchOutcome::AddressDiffers { reference } => {
            register.leases().iter().find(|lease| lease.reference == reference)
        }
        MatchOutcome::NameDiffers { .. } | MatchOutcome::Ambiguous { .. } | MatchOutcome::NotFound => None,
    }
}

/// Gives a congé as section 5 of the catalogue prints it.
pub(super) fn printed(notice: &Notice) -> Value {
    let Notice { received, months, motive, proof_needed, proof_enclosed, end, points } = notice;
    json!({
        "date_reception": received.to_string(),
        "duree_mois": months,
        "motif_retenu": motive,
        "justificatif_requis": proof_needed,
        "justificatif_present": proof_enclosed,
        "date_fin_bail": end.map(|end| end.to_string()),
        "points": points,
    })
}
