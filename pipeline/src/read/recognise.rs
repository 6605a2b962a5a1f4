//! Recognition of a picture of a page: set right first, then read, then its boxes brought back to what the reader sees.

use super::ink::Ink;
use super::layout::relined;
use super::marks::with_marks;
use super::{DPI, ReadError, second};
use crate::document::{Legibility, ReadPage};
use crate::engines::{EngineError, Ocr};
use crate::geometry::{Turn, Warp};
use crate::picture::{self, Bend};
use crate::text::{Line, Origin, TextLayer, Word};
use image::{GrayImage, imageops};
use std::borrow::Cow;

/// Under this mean confidence a page may lie on its side, or be no page of text.
const DOUBTFUL: f32 = 0.62;
/// Fewer words than this say nothing about how the page lies.
const FEW_WORDS: usize = 8;
/// Words under this confidence are specks and lines, not text.
const NOISE: f32 = 0.15;
/// Width in pixels of a sheet of A4 at [`DPI`].
const SHEET_WIDTH: u32 = 1654;
/// Height of the same.
const SHEET_HEIGHT: u32 = 2339;

/// Where the pixels of a page come from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Source {
    /// A program drew them.
    Drawn,
    /// A scanner or a camera took them; of each this many were made, along a row.
    Taken(f32),
}

impl Source {
    /// Tells of a page that was taken as `stored` and brought to another size.
    pub(super) fn taken(stored: &GrayImage, sized: &GrayImage) -> Self {
        Self::Taken(sized.width() as f32 / stored.width().max(1) as f32)
    }
}

/// Reads a grey page at about [`DPI`], upright or not.
pub(super) fn page(number: u32, grey: &GrayImage, source: Source, ocr: &mut dyn Ocr) -> Result<ReadPage, ReadError> {
    let even = match source {
        Source::Drawn => Cow::Borrowed(grey),
        Source::Taken(grain) => picture::sharpened(picture::even_light(grey), grain),
    };
    let flat = |page| if source == Source::Drawn { Flat::untouched(page) } else { Flat::of(page) };
    let (mut turn, mut level) = (Turn::None, flat(Cow::Borrowed(&*even)));
    let mut best = attempt(&level.page, ocr)?;
    if (best.doubtful() || best.lies())
        && let Some(better) = better_turn(&level.page, &best, ocr)?
    {
        let other = flat(Cow::Owned(turned(&even, better)));
        let turned = attempt(&other.page, ocr)?;
        if turned.worth() > 1.15 * best.worth() {
            (turn, level, best) = (better, other, turned);
        }
    }
    let replies = super::codes::replies(&even);
    // What a second look finds is sure, and little: how legible the page is shows in the first.
    let legibility = best.legibility(&level.page);
    let lines = second::look(best.lines, &level.page, ocr)?;
    let lines = marked(super::zone::reread(lines, &level.page, ocr)?, &level.page);
    // A page that lies on its side is shown turned by every reader, so its boxes stay in the turned page; where the level page
    // is seen is kept beside them.
    let (width, height) = grey.dimensions();
    let aspect = if turn.is_sideways() { height as f32 / width as f32 } else { width as f32 / height as f32 };
    let layer = TextLayer { origin: Origin::Ocr, lines };
    Ok(ReadPage { number, aspect, turn, warp: level.warp(), layer, legibility, replies })
}

/// A page whose lines were made level and straight.
struct Flat<'a> {
    page: Cow<'a, GrayImage>,
    /// Degrees by which it was rotated.
    angle: f32,
    bend: Option<Bend>,
}

impl<'a> Flat<'a> {
    fn untouched(page: Cow<'a, GrayImage>) -> Self {
        Self { page, angle: 0.0, bend: None }
    }

    fn of(lying: Cow<'a, GrayImage>) -> Self {
        let angle = picture::skew(&lying);
        let (page, angle) = match angle.abs() > 0.1 {
            true => (Cow::Owned(picture::rotate(&lying, angle)), angle),
            false => (lying, 0.0),
        };
        let bend = Bend::of(&page);
        let page = bend.map(|bend| Cow::Owned(bend.straightened(&page))).unwrap_or(page);
        Self { page, angle, bend }
    }

    /// Gives where the flat page lay before.
    fn warp(&self) -> Option<Warp> {
        (self.angle != 0.0 || self.bend.is_some()).then(|| Warp::of(|x, y| self.back(x, y)))
    }

    /// Brings a point of the flat page back to the page as it lay.
    fn back(&self, x: f32, y: f32) -> (f32, f32) {
        let (width, height) = (self.page.width() as f32, self.page.height() as f32);
        let y = self.bend.map_or(y, |bend| bend.before(x * width, y * height) / height);
        let (sin, cos) = (-self.angle).to_radians().sin_cos();
        let (dx, dy) = ((x - 0.5) * width, (y - 0.5) * height);
        let (x, y) = (0.5 + (dx * cos - dy * sin) / width, 0.5 + (dx * sin + dy * cos) / height);
        (x.clamp(0.0, 1.0), y.clamp(0.0, 1.0))
    }
}

/// How much more must be read on a part of the page to turn it.
const TURNS_FOR: f32 = 1.3;

/// Looks for the turn in which a part of the page reads better than as it lies: the whole is read once more only then.
fn better_turn(level: &GrayImage, read: &Attempt, ocr: &mut dyn Ocr) -> Result<Option<Turn>, EngineError> {
    let turns: Vec<Turn> = match picture::lines_run_across(level) {
        _ if read.lies() => vec![Turn::Right, Turn::Left],
        Some(true) => vec![Turn::Half],
        Some(false) => vec![Turn::Right, Turn::Left],
        None => vec![Turn::Half, Turn::Right, Turn::Left],
    };
    let part = densest_part(level);
    // A part may lean where the whole does not.
    let mut worth = |part| attempt(&Flat::of(Cow::Owned(part)).page, ocr).map(|read| read.worth());
    let lying = worth(part.clone())?;
    let mut best: Option<(f32, Turn)> = None;
    for turn in turns {
        let worth = worth(turned(&part, turn))?;
        if worth > TURNS_FOR * lying && best.is_none_or(|(most, _)| worth > most) {
            best = Some((worth, turn));
        }
    }
    Ok(best.map(|(_, turn)| turn))
}

/// Share of the page's sides that the part takes.
const PART: f32 = 0.45;

/// Cuts out the part of the page that holds the most letters.
fn densest_part(page: &GrayImage) -> GrayImage {
    let (width, height) = page.dimensions();
    let (wide, high) = ((width as f32 * PART) as u32, (height as f32 * PART) as u32);
    let places = [0.0, 0.25, 0.5, 0.75, 1.0];
    let corner = |x: f32, y: f32| ((x * (width - wide) as f32) as u32, (y * (height - high) as f32) as u32);
    let all = Ink::of(page);
    let ink = |&(x, y): &(u32, u32)| all.within(x..x + wide, y..y + high);
    let corners = places.iter().flat_map(|&y| places.iter().map(move |&x| (x, y))).map(|(x, y)| corner(x, y));
    let (x, y) = corners.max_by_key(ink).unwrap_or_default();
    imageops::crop_imm(page, x, y, wide.max(1), high.max(1)).to_image()
}

/// What was read of a page as it lay.
struct Attempt {
    lines: Vec<Line>,
    /// Width over height of the page.
    aspect: f32,
}

impl Attempt {
    fn words(&self) -> impl Iterator<Item = &Word> {
        self.lines.iter().flat_map(|line| &line.words)
    }

    fn confidence(&self) -> f32 {
        TextLayer { origin: Origin::Ocr, lines: self.lines.clone() }.confidence()
    }

    fn legibility(&self, page: &GrayImage) -> Legibility {
        Legibility { confidence: self.confidence(), ink_covered: Ink::of(page).covered(self.words()) }
    }

    fn doubtful(&self) -> bool {
        self.words().count() < FEW_WORDS || self.confidence() < DOUBTFUL
    }

    /// Tells whether the words stand on their sides: an engine that reads them so says their letters right and their lines
    /// wrong.
    fn lies(&self) -> bool {
        let long = self.words().filter(|word| word.text.chars().count() >= 4);
        let (tall, all) = long.fold((0, 0), |(tall, all), word| {
            (tall + usize::from(word.rect.height() > word.rect.width() * self.aspect), all + 1)
        });
        all >= FEW_WORDS && 2 * tall > all
    }

    /// Sums what was surely read: letters of sure words; nothing where they stand on their sides.
    fn worth(&self) -> f32 {
        if self.lies() {
            return 0.0;
        }
        self.words()
            .filter(|word| word.confidence > 0.5)
            .map(|word| word.text.chars().count() as f32 * word.confidence)
            .sum()
    }
}

fn attempt(page: &GrayImage, ocr: &mut dyn Ocr) -> Result<Attempt, EngineError> {
    let lines = without_specks(ocr.recognise(page)?);
    let aspect = page.width() as f32 / page.height() as f32;
    Ok(Attempt { lines: relined(lines, aspect), aspect })
}

/// Drops what recognisers make of rules, frames and dirt.
pub(super) fn without_specks(mut lines: Vec<Line>) -> Vec<Line> {
    for line in &mut lines {
        line.words.retain(|word| word.confidence > NOISE && !is_speck(word));
    }
    lines.retain(|line| !line.words.is_empty());
    lines
}

/// Tells marks that recognisers leave for rules, frames and dirt.
fn is_speck(word: &Word) -> bool {
    let said = word.text.chars().any(char::is_alphanumeric);
    let marks = word.text.chars().all(|c| {
        matches!(
            c,
            '|' | '_'
                | '-'
                | '—'
                | '~'
                | '='
                | '.'
                | ','
                | '\''
                | '"'
                | '`'
                | '['
                | ']'
                | '{'
                | '}'
                | '\\'
                | '«'
                | '»'
                | '“'
                | '”'
                | '‘'
                | '’'
                | '*'
                | '°'
        )
    });
    !said
        && marks
        && (word.text.chars().count() > 1
            || word.confidence < 0.6
            || matches!(word.text.as_str(), "|" | "_" | "~" | "\\"))
}

fn turned(page: &GrayImage, turn: Turn) -> GrayImage {
    match turn {
        Turn::None => page.clone(),
        Turn::Right => imageops::rotate90(page),
        Turn::Half => imageops::rotate180(page),
        Turn::Left => imageops::rotate270(page),
    }
}

/// Puts the boxes to tick of an upright page among its words.
pub(super) fn marked(lines: Vec<Line>, upright: &GrayImage) -> Vec<Line> {
    let boxes = picture::tick_boxes(upright);
    if boxes.is_empty() {
        return lines;
    }
    relined(with_marks(lines, &boxes), upright.width() as f32 / upright.height() as f32)
}

/// Brings a picture to the resolution that recognition likes, as far as its size tells: a sheet of A4 has a known width,
/// anything else is only kept between bounds.
pub(super) fn sized(grey: &GrayImage) -> Cow<'_, GrayImage> {
    let (width, height) = grey.dimensions();
    let ratio = width.max(height) as f32 / width.min(height).max(1) as f32;
    let (short, long) = (width.min(height), width.max(height));
    let scale = if (1.3..1.55).contains(&ratio) {
        SHEET_WIDTH as f32 / short as f32
    } else if long > 2 * SHEET_HEIGHT {
        (2 * SHEET_HEIGHT) as f32 / long as f32
    } else if short < 1000 {
        (1400.0 / short as f32).min(2.0)
    } else {
        1.0
    };
    scaled(grey, scale)
}

/// Brings a picture to `scale` times its size.
pub(super) fn scaled(grey: &GrayImage, scale: f32) -> Cow<'_, GrayImage> {
    let (width, height) = grey.dimensions();
    // Little is won by small changes, and each costs sharpness.
    if (0.87..=1.15).contains(&scale) {
        return Cow::Borrowed(grey);
    }
    let scale = scale.min(2.5);
    let (new_width, new_height) = (((width as f32 * scale) as u32).max(1), ((height as f32 * scale) as u32).max(1));
    Cow::Owned(picture::scale(grey, new_width, new_height))
}

/// Gives the width at which a sheet found in a photo is flattened: A4 upright, or on its side.
pub(super) fn sheet_width(on_its_side: bool) -> u32 {
    debug_assert!((SHEET_WIDTH as f32 - 8.27 * DPI).abs() < 1.0);
    if on_its_side { SHEET_HEIGHT } else { SHEET_WIDTH }
}
