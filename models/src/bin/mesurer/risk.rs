//! How many papers that must not be accepted are, by the sureness that is asked for (`rules/acceptance.toml`).

use super::stopwatch;
use guichet_pipeline::document::ReadDocument;
use guichet_pipeline::run::{Batch, Setting};
use guichet_pipeline::score::score;
use serde_json::{Value, json};

/// The sureness asked for, laxest first.
const BARS: [f32; 8] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

/// A result, and how sure what decides is of each of its segments.
struct Decided {
    line: Value,
    sureness: Vec<Option<f32>>,
}

/// Says it for a corpus read with the rules and the encoder, as lines of the rule.
pub(super) fn tell(mut setting: Setting, documents: &[(String, ReadDocument)], truth: &[Value]) {
    setting.accepts_from = 0.0;
    let mut batch = Batch::new(&setting, stopwatch);
    let decided: Vec<Decided> = documents
        .iter()
        .filter_map(|(source, read)| {
            let (result, traces) = batch.traced(source, "", Ok(read.clone()));
            let sureness = traces.iter().map(|trace| trace.sureness).collect();
            Some(Decided { line: serde_json::to_value(result).ok()?, sureness })
        })
        .collect();
    let (mut measured, mut papers) = (Vec::new(), 0);
    for bar in BARS {
        let lines: Vec<Value> = decided.iter().map(|one| asked(one, bar)).collect();
        let report = score(&lines, truth);
        let (passed, wrong) = (report.straight_through(), report.false_accepts.len());
        println!(
            "sûreté {bar} : {wrong} à tort sur {}, {}/{} à raison",
            report.not_to_accept(),
            passed.right,
            passed.of
        );
        for (source, reasons) in &report.false_accepts {
            println!("  {source} {}", reasons.join(", "));
        }
        papers = report.not_to_accept();
        measured.push(format!("[{bar}, {wrong}]"));
    }
    println!("papers = {papers}\nmeasured = [{}]", measured.join(", "));
}

/// Gives a result as it is where a sureness is asked for: what was accepted with less is looked at.
fn asked(decided: &Decided, bar: f32) -> Value {
    let mut line = decided.line.clone();
    let segments = line["segments"].as_array_mut().into_iter().flatten();
    for (segment, sureness) in segments.zip(&decided.sureness) {
        let unsure = sureness.is_some_and(|sureness| sureness < bar);
        if unsure && segment["decision"]["outcome"] == "accept" {
            segment["decision"]["outcome"] = json!("review");
        }
    }
    line
}
