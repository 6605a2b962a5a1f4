//! A file comes in: one source for each content, an arrival for each time it came.

use super::error::Doing;
use super::transaction::NewJob;
use super::{NewEvent, Store, StoreError, new_id};
use crate::clock::Moment;
use crate::crash::point;
use crate::job::{Class, Stage};
use serde_json::json;
use sqlx::Row;

/// A file as it came, its bytes being in the blobs already.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Hash of the bytes, hexadecimal.
    pub sha256: String,
    /// How many bytes.
    pub bytes: i64,
    /// What they say they are.
    pub media_type: String,
    /// The name under which it came.
    pub name: String,
    /// How it came: `folder`, `mail`, `upload`, `command`.
    pub channel: String,
    /// Who sent it.
    pub sender: Option<String>,
    /// When.
    pub received_at: Moment,
    /// What makes a repeated hand-over harmless: a Message-ID, an idempotency key.
    pub key: Option<String>,
    /// How urgent it is.
    pub class: Class,
}

/// What came of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenIn {
    /// It is a new source, and its first job is due.
    New(String),
    /// Its content was known: linked to that source.
    Known(String),
    /// This very hand-over was known, with the source that came with it then: nothing to do.
    Repeated(String),
}

impl TakenIn {
    /// Gives the source.
    pub fn source(&self) -> &str {
        match self {
            Self::New(source) | Self::Known(source) | Self::Repeated(source) => source,
        }
    }
}

impl Store {
    /// Takes a file in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take_in(&self, arrival: &Arrival, now: Moment) -> Result<TakenIn, StoreError> {
        let trace = new_trace();
        let mut tx = self.begin(now).await?;
        let added = sqlx::query(
            "insert into sources (id, sha256, media_type, bytes, class, state, trace, received_at, changed_at) \
             values ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8) on conflict (sha256) do nothing",
        )
        .bind(new_id())
        .bind(&arrival.sha256)
        .bind(&arrival.media_type)
        .bind(arrival.bytes)
        .bind(arrival.class.name())
        .bind(&trace)
        .bind(arrival.received_at.0)
        .bind(now.0)
        .execute(&mut *tx.inner)
        .await
        .doing("add a source")?;
        let row = sqlx::query("select id, trace from sources where sha256 = $1")
            .bind(&arrival.sha256)
            .fetch_one(&mut *tx.inner)
            .await
            .doing("find a source")?;
        let source: String = row.try_get("id").doing("find a source")?;
        let trace: String = row.try_get("trace").doing("find a source")?;
        let came = sqlx::query(
            "insert into arrivals (id, source, key, name, channel, sender, received_at) \
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (key) do nothing",
        )
        .bind(new_id())
        .bind(&source)
        .bind(arrival.key.as_deref())
        .bind(&arrival.name)
        .bind(&arrival.channel)
        .bind(arrival.sender.as_deref())
        .bind(arrival.received_at.0)
        .execute(&mut *tx.inner)
        .await
        .doing("add an arrival")?;
        if came.rows_affected() == 0 {
            tx.roll_back().await?;
            return Ok(TakenIn::Repeated(self.source_of_key(arrival.key.as_deref().unwrap_or_default()).await?));
        }
        let new = added.rows_affected() > 0;
        if new {
            let class = arrival.class;
            tx.add_job(&NewJob { source: &source, stage: Stage::Read, round: 1, class, trace: &trace }).await?;
        }
        let event = NewEvent {
            kind: if new { "source.received" } else { "source.repeated" },
            source: Some(source.clone()),
            data: json!({"sha256": arrival.sha256, "bytes": arrival.bytes, "channel": arrival.channel}),
            trace,
        };
        point("before_arrival");
        tx.commit(&[event]).await?;
        point("after_arrival");
        Ok(if new { TakenIn::New(source) } else { TakenIn::Known(source) })
    }

    /// Tells whether a hand-over with this key has come.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_come(&self, key: &str) -> Result<bool, StoreError> {
        let query = sqlx::query_scalar::<_, i64>("select count(*) from arrivals where key = $1").bind(key);
        Ok(query.fetch_one(&self.reader).await.doing("find an arrival")? > 0)
    }

    /// Gives the source that came with a key: another content may use it again.
    async fn source_of_key(&self, key: &str) -> Result<String, StoreError> {
        let query = sqlx::query_scalar("select source from arrivals where key = $1").bind(key);
        query.fetch_one(&self.reader).await.doing("find an arrival")
    }
}

/// Gives a new W3C `traceparent`: the trace that a source keeps all its way.
fn new_trace() -> String {
    let trace = uuid::Uuid::now_v7().simple().to_string();
    let span = uuid::Uuid::now_v7().simple().to_string();
    // The end of such an id is random, its start is the time.
    format!("00-{trace}-{}-01", &span[16..])
}
