//! R11: the kernel kills for want of memory. It takes a reader, never the program; the file at fault is tried three times and
//! set aside with its reason, the others come out. `GUICHET_FAULTS=full` lets a control group of the kernel do it, dozens of
//! times; without, readers are killed from here as the kernel would.

#![allow(clippy::unwrap_used)]

use guichet_tests::durable::house::{House, Worker};
use guichet_tests::memory::Group;
use guichet_tests::scripted::{Script, file};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::time::{Duration, Instant};

/// The program with a scripted engine.
const SCRIPTED: &str = env!("CARGO_BIN_EXE_guichet-scripted");
/// What the program and its readers may use together: it and two idle readers need a quarter of it.
const MEMORY: u64 = 256 * 1024 * 1024;
/// A reader of this size has gone wrong.
const SWOLLEN: u64 = 180 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(300);

/// Who kills.
enum Reaper {
    Kernel(Group),
    Us { killed: u64 },
}

impl Reaper {
    fn new(full: bool) -> Self {
        if full { Self::Kernel(Group::new(MEMORY).unwrap()) } else { Self::Us { killed: 0 } }
    }

    fn watch(&mut self, house: &House, worker: &Worker) {
        let Self::Us { killed } = self else { return };
        for process in house.processes() {
            if process != worker.id() && resident(process) > SWOLLEN {
                *killed += u64::from(kill(Pid::from_raw(process), Signal::SIGKILL).is_ok());
            }
        }
    }

    fn killed(&self) -> u64 {
        match self {
            Self::Kernel(group) => group.kills(),
            Self::Us { killed } => *killed,
        }
    }
}

/// Gives the bytes of memory that a process holds; none once it is gone.
fn resident(process: i32) -> u64 {
    let told = fs::read_to_string(format!("/proc/{process}/statm")).unwrap_or_default();
    told.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or_default() * 4096
}

#[test]
fn when_memory_runs_out_a_reader_goes_and_the_program_stays() {
    let full = std::env::var("GUICHET_FAULTS").is_ok_and(|asked| asked == "full");
    let (greedy, good) = if full { (25, 200) } else { (2, 20) };
    let root = tempfile::tempdir().unwrap();
    // The limit of a reader is far: what runs out is the machine.
    let house = House::build(SCRIPTED, root.path(), "[lecture]\nmemoire_max = 3000000000\n[travail]\nbail_s = 20\n");
    house.done(&["queue", "status"]);
    let mut reaper = Reaper::new(full);
    let mut worker = house.start(&["work", "--jobs", "2", "--as-of", "2026-11-23"], None);
    if let Reaper::Kernel(group) = &reaper {
        house.processes().into_iter().for_each(|process| group.take_in(process));
    }
    let folder = root.path().join("in");
    fs::create_dir(&folder).unwrap();
    for at in 0..good + greedy {
        let script =
            if at % (good / greedy) == 0 && at / (good / greedy) < greedy { Script::Eat } else { Script::Good };
        fs::write(folder.join(format!("{at}")), file(script, &format!("papier {at}"))).unwrap();
    }
    house.done(&["add", folder.to_str().unwrap()]);
    let started = Instant::now();
    let mut oom_score = String::new();
    for look in 0_u64.. {
        reaper.watch(&house, &worker);
        let readers = house.processes().into_iter().filter(|process| *process != worker.id());
        oom_score = readers.filter_map(score).next_back().unwrap_or(oom_score);
        assert!(worker.ended().is_none(), "the program left\n{}", house.end_of_log());
        assert!(started.elapsed() < PATIENCE, "not finished\n{}", house.end_of_log());
        if look % 100 == 99 && house.sources().iter().all(|(source, _)| source.state != "waiting") {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    worker.signal(Signal::SIGTERM);
    assert_eq!(worker.wait(Duration::from_secs(20)).and_then(|status| status.code()), Some(0));
    let sources = house.sources();
    let of = |state: &str| sources.iter().filter(|(source, _)| source.state == state).count();
    assert_eq!((of("done"), of("quarantine")), (good, greedy), "{}", house.end_of_log());
    for (source, _) in sources.iter().filter(|(source, _)| source.state == "quarantine") {
        assert!(source.fault.as_ref().is_some_and(|fault| fault.contains("trop_volumineux")), "{:?}", source.fault);
    }
    assert_eq!(oom_score, "1000", "readers offer themselves first");
    let killed = reaper.killed();
    assert!(killed >= 3 * greedy as u64, "{killed} readers were killed");
    println!("{killed} readers killed for want of memory, the program never; {greedy} files set aside, {good} read");
}

/// Gives how ready a process is to be killed, once it has said so.
fn score(process: i32) -> Option<String> {
    let told = fs::read_to_string(format!("/proc/{process}/oom_score_adj")).ok()?;
    Some(told.trim().to_owned()).filter(|told| told != "0")
}
