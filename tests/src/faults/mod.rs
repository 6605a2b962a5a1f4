//! A house under blows: workers killed at named places and at any moment, stopped, frozen; the servers beside them killed,
//! emptied, locked; files that break their readers among good ones. And a ledger, kept outside, of what was handed in.
//!
//! [`run`] goes on until so many workers were killed, lets the house finish in peace, and gives a [`Verdict`]: what the
//! ledger says beside what the house says. The house never grades itself.

mod blows;
mod feeder;
mod ledger;
mod outages;
mod verdict;

pub use blows::Struck;
pub use verdict::Verdict;

use crate::durable::Ground;
use crate::durable::house::House;
use ledger::Ledger;
use outages::Servers;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// The day as of which the house decides.
const DAY: &str = "2026-11-23";
/// Workers at once.
const WORKERS: u64 = 2;
/// How long the house may take to finish what is left once nobody strikes any more.
const PEACE: Duration = Duration::from_secs(240);

/// How much a house is to suffer.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The same seed draws the same blows.
    pub seed: u64,
    /// Workers killed.
    pub kills: u32,
    /// Times a server is killed, emptied or locked.
    pub outages: u32,
}

/// Strikes a house of a kind as planned, under `root`.
///
/// # Panics
/// When the house does what no blow explains: a worker that leaves by itself, one that does not stop.
pub fn run(program: &str, root: &Path, ground: Ground, plan: Plan) -> Verdict {
    let started = Instant::now();
    let servers = Servers::new(ground, &root.join("data"));
    let house = House::build(program, &root.join("house"), &servers.settings());
    // The tables are there before anybody is struck.
    house.done(&["queue", "status"]);
    let (ledger, struck) = (Mutex::new(Ledger::default()), Mutex::new(Struck::default()));
    let (left, over) = (AtomicI64::new(plan.kills.into()), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let (house, servers, ledger, struck, left, over) = (&house, &servers, &ledger, &struck, &left, &over);
        let feeder = scope.spawn(move || feeder::feed(house, servers, random(plan.seed, 0), ledger, struck, over));
        let outages = scope.spawn(move || outages::strike(servers, random(plan.seed, 1), plan, (left, over), struck));
        let workers: Vec<_> = (0..WORKERS)
            .map(|number| {
                scope.spawn(move || blows::strike(house, ground, random(plan.seed, 2 + number), left, struck))
            })
            .collect();
        for worker in workers {
            worker.join().expect("a worker was struck as planned");
        }
        over.store(true, Ordering::Relaxed);
        feeder.join().expect("files were handed in");
        outages.join().expect("servers came back");
    });
    let mut last = house.start(&["work", "--jobs", "2", "--drain", "--as-of", DAY], None);
    let ended = last.wait(PEACE);
    let ledger = ledger.into_inner().expect("nobody panicked with it");
    let struck = struck.into_inner().expect("nobody panicked with it");
    let mut verdict = verdict::of(&house, &servers, &ledger, struck);
    verdict.finished = ended.and_then(|status| status.code()) == Some(0);
    drop(last);
    verdict.left_behind = house.left_behind(Duration::from_secs(10)).len();
    verdict.title = format!("{ground:?}, seed {}, {} s", plan.seed, started.elapsed().as_secs());
    verdict
}

fn random(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(stream);
    random
}
