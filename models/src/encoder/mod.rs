//! The encoder: a small network that looks at the words of a page and says what kind of page it is, whether a document
//! begins there, and which words belong to which field.
//!
//! Goes in: words with boxes. Comes out: chances. What the words mean is read by the same parsers that read everything else:
//! the encoder proposes places, never values. Its weights come with a manifest that holds their hash.

mod batch;
mod engine;
mod network;
mod page;
mod plan;
mod spelling;
pub mod weights;
pub(crate) mod words;

pub use batch::Batch;
pub use engine::CandleEncoder;
#[cfg(test)]
pub(crate) use network::tests as network_tests;
pub use network::{Dimensions, Network, Said, Way, first_spread};
pub use page::{MOST_WORDS, NUMBERS, PLACES, PageNumbers, Printed};
pub use plan::{Calibration, Edge, Plan};
pub use spelling::{SLOTS, Spelling};
