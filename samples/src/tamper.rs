//! Papers that somebody changed: what `alteration_suspectee` must find.
//!
//! The data of a forged paper comes twice, as it was and as it is shown. Four ways of forging: a later revision of the PDF
//! that paints over a value, a value set in another font, a file that went through an image editor, a patch pasted into a
//! scan.

use crate::damage::raster::Raster;
use crate::damage::{Kind, paint};
use crate::draw::Draw;
use crate::file::facts::{self, Facts};
use crate::file::{self, Format, pdf};
use crate::paper::Paper;
use crate::sending::{self, SendError, Sent, SentPage, Way};
use crate::typeset::{Mark, Press, Sheets};
use guichet_pipeline::geometry::Rect;
use serde_json::{Value, json};

/// A way of forging.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgery {
    /// A later revision of the PDF paints over a value.
    Revision,
    /// A value in a font of its own.
    FontMix,
    /// The file says that an image editor made it.
    Editor,
    /// A patch in a scan.
    Patch,
}

impl Forgery {
    /// Draws a way of forging, and the kind of file it takes.
    pub fn draw(draw: &mut Draw) -> (Self, Kind) {
        *draw.weighted(&[
            (3.5, (Self::Revision, Kind::Native)),
            (2.5, (Self::FontMix, Kind::Native)),
            (1.2, (Self::Editor, Kind::Native)),
            (0.8, (Self::Editor, Kind::Scan)),
            (2.5, (Self::Patch, Kind::Scan)),
        ])
    }
}

/// Gives the data of a paper one of whose values stands in another font.
pub fn with_strange_font(data: &Value, draw: &mut Draw) -> Value {
    let own = data["style"]["police"].as_str().unwrap_or_default();
    let fonts: Vec<&str> = [
        "Liberation Serif",
        "DejaVu Sans",
        "Liberation Sans",
        "Carlito",
        "Nimbus Roman",
        "FreeSans",
        "Liberation Mono",
    ]
    .into_iter()
    .filter(|font| *font != own)
    .collect();
    let field = draw.one(&["date_fin", "date_fin", "date_debut", "assures", "adresse_risque"]);
    let mut data = data.clone();
    data["retouche"] =
        json!({"champ": field, "police": draw.pick(&fonts), "taille": draw.pick(&[0.94, 1.0, 1.0, 1.07])});
    data
}

/// A value that was changed: where it stood, and what is to stand there.
#[derive(Debug)]
struct Change {
    page: usize,
    ink: Rect,
    text: String,
}

/// Gives what differs between the papers; `None` when a value does not stand on one line.
fn changes(before: &[Mark], after: &[Mark]) -> Option<Vec<Change>> {
    if before.len() != after.len() {
        return None;
    }
    let mut changes = Vec::new();
    for (was, is) in before.iter().zip(after) {
        if was.field != is.field {
            return None;
        }
        if was.text == is.text || was.ink.is_empty() {
            continue;
        }
        let (page, first) = was.ink[0];
        let one_line = was.ink.iter().all(|(other, rect)| *other == page && rect.vertical_overlap(&first) > 0.4);
        if !one_line {
            return None;
        }
        let ink = was.ink.iter().map(|(_, rect)| *rect).reduce(|a, b| a.union(&b))?;
        changes.push(Change { page, ink, text: is.text.clone() });
    }
    (!changes.is_empty()).then_some(changes)
}

/// Sends a forged paper; `original` is the same paper as it was. What cannot be forged that way goes through an editor.
///
/// # Errors
/// A page that cannot be set or encoded.
pub fn send(
    press: &Press,
    paper: &Paper,
    original: &Paper,
    forgery: Forgery,
    way: Way,
    draw: &mut Draw,
) -> Result<Sent, SendError> {
    let changes = changes(&original.sheets.marks, &paper.sheets.marks);
    match (forgery, changes) {
        (Forgery::Revision, Some(changes)) => {
            let issued = sending::issued(paper).unwrap_or(way.day);
            let (bytes, facts) = sending::native(&original.sheets, issued, &original.draft.data.to_string(), draw)?;
            match revised(&bytes, &original.sheets, &changes, &facts::edited(&facts, way.day, draw), draw) {
                Some(bytes) => Ok(Sent { bytes, pages: set_pages(paper) }),
                None => edited(press, paper, way, draw),
            }
        }
        (Forgery::Patch, Some(changes)) => {
            let mut pages = sending::shoot(press, &[original], way, draw);
            for page in &mut pages {
                patch(press, original, page, &changes, draw);
            }
            sending::pack(&[paper], pages, way, draw)
        }
        (Forgery::FontMix, _) => sending::send(press, &[paper], way, draw),
        _ => edited(press, paper, way, draw),
    }
}

fn set_pages(paper: &Paper) -> Vec<SentPage> {
    (0..paper.sheets.pages.len()).map(|index| SentPage { paper: 0, index, shot: None }).collect()
}

/// Sends a paper through an editor: nothing shows but what the file says of itself.
fn edited(press: &Press, paper: &Paper, way: Way, draw: &mut Draw) -> Result<Sent, SendError> {
    if way.kind == Kind::Native {
        let issued = sending::issued(paper).unwrap_or(way.day);
        let (bytes, facts) = sending::native(&paper.sheets, issued, &paper.draft.data.to_string(), draw)?;
        let facts = facts::edited(&facts, way.day, draw);
        let bytes = pdf::with_info(&bytes, &facts).unwrap_or(bytes);
        return Ok(Sent { bytes, pages: set_pages(paper) });
    }
    let pages = sending::shoot(press, &[paper], way, draw);
    let facts = facts::edited(&facts::shot(way.day, draw), way.day, draw);
    let shots: Vec<_> = pages.iter().filter_map(|page| page.shot.as_ref()).collect();
    // Only PDF and JPEG say which program made them.
    let format = if way.format == Format::Jpeg { Format::Jpeg } else { Format::Pdf };
    Ok(Sent { bytes: file::encode(format, &shots, &facts, draw)?, pages })
}

/// Appends a revision that hides the old values under white and writes the new ones over it (ISO 32000-1, 7.5.6).
fn revised(bytes: &[u8], sheets: &Sheets, changes: &[Change], facts: &Facts, draw: &mut Draw) -> Option<Vec<u8>> {
    let tail = pdf::tail(bytes)?;
    let page = changes[0].page;
    let (page_number, page_body) = page_object(bytes, &tail, page)?;
    let contents = pdf::reference(&page_body, "/Contents")?;
    let count = tail.offsets.len();
    let (stream_number, font_number, info_number) = (count, count + 1, pdf::reference(&tail.trailer, "/Info")?);
    let size = &sheets.pages[page];
    let font = draw.one(&["Helvetica", "Helvetica", "Times-Roman", "Courier", "Helvetica-Bold"]);
    let content = painted_over(changes, page, (size.width, size.height), font, draw);
    let page_body = page_body.replacen(
        &format!("/Contents {contents} 0 R"),
        &format!("/Contents [{contents} 0 R {stream_number} 0 R]"),
        1,
    );
    let page_body = with_font(bytes, &tail, &page_body, font_number)?;
    let mut out = bytes.to_vec();
    let mut added: Vec<(usize, usize)> = Vec::new();
    let mut add = |number: usize, body: &[u8]| {
        added.push((number, out.len()));
        out.extend(format!("{number} 0 obj\n").into_bytes());
        out.extend_from_slice(body);
        out.extend_from_slice(b"\nendobj\n");
    };
    add(page_number, page_body.as_bytes());
    let mut stream = format!("<< /Length {} >>\nstream\n", content.len()).into_bytes();
    stream.extend(content);
    stream.extend_from_slice(b"\nendstream");
    add(stream_number, &stream);
    add(
        font_number,
        format!("<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>").as_bytes(),
    );
    add(info_number, &pdf::info(facts));
    added.sort_unstable();
    let start = out.len();
    let mut table = "xref\n".to_owned();
    for (number, offset) in added {
        table.push_str(&format!("{number} 1\n{offset:010} 00000 n \n"));
    }
    let root = pdf::reference(&tail.trailer, "/Root")?;
    table.push_str(&format!(
        "trailer\n<< /Size {} /Root {root} 0 R /Info {info_number} 0 R /Prev {} >>\nstartxref\n{start}\n%%EOF\n",
        count + 2,
        tail.start
    ));
    out.extend(table.into_bytes());
    Some(out)
}

/// Finds the object of a page, in page order.
fn page_object(bytes: &[u8], tail: &pdf::Tail, page: usize) -> Option<(usize, String)> {
    let body = |number: usize| -> Option<String> {
        let (offset, used) = *tail.offsets.get(number)?;
        let rest = bytes.get(offset..).filter(|_| used)?;
        let end = pdf::find(rest, b"endobj")?;
        let text = String::from_utf8_lossy(&rest[..end]).into_owned();
        Some(text[text.find("obj")? + 3..].trim().to_owned())
    };
    let tree = (1..tail.offsets.len()).filter_map(body).find(|text| text.contains("/Type/Pages"))?;
    let kids = &tree[tree.find("/Kids[")? + 6..];
    let number = kids[..kids.find(']')?].split("0 R").nth(page)?.trim().parse().ok()?;
    Some((number, body(number)?))
}

/// Gives the page's dictionary with a font `FZ` among its resources, which may stand in an object of their own.
fn with_font(bytes: &[u8], tail: &pdf::Tail, page: &str, font: usize) -> Option<String> {
    let mut page = page.to_owned();
    if let Some(at) = page.find("/Resources ").filter(|at| page[at + 11..].starts_with(|c: char| c.is_ascii_digit())) {
        let number = pdf::reference(&page, "/Resources")?;
        let (offset, _) = *tail.offsets.get(number)?;
        let rest = &bytes[offset..];
        let text = String::from_utf8_lossy(&rest[..pdf::find(rest, b"endobj")?]).into_owned();
        let dictionary = text[text.find("obj")? + 3..].trim();
        page.replace_range(at..at + format!("/Resources {number} 0 R").len(), &format!("/Resources{dictionary}"));
    }
    let own = format!("/FZ {font} 0 R");
    match page.find("/Font<<") {
        Some(at) => page.insert_str(at + 7, &own),
        None => {
            let at = page.find("/Resources<<")? + 12;
            page.insert_str(at, &format!("/Font<<{own}>>"));
        }
    }
    Some(page)
}

/// Gives the content stream of the revision: a white box and a line of text for each change.
fn painted_over(changes: &[Change], page: usize, (width, height): (f32, f32), font: &str, draw: &mut Draw) -> Vec<u8> {
    // Mean width of digits and small letters, in parts of the size.
    let letter = match font {
        "Courier" => 0.6,
        "Times-Roman" => 0.47,
        _ => 0.53,
    };
    let mut out = b"q Q ".to_vec();
    let larger = draw.real(0.95, 1.08);
    for change in changes.iter().filter(|change| change.page == page) {
        let ink = change.ink;
        let (x, w) = (ink.x0 * width, ink.width() * width);
        let (top, h) = ((1.0 - ink.y0) * height, ink.height() * height);
        out.extend(
            format!("q 1 g {:.2} {:.2} {:.2} {:.2} re f Q ", x - 1.2, top - h - 1.6, w + 2.4, h + 3.2).into_bytes(),
        );
        // Capitals and digits are about seven tenths of the size of a font.
        let size = (h / 0.74 * larger).clamp(5.0, 24.0);
        let natural = change.text.chars().count() as f32 * size * letter;
        let stretch = (w / natural * 100.0).clamp(55.0, 100.0);
        out.extend(
            format!("BT 0 g /FZ {size:.1} Tf {stretch:.0} Tz 1 0 0 1 {x:.2} {:.2} Tm ", top - h + 0.2).into_bytes(),
        );
        out.extend(pdf::western(&change.text));
        out.extend_from_slice(b" Tj ET ");
    }
    out
}

/// Pastes the new values into a scan: cleaner than what is around them, on paper of another white.
fn patch(press: &Press, original: &Paper, page: &mut SentPage, changes: &[Change], draw: &mut Draw) {
    let Some(shot) = &mut page.shot else { return };
    let size = &original.sheets.pages[page.index];
    let font = original.draft.data["style"]["police"].as_str().unwrap_or("Liberation Sans");
    let (paper, ink) = (draw.real(0.93, 1.0), draw.real(0.0, 0.2));
    for change in changes.iter().filter(|change| change.page == page.index) {
        let (width, height) = (change.ink.width() * size.width + 3.0, change.ink.height() * size.height + 4.0);
        let letters = (height - 4.0) / 0.74;
        let fits = width / (change.text.chars().count() as f32 * letters * 0.5);
        let letters = letters * fits.clamp(0.6, 1.0);
        let text = change.text.replace(['"', '\\'], "");
        let source = format!(
            "#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: white)\n#set text(font: \"{font}\", size: {letters}pt)\n#align(horizon, text(\"{text}\"))"
        );
        let Ok(sheets) = press.set_text(&source) else { continue };
        let mut piece = Raster::from_rgb(sheets.pixels(0, shot.dpi));
        piece.tone(|value| ink + (paper - ink) * value);
        let mut piece = if shot.raster.channels == 1 { piece.grey() } else { piece };
        let mut map = shot.map.clone();
        // The piece is laid where the old value stands, square to the page.
        let grown = Rect::new(
            change.ink.x0 - 1.5 / size.width,
            change.ink.y0 - 2.0 / size.height,
            change.ink.x1 + 1.5 / size.width,
            change.ink.y1 + 2.0 / size.height,
        );
        map.before_rect(&grown);
        if shot.bilevel {
            piece.tone(|value| if value < 0.55 { 0.0 } else { 1.0 });
        }
        paint::page(&mut shot.raster, &piece, &map);
    }
}
