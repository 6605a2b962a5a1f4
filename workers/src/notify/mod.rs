//! What leaves the house, and what its receivers say: e-mail through a relay, letters and SMS through folders.
//!
//! Sending tells what is certain ([`Outcome`]); asking tells what the receiver's own record says ([`Answer`]). Neither
//! knows the database: who calls writes down what came of it.
//!
//! Invariant: [`Outcome::Absent`] and [`Answer::Absent`] are said only where nothing can have been received, since
//! another attempt follows them.

pub mod drop;
pub mod mail;
pub mod receipts;
pub mod relay;
pub mod relay_log;
pub mod witness;

use std::time::Duration;

/// What came of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has it: its own words, or the name of the file.
    Received(String),
    /// The receiver does not have it, and may be tried again after a while.
    Absent(String, Duration),
    /// The receiver refuses it for good.
    Refused(String),
    /// The connection ended where nobody can say.
    Unknown(String),
}

/// What a receiver's record says of something that may have been sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is there: the proof.
    Received(String),
    /// It arrived at its address.
    Delivered(String),
    /// It was there, and came back.
    Returned(String),
    /// It is not there: the proof.
    Absent(String),
    /// It does not answer now, and may later: why.
    Later(String),
    /// There is no answer, and never will be: why.
    Silent(String),
}
