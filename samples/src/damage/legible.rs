//! Whether ink still stands out from its paper: what toner, threshold or shadow swallowed is no part of the truth.

use super::Shot;
use guichet_pipeline::geometry::Rect;

/// Least difference of light between ink and paper: so much, and this share of the paper's light (of 255). Chosen by eye
/// on pale copies and dark photos: an eye gets used to the dark, not to the pale.
const LEAST_CONTRAST: f32 = 12.0;
const LEAST_CONTRAST_SHARE: f32 = 0.13;
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
    let across = shot.to_upright.is_multiple_of(2);
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
    // Dark ink on light paper, or the light letters of a logo on its dark box.
    let stands_out = |light: f32, dark: f32| {
        let (light, dark) = (f32::from(quantile(light)), f32::from(quantile(dark)));
        light - dark >= LEAST_CONTRAST + LEAST_CONTRAST_SHARE * light
    };
    stands_out(0.85, 0.04) || stands_out(0.96, 0.15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::damage::WHOLE;
    use crate::damage::map::Map;
    use crate::damage::raster::Raster;

    /// A page of paper of that light, with a line of strokes of that ink from one third to two thirds.
    fn shot(paper: u8, ink: u8, bilevel: bool) -> Shot {
        let mut raster = Raster::filled(300, 100, 1, [paper; 3]);
        for y in 40..60 {
            for x in (100..200).filter(|x| x % 6 < 2) {
                raster.data[y * 300 + x] = ink;
            }
        }
        Shot { raster, map: Map::default(), window: WHOLE, to_upright: 0, dpi: 100.0, bilevel, quality: 80, exif: None }
    }

    #[test]
    fn ink_must_stand_out_all_along() {
        let line = Rect::new(0.34, 0.4, 0.66, 0.6);
        let half_bare = Rect::new(0.1, 0.4, 0.66, 0.6);
        assert!(reads(&shot(240, 30, false), &line));
        assert!(!reads(&shot(240, 30, false), &half_bare));
        assert!(!reads(&shot(240, 215, false), &line));
        assert!(reads(&shot(70, 30, false), &line));
        assert!(reads(&shot(40, 230, false), &line));
        assert!(reads(&shot(255, 0, true), &line));
        assert!(!reads(&shot(255, 255, true), &line));
        assert!(!reads(&shot(240, 30, false), &Rect::new(0.9, 0.4, 1.2, 0.6)));
    }
}
