//! The store, the same tests on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used)]

use guichet_tests::durable::{Ground, stores, take_in};
use guichet_tests::servers::Postgres;
use guichet_workers::blobs::{BlobError, Blobs, Keyring, hash};
use guichet_workers::clock::Moment;
use guichet_workers::job::{Class, Job, Stage};
use guichet_workers::store::{
    Arrival, Artifact, Failed, Failure, Finished, Place, Released, SourceEnd, StageEnd, Store, Taken, TakenIn,
};
use serde_json::json;
use std::collections::HashSet;
use std::time::Duration;

const HOLD: Duration = Duration::from_secs(60);
const MOST: i64 = 3;

async fn held(store: &Store, stage: Stage, now: Moment) -> Job {
    let jobs = store.due(stage, Class::Courant, now).await.unwrap();
    match store.claim(jobs.first().expect("a job is due"), "test", now, HOLD).await.unwrap() {
        Taken::Held(job) => job,
        Taken::Gone => panic!("nobody else claims"),
    }
}

fn end(next: Option<Stage>, source: SourceEnd) -> StageEnd {
    let artifact = Artifact { fingerprint: "f".to_owned(), body: Some("{}".to_owned()), blob: None };
    StageEnd { artifact, next, source, ..StageEnd::default() }
}

fn failure(now: Moment) -> Failure {
    let fault = json!({"code": "delai_depasse", "message": "trop long"}).to_string();
    Failure { reason: "delai_depasse".to_owned(), fault, again_at: now, most: MOST }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_content_is_one_source_however_often_it_comes() {
    for (ground, store, _folder) in stores().await {
        let mut arrival = Arrival {
            sha256: hash(b"a"),
            bytes: 1,
            media_type: "application/pdf".to_owned(),
            name: "a.pdf".to_owned(),
            channel: "mail".to_owned(),
            sender: Some("julie@exemple.fr".to_owned()),
            received_at: Moment::now(),
            key: Some("<1@exemple.fr>".to_owned()),
            class: Class::Courant,
        };
        let now = Moment::now();
        let TakenIn::New(source) = store.take_in(&arrival, now).await.unwrap() else { panic!("{ground:?}: not new") };
        assert_eq!(store.take_in(&arrival, now).await.unwrap(), TakenIn::Repeated(source.clone()), "{ground:?}");
        arrival.key = Some("<2@exemple.fr>".to_owned());
        assert_eq!(store.take_in(&arrival, now).await.unwrap(), TakenIn::Known(source.clone()), "{ground:?}");
        arrival.key = None;
        for _ in 0..2 {
            assert_eq!(store.take_in(&arrival, now).await.unwrap(), TakenIn::Known(source.clone()), "{ground:?}");
        }
        let counts = store.job_counts().await.unwrap();
        assert_eq!(counts.iter().map(|count| count.count).sum::<i64>(), 1, "{ground:?}: one job for all of them");
        assert_eq!(store.journal_head().await.unwrap().seq, 4, "{ground:?}: what was repeated did not happen");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_claimers_never_share_a_job() {
    const JOBS: usize = 120;
    for (ground, store, folder) in stores().await {
        for at in 0..JOBS {
            take_in(&store, &format!("{at}"), Class::Courant).await;
        }
        let mut claimers = Vec::new();
        for number in 0..8 {
            // Half of them are another process, as far as the database can tell.
            let store = match (ground, number % 2) {
                (Ground::Embedded, 1) => {
                    let place = Place::new(format!("sqlite:{}/guichet.db", folder.path().display()));
                    Store::open(&place, false).await.unwrap()
                }
                _ => store.clone(),
            };
            claimers.push(tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let jobs = store.due(Stage::Read, Class::Courant, Moment::now()).await.unwrap();
                    if jobs.is_empty() {
                        return mine;
                    }
                    for job in jobs {
                        if let Taken::Held(job) = store.claim(&job, "test", Moment::now(), HOLD).await.unwrap() {
                            mine.push(job.id);
                            break;
                        }
                    }
                }
            }));
        }
        let mut all = Vec::new();
        for claimer in claimers {
            all.extend(claimer.await.unwrap());
        }
        let different: HashSet<&String> = all.iter().collect();
        assert_eq!((all.len(), different.len()), (JOBS, JOBS), "{ground:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_ends_whole_and_once() {
    for (ground, store, _folder) in stores().await {
        let source = take_in(&store, "a", Class::Courant).await;
        let now = Moment::now();
        let job = held(&store, Stage::Read, now).await;
        let finished = store.finish(&job, &end(Stage::Read.next(), SourceEnd::Waiting), now).await.unwrap();
        assert_eq!(finished, Finished::Done, "{ground:?}");
        let again = store.finish(&job, &end(Stage::Read.next(), SourceEnd::Waiting), now).await.unwrap();
        assert_eq!(again, Finished::Done, "{ground:?}: a commit whose answer was lost is a commit");
        assert_eq!(store.claim(&job.id, "other", now, HOLD).await.unwrap(), Taken::Gone, "{ground:?}");

        let next = held(&store, Stage::Understand, now).await;
        assert_eq!((next.source.as_str(), next.trace.as_str()), (source.as_str(), job.trace.as_str()), "{ground:?}");
        store.finish(&next, &end(None, SourceEnd::Done { pages: 2 }), now).await.unwrap();
        let row = store.source(&source).await.unwrap().unwrap();
        assert_eq!((row.state.as_str(), row.line.as_deref()), ("done", Some("{}")), "{ground:?}");
        assert!(store.due(Stage::Read, Class::Courant, now).await.unwrap().is_empty(), "{ground:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zombie_changes_nothing() {
    for (ground, store, _folder) in stores().await {
        take_in(&store, "a", Class::Courant).await;
        let start = Moment::now();
        let zombie = held(&store, Stage::Read, start).await;
        assert!(store.take_back(5, start).await.unwrap().is_empty(), "{ground:?}: the hold lasts");
        let later = start.plus(HOLD);
        assert_eq!(store.take_back(5, later).await.unwrap().len(), 1, "{ground:?}");
        let job = held(&store, Stage::Read, later).await;
        assert_eq!((job.losses, job.attempts), (1, 0), "{ground:?}");
        assert!(job.token > zombie.token, "{ground:?}");

        let whole = end(Stage::Read.next(), SourceEnd::Waiting);
        assert!(!store.renew(&zombie, later, HOLD).await.unwrap(), "{ground:?}");
        assert_eq!(store.finish(&zombie, &whole, later).await.unwrap(), Finished::Superseded, "{ground:?}");
        assert_eq!(store.fail(&zombie, &failure(later), later).await.unwrap(), Failed::Superseded, "{ground:?}");
        let why = Released { error: None, again_at: later };
        assert!(!store.release(&zombie, &why, later).await.unwrap(), "{ground:?}");
        assert!(store.renew(&job, later, HOLD).await.unwrap(), "{ground:?}");
        assert_eq!(store.finish(&job, &whole, later).await.unwrap(), Finished::Done, "{ground:?}");
        assert_eq!(store.finish(&zombie, &whole, later).await.unwrap(), Finished::Superseded, "{ground:?}");
        let verified = store.verify_journal(None).await.unwrap();
        assert_eq!((verified.flaw, verified.head.seq), (None, 2), "{ground:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_attempts_then_quarantine_then_back() {
    for (ground, store, _folder) in stores().await {
        let source = take_in(&store, "a", Class::Courant).await;
        let now = Moment::now();
        for attempt in 1..=MOST {
            let job = held(&store, Stage::Read, now).await;
            assert_eq!(job.attempts, attempt - 1, "{ground:?}");
            let failed = store.fail(&job, &failure(now), now).await.unwrap();
            let expected = if attempt < MOST { Failed::Again } else { Failed::Quarantined };
            assert_eq!(failed, expected, "{ground:?}: attempt {attempt}");
        }
        assert!(store.due(Stage::Read, Class::Courant, now).await.unwrap().is_empty(), "{ground:?}");
        let row = store.source(&source).await.unwrap().unwrap();
        assert_eq!(row.state, "quarantine", "{ground:?}");
        assert!(row.fault.unwrap().contains("delai_depasse"), "{ground:?}");

        assert_eq!(store.put_back(Some("autre"), now).await.unwrap(), 0, "{ground:?}");
        assert_eq!(store.put_back(Some(&source), now).await.unwrap(), 1, "{ground:?}");
        assert_eq!(store.put_back(None, now).await.unwrap(), 0, "{ground:?}");
        let job = held(&store, Stage::Read, now).await;
        assert_eq!((job.attempts, job.losses), (0, 0), "{ground:?}");
        assert_eq!(store.source(&source).await.unwrap().unwrap().state, "waiting", "{ground:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_is_no_attempt_and_lost_workers_count_apart() {
    const WORKERS: i64 = 5;
    for (ground, store, _folder) in stores().await {
        let source = take_in(&store, "a", Class::Courant).await;
        let mut now = Moment::now();
        for _ in 0..4 {
            let job = held(&store, Stage::Read, now).await;
            assert_eq!((job.attempts, job.losses), (0, 0), "{ground:?}");
            let why = Released { error: Some("disque plein".to_owned()), again_at: now };
            assert!(store.release(&job, &why, now).await.unwrap(), "{ground:?}");
        }
        for loss in 1..=WORKERS {
            held(&store, Stage::Read, now).await;
            now = now.plus(HOLD);
            let lapsed = store.take_back(WORKERS, now).await.unwrap();
            assert_eq!(lapsed.len(), 1, "{ground:?}");
            assert_eq!(lapsed[0].quarantined, loss == WORKERS, "{ground:?}: loss {loss}");
        }
        assert_eq!(store.source(&source).await.unwrap().unwrap().state, "quarantine", "{ground:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_waits_for_its_time() {
    for (ground, store, _folder) in stores().await {
        take_in(&store, "a", Class::Courant).await;
        let now = Moment::now();
        let job = held(&store, Stage::Read, now).await;
        let later = now.plus(Duration::from_secs(10));
        let why = Released { error: None, again_at: later };
        store.release(&job, &why, now).await.unwrap();
        assert!(store.due(Stage::Read, Class::Courant, now).await.unwrap().is_empty(), "{ground:?}");
        assert_eq!(store.claim(&job.id, "early", now, HOLD).await.unwrap(), Taken::Gone, "{ground:?}");
        assert_eq!(store.due(Stage::Read, Class::Courant, later).await.unwrap(), [job.id], "{ground:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_many_at_once_are_one_chain() {
    for (ground, store, _folder) in stores().await {
        let mut writers = Vec::new();
        for writer in 0..4 {
            let store = store.clone();
            writers.push(tokio::spawn(async move {
                for at in 0..25 {
                    take_in(&store, &format!("{writer}-{at}"), Class::Masse).await;
                }
            }));
        }
        for writer in writers {
            writer.await.unwrap();
        }
        let head = store.journal_head().await.unwrap();
        let verified = store.verify_journal(Some(&head)).await.unwrap();
        assert_eq!((verified.flaw, verified.head.seq), (None, 100), "{ground:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn blobs_come_back_are_purged_and_change_keys() {
    for (ground, store, folder) in stores().await {
        let place = |name: &str| Place::new(format!("file:{}/{name}", folder.path().display()));
        let keyring = || Keyring::open(&place("cle"), true).unwrap();
        let blobs = Blobs::open(store.clone(), &place("blobs"), keyring()).unwrap();
        let bytes = vec![7_u8; 200_000];
        let mut writers = Vec::new();
        for _ in 0..4 {
            let (blobs, bytes) = (blobs.clone(), bytes.clone());
            writers.push(tokio::spawn(async move { blobs.put("source", &bytes).await.unwrap() }));
        }
        for writer in writers {
            assert_eq!(writer.await.unwrap(), hash(&bytes), "{ground:?}");
        }
        let small = blobs.put("read", b"{}").await.unwrap();
        assert_eq!(blobs.get(&hash(&bytes)).await.unwrap(), bytes, "{ground:?}");
        assert!(matches!(blobs.get(&hash(b"autre")).await, Err(BlobError::Unknown(_))), "{ground:?}");

        // Another worker, which opened the keys before they were changed.
        let other = Blobs::open(store.clone(), &place("blobs"), keyring()).unwrap();
        let rotated = blobs.rotate().await.unwrap();
        assert_eq!(rotated.blobs, 2, "{ground:?}");
        assert_eq!(blobs.rewrap().await.unwrap().blobs, 0, "{ground:?}");
        assert_eq!(other.get(&hash(&bytes)).await.unwrap(), bytes, "{ground:?}: a key that came since is found");
        let only_new = std::fs::read_to_string(folder.path().join("cle")).unwrap();
        let only_new = only_new.lines().next().unwrap().to_owned();
        std::fs::write(folder.path().join("neuve"), only_new).unwrap();
        let keyring = Keyring::open(&place("neuve"), false).unwrap();
        let without_old = Blobs::open(store.clone(), &place("blobs"), keyring).unwrap();
        assert_eq!(without_old.get(&small).await.unwrap(), b"{}", "{ground:?}: the old key is not needed");

        blobs.purge(&hash(&bytes)).await.unwrap();
        assert!(matches!(blobs.get(&hash(&bytes)).await, Err(BlobError::Purged(_))), "{ground:?}");
        blobs.put("source", &bytes).await.unwrap();
        assert_eq!(blobs.get(&hash(&bytes)).await.unwrap(), bytes, "{ground:?}: what comes again is kept again");
        damage(folder.path());
        assert!(matches!(blobs.get(&hash(&bytes)).await, Err(BlobError::Damaged(_))), "{ground:?}");
    }
}

/// A server that is killed may forget what it said it had, where nobody made it wait for its disk. Of a blob it may forget
/// only that its bytes are there: what names it is written to the server that comes after.
#[tokio::test(flavor = "multi_thread")]
async fn a_blob_that_was_put_outlives_its_server() {
    let server = Postgres::start_new();
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| Place::new(format!("file:{}/{name}", folder.path().display()));
    let database = Place::new(server.database());
    let store = Store::open(&database, false).await.unwrap();
    let open = |store| Blobs::open(store, &place("blobs"), Keyring::open(&place("cle"), true).unwrap()).unwrap();
    let mut blobs = open(store);
    for round in 0..3 {
        let texts: Vec<String> = (0..8).map(|at| format!("{round} {at}")).collect();
        for text in &texts {
            blobs.put("source", text.as_bytes()).await.unwrap();
        }
        server.kill();
        server.start();
        blobs = open(Store::open(&database, false).await.unwrap());
        for text in &texts {
            let bytes = blobs.get(&hash(text.as_bytes())).await;
            assert_eq!(bytes.unwrap(), text.as_bytes(), "known after the server was killed");
            blobs.put("source", text.as_bytes()).await.unwrap();
            assert_eq!(blobs.get(&hash(text.as_bytes())).await.unwrap(), text.as_bytes(), "and when it comes again");
        }
    }
}

/// Flips a bit in the middle of every blob.
fn damage(folder: &std::path::Path) {
    for entry in std::fs::read_dir(folder.join("blobs")).unwrap() {
        for file in std::fs::read_dir(entry.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let mut bytes = std::fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::write(&path, bytes).unwrap();
        }
    }
}
