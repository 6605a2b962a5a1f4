//! R19 and the page on backups: what `deploy/sauvegarde.md` says is done, word for word, while work goes on; then the
//! machine is lost.

#![allow(clippy::unwrap_used)]

use guichet_tests::durable::Ground;
use guichet_tests::durable::house::House;
use guichet_tests::scripted::{Script, file};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// The program with a scripted engine.
const SCRIPTED: &str = env!("CARGO_BIN_EXE_guichet-scripted");
const PAGE: &str = include_str!("../../deploy/sauvegarde.md");
const FILES: usize = 60;
const PATIENCE: Duration = Duration::from_secs(120);

/// Gives a block of the page by its name.
fn block(name: &str) -> String {
    let opening = format!("```sh {name}\n");
    let (_, rest) = PAGE.split_once(&opening).unwrap_or_else(|| panic!("the page has no block {name}"));
    rest.split("```").next().unwrap().to_owned()
}

/// Runs a block of the page in a folder, as whoever reads it would.
fn follow(name: &str, house: &House, outside: &Path, base: &str) {
    let bin = outside.join("bin");
    fs::create_dir_all(&bin).unwrap();
    if !bin.join("guichet").exists() {
        symlink(SCRIPTED, bin.join("guichet")).unwrap();
    }
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command.args(["-euc", &block(name)]).current_dir(house.root()).env("PATH", path).env("BASE", base);
    command.env("REGLAGES", "guichet.toml").env("SAUVEGARDE", outside.join("copie")).env("CLES", outside.join("cles"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
}

fn settings(ground: Ground, base: &str) -> String {
    let places = match ground {
        Ground::Embedded => "store = \"sqlite:guichet.db\"\nqueue = \"local:\"\n".to_owned(),
        Ground::Servers => format!("store = \"{base}\"\nqueue = \"{}\"\n", ground.queue().address().unwrap()),
    };
    format!("{places}blobs = \"file:blobs\"\nkey = \"file:guichet.cle\"\n[travail]\nbail_s = 2\n")
}

fn papers(house: &House, folder: &str, count: usize) {
    fs::create_dir_all(house.root().join(folder)).unwrap();
    for at in 0..count {
        let bytes = file(Script::Good, &format!("{folder} {at}"));
        fs::write(house.root().join(folder).join(at.to_string()), bytes).unwrap();
    }
    house.done(&["add", folder]);
}

fn restored(ground: Ground, save: &str, restore: &str) {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for name in ["copie", "cles"] {
        fs::create_dir(outside.path().join(name)).unwrap();
    }
    let base = ground.database(folder.path()).address().unwrap();
    let house = House::build(SCRIPTED, &folder.path().join("un"), &settings(ground, &base));
    papers(&house, "avant", FILES);
    let mut worker = house.start(&["work", "--jobs", "2", "--as-of", "2026-11-23"], None);
    // Twice, as on two nights: the second copies what is new.
    for _ in 0..2 {
        std::thread::sleep(Duration::from_millis(400));
        follow(save, &house, outside.path(), &base);
    }
    papers(&house, "apres", 5);
    assert!(worker.kill(), "{}", house.end_of_log());

    let base = ground.database(folder.path()).address().unwrap();
    let other = House::build(SCRIPTED, &folder.path().join("deux"), &settings(ground, &base));
    follow(restore, &other, outside.path(), &base);
    let drain = ["work", "--jobs", "2", "--drain", "--as-of", "2026-11-23"];
    let mut worker = other.start(&drain, None);
    let ended = worker.wait(PATIENCE).and_then(|status| status.code());
    assert_eq!(ended, Some(0), "{ground:?}: {}", other.end_of_log());
    let names = |house: &House| {
        let lines = house.results();
        let names: BTreeSet<String> = lines.iter().map(|line| line["source"].as_str().unwrap().to_owned()).collect();
        assert_eq!(names.len(), lines.len(), "{ground:?}: one line for each");
        assert!(lines.iter().all(|line| line["status"] == "ok"), "{ground:?}");
        names
    };
    assert_eq!(names(&other), (0..FILES).map(|at| format!("avant/{at}")).collect(), "{ground:?}");
    // What came after the backup is handed over again; what was there is known.
    fs::create_dir(other.root().join("tout")).unwrap();
    for folder in ["avant", "apres"] {
        for entry in fs::read_dir(house.root().join(folder)).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{folder}-{}", entry.file_name().to_string_lossy());
            fs::copy(entry.path(), other.root().join("tout").join(name)).unwrap();
        }
    }
    let told = other.run(&["add", "tout"], None);
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(told.contains(&format!("5 fichier(s) confié(s), {FILES} déjà connu(s)")), "{ground:?}: {told}");
    assert_eq!(other.start(&drain, None).wait(PATIENCE).and_then(|status| status.code()), Some(0), "{ground:?}");
    assert_eq!(names(&other).len(), FILES + 5, "{ground:?}");
}

#[test]
fn an_embedded_house_is_restored_as_the_page_says() {
    restored(Ground::Embedded, "sauvegarder", "restaurer");
}

#[test]
fn a_house_with_servers_is_restored_as_the_page_says() {
    restored(Ground::Servers, "sauvegarder-postgres", "restaurer-postgres");
}

#[test]
fn a_backup_without_its_key_is_noise() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for name in ["copie", "cles"] {
        fs::create_dir(outside.path().join(name)).unwrap();
    }
    let house = House::build(SCRIPTED, &folder.path().join("un"), &settings(Ground::Embedded, ""));
    papers(&house, "avant", 2);
    follow("sauvegarder", &house, outside.path(), "");
    fs::remove_file(outside.path().join("cles/guichet.cle")).unwrap();
    let other = House::build(SCRIPTED, &folder.path().join("deux"), &settings(Ground::Embedded, ""));
    for name in ["guichet.db", "blobs"] {
        let from = outside.path().join("copie").join(name);
        assert!(Command::new("cp").arg("-R").arg(from).arg(other.root()).status().unwrap().success());
    }
    let refused = other.run(&["work", "--drain"], None);
    assert_eq!(refused.status.code(), Some(2), "no key is made where documents need another");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("réglage key"));
}
