//! What the network looks at: a window of a strip, as wide as a letter with the edges of its neighbours.

use guichet_pipeline::engines::STRIP_HEIGHT;
use image::GrayImage;

/// Height of a window, that of a strip, in pixels.
pub const HEIGHT: usize = STRIP_HEIGHT as usize;
/// Width of a window in pixels.
pub const WIDTH: usize = 28;
/// Pixels of a window.
pub(super) const PIXELS: usize = HEIGHT * WIDTH;
/// Contrast below which paper is paper: added to the spread before it divides.
const QUIET: f32 = 0.06;

/// Gives the pixels of the window around column `middle`, black 0 to white 1; beyond the strip its edges go on.
pub(super) fn cut(strip: &GrayImage, middle: i64) -> Vec<f32> {
    let last = i64::from(strip.width()) - 1;
    let mut pixels = Vec::with_capacity(PIXELS);
    for y in 0..HEIGHT as u32 {
        for x in 0..WIDTH as i64 {
            let x = (middle + x - WIDTH as i64 / 2).clamp(0, last) as u32;
            pixels.push(f32::from(strip.get_pixel(x, y).0[0]) / 255.0);
        }
    }
    evened(&mut pixels);
    pixels
}

/// Brings a window to the same mean and spread whatever its paper and its ink.
pub(super) fn evened(pixels: &mut [f32]) {
    let count = pixels.len() as f32;
    let mean = pixels.iter().sum::<f32>() / count;
    let spread = (pixels.iter().map(|pixel| (pixel - mean).powi(2)).sum::<f32>() / count).sqrt();
    for pixel in pixels {
        *pixel = (*pixel - mean) / (spread + QUIET);
    }
}
