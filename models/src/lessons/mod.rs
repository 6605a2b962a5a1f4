//! Lessons: pages as the reader of the house returned them, with what is known of each of their words.
//!
//! Goes in: corpora of made papers (files, and `pages.jsonl` with every printed word). Comes out: gzipped lines of JSON, which
//! training reads without the generator. [`align`] lays the known words over the read ones; [`noise`] harms clean pages the
//! way recognition does, at no cost.

pub mod align;
pub mod noise;
pub mod record;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use guichet_pipeline::geometry::Rect;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

/// A page to learn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lesson {
    /// The design: whole designs are kept apart.
    #[serde(rename = "d")]
    pub design: String,
    /// How it was sent: native, scan, photo.
    #[serde(rename = "k")]
    pub kind: String,
    /// The type of its document.
    #[serde(rename = "t")]
    pub type_code: String,
    /// Whether a document begins on it.
    #[serde(rename = "f")]
    pub first: bool,
    /// The words, in reading order.
    #[serde(rename = "w")]
    pub words: Vec<LessonWord>,
}

/// A word of a lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LessonWord {
    /// What was read.
    #[serde(rename = "t")]
    pub text: String,
    /// Where: `[x0, y0, x1, y1]` in fractions of the page.
    #[serde(rename = "b")]
    pub edges: [f32; 4],
    /// How surely, 0 to 1.
    #[serde(rename = "c")]
    pub confidence: f32,
    /// `B-` or `I-` and the field; nothing outside of fields.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

impl LessonWord {
    /// Gives its box.
    pub fn rect(&self) -> Rect {
        let [x0, y0, x1, y1] = self.edges;
        Rect::new(x0, y0, x1, y1)
    }
}

/// Writes lessons.
#[derive(Debug)]
pub struct Writer {
    out: GzEncoder<BufWriter<File>>,
}

impl Writer {
    /// Starts a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(Self { out: GzEncoder::new(BufWriter::new(File::create(path)?), Compression::default()) })
    }

    /// Adds a lesson.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, lesson: &Lesson) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, lesson)?;
        self.out.write_all(b"\n")
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn close(self) -> io::Result<()> {
        self.out.finish()?.flush()
    }
}

/// Reads the lessons of a file.
///
/// # Errors
/// When it cannot be read or a line is no lesson.
pub fn read(path: &Path) -> io::Result<Vec<Lesson>> {
    let lines = BufReader::new(GzDecoder::new(File::open(path)?)).lines();
    lines.map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lessons_are_read_back() {
        let path = std::env::temp_dir().join(format!("lessons-{}.jsonl.gz", std::process::id()));
        let tag = Some("B-numero_contrat".to_owned());
        let word = LessonWord { text: "HAB12".to_owned(), edges: [0.1, 0.2, 0.3, 0.21], confidence: 0.9, tag };
        let lesson = Lesson {
            design: "a/b".to_owned(),
            kind: "scan".to_owned(),
            type_code: "attestation_habitation".to_owned(),
            first: true,
            words: vec![word],
        };
        let mut writer = Writer::create(&path).unwrap();
        writer.write(&lesson).unwrap();
        writer.close().unwrap();
        assert_eq!(read(&path).unwrap(), [lesson]);
        std::fs::remove_file(&path).unwrap();
    }
}
