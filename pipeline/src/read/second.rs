//! A second look at a page: at the places where letters stand that the first reading left out.
//!
//! An engine that reads a page in columns and paragraphs leaves out what fits in none (the value at the far end of a row, a
//! number on a coloured band), and takes what a frame encloses for a picture. Cut out, without the ruling, it is read as any
//! text. The cutouts are few and small: the look costs a fraction of the first reading, whatever is on the page.

use super::ink::{Area, INK, Ink};
use super::layout::relined;
use super::recognise::without_specks;
use crate::engines::{EngineError, Ocr};
use crate::geometry::Rect;
use crate::picture::{self, without_ruling};
use crate::text::{Line, Word};
use image::{GrayImage, Luma, imageops};

/// Words under this say nothing about what stands at their place.
const SAID: f32 = 0.3;
/// A word of the second look must be this sure.
const FOUND: f32 = 0.6;
/// The least ink of an area, in pixels looked at: two or three letters.
const LEAST_INK: u32 = 30;
/// The narrowest area in pixels.
const NARROWEST: u32 = 36;
/// Share of the page's height that an area may take: more is a picture, a shadow or a page that cannot be read.
const TALLEST: f32 = 0.3;
/// Areas looked at.
const MOST: usize = 24;
/// Pixels of paper around what is cut out.
const MARGIN: u32 = 12;
/// Paper.
const PAPER: Luma<u8> = Luma([250]);
/// Share of the smaller of two boxes from which they are of one place.
const SHARED: f32 = 0.3;
/// Share of a word's box from which another covers it.
const COVERED: f32 = 0.6;

/// Gives the lines of a level page with what a second look adds to them.
pub(super) fn look(mut lines: Vec<Line>, page: &GrayImage, ocr: &mut dyn Ocr) -> Result<Vec<Line>, EngineError> {
    let bare = without_ruling(page);
    let said = lines.iter().flat_map(|line| &line.words).filter(|word| word.confidence >= SAID);
    let unread = Ink::of(&bare).unread(said).into_iter().filter(|area| may_be_text(area, page)).take(MOST);
    let mut found = Vec::new();
    for area in unread.collect::<Vec<Area>>() {
        found.extend(cut_out_and_read(&bare, &area, ocr)?);
    }
    found.retain(|word: &Word| lines.iter().flat_map(|line| &line.words).all(|other| gives_way(other, word)));
    if found.is_empty() {
        return Ok(lines);
    }
    for line in &mut lines {
        line.words.retain(|word| !found.iter().any(|other| meet(word, other)));
    }
    lines.extend(found.into_iter().filter_map(|word| Line::new(vec![word])));
    Ok(relined(lines, page.width() as f32 / page.height() as f32))
}

fn may_be_text(area: &Area, page: &GrayImage) -> bool {
    let (wide, high) = (area.x.end - area.x.start, area.y.end - area.y.start);
    area.ink >= LEAST_INK && wide >= NARROWEST && high as f32 <= TALLEST * page.height() as f32
}

fn cut_out_and_read(page: &GrayImage, area: &Area, ocr: &mut dyn Ocr) -> Result<Vec<Word>, EngineError> {
    let (width, height) = page.dimensions();
    let (x0, x1) = (area.x.start.saturating_sub(MARGIN), (area.x.end + MARGIN).min(width));
    let (y0, y1) = between_lines(page, area);
    let cut = imageops::crop_imm(page, x0, y0, x1 - x0, y1 - y0);
    let mut framed = GrayImage::from_pixel(x1 - x0 + 2 * MARGIN, y1 - y0 + 2 * MARGIN, PAPER);
    imageops::replace(&mut framed, &cut.to_image(), MARGIN.into(), MARGIN.into());
    let (wide, high) = (framed.width() as f32, framed.height() as f32);
    let back = |rect: Rect| {
        let x = |fraction: f32| (fraction * wide - MARGIN as f32 + x0 as f32) / width as f32;
        let y = |fraction: f32| (fraction * high - MARGIN as f32 + y0 as f32) / height as f32;
        Rect { x0: x(rect.x0), y0: y(rect.y0), x1: x(rect.x1), y1: y(rect.y1) }
    };
    let mut sure = sure_words(&framed, ocr)?;
    if sure.is_empty() {
        sure = sure_words(&picture::scale(&framed, 2 * framed.width(), 2 * framed.height()), ocr)?;
    }
    Ok(sure.into_iter().map(|word| Word { rect: back(word.rect), ..word }).collect())
}

fn sure_words(block: &GrayImage, ocr: &mut dyn Ocr) -> Result<Vec<Word>, EngineError> {
    let words = without_specks(ocr.recognise_block(block)?).into_iter().flat_map(|line| line.words);
    Ok(words.filter(|word| word.confidence >= FOUND && word.text.chars().any(char::is_alphanumeric)).collect())
}

/// Gives the rows to cut out: to the empty row next to the area on either side, that nothing of the lines above and below is
/// in it; by the margin where there is none.
fn between_lines(page: &GrayImage, area: &Area) -> (u32, u32) {
    let empty = |y: &u32| area.x.clone().all(|x| page.get_pixel(x, *y).0[0] >= INK);
    let least = area.y.start.saturating_sub(MARGIN);
    let most = (area.y.end + MARGIN).min(page.height());
    let above = (least..area.y.start).rev().find(empty).unwrap_or(least);
    let below = (area.y.end..most).find(empty).unwrap_or(most);
    (above, below)
}

fn meet(one: &Word, other: &Word) -> bool {
    one.rect.overlap(&other.rect) > SHARED * one.rect.area().min(other.rect.area())
}

/// Tells whether a word of the first reading leaves its place to one that was found: one that says nothing, to one that
/// stands on all of it.
fn gives_way(word: &Word, found: &Word) -> bool {
    let covered = word.rect.overlap(&found.rect) > COVERED * word.rect.area();
    !meet(word, found) || word.confidence < SAID && covered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engines::Letters;

    /// Reads one word in the middle of each cutout, and remembers how large they were.
    #[derive(Default)]
    struct OneWord(Vec<(u32, u32)>);

    impl Ocr for OneWord {
        fn recognise(&mut self, _: &GrayImage) -> Result<Vec<Line>, EngineError> {
            Err(EngineError("the page is not read again".to_owned()))
        }

        fn recognise_block(&mut self, block: &GrayImage) -> Result<Vec<Line>, EngineError> {
            self.0.push(block.dimensions());
            let rect = Rect::new(0.1, 0.2, 0.9, 0.8);
            Ok(Line::new(vec![Word { text: "5515".to_owned(), rect, confidence: 0.9 }]).into_iter().collect())
        }

        fn zone_letters(&mut self, _: &GrayImage) -> Result<Vec<Letters>, EngineError> {
            Ok(Vec::new())
        }
    }

    const LEFT: Rect = Rect { x0: 0.08, y0: 0.186, x1: 0.32, y1: 0.226 };
    const RIGHT: Rect = Rect { x0: 0.68, y0: 0.19, x1: 0.92, y1: 0.228 };

    /// Two rows of strokes as of letters, left and right, of a page in a frame.
    fn page() -> GrayImage {
        GrayImage::from_fn(1000, 1000, |x, y| {
            let letters = |from: u32| (from..from + 200).contains(&x) && (192..224).contains(&y) && x % 6 < 2;
            let frame = [50, 51, 948, 949].contains(&x) || [50, 51, 948, 949].contains(&y);
            Luma([if letters(100) || letters(700) || frame { 20 } else { 250 }])
        })
    }

    fn word(rect: Rect, confidence: f32) -> Line {
        Line::new(vec![Word { text: "Police".to_owned(), rect, confidence }]).unwrap()
    }

    fn looked(lines: Vec<Line>) -> (Vec<String>, usize) {
        let mut ocr = OneWord::default();
        let lines = look(lines, &page(), &mut ocr).unwrap();
        (lines.iter().map(Line::text).collect(), ocr.0.len())
    }

    #[test]
    fn what_was_left_out_is_read_where_it_stands() {
        let mut ocr = OneWord::default();
        let lines = look(vec![word(LEFT, 0.9)], &page(), &mut ocr).unwrap();
        assert_eq!(lines.iter().map(Line::text).collect::<Vec<String>>(), ["Police", "5515"]);
        let found = lines[1].rect;
        assert!(found.x0 > RIGHT.x0 && found.x1 < RIGHT.x1 && found.y0 > RIGHT.y0 && found.y1 < RIGHT.y1, "{found:?}");
        let (wide, high) = ocr.0[0];
        assert!(wide < 300 && high < 120, "cut out close: {wide} by {high}");
    }

    #[test]
    fn what_was_read_is_not_read_again_and_what_said_nothing_gives_way() {
        assert_eq!(looked(vec![word(LEFT, 0.9), word(RIGHT, 0.4)]), (vec!["Police".to_owned(); 2], 0));
        assert_eq!(looked(vec![word(LEFT, 0.9), word(RIGHT, 0.2)]), (vec!["Police".to_owned(), "5515".to_owned()], 1));
    }
}
