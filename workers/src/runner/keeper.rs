//! What must go on beside the work: holds renewed, those of dead workers taken back, queue and database kept in step.

use super::{LOOK_UP, LOSSES, Shared};
use crate::clock::Moment;
use crate::queue::Queue;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Times a hold is renewed before it would lapse: twice it may fail.
const RENEWALS: u32 = 3;
/// How old a half-written blob is before its writer is surely gone.
const LEFT_BEHIND: Duration = Duration::from_secs(3600);
/// How often to look for half-written blobs.
const TIDYING: Duration = Duration::from_secs(600);

/// Keeps until the worker halts.
pub(super) async fn run<Q: Queue>(shared: Arc<Shared<Q>>) {
    let pace = shared.hold / RENEWALS;
    let mut tidied: Option<Instant> = None;
    while !shared.halt.asked() {
        renew(&shared).await;
        take_back(&shared).await;
        if let Err(error) = shared.queue.tend().await {
            tracing::warn!(%error, "queue not tended");
        }
        if tidied.is_none_or(|at| at.elapsed() > TIDYING) {
            tidied = Some(Instant::now());
            let blobs = shared.blobs.clone();
            let removed = tokio::task::spawn_blocking(move || blobs.tidy(LEFT_BEHIND)).await.unwrap_or_default();
            if removed > 0 {
                tracing::info!(removed, "half-written blobs removed");
            }
        }
        let next = Instant::now() + pace;
        while Instant::now() < next && !shared.halt.asked() {
            tokio::time::sleep(LOOK_UP.min(pace)).await;
        }
    }
}

async fn renew<Q: Queue>(shared: &Shared<Q>) {
    for job in shared.holds.all() {
        match shared.store.renew(&job, Moment::now(), shared.hold).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!(job = job.id, "hold lost: the result will be dropped"),
            Err(error) => tracing::warn!(job = job.id, %error, "hold not renewed"),
        }
    }
}

async fn take_back<Q: Queue>(shared: &Shared<Q>) {
    match shared.store.take_back(LOSSES, Moment::now()).await {
        Ok(lapsed) => {
            for lapsed in &lapsed {
                tracing::warn!(job = lapsed.job, quarantined = lapsed.quarantined, "hold of a dead worker taken back");
            }
            if !lapsed.is_empty() {
                shared.queue.news();
            }
        }
        Err(error) => tracing::warn!(%error, "lapsed holds not taken back"),
    }
}
