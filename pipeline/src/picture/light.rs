//! Uneven light: shadows and dark paper made white, ink kept.

use image::GrayImage;
use std::borrow::Cow;

/// Side of the cells in which the paper's brightness is measured: larger than a letter, smaller than a shadow.
const CELL: u32 = 24;
/// The share of a cell's pixels that are darker than its paper.
const PAPER: usize = 85;
/// Paper at least this bright everywhere needs nothing.
const BRIGHT: u8 = 236;

/// Divides by the brightness of the paper around each pixel; gives the page as it is when its paper is bright everywhere.
pub fn even_light(page: &GrayImage) -> Cow<'_, GrayImage> {
    let (width, height) = page.dimensions();
    if width < 2 * CELL || height < 2 * CELL {
        return Cow::Borrowed(page);
    }
    let (columns, rows) = (width.div_ceil(CELL) as usize, height.div_ceil(CELL) as usize);
    let mut paper = vec![0u8; columns * rows];
    let mut histogram = [0u32; 256];
    for row in 0..rows {
        for column in 0..columns {
            histogram.fill(0);
            let mut count = 0;
            let (x0, y0) = (column as u32 * CELL, row as u32 * CELL);
            for y in (y0..(y0 + CELL).min(height)).step_by(2) {
                let row = &page.as_raw()[(y * width + x0) as usize..(y * width + (x0 + CELL).min(width)) as usize];
                for &level in row.iter().step_by(2) {
                    histogram[usize::from(level)] += 1;
                    count += 1;
                }
            }
            paper[row * columns + column] = percentile(&histogram, count);
        }
    }
    if paper.iter().all(|&level| level >= BRIGHT) {
        return Cow::Borrowed(page);
    }
    // Cells full of ink take the paper of their neighbours.
    let paper = blurred(&widest(&paper, columns, rows), columns, rows);
    let across: Vec<Between> = (0..width).map(|x| Between::new(x, columns)).collect();
    let mut levels = vec![0f32; columns];
    let mut out = page.clone();
    for (y, row) in out.rows_mut().enumerate() {
        let down = Between::new(y as u32, rows);
        let (upper, lower) = (&paper[down.low * columns..], &paper[down.high * columns..]);
        for (level, (a, b)) in levels.iter_mut().zip(upper.iter().zip(lower)) {
            *level = a + (b - a) * down.share;
        }
        for (pixel, between) in row.zip(&across) {
            let level = levels[between.low] + (levels[between.high] - levels[between.low]) * between.share;
            pixel.0[0] = (f32::from(pixel.0[0]) * 250.0 / level.max(24.0)).min(255.0) as u8;
        }
    }
    Cow::Owned(out)
}

fn percentile(histogram: &[u32; 256], count: usize) -> u8 {
    let wanted = (count * PAPER / 100).max(1) as u32;
    let mut seen = 0;
    for (level, &pixels) in histogram.iter().enumerate() {
        seen += pixels;
        if seen >= wanted {
            return level as u8;
        }
    }
    255
}

/// Takes for each cell the brightest of those around it.
fn widest(cells: &[u8], columns: usize, rows: usize) -> Vec<f32> {
    let around = |row: usize, column: usize| {
        let mut best = 0;
        for r in row.saturating_sub(1)..(row + 2).min(rows) {
            for c in column.saturating_sub(1)..(column + 2).min(columns) {
                best = best.max(cells[r * columns + c]);
            }
        }
        f32::from(best)
    };
    (0..rows * columns).map(|i| around(i / columns, i % columns)).collect()
}

fn blurred(cells: &[f32], columns: usize, rows: usize) -> Vec<f32> {
    let around = |row: usize, column: usize| {
        let (mut sum, mut count) = (0.0, 0.0);
        for r in row.saturating_sub(1)..(row + 2).min(rows) {
            for c in column.saturating_sub(1)..(column + 2).min(columns) {
                sum += cells[r * columns + c];
                count += 1.0;
            }
        }
        sum / count
    };
    (0..rows * columns).map(|i| around(i / columns, i % columns)).collect()
}

/// The cells whose middles a pixel lies between, and how far it is from the first to the second.
struct Between {
    low: usize,
    high: usize,
    share: f32,
}

impl Between {
    fn new(pixel: u32, count: usize) -> Self {
        let cell = (pixel as f32 / CELL as f32 - 0.5).clamp(0.0, (count - 1) as f32);
        let low = cell as usize;
        Self { low, high: (low + 1).min(count - 1), share: cell - low as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn a_shadow_goes_and_ink_stays() {
        let ink = |x: u32, y: u32| x % 40 < 3 && y % 20 < 10;
        let page = GrayImage::from_fn(400, 600, |x, y| {
            let paper = 240.0 - 0.25 * x as f32;
            Luma([if ink(x, y) { 20 } else { paper as u8 }])
        });
        let even = even_light(&page);
        for (x, y) in [(20, 300), (390, 300), (200, 15)] {
            assert!(even.get_pixel(x, y).0[0] > 225, "paper at {x}, {y} is {}", even.get_pixel(x, y).0[0]);
        }
        assert!(even.get_pixel(41, 45).0[0] < 60);
    }

    #[test]
    fn bright_and_tiny_pages_stay_as_they_are() {
        let bright = GrayImage::from_pixel(200, 200, Luma([250]));
        assert_eq!(*even_light(&bright), bright);
        let tiny = GrayImage::from_pixel(1, 1, Luma([10]));
        assert_eq!(*even_light(&tiny), tiny);
    }
}
