//! The text of `explain`: type, values with their candidates, checks, decision.

use crate::terminal::{Colour, coloured};
use crate::words;
use guichet_pipeline::check::Outcome;
use guichet_pipeline::extract::{FieldReadings, Reading};
use guichet_pipeline::output::SourceResult;
use guichet_pipeline::rules::Rules;
use guichet_pipeline::run::{Trace, value_text};

/// Gives the whole story of a source.
pub(super) fn tell(result: &SourceResult, traces: &[Trace], rules: &Rules, colours: bool) -> String {
    let paint = |text: &str, colour: Colour| if colours { coloured(text, colour) } else { text.to_owned() };
    let mut lines = vec![paint(&result.source, Colour::Bold)];
    if let Some(error) = &result.error {
        lines.push(paint(&format!("Illisible ({}) : {}", words::fault(error.code), error.message), Colour::Red));
        return lines.join("\n");
    }
    lines.push(format!("{} page(s), {} document(s)", result.pages, traces.len()));
    let mut number = 0;
    for (trace, printed) in traces.iter().zip(&result.segments) {
        lines.push(String::new());
        let pages: Vec<String> = printed.pages.iter().map(u32::to_string).collect();
        let name = words::type_name(rules, &trace.classification.type_code);
        let title = format!("Page(s) {} : {name} ({})", pages.join(", "), percent(trace.classification.confidence));
        lines.push(paint(&title, Colour::Bold));
        lines.extend(runners_up(trace, rules));
        for field in &trace.extraction.fields {
            number += 1;
            lines.extend(field_lines(number, field));
        }
        for finding in &trace.findings {
            let (mark, colour) = match finding.outcome {
                Outcome::Pass => ("oui ", Colour::Green),
                Outcome::Fail => ("non ", Colour::Red),
                Outcome::Inconclusive => ("?   ", Colour::Yellow),
            };
            lines.push(format!("  {} {} [{}]", paint(mark, colour), finding.message, finding.reference));
        }
        if let Some(decision) = &printed.decision {
            let (outcome, colour) = match decision.outcome.as_str() {
                "accept" => ("acceptée", Colour::Green),
                "reject" => ("refusée", Colour::Red),
                _ => ("à revoir", Colour::Yellow),
            };
            let reasons: Vec<String> = decision.reasons.iter().map(|code| words::reason(code)).collect();
            let why = if reasons.is_empty() { String::new() } else { format!(" : {}", reasons.join(", ")) };
            let lease = decision.reference_contrat.as_deref().map(|lease| format!(", bail {lease}"));
            lines.push(paint(&format!("  Décision : {outcome}{why}{}", lease.unwrap_or_default()), colour));
        }
    }
    lines.join("\n")
}

/// Gives the types that came next, with their points.
fn runners_up(trace: &Trace, rules: &Rules) -> Option<String> {
    let others = trace
        .classification
        .ranking
        .iter()
        .filter(|(code, points)| *code != trace.classification.type_code && *points > 0.0);
    let told: Vec<String> = others
        .take(3)
        .map(|(code, points)| format!("{} ({points:.1} points)", words::type_name(rules, code)))
        .collect();
    (!told.is_empty()).then(|| format!("  sinon : {}", told.join(", ")))
}

/// Gives the value of a field, and below it what else was seen.
fn field_lines(number: usize, field: &FieldReadings) -> Vec<String> {
    let best = &field.readings[0];
    let mut lines = vec![format!(
        "  {number:>2}. {:<17} {}  ({}, {}, page {})",
        field.code,
        shown(best),
        percent(best.confidence),
        best.method,
        best.page
    )];
    let raw = best.raw.replace('\n', " / ");
    if raw != shown(best) {
        lines.push(format!("{:>24}« {raw} »", ""));
    }
    for other in &field.readings[1..] {
        lines.push(format!("{:>24}ou {}  ({}, {})", "", shown(other), percent(other.confidence), other.method));
    }
    lines
}

fn shown(reading: &Reading) -> String {
    reading.value.as_ref().map_or_else(|| "vu, non lu".to_owned(), value_text)
}

fn percent(share: f32) -> String {
    format!("{:.0} %", share * 100.0)
}
