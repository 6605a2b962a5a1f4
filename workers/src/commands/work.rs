//! `guichet work` and `guichet serve`: stages done until somebody stops them.

use super::app::App;
use super::args::{ServeArgs, WorkArgs};
use super::thinking::HouseThinker;
use super::wait_for;
use crate::interrupt::Interrupt;
use crate::job::Stage;
use crate::queue::{AmqpQueue, Asker, LocalQueue, Queue};
use crate::runner::{Parts, Runner, Tally};
use crate::stop::Stop;
use crate::store::Store;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How often to look whether there is anything left to do.
const LOOK: Duration = Duration::from_millis(200);

/// Runs `guichet serve`: the whole house in one process.
pub(crate) fn serve(asked: &ServeArgs) -> Result<(), Stop> {
    work(&WorkArgs { house: asked.house.clone(), ..WorkArgs::default() })
}

/// Runs `guichet work`: some stages, for a fleet.
pub(crate) fn work(asked: &WorkArgs) -> Result<(), Stop> {
    let interrupt = Interrupt::listen().map_err(|error| Stop::machine(format!("signaux : {error}")))?;
    let tally = wait_for(until_stopped(asked, &interrupt))?;
    let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    eprintln!(
        "guichet : {} étape(s) faite(s), {} tentative(s) rompue(s), {} source(s) en quarantaine, {} travail(aux) rendu(s)",
        count(&tally.done),
        count(&tally.broken),
        count(&tally.quarantined),
        count(&tally.released),
    );
    Ok(())
}

async fn until_stopped(asked: &WorkArgs, interrupt: &Interrupt) -> Result<Tally, Stop> {
    let (settings, thinker, versions) = HouseThinker::open(&asked.house)?;
    let app = App::with(settings).await?;
    let blobs = app.blobs().await?;
    let slots = app.settings.readers(asked.jobs.map(usize::from));
    let hold = Duration::from_secs(app.settings.travail.bail_s);
    let stages = if asked.stages.is_empty() { Stage::ALL.to_vec() } else { asked.stages.clone() };
    let asker = Asker { stages, holder: holder(), hold, slots: u16::try_from(slots).unwrap_or(u16::MAX) };
    let store = app.store.clone();
    let parts = Parts {
        store: app.store.clone(),
        blobs,
        versions,
        thinker: Arc::new(thinker),
        settings: app.settings.clone(),
        slots,
        hold,
    };
    let tally = if app.settings.queue.scheme() == "local" {
        let queue = Arc::new(LocalQueue::new(store.clone(), asker));
        go(parts, queue, &store, interrupt, asked.drain).await
    } else {
        let queue = Arc::new(AmqpQueue::open(store.clone(), &app.settings.queue, asker).map_err(Stop::usage)?);
        go(parts, queue, &store, interrupt, asked.drain).await
    };
    store.close().await;
    tally
}

async fn go<Q: Queue>(
    parts: Parts,
    queue: Arc<Q>,
    store: &Store,
    interrupt: &Interrupt,
    drain: bool,
) -> Result<Tally, Stop> {
    let runner = Runner::new(parts, Arc::clone(&queue));
    let tally = if drain { until_empty(runner, store, interrupt).await } else { runner.run(interrupt).await };
    queue.close().await;
    tally
}

async fn until_empty<Q: Queue>(runner: Runner<Q>, store: &Store, interrupt: &Interrupt) -> Result<Tally, Stop> {
    let done = interrupt.clone();
    let store = store.clone();
    let watch = tokio::spawn(async move {
        while !done.asked() {
            tokio::time::sleep(LOOK).await;
            // A database that does not answer has something left to do.
            if store.is_idle().await.unwrap_or(false) {
                done.ask();
            }
        }
    });
    let tally = runner.run(interrupt).await;
    interrupt.ask();
    let _ = watch.await;
    tally
}

/// Names this process, for people who look at what is held.
fn holder() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("{}/{}", host.trim(), std::process::id())
}
