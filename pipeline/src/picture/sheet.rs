//! The sheet of paper in a photo: found as the bright region with four straight sides, flattened by a homography.
//!
//! A wrong crop loses text, which is worse than none: anything unsure gives `None`.

use super::skew::sample;
use crate::geometry::Rect;
use image::{GrayImage, Luma, RgbImage, imageops};

/// Longest side of the reduced picture in which the sheet is looked for.
const REDUCED: u32 = 420;
/// The sheet takes at least this share of the photo.
const SMALLEST: f32 = 0.22;
/// More than this share of the photo is no background left.
const LARGEST: f32 = 0.97;
/// Mean steps of grey between paper and background, at least.
const CONTRAST: f32 = 28.0;
/// Share of the four-sided figure that is paper, at least.
const FILLED: f32 = 0.9;
/// Height over width of a sheet of A4.
const A4: f32 = std::f32::consts::SQRT_2;

/// Four corners in pixels: top left, top right, bottom right, bottom left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quad(pub [(f32, f32); 4]);

impl Quad {
    fn area(&self) -> f32 {
        let points = self.0;
        let twice: f32 =
            (0..4).map(|i| points[i].0 * points[(i + 1) % 4].1 - points[(i + 1) % 4].0 * points[i].1).sum();
        twice.abs() / 2.0
    }

    fn side(&self, i: usize) -> f32 {
        let (a, b) = (self.0[i], self.0[(i + 1) % 4]);
        (a.0 - b.0).hypot(a.1 - b.1)
    }

    fn contains(&self, x: f32, y: f32, inset: f32) -> bool {
        (0..4).all(|i| {
            let (a, b) = (self.0[i], self.0[(i + 1) % 4]);
            let cross = (b.0 - a.0) * (y - a.1) - (b.1 - a.1) * (x - a.0);
            cross / self.side(i).max(1e-6) > inset
        })
    }

    /// Brings a box in fractions of the flattened sheet to fractions of a photo of this size.
    pub fn to_photo(&self, rect: &Rect, photo: (u32, u32)) -> Rect {
        let matrix = homography(self);
        let corners = [(rect.x0, rect.y0), (rect.x1, rect.y0), (rect.x1, rect.y1), (rect.x0, rect.y1)];
        let places = corners.map(|(x, y)| project(&matrix, x, y));
        let scaled = places.map(|(x, y)| ((x / photo.0 as f32).clamp(0.0, 1.0), (y / photo.1 as f32).clamp(0.0, 1.0)));
        let low = |pick: fn(&(f32, f32)) -> f32| scaled.iter().map(pick).fold(f32::INFINITY, f32::min);
        let high = |pick: fn(&(f32, f32)) -> f32| scaled.iter().map(pick).fold(f32::NEG_INFINITY, f32::max);
        Rect { x0: low(|p| p.0), y0: low(|p| p.1), x1: high(|p| p.0), y1: high(|p| p.1) }
    }
}

/// Finds the sheet in a photo; `None` where the picture is the page already, or where it is not sure.
pub fn find_sheet(photo: &RgbImage) -> Option<Quad> {
    let (width, height) = photo.dimensions();
    let scale = width.max(height) as f32 / REDUCED as f32;
    if scale < 1.0 {
        return None;
    }
    let (small_w, small_h) = ((width as f32 / scale) as u32, (height as f32 / scale) as u32);
    if small_w < 60 || small_h < 60 {
        return None;
    }
    let small = imageops::thumbnail(photo, small_w, small_h);
    let paper = paperness(&small);
    let threshold = otsu(&paper);
    let region = largest_region(&closed(&paper, threshold));
    let share = region.count as f32 / (small_w * small_h) as f32;
    if !(SMALLEST..LARGEST).contains(&share) {
        return None;
    }
    let quad = refined(&region, corners(&region)?)?;
    trusted(&quad, &region, &paper, share).then(|| Quad(quad.0.map(|(x, y)| ((x + 0.5) * scale, (y + 0.5) * scale))))
}

/// Gives how much each pixel looks like paper: bright and without colour.
fn paperness(small: &RgbImage) -> GrayImage {
    let blurred = imageops::fast_blur(small, 1.0);
    GrayImage::from_fn(small.width(), small.height(), |x, y| {
        let [r, g, b] = blurred.get_pixel(x, y).0;
        let (high, low) = (r.max(g).max(b), r.min(g).min(b));
        // Paper under a lamp is yellowish: a little colour is forgiven.
        let colour = (high - low).saturating_sub(25);
        Luma([(u16::from(high) + u16::from(low)).div_ceil(2).saturating_sub(u16::from(colour)) as u8])
    })
}

/// Gives the threshold that parts two classes best (Otsu 1979).
fn otsu(image: &GrayImage) -> u8 {
    let mut histogram = [0f64; 256];
    for pixel in image.pixels() {
        histogram[usize::from(pixel.0[0])] += 1.0;
    }
    let total: f64 = histogram.iter().sum();
    let sum: f64 = histogram.iter().enumerate().map(|(level, count)| level as f64 * count).sum();
    let (mut below, mut sum_below, mut best) = (0.0, 0.0, (0.0, 128u8));
    for (level, count) in histogram.iter().enumerate() {
        below += count;
        sum_below += level as f64 * count;
        let above = total - below;
        if below == 0.0 || above == 0.0 {
            continue;
        }
        let apart = sum_below / below - (sum - sum_below) / above;
        let between = below * above * apart * apart;
        if between > best.0 {
            best = (between, level as u8);
        }
    }
    best.1
}

/// A map of pixels.
struct Mask {
    width: usize,
    height: usize,
    on: Vec<bool>,
    count: usize,
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

/// Thresholds, and closes the holes that lines of text make.
fn closed(paper: &GrayImage, threshold: u8) -> Mask {
    const REACH: i32 = 3;
    let (width, height) = (paper.width() as usize, paper.height() as usize);
    let base = Mask { width, height, on: paper.pixels().map(|pixel| pixel.0[0] > threshold).collect(), count: 0 };
    let spread = |mask: &Mask, wanted: bool| -> Mask {
        let any = |x: i32, y: i32, (dx, dy): (i32, i32)| {
            (-REACH..=REACH).any(|d| {
                let (px, py) = (x + d * dx, y + d * dy);
                px >= 0 && py >= 0 && px < width as i32 && py < height as i32 && mask.at(px, py) == wanted
            })
        };
        let across: Vec<bool> =
            (0..width * height).map(|i| any((i % width) as i32, (i / width) as i32, (1, 0)) == wanted).collect();
        let mask = Mask { width, height, on: across, count: 0 };
        let any = |x: i32, y: i32| {
            (-REACH..=REACH).any(|d| {
                let py = y + d;
                py >= 0 && py < height as i32 && mask.at(x, py) == wanted
            })
        };
        let down: Vec<bool> =
            (0..width * height).map(|i| any((i % width) as i32, (i / width) as i32) == wanted).collect();
        Mask { width, height, on: down, count: 0 }
    };
    spread(&spread(&base, true), false)
}

fn largest_region(mask: &Mask) -> Mask {
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

fn corners(region: &Mask) -> Option<Quad> {
    let points = outline(region);
    let by = |score: fn(&(f32, f32)) -> f32| points.iter().copied().max_by(|a, b| score(a).total_cmp(&score(b)));
    Some(Quad([by(|p| -p.0 - p.1)?, by(|p| p.0 - p.1)?, by(|p| p.0 + p.1)?, by(|p| p.1 - p.0)?]))
}

/// Fits a line to the outline near each side and gives the points where they meet.
fn refined(region: &Mask, rough: Quad) -> Option<Quad> {
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

/// Tells whether a figure is surely a sheet on a background.
fn trusted(quad: &Quad, region: &Mask, paper: &GrayImage, share: f32) -> bool {
    let whole = (region.width * region.height) as f32;
    let area = quad.area();
    if area < SMALLEST * whole || share * whole < FILLED * area.min(whole) {
        return false;
    }
    let sides: Vec<f32> = (0..4).map(|i| quad.side(i)).collect();
    let skewed = |a: f32, b: f32| a / b > 1.8 || b / a > 1.8;
    if skewed(sides[0], sides[2]) || skewed(sides[1], sides[3]) {
        return false;
    }
    // A coloured band on one side is a letterhead, not a table.
    let (right, bottom) = (region.width as f32 - 1.0, region.height as f32 - 1.0);
    let edge = 0.012 * right.max(bottom);
    let inner = (0..4).filter(|&i| {
        let (a, b) = (quad.0[i], quad.0[(i + 1) % 4]);
        let (x, y) = ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
        x > edge && y > edge && x < right - edge && y < bottom - edge
    });
    if inner.count() < 2 {
        return false;
    }
    let ratio = (sides[1] + sides[3]) / (sides[0] + sides[2]);
    if !(0.45..2.4).contains(&ratio) {
        return false;
    }
    let (mut inside, mut inside_count, mut outside, mut outside_count) = (0f32, 0f32, 0f32, 0f32);
    for (x, y, pixel) in paper.enumerate_pixels() {
        let level = f32::from(pixel.0[0]);
        if quad.contains(x as f32, y as f32, 4.0) {
            if region.on[y as usize * region.width + x as usize] {
                inside += level;
                inside_count += 1.0;
            }
        } else if !quad.contains(x as f32, y as f32, -3.0) {
            outside += level;
            outside_count += 1.0;
        }
    }
    // Too little background to speak of one.
    if outside_count < 0.03 * whole || inside_count == 0.0 {
        return false;
    }
    inside / inside_count - outside / outside_count > CONTRAST
}

/// Flattens the sheet to a picture `width` pixels wide.
pub fn unwarp(photo: &GrayImage, quad: &Quad, width: u32) -> GrayImage {
    let ratio = (quad.side(1) + quad.side(3)) / (quad.side(0) + quad.side(2)).max(1e-3);
    // Perspective shortens one way or the other: what is near A4 is A4.
    let ratio = if (ratio / A4 - 1.0).abs() < 0.12 {
        A4
    } else if (ratio * A4 - 1.0).abs() < 0.12 {
        1.0 / A4
    } else {
        ratio.clamp(0.4, 2.5)
    };
    let height = ((width as f32 * ratio) as u32).max(1);
    let matrix = homography(quad);
    GrayImage::from_fn(width, height, |x, y| {
        let (px, py) = project(&matrix, (x as f32 + 0.5) / width as f32, (y as f32 + 0.5) / height as f32);
        Luma([sample(photo, px - 0.5, py - 0.5)])
    })
}

/// Gives the matrix from the unit square to the figure (Heckbert 1989, square to quadrilateral).
fn homography(quad: &Quad) -> [f32; 8] {
    let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = quad.0;
    let (dx1, dx2, dx3) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
    let (dy1, dy2, dy3) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
    let det = dx1 * dy2 - dx2 * dy1;
    let det = if det.abs() < 1e-6 { 1e-6 } else { det };
    let g = (dx3 * dy2 - dx2 * dy3) / det;
    let h = (dx1 * dy3 - dx3 * dy1) / det;
    [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h]
}

fn project(m: &[f32; 8], u: f32, v: f32) -> (f32, f32) {
    let w = m[6] * u + m[7] * v + 1.0;
    ((m[0] * u + m[1] * v + m[2]) / w, (m[3] * u + m[4] * v + m[5]) / w)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    /// Draws a sheet with lines of ink at `quad` on a table, with light falling off to the right.
    fn photo(quad: &Quad, table: [u8; 3]) -> RgbImage {
        let matrix = inverse(quad);
        RgbImage::from_fn(900, 1200, |x, y| {
            let (u, v) = matrix(x as f32, y as f32);
            let light = 1.0 - 0.25 * x as f32 / 900.0;
            let grain = ((x * 31 + y * 17) % 13) as f32;
            let base = if (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v) {
                let ink = ((v * 60.0) as u32).is_multiple_of(2)
                    && (0.1..0.9).contains(&u)
                    && (0.08..0.9).contains(&v)
                    && !((u * 200.0) as u32).is_multiple_of(3);
                if ink { [40.0; 3] } else { [235.0, 232.0, 225.0] }
            } else {
                table.map(|c| f32::from(c) + grain)
            };
            Rgb(base.map(|c| (c * light) as u8))
        })
    }

    fn inverse(quad: &Quad) -> impl Fn(f32, f32) -> (f32, f32) {
        let m = homography(quad);
        move |x, y| {
            // Two unknowns: (m0 - g x) u + (m1 - h x) v = x - m2, the same for y.
            let (a, b, e) = (m[0] - m[6] * x, m[1] - m[7] * x, x - m[2]);
            let (c, d, f) = (m[3] - m[6] * y, m[4] - m[7] * y, y - m[5]);
            let det = a * d - b * c;
            ((e * d - b * f) / det, (a * f - e * c) / det)
        }
    }

    #[test]
    fn sheets_on_tables_are_found() {
        for (quad, table) in [
            (Quad([(100.0, 90.0), (800.0, 120.0), (830.0, 1100.0), (70.0, 1080.0)]), [90, 70, 50]),
            (Quad([(180.0, 150.0), (760.0, 100.0), (820.0, 1000.0), (120.0, 1060.0)]), [30, 30, 35]),
            (Quad([(60.0, 200.0), (840.0, 160.0), (800.0, 1120.0), (130.0, 1150.0)]), [120, 110, 105]),
        ] {
            let found = find_sheet(&photo(&quad, table)).unwrap_or_else(|| panic!("no sheet at {quad:?}"));
            for i in 0..4 {
                let apart = (found.0[i].0 - quad.0[i].0).hypot(found.0[i].1 - quad.0[i].1);
                assert!(apart < 18.0, "corner {i} of {quad:?} is {apart} pixels off: {found:?}");
            }
        }
    }

    #[test]
    fn pages_are_left_alone() {
        let scan = RgbImage::from_fn(900, 1270, |x, y| {
            let ink = (y / 12) % 3 == 0 && (100..800).contains(&x) && (80..1100).contains(&y) && (x / 7) % 3 != 0;
            Rgb(if ink { [30; 3] } else { [250; 3] })
        });
        assert_eq!(find_sheet(&scan), None);
        let dark_header = RgbImage::from_fn(900, 1270, |_, y| Rgb(if y < 160 { [20, 40, 120] } else { [250; 3] }));
        assert_eq!(find_sheet(&dark_header), None);
        assert_eq!(find_sheet(&RgbImage::from_pixel(1, 1, Rgb([9; 3]))), None);
        assert_eq!(find_sheet(&RgbImage::from_pixel(900, 900, Rgb([128; 3]))), None);
    }

    #[test]
    fn boxes_come_back_to_the_photo() {
        let quad = Quad([(100.0, 90.0), (800.0, 120.0), (830.0, 1100.0), (70.0, 1080.0)]);
        let whole = quad.to_photo(&Rect { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 }, (900, 1200));
        assert!((whole.x0 - 70.0 / 900.0).abs() < 1e-3 && (whole.y1 - 1100.0 / 1200.0).abs() < 1e-3, "{whole:?}");
        let flat = unwarp(&imageops::grayscale(&photo(&quad, [90, 70, 50])), &quad, 700);
        assert!((f32::from(flat.get_pixel(350, 20).0[0]) - 200.0).abs() < 40.0, "the sheet's margin is paper");
    }
}
