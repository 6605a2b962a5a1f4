//! The same paper twice: scanned again, photographed, sent by another channel.
//!
//! Goes in: what was read of a document. Comes out: its [`Signature`], small enough to be kept beside it, and for two of
//! them a [`Resemblance`] where they show the same paper. The values that identify a paper decide; the text only says
//! whether they stand on the same form. Two papers with one text and other days are two papers, and a value that one side
//! could not read differs from nothing. Leases, files and senders are not looked at.

mod compare;
mod fact;
mod sketch;

pub use compare::{LEAST_LIKENESS, Resemblance, Sameness, resemblance};
pub use fact::Fact;
pub use sketch::Sketch;

use crate::document::ReadPage;
use crate::extract::Extraction;
use crate::rules::{Kind, Rules, TypeRule};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Confidence from which a value counts: what is sure enough to accept a paper is sure enough to know it by.
const CERTAIN: f32 = 0.5;
/// Fields of a type that must identify a paper for its deciding ones to be enough; otherwise all of its fields speak.
const ENOUGH_DECIDING: usize = 3;
/// Persons of a paper by whom it is found again: a paper for a whole staircase is found by its number.
const MOST_PERSONS: usize = 4;

/// What tells a paper from all others: its certain values and how its words look.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// The type's code.
    #[serde(rename = "type")]
    pub type_code: String,
    /// By field, the values that identify it; a value that is not certain is not there.
    pub facts: BTreeMap<String, Fact>,
    /// Its words.
    pub sketch: Sketch,
}

impl Signature {
    /// Builds the signature of a document of a type from its readings and its pages.
    pub fn of(rule: &TypeRule, rules: &Rules, extraction: &Extraction, pages: &[ReadPage]) -> Self {
        let certain = identifying(rule, rules).filter_map(|(code, kind)| {
            let best = extraction.best(code).filter(|best| best.confidence >= CERTAIN)?;
            Some((code.to_owned(), Fact::of(kind, best.value.as_ref()?)?))
        });
        let words = pages.iter().flat_map(|page| page.layer.words().map(|word| word.text.as_str()));
        Self { type_code: rule.code.clone(), facts: certain.collect(), sketch: Sketch::of(words) }
    }

    /// Gives the keys by which an index finds papers that may be the same: two papers without a common key are not. A
    /// number is a key by itself; a person or a dwelling is one together with a day or an amount.
    ///
    /// The bands of the sketch are no keys: all papers of one insurer's form share them (LSH finds forms, not papers).
    pub fn keys(&self) -> BTreeSet<i64> {
        let mut keys = BTreeSet::new();
        let (mut whose, mut when) = (Vec::new(), Vec::new());
        for (code, fact) in &self.facts {
            let marks = fact.marks().into_iter().map(|mark| (code.as_str(), mark));
            match fact {
                Fact::Number(_) => keys.extend(marks.map(|(code, mark)| self.key(&[code, &mark]))),
                Fact::When(_) | Fact::Amount(_) => when.extend(marks),
                Fact::People(_) | Fact::Names(_) | Fact::Place(_) => whose.extend(marks.take(MOST_PERSONS)),
            }
        }
        for (code, mark) in &whose {
            keys.extend(when.iter().map(|(other, day)| self.key(&[code, mark, other, day])));
        }
        keys
    }

    /// Gives a key of this type from its parts, the same on every machine and in every version.
    fn key(&self, parts: &[&str]) -> i64 {
        let mut hash = Sha256::new();
        for part in std::iter::once(&self.type_code.as_str()).chain(parts) {
            hash.update(part.as_bytes());
            hash.update(b"\n");
        }
        let mut first = [0; 8];
        first.copy_from_slice(&hash.finalize()[..8]);
        i64::from_be_bytes(first)
    }
}

/// Gives the fields of a type that can identify a paper, with their kinds: the deciding ones where they are enough.
fn identifying<'a>(rule: &'a TypeRule, rules: &'a Rules) -> impl Iterator<Item = (&'a str, Kind)> {
    let of = |codes: &'a [String]| -> Vec<(&'a str, Kind)> {
        let kind = |code: &String| rules.field_of(rule, code).map(|at| rules.fields[at].kind);
        let known = codes.iter().filter_map(|code| Some((code.as_str(), kind(code)?)));
        known.filter(|(_, kind)| Fact::is_of(*kind)).collect()
    };
    let deciding = of(&rule.deciding);
    let fields = if deciding.len() >= ENOUGH_DECIDING { deciding } else { of(&rule.fields) };
    fields.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Person;

    fn signature(facts: &[(&str, Fact)]) -> Signature {
        let facts = facts.iter().map(|(code, fact)| ((*code).to_owned(), fact.clone())).collect();
        Signature { type_code: "attestation_habitation".to_owned(), facts, sketch: Sketch::default() }
    }

    fn person(nom: &str, prenom: &str) -> Fact {
        Fact::People(vec![Person { nom: nom.to_owned(), prenom: prenom.to_owned(), nom_usage: None }])
    }

    #[test]
    fn what_identifies_depends_on_the_type() {
        let rules = Rules::embedded().unwrap();
        let cases: [(&str, &[&str]); 5] = [
            ("attestation_habitation", &["numero_contrat", "assures", "adresse_risque", "date_debut", "date_fin"]),
            ("bulletin_salaire", &["salarie", "periode", "net_a_payer"]),
            ("avis_imposition", &["declarants", "annee_revenus", "revenu_fiscal_reference"]),
            // Its one deciding field would take every month for the same paper.
            ("attestation_france_travail", &["personne", "identifiant", "periode", "montant", "date_emission"]),
            ("autre", &[]),
        ];
        for (type_code, expected) in cases {
            let rule = rules.type_rule(type_code).unwrap();
            let codes: Vec<&str> = identifying(rule, &rules).map(|(code, _)| code).collect();
            assert_eq!(codes, expected, "{type_code}");
        }
    }

    #[test]
    fn papers_are_found_by_number_or_by_whose_and_when() {
        let (number, day) = (Fact::Number("HAB004512987".to_owned()), Fact::When("2026-01-01".to_owned()));
        let whole = signature(&[
            ("numero_contrat", number.clone()),
            ("assures", person("DURAND", "Anne")),
            ("date_debut", day.clone()),
        ]);
        assert_eq!(whole.keys().len(), 2);
        let shares = |facts: &[(&str, Fact)]| !signature(facts).keys().is_disjoint(&whole.keys());
        assert!(shares(&[("numero_contrat", Fact::Number("HABOO45I2987".to_owned()))]), "letters read for digits");
        assert!(shares(&[("assures", person("Durand", "ANNE")), ("date_debut", day.clone())]));
        assert!(!shares(&[("assures", person("DURAND", "Anne"))]), "a name alone is on every paper of hers");
        assert!(!shares(&[("date_debut", day)]), "a day alone is on every paper of January");
        assert!(!shares(&[("numero_client", number)]), "another number");
        let other_type = Signature { type_code: "devis_assurance".to_owned(), ..whole.clone() };
        assert!(other_type.keys().is_disjoint(&whole.keys()));
    }

    #[test]
    fn a_signature_reads_back_as_it_was_kept() {
        let words: Vec<String> = (0..60).map(|at| format!("mot{at}")).collect();
        let mut whole = signature(&[("assures", person("DURAND", "Anne"))]);
        whole.sketch = Sketch::of(words.iter().map(String::as_str));
        let kept = serde_json::to_string(&whole).unwrap();
        assert_eq!(serde_json::from_str::<Signature>(&kept).unwrap(), whole, "{kept}");
    }
}
