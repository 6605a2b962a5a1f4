//! The register that decisions stand on: which one it is, how it differs from another, what a change asks again.
//!
//! A change is two kinds of transaction. The first notes the register, whole or not at all, and only in the place of the
//! one that the change was made from: of a fleet one process does it. From its commit on no decision made with the register
//! before is let in ([`Store::finish`]), so what there is to look through no longer moves. The others look through the
//! sources in the order of their ids, each noting how far it came with the jobs it put in: whoever takes over from a dead
//! process goes on from there.

use super::error::Doing;
use super::transaction::{Tx, job_id};
use super::{NewEvent, Store, StoreError, journal, new_id};
use crate::clock::Moment;
use crate::crash::point;
use crate::job::{Class, Stage};
use serde_json::json;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;

/// Under which keys the table `house` knows the register applied, and the one that an agent accepted beforehand.
const APPLIED: &str = "register";
const ACCEPTED: &str = "register_accepted";
/// Sources looked through at once.
const AT_ONCE: i64 = 500;

/// A register to be applied, against the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegisterChange {
    /// The hash of the register it was compared with; `None` where none was ever applied.
    pub before: Option<String>,
    /// Its own hash.
    pub after: String,
    /// How many leases it has.
    pub leases: usize,
    /// How many rows it leaves out.
    pub bad_rows: usize,
    /// Leases that are new, with their hashes.
    pub added: BTreeMap<String, String>,
    /// Leases that are not as they were, with their hashes.
    pub changed: BTreeMap<String, String>,
    /// Leases that are gone.
    pub removed: Vec<String>,
}

/// A change whose papers are not all looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenChange {
    /// Which one.
    pub id: String,
    /// Whether it is the first register of this installation.
    pub is_first: bool,
    /// How far it came: the id of a source.
    pub seen_to: String,
}

/// The last change, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastChange {
    /// When it was applied.
    pub at: Moment,
    /// The leases it had.
    pub leases: i64,
    /// Sources that it asked again, so far.
    pub again: i64,
    /// Whether some are still to be asked.
    pub is_open: bool,
}

/// A document as it stands when a change looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingPaper {
    /// Its source.
    pub source: String,
    /// The trace of the source.
    pub trace: String,
    /// Whether its last decision names a lease that the change touched.
    pub is_touched: bool,
    /// `accept`, `review` or `reject`; `None` where nothing was decided.
    pub outcome: Option<String>,
    /// What was read of it, as JSON; empty for an accepted paper of a lease that was not touched.
    pub fields: String,
}

/// Documents of some sources, and the last of those sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingPage {
    /// Those that can be understood again, by source and place.
    pub papers: Vec<StandingPaper>,
    /// The last source looked at; `None` when there was none left.
    pub seen_to: Option<String>,
}

impl Store {
    /// Gives the hash of the register that was last applied.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn applied_register(&self) -> Result<Option<String>, StoreError> {
        self.register_under(APPLIED).await
    }

    /// Gives the hash of the register that an agent accepted, whatever it lacks.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn accepted_register(&self) -> Result<Option<String>, StoreError> {
        self.register_under(ACCEPTED).await
    }

    async fn register_under(&self, key: &str) -> Result<Option<String>, StoreError> {
        let query = sqlx::query_scalar("select value from house where key = $1").bind(key);
        query.fetch_optional(&self.reader).await.doing("look which register is applied")
    }

    /// Gives the leases of the register that was last applied, with their hashes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn applied_leases(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let query = sqlx::query("select reference, hash from register_leases where hash <> ''");
        let rows = query.fetch_all(&self.reader).await.doing("read the applied register")?;
        let read = |row: &AnyRow| Ok((row.try_get("reference")?, row.try_get("hash")?));
        rows.iter().map(|row| read(row).doing("read the applied register")).collect()
    }

    /// Gives the last change.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_register_change(&self) -> Result<Option<LastChange>, StoreError> {
        let query = sqlx::query("select at, leases, again, state from register_changes order by id desc limit 1");
        let row = query.fetch_optional(&self.reader).await.doing("read the last change of the register")?;
        let read = |row: &AnyRow| -> Result<LastChange, sqlx::Error> {
            Ok(LastChange {
                at: Moment(row.try_get("at")?),
                leases: row.try_get("leases")?,
                again: row.try_get("again")?,
                is_open: row.try_get::<String, _>("state")? == "open",
            })
        };
        row.map(|row| read(&row).doing("read the last change of the register")).transpose()
    }

    /// Lets a register be applied whatever it lacks.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn accept_register(&self, hash: &str, author: &str, now: Moment) -> Result<(), StoreError> {
        let mut tx = self.begin(now).await?;
        let query = sqlx::query(
            "insert into house (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
        );
        let query = query.bind(ACCEPTED).bind(hash);
        query.execute(&mut *tx.inner).await.doing("accept a register")?;
        tx.commit(&[told("register.accepted", json!({"register": hash, "author": author}))]).await
    }

    /// Applies a register in the place of the one that it was compared with. `false`: another took that place meanwhile, or
    /// it is the one applied.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn apply_register(&self, change: &RegisterChange, now: Moment) -> Result<bool, StoreError> {
        let RegisterChange { before, after, leases, bad_rows, added, changed, removed } = change;
        let mut tx = self.begin(now).await?;
        let noted = match before {
            Some(before) => sqlx::query("update house set value = $2 where key = $1 and value = $3 and value <> $2")
                .bind(APPLIED)
                .bind(after)
                .bind(before),
            None => sqlx::query("insert into house (key, value) values ($1, $2) on conflict (key) do nothing")
                .bind(APPLIED)
                .bind(after),
        };
        if noted.execute(&mut *tx.inner).await.doing("apply a register")?.rows_affected() == 0 {
            tx.roll_back().await?;
            return Ok(false);
        }
        let id = new_id();
        let gone = removed.iter().map(|reference| (reference.as_str(), ""));
        let there = added.iter().chain(changed).map(|(reference, hash)| (reference.as_str(), hash.as_str()));
        for (reference, hash) in there.chain(gone) {
            tx.put_lease(reference, hash, &id).await?;
        }
        let counts = [*leases, *bad_rows, added.len(), changed.len(), removed.len()].map(|count| count as i64);
        tx.put_change(&id, change, counts, now).await?;
        let data = json!({
            "change": id, "before": before, "after": after, "leases": leases, "bad_rows": bad_rows,
            "added": added.len(), "changed": changed.len(), "removed": removed.len(),
        });
        point("register_noted");
        tx.commit(&[told("register.changed", data)]).await?;
        point("register_applied");
        Ok(true)
    }

    /// Gives the changes whose papers are not all looked through, the first first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_register_changes(&self) -> Result<Vec<OpenChange>, StoreError> {
        let query =
            sqlx::query("select id, before_hash, seen_to from register_changes where state = 'open' order by id");
        let rows = query.fetch_all(&self.reader).await.doing("read changes of the register")?;
        let read = |row: &AnyRow| -> Result<OpenChange, sqlx::Error> {
            let before: Option<String> = row.try_get("before_hash")?;
            Ok(OpenChange { id: row.try_get("id")?, is_first: before.is_none(), seen_to: row.try_get("seen_to")? })
        };
        rows.iter().map(|row| read(row).doing("read changes of the register")).collect()
    }

    /// Gives the references of the leases that a change touched, and no later one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn leases_of_change(&self, change: &str) -> Result<Vec<String>, StoreError> {
        let query = sqlx::query_scalar("select reference from register_leases where change_id = $1").bind(change);
        query.fetch_all(&self.reader).await.doing("read the leases of a change")
    }

    /// Gives the documents of the next sources that a change has to look at: those whose words are kept and that nobody is
    /// about to understand anyway.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn standing_papers(&self, change: &OpenChange) -> Result<StandingPage, StoreError> {
        let query = sqlx::query_scalar::<_, Option<String>>(
            "select max(id) from (select id from sources where id > $1 order by id limit $2) as page",
        );
        let query = query.bind(&change.seen_to).bind(AT_ONCE);
        let seen_to = query.fetch_one(&self.reader).await.doing("look through sources")?;
        let Some(last) = &seen_to else { return Ok(StandingPage { papers: Vec::new(), seen_to }) };
        let rows = sqlx::query(
            "select segments.source, sources.trace, latest.outcome, \
             case when touched.reference is null then 0 else 1 end as is_touched, \
             case when latest.outcome = 'accept' and touched.reference is null then '' else segments.fields end \
             as fields \
             from segments join sources on sources.id = segments.source \
             left join decisions as latest on latest.segment = segments.id and latest.at = \
             (select max(later.at) from decisions as later where later.segment = segments.id) \
             left join register_leases as touched on touched.reference = latest.lease and touched.change_id = $1 \
             where segments.source > $2 and segments.source <= $3 \
             and exists (select 1 from artifacts join blobs on blobs.hash = artifacts.blob \
             where artifacts.source = segments.source and artifacts.stage = 'read' and blobs.state <> 'purged') \
             and not exists (select 1 from jobs where jobs.source = segments.source and jobs.state <> 'done') \
             order by segments.source, segments.place",
        );
        let rows = rows.bind(&change.id).bind(&change.seen_to).bind(last).fetch_all(&self.reader).await;
        let rows = rows.doing("look through papers")?;
        let papers = rows.iter().map(|row| paper_of(row).doing("look at a paper")).collect::<Result<_, _>>()?;
        Ok(StandingPage { papers, seen_to })
    }

    /// Has sources understood again, and notes that the change has looked as far as `seen_to`; with `None` it is done.
    /// `false`: somebody else went on with it meanwhile, and nothing is in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn understand_again(
        &self,
        change: &OpenChange,
        sources: &BTreeMap<String, String>,
        seen_to: Option<&str>,
        now: Moment,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin(now).await?;
        let moved = sqlx::query(
            "update register_changes set seen_to = coalesce($1, seen_to), again = again + $2, state = $3 \
             where id = $4 and seen_to = $5 and state = 'open'",
        )
        .bind(seen_to)
        .bind(sources.len() as i64)
        .bind(if seen_to.is_some() { "open" } else { "done" })
        .bind(&change.id)
        .bind(&change.seen_to)
        .execute(&mut *tx.inner)
        .await
        .doing("go on with a change of the register")?;
        if moved.rows_affected() == 0 {
            tx.roll_back().await?;
            return Ok(false);
        }
        let mut events = Vec::new();
        for (source, trace) in sources {
            // Behind everything else that waits.
            let round = tx.add_round(source, Stage::Understand, Class::Masse, trace).await?;
            let job = job_id(source, Stage::Understand, round);
            events.push(NewEvent {
                kind: "source.reconsidered",
                source: Some(source.clone()),
                data: json!({"job": job, "change": change.id}),
                trace: trace.clone(),
            });
        }
        point("register_again");
        tx.commit(&events).await?;
        Ok(true)
    }
}

impl Tx {
    /// Tells whether a register is the one that decisions stand on, or none was ever applied. Holds the end of the journal
    /// until the commit, so that no other is applied in between.
    pub(super) async fn stands_on(&mut self, register: &str) -> Result<bool, StoreError> {
        journal::hold_end(&mut self.inner).await?;
        let query = sqlx::query_scalar::<_, String>("select value from house where key = $1").bind(APPLIED);
        let applied = query.fetch_optional(&mut *self.inner).await.doing("look which register is applied")?;
        Ok(applied.is_none_or(|applied| applied == register))
    }

    async fn put_lease(&mut self, reference: &str, hash: &str, change: &str) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into register_leases (reference, hash, change_id) values ($1, $2, $3) on conflict (reference) \
             do update set hash = excluded.hash, change_id = excluded.change_id",
        );
        let query = query.bind(reference).bind(hash).bind(change);
        query.execute(&mut *self.inner).await.doing("note a lease")?;
        Ok(())
    }

    async fn put_change(
        &mut self,
        id: &str,
        change: &RegisterChange,
        [leases, bad_rows, added, changed, removed]: [i64; 5],
        now: Moment,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into register_changes (id, before_hash, after_hash, leases, bad_rows, added, changed, removed, \
             seen_to, again, state, at) values ($1, $2, $3, $4, $5, $6, $7, $8, '', 0, 'open', $9)",
        )
        .bind(id)
        .bind(change.before.as_deref())
        .bind(&change.after)
        .bind(leases)
        .bind(bad_rows)
        .bind(added)
        .bind(changed)
        .bind(removed)
        .bind(now.0)
        .execute(&mut *self.inner)
        .await
        .doing("note a change of the register")?;
        Ok(())
    }
}

fn told(kind: &'static str, data: serde_json::Value) -> NewEvent {
    NewEvent { kind, source: None, data, trace: String::new() }
}

fn paper_of(row: &AnyRow) -> Result<StandingPaper, sqlx::Error> {
    Ok(StandingPaper {
        source: row.try_get("source")?,
        trace: row.try_get("trace")?,
        is_touched: row.try_get::<i64, _>("is_touched")? != 0,
        outcome: row.try_get("outcome")?,
        fields: row.try_get("fields")?,
    })
}
