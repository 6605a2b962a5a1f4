//! The shapes of the pages on incoming mail.

use serde::Deserialize;
use std::collections::BTreeMap;

/// A category of letters and the words by which it is known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryRule {
    /// The catalogue's code.
    pub code: String,
    /// What agents say.
    pub name: String,
    /// Phrases that count in what the writer says, with their weight.
    pub phrases: BTreeMap<String, f32>,
    /// Phrases that count in letterhead, signature and sender's address too.
    #[serde(default)]
    pub sender: BTreeMap<String, f32>,
}

/// How fast somebody must look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Level {
    /// Within a day.
    #[serde(rename = "24h")]
    Day,
    /// Now: somebody is in danger.
    #[serde(rename = "immediate")]
    Now,
}

/// A fact that makes a letter urgent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactRule {
    /// For rule writers and `explain`.
    pub code: String,
    /// How urgent it is.
    pub level: Level,
    /// What agents say.
    pub name: String,
    /// Whether it is urgent from November to March only.
    #[serde(default)]
    pub cold_season: bool,
    /// What states it.
    pub phrases: Vec<String>,
    /// What in the same sentence takes it back.
    #[serde(default)]
    pub unless: Vec<String>,
    /// What anywhere in the letter says that it is over.
    #[serde(default)]
    pub safe: Vec<String>,
}

/// Phrases, and those that take them back within a sentence.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhraseList {
    /// The phrases.
    pub phrases: Vec<String>,
    /// What in the same sentence takes them back.
    #[serde(default)]
    pub unless: Vec<String>,
}

/// Everything on incoming mail.
#[derive(Clone, Debug, Default)]
pub struct MailRules {
    /// The categories.
    pub categories: Vec<CategoryRule>,
    /// Groups of words that belong to one thing or one act.
    pub notions: BTreeMap<String, Vec<String>>,
    /// What makes a letter urgent.
    pub facts: Vec<FactRule>,
    /// What takes a fact back.
    pub calming: Vec<PhraseList>,
    /// What says that no answer is expected.
    pub no_answer: Vec<PhraseList>,
    /// Reasons that shorten a notice.
    pub motives: Vec<MotiveRule>,
    /// Lengths and forms of a notice.
    pub notice: NoticeRule,
}

/// A reason that shortens the notice of a tenant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MotiveRule {
    /// The catalogue's code.
    pub code: String,
    /// What agents say.
    pub name: String,
    /// The law behind it.
    pub reference: String,
    /// Whether it has to be proved.
    #[serde(default = "needed")]
    pub proof: bool,
    /// What claims it.
    pub phrases: Vec<String>,
    /// What in the same sentence says that it is something else.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Types of the papers that prove it.
    #[serde(default)]
    pub documents: Vec<String>,
    /// Words of such a paper, whatever its type.
    #[serde(default)]
    pub proof_words: Vec<String>,
}

fn needed() -> bool {
    true
}

/// Lengths and forms of a tenant's notice.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeRule {
    /// Months without a reason.
    pub months: u32,
    /// The law behind them.
    pub reference: String,
    /// Months for a parking space or a garage.
    pub parking_months: u32,
    /// What says that a parking space is given back.
    pub parking: Vec<String>,
    /// What says that the dwelling goes with it.
    pub dwelling_too: Vec<String>,
    /// What says that a shop is given back.
    pub shop: Vec<String>,
    /// What names a form that the law accepts.
    pub valid_forms: Vec<String>,
    /// What says that one of several holders acts alone.
    pub alone: Vec<String>,
}
