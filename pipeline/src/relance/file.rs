//! What is known of one lease: plain data, put together by the caller from register and store.

use super::premium::Premium;
use super::{PastStep, StepState};
use crate::register::Lease;
use crate::rules::SignalKind;
use crate::values::{Address, Date, Person};
use serde::{Deserialize, Serialize};

/// Everything that decides whether a lease is due a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseFile {
    /// The row of the register.
    pub lease: Lease,
    /// Those whose letters are put together have the same text here; `None`: persons and postal address tell.
    #[serde(default)]
    pub household: Option<String>,
    /// How the tenants are reached.
    #[serde(default)]
    pub contacts: Contacts,
    /// What befell the tenants.
    #[serde(default)]
    pub situation: Situation,
    /// Accepted attestations of all the tenants, in any order.
    #[serde(default)]
    pub attestations: Vec<Attestation>,
    /// Notices that a contract ends (`resiliation_assurance`).
    #[serde(default)]
    pub terminations: Vec<Termination>,
    /// Papers that were refused, in the order of their decisions.
    #[serde(default)]
    pub refusals: Vec<Refusal>,
    /// What came from the tenant and is not decided yet.
    #[serde(default)]
    pub pending: Vec<Pending>,
    /// Letters that keep reminders until an agent has looked.
    #[serde(default)]
    pub signals: Vec<Heard>,
    /// Pauses and exemptions given by agents.
    #[serde(default)]
    pub suspensions: Vec<Suspension>,
    /// Steps taken, in the order of their decisions.
    #[serde(default)]
    pub history: Vec<PastStep>,
    /// The legal track that an agent chose.
    #[serde(default)]
    pub track: Option<ChosenTrack>,
    /// Steps with legal effect to which an agent said yes.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// The insurance taken out on the tenant's behalf, while it runs and after.
    #[serde(default)]
    pub on_behalf: Option<OnBehalf>,
}

/// How the tenants of a lease are reached, and what they prefer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacts {
    /// Where letters go; `None` where the landlord knows no address that holds.
    pub postal: Option<Address>,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Mobile number.
    #[serde(default)]
    pub mobile: Option<String>,
    /// The tenant wants letters on paper, whatever else is known.
    #[serde(default)]
    pub paper_only: bool,
    /// The tenant does not want text messages.
    #[serde(default)]
    pub no_sms: bool,
    /// Day since when e-mail comes back from the address above.
    #[serde(default)]
    pub email_bounced: Option<Date>,
    /// Day since when letters come back from the postal address (NPAI).
    #[serde(default)]
    pub postal_returned: Option<Date>,
    /// Day of the express consent to registered e-mail (CPCE L.100); `None`: never given, or withdrawn.
    #[serde(default)]
    pub lre_consent: Option<Date>,
}

/// What befell the tenants, that a letter must respect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// A death told to the landlord and not dealt with yet.
    #[serde(default)]
    pub death: Option<Death>,
    /// The curator or tutor, who gets a copy.
    #[serde(default)]
    pub guardian: Option<Guardian>,
    /// The notice by which the lease will end.
    #[serde(default)]
    pub notice: Option<NoticeGiven>,
}

/// A tenant's death.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Death {
    /// Day on which the landlord learnt it.
    pub told: Date,
}

/// Kinds of protection of an adult.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GuardianKind {
    /// Curatelle: the tenant acts with assistance.
    Curatelle,
    /// Tutelle: the tenant is represented.
    Tutelle,
}

/// Who assists or represents the tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guardian {
    /// Curatelle or tutelle.
    pub kind: GuardianKind,
    /// Name of the person or association.
    pub name: String,
    /// Where the copy goes.
    #[serde(default)]
    pub postal: Option<Address>,
}

/// A congé.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeGiven {
    /// Day of its receipt.
    pub received: Date,
    /// Last day of the lease that follows from it.
    pub ends: Date,
}

/// An accepted attestation, as a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// The segment (or other paper) that says so.
    pub segment: String,
    /// Those insured.
    #[serde(default)]
    pub insured: Vec<Person>,
    /// Policy number in normal form.
    #[serde(default)]
    pub policy: Option<String>,
    /// First day covered.
    pub start: Date,
    /// Last day covered.
    pub end: Date,
    /// The paper says that the contract renews itself.
    #[serde(default)]
    pub tacit_renewal: bool,
    /// Day on which the insurer made the paper.
    #[serde(default)]
    pub issued: Option<Date>,
    /// Day on which the landlord received it.
    pub received: Date,
    /// Day on which it was accepted.
    pub accepted: Date,
}

/// The end of a contract, told by the insurer or the tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Termination {
    /// The segment that says so.
    pub segment: String,
    /// Policy number in normal form; without one it ends nothing by itself, an agent looks.
    #[serde(default)]
    pub policy: Option<String>,
    /// Last day covered.
    pub end: Date,
    /// Day on which the landlord received it.
    pub received: Date,
}

/// Why a paper was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalReason {
    /// Code of the catalogue, section 3.
    pub code: String,
    /// The French sentence of the check that failed.
    pub sentence: String,
}

/// A paper that cannot serve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The segment.
    pub segment: String,
    /// Every reason, most serious first.
    pub reasons: Vec<RefusalReason>,
    /// Day of the decision.
    pub day: Date,
}

/// Where something waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PendingKind {
    /// Received and not read yet.
    #[serde(rename = "recu")]
    Unread,
    /// An agent has to decide.
    #[serde(rename = "a_revoir")]
    InReview,
    /// Set aside after failures (quarantine).
    #[serde(rename = "bloque")]
    Stuck,
    /// Mail that looks as if an attestation were in it or announced by it.
    #[serde(rename = "ressemble")]
    LooksLikeAttestation,
}

/// Something of this tenant that is not decided yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Where it waits.
    pub kind: PendingKind,
    /// The source.
    pub source: String,
    /// Since when.
    pub since: Date,
}

/// What a letter tells, that no agent has looked at yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// What it tells.
    pub kind: SignalKind,
    /// The source.
    pub source: String,
    /// Since when.
    pub since: Date,
}

/// Kinds of suspension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SuspensionKind {
    /// Nothing leaves, the duty stays.
    #[serde(rename = "pause")]
    Pause,
    /// Nothing is owed.
    #[serde(rename = "dispense")]
    Exemption,
}

/// A pause or an exemption that an agent gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Pause or exemption.
    pub kind: SuspensionKind,
    /// Why, in the agent's words.
    pub reason: String,
    /// First day.
    pub from: Date,
    /// Last day; `None`: until an agent ends it.
    #[serde(default)]
    pub until: Option<Date>,
}

/// The legal track that an agent chose for the period now owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenTrack {
    /// Code of a track of the ladder.
    pub track: String,
    /// Day of the choice.
    pub day: Date,
    /// Who chose.
    pub by: String,
}

/// An agent's yes to a step with legal effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Code of the step.
    pub step: String,
    /// The period, as in the business key.
    pub period: String,
    /// Day of the yes.
    pub day: Date,
    /// Who said it.
    pub by: String,
}

/// What proves a day of receipt, best first (facts D.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The signed avis de réception.
    AvisReception,
    /// The post's record of presentation or delivery.
    SuiviPostal,
    /// The act of a commissaire de justice.
    Acte,
    /// The receipt of a registered e-mail.
    RecepisseLre,
    /// The line by which a mail server took it, or the receipt of the post room.
    Accuse,
}

/// Insurance that the landlord took out on the tenant's behalf (art. 7 g).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnBehalf {
    /// First day of the contract.
    pub start: Date,
    /// Last day, once it was ended.
    #[serde(default)]
    pub end: Option<Date>,
    /// Yearly premium, with what it is increased by.
    pub premium: Premium,
    /// The insurer.
    #[serde(default)]
    pub insurer: Option<String>,
    /// Policy number.
    #[serde(default)]
    pub policy: Option<String>,
    /// Days on which a copy of the contract went to the tenant.
    #[serde(default)]
    pub copies_sent: Vec<Date>,
}

impl OnBehalf {
    /// Builds a contract that runs from a day on, of which no copy was given yet.
    pub fn new(start: Date, premium: Premium) -> Self {
        Self { start, end: None, premium, insurer: None, policy: None, copies_sent: Vec::new() }
    }
}

impl LeaseFile {
    /// Opens the file of a lease of which nothing is known yet but the register and how its tenants are reached.
    pub fn new(lease: Lease, contacts: Contacts) -> Self {
        Self {
            lease,
            household: None,
            contacts,
            situation: Situation::default(),
            attestations: Vec::new(),
            terminations: Vec::new(),
            refusals: Vec::new(),
            pending: Vec::new(),
            signals: Vec::new(),
            suspensions: Vec::new(),
            history: Vec::new(),
            track: None,
            approvals: Vec::new(),
            on_behalf: None,
        }
    }

    /// Gives the suspension of a kind that holds on a day, the one that lasts longest.
    pub fn suspended(&self, kind: SuspensionKind, day: Date) -> Option<&Suspension> {
        let holds =
            |one: &&Suspension| one.kind == kind && one.from <= day && one.until.is_none_or(|until| until >= day);
        self.suspensions.iter().filter(holds).max_by_key(|one| one.until.map_or(i32::MAX, Date::to_days))
    }

    /// Gives the insurance on the tenant's behalf, if it runs on a day.
    pub fn insured_on_behalf(&self, day: Date) -> Option<&OnBehalf> {
        self.on_behalf.as_ref().filter(|one| one.start <= day && one.end.is_none_or(|end| end >= day))
    }

    /// Gives the sendings that were not cancelled.
    pub(super) fn taken(&self) -> impl Iterator<Item = &PastStep> {
        self.history.iter().filter(|one| one.state != StepState::Cancelled)
    }
}
