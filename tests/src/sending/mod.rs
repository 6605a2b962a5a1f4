//! R16, R17 and the relance part of R1: senders killed at named places and at any moment while a proxy cuts, delays and
//! refuses at every step of SMTP, and a post room takes letters away. The outside ledger is what the relay delivered and
//! what lies in the folders; the house never grades itself.

pub mod deliver;
pub mod house;
mod verdict;

pub use verdict::Verdict;

use crate::durable::Ground;
use house::SendingHouse;
use nix::sys::signal::Signal;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Places at which a sender kills itself.
const POINTS: [&str; 13] = [
    "relance_before_hold",
    "relance_held",
    "relance_witnessed",
    "relay_connected",
    "relay_ready",
    "relay_accepted",
    "relance_before_receipt",
    "relance_after_receipt",
    "relance_settled",
    "drop_created",
    "drop_written",
    "drop_synced",
    "drop_renamed",
];
/// The day on which everything is due.
const DAY: &str = "2026-11-23";
/// Senders at once.
const SENDERS: u64 = 2;
/// Reminders put in for each life of a sender.
const FED: usize = 6;
/// A sender that does not come to its place in this time is killed where it is.
const DETOUR: Duration = Duration::from_secs(2);
/// The life of a sender that is killed at any moment, in milliseconds.
const LIFE: std::ops::Range<u64> = 30..900;
/// How long the house may take to settle what is left in peace.
const PEACE: Duration = Duration::from_secs(120);

/// How much a house is to suffer.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The same seed draws the same blows.
    pub seed: u64,
    /// Senders killed.
    pub kills: u32,
    /// Conversations hurt, in a hundred.
    pub hurt: u32,
}

/// Strikes a house of a kind as planned, under `root`.
///
/// # Panics
/// When a sender leaves by itself.
pub fn run(program: &str, root: &Path, ground: Ground, plan: Plan) -> Verdict {
    let started = Instant::now();
    let house = SendingHouse::build(program, root, ground, plan.seed);
    house.proxy.hurt(plan.hurt);
    let (left, fed, kills) = (AtomicI64::new(plan.kills.into()), AtomicUsize::new(0), Mutex::default());
    std::thread::scope(|scope| {
        for number in 0..SENDERS {
            let (house, left, fed, kills) = (&house, &left, &fed, &kills);
            scope.spawn(move || strike(house, random(plan.seed, number), left, fed, kills));
        }
    });
    house.proxy.hurt(0);
    let mut sender = house.house.start(&["relances-deliver"], None);
    let peace = Instant::now();
    while house.relances().iter().any(|relance| !relance.state.is_end()) && peace.elapsed() < PEACE {
        assert!(sender.ended().is_none(), "a sender left by itself: {}", house.house.end_of_log());
        std::thread::sleep(Duration::from_millis(300));
    }
    sender.kill();
    let kills: BTreeMap<String, u32> = kills.into_inner().expect("nobody panics with it");
    verdict::of(&house, kills, format!("{ground:?}, seed {}, {} s", plan.seed, started.elapsed().as_secs()))
}

fn random(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(stream);
    random
}

/// Feeds the house, starts senders and strikes them down until none is left to kill.
fn strike(
    house: &SendingHouse,
    mut random: ChaCha8Rng,
    left: &AtomicI64,
    fed: &AtomicUsize,
    kills: &Mutex<BTreeMap<String, u32>>,
) {
    while left.load(Ordering::Relaxed) > 0 {
        let first = fed.fetch_add(FED, Ordering::Relaxed);
        house.prepare(first, FED, DAY);
        if random.random_bool(0.2) {
            house.take_letters();
        }
        let crash = random.random_bool(0.7).then(|| {
            let point = POINTS.choose(&mut random).copied().unwrap_or("relance_held");
            (point, random.random_range(1..=4u32))
        });
        let asked = crash.map(|(point, turn)| format!("{point}:{turn}"));
        let mut sender = house.house.start(&["relances-deliver"], asked.as_deref());
        let life = crash.map_or_else(|| Duration::from_millis(random.random_range(LIFE)), |_| DETOUR);
        let place = match (sender.wait(life), crash) {
            (Some(status), Some((point, _))) if status.signal() == Some(Signal::SIGABRT as i32) => point,
            (Some(status), _) => panic!("a sender left by itself ({status}): {}", house.house.end_of_log()),
            (None, _) => {
                sender.kill();
                "any"
            }
        };
        left.fetch_sub(1, Ordering::Relaxed);
        *kills.lock().expect("nobody panics with it").entry(place.to_owned()).or_default() += 1;
    }
}
