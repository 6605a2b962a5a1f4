//! A fax: one bit, 204 dots an inch across, 196 or 98 down, a header line, lines lost on the way.

use super::map::Map;
use super::paint;
use super::raster::{Noise, Raster};
use super::scanner::specks;
use super::{Page, Shot, WHOLE};
use crate::draw::Draw;
use crate::typeset::Press;

/// Dots an inch across.
const DPI: f32 = 204.0;

/// A fax machine and its line.
#[derive(Clone, Debug)]
pub struct Fax {
    fine: bool,
    threshold: f32,
    grain: f32,
    lost: f32,
    specks: i32,
    header: String,
}

impl Fax {
    /// Draws a fax that came in on `day` ("23/11/2026").
    pub fn draw(draw: &mut Draw, day: &str) -> Self {
        let hour = format!("{:02}:{:02}", draw.between(7, 19), draw.between(0, 59));
        let number = draw.pattern_of(&["05 36 49 ## ##", "01 99 00 ## ##", "0353 01 ####", "+33 4 65 71 ## ##"]);
        let header = match draw.below(3) {
            0 => format!("{day}  {hour}    {number}              PAGE {{page}}"),
            1 => format!("De : {number}     A : 0353010000     {day} {hour}     P.{{page}}"),
            _ => format!("FAX RECU LE {day} A {hour}   N° {number}   {{page}}"),
        };
        Self {
            fine: draw.chance(0.7),
            threshold: draw.real(0.48, 0.68),
            grain: draw.real(10.0, 60.0),
            lost: if draw.chance(0.4) { draw.real(0.001, 0.008) } else { 0.0 },
            specks: draw.between(0, 160),
            header,
        }
    }

    /// Faxes a page.
    pub fn shoot(&self, press: &Press, page: &Page<'_>, draw: &mut Draw) -> Shot {
        let sheet = page.raster(DPI).grey();
        let height = (sheet.height as f32 * 196.0 / DPI) as usize;
        let mut map = Map::default();
        map.then_skew(f64::from(draw.real(-0.8, 0.8)), page.aspect());
        let header = self.header_line(press, page.index, sheet.width);
        let top = header.as_ref().map_or(0, |line| line.height) as f64 / height as f64;
        map.then_rect(0.0, top, 1.0, 1.0);
        let lines = if self.fine { height } else { height / 2 };
        let mut raster = Raster::filled(sheet.width, lines, 1, [255; 3]);
        paint::page(&mut raster, &sheet, &map);
        raster.grain(self.grain, draw);
        specks(&mut raster, self.specks, draw);
        let threshold = self.threshold;
        raster.tone(|value| if value < threshold { 0.0 } else { 1.0 });
        self.lose_lines(&mut raster, draw);
        if !self.fine {
            raster = doubled(&raster, height);
        }
        if let Some(mut line) = header {
            line.tone(|value| if value < 0.6 { 0.0 } else { 1.0 });
            raster.paste(&line, 0, 0);
        }
        Shot { raster, map, window: WHOLE, to_upright: 0, dpi: DPI, bilevel: true, quality: 50, exif: None }
    }

    /// Sets the line that the receiving machine prints above the page.
    fn header_line(&self, press: &Press, index: usize, width: usize) -> Option<Raster> {
        let text = self.header.replace("{page}", &format!("{:02}", index + 1));
        let points = width as f32 / DPI * 72.0;
        let source = format!(
            "#set page(width: {points}pt, height: 14pt, margin: (x: 20pt, y: 3pt))\n#set text(font: \"Liberation Mono\", size: 8pt)\n#text(\"{text}\")"
        );
        let sheets = press.set_text(&source).ok()?;
        Some(Raster::from_rgb(sheets.pixels(0, DPI)).grey())
    }

    /// Lines that got lost come out white, or as the line before.
    fn lose_lines(&self, raster: &mut Raster, draw: &mut Draw) {
        let mut noise = Noise::new(draw);
        for y in 1..raster.height {
            if noise.unit() >= self.lost {
                continue;
            }
            let (before, here) = raster.data.split_at_mut(y * raster.width);
            if noise.next().is_multiple_of(2) {
                here[..raster.width].fill(255);
            } else {
                here[..raster.width].copy_from_slice(&before[(y - 1) * raster.width..]);
            }
        }
    }
}

/// Gives a picture of standard resolution its full height: each line twice.
fn doubled(raster: &Raster, height: usize) -> Raster {
    let mut data = Vec::with_capacity(raster.width * height);
    for y in 0..height {
        let from = (y / 2).min(raster.height - 1) * raster.width;
        data.extend_from_slice(&raster.data[from..from + raster.width]);
    }
    Raster { width: raster.width, height, channels: 1, data }
}
