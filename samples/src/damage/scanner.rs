//! A flatbed or feed scanner: grey, colour or black and white, a little skew, grain, dust, dark edges.

use super::map::Map;
use super::paint::{self, Field};
use super::raster::{Noise, Raster};
use super::{Page, Shot, WHOLE};
use crate::draw::Draw;

/// What a scanner keeps of colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everything.
    Colour,
    /// Lightness.
    Grey,
    /// Black or white.
    Bilevel,
}

/// A scanner and its settings, the same for all pages of a paper.
#[derive(Clone, Debug)]
pub struct Scanner {
    /// Pixels an inch.
    pub dpi: f32,
    /// What it keeps.
    pub mode: Mode,
    skew: f32,
    /// Light of bare paper and of ink, 0 to 1.
    paper: f32,
    ink: f32,
    tint: [f32; 3],
    /// Light of the glass around the sheet.
    glass: u8,
    grain: f32,
    blur: usize,
    specks: i32,
    /// Dust on the glass of a feeder: columns as fractions of the width.
    streaks: Vec<(f32, f32)>,
    edge: f32,
    threshold: f32,
    quality: u8,
}

impl Scanner {
    /// Draws a scanner.
    pub fn draw(draw: &mut Draw) -> Self {
        let mode = *draw.weighted(&[(4.0, Mode::Colour), (5.0, Mode::Grey), (2.0, Mode::Bilevel)]);
        let dpi = match mode {
            Mode::Bilevel => draw.one(&[200.0, 200.0, 300.0]),
            _ => *draw.weighted(&[(2.0, 150.0), (6.0, 200.0), (1.0, 240.0), (1.5, 300.0)]),
        };
        let warm = draw.real(-0.03, 0.03);
        Self {
            dpi,
            mode,
            skew: if draw.chance(0.75) { 0.7 } else { 2.2 },
            paper: draw.real(0.9, 1.0),
            ink: draw.real(0.03, 0.24),
            tint: [1.0 + warm.min(0.0), 1.0 - warm.abs() / 3.0, 1.0 - warm.max(0.0)],
            glass: draw.one(&[255, 255, 250, 236, 205, 40, 18]),
            grain: draw.real(2.0, 13.0),
            blur: usize::from(draw.chance(0.45)),
            specks: if draw.chance(0.4) { draw.between(4, 90) } else { 0 },
            streaks: if draw.chance(0.14) {
                (0..draw.between(1, 3)).map(|_| (draw.real(0.03, 0.97), draw.real(0.45, 0.9))).collect()
            } else {
                Vec::new()
            },
            edge: if draw.chance(0.35) { draw.real(0.25, 0.9) } else { 0.0 },
            threshold: draw.real(0.5, 0.72),
            quality: u8::try_from(draw.between(38, 88)).unwrap_or(70),
        }
    }

    /// Draws a small and much compressed scan.
    pub fn draw_coarse(draw: &mut Draw) -> Self {
        let mode = if draw.chance(0.5) { Mode::Colour } else { Mode::Grey };
        let quality = u8::try_from(draw.between(9, 30)).unwrap_or(20);
        Self { dpi: draw.real(80.0, 115.0), mode, quality, blur: 0, ..Self::draw(draw) }
    }

    /// Scans a page.
    pub fn shoot(&self, page: &Page<'_>, draw: &mut Draw) -> Shot {
        let raster = page.raster(self.dpi);
        let raster = if self.mode == Mode::Colour { raster } else { raster.grey() };
        let mut map = Map::default();
        self.scan(&raster, &mut map, draw)
    }

    /// Scans what lies on the glass already as pixels (a photocopy), reached by `map`.
    pub fn scan(&self, sheet: &Raster, map: &mut Map, draw: &mut Draw) -> Shot {
        let aspect = sheet.width as f64 / sheet.height as f64;
        let mut here = Map::default();
        here.then_skew(f64::from(draw.real(-1.0, 1.0) * draw.real(0.0, 1.0) * self.skew), aspect);
        let (dx, dy) = (f64::from(draw.real(-0.008, 0.008)), f64::from(draw.real(-0.008, 0.008)));
        here.then_rect(dx, dy, 1.0 + dx, 1.0 + dy);
        let mut raster = Raster::filled(sheet.width, sheet.height, sheet.channels, [self.glass; 3]);
        paint::page(&mut raster, sheet, &here);
        map.then(&here);
        if self.blur > 0 {
            raster.blur(self.blur);
        }
        let (paper, ink) = (self.paper, self.ink);
        raster.tone(|value| ink + (paper - ink) * value);
        if raster.channels == 3 {
            raster.tint(self.tint);
        }
        if self.edge > 0.0 {
            edge_shadow(self.edge, draw).light(&mut raster);
        }
        for (at, strength) in &self.streaks {
            streak(&mut raster, *at, *strength);
        }
        specks(&mut raster, self.specks, draw);
        raster.grain(self.grain, draw);
        if self.mode == Mode::Bilevel {
            let threshold = self.threshold;
            raster.tone(|value| if value < threshold { 0.0 } else { 1.0 });
        }
        Shot {
            raster,
            map: map.clone(),
            window: WHOLE,
            to_upright: 0,
            dpi: self.dpi,
            bilevel: self.mode == Mode::Bilevel,
            quality: self.quality,
            exif: None,
        }
    }
}

/// The shadow of a lid that does not close, along one edge or two.
fn edge_shadow(strength: f32, draw: &mut Draw) -> Field {
    let side = draw.below(4);
    let width = draw.real(0.01, 0.035);
    Field::from(64, 64, |x, y| {
        let from_edge = [x, 1.0 - x, y, 1.0 - y][side];
        1.0 - strength * (1.0 - (from_edge / width).min(1.0))
    })
}

/// A thin line down the whole page.
fn streak(raster: &mut Raster, at: f32, strength: f32) {
    let column = ((at * raster.width as f32) as usize).min(raster.width - 1);
    let stride = raster.width * raster.channels;
    for row in raster.data.chunks_exact_mut(stride) {
        for value in &mut row[column * raster.channels..][..raster.channels] {
            *value = (f32::from(*value) * strength) as u8;
        }
    }
}

/// Dust: dots of one to three pixels, a few of them light.
pub(super) fn specks(raster: &mut Raster, count: i32, draw: &mut Draw) {
    let mut noise = Noise::new(draw);
    for _ in 0..count {
        let (x, y) = (noise.unit() * raster.width as f32, noise.unit() * raster.height as f32);
        let size = 1 + (noise.next() % 3) as usize;
        let light = if noise.next().is_multiple_of(5) { 250 } else { (noise.next() % 90) as u8 };
        for row in 0..size {
            for column in 0..size {
                let (x, y) = (x as usize + column, y as usize + row);
                if x < raster.width && y < raster.height && (size < 3 || (row, column) != (0, 0)) {
                    let at = (y * raster.width + x) * raster.channels;
                    raster.data[at..at + raster.channels].fill(light);
                }
            }
        }
    }
}
