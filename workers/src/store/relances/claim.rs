//! A reminder is taken: the gate, the last look and the hold are one transaction, on disk before the first byte leaves.

use super::super::error::Doing;
use super::super::{Store, StoreError};
use super::{COLUMNS, Change, LeaseFacts, Move, Relance, State, event, relance_of};
use crate::clock::Moment;
use crate::crash::point;
use serde_json::json;

/// What the last look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is still due.
    Due,
    /// It is not due now; look again at that moment.
    NotNow(String, Moment),
    /// It is not due any more.
    Over(String),
}

/// What came of taking a reminder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// It is ours, to be sent now.
    Held {
        /// The reminder with its token.
        relance: Box<Relance>,
        /// The generation of this taking, which a file outside is to know.
        generation: i64,
    },
    /// It waits: for a day, a person, a receiver.
    Waits(String),
    /// The last look cancelled it.
    Cancelled(String),
    /// Nothing leaves now.
    Frozen,
    /// Somebody else has it, or it stands elsewhere.
    Gone,
}

impl Store {
    /// Gives reminders that are ready and may leave now by these channels, the longest due first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relances_to_send(
        &self,
        channels: &[&str],
        most: i64,
        now: Moment,
    ) -> Result<Vec<Relance>, StoreError> {
        // One text for any number of channels, since drivers bind no lists: each stands between commas.
        let sql = format!(
            "select {COLUMNS} from relances where state = 'prete' and due_at <= $1 \
             and $2 like '%,' || channel || ',%' \
             and (legal = 0 or approved_at is not null) order by due_at, id limit $3"
        );
        let channels = format!(",{},", channels.join(","));
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now.0).bind(channels).bind(most);
        let rows = query.fetch_all(&self.reader).await.doing("look for reminders to send")?;
        rows.iter().map(relance_of).collect()
    }

    /// Takes a reminder, unless the gate is frozen or the last look, at what is known of its lease, says otherwise. `mark`
    /// says how the record of its receiver stood before anything is sent.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim_relance(
        &self,
        relance: &Relance,
        look: &(dyn Fn(&Relance, &LeaseFacts) -> Look + Sync),
        mark: Option<&str>,
        now: Moment,
    ) -> Result<Claimed, StoreError> {
        let mut tx = self.begin(now).await?;
        let gate = sqlx::query_scalar(
            "update relance_gate set generation = generation + 1, \
             seen_at = case when seen_at < $1 then $1 else seen_at end \
             where id = 1 and frozen_at is null returning generation",
        );
        let gate: Option<i64> = gate.bind(now.0).fetch_optional(&mut *tx.inner).await.doing("pass the gate")?;
        let Some(generation) = gate else {
            tx.roll_back().await?;
            return Ok(Claimed::Frozen);
        };
        let facts = super::facts::of_lease(&mut tx.inner, &relance.key.lease).await?;
        match look(relance, &facts) {
            Look::Due => {}
            Look::NotNow(why, again_at) => {
                let query = sqlx::query(
                    "update relances set due_at = $1, reason = $2 where id = $3 and state = 'prete' and token = $4",
                );
                let query = query.bind(again_at.0).bind(&why).bind(&relance.id).bind(relance.token);
                query.execute(&mut *tx.inner).await.doing("put a reminder off")?;
                tx.commit(&[]).await?;
                return Ok(Claimed::Waits(why));
            }
            Look::Over(why) => {
                let change = Change { reason: Some(&why), ..Change::default() };
                let moved = tx.move_relance(&relance.id, Move::Cancel, State::Cancelled, change, now).await?;
                let events = moved.map(|relance| event(&relance, Move::Cancel, json!({"reason": why})));
                tx.commit(events.as_slice()).await?;
                return Ok(Claimed::Cancelled(why));
            }
        }
        let sql = format!(
            "update relances set state = 'en_cours', token = token + 1, attempt = attempt + 1, started_at = $1, \
             changed_at = $1, mark = $4, reason = null where id = $2 and state = 'prete' and token = $3 and due_at <= $1 \
             and (legal = 0 or approved_at is not null) and body is not null returning {COLUMNS}"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now.0).bind(&relance.id).bind(relance.token).bind(mark);
        let row = query.fetch_optional(&mut *tx.inner).await.doing("take a reminder")?;
        let Some(row) = row else {
            tx.roll_back().await?;
            return Ok(Claimed::Gone);
        };
        let relance = relance_of(&row)?;
        let told = event(&relance, Move::Take, json!({"token": relance.token, "body": relance.body}));
        point("relance_before_hold");
        tx.commit(&[told]).await?;
        point("relance_held");
        Ok(Claimed::Held { relance: Box::new(relance), generation })
    }
}
