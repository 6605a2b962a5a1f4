//! The queue of a small installation: the job table itself, looked at whenever something was put in, and twice a second
//! for what other processes put in.

use super::wheel::Wheel;
use super::{Asker, Queue, QueueError, claim_first};
use crate::clock::Moment;
use crate::job::{Class, Job};
use crate::store::Store;
use std::time::Duration;
use tokio::sync::{Mutex, Notify};
use tokio::time::{Instant, timeout};

/// How often to look for what other processes put in.
const LOOK: Duration = Duration::from_millis(500);

/// The job table as a queue.
#[derive(Debug)]
pub struct LocalQueue {
    store: Store,
    asker: Asker,
    // Who holds the wheel looks for all that wait for it: one looks, the others wait in line.
    wheel: Mutex<Wheel>,
    news: Notify,
}

impl LocalQueue {
    /// Builds the queue.
    pub fn new(store: Store, asker: Asker) -> Self {
        Self { store, asker, wheel: Mutex::default(), news: Notify::new() }
    }
}

/// Looks for due jobs of these classes, in their order, and claims the first that nobody else has.
pub(super) async fn look(store: &Store, asker: &Asker, classes: &[Class]) -> Result<Option<Job>, QueueError> {
    for class in classes {
        // What is further on goes first, so that what was begun gets done.
        for stage in asker.stages.iter().rev() {
            let jobs = store.due(*stage, *class, Moment::now()).await?;
            if let Some(job) = claim_first(store, asker, &jobs).await? {
                return Ok(Some(job));
            }
        }
    }
    Ok(None)
}

impl Queue for LocalQueue {
    async fn take(&self, patience: Duration) -> Result<Option<Job>, QueueError> {
        let deadline = Instant::now() + patience;
        let Ok(mut wheel) = timeout(patience, self.wheel.lock()).await else { return Ok(None) };
        loop {
            if let Some(job) = look(&self.store, &self.asker, &wheel.turn()).await? {
                return Ok(Some(job));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            // Nothing is lost when nobody says: it is looked at again.
            let _ = timeout(left.min(LOOK), self.news.notified()).await;
        }
    }

    fn news(&self) {
        self.news.notify_one();
    }

    async fn tend(&self) -> Result<(), QueueError> {
        Ok(())
    }

    async fn refill(&self) -> Result<u64, QueueError> {
        Ok(0)
    }

    async fn close(&self) {}
}
