//! Folds of a letter and wrinkles of a pocket: a dark and a light line side by side.

use super::raster::{Raster, to_byte};
use crate::draw::Draw;

/// A fold across the sheet, from edge to edge.
#[derive(Clone, Copy, Debug)]
pub struct Crease {
    /// Where it begins, as fractions.
    from: (f32, f32),
    /// Where it ends.
    to: (f32, f32),
    /// How deep, 0 to 1; below zero folded the other way.
    depth: f32,
    /// Half its width, in fractions of the width.
    reach: f32,
}

/// Draws the folds of a sheet: none, those of a letter, or wrinkles.
pub fn draw(draw: &mut Draw) -> Vec<Crease> {
    let mut creases = Vec::new();
    let mut fold = |from, to, depth: f32, draw: &mut Draw| {
        let depth = if draw.chance(0.5) { depth } else { -depth };
        creases.push(Crease { from, to, depth, reach: draw.real(0.003, 0.011) });
    };
    let lean = |draw: &mut Draw, y: f32| y + draw.real(-0.006, 0.006);
    if draw.chance(0.65) {
        let parts: &[f32] = if draw.chance(0.6) { &[1.0 / 3.0, 2.0 / 3.0] } else { &[0.5] };
        for &y in parts {
            let depth = draw.real(0.06, 0.22);
            let (a, b) = (lean(draw, y), lean(draw, y));
            fold((0.0, a), (1.0, b), depth, draw);
        }
        if draw.chance(0.3) {
            let depth = draw.real(0.05, 0.18);
            let (a, b) = (lean(draw, 0.5), lean(draw, 0.5));
            fold((a, 0.0), (b, 1.0), depth, draw);
        }
    } else {
        for _ in 0..draw.between(3, 10) {
            let from = (draw.real(-0.1, 1.1), draw.real(-0.1, 1.1));
            let to = (draw.real(-0.1, 1.1), draw.real(-0.1, 1.1));
            let depth = draw.real(0.03, 0.13);
            fold(from, to, depth, draw);
        }
    }
    creases
}

impl Crease {
    /// Shades the sheet along the fold.
    pub fn shade(&self, raster: &mut Raster) {
        let (w, h) = (raster.width as f32, raster.height as f32);
        let (ax, ay, bx, by) = (self.from.0 * w, self.from.1 * h, self.to.0 * w, self.to.1 * h);
        let (dx, dy) = (bx - ax, by - ay);
        let length = (dx * dx + dy * dy).sqrt().max(1.0);
        let reach = self.reach * w;
        // Along the longer direction, every pixel near the line once.
        let steep = dy.abs() > dx.abs();
        let (first, last) = if steep { (ay.min(by), ay.max(by)) } else { (ax.min(bx), ax.max(bx)) };
        let limit = if steep { h } else { w };
        let spread = reach * length / dx.abs().max(dy.abs()).max(1.0);
        let mut along = first.max(0.0);
        while along < last.min(limit) {
            let share = if steep { (along - ay) / dy } else { (along - ax) / dx };
            let middle = if steep { ax + share * dx } else { ay + share * dy };
            let (low, high) = ((middle - spread).max(0.0) as usize, (middle + spread).max(0.0) as usize);
            for across in low..=high {
                let (x, y) = if steep { (across, along as usize) } else { (along as usize, across) };
                if x >= raster.width || y >= raster.height {
                    break;
                }
                let away = (across as f32 - middle) / spread;
                let factor = 1.0 - self.depth * profile(away);
                let at = (y * raster.width + x) * raster.channels;
                for value in &mut raster.data[at..at + raster.channels] {
                    *value = to_byte(f32::from(*value) * factor);
                }
            }
            along += 1.0;
        }
    }
}

/// Dark on one side of the line, a little light on the other, nothing at either end.
fn profile(away: f32) -> f32 {
    if away < 0.0 { (1.0 + away) * (1.0 + away) } else { -0.35 * (1.0 - away) * (1.0 - away) }
}
