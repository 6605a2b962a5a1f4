//! The second reader beside the rules: the encoder of `models` with its weights, where the program was built with it.
//!
//! The feature `encodeur` chooses between two modules that give the same: the encoder that the settings ask for, and what
//! `doctor` says of it.

#[cfg(not(feature = "encodeur"))]
mod absent;
#[cfg(feature = "encodeur")]
mod present;

#[cfg(not(feature = "encodeur"))]
pub(crate) use absent::{encoder, told};
#[cfg(feature = "encodeur")]
pub(crate) use present::{encoder, told};
