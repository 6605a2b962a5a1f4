//! Windows to learn from: letters of a typeface side by side, moved, blurred, worn and soiled as copies and photos do it.

use super::window::{HEIGHT, PIXELS, WIDTH, evened};
use guichet_pipeline::engines::{NO_LETTER, ZONE_CAP};
use guichet_pipeline::values::mrz::ALPHABET;
use image::{GrayImage, imageops};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

/// Width of a letter's cell on a sheet, in pixels.
const CELL: u32 = 120;
/// Height of capitals to which a sheet is brought: twice that of a window, so that a window is a mean of four.
const CAP: f32 = 2.0 * ZONE_CAP;
/// Share of windows that show no letter in their middle.
const EMPTY: f64 = 0.22;
/// Share of letters that are fillers: a third of a zone is, and they are the easiest.
const FILLERS: f64 = 0.25;
/// Distances from one letter to the next, in heights of a capital: from DejaVu Sans Mono to OCR-B.
const PITCHES: (f32, f32) = (0.78, 1.14);
/// A letter further from the middle than this, in pitches, is not the window's.
const BESIDE: f32 = 0.14;

/// The letters of one typeface.
#[derive(Clone, Debug)]
pub struct Sheet {
    cells: Vec<GrayImage>,
    /// Row of the line on which the letters stand.
    base: f32,
}

impl Sheet {
    /// Takes a sheet as `echantillons alphabets` writes it; `None` when it is none.
    pub fn new(sheet: &GrayImage) -> Option<Self> {
        let count = ALPHABET.chars().count() as u32;
        if sheet.width() != count * CELL {
            return None;
        }
        let cell = |at: u32| imageops::crop_imm(sheet, at * CELL, 0, CELL, sheet.height()).to_image();
        // H stands on the line and reaches the height of capitals.
        let h = cell(7);
        let dark: Vec<u32> = h.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] < 128).map(|(_, y, _)| y).collect();
        let (top, bottom) = (*dark.iter().min()?, dark.iter().max()? + 1);
        let scale = CAP / (bottom - top) as f32;
        let size = |pixels: u32| ((pixels as f32 * scale) as u32).max(1);
        let small = |at| imageops::resize(&cell(at), size(CELL), size(sheet.height()), imageops::FilterType::Triangle);
        Some(Self { cells: (0..count).map(small).collect(), base: bottom as f32 * scale })
    }

    /// Gives the ink of letter `class` at a place around the foot of its middle, 0 to 1.
    fn ink(&self, class: usize, x: f32, y: f32) -> f32 {
        let cell = &self.cells[class];
        if 2.0 * x.abs() > cell.width() as f32 {
            return 0.0;
        }
        let (x, y) = (x + cell.width() as f32 / 2.0 - 0.5, y + self.base - 0.5);
        let at = |x: f32, y: f32| -> f32 {
            let inside = x >= 0.0 && y >= 0.0 && x < cell.width() as f32 && y < cell.height() as f32;
            if inside { 1.0 - f32::from(cell.get_pixel(x as u32, y as u32).0[0]) / 255.0 } else { 0.0 }
        };
        let (left, top) = (x.floor(), y.floor());
        let (right, down) = (x - left, y - top);
        let upper = at(left, top) * (1.0 - right) + at(left + 1.0, top) * right;
        let lower = at(left, top + 1.0) * (1.0 - right) + at(left + 1.0, top + 1.0) * right;
        upper * (1.0 - down) + lower * down
    }
}

/// Draws a window, ready for the network, and the class of what stands in its middle.
pub fn draw(sheet: &Sheet, rng: &mut ChaCha8Rng) -> (Vec<f32>, usize) {
    let empty = rng.random_bool(EMPTY);
    let pitch = rng.random_range(PITCHES.0..PITCHES.1) * CAP;
    let away = if empty { rng.random_range(0.33..0.5_f32) } else { rng.random_range(0.0..BESIDE) };
    let away = if rng.random_bool(0.5) { away } else { -away };
    let bare = empty && rng.random_bool(0.25);
    let mut letters = Vec::new();
    for place in -2_i8..=2 {
        // The ends of a zone have nobody beside them.
        let there = if place == 0 && !empty { true } else { !bare && rng.random_bool(0.88) };
        let letter = if rng.random_bool(FILLERS) { NO_LETTER - 1 } else { rng.random_range(0..NO_LETTER) };
        if there {
            letters.push(((f32::from(place) + away) * pitch, letter, place));
        }
    }
    let middle = letters.iter().find(|(_, _, place)| *place == 0 && !empty).map(|(_, letter, _)| *letter);
    let mut pixels = printed(sheet, &letters, rng);
    harm(&mut pixels, rng);
    evened(&mut pixels);
    (pixels, middle.unwrap_or(NO_LETTER))
}

/// Prints letters into a window, a little too large or small, high or low, leaning or narrow.
fn printed(sheet: &Sheet, letters: &[(f32, usize, i8)], rng: &mut impl Rng) -> Vec<f32> {
    let (size, narrow) = (rng.random_range(0.84..1.2_f32), rng.random_range(0.9..1.1_f32));
    let (lean, slope) = (rng.random_range(-0.08..0.08_f32), rng.random_range(-0.035..0.035_f32));
    let foot = (HEIGHT as f32 + ZONE_CAP) + rng.random_range(-4.5..4.5_f32);
    let mut pixels = vec![0.0; PIXELS];
    for y in 0..2 * HEIGHT {
        for x in 0..2 * WIDTH {
            let across = (x as f32 + 0.5 - WIDTH as f32) / (size * narrow);
            let down = (y as f32 + 0.5 - foot) / size - slope * across;
            let across = across + lean * down;
            let ink =
                letters.iter().map(|(place, class, _)| sheet.ink(*class, across - place, down)).fold(0.0, f32::max);
            pixels[y / 2 * WIDTH + x / 2] += ink / 4.0;
        }
    }
    pixels
}

/// Turns ink into the light of a copy.
fn harm(pixels: &mut [f32], rng: &mut impl Rng) {
    let wear = rng.random_range(0.0..1.0_f32);
    if rng.random_bool(0.3) {
        coarse(pixels, rng);
    }
    let blur = rng.random_range(0.0..1.7_f32) * wear;
    smooth(pixels, blur);
    // Ink that ran or went pale; a fax knows black and white alone.
    let (edge, slope) = (rng.random_range(0.25..0.6_f32), rng.random_range(1.0..6.0_f32));
    if rng.random_bool(0.35) {
        pixels.iter_mut().for_each(|ink| *ink = ((*ink - edge) * slope + 0.5).clamp(0.0, 1.0));
    }
    let (paper, ink) = (rng.random_range(0.62..1.0_f32), rng.random_range(0.0..0.5_f32));
    let grain = rng.random_range(0.0..0.14_f32) * wear;
    let (across, down) = (rng.random_range(-0.006..0.006_f32), rng.random_range(-0.006..0.006_f32));
    // The fine lines of an identity paper's ground.
    let waves: Vec<(f32, f32, f32, f32)> = (0..if rng.random_bool(0.5) { rng.random_range(1..4) } else { 0 })
        .map(|_| {
            let turn = rng.random_range(0.0..std::f32::consts::PI);
            let often = rng.random_range(0.2..1.6_f32);
            (often * turn.cos(), often * turn.sin(), rng.random_range(0.0..6.0), rng.random_range(0.0..0.1))
        })
        .collect();
    for (at, pixel) in pixels.iter_mut().enumerate() {
        let (x, y) = ((at % WIDTH) as f32, (at / WIDTH) as f32);
        let ground: f32 = waves.iter().map(|(a, b, phase, depth)| depth * (a * x + b * y + phase).sin().max(0.0)).sum();
        let noise = grain * (rng.random::<f32>() + rng.random::<f32>() - 1.0);
        let light = (paper - ground) * (1.0 - *pixel) + paper * ink * *pixel;
        *pixel = (light + across * x + down * y + noise).clamp(0.0, 1.0);
    }
    // A rule, the edge of a card or a line of print above or below.
    if rng.random_bool(0.12) {
        let (top, thick) = (rng.random_range(0..HEIGHT), rng.random_range(1..4));
        if !(6..HEIGHT - 8).contains(&top) {
            let dark = rng.random_range(0.0..0.5_f32);
            for y in top..(top + thick).min(HEIGHT) {
                pixels[y * WIDTH..(y + 1) * WIDTH].fill(dark);
            }
        }
    }
}

/// Loses what a picture of fewer pixels loses.
fn coarse(pixels: &mut [f32], rng: &mut impl Rng) {
    let Some(&step) = [1.5_f32, 2.0, 2.5].choose(rng) else { return };
    let (shift_x, shift_y) = (rng.random_range(0.0..step), rng.random_range(0.0..step));
    let (columns, rows) = ((WIDTH as f32 / step) as usize + 3, (HEIGHT as f32 / step) as usize + 3);
    let mut cells = vec![(0.0_f32, 0.0_f32); columns * rows];
    let cell = |x: usize, y: usize| {
        let (column, row) = (((x as f32 + shift_x) / step) as usize, ((y as f32 + shift_y) / step) as usize);
        row * columns + column
    };
    for (at, pixel) in pixels.iter().enumerate() {
        let found = &mut cells[cell(at % WIDTH, at / WIDTH)];
        *found = (found.0 + pixel, found.1 + 1.0);
    }
    for (at, pixel) in pixels.iter_mut().enumerate() {
        let (sum, count) = cells[cell(at % WIDTH, at / WIDTH)];
        *pixel = sum / count;
    }
    // An enlarged picture is a smooth one.
    smooth(pixels, step / 3.0);
}

/// Blurs by a bell of the given spread.
fn smooth(pixels: &mut [f32], spread: f32) {
    if spread < 0.25 {
        return;
    }
    let reach = (2.5 * spread).ceil() as i64;
    let bell: Vec<f32> =
        (-reach..=reach).map(|away| (-(away as f32).powi(2) / (2.0 * spread * spread)).exp()).collect();
    let whole: f32 = bell.iter().sum();
    for along in [true, false] {
        let before = pixels.to_vec();
        for (at, pixel) in pixels.iter_mut().enumerate() {
            let (x, y) = ((at % WIDTH) as i64, (at / WIDTH) as i64);
            let seen = |away: i64| {
                let (x, y) = if along { (x + away, y) } else { (x, y + away) };
                before[y.clamp(0, HEIGHT as i64 - 1) as usize * WIDTH + x.clamp(0, WIDTH as i64 - 1) as usize]
            };
            *pixel = (-reach..=reach).zip(&bell).map(|(away, weight)| seen(away) * weight).sum::<f32>() / whole;
        }
    }
}
