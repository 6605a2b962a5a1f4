//! What `guichet` prints: exactly section 6 of the catalogue.
//!
//! Inner types change freely and are converted here; these do not.

use crate::document::{Fault, FaultCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of this format.
pub const SCHEMA: u32 = 1;

/// One line of results: one input file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceResult {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The path as it was given.
    pub source: String,
    /// Hash of the bytes, hexadecimal.
    pub sha256: String,
    /// Whether the file could be read.
    pub status: Status,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// How many pages.
    #[serde(default)]
    pub pages: u32,
    /// The documents in it, in page order.
    #[serde(default)]
    pub segments: Vec<Segment>,
    /// Milliseconds by stage.
    #[serde(default)]
    pub timings_ms: Timings,
}

/// Whether a file could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It could.
    Ok,
    /// It could not; see the error.
    Error,
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The code of the catalogue.
    pub code: FaultCode,
    /// One French sentence with the remedy.
    pub message: String,
}

/// One document inside a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Page numbers, from 1.
    pub pages: Vec<u32>,
    /// The attachment of a mail that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<String>,
    /// The type's code.
    #[serde(rename = "type")]
    pub type_code: String,
    /// How sure the type is, 0 to 1.
    pub confidence: f64,
    /// Field code to [`Field`], in the order of the type's fields.
    #[serde(default)]
    pub fields: Map<String, Value>,
    /// The checks that were made.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// The decision on an insurance paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// What was computed of a congé.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conge: Option<Value>,
}

/// A field: its value in normal form and where it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The normal form; null where something was seen that could not be read.
    pub value: Value,
    /// The text it came from.
    pub raw: String,
    /// 0 to 1.
    pub confidence: f64,
    /// The page, from 1.
    pub page: u32,
    /// `[x0, y0, x1, y1]` in fractions of the page as a reader sees it.
    #[serde(rename = "box")]
    pub rect: [f64; 4],
}

/// A check and how it came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The code of the check.
    pub rule: String,
    /// `pass`, `fail` or `inconclusive`.
    pub outcome: String,
    /// One French sentence with both sides.
    pub message: String,
    /// The law or contract behind it.
    pub reference: String,
}

/// The decision on an insurance paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// `accept`, `review` or `reject`.
    pub outcome: String,
    /// Reason codes, most serious first.
    pub reasons: Vec<String>,
    /// The lease, where the paper names one.
    pub reference_contrat: Option<String>,
}

/// Milliseconds by stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timings {
    /// Native text and pixels.
    pub read: u64,
    /// Recognition.
    pub ocr: u64,
    /// Segmentation and types.
    pub classify: u64,
    /// Fields.
    pub extract: u64,
    /// Register, checks, decision.
    pub check: u64,
}

impl SourceResult {
    /// Builds the line of a source that was read.
    pub fn ok(source: &str, sha256: &str, pages: u32, segments: Vec<Segment>, timings_ms: Timings) -> Self {
        let (source, sha256) = (source.to_owned(), sha256.to_owned());
        Self { schema: SCHEMA, source, sha256, status: Status::Ok, error: None, pages, segments, timings_ms }
    }

    /// Builds the line of a source that could not be read.
    pub fn fault(source: &str, sha256: &str, fault: &Fault) -> Self {
        let error = Some(Failure { code: fault.code, message: fault.message.clone() });
        let blank = Self::ok(source, sha256, 0, Vec::new(), Timings::default());
        Self { status: Status::Error, error, ..blank }
    }
}

/// Rounds to `digits` decimals, so that a line reads well and is the same everywhere.
pub fn rounded(number: f32, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (f64::from(number) * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_back_as_it_was_written() {
        let fault = Fault::new(FaultCode::MotDePasse, "le fichier est protégé");
        let line = serde_json::to_string(&SourceResult::fault("inbox/a.pdf", "00", &fault)).unwrap();
        assert!(
            line.starts_with(
                r#"{"schema":1,"source":"inbox/a.pdf","sha256":"00","status":"error","error":{"code":"mot_de_passe""#
            ),
            "{line}"
        );
        let back: SourceResult = serde_json::from_str(&line).unwrap();
        assert_eq!(back, SourceResult::fault("inbox/a.pdf", "00", &fault));
    }

    #[test]
    fn numbers_are_rounded() {
        assert_eq!(rounded(0.123_456, 3), 0.123);
    }
}
