//! Machine-readable zones read once more: cut out, enlarged, with their alphabet alone. A recogniser of French text makes
//! guillemets, brackets and words of the fillers; check digits say whether the second reading is better.

use crate::engines::{EngineError, Ocr};
use crate::geometry::Rect;
use crate::text::{Line, Word};
use crate::values::mrz;
use image::{GrayImage, imageops};

/// What a zone may hold (ICAO 9303-3, 4.3).
const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";
/// Letters and fillers of the shortest line that looks like one of a zone, as it was first read.
const SHORTEST: usize = 20;
/// Fillers of such a line.
const FEWEST_FILLERS: usize = 3;
/// Lines of a zone stand no further apart than this, in heights of a line.
const APART: f32 = 2.6;
/// Heights of a line in pixels at which zones are tried: what is read best differs with the sharpness of the picture.
const HEIGHTS: [f32; 2] = [44.0, 64.0];
/// A zone is enlarged at most so many times.
const MOST: f32 = 4.0;

/// Gives the lines with those of a machine-readable zone read better, where there is one and its check digits do not all
/// hold.
///
/// # Errors
/// When the engine fails.
pub(super) fn reread(lines: Vec<Line>, page: &GrayImage, ocr: &mut dyn Ocr) -> Result<Vec<Line>, EngineError> {
    let mut best = held(&lines);
    if best.1 {
        return Ok(lines);
    }
    let Some(band) = band(&lines) else { return Ok(lines) };
    let mut found = None;
    for height in HEIGHTS {
        let again = band.read(page, height, ocr)?;
        let now = held(&again);
        if now > best {
            (best, found) = (now, Some(again));
        }
        if best.1 {
            break;
        }
    }
    let Some(again) = found.and_then(zone_of) else { return Ok(lines) };
    let replaced = |line: &Line| {
        looks_like_a_zone(line) || again.iter().any(|new| new.rect.overlap(&line.rect) > 0.3 * line.rect.area())
    };
    let mut kept: Vec<Line> = lines.into_iter().filter(|line| !replaced(line)).collect();
    kept.extend(again);
    Ok(kept)
}

/// Gives the lines of the zone alone: what stands beside it was read with the wrong alphabet.
fn zone_of(lines: Vec<Line>) -> Option<Vec<Line>> {
    let texts: Vec<String> = lines.iter().map(Line::text).collect();
    let (_, range) = mrz::find(&texts)?;
    Some(lines[range].to_vec())
}

/// Tells whether a line, as it was first read, may be one of a zone.
fn looks_like_a_zone(line: &Line) -> bool {
    let text: String = line.text().chars().filter(|c| !c.is_whitespace()).collect();
    let fillers = text.chars().filter(|c| matches!(c, '<' | '«' | '‹' | '≪')).count();
    text.chars().count() >= SHORTEST && fillers >= FEWEST_FILLERS
}

/// Gives how many check digits hold in the lines, and whether all do.
fn held(lines: &[Line]) -> (usize, bool) {
    let texts: Vec<String> = lines.iter().map(Line::text).collect();
    mrz::find(&texts).map_or((0, false), |(zone, _)| (zone.checked, zone.is_sound()))
}

/// The part of a page that holds a zone.
struct Band {
    rect: Rect,
    /// Height of one of its lines, in fractions of the page.
    height: f32,
}

/// Finds the lines that look like those of a zone, with what stands close above and below them.
fn band(lines: &[Line]) -> Option<Band> {
    let mut zone: Vec<&Line> = lines.iter().filter(|line| looks_like_a_zone(line)).collect();
    zone.sort_by(|a, b| a.rect.y0.total_cmp(&b.rect.y0));
    let last = zone.pop()?;
    let height = last.rect.height();
    let mut rect = last.rect;
    for line in zone.iter().rev() {
        if rect.y0 - line.rect.y1 < APART * height {
            rect = rect.union(&line.rect);
        }
    }
    // A line of digits and names without fillers may stand at either edge.
    let (beside, beyond) = (0.06, 2.2 * height);
    let rect = Rect::new(
        (rect.x0 - beside).max(0.0),
        (rect.y0 - beyond).max(0.0),
        (rect.x1 + beside).min(1.0),
        (rect.y1 + beyond).min(1.0),
    );
    Some(Band { rect, height })
}

impl Band {
    /// Reads the band with its lines `height` pixels high; boxes in fractions of the page.
    fn read(&self, page: &GrayImage, height: f32, ocr: &mut dyn Ocr) -> Result<Vec<Line>, EngineError> {
        let (width, full) = (page.width() as f32, page.height() as f32);
        let at = |fraction: f32, size: f32| (fraction * size) as u32;
        let (x, y) = (at(self.rect.x0, width), at(self.rect.y0, full));
        let (wide, high) = (at(self.rect.width(), width).max(1), at(self.rect.height(), full).max(1));
        let scale = (height / (self.height * full).max(1.0)).clamp(1.0, MOST);
        let part = imageops::crop_imm(page, x, y, wide, high).to_image();
        let size = ((wide as f32 * scale) as u32, (high as f32 * scale) as u32);
        let large = imageops::resize(&part, size.0.max(1), size.1.max(1), imageops::FilterType::CatmullRom);
        let lines = ocr.recognise_block(&large, ALPHABET)?;
        let back = |rect: &Rect| {
            let (left, top) = (x as f32 / width, y as f32 / full);
            let (across, down) = (wide as f32 / width, high as f32 / full);
            Rect::new(left + rect.x0 * across, top + rect.y0 * down, left + rect.x1 * across, top + rect.y1 * down)
        };
        let moved = |line: Line| {
            let words = line.words.into_iter().map(|word| Word { rect: back(&word.rect), ..word });
            Line::new(words.collect())
        };
        Ok(lines.into_iter().filter_map(moved).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// An engine that says what it is told to.
    struct Scripted(VecDeque<Vec<&'static str>>);

    impl Ocr for Scripted {
        fn recognise(&mut self, _: &GrayImage) -> Result<Vec<Line>, EngineError> {
            Err(EngineError("only the zone is read again".to_owned()))
        }

        fn recognise_block(&mut self, _: &GrayImage, alphabet: &str) -> Result<Vec<Line>, EngineError> {
            assert!(alphabet.contains('<'));
            let said = self.0.pop_front().ok_or_else(|| EngineError("nothing more is asked".to_owned()))?;
            Ok(lines(&said, 0.3, 0.2))
        }
    }

    fn lines(texts: &[&str], top: f32, step: f32) -> Vec<Line> {
        let line = |(at, text): (usize, &&str)| {
            let y = top + step * at as f32;
            let word = Word { text: (*text).to_owned(), rect: Rect::new(0.1, y, 0.9, y + 0.02), confidence: 0.4 };
            Line::new(vec![word])
        };
        texts.iter().enumerate().filter_map(line).collect()
    }

    const GOOD: [&str; 2] = ["IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6"];

    fn reread(first: &[&str], again: &[&[&'static str]]) -> Vec<String> {
        let mut ocr = Scripted(again.iter().map(|lines| lines.to_vec()).collect());
        let lines = super::reread(lines(first, 0.6, 0.04), &GrayImage::new(800, 600), &mut ocr).unwrap();
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn a_zone_of_torn_fillers_is_read_again_until_its_digits_hold() {
        let torn = ["Nom : BERTHIER", "IDFRABERTHIER<<<cecx<<<<«KE", "8806923102B58CORINNE<<s<<6512068F6"];
        assert_eq!(reread(&torn, &[&["IDFRABERTHIER<<"], &GOOD]), ["Nom : BERTHIER", GOOD[0], GOOD[1]]);
    }

    #[test]
    fn what_is_sound_or_no_zone_is_read_once() {
        assert_eq!(reread(&GOOD, &[]), GOOD);
        let letter = ["Madame, Monsieur, « nous attestons »", "que le contrat 12345678 couvre le logement"];
        assert_eq!(reread(&letter, &[]), letter);
    }

    #[test]
    fn a_second_reading_that_is_no_better_is_dropped() {
        let torn = ["IDFRABERTHIER<<<cecx<<<<«KE", "8806923102B58CORINNE<<s<<6512068F6"];
        assert_eq!(reread(&torn, &[&["XX<<<<"], &["YY<<"]]), torn);
    }
}
