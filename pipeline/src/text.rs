//! The text of a page: words with boxes and confidence, in lines, in reading order.

use crate::geometry::Rect;
use serde::{Deserialize, Serialize};

/// Where a text layer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The file's own text.
    Native,
    /// Recognised from pixels.
    Ocr,
}

/// One word, without spaces around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The word as printed, typographic variants (spaces, ligatures, quotes) folded.
    pub text: String,
    /// Where it stands.
    pub rect: Rect,
    /// How sure the reader is, 0 to 1; native text is 1.
    pub confidence: f32,
}

/// Words that stand on one line and belong together: a gap wide enough to be a column ends a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Left to right.
    pub words: Vec<Word>,
    /// The box around the words.
    pub rect: Rect,
}

impl Line {
    /// Builds a line from words in order; `None` without words.
    pub fn new(words: Vec<Word>) -> Option<Self> {
        let rect = Rect::around(words.iter().map(|word| &word.rect))?;
        Some(Self { words, rect })
    }

    /// Gives the words joined by single spaces.
    pub fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        words.join(" ")
    }
}

/// The text of one page, lines from top to bottom (columns kept together where they are clear).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextLayer {
    /// Native or recognised.
    pub origin: Origin,
    /// Lines in reading order.
    pub lines: Vec<Line>,
}

impl TextLayer {
    /// Gives an empty layer.
    pub fn empty(origin: Origin) -> Self {
        Self { origin, lines: Vec::new() }
    }

    /// Gives all words in reading order.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.lines.iter().flat_map(|line| &line.words)
    }

    /// Gives the text, one line of the page a line.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(Line::text).collect();
        lines.join("\n")
    }

    /// Gives the mean confidence of the words, weighted by their letters; 0 without words.
    pub fn confidence(&self) -> f32 {
        let (mut sum, mut letters) = (0.0, 0.0);
        for word in self.words() {
            let length = word.text.chars().count() as f32;
            sum += word.confidence * length;
            letters += length;
        }
        if letters > 0.0 { sum / letters } else { 0.0 }
    }
}
