//! Numbers for Prometheus: what waits, what is done and decided, what was asked, how long it takes.

use super::problem::Problem;
use super::{Api, Scope};
use crate::clock::Moment;
use crate::intake::mailbox::Standing;
use crate::meters::{BOUNDS, Histogram, Meters};
use crate::register::Standing as RegisterStanding;
use crate::store::{CopyCounts, DecisionCount};
use axum::extract::State;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};

/// The format of Prometheus.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Requests answered, by method, route and status.
#[derive(Debug, Default)]
pub(super) struct Requests(Mutex<BTreeMap<(String, String, u16), u64>>);

impl Requests {
    /// Counts a request. A route is one of ours, so there are few.
    pub(super) fn count(&self, method: &Method, route: &str, status: u16) {
        // Anybody can invent methods.
        let known = [Method::GET, Method::POST, Method::HEAD].contains(method);
        let method = if known { method.as_str() } else { "other" };
        let mut counts = self.0.lock().unwrap_or_else(|broken| broken.into_inner());
        *counts.entry((method.to_owned(), route.to_owned(), status)).or_default() += 1;
    }

    fn tell(&self, to: &mut String) {
        heading(to, "guichet_http_requests_total", "counter", "Requests answered.");
        for ((method, route, status), count) in &*self.0.lock().unwrap_or_else(|broken| broken.into_inner()) {
            let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
            line(to, "guichet_http_requests_total", &labels, *count);
        }
    }
}

/// Shows the numbers.
pub(super) async fn show(State(api): State<Arc<Api>>, headers: HeaderMap) -> Result<Response, Problem> {
    api.tokens.authorize(&headers, Scope::Metrics)?;
    let jobs = api.store.job_counts().await?;
    let mut text = String::new();
    heading(&mut text, "guichet_jobs", "gauge", "Jobs by stage, class and state.");
    for count in &jobs {
        let labels = format!("stage=\"{}\",class=\"{}\",state=\"{}\"", count.stage, count.class, count.state);
        line(&mut text, "guichet_jobs", &labels, count.count);
    }
    heading(&mut text, "guichet_oldest_due_seconds", "gauge", "Age of the oldest job that waits.");
    let oldest = jobs.iter().filter(|count| count.state == "due").map(|count| count.oldest).min();
    let age = oldest.map_or(0, |oldest| (Moment::now().0 - oldest.0).max(0) / 1_000_000);
    line(&mut text, "guichet_oldest_due_seconds", "", age);
    heading(&mut text, "guichet_sources", "gauge", "Sources by state.");
    for (state, count) in api.store.source_counts().await? {
        line(&mut text, "guichet_sources", &format!("state=\"{state}\""), count);
    }
    heading(&mut text, "guichet_outbox", "gauge", "Messages that the broker has not confirmed.");
    line(&mut text, "guichet_outbox", "", api.store.outbox_size().await?);
    heading(&mut text, "guichet_journal_events", "counter", "Rows of the journal.");
    line(&mut text, "guichet_journal_events", "", api.store.journal_head().await?.seq);
    tell_decisions(&api, &mut text).await?;
    heading(&mut text, "guichet_relances", "gauge", "Reminders by state.");
    for (state, count) in api.store.relance_counts().await? {
        line(&mut text, "guichet_relances", &format!("state=\"{state}\""), count);
    }
    tell_meters(&api.shown.meters, &mut text);
    tell_mailboxes(&api.shown.mailboxes.standings(), &mut text);
    tell_register(api.shown.register.as_ref().map(|live| live.standing()), &mut text);
    heading(&mut text, "guichet_build_info", "gauge", "The version that runs.");
    line(&mut text, "guichet_build_info", concat!("version=\"", env!("CARGO_PKG_VERSION"), "\""), 1);
    api.requests.tell(&mut text);
    Ok(([(header::CONTENT_TYPE, TEXT)], text).into_response())
}

async fn tell_decisions(api: &Api, to: &mut String) -> Result<(), Problem> {
    heading(to, "guichet_decisions", "gauge", "Documents by type and last decision, the same paper counting once.");
    for DecisionCount { type_code, outcome, count } in api.store.decision_counts().await? {
        line(to, "guichet_decisions", &format!("type=\"{type_code}\",outcome=\"{outcome}\""), count);
    }
    heading(to, "guichet_copies", "gauge", "Documents that are the same paper as an earlier one, by kind.");
    let CopyCounts { same_paper, other_lease } = api.store.copy_counts().await?;
    line(to, "guichet_copies", "kind=\"meme_papier\"", same_paper);
    line(to, "guichet_copies", "kind=\"autre_bail\"", other_lease);
    Ok(())
}

fn tell_meters(meters: &Meters, to: &mut String) {
    heading(
        to,
        "guichet_stage_seconds",
        "histogram",
        "Time from taking a job of this process to the end of its stage.",
    );
    for (stage, Histogram { within, count, sum }) in meters.stages() {
        for (within, bound) in within.iter().zip(BOUNDS) {
            line(to, "guichet_stage_seconds_bucket", &format!("stage=\"{stage}\",le=\"{bound}\""), within);
        }
        line(to, "guichet_stage_seconds_bucket", &format!("stage=\"{stage}\",le=\"+Inf\""), count);
        line(to, "guichet_stage_seconds_sum", &format!("stage=\"{stage}\""), sum.as_secs_f64());
        line(to, "guichet_stage_seconds_count", &format!("stage=\"{stage}\""), count);
    }
    heading(to, "guichet_reader_peak_bytes", "gauge", "The most memory that a reading child of this process held.");
    for (place, bytes) in meters.readers() {
        line(to, "guichet_reader_peak_bytes", &format!("reader=\"{place}\""), bytes);
    }
}

fn tell_mailboxes(standings: &[(String, Standing)], to: &mut String) {
    if standings.is_empty() {
        return;
    }
    let label = |name: &str| format!("mailbox=\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    heading(to, "guichet_mailbox_open", "gauge", "Whether the last look into a mailbox went well.");
    for (name, standing) in standings {
        line(to, "guichet_mailbox_open", &label(name), u8::from(standing.open));
    }
    heading(to, "guichet_mailbox_messages_total", "counter", "Messages of a mailbox by what became of them.");
    for (name, Standing { open: _, taken, refused }) in standings {
        for (outcome, count) in [("taken", taken), ("refused", refused)] {
            let labels = format!("{},outcome=\"{outcome}\"", label(name));
            line(to, "guichet_mailbox_messages_total", &labels, count);
        }
    }
}

fn tell_register(standing: Option<RegisterStanding>, to: &mut String) {
    let Some(RegisterStanding { leases, bad_rows, read_at, failed, withheld }) = standing else { return };
    heading(to, "guichet_register_leases", "gauge", "Leases of the register in use.");
    line(to, "guichet_register_leases", "", leases);
    heading(to, "guichet_register_bad_rows", "gauge", "Rows of the register that are left out.");
    line(to, "guichet_register_bad_rows", "", bad_rows);
    heading(to, "guichet_register_read_timestamp_seconds", "gauge", "When the register was last read well.");
    line(to, "guichet_register_read_timestamp_seconds", "", read_at.0 / 1_000_000);
    heading(to, "guichet_register_failed", "gauge", "Whether the last reading of the register failed.");
    line(to, "guichet_register_failed", "", u8::from(failed));
    heading(
        to,
        "guichet_register_withheld",
        "gauge",
        "Whether a register lacks too many leases and waits for an agent.",
    );
    line(to, "guichet_register_withheld", "", u8::from(withheld));
}

fn heading(to: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(to, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(to: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
    let _ = writeln!(to, "{name}{labels} {value}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Stage;
    use serde_json::Value;
    use std::collections::BTreeSet;
    use std::time::Duration;

    #[test]
    fn mailboxes_are_told_by_name() {
        let mut text = String::new();
        tell_mailboxes(&[("a \"b\"".to_owned(), Standing { open: true, taken: 3, refused: 1 })], &mut text);
        assert!(text.contains("guichet_mailbox_open{mailbox=\"a \\\"b\\\"\"} 1\n"), "{text}");
        assert!(
            text.contains("guichet_mailbox_messages_total{mailbox=\"a \\\"b\\\"\",outcome=\"refused\"} 1\n"),
            "{text}"
        );
        let mut nothing = String::new();
        tell_mailboxes(&[], &mut nothing);
        assert_eq!(nothing, "");
    }

    #[test]
    fn durations_are_told_by_stage() {
        let meters = Meters::default();
        meters.stage_done(Stage::Read, Duration::from_millis(1500));
        meters.reader_held(2, 1 << 20);
        let mut text = String::new();
        tell_meters(&meters, &mut text);
        for expected in [
            "guichet_stage_seconds_bucket{stage=\"read\",le=\"1\"} 0",
            "guichet_stage_seconds_bucket{stage=\"read\",le=\"2.5\"} 1",
            "guichet_stage_seconds_bucket{stage=\"read\",le=\"+Inf\"} 1",
            "guichet_stage_seconds_sum{stage=\"read\"} 1.5",
            "guichet_stage_seconds_count{stage=\"read\"} 1",
            "guichet_reader_peak_bytes{reader=\"2\"} 1048576",
        ] {
            assert!(text.lines().any(|line| line == expected), "{expected} is not in\n{text}");
        }
    }

    #[test]
    fn the_register_is_told_where_there_is_one() {
        let mut text = String::new();
        tell_register(None, &mut text);
        assert_eq!(text, "");
        let read_at = Moment(1_795_474_799_000_042);
        let standing = RegisterStanding { leases: 1843, bad_rows: 3, read_at, failed: false, withheld: true };
        tell_register(Some(standing), &mut text);
        for told in ["leases 1843", "bad_rows 3", "read_timestamp_seconds 1795474799", "failed 0", "withheld 1"] {
            assert!(text.contains(&format!("\nguichet_register_{told}\n")), "{told} in {text}");
        }
    }

    /// The names that lines may carry, as the headings above declare them.
    fn declared() -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let source = include_str!("metrics.rs").split("#[cfg(test)]").next().unwrap();
        for call in source.split("heading(").skip(1) {
            let quoted: Vec<&str> = call.split('"').collect();
            let [_, name, _, kind, ..] = quoted.as_slice() else { continue };
            if !name.starts_with("guichet_") {
                continue;
            }
            names.insert((*name).to_owned());
            if ["histogram", "summary"].contains(kind) {
                names.extend(["_bucket", "_sum", "_count"].map(|end| format!("{name}{end}")));
            }
        }
        names
    }

    fn queries(of: &Value, to: &mut Vec<String>) {
        match of {
            Value::Object(fields) => {
                for (key, value) in fields {
                    match value.as_str() {
                        Some(query) if key == "expr" => to.push(query.to_owned()),
                        _ => queries(value, to),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| queries(item, to)),
            _ => {}
        }
    }

    #[test]
    fn the_dashboard_asks_for_what_is_told() {
        let board: Value = serde_json::from_str(include_str!("../../../deploy/grafana.json")).unwrap();
        let mut asked = Vec::new();
        queries(&board, &mut asked);
        assert!(asked.len() >= 10, "{asked:?}");
        let declared = declared();
        assert!(declared.contains("guichet_jobs") && declared.contains("guichet_mailbox_open"), "{declared:?}");
        for name in &declared {
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            assert!(asked.iter().any(|query| query.contains(base)), "no panel shows {name}");
        }
        for query in &asked {
            let words = query.split(|letter: char| letter != '_' && !letter.is_ascii_lowercase());
            let names: Vec<&str> = words.filter(|word| word.starts_with("guichet_")).collect();
            assert!(!names.is_empty(), "{query}");
            for name in names {
                assert!(declared.contains(name), "{name} in {query}");
            }
        }
    }
}
