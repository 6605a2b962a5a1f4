//! Who works on what: a job is claimed for a while, and whoever outlives the claim finds that it holds nothing.

use super::error::Doing;
use super::{NewEvent, Store, StoreError};
use crate::clock::Moment;
use crate::job::{Class, Job, Stage};
use serde_json::json;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::time::Duration;

/// Holds of dead workers that are taken back at once.
const LAPSES_AT_ONCE: i64 = 100;
/// Candidates looked at by one who looks for work: several may look at the same moment.
const CANDIDATES: i64 = 8;

/// The end of a look for work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is ours.
    Held(Job),
    /// Somebody else has it, or it is done: nothing to do.
    Gone,
}

/// A hold that lapsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapsed {
    /// The job.
    pub job: String,
    /// Whether it is in quarantine now, having taken too many workers with it.
    pub quarantined: bool,
}

impl Store {
    /// Claims a job for `hold`, if it is due and nobody holds it. The token is a moment, so that no later claim has the
    /// same, even where the server forgot this one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim(&self, job: &str, holder: &str, now: Moment, hold: Duration) -> Result<Taken, StoreError> {
        let query = sqlx::query(
            "update jobs set state = 'held', token = case when token < $3 then $3 else token + 1 end, holder = $1, \
             due_at = $2, changed_at = $3 \
             where id = $4 and state = 'due' and due_at <= $3 \
             returning id, source, stage, class, attempts, losses, token, trace",
        );
        let query = query.bind(holder).bind(now.plus(hold).0).bind(now.0).bind(job);
        match query.fetch_optional(&self.light).await.doing("claim a job")? {
            Some(row) => job_of(&row).map(Taken::Held),
            None => Ok(Taken::Gone),
        }
    }

    /// Gives jobs of a stage and class that are due, the longest due first: candidates, claimed by nobody yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn due(&self, stage: Stage, class: Class, now: Moment) -> Result<Vec<String>, StoreError> {
        let query = sqlx::query_scalar(
            "select id from jobs where state = 'due' and stage = $1 and class = $2 and due_at <= $3 \
             order by due_at, id limit $4",
        );
        let query = query.bind(stage.name()).bind(class.name()).bind(now.0).bind(CANDIDATES);
        query.fetch_all(&self.reader).await.doing("look for due jobs")
    }

    /// Tells whether the job is still held, and holds it until `hold` from now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn renew(&self, job: &Job, now: Moment, hold: Duration) -> Result<bool, StoreError> {
        let query = sqlx::query("update jobs set due_at = $1 where id = $2 and token = $3 and state = 'held'");
        let query = query.bind(now.plus(hold).0).bind(&job.id).bind(job.token);
        Ok(query.execute(&self.light).await.doing("renew a hold")?.rows_affected() > 0)
    }

    /// Takes back the holds that lapsed: their workers are gone. A job that took `most` workers with it is set aside.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take_back(&self, most: i64, now: Moment) -> Result<Vec<Lapsed>, StoreError> {
        let mut tx = self.begin(now).await?;
        let rows = sqlx::query(
            "update jobs set state = 'due', losses = losses + 1, holder = null, changed_at = $1, due_at = $1 \
             where id in (select id from jobs where state = 'held' and due_at <= $1 order by due_at limit $2) \
             and state = 'held' and due_at <= $1 \
             returning id, source, stage, class, attempts, losses, token, trace",
        )
        .bind(now.0)
        .bind(LAPSES_AT_ONCE)
        .fetch_all(&mut *tx.inner)
        .await
        .doing("take back lapsed holds")?;
        let (mut lapsed, mut events) = (Vec::new(), Vec::new());
        for row in &rows {
            let job = job_of(row)?;
            let quarantined = job.losses >= most;
            if quarantined {
                tx.quarantine(&job, "worker_lost", &worker_lost()).await?;
            } else {
                tx.announce(&job.id, job.stage.name(), job.class.name(), &job.trace, now).await?;
            }
            events.push(NewEvent {
                kind: if quarantined { "source.quarantined" } else { "job.lost" },
                source: Some(job.source.clone()),
                data: json!({"job": job.id, "losses": job.losses, "attempts": job.attempts, "reason": "worker_lost"}),
                trace: job.trace,
            });
            lapsed.push(Lapsed { job: job.id, quarantined });
        }
        tx.commit(&events).await?;
        Ok(lapsed)
    }
}

/// The fault of a source that nobody survives.
fn worker_lost() -> String {
    json!({
        "code": "fichier_corrompu",
        "message": "le programme s'est arrêté plusieurs fois sur ce fichier : le traiter à la main et le signaler",
    })
    .to_string()
}

/// Reads a job from a row.
pub(super) fn job_of(row: &AnyRow) -> Result<Job, StoreError> {
    let read = || -> Result<(Job, String, String), sqlx::Error> {
        let job = Job {
            id: row.try_get("id")?,
            source: row.try_get("source")?,
            stage: Stage::Read,
            class: Class::default(),
            attempts: row.try_get("attempts")?,
            losses: row.try_get("losses")?,
            token: row.try_get("token")?,
            trace: row.try_get("trace")?,
        };
        Ok((job, row.try_get("stage")?, row.try_get("class")?))
    };
    let (mut job, stage, class) = read().doing("read a job")?;
    let refused = |problem: crate::job::UnknownName| StoreError::Row {
        table: "jobs",
        id: job.id.clone(),
        problem: problem.to_string(),
    };
    (job.stage, job.class) = (stage.parse().map_err(refused)?, class.parse().map_err(refused)?);
    Ok(job)
}
