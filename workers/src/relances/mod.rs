//! Reminders sent, once: what is ready leaves ([`Dispatch`]), what was interrupted is asked about ([`Janitor`]).
//!
//! The order is always the same: last look, hold and `en_cours` on the disk in one transaction; the witness outside the
//! database; then the bytes; then the receipt. Whoever dies in between leaves a reminder in flight, and the janitor asks
//! its receiver once the quarantine is over.

mod dispatch;
mod files;
mod guard;
mod janitor;
mod letters;
mod manifest;
mod plan;
mod prepare;
mod replies;
mod ways;
mod words;

pub use dispatch::{Dispatch, LastLook, Sent};
pub use guard::Guard;
pub use janitor::{Janitor, Settled};
pub use manifest::write as write_manifests;
pub use ways::Ways;

pub(crate) use files::{Taken, on_behalf, published_moves};
pub(crate) use plan::{Planned, Planner, fingerprint};
pub(crate) use prepare::{prepare, rehearse};
pub(crate) use replies::{Answered, answered};
pub(crate) use words::{channel as channel_words, reason as reason_words, state as state_words};

/// By e-mail.
pub const EMAIL: &str = "courriel";
/// By SMS, through a provider.
pub const SMS: &str = "sms";
