//! What is asked about reminders: one, those of a state, those that should have ended and have not.

use super::super::error::Doing;
use super::super::{Store, StoreError};
use super::{BusinessKey, COLUMNS, Relance, relance_of};
use crate::clock::Moment;
use sqlx::{AssertSqlSafe, Row};

/// A reminder that should have ended and has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The reminder.
    pub relance: Relance,
    /// Whether it waits for a person's yes: late, and nobody's mistake.
    pub waits_for_yes: bool,
}

impl Store {
    /// Gives one reminder, by its row or its reference.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relance(&self, name: &str) -> Result<Option<Relance>, StoreError> {
        // One letter by several ways has one reference: the registered one is meant, then the letter.
        let sql = format!(
            "select {COLUMNS} from relances where id = $1 or reference = $1 order by \
             case channel when 'lrar' then 0 when 'lre' then 1 when 'lettre' then 2 else 3 end, created_at limit 1"
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(name).fetch_optional(&self.reader).await;
        row.doing("find a reminder")?.map(|row| relance_of(&row)).transpose()
    }

    /// Gives the keys of the reminders that bear a reference: one letter by its ways.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keys_of_reference(&self, reference: &str) -> Result<Vec<BusinessKey>, StoreError> {
        let sql = format!("select {COLUMNS} from relances where reference = $1 order by id");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(reference).fetch_all(&self.reader).await;
        rows.doing("look for a reference")?.iter().map(|row| Ok(relance_of(row)?.key)).collect()
    }

    /// Gives the reminder that the post carries under a number.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relance_tracked(&self, number: &str) -> Result<Option<Relance>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from relances where id = \
             (select relance from relance_proofs where kind = 'tracking' and detail = $1 order by at limit 1)"
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(number).fetch_optional(&self.reader).await;
        row.doing("find a reminder by its number")?.map(|row| relance_of(&row)).transpose()
    }

    /// Gives reminders, all or those of a state, the last decided first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relances_in(&self, state: Option<&str>, most: i64) -> Result<Vec<Relance>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from relances where state = $1 or $1 = '' order by created_at desc, id desc limit $2"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(state.unwrap_or_default()).bind(most);
        let rows = query.fetch_all(&self.reader).await.doing("list reminders")?;
        rows.iter().map(relance_of).collect()
    }

    /// Gives the reminders of a batch in the order of their references.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relances_of_batch(&self, batch: &str) -> Result<Vec<Relance>, StoreError> {
        let sql = format!("select {COLUMNS} from relances where batch = $1 order by reference");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(batch).fetch_all(&self.reader).await;
        rows.doing("list a batch")?.iter().map(relance_of).collect()
    }

    /// Counts reminders by state.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relance_counts(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let query = sqlx::query("select state, count(*) as relances from relances group by state order by state");
        let rows = query.fetch_all(&self.reader).await.doing("count reminders")?;
        let read = |row: &sqlx::any::AnyRow| Ok((row.try_get("state")?, row.try_get("relances")?));
        rows.iter().map(|row| read(row).doing("count reminders")).collect()
    }

    /// The completeness query: reminders decided before `before` that have come to no end.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relances_missing(&self, before: Moment) -> Result<Vec<Missing>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from relances where state in ('decidee', 'prete', 'en_cours', 'retenue') \
             and created_at <= $1 order by created_at, id"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(before.0).fetch_all(&self.reader).await;
        let missing = |row| {
            let relance: Relance = relance_of(row)?;
            Ok(Missing { waits_for_yes: relance.legal && relance.approved_by.is_none(), relance })
        };
        rows.doing("look for what is missing")?.iter().map(missing).collect()
    }

    /// Gives how many reminders each of the last batches decided, the last first; rounds that found none are left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn batch_sizes(&self, most: i64) -> Result<Vec<i64>, StoreError> {
        let query = sqlx::query_scalar(
            "select relances from relance_batches where relances > 0 order by created_at desc, id desc limit $1",
        );
        query.bind(most).fetch_all(&self.reader).await.doing("read the size of batches")
    }

    /// Gives the plan of the last batch, with its day.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_plan(&self) -> Result<Option<(String, String)>, StoreError> {
        let query = sqlx::query("select day, plan from relance_batches order by created_at desc, id desc limit 1");
        let row = query.fetch_optional(&self.reader).await.doing("read the last plan")?;
        let read = |row: sqlx::any::AnyRow| Ok((row.try_get("day")?, row.try_get("plan")?));
        row.map(|row| read(row).doing("read the last plan")).transpose()
    }

    /// Tells whether a batch was committed as of a day.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_batch(&self, day: &str, author: &str) -> Result<bool, StoreError> {
        let query = sqlx::query_scalar("select count(*) from relance_batches where day = $1 and author = $2");
        let count: i64 = query.bind(day).bind(author).fetch_one(&self.reader).await.doing("look for a batch")?;
        Ok(count > 0)
    }

    /// Counts reminders that were handed over since a moment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn left_since(&self, since: Moment) -> Result<i64, StoreError> {
        let query = sqlx::query_scalar("select count(*) from relance_proofs where kind = 'received' and at >= $1");
        query.bind(since.0).fetch_one(&self.reader).await.doing("count what left")
    }

    /// Gives batches with letters that were put and are named in no list yet, once nothing more of them is about to leave.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn batches_to_list(&self) -> Result<Vec<String>, StoreError> {
        let query = sqlx::query_scalar(
            "select id from relance_batches where exists (select 1 from relances where batch = relance_batches.id \
               and channel <> 'courriel' and listed_at is null and state in ('remise', 'acheminee')) \
             and not exists (select 1 from relances where batch = relance_batches.id and channel <> 'courriel' \
               and state in ('prete', 'en_cours') and (legal = 0 or approved_at is not null)) order by id",
        );
        query.fetch_all(&self.reader).await.doing("look for letters without a list")
    }

    /// Gives the letters of a batch that were put and are named in no list yet, in the order of their references.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relances_to_list(&self, batch: &str) -> Result<Vec<Relance>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from relances where batch = $1 and channel <> 'courriel' and listed_at is null \
             and state in ('remise', 'acheminee') order by reference, channel"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(batch).fetch_all(&self.reader).await;
        rows.doing("look for letters without a list")?.iter().map(relance_of).collect()
    }

    /// Says that reminders are named in a list.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relances_listed(&self, relances: &[Relance], now: Moment) -> Result<(), StoreError> {
        let mut tx = self.begin(now).await?;
        for relance in relances {
            let query = sqlx::query("update relances set listed_at = $1 where id = $2").bind(now.0).bind(&relance.id);
            query.execute(&mut *tx.inner).await.doing("note a list")?;
        }
        tx.commit(&[]).await
    }

    /// Gives a secret of this installation, made once: what references and Message-IDs are derived from.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn relance_secret(&self, fresh: &str) -> Result<String, StoreError> {
        self.keep("relance_secret", fresh).await?;
        self.kept("relance_secret").await.map(Option::unwrap_or_default)
    }

    /// Keeps something that is known of this installation, unless it is known already.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keep(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let query = sqlx::query("insert into house (key, value) values ($1, $2) on conflict (key) do nothing");
        query.bind(key).bind(value).execute(&self.writer).await.doing("keep what is known of the house")?;
        Ok(())
    }

    /// Gives what is known of this installation under a key.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn kept(&self, key: &str) -> Result<Option<String>, StoreError> {
        let query = sqlx::query_scalar("select value from house where key = $1").bind(key);
        query.fetch_optional(&self.writer).await.doing("read what is known of the house")
    }
}
