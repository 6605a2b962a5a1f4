//! What agents decide for a lease: pauses, exemptions, the legal track; and addresses at which mail does not arrive.

use super::super::error::Doing;
use super::super::{NewEvent, Store, StoreError, new_id};
use crate::clock::Moment;
use serde_json::json;
use sqlx::Row;
use sqlx::any::AnyRow;

/// What kind of measure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureKind {
    /// Nothing is sent until a day.
    Pause,
    /// Nothing is owed, until a day or for good.
    Exemption,
    /// One of the two legal tracks, chosen.
    Track,
    /// A yes to a step with legal effect, before it is decided: `step/period`.
    Approval,
}

impl MeasureKind {
    /// Gives the word of the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Exemption => "exemption",
            Self::Track => "track",
            Self::Approval => "approval",
        }
    }

    fn named(code: &str) -> Option<Self> {
        [Self::Pause, Self::Exemption, Self::Track, Self::Approval].into_iter().find(|kind| kind.code() == code)
    }
}

/// A measure of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The lease.
    pub lease: String,
    /// What kind.
    pub kind: MeasureKind,
    /// The reason of a pause or an exemption; the track that was chosen.
    pub detail: String,
    /// The last day, YYYY-MM-DD; none for good.
    pub until: Option<String>,
    /// Who.
    pub author: String,
    /// When.
    pub at: Moment,
}

impl Store {
    /// Puts a measure in, in place of the one of the same kind that stood for the lease. A yes to a step that is decided
    /// already is a yes to its letters.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn put_measure(&self, measure: &Measure) -> Result<(), StoreError> {
        let Measure { lease, kind, detail, until, author, at } = measure;
        let mut tx = self.begin(*at).await?;
        end_measures(&mut tx, lease, *kind, author, *at).await?;
        sqlx::query(
            "insert into lease_measures (id, lease, kind, detail, until, author, at) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new_id())
        .bind(lease)
        .bind(kind.code())
        .bind(detail)
        .bind(until.as_deref())
        .bind(author)
        .bind(at.0)
        .execute(&mut *tx.inner)
        .await
        .doing("put a measure in")?;
        let mut events = Vec::new();
        if let Some((step, period)) = detail.split_once('/').filter(|_| *kind == MeasureKind::Approval) {
            events = tx.approve_step(lease, (step, period), author, *at).await?;
        }
        // The reason of a pause may speak of a person's life: it stays out of the journal.
        let track = matches!(kind, MeasureKind::Track | MeasureKind::Approval).then_some(detail);
        let data = json!({"lease": lease, "kind": kind.code(), "until": until, "author": author, "chosen": track});
        events.push(NewEvent { kind: "lease.measure", source: None, data, trace: String::new() });
        tx.commit(&events).await
    }

    /// Ends the measure of a kind that stands for a lease. Gives false where there is none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_measure(
        &self,
        lease: &str,
        kind: MeasureKind,
        author: &str,
        now: Moment,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin(now).await?;
        if end_measures(&mut tx, lease, kind, author, now).await? == 0 {
            tx.roll_back().await?;
            return Ok(false);
        }
        let data = json!({"lease": lease, "kind": kind.code(), "author": author});
        tx.commit(&[NewEvent { kind: "lease.measure_ended", source: None, data, trace: String::new() }]).await?;
        Ok(true)
    }

    /// Notes an address of a lease at which nothing arrives, or that is none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_bounce(
        &self,
        lease: &str,
        channel: &str,
        target: &str,
        why: &str,
        now: Moment,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin(now).await?;
        sqlx::query(
            "insert into bounced_contacts (lease, channel, target, why, at) values ($1, $2, $3, $4, $5) \
             on conflict (lease, channel, target) do nothing",
        )
        .bind(lease)
        .bind(channel)
        .bind(target)
        .bind(why)
        .bind(now.0)
        .execute(&mut *tx.inner)
        .await
        .doing("note a bounce")?;
        let data = json!({"lease": lease, "channel": channel});
        tx.commit(&[NewEvent { kind: "lease.contact_bounced", source: None, data, trace: String::new() }]).await
    }
}

async fn end_measures(
    tx: &mut super::Tx,
    lease: &str,
    kind: MeasureKind,
    author: &str,
    now: Moment,
) -> Result<u64, StoreError> {
    let query = sqlx::query(
        "update lease_measures set ended_by = $1, ended_at = $2 where lease = $3 and kind = $4 and ended_at is null",
    );
    let query = query.bind(author).bind(now.0).bind(lease).bind(kind.code());
    Ok(query.execute(&mut *tx.inner).await.doing("end a measure")?.rows_affected())
}

pub(super) fn measure_of(row: &AnyRow) -> Result<Measure, StoreError> {
    let read = || -> Result<(Measure, String), sqlx::Error> {
        let measure = Measure {
            lease: row.try_get("lease")?,
            kind: MeasureKind::Pause,
            detail: row.try_get("detail")?,
            until: row.try_get("until")?,
            author: row.try_get("author")?,
            at: Moment(row.try_get("at")?),
        };
        Ok((measure, row.try_get("kind")?))
    };
    let (mut measure, kind) = read().doing("read a measure")?;
    measure.kind = MeasureKind::named(&kind).ok_or_else(|| StoreError::Row {
        table: "lease_measures",
        id: measure.lease.clone(),
        problem: format!("no such measure: \"{kind}\""),
    })?;
    Ok(measure)
}
