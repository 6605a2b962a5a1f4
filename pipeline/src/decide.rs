//! The decision on an insurance paper: accept, review or reject, with every reason that applies.
//!
//! Goes in: findings. Comes out: a [`Decision`]. The machine accepts what is certain and refuses papers, never people:
//! anything else goes to an agent with its reasons.

use crate::check::{Facts, Finding, Outcome};
use crate::register::MatchOutcome;
use crate::rules::Family;

/// What happens with the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// No one needs to look.
    Accept,
    /// An agent decides.
    Review,
    /// The paper cannot serve; the tenant is asked for another.
    Reject,
}

/// The decision with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What happens.
    pub outcome: Verdict,
    /// Reason codes, most serious first; none on accept.
    pub reasons: Vec<String>,
    /// The lease, where the paper names one.
    pub lease: Option<String>,
}

/// Reasons that refuse the paper; all others ask an agent.
const REFUSING: &[&str] = &["type_invalide", "echue", "resiliee", "garantie_absente", "qualite_incompatible"];
/// On a paper that is no attestation only these reasons speak.
const NOT_AN_ATTESTATION: &[&str] = &["type_invalide", "non_assurance", "resiliee"];
/// On a page that cannot be read nothing else is said.
const ILLEGIBLE: &str = "illisible";

/// Decides on a segment; `None` for papers that carry no decision.
pub fn decision(facts: &Facts<'_>, findings: &[Finding]) -> Decision {
    let failed = findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
    let mut reasons: Vec<String> = failed.map(|finding| finding.reason.clone()).collect();
    if reasons.iter().any(|reason| reason == ILLEGIBLE) && facts.type_code != "resiliation_assurance" {
        reasons.retain(|reason| reason == ILLEGIBLE);
    } else if facts.type_code != "attestation_habitation" {
        reasons.retain(|reason| NOT_AN_ATTESTATION.contains(&reason.as_str()));
    }
    // What is missing is said; that the rest is unsure would say it twice.
    if reasons.len() > 1 {
        reasons.retain(|reason| reason != "confiance_faible");
    }
    let refused = reasons.iter().any(|reason| refuses(reason, facts));
    let outcome = match (refused, reasons.is_empty()) {
        (true, _) => Verdict::Reject,
        (false, true) => Verdict::Accept,
        (false, false) => Verdict::Review,
    };
    // Without a register nothing can be matched, so nothing is certain.
    let unmatched = outcome == Verdict::Accept && !matches!(facts.matching, Some(MatchOutcome::Found { .. }));
    if unmatched {
        return Decision { outcome: Verdict::Review, reasons: vec!["contrat_introuvable".to_owned()], lease: None };
    }
    Decision { outcome, lease: lease(facts, &reasons), reasons }
}

/// An owner who lives in the dwelling is looked at; one who does not is refused.
fn refuses(reason: &str, facts: &Facts<'_>) -> bool {
    let occupies = facts.extraction.code("qualite_occupant") == Some("proprietaire_occupant");
    REFUSING.contains(&reason) && !(reason == "qualite_incompatible" && occupies)
}

/// Gives the lease that a paper of a home contract names.
fn lease(facts: &Facts<'_>, reasons: &[String]) -> Option<String> {
    let legible = !reasons.iter().any(|reason| reason == ILLEGIBLE);
    if facts.family != Family::HomeInsurance || !legible {
        return None;
    }
    match facts.matching? {
        MatchOutcome::Found { reference, .. }
        | MatchOutcome::NameDiffers { reference, .. }
        | MatchOutcome::AddressDiffers { reference, .. } => Some(reference.clone()),
        MatchOutcome::Ambiguous { .. } | MatchOutcome::NotFound => None,
    }
}
