//! The watched folder: each file is taken in once, whatever is killed in between, and nothing half-written ever.

#![allow(clippy::unwrap_used)]

use guichet_tests::durable::house::{House, Worker};
use guichet_tests::scripted::{Script, file};
use guichet_workers::clock::today;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use tempfile::TempDir;

/// The program with a scripted engine.
const SCRIPTED: &str = env!("CARGO_BIN_EXE_guichet-scripted");
const PATIENCE: Duration = Duration::from_secs(30);

struct Depot {
    house: House,
    folder: PathBuf,
    /// Removed at the end.
    _root: TempDir,
}

impl Depot {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("depot");
        fs::create_dir(&folder).unwrap();
        let settings = format!(
            "[depot]\ndossier = \"{}\"\nrepos_s = 1\n[limites]\noctets_max = 20000\n[travail]\nbail_s = 2\n",
            folder.display()
        );
        Self { house: House::build(SCRIPTED, root.path(), &settings), folder, _root: root }
    }

    fn serve(&self, crash: Option<&str>) -> Worker {
        self.house.start(&["serve", "--as-of", "2026-11-23"], crash)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn shelf(&self, shelf: &str, name: &str) -> PathBuf {
        self.folder.join(shelf).join(today().to_string()).join(name)
    }

    fn wait(&self, what: &str, is: impl Fn() -> bool) {
        let started = Instant::now();
        while !is() {
            assert!(started.elapsed() < PATIENCE, "{what}: {}", self.house.end_of_log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn paper(words: &str) -> Vec<u8> {
    file(Script::Good, words)
}

#[test]
fn files_are_taken_in_and_moved_aside() {
    let depot = Depot::new();
    let came = SystemTime::now() - Duration::from_secs(3 * 24 * 3600);
    let path = depot.put("scanner/a.pdf", &paper("un"));
    fs::File::options().write(true).open(&path).unwrap().set_modified(came).unwrap();
    depot.put("urgent/b.pdf", &paper("deux"));
    depot.put("copie.pdf", &paper("un"));
    depot.put("gros.pdf", &[7; 20_001]);
    depot.put("encore.pdf.part", &paper("trois"));
    let _worker = depot.serve(None);
    let done = ["scanner/a.pdf", "urgent/b.pdf", "copie.pdf"];
    depot.wait("they are moved", || done.iter().all(|name| depot.shelf("faits", name).exists()));
    depot.wait("it is refused", || depot.shelf("refuses", "gros.pdf.raison.txt").exists());
    depot.wait("they are read", || depot.house.results().len() == 2);
    assert!(depot.shelf("refuses", "gros.pdf").exists());
    let reason = fs::read_to_string(depot.shelf("refuses", "gros.pdf.raison.txt")).unwrap();
    assert!(reason.contains("limite"), "{reason}");
    assert!(depot.folder.join("encore.pdf.part").exists(), "it is still being written");

    let sources = depot.house.sources();
    assert_eq!(sources.len(), 2, "a copy is no source of its own");
    let (_, arrivals) = sources.iter().find(|(_, arrivals)| arrivals.len() == 2).expect("both comings are kept");
    let names: Vec<&str> = arrivals.iter().map(|arrival| arrival.name.as_str()).collect();
    assert_eq!(names, ["scanner/a.pdf", "copie.pdf"]);
    assert!(arrivals.iter().all(|arrival| arrival.channel == "folder"));
    let since = came.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(arrivals[0].received_at.0, since.as_micros() as i64, "it came when it was put there");
    let kept = fs::metadata(depot.shelf("faits", "scanner/a.pdf")).unwrap().modified().unwrap();
    assert_eq!(kept, came);
    let log = fs::read_to_string(depot.house.log()).unwrap();
    assert!(!log.contains("a.pdf"), "logs hold no names: {log}");
}

#[test]
fn a_file_that_is_still_coming_is_waited_for() {
    let depot = Depot::new();
    let _worker = depot.serve(None);
    let path = depot.folder.join("lent.pdf");
    let whole = paper(&"mot ".repeat(600));
    let mut to = fs::File::create(&path).unwrap();
    for piece in whole.chunks(whole.len() / 8 + 1) {
        to.write_all(piece).unwrap();
        to.sync_all().unwrap();
        std::thread::sleep(Duration::from_millis(500));
        assert!(path.exists(), "taken while it was coming");
    }
    drop(to);
    depot.wait("it is moved", || !path.exists());
    depot.wait("it is read", || depot.house.results().len() == 1);
    assert_eq!(depot.house.sources()[0].0.sha256, guichet_workers::blobs::hash(&whole), "whole, and only whole");
}

#[test]
fn a_kill_between_taking_in_and_moving_repeats_nothing() {
    let depot = Depot::new();
    let names: Vec<String> = (0..6).map(|at| format!("{at}.pdf")).collect();
    for name in &names {
        depot.put(name, &paper(name));
    }
    for turn in 1..=3 {
        let mut worker = depot.serve(Some(&format!("folder_taken:{turn}")));
        assert!(worker.wait(PATIENCE).is_some(), "it dies where it is told to: {}", depot.house.end_of_log());
    }
    let _worker = depot.serve(None);
    let moved = |names: &[String]| names.iter().all(|name| depot.shelf("faits", name).exists());
    depot.wait("they are moved", || moved(&names));
    depot.wait("they are read", || depot.house.results().len() == names.len());
    for (source, arrivals) in depot.house.sources() {
        assert_eq!(arrivals.len(), 1, "{source:?}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_said_at_the_start() {
    let depot = Depot::new();
    fs::remove_dir(&depot.folder).unwrap();
    let mut worker = depot.serve(None);
    assert_eq!(worker.wait(PATIENCE).and_then(|status| status.code()), Some(2));
    assert!(depot.house.end_of_log().contains("depot.dossier"));
    assert!(Path::new(&depot.folder).parent().is_some_and(Path::exists));
}
