//! What must be decided about an insurance paper (catalogue, section 3), worked out from how the paper was built.

use crate::scenario::Twist;
use crate::truth::Truth;
use serde_json::{Value, json};

/// What becomes of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nobody needs to look.
    Accept,
    /// An agent decides.
    Review,
    /// The tenant is asked for another.
    Reject,
}

/// Why; in the order of the catalogue's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the codes of the catalogue are explained there")]
pub enum Reason {
    TypeInvalide,
    NonAssurance,
    Echue,
    PasEncoreValide,
    Resiliee,
    GarantieAbsente,
    QualiteIncompatible,
    ContratIntrouvable,
    NomDifferent,
    AdresseDifferente,
    ChampManquant,
    Illisible,
    AlterationSuspectee,
    Doublon,
    Ambigu,
}

impl Reason {
    /// Gives the code of the catalogue.
    pub fn code(self) -> &'static str {
        match self {
            Self::TypeInvalide => "type_invalide",
            Self::NonAssurance => "non_assurance",
            Self::Echue => "echue",
            Self::PasEncoreValide => "pas_encore_valide",
            Self::Resiliee => "resiliee",
            Self::GarantieAbsente => "garantie_absente",
            Self::QualiteIncompatible => "qualite_incompatible",
            Self::ContratIntrouvable => "contrat_introuvable",
            Self::NomDifferent => "nom_different",
            Self::AdresseDifferente => "adresse_differente",
            Self::ChampManquant => "champ_manquant",
            Self::Illisible => "illisible",
            Self::AlterationSuspectee => "alteration_suspectee",
            Self::Doublon => "doublon",
            Self::Ambigu => "ambigu",
        }
    }

    fn outcome(self) -> Outcome {
        match self {
            Self::TypeInvalide | Self::Echue | Self::Resiliee | Self::GarantieAbsente => Outcome::Reject,
            // Reject for a landlord's contract, see `decide`.
            Self::QualiteIncompatible => Outcome::Review,
            _ => Outcome::Review,
        }
    }
}

/// The decision on a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What becomes of it.
    pub outcome: Outcome,
    /// Every reason that applies.
    pub reasons: Vec<Reason>,
    /// The lease that it names.
    pub reference: Option<String>,
}

impl Decision {
    /// Gives the object of a truth line.
    pub fn json(&self) -> Value {
        let codes: Vec<&str> = self.reasons.iter().map(|reason| reason.code()).collect();
        let outcome = match self.outcome {
            Outcome::Accept => "accept",
            Outcome::Review => "review",
            Outcome::Reject => "reject",
        };
        json!({"outcome": outcome, "reasons": codes, "reference_contrat": self.reference})
    }
}

/// What a type of paper is to the insurance of a dwelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// The attestation itself.
    Attestation,
    /// Another paper of a home contract.
    HomeContract,
    /// Another insurance paper.
    OtherInsurance,
    /// No insurance paper.
    Foreign,
}

/// Gives the family of a type.
pub fn family(type_code: &str) -> Family {
    match type_code {
        "attestation_habitation" => Family::Attestation,
        "avis_echeance_assurance" | "devis_assurance" | "resiliation_assurance" => Family::HomeContract,
        "attestation_assurance_autre" => Family::OtherInsurance,
        _ => Family::Foreign,
    }
}

/// Fields without which an attestation is not accepted.
const DECIDING: &[&str] = &["numero_contrat", "assures", "adresse_risque", "date_debut", "date_fin"];

/// What is known of the lease that a paper is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Leased<'a> {
    /// Its reference, if there is one.
    pub reference: Option<&'a str>,
    /// Whether its holders' names alone tell it.
    pub by_name: bool,
    /// Whether the address alone tells it, as the paper writes it.
    pub by_address: bool,
}

/// Decides on a paper that can be read: `truth` is what shows of it, `says_state` whether the sentence on a contract that is
/// ended shows. An oddity counts only where it shows.
pub fn decide(type_code: &str, twists: &[Twist], truth: &Truth, says_state: bool, lease: Leased<'_>) -> Decision {
    let mut reasons = Vec::new();
    let family = family(type_code);
    let (named, placed) = (truth.has("assures"), truth.has("adresse_risque"));
    let shown: Vec<Twist> = twists.iter().copied().filter(|twist| shows(*twist, truth, says_state)).collect();
    match family {
        Family::Attestation => {
            reasons.extend(shown.iter().filter_map(|twist| twist.reason()));
            if DECIDING.iter().any(|field| !truth.has(field)) {
                reasons.push(Reason::ChampManquant);
            }
        }
        Family::HomeContract => {
            reasons.push(Reason::TypeInvalide);
            if type_code == "resiliation_assurance" {
                reasons.push(Reason::Resiliee);
            }
            reasons.extend(shown.iter().filter(|twist| twist.is_about_lease()).filter_map(|twist| twist.reason()));
        }
        Family::OtherInsurance => reasons.push(Reason::TypeInvalide),
        Family::Foreign => reasons.push(Reason::NonAssurance),
    }
    let home = matches!(family, Family::Attestation | Family::HomeContract);
    // With one of the two alone, several leases may fit.
    let vague = named && !placed && !lease.by_name || placed && !named && !lease.by_address;
    if home && vague && lease.reference.is_some() {
        reasons.push(Reason::Ambigu);
    }
    reasons.sort_unstable();
    reasons.dedup();
    let landlord = shown.contains(&Twist::Landlord) && reasons.contains(&Reason::QualiteIncompatible);
    let worst = reasons.iter().map(|reason| reason.outcome()).max().unwrap_or(Outcome::Accept);
    let outcome = if landlord { Outcome::Reject } else { worst };
    let known = !reasons.contains(&Reason::ContratIntrouvable) && !reasons.contains(&Reason::Ambigu);
    let reference = lease.reference.filter(|_| home && (named || placed) && known).map(str::to_owned);
    Decision { outcome, reasons, reference }
}

/// Tells whether an oddity can be seen in what shows of the paper.
fn shows(twist: Twist, truth: &Truth, says_state: bool) -> bool {
    match twist {
        Twist::Ended => truth.has("date_fin"),
        Twist::Later => truth.has("date_debut"),
        Twist::Terminated => says_state,
        Twist::NoCover => truth.has("garanties"),
        Twist::Landlord | Twist::Owner => truth.has("qualite_occupant"),
        Twist::OtherName | Twist::Relative => truth.has("assures"),
        Twist::OtherFlat | Twist::OtherNumber | Twist::OtherStreet | Twist::OtherTown => {
            truth.has("adresse_risque") && truth.has("assures")
        }
        Twist::Unknown | Twist::Double => truth.has("assures") || truth.has("adresse_risque"),
        Twist::Copied => truth.has("numero_contrat") && truth.has("assures"),
        Twist::Forged | Twist::NoNumber | Twist::Masked | Twist::NoEnd => true,
    }
}

/// Decides on a paper of which too little can be read.
pub fn unreadable() -> Decision {
    Decision { outcome: Outcome::Review, reasons: vec![Reason::Illisible], reference: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::truth::Field;

    fn truth(fields: &[&str]) -> Truth {
        let field = |code: &&str| Field { code: (*code).to_owned(), value: json!(1), printed: vec![], places: vec![] };
        Truth { fields: fields.iter().map(field).collect() }
    }

    #[test]
    fn decisions_follow_the_catalogue() {
        let whole = truth(&[DECIDING, &["qualite_occupant", "garanties"]].concat());
        let no_number = truth(&DECIDING[1..]);
        for (type_code, twists, truth, outcome, codes, named) in [
            ("attestation_habitation", vec![], &whole, Outcome::Accept, vec![], true),
            ("attestation_habitation", vec![], &no_number, Outcome::Review, vec!["champ_manquant"], true),
            ("attestation_habitation", vec![Twist::Masked], &no_number, Outcome::Review, vec!["champ_manquant"], true),
            ("attestation_habitation", vec![Twist::Ended], &whole, Outcome::Reject, vec!["echue"], true),
            (
                "attestation_habitation",
                vec![Twist::OtherName, Twist::Ended],
                &whole,
                Outcome::Reject,
                vec!["echue", "nom_different"],
                true,
            ),
            (
                "attestation_habitation",
                vec![Twist::Landlord],
                &whole,
                Outcome::Reject,
                vec!["qualite_incompatible"],
                true,
            ),
            ("attestation_habitation", vec![Twist::Owner], &whole, Outcome::Review, vec!["qualite_incompatible"], true),
            ("attestation_habitation", vec![Twist::Double], &whole, Outcome::Review, vec!["ambigu"], false),
            (
                "resiliation_assurance",
                vec![],
                &truth_of_names(),
                Outcome::Reject,
                vec!["type_invalide", "resiliee"],
                true,
            ),
            (
                "devis_assurance",
                vec![Twist::Unknown],
                &whole,
                Outcome::Reject,
                vec!["type_invalide", "contrat_introuvable"],
                false,
            ),
            ("attestation_assurance_autre", vec![], &whole, Outcome::Reject, vec!["type_invalide"], false),
            ("quittance_loyer", vec![], &whole, Outcome::Review, vec!["non_assurance"], false),
        ] {
            let lease = Leased { reference: Some("L-1"), by_name: true, by_address: false };
            let decision = decide(type_code, &twists, truth, true, lease);
            let got: Vec<&str> = decision.reasons.iter().map(|reason| reason.code()).collect();
            assert_eq!((decision.outcome, got), (outcome, codes), "{type_code} {twists:?}");
            assert_eq!(decision.reference.is_some(), named, "{type_code} {twists:?}");
        }
    }

    #[test]
    fn what_does_not_show_is_no_reason() {
        let lease = Leased { reference: Some("L-1"), by_name: true, by_address: false };
        for (twists, hidden, codes, named) in [
            (vec![Twist::Landlord], "numero_contrat", vec!["champ_manquant"], true),
            (vec![Twist::Ended], "date_fin", vec!["champ_manquant"], true),
            (vec![Twist::Terminated], "date_fin", vec!["champ_manquant"], true),
            (vec![Twist::OtherStreet], "adresse_risque", vec!["champ_manquant"], true),
            (vec![], "assures", vec!["champ_manquant", "ambigu"], false),
        ] {
            let rest: Vec<&str> = DECIDING.iter().copied().filter(|field| *field != hidden).collect();
            let decision = decide("attestation_habitation", &twists, &truth(&rest), false, lease);
            let got: Vec<&str> = decision.reasons.iter().map(|reason| reason.code()).collect();
            assert_eq!((got, decision.reference.is_some()), (codes, named), "{twists:?} without {hidden}");
        }
    }

    fn truth_of_names() -> Truth {
        truth(&["assures", "date_fin"])
    }
}
