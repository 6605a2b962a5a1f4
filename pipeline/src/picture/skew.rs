//! Small rotations of a scanned page: found by projection, undone.

use image::{GrayImage, imageops};

/// Pages are fed into scanners at most this crooked, in degrees.
const WIDEST: f32 = 6.0;
/// More points than this add nothing.
const MOST_POINTS: usize = 12_000;
/// Fewer points than this tell nothing.
const FEWEST_POINTS: usize = 250;

/// Gives by how many degrees the lines of a page rise to the right (negative: they fall); 0 where it cannot be told.
///
/// The angle at which the lower edges of ink fall into the fewest rows (projection profile, Postl 1986).
pub fn skew(page: &GrayImage) -> f32 {
    let (points, _) = edges(page);
    if points.len() < FEWEST_POINTS {
        return 0.0;
    }
    steepest(&points)
}

/// Gives by how many pixels a pixel the lines under some lower edges of ink go down to the left.
pub(super) fn lean_of(points: &[(f32, f32)]) -> f32 {
    steepest(points).to_radians().tan()
}

/// Gives the angle in degrees under which points fall into the fewest rows.
fn steepest(points: &[(f32, f32)]) -> f32 {
    let mut bins = Vec::new();
    let mut best = (score(points, 0.0, &mut bins) * 1.02, 0.0);
    let mut search = |from: f32, to: f32, step: f32, best: &mut (f64, f32)| {
        let steps = ((to - from) / step).round() as i32;
        for i in 0..=steps {
            let angle = from + i as f32 * step;
            let found = score(points, angle, &mut bins);
            if found > best.0 {
                *best = (found, angle);
            }
        }
    };
    search(-WIDEST, WIDEST, 0.25, &mut best);
    let near = best.1;
    search(near - 0.25, near + 0.25, 0.05, &mut best);
    best.1
}

/// Gives by how many degrees the lines of a page lean, across or down it.
pub fn lean(page: &GrayImage) -> f32 {
    match lines_run_across(page) {
        Some(false) => skew(&imageops::rotate90(page)),
        _ => skew(page),
    }
}

/// How many times sharper the profile of one direction must be to say that lines run that way.
const SHARPER: f64 = 1.25;

/// Tells whether the lines of text run across (`true`) or down the page; `None` where it cannot be told.
pub fn lines_run_across(page: &GrayImage) -> Option<bool> {
    let sharpness = |page: &GrayImage| {
        let (points, _) = edges(page);
        let mut bins = Vec::new();
        let best = (-8..=8).map(|step| score(&points, step as f32 * 0.5, &mut bins)).fold(0.0, f64::max);
        (points.len() >= FEWEST_POINTS).then(|| best / (points.len() as f64).powi(2))
    };
    let (across, down) = (sharpness(page)?, sharpness(&imageops::rotate90(page))?);
    if across > SHARPER * down {
        Some(true)
    } else if down > SHARPER * across {
        Some(false)
    } else {
        None
    }
}

/// Gives points on the lower edges of ink, at a reduced size, and by how much it is reduced.
pub(super) fn edges(page: &GrayImage) -> (Vec<(f32, f32)>, f32) {
    let (width, height) = page.dimensions();
    let step = (width.max(height) / 900).max(1);
    let dark = |x: u32, y: u32| page.get_pixel(x, y).0[0] < 128;
    let mut points = Vec::new();
    let mut y = step;
    while y + step < height {
        let mut x = step;
        while x + step < width {
            if dark(x, y) && !dark(x, y + step) {
                points.push((x as f32 / step as f32, y as f32 / step as f32));
            }
            x += step;
        }
        y += step;
    }
    let every = points.len().div_ceil(MOST_POINTS).max(1);
    (points.into_iter().step_by(every).collect(), step as f32)
}

fn score(points: &[(f32, f32)], degrees: f32, bins: &mut Vec<u32>) -> f64 {
    const OFFSET: f32 = 512.0;
    let slope = degrees.to_radians().tan();
    gathered(points.iter().map(|(x, y)| y + x * slope + OFFSET), 2600, bins)
}

/// Gives how far rows fall together, of `count` that there may be: the sum of the squares of how many fall into each.
pub(super) fn gathered(rows: impl Iterator<Item = f32>, count: usize, bins: &mut Vec<u32>) -> f64 {
    bins.clear();
    bins.resize(count, 0);
    for row in rows {
        if let Some(bin) = bins.get_mut(row as usize) {
            *bin += 1;
        }
    }
    bins.iter().map(|&count| f64::from(count) * f64::from(count)).sum()
}

/// Rotates a page clockwise by `degrees` about its middle, same size, white where nothing was.
pub fn rotate(page: &GrayImage, degrees: f32) -> GrayImage {
    let (width, height) = page.dimensions();
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (middle_x, middle_y) = (width as f32 / 2.0, height as f32 / 2.0);
    let fixed = |value: f32| (f64::from(value) * f64::from(1 << FRACTION)) as i64;
    let (step_x, step_y) = (fixed(cos), fixed(-sin));
    let mut out = GrayImage::from_pixel(width, height, image::Luma([255]));
    for (y, row) in out.rows_mut().enumerate() {
        let (dx, dy) = (0.5 - middle_x, y as f32 + 0.5 - middle_y);
        let mut from_x = fixed(dx * cos + dy * sin + middle_x - 0.5);
        let mut from_y = fixed(-dx * sin + dy * cos + middle_y - 0.5);
        for pixel in row {
            if let Some(grey) = between(page, from_x, from_y) {
                pixel.0[0] = grey;
            }
            from_x += step_x;
            from_y += step_y;
        }
    }
    out
}

/// Bits of a place that stand for parts of a pixel.
const FRACTION: u32 = 16;

/// Gives the grey between pixels; white outside.
pub(super) fn sample(page: &GrayImage, x: f32, y: f32) -> u8 {
    let fixed = |value: f32| (value * (1 << FRACTION) as f32) as i64;
    between(page, fixed(x), fixed(y)).unwrap_or(255)
}

/// Gives the grey at a place in fixed point, to a 256th of a pixel; `None` outside.
#[inline]
fn between(page: &GrayImage, x: i64, y: i64) -> Option<u8> {
    let (width, height) = (page.width() as i64, page.height() as i64);
    let (x0, y0) = (x >> FRACTION, y >> FRACTION);
    if x0 < 0 || y0 < 0 || x0 + 1 >= width || y0 + 1 >= height {
        return None;
    }
    let part = |place: i64| (place >> (FRACTION - 8)) as u32 & 255;
    let (fx, fy) = (part(x), part(y));
    let at = (y0 * width + x0) as usize;
    let (upper, lower) = (&page.as_raw()[at..at + 2], &page.as_raw()[at + width as usize..at + width as usize + 2]);
    let across = |pair: &[u8]| u32::from(pair[0]) * (256 - fx) + u32::from(pair[1]) * fx;
    Some(((across(upper) * (256 - fy) + across(lower) * fy) >> 16) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// Draws a page of bars that look like lines of words.
    fn page() -> GrayImage {
        GrayImage::from_fn(1000, 1400, |x, y| {
            let line = y % 40 < 14 && (100..1300).contains(&y);
            let word = x % 90 < 70 && (100..900).contains(&x) && (x * 7 + y / 40 * 13) % 11 < 7;
            Luma([if line && word { 20 } else { 250 }])
        })
    }

    #[test]
    fn the_skew_put_in_is_found_again() {
        let page = page();
        for degrees in [-5.0, -2.3, -0.4, 0.0, 0.8, 3.15, 5.0] {
            let crooked = rotate(&page, degrees);
            let found = skew(&crooked);
            assert!((found + degrees).abs() < 0.15, "{degrees} put in, {found} found");
        }
    }

    #[test]
    fn the_way_of_lines_is_told() {
        let upright = page();
        assert_eq!(lines_run_across(&upright), Some(true));
        assert_eq!(lines_run_across(&imageops::rotate270(&upright)), Some(false));
        assert_eq!(lines_run_across(&GrayImage::from_pixel(800, 800, Luma([255]))), None);
    }

    #[test]
    fn blank_and_tiny_pages_have_none() {
        assert_eq!(skew(&GrayImage::from_pixel(800, 800, Luma([255]))), 0.0);
        assert_eq!(skew(&GrayImage::from_pixel(1, 1, Luma([0]))), 0.0);
    }
}
