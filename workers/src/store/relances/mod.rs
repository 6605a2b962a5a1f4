//! Reminders in the database: decided with their reasons, held while they leave, ended with a proof.
//!
//! Each method is one transaction that begins with its write and ends with its events. What thinks (who is owed what) is
//! `pipeline::relance`; what leaves is [`crate::notify`]; here is only what must not be forgotten.
//!
//! Invariants:
//! - the business key (landlord, lease, obligation, period, step, channel) is unique in the database: a step that the
//!   last look cancelled, and that falls due again, leaves under its key, from its row.
//! - a reminder is in flight, on disk, before its first byte leaves; who ends that proves it with the token.
//! - while the gate is frozen nothing is taken: the gate's row is the first write of every taking.

mod acts;
mod agents;
mod claim;
mod decide;
mod ends;
mod facts;
mod gate;
mod lists;
mod machine;
mod signals;

pub use acts::{Act, ActKind};
pub use agents::{Measure, MeasureKind};
pub use claim::{Claimed, Look};
pub use decide::{Batch, Decided, Prepared};
pub use ends::{NonReception, Proof, ProofKind};
pub use facts::{BounceRow, LeaseFacts, PaperRow, PipeRow, ProofRow};
pub use gate::{Breaker, Gate, Opening};
pub use lists::Missing;
pub use machine::{MOVES, Move, State};
pub use signals::SignalRow;

use super::error::Doing;
use super::transaction::Tx;
use super::{NewEvent, StoreError};
use crate::clock::Moment;
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Which reminder: what makes two the same, whatever their words.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusinessKey {
    /// The landlord.
    pub landlord: String,
    /// The reference of the lease.
    pub lease: String,
    /// What is owed.
    pub obligation: String,
    /// For which time.
    pub period: String,
    /// The step of the ladder.
    pub step: String,
    /// The way it goes.
    pub channel: String,
}

impl BusinessKey {
    /// Gives the key as one text, each part behind its length so that no two keys give the same.
    pub fn text(&self) -> String {
        let Self { landlord, lease, obligation, period, step, channel } = self;
        let parts = [landlord, lease, obligation, period, step, channel];
        parts.map(|part| format!("{}:{part}", part.len())).join("|")
    }
}

/// A reminder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relance {
    /// The row.
    pub id: String,
    /// The batch that decided it.
    pub batch: String,
    /// Which it is.
    pub key: BusinessKey,
    /// Where it stands.
    pub state: State,
    /// Times that it was tried.
    pub attempt: i64,
    /// What proves who holds it.
    pub token: i64,
    /// The day that it was due.
    pub due_day: String,
    /// Whether it has legal effect, and so waits for a person.
    pub legal: bool,
    /// The person who said yes.
    pub approved_by: Option<String>,
    /// The code by which the tenant's reply finds its lease.
    pub reference: String,
    /// The Message-ID of an e-mail.
    pub message_id: Option<String>,
    /// What was decided, as JSON.
    pub decision: String,
    /// The hash of the bytes that leave.
    pub body: Option<String>,
    /// Where they go.
    pub target: Option<String>,
    /// Why it is cancelled, held back or doubtful.
    pub reason: Option<String>,
    /// The person who took it off; the last look cancels in nobody's name.
    pub withdrawn_by: Option<String>,
    /// When the last attempt began.
    pub started_at: Option<Moment>,
    /// How the relay's log stood then.
    pub mark: Option<String>,
    /// When it was decided.
    pub created_at: Moment,
    /// When it last moved.
    pub changed_at: Moment,
}

/// The columns that [`relance_of`] reads.
const COLUMNS: &str = "id, batch, landlord, lease, obligation, period, step, channel, state, attempt, token, due_day, \
     legal, approved_by, reference, message_id, decision, body, target, reason, withdrawn_by, started_at, mark, \
     created_at, changed_at";

fn relance_of(row: &AnyRow) -> Result<Relance, StoreError> {
    let read = || -> Result<(Relance, String), sqlx::Error> {
        let relance = Relance {
            id: row.try_get("id")?,
            batch: row.try_get("batch")?,
            key: BusinessKey {
                landlord: row.try_get("landlord")?,
                lease: row.try_get("lease")?,
                obligation: row.try_get("obligation")?,
                period: row.try_get("period")?,
                step: row.try_get("step")?,
                channel: row.try_get("channel")?,
            },
            state: State::Decided,
            attempt: row.try_get("attempt")?,
            token: row.try_get("token")?,
            due_day: row.try_get("due_day")?,
            legal: row.try_get::<i64, _>("legal")? != 0,
            approved_by: row.try_get("approved_by")?,
            reference: row.try_get("reference")?,
            message_id: row.try_get("message_id")?,
            decision: row.try_get("decision")?,
            body: row.try_get("body")?,
            target: row.try_get("target")?,
            reason: row.try_get("reason")?,
            withdrawn_by: row.try_get("withdrawn_by")?,
            started_at: row.try_get::<Option<i64>, _>("started_at")?.map(Moment),
            mark: row.try_get("mark")?,
            created_at: Moment(row.try_get("created_at")?),
            changed_at: Moment(row.try_get("changed_at")?),
        };
        Ok((relance, row.try_get("state")?))
    };
    let (mut relance, state) = read().doing("read a reminder")?;
    relance.state =
        state.parse().map_err(|problem| StoreError::Row { table: "relances", id: relance.id.clone(), problem })?;
    Ok(relance)
}

/// Gives the event of a move: which reminder, by its codes, and what the move adds.
fn event(relance: &Relance, by: Move, more: Value) -> NewEvent {
    let BusinessKey { lease, obligation, period, step, channel, .. } = &relance.key;
    let mut data = json!({
        "relance": relance.id, "batch": relance.batch, "lease": lease, "obligation": obligation, "period": period,
        "step": step, "channel": channel, "attempt": relance.attempt,
    });
    if let (Some(data), Value::Object(more)) = (data.as_object_mut(), more) {
        data.extend(more);
    }
    NewEvent { kind: by.event(), source: None, data, trace: String::new() }
}

/// What a move changes beside the state.
#[derive(Clone, Copy, Debug, Default)]
struct Change<'a> {
    /// The token that must still hold, where the move ends a hold.
    token: Option<i64>,
    reason: Option<&'a str>,
    due_at: Option<Moment>,
}

impl Tx {
    /// Moves a reminder along the published machine; `None` where it stands elsewhere, or the token is an old one.
    async fn move_relance(
        &mut self,
        id: &str,
        by: Move,
        to: State,
        change: Change<'_>,
        now: Moment,
    ) -> Result<Option<Relance>, StoreError> {
        let sql = format!(
            "update relances set state = $1, reason = coalesce($2, reason), due_at = coalesce($3, due_at), \
             changed_at = $4 where id = $5 and (token = $6 or $6 < 0) and state in ({}) returning {COLUMNS}",
            by.sources(to)
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(to.code())
            .bind(change.reason)
            .bind(change.due_at.map(|at| at.0))
            .bind(now.0)
            .bind(id)
            .bind(change.token.unwrap_or(-1))
            .fetch_optional(&mut *self.inner)
            .await
            .doing("move a reminder")?;
        row.map(|row| relance_of(&row)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_keys_have_the_same_text() {
        let key = |lease: &str, obligation: &str| BusinessKey {
            lease: lease.to_owned(),
            obligation: obligation.to_owned(),
            ..BusinessKey::default()
        };
        assert_ne!(key("a|1:b", "c").text(), key("a", "b|1:c").text());
        assert_ne!(key("ab", "").text(), key("a", "b").text());
    }
}
