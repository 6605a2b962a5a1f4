//! Files as they are sent: pictures in PDF, TIFF, JPEG, PNG or WebP.

pub mod facts;
pub mod pdf;
pub mod picture;
pub mod tiff;

use crate::damage::Shot;
use crate::draw::Draw;

/// The format of a file that holds pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One picture a page.
    Pdf,
    /// One or several pictures.
    Tiff,
    /// One picture.
    Jpeg,
    /// One picture.
    Png,
    /// One picture.
    Webp,
}

impl Format {
    /// Gives the ending of its names.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Tiff => "tif",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// An encoder refused the picture.
    #[error("cannot encode a picture")]
    Picture(#[from] image::ImageError),
    /// Memory that cannot be written to.
    #[error("cannot compress a picture")]
    Io(#[from] std::io::Error),
}

/// Gives the file that holds `shots`; formats of one picture take the first.
///
/// # Errors
/// A picture that its encoder refuses.
pub fn encode(format: Format, shots: &[&Shot], facts: &facts::Facts, draw: &mut Draw) -> Result<Vec<u8>, FileError> {
    let exif = |shot: &Shot| facts::exif(shot.exif, facts);
    match (format, shots) {
        (Format::Jpeg, [shot, ..]) => picture::jpeg(&shot.raster, shot.quality, exif(shot)),
        (Format::Png, [shot, ..]) => picture::png(&shot.raster),
        (Format::Webp, [shot, ..]) => picture::webp(&shot.raster),
        (Format::Tiff, shots) => tiff::write(shots),
        (_, shots) => {
            let mut document = pdf::Document::new(facts);
            for shot in shots {
                document.picture(shot, &[], draw)?;
            }
            Ok(document.finish())
        }
    }
}
