//! Picture files: decoded within limits, set upright.

use super::Limits;
use super::photo::Picture;
use crate::document::{Fault, FaultCode, Format, Metadata};
use exif::{In, Tag, Value};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};
use std::io::Cursor;

/// An open picture file, decoded page by page: a hundred pages of a fax at once would fill the memory of a reader.
pub(super) struct PictureFile<'a> {
    pub(super) bytes: &'a [u8],
    format: ImageFormat,
    pub(super) limits: &'a Limits,
    /// Where the directories of a TIFF are; empty for the formats of one picture.
    directories: Vec<u32>,
}

/// Opens a file.
pub(super) fn open<'a>(bytes: &'a [u8], format: Format, limits: &'a Limits) -> Result<PictureFile<'a>, Fault> {
    let (format, directories) = match format {
        Format::Jpeg => (ImageFormat::Jpeg, Vec::new()),
        Format::Png => (ImageFormat::Png, Vec::new()),
        Format::Webp => (ImageFormat::WebP, Vec::new()),
        Format::Tiff => (ImageFormat::Tiff, tiff_directories(bytes, limits)?),
        Format::Pdf | Format::Eml | Format::Zip => {
            return Err(Fault::new(FaultCode::FormatInconnu, "un PDF, un courriel ou une archive n'est pas une image"));
        }
    };
    Ok(PictureFile { bytes, format, limits, directories })
}

impl PictureFile<'_> {
    /// Gives the number of pages.
    pub(super) fn page_count(&self) -> u32 {
        u32::try_from(self.directories.len()).unwrap_or(u32::MAX).max(1)
    }

    /// Decodes page `index` (from 0).
    pub(super) fn picture(&self, index: usize) -> Result<Picture, Fault> {
        let Some(offset) = self.directories.get(index) else { return one(self.bytes, self.format, self.limits) };
        // `image` gives the first directory only, and the header points at it: pointed at another, the file shows that.
        let mut turned = self.bytes.to_vec();
        let place = if self.bytes.starts_with(b"II") { offset.to_le_bytes() } else { offset.to_be_bytes() };
        turned[4..8].copy_from_slice(&place);
        one(&turned, self.format, self.limits)
    }

    /// Gives what the file says of itself.
    pub(super) fn metadata(&self) -> Metadata {
        metadata(self.bytes)
    }
}

fn one(bytes: &[u8], format: ImageFormat, limits: &Limits) -> Result<Picture, Fault> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut own = image::Limits::default();
    own.max_alloc = Some(limits.stream_bytes);
    reader.limits(own);
    let mut decoder = reader.into_decoder().map_err(|error| broken(&error))?;
    let (width, height) = decoder.dimensions();
    limits.check_pixels(u64::from(width), u64::from(height), "l'image")?;
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| broken(&error))?;
    picture.apply_orientation(orientation);
    Ok(Picture(on_white(picture)))
}

/// Puts transparent pictures on white paper.
fn on_white(picture: DynamicImage) -> DynamicImage {
    let colour = picture.color();
    if !colour.has_alpha() {
        return if colour.has_color() { picture.into_rgb8().into() } else { picture.into_luma8().into() };
    }
    let rgba = picture.into_rgba8();
    let white = RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        let over = |c: u8| ((u32::from(c) * u32::from(a) + 255 * (255 - u32::from(a))) / 255) as u8;
        image::Rgb([over(r), over(g), over(b)])
    });
    white.into()
}

fn broken(error: &image::ImageError) -> Fault {
    match error {
        image::ImageError::Limits(_) => {
            Fault::new(FaultCode::TropVolumineux, "l'image décompressée dépasse la limite : la réduire")
        }
        _ => Fault::new(FaultCode::FichierCorrompu, "l'image est endommagée ou tronquée : la demander à nouveau"),
    }
}

/// Walks the chain of directories (TIFF 6.0, section 2), each once, as far as pages are read.
fn tiff_directories(bytes: &[u8], limits: &Limits) -> Result<Vec<u32>, Fault> {
    let little = bytes.starts_with(b"II");
    let short = |at: usize| {
        bytes
            .get(at..at + 2)
            .map(|b| if little { u16::from_le_bytes([b[0], b[1]]) } else { u16::from_be_bytes([b[0], b[1]]) })
    };
    let long = |at: usize| {
        bytes.get(at..at + 4).map(|b| {
            if little {
                u32::from_le_bytes([b[0], b[1], b[2], b[3]])
            } else {
                u32::from_be_bytes([b[0], b[1], b[2], b[3]])
            }
        })
    };
    let mut offsets: Vec<u32> = Vec::new();
    let mut next = long(4);
    while let Some(offset) = next.filter(|&offset| offset != 0 && !offsets.contains(&offset)) {
        let Some(entries) = short(offset as usize) else { break };
        offsets.push(offset);
        limits.check_pages(offsets.len() as u64)?;
        next = long(offset as usize + 2 + 12 * usize::from(entries));
    }
    if offsets.is_empty() {
        return Err(Fault::new(FaultCode::FichierCorrompu, "le TIFF n'a aucune page lisible : le demander à nouveau"));
    }
    Ok(offsets)
}

/// Gives the letters of a text that somebody may have made to do something to a screen.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect::<String>().trim().to_owned()
}

fn metadata(bytes: &[u8]) -> Metadata {
    let Ok(data) = exif::Reader::new().read_from_container(&mut Cursor::new(bytes)) else { return Metadata::default() };
    let text = |tag: Tag| match data.get_field(tag, In::PRIMARY).map(|field| &field.value) {
        Some(Value::Ascii(parts)) => {
            parts.first().map(|bytes| printable(&String::from_utf8_lossy(bytes))).filter(|text| !text.is_empty())
        }
        _ => None,
    };
    // "2026:11:23 10:00:00".
    let day = |tag: Tag| text(tag).and_then(|text| text.get(..10).map(|day| day.replace(':', "-")));
    Metadata {
        producer: text(Tag::Software),
        creator: text(Tag::Model),
        created: day(Tag::DateTimeOriginal),
        modified: day(Tag::DateTime),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A TIFF of grey pages, one pixel each; `next` gives where each directory points to.
    fn tiff(pages: u32, next: impl Fn(u32) -> u32) -> Vec<u8> {
        const DIRECTORY: u32 = 2 + 8 * 12 + 4;
        let mut bytes = b"II*\0".to_vec();
        bytes.extend(8u32.to_le_bytes());
        for page in 0..pages {
            let data = 8 + pages * DIRECTORY;
            bytes.extend(8u16.to_le_bytes());
            for (tag, value) in [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, data), (278, 1), (279, 1)]
                .map(|(t, v)| (t as u16, v))
            {
                bytes.extend(tag.to_le_bytes());
                bytes.extend(4u16.to_le_bytes());
                bytes.extend(1u32.to_le_bytes());
                bytes.extend(value.to_le_bytes());
            }
            bytes.extend(next(page).to_le_bytes());
        }
        bytes.push(0x40);
        bytes
    }

    const STEP: u32 = 2 + 8 * 12 + 4;

    fn check(bytes: &[u8], expected: Result<u32, FaultCode>) {
        let limits = Limits { pages: 20, ..Limits::default() };
        let got = open(bytes, Format::Tiff, &limits).map(|file| file.page_count()).map_err(|fault| fault.code);
        assert_eq!(got, expected);
    }

    #[test]
    fn directories_are_walked_once_and_no_further_than_pages_are_read() {
        let chain = |pages: u32| move |page| if page + 1 == pages { 0 } else { 8 + (page + 1) * STEP };
        check(&tiff(3, chain(3)), Ok(3));
        check(&tiff(3, |_| 8), Ok(1));
        check(&tiff(2, |page| 8 + (1 - page) * STEP), Ok(2));
        check(&tiff(30, chain(30)), Err(FaultCode::TropVolumineux));
        check(b"II*\0\xff\xff\xff\x7f", Err(FaultCode::FichierCorrompu));
    }

    #[test]
    fn a_page_is_decoded_without_the_others() {
        let limits = Limits::default();
        let bytes = tiff(2, |page| if page == 0 { 8 + STEP } else { 0 });
        let file = open(&bytes, Format::Tiff, &limits).unwrap();
        assert_eq!(file.picture(1).unwrap().into_colours().get_pixel(0, 0).0, [0x40; 3]);
        // The second page's data lies beyond the end; the first is there.
        let mut torn = bytes.clone();
        let at = 8 + STEP as usize + 2 + 5 * 12 + 8;
        torn[at..at + 4].copy_from_slice(&9_999_999u32.to_le_bytes());
        let file = open(&torn, Format::Tiff, &limits).unwrap();
        assert!(file.picture(0).is_ok());
        assert_eq!(file.picture(1).err().map(|fault| fault.code), Some(FaultCode::FichierCorrompu));
    }
}
