//! The shapes of the pages on relances: ladders, replies, calendar.

use crate::register::GoodsKind;
use crate::values::Date;
use serde::{Deserialize, Serialize};

/// A way to reach the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Channel {
    /// E-mail.
    #[serde(rename = "courriel")]
    Email,
    /// Text message.
    #[serde(rename = "sms")]
    Sms,
    /// Plain letter.
    #[serde(rename = "lettre")]
    Letter,
    /// Registered letter with avis de réception (LRAR).
    #[serde(rename = "lrar")]
    Registered,
    /// Registered e-mail (LRE), with the tenant's consent only.
    #[serde(rename = "lre")]
    RegisteredEmail,
    /// A file prepared for the commissaire de justice.
    #[serde(rename = "commissaire_de_justice")]
    Officer,
}

impl Channel {
    /// Gives the code that stands in rules and keys.
    pub fn code(self) -> &'static str {
        match self {
            Self::Email => "courriel",
            Self::Sms => "sms",
            Self::Letter => "lettre",
            Self::Registered => "lrar",
            Self::RegisteredEmail => "lre",
            Self::Officer => "commissaire_de_justice",
        }
    }
}

/// What a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepKind {
    /// A letter that the house sends.
    #[default]
    #[serde(rename = "lettre")]
    Letter,
    /// Something that an agent does and notes: the program only says when.
    #[serde(rename = "acte")]
    Task,
}

/// The day of receipt from which a delay is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CountedFrom {
    /// First presentation by the post; delivery where that is all that is proven.
    #[default]
    #[serde(rename = "presentation")]
    Presentation,
    /// Delivery into the tenant's hands.
    #[serde(rename = "remise")]
    Delivery,
}

/// A step of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRule {
    /// Its code: part of the business key.
    pub code: String,
    /// What agents say.
    pub name: String,
    /// Letter or act of an agent.
    #[serde(default)]
    pub kind: StepKind,
    /// The track that it belongs to; none: the common trunk.
    #[serde(default)]
    pub track: Option<String>,
    /// Days after the last day of cover (before it, if negative) from which it is due.
    #[serde(default)]
    pub day: Option<i32>,
    /// Days after the last day of cover from which it has no object any more.
    #[serde(default)]
    pub lapses: Option<i32>,
    /// The step whose proof of receipt opens it.
    #[serde(default)]
    pub after: Option<String>,
    /// Months from that proof, de quantième à quantième.
    #[serde(default)]
    pub months_after: Option<u8>,
    /// Which proof.
    #[serde(default)]
    pub counted_from: CountedFrom,
    /// The ways used, together; those that the tenant does not have are left out, and a plain letter stands in for all.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// The template in `rules/letters/`.
    #[serde(default)]
    pub letter: Option<String>,
    /// It has effects in law: a person says yes first, and it is never merged.
    #[serde(default)]
    pub legal_effect: bool,
    /// The law or practice behind it.
    pub reference: String,
    /// Why it is due: a French sentence; `{situation}`, `{fin}`, `{debut}`, `{preuve}` are filled in.
    pub why: String,
}

/// One of the legal ways that exclude one another.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackRule {
    /// Its code.
    pub code: String,
    /// What agents say.
    pub name: String,
    /// The law behind it.
    pub reference: String,
    /// Its steps, in order.
    #[serde(skip)]
    pub steps: Vec<StepRule>,
}

/// A letter that answers something, outside of the ladder's days.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyRule {
    /// Its code: the step of the business key.
    pub code: String,
    /// What agents say.
    pub name: String,
    /// The ways used.
    pub channels: Vec<Channel>,
    /// The template in `rules/letters/`.
    pub letter: String,
    /// Days after what it answers from which it has no object any more.
    pub lapses_days: i32,
    /// The rule behind it.
    pub reference: String,
    /// Why it is due: a French sentence.
    pub why: String,
}

/// A ladder: what is asked, when, how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// Its heading.
    pub head: LadderHead,
    /// The steps before the tracks part, in order.
    pub steps: Vec<StepRule>,
    /// The legal tracks; none, or two and more.
    pub tracks: Vec<TrackRule>,
    /// The answer to a refused paper.
    pub refusal: ReplyRule,
    /// The thanks to a tenant who had been reminded.
    pub thanks: ReplyRule,
    /// The letter that says that insurance on the tenant's behalf has ended.
    pub on_behalf_end: Option<ReplyRule>,
}

/// What holds for all steps of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LadderHead {
    /// Its code.
    pub code: String,
    /// What agents say.
    pub name: String,
    /// The kinds of goods that it is for.
    pub goods: Vec<GoodsKind>,
    /// The duty and its law.
    pub reference: String,
    /// Days between two letters to a lease, at least.
    pub spacing_days: i32,
    /// Days between two text messages to a lease, at least.
    pub sms_days: i32,
    /// Days before the end of a lease under notice in which an agent decides.
    pub notice_days: i32,
    /// Days before the end of cover from which a refused paper is answered.
    pub request_days: i32,
    /// Days without a proof of receipt after which an agent looks for it.
    pub proof_days: i32,
    /// Percentage by which the premium recovered may exceed the premium, at most.
    #[serde(default)]
    pub max_markup_percent: i64,
}

/// Goods for which no attestation is asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoodsRule {
    /// The kind of goods.
    pub goods: GoodsKind,
    /// Why, in one French sentence.
    pub why: String,
}

/// What a letter tells that keeps reminders until an agent has looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    /// A tenant died.
    Deces,
    /// The tenant gives notice.
    Conge,
    /// A tenant is, or will be, under the protection of a guardian.
    Protection,
}

impl SignalKind {
    /// Gives its code, as it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Deces => "deces",
            Self::Conge => "conge",
            Self::Protection => "protection",
        }
    }

    /// Gives the kind of a code.
    pub fn named(code: &str) -> Option<Self> {
        [Self::Deces, Self::Conge, Self::Protection].into_iter().find(|kind| kind.code() == code)
    }
}

/// By what a letter tells it: its category, or words in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalRule {
    /// What it tells.
    pub kind: SignalKind,
    /// The category of such letters.
    #[serde(default)]
    pub category: Option<String>,
    /// Phrases of such letters, written as in `rules/mail/`.
    #[serde(default)]
    pub phrases: Vec<String>,
}

/// Hours between which nothing is sent that rings or blinks, local time, `HH:MM`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// First minute of silence.
    pub from: String,
    /// First minute after it.
    pub until: String,
}

/// Working days and hours.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarRule {
    /// Days of the week on which batches leave, 1 (Monday) to 7 (Sunday).
    pub weekdays: Vec<u8>,
    /// When nothing rings.
    pub quiet: QuietHours,
    /// Days on which the house is closed beside public holidays.
    #[serde(default)]
    pub closed: Vec<Date>,
}

impl Default for CalendarRule {
    fn default() -> Self {
        let quiet = QuietHours { from: "20:00".to_owned(), until: "08:00".to_owned() };
        Self { weekdays: vec![1, 2, 3, 4, 5], quiet, closed: Vec::new() }
    }
}

/// Everything on relances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelanceRules {
    /// The ladders, in the order of their pages.
    pub ladders: Vec<Ladder>,
    /// Goods without any.
    pub goods: Vec<GoodsRule>,
    /// Working days and hours.
    pub calendar: CalendarRule,
    /// By what a letter keeps reminders until an agent has looked.
    pub signals: Vec<SignalRule>,
}

impl RelanceRules {
    /// Gives the ladder for goods of a kind.
    pub fn ladder(&self, goods: GoodsKind) -> Option<&Ladder> {
        self.ladders.iter().find(|ladder| ladder.head.goods.contains(&goods))
    }
}

impl Ladder {
    /// Gives every step, those of the tracks last.
    pub fn all_steps(&self) -> impl Iterator<Item = &StepRule> {
        self.steps.iter().chain(self.tracks.iter().flat_map(|track| &track.steps))
    }

    /// Gives the step of a code.
    pub fn step(&self, code: &str) -> Option<&StepRule> {
        self.all_steps().find(|step| step.code == code)
    }

    /// Gives the track of a code.
    pub fn track(&self, code: &str) -> Option<&TrackRule> {
        self.tracks.iter().find(|track| track.code == code)
    }
}
