//! The pages of a corpus as the generator tells them: `pages.jsonl`, one page a line.

use serde::Deserialize;

/// A page of a source, with every word that is printed on it.
#[derive(Clone, Debug, Deserialize)]
pub struct PageRecord {
    /// The file, below the corpus.
    pub source: String,
    /// The page of the file, from 1.
    pub page: u32,
    /// The design.
    pub template: String,
    /// How it was sent.
    pub kind: String,
    /// The type of its document.
    #[serde(rename = "type")]
    pub type_code: String,
    /// Whether a document begins on it.
    pub first: bool,
    /// The words that show.
    pub words: Vec<WordRecord>,
}

/// A printed word.
#[derive(Clone, Debug, Deserialize)]
pub struct WordRecord {
    /// What it says.
    #[serde(rename = "t")]
    pub text: String,
    /// Where, in fractions of the page as a reader sees it.
    #[serde(rename = "b")]
    pub edges: [f32; 4],
    /// `B-` or `I-` and the field, with the part of a composed field behind a dot.
    #[serde(rename = "f", default)]
    pub field: Option<String>,
}
