//! One page for training: every word with its place in the picture, and the field that it belongs to.
//!
//! `models` reads these lines back and lays them beside what the recognition engine returned for the same picture.

use crate::damage::map::Map;
use crate::paper::Paper;
use guichet_pipeline::geometry::Rect;
use serde::{Deserialize, Serialize};

/// A page of a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageRecord {
    /// The file, as in the truth line.
    pub source: String,
    /// The page of the file, from 1.
    pub page: usize,
    /// The design.
    pub template: String,
    /// How it was sent.
    pub kind: String,
    /// The type of its document.
    #[serde(rename = "type")]
    pub type_code: String,
    /// Whether a document begins on it.
    pub first: bool,
    /// Quarters by which the stored picture is turned clockwise to be read; boxes are those of the turned picture.
    pub turn: u8,
    /// Width over height of the turned picture.
    pub aspect: f32,
    /// The words that show, in the order in which they were set.
    pub words: Vec<WordRecord>,
    /// The printed values of fields that show.
    pub values: Vec<ValueRecord>,
}

/// One printed value of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueRecord {
    /// The field.
    #[serde(rename = "f")]
    pub field: String,
    /// Which part of a composed field.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Which person of a list.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// What is printed.
    #[serde(rename = "t")]
    pub text: String,
    /// Its box, as those of words.
    #[serde(rename = "b")]
    pub rect: [f32; 4],
}

/// A word of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordRecord {
    /// What it says.
    #[serde(rename = "t")]
    pub text: String,
    /// `[x0, y0, x1, y1]` in fractions of the picture as a reader sees it.
    #[serde(rename = "b")]
    pub rect: [f32; 4],
    /// `B-` or `I-` and the field, with the part of a composed field after a dot; nothing outside of fields.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// Gives the words of page `index` of a paper in a picture of it, but for those that do not show.
pub fn words(paper: &Paper, index: usize, map: &Map, shows: impl Fn(&Rect) -> bool) -> Vec<WordRecord> {
    let mut begun = Vec::new();
    let mut words = Vec::new();
    for word in &paper.sheets.pages[index].words {
        if !shows(&word.rect) {
            continue;
        }
        let field = word.mark.map(|at| {
            let mark = &paper.sheets.marks[at];
            let edge = if begun.contains(&at) { "I" } else { "B" };
            begun.push(at);
            match &mark.part {
                Some(part) => format!("{edge}-{}.{part}", mark.field),
                None => format!("{edge}-{}", mark.field),
            }
        });
        words.push(WordRecord { text: word.text.clone(), rect: carried(map, &word.rect), field });
    }
    words
}

/// Gives the values printed on page `index` in a picture of it, but for those that do not show.
pub fn values(paper: &Paper, index: usize, map: &Map, shows: impl Fn(&Rect) -> bool) -> Vec<ValueRecord> {
    let mut values = Vec::new();
    for mark in &paper.sheets.marks {
        let ink: Vec<&Rect> = mark.ink.iter().filter(|(page, _)| *page == index).map(|(_, rect)| rect).collect();
        if !ink.iter().all(|rect| shows(rect)) {
            continue;
        }
        let Some(rect) = Rect::around(ink) else { continue };
        values.push(ValueRecord {
            field: mark.field.clone(),
            part: mark.part.clone(),
            rank: mark.rank,
            text: mark.text.clone(),
            rect: carried(map, &rect),
        });
    }
    values
}

fn carried(map: &Map, rect: &Rect) -> [f32; 4] {
    let at = map.rect(rect);
    [at.x0, at.y0, at.x1, at.y1].map(|value| (value * 10_000.0).round() / 10_000.0)
}
