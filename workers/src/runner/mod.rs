//! Work going on: jobs taken, done, and ended with one transaction each.
//!
//! As many slots as readers, each with a compute thread and a child of its own ([`bench`]); nothing that thinks runs
//! where the connections live. A slot takes a job only when it is free: that is all the back-pressure there is. Beside
//! the slots one task renews holds and takes back those of dead workers ([`keeper`]).
//!
//! Stopping: take no more, finish, commit, leave. What is not finished in time is given back, and is no attempt.
//!
//! Invariants:
//! - a source that breaks its reader has [`ATTEMPTS`] attempts, then it is set aside with its reason.
//! - a source under which a worker vanished is done with nobody beside it, so that only the guilty one is suspected.
//! - what hinders the machine (disk, database, key) is never counted against a source.

mod bench;
mod ends;
mod fingerprint;
mod holds;
mod keeper;
mod slot;

pub use bench::{Beside, Thinker, Understood};
pub use fingerprint::Versions;

use crate::blobs::Blobs;
use crate::interrupt::Interrupt;
use crate::meters::Meters;
use crate::queue::Queue;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::store::Store;
use bench::Bench;
use holds::Holds;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Attempts that a source may break.
pub const ATTEMPTS: i64 = 3;
/// Workers that may vanish under a source: many more than attempts, since a machine that is switched off, or runs out of
/// memory, takes innocent sources with it. Where 400 workers were killed within seconds of their start, one good source in
/// five that was lost once more was lost again, and none of 3,800 four times: eight times is one in a million.
pub const LOSSES: i64 = 8;
/// How long what is under way may take after a stop was asked for; systemd waits 90 s, people 20.
const FAREWELL: Duration = Duration::from_secs(12);
/// How often those who wait look up for a stop.
const LOOK_UP: Duration = Duration::from_millis(100);

/// What a run of the worker did.
#[derive(Debug, Default)]
pub struct Tally {
    /// Stages done.
    pub done: AtomicU64,
    /// Attempts that a source broke.
    pub broken: AtomicU64,
    /// Sources set aside.
    pub quarantined: AtomicU64,
    /// Results dropped because the hold was lost.
    pub superseded: AtomicU64,
    /// Jobs given back untouched.
    pub released: AtomicU64,
}

impl Tally {
    fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// A worker.
#[derive(Debug)]
pub struct Runner<Q> {
    shared: Arc<Shared<Q>>,
}

/// What its slots share.
#[derive(Debug)]
struct Shared<Q> {
    store: Store,
    blobs: Blobs,
    queue: Arc<Q>,
    versions: Versions,
    thinker: Arc<dyn Thinker>,
    settings: Arc<Settings>,
    hold: Duration,
    holds: Holds,
    /// One place a slot; who must work alone takes them all.
    room: Arc<Semaphore>,
    slots: u32,
    /// Nothing more is taken.
    stop: Interrupt,
    /// What is under way is broken off.
    halt: Interrupt,
    /// Why the worker stopped by itself.
    failure: Mutex<Option<Stop>>,
    tally: Tally,
    meters: Arc<Meters>,
}

/// What a worker is built from.
#[derive(Debug)]
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The bytes.
    pub blobs: Blobs,
    /// What results depend on.
    pub versions: Versions,
    /// Who understands what was read.
    pub thinker: Arc<dyn Thinker>,
    /// The settings.
    pub settings: Settings,
    /// How many jobs at once.
    pub slots: usize,
    /// How long a job is held without renewing the hold.
    pub hold: Duration,
    /// Where it is measured how long stages take.
    pub meters: Arc<Meters>,
}

impl<Q: Queue> Runner<Q> {
    /// Builds a worker that takes its jobs from `queue`.
    pub fn new(parts: Parts, queue: Arc<Q>) -> Self {
        let Parts { store, blobs, versions, thinker, settings, slots, hold, meters } = parts;
        let slots = u32::try_from(slots.max(1)).unwrap_or(u32::MAX);
        let shared = Shared {
            store,
            blobs,
            queue,
            versions,
            thinker,
            settings: Arc::new(settings),
            hold,
            holds: Holds::default(),
            room: Arc::new(Semaphore::new(slots as usize)),
            slots,
            stop: Interrupt::default(),
            halt: Interrupt::default(),
            failure: Mutex::default(),
            tally: Tally::default(),
            meters,
        };
        Self { shared: Arc::new(shared) }
    }

    /// Works until `interrupt` asks to stop; gives what was done.
    ///
    /// # Errors
    /// When the machine cannot work at all: an engine that does not start.
    pub async fn run(self, interrupt: &Interrupt) -> Result<Tally, Stop> {
        let shared = &self.shared;
        let mut slots = JoinSet::new();
        for number in 0..shared.slots {
            let bench = Bench::start(number, &shared.settings, &shared.halt, &shared.thinker, &shared.meters);
            let bench =
                bench.map_err(|error| Stop::machine(format!("impossible de lancer un fil de calcul : {error}")))?;
            slots.spawn(slot::run(Arc::clone(shared), bench));
        }
        let keeper = tokio::spawn(keeper::run(Arc::clone(shared)));
        while !interrupt.asked() && !shared.stop.asked() {
            tokio::time::sleep(LOOK_UP).await;
        }
        shared.stop.ask();
        tracing::info!(running = shared.holds.count(), "stopping");
        let finished = async { while slots.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, finished).await.is_err() {
            shared.halt.ask();
            while slots.join_next().await.is_some() {}
        }
        // It renews holds to the last moment, and stops with the last slot.
        shared.halt.ask();
        let _ = keeper.await;
        let failure = shared.failure.lock().unwrap_or_else(|broken| broken.into_inner()).take();
        match failure {
            Some(stop) => Err(stop),
            None => Ok(Arc::into_inner(self.shared).map(|shared| shared.tally).unwrap_or_default()),
        }
    }
}

impl<Q> Shared<Q> {
    /// Ends the worker for a reason of its own.
    fn give_up(&self, stop: Stop) {
        let mut failure = self.failure.lock().unwrap_or_else(|broken| broken.into_inner());
        failure.get_or_insert(stop);
        self.stop.ask();
    }
}
