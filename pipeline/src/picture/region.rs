//! Regions of a reduced photo: maps of pixels, the largest region of one, and the four-sided figure around it.

use super::sheet::{Quad, REDUCED};
use image::GrayImage;

/// A map of pixels.
pub(super) struct Mask {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) on: Vec<bool>,
    pub(super) count: usize,
}

impl Mask {
    fn at(&self, x: i32, y: i32) -> bool {
        x >= 0
            && y >= 0
            && (x as usize) < self.width
            && (y as usize) < self.height
            && self.on[y as usize * self.width + x as usize]
    }
}

/// Maps what is brighter than a threshold.
pub(super) fn brighter(paper: &GrayImage, threshold: u8) -> Mask {
    let on = paper.pixels().map(|pixel| pixel.0[0] > threshold).collect();
    Mask { width: paper.width() as usize, height: paper.height() as usize, on, count: 0 }
}

/// Closes the holes that lines of text make.
pub(super) fn closed(mask: &Mask) -> Mask {
    spread(&spread(mask, true), false)
}

/// Reach of the closing, in pixels of the reduced picture.
const REACH: usize = 3;

/// Gives every pixel within reach of one that is `wanted` that value.
fn spread(mask: &Mask, wanted: bool) -> Mask {
    let (width, height) = (mask.width, mask.height);
    let within = |x: usize, y: usize| mask.on[y * width + x] == wanted;
    let mut across = vec![!wanted; mask.on.len()];
    for y in 0..height {
        for x in 0..width {
            let near = x.saturating_sub(REACH)..(x + REACH + 1).min(width);
            across[y * width + x] = near.into_iter().any(|x| within(x, y)) == wanted;
        }
    }
    let on = (0..across.len()).map(|i| {
        let (x, y) = (i % width, i / width);
        let near = y.saturating_sub(REACH)..(y + REACH + 1).min(height);
        near.into_iter().any(|y| across[y * width + x] == wanted) == wanted
    });
    Mask { width, height, on: on.collect(), count: 0 }
}

/// Gives the largest region of a map whose pixels touch one another.
pub(super) fn largest_region(mask: &Mask) -> Mask {
    let mut label = vec![0u32; mask.on.len()];
    let (mut best, mut best_count, mut next) = (0, 0, 0);
    let mut stack = Vec::new();
    for start in 0..mask.on.len() {
        if !mask.on[start] || label[start] != 0 {
            continue;
        }
        next += 1;
        let mut count = 0;
        stack.push(start);
        label[start] = next;
        while let Some(i) = stack.pop() {
            count += 1;
            let (x, y) = ((i % mask.width) as i32, (i / mask.width) as i32);
            for (nx, ny) in [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)] {
                if mask.at(nx, ny) && label[ny as usize * mask.width + nx as usize] == 0 {
                    label[ny as usize * mask.width + nx as usize] = next;
                    stack.push(ny as usize * mask.width + nx as usize);
                }
            }
        }
        if count > best_count {
            (best, best_count) = (next, count);
        }
    }
    Mask {
        width: mask.width,
        height: mask.height,
        on: label.iter().map(|&l| l == best && best != 0).collect(),
        count: best_count,
    }
}

/// Gives the outermost pixels of each row and column: the outline without its dents.
fn outline(region: &Mask) -> Vec<(f32, f32)> {
    let mut points = Vec::new();
    for y in 0..region.height {
        let row = &region.on[y * region.width..(y + 1) * region.width];
        if let (Some(first), Some(last)) = (row.iter().position(|&on| on), row.iter().rposition(|&on| on)) {
            points.extend([(first as f32, y as f32), (last as f32, y as f32)]);
        }
    }
    for x in 0..region.width {
        let on = |y: &usize| region.on[y * region.width + x];
        if let (Some(first), Some(last)) = ((0..region.height).find(on), (0..region.height).rev().find(on)) {
            points.extend([(x as f32, first as f32), (x as f32, last as f32)]);
        }
    }
    points
}

/// Gives the four corners of a region, roughly.
pub(super) fn corners(region: &Mask) -> Option<Quad> {
    let points = outline(region);
    let by = |score: fn(&(f32, f32)) -> f32| points.iter().copied().max_by(|a, b| score(a).total_cmp(&score(b)));
    Some(Quad([by(|p| -p.0 - p.1)?, by(|p| p.0 - p.1)?, by(|p| p.0 + p.1)?, by(|p| p.1 - p.0)?]))
}

/// Fits a line to the outline near each side and gives the points where they meet.
pub(super) fn refined(region: &Mask, rough: Quad) -> Option<Quad> {
    let points = outline(region);
    let mut lines = Vec::new();
    for i in 0..4 {
        let (a, b) = (rough.0[i], rough.0[(i + 1) % 4]);
        let length = rough.side(i);
        if length < 20.0 {
            return None;
        }
        let (ux, uy) = ((b.0 - a.0) / length, (b.1 - a.1) / length);
        let near: Vec<(f32, f32)> = points
            .iter()
            .copied()
            .filter(|p| {
                let (dx, dy) = (p.0 - a.0, p.1 - a.1);
                let along = dx * ux + dy * uy;
                along > 0.08 * length && along < 0.92 * length && (dx * uy - dy * ux).abs() < 7.0
            })
            .collect();
        lines.push(if near.len() < 12 { (a, (ux, uy)) } else { fitted(&near) });
    }
    let meet = |i: usize| {
        let ((p, u), (q, v)) = (lines[(i + 3) % 4], lines[i]);
        let cross = u.0 * v.1 - u.1 * v.0;
        let along = ((q.0 - p.0) * v.1 - (q.1 - p.1) * v.0) / cross;
        (cross.abs() > 0.3).then_some((p.0 + along * u.0, p.1 + along * u.1))
    };
    let quad = Quad([meet(0)?, meet(1)?, meet(2)?, meet(3)?]);
    // The fit only sharpens: corners that fly away were no sheet's.
    let apart = |i: usize| (quad.0[i].0 - rough.0[i].0).hypot(quad.0[i].1 - rough.0[i].1);
    (0..4).all(|i| apart(i) < 0.08 * REDUCED as f32).then_some(quad)
}

/// Gives a point and the direction of the line through points (total least squares).
fn fitted(points: &[(f32, f32)]) -> ((f32, f32), (f32, f32)) {
    let count = points.len() as f32;
    let mean = (points.iter().map(|p| p.0).sum::<f32>() / count, points.iter().map(|p| p.1).sum::<f32>() / count);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for p in points {
        let (dx, dy) = (p.0 - mean.0, p.1 - mean.1);
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
    (mean, (angle.cos(), angle.sin()))
}

/// Gives the region around the middle that no strong edge crosses: paper goes on under a shadow, but not over its border.
/// `steps` is the change of grey over three pixels that makes an edge.
pub(super) fn bounded(paper: &GrayImage, steps: u8) -> Mask {
    let (width, height) = (paper.width() as usize, paper.height() as usize);
    let at = |x: usize, y: usize| i16::from(paper.as_raw()[y * width + x]);
    let smooth = |x: usize, y: usize| {
        let (left, right) = (x.saturating_sub(1), (x + 2).min(width - 1));
        let (up, down) = (y.saturating_sub(1), (y + 2).min(height - 1));
        (at(left, y) - at(right, y)).abs().max((at(x, up) - at(x, down)).abs()) < i16::from(steps)
    };
    let on: Vec<bool> = (0..width * height).map(|i| smooth(i % width, i / width)).collect();
    largest_region(&Mask { width, height, on, count: 0 })
}

/// Fills dark marks narrower than `reach` pixels either way: lines of text, not the border of a sheet.
pub(super) fn without_text(paper: &GrayImage, reach: usize) -> GrayImage {
    let highest = |image: &GrayImage| extreme(image, reach, u8::max, 0);
    let lowest = |image: &GrayImage| extreme(image, reach, u8::min, 255);
    lowest(&highest(paper))
}

/// Takes for each pixel the extreme of those within `reach`, across and then down.
fn extreme(image: &GrayImage, reach: usize, pick: fn(u8, u8) -> u8, start: u8) -> GrayImage {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let raw = image.as_raw();
    let mut across = vec![0; raw.len()];
    for y in 0..height {
        for x in 0..width {
            let row = &raw[y * width + x.saturating_sub(reach)..y * width + (x + reach + 1).min(width)];
            across[y * width + x] = row.iter().copied().fold(start, pick);
        }
    }
    GrayImage::from_fn(image.width(), image.height(), |x, y| {
        let (x, y) = (x as usize, y as usize);
        let column = y.saturating_sub(reach)..(y + reach + 1).min(height);
        image::Luma([column.map(|y| across[y * width + x]).fold(start, pick)])
    })
}
