//! Readings of the rules and places of the encoder, joined field by field.
//!
//! Every reading of the rules is weighed by how far the encoder gives its words to the same field; places that only the
//! encoder saw are read and added. Days and numbers are never accepted on the word of the encoder alone; persons and
//! addresses, which have to be those of the lease, and the insurer are where it is all but certain.

use super::PageView;
use super::spans::{Span, Views};
use crate::extract::{Extraction, FieldReadings, Reading};
use crate::extract::{prefer_fuller, proposed};
use crate::geometry::Rect;
use crate::lexicon::Lexicon;
use crate::rules::{FieldRule, Kind, TypeRule};
use crate::sheet::Sheet;
use std::collections::HashMap;

/// How much surer a reading is that the encoder supports with certainty.
const AGREED: f32 = 0.5;
/// The encoder supports a reading from this mean chance of its words on.
const SUPPORTS: f32 = 0.5;
/// Under this it gives the words to something else.
const DENIES: f32 = 0.1;
/// A place is one that the encoder is sure of from this chance on.
const SURE: f32 = 0.9;
/// What a reading is worth that the encoder denies while it is sure of another place.
const DENIED: f32 = 0.6;
/// A place that only the encoder saw is told from this chance on: an absent value beats a wrong one.
const TOLD: f32 = 0.85;
/// How far the encoder alone is believed on fields that decide nothing, and on those that do: on what the register confirms,
/// on who insures, on the rest.
const ALONE: f32 = 0.7;
const ALONE_CONFIRMED: f32 = 0.55;
const ALONE_COMPANY: f32 = 0.6;
const ALONE_DECIDING: f32 = 0.45;

/// Joins the views of pages, by their number, to the readings of a segment.
pub fn join(
    extraction: &mut Extraction,
    sheet: &Sheet,
    views: &HashMap<u32, PageView>,
    rule: &TypeRule,
    lexicon: &Lexicon,
) {
    if views.is_empty() {
        return;
    }
    let views = Views::new(sheet, views);
    let mut fields = Vec::new();
    for code in &rule.fields {
        let at = extraction.fields.iter().position(|field| field.code == *code);
        let mut readings = at.map(|at| std::mem::take(&mut extraction.fields[at].readings)).unwrap_or_default();
        if let Some(index) = lexicon.rules.field_of(rule, code) {
            let field = &lexicon.rules.fields[index];
            if !matches!(field.kind, Kind::Choice | Kind::Set | Kind::Judged) {
                let decides = rule.deciding.contains(code);
                one(&mut readings, &views, field, decides, lexicon);
            }
        }
        if !readings.is_empty() {
            fields.push(FieldReadings { code: code.clone(), readings });
        }
    }
    extraction.fields = fields;
}

/// Joins one field.
fn one(readings: &mut Vec<Reading>, views: &Views<'_>, field: &FieldRule, decides: bool, lexicon: &Lexicon) {
    let spans = views.spans(&field.code);
    let proposals = proposals(views, &spans, field, lexicon);
    let sure = proposals.iter().map(|proposal| proposal.confidence).fold(0.0, f32::max) >= SURE;
    for reading in readings.iter_mut() {
        let support = views.support(reading.page, &reading.rect, &field.code);
        let same = proposals.iter().any(|proposal| proposal.value == reading.value);
        if same || support >= SUPPORTS {
            reading.confidence = 1.0 - (1.0 - reading.confidence) * (1.0 - AGREED * support.max(SUPPORTS));
        } else if support < DENIES && sure {
            reading.confidence *= DENIED;
        }
    }
    let alone = match field.kind {
        _ if !decides => ALONE,
        Kind::Persons | Kind::Address => ALONE_CONFIRMED,
        Kind::Company => ALONE_COMPANY,
        _ => ALONE_DECIDING,
    };
    for mut proposal in proposals.into_iter().filter(|proposal| proposal.confidence >= TOLD) {
        if readings.iter().all(|reading| reading.value != proposal.value) {
            proposal.confidence *= alone * proposal.legible;
            readings.push(proposal);
        }
    }
    if field.kind == Kind::Address {
        prefer_fuller(readings);
    }
    readings.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
}

/// Gives what the parsers read at the places of the encoder, its chance as their confidence.
fn proposals(views: &Views<'_>, spans: &[Span], field: &FieldRule, lexicon: &Lexicon) -> Vec<Reading> {
    let named = matches!(field.kind, Kind::Persons | Kind::Person);
    let read = spans.iter().filter_map(|span| {
        let snippet = if named { views.with_whole_name(span) } else { span.snippet.clone() };
        let reading = proposed::read(field, &snippet, &span.rest, lexicon)?;
        Some(Reading { confidence: span.chance, ..reading })
    });
    let mut readings: Vec<Reading> = read.collect();
    if field.kind == Kind::Persons {
        proposed::join_persons(&mut readings);
    }
    let mut kept: Vec<Reading> = Vec::new();
    for reading in readings {
        if kept.iter().all(|other| other.value != reading.value) {
            kept.push(reading);
        }
    }
    kept
}

impl Views<'_> {
    /// Gives the mean chance that the words at a place belong to a field.
    fn support(&self, page: u32, rect: &Rect, field: &str) -> f32 {
        let (mut sum, mut count) = (0.0, 0);
        for (cell, word, at) in self.words_at(page) {
            let inside = at.x0.max(rect.x0) < at.x1.min(rect.x1) && at.mid_y() > rect.y0 && at.mid_y() < rect.y1;
            if inside {
                sum += self.chance(cell, word, field);
                count += 1;
            }
        }
        if count > 0 { sum / count as f32 } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::WordView;
    use crate::extract;
    use crate::rules::Rules;
    use crate::sheet::typed::page;

    /// A view that gives words to fields by their text.
    fn view(text: &str, fields: &[(&str, &str, f32)]) -> PageView {
        let codes: Vec<String> = fields.iter().map(|(_, field, _)| (*field).to_owned()).collect();
        let words = text.split_whitespace().filter(|word| *word != "|").map(|word| {
            let chance =
                |(of, _, chance): &(&str, &str, f32)| if of.split(' ').any(|of| of == word) { *chance } else { 0.0 };
            let opens = fields.iter().any(|(of, ..)| of.starts_with(word));
            WordView { chances: fields.iter().map(chance).collect(), opens }
        });
        PageView { types: Vec::new(), first: 1.0, fields: codes.into(), words: words.collect() }
    }

    fn read(text: &str, fields: Option<&[(&str, &str, f32)]>) -> Extraction {
        let lexicon = Lexicon::new(Rules::embedded().unwrap());
        let rule = lexicon.rules.type_rule("attestation_habitation").unwrap();
        let page = page(text);
        let sheet = Sheet::new([&page]);
        let mut extraction = extract::fields(&sheet, rule, &lexicon);
        let views = fields.map(|fields| HashMap::from([(1, view(text, fields))])).unwrap_or_default();
        join(&mut extraction, &sheet, &views, rule, &lexicon);
        extraction
    }

    const TEXT: &str =
        "Nous attestons que Mme Anaïs LEFEVRE\nContrat n° HAB004512987\nvaut du 01/03/2026 au 28/02/2027";

    #[test]
    fn agreement_makes_surer_and_denial_less_sure() {
        let alone = read(TEXT, None).best("numero_contrat").unwrap().confidence;
        let agreed = read(TEXT, Some(&[("HAB004512987", "numero_contrat", 0.98)]));
        assert!(agreed.best("numero_contrat").unwrap().confidence > alone);
        let denied = read(TEXT, Some(&[("28/02/2027", "date_debut", 0.98)]));
        let before = read(TEXT, None);
        let start = |read: &Extraction| read.best("date_debut").unwrap().clone();
        assert_eq!(start(&denied).value, start(&before).value);
        assert!(denied.fields.iter().find(|field| field.code == "date_debut").unwrap().readings.len() > 1);
    }

    #[test]
    fn what_only_the_encoder_sees_is_added_and_does_not_decide() {
        let text = "Cette personne : Anaïs LEFEVRE\nPapier 44 HAB004512987";
        assert_eq!(read(text, None).best("numero_contrat"), None);
        let read = read(text, Some(&[("HAB004512987", "numero_contrat", 1.0)]));
        let best = read.best("numero_contrat").unwrap();
        assert_eq!(best.value, Some(crate::extract::Value::Code("HAB004512987".to_owned())));
        assert!(best.confidence < crate::rules::Rules::embedded().unwrap().acceptance.sureness());
    }

    #[test]
    fn a_name_goes_on_under_the_end_of_its_line() {
        let text = "Les locaux sont couverts pour le foyer de Mme Clarisse\nAUBERTIN du 01/01/2026 au 31/12/2026";
        let found = read(text, Some(&[("Mme Clarisse", "assures", 0.98)]));
        assert_eq!(found.value("assures").map(crate::run::value_text).as_deref(), Some("Clarisse AUBERTIN"));
    }

    #[test]
    fn nothing_changes_without_a_view() {
        assert_eq!(read(TEXT, None), {
            let lexicon = Lexicon::new(Rules::embedded().unwrap());
            let rule = lexicon.rules.type_rule("attestation_habitation").unwrap();
            extract::fields(&Sheet::new([&page(TEXT)]), rule, &lexicon)
        });
    }
}
