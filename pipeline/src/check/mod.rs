//! Findings: declared comparisons of what was read with the lease, the rules and the day.
//!
//! Goes in: [`Facts`]. Comes out: a [`Finding`] for each check that has something to say, with both sides in its sentence.
//! Three outcomes: pass, fail, inconclusive. "We could not read it" is never "it is wrong". Decides nothing.

mod facts;
mod ops;

pub use facts::{Facts, Sureness};

use crate::rules::{CheckRule, Expected};
use std::collections::BTreeMap;

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// In order.
    Pass,
    /// Not in order.
    Fail,
    /// Could not be looked at.
    Inconclusive,
}

/// One check with its outcome and its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The code of the check.
    pub check: String,
    /// The reason code that a failure gives.
    pub reason: String,
    /// How it came out.
    pub outcome: Outcome,
    /// One French sentence with both sides.
    pub message: String,
    /// The law or contract behind it.
    pub reference: String,
}

/// What an operator says: an outcome, and what fills the sentence.
pub(crate) struct Verdict {
    outcome: Outcome,
    fill: BTreeMap<&'static str, String>,
}

impl Verdict {
    fn new(outcome: Outcome) -> Self {
        Self { outcome, fill: BTreeMap::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fill.insert(name, value.into());
        self
    }
}

/// The operators that a rule may name.
pub const OPERATORS: &[&str] = &[
    "home_attestation",
    "insurance_paper",
    "not_ended",
    "started",
    "not_terminated",
    "tenant_cover",
    "tenant_quality",
    "lease_found",
    "same_holder",
    "same_dwelling",
    "fields_present",
    "legible",
    "sure",
    "untouched",
    "first_seen",
    "single_lease",
];

/// Runs every check of the rules.
pub fn findings(facts: &Facts<'_>, checks: &[CheckRule]) -> Vec<Finding> {
    checks.iter().map(|rule| finding(facts, rule)).collect()
}

fn finding(facts: &Facts<'_>, rule: &CheckRule) -> Finding {
    let verdict = ops::run(&rule.operator, facts);
    let template = match verdict.outcome {
        Outcome::Pass => &rule.pass,
        Outcome::Fail => &rule.fail,
        Outcome::Inconclusive => &rule.inconclusive,
    };
    Finding {
        check: rule.code.clone(),
        reason: rule.reason.clone(),
        outcome: verdict.outcome,
        message: filled(template, &verdict.fill),
        reference: rule.reference.clone(),
    }
}

fn filled(template: &str, fill: &BTreeMap<&'static str, String>) -> String {
    let mut text = template.to_owned();
    for (name, value) in fill {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

/// Runs the examples of a check and gives one line for each that does not come out, or for a missing one.
pub(crate) fn lint(rule: &CheckRule) -> Vec<String> {
    let mut complaints = Vec::new();
    for wanted in [Expected::Pass, Expected::Fail] {
        if !rule.examples.iter().any(|example| example.expect == wanted) {
            complaints.push(format!("check \"{}\" has no example that comes out {wanted:?}", rule.code));
        }
    }
    for example in &rule.examples {
        let owned = match facts::OwnedFacts::from_example(&example.given) {
            Ok(owned) => owned,
            Err(message) => {
                complaints.push(format!("check \"{}\": {message}", rule.code));
                continue;
            }
        };
        let found = finding(&owned.facts(), rule);
        let expected = match example.expect {
            Expected::Pass => Outcome::Pass,
            Expected::Fail => Outcome::Fail,
            Expected::Inconclusive => Outcome::Inconclusive,
        };
        if found.outcome != expected {
            complaints
                .push(format!("check \"{}\": example {:?} comes out {:?}", rule.code, example.given, found.outcome));
        }
        if found.message.contains('{') {
            complaints.push(format!("check \"{}\": the sentence \"{}\" is not filled", rule.code, found.message));
        }
    }
    complaints
}
