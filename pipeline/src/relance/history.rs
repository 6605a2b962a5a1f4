//! Steps that were taken, and the key that makes each of them one.

use super::Proof;
use crate::rules::Channel;
use crate::values::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the tenant is asked for, or told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obligation {
    /// The yearly attestation; the period is the first day without cover.
    Assurance,
    /// Another paper in place of one refused; the period is the refused segment.
    PieceRefusee,
    /// Thanks to a tenant who had been reminded; the period is the one that was asked for.
    Remerciement,
    /// Insurance on the tenant's behalf; the period is its first day.
    PourCompte,
}

impl Obligation {
    /// Gives the code that stands in keys.
    pub fn code(self) -> &'static str {
        match self {
            Self::Assurance => "assurance",
            Self::PieceRefusee => "piece_refusee",
            Self::Remerciement => "remerciement",
            Self::PourCompte => "pour_compte",
        }
    }
}

/// What makes a sending one and only one; the landlord is added by the store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BusinessKey {
    /// Reference of the lease.
    pub lease: String,
    /// What is asked for.
    pub obligation: Obligation,
    /// Which time: see [`Obligation`].
    pub period: String,
    /// Code of the step in the ladder; `…_copie` for the copy to a guardian.
    pub step: String,
    /// By which way.
    pub channel: Channel,
}

impl fmt::Display for BusinessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lease, obligation, period, step, channel } = self;
        write!(f, "{lease}/{}/{period}/{step}/{}", obligation.code(), channel.code())
    }
}

/// The states of a sending (reliability.md 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StepState {
    /// DECIDEE: intended, maybe waiting for a person's yes.
    #[serde(rename = "DECIDEE")]
    Decided,
    /// PRETE: its bytes are stored.
    #[serde(rename = "PRETE")]
    Ready,
    /// EN_COURS: may have left.
    #[serde(rename = "EN_COURS")]
    Sending,
    /// REMISE: the other side took it.
    #[serde(rename = "REMISE")]
    Handed,
    /// ACHEMINEE: it reached the tenant.
    #[serde(rename = "ACHEMINEE")]
    Delivered,
    /// NON_DISTRIBUEE: it came back.
    #[serde(rename = "NON_DISTRIBUEE")]
    Undelivered,
    /// ANNULEE: it never left.
    #[serde(rename = "ANNULEE")]
    Cancelled,
    /// RETENUE: a breaker holds it.
    #[serde(rename = "RETENUE")]
    Withheld,
    /// DOUTE: nobody knows whether it left.
    #[serde(rename = "DOUTE")]
    Doubt,
}

impl StepState {
    /// Tells whether it left, or may have.
    pub fn may_have_left(self) -> bool {
        matches!(self, Self::Sending | Self::Handed | Self::Delivered | Self::Undelivered | Self::Doubt)
    }

    /// Tells whether it is on its way out and has not left.
    pub fn waits(self) -> bool {
        matches!(self, Self::Decided | Self::Ready | Self::Withheld)
    }
}

/// A step by one channel, as the store remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastStep {
    /// What is asked for.
    pub obligation: Obligation,
    /// Which time.
    pub period: String,
    /// Code of the step.
    pub step: String,
    /// By which way.
    pub channel: Channel,
    /// Day of the batch that decided it.
    pub decided: Date,
    /// Day on which it left.
    #[serde(default)]
    pub sent: Option<Date>,
    /// Day of first presentation, as proven.
    #[serde(default)]
    pub presented: Option<Date>,
    /// Day of delivery, as proven.
    #[serde(default)]
    pub delivered: Option<Date>,
    /// What proves these days.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// Where it stands.
    pub state: StepState,
}

impl PastStep {
    /// Gives its business key.
    pub fn key(&self, lease: &str) -> BusinessKey {
        BusinessKey {
            lease: lease.to_owned(),
            obligation: self.obligation,
            period: self.period.clone(),
            step: self.step.clone(),
            channel: self.channel,
        }
    }
}
