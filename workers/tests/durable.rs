//! Durable work from the outside: files are handed over, each has its result line, and the journal holds.

#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use std::path::Path;
use std::process::Output;
use support::{REGISTER, attestation, guichet, lines, pdf, put, told};

/// A house of its own in a folder: the program runs there, with its defaults.
fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    guichet(arguments).current_dir(folder).output().unwrap()
}

fn done(folder: &Path, arguments: &[&str]) -> Output {
    let output = run_in(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", told(&output));
    output
}

#[test]
fn a_file_handed_over_has_its_result_line() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    put(root, "in/a.pdf", &pdf(&[attestation("Julie MARTEL", "HAB4512987")]));
    put(root, "in/b.pdf", b"%PDF-1.7\nrien");
    put(root, "in/copie.pdf", &pdf(&[attestation("Julie MARTEL", "HAB4512987")]));
    put(root, "contrats.csv", REGISTER.as_bytes());
    let added = done(root, &["add", "in"]);
    assert!(told(&added).contains("2 fichier(s) confié(s), 1 déjà connu(s)"), "{}", told(&added));

    done(root, &["work", "--drain", "--jobs", "2", "--contracts", "contrats.csv", "--as-of", "2026-06-15"]);
    let results = lines(&done(root, &["results"]));
    let told_of: Vec<(&str, &str)> =
        results.iter().map(|line| (line["source"].as_str().unwrap(), line["status"].as_str().unwrap())).collect();
    assert_eq!(told_of, [("in/a.pdf", "ok"), ("in/b.pdf", "error")]);
    assert_eq!(results[0]["segments"][0]["decision"]["outcome"], "accept", "{}", results[0]);
    assert_eq!(results[1]["error"]["code"], "fichier_corrompu");

    let same = lines(&done(root, &["process", "--contracts", "contrats.csv", "--as-of", "2026-06-15", "in/a.pdf"]));
    assert_eq!(without_timings(&results[0]), without_timings(&same[0]), "durable or not, the result is the same");

    let head = String::from_utf8(done(root, &["audit", "head"]).stdout).unwrap();
    // Two sources received, one again, a register applied, two read, one document decided, one source done, one refused.
    assert!(head.starts_with("9:"), "{head}");
    done(root, &["audit", "verify", "--head", head.trim()]);
    let clear = std::fs::read(root.join("data/guichet.cle")).unwrap();
    assert_eq!(clear.len(), 65);
    assert!(!anything_under(&root.join("data/blobs"), b"MARTEL"), "bytes at rest are encrypted");
}

fn without_timings(line: &Value) -> Value {
    let mut line = line.clone();
    line.as_object_mut().unwrap().remove("timings_ms");
    line
}

fn anything_under(folder: &Path, words: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return anything_under(&path, words);
        }
        std::fs::read(&path).unwrap().windows(words.len()).any(|window| window == words)
    })
}
