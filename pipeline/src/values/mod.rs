//! Values in the catalogue's normal forms, and how they are found in French text.
//!
//! Each submodule parses one kind and knows nothing of pages or fields. Nothing here guesses: a parser gives `None`
//! rather than a value that the text does not carry.

pub mod address;
pub mod address_text;
pub mod amount;
pub mod code;
pub mod date;
pub mod date_text;
pub mod fold;
pub mod insurer;
pub mod month_text;
pub mod mrz;
pub mod person;
pub mod person_text;
pub mod reply_code;

pub use address::Address;
pub use amount::Amount;
pub use date::{Date, Month};
pub use person::Person;
