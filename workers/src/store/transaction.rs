//! A transaction that ends with its events: whatever happened is in the journal or did not happen.
//!
//! Invariant: a connection whose transaction did not end cleanly is closed, never used again. A full disk makes SQLite
//! take a transaction back by itself; the driver's own count of open transactions is wrong from there on, and what comes
//! later on that connection would never be committed.

use super::error::Doing;
use super::journal::{self, Entry};
use super::{Backend, Store, StoreError, new_id, rows};
use crate::clock::Moment;
use crate::job::{Class, Stage};
use serde_json::Value;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AssertSqlSafe, Executor};

/// Something that happened, before it has its place in the journal. Holds ids and codes, never what a paper says.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// What happened: `document.decided`.
    pub kind: &'static str,
    /// The source that it happened to.
    pub source: Option<String>,
    /// More about it.
    pub data: Value,
    /// The trace of the source.
    pub trace: String,
}

/// A transaction under way.
pub(super) struct Tx {
    pub(super) inner: PoolConnection<Any>,
    /// Whether it is not known to have ended.
    open: bool,
    broker: bool,
    now: Moment,
}

impl Store {
    /// Begins a transaction; the first statement must be a write.
    pub(super) async fn begin(&self, now: Moment) -> Result<Tx, StoreError> {
        let inner = self.writer.acquire().await.doing("begin")?;
        let mut tx = Tx { inner, open: true, broker: self.broker, now };
        let begin = match self.backend {
            Backend::Sqlite => "begin immediate",
            Backend::Postgres => "begin",
        };
        tx.inner.execute(begin).await.doing("begin")?;
        Ok(tx)
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if self.open {
            self.inner.close_on_drop();
        }
    }
}

impl Tx {
    /// Puts a job in, unless it is there, and announces it.
    pub(super) async fn add_job(&mut self, new: &NewJob<'_>) -> Result<(), StoreError> {
        let id = job_id(new.source, new.stage, new.round);
        let added = sqlx::query(
            "insert into jobs (id, source, stage, round, class, state, due_at, attempts, losses, token, trace, \
             created_at, changed_at) values ($1, $2, $3, $4, $5, 'due', $6, 0, 0, 0, $7, $6, $6) \
             on conflict (id) do nothing",
        )
        .bind(&id)
        .bind(new.source)
        .bind(new.stage.name())
        .bind(new.round)
        .bind(new.class.name())
        .bind(self.now.0)
        .bind(new.trace)
        .execute(&mut *self.inner)
        .await
        .doing("add a job")?;
        if added.rows_affected() == 0 {
            return Ok(());
        }
        self.announce(&id, new.stage.name(), new.class.name(), new.trace, self.now).await
    }

    /// Writes that a broker is to be told of a job at `due`.
    pub(super) async fn announce(
        &mut self,
        job: &str,
        stage: &str,
        class: &str,
        trace: &str,
        due: Moment,
    ) -> Result<(), StoreError> {
        if !self.broker {
            return Ok(());
        }
        let mail = Posted { kind: "job", key: &format!("{stage}.{class}"), subject: job, body: "", trace, due };
        self.post(&[mail]).await
    }

    /// Puts a stage of a source in once more, behind its earlier rounds. Gives the round.
    pub(super) async fn add_round(
        &mut self,
        source: &str,
        stage: Stage,
        class: Class,
        trace: &str,
    ) -> Result<i64, StoreError> {
        let query = sqlx::query_scalar("select coalesce(max(round), 0) + 1 from jobs where source = $1 and stage = $2");
        let query = query.bind(source).bind(stage.name());
        let round = query.fetch_one(&mut *self.inner).await.doing("count rounds")?;
        self.add_job(&NewJob { source, stage, round, class, trace }).await?;
        Ok(round)
    }

    /// Appends the events and commits. The end of the journal is taken last, and so held for the shortest time.
    pub(super) async fn commit(mut self, events: &[NewEvent]) -> Result<(), StoreError> {
        if !events.is_empty() {
            let mut end = journal::take_end(&mut self.inner, events.len()).await?;
            let mut entries = Vec::with_capacity(events.len());
            for event in events {
                let entry = Entry::following(&end, self.now, event);
                end = entry.head();
                entries.push(entry);
            }
            journal::append(&mut self.inner, &entries, &end).await?;
            if self.broker {
                self.post_events(events, &entries).await?;
            }
        }
        self.inner.execute("commit").await.doing("commit")?;
        self.open = false;
        Ok(())
    }

    async fn post_events(&mut self, events: &[NewEvent], entries: &[Entry]) -> Result<(), StoreError> {
        let numbers: Vec<String> = entries.iter().map(|entry| entry.seq.to_string()).collect();
        let mail: Vec<Posted<'_>> = events
            .iter()
            .zip(entries)
            .zip(&numbers)
            .map(|((event, entry), number)| Posted {
                kind: "event",
                key: event.kind,
                subject: number,
                body: &entry.body,
                trace: &event.trace,
                due: self.now,
            })
            .collect();
        self.post(&mail).await
    }

    /// Leaves everything as it was.
    pub(super) async fn roll_back(mut self) -> Result<(), StoreError> {
        self.inner.execute("rollback").await.doing("roll back")?;
        self.open = false;
        Ok(())
    }

    async fn post(&mut self, mail: &[Posted<'_>]) -> Result<(), StoreError> {
        for mail in mail.chunks(rows::AT_ONCE) {
            let sql = format!(
                "insert into outbox (id, kind, key, subject, body, trace, due_at, tries) values {}",
                rows::rows(mail.len(), 8)
            );
            let query = mail.iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, mail| {
                let query = query.bind(new_id()).bind(mail.kind).bind(mail.key).bind(mail.subject).bind(mail.body);
                query.bind(mail.trace).bind(mail.due.0).bind(0_i64)
            });
            query.execute(&mut *self.inner).await.doing("write to the outbox")?;
        }
        Ok(())
    }
}

/// A job to put in.
pub(super) struct NewJob<'a> {
    pub(super) source: &'a str,
    pub(super) stage: Stage,
    pub(super) round: i64,
    pub(super) class: Class,
    pub(super) trace: &'a str,
}

/// Gives the id of a job: the same work has the same id, so it is put in once.
pub(super) fn job_id(source: &str, stage: Stage, round: i64) -> String {
    format!("{source}.{stage}.{round}")
}

struct Posted<'a> {
    kind: &'a str,
    key: &'a str,
    subject: &'a str,
    body: &'a str,
    trace: &'a str,
    due: Moment,
}
