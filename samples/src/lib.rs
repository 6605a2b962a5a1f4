//! The generator of documents with truth: invented papers, set by Typst, harmed like what people send, each with what it
//! says and what must be decided about it.
//!
//! The truth comes from how a paper was built (data, marks in the layout, what was done to the pages), never from reading
//! it back. The same seed gives the same bytes, on any number of threads.

pub mod bad;
pub mod corpus;
pub mod damage;
pub mod decision;
pub mod design;
pub mod draft;
pub mod draw;
pub mod file;
pub mod paper;
pub mod record;
pub mod scenario;
pub mod sending;
pub mod sets;
pub mod tamper;
pub mod truth;
pub mod typeset;
pub mod world;
