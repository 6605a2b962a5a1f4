//! The rules: what the house knows of types, fields and checks, parsed from TOML and linked once.
//!
//! Goes in: the TOML pages of `rules/`, each with its file name for messages. Comes out: [`Rules`], in which every
//! reference is resolved. Unknown keys and dangling references are refused with the file, the line and a hint.

mod acceptance;
mod lint;
mod load;
mod mail;
mod page;
mod relance;
mod relance_page;
mod trust;

pub use acceptance::{Acceptance, Bar};
pub use load::{RulePages, RulesError};
pub use mail::{CategoryRule, FactRule, Level, MailRules, MotiveRule, NoticeRule, PhraseList};
pub use page::{CheckRule, Expected, FieldRule, Kind, MrzPart, OtherLabels, Proof, Source, TypeExample, TypeRule};
pub use relance::{
    CalendarRule, Channel, CountedFrom, GoodsRule, Ladder, LadderHead, QuietHours, RelanceRules, ReplyRule, SignalKind,
    SignalRule, StepKind, StepRule, TrackRule,
};
pub use trust::{Curve, Trust};

use crate::values::insurer::Insurers;
use std::collections::BTreeMap;

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

impl Family {
    /// Gives the family of a name in the rules.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = [Self::HomeInsurance, Self::OtherInsurance, Self::Piece, Self::Mail, Self::Other];
        all.into_iter().find(|family| family.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::HomeInsurance => "home_insurance",
            Self::OtherInsurance => "other_insurance",
            Self::Piece => "piece",
            Self::Mail => "mail",
            Self::Other => "other",
        }
    }
}

/// Gives how near names of types and families come to a type: 2 by its code, 1 by its family, 0 not at all.
fn nearness(of: &[String], rule: &TypeRule) -> u8 {
    if of.contains(&rule.code) {
        2
    } else if of.iter().any(|name| name == rule.family.name()) {
        1
    } else {
        0
    }
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
    /// What people say for codes.
    pub names: BTreeMap<String, String>,
    /// The referential of insurers and brokers.
    pub insurers: Insurers,
    /// What tells letters apart.
    pub mail: MailRules,
    /// How often readings are right.
    pub trust: Trust,
    /// From which sureness on a paper is accepted.
    pub acceptance: Acceptance,
    /// Ladders of relances and their calendar.
    pub relances: RelanceRules,
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

    /// Gives the rule of letters.
    pub fn mail_rule(&self) -> Option<&TypeRule> {
        self.types.iter().find(|rule| rule.family == Family::Mail)
    }

    /// Gives the fields whose labels stand on papers of a type, as indices: those that name the type or its family, or,
    /// where none does, those that name nothing.
    pub fn fields_of(&self, rule: &TypeRule) -> impl Iterator<Item = usize> {
        let nearness = |field: &FieldRule| nearness(&field.of, rule);
        let own = self.fields.iter().any(|field| nearness(field) > 0);
        let nearest = move |field: &FieldRule| {
            let same = self.fields.iter().filter(|other| other.code == field.code);
            same.map(|other| self::nearness(&other.of, rule)).max().unwrap_or_default()
        };
        let speaks = move |field: &FieldRule| {
            if own { nearness(field) > 0 && nearness(field) == nearest(field) } else { field.of.is_empty() }
        };
        let spoken: Vec<usize> = (0..self.fields.len()).filter(|&at| speaks(&self.fields[at])).collect();
        spoken.into_iter()
    }

    /// Gives the field that papers of a type mean by a code.
    pub fn field_of(&self, rule: &TypeRule, code: &str) -> Option<usize> {
        self.fields_of(rule).find(|&at| self.fields[at].code == code)
    }

    /// Gives the labels of things that are no field, on papers of a type.
    pub fn others_of(&self, rule: &TypeRule) -> impl Iterator<Item = &str> {
        let own = self.others.iter().any(|others| nearness(&others.of, rule) > 0);
        let speaks =
            move |others: &&OtherLabels| if own { nearness(&others.of, rule) > 0 } else { others.of.is_empty() };
        self.others.iter().filter(speaks).flat_map(|others| others.labels.iter().map(String::as_str))
    }

    /// Gives the rule of a check by the reason that it gives.
    pub fn check(&self, reason: &str) -> Option<&CheckRule> {
        self.checks.iter().find(|rule| rule.reason == reason)
    }
}
