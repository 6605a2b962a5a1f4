//! Machine-readable zones read once more, letter by letter: a recogniser of French text makes guillemets, brackets and words
//! of the fillers. Check digits say whether the second reading is right.

mod decode;
mod find;
mod layout;
mod strip;

use crate::engines::{COLUMN_STEP, EngineError, Letters, NO_LETTER, Ocr, ZONE_CAP};
use crate::text::{Line, Word};
use crate::values::mrz;
use decode::Reading;
use find::{APART, Band};
use image::GrayImage;
use layout::{LAYOUTS, Layout};
use strip::{Part, Row};

/// How much higher or lower than its row's print a capital may be.
const SIZES: [f32; 4] = [1.0, 1.14, 0.88, 1.3];
/// Stacks of lines that were not read are looked at no further than this.
const MOST_STACKS: usize = 4;
/// Rows of one zone are as far from one another, but for so much.
const UNEVEN: f32 = 0.35;
/// What a cell costs at most on average in a zone that is told although its digits do not hold.
const READABLE: f32 = 0.9;
/// No zone has fewer fillers, and each of its lines has one.
const FEWEST_FILLERS: usize = 8;
/// The logarithm of one chance in two.
const EVEN: f32 = -std::f32::consts::LN_2;
/// The class of the filler.
const FILLER: usize = NO_LETTER - 1;
/// From this mean cost on, at the likeliest size, there is no zone.
const HOPELESS: f32 = 2.4;

/// Gives the lines with those of a machine-readable zone read letter by letter, where there is one: its check digits say
/// which reading is kept, and a second one that they prove is better at what no digit proves, the names.
///
/// # Errors
/// When the engine fails.
pub(super) fn reread(lines: Vec<Line>, page: &GrayImage, ocr: &mut dyn Ocr) -> Result<Vec<Line>, EngineError> {
    let before = held(&lines);
    let mut again = match find::by_text(&lines, page) {
        Some(band) => read(&band, page, ocr)?.filter(|zone| held(&zone.lines) >= before),
        None => None,
    };
    if again.is_none() && !before.1 {
        // What was never read as a zone is taken for one only on the word of its digits.
        for band in find::by_shape(&lines, page).into_iter().take(MOST_STACKS) {
            again = read(&band, page, ocr)?.filter(|zone| zone.proved);
            if again.is_some() {
                break;
            }
        }
    }
    let Some(Zone { lines: again, .. }) = again else { return Ok(lines) };
    let replaced = |line: &Line| {
        find::looks_like_a_zone(line) || again.iter().any(|new| new.rect.overlap(&line.rect) > 0.3 * line.rect.area())
    };
    let mut kept: Vec<Line> = lines.into_iter().filter(|line| !replaced(line)).collect();
    kept.extend(again);
    Ok(kept)
}

/// A zone as it was read.
struct Zone {
    lines: Vec<Line>,
    /// Whether all its check digits hold.
    proved: bool,
}

/// Gives how many check digits hold in the lines, and whether all do.
fn held(lines: &[Line]) -> (usize, bool) {
    let texts: Vec<String> = lines.iter().map(Line::text).collect();
    mrz::find(&texts).map_or((0, false), |(zone, _)| (zone.checked, zone.is_sound()))
}

/// Reads the zone in a band; boxes in fractions of the page. `None` when there is none that can be read.
fn read(band: &Band, page: &GrayImage, ocr: &mut dyn Ocr) -> Result<Option<Zone>, EngineError> {
    let part = Part::new(page, &band.rect);
    let rows = part.rows(band.height);
    let mut best: Option<(Reading, usize, f32)> = None;
    for size in SIZES {
        let mut told: Vec<Vec<Letters>> = Vec::new();
        for row in &rows {
            told.push(ocr.zone_letters(&part.strip(row, size * row.height()))?);
        }
        let fillers: Vec<usize> = told.iter().map(|letters| count(letters, |told| told[FILLER] > EVEN)).collect();
        let seen: Vec<usize> = told.iter().map(|letters| count(letters, |told| told[NO_LETTER] < EVEN)).collect();
        for layout in &LAYOUTS {
            for first in starts(&rows, layout) {
                let window = first..first + layout.lines.len();
                let each = &fillers[window.clone()];
                let cells = layout.lines[0].len();
                let long = seen[window.clone()].iter().all(|seen| (cells / 3..=cells * 4 / 3).contains(seen));
                if !long || each.contains(&0) || each.iter().sum::<usize>() < FEWEST_FILLERS {
                    continue;
                }
                let lines: Vec<&[Letters]> = told[window].iter().map(Vec::as_slice).collect();
                let Some(reading) = decode::read(&lines, layout) else { continue };
                let worse = |(other, _, _): &(Reading, usize, f32)| {
                    (!reading.proved, reading.cost) < (!other.proved, other.cost)
                };
                if best.as_ref().is_none_or(worse) {
                    best = Some((reading, first, size));
                }
            }
        }
        if best.as_ref().is_none_or(|(reading, _, _)| reading.proved || reading.cost > HOPELESS) {
            break;
        }
    }
    let Some((reading, first, size)) = best.filter(|(reading, _, _)| reading.cost < READABLE) else {
        return Ok(None);
    };
    let confidence = (-reading.cost).exp();
    let line = |(at, text): (usize, &String)| {
        let row = &rows[first + at];
        let column = |at: usize| at as f32 * COLUMN_STEP as f32;
        let (from, to) = reading.ends[at];
        let (from, to) = (column(from) - ZONE_CAP / 2.0, column(to) + ZONE_CAP / 2.0);
        let rect = part.rect(row, size * row.height(), from, to);
        Line::new(vec![Word { text: text.clone(), rect, confidence }])
    };
    let lines = reading.lines.iter().enumerate().filter_map(line).collect();
    Ok(Some(Zone { lines, proved: reading.proved }))
}

/// Gives how often something begins to be seen along a line.
fn count(letters: &[Letters], is_one: impl Fn(&Letters) -> bool) -> usize {
    letters.windows(2).filter(|pair| !is_one(&pair[0]) && is_one(&pair[1])).count()
}

/// Gives the rows at which a zone of `layout` may start: those below it are of the same height and evenly apart.
fn starts(rows: &[Row], layout: &Layout) -> Vec<usize> {
    let count = layout.lines.len();
    let alike = |a: f32, b: f32| (a - b).abs() <= UNEVEN * a.max(b);
    let fits = |window: &[Row]| {
        let steps: Vec<f32> = window.windows(2).map(|pair| pair[1].middle() - pair[0].middle()).collect();
        let near = steps.iter().zip(window).all(|(step, row)| *step < (1.0 + APART) * row.height());
        near && steps.windows(2).all(|pair| alike(pair[0], pair[1]))
            && window.windows(2).all(|pair| alike(pair[0].height(), pair[1].height()))
    };
    rows.windows(count).enumerate().filter(|(_, window)| fits(window)).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Rect;

    /// An engine that counts how often it is asked, and sees no letter.
    #[derive(Default)]
    struct Counting(usize);

    impl Ocr for Counting {
        fn recognise(&mut self, _: &GrayImage) -> Result<Vec<Line>, EngineError> {
            Err(EngineError("only the zone is read again".to_owned()))
        }

        fn zone_letters(&mut self, strip: &GrayImage) -> Result<Vec<Letters>, EngineError> {
            self.0 += 1;
            Ok(vec![[-3.6; crate::engines::ZONE_CLASSES]; (strip.width() / COLUMN_STEP) as usize])
        }
    }

    fn lines(texts: &[&str], confidence: f32) -> Vec<Line> {
        let line = |(at, text): (usize, &&str)| {
            let y = 0.6 + 0.04 * at as f32;
            let word = Word { text: (*text).to_owned(), rect: Rect::new(0.1, y, 0.9, y + 0.02), confidence };
            Line::new(vec![word])
        };
        texts.iter().enumerate().filter_map(line).collect()
    }

    /// Reads a page on which bars stand where the lines do; gives the lines, and how many strips were asked for.
    fn reread(first: &[&str], confidence: f32) -> (Vec<String>, usize) {
        let bars = GrayImage::from_fn(800, 600, |x, y| {
            let row = (f32::from(y as u16) / 600.0 - 0.6) % 0.04;
            image::Luma([if y > 359 && y < 412 && row < 0.02 && x / 5 % 2 == 0 { 0 } else { 255 }])
        });
        let mut ocr = Counting::default();
        let lines = super::reread(lines(first, confidence), &bars, &mut ocr).unwrap();
        (lines.iter().map(Line::text).collect(), ocr.0)
    }

    #[test]
    fn what_is_no_zone_is_read_once() {
        let letter = ["Madame, Monsieur, « nous attestons »", "que le contrat 12345678 couvre le logement"];
        assert_eq!(reread(&letter, 0.9), (letter.map(str::to_owned).to_vec(), 0));
    }

    #[test]
    fn a_zone_is_looked_at_again_and_kept_when_nothing_better_is_seen() {
        for first in [
            ["IDFRABERTHIER<<<cecx<<<<«KE", "8806923102B58CORINNE<<s<<6512068F6"],
            ["IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6"],
        ] {
            let (lines, asked) = reread(&first, 0.4);
            assert_eq!(lines, first);
            assert!(asked >= 2, "{asked}");
        }
    }
}
