//! From placed characters, or recognised words, to lines: shared by native text and recognition.

use crate::geometry::Rect;
use crate::text::{Line, Word};
use unicode_normalization::UnicodeNormalization;

/// A character of native text as placed on the page, in points, as a reader sees the page, origin at the top left.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glyph {
    /// Its letters: several for a ligature.
    pub(super) text: String,
    /// Left end of its baseline.
    pub(super) x0: f32,
    /// Right end of its baseline.
    pub(super) x1: f32,
    /// Height of its baseline.
    pub(super) y: f32,
    /// Size of its font.
    pub(super) size: f32,
}

/// Share of the font size above and below the baseline that a word's box takes.
const ASCENT: f32 = 0.78;
const DESCENT: f32 = 0.22;
/// A gap of this share of the font size starts a new word.
const WORD_GAP: f32 = 0.2;
/// Pieces of a word set one by one stand nearer than this.
const GLUE_GAP: f32 = 0.08;
/// A gap of this many font sizes starts a new column. Word spaces of justified text stay below one.
const COLUMN_GAP: f32 = 1.4;
/// So does a smaller one that stands out among the spaces of its row: cells of a table stand near one another.
const NARROW_COLUMN_GAP: f32 = 0.75;
/// How far it must stand out.
const STANDS_OUT: f32 = 2.3;
/// The usual space between words, as a share of the font size.
const WORD_SPACE: f32 = 0.27;

/// On a typewriter's page even the narrow spaces are wider than this: a space is as wide as a letter.
const TYPED_SPACE: f32 = 0.6;
/// Fewer spaces tell nothing of how a page was written.
const FEWEST_SPACES: usize = 8;

/// A word on its way to a line.
#[derive(Clone, Debug)]
struct Piece {
    text: String,
    rect: Rect,
    size: f32,
    confidence: f32,
}

/// Sets native characters, in the order of the file, in lines. `width` and `height` are the page's in points.
pub(super) fn lines(glyphs: &[Glyph], width: f32, height: f32) -> Vec<Line> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open: Option<(Piece, f32, f32)> = None;
    for glyph in glyphs {
        let text = folded(&glyph.text);
        if text.trim().is_empty() {
            pieces.extend(open.take().map(|(piece, ..)| piece));
            continue;
        }
        let rect =
            Rect { x0: glyph.x0, y0: glyph.y - ASCENT * glyph.size, x1: glyph.x1, y1: glyph.y + DESCENT * glyph.size };
        let follows = open.as_ref().is_some_and(|(piece, y, _)| {
            let gap = glyph.x0 - piece.rect.x1;
            (glyph.y - y).abs() < 0.35 * glyph.size.max(piece.size)
                && gap < WORD_GAP * glyph.size
                && gap > -0.35 * glyph.size
        });
        match &mut open {
            Some((piece, y, _)) if follows => {
                piece.text.push_str(&text);
                piece.rect = piece.rect.union(&rect);
                *y = glyph.y;
            }
            _ => {
                pieces.extend(open.take().map(|(piece, ..)| piece));
                open = Some((Piece { text, rect, size: glyph.size, confidence: 1.0 }, glyph.y, glyph.x1));
            }
        }
    }
    pieces.extend(open.map(|(piece, ..)| piece));
    pieces
        .retain(|piece| piece.rect.x1 > 0.0 && piece.rect.x0 < width && piece.rect.y1 > 0.0 && piece.rect.y0 < height);
    let scale = |rect: Rect| Rect {
        x0: (rect.x0 / width).clamp(0.0, 1.0),
        y0: (rect.y0 / height).clamp(0.0, 1.0),
        x1: (rect.x1 / width).clamp(0.0, 1.0),
        y1: (rect.y1 / height).clamp(0.0, 1.0),
    };
    set(without_doubles(pieces), scale)
}

/// Sets recognised words anew in lines, so that columns end lines as they do in native text. Boxes in fractions of a page
/// of this `aspect` (width over height).
pub(super) fn relined(lines: Vec<Line>, aspect: f32) -> Vec<Line> {
    let words = lines.into_iter().flat_map(|line| {
        // Letters without ascenders make low boxes: the line's own height is the better measure.
        let mut heights: Vec<f32> = line.words.iter().map(|word| word.rect.height()).collect();
        heights.sort_by(f32::total_cmp);
        let size = heights.get(heights.len() * 3 / 4).copied().unwrap_or_default() * 1.25;
        line.words.into_iter().map(move |word| (word, size))
    });
    let pieces = words
        .map(|(word, size)| {
            let Rect { x0, y0, x1, y1 } = word.rect;
            // Heights as unit: widths are brought to it.
            let rect = Rect { x0: x0 * aspect, y0, x1: x1 * aspect, y1 };
            Piece { text: folded(&word.text).trim().to_owned(), rect, size, confidence: word.confidence }
        })
        .filter(|piece| !piece.text.is_empty())
        .collect();
    set(pieces, |rect| Rect { x0: rect.x0 / aspect, x1: rect.x1 / aspect, ..rect })
}

/// Drops words printed twice at one place, as programs do to make them bold.
fn without_doubles(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut kept: Vec<Piece> = Vec::new();
    for piece in pieces {
        let doubled = kept.iter().rev().take(400).any(|other| {
            other.text == piece.text && other.rect.overlap(&piece.rect) > 0.7 * piece.rect.area().min(other.rect.area())
        });
        if !doubled {
            kept.push(piece);
        }
    }
    kept
}

fn set(mut pieces: Vec<Piece>, scale: impl Fn(Rect) -> Rect) -> Vec<Line> {
    pieces.sort_by(|a, b| a.rect.mid_y().total_cmp(&b.rect.mid_y()));
    let mut rows: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        // A line fits when it shares its height with what was put last near this place.
        let fits = |row: &Vec<Piece>| {
            let nearest = row.iter().min_by(|a, b| gap(&a.rect, &piece.rect).total_cmp(&gap(&b.rect, &piece.rect)));
            nearest.is_some_and(|other| {
                let middle = (other.rect.mid_y() - piece.rect.mid_y()).abs()
                    < 0.45 * other.rect.height().max(piece.rect.height());
                other.rect.vertical_overlap(&piece.rect) > 0.5
                    && middle
                    && gap(&other.rect, &piece.rect) > -0.5 * piece.rect.width()
            })
        };
        match rows.iter_mut().rev().take(6).find(|row| fits(row)) {
            Some(row) => row.push(piece),
            None => rows.push(vec![piece]),
        }
    }
    let mut lines: Vec<Line> = Vec::new();
    for row in &mut rows {
        row.sort_by(|a, b| a.rect.x0.total_cmp(&b.rect.x0));
    }
    let all: Vec<f32> = rows.iter().flat_map(|row| spaces(row, COLUMN_GAP)).collect();
    let typed = (all.len() >= FEWEST_SPACES).then(|| quarter(1, all.into_iter())).flatten();
    let usual = typed.filter(|narrow| *narrow >= TYPED_SPACE).unwrap_or(WORD_SPACE);
    for row in rows {
        lines.extend(
            columns(row, usual)
                .into_iter()
                .filter_map(|column| Line::new(column.into_iter().map(|piece| word(piece, &scale)).collect())),
        );
    }
    lines.sort_by(|a, b| {
        (a.rect.mid_y(), a.rect.x0).partial_cmp(&(b.rect.mid_y(), b.rect.x0)).unwrap_or(std::cmp::Ordering::Equal)
    });
    lines
}

/// Gives the empty width between two boxes, negative where they overlap.
fn gap(a: &Rect, b: &Rect) -> f32 {
    a.x0.max(b.x0) - a.x1.min(b.x1)
}

/// Gives the spaces between the words of a row, in font sizes, up to the widest that may be one.
fn spaces(row: &[Piece], widest: f32) -> impl Iterator<Item = f32> {
    let between = |pair: &[Piece]| (pair[1].rect.x0 - pair[0].rect.x1) / pair[0].size.max(1e-6);
    row.windows(2).map(between).filter(move |space| (0.1..widest).contains(space))
}

/// Gives the value under which so many quarters of the others lie.
fn quarter(quarters: usize, values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(quarters * values.len() / 4).copied()
}

/// Cuts a row at its wide gaps and glues what was set letter by letter. `page` is the usual space of the page, for
/// rows that have none of their own.
fn columns(row: Vec<Piece>, page: f32) -> Vec<Vec<Piece>> {
    let usual = quarter(2, spaces(&row, NARROW_COLUMN_GAP)).unwrap_or(page).max(WORD_SPACE);
    let widest_space = COLUMN_GAP.min(NARROW_COLUMN_GAP.max(STANDS_OUT * usual));
    let mut columns: Vec<Vec<Piece>> = Vec::new();
    for piece in row {
        if piece.text.chars().all(|c| matches!(c, '.' | '…' | '_')) && piece.text.chars().count() > 2 {
            // Leaders between a label and its value: a column ends here.
            columns.push(Vec::new());
            continue;
        }
        let Some(column) = columns.last_mut() else {
            columns.push(vec![piece]);
            continue;
        };
        match column.last_mut() {
            None => column.push(piece),
            Some(last) => {
                let space = piece.rect.x0 - last.rect.x1;
                let size = piece.size.max(last.size);
                if space > widest_space * size {
                    columns.push(vec![piece]);
                } else if space < GLUE_GAP * size && last.confidence >= 1.0 && piece.confidence >= 1.0 {
                    last.text.push_str(&piece.text);
                    last.rect = last.rect.union(&piece.rect);
                } else {
                    column.push(piece);
                }
            }
        }
    }
    columns.retain(|column| !column.is_empty());
    columns
}

fn word(piece: Piece, scale: &impl Fn(Rect) -> Rect) -> Word {
    Word { text: piece.text, rect: scale(piece.rect), confidence: piece.confidence }
}

/// Folds the typography that means nothing (facts F.8): spaces, quotes, hyphens, ligatures, soft hyphens; accents stay.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' | '\t' | '\r' | '\n' => out.push(' '),
            '\u{2018}' | '\u{201b}' | '\u{2032}' => out.push('\u{2019}'),
            '`' | '´' => out.push('\''),
            '\u{2010}' | '\u{2011}' | '\u{2212}' => out.push('-'),
            '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{0}' => {}
            '\u{fb00}'..='\u{fb06}' => out.extend(c.nfkc()),
            other => out.push(other),
        }
    }
    out.nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sets a text at a place, each character half the size wide.
    fn put(glyphs: &mut Vec<Glyph>, text: &str, x: f32, y: f32) {
        for (i, c) in text.chars().enumerate() {
            let x0 = x + i as f32 * 5.0;
            glyphs.push(Glyph { text: c.to_string(), x0, x1: x0 + 5.0, y, size: 10.0 });
        }
        glyphs.push(Glyph { text: " ".to_owned(), x0: 0.0, x1: 0.0, y, size: 10.0 });
    }

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn columns_end_lines_and_words_are_cut_at_spaces() {
        let mut glyphs = Vec::new();
        put(&mut glyphs, "Contrat n°", 50.0, 100.0);
        put(&mut glyphs, "12345", 300.0, 100.0);
        put(&mut glyphs, "Assuré", 50.0, 120.0);
        put(&mut glyphs, "............", 90.0, 120.0);
        put(&mut glyphs, "DURAND", 160.0, 120.0);
        put(&mut glyphs, "01/09/2026", 50.0, 140.0);
        put(&mut glyphs, "31/08/2027", 109.0, 140.0);
        let lines = lines(&glyphs, 595.0, 842.0);
        assert_eq!(texts(&lines), ["Contrat n°", "12345", "Assuré", "DURAND", "01/09/2026", "31/08/2027"]);
        assert_eq!(lines[0].words.len(), 2);
        assert!((lines[1].rect.x0 - 300.0 / 595.0).abs() < 1e-4);
    }

    #[test]
    fn a_typewriter_leaves_wide_spaces() {
        let typed = |text: &str, y: f32| {
            let mut words = Vec::new();
            let mut x = 0.1;
            for word in text.split(' ') {
                let width = 0.012 * word.chars().count() as f32 - 0.003;
                let rect = Rect::new(x, y, x + width, y + 0.014 * 0.7);
                words.push(Line::new(vec![Word { text: word.to_owned(), rect, confidence: 0.9 }]).unwrap());
                x += width + 0.015;
            }
            words
        };
        let rows = ["3 VILLA DE LORRAINE", "52000 CHAUMONT", "LOCATAIRE DEPUIS LE 1ER MARS", "PAGE 1"];
        let lines = rows.iter().zip(1..).flat_map(|(row, at)| typed(row, at as f32 * 0.03)).collect();
        assert_eq!(texts(&relined(lines, 0.707)), rows);
    }

    #[test]
    fn raised_letters_stay_on_their_line() {
        let mut glyphs = Vec::new();
        put(&mut glyphs, "le 1", 50.0, 100.0);
        glyphs.pop();
        for (i, c) in ["e", "r"].into_iter().enumerate() {
            let x0 = 70.0 + 3.0 * i as f32;
            glyphs.push(Glyph { text: c.to_owned(), x0, x1: x0 + 3.0, y: 97.0, size: 6.0 });
        }
        put(&mut glyphs, "mars", 80.0, 100.0);
        assert_eq!(texts(&lines(&glyphs, 595.0, 842.0)), ["le 1er mars"]);
    }

    #[test]
    fn words_printed_twice_count_once_and_single_letters_are_glued() {
        let mut glyphs = Vec::new();
        put(&mut glyphs, "TOTAL", 50.0, 100.0);
        put(&mut glyphs, "TOTAL", 50.3, 100.0);
        for (i, c) in ["M", "A", "X"].into_iter().enumerate() {
            put(&mut glyphs, c, 82.0 + 5.0 * i as f32, 100.0);
        }
        assert_eq!(texts(&lines(&glyphs, 595.0, 842.0)), ["TOTAL MAX"]);
    }

    #[test]
    fn typography_is_folded() {
        assert_eq!(folded("L’eﬃcacité\u{a0}: 1\u{202f}234\u{ad}"), "L’efficacité : 1 234");
    }
}
