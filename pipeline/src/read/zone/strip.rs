//! The rows of print in a part of a page, set level, and cut into strips for the reader of letters.

use crate::engines::{STRIP_HEIGHT, ZONE_CAP};
use crate::geometry::Rect;
use image::{GrayImage, Luma};

/// Slopes that are tried, up and down: the page was set level before, a curved sheet is not.
const STEEPEST: f32 = 0.05;
/// Step from one to the next.
const SLOPE_STEP: f32 = 0.005;
/// Where between paper and print of the densest row a row of print begins.
const PRINT: f32 = 0.3;

/// A part of a page in pixels, set level.
#[derive(Debug)]
pub(super) struct Part<'a> {
    page: &'a GrayImage,
    left: f32,
    top: f32,
    width: f32,
    height: f32,
    slope: f32,
}

/// A row of print of a part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Its upper edge, in pixels from the top of the part.
    pub(super) top: f32,
    /// Its lower edge.
    pub(super) bottom: f32,
}

impl Row {
    /// Gives its height in pixels.
    pub(super) fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// Gives its middle, in pixels from the top of the part.
    pub(super) fn middle(&self) -> f32 {
        (self.top + self.bottom) / 2.0
    }
}

impl<'a> Part<'a> {
    /// Cuts `rect`, in fractions of the page, and finds its slope.
    pub(super) fn new(page: &'a GrayImage, rect: &Rect) -> Self {
        let (width, height) = (page.width() as f32, page.height() as f32);
        let mut part = Self {
            page,
            left: rect.x0 * width,
            top: rect.y0 * height,
            width: rect.width() * width,
            height: rect.height() * height,
            slope: 0.0,
        };
        let sharpness = |slope: f32| -> f32 { part.profile(slope, 3).iter().map(|row| row * row).sum() };
        let count = (STEEPEST / SLOPE_STEP) as i32;
        let slopes = (-count..=count).map(|at| at as f32 * SLOPE_STEP);
        let best = slopes.map(|slope| (sharpness(slope), slope)).max_by(|a, b| a.0.total_cmp(&b.0));
        part.slope = best.map_or(0.0, |(_, slope)| slope);
        part
    }

    /// Gives how much print there is in each row of pixels, on that slope: changes from one pixel to the next.
    fn profile(&self, slope: f32, every: usize) -> Vec<f32> {
        let middle = self.width / 2.0;
        let row = |y: usize| -> f32 {
            let at = |x: f32| self.light(x, y as f32 + slope * (x - middle));
            (0..self.width as usize).step_by(every).map(|x| (at(x as f32 + 1.0) - at(x as f32)).abs()).sum()
        };
        (0..self.height as usize).map(row).collect()
    }

    /// Gives the light at a place of the part, 0 to 255; between pixels their mean, the nearest beyond the page.
    fn light(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (self.left + x, self.top + y);
        let (left, top) = (x.floor(), y.floor());
        let at = |x: f32, y: f32| {
            let x = (x.max(0.0) as u32).min(self.page.width() - 1);
            let y = (y.max(0.0) as u32).min(self.page.height() - 1);
            f32::from(self.page.get_pixel(x, y).0[0])
        };
        let upper = at(left, top) * (left + 1.0 - x) + at(left + 1.0, top) * (x - left);
        let lower = at(left, top + 1.0) * (left + 1.0 - x) + at(left + 1.0, top + 1.0) * (x - left);
        upper * (top + 1.0 - y) + lower * (y - top)
    }

    /// Finds the rows of print that are about `height` pixels high.
    pub(super) fn rows(&self, height: f32) -> Vec<Row> {
        let profile = self.profile(self.slope, 1);
        let mut sorted = profile.clone();
        sorted.sort_by(f32::total_cmp);
        let at = |part: f32| sorted.get((part * sorted.len() as f32) as usize).copied().unwrap_or_default();
        let edge = at(0.15) + PRINT * (at(0.95) - at(0.15));
        let mut rows: Vec<Row> = Vec::new();
        let mut begun: Option<usize> = None;
        for (y, print) in profile.iter().chain(std::iter::once(&0.0)).enumerate() {
            match (begun, *print > edge) {
                (None, true) => begun = Some(y),
                (Some(top), false) => {
                    let row = Row { top: top as f32, bottom: y as f32 };
                    match rows.last_mut() {
                        Some(last) if row.top - last.bottom < 0.12 * height => last.bottom = row.bottom,
                        _ => rows.push(row),
                    }
                    begun = None;
                }
                _ => {}
            }
        }
        rows.retain(|row| (0.5..1.7).contains(&(row.height() / height)));
        rows
    }

    /// Cuts the strip of a row, its letters enlarged so that what is `cap` pixels high becomes [`ZONE_CAP`].
    pub(super) fn strip(&self, row: &Row, cap: f32) -> GrayImage {
        let scale = ZONE_CAP / cap.max(1.0);
        let width = ((self.width * scale) as u32).clamp(1, 4000);
        let middle = self.width / 2.0;
        GrayImage::from_fn(width, STRIP_HEIGHT, |x, y| {
            // The mean of four places, so that what shrinks loses no stroke.
            let mut sum = 0.0;
            for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let x = (x as f32 + dx) / scale - 0.5;
                let y = row.middle() + (y as f32 + dy - STRIP_HEIGHT as f32 / 2.0) / scale - 0.5;
                sum += self.light(x, y + self.slope * (x - middle));
            }
            Luma([(sum / 4.0).clamp(0.0, 255.0) as u8])
        })
    }

    /// Gives the box of a row from one column of its strip to another, in fractions of the page.
    pub(super) fn rect(&self, row: &Row, cap: f32, from: f32, to: f32) -> Rect {
        let scale = ZONE_CAP / cap.max(1.0);
        let (width, height) = (self.page.width() as f32, self.page.height() as f32);
        let at = |column: f32| (column / scale).clamp(0.0, self.width);
        let slanted = |x: f32| self.slope * (x - self.width / 2.0);
        let (left, right) = (at(from), at(to));
        let (up, down) = (slanted(left).min(slanted(right)), slanted(left).max(slanted(right)));
        Rect::new(
            ((self.left + left) / width).clamp(0.0, 1.0),
            ((self.top + row.top + up) / height).clamp(0.0, 1.0),
            ((self.left + right) / width).clamp(0.0, 1.0),
            ((self.top + row.bottom + down) / height).clamp(0.0, 1.0),
        )
    }
}
