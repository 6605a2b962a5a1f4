//! What can be wrong in a picture file: sizes, kinds, order and number of its parts, their checks and pointers.

use super::{blind, extreme};
use image::{DynamicImage, ImageFormat, RgbImage};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use std::io::Cursor;

/// Small pictures in colour, in grey, and where the format has it with transparency: reading them takes milliseconds.
pub(super) fn samples(format: ImageFormat) -> Vec<Vec<u8>> {
    let drawn = RgbImage::from_fn(60, 48, |x, y| {
        let ink = (x / 3 + y / 5) % 4 == 0 && (8..40).contains(&y);
        image::Rgb(if ink { [20, 20, 30] } else { [250, 248, (200 + x) as u8] })
    });
    let colour = DynamicImage::ImageRgb8(drawn);
    let mut all = vec![colour.clone()];
    match format {
        ImageFormat::WebP => all.push(DynamicImage::ImageRgba8(colour.to_rgba8())),
        ImageFormat::Jpeg => all.push(DynamicImage::ImageLuma8(colour.to_luma8())),
        _ => {
            all.push(DynamicImage::ImageLuma8(colour.to_luma8()));
            all.push(DynamicImage::ImageRgba8(colour.to_rgba8()));
            all.push(DynamicImage::ImageRgb16(colour.to_rgb16()));
        }
    }
    let written = |picture: DynamicImage| {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("memory takes what is written");
        bytes.into_inner()
    };
    all.into_iter().map(written).collect()
}

/// Makes one thing wrong in a PNG.
pub(super) fn png(bytes: Vec<u8>, dice: &mut ChaCha8Rng) -> Vec<u8> {
    let Some((head, rest)) = bytes.split_at_checked(8) else { return bytes };
    let mut chunks = split(rest, |part| {
        let length = u32::from_be_bytes([part[0], part[1], part[2], part[3]]);
        (length as usize).saturating_add(12)
    });
    spoil(&mut chunks, dice, |chunk, dice| match dice.random_range(0..4) {
        0 => chunk[..4].copy_from_slice(&(extreme(dice) as u32).to_be_bytes()),
        1 => chunk[dice.random_range(4..8)] = dice.random(),
        _ => {
            // A field of the chunk, with a check that says that all is well.
            if chunk.len() > 16 {
                let at = dice.random_range(8..chunk.len() - 7);
                chunk[at..at + 4].copy_from_slice(&(extreme(dice) as u32).to_be_bytes());
            }
            let end = chunk.len() - 4;
            let check = crc(&chunk[4..end]);
            chunk[end..].copy_from_slice(&check.to_be_bytes());
        }
    });
    [head.to_vec(), chunks.concat()].concat()
}

/// The check of a chunk (PNG, annex D).
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Makes one thing wrong in a JPEG.
pub(super) fn jpeg(bytes: Vec<u8>, dice: &mut ChaCha8Rng) -> Vec<u8> {
    let Some((head, rest)) = bytes.split_at_checked(2) else { return bytes };
    let mut segments = split(rest, |part| match part {
        // After the start of the scan comes everything.
        [0xff, 0xda, ..] => usize::MAX,
        _ => usize::from(u16::from_be_bytes([part[2], part[3]])) + 2,
    });
    spoil(&mut segments, dice, |segment, dice| match dice.random_range(0..4) {
        0 => segment[2..4].copy_from_slice(&(extreme(dice) as u16).to_be_bytes()),
        1 => segment[1] = dice.random(),
        _ => {
            if segment.len() > 7 {
                let at = dice.random_range(4..segment.len() - 1);
                segment[at..at + 2].copy_from_slice(&(extreme(dice) as u16).to_be_bytes());
            }
        }
    });
    [head.to_vec(), segments.concat()].concat()
}

/// Makes one thing wrong in a WebP.
pub(super) fn webp(bytes: Vec<u8>, dice: &mut ChaCha8Rng) -> Vec<u8> {
    let Some((head, rest)) = bytes.split_at_checked(12) else { return bytes };
    let mut head = head.to_vec();
    let mut chunks = split(rest, |part| {
        let length = u32::from_le_bytes([part[4], part[5], part[6], part[7]]) as usize;
        (length + length % 2).saturating_add(8)
    });
    if dice.random_ratio(1, 6) {
        head[4..8].copy_from_slice(&(extreme(dice) as u32).to_le_bytes());
    }
    spoil(&mut chunks, dice, |chunk, dice| match dice.random_range(0..4) {
        0 => chunk[4..8].copy_from_slice(&(extreme(dice) as u32).to_le_bytes()),
        1 => chunk[dice.random_range(0..4)] = *b"VP8LXANIMFALPH".choose(dice).unwrap_or(&b'V'),
        _ => {
            for _ in 0..dice.random_range(1..8) {
                let at = dice.random_range(8.min(chunk.len() - 1)..chunk.len());
                chunk[at] = dice.random();
            }
        }
    });
    [head, chunks.concat()].concat()
}

/// Makes one thing wrong in a TIFF: a field of an entry of its directory, or where the next one is.
pub(super) fn tiff(mut bytes: Vec<u8>, dice: &mut ChaCha8Rng) -> Vec<u8> {
    let Some(&[a, b, c, d]) = bytes.get(4..8) else { return bytes };
    let start = u32::from_le_bytes([a, b, c, d]) as usize;
    let Some(&[low, high]) = bytes.get(start..start.saturating_add(2)) else { return blind(bytes, dice) };
    let entries = usize::from(u16::from_le_bytes([low, high]));
    let end = start + 2 + entries * 12;
    if entries == 0 || bytes.len() < end + 4 {
        return blind(bytes, dice);
    }
    let entry = start + 2 + 12 * dice.random_range(0..entries);
    let value = extreme(dice);
    match dice.random_range(0..7) {
        0 => bytes[entry..entry + 2].copy_from_slice(&(value as u16).to_le_bytes()),
        1 => bytes[entry + 2..entry + 4].copy_from_slice(&dice.random_range(0u16..20).to_le_bytes()),
        2 => bytes[entry + 4..entry + 8].copy_from_slice(&(value as u32).to_le_bytes()),
        3 | 4 => bytes[entry + 8..entry + 12].copy_from_slice(&(value as u32).to_le_bytes()),
        5 => bytes[start..start + 2].copy_from_slice(&(value as u16).to_le_bytes()),
        _ => {
            let next = if dice.random() { start as u32 } else { value as u32 };
            bytes[end..end + 4].copy_from_slice(&next.to_le_bytes());
        }
    }
    bytes
}

/// Cuts a file into its parts; the last takes what is left.
fn split(mut rest: &[u8], length: impl Fn(&[u8]) -> usize) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    while rest.len() >= 12 {
        let (part, next) = rest.split_at(length(rest).min(rest.len()).max(4));
        parts.push(part.to_vec());
        rest = next;
    }
    if !rest.is_empty() {
        parts.push(rest.to_vec());
    }
    parts
}

/// Drops, repeats or moves a part, or makes its inside wrong.
fn spoil(parts: &mut Vec<Vec<u8>>, dice: &mut ChaCha8Rng, inside: impl Fn(&mut [u8], &mut ChaCha8Rng)) {
    if parts.is_empty() {
        return;
    }
    let at = dice.random_range(0..parts.len());
    match dice.random_range(0..8) {
        0 => {
            parts.remove(at);
        }
        1 => {
            let again = vec![parts[at].clone(); dice.random_range(1..50)];
            parts.splice(at..at, again);
        }
        2 => {
            let other = dice.random_range(0..parts.len());
            parts.swap(at, other);
        }
        _ if parts[at].len() >= 12 => inside(&mut parts[at], dice),
        _ => {}
    }
}
