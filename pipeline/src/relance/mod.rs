//! Relances: from what is known of each lease, which letter is due today, and why none is.
//!
//! Goes in: a [`LeaseFile`] a lease, the [`House`] (the landlord's settings and the linked pages of `rules/relances/`) and
//! the [`Day`]. Comes out: a [`Plan`] with exactly one [`Outcome`] a lease. Nothing here writes, sends, or looks at a clock.
//!
//! Ladders and channels are words of [`crate::rules`]. What a letter is made of stands in [`letter`], the lines of its envelope
//! in [`postal`], the code by which its reply finds the lease in [`reference`].
//!
//! Invariants:
//! - nothing is due while a paper of that tenant waits to be read or reviewed, or a letter that tells of a death, a congé or
//!   a guardian waits for an agent's eye;
//! - never two steps on one day for a lease, and no step before the one it follows;
//! - the program never chooses between the two legal tracks, and no step with legal effect leaves without a person's yes;
//! - a delay that the law counts from receipt is counted from the proof of receipt, from quantième to quantième.

pub mod calendar;
mod channels;
mod cover;
mod difference;
mod draft;
mod due;
mod file;
mod guards;
mod history;
mod household;
mod ladder;
pub mod letter;
mod plan;
pub mod postal;
pub mod premium;
mod replies;
mod requirement;
#[cfg(test)]
mod scenarios;
pub mod simulate;
mod still;
mod tasks;
#[cfg(test)]
pub(crate) mod tests;

pub use crate::values::reply_code as reference;
pub use cover::{Cover, Cut, Span, cover};
pub use difference::{Change, ChangeKind, difference};
pub use due::due;
pub use file::{
    Approval, Attestation, ChosenTrack, Contacts, Death, Guardian, GuardianKind, Heard, LeaseFile, NoticeGiven,
    OnBehalf, Pending, PendingKind, Proof, Refusal, RefusalReason, Situation, Suspension, SuspensionKind, Termination,
};
pub use history::{BusinessKey, Obligation, PastStep, StepState};
pub use plan::{
    Day, Dispatch, Due, Held, House, LeaseOutcome, LetterFacts, Outcome, Plan, Reason, Recipient, Rest, Settings, Task,
    TaskKind,
};
pub use requirement::{Owed, Requirement, lease_end, requirement};
pub use still::still_due;
