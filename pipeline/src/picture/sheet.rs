//! The sheet of paper in a photo: found as the bright region with four straight sides, flattened by a homography.
//!
//! A wrong crop loses text, which is worse than none: anything unsure gives `None`.

use super::region::{Mask, bounded, brighter, closed, corners, largest_region, refined, without_text};
use super::skew::sample;
use crate::geometry::Rect;
use image::{DynamicImage, GenericImageView, GrayImage, Luma, Pixel, Rgb, RgbImage, imageops};
use std::cell::LazyCell;

/// Longest side of the reduced picture in which the sheet is looked for.
pub(super) const REDUCED: u32 = 420;
/// Pixels looked at on a side of each pixel of the reduced picture: all of them would cost as much as the rest of the search.
const LOOKS: u32 = 3;
/// The sheet takes at least this share of the photo.
const SMALLEST: f32 = 0.22;
/// More than this share of the photo is no background left.
const LARGEST: f32 = 0.97;
/// Mean steps of grey between paper and background, at least.
const CONTRAST: f32 = 28.0;
/// Share of the four-sided figure that is paper, at least.
const FILLED: f32 = 0.9;
/// Lines of text are filled when they are thinner than this, in pixels of the reduced picture.
const TEXT_REACH: usize = 4;
/// What makes an edge, in steps of grey, tried in this order: weak borders first would leak into strong textures.
const EDGE_STEPS: &[u8] = &[14, 9, 22, 32];
/// Places along a side at which paper and background are compared.
const SAMPLES: usize = 24;
/// Steps of grey by which paper is brighter than what touches it, at least.
const LEAST_STEP: f32 = 7.0;
/// Share of such places that makes a border.
const BORDERED: f32 = 0.75;
/// Share of them that each side has, at least, of a sheet that is told by its brightness.
const BORDERED_SIDE: f32 = 0.4;
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

    pub(super) fn side(&self, i: usize) -> f32 {
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

    /// Gives its mean width in pixels.
    pub fn width(&self) -> f32 {
        (self.side(0) + self.side(2)) / 2.0
    }

    /// Tells whether it is wider than high: a sheet on its side.
    pub fn is_wide(&self) -> bool {
        self.side(0) + self.side(2) > 1.1 * (self.side(1) + self.side(3))
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

/// Lines of text that lean no more than this on a flattened sheet, in degrees, say that its corners are right.
const LEVEL: f32 = 1.2;
/// Lines that lean more than this say that they are wrong.
const CROOKED: f32 = 2.6;

/// Finds the sheet in a photo; `None` where the picture is the page already, or where it is not sure. `lean` tells by how many
/// degrees the lines of text lean on the sheet once it is flattened: corners that make them lean are not its corners.
pub fn find_sheet(photo: &DynamicImage, lean: impl Fn(&Quad) -> f32) -> Option<Quad> {
    let (width, height) = photo.dimensions();
    let scale = width.max(height) as f32 / REDUCED as f32;
    if scale < 1.0 {
        return None;
    }
    let (small_w, small_h) = ((width as f32 / scale) as u32, (height as f32 / scale) as u32);
    if small_w < 60 || small_h < 60 {
        return None;
    }
    let small = match photo {
        DynamicImage::ImageLuma8(grey) => reduced(grey, small_w, small_h),
        DynamicImage::ImageRgb8(colours) => reduced(colours, small_w, small_h),
        other => reduced(&other.to_rgb8(), small_w, small_h),
    };
    let paper = paperness(&small);
    // Most sheets are found by their brightness alone.
    let plain = LazyCell::new(|| without_text(&paper, TEXT_REACH));
    let found =
        by_brightness(&paper).into_iter().chain(EDGE_STEPS.iter().filter_map(|&steps| by_border(&plain, steps)));
    let mut best: Option<(f32, Quad)> = None;
    for quad in found.map(|quad| Quad(quad.0.map(|(x, y)| ((x + 0.5) * scale, (y + 0.5) * scale)))) {
        let lean = lean(&quad).abs();
        if lean < LEVEL {
            return Some(quad);
        }
        if lean < CROOKED && best.is_none_or(|(least, _)| lean < least) {
            best = Some((lean, quad));
        }
    }
    best.map(|(_, quad)| quad)
}

/// Steps of grey by which the rim of a page may be darker than its paper.
const RIM_STEP: u8 = 40;
/// Share of the rim that is paper where there is nothing but the page and its shadow: a sheet shows two sides on a table.
const RIM_PAPER: f32 = 0.7;

/// Tells at a glance whether a picture is paper up to its rim: the page itself, as scanners give it.
pub fn is_page(grey: &GrayImage) -> bool {
    const LOOKS: u32 = 96;
    let (width, height) = grey.dimensions();
    let at = |i: u32, length: u32| i * (length - 1) / (LOOKS - 1);
    let level = |x: u32, y: u32| grey.get_pixel(x, y).0[0];
    if width < LOOKS || height < LOOKS {
        return true;
    }
    let mut all: Vec<u8> = (0..LOOKS * LOOKS).map(|i| level(at(i % LOOKS, width), at(i / LOOKS, height))).collect();
    let ninth = all.len() * 9 / 10;
    let paper = *all.select_nth_unstable(ninth).1;
    let (right, bottom) = (width - 1 - width / 100, height - 1 - height / 100);
    let rim = (0..LOOKS).flat_map(|i| {
        let (x, y) = (at(i, width), at(i, height));
        [level(x, height / 100), level(x, bottom), level(width / 100, y), level(right, y)]
    });
    let bright = rim.filter(|&level| level >= paper.saturating_sub(RIM_STEP)).count();
    bright as f32 >= RIM_PAPER * (4 * LOOKS) as f32
}

/// Gives a picture in a smaller size, each pixel the mean of [`LOOKS`] by [`LOOKS`] of those it stands for.
fn reduced<P: Pixel<Subpixel = u8>>(photo: &impl GenericImageView<Pixel = P>, width: u32, height: u32) -> RgbImage {
    let (from_width, from_height) = photo.dimensions();
    RgbImage::from_fn(width, height, |x, y| {
        let mut sum = [0u32; 3];
        for look in 0..LOOKS * LOOKS {
            let across = (x * LOOKS + look % LOOKS) * from_width / (width * LOOKS);
            let down = (y * LOOKS + look / LOOKS) * from_height / (height * LOOKS);
            let Rgb(colour) = photo.get_pixel(across, down).to_rgb();
            for (sum, part) in sum.iter_mut().zip(colour) {
                *sum += u32::from(part);
            }
        }
        Rgb(sum.map(|part| (part / (LOOKS * LOOKS)) as u8))
    })
}

/// Finds a sheet that is brighter everywhere than what it lies on.
fn by_brightness(paper: &GrayImage) -> Option<Quad> {
    let region = largest_region(&closed(&brighter(paper, otsu(paper))));
    let quad = sheet_of(&region)?;
    // Light that falls off over a sheet parts it in two, where nothing touches it.
    (apart(&quad, &region, paper) > CONTRAST && least_bordered(&quad, paper) > BORDERED_SIDE).then_some(quad)
}

/// Finds a sheet by its border, where a shadow makes part of it as dark as the table. `plain` is the paper without its text.
fn by_border(plain: &GrayImage, steps: u8) -> Option<Quad> {
    let region = largest_region(&closed(&bounded(plain, steps)));
    let quad = sheet_of(&region)?;
    (bordered(&quad, plain) > BORDERED).then_some(quad)
}

/// Gives the figure around a region that has the shape of a sheet.
fn sheet_of(region: &Mask) -> Option<Quad> {
    let share = region.count as f32 / (region.width * region.height) as f32;
    if !(SMALLEST..LARGEST).contains(&share) {
        return None;
    }
    let quad = refined(region, corners(region)?)?;
    shaped(&quad, region, share).then_some(quad)
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

/// Tells whether a figure has the shape of a sheet on a background.
fn shaped(quad: &Quad, region: &Mask, share: f32) -> bool {
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
    if (0..4).filter(|&i| inner(quad, i, region.width as f32, region.height as f32)).count() < 2 {
        return false;
    }
    (0.45..2.4).contains(&((sides[1] + sides[3]) / (sides[0] + sides[2])))
}

/// Tells whether a side lies inside the picture rather than along its edge.
fn inner(quad: &Quad, side: usize, width: f32, height: f32) -> bool {
    let (right, bottom) = (width - 1.0, height - 1.0);
    let edge = 0.012 * right.max(bottom);
    let (a, b) = (quad.0[side], quad.0[(side + 1) % 4]);
    let (x, y) = ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
    x > edge && y > edge && x < right - edge && y < bottom - edge
}

/// Gives by how many steps of grey the paper is brighter than what lies around it; 0 without a background to speak of.
fn apart(quad: &Quad, region: &Mask, paper: &GrayImage) -> f32 {
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
    if outside_count < 0.03 * (region.width * region.height) as f32 || inside_count == 0.0 {
        return 0.0;
    }
    inside / inside_count - outside / outside_count
}

/// Gives the share of the inner sides along which the paper is brighter than what touches it.
fn bordered(quad: &Quad, paper: &GrayImage) -> f32 {
    let sides = borders(quad, paper);
    sides.iter().sum::<f32>() / sides.len().max(1) as f32
}

/// Gives the same of the inner side where it is least.
fn least_bordered(quad: &Quad, paper: &GrayImage) -> f32 {
    borders(quad, paper).into_iter().fold(1.0, f32::min)
}

/// Gives for each inner side the share along which the paper is brighter than what touches it.
fn borders(quad: &Quad, paper: &GrayImage) -> Vec<f32> {
    let (width, height) = (paper.width() as f32, paper.height() as f32);
    let middle = quad.0.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0 / 4.0, sum.1 + p.1 / 4.0));
    let share = |side: usize| {
        let (a, b) = (quad.0[side], quad.0[(side + 1) % 4]);
        let brighter = (1..SAMPLES).filter(|&step| {
            let along = step as f32 / SAMPLES as f32;
            let (x, y) = (a.0 + along * (b.0 - a.0), a.1 + along * (b.1 - a.1));
            let length = (middle.0 - x).hypot(middle.1 - y).max(1.0);
            let (dx, dy) = ((middle.0 - x) / length, (middle.1 - y) / length);
            let at = |d: f32| f32::from(sample(paper, x + d * dx, y + d * dy));
            at(5.0) - at(-5.0) > LEAST_STEP
        });
        brighter.count() as f32 / (SAMPLES - 1) as f32
    };
    (0..4).filter(|&side| inner(quad, side, width, height)).map(share).collect()
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
            let found =
                find_sheet(&photo(&quad, table).into(), |_| 0.0).unwrap_or_else(|| panic!("no sheet at {quad:?}"));
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
        assert_eq!(find_sheet(&scan.into(), |_| 0.0), None);
        let dark_header = RgbImage::from_fn(900, 1270, |_, y| Rgb(if y < 160 { [20, 40, 120] } else { [250; 3] }));
        assert_eq!(find_sheet(&dark_header.into(), |_| 0.0), None);
        assert_eq!(find_sheet(&RgbImage::from_pixel(1, 1, Rgb([9; 3])).into(), |_| 0.0), None);
        assert_eq!(find_sheet(&RgbImage::from_pixel(900, 900, Rgb([128; 3])).into(), |_| 0.0), None);
    }

    #[test]
    fn light_that_falls_off_over_a_page_is_no_border() {
        let page = RgbImage::from_fn(900, 1270, |x, y| {
            let ink = (y / 12) % 3 == 0 && (100..800).contains(&x) && (80..1100).contains(&y) && (x / 7) % 3 != 0;
            let light = 0.45 + 0.5 * (y as f32 / 1270.0) + 0.05 * (x as f32 / 900.0);
            Rgb([(if ink { 30.0 } else { 250.0 } * light) as u8; 3])
        });
        assert_eq!(find_sheet(&page.into(), |_| 0.0), None);
    }

    #[test]
    fn a_page_goes_to_its_rim_and_a_photo_does_not() {
        let scan = GrayImage::from_fn(900, 1270, |x, y| {
            let ink = (y / 12) % 3 == 0 && (60..800).contains(&x) && (60..1100).contains(&y) && (x / 7) % 3 != 0;
            Luma([if ink { 30 } else { 245 }])
        });
        assert!(is_page(&scan));
        assert!(is_page(&GrayImage::new(3, 3)), "too small to tell");
        let quad = Quad([(100.0, 90.0), (800.0, 120.0), (830.0, 1100.0), (70.0, 1080.0)]);
        assert!(!is_page(&imageops::grayscale(&photo(&quad, [90, 70, 50]))));
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
