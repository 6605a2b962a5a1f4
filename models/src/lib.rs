//! The engines: recognition of text by Tesseract, what letters are about from a table of weights, understanding of pages
//! by an encoder in candle, and their training; larger open models that a house brings itself.
//!
//! Invariant: knows tensors, pixels and weights; not queues, databases or rules. Implements the traits of
//! [`guichet_pipeline::engines`], [`guichet_pipeline::mail`] and [`guichet_pipeline::encode`].

pub mod chances;
pub mod curve;
pub mod diagram;
pub mod encoder;
pub mod larger;
pub mod lessons;
mod tesseract;
pub mod topics;
pub mod train;
pub mod zone;

use chances::chances;
pub use tesseract::Tesseract;
