//! Setting letters to tenants: JSON in, PDF/A, e-mail and SMS out.
//!
//! Goes in: letters as `guichet_pipeline::relance::letter` lays them down, and the templates of `rules/letters`. Comes out:
//! for each a PDF/A-2b, the e-mail as text and HTML, the SMS. The same letter and templates give the same bytes: no clock,
//! no fonts but a fixed list. Sends nothing and decides nothing; a package of its own because Typst takes minutes to build
//! and nothing else that serves tenants needs it.

pub mod batch;
pub mod example;
pub mod face;
pub mod message;
pub mod press;
pub mod qr;
pub mod sheet;
pub mod sms;
