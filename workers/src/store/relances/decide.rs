//! A plan becomes rows: the decision with its evidence, and the intent to send, in one transaction; then the bytes.

use super::super::error::Doing;
use super::super::{NewEvent, Store, StoreError, new_id};
use super::{BusinessKey, COLUMNS, Change, Move, Relance, State, event, relance_of};
use crate::clock::Moment;
use crate::crash::point;
use serde_json::json;
use sqlx::any::AnyRow;

/// A plan that is committed.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The day as of which it was planned.
    pub day: String,
    /// Who commits it.
    pub author: String,
    /// Fingerprint of ladder, letters and checks.
    pub rules: String,
    /// The plan, as JSON.
    pub plan: String,
}

/// A reminder that a plan found due.
#[derive(Clone, Debug)]
pub struct Decided {
    /// Which it is.
    pub key: BusinessKey,
    /// The day that it was due.
    pub due_day: String,
    /// Whether it has legal effect, and so waits for a person.
    pub legal: bool,
    /// The person who said yes before it was decided.
    pub approved_by: Option<String>,
    /// The code by which the tenant's reply finds its lease.
    pub reference: String,
    /// The Message-ID of an e-mail.
    pub message_id: Option<String>,
    /// Letter, recipient, facts, rules, as JSON.
    pub decision: String,
    /// Not before.
    pub due_at: Moment,
}

/// The bytes of a reminder, kept and hashed.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The blob.
    pub body: String,
    /// Where they go.
    pub target: String,
}

impl Store {
    /// Commits a plan. What another plan decided already is left as it is, but for what the last look cancelled since: it
    /// is due again, under its key. Gives the batch and how many rows are decided by it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn decide_relances(
        &self,
        batch: &Batch,
        decided: &[Decided],
        now: Moment,
    ) -> Result<(String, usize), StoreError> {
        let id = new_id();
        let mut tx = self.begin(now).await?;
        // A plan is as long as the register, and only the last is compared with.
        let query = sqlx::query("update relance_batches set plan = '' where plan <> ''");
        query.execute(&mut *tx.inner).await.doing("forget old plans")?;
        sqlx::query(
            "insert into relance_batches (id, day, author, rules, plan, relances, created_at) \
             values ($1, $2, $3, $4, $5, 0, $6)",
        )
        .bind(&id)
        .bind(&batch.day)
        .bind(&batch.author)
        .bind(&batch.rules)
        .bind(&batch.plan)
        .bind(now.0)
        .execute(&mut *tx.inner)
        .await
        .doing("add a batch")?;
        let mut events = Vec::new();
        for decided in decided {
            if let Some(relance) = tx.decide(&id, decided, now).await? {
                let more = json!({"day": batch.day, "rules": batch.rules, "author": batch.author});
                let told = event(&relance, Move::Revive, more);
                let kind = if relance.token == 0 { "relance.decided" } else { told.kind };
                events.push(NewEvent { kind, ..told });
            }
        }
        let new = events.len();
        let query = sqlx::query("update relance_batches set relances = $1 where id = $2");
        let query = query.bind(i64::try_from(new).unwrap_or(i64::MAX)).bind(&id);
        query.execute(&mut *tx.inner).await.doing("count a batch")?;
        point("relances_decided");
        tx.commit(&events).await?;
        Ok((id, new))
    }

    /// Says that the bytes of a reminder are kept. Gives false where it does not wait for them any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relance_prepared(&self, id: &str, prepared: &Prepared, now: Moment) -> Result<bool, StoreError> {
        let mut tx = self.begin(now).await?;
        let query = sqlx::query("update relances set body = $1, target = $2 where id = $3 and state = 'decidee'");
        let query = query.bind(&prepared.body).bind(&prepared.target).bind(id);
        query.execute(&mut *tx.inner).await.doing("keep the bytes of a reminder")?;
        match tx.move_relance(id, Move::Prepare, State::Ready, Change::default(), now).await? {
            Some(relance) => {
                let event = event(&relance, Move::Prepare, json!({"body": prepared.body}));
                tx.commit(&[event]).await?;
                Ok(true)
            }
            None => {
                tx.roll_back().await?;
                Ok(false)
            }
        }
    }

    /// Says yes to reminders with legal effect, in a person's name; of one batch, or one alone. Gives how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn approve_relances(&self, which: &str, author: &str, now: Moment) -> Result<usize, StoreError> {
        let mut tx = self.begin(now).await?;
        let sql = format!(
            "update relances set approved_by = $1, approved_at = $2 where (id = $3 or batch = $3) and legal = 1 \
             and approved_at is null and state in ('decidee', 'prete', 'retenue') returning {COLUMNS}"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(author).bind(now.0).bind(which);
        let rows = query.fetch_all(&mut *tx.inner).await.doing("approve reminders")?;
        let events: Vec<NewEvent> = rows.iter().map(|row| approved(row, author)).collect::<Result<_, _>>()?;
        tx.commit(&events).await?;
        Ok(rows.len())
    }
}

fn approved(row: &AnyRow, author: &str) -> Result<NewEvent, StoreError> {
    let told = event(&relance_of(row)?, Move::Prepare, json!({"author": author}));
    Ok(NewEvent { kind: "relance.approved", ..told })
}

/// What becomes of a row that was cancelled and is due again: decided anew, with another token, and with the yes that this
/// decision comes with, none from before.
const REVIVED: &str = "batch = excluded.batch, state = excluded.state, token = relances.token + 1, \
     due_day = excluded.due_day, due_at = excluded.due_at, legal = excluded.legal, decision = excluded.decision, \
     body = null, target = null, reason = null, started_at = null, mark = null, listed_at = null, \
     created_at = excluded.created_at, changed_at = excluded.changed_at, approved_by = excluded.approved_by, \
     approved_at = excluded.approved_at";

impl super::Tx {
    /// Says yes to the letters of a step, and to the copies of it.
    pub(super) async fn approve_step(
        &mut self,
        lease: &str,
        (step, period): (&str, &str),
        author: &str,
        now: Moment,
    ) -> Result<Vec<NewEvent>, StoreError> {
        let sql = format!(
            "update relances set approved_by = $1, approved_at = $2 where lease = $3 and period = $4 \
             and step in ($5, $6) and legal = 1 and approved_at is null and state in ('decidee', 'prete', 'retenue') \
             returning {COLUMNS}"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(author).bind(now.0).bind(lease).bind(period);
        let rows = query.bind(step).bind(format!("{step}_copie")).fetch_all(&mut *self.inner).await;
        rows.doing("approve a step")?.iter().map(|row| approved(row, author)).collect()
    }

    async fn decide(&mut self, batch: &str, decided: &Decided, now: Moment) -> Result<Option<Relance>, StoreError> {
        let Decided { key, due_day, legal, approved_by, reference, message_id, decision, due_at } = decided;
        let BusinessKey { landlord, lease, obligation, period, step, channel } = key;
        let sql = format!(
            "insert into relances (id, batch, landlord, lease, obligation, period, step, channel, state, attempt, token, \
             due_day, due_at, legal, reference, message_id, decision, created_at, changed_at, approved_by, approved_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, 'decidee', 0, 0, $9, $10, $11, $12, $13, $14, $15, $15, $16, \
             case when $16 is null then null else $15 end) \
             on conflict (landlord, lease, obligation, period, step, channel) do update set {REVIVED} \
             where relances.state in ({}) and relances.withdrawn_by is null returning {COLUMNS}",
            Move::Revive.sources(State::Decided)
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(new_id())
            .bind(batch)
            .bind(landlord)
            .bind(lease)
            .bind(obligation)
            .bind(period)
            .bind(step)
            .bind(channel)
            .bind(due_day)
            .bind(due_at.0)
            .bind(i64::from(*legal))
            .bind(reference)
            .bind(message_id.as_deref())
            .bind(decision)
            .bind(now.0)
            .bind(approved_by.as_deref())
            .fetch_optional(&mut *self.inner)
            .await
            .doing("decide a reminder")?;
        row.map(|row| relance_of(&row)).transpose()
    }
}
