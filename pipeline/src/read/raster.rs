//! Picture files: decoded within limits, set upright, flattened when they are photos.

use super::{Limits, ReadError, recognise};
use crate::document::{Fault, FaultCode, Format, Metadata, ReadPage};
use crate::engines::Ocr;
use crate::geometry::Rect;
use crate::picture;
use exif::{In, Tag, Value};
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage, imageops};
use std::io::Cursor;

/// One page of a picture file, as a reader sees it.
pub(super) struct Picture {
    pub(super) pixels: RgbImage,
}

/// Decodes every picture of a file.
pub(super) fn decode(bytes: &[u8], format: Format, limits: &Limits) -> Result<Vec<Picture>, Fault> {
    match format {
        Format::Tiff => tiff_pages(bytes, limits),
        Format::Jpeg => one(bytes, image::ImageFormat::Jpeg, limits),
        Format::Png => one(bytes, image::ImageFormat::Png, limits),
        Format::Webp => one(bytes, image::ImageFormat::WebP, limits),
        Format::Pdf => Ok(Vec::new()),
    }
}

fn one(bytes: &[u8], format: image::ImageFormat, limits: &Limits) -> Result<Vec<Picture>, Fault> {
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
    Ok(vec![Picture { pixels: on_white(picture) }])
}

/// Puts transparent pictures on white paper.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        let over = |c: u8| ((u32::from(c) * u32::from(a) + 255 * (255 - u32::from(a))) / 255) as u8;
        image::Rgb([over(r), over(g), over(b)])
    })
}

fn broken(error: &image::ImageError) -> Fault {
    match error {
        image::ImageError::Limits(_) => {
            Fault::new(FaultCode::TropVolumineux, "l'image décompressée dépasse la limite : la réduire")
        }
        _ => Fault::new(FaultCode::FichierCorrompu, "l'image est endommagée ou tronquée : la demander à nouveau"),
    }
}

/// Reads every directory of a TIFF. `image` gives the first only, so each is read through the decoder under it.
fn tiff_pages(bytes: &[u8], limits: &Limits) -> Result<Vec<Picture>, Fault> {
    let offsets = tiff_directories(bytes);
    limits.check_pages(offsets.len() as u64)?;
    let mut pages = Vec::new();
    for offset in offsets {
        // The header points at the first directory: pointed at another, the file shows that page first.
        let mut turned = bytes.to_vec();
        let place = if bytes.starts_with(b"II") { offset.to_le_bytes() } else { offset.to_be_bytes() };
        turned[4..8].copy_from_slice(&place);
        pages.extend(one(&turned, image::ImageFormat::Tiff, limits)?);
    }
    if pages.is_empty() {
        return Err(Fault::new(FaultCode::FichierCorrompu, "le TIFF n'a aucune page lisible : le demander à nouveau"));
    }
    Ok(pages)
}

/// Walks the chain of directories (TIFF 6.0, section 2), each once.
fn tiff_directories(bytes: &[u8]) -> Vec<u32> {
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
        next = long(offset as usize + 2 + 12 * usize::from(entries));
    }
    offsets
}

/// Reads one picture.
pub(super) fn page(number: u32, picture: &Picture, ocr: &mut dyn Ocr) -> Result<ReadPage, ReadError> {
    let photo = &picture.pixels;
    let Some(quad) = picture::find_sheet(photo) else {
        return recognise::page(number, &recognise::sized(photo), false, ocr);
    };
    let flat = picture::unwarp(&imageops::grayscale(photo), &quad, recognise::sheet_width());
    let mut page = recognise::page(number, &flat, false, ocr)?;
    // From the flat sheet back to the photo, as a reader turns it.
    let size = photo.dimensions();
    let turn = page.turn;
    let back = |rect: &Rect| quad.to_photo(&rect.turned(turn.back()), size).turned(turn);
    for line in &mut page.layer.lines {
        for word in &mut line.words {
            word.rect = back(&word.rect);
        }
        line.rect = back(&line.rect);
    }
    let aspect = size.0 as f32 / size.1 as f32;
    page.aspect = if turn.is_sideways() { 1.0 / aspect } else { aspect };
    Ok(page)
}

/// Gives what a picture says of itself.
pub(super) fn metadata(bytes: &[u8]) -> Metadata {
    let Ok(data) = exif::Reader::new().read_from_container(&mut Cursor::new(bytes)) else { return Metadata::default() };
    let text = |tag: Tag| match data.get_field(tag, In::PRIMARY).map(|field| &field.value) {
        Some(Value::Ascii(parts)) => parts
            .first()
            .map(|bytes| String::from_utf8_lossy(bytes).trim_matches(['\0', ' ']).to_owned())
            .filter(|text| !text.is_empty()),
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
