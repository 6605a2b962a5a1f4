//! What agents did for a lease, appended and never changed: insurance on the tenant's behalf.

use super::super::error::Doing;
use super::super::{NewEvent, Store, StoreError, new_id};
use super::LeaseFacts;
use crate::clock::Moment;
use serde_json::json;
use sqlx::Row;
use sqlx::any::AnyRow;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActKind {
    /// Insurance taken out on the tenant's behalf, from a day on; premium and contract as JSON.
    OnBehalf,
    /// A copy of that contract given to the tenant on a day.
    OnBehalfCopy,
    /// That contract ended; its last day.
    OnBehalfEnd,
}

impl ActKind {
    const ALL: [Self; 3] = [Self::OnBehalf, Self::OnBehalfCopy, Self::OnBehalfEnd];

    /// Gives the word of the database and of the journal.
    pub fn code(self) -> &'static str {
        match self {
            Self::OnBehalf => "on_behalf",
            Self::OnBehalfCopy => "on_behalf_copy",
            Self::OnBehalfEnd => "on_behalf_end",
        }
    }
}

/// Something that an agent did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The lease.
    pub lease: String,
    /// What.
    pub kind: ActKind,
    /// The day from which, or on which, YYYY-MM-DD.
    pub day: String,
    /// More about it, as JSON.
    pub detail: String,
    /// Who.
    pub author: String,
    /// When it was written down.
    pub at: Moment,
}

impl Store {
    /// Appends an act.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn add_act(&self, act: &Act) -> Result<(), StoreError> {
        let Act { lease, kind, day, detail, author, at } = act;
        let mut tx = self.begin(*at).await?;
        sqlx::query(
            "insert into lease_acts (id, lease, kind, day, detail, author, at) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new_id())
        .bind(lease)
        .bind(kind.code())
        .bind(day)
        .bind(detail)
        .bind(author)
        .bind(at.0)
        .execute(&mut *tx.inner)
        .await
        .doing("append an act")?;
        // Amounts and contract numbers stay out of the journal.
        let data = json!({"lease": lease, "kind": kind.code(), "day": day, "author": author});
        tx.commit(&[NewEvent { kind: "lease.act", source: None, data, trace: String::new() }]).await
    }

    /// Gives what is known of one lease.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lease_facts(&self, lease: &str) -> Result<LeaseFacts, StoreError> {
        let mut connection = self.reader.acquire().await.doing("read what is known of a lease")?;
        super::facts::of_lease(&mut connection, lease).await
    }
}

pub(super) fn act_of(row: &AnyRow) -> Result<Act, StoreError> {
    let read = || -> Result<(Act, String), sqlx::Error> {
        let act = Act {
            lease: row.try_get("lease")?,
            kind: ActKind::OnBehalf,
            day: row.try_get("day")?,
            detail: row.try_get("detail")?,
            author: row.try_get("author")?,
            at: Moment(row.try_get("at")?),
        };
        Ok((act, row.try_get("kind")?))
    };
    let (act, code) = read().doing("read an act")?;
    let kind = ActKind::ALL.into_iter().find(|kind| kind.code() == code).ok_or_else(|| StoreError::Row {
        table: "lease_acts",
        id: act.lease.clone(),
        problem: format!("no such act: \"{code}\""),
    })?;
    Ok(Act { kind, ..act })
}
