//! A telephone's camera over a sheet on a table: perspective, a sheet that is not flat, uneven light, shadows, blur, wrong
//! whites, and the orientation that the telephone notes or forgets.

use super::map::Map;
use super::paint::{self, Field};
use super::raster::Raster;
use super::{Page, Shot, WHOLE, surface};
use crate::draw::Draw;

/// How bad the photo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// As most people do it.
    Usual,
    /// Small and much compressed, as messengers send it on.
    Coarse,
    /// Nobody can read it.
    Lost,
}

/// A camera and the hand that holds it.
#[derive(Clone, Debug)]
pub struct Camera {
    width: usize,
    height: usize,
    blur: usize,
    rounds: usize,
    moved: usize,
    exposure: f32,
    tint: [f32; 3],
    grain: f32,
    quality: u8,
    exif: Option<u16>,
    turned: u8,
    care: Care,
}

impl Camera {
    /// Draws a camera.
    pub fn draw(draw: &mut Draw, care: Care) -> Self {
        let (width, height) = match care {
            Care::Usual => *draw.weighted(&[
                (3.0, (1200, 1600)),
                (3.0, (1500, 2000)),
                (2.0, (1536, 2048)),
                (1.0, (1080, 1920)),
                (0.7, (1944, 2592)),
            ]),
            Care::Coarse => draw.one(&[(900, 1200), (960, 1280), (1024, 1365), (810, 1440)]),
            Care::Lost => draw.one(&[(900, 1200), (1200, 1600), (480, 640)]),
        };
        let warm = draw.real(-0.09, 0.12);
        let (stored, exif) = orientation(draw);
        Self {
            width,
            height,
            blur: if care == Care::Coarse { 0 } else { *draw.weighted(&[(5.0, 0), (4.0, 1), (0.8, 2)]) },
            rounds: 1 + draw.below(2),
            moved: if care != Care::Coarse && draw.chance(0.07) { 2 + draw.below(2) } else { 0 },
            exposure: draw.real(0.72, 1.06),
            tint: [1.0 + warm.min(0.03), 1.0 - warm.abs() * 0.25, 1.0 - warm.max(-0.03)],
            grain: draw.real(3.0, 17.0),
            quality: match care {
                Care::Coarse => u8::try_from(draw.between(14, 40)).unwrap_or(30),
                _ => u8::try_from(draw.between(52, 92)).unwrap_or(80),
            },
            exif,
            turned: stored,
            care,
        }
    }

    /// Photographs a page.
    pub fn shoot(&self, page: &Page<'_>, draw: &mut Draw) -> Shot {
        let map = self.lie(page.aspect(), draw);
        // The page as large as it will show: finer would only be thrown away.
        let left_edge = distance(map.point((0.0, 0.0)), map.point((0.0, 1.0)), self.height);
        let inches = page.sheets.pages[page.index].height / 72.0;
        let dpi = (left_edge / inches).clamp(50.0, 230.0);
        let mut sheet = page.raster(dpi);
        sheet.tone(|value| 0.06 + 0.91 * value);
        let mut raster = self.table(&map, draw);
        paint::page(&mut raster, &sheet, &map);
        self.light(draw).light(&mut raster);
        self.spoil(&mut raster, draw);
        let mut shot = Shot {
            raster,
            map,
            window: WHOLE,
            to_upright: 0,
            dpi,
            bilevel: false,
            quality: self.quality,
            exif: self.exif,
        };
        shot.turn(self.turned);
        shot
    }

    /// Draws where the sheet lies in the frame.
    fn lie(&self, aspect: f64, draw: &mut Draw) -> Map {
        let frame = self.width as f64 / self.height as f64;
        let mut map = Map::default();
        if draw.chance(0.35) {
            let depth = f64::from(draw.real(-0.016, 0.016));
            map.then_bend(depth, f64::from(draw.real(0.7, 1.4)), f64::from(draw.real(-0.2, 0.2)));
        }
        // A sheet that lies across is photographed across.
        let fill = if draw.chance(0.2) { draw.real(0.96, 1.03) } else { draw.real(0.78, 0.95) };
        let (w, h) = if aspect / frame > 1.0 { (1.0, frame / aspect) } else { (aspect / frame, 1.0) };
        let (w, h) = (w * f64::from(fill), h * f64::from(fill));
        let (cx, cy) = (0.5 + f64::from(draw.real(-0.02, 0.02)), 0.5 + f64::from(draw.real(-0.02, 0.02)));
        let lean = if draw.chance(0.85) { 3.5 } else { 11.0 };
        let angle = f64::from(draw.real(-1.0, 1.0)) * lean * f64::from(draw.real(0.2, 1.0));
        let (sin, cos) = angle.to_radians().sin_cos();
        let tilt = if draw.chance(0.8) { 0.022 } else { 0.055 };
        let mut corner = |x: f64, y: f64| {
            let (dx, dy) = ((x - 0.5) * w * frame, (y - 0.5) * h);
            let turned = ((dx * cos - dy * sin) / frame + cx, dx * sin + dy * cos + cy);
            let jitter = |draw: &mut Draw| f64::from(draw.real(-1.0, 1.0)) * tilt;
            (turned.0 + jitter(draw), turned.1 + jitter(draw))
        };
        let corners = [corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0)];
        map.then_corners(corners);
        map
    }

    /// Paints what the sheet lies on, with the sheet's shadow, at half size: it is out of focus anyway.
    fn table(&self, map: &Map, draw: &mut Draw) -> Raster {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut half = surface::paint(width, height, draw);
        let (dx, dy) = (f64::from(draw.real(-0.012, 0.012)), f64::from(draw.real(0.0, 0.014)));
        let mut shade = Raster::filled(width, height, 1, [255; 3]);
        let dark = Raster::filled(2, 2, 1, [135; 3]);
        let mut under = map.clone();
        under.then_rect(dx, dy, 1.0 + dx, 1.0 + dy);
        paint::page(&mut shade, &dark, &under);
        shade.blur(width / 150 + 1);
        for (pixel, factor) in half.data.chunks_exact_mut(3).zip(&shade.data) {
            for value in pixel {
                *value = (u32::from(*value) * u32::from(*factor) / 255) as u8;
            }
        }
        half.blur(1);
        let mut table = Raster::filled(self.width, self.height, 3, [128; 3]);
        paint::page(&mut table, &half, &Map::default());
        table
    }

    /// Draws the light: from one side, weaker in the corners, with the shadow of a hand or a telephone.
    fn light(&self, draw: &mut Draw) -> Field {
        let angle = draw.real(0.0, std::f32::consts::TAU);
        let (sin, cos) = angle.sin_cos();
        let slope = draw.real(0.05, 0.5);
        let vignette = draw.real(0.0, 0.3);
        let exposure = self.exposure;
        let base = Field::from(24, 32, |x, y| {
            let side = (x - 0.5) * cos + (y - 0.5) * sin;
            let far = (x - 0.5).powi(2) + (y - 0.5).powi(2);
            exposure * (1.0 + side * slope) * (1.0 - vignette * far * 2.0)
        });
        if draw.chance(0.6) {
            return base;
        }
        let (cx, cy) = (draw.real(0.0, 1.0), draw.real(0.35, 1.1));
        let (rx, ry) = (draw.real(0.25, 0.6), draw.real(0.25, 0.6));
        let (depth, soft) = (draw.real(0.18, 0.5), draw.real(2.0, 8.0));
        let shadow = Field::from(40, 52, |x, y| {
            let r = ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2);
            1.0 - depth / (1.0 + ((r - 1.0) * soft).exp())
        });
        shadow.times(&base)
    }

    fn spoil(&self, raster: &mut Raster, draw: &mut Draw) {
        if self.care == Care::Lost {
            self.lose(raster, draw);
        }
        for _ in 0..self.rounds {
            raster.blur(self.blur);
        }
        if self.moved > 0 {
            raster.blur_rows(self.moved);
        }
        raster.tint(self.tint);
        raster.grain(self.grain, draw);
    }

    /// Makes a photo that nobody can read: out of focus, in the dark, or moved.
    fn lose(&self, raster: &mut Raster, draw: &mut Draw) {
        let unit = (self.width / 160).max(2);
        match draw.below(3) {
            0 => {
                raster.blur(unit + draw.below(unit));
                raster.blur(unit);
            }
            1 => {
                let left = draw.real(0.03, 0.07);
                raster.blur(2);
                raster.tone(|value| value * left);
                raster.grain(34.0, draw);
            }
            _ => {
                raster.blur_rows(unit * 2 + draw.below(unit * 2));
                raster.blur(unit / 2 + 1);
            }
        }
    }
}

fn distance(a: (f64, f64), b: (f64, f64), height: usize) -> f32 {
    (((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)).sqrt() * height as f64) as f32
}

/// Draws how the picture is stored, in quarters clockwise, and what the telephone notes (EXIF orientation: 1 as it is, 6
/// turn a quarter clockwise to look at, 8 the other way, 3 upside down). It is wrong often enough.
fn orientation(draw: &mut Draw) -> (u8, Option<u16>) {
    *draw.weighted(&[
        (34.0, (0, Some(1))),
        (16.0, (0, None)),
        (20.0, (3, Some(6))),
        (5.0, (1, Some(8))),
        (3.0, (2, Some(3))),
        (7.0, (3, None)),
        (5.0, (1, Some(1))),
        (2.0, (2, Some(1))),
        (4.0, (3, Some(1))),
        (4.0, (0, Some(6))),
    ])
}
