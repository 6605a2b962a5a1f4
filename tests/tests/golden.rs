//! What the program makes of each paper of `samples/inbox`, compared with what it made of it when a person last looked.
//!
//! `UPDATE=1 cargo golden` accepts what it makes of them today: the difference is read before it is committed. Numbers may
//! move a little from one machine to another: confidences and boxes are compared with a tolerance.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program, with what the other tests add to it asleep.
const PROGRAM: &str = env!("CARGO_BIN_EXE_guichet-hostile");
/// How far a confidence or an edge of a box may move.
const TOLERANCE: f64 = 0.02;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Gives the result lines of the inbox, without what changes from run to run.
fn results() -> Vec<Value> {
    let output = Command::new(PROGRAM)
        .current_dir(root())
        .args(["process", "--contracts", "samples/contrats.csv", "--as-of", "2026-11-23", "samples/inbox"])
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("results are text");
    lines
        .lines()
        .map(|line| {
            let mut result: Value = serde_json::from_str(line).expect("a result is a JSON line");
            if let Some(object) = result.as_object_mut() {
                object.remove("timings_ms");
            }
            result
        })
        .collect()
}

fn golden_path(source: &str) -> PathBuf {
    let name = source.trim_start_matches("samples/inbox/").replace(['/', ' '], "_");
    root().join("tests/golden").join(format!("{name}.json"))
}

#[test]
fn the_inbox_comes_out_as_it_did() {
    let update = std::env::var_os("UPDATE").is_some();
    let results = results();
    assert!(results.len() >= 30, "{} papers in samples/inbox", results.len());
    let mut differences = Vec::new();
    let mut expected_files = BTreeSet::new();
    for result in &results {
        let path = golden_path(result["source"].as_str().expect("a result names its source"));
        expected_files.insert(path.clone());
        if update {
            let text = serde_json::to_string_pretty(result).expect("a result is JSON");
            std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder can be made");
            std::fs::write(&path, text + "\n").expect("the file can be written");
            continue;
        }
        match std::fs::read_to_string(&path) {
            Err(_) => differences.push(format!("{}: no such file; UPDATE=1 cargo golden makes it", path.display())),
            Ok(text) => {
                let golden: Value = serde_json::from_str(&text).expect("a golden file is JSON");
                compare(&path.display().to_string(), "", &golden, result, &mut differences);
            }
        }
    }
    for entry in std::fs::read_dir(root().join("tests/golden")).expect("tests/golden is there") {
        let path = entry.expect("an entry").path();
        if !expected_files.contains(&path) {
            match update {
                true => std::fs::remove_file(&path).expect("an old file can be removed"),
                false => differences.push(format!("{}: its paper is gone", path.display())),
            }
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

/// Adds what differs between two values, numbers within [`TOLERANCE`] left aside.
fn compare(file: &str, place: &str, golden: &Value, now: &Value, differences: &mut Vec<String>) {
    match (golden, now) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or_default(), b.as_f64().unwrap_or_default());
            if (a - b).abs() > TOLERANCE {
                differences.push(format!("{file}{place}: {a} has become {b}"));
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                compare(file, &format!("{place}[{at}]"), a, b, differences);
            }
        }
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let (a, b) = (a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null));
                compare(file, &format!("{place}.{key}"), a, b, differences);
            }
        }
        _ if golden == now => {}
        _ => differences.push(format!("{file}{place}: {golden} has become {now}")),
    }
}

#[test]
fn a_difference_is_told_with_its_place() {
    let golden = serde_json::json!({"fields": {"date_fin": {"value": "2026-12-31", "confidence": 0.91}}});
    let now = serde_json::json!({"fields": {"date_fin": {"value": "2026-12-30", "confidence": 0.92}}});
    let mut differences = Vec::new();
    compare("a.json", "", &golden, &now, &mut differences);
    assert_eq!(differences, ["a.json.fields.date_fin.value: \"2026-12-31\" has become \"2026-12-30\""]);
}
