//! What other programs ask for, page by page: arrivals, decisions, how many sources stand where.

use super::error::Doing;
use super::results::{source_of, sources};
use super::{SourceRow, Store, StoreError};
use crate::clock::Moment;
use sqlx::Row;
use sqlx::any::AnyRow;

/// One coming of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivalRow {
    /// The name under which it came.
    pub name: String,
    /// How it came.
    pub channel: String,
    /// Who sent it.
    pub sender: Option<String>,
    /// When.
    pub received_at: Moment,
}

/// A decision as it was made; a later one on the same document is another row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedRow {
    /// The document.
    pub segment: String,
    /// What went into the decision.
    pub fingerprint: String,
    /// `accept`, `review` or `reject`.
    pub outcome: String,
    /// The reasons, as JSON.
    pub reasons: String,
    /// The lease.
    pub lease: Option<String>,
    /// The checks, as JSON.
    pub checks: String,
    /// When.
    pub at: Moment,
}

impl Store {
    /// Gives sources of a state behind `after` in the order of their ids.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sources_in(&self, state: &str, after: &str, most: i64) -> Result<Vec<SourceRow>, StoreError> {
        let query = sqlx::query(sources!("sources.id > $1 and sources.state = $2 order by sources.id limit $3"))
            .bind(after)
            .bind(state)
            .bind(most);
        let rows = query.fetch_all(&self.reader).await.doing("list sources")?;
        rows.iter().map(|row| source_of(row).doing("read a source")).collect()
    }

    /// Counts sources by state.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn source_counts(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let query = sqlx::query("select state, count(*) as sources from sources group by state order by state");
        let rows = query.fetch_all(&self.reader).await.doing("count sources")?;
        let read = |row: &AnyRow| Ok((row.try_get("state")?, row.try_get("sources")?));
        rows.iter().map(|row| read(row).doing("count sources")).collect()
    }

    /// Gives every coming of a source, the first first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn arrivals(&self, source: &str) -> Result<Vec<ArrivalRow>, StoreError> {
        let query = sqlx::query(
            "select name, channel, sender, received_at from arrivals where source = $1 order by received_at, id",
        );
        let rows = query.bind(source).fetch_all(&self.reader).await.doing("list arrivals")?;
        let read = |row: &AnyRow| {
            Ok(ArrivalRow {
                name: row.try_get("name")?,
                channel: row.try_get("channel")?,
                sender: row.try_get("sender")?,
                received_at: Moment(row.try_get("received_at")?),
            })
        };
        rows.iter().map(|row| read(row).doing("list arrivals")).collect()
    }

    /// Gives decisions behind a document and a fingerprint, in that order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn decisions_after(
        &self,
        (segment, fingerprint): (&str, &str),
        most: i64,
    ) -> Result<Vec<DecidedRow>, StoreError> {
        let query = sqlx::query(
            "select segment, fingerprint, outcome, reasons, lease, checks, at from decisions \
             where segment > $1 or (segment = $1 and fingerprint > $2) order by segment, fingerprint limit $3",
        );
        let query = query.bind(segment).bind(fingerprint).bind(most);
        let rows = query.fetch_all(&self.reader).await.doing("list decisions")?;
        let read = |row: &AnyRow| {
            Ok(DecidedRow {
                segment: row.try_get("segment")?,
                fingerprint: row.try_get("fingerprint")?,
                outcome: row.try_get("outcome")?,
                reasons: row.try_get("reasons")?,
                lease: row.try_get("lease")?,
                checks: row.try_get("checks")?,
                at: Moment(row.try_get("at")?),
            })
        };
        rows.iter().map(|row| read(row).doing("list decisions")).collect()
    }
}
