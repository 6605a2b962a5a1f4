//! What is next: jobs handed out one at a time, to one worker at a time, urgent ones first.
//!
//! Two implementations of one trait. [`LocalQueue`]: the job table itself. [`AmqpQueue`]: RabbitMQ carries references,
//! the job table decides. In both a job is claimed in the database before anybody works on it, so a message that is
//! lost, repeated, late or out of order costs time and never a document.

pub mod amqp;
mod local;
mod wheel;

pub use amqp::AmqpQueue;
pub use local::LocalQueue;

use crate::job::{Job, Stage};
use crate::store::{Store, StoreError};
use std::time::Duration;

/// An error of a queue.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who asks for jobs.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The stages it can do.
    pub stages: Vec<Stage>,
    /// Its name, for people.
    pub holder: String,
    /// How long it holds a job without renewing the hold.
    pub hold: Duration,
    /// How many jobs it does at once.
    pub slots: u16,
}

/// A queue of jobs.
pub trait Queue: Send + Sync + 'static {
    /// Waits for a job, at most `patience`, and claims it.
    fn take(&self, patience: Duration) -> impl Future<Output = Result<Option<Job>, QueueError>> + Send;

    /// Says that a transaction of this process put something in.
    fn news(&self);

    /// Keeps the queue and the database in step; called again and again while work goes on.
    fn tend(&self) -> impl Future<Output = Result<(), QueueError>> + Send;

    /// Announces everything that is due once more, whatever was announced before. Gives how many jobs.
    fn refill(&self) -> impl Future<Output = Result<u64, QueueError>> + Send;

    /// Lets go of whatever the queue holds outside the database.
    fn close(&self) -> impl Future<Output = ()> + Send;
}

/// Claims the first of some jobs that nobody else has.
async fn claim_first(store: &Store, asker: &Asker, jobs: &[String]) -> Result<Option<Job>, StoreError> {
    for job in jobs {
        let now = crate::clock::Moment::now();
        if let crate::store::Taken::Held(job) = store.claim(job, &asker.holder, now, asker.hold).await? {
            crate::crash::point("claimed");
            return Ok(Some(job));
        }
    }
    Ok(None)
}
