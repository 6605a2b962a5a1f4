//! From bytes to pages of text: the format found by content, native text where it can be trusted, recognition elsewhere.
//!
//! Goes in: the bytes of one source, a range of pages, limits, a recognition engine. Comes out: a [`ReadDocument`], or a
//! [`Fault`] as data when the file cannot be read at all. Bytes from outside may make a parser allocate or loop: callers
//! run this in a child process with limits of its own.

mod archive;
mod codes;
mod format;
mod guests;
mod ink;
mod inside;
mod layout;
mod limits;
#[cfg(test)]
mod made;
mod mail;
mod marks;
mod paint;
mod pdf;
mod photo;
mod raster;
mod recognise;
mod second;
mod signs;
mod stored;
mod trust;
mod zone;

pub use inside::MOST_ATTACHMENTS;
pub use limits::{DOCUMENT_WORDS, Limits, check_words};
pub use mail::LONGEST_TEXT;

use crate::document::{Fault, FaultCode, Format, Legibility, Metadata, ReadDocument, ReadPage, Sign};
use crate::engines::{EngineError, Letters, Ocr};
use crate::geometry::Rect;
use crate::picture::is_page;
use crate::text::{Line, Origin, TextLayer};
use image::{GrayImage, RgbImage, imageops};
use pdf::PdfFile;
use photo::Picture;
use raster::PictureFile;
use recognise::Source;
use std::borrow::Cow;
use std::ops::RangeInclusive;
use thiserror::Error;
use trust::Trust;

/// Dots per inch at which pages are recognised: as good as 300 and a quarter faster (measured with Tesseract, grey).
pub const DPI: f32 = 200.0;

/// Why a source gave no pages.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file is at fault: it gets its result line.
    #[error("{}", .0.message)]
    Fault(Fault),
    /// The engine is at fault.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<Fault> for ReadError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Points of a PDF in an inch.
const POINTS: f32 = 72.0;
/// A page is never recognised larger than this on its longer side, in pixels.
const LONGEST: f32 = 4000.0;
/// A page that draws at least this many small squares may have boxes to tick.
const FEWEST_SQUARES: usize = 2;
/// Width over height of a page that could not be opened: a sheet's.
const UNKNOWN_ASPECT: f32 = 0.7;
/// A page narrower than this at [`DPI`], in pixels, is a picture in a small box: it is enlarged.
const NARROWEST: f32 = 1000.0;

/// Reads the pages of a source, or those of a range (counted from 1, cut to what exists). Tells `begin` the number of
/// each page before it is read: a caller that gives every page its time starts to count there.
///
/// # Errors
/// A fault of the file, or of the engine.
pub fn document(
    bytes: &[u8],
    pages: Option<RangeInclusive<u32>>,
    limits: &Limits,
    ocr: &mut dyn Ocr,
    stopwatch: fn() -> u64,
    begin: &mut dyn FnMut(u32),
) -> Result<ReadDocument, ReadError> {
    let format = format::of(bytes, limits)?;
    let mut timed = Timed { ocr, stopwatch, spent: 0 };
    let start = stopwatch();
    let (message, files) = match format {
        Format::Eml => {
            let (message, files) = mail::open(bytes, limits)?;
            (Some(Box::new(message)), files)
        }
        Format::Zip => (None, archive::open(bytes, limits)?),
        _ => (None, Vec::new()),
    };
    let (read, attachments) = match format.holds_files() {
        true => inside::files(files, pages, limits, &mut timed, begin)?,
        false => (file(bytes, format, pages, limits, &mut timed, begin)?, Vec::new()),
    };
    if format == Format::Zip {
        archive::check(&read, &attachments)?;
    }
    let Read { page_count, mut pages, signs, metadata } = read;
    check_words(&pages)?;
    pages.iter_mut().for_each(keep_on_page);
    let ocr_ms = timed.spent / 1000;
    let read_ms = (stopwatch() - start) / 1000 - ocr_ms.min((stopwatch() - start) / 1000);
    Ok(ReadDocument { format, page_count, pages, signs, metadata, message, attachments, read_ms, ocr_ms })
}

/// Reads the pages of one file, which holds no others.
fn file(
    bytes: &[u8],
    format: Format,
    pages: Option<RangeInclusive<u32>>,
    limits: &Limits,
    ocr: &mut dyn Ocr,
    begin: &mut dyn FnMut(u32),
) -> Result<Read, ReadError> {
    match format {
        Format::Pdf => pdf_document(bytes, pages, limits, ocr, begin),
        Format::Eml | Format::Zip => {
            let message =
                "un courriel ou une archive est joint en pièce : l'ouvrir et déposer à part ce qu'il contient";
            Err(Fault::new(FaultCode::FormatInconnu, message).into())
        }
        _ => picture_document(&raster::open(bytes, format, limits)?, pages, ocr, begin),
    }
}

/// Cuts boxes at the edges of their page: a font may say that a letter is a mile wide.
fn keep_on_page(page: &mut ReadPage) {
    let cut = |edge: f32| if edge.is_nan() { 0.0 } else { edge.clamp(0.0, 1.0) };
    for line in &mut page.layer.lines {
        for rect in line.words.iter_mut().map(|word| &mut word.rect).chain([&mut line.rect]) {
            *rect = Rect { x0: cut(rect.x0), y0: cut(rect.y0), x1: cut(rect.x1), y1: cut(rect.y1) };
        }
    }
}

/// What was read of a source.
struct Read {
    page_count: u32,
    pages: Vec<ReadPage>,
    signs: Vec<Sign>,
    metadata: Metadata,
}

/// An engine whose time is counted apart.
struct Timed<'a> {
    ocr: &'a mut dyn Ocr,
    stopwatch: fn() -> u64,
    spent: u64,
}

impl Timed<'_> {
    fn timed<T>(&mut self, work: impl FnOnce(&mut dyn Ocr) -> T) -> T {
        let start = (self.stopwatch)();
        let made = work(self.ocr);
        self.spent += (self.stopwatch)() - start;
        made
    }
}

impl Ocr for Timed<'_> {
    fn recognise(&mut self, page: &GrayImage) -> Result<Vec<Line>, EngineError> {
        self.timed(|ocr| ocr.recognise(page))
    }

    fn recognise_block(&mut self, block: &GrayImage) -> Result<Vec<Line>, EngineError> {
        self.timed(|ocr| ocr.recognise_block(block))
    }

    fn zone_letters(&mut self, strip: &GrayImage) -> Result<Vec<Letters>, EngineError> {
        self.timed(|ocr| ocr.zone_letters(strip))
    }
}

/// Cuts a range of pages to what exists; as indices from 0.
fn wanted(pages: Option<RangeInclusive<u32>>, count: u32) -> std::ops::Range<usize> {
    let (from, to) = pages.map_or((1, count), RangeInclusive::into_inner);
    (from.max(1) - 1) as usize..(to.min(count).max(from.max(1) - 1)) as usize
}

fn pdf_document(
    bytes: &[u8],
    pages: Option<RangeInclusive<u32>>,
    limits: &Limits,
    ocr: &mut dyn Ocr,
    begin: &mut dyn FnMut(u32),
) -> Result<Read, ReadError> {
    let mut file = pdf::open(bytes, limits)?;
    let page_count = file.page_count();
    let range = wanted(pages, page_count);
    let metadata = file.metadata();
    // The file as a whole is looked at once, with its first page.
    let mut signs = if range.start == 0 { signs::of_file(bytes, &metadata, Some(&file), limits) } else { Vec::new() };
    let mut read = Vec::new();
    for index in range {
        begin(number(index));
        let (page, page_signs) = pdf_page(&mut file, index, limits, ocr)?;
        read.push(page);
        signs.extend(page_signs);
    }
    Ok(Read { page_count, pages: read, signs, metadata })
}

fn pdf_page(
    file: &mut PdfFile,
    index: usize,
    limits: &Limits,
    ocr: &mut dyn Ocr,
) -> Result<(ReadPage, Vec<Sign>), ReadError> {
    let number = number(index);
    let size = file.size(index);
    let aspect = size.width / size.height;
    let painted = file.painted(index);
    let seen: Vec<layout::Glyph> = painted.seen().map(|glyph| glyph.glyph.clone()).collect();
    // What a box hides is known to the second path only.
    let hides = painted.seen().count() < painted.glyphs.len();
    let extracted = if painted.glyphs.is_empty() || hides { None } else { file.extracted(index) };
    let believed = extracted.filter(|glyphs| agrees(glyphs, &seen));
    let lines = layout::lines(believed.as_ref().unwrap_or(&seen), size.width, size.height);
    if trust::judge(&painted, &lines, || file.pixels(index, 50.0 / POINTS)) == Trust::Native {
        let lines = match painted.squares >= FEWEST_SQUARES {
            true => match file.pixels(index, DPI / POINTS) {
                Some(pixels) => recognise::marked(lines, &pixels),
                None => lines,
            },
            false => lines,
        };
        let layer = TextLayer { origin: Origin::Native, lines };
        let legibility = Legibility { confidence: 1.0, ink_covered: 1.0 };
        let page = ReadPage::new(number, aspect, layer, legibility);
        return Ok((page, signs::of_page(number, &painted, size)));
    }
    let scale = recognition_scale(size.width, size.height, limits);
    // A scan is taken as it was stored: drawing it again would cost time and sharpness. It may be a photo, too.
    let stored = painted.scan.and_then(|place| file.stored(index, place));
    let grey = stored.as_ref().map(Picture::grey);
    if let (Some(picture), Some(grey)) = (&stored, &grey)
        && !is_page(grey)
        && let Some(quad) = photo::sheet(picture, grey)
    {
        let page = photo::flattened(number, grey, &quad, ocr)?;
        let signs = signs::of_picture(grey, &page);
        return Ok((page, signs));
    }
    let resolution = grey.as_ref().map_or(1.0, |grey| scale * size.width / grey.width().max(1) as f32);
    let Some(grey) = grey.or_else(|| file.pixels(index, scale).map(Cow::Owned)) else {
        return Ok((ReadPage::blank(number, aspect), Vec::new()));
    };
    let scaled = recognise::scaled(&grey, resolution);
    let source = if painted.pictured < 0.3 { Source::Drawn } else { Source::taken(&grey, &scaled) };
    let page = recognise::page(number, &scaled, source, ocr)?;
    let signs = if source == Source::Drawn { Vec::new() } else { signs::of_picture(&scaled, &page) };
    Ok((page, signs))
}

/// Tells whether the two text paths saw the same letters in the same breadth. `pdf-extract` 0.12 misreads widths that a font
/// gives by ranges and stacks the letters on one another; its words would be torn.
fn agrees(extracted: &[layout::Glyph], seen: &[layout::Glyph]) -> bool {
    let measure = |glyphs: &[layout::Glyph]| {
        let letters = glyphs.iter().filter(|glyph| glyph.text.chars().any(char::is_alphanumeric));
        letters.fold((0.0f32, 0.0f32), |(count, breadth), glyph| (count + 1.0, breadth + glyph.x1 - glyph.x0))
    };
    let ((count, breadth), (expected, expected_breadth)) = (measure(extracted), measure(seen));
    let near = |a: f32, b: f32| (a - b).abs() <= 0.1 * b;
    near(count, expected) && near(breadth, expected_breadth) && agree_one_by_one(extracted, seen)
}

/// Where both paths give the same letters, tells whether few of them differ in breadth: one wrong width in ten tears words
/// ("C ontrat") and hardly shows in the sum.
fn agree_one_by_one(extracted: &[layout::Glyph], seen: &[layout::Glyph]) -> bool {
    let letters = |glyphs: &[layout::Glyph]| -> Vec<layout::Glyph> {
        glyphs.iter().filter(|glyph| !glyph.text.trim().is_empty()).cloned().collect()
    };
    let (ours, theirs) = (letters(extracted), letters(seen));
    let same = ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(a, b)| a.text == b.text);
    if !same {
        return true;
    }
    let apart = |(a, b): &(&layout::Glyph, &layout::Glyph)| {
        let (one, other) = (a.x1 - a.x0, b.x1 - b.x0);
        (one - other).abs() > 0.2 * other.max(0.1 * b.size)
    };
    let differing = ours.iter().zip(&theirs).filter(apart).count();
    differing * 100 <= ours.len()
}

/// Gives the pixels a point at which a page is recognised.
fn recognition_scale(width: f32, height: f32, limits: &Limits) -> f32 {
    let mut scale = DPI / POINTS;
    if width * scale < NARROWEST {
        scale = (1400.0 / width).min(4.0 * scale);
    }
    let longest = width.max(height) * scale;
    if longest > LONGEST {
        scale *= LONGEST / longest;
    }
    let pixels = width * height * scale * scale;
    if pixels > limits.pixels as f32 {
        scale *= (limits.pixels as f32 / pixels).sqrt();
    }
    scale
}

fn picture_document(
    file: &PictureFile<'_>,
    pages: Option<RangeInclusive<u32>>,
    ocr: &mut dyn Ocr,
    begin: &mut dyn FnMut(u32),
) -> Result<Read, ReadError> {
    let page_count = file.page_count();
    let range = wanted(pages, page_count);
    let metadata = file.metadata();
    let mut signs =
        if range.start == 0 { signs::of_file(file.bytes, &metadata, None, file.limits) } else { Vec::new() };
    let mut read = Vec::new();
    for index in range {
        begin(number(index));
        match file.picture(index) {
            Ok(picture) => {
                let grey = picture.grey();
                let page = photo::page(number(index), &picture, &grey, ocr)?;
                signs.extend(signs::of_picture(&grey, &page));
                read.push(page);
            }
            // One bad page among others takes nothing from them.
            Err(fault) if page_count > 1 && fault.code == FaultCode::FichierCorrompu => {
                read.push(ReadPage::blank(number(index), UNKNOWN_ASPECT));
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(Read { page_count, pages: read, signs, metadata })
}

/// Gives the number of a page from its index.
fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// Gives the pixels of one page as a reader sees it, at most 2,000 pixels high, for people to look at.
///
/// # Errors
/// A fault of the file, or of a page number that it does not have.
pub fn page_image(bytes: &[u8], page: u32, limits: &Limits) -> Result<RgbImage, Fault> {
    const HIGHEST: u32 = 2000;
    let index = page.saturating_sub(1) as usize;
    let missing =
        || Fault::new(FaultCode::FichierCorrompu, format!("la page {page} n'existe pas ou ne peut pas être affichée"));
    match format::of(bytes, limits)? {
        Format::Pdf => {
            let file = pdf::open(bytes, limits)?;
            if index >= file.page_count() as usize {
                return Err(missing());
            }
            let size = file.size(index);
            let scale = (120.0 / POINTS).min(HIGHEST as f32 / size.width.max(size.height));
            file.colours(index, scale).ok_or_else(missing)
        }
        format => {
            let picture = {
                let file = raster::open(bytes, format, limits)?;
                if index >= file.page_count() as usize {
                    return Err(missing());
                }
                file.picture(index)?.into_colours()
            };
            let (width, height) = picture.dimensions();
            if width.max(height) <= HIGHEST {
                return Ok(picture);
            }
            let scale = HIGHEST as f32 / width.max(height) as f32;
            Ok(imageops::thumbnail(
                &picture,
                ((width as f32 * scale) as u32).max(1),
                ((height as f32 * scale) as u32).max(1),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads nothing, and remembers what it was shown.
    #[derive(Default)]
    struct Shown(Vec<(u32, u32)>);

    impl Ocr for Shown {
        fn recognise(&mut self, page: &GrayImage) -> Result<Vec<Line>, EngineError> {
            self.0.push(page.dimensions());
            Ok(Vec::new())
        }

        fn zone_letters(&mut self, _: &GrayImage) -> Result<Vec<Letters>, EngineError> {
            Ok(Vec::new())
        }
    }

    /// A PDF of one page of 600 by 800 points that is one picture of as many pixels.
    fn pictured(level: impl Fn(f32, f32) -> u8) -> Vec<u8> {
        let levels: Vec<u8> = (0..600 * 800).map(|i| level((i % 600) as f32, (i / 600) as f32)).collect();
        made::pdf(600, 800, "q 600 0 0 800 0 0 cm /Im Do Q", &[made::Grey("Im", 600, 800, &levels)])
    }

    fn shown(bytes: &[u8]) -> (u32, u32) {
        let mut ocr = Shown::default();
        document(bytes, None, &Limits::default(), &mut ocr, || 0, &mut |_| ()).unwrap();
        ocr.0[0]
    }

    #[test]
    fn a_photo_in_a_pdf_is_flattened_as_one_by_itself_and_a_scan_is_not() {
        let ink = |x: f32, y: f32| ((y / 9.0) as u32).is_multiple_of(3) && !((x / 5.0) as u32).is_multiple_of(3);
        let (width, _) = shown(&pictured(|x, y| {
            let (x, y) = (x - 0.04 * y, y + 0.03 * x);
            match (80.0..480.0).contains(&x) && (90.0..700.0).contains(&y) {
                true if ink(x, y) && (120.0..440.0).contains(&x) && (130.0..600.0).contains(&y) => 40,
                true => 235,
                false => 70,
            }
        }));
        assert_eq!(width, recognise::sheet_width(false));
        let (width, height) =
            shown(&pictured(|x, y| if ink(x, y) && (60.0..540.0).contains(&x) && y > 60.0 { 40 } else { 240 }));
        assert!((width * 4).abs_diff(height * 3) < 12, "the page as a whole: {width} by {height}");
    }
}
