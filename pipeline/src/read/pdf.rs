//! PDF files: opened once, then page by page native text, what is painted, and pixels.
//!
//! `pdf-extract` gives the text; it panics on some files, so it runs under `catch_unwind`, and `hayro`, which never did on
//! the same files, gives the text where it fails, what is painted in which order, and the pixels.

use super::Limits;
use super::layout::Glyph;
use super::paint::{Painted, Painter};
use super::photo::{Picture, luma};
use super::stored::Taker;
use crate::document::{Fault, FaultCode, Metadata};
use hayro::hayro_interpret::{Context, Device, InterpreterCache, InterpreterSettings, interpret_page};
use hayro::hayro_syntax::LoadPdfError;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, Pdf};
use hayro::kurbo::{Affine, Point, Rect as KurboRect};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::{GrayImage, RgbImage};
use pdf_extract::{Document, MediaBox, OutputDev, OutputError, Transform, output_doc_page};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// One open file.
pub(super) struct PdfFile {
    pdf: Pdf,
    extract: Option<Document>,
}

/// Size of a page as a reader sees it, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PageSize {
    pub(super) width: f32,
    pub(super) height: f32,
}

impl PageSize {
    /// Tells whether a reader sees any of a glyph; text beside the page is for machines only, or at no finite place at all.
    pub(super) fn holds(&self, glyph: &Glyph) -> bool {
        glyph.x1 > 0.0 && glyph.x0 < self.width && glyph.y > 0.0 && glyph.y - glyph.size < self.height
    }
}

/// Opens a file.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<PdfFile, Fault> {
    let data: Arc<Vec<u8>> = Arc::new(bytes.to_vec());
    let pdf = Pdf::new(data).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            Fault::new(FaultCode::MotDePasse, "le PDF demande un mot de passe : demander une copie sans mot de passe")
        }
        LoadPdfError::Decryption(_) => Fault::new(
            FaultCode::MotDePasse,
            "le PDF est protégé d'une manière inconnue : demander une copie sans protection",
        ),
        LoadPdfError::Invalid => {
            Fault::new(FaultCode::FichierCorrompu, "le PDF est endommagé ou tronqué : le demander à nouveau")
        }
    })?;
    let pages = pdf.pages().len() as u64;
    if pages == 0 {
        return Err(Fault::new(FaultCode::FichierCorrompu, "le PDF n'a aucune page : le demander à nouveau"));
    }
    limits.check_pages(pages)?;
    Ok(PdfFile { pdf, extract: None })
}

impl PdfFile {
    /// Gives the number of pages.
    pub(super) fn page_count(&self) -> u32 {
        u32::try_from(self.pdf.pages().len()).unwrap_or(u32::MAX)
    }

    /// Gives what the file says of itself.
    pub(super) fn metadata(&self) -> Metadata {
        let data = self.pdf.metadata();
        let text = |bytes: &Option<Box<[u8]>>| bytes.as_deref().map(pdf_text).filter(|text| !text.is_empty());
        let day = |date: &Option<hayro::hayro_syntax::object::DateTime>| {
            date.as_ref().map(|d| format!("{:04}-{:02}-{:02}", d.year, d.month, d.day))
        };
        Metadata {
            producer: text(&data.producer),
            creator: text(&data.creator),
            created: day(&data.creation_date),
            modified: day(&data.modification_date),
        }
    }

    /// Gives the size of page `index` (from 0).
    pub(super) fn size(&self, index: usize) -> PageSize {
        let (width, height) = self.pdf.pages()[index].render_dimensions();
        PageSize { width: width.max(1.0), height: height.max(1.0) }
    }

    /// Runs through page `index` and notes what is painted, in order.
    pub(super) fn painted(&self, index: usize) -> Painted {
        let mut painter = Painter::new(self.size(index));
        self.run_through(index, &mut painter);
        painter.finish()
    }

    fn run_through<'a>(&'a self, index: usize, device: &mut impl Device<'a>) {
        let page = &self.pdf.pages()[index];
        let size = self.size(index);
        let area = KurboRect::new(0.0, 0.0, f64::from(size.width), f64::from(size.height));
        let cache = InterpreterCache::new();
        let mut context = Context::new(to_viewer(page), area, &cache, page.xref(), settings());
        interpret_page(page, &mut context, device);
    }

    /// Gives the pixels of the `place`-th picture (from 0) that page `index` paints, as they were stored.
    pub(super) fn stored(&self, index: usize, place: usize) -> Option<Picture> {
        let run = || {
            let mut taker = Taker::new(place);
            self.run_through(index, &mut taker);
            taker.taken
        };
        catch_unwind(AssertUnwindSafe(run)).ok().flatten()
    }

    /// Gives the native characters of page `index` by `pdf-extract`; `None` where it fails.
    pub(super) fn extracted(&mut self, index: usize) -> Option<Vec<Glyph>> {
        if self.extract.is_none() {
            let bytes = self.pdf.data().as_ref();
            let load = || {
                Document::load_mem(bytes).ok().and_then(|mut document| {
                    if document.is_encrypted() {
                        document.decrypt("").ok()?;
                    }
                    Some(document)
                })
            };
            self.extract = catch_unwind(AssertUnwindSafe(load)).ok().flatten();
        }
        let document = self.extract.as_ref()?;
        let number = u32::try_from(index + 1).ok()?;
        let to_viewer = to_viewer(&self.pdf.pages()[index]);
        let mut collector = Collector { to_viewer, size: self.size(index), glyphs: Vec::new() };
        let run = || output_doc_page(document, &mut collector, number);
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(())) => Some(collector.glyphs),
            _ => None,
        }
    }

    /// Gives the pixels of page `index` in grey.
    pub(super) fn pixels(&self, index: usize, scale: f32) -> Option<GrayImage> {
        let (width, height, grey) = self.render(index, scale, luma)?;
        GrayImage::from_raw(width, height, grey)
    }

    /// Gives the pixels of page `index` in colour.
    pub(super) fn colours(&self, index: usize, scale: f32) -> Option<RgbImage> {
        let (width, height, colours) = self.render(index, scale, |r, g, b| [r, g, b])?;
        RgbImage::from_raw(width, height, colours.into_flattened())
    }

    /// Draws a page; gives its width, its height, and what `pixel` makes of red, green and blue, row by row.
    fn render<T>(&self, index: usize, scale: f32, pixel: impl Fn(u8, u8, u8) -> T) -> Option<(u32, u32, Vec<T>)> {
        let page = &self.pdf.pages()[index];
        let cache = RenderCache::new();
        let pixmap_settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let draw = || hayro::render(page, &cache, &settings(), &RenderSettings::default(), &pixmap_settings);
        let pixmap = catch_unwind(AssertUnwindSafe(draw)).ok()?;
        let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
        let pixels = pixmap.data().iter().map(|p| pixel(p.r, p.g, p.b)).collect();
        (width > 0 && height > 0).then_some((width, height, pixels))
    }
}

fn settings() -> InterpreterSettings {
    InterpreterSettings::default()
}

/// Gives the transform from the page's own space to points as a reader sees them, origin at the top left.
fn to_viewer(page: &Page<'_>) -> Affine {
    let t = page.initial_transform(true);
    Affine::new(t.as_coeffs())
}

/// Reads a text string of a PDF: UTF-16 with a mark, UTF-8 with a mark, else Latin letters.
fn pdf_text(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units: Vec<u16> = rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        other => other.iter().map(|&byte| char::from(byte)).collect(),
    };
    text.chars().filter(|c| !c.is_control()).take(200).collect::<String>().trim().to_owned()
}

/// Collects what `pdf-extract` puts out.
struct Collector {
    to_viewer: Affine,
    size: PageSize,
    glyphs: Vec<Glyph>,
}

impl OutputDev for Collector {
    fn begin_page(&mut self, _: u32, _: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        trm: &Transform,
        width: f64,
        _: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        let place = self.to_viewer * Affine::new([trm.m11, trm.m12, trm.m21, trm.m22, trm.m31, trm.m32]);
        let (from, to, up) = (
            place * Point::new(0.0, 0.0),
            place * Point::new(width * font_size, 0.0),
            place * Point::new(0.0, font_size),
        );
        self.glyphs.extend(placed(text, from, to, up).filter(|glyph| self.size.holds(glyph)));
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// Builds a glyph from the ends of its baseline and the top of its em; text that does not run to the right is left out.
pub(super) fn placed(text: &str, from: Point, to: Point, up: Point) -> Option<Glyph> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let size = (up - from).hypot();
    let level = dx >= 0.0 && dy.abs() <= 0.2 * dx.max(size * 0.1);
    (level && size.is_finite() && size > 0.5 && up.y < from.y).then(|| Glyph {
        text: text.to_owned(),
        x0: from.x as f32,
        x1: to.x as f32,
        y: from.y as f32,
        size: size as f32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_beside_the_page_is_not_on_it() {
        let size = PageSize { width: 595.0, height: 842.0 };
        let glyph = |x0, x1, y| Glyph { text: "A".to_owned(), x0, x1, y, size: 10.0 };
        assert!(size.holds(&glyph(590.0, 600.0, 400.0)));
        assert!(size.holds(&glyph(10.0, 16.0, 845.0)));
        for beside in [
            glyph(-20.0, -10.0, 400.0),
            glyph(600.0, 610.0, 400.0),
            glyph(10.0, 16.0, -5.0),
            glyph(10.0, 16.0, 900.0),
            glyph(f32::INFINITY, f32::INFINITY, 400.0),
            glyph(f32::NAN, f32::NAN, f32::NAN),
        ] {
            assert!(!size.holds(&beside), "{beside:?}");
        }
    }
}
