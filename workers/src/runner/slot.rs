//! One slot: takes a job, does its stage, ends it; again and again until the worker stops.

use super::bench::{Bench, Beside, Read, Understood};
use super::ends::{self, ReadArtifact};
use super::{ATTEMPTS, LOOK_UP, Shared, Tally};
use crate::blobs::BlobError;
use crate::clock::Moment;
use crate::crash::point;
use crate::job::{Job, Stage};
use crate::queue::Queue;
use crate::reading::Whole;
use crate::relances::answered;
use crate::stop::{Exit, Stop};
use crate::store::{Failed, Failure, Finished, Released, StageEnd, StoreError};
use guichet_pipeline::document::{Fault, FaultCode, ReadDocument};
use guichet_pipeline::relance::reference::ReplyCode;
use guichet_pipeline::run::reply_codes;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a look for work lasts before the slot looks up.
const PATIENCE: Duration = Duration::from_secs(1);
/// Wait after the database or the broker failed.
const PAUSE: Duration = Duration::from_millis(500);
/// Wait before the next attempt at a source that broke its reader: whatever else was wrong may be over.
const AGAIN: Duration = Duration::from_secs(2);
/// Wait before a job is taken again that the machine was not up to.
const LATER: Duration = Duration::from_secs(5);

/// Why a decision waits: a worker whose register is not the one applied reads its own again within seconds.
const OTHER_REGISTER: &str = "another register is applied";

/// What a stage came to.
enum Made {
    /// Its end.
    End(Box<StageEnd>),
    /// The source broke the reader.
    Broken(Fault),
    /// The source's bytes are gone for good: no attempt will find them.
    Lost(String),
}

/// Why a stage came to nothing, the source being innocent.
enum Hindered {
    /// The program stops.
    Stopping,
    /// The machine is not up to it now.
    Machine(String),
    /// The machine is not up to it at all.
    Unfit(Stop),
}

impl From<StoreError> for Hindered {
    fn from(error: StoreError) -> Self {
        Self::Machine(error.to_string())
    }
}

impl From<Stop> for Hindered {
    fn from(stop: Stop) -> Self {
        if stop.exit == Exit::Interrupted { Self::Stopping } else { Self::Unfit(stop) }
    }
}

/// Works until the worker stops.
pub(super) async fn run<Q: Queue>(shared: Arc<Shared<Q>>, bench: Bench) {
    while !shared.stop.asked() {
        match shared.queue.take(PATIENCE).await {
            Ok(Some(job)) => work(&shared, &bench, job).await,
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, "no job taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn work<Q: Queue>(shared: &Shared<Q>, bench: &Bench, job: Job) {
    let hold = shared.holds.hold(job);
    let job = hold.job();
    // A source under which a worker vanished gets the room for itself: if it does it again, it does so alone.
    let places = if job.losses > 0 { shared.slots } else { 1 };
    let Ok(_place) = shared.room.acquire_many(places).await else { return };
    if shared.stop.asked() {
        release(shared, job, None).await;
        return;
    }
    let started = Instant::now();
    match stage(shared, bench, job).await {
        Ok(Made::End(end)) => finish(shared, job, &end, started).await,
        Ok(Made::Broken(fault)) => fail(shared, job, &fault, ATTEMPTS).await,
        Ok(Made::Lost(why)) => {
            let message = format!("le contenu du fichier a disparu ({why}) : le redemander à l'expéditeur");
            fail(shared, job, &Fault::new(FaultCode::FichierCorrompu, message), 0).await;
        }
        Err(Hindered::Stopping) => release(shared, job, None).await,
        Err(Hindered::Machine(why)) => release(shared, job, Some(why)).await,
        Err(Hindered::Unfit(stop)) => {
            release(shared, job, Some(stop.message.clone())).await;
            shared.give_up(stop);
        }
    }
}

async fn stage<Q: Queue>(shared: &Shared<Q>, bench: &Bench, job: &Job) -> Result<Made, Hindered> {
    match job.stage {
        Stage::Read => read(shared, bench, job).await,
        Stage::Understand => understand(shared, bench, job).await,
    }
}

async fn read<Q: Queue>(shared: &Shared<Q>, bench: &Bench, job: &Job) -> Result<Made, Hindered> {
    let source = shared.store.source(&job.source).await?;
    let Some(source) = source else { return Ok(Made::Lost("source inconnue".to_owned())) };
    let fingerprint = shared.versions.read(&source.sha256);
    if let Some(artifact) = shared.store.artifact_of(&job.source, Stage::Read, &fingerprint).await?
        && let Some(blob) = artifact.blob
    {
        return Ok(Made::End(Box::new(ends::of_read(job, fingerprint, blob, None))));
    }
    let bytes = match shared.blobs.get(&source.sha256).await {
        Ok(bytes) => bytes,
        Err(error) => return lost_or_hindered(error),
    };
    let read = match bench.read(bytes).await? {
        Whole::Document(document) => ReadArtifact::Document(document),
        Whole::Fault(fault) => ReadArtifact::Fault(fault),
        Whole::Broken(fault) => return Ok(Made::Broken(fault)),
    };
    point("read");
    let pages = match &read {
        ReadArtifact::Document(document) => Some(document.pages.len()),
        ReadArtifact::Fault(_) => None,
    };
    let body = serde_json::to_vec(&read).map_err(|error| Hindered::Machine(error.to_string()))?;
    match shared.blobs.put("read", &body).await {
        Ok(blob) => Ok(Made::End(Box::new(ends::of_read(job, fingerprint, blob, pages)))),
        Err(error) => Err(Hindered::Machine(error.to_string())),
    }
}

async fn understand<Q: Queue>(shared: &Shared<Q>, bench: &Bench, job: &Job) -> Result<Made, Hindered> {
    let mine = shared.thinker.register();
    if mine.is_some() && shared.store.applied_register().await?.is_some_and(|applied| Some(applied) != mine) {
        return Err(Hindered::Machine(OTHER_REGISTER.to_owned()));
    }
    let source = shared.store.source(&job.source).await?;
    let Some(source) = source else { return Ok(Made::Lost("source inconnue".to_owned())) };
    let artifact = shared.store.artifact(&job.source, Stage::Read).await?;
    let Some((read, blob)) = artifact.and_then(|it| Some((it.fingerprint, it.blob?))) else {
        return Ok(Made::Lost("lecture absente".to_owned()));
    };
    let body = match shared.blobs.get(&blob).await {
        Ok(body) => body,
        Err(error) => return lost_or_hindered(error),
    };
    let artifact: ReadArtifact = match serde_json::from_slice(&body) {
        Ok(artifact) => artifact,
        Err(error) => return Ok(Made::Lost(format!("lecture d'une autre version : {error}"))),
    };
    let document = match artifact {
        ReadArtifact::Document(document) => Ok(document),
        ReadArtifact::Fault(fault) => Err(fault),
    };
    let (document, codes) = quoted(document).await?;
    let answered = answered(&shared.store, &codes).await?;
    let answers: Vec<String> = answered.iter().map(|one| one.lease.clone()).collect();
    let beside = Beside { answers: answers.clone(), earlier: Vec::new() };
    let found = Read { name: source.name, sha256: source.sha256, document, beside };
    let (understood, considered) = considered(shared, bench, job, found).await?;
    point("understood");
    let by = (understood.today, understood.register.as_deref());
    let fingerprint = shared.versions.understand(&read, by, &answers, &considered);
    let end = ends::of_understand(job, fingerprint, understood, &answered);
    let end = end.map_err(|error| Hindered::Machine(error.to_string()))?;
    Ok(Made::End(Box::new(StageEnd { considered, ..end })))
}

/// Gives a document back with the codes of letters that it quotes; looked for beside the connections, not among them.
async fn quoted(
    document: Result<ReadDocument, Fault>,
) -> Result<(Result<ReadDocument, Fault>, Vec<ReplyCode>), Hindered> {
    let looked = tokio::task::spawn_blocking(move || {
        let codes = document.as_ref().map(reply_codes).unwrap_or_default();
        (document, codes)
    });
    looked.await.map_err(|error| Hindered::Machine(error.to_string()))
}

/// Understands a source; where a paper of it came before for another lease, once more in the knowledge of that one. Gives
/// the earlier documents too.
async fn considered<Q: Queue>(
    shared: &Shared<Q>,
    bench: &Bench,
    job: &Job,
    mut read: Read,
) -> Result<(Understood, Vec<String>), Hindered> {
    let understood = bench.understand(read.clone()).await?;
    let segments = ends::segments(&understood).map_err(|error| Hindered::Machine(error.to_string()))?;
    let earlier = shared.store.given_before(job, &segments).await?;
    if earlier.is_empty() {
        return Ok((understood, Vec::new()));
    }
    read.beside.earlier = earlier.iter().filter_map(|one| ends::contract(one, &understood.result)).collect();
    let understood = bench.understand(read).await?;
    let considered: BTreeSet<String> = earlier.into_iter().map(|one| one.segment).collect();
    Ok((understood, considered.into_iter().collect()))
}

/// Bytes that cannot be had now are waited for; those that are gone are not.
fn lost_or_hindered(error: BlobError) -> Result<Made, Hindered> {
    match error {
        BlobError::Unknown(_) | BlobError::Purged(_) | BlobError::Damaged(_) => Ok(Made::Lost(error.to_string())),
        BlobError::Place { source: object_store::Error::NotFound { .. }, .. } => {
            Ok(Made::Lost("octets absents".to_owned()))
        }
        error => Err(Hindered::Machine(error.to_string())),
    }
}

async fn finish<Q: Queue>(shared: &Shared<Q>, job: &Job, end: &StageEnd, started: Instant) {
    let finished = persist(shared, job, || shared.store.finish(job, end, Moment::now())).await;
    let took = started.elapsed();
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match finished {
        Some(Finished::Done) => {
            Tally::add(&shared.tally.done);
            shared.meters.stage_done(job.stage, took);
            tracing::info!(source = job.source, stage = %job.stage, class = %job.class, took_ms, "stage done");
            shared.queue.news();
        }
        Some(Finished::Superseded) => {
            Tally::add(&shared.tally.superseded);
            tracing::warn!(source = job.source, stage = %job.stage, took_ms, "result dropped: the hold was lost");
        }
        Some(Finished::Outdated) => release(shared, job, Some(OTHER_REGISTER.to_owned())).await,
        None => {}
    }
}

async fn fail<Q: Queue>(shared: &Shared<Q>, job: &Job, fault: &Fault, most: i64) {
    let reason = serde_json::to_value(fault.code).ok().and_then(|code| code.as_str().map(str::to_owned));
    let failure = Failure {
        reason: reason.unwrap_or_default(),
        fault: serde_json::to_string(fault).unwrap_or_default(),
        again_at: Moment::now().plus(AGAIN),
        most,
    };
    match persist(shared, job, || shared.store.fail(job, &failure, Moment::now())).await {
        Some(Failed::Again) => {
            Tally::add(&shared.tally.broken);
            tracing::warn!(source = job.source, stage = %job.stage, reason = failure.reason, "attempt broken");
        }
        Some(Failed::Quarantined) => {
            Tally::add(&shared.tally.broken);
            Tally::add(&shared.tally.quarantined);
            tracing::warn!(source = job.source, stage = %job.stage, reason = failure.reason, "source set aside");
        }
        Some(Failed::Superseded) => Tally::add(&shared.tally.superseded),
        None => {}
    }
}

async fn release<Q: Queue>(shared: &Shared<Q>, job: &Job, error: Option<String>) {
    let now = Moment::now();
    if let Some(why) = &error {
        tracing::warn!(source = job.source, stage = %job.stage, why, "job given back: the machine is not up to it");
    }
    let again_at = if error.is_some() { now.plus(LATER) } else { now };
    let why = Released { error, again_at };
    // A hold that lapses counts against its source: what hinders the machine must not, so the database is waited for.
    match persist(shared, job, || shared.store.release(job, &why, Moment::now())).await {
        Some(true) => {
            Tally::add(&shared.tally.released);
            shared.queue.news();
        }
        Some(false) => Tally::add(&shared.tally.superseded),
        None => {}
    }
}

/// Ends a hold in the database, however long that takes to answer, unless the worker halts.
async fn persist<Q, T, F>(shared: &Shared<Q>, job: &Job, end: impl Fn() -> F) -> Option<T>
where
    F: Future<Output = Result<T, StoreError>>,
{
    loop {
        match end().await {
            Ok(ended) => return Some(ended),
            Err(error) if error.is_transient() && !shared.halt.asked() => {
                tracing::warn!(job = job.id, %error, "end not written yet");
                tokio::time::sleep(PAUSE.max(LOOK_UP)).await;
            }
            Err(error) => {
                // The hold lapses, and another attempt is made.
                tracing::error!(job = job.id, %error, "end not written");
                return None;
            }
        }
    }
}
