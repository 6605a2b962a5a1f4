//! `guichet work` and `guichet serve`: stages done until somebody stops them.

use super::app::App;
use super::args::{ServeArgs, WorkArgs};
use super::relances::rounds;
use super::thinking::{HouseThinker, Opened};
use super::wait_for;
use crate::api::{self, Api, Shown};
use crate::intake::mailbox::{Board, Watched};
use crate::intake::{self, mailbox};
use crate::interrupt::Interrupt;
use crate::job::Stage;
use crate::queue::{AmqpQueue, Asker, LocalQueue, Queue};
use crate::register::{Live, Patience, Watcher};
use crate::runner::{Parts, Runner, Tally};
use crate::stop::Stop;
use crate::store::Store;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How often to look whether there is anything left to do.
const LOOK: Duration = Duration::from_millis(200);
/// Time for what is being received when the program stops.
const CLOSING: Duration = Duration::from_secs(5);

/// Runs `guichet serve`: the whole house in one process.
pub(crate) fn serve(asked: &ServeArgs) -> Result<(), Stop> {
    run(&WorkArgs { house: asked.house.clone(), ..WorkArgs::default() }, Doors::Open)
}

/// Runs `guichet work`: some stages, for a fleet.
pub(crate) fn work(asked: &WorkArgs) -> Result<(), Stop> {
    run(asked, Doors::Shut)
}

/// Whether files come in through this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doors {
    Open,
    Shut,
}

fn run(asked: &WorkArgs, doors: Doors) -> Result<(), Stop> {
    let interrupt = Interrupt::listen().map_err(|error| Stop::machine(format!("signaux : {error}")))?;
    let tally = wait_for(until_stopped(asked, doors, &interrupt))?;
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

async fn until_stopped(asked: &WorkArgs, doors: Doors, interrupt: &Interrupt) -> Result<Tally, Stop> {
    let Opened { settings, thinker, versions, register } = HouseThinker::open(&asked.house)?;
    let depot = &settings.depot.dossier;
    if doors == Doors::Open && !depot.as_os_str().is_empty() && !depot.is_dir() {
        return Err(Stop::usage(format!("{} : dossier introuvable (réglage depot.dossier)", depot.display())));
    }
    let app = App::with(settings).await?;
    let blobs = app.blobs().await?;
    let slots = app.settings.readers(asked.jobs.map(usize::from));
    let hold = Duration::from_secs(app.settings.travail.bail_s);
    let stages = if asked.stages.is_empty() { Stage::ALL.to_vec() } else { asked.stages.clone() };
    let asker = Asker { stages, holder: holder(), hold, slots: u16::try_from(slots).unwrap_or(u16::MAX) };
    let store = app.store.clone();
    let live = register.as_ref().map(|(_, live)| Arc::clone(live));
    let watcher = match register {
        Some((origin, live)) => {
            Some(Watcher::start(store.clone(), origin, live, Patience::from(&app.settings.registre)).await?)
        }
        None => None,
    };
    let round = rounds::hour(&app.settings.relances.heure)?.filter(|_| doors == Doors::Open);
    let rounds = round.zip(live.clone()).map(|(at, live)| {
        let (house, store, blobs) = (asked.house.clone(), store.clone(), blobs.clone());
        tokio::spawn(rounds::keep(house, store, blobs, (at, live), interrupt.clone()))
    });
    let ways = Ways { doors, drain: asked.drain, live, watcher };
    let parts = Parts {
        store: app.store.clone(),
        blobs,
        versions,
        thinker: Arc::new(thinker),
        settings: app.settings.clone(),
        slots,
        hold,
        meters: Arc::default(),
    };
    let tally = if app.settings.queue.scheme() == "local" {
        let queue = Arc::new(LocalQueue::new(store.clone(), asker));
        go(parts, queue, ways, interrupt).await
    } else {
        let queue = Arc::new(AmqpQueue::open(store.clone(), &app.settings.queue, asker).map_err(Stop::usage)?);
        go(parts, queue, ways, interrupt).await
    };
    interrupt.ask();
    if let Some(rounds) = rounds {
        // What is being sent is receipted first.
        let _ = timeout(CLOSING, rounds).await;
    }
    store.close().await;
    tally
}

/// What goes on beside the stages.
struct Ways {
    doors: Doors,
    /// Whether to stop when there is nothing left.
    drain: bool,
    live: Option<Arc<Live>>,
    watcher: Option<Watcher>,
}

async fn go<Q: Queue>(parts: Parts, queue: Arc<Q>, ways: Ways, interrupt: &Interrupt) -> Result<Tally, Stop> {
    let Ways { doors, drain, live, watcher } = ways;
    let store = parts.store.clone();
    let mut open = JoinSet::new();
    if doors == Doors::Open {
        open_doors(&mut open, &parts, (&queue, live), interrupt).await?;
    }
    if let Some(watcher) = watcher {
        let queue = Arc::clone(&queue);
        open.spawn(watcher.watch(interrupt.clone(), move || queue.news()));
    }
    let runner = Runner::new(parts, Arc::clone(&queue));
    let tally = if drain { until_empty(runner, &store, interrupt).await } else { runner.run(interrupt).await };
    // A worker that left for a reason of its own takes the doors with it.
    interrupt.ask();
    if timeout(CLOSING, async { while open.join_next().await.is_some() {} }).await.is_err() {
        tracing::warn!("somebody was still sending: broken off");
    }
    queue.close().await;
    tally
}

/// Starts to let files in, by the folder, by mail and over HTTP as the settings say, until `interrupt` asks to stop.
async fn open_doors<Q: Queue>(
    doors: &mut JoinSet<()>,
    parts: &Parts,
    (queue, live): (&Arc<Q>, Option<Arc<Live>>),
    interrupt: &Interrupt,
) -> Result<(), Stop> {
    let news = || {
        let queue = Arc::clone(queue);
        move || queue.news()
    };
    let (settings, store, blobs) = (&parts.settings, &parts.store, &parts.blobs);
    if !settings.depot.dossier.as_os_str().is_empty() {
        doors.spawn(intake::watch(settings.clone(), store.clone(), blobs.clone(), interrupt.clone(), news()));
    }
    let board = Arc::new(Board::default());
    for each in &settings.boites {
        let watched = Watched {
            mailbox: each.clone(),
            most: settings.limites.octets_max,
            store: store.clone(),
            blobs: blobs.clone(),
            news: Box::new(news()),
            board: Arc::clone(&board),
        };
        doors.spawn(mailbox::watch(watched, interrupt.clone()));
    }
    if !settings.api.ecoute.is_empty() {
        let listener = api::listen(&settings.api.ecoute).await?;
        let shown = Shown { mailboxes: board, meters: Arc::clone(&parts.meters), register: live };
        let api = Api::new(settings, store.clone(), blobs.clone(), shown, Box::new(news()));
        doors.spawn(api::serve(listener, api, interrupt.clone()));
    }
    Ok(())
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
