//! A second reader: what an encoder says of the words of a page, joined to what the rules found.
//!
//! Goes in: the views of an [`Encoder`] on each page, a classification, readings. Comes out: the same, surer where both
//! readers agree, less sure where they do not, filled where only the encoder saw something. The encoder proposes places;
//! what stands there is read by the parsers that read everything else. Without an encoder nothing changes.

mod fields;
mod label;
mod spans;

use crate::document::ReadPage;
pub use fields::join;
pub use label::joined;
use std::sync::Arc;

/// A model that looks at the words of a page: implemented in `models`, scripted in tests.
pub trait Encoder: std::fmt::Debug + Send + Sync {
    /// Gives what it says of a page; nothing where there are no words, or it failed.
    fn view(&self, page: &ReadPage) -> Option<PageView>;

    /// Names the model and its weights: results depend on them.
    fn version(&self) -> String;
}

/// What an encoder says of one page.
#[derive(Clone, Debug, PartialEq)]
pub struct PageView {
    /// The types that it knows, each with its chance.
    pub types: Vec<(String, f32)>,
    /// The chance that a document begins there.
    pub first: f32,
    /// The codes of the fields that it knows.
    pub fields: Arc<[String]>,
    /// For each of the first words of the page, in reading order.
    pub words: Vec<WordView>,
}

/// What an encoder says of one word.
#[derive(Clone, Debug, PartialEq)]
pub struct WordView {
    /// For each field the chance that the word belongs to it.
    pub chances: Vec<f32>,
    /// Whether the word rather opens its field than goes on with it.
    pub opens: bool,
}

impl PageView {
    /// Gives the chance that a word belongs to a field: 0 for words and fields that it does not know.
    pub(crate) fn chance(&self, word: usize, field: &str) -> f32 {
        let at = self.fields.iter().position(|known| known == field);
        at.and_then(|at| self.words.get(word)?.chances.get(at).copied()).unwrap_or(0.0)
    }
}
