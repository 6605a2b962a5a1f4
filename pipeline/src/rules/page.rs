//! The shapes of the TOML pages.

use super::Family;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The kinds of value that a field can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An insurer.
    Company,
    /// A broker.
    Broker,
    /// Letters and digits.
    Code,
    /// A list of persons.
    Persons,
    /// A postal address.
    Address,
    /// The first day of a period.
    DateStart,
    /// The last day of a period.
    DateEnd,
    /// The day on which a paper was made.
    DateIssue,
    /// One of the codes of `choices`.
    Choice,
    /// Any of the codes of `choices`.
    Set,
    /// An amount of money.
    Amount,
    /// One person.
    Person,
    /// A day that a label names.
    Day,
    /// A month.
    Month,
    /// Four digits of a year.
    Year,
    /// A number, with two decimals.
    Decimal,
    /// A number of persons or things.
    Count,
    /// As printed, on one line.
    Text,
    /// A family name alone, in upper case.
    Surname,
    /// First names alone.
    FirstNames,
    /// Told from the whole of a letter by functions of their own.
    Judged,
}

/// What a value is proved by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// SIREN and SIRET.
    Luhn,
    /// IBAN.
    Iban,
}

/// Where a value may stand without a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Before the verb of a sentence on an insurance.
    Subject,
    /// Where the letter goes.
    Recipient,
    /// On a line of its own that is a name, near the top.
    Line,
    /// At the head of the paper, where its sender stands.
    Sender,
    /// Anywhere: its form alone tells it.
    Anywhere,
}

/// The part of a machine-readable zone that holds a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MrzPart {
    /// Its lines, joined by line feeds.
    Lines,
    /// The family name.
    Surname,
    /// The first names.
    GivenNames,
    /// The number of the document.
    Number,
    /// The day of birth.
    Birth,
    /// The last day of validity.
    Expiry,
    /// The nationality.
    Nationality,
}

/// The words that stand beside a value, by how far they name it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// Names the field alone.
    #[serde(default)]
    pub strong: Vec<String>,
    /// Often names the field.
    #[serde(default)]
    pub fair: Vec<String>,
    /// Counts only where nothing better stands.
    #[serde(default)]
    pub weak: Vec<String>,
    /// Names the field only where it stands alone, as the head of a column or before a colon.
    #[serde(default)]
    pub alone: Vec<String>,
    /// Names something that belongs to the value of the field as well.
    #[serde(default)]
    pub also: Vec<String>,
    /// Names the family name of a person.
    #[serde(default)]
    pub family_name: Vec<String>,
    /// Names the first name of a person.
    #[serde(default)]
    pub first_name: Vec<String>,
    /// Names the number and street of an address whose parts stand apart.
    #[serde(default)]
    pub street: Vec<String>,
    /// Names its building, floor and flat.
    #[serde(default)]
    pub unit: Vec<String>,
    /// Names its postcode.
    #[serde(default)]
    pub postcode: Vec<String>,
    /// Names its town.
    #[serde(default)]
    pub town: Vec<String>,
    /// Says that the address is the recipient's.
    #[serde(default)]
    pub same_as_recipient: Vec<String>,
}

/// A field: its kind and the words around it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// The catalogue's code.
    pub code: String,
    /// What kind of value it has.
    pub kind: Kind,
    /// Types, or families of types, that mean this field by the code; without any, those that no other field of the code
    /// speaks for.
    #[serde(default)]
    pub of: Vec<String>,
    /// Where its value may stand without a label.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// The form of its text, as a regular expression.
    #[serde(default)]
    pub pattern: Option<String>,
    /// What proves it.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// Names that are the value wherever they stand.
    #[serde(default)]
    pub known: Vec<String>,
    /// For amounts: of a month and of the year so far, the month's is meant.
    #[serde(default)]
    pub smallest: bool,
    /// The part of a machine-readable zone that holds it.
    #[serde(default)]
    pub mrz: Option<MrzPart>,
    /// Whether it decides something.
    #[serde(default)]
    pub deciding: bool,
    /// For choices: the whole page votes, without a label.
    #[serde(default)]
    pub scan: bool,
    /// The words beside the value.
    #[serde(default)]
    pub labels: Labels,
    /// For choices and sets: code to the phrases that say it.
    #[serde(default)]
    pub choices: BTreeMap<String, Vec<String>>,
}

/// Words that name something which is no field: they end a value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherLabels {
    /// Types, or families of types, on whose papers they stand; without any, those that have no labels of their own.
    #[serde(default)]
    pub of: Vec<String>,
    /// The words.
    pub labels: Vec<String>,
}

/// A document type: its cues and its fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeRule {
    /// The catalogue's code.
    pub code: String,
    /// What agents say.
    pub name: String,
    /// What a decision needs to know of it.
    pub family: Family,
    /// Codes of its fields, in the order of the result.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Codes of the fields without which nothing is accepted.
    #[serde(default)]
    pub deciding: Vec<String>,
    /// Phrases that count in a title line, with their weight.
    #[serde(default)]
    pub title: BTreeMap<String, f32>,
    /// Phrases that count anywhere.
    #[serde(default)]
    pub page: BTreeMap<String, f32>,
    /// Phrases that speak against the type.
    #[serde(default)]
    pub against: BTreeMap<String, f32>,
    /// Phrases of which a paper of the type has at least one: without any, its points count less.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Points under which the type is not known.
    #[serde(default = "usual_least")]
    pub least: f32,
}

/// Points under which nothing is known of most types. Chosen on generated papers.
fn usual_least() -> f32 {
    4.0
}

/// A check: the reason it gives, with its law and its sentences.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRule {
    /// `assurance.periode` and the like: what the result prints.
    pub code: String,
    /// The operator that looks; one of `check::OPERATORS`.
    pub operator: String,
    /// The reason code given when it fails.
    pub reason: String,
    /// The law or contract behind it.
    pub reference: String,
    /// The sentence when it passes; `{name}` is filled by the operator.
    pub pass: String,
    /// The sentence when it fails.
    pub fail: String,
    /// The sentence when it could not be looked at.
    pub inconclusive: String,
    /// An example that passes and one that fails, as small facts.
    pub examples: Vec<CheckExample>,
}

/// An example of a check: facts in, outcome out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckExample {
    /// Field codes to values in normal form (text), plus the facts that the operator names.
    pub given: BTreeMap<String, String>,
    /// The outcome.
    pub expect: Expected,
}

/// The outcome that an example expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expected {
    /// Everything in order.
    Pass,
    /// Something to say.
    Fail,
    /// Could not be looked at.
    Inconclusive,
}

/// A short text and the type that the house must give it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeExample {
    /// The text, lines as on the page.
    pub text: String,
    /// The expected type.
    #[serde(rename = "type")]
    pub type_code: String,
    /// Expected values of fields, in normal form as text.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}
