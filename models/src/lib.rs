//! The engines: recognition of text by Tesseract.
//!
//! Invariant: knows tensors, pixels and weights; not queues, databases or rules. Implements the traits of
//! [`guichet_pipeline::engines`].

mod tesseract;

pub use tesseract::Tesseract;
