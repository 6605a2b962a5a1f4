//! What came of a reminder in flight, or of one that had left: always with what proves it.

use super::super::error::Doing;
use super::super::transaction::Tx;
use super::super::{Store, StoreError, new_id};
use super::{COLUMNS, Change, Move, Relance, State, event, relance_of};
use crate::clock::Moment;
use crate::crash::point;
use serde_json::json;
use std::time::Duration;

/// What a proof proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofKind {
    /// The receiver has it.
    Received,
    /// The receiver does not have it.
    NotReceived,
    /// It arrived.
    Delivered,
    /// It came back, or was refused for good.
    Undelivered,
    /// The number under which the post carries it.
    Tracking,
    /// The day of its first presentation.
    Presented,
    /// The day on which it was signed for.
    Signed,
}

impl ProofKind {
    /// Gives the word of the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::NotReceived => "not_received",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Tracking => "tracking",
            Self::Presented => "presented",
            Self::Signed => "signed",
        }
    }
}

/// What proves a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What it proves.
    pub kind: ProofKind,
    /// The proof: the relay's reply, the name of a file, a number, a person's word.
    pub detail: String,
    /// The day that it gives, where it gives one.
    pub day: Option<String>,
}

impl Proof {
    /// Builds a proof without a day.
    pub fn new(kind: ProofKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), day: None }
    }
}

/// Proof that the receiver has nothing; without it nothing goes back to be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonReception {
    /// The proof: the relay's refusal, its log, an empty place, a person's word.
    pub detail: String,
    /// Not tried again before.
    pub again_at: Moment,
}

impl Store {
    /// The receiver has it. Gives false where whoever says so does not hold the reminder any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relance_received(&self, relance: &Relance, detail: &str, now: Moment) -> Result<bool, StoreError> {
        point("relance_before_receipt");
        let proof = Proof::new(ProofKind::Received, detail);
        let moved = self.prove(relance, Move::Receive, State::HandedOver, &proof, Change::default(), now).await;
        point("relance_after_receipt");
        moved
    }

    /// The receiver does not have it: it may be tried again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relance_absent(
        &self,
        relance: &Relance,
        proof: &NonReception,
        now: Moment,
    ) -> Result<bool, StoreError> {
        let change = Change { due_at: Some(proof.again_at), reason: Some(&proof.detail), ..Change::default() };
        let proof = Proof::new(ProofKind::NotReceived, format!("{} ({})", proof.detail, relance.attempt));
        self.prove(relance, Move::ProveAbsent, State::Ready, &proof, change, now).await
    }

    /// The receiver refuses it for good: the address is one at which mail does not arrive.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relance_refused(&self, relance: &Relance, detail: &str, now: Moment) -> Result<bool, StoreError> {
        let change = Change { reason: Some(detail), ..Change::default() };
        let proof = Proof::new(ProofKind::Undelivered, detail);
        self.prove(relance, Move::Refuse, State::Undelivered, &proof, change, now).await
    }

    /// Nobody can say whether it left: a person settles it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relance_doubtful(&self, relance: &Relance, why: &str, now: Moment) -> Result<bool, StoreError> {
        let mut tx = self.begin(now).await?;
        let change = Change { token: Some(relance.token), reason: Some(why), ..Change::default() };
        let Some(moved) = tx.move_relance(&relance.id, Move::Doubt, State::Doubt, change, now).await? else {
            tx.roll_back().await?;
            return Ok(false);
        };
        tx.commit(&[event(&moved, Move::Doubt, json!({"reason": why}))]).await?;
        Ok(true)
    }

    /// It arrived, or it came back, as its receiver tells later.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relance_ended(&self, relance: &Relance, proof: &Proof, now: Moment) -> Result<bool, StoreError> {
        let (by, to) = match proof.kind {
            ProofKind::Undelivered => (Move::Return, State::Undelivered),
            _ => (Move::Deliver, State::Delivered),
        };
        self.prove(relance, by, to, proof, Change::default(), now).await
    }

    /// Takes a reminder off that has not left, in a person's name: it stays off until a person lets it go. Gives false
    /// where it has left, or ended otherwise.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn cancel_relance(&self, id: &str, why: &str, author: &str, now: Moment) -> Result<bool, StoreError> {
        let mut tx = self.begin(now).await?;
        let change = Change { reason: Some(why), ..Change::default() };
        let Some(moved) = tx.move_relance(id, Move::Cancel, State::Cancelled, change, now).await? else {
            tx.roll_back().await?;
            return Ok(false);
        };
        let query = sqlx::query("update relances set withdrawn_by = $1 where id = $2").bind(author).bind(id);
        query.execute(&mut *tx.inner).await.doing("note who took a reminder off")?;
        tx.commit(&[event(&moved, Move::Cancel, json!({"reason": why, "author": author}))]).await?;
        Ok(true)
    }

    /// Lets a reminder go that a person had taken off: it falls due again when a plan says so. Gives false where nobody had.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn give_back_relance(&self, id: &str, author: &str, now: Moment) -> Result<bool, StoreError> {
        let mut tx = self.begin(now).await?;
        let sql = format!(
            "update relances set withdrawn_by = null, changed_at = $1 where id = $2 and state = 'annulee' \
             and withdrawn_by is not null returning {COLUMNS}"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now.0).bind(id);
        let Some(row) = query.fetch_optional(&mut *tx.inner).await.doing("give a reminder back")? else {
            tx.roll_back().await?;
            return Ok(false);
        };
        let told = event(&relance_of(&row)?, Move::Cancel, json!({"author": author}));
        tx.commit(&[super::NewEvent { kind: "relance.given_back", ..told }]).await?;
        Ok(true)
    }

    /// Keeps what the post tells of a letter, without moving it. A proof that comes twice changes nothing: gives false.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keep_proof(&self, relance: &Relance, proof: &Proof, now: Moment) -> Result<bool, StoreError> {
        let mut tx = self.begin(now).await?;
        let new = tx.put_proof(&relance.id, proof, now).await?;
        if !new {
            tx.roll_back().await?;
            return Ok(false);
        }
        let more = json!({"proof": proof.kind.code(), "day": proof.day});
        let told = super::NewEvent { kind: "relance.proved", ..event(relance, Move::Deliver, more) };
        tx.commit(&[told]).await?;
        Ok(true)
    }

    /// Gives reminders in flight since before `quarantine` ago: whoever sent them is gone, or too late.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relances_in_flight(&self, quarantine: Duration, now: Moment) -> Result<Vec<Relance>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from relances where state = 'en_cours' and started_at <= $1 order by started_at, id"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now.minus(quarantine).0);
        let rows = query.fetch_all(&self.reader).await.doing("look for reminders in flight")?;
        rows.iter().map(relance_of).collect()
    }

    async fn prove(
        &self,
        relance: &Relance,
        by: Move,
        to: State,
        proof: &Proof,
        change: Change<'_>,
        now: Moment,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin(now).await?;
        let change = Change { token: Some(relance.token), ..change };
        let Some(moved) = tx.move_relance(&relance.id, by, to, change, now).await? else {
            tx.roll_back().await?;
            return Ok(false);
        };
        tx.put_proof(&relance.id, proof, now).await?;
        if proof.kind == ProofKind::Undelivered {
            tx.note_bounce(&moved, &proof.detail, now).await?;
        }
        // The detail may name an address: the journal has the kind and the day alone.
        let more = json!({"proof": proof.kind.code(), "day": proof.day});
        tx.commit(&[event(&moved, by, more)]).await?;
        Ok(true)
    }
}

impl Tx {
    async fn put_proof(&mut self, relance: &str, proof: &Proof, now: Moment) -> Result<bool, StoreError> {
        let put = sqlx::query(
            "insert into relance_proofs (id, relance, kind, detail, day, at) values ($1, $2, $3, $4, $5, $6) \
             on conflict (relance, kind, detail) do nothing",
        )
        .bind(new_id())
        .bind(relance)
        .bind(proof.kind.code())
        .bind(&proof.detail)
        .bind(proof.day.as_deref())
        .bind(now.0)
        .execute(&mut *self.inner)
        .await
        .doing("keep a proof")?;
        Ok(put.rows_affected() > 0)
    }

    async fn note_bounce(&mut self, relance: &Relance, why: &str, now: Moment) -> Result<(), StoreError> {
        let Some(target) = &relance.target else { return Ok(()) };
        sqlx::query(
            "insert into bounced_contacts (lease, channel, target, why, at) values ($1, $2, $3, $4, $5) \
             on conflict (lease, channel, target) do nothing",
        )
        .bind(&relance.key.lease)
        .bind(&relance.key.channel)
        .bind(target)
        .bind(why)
        .bind(now.0)
        .execute(&mut *self.inner)
        .await
        .doing("note a bounce")?;
        Ok(())
    }
}
