//! Letters that keep reminders until an agent has looked at them.

use super::super::error::Doing;
use super::super::transaction::Tx;
use super::super::{NewEvent, Store, StoreError};
use crate::clock::Moment;
use crate::job::Job;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

/// What a letter tells of a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalRow {
    /// The source.
    pub source: String,
    /// What it tells: `deces`, `conge`, `protection`.
    pub kind: String,
    /// Whose it may be; empty where nobody can say.
    pub lease: String,
    /// Since when it is known.
    pub at: Moment,
}

const UNSEEN: &str = "select source, kind, lease, at from source_signals where seen_at is null";

impl Store {
    /// Gives the letters that no agent has looked at, the first known first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unseen_signals(&self) -> Result<Vec<SignalRow>, StoreError> {
        let mut connection = self.reader.acquire().await.doing("read letters to look at")?;
        unseen(&mut connection, None).await
    }

    /// Says that an agent has looked at the letters of a source. Gives how many leases they kept.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn see_signals(&self, source: &str, author: &str, now: Moment) -> Result<usize, StoreError> {
        let mut tx = self.begin(now).await?;
        let query = sqlx::query(
            "update source_signals set seen_by = $1, seen_at = $2 where source = $3 and seen_at is null \
             returning source, kind, lease, at",
        );
        let query = query.bind(author).bind(now.0).bind(source);
        let rows = query.fetch_all(&mut *tx.inner).await.doing("note that a letter was looked at")?;
        let mut events = Vec::new();
        for row in &rows {
            let SignalRow { source, kind, lease, at: _ } = signal_of(row).doing("read a letter to look at")?;
            let data = json!({"lease": lease, "kind": kind, "author": author});
            events.push(NewEvent { kind: "lease.mail_seen", source: Some(source), data, trace: String::new() });
        }
        tx.commit(&events).await?;
        Ok(rows.len())
    }
}

impl Tx {
    /// Puts in what the letters of a source tell, in place of what an earlier reading told; what was looked at stays so.
    pub(in crate::store) async fn put_signals(
        &mut self,
        job: &Job,
        signals: &[(String, String)],
        now: Moment,
    ) -> Result<(), StoreError> {
        let query = sqlx::query("delete from source_signals where source = $1 and seen_at is null");
        query.bind(&job.source).execute(&mut *self.inner).await.doing("replace letters to look at")?;
        for (kind, lease) in signals {
            let query = sqlx::query(
                "insert into source_signals (source, kind, lease, at) values ($1, $2, $3, $4) \
                 on conflict (source, kind, lease) do nothing",
            );
            let query = query.bind(&job.source).bind(kind).bind(lease).bind(now.0);
            query.execute(&mut *self.inner).await.doing("put a letter to look at in")?;
        }
        Ok(())
    }
}

/// Gives the letters that no agent has looked at, all or those that may be of a lease.
pub(super) async fn unseen(connection: &mut AnyConnection, lease: Option<&str>) -> Result<Vec<SignalRow>, StoreError> {
    let sql = format!("{UNSEEN} and (lease = $1 or $1 = '') order by at, source, kind, lease");
    let query = sqlx::query(AssertSqlSafe(sql)).bind(lease.unwrap_or_default());
    let rows = query.fetch_all(connection).await.doing("read letters to look at")?;
    rows.iter().map(|row| signal_of(row).doing("read a letter to look at")).collect()
}

fn signal_of(row: &AnyRow) -> Result<SignalRow, sqlx::Error> {
    Ok(SignalRow {
        source: row.try_get("source")?,
        kind: row.try_get("kind")?,
        lease: row.try_get("lease")?,
        at: Moment(row.try_get("at")?),
    })
}
