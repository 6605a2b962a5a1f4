//! The generator of documents with truth: invented papers, set by Typst, harmed like what people send, each with what it
//! says and what must be decided about it.
//!
//! How a file comes to be: `corpus` plans it; `scenario` says what is odd about its paper; `draft` picks a design, a lease
//! of the register and what the paper says, out of `world`; `typeset` sets it and reads words and marks off the pages;
//! `truth` gives the marks their values and `decision` what follows from them; `sending` shoots the pages with a device of
//! `damage` and `file` puts them into a PDF, a TIFF, a JPEG. `tamper` forges, `bad` breaks, `check` looks after the designs.
//! Letters and e-mails have texts written by hand: `mail` varies them. `dossier` puts the pieces of a household together.
//!
//! Invariants: the truth comes from how a paper was built (data, marks, what was done to the pages), never from reading it
//! back. The same seed gives the same bytes, on any number of threads. Everybody in a paper is invented.

pub mod alphabets;
pub mod bad;
pub mod catalogue;
pub mod check;
pub mod corpus;
pub mod damage;
pub mod decision;
pub mod design;
pub mod dossier;
pub mod draft;
pub mod draw;
pub mod file;
pub mod mail;
pub mod paper;
pub mod planche;
pub mod record;
pub mod scenario;
pub mod sending;
pub mod sets;
pub mod tamper;
pub mod truth;
pub mod typeset;
pub mod world;
