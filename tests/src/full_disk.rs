//! R6: the disk fills up under a working house, again and again, and is given room again.
//!
//! The disk is a small one in memory, mounted in a namespace of this process's own: so the whole scenario is a program
//! ([`scenario`]), run by the test and by nobody else.

use crate::durable::house::{House, Worker};
use crate::namespace;
use crate::scripted::{Script, file};
use guichet_workers::store::{Place, Store};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::CloneFlags;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The exit code of a machine on which no disk can be mounted; what was printed says why.
pub const NO_DISK: u8 = 97;
/// Size of the disk: room for the house, and soon filled.
const SIZE: &str = "size=48m";
/// Files handed over before each time the disk is filled.
const FILES: usize = 40;
/// How long the disk stays full: several times what the program waits before it tries again.
const FULL: Duration = Duration::from_secs(4);
/// How long the house may take to finish once there is room.
const RECOVERY: Duration = Duration::from_secs(60);

/// Fills the disk so many times: `PROGRAM ROUNDS`. Prints what was seen.
pub fn scenario(arguments: &[String]) -> ExitCode {
    let [program, rounds] = arguments else {
        eprintln!("disque plein : donner le programme et le nombre de fois");
        return ExitCode::FAILURE;
    };
    let folder = tempfile::tempdir().expect("folders can be made");
    if let Err(why) = namespace::leave(CloneFlags::CLONE_NEWNS).and_then(|()| disk(folder.path())) {
        eprintln!("disque plein : {why}");
        return ExitCode::from(NO_DISK);
    }
    let rounds: usize = rounds.parse().unwrap_or(1);
    run(program, folder.path(), rounds);
    let _ = umount2(folder.path(), MntFlags::MNT_DETACH);
    let (files, bound) = (rounds * (FILES + 1), 3.0 / rounds as f64);
    println!("disk filled {rounds} times, {files} files, 0 lost: under {bound:.2} a time at 95 %");
    ExitCode::SUCCESS
}

/// Mounts a small disk that only this process and its children see.
fn disk(folder: &Path) -> Result<(), String> {
    let none: Option<&str> = None;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none).map_err(|error| format!("mount : {error}"))?;
    mount(Some("tmpfs"), folder, Some("tmpfs"), MsFlags::empty(), Some(SIZE))
        .map_err(|error| format!("mount tmpfs : {error}"))
}

fn run(program: &str, folder: &Path, rounds: usize) {
    // What is handed over, and what the workers print, lie elsewhere: only the house runs out of room.
    let outside = tempfile::tempdir().expect("folders can be made");
    let outside = outside.path();
    let house = House::build(program, outside, &settings(folder));
    let served = |house: &House| house.start(&["work", "--jobs", "2", "--as-of", "2026-11-23"], None);
    let mut worker = served(&house);
    let first = outside.join("premier");
    fs::write(&first, file(Script::Good, "premier")).expect("files can be written");
    hand_over(&house, &first);
    let mut known = 1;
    finish(&house, known, 0);
    for round in 0..rounds {
        let papers = outside.join(format!("in{round}"));
        fs::create_dir_all(&papers).expect("folders can be made");
        for at in 0..FILES {
            let name = format!("{round}-{at}");
            fs::write(papers.join(&name), file(Script::Good, &format!("dossier {name}")))
                .expect("files can be written");
        }
        hand_over(&house, &papers);
        // Each time at another moment of the work.
        std::thread::sleep(Duration::from_millis(150 * (round as u64 % 7)));
        fill(&folder.join("plein"));
        let late = outside.join("late");
        fs::create_dir_all(&late).expect("folders can be made");
        fs::write(late.join("a"), file(Script::Good, &format!("trop tard {round}"))).expect("files can be written");
        let refused = house.run(&["add", "late"], None);
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(3) && told.contains("disque plein"), "intake says no, and why: {told}");
        house.results();
        std::thread::sleep(FULL);
        assert!(worker.ended().is_none(), "the worker waits for room: {}", house.end_of_log());
        fs::remove_file(folder.join("plein")).expect("it is ours");
        hand_over(&house, &late);
        known += FILES + 1;
        finish(&house, known, round);
    }
    // What it said to be done must be on the disk, not in its connection.
    assert!(worker.kill(), "it works to the end");
    drop(worker);
    check(&house, folder, known);
    let mut worker: Worker = served(&house);
    std::thread::sleep(Duration::from_secs(1));
    assert!(worker.ended().is_none(), "it starts again: {}", house.end_of_log());
    worker.kill();
}

fn settings(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "store = \"sqlite:{folder}/guichet.db\"\nblobs = \"file:{folder}/blobs\"\nkey = \"file:{folder}/cle\"\n\
         [travail]\nbail_s = 2\n"
    )
}

fn hand_over(house: &House, path: &Path) {
    house.done(&["add", &path.display().to_string()]);
}

/// Writes until nothing goes in any more, then byte by byte.
fn fill(path: &Path) {
    let mut file = File::create(path).expect("there is room for an empty file");
    for size in [1 << 20, 1 << 12, 1] {
        loop {
            match file.write_all(&vec![7; size]) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

fn finish(house: &House, expected: usize, round: usize) {
    let started = Instant::now();
    loop {
        let done = house.results().len();
        if done == expected {
            return;
        }
        let log = house.end_of_log();
        assert!(started.elapsed() < RECOVERY, "round {round}: {done} of {expected} done after a minute\n{log}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn check(house: &House, folder: &Path, expected: usize) {
    let results = house.results();
    let sources: BTreeSet<&str> = results.iter().filter_map(|line| line["sha256"].as_str()).collect();
    assert_eq!((results.len(), sources.len()), (expected, expected), "one line for each file");
    let bad: Vec<&Value> = results.iter().filter(|line| line["status"] != "ok").collect();
    assert!(bad.is_empty(), "{bad:?}");
    let head = house.done(&["audit", "head"]);
    house.done(&["audit", "verify", "--head", head.trim()]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    let events = runtime.block_on(async {
        let place = Place::new(format!("sqlite:{}/guichet.db", folder.display()));
        let store = Store::open(&place, false).await.expect("it opens");
        let events = store.events_after(0, i64::MAX).await.expect("it answers");
        store.close().await;
        events
    });
    for kind in ["job.lost", "attempt.failed", "source.quarantined"] {
        assert!(events.iter().all(|event| event.kind != kind), "a full disk is nobody's fault: {kind}");
    }
}
