//! One picture of a page, be it a file or stored in a PDF: its brightness, and the sheet flattened when it is a photo of one.

use super::ReadError;
use super::recognise::{self, Source};
use crate::document::ReadPage;
use crate::engines::Ocr;
use crate::geometry::{Rect, Warp};
use crate::picture::{self, Quad};
use image::{DynamicImage, GrayImage, RgbImage};
use std::borrow::Cow;

/// One picture of a file, as a reader sees it: in grey, or in three colours.
pub(super) struct Picture(pub(super) DynamicImage);

impl Picture {
    /// Gives its brightness.
    pub(super) fn grey(&self) -> Cow<'_, GrayImage> {
        match &self.0 {
            DynamicImage::ImageLuma8(grey) => Cow::Borrowed(grey),
            DynamicImage::ImageRgb8(colours) => Cow::Owned(brightness(colours)),
            other => Cow::Owned(other.to_luma8()),
        }
    }

    /// Gives its colours.
    pub(super) fn into_colours(self) -> RgbImage {
        self.0.into_rgb8()
    }
}

fn brightness(colours: &RgbImage) -> GrayImage {
    let (pixels, _) = colours.as_raw().as_chunks::<3>();
    let grey = pixels.iter().map(|&[r, g, b]| luma(r, g, b)).collect();
    // As many levels as there are pixels: this cannot fail.
    GrayImage::from_raw(colours.width(), colours.height(), grey).unwrap_or_default()
}

/// Gives the weighted grey of a colour (ITU-R BT.601), in 256ths.
pub(super) fn luma(r: u8, g: u8, b: u8) -> u8 {
    ((u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29) >> 8) as u8
}

/// Width in pixels at which a sheet is flattened for a glance at its lines.
const GLANCE: u32 = 900;

/// Finds the sheet of paper in a picture that is a photo of one; `grey` is its brightness.
pub(super) fn sheet(picture: &Picture, grey: &GrayImage) -> Option<Quad> {
    let lean = |quad: &Quad| picture::lean(&picture::even_light(&picture::unwarp(grey, quad, GLANCE)));
    picture::find_sheet(&picture.0, lean)
}

/// Reads one picture, of which `grey` is the brightness.
pub(super) fn page(number: u32, picture: &Picture, grey: &GrayImage, ocr: &mut dyn Ocr) -> Result<ReadPage, ReadError> {
    match sheet(picture, grey) {
        Some(quad) => flattened(number, grey, &quad, ocr),
        None => {
            let sized = recognise::sized(grey);
            recognise::page(number, &sized, Source::taken(grey, &sized), ocr)
        }
    }
}

/// Reads the sheet in a photo.
pub(super) fn flattened(number: u32, grey: &GrayImage, quad: &Quad, ocr: &mut dyn Ocr) -> Result<ReadPage, ReadError> {
    let flat = picture::unwarp(grey, quad, recognise::sheet_width(quad.is_wide()));
    let grain = flat.width() as f32 / quad.width();
    let mut page = recognise::page(number, &flat, Source::Taken(grain), ocr)?;
    // From the flat sheet back to the photo, as a reader turns it.
    let (size, turn) = (grey.dimensions(), page.turn);
    page.warp = Some(Warp::of(|x, y| {
        let (x, y) = page.warp.as_ref().map_or((x, y), |warp| warp.point(x, y));
        let point = Rect { x0: x, y0: y, x1: x, y1: y };
        let seen = quad.to_photo(&point.turned(turn.back()), size).turned(turn);
        (seen.x0, seen.y0)
    }));
    Ok(page)
}
