//! What a reading child answers where its engine is scripted: fixed words after five milliseconds, or the harm that the
//! file asks for. Load and fault tests run on it; everything around it is the program that ships.

use guichet_pipeline::document::{Format, Legibility, Metadata, ReadDocument, ReadPage};
use guichet_pipeline::geometry::Rect;
use guichet_pipeline::text::{Line, Origin, TextLayer, Word};
use guichet_workers::reading::protocol::Told;
use std::time::Duration;

/// The first bytes of a scripted file; what follows is its [`Script`] and its words.
const MAGIC: &str = "GUICHET-SCRIPT ";
/// How long reading takes.
const READING: Duration = Duration::from_millis(5);

/// What reading a scripted file does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Gives its words.
    Good,
    /// Gives its words after a second.
    Slow,
    /// Aborts the reader.
    Abort,
    /// Never answers.
    Hang,
    /// Prints without end, then dies.
    Flood,
    /// Takes all the memory that it can get.
    Eat,
}

impl Script {
    /// Every way of doing harm.
    pub const HARMS: [Self; 4] = [Self::Abort, Self::Hang, Self::Flood, Self::Eat];

    fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Slow => "slow",
            Self::Abort => "abort",
            Self::Hang => "hang",
            Self::Flood => "flood",
            Self::Eat => "eat",
        }
    }
}

/// Writes a scripted file; `words` make it different from others.
pub fn file(script: Script, words: &str) -> Vec<u8> {
    format!("{MAGIC}{}\n{words}", script.name()).into_bytes()
}

/// Answers in place of the reader.
pub fn answer(bytes: &[u8]) -> Option<Told> {
    let text = std::str::from_utf8(bytes).ok()?.strip_prefix(MAGIC)?;
    let (name, words) = text.split_once('\n')?;
    std::thread::sleep(READING);
    match name {
        "abort" => std::process::abort(),
        "hang" => loop {
            std::thread::sleep(Duration::from_secs(1));
        },
        "flood" => {
            for _ in 0..100_000 {
                eprintln!("{words}");
            }
            std::process::abort()
        }
        "eat" => {
            let mut eaten: Vec<Vec<u8>> = Vec::new();
            loop {
                eaten.push(vec![1; 64 * 1024 * 1024]);
            }
        }
        "slow" => std::thread::sleep(Duration::from_secs(1)),
        _ => {}
    }
    Some(Told::Document(document(words)))
}

/// Gives a page with these words, one line each.
fn document(words: &str) -> ReadDocument {
    let mut lines = Vec::new();
    for (at, text) in words.lines().enumerate() {
        let top = 0.05 + 0.02 * at as f32;
        let mut left = 0.1;
        let mut line = Vec::new();
        for word in text.split_whitespace() {
            let right = left + 0.01 * word.chars().count() as f32;
            line.push(Word { text: word.to_owned(), rect: Rect::new(left, top, right, top + 0.015), confidence: 1.0 });
            left = right + 0.01;
        }
        lines.extend(Line::new(line));
    }
    let page = ReadPage::new(
        1,
        0.707,
        TextLayer { origin: Origin::Native, lines },
        Legibility { confidence: 1.0, ink_covered: 1.0 },
    );
    ReadDocument {
        format: Format::Pdf,
        page_count: 1,
        pages: vec![page],
        signs: Vec::new(),
        metadata: Metadata::default(),
        message: None,
        attachments: Vec::new(),
        read_ms: 5,
        ocr_ms: 0,
    }
}
