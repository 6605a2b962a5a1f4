//! The letters of machine-readable zones, told by a small network that knows nothing else.
//!
//! A recogniser of French text makes words of fillers; a zone has 37 letters at an even pitch, and check digits. Here only
//! the letters are told, column by column; where they stand and which reading its digits prove is
//! [`guichet_pipeline::read`]'s to find.

pub mod lessons;
mod network;
mod window;

pub use network::{ZoneError, ZoneNet};
pub use window::{HEIGHT, WIDTH};
