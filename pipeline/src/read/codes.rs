//! The codes of our own letters, drawn as QR codes: a stub laid beside a paper says whose it is without being read.
//!
//! Decoding a page costs a twentieth of its recognition, so it is done only where the three corners of a QR code are seen.

use crate::values::reply_code::ReplyCode;
use image::{GrayImage, imageops};
use rqrr::PreparedImage;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Rows from one look to the next, in pixels: the heart of a corner is three modules high, a module is four pixels at
/// least.
const STEP: usize = 5;
/// Ink is darker than this.
const INK: u8 = 128;
/// A corner is dark, light, dark, light, dark along any line through its middle, in these modules (ISO/IEC 18004).
const CORNER: [f32; 5] = [1.0, 1.0, 3.0, 1.0, 1.0];
/// A module is at least this wide, in pixels.
const NARROWEST: f32 = 2.5;
/// Corners of a QR code.
const CORNERS: usize = 3;

/// Gives the codes of letters that the QR codes on a page of about [`super::DPI`] hold. Other QR codes say nothing here.
pub(super) fn replies(page: &GrayImage) -> Vec<ReplyCode> {
    if corners(page).len() < CORNERS {
        return Vec::new();
    }
    let texts = catch_unwind(AssertUnwindSafe(|| texts(page))).unwrap_or_default();
    let codes: BTreeSet<ReplyCode> = texts.iter().filter_map(|text| text.trim().parse().ok()).collect();
    codes.into_iter().collect()
}

/// Gives what the QR codes on a page say: as it is, or at half its size, where the edges of a smeared one are sharp again.
/// Ink is told from paper by one level, as the page is evenly lit by now: a level for each place, which the decoder would
/// choose, reads less of smeared ones.
fn texts(page: &GrayImage) -> Vec<String> {
    let texts = texts_at(page);
    if texts.is_empty() { texts_at(&imageops::thumbnail(page, page.width() / 2, page.height() / 2)) } else { texts }
}

fn texts_at(page: &GrayImage) -> Vec<String> {
    let (width, height) = (page.width() as usize, page.height() as usize);
    let mut prepared = PreparedImage::prepare_from_bitmap(width, height, |x, y| page.as_raw()[y * width + x] < INK);
    prepared.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}

/// Gives the middles of what looks like the corners of QR codes.
fn corners(page: &GrayImage) -> Vec<(u32, u32)> {
    let mut found: Vec<(u32, u32)> = Vec::new();
    let width = page.width().max(1) as usize;
    for (y, row) in (0u32..).zip(page.as_raw().chunks_exact(width)).step_by(STEP) {
        for (x, module) in crossings(row.iter().copied()) {
            let reach = (6.0 * module) as u32;
            let top = y.saturating_sub(reach);
            let column = (top..(y + reach).min(page.height())).map(|y| page.get_pixel(x, y).0[0]);
            let through = |(middle, other): (u32, f32)| {
                (top + middle).abs_diff(y) as f32 <= 2.0 * module && (other / module - 1.0).abs() < 0.5
            };
            let known = |at: &(u32, u32)| at.0.abs_diff(x) + at.1.abs_diff(y) < reach;
            if !found.iter().any(known) && crossings(column).into_iter().any(through) {
                found.push((x, y));
            }
        }
    }
    found
}

/// Gives the middles, and the width of a module, of what looks like a corner along a line of pixels.
fn crossings(line: impl Iterator<Item = u8>) -> Vec<(u32, f32)> {
    let mut found = Vec::new();
    // Lengths of the last runs, the one under way last.
    let mut runs = [0u32; 5];
    let mut dark = false;
    for (at, level) in (0u32..).zip(line.chain([u8::MAX])) {
        if (level < INK) != dark {
            if dark && let Some(module) = module(&runs) {
                let behind = runs[4] + runs[3];
                found.push((at - behind - runs[2].div_ceil(2), module));
            }
            runs.rotate_left(1);
            runs[4] = 0;
            dark = !dark;
        }
        runs[4] += 1;
    }
    found
}

/// Gives the width of a module where five runs have the measures of a corner, in pixels.
fn module(runs: &[u32; 5]) -> Option<f32> {
    let module = runs.iter().sum::<u32>() as f32 / CORNER.iter().sum::<f32>();
    let fits = |(run, modules): (&u32, &f32)| (*run as f32 - modules * module).abs() <= 0.5 * modules.max(1.0) * module;
    (module >= NARROWEST && runs.iter().zip(&CORNER).all(fits)).then_some(module)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;
    use qrcode::{Color, EcLevel, QrCode};

    /// A sheet at 200 dpi with rows of strokes, and a QR code of 20 mm that says `text`.
    fn sheet(text: Option<&str>) -> GrayImage {
        let mut page = GrayImage::from_fn(1654, 2339, |x, y| {
            let stroke = (y / 9).is_multiple_of(3) && !((x + y / 27 * 5) / 4).is_multiple_of(3);
            Luma([if stroke && y < 1500 { 30 } else { 250 }])
        });
        let Some(text) = text else { return page };
        let code = QrCode::with_error_correction_level(text, EcLevel::Q).unwrap();
        let (side, colours) = (code.width(), code.to_colors());
        let module = 157.0 / side as f32;
        for y in 0..157u32 {
            for x in 0..157u32 {
                let (column, row) = ((x as f32 / module) as usize, (y as f32 / module) as usize);
                let dark = colours[row.min(side - 1) * side + column.min(side - 1)] == Color::Dark;
                page.put_pixel(200 + x, 1900 + y, Luma([if dark { 25 } else { 245 }]));
            }
        }
        page
    }

    fn code() -> ReplyCode {
        ReplyCode::new(b"secret", "L-1", "assurance/2026-11-01", "relance")
    }

    #[test]
    fn a_stub_is_found_however_it_lies() {
        let page = sheet(Some(&code().to_string()));
        assert_eq!(replies(&page), [code()]);
        assert_eq!(replies(&imageops::rotate180(&page)), [code()]);
        assert_eq!(replies(&crate::picture::rotate(&page, 8.0)), [code()]);
        assert_eq!(replies(&imageops::blur(&page, 1.5)), [code()]);
        assert_eq!(replies(&imageops::blur(&page, 2.5)), [code()]);
    }

    #[test]
    fn other_codes_and_no_code_say_nothing() {
        assert_eq!(replies(&sheet(Some("https://exemple.fr/attestation?n=12"))), []);
        // One letter is wrong: a QR code is never misread so, it was made so.
        let mut wrong = code().to_string();
        wrong.replace_range(2..3, if wrong.as_bytes()[2] == b'0' { "D" } else { "0" });
        assert_eq!(replies(&sheet(Some(&wrong))), []);
        let bare = sheet(None);
        assert_eq!((replies(&bare), corners(&bare).len()), (Vec::new(), 0));
    }

    #[test]
    fn corners_are_three() {
        let seen = corners(&sheet(Some("G-7K3M-Q9XT-2P4D")));
        assert!(seen.len() >= CORNERS, "{seen:?}");
        assert!(seen.iter().all(|(x, y)| (200..357).contains(x) && (1900..2057).contains(y)), "{seen:?}");
    }
}
