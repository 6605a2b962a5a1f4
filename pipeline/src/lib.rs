//! Document understanding as plain functions: bytes, rules, leases and today's date in; results out.
//!
//! One module per stage, each using only those above it in this list:
//! [`read`] → [`segment`] → [`classify`] → [`extract`] → [`encode`] → [`check`] → [`decide`], strung together by [`run`].
//! [`relance`] then says, from what all sources gave, which leases are due a letter; [`resemblance`] which documents are the
//! same paper.
//! [`geometry`], [`text`], [`document`], [`values`], [`register`] and [`rules`] are the words the stages share.
//! [`output`] is what the product prints, exactly the catalogue; [`score`] measures it.
//!
//! Invariants:
//! - pure: same inputs, same outputs. No clock, disk, network, async, SQL, tesseract. `today` is an argument.
//! - a stage never fails because a paper is bad: faults are data. Errors are for the machine.
//! - codes of types and fields live in `rules/`; this crate knows kinds and operators.
//! - an absent value beats a wrong one, and every value points at the place it came from.

pub mod check;
pub mod classify;
pub mod decide;
pub mod document;
pub mod encode;
pub mod engines;
pub mod extract;
pub mod geometry;
pub mod hash;
pub mod lexicon;
pub mod mail;
pub mod output;
pub mod phrases;
pub mod picture;
pub mod read;
pub mod register;
pub mod relance;
pub mod resemblance;
pub mod rules;
pub mod run;
pub mod score;
pub mod segment;
pub mod sheet;
pub mod text;
pub mod values;
