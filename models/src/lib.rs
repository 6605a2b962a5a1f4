//! The engines: recognition of text by Tesseract, understanding of pages by an encoder in candle, and its training.
//!
//! Invariant: knows tensors, pixels and weights; not queues, databases or rules. Implements the traits of
//! [`guichet_pipeline::engines`] and [`guichet_pipeline::encode`].

#[cfg(feature = "encodeur")]
pub mod encoder;
pub mod lessons;
mod tesseract;
#[cfg(feature = "encodeur")]
pub mod train;

pub use tesseract::Tesseract;
