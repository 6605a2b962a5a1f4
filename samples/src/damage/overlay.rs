//! What comes onto a paper after it was printed: the stamp of the mail room, notes by hand, a tick, a ring round a date.

use super::paint::{self, Field};
use super::raster::Raster;
use crate::draw::Draw;
use crate::typeset::{PageText, Press, Sheets, fonts::HANDS};
use guichet_pipeline::geometry::Rect;

/// Something laid over a page.
#[derive(Debug)]
pub struct Overlay {
    sheets: Sheets,
    x: f32,
    y: f32,
    strength: f32,
    patchy: Option<Field>,
}

impl Overlay {
    /// Lays it over the pixels of the page at `dpi`.
    pub fn lay(&self, page: &mut Raster, dpi: f32) {
        let mut ink = Raster::from_rgb(self.sheets.pixels(0, dpi));
        if let Some(field) = &self.patchy {
            field.fade(&mut ink);
        }
        paint::overprint(page, &ink, f64::from(self.x), f64::from(self.y), self.strength);
    }
}

/// Draws what stands on a page that came in on `day` ("23 NOV. 2026").
pub fn draw(press: &Press, page: &PageText, day: &str, draw: &mut Draw) -> Vec<Overlay> {
    let mut overlays = Vec::new();
    if draw.chance(0.3) {
        overlays.extend(stamp(press, page, day, draw));
    }
    if draw.chance(0.22) {
        overlays.extend(note(press, page, draw));
    }
    if draw.chance(0.12) {
        overlays.extend(stroke(press, page, draw));
    }
    overlays
}

const PAGE: &str = "#set page(width: auto, height: auto, margin: 3pt, fill: white)\n";

/// A stamp of the mail room.
fn stamp(press: &Press, page: &PageText, day: &str, draw: &mut Draw) -> Option<Overlay> {
    let colour = draw.one(&["#1f3a93", "#7a1f8f", "#b3202a", "#1d1d1d", "#0f5f4a", "#c0392b"]);
    let angle = draw.between(-14, 14);
    let office = draw.one(&[
        "SERVICE LOCATIF",
        "COURRIER ARRIVÉ",
        "GESTION LOCATIVE",
        "AGENCE NORD",
        "ACCUEIL",
        "SERVICE ASSURANCES",
        "",
    ]);
    let head = draw.one(&["REÇU LE", "ARRIVÉ LE", "COURRIER REÇU LE", "ENREGISTRÉ LE", "REÇU"]);
    let font = draw.one(&["Liberation Sans", "DejaVu Sans", "GNUTypewriter", "Liberation Mono"]);
    let body = match draw.below(3) {
        0 => format!("#text(size: 9pt)[{head}]\\ #text(size: 13pt)[{day}]\\ #text(size: 7pt)[{office}]"),
        1 => format!("#text(size: 8pt)[{office}]\\ #text(size: 15pt)[{day}]\\ #text(size: 8pt)[{head}]"),
        _ => format!("#text(size: 11pt)[{head} {day}]"),
    };
    let frame = draw.one(&["rect", "rect", "box", "circle"]);
    let framed = match frame {
        "circle" => {
            format!("#circle(radius: 50pt, stroke: 1.4pt + rgb(\"{colour}\"))[#set align(center + horizon)\n{body}]")
        }
        "rect" => {
            format!("#rect(stroke: 1.6pt + rgb(\"{colour}\"), inset: 6pt, radius: 2pt)[#set align(center)\n{body}]")
        }
        _ => format!("#box(inset: 4pt)[#set align(center)\n{body}]"),
    };
    let source = format!(
        "{PAGE}#set text(font: \"{font}\", weight: \"bold\", fill: rgb(\"{colour}\"))\n#set par(leading: 0.4em)\n#rotate({angle}deg, reflow: true)[{framed}]"
    );
    let sheets = press.set_text(&source).ok()?;
    let patchy = Some(Field::clouds(9, 9, 0.25, 1.3, draw));
    let (x, y) = place(page, &sheets, draw);
    Some(Overlay { sheets, x, y, strength: draw.real(0.6, 0.95), patchy })
}

/// A few words by hand: who filed it, where it goes.
fn note(press: &Press, page: &PageText, draw: &mut Draw) -> Option<Overlay> {
    let words = match draw.below(9) {
        0 => "vu".to_owned(),
        1 => draw.pattern("dossier ####"),
        2 => "à classer".to_owned(),
        3 => "copie".to_owned(),
        4 => "ok".to_owned(),
        5 => "pour Mme Vidal".to_owned(),
        6 => "reçu par mail".to_owned(),
        7 => draw.pattern("loc. ######"),
        _ => "assurance".to_owned(),
    };
    let colour = draw.one(&["#1c2f86", "#22252b", "#2746a6", "#b01d24", "#0d6b3a"]);
    let (font, size) = (draw.one(HANDS), draw.between(15, 26));
    let angle = draw.between(-9, 9);
    let source = format!(
        "{PAGE}#set text(font: \"{font}\", size: {size}pt, fill: rgb(\"{colour}\"))\n#rotate({angle}deg, reflow: true)[{words}]"
    );
    let sheets = press.set_text(&source).ok()?;
    let (x, y) = place(page, &sheets, draw);
    Some(Overlay { sheets, x, y, strength: draw.real(0.7, 1.0), patchy: None })
}

/// A stroke of the pen: a tick, a ring, a line under something, a highlighter.
fn stroke(press: &Press, page: &PageText, draw: &mut Draw) -> Option<Overlay> {
    let word = draw.pick(&page.words).rect;
    let (width, height) = (word.width() * page.width + 14.0, word.height() * page.height + 9.0);
    let ink = draw.one(&["#1c2f86", "#b01d24", "#22252b"]);
    let (body, strength) = match draw.below(4) {
        0 => (format!("#ellipse(width: {width}pt, height: {height}pt, stroke: 1.1pt + rgb(\"{ink}\"))"), 0.9),
        1 => {
            let colour = draw.one(&["#fff04d", "#b8f56a", "#ff9ad5", "#9ee7ff"]);
            (format!("#rect(width: {width}pt, height: {height}pt, fill: rgb(\"{colour}\"))"), 0.9)
        }
        2 => {
            let (a, b, c) = (width * 0.3, height * 1.6, width.min(26.0) + 8.0);
            (
                format!(
                    "#curve(stroke: 1.6pt + rgb(\"{ink}\"), curve.move((0pt, {}pt)), curve.line(({}pt, {b}pt)), curve.line(({c}pt, 0pt)))",
                    b * 0.6,
                    a.min(8.0)
                ),
                0.95,
            )
        }
        _ => (
            format!(
                "#box(height: {height}pt, align(bottom, curve(stroke: 1.2pt + rgb(\"{ink}\"), curve.move((0pt, 2pt)), curve.cubic(({}pt, 0pt), ({}pt, 4pt), ({width}pt, 1pt)))))",
                width * 0.3,
                width * 0.6
            ),
            0.9,
        ),
    };
    let sheets = press.set_text(&format!("{PAGE}{body}")).ok()?;
    Some(Overlay { sheets, x: word.mid_x(), y: word.mid_y(), strength, patchy: None })
}

/// Draws a place where little is covered, and no field if that can be.
fn place(page: &PageText, overlay: &Sheets, draw: &mut Draw) -> (f32, f32) {
    let (width, height) = (overlay.pages[0].width / page.width, overlay.pages[0].height / page.height);
    let mut best = (f32::MAX, (0.8, 0.12));
    for _ in 0..14 {
        let x = draw.real(width / 2.0 + 0.01, (0.99 - width / 2.0).max(width / 2.0 + 0.02));
        let y = draw.real(height / 2.0 + 0.01, (0.99 - height / 2.0).max(height / 2.0 + 0.02));
        let here = Rect::new(x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0);
        let covered: f32 =
            page.words.iter().map(|word| word.rect.overlap(&here) * if word.mark.is_some() { 12.0 } else { 1.0 }).sum();
        if covered < best.0 {
            best = (covered, (x, y));
        }
    }
    best.1
}
