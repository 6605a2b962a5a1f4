//! Words and marks, read off the frames of the set pages.
//!
//! A word is what stands between two blanks on one line, whatever runs of text it is made of; its box is that of its ink.
//! A mark (`champ` of `lib.typ`) is open from its first `metadata` to its last, across lines, columns and pages.

use guichet_pipeline::geometry::Rect;
use serde_json::Value as Json;
use typst::foundations::{Dict, Value};
use typst::introspection::{MetadataElem, Tag};
use typst::layout::{Abs, Frame, FrameItem, Point, Transform};
use typst::text::{Glyph, TextItem};
use typst::utils::Numeric;
use typst_layout::PagedDocument;

/// One printed occurrence of a field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark {
    /// The field.
    pub field: String,
    /// Which part of a composed field.
    pub part: Option<String>,
    /// Which person of a list.
    pub rank: Option<usize>,
    /// Which codes of a set.
    pub codes: Vec<String>,
    /// The value, when the design gives it.
    pub value: Option<Json>,
    /// What is printed between its ends, blanks folded.
    pub text: String,
    /// The page (from 0) and the ink of each run of it.
    pub ink: Vec<(usize, Rect)>,
}

/// One word of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// What it says.
    pub text: String,
    /// Its ink, in fractions of the page.
    pub rect: Rect,
    /// The innermost mark that most of its letters stand in.
    pub mark: Option<usize>,
    /// Whether it is set level, neither turned nor slanted.
    pub level: bool,
}

/// The words of one page.
#[derive(Clone, Debug, PartialEq)]
pub struct PageText {
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
    /// The words, in the order in which they were set.
    pub words: Vec<Word>,
}

/// Reads the words of every page, and the marks.
pub(super) fn collect(document: &PagedDocument) -> (Vec<PageText>, Vec<Mark>) {
    let mut reader = Reader::default();
    let mut pages = Vec::new();
    for page in document.pages() {
        let (width, height) = (page.frame.width().to_pt(), page.frame.height().to_pt());
        reader.page = Some((pages.len(), width, height));
        reader.walk(&page.frame, Transform::identity());
        reader.close_word();
        let words = reader.words.drain(..).map(|word| word.scaled(width, height)).collect();
        pages.push(PageText { width: width as f32, height: height as f32, words });
    }
    (pages, reader.marks)
}

/// A word that is being read, in points.
#[derive(Debug)]
struct RawWord {
    text: String,
    low: Point,
    high: Point,
    level: bool,
    /// Letters in each mark.
    marks: Vec<(Option<usize>, usize)>,
    /// Where the next run must begin to go on with this word.
    end: Point,
    size: Abs,
}

impl RawWord {
    fn scaled(self, width: f64, height: f64) -> Word {
        let rect = scaled(self.low, self.high, width, height);
        let mark = self.marks.iter().rev().max_by_key(|(_, letters)| *letters).and_then(|(mark, _)| *mark);
        Word { text: self.text, rect, mark, level: self.level }
    }

    fn goes_on_at(&self, start: Point, size: Abs) -> bool {
        let near = self.size.max(size) * 0.14;
        (start.x - self.end.x).abs() < near && (start.y - self.end.y).abs() < near
    }
}

fn scaled(low: Point, high: Point, width: f64, height: f64) -> Rect {
    let (x0, x1) = (low.x.to_pt() / width, high.x.to_pt() / width);
    let (y0, y1) = (low.y.to_pt() / height, high.y.to_pt() / height);
    Rect::new(x0 as f32, y0 as f32, x1 as f32, y1 as f32)
}

#[derive(Debug, Default)]
struct Reader {
    /// Index, width and height of the page that is being read.
    page: Option<(usize, f64, f64)>,
    marks: Vec<Mark>,
    open: Vec<usize>,
    words: Vec<RawWord>,
    word: Option<RawWord>,
}

impl Reader {
    fn walk(&mut self, frame: &Frame, transform: Transform) {
        for (position, item) in frame.items() {
            let here = transform.pre_concat(Transform::translate(position.x, position.y));
            match item {
                FrameItem::Group(group) => self.walk(&group.frame, here.pre_concat(group.transform)),
                FrameItem::Text(text) => self.read(text, here),
                FrameItem::Tag(Tag::Start(element, _)) => {
                    if let Some(metadata) = element.to_packed::<MetadataElem>()
                        && let Value::Dict(said) = &metadata.value
                    {
                        self.edge(said);
                    }
                }
                FrameItem::Tag(Tag::End(..)) | FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) => {}
            }
        }
    }

    /// Opens or closes a mark.
    fn edge(&mut self, said: &Dict) {
        let Some(edge) = text_of(said, "bord") else { return };
        let Some(field) = text_of(said, "champ") else { return };
        if edge == "debut" {
            self.open.push(self.marks.len());
            self.marks.push(mark(field, said));
        } else if let Some(at) = self.open.iter().rposition(|&open| self.marks[open].field == field) {
            self.open.remove(at);
        }
    }

    fn read(&mut self, item: &TextItem, transform: Transform) {
        let level = transform.ky.get().abs() < 1e-6 && transform.kx.get().abs() < 1e-6 && transform.sx.get() > 0.0;
        let mut x = Abs::zero();
        let mut from = 0;
        let mut start = x;
        for (at, glyph) in item.glyphs.iter().enumerate() {
            let advance = glyph.x_advance.at(item.size);
            if item.text[glyph.range()].chars().all(char::is_whitespace) {
                self.take(item, &item.glyphs[from..at], start, x, transform, level);
                self.close_word();
                from = at + 1;
                start = x + advance;
            }
            x += advance;
        }
        self.take(item, &item.glyphs[from..], start, x, transform, level);
    }

    /// Adds a run of glyphs without blanks, from `start` to `end` on its line, to the word that it belongs to.
    fn take(&mut self, item: &TextItem, glyphs: &[Glyph], start: Abs, end: Abs, transform: Transform, level: bool) {
        let (Some(first), Some(last)) = (glyphs.first(), glyphs.last()) else { return };
        let place = |x: Abs, y: Abs| Point::new(x, y).transform(transform);
        let begins = place(start, Abs::zero());
        if self.word.as_ref().is_some_and(|word| !word.goes_on_at(begins, item.size)) {
            self.close_word();
        }
        let span = first.range().start.min(last.range().start)..first.range().end.max(last.range().end);
        let text = &item.text[span];
        let ink = TextItem { glyphs: glyphs.to_vec(), ..item.clone() }.bbox();
        let mut low = Point::splat(Abs::inf());
        let mut high = Point::splat(-Abs::inf());
        for corner in [(ink.min.x, ink.min.y), (ink.max.x, ink.min.y), (ink.min.x, ink.max.y), (ink.max.x, ink.max.y)] {
            // A run without ink (a lone no-break mark) has no box.
            if corner.0.is_finite() && corner.1.is_finite() {
                let corner = place(start + corner.0, corner.1);
                low = low.min(corner);
                high = high.max(corner);
            }
        }
        if !low.x.is_finite() || !high.x.is_finite() {
            return;
        }
        // A blank or the end of a line lies before a run that begins a word.
        let begins_word = self.word.is_none();
        if let Some((page, width, height)) = self.page {
            for &open in &self.open {
                let mark = &mut self.marks[open];
                if begins_word && !mark.text.is_empty() {
                    mark.text.push(' ');
                }
                mark.text.push_str(text);
                mark.ink.push((page, scaled(low, high, width, height)));
            }
        }
        let mark = self.open.last().copied();
        let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
        let word = self.word.get_or_insert_with(|| RawWord {
            text: String::new(),
            low,
            high,
            level,
            marks: Vec::new(),
            end: begins,
            size: item.size,
        });
        word.text.push_str(text);
        word.low = word.low.min(low);
        word.high = word.high.max(high);
        word.level &= level;
        word.end = place(end, Abs::zero());
        word.size = item.size;
        word.marks.push((mark, letters));
    }

    fn close_word(&mut self) {
        self.words.extend(self.word.take());
    }
}

fn text_of<'a>(said: &'a Dict, key: &str) -> Option<&'a str> {
    match said.get(key).ok()? {
        Value::Str(text) => Some(text.as_str()),
        _ => None,
    }
}

fn mark(field: &str, said: &Dict) -> Mark {
    let rank = match said.get("rang") {
        Ok(Value::Int(rank)) => usize::try_from(*rank).ok(),
        _ => None,
    };
    let codes = match said.get("codes") {
        Ok(Value::Array(codes)) => codes.iter().filter_map(|code| code.clone().cast::<String>().ok()).collect(),
        _ => Vec::new(),
    };
    let value = said.get("valeur").ok().and_then(|value| serde_json::to_value(value).ok());
    let part = text_of(said, "partie").map(str::to_owned);
    Mark { field: field.to_owned(), part, rank, codes, value, text: String::new(), ink: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::super::Press;
    use std::path::Path;

    fn words(text: &str) -> Vec<(String, Option<String>)> {
        let press = Press::new(Path::new(".")).unwrap();
        let sheets = press.set_text(text).unwrap();
        let of = |mark: Option<usize>| mark.map(|at| sheets.marks[at].field.clone());
        sheets.pages.iter().flat_map(|page| &page.words).map(|word| (word.text.clone(), of(word.mark))).collect()
    }

    #[test]
    fn a_word_may_be_set_in_pieces_and_a_mark_may_hold_a_part_of_it() {
        let got = words(
            "#let m(n, c) = { metadata((bord: \"debut\", champ: n)); c; metadata((bord: \"fin\", champ: n)) }\n\
             #set text(font: \"Liberation Sans\")\nle #m(\"x\")[#strong[AB]12 CD]. a#strong[b]c #box[d] #h(2cm) e",
        );
        let expected = [("le", None), ("AB12", Some("x")), ("CD.", Some("x")), ("abc", None), ("d", None), ("e", None)];
        assert_eq!(got, expected.map(|(text, mark)| (text.to_owned(), mark.map(str::to_owned))));
    }

    #[test]
    fn a_box_holds_the_ink() {
        let press = Press::new(Path::new(".")).unwrap();
        let sheets = press
            .set_text("#set page(width: 100pt, height: 100pt, margin: 0pt)\n#set text(font: \"Liberation Sans\", size: 20pt)\n#place(dx: 30pt, dy: 40pt)[xp]")
            .unwrap();
        let rect = sheets.pages[0].words[0].rect;
        let pixels = sheets.pixels(0, 720.0);
        let dark: Vec<(u32, u32)> =
            pixels.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] < 128).map(|(x, y, _)| (x, y)).collect();
        let edge = |of: fn(&(u32, u32)) -> u32, max: bool| {
            let all = dark.iter().map(of);
            if max { all.max().unwrap() as f32 / 1000.0 + 0.001 } else { all.min().unwrap() as f32 / 1000.0 }
        };
        for (got, expected) in [
            (rect.x0, edge(|p| p.0, false)),
            (rect.x1, edge(|p| p.0, true)),
            (rect.y0, edge(|p| p.1, false)),
            (rect.y1, edge(|p| p.1, true)),
        ] {
            assert!((got - expected).abs() < 0.003, "{rect:?}: {got} instead of {expected}");
        }
    }
}
