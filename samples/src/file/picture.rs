//! Single pictures: JPEG, PNG, WebP.

use super::FileError;
use crate::damage::raster::Raster;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, ImageError};

fn colours(raster: &Raster) -> ExtendedColorType {
    if raster.channels == 1 { ExtendedColorType::L8 } else { ExtendedColorType::Rgb8 }
}

/// Encodes as JPEG, with what the camera noted.
///
/// # Errors
/// A picture that the encoder refuses.
pub fn jpeg(raster: &Raster, quality: u8, exif: Option<Vec<u8>>) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).map_err(ImageError::Unsupported)?;
    }
    encoder.write_image(&raster.data, raster.width as u32, raster.height as u32, colours(raster))?;
    Ok(bytes)
}

/// Encodes as PNG.
///
/// # Errors
/// A picture that the encoder refuses.
pub fn png(raster: &Raster) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Up);
    encoder.write_image(&raster.data, raster.width as u32, raster.height as u32, colours(raster))?;
    Ok(bytes)
}

/// Encodes as WebP without loss.
///
/// # Errors
/// A picture that the encoder refuses.
pub fn webp(raster: &Raster) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    WebPEncoder::new_lossless(&mut bytes).write_image(
        &raster.data,
        raster.width as u32,
        raster.height as u32,
        colours(raster),
    )?;
    Ok(bytes)
}
