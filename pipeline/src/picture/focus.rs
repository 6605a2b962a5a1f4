//! Pictures that are out of focus, or moved: how wide their edges are, and made sharp again.

use image::GrayImage;
use std::borrow::Cow;
use std::f32::consts::{PI, TAU};

/// Every so many rows and columns are looked at.
const STEP: usize = 8;
/// The two sides of an edge are looked for this far from it, in pixels.
const REACH: usize = 7;
/// An edge is a step of at least so many greys: ink on paper.
const CONTRAST: u8 = 90;
/// And changes at least by so many greys a pixel: all else is shadow.
const SLOPE: f32 = 8.0;
/// Fewer edges than this tell nothing.
const FEWEST: u32 = 40;
/// Edges less wide than this are as sharp as a recogniser wants them.
const SHARP: f32 = 1.75;
/// Edges less wide than this, in pixels of the camera, are as sharp as they come: enlarged, they have no more to show.
const FOCUSED: f32 = 1.2;
/// What is wider than this cannot be brought back.
const WIDEST: f32 = 4.0;
/// Widths are told apart in steps of this many a pixel.
const STEPS_A_PIXEL: f32 = 50.0;

/// How wide the edges of a picture are: the standard deviation in pixels of the Gaussian that would have made them so.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Blur {
    /// Along the rows.
    across: f32,
    /// Along the columns.
    down: f32,
}

/// Measures the edges of ink on a page, in both directions; `None` where there are too few.
fn blur(page: &GrayImage) -> Option<Blur> {
    let (width, height) = (page.width() as usize, page.height() as usize);
    let raw = page.as_raw();
    let mut widths = Widths::default();
    for row in raw.chunks_exact(width.max(1)).step_by(STEP) {
        widths.add(row);
    }
    let across = widths.median()?;
    let mut widths = Widths::default();
    let mut column = Vec::with_capacity(height);
    for x in (0..width).step_by(STEP) {
        column.clear();
        column.extend(raw[x..].iter().step_by(width));
        widths.add(&column);
    }
    Some(Blur { across, down: widths.median()? })
}

/// The widths of edges, counted.
#[derive(Default)]
struct Widths {
    counts: Vec<u32>,
}

impl Widths {
    /// Counts the edges on one line of pixels. A Gaussian edge of height h and deviation s is steepest by h / (s √(2π)).
    fn add(&mut self, line: &[u8]) {
        let slope = |x: usize| f32::from(line[x + 1].abs_diff(line[x - 1])) / 2.0;
        let mut x = REACH;
        while x + REACH < line.len() {
            let here = slope(x);
            if here < SLOPE || (x - 2..=x + 2).any(|near| slope(near) > here) {
                x += 1;
                continue;
            }
            let around = &line[x - REACH..=x + REACH];
            let (low, high) = around.iter().fold((255, 0), |(low, high), &level| (level.min(low), level.max(high)));
            if high - low >= CONTRAST {
                let width = f32::from(high - low) / (here * TAU.sqrt());
                let bin = (width * STEPS_A_PIXEL) as usize;
                if self.counts.len() <= bin {
                    self.counts.resize(bin + 1, 0);
                }
                self.counts[bin] += 1;
            }
            x += 1;
        }
    }

    fn median(&self) -> Option<f32> {
        let all: u32 = self.counts.iter().sum();
        let mut seen = 0;
        let bin = self.counts.iter().position(|count| {
            seen += count;
            2 * seen >= all
        })?;
        (all >= FEWEST).then(|| bin as f32 / STEPS_A_PIXEL)
    }
}

/// Makes the edges of a page steep again where they are wide; gives a sharp page as it is.
///
/// Each direction is deconvolved by itself, by the Wiener filter of a Gaussian as wide as its edges: a hand that moved blurs one
/// direction more than the other. `grain` is how many pixels of the page one of the camera became.
pub fn sharpened(page: Cow<'_, GrayImage>, grain: f32) -> Cow<'_, GrayImage> {
    let least = SHARP.max(FOCUSED * grain);
    let wide = |width: f32| (least..=WIDEST).contains(&width).then_some(width);
    let Some((across, down)) = blur(&page).map(|blur| (wide(blur.across), wide(blur.down))) else {
        return page;
    };
    if across.is_none() && down.is_none() {
        return page;
    }
    let taps = |width: Option<f32>| width.map_or_else(|| vec![1.0], wiener);
    Cow::Owned(filtered(&page, &taps(across), &taps(down)))
}

/// What is lost of a frequency that is all noise: higher keeps the noise down, lower brings back more.
const NOISE: f32 = 0.06;

/// Gives the middle and one side of the symmetric filter that undoes a Gaussian blur of deviation `width`, in pixels: its
/// frequency response H / (H² + k), where H is that of the blur and k the share of noise (N. Wiener, 1949); it keeps the mean.
fn wiener(width: f32) -> Vec<f32> {
    const FREQUENCIES: usize = 512;
    let reach = (4.0 * width).ceil() as usize + 3;
    let tap = |at: usize| {
        let parts = (0..FREQUENCIES).map(|i| {
            let frequency = (i as f32 + 0.5) / (2 * FREQUENCIES) as f32;
            let blurred = (-2.0 * (PI * width * frequency).powi(2)).exp();
            blurred / (blurred * blurred + NOISE) * (TAU * frequency * at as f32).cos()
        });
        parts.sum::<f32>() / FREQUENCIES as f32
    };
    let taps: Vec<f32> = (0..=reach).map(tap).collect();
    let whole = taps[0] + 2.0 * taps[1..].iter().sum::<f32>();
    taps.iter().map(|tap| tap / whole).collect()
}

/// Filters the rows of a page, then its columns; what lies outside is as its border.
fn filtered(page: &GrayImage, across: &[f32], down: &[f32]) -> GrayImage {
    let (width, height) = (page.width() as usize, page.height() as usize);
    let margin = across.len() - 1;
    let mut rows = vec![0f32; width * height];
    let mut padded = vec![0f32; width + 2 * margin];
    for (row, out) in page.as_raw().chunks_exact(width).zip(rows.chunks_exact_mut(width)) {
        padded[..margin].fill(f32::from(row[0]));
        padded[margin + width..].fill(f32::from(row[width - 1]));
        for (to, &from) in padded[margin..].iter_mut().zip(row) {
            *to = f32::from(from);
        }
        weighed(out, across, |step| &padded[margin.wrapping_add_signed(step)..]);
    }
    let row = |y: isize| {
        let y = y.clamp(0, height as isize - 1) as usize;
        &rows[y * width..(y + 1) * width]
    };
    let mut sum = vec![0f32; width];
    let mut out = page.clone();
    for (y, to) in out.chunks_exact_mut(width).enumerate() {
        weighed(&mut sum, down, |step| row(y as isize + step));
        for (to, &level) in to.iter_mut().zip(&sum) {
            *to = (level + 0.5).clamp(0.0, 255.0) as u8;
        }
    }
    out
}

/// Sums lines of levels, `beside` at each step to either side, by the taps of a symmetric filter.
fn weighed<'a>(out: &mut [f32], taps: &[f32], beside: impl Fn(isize) -> &'a [f32]) {
    // Few enough to be kept in registers over all taps.
    const BLOCK: usize = 16;
    let lines: Vec<(&[f32], &[f32], f32)> =
        (0..).zip(taps).skip(1).map(|(at, &tap)| (beside(-at), beside(at), tap)).collect();
    let middle = beside(0);
    for (block, out) in out.chunks_mut(BLOCK).enumerate() {
        let within = block * BLOCK..block * BLOCK + out.len();
        let mut sums = [0f32; BLOCK];
        for (sum, level) in sums.iter_mut().zip(&middle[within.clone()]) {
            *sum = level * taps[0];
        }
        for (before, after, tap) in &lines {
            let pairs = before[within.clone()].iter().zip(&after[within.clone()]);
            for (sum, (before, after)) in sums.iter_mut().zip(pairs) {
                *sum += (before + after) * tap;
            }
        }
        out.copy_from_slice(&sums[..out.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;
    use image::imageops::blur as gaussian;

    /// Upright and level strokes of ink.
    fn strokes() -> GrayImage {
        GrayImage::from_fn(420, 420, |x, y| Luma([if x % 42 < 14 || y % 60 < 14 { 20 } else { 245 }]))
    }

    #[test]
    fn the_width_of_edges_is_that_of_the_blur() {
        for width in [1.6, 2.2, 3.0] {
            let found = blur(&gaussian(&strokes(), width)).unwrap();
            assert!((found.across - width).abs() < 0.35, "{width}: {found:?}");
            assert!((found.down - width).abs() < 0.35, "{width}: {found:?}");
        }
        assert!(blur(&strokes()).unwrap().across < 1.0);
        assert_eq!(blur(&GrayImage::from_pixel(300, 300, Luma([200]))), None);
        assert_eq!(blur(&GrayImage::new(3, 2)), None);
    }

    /// Strokes as thin as those of letters.
    fn letters() -> GrayImage {
        let stroke = |x: u32, y: u32| (x % 21 < 5 && y % 40 < 25) || (y % 40 < 5 && x % 42 < 26);
        GrayImage::from_fn(420, 420, |x, y| Luma([if stroke(x, y) { 20 } else { 245 }]))
    }

    /// Gives the share of pixels that a threshold half way takes for the wrong one of ink and paper.
    fn wrong(page: &GrayImage, sharp: &GrayImage) -> f64 {
        let differ = page.iter().zip(sharp.iter()).filter(|(a, b)| (**a < 128) != (**b < 128)).count();
        differ as f64 / sharp.len() as f64
    }

    #[test]
    fn what_was_blurred_is_nearer_to_what_it_was() {
        let sharp = letters();
        let blurred = gaussian(&sharp, 2.2);
        let again = sharpened(Cow::Borrowed(&blurred), 1.0);
        let (after, before) = (wrong(&again, &sharp), wrong(&blurred, &sharp));
        assert!(after < 0.5 * before, "{after} of {before}");
        assert!(matches!(sharpened(Cow::Borrowed(&blurred), 2.5), Cow::Borrowed(_)), "enlarged so much, it was sharp");
    }

    #[test]
    fn what_was_blurred_in_one_direction_is_sharpened_in_that_one_only() {
        let sharp = letters();
        let bell: Vec<f32> = (0..9).map(|d: u8| (-f32::from(d).powi(2) / (2.0 * 2.2 * 2.2)).exp()).collect();
        let whole = bell[0] + 2.0 * bell[1..].iter().sum::<f32>();
        let bell: Vec<f32> = bell.iter().map(|share| share / whole).collect();
        let moved = filtered(&sharp, &bell, &[1.0]);
        let found = blur(&moved).unwrap();
        assert!(found.across > SHARP && found.down < SHARP, "{found:?}");
        let again = sharpened(Cow::Borrowed(&moved), 1.0);
        let off = |page: &GrayImage| page.iter().zip(sharp.iter()).map(|(a, b)| u32::from(a.abs_diff(*b))).sum::<u32>();
        assert!(off(&again) * 10 < off(&moved) * 8, "{} of {}", off(&again), off(&moved));
        // Rows are filtered each by itself: what does not change down a column still does not.
        let column = |page: &GrayImage, y| (0..420).map(|x| page.get_pixel(x, y).0[0]).collect::<Vec<u8>>();
        assert_eq!(column(&again, 12), column(&again, 20));
    }

    #[test]
    fn a_sharp_page_stays_as_it_is() {
        let page = strokes();
        assert!(matches!(sharpened(Cow::Borrowed(&page), 1.0), Cow::Borrowed(_)));
        let flat = GrayImage::from_pixel(50, 9, Luma([120]));
        assert_eq!(*sharpened(Cow::Borrowed(&flat), 1.0), flat);
        assert_eq!(filtered(&flat, &wiener(2.0), &wiener(3.0)), flat, "a filter keeps the mean");
    }
}
