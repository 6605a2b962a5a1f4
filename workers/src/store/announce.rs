//! Telling a broker again what the database says is due: after it lost something, or everything.

use super::error::Doing;
use super::{NewEvent, Store, StoreError};
use crate::clock::Moment;
use crate::job::{Class, Stage};
use serde_json::json;
use sqlx::Row;

/// Jobs announced by one transaction.
const AT_ONCE: i64 = 500;

impl Store {
    /// Counts the jobs that were due and announced before `before`, and that nobody holds.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn waiting_since(&self, stage: Stage, class: Class, before: Moment) -> Result<u64, StoreError> {
        let query = sqlx::query_scalar(
            "select count(*) from jobs where state = 'due' and stage = $1 and class = $2 and due_at <= $3 \
             and (announced_at is null or announced_at <= $3) \
             and not exists (select 1 from outbox where outbox.subject = jobs.id)",
        );
        let query = query.bind(stage.name()).bind(class.name()).bind(before.0);
        let count: i64 = query.fetch_one(&self.reader).await.doing("count due jobs")?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Announces jobs again, at most `most`: those that were due and announced before `before`, the longest ago first.
    /// Gives how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn announce_again(
        &self,
        stage: Stage,
        class: Class,
        before: Moment,
        most: u64,
        now: Moment,
    ) -> Result<u64, StoreError> {
        let mut announced = 0;
        while announced < most {
            let at_once = AT_ONCE.min(i64::try_from(most - announced).unwrap_or(AT_ONCE));
            let mut tx = self.begin(now).await?;
            let rows = sqlx::query(
                "update jobs set announced_at = $1 where id in ( \
                   select id from jobs where state = 'due' and stage = $2 and class = $3 and due_at <= $4 \
                   and (announced_at is null or announced_at <= $4) \
                   and not exists (select 1 from outbox where outbox.subject = jobs.id) \
                   order by coalesce(announced_at, 0), due_at, id limit $5) \
                 and state = 'due' returning id, trace",
            )
            .bind(now.0)
            .bind(stage.name())
            .bind(class.name())
            .bind(before.0)
            .bind(at_once)
            .fetch_all(&mut *tx.inner)
            .await
            .doing("announce jobs again")?;
            for row in &rows {
                let read =
                    || -> Result<(String, String), sqlx::Error> { Ok((row.try_get("id")?, row.try_get("trace")?)) };
                let (job, trace) = read().doing("announce jobs again")?;
                tx.announce(&job, stage.name(), class.name(), &trace, now).await?;
            }
            tx.commit(&[]).await?;
            announced += rows.len() as u64;
            if (rows.len() as i64) < at_once {
                break;
            }
        }
        Ok(announced)
    }

    /// Puts a source that was set aside back to work, with all its attempts; `None`: every one of them. Gives how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn put_back(&self, source: Option<&str>, now: Moment) -> Result<u64, StoreError> {
        let mut back = 0;
        loop {
            let mut tx = self.begin(now).await?;
            let rows = sqlx::query(
                "update jobs set state = 'due', attempts = 0, losses = 0, error = null, reason = null, due_at = $1, \
                 changed_at = $1 where id in (select id from jobs where state = 'quarantine' \
                 and (source = $2 or $2 = '') order by id limit $3) and state = 'quarantine' \
                 returning id, source, stage, class, attempts, losses, token, trace",
            )
            .bind(now.0)
            .bind(source.unwrap_or_default())
            .bind(AT_ONCE)
            .fetch_all(&mut *tx.inner)
            .await
            .doing("put jobs back")?;
            let mut events = Vec::new();
            for row in &rows {
                let job = super::claim::job_of(row)?;
                let query = sqlx::query("update sources set state = 'waiting', fault = null where id = $1");
                query.bind(&job.source).execute(&mut *tx.inner).await.doing("put a source back")?;
                tx.announce(&job.id, job.stage.name(), job.class.name(), &job.trace, now).await?;
                events.push(NewEvent {
                    kind: "source.requeued",
                    source: Some(job.source),
                    data: json!({"job": job.id}),
                    trace: job.trace,
                });
            }
            tx.commit(&events).await?;
            back += rows.len() as u64;
            if (rows.len() as i64) < AT_ONCE {
                return Ok(back);
            }
        }
    }
}
