//! A photocopier: hard contrast, pale patches where the toner runs out, black edges and streaks; once or twice.

use super::map::Map;
use super::paint::{self, Field};
use super::raster::Raster;
use super::scanner::{Scanner, specks};
use super::{Page, Shot};
use crate::draw::Draw;

/// A copier and its state.
#[derive(Clone, Debug)]
pub struct Copier {
    generations: usize,
    contrast: f32,
    middle: f32,
    toner: f32,
    border: bool,
    specks: i32,
    streaks: usize,
}

impl Copier {
    /// Draws a copier.
    pub fn draw(draw: &mut Draw) -> Self {
        Self {
            generations: if draw.chance(0.3) { 2 } else { 1 },
            contrast: draw.real(1.6, 3.4),
            middle: draw.real(0.42, 0.66),
            toner: draw.real(0.5, 1.0),
            border: draw.chance(0.4),
            specks: draw.between(0, 260),
            streaks: if draw.chance(0.3) { draw.below(3) + 1 } else { 0 },
        }
    }

    /// Copies a page and scans the copy.
    pub fn shoot(&self, page: &Page<'_>, scanner: &Scanner, draw: &mut Draw) -> Shot {
        let mut sheet = page.raster(scanner.dpi).grey();
        let mut map = Map::default();
        for _ in 0..self.generations {
            sheet = self.copy(&sheet, &mut map, draw);
        }
        scanner.scan(&sheet, &mut map, draw)
    }

    fn copy(&self, sheet: &Raster, map: &mut Map, draw: &mut Draw) -> Raster {
        let aspect = sheet.width as f64 / sheet.height as f64;
        let mut here = Map::default();
        here.then_skew(f64::from(draw.real(-0.9, 0.9) * draw.real(0.0, 1.0)), aspect);
        // Copies are a little smaller or larger than what was copied.
        let scale = f64::from(draw.real(0.96, 1.01));
        let (dx, dy) = (f64::from(draw.real(-0.012, 0.012)), f64::from(draw.real(-0.012, 0.012)));
        let low = (1.0 - scale) / 2.0;
        here.then_rect(low + dx, low + dy, 1.0 - low + dx, 1.0 - low + dy);
        let mut copy = Raster::filled(sheet.width, sheet.height, 1, if self.border { [25; 3] } else { [255; 3] });
        paint::page(&mut copy, sheet, &here);
        map.then(&here);
        copy.blur(1);
        copy.grain(26.0, draw);
        let (contrast, middle) = (self.contrast, self.middle);
        copy.tone(|value| 0.5 + (value - middle) * contrast);
        if self.toner < 0.95 {
            Field::clouds(7, 9, self.toner, 1.15, draw).fade(&mut copy);
        }
        for _ in 0..self.streaks {
            streak(&mut copy, draw);
        }
        specks(&mut copy, self.specks, draw);
        copy
    }
}

/// A band of toner down the page, frayed.
fn streak(raster: &mut Raster, draw: &mut Draw) {
    let left = draw.below(raster.width.saturating_sub(12).max(1));
    let width = draw.below(3) + 1;
    let (top, length) = (draw.below(raster.height), raster.height / (draw.below(3) + 1));
    for y in top..(top + length).min(raster.height) {
        for x in left..(left + width).min(raster.width) {
            if (y * 7 + x * 13) % 5 != 0 {
                let at = y * raster.width + x;
                raster.data[at] = raster.data[at].min(90);
            }
        }
    }
}
