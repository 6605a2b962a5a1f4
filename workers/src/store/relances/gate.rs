//! The gate: one row that everything which leaves must pass. Frozen, nothing leaves until a person opens it.

use super::super::error::Doing;
use super::super::{NewEvent, Store, StoreError};
use super::{COLUMNS, Change, Move, State, event, relance_of};
use crate::clock::Moment;
use serde_json::json;
use sqlx::{AssertSqlSafe, Row};

/// Reminders held back or let go by one transaction.
const AT_ONCE: i64 = 500;

/// Why the gate froze.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaker {
    /// A person stopped everything.
    Stopped,
    /// Far more than usual would leave.
    Volume,
    /// The clock jumped.
    Clock,
    /// The database is older than what has left: a backup was restored.
    Restored,
    /// Ladder, letters or checks are others than those a person last let things leave under.
    Rules,
}

impl Breaker {
    /// Gives the word of the database and of the journal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Stopped => "arret",
            Self::Volume => "volume",
            Self::Clock => "horloge",
            Self::Restored => "sauvegarde",
            Self::Rules => "regles",
        }
    }
}

/// How the gate stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// How often something was about to leave.
    pub generation: i64,
    /// Since when nothing leaves.
    pub frozen_at: Option<Moment>,
    /// Which breaker tripped.
    pub breaker: Option<String>,
    /// Why, in a French sentence.
    pub why: Option<String>,
    /// What is due until that day is asked about before it leaves.
    pub ask_until: Option<String>,
    /// How the relay's log stood at the last sending that a restored backup remembers.
    pub ask_mark: Option<String>,
    /// The rules under which a person last let things leave.
    pub rules: Option<String>,
    /// The latest moment seen.
    pub seen_at: Moment,
}

impl Store {
    /// Gives how the gate stands.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn gate(&self) -> Result<Gate, StoreError> {
        let query = sqlx::query(
            "select generation, frozen_at, breaker, why, ask_until, ask_mark, rules, seen_at from relance_gate where id = 1",
        );
        let row = query.fetch_one(&self.reader).await.doing("look at the gate")?;
        let read = || -> Result<Gate, sqlx::Error> {
            Ok(Gate {
                generation: row.try_get("generation")?,
                frozen_at: row.try_get::<Option<i64>, _>("frozen_at")?.map(Moment),
                breaker: row.try_get("breaker")?,
                why: row.try_get("why")?,
                ask_until: row.try_get("ask_until")?,
                ask_mark: row.try_get("ask_mark")?,
                rules: row.try_get("rules")?,
                seen_at: Moment(row.try_get("seen_at")?),
            })
        };
        read().doing("look at the gate")
    }

    /// Freezes the gate, at once; whatever waits to leave is held back by the statements that follow. The first reason
    /// stays. Gives how many reminders are held back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn freeze(&self, breaker: Breaker, why: &str, author: &str, now: Moment) -> Result<usize, StoreError> {
        let mut tx = self.begin(now).await?;
        let query = sqlx::query(
            "update relance_gate set frozen_at = $1, breaker = $2, why = $3, author = $4 \
             where id = 1 and frozen_at is null",
        );
        let query = query.bind(now.0).bind(breaker.code()).bind(why).bind(author);
        let frozen = query.execute(&mut *tx.inner).await.doing("freeze the gate")?.rows_affected() > 0;
        let data = json!({"breaker": breaker.code(), "author": author});
        let told = NewEvent { kind: "gate.frozen", source: None, data, trace: String::new() };
        tx.commit(if frozen { std::slice::from_ref(&told) } else { &[] }).await?;
        self.move_waiting("'decidee', 'prete'", Move::Withhold, Some(why), now).await
    }

    /// Opens the gate in a person's name, under these rules; lets go whatever was held back. With `ask_until`, what is
    /// due until that day is first asked about at its receiver. Gives how many reminders are let go.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_gate(&self, opening: &Opening<'_>, now: Moment) -> Result<usize, StoreError> {
        let mut tx = self.begin(now).await?;
        // Behind whatever the outside has seen: the next restored backup shows too.
        let query = sqlx::query(
            "update relance_gate set frozen_at = null, breaker = null, why = null, author = $1, rules = $2, \
             ask_until = coalesce($3, ask_until), seen_at = $4, \
             ask_mark = case when $3 is null then ask_mark else (select mark from relances where mark is not null \
               order by started_at desc, id desc limit 1) end, \
             generation = case when generation < $5 then $5 else generation end where id = 1",
        );
        let query = query.bind(opening.author).bind(opening.rules).bind(opening.ask_until).bind(now.0);
        query.bind(opening.generation).execute(&mut *tx.inner).await.doing("open the gate")?;
        let data = json!({"author": opening.author, "rules": opening.rules, "ask_until": opening.ask_until});
        tx.commit(&[NewEvent { kind: "gate.opened", source: None, data, trace: String::new() }]).await?;
        self.move_waiting("'retenue'", Move::Release, None, now).await
    }

    /// Notes the moment it is, and under which rules things first leave; gives the gate as it stood before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn pass_by(&self, rules: &str, now: Moment) -> Result<Gate, StoreError> {
        let before = self.gate().await?;
        let query = sqlx::query(
            "update relance_gate set seen_at = case when seen_at < $1 then $1 else seen_at end, \
             rules = coalesce(rules, $2) where id = 1",
        );
        query.bind(now.0).bind(rules).execute(&self.writer).await.doing("note the moment")?;
        Ok(before)
    }

    /// Holds one reminder back that has not left, or lets it go. Gives false where it stands elsewhere.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hold_relance(&self, id: &str, hold: bool, why: &str, now: Moment) -> Result<bool, StoreError> {
        let mut tx = self.begin(now).await?;
        let change = Change { reason: Some(why), ..Change::default() };
        let moved = if hold {
            tx.move_relance(id, Move::Withhold, State::Withheld, change, now).await?
        } else {
            tx.release_one(id, why, now).await?
        };
        let Some(moved) = moved else {
            tx.roll_back().await?;
            return Ok(false);
        };
        let by = if hold { Move::Withhold } else { Move::Release };
        tx.commit(&[event(&moved, by, json!({"reason": why}))]).await?;
        Ok(true)
    }

    async fn move_waiting(&self, from: &str, by: Move, why: Option<&str>, now: Moment) -> Result<usize, StoreError> {
        let to =
            if by == Move::Release { "case when body is null then 'decidee' else 'prete' end" } else { "'retenue'" };
        let sql = format!(
            "update relances set state = {to}, reason = $1, changed_at = $2 where id in \
             (select id from relances where state in ({from}) order by id limit $3) and state in ({from}) \
             returning {COLUMNS}"
        );
        let mut moved = 0;
        loop {
            let mut tx = self.begin(now).await?;
            let query = sqlx::query(AssertSqlSafe(sql.clone())).bind(why).bind(now.0).bind(AT_ONCE);
            let rows = query.fetch_all(&mut *tx.inner).await.doing("hold reminders back")?;
            let mut events = Vec::new();
            for row in &rows {
                events.push(event(&relance_of(row)?, by, json!({"gate": true})));
            }
            tx.commit(&events).await?;
            moved += rows.len();
            if (rows.len() as i64) < AT_ONCE {
                return Ok(moved);
            }
        }
    }
}

/// How a person opens the gate.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// Who.
    pub author: &'a str,
    /// The rules under which things leave from now on.
    pub rules: &'a str,
    /// What is due until that day is first asked about.
    pub ask_until: Option<&'a str>,
    /// The least generation to go on from.
    pub generation: i64,
}

impl super::Tx {
    /// Lets a reminder go to where it stood: ready where its bytes are kept, decided where they are not.
    async fn release_one(&mut self, id: &str, why: &str, now: Moment) -> Result<Option<super::Relance>, StoreError> {
        let sql = format!(
            "update relances set state = case when body is null then 'decidee' else 'prete' end, reason = $1, \
             changed_at = $2 where id = $3 and state = 'retenue' returning {COLUMNS}"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(why).bind(now.0).bind(id);
        let row = query.fetch_optional(&mut *self.inner).await.doing("let a reminder go")?;
        row.map(|row| relance_of(&row)).transpose()
    }
}
