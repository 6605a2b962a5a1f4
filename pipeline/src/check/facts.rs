//! What checks look at.

use crate::document::Sign;
use crate::extract::{Extraction, FieldReadings, Reading, Value};
use crate::geometry::Rect;
use crate::register::MatchOutcome;
use crate::rules::Family;
use crate::values::{Address, Date, Person};
use std::collections::BTreeMap;

/// How far the deciding readings can be trusted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sureness {
    /// The field that is least sure, if any was read.
    pub weakest: Option<(String, f32)>,
}

/// Everything that the checks of a segment may look at.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The reference date.
    pub today: Date,
    /// The type's code.
    pub type_code: &'a str,
    /// What agents call the type.
    pub type_name: &'a str,
    /// What people say for codes.
    pub names: &'a BTreeMap<String, String>,
    /// What family it is of.
    pub family: Family,
    /// How sure the type is, 0 to 1.
    pub type_confidence: f32,
    /// The fields without which nothing is accepted.
    pub deciding: &'a [String],
    /// The readings.
    pub extraction: &'a Extraction,
    /// The text of the segment.
    pub text: &'a str,
    /// What the register says; `None` without a register or without anything to look for.
    pub matching: Option<&'a MatchOutcome>,
    /// Signs of tampering on the pages of the segment.
    pub signs: &'a [Sign],
    /// How much of the pages could be read, 0 to 1.
    pub legibility: f32,
    /// How sure the deciding readings are.
    pub sureness: Sureness,
    /// The confidence under which nothing is accepted.
    pub threshold: f32,
    /// Where the same contract was seen before, for another lease.
    pub duplicate: Option<&'a str>,
}

impl Facts<'_> {
    /// Gives what people say for a code.
    pub(super) fn name(&self, code: &str) -> String {
        self.names.get(code).cloned().unwrap_or_else(|| code.replace('_', " "))
    }
}

/// Facts that own what they point at: the examples of the rules.
#[derive(Debug)]
pub(super) struct OwnedFacts {
    names: BTreeMap<String, String>,
    today: Date,
    type_code: String,
    family: Family,
    type_confidence: f32,
    deciding: Vec<String>,
    extraction: Extraction,
    text: String,
    matching: Option<MatchOutcome>,
    signs: Vec<Sign>,
    legibility: f32,
    sureness: Option<f32>,
    duplicate: Option<String>,
}

impl OwnedFacts {
    /// Builds facts from the `given` of an example.
    ///
    /// # Errors
    /// A sentence that names the key or the value which cannot be understood.
    pub(super) fn from_example(given: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut facts = Self {
            names: BTreeMap::new(),
            today: Date::from_iso("2026-11-23").ok_or("no such day")?,
            type_code: "attestation_habitation".to_owned(),
            family: Family::HomeInsurance,
            type_confidence: 0.9,
            deciding: ["assureur", "numero_contrat", "assures", "adresse_risque", "date_debut", "date_fin"]
                .map(str::to_owned)
                .to_vec(),
            extraction: Extraction::default(),
            text: String::new(),
            matching: None,
            signs: Vec::new(),
            legibility: 1.0,
            sureness: None,
            duplicate: None,
        };
        for (key, text) in given {
            facts.set(key, text)?;
        }
        Ok(facts)
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), String> {
        let date = || Date::from_iso(text).ok_or_else(|| format!("\"{text}\" is not a date of the form YYYY-MM-DD"));
        let number = || text.parse::<f32>().map_err(|_| format!("\"{text}\" is not a number"));
        match key {
            "today" => self.today = date()?,
            "type" => {
                text.clone_into(&mut self.type_code);
                self.family = match text {
                    "attestation_habitation"
                    | "avis_echeance_assurance"
                    | "devis_assurance"
                    | "resiliation_assurance" => Family::HomeInsurance,
                    "attestation_assurance_autre" => Family::OtherInsurance,
                    "courrier" => Family::Mail,
                    "autre" => Family::Other,
                    _ => Family::Piece,
                };
            }
            "text" => text.clone_into(&mut self.text),
            "legibility" => self.legibility = number()?,
            "sureness" => self.sureness = Some(number()?),
            "type_sureness" => self.type_confidence = number()?,
            "duplicate" => self.duplicate = Some(text.to_owned()),
            "matching" => self.matching = Some(matching(text)?),
            "sign" => {
                let kind = serde_json::from_value(serde_json::Value::String(text.to_owned()));
                let kind = kind.map_err(|_| format!("unknown sign \"{text}\""))?;
                self.signs.push(Sign { kind, page: None, rect: None, message: "un signe.".to_owned() });
            }
            "date_debut" | "date_fin" | "date_emission" => self.read(key, Value::Date(date()?)),
            "garanties" => self.read(key, Value::Set(text.split(' ').map(str::to_owned).collect())),
            "qualite_occupant" => self.read(key, Value::Choice(text.to_owned())),
            "numero_contrat" => self.read(key, Value::Code(text.to_owned())),
            "assureur" => self.read(key, Value::Text(text.to_owned())),
            "assures" => {
                let (nom, prenom) = text.split_once(' ').unwrap_or((text, ""));
                self.read(
                    key,
                    Value::Persons(vec![Person { nom: nom.to_owned(), prenom: prenom.to_owned(), nom_usage: None }]),
                );
            }
            "adresse_risque" => {
                let parts: Vec<&str> = text.split('|').collect();
                let [ligne, code_postal, commune] = parts[..] else {
                    return Err(format!("\"{text}\" is not an address of the form street|postcode|town"));
                };
                let own = str::to_owned;
                self.read(
                    key,
                    Value::Address(Address {
                        ligne: own(ligne),
                        complement: None,
                        code_postal: own(code_postal),
                        commune: own(commune),
                    }),
                );
            }
            _ => return Err(format!("unknown fact \"{key}\"")),
        }
        Ok(())
    }

    fn read(&mut self, code: &str, value: Value) {
        let reading = Reading {
            value: Some(value),
            raw: String::new(),
            confidence: 1.0,
            legible: 1.0,
            page: 1,
            rect: Rect::default(),
            method: "exemple",
        };
        self.extraction.fields.push(FieldReadings { code: code.to_owned(), readings: vec![reading] });
    }

    /// Lends the facts.
    pub(super) fn facts(&self) -> Facts<'_> {
        Facts {
            today: self.today,
            type_code: &self.type_code,
            type_name: &self.type_code,
            names: &self.names,
            family: self.family,
            type_confidence: self.type_confidence,
            deciding: &self.deciding,
            extraction: &self.extraction,
            text: &self.text,
            matching: self.matching.as_ref(),
            signs: &self.signs,
            legibility: self.legibility,
            sureness: Sureness { weakest: self.sureness.map(|sure| ("date_fin".to_owned(), sure)) },
            threshold: 0.6,
            duplicate: self.duplicate.as_deref(),
        }
    }
}

/// Gives a match outcome by the word that examples use.
fn matching(word: &str) -> Result<MatchOutcome, String> {
    MatchOutcome::example(word).ok_or_else(|| format!("unknown matching \"{word}\""))
}
