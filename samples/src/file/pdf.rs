//! PDF files that hold pictures, with or without the bad text layer of a scanner's own recognition.

use super::facts::Facts;
use super::tiff::{deflated, g4};
use super::{FileError, picture};
use crate::damage::Shot;
use crate::draw::Draw;
use guichet_pipeline::geometry::Rect;
use std::io::Write;

/// A PDF that is being written: objects in order, numbered from 1.
#[derive(Debug)]
pub struct Document {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
    pages: Vec<usize>,
    facts: Facts,
}

/// Numbers of the objects that every file begins with.
const CATALOG: usize = 1;
const TREE: usize = 2;
const FONT: usize = 3;

impl Document {
    /// Begins a file.
    pub fn new(facts: &Facts) -> Self {
        let bytes = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let mut document = Self { bytes, offsets: vec![0; 3], pages: Vec::new(), facts: facts.clone() };
        document.at(CATALOG, format!("<< /Type /Catalog /Pages {TREE} 0 R >>").as_bytes());
        document.at(FONT, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
        document
    }

    /// Adds a page that shows `shot`, with invisible `words` (text and box as stored) over it.
    ///
    /// # Errors
    /// A picture that its encoder refuses.
    pub fn picture(&mut self, shot: &Shot, words: &[(String, Rect)], draw: &mut Draw) -> Result<(), FileError> {
        let raster = &shot.raster;
        let (width, height) = (raster.width, raster.height);
        let (points_x, points_y) = (width as f32 / shot.dpi * 72.0, height as f32 / shot.dpi * 72.0);
        let (filter, space, bits, data) = if shot.bilevel {
            let parameters = format!("/CCITTFaxDecode /DecodeParms << /K -1 /Columns {width} /Rows {height} >>");
            (parameters, "/DeviceGray", 1, g4(raster))
        } else {
            let space = if raster.channels == 1 { "/DeviceGray" } else { "/DeviceRGB" };
            if draw.chance(0.06) {
                ("/FlateDecode".to_owned(), space, 8, deflated(&raster.data)?)
            } else {
                ("/DCTDecode".to_owned(), space, 8, picture::jpeg(raster, shot.quality, None)?)
            }
        };
        let image = self.stream(
            &format!("/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace {space} /BitsPerComponent {bits} /Filter {filter}"),
            &data,
        );
        let mut content = format!("q {points_x:.2} 0 0 {points_y:.2} 0 0 cm /Im0 Do Q\n").into_bytes();
        if !words.is_empty() {
            content.extend(invisible(words, points_x, points_y));
        }
        let content = self.stream("", &content);
        // Feeders turn a page by a note in the file; readers turn it back.
        let page = self.offsets.len() + 1;
        let body = format!(
            "<< /Type /Page /Parent {TREE} 0 R /MediaBox [0 0 {points_x:.2} {points_y:.2}] /Resources << /XObject << /Im0 {image} 0 R >> /Font << /F0 {FONT} 0 R >> >> /Contents {content} 0 R >>"
        );
        self.push(body.as_bytes());
        self.pages.push(page);
        Ok(())
    }

    /// Ends the file.
    pub fn finish(mut self) -> Vec<u8> {
        let kids: Vec<String> = self.pages.iter().map(|page| format!("{page} 0 R")).collect();
        let tree = format!("<< /Type /Pages /Count {} /Kids [{}] >>", kids.len(), kids.join(" "));
        self.at(TREE, tree.as_bytes());
        let info = self.push(&info(&self.facts));
        let start = self.bytes.len();
        let count = self.offsets.len() + 1;
        let mut tail = format!("xref\n0 {count}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            tail.push_str(&format!("{offset:010} 00000 n \n"));
        }
        tail.push_str(&format!(
            "trailer\n<< /Size {count} /Root {CATALOG} 0 R /Info {info} 0 R >>\nstartxref\n{start}\n%%EOF\n"
        ));
        self.bytes.extend(tail.into_bytes());
        self.bytes
    }

    fn stream(&mut self, dictionary: &str, data: &[u8]) -> usize {
        let mut body = format!("<< {dictionary} /Length {} >>\nstream\n", data.len()).into_bytes();
        body.extend_from_slice(data);
        body.extend_from_slice(b"\nendstream");
        self.push(&body)
    }

    fn push(&mut self, body: &[u8]) -> usize {
        self.offsets.push(0);
        let number = self.offsets.len();
        self.at(number, body);
        number
    }

    fn at(&mut self, number: usize, body: &[u8]) {
        self.offsets[number - 1] = self.bytes.len();
        self.bytes.extend(format!("{number} 0 obj\n").into_bytes());
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }
}

/// Gives the information dictionary.
pub fn info(facts: &Facts) -> Vec<u8> {
    let mut out = b"<<".to_vec();
    for (key, text) in [("Creator", &facts.creator), ("Producer", &facts.producer)] {
        if let Some(text) = text {
            out.extend(format!(" /{key} ").into_bytes());
            out.extend(string(text));
        }
    }
    for (key, moment) in [("CreationDate", facts.created), ("ModDate", facts.modified)] {
        if let Some(moment) = moment {
            out.extend(format!(" /{key} ({})", moment.pdf()).into_bytes());
        }
    }
    out.extend_from_slice(b" >>");
    out
}

/// Writes a text string: plain where it is ASCII, else UTF-16.
pub fn string(text: &str) -> Vec<u8> {
    if text.is_ascii() {
        return [b"(".to_vec(), escaped(text.as_bytes()), b")".to_vec()].concat();
    }
    let mut out = b"<FEFF".to_vec();
    for unit in text.encode_utf16() {
        out.extend(format!("{unit:04X}").into_bytes());
    }
    out.push(b'>');
    out
}

fn escaped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        if matches!(byte, b'(' | b')' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out
}

/// Writes a string in the encoding of Western Windows, which Latin 1 is but for a few signs.
pub fn western(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        '€' => 0x80,
        'œ' => 0x9c,
        'Œ' => 0x8c,
        '’' => 0x92,
        '–' => 0x96,
        '\u{202f}' => 0xa0,
        c => u8::try_from(u32::from(c)).unwrap_or(b'?'),
    };
    let bytes: Vec<u8> = text.chars().map(byte).collect();
    [b"(".to_vec(), escaped(&bytes), b")".to_vec()].concat()
}

/// Writes words that are there for searching, not for seeing (rendering mode 3), as wide as their boxes.
fn invisible(words: &[(String, Rect)], width: f32, height: f32) -> Vec<u8> {
    let mut out = b"BT 3 Tr\n".to_vec();
    for (text, rect) in words {
        let size = (rect.height() * height * 1.25).max(1.0);
        // Helvetica is about half as wide as it is high.
        let natural = text.chars().count().max(1) as f32 * 0.52 * size;
        let stretch = (rect.width() * width / natural * 100.0).clamp(20.0, 400.0);
        let (x, y) = (rect.x0 * width, (1.0 - rect.y1) * height);
        // A vector can always be written to.
        let _ = write!(out, "/F0 {size:.1} Tf {stretch:.0} Tz 1 0 0 1 {x:.2} {y:.2} Tm ");
        out.extend(western(&format!("{text} ")));
        out.extend_from_slice(b" Tj\n");
    }
    out.extend_from_slice(b"ET\n");
    out
}

/// Gives a finished PDF of ours (plain cross-reference table) another information dictionary.
pub fn with_info(bytes: &[u8], facts: &Facts) -> Option<Vec<u8>> {
    let tail = tail(bytes)?;
    let number = reference(&tail.trailer, "/Info")?;
    let &(start, _) = tail.offsets.get(number)?;
    let end = start + find(&bytes[start..], b"endobj")?;
    let mut object = format!("{number} 0 obj\n").into_bytes();
    object.extend(info(facts));
    object.push(b'\n');
    let shift = object.len() as i64 - (end - start) as i64;
    let mut out = bytes[..start].to_vec();
    out.extend(object);
    out.extend_from_slice(&bytes[end..tail.start]);
    let table = out.len();
    out.extend(format!("xref\n0 {}\n", tail.offsets.len()).into_bytes());
    for &(offset, used) in &tail.offsets {
        let offset = if offset > start { (offset as i64 + shift) as usize } else { offset };
        let kind = if used { "00000 n" } else { "65535 f" };
        out.extend(format!("{offset:010} {kind} \n").into_bytes());
    }
    out.extend(format!("trailer\n{}\nstartxref\n{table}\n%%EOF\n", tail.trailer).into_bytes());
    Some(out)
}

/// The end of a file with one cross-reference table.
#[derive(Debug)]
pub(crate) struct Tail {
    /// Where the table begins.
    pub(crate) start: usize,
    /// Offset of each object, and whether it is in use.
    pub(crate) offsets: Vec<(usize, bool)>,
    /// The trailer dictionary.
    pub(crate) trailer: String,
}

/// Reads the end of a file that Typst or this module wrote.
pub(crate) fn tail(bytes: &[u8]) -> Option<Tail> {
    let mark = rfind(bytes, b"startxref")?;
    let text = |range: &[u8]| String::from_utf8_lossy(range).into_owned();
    let start: usize = text(&bytes[mark + 9..]).split_whitespace().next()?.parse().ok()?;
    let table = text(bytes.get(start..mark)?);
    let mut lines = table.lines();
    if lines.next()?.trim() != "xref" {
        return None;
    }
    let count: usize = lines.next()?.split_whitespace().nth(1)?.parse().ok()?;
    let mut offsets = Vec::with_capacity(count);
    for line in lines.by_ref().take(count) {
        let mut words = line.split_whitespace();
        offsets.push((words.next()?.parse().ok()?, words.nth(1)? == "n"));
    }
    let trailer = table[table.find("trailer")? + 7..].trim().to_owned();
    Some(Tail { start, offsets, trailer })
}

/// Gives the number of the object that a dictionary's key points at.
pub(crate) fn reference(dictionary: &str, key: &str) -> Option<usize> {
    let after = &dictionary[dictionary.find(key)? + key.len()..];
    after.split_whitespace().next()?.parse().ok()
}

/// Gives where `needle` first stands.
pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

fn rfind(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).rposition(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::damage::WHOLE;
    use crate::damage::map::Map;
    use crate::damage::raster::Raster;

    #[test]
    fn a_changed_dictionary_leaves_every_object_in_its_place() {
        let mut draw = Draw::new(0, 0, "pdf");
        let raster = Raster::filled(20, 30, 1, [200; 3]);
        let shot = Shot {
            raster,
            map: Map::default(),
            window: WHOLE,
            to_upright: 0,
            dpi: 100.0,
            bilevel: false,
            quality: 60,
            exif: None,
        };
        let mut document = Document::new(&Facts { producer: Some("un".to_owned()), ..Facts::default() });
        document.picture(&shot, &[("été".to_owned(), Rect::new(0.1, 0.1, 0.4, 0.2))], &mut draw).unwrap();
        let before = document.finish();
        let facts = Facts { producer: Some("Éditeur bien plus long (2)".to_owned()), ..Facts::default() };
        let after = with_info(&before, &facts).unwrap();
        let tail = tail(&after).unwrap();
        for (number, (offset, used)) in tail.offsets.iter().enumerate().filter(|(_, (_, used))| *used) {
            assert!(*used && after[*offset..].starts_with(format!("{number} 0 obj").as_bytes()), "object {number}");
        }
        assert!(find(&after, b"<FEFF").is_some() && find(&after, b"(un)").is_none());
    }
}
