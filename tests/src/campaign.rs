//! A campaign: many bad files in one folder with good papers between them, one run of the program, and what must hold
//! whatever the bad files are.

use crate::papers::{REGISTER, attestation};
use crate::watch::{Seen, put, watch};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// One good paper after so many bad files.
const GOOD_EVERY: usize = 10;
/// How long a file of one page may take: the limit of a page, the rounding of its clock, the start of a reader.
pub const GOAL: Duration = Duration::from_secs(25);
/// The most by the clock: three times the limit of a page, and a look up.
const CLOCK: Duration = Duration::from_secs(65);
/// Memory of a reader: its limit.
const CHILD_MEMORY: u64 = 1_610_612_736;
/// Memory of the parent; it holds a few files and the words of a few documents.
const PARENT_MEMORY: u64 = 300_000_000;
/// What the catalogue lets a line say.
const CODES: &[&str] =
    &["format_inconnu", "fichier_vide", "fichier_corrompu", "mot_de_passe", "trop_volumineux", "delai_depasse"];
/// What a line says when a reader died of its file.
const DIED: &str = "endommagé au point d'arrêter la lecture";

/// Runs the program over bad files and gives what was seen.
///
/// # Panics
/// When anything does not hold that must hold for every file.
pub fn run(program: &str, files: &[(String, Vec<u8>)], jobs: usize) -> Campaign {
    let folder = tempfile::tempdir().expect("folders can be made");
    let root = folder.path();
    for (at, (name, bytes)) in files.iter().enumerate() {
        put(root, &format!("in/{}", file_name(at, name)), bytes);
        if at % GOOD_EVERY == 0 {
            put(root, &format!("in/{}", good_name(at)), &attestation(&format!("HAB45{at:05}")));
        }
    }
    let register = put(root, "contrats.csv", REGISTER.as_bytes());
    let mut command = Command::new(program);
    command.args(["process", "--as-of", "2026-06-15", "--jobs", &jobs.to_string()]);
    command.arg("--contracts").arg(register).arg(root.join("in"));
    let seen = watch(command);
    let campaign = Campaign { seen };
    campaign.check(files, root);
    campaign
}

/// A campaign after its run.
#[derive(Debug)]
pub struct Campaign {
    /// What was seen.
    pub seen: Seen,
}

impl Campaign {
    fn check(&self, files: &[(String, Vec<u8>)], root: &Path) {
        let seen = &self.seen;
        assert_eq!(seen.code, Some(0), "the program ends well, whatever it read: {}", seen.told);
        let good = files.len().div_ceil(GOOD_EVERY);
        assert_eq!(seen.lines.len(), files.len() + good, "one line a file");
        let folder = root.join("in");
        let mut wrong: Vec<String> = Vec::new();
        for (at, (name, _)) in files.iter().enumerate() {
            let path = folder.join(file_name(at, name));
            let lines = seen.lines.iter().filter(|(_, line)| line["source"].as_str() == path.to_str());
            match lines.map(|(_, line)| line).collect::<Vec<&Value>>()[..] {
                [line] if is_in_order(line) => {}
                [line] => wrong.push(line.to_string()),
                ref lines => wrong.push(format!("{name} has {} lines", lines.len())),
            }
            if at % GOOD_EVERY == 0 {
                let line = seen.line(&good_name(at));
                if line["segments"][0]["decision"]["outcome"] != "accept" {
                    wrong.push(format!("the good paper beside {name}: {line}"));
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(seen.leaks(), Vec::<&str>::new(), "words of the inside");
        assert_eq!(seen.left, Vec::<i32>::new(), "children left behind");
        assert!(seen.peak() < PARENT_MEMORY, "the parent took {} bytes", seen.peak());
        assert!(seen.child_peak <= CHILD_MEMORY, "a reader took {} bytes", seen.child_peak);
    }

    /// Gives how the line of file `at` came out: `ok` or a code.
    ///
    /// # Panics
    /// When it has no line.
    pub fn outcome(&self, at: usize, name: &str) -> &str {
        self.line(at, name)["error"]["code"].as_str().unwrap_or("ok")
    }

    /// Gives the line of file `at`.
    ///
    /// # Panics
    /// When it has none.
    pub fn line(&self, at: usize, name: &str) -> &Value {
        self.seen.line(&file_name(at, name))
    }

    /// Gives the files of which a reader died otherwise than by a limit.
    pub fn died(&self) -> Vec<&str> {
        let dead = self
            .seen
            .lines
            .iter()
            .filter(|(_, line)| line["error"]["message"].as_str().is_some_and(|said| said.contains(DIED)));
        dead.filter_map(|(_, line)| line["source"].as_str()?.rsplit('/').next()).collect()
    }

    /// Gives how long each file took, the longest first; true only of a run with one reader.
    pub fn times(&self) -> Vec<(Duration, &str)> {
        let mut times = Vec::new();
        let mut before = Duration::ZERO;
        for (time, line) in &self.seen.lines {
            let name = line["source"].as_str().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
            times.push((time.saturating_sub(before), name));
            before = *time;
        }
        times.sort_by(|a, b| b.cmp(a));
        times
    }

    /// Checks that no file took longer than a file may; of a run with one reader.
    ///
    /// # Panics
    /// When one did.
    pub fn check_times(&self) {
        let late: Vec<_> = self.times().into_iter().filter(|(time, _)| *time > CLOCK).collect();
        assert_eq!(late, Vec::new(), "held up by the clock");
    }

    /// Says what was seen in a line.
    pub fn summary(&self) -> String {
        let seen = &self.seen;
        let ok = seen.lines.iter().filter(|(_, line)| line["status"] == "ok").count();
        let mut said = format!("{} files in {:.0?}: {ok} read", seen.lines.len(), seen.took);
        for code in CODES {
            let count = seen.lines.iter().filter(|(_, line)| line["error"]["code"] == *code).count();
            if count > 0 {
                said.push_str(&format!(", {count} {code}"));
            }
        }
        let (parent, child) = (seen.peak() / 1_000_000, seen.child_peak / 1_000_000);
        let died = self.died().len();
        said + &format!("; {died} readers died; parent at most {parent} MB, reader {child} MB")
    }

    /// Checks that the parent's memory is flat: the last quarter of the run is no higher than the second.
    ///
    /// # Panics
    /// When it grew.
    pub fn check_flat(&self) {
        let (early, late) = (self.seen.quarter(1), self.seen.quarter(3));
        assert!(late <= early + early / 20 + 8_000_000, "the parent grew from {early} to {late} bytes");
    }

    /// Checks the processor time of the readers, each of which reads many files: of one file a run.
    ///
    /// # Panics
    /// When one took longer than a file may.
    pub fn check_cpu(&self) {
        assert!(self.seen.child_cpu < GOAL.as_secs_f64(), "a reader computed for {} s", self.seen.child_cpu);
    }
}

fn file_name(at: usize, name: &str) -> String {
    format!("{at:05}-{name}")
}

fn good_name(at: usize) -> String {
    format!("{at:05}-zz-bon.pdf")
}

/// Tells whether a line of a bad file is one that the catalogue knows, and accepts nothing.
fn is_in_order(line: &Value) -> bool {
    let accepted =
        line["segments"].as_array().is_some_and(|all| all.iter().any(|one| one["decision"]["outcome"] == "accept"));
    let known = match line["status"].as_str() {
        Some("ok") => line["error"].is_null(),
        Some("error") => line["error"]["code"].as_str().is_some_and(|code| CODES.contains(&code)),
        _ => false,
    };
    known && !accepted && line["sha256"].as_str().is_some_and(|hash| hash.len() == 64)
}
