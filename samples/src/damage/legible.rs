//! Whether ink still stands out from its paper: what toner, threshold or shadow swallowed is no part of the truth.

use super::Shot;
use guichet_pipeline::geometry::Rect;

/// Least difference of light between ink and paper, of 255. Chosen by eye on pale copies.
const LEAST_CONTRAST: u8 = 42;
/// Share of dark dots in black and white between which strokes can be told.
const DARK_SHARES: std::ops::Range<f32> = 0.015..0.93;

/// Tells whether a box of the page shows and can be read, piece by piece along the line.
pub fn reads(shot: &Shot, rect: &Rect) -> bool {
    if !shot.shows(rect) {
        return false;
    }
    let at = shot.map.rect(rect);
    let (w, h) = (shot.raster.width as f32, shot.raster.height as f32);
    let pixel = |fraction: f32, size: f32| (fraction * size).clamp(0.0, size - 1.0) as usize;
    let (x0, x1) = (pixel(at.x0, w), pixel(at.x1, w));
    let (y0, y1) = (pixel(at.y0, h), pixel(at.y1, h));
    let (wide, high) = (x1 - x0 + 1, y1 - y0 + 1);
    let across = shot.to_upright % 2 == 0;
    let (length, thickness) = if across { (wide, high) } else { (high, wide) };
    // Pieces about as long as two letters.
    let pieces = (length as f32 / (thickness as f32 * 1.3).max(3.0)).floor().max(1.0) as usize;
    (0..pieces).all(|piece| {
        let (from, to) = (piece * length / pieces, (piece + 1) * length / pieces);
        if across { inked(shot, x0 + from, y0, to - from, high) } else { inked(shot, x0, y0 + from, wide, to - from) }
    })
}

fn inked(shot: &Shot, left: usize, top: usize, width: usize, height: usize) -> bool {
    let mut counts = [0u32; 256];
    for y in top..top + height.max(1) {
        for x in left..left + width.max(1) {
            counts[usize::from(shot.raster.light_at(x, y))] += 1;
        }
    }
    let total: u32 = counts.iter().sum();
    if shot.bilevel {
        return DARK_SHARES.contains(&(counts[..128].iter().sum::<u32>() as f32 / total as f32));
    }
    let quantile = |share: f32| {
        let mut left = (total as f32 * share) as i64;
        (0u8..=255)
            .find(|&light| {
                left -= i64::from(counts[usize::from(light)]);
                left < 0
            })
            .unwrap_or(255)
    };
    quantile(0.85).saturating_sub(quantile(0.04)) >= LEAST_CONTRAST
}
