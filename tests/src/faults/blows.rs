//! What happens to workers: killed at a named place, killed at any moment, asked to stop, frozen for longer than they may
//! hold a job.

use super::DAY;
use crate::durable::Ground;
use crate::durable::house::{House, Worker};
use nix::sys::signal::Signal;
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Places at which a worker kills itself, on any ground.
const POINTS: [&str; 8] =
    ["claimed", "read", "blob_reserved", "blob_written", "understood", "job_closed", "before_commit", "after_commit"];
/// Further places where there is a broker.
const BROKER_POINTS: [&str; 2] = ["acknowledged", "published"];
/// A worker that does not come to its place in this time is killed where it is.
const DETOUR: Duration = Duration::from_secs(5);
/// The life of a worker that is killed at any moment, in milliseconds: its start takes a good part of a second.
const LIFE: std::ops::Range<u64> = 100..2500;
/// How long a stop may take.
const STOP: Duration = Duration::from_secs(25);
/// Longer than a job is held.
const FROZEN: Duration = Duration::from_secs(3);

/// What was done to a house.
#[derive(Debug, Default)]
pub struct Struck {
    /// Processes killed, by place.
    pub kills: BTreeMap<String, u32>,
    /// Workers asked to stop, which did.
    pub stops: u32,
    /// Workers frozen and thawed.
    pub freezes: u32,
    /// Workers that did not start, a server being away.
    pub turned_away: u32,
    /// Servers killed, emptied, locked, by what was done.
    pub outages: BTreeMap<String, u32>,
}

impl Struck {
    /// Counts a process killed.
    pub fn killed(&mut self, place: &str) {
        *self.kills.entry(place.to_owned()).or_default() += 1;
    }

    /// Gives how many processes were killed.
    pub fn all_kills(&self) -> u32 {
        self.kills.values().sum()
    }
}

enum Blow {
    Crash(&'static str, u32),
    Kill(Duration),
    Stop(Duration),
    Freeze(Duration),
}

impl Blow {
    fn draw(random: &mut ChaCha8Rng, ground: Ground) -> Self {
        let life = Duration::from_millis(random.random_range(LIFE));
        match random.random_range(0..100) {
            0..50 => {
                let mut points = POINTS.to_vec();
                if ground == Ground::Servers {
                    points.extend(BROKER_POINTS);
                }
                Self::Crash(points.choose(random).copied().unwrap_or("claimed"), random.random_range(1..=12))
            }
            50..90 => Self::Kill(life),
            90..96 => Self::Stop(life),
            _ => Self::Freeze(life),
        }
    }
}

/// Starts workers and strikes them down until none is left to kill.
pub(super) fn strike(house: &House, ground: Ground, mut random: ChaCha8Rng, left: &AtomicI64, struck: &Mutex<Struck>) {
    while left.load(Ordering::Relaxed) > 0 {
        let blow = Blow::draw(&mut random, ground);
        let crash = match &blow {
            Blow::Crash(point, turn) => Some(format!("{point}:{turn}")),
            _ => None,
        };
        let mut worker = house.start(&["work", "--jobs", "2", "--as-of", DAY], crash.as_deref());
        let killed = match blow {
            Blow::Crash(point, _) => crashed(house, &mut worker, point),
            Blow::Kill(life) => killed(house, &mut worker, life),
            Blow::Stop(life) => stopped(house, &mut worker, life, struck),
            Blow::Freeze(life) => frozen(house, &mut worker, life, struck),
        };
        match killed {
            Some(place) => {
                left.fetch_sub(1, Ordering::Relaxed);
                struck.lock().expect("nobody panics with it").killed(place);
            }
            None => std::thread::sleep(Duration::from_millis(100)),
        }
        if worker.ended().is_some_and(|status| status.code() == Some(3)) {
            struck.lock().expect("nobody panics with it").turned_away += 1;
        }
    }
}

fn crashed(house: &House, worker: &mut Worker, point: &'static str) -> Option<&'static str> {
    match worker.wait(DETOUR) {
        Some(status) if status.signal() == Some(Signal::SIGABRT as i32) => Some(point),
        Some(_) => left_by_itself(house, worker),
        None => worker.kill().then_some("any"),
    }
}

fn killed(house: &House, worker: &mut Worker, life: Duration) -> Option<&'static str> {
    if worker.wait(life).is_some() {
        return left_by_itself(house, worker);
    }
    worker.kill().then_some("any")
}

fn stopped(house: &House, worker: &mut Worker, life: Duration, struck: &Mutex<Struck>) -> Option<&'static str> {
    if worker.wait(life).is_some() {
        return left_by_itself(house, worker);
    }
    worker.signal(Signal::SIGTERM);
    let status = worker.wait(STOP);
    assert!(status.is_some(), "a worker did not stop within {STOP:?}\n{}", house.end_of_log());
    struck.lock().expect("nobody panics with it").stops += 1;
    None
}

fn frozen(house: &House, worker: &mut Worker, life: Duration, struck: &Mutex<Struck>) -> Option<&'static str> {
    if worker.wait(life).is_some() {
        return left_by_itself(house, worker);
    }
    worker.signal(Signal::SIGSTOP);
    std::thread::sleep(FROZEN);
    worker.signal(Signal::SIGCONT);
    struck.lock().expect("nobody panics with it").freezes += 1;
    killed(house, worker, life)
}

/// Only the machine's fault lets a worker leave: a database that does not answer at its start.
fn left_by_itself(house: &House, worker: &mut Worker) -> Option<&'static str> {
    let code = worker.ended().and_then(|status| status.code());
    assert_eq!(code, Some(3), "a worker left by itself\n{}", house.end_of_log());
    None
}
