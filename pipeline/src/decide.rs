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

/// Reasons that refuse any paper; see [`refuses`] for those that depend on it. All others ask an agent.
const REFUSING: &[&str] = &["echue", "resiliee", UNCOVERED];
/// On a paper that is no attestation only these reasons speak.
const NOT_AN_ATTESTATION: &[&str] = &["type_invalide", "non_assurance", "resiliee"];
/// On a page that cannot be read nothing else is said.
const ILLEGIBLE: &str = "illisible";
/// A field without which nothing is accepted was not read.
const MISSING: &str = "champ_manquant";
/// None of the covers that are read is one that a tenant needs.
const UNCOVERED: &str = "garantie_absente";

/// Decides on a segment; `None` for papers that carry no decision.
pub fn decision(facts: &Facts<'_>, findings: &[Finding]) -> Decision {
    let failed = findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
    let mut reasons: Vec<String> = failed.map(|finding| finding.reason.clone()).collect();
    if reasons.iter().any(|reason| reason == ILLEGIBLE) && facts.type_code != "resiliation_assurance" {
        reasons.retain(|reason| reason == ILLEGIBLE);
    } else if facts.type_code != "attestation_habitation" {
        reasons.retain(|reason| NOT_AN_ATTESTATION.contains(&reason.as_str()));
    }
    // A paper that was read in part says nothing of what it does not list.
    if reasons.iter().any(|reason| reason == MISSING) {
        reasons.retain(|reason| reason != UNCOVERED);
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

/// Tells whether a reason refuses the paper by itself.
fn refuses(reason: &str, facts: &Facts<'_>) -> bool {
    match reason {
        // An owner who lives in the dwelling is looked at; one who does not is refused.
        "qualite_incompatible" => facts.extraction.code("qualite_occupant") != Some("proprietaire_occupant"),
        // A type made of a few words of a paper on which nothing else could be read is a guess.
        "type_invalide" => facts.extraction.has_printed_value(),
        other => REFUSING.contains(&other),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Sureness;
    use crate::extract::{Extraction, FieldReadings, Reading, Value};
    use crate::geometry::Rect;
    use crate::values::Date;
    use std::collections::BTreeMap;

    fn reading(value: Value) -> FieldReadings {
        let rect = Rect::new(0.1, 0.1, 0.2, 0.2);
        let raw = "véhicule".to_owned();
        let reading =
            Reading { value: Some(value), raw, confidence: 0.9, legible: 0.9, page: 1, rect, method: "essai" };
        FieldReadings { code: "nature".to_owned(), readings: vec![reading] }
    }

    /// Decides on a paper on which these values were read and these checks failed.
    fn decided((type_code, family): (&str, Family), values: Vec<Value>, failed: &[&str]) -> (Verdict, Vec<String>) {
        let names = BTreeMap::new();
        let extraction = Extraction { fields: values.into_iter().map(reading).collect() };
        let facts = Facts {
            today: Date::from_iso("2026-11-23").unwrap(),
            type_code,
            type_name: "",
            names: &names,
            family,
            type_confidence: 0.9,
            deciding: &[],
            extraction: &extraction,
            text: "",
            matching: None,
            signs: &[],
            legibility: 0.7,
            sureness: Sureness { weakest: None },
            threshold: 0.6,
            duplicate: None,
        };
        let finding = |reason: &&str| Finding {
            check: String::new(),
            reason: (*reason).to_owned(),
            outcome: Outcome::Fail,
            message: String::new(),
            reference: String::new(),
        };
        let findings: Vec<Finding> = failed.iter().map(finding).collect();
        let decision = decision(&facts, &findings);
        (decision.outcome, decision.reasons)
    }

    #[test]
    fn a_type_alone_refuses_no_paper() {
        let nature = || Value::Choice("auto".to_owned());
        let other = ("attestation_assurance_autre", Family::OtherInsurance);
        let check = |values, outcome| {
            assert_eq!(decided(other, values, &["type_invalide"]), (outcome, vec!["type_invalide".to_owned()]));
        };
        check(vec![nature()], Verdict::Review);
        check(vec![], Verdict::Review);
        check(vec![nature(), Value::Text("Hermine Mutuelle".to_owned())], Verdict::Reject);
    }

    #[test]
    fn a_paper_read_in_part_lacks_no_cover() {
        for (failed, outcome, reasons) in [
            (&["garantie_absente"][..], Verdict::Reject, &["garantie_absente"][..]),
            (&["garantie_absente", "champ_manquant"], Verdict::Review, &["champ_manquant"]),
            (&["echue", "garantie_absente", "champ_manquant"], Verdict::Reject, &["echue", "champ_manquant"]),
        ] {
            let got = decided(("attestation_habitation", Family::HomeInsurance), vec![], failed);
            assert_eq!(got, (outcome, reasons.iter().map(|&reason| reason.to_owned()).collect()));
        }
    }
}
