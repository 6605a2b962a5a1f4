//! The lease register of a house: where it comes from, how it is read, and what happens when it changes.
//!
//! In: a CSV file, or a table or view of the ERP's database, asked in one read-only query ([`view`]). Out: a [`Reading`];
//! while the program runs, the register in use ([`Live`]), looked after by a [`Watcher`].
//!
//! Invariants:
//! - the ERP's database is read, never written: its SQL is here, and only `store` has SQL of its own.
//! - a register that cannot be read, or lacks too many leases ([`change::Loss`]), changes nothing: the one before stays.
//! - decisions stand on the register that the store has as applied. It is noted there before anything is decided with it.
//! - logs carry counts, hashes and kinds of errors; what rows say is for `guichet register check`.

mod again;
pub(crate) mod change;
mod error;
mod live;
mod origin;
mod view;
mod watch;

pub use error::RegisterError;
pub(crate) use live::{Live, Standing};
pub use origin::{Origin, Reading};
pub(crate) use watch::{Patience, Watcher};
