//! The queues, the same tests on each: the job table in SQLite and in PostgreSQL, RabbitMQ over PostgreSQL.

#![allow(clippy::unwrap_used)]

use guichet_tests::durable::{Ground, take_in};
use guichet_workers::clock::Moment;
use guichet_workers::job::{Class, Job, Stage};
use guichet_workers::queue::{AmqpQueue, Asker, LocalQueue, Queue};
use guichet_workers::store::{Artifact, Finished, Place, Released, SourceEnd, StageEnd, Store};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Long enough for a message, short enough to wait for nothing.
const PATIENCE: Duration = Duration::from_secs(3);

fn asker(holder: &str) -> Asker {
    let (stages, holder) = (Stage::ALL.to_vec(), holder.to_owned());
    Asker { stages, holder, hold: Duration::from_secs(60), slots: 2 }
}

async fn done(store: &Store, job: &Job) {
    let artifact = Artifact { fingerprint: "f".to_owned(), body: Some("{}".to_owned()), blob: None };
    let next = job.stage.next();
    let source = if next.is_some() { SourceEnd::Waiting } else { SourceEnd::Done { pages: 1 } };
    let end = StageEnd { artifact, next, source, ..StageEnd::default() };
    assert_eq!(store.finish(job, &end, Moment::now()).await.unwrap(), Finished::Done);
}

/// Everything that holds of every queue. `open` gives a queue as another process would open it.
async fn suite<Q: Queue>(name: &str, store: &Store, open: impl AsyncFn(&str) -> Arc<Q>) {
    let queue = open("one").await;
    nothing_comes_of_nothing(name, &*queue).await;
    each_job_goes_to_one(name, store, &open).await;
    turns_are_shared(name, store, &*queue).await;
    what_is_given_back_comes_again(name, store, &*queue).await;
    urgent_work_starts_at_once(name, store, &open).await;
    what_is_announced_twice_is_done_once(name, store, &*queue).await;
    queue.close().await;
}

async fn nothing_comes_of_nothing<Q: Queue>(name: &str, queue: &Q) {
    let started = Instant::now();
    assert_eq!(queue.take(Duration::from_millis(300)).await.unwrap(), None, "{name}");
    assert!(started.elapsed() < PATIENCE, "{name}: it waits as long as it was asked to");
}

async fn each_job_goes_to_one<Q: Queue>(name: &str, store: &Store, open: &impl AsyncFn(&str) -> Arc<Q>) {
    const SOURCES: usize = 60;
    let mut takers = Vec::new();
    for number in 0..3 {
        let (queue, store) = (open(&format!("taker {number}")).await, store.clone());
        takers.push(tokio::spawn(async move {
            let mut mine = Vec::new();
            while let Some(job) = queue.take(PATIENCE).await.unwrap() {
                done(&store, &job).await;
                queue.news();
                mine.push(job.id);
            }
            queue.close().await;
            mine
        }));
    }
    for at in 0..SOURCES {
        take_in(store, &format!("each {at}"), Class::Courant).await;
    }
    let mut all = Vec::new();
    for taker in takers {
        all.extend(taker.await.unwrap());
    }
    let different: HashSet<&String> = all.iter().collect();
    assert_eq!((all.len(), different.len()), (2 * SOURCES, 2 * SOURCES), "{name}: two stages each, each once");
}

async fn turns_are_shared<Q: Queue>(name: &str, store: &Store, queue: &Q) {
    const EACH: usize = 40;
    for at in 0..EACH {
        for class in Class::ALL {
            take_in(store, &format!("turns {class} {at}"), class).await;
        }
    }
    queue.news();
    // Until the queue holds some of each.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut taken = Vec::new();
    while let Some(job) = queue.take(PATIENCE).await.unwrap() {
        // Understanding follows reading in the same class: only readings are counted.
        if job.stage == Stage::Read {
            taken.push(job.class);
        }
        let end = StageEnd { next: None, source: SourceEnd::Done { pages: 1 }, ..StageEnd::default() };
        assert_eq!(store.finish(&job, &end, Moment::now()).await.unwrap(), Finished::Done);
    }
    assert_eq!(taken.len(), 3 * EACH, "{name}");
    let bulk = taken[..50].iter().filter(|class| **class == Class::Masse).count();
    assert!((4..=8).contains(&bulk), "{name}: {bulk} of the first 50 are bulk, one in ten is its share");
    let urgent = taken[..60].iter().filter(|class| **class == Class::Urgent).count();
    assert!(urgent >= 28, "{name}: {urgent} of the first 60 are urgent, every other one at least");
}

async fn what_is_given_back_comes_again<Q: Queue>(name: &str, store: &Store, queue: &Q) {
    take_in(store, "given back", Class::Courant).await;
    queue.news();
    let job = queue.take(PATIENCE).await.unwrap().expect("it is due");
    let now = Moment::now();
    let why = Released { error: None, again_at: now };
    assert!(store.release(&job, &why, now).await.unwrap(), "{name}");
    queue.news();
    let again = queue.take(PATIENCE).await.unwrap().expect("it is due again");
    assert_eq!((&again.id, again.attempts), (&job.id, 0), "{name}");
    assert!(again.token > job.token, "{name}");
    let end = StageEnd { source: SourceEnd::Done { pages: 1 }, ..StageEnd::default() };
    store.finish(&again, &end, now).await.unwrap();
}

/// Others hold their share of the queue and are busy: whoever is free finds what is urgent all the same.
async fn urgent_work_starts_at_once<Q: Queue>(name: &str, store: &Store, open: &impl AsyncFn(&str) -> Arc<Q>) {
    let busy = open("busy").await;
    let free = open("free").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    for round in 0..5 {
        take_in(store, &format!("urgent {round}"), Class::Urgent).await;
        busy.news();
        let started = Instant::now();
        let job = free.take(Duration::from_secs(10)).await.unwrap().expect("it is urgent");
        assert!(started.elapsed() < Duration::from_secs(5), "{name}: {:?}", started.elapsed());
        let end = StageEnd { source: SourceEnd::Done { pages: 1 }, ..StageEnd::default() };
        store.finish(&job, &end, Moment::now()).await.unwrap();
    }
    busy.close().await;
    free.close().await;
}

async fn what_is_announced_twice_is_done_once<Q: Queue>(name: &str, store: &Store, queue: &Q) {
    for at in 0..10 {
        take_in(store, &format!("twice {at}"), Class::Courant).await;
    }
    for _ in 0..3 {
        queue.refill().await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let mut taken = HashSet::new();
    while let Some(job) = queue.take(PATIENCE).await.unwrap() {
        assert!(taken.insert(job.id.clone()), "{name}: {} comes twice", job.id);
        let end = StageEnd { source: SourceEnd::Done { pages: 1 }, ..StageEnd::default() };
        store.finish(&job, &end, Moment::now()).await.unwrap();
    }
    assert_eq!(taken.len(), 10, "{name}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_table_of_sqlite_is_a_queue() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Ground::Embedded.database(folder.path()), false).await.unwrap();
    let open = async |holder: &str| Arc::new(LocalQueue::new(store.clone(), asker(holder)));
    suite("SQLite", &store, open).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_table_of_postgresql_is_a_queue() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Ground::Servers.database(folder.path()), false).await.unwrap();
    let open = async |holder: &str| Arc::new(LocalQueue::new(store.clone(), asker(holder)));
    suite("PostgreSQL", &store, open).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rabbitmq_is_a_queue() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Ground::Servers.database(folder.path()), true).await.unwrap();
    let place: Place = Ground::Servers.queue();
    let open = async |holder: &str| {
        let queue = AmqpQueue::open(store.clone(), &place, asker(holder)).unwrap();
        let started = Instant::now();
        while !queue.is_consuming() {
            assert!(started.elapsed() < Duration::from_secs(30), "the broker is up");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Arc::new(queue)
    };
    suite("RabbitMQ", &store, open).await;
    assert_eq!(store.outbox_size().await.unwrap(), 0, "everything left the outbox");
}
