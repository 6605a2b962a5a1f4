//! A picture of a screen: a telephone showing the paper in an app, or a window on a desktop with the head of the page.

use super::map::Map;
use super::paint;
use super::raster::Raster;
use super::{Page, Shot, WHOLE};
use crate::draw::Draw;
use crate::typeset::Press;

/// A screen.
#[derive(Clone, Debug)]
pub struct Screen {
    width: usize,
    height: usize,
    /// Height of the bars above and below the page.
    head: usize,
    foot: usize,
    /// Width of the page on it.
    shown: usize,
    dark: bool,
    title: String,
    clock: String,
    quality: u8,
}

impl Screen {
    /// Draws a screen.
    pub fn draw(draw: &mut Draw) -> Self {
        let dark = draw.chance(0.4);
        let clock = format!("{:02}:{:02}", draw.between(6, 23), draw.between(0, 59));
        let title = (draw.one(&[
            "attestation.pdf",
            "Attestation_habitation.pdf",
            "Document (3).pdf",
            "Mes documents",
            "attestation-2026.pdf",
            "Espace client",
            "PJ mail",
        ]))
        .to_owned();
        let quality = u8::try_from(draw.between(60, 92)).unwrap_or(80);
        if draw.chance(0.75) {
            let (width, height) = draw.one(&[(1080, 2340), (1080, 2400), (1170, 2532), (828, 1792), (720, 1600)]);
            let unit = width / 14;
            return Self { width, height, head: unit * 3, foot: unit, shown: width, dark, title, clock, quality };
        }
        let (width, height) = draw.one(&[(1366, 768), (1600, 900), (1920, 1080), (1440, 900)]);
        let shown = (width as f32 * draw.real(0.5, 0.72)) as usize;
        Self { width, height, head: 96, foot: 40, shown, dark, title, clock, quality }
    }

    /// Shows a page.
    pub fn shoot(&self, press: &Press, page: &Page<'_>, draw: &mut Draw) -> Shot {
        let dpi = self.shown as f32 / page.sheets.pages[page.index].width * 72.0;
        let sheet = page.raster(dpi);
        let back = if self.dark { [40, 42, 46] } else { [225, 226, 230] };
        let mut raster = Raster::filled(self.width, self.height, 3, back);
        let free = self.height - self.head - self.foot;
        let left = (self.width - self.shown) / 2;
        // A page that fits stands in the middle; of a longer one the head shows.
        let top = self.head + if sheet.height < free { (free - sheet.height) / 2 } else { draw.below(12) };
        let rows = sheet.height.min(self.height - self.foot - top);
        let mut map = Map::default();
        let (w, h) = (self.width as f64, self.height as f64);
        let (x0, y0) = (left as f64 / w, top as f64 / h);
        map.then_rect(x0, y0, x0 + self.shown as f64 / w, y0 + sheet.height as f64 / h);
        paint::page(&mut raster, &sheet, &map);
        if let Some(bar) = self.bar(press, self.head, true) {
            raster.paste(&bar, 0, 0);
        }
        if let Some(bar) = self.bar(press, self.foot, false) {
            raster.paste(&bar, 0, self.height - self.foot);
        }
        let mut shot =
            Shot { raster, map, window: WHOLE, to_upright: 0, dpi, bilevel: false, quality: self.quality, exif: None };
        self.crop(&mut shot, top, rows, draw);
        shot
    }

    /// Some people cut the bars off; what the bar at the foot hides is lost anyway.
    fn crop(&self, shot: &mut Shot, top: usize, rows: usize, draw: &mut Draw) {
        if !draw.chance(0.3) {
            shot.window.y1 = (self.height - self.foot) as f32 / self.height as f32;
            return;
        }
        let height = self.height as f64;
        let mut crop = Map::default();
        crop.then_crop(0.0, top as f64 / height, 1.0, (top + rows) as f64 / height);
        shot.raster = shot.raster.rows(top, top + rows);
        shot.map.then(&crop);
    }

    /// Sets a bar: the clock and the battery, the name of the file; or the buttons at the foot.
    fn bar(&self, press: &Press, height: usize, head: bool) -> Option<Raster> {
        let (fill, text) = if self.dark { ("#17181b", "#f1f1f1") } else { ("#fbfbfd", "#202124") };
        let size = if self.width > self.height { 16 } else { self.width / 30 };
        let Self { title, clock, width, .. } = self;
        let phone = self.height > self.width;
        let body = match (head, phone) {
            (true, true) => format!(
                "#grid(columns: (1fr, auto), [*{clock}*], [4G #box(width: 1.6em, height: 0.75em, stroke: 1.5pt + rgb(\"{text}\"), radius: 2pt, rect(width: 62%, height: 100%, fill: rgb(\"{text}\")))])\n#v(0.9em)\n#sym.arrow.l #h(0.8em) #text(\"{title}\") #h(1fr) #sym.dots.v"
            ),
            (true, false) => format!(
                "#box(fill: rgb(\"{fill}\").darken(8%), inset: 6pt, radius: 4pt)[#text(\"{title}\") #h(1em) x]\n#v(0.2em)\n#rect(width: 100%, radius: 8pt, inset: 5pt, stroke: 0.8pt + gray, text(size: 0.85em)[fichier:///C:/Utilisateurs/moi/Telechargements/#text(\"{title}\")])"
            ),
            (false, true) => "#align(center + horizon)[#line(length: 30%, stroke: 3pt + gray)]".to_owned(),
            (false, false) => format!("#align(horizon)[Page 1 / 1 #h(1fr) 100 % #h(2em) {clock}]"),
        };
        let source = format!(
            "#set page(width: {width}pt, height: {height}pt, margin: {}pt, fill: rgb(\"{fill}\"))\n#set text(font: \"Roboto\", size: {size}pt, fill: rgb(\"{text}\"))\n#set par(spacing: 0.3em)\n{body}",
            size / 3 + 2
        );
        Some(Raster::from_rgb(press.set_text(&source).ok()?.pixels(0, 72.0)))
    }
}
