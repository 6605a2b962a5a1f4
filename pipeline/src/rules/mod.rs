//! The rules: what the house knows of types, fields and checks, parsed from TOML and linked once.
//!
//! Goes in: the TOML pages of `rules/`, each with its file name for messages. Comes out: [`Rules`], in which every
//! reference is resolved. Unknown keys and dangling references are refused with the file, the line and a hint.

mod lint;
mod load;
mod page;

pub use load::{RulePages, RulesError};
pub use page::{CheckRule, Expected, FieldRule, Kind, OtherLabels, TypeExample, TypeRule};

use crate::values::insurer::Insurers;

/// Families of types: what a decision needs to know of a type beside its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A paper about a home contract: attestation, avis d'échéance, devis, résiliation.
    HomeInsurance,
    /// Any other insurance paper.
    OtherInsurance,
    /// A piece of a housing application.
    Piece,
    /// A letter or an e-mail.
    Mail,
    /// Nothing that the house deals with.
    Other,
}

/// Everything in `rules/`, linked.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The types, in the order of the pages.
    pub types: Vec<TypeRule>,
    /// The fields, in the order of the pages.
    pub fields: Vec<FieldRule>,
    /// Labels of things that are no field.
    pub others: Vec<OtherLabels>,
    /// The checks of an attestation, in the order in which reasons are given.
    pub checks: Vec<CheckRule>,
    /// Texts with the type that is expected of them.
    pub examples: Vec<TypeExample>,
    /// The referential of insurers and brokers.
    pub insurers: Insurers,
}

impl Rules {
    /// Gives the rules that ship with the program.
    ///
    /// # Errors
    /// When a page does not parse or link: a defect of the build, found by its tests.
    pub fn embedded() -> Result<Self, RulesError> {
        RulePages::embedded().link()
    }

    /// Gives the rule of a type.
    pub fn type_rule(&self, code: &str) -> Option<&TypeRule> {
        self.types.iter().find(|rule| rule.code == code)
    }

    /// Gives the rule of a field.
    pub fn field(&self, code: &str) -> Option<&FieldRule> {
        self.fields.iter().find(|rule| rule.code == code)
    }

    /// Gives the rule of a check by the reason that it gives.
    pub fn check(&self, reason: &str) -> Option<&CheckRule> {
        self.checks.iter().find(|rule| rule.reason == reason)
    }
}
