//! Reminders sent, once: what is ready leaves ([`Dispatch`]), what was interrupted is asked about ([`Janitor`]).
//!
//! The order is always the same: last look, hold and `en_cours` on the disk in one transaction; the witness outside the
//! database; then the bytes; then the receipt. Whoever dies in between leaves a reminder in flight, and the janitor asks
//! its receiver once the quarantine is over.

mod dispatch;
pub mod files;
mod guard;
mod janitor;
mod manifest;
mod ways;

pub use dispatch::{Dispatch, LastLook, Sent};
pub use guard::Guard;
pub use janitor::{Janitor, Settled};
pub use manifest::write as write_manifests;
pub use ways::Ways;

/// By e-mail.
pub const EMAIL: &str = "courriel";
/// By SMS, through a provider.
pub const SMS: &str = "sms";
