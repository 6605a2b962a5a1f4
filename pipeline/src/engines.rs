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

    /// Reads the words of a cutout that holds one block of text, as [`Ocr::recognise`] those of a page; an engine that looks
    /// for blocks in what it is shown has a way of its own.
    ///
    /// # Errors
    /// Only when the engine itself fails.
    fn recognise_block(&mut self, block: &GrayImage) -> Result<Vec<Line>, EngineError> {
        self.recognise(block)
    }

    /// Tells the letters of a strip that holds one line of a machine-readable zone, [`STRIP_HEIGHT`] pixels high, its
    /// capitals about [`ZONE_CAP`] pixels high in the middle. Gives a row for each [`COLUMN_STEP`] pixels from the left
    /// edge.
    ///
    /// # Errors
    /// Only when the engine itself fails.
    fn zone_letters(&mut self, strip: &GrayImage) -> Result<Vec<Letters>, EngineError>;
}

/// Height in pixels of the strips that are asked of [`Ocr::zone_letters`].
pub const STRIP_HEIGHT: u32 = 32;
/// Height in pixels of capitals in them.
pub const ZONE_CAP: f32 = 20.0;
/// Pixels from one column that is told to the next.
pub const COLUMN_STEP: u32 = 2;
/// Classes of a column: the letters of [`crate::values::mrz::ALPHABET`], and none.
pub const ZONE_CLASSES: usize = 38;
/// The class of a column in which no letter stands in the middle.
pub const NO_LETTER: usize = ZONE_CLASSES - 1;
/// Natural logarithms of the chances of each class.
pub type Letters = [f32; ZONE_CLASSES];
