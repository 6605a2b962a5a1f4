//! From what a stage made to the rows and events that its transaction puts in.

use super::Understood;
use crate::job::{Job, Stage};
use crate::relances::Answered;
use crate::store::{Artifact, DecisionRow, Earlier, NewEvent, SegmentRow, SourceEnd, StageEnd};
use guichet_pipeline::document::{Fault, ReadDocument};
use guichet_pipeline::output::{Segment, SourceResult, Status};
use guichet_pipeline::resemblance::Signature;
use guichet_pipeline::rules::SignalKind;
use guichet_pipeline::run::{Contract, Signal};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What reading leaves to understanding, as it lies in a blob.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReadArtifact {
    /// The pages.
    Document(ReadDocument),
    /// Why there are none.
    Fault(Fault),
}

/// Gives the end of reading: its artifact is a blob.
pub(super) fn of_read(job: &Job, fingerprint: String, blob: String, pages: Option<usize>) -> StageEnd {
    let data = json!({"fingerprint": fingerprint, "pages": pages});
    StageEnd {
        artifact: Artifact { fingerprint, body: None, blob: Some(blob) },
        next: Stage::Read.next(),
        source: SourceEnd::Waiting,
        segments: None,
        signals: Vec::new(),
        considered: Vec::new(),
        register: None,
        events: vec![event(job, "source.read", data)],
    }
}

/// Gives the end of understanding: its artifact is the result line.
pub(super) fn of_understand(
    job: &Job,
    fingerprint: String,
    understood: Understood,
    answered: &[Answered],
) -> Result<StageEnd, serde_json::Error> {
    let result = &understood.result;
    let mut events: Vec<NewEvent> = answered
        .iter()
        .map(|one| event(job, "source.answers", json!({"lease": one.lease, "reference": one.reference})))
        .collect();
    for (place, segment) in (1_i64..).zip(&result.segments) {
        events.push(event(job, kind_of(segment), told_of(job, place, segment, &fingerprint)));
    }
    let (source, last) = match (&result.status, &result.error) {
        (Status::Error, Some(failure)) => {
            let code = serde_json::to_value(failure.code)?;
            (SourceEnd::Error, event(job, "source.refused", json!({"fingerprint": fingerprint, "code": code})))
        }
        _ => {
            let data = json!({"fingerprint": fingerprint, "pages": result.pages, "segments": result.segments.len()});
            (SourceEnd::Done { pages: result.pages.into() }, event(job, "source.done", data))
        }
    };
    events.push(last);
    let body = Some(serde_json::to_string(&result)?);
    let artifact = Artifact { fingerprint, body, blob: None };
    let signals = understood.signals.iter().flat_map(told_to).collect();
    let register = understood.register.clone();
    let (next, segments, considered) = (Stage::Understand.next(), Some(segments(&understood)?), Vec::new());
    Ok(StageEnd { artifact, next, source, segments, considered, signals, register, events })
}

/// Gives each thing that a letter tells with each lease that it may be about; with none where nobody can say.
fn told_to(signal: &Signal) -> Vec<(String, String)> {
    let nobody = [String::new()];
    let leases = if signal.leases.is_empty() { &nobody[..] } else { &signal.leases[..] };
    let pair = |lease: &String, kind: &SignalKind| (kind.code().to_owned(), lease.clone());
    leases.iter().flat_map(|lease| signal.kinds.iter().map(move |kind| pair(lease, kind))).collect()
}

/// Gives the documents of a source.
pub(super) fn segments(understood: &Understood) -> Result<Vec<SegmentRow>, serde_json::Error> {
    let mut signatures = understood.signatures.iter();
    understood.result.segments.iter().map(|segment| row_of(segment, signatures.next())).collect()
}

/// Gives the contract on an earlier paper, under the number by which the document that repeats it names it.
pub(super) fn contract(earlier: &Earlier, result: &SourceResult) -> Option<Contract> {
    let place: usize = earlier.of.rsplit('/').next()?.parse().ok()?;
    let number = result.segments.get(place.checked_sub(1)?)?.fields.get("numero_contrat")?["value"].as_str()?;
    let fields: Value = serde_json::from_str(&earlier.fields).ok()?;
    Some(Contract {
        number: number.to_owned(),
        source: earlier.name.clone(),
        insurer: fields["assureur"]["value"].as_str().unwrap_or_default().to_owned(),
        lease: earlier.lease.clone(),
        persons: serde_json::from_value(fields["assures"]["value"].clone()).unwrap_or_default(),
    })
}

fn event(job: &Job, kind: &'static str, data: Value) -> NewEvent {
    NewEvent { kind, source: Some(job.source.clone()), data, trace: job.trace.clone() }
}

fn kind_of(segment: &Segment) -> &'static str {
    if segment.decision.is_some() { "document.decided" } else { "document.classified" }
}

/// Codes, pages and ids only: what the paper says stays in the result.
fn told_of(job: &Job, place: i64, segment: &Segment, fingerprint: &str) -> Value {
    let mut told = json!({
        "segment": crate::store::segment_id(&job.source, place),
        "pages": segment.pages,
        "type": segment.type_code,
        "confidence": thousandths(segment.confidence),
        "fingerprint": fingerprint,
    });
    if let Some(decision) = &segment.decision {
        told["outcome"] = json!(decision.outcome);
        told["reasons"] = json!(decision.reasons);
        told["lease"] = json!(decision.reference_contrat);
    }
    told
}

fn row_of(segment: &Segment, signature: Option<&Signature>) -> Result<SegmentRow, serde_json::Error> {
    let decision = segment.decision.as_ref().map(|decision| -> Result<DecisionRow, serde_json::Error> {
        Ok(DecisionRow {
            outcome: decision.outcome.clone(),
            reasons: serde_json::to_string(&decision.reasons)?,
            lease: decision.reference_contrat.clone(),
            checks: serde_json::to_string(&segment.checks)?,
        })
    });
    Ok(SegmentRow {
        pages: serde_json::to_string(&segment.pages)?,
        type_code: segment.type_code.clone(),
        confidence: thousandths(segment.confidence),
        attachment: segment.attachment.clone(),
        fields: serde_json::to_string(&segment.fields)?,
        decision: decision.transpose()?,
        signature: signature.cloned(),
    })
}

/// Gives a confidence as whole thousandths: numbers in the database are whole.
fn thousandths(confidence: f64) -> i64 {
    (confidence * 1000.0).round() as i64
}
