//! What people say for the codes of the catalogue.

use guichet_pipeline::document::FaultCode;
use guichet_pipeline::output::{Segment, SourceResult, Status};
use guichet_pipeline::rules::Rules;

/// What people say for a reason.
const REASONS: &[(&str, &str)] = &[
    ("type_invalide", "autre papier d'assurance"),
    ("non_assurance", "pas un papier d'assurance"),
    ("echue", "échue"),
    ("pas_encore_valide", "pas encore valide"),
    ("resiliee", "contrat résilié"),
    ("garantie_absente", "garantie absente"),
    ("qualite_incompatible", "qualité incompatible"),
    ("contrat_introuvable", "bail introuvable"),
    ("nom_different", "nom différent"),
    ("adresse_differente", "adresse différente"),
    ("champ_manquant", "champ manquant"),
    ("illisible", "illisible"),
    ("confiance_faible", "lecture incertaine"),
    ("alteration_suspectee", "altération suspectée"),
    ("doublon", "doublon"),
    ("ambigu", "plusieurs baux possibles"),
];

/// Gives what people say for a reason.
pub(crate) fn reason(code: &str) -> String {
    let known = REASONS.iter().find(|(known, _)| *known == code);
    known.map_or_else(|| code.replace('_', " "), |(_, words)| (*words).to_owned())
}

/// Gives what people say for a type.
pub(crate) fn type_name<'a>(rules: &'a Rules, code: &'a str) -> &'a str {
    rules.type_rule(code).map_or(code, |rule| rule.name.as_str())
}

/// Gives what people say for a file that could not be read.
pub(crate) fn fault(code: FaultCode) -> &'static str {
    match code {
        FaultCode::FormatInconnu => "format inconnu",
        FaultCode::FichierVide => "fichier vide",
        FaultCode::FichierCorrompu => "fichier endommagé",
        FaultCode::MotDePasse => "mot de passe",
        FaultCode::TropVolumineux => "trop volumineux",
        FaultCode::DelaiDepasse => "trop long à lire",
    }
}

/// How a source came out, for people: the best that can be said of any document in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// It could not be read.
    Unreadable,
    /// It was read; nothing is decided on it.
    Read,
    /// The paper is refused.
    Reject,
    /// An agent looks.
    Review,
    /// Accepted.
    Accept,
}

impl Outcome {
    /// Gives what people say for it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Unreadable => "illisible",
            Self::Read => "lu",
            Self::Reject => "refusée",
            Self::Review => "à revoir",
            Self::Accept => "acceptée",
        }
    }
}

/// Gives the document of a source that speaks for it, with its outcome.
pub(crate) fn spokesman(result: &SourceResult) -> (Outcome, Option<&Segment>) {
    if result.status == Status::Error {
        return (Outcome::Unreadable, None);
    }
    let mut best: (Outcome, Option<&Segment>) = (Outcome::Read, result.segments.first());
    for segment in &result.segments {
        let outcome = outcome(segment);
        if outcome > best.0 {
            best = (outcome, Some(segment));
        }
    }
    best
}

fn outcome(segment: &Segment) -> Outcome {
    match segment.decision.as_ref().map(|decision| decision.outcome.as_str()) {
        Some("accept") => Outcome::Accept,
        Some("reject") => Outcome::Reject,
        Some(_) => Outcome::Review,
        None => Outcome::Read,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_of_the_rules_has_words() {
        let rules = Rules::embedded().unwrap();
        let silent: Vec<&str> = rules
            .checks
            .iter()
            .map(|check| check.reason.as_str())
            .filter(|code| !REASONS.iter().any(|(known, _)| known == code))
            .collect();
        assert_eq!(silent, Vec::<&str>::new());
        assert_eq!(reason("motif_nouveau"), "motif nouveau");
    }
}
