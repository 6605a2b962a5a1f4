//! What this crate needs from an engine: implemented in `models`, scripted in tests.

use crate::text::Line;
use image::GrayImage;
use thiserror::Error;

/// An engine that failed for a reason of its own, not because of the page.
#[derive(Debug, Error)]
#[error("the recognition engine failed: {0}")]
pub struct EngineError(pub String);

/// Recognition of printed text.
pub trait Ocr {
    /// Reads the words of an upright page at [`crate::read::DPI`]; boxes in fractions of `page`, confidences 0 to 1.
    /// Lines in the engine's reading order. A page without text gives no lines.
    ///
    /// # Errors
    /// Only when the engine itself fails.
    fn recognise(&mut self, page: &GrayImage) -> Result<Vec<Line>, EngineError>;

    /// Reads one block of lines that holds nothing but the letters of `alphabet`; boxes in fractions of `block`.
    ///
    /// # Errors
    /// Only when the engine itself fails.
    fn recognise_block(&mut self, block: &GrayImage, alphabet: &str) -> Result<Vec<Line>, EngineError>;
}
