//! A picture of a PDF page as it was stored, without drawing the page.

use super::photo::Picture;
use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageData, ImageDrawProps, SoftMask,
};
use hayro::kurbo::{BezPath, Rect};
use image::{DynamicImage, GrayImage, RgbImage};

/// The device that takes one picture and draws nothing.
pub(super) struct Taker {
    /// Its place among the pictures of the page, and how many of them came by.
    place: usize,
    seen: usize,
    pub(super) taken: Option<Picture>,
}

impl Taker {
    pub(super) fn new(place: usize) -> Self {
        Self { place, seen: 0, taken: None }
    }
}

fn picture(data: ImageData) -> Option<Picture> {
    let pixels: DynamicImage = match data {
        ImageData::Luma(luma) => GrayImage::from_raw(luma.width, luma.height, luma.data)?.into(),
        ImageData::Rgb(colours) => RgbImage::from_raw(colours.width, colours.height, colours.data)?.into(),
    };
    Some(Picture(pixels))
}

impl<'a> Device<'a> for Taker {
    fn draw_image(&mut self, image: Image<'a, '_>, _: ImageDrawProps<'a>) {
        if let Image::Raster(raster) = &image
            && self.seen == self.place
        {
            raster.with_rgba(|data, alpha| self.taken = picture(data).filter(|_| alpha.is_none()), None);
        }
        self.seen += 1;
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'a>, _: &DrawMode) {}
    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

#[cfg(test)]
mod tests {
    use crate::read::made::{self, Grey};
    use crate::read::{Limits, pdf};

    /// A page of 72 by 144 points that does `content`; `Im` is a grey picture of 2 by 4 pixels, darkest at the top left, and
    /// `Fax` holds the same in 4 by 2.
    fn page(content: &str) -> Vec<u8> {
        let levels = [0, 0x20, 0x40, 0x60, 0x80, 0xa0, 0xc0, 0xe0];
        made::pdf(72, 144, content, &[Grey("Im", 2, 4, &levels), Grey("Fax", 4, 2, &levels)])
    }

    #[test]
    fn the_one_picture_of_a_page_is_taken_as_it_was_stored() {
        struct Case(&'static str, bool);
        for Case(content, scan) in [
            Case("q 72 0 0 144 0 0 cm /Im Do Q", true),
            Case("1 g 0 0 72 144 re f q 72 0 0 144 0 0 cm /Im Do Q", true),
            Case("q 72 0 0 144 0 0 cm /Im Do Q 0 g 5 5 20 20 re f", false),
            Case("q 36 0 0 72 0 0 cm /Im Do Q", false),
            Case("q -72 0 0 144 72 0 cm /Im Do Q", false),
            Case("q 72 0 0 -144 0 144 cm /Im Do Q", false),
            Case("q 0 144 -72 0 72 0 cm /Im Do Q", false),
            Case("q 72 0 0 144 0 0 cm /Fax Do Q", false),
        ] {
            let bytes = page(content);
            let file = pdf::open(&bytes, &Limits::default()).unwrap();
            let painted = file.painted(0);
            assert_eq!(painted.scan, scan.then_some(0), "{content}");
            let stored = painted.scan.and_then(|place| file.stored(0, place));
            assert_eq!(stored.is_some(), scan, "{content}");
            if let Some(stored) = stored {
                let stored = stored.grey().into_owned();
                assert_eq!(stored.dimensions(), (2, 4));
                assert_eq!(stored.into_raw(), [0, 0x20, 0x40, 0x60, 0x80, 0xa0, 0xc0, 0xe0]);
                let drawn = file.pixels(0, 1.0).unwrap();
                assert!(drawn.get_pixel(5, 5).0[0] < 0x30 && drawn.get_pixel(66, 139).0[0] > 0xb0, "as it is drawn");
            }
        }
    }
}
