//! What is known of a lease: papers decided, what is in the pipe, what was sent, what agents decided.

use super::super::error::Doing;
use super::super::links::speaks;
use super::super::{Store, StoreError};
use super::acts::{Act, act_of};
use super::agents::{Measure, measure_of};
use super::signals::{SignalRow, unseen};
use super::{COLUMNS, Relance, relance_of};
use crate::clock::Moment;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use std::collections::BTreeMap;

/// What is known of a lease.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeaseFacts {
    /// Its papers, as last decided, the first received first.
    pub papers: Vec<PaperRow>,
    /// What may be one of its papers: files that wait, are set aside, or wait for an agent without a lease.
    pub pipe: Vec<PipeRow>,
    /// Its reminders with their proofs, the first first.
    pub relances: Vec<(Relance, Vec<ProofRow>)>,
    /// The measures that stand.
    pub measures: Vec<Measure>,
    /// Addresses at which nothing arrives.
    pub bounces: Vec<BounceRow>,
    /// What agents did, the first first.
    pub acts: Vec<Act>,
    /// Letters that no agent has looked at.
    pub signals: Vec<SignalRow>,
}

/// A proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofRow {
    /// What it proves.
    pub kind: String,
    /// The proof.
    pub detail: String,
    /// The day that it gives.
    pub day: Option<String>,
    /// When it was kept.
    pub at: Moment,
}

/// An address at which nothing arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BounceRow {
    /// The channel.
    pub channel: String,
    /// The address, or the file of the letter that came back.
    pub target: String,
    /// Since when.
    pub at: Moment,
}

/// A document as last decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperRow {
    /// The document.
    pub segment: String,
    /// Its type's code.
    pub type_code: String,
    /// What was read, as JSON.
    pub fields: String,
    /// `accept`, `review` or `reject`.
    pub outcome: String,
    /// The reasons, as JSON.
    pub reasons: String,
    /// The checks, as JSON.
    pub checks: String,
    /// When its source first came.
    pub received_at: Moment,
    /// When it was decided.
    pub decided_at: Moment,
}

/// Something that is not decided yet, or set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipeRow {
    /// The source.
    pub source: String,
    /// `waiting`, `quarantine`, or `review` for a document that names no lease.
    pub state: String,
    /// Since when.
    pub since: Moment,
    /// Who sent it, where that is known.
    pub sender: Option<String>,
    /// What was read of a document without a lease, as JSON.
    pub fields: Option<String>,
}

/// Papers, the last decision on each; one that came twice for a lease is one paper.
const PAPERS: &str = concat!(
    "select decisions.lease, segments.id, segments.type, segments.fields, decisions.outcome, ",
    "decisions.reasons, decisions.checks, decisions.at, sources.received_at from decisions ",
    "join segments on segments.id = decisions.segment join sources on sources.id = segments.source ",
    "where decisions.at = (select max(later.at) from decisions as later where later.segment = decisions.segment) ",
    "and decisions.lease is not null",
    speaks!(" and twin.lease = decisions.lease")
);
const WAITING: &str = "select sources.id, sources.state, sources.received_at, \
     (select sender from arrivals where arrivals.source = sources.id order by received_at, id limit 1) as sender \
     from sources where sources.state in ('waiting', 'quarantine') order by sources.id";
/// Papers of nobody known; one that repeats another waits with that one.
const LOOSE: &str = concat!(
    "select sources.id, 'review' as state, sources.received_at, segments.fields, ",
    "(select sender from arrivals where arrivals.source = sources.id order by received_at, id limit 1) as sender ",
    "from decisions join segments on segments.id = decisions.segment join sources on sources.id = segments.source ",
    "where decisions.lease is null and decisions.outcome = 'review' ",
    "and not exists (select 1 from source_signals where source_signals.source = sources.id and seen_at is not null) ",
    "and decisions.at = (select max(later.at) from decisions as later where later.segment = decisions.segment)",
    speaks!("")
);

const ACTS: &str = "select lease, kind, day, detail, author, at from lease_acts";

/// Gives what is known of one lease, within a transaction.
pub(super) async fn of_lease(connection: &mut AnyConnection, lease: &str) -> Result<LeaseFacts, StoreError> {
    let mut facts = LeaseFacts { pipe: pipe(connection).await?, ..LeaseFacts::default() };
    let sql = format!("{PAPERS} and decisions.lease = $1 order by sources.received_at, segments.id");
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(lease).fetch_all(&mut *connection).await;
    for row in rows.doing("read the papers of a lease")? {
        facts.papers.push(paper_of(&row).doing("read a paper")?.1);
    }
    let sql = format!("select {COLUMNS} from relances where lease = $1 order by created_at, id");
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(lease).fetch_all(&mut *connection).await;
    for row in rows.doing("read the reminders of a lease")? {
        facts.relances.push((relance_of(&row)?, Vec::new()));
    }
    let rows = sqlx::query(
        "select relance, kind, detail, day, at from relance_proofs where relance in \
         (select id from relances where lease = $1) order by at, id",
    );
    for row in rows.bind(lease).fetch_all(&mut *connection).await.doing("read proofs")? {
        let (relance, proof) = proof_of(&row).doing("read a proof")?;
        if let Some((_, proofs)) = facts.relances.iter_mut().find(|(known, _)| known.id == relance) {
            proofs.push(proof);
        }
    }
    let rows = sqlx::query(
        "select lease, kind, detail, until, author, at from lease_measures where lease = $1 and ended_at is null",
    );
    for row in rows.bind(lease).fetch_all(&mut *connection).await.doing("read measures")? {
        facts.measures.push(measure_of(&row)?);
    }
    let rows = sqlx::query("select lease, channel, target, at from bounced_contacts where lease = $1").bind(lease);
    for row in rows.fetch_all(&mut *connection).await.doing("read bounces")? {
        facts.bounces.push(bounce_of(&row).doing("read a bounce")?.1);
    }
    let sql = format!("{ACTS} where lease = $1 order by at, id");
    for row in sqlx::query(AssertSqlSafe(sql)).bind(lease).fetch_all(&mut *connection).await.doing("read acts")? {
        facts.acts.push(act_of(&row)?);
    }
    facts.signals = unseen(connection, Some(lease)).await?;
    Ok(facts)
}

impl Store {
    /// Gives what is known of every lease that something is known of, and what is in the pipe for nobody in particular.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn all_lease_facts(&self) -> Result<(BTreeMap<String, LeaseFacts>, Vec<PipeRow>), StoreError> {
        let mut connection = self.reader.acquire().await.doing("read what is known of leases")?;
        let mut all: BTreeMap<String, LeaseFacts> = BTreeMap::new();
        let pipe = pipe(&mut connection).await?;
        let sql = format!("{PAPERS} order by sources.received_at, segments.id");
        for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *connection).await.doing("read papers")? {
            let (lease, paper) = paper_of(&row).doing("read a paper")?;
            all.entry(lease).or_default().papers.push(paper);
        }
        let mut proofs: BTreeMap<String, Vec<ProofRow>> = BTreeMap::new();
        let rows = sqlx::query("select relance, kind, detail, day, at from relance_proofs order by at, id");
        for row in rows.fetch_all(&mut *connection).await.doing("read proofs")? {
            let (relance, proof) = proof_of(&row).doing("read a proof")?;
            proofs.entry(relance).or_default().push(proof);
        }
        // Decisions are long; of one that came back the address is wanted.
        let columns =
            COLUMNS.replace("decision,", "case when state = 'non_distribuee' then decision else '' end as decision,");
        let sql = format!("select {columns} from relances order by created_at, id");
        for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *connection).await.doing("read reminders")? {
            let relance = relance_of(&row)?;
            let proofs = proofs.remove(&relance.id).unwrap_or_default();
            all.entry(relance.key.lease.clone()).or_default().relances.push((relance, proofs));
        }
        let rows =
            sqlx::query("select lease, kind, detail, until, author, at from lease_measures where ended_at is null");
        for row in rows.fetch_all(&mut *connection).await.doing("read measures")? {
            let measure = measure_of(&row)?;
            all.entry(measure.lease.clone()).or_default().measures.push(measure);
        }
        let rows = sqlx::query("select lease, channel, target, at from bounced_contacts");
        for row in rows.fetch_all(&mut *connection).await.doing("read bounces")? {
            let (lease, bounce) = bounce_of(&row).doing("read a bounce")?;
            all.entry(lease).or_default().bounces.push(bounce);
        }
        let sql = format!("{ACTS} order by at, id");
        for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *connection).await.doing("read acts")? {
            let act = act_of(&row)?;
            all.entry(act.lease.clone()).or_default().acts.push(act);
        }
        for signal in unseen(&mut connection, None).await? {
            all.entry(signal.lease.clone()).or_default().signals.push(signal);
        }
        Ok((all, pipe))
    }
}

async fn pipe(connection: &mut AnyConnection) -> Result<Vec<PipeRow>, StoreError> {
    let mut pipe = Vec::new();
    let read = |row: &AnyRow, fields: Option<String>| -> Result<PipeRow, sqlx::Error> {
        Ok(PipeRow {
            source: row.try_get("id")?,
            state: row.try_get("state")?,
            since: Moment(row.try_get("received_at")?),
            sender: row.try_get("sender")?,
            fields,
        })
    };
    for row in sqlx::query(WAITING).fetch_all(&mut *connection).await.doing("read what waits")? {
        pipe.push(read(&row, None).doing("read what waits")?);
    }
    for row in sqlx::query(LOOSE).fetch_all(&mut *connection).await.doing("read what names no lease")? {
        let fields = row.try_get("fields").doing("read what names no lease")?;
        pipe.push(read(&row, Some(fields)).doing("read what names no lease")?);
    }
    Ok(pipe)
}

fn paper_of(row: &AnyRow) -> Result<(String, PaperRow), sqlx::Error> {
    let paper = PaperRow {
        segment: row.try_get("id")?,
        type_code: row.try_get("type")?,
        fields: row.try_get("fields")?,
        outcome: row.try_get("outcome")?,
        reasons: row.try_get("reasons")?,
        checks: row.try_get("checks")?,
        received_at: Moment(row.try_get("received_at")?),
        decided_at: Moment(row.try_get("at")?),
    };
    Ok((row.try_get("lease")?, paper))
}

fn proof_of(row: &AnyRow) -> Result<(String, ProofRow), sqlx::Error> {
    let proof = ProofRow {
        kind: row.try_get("kind")?,
        detail: row.try_get("detail")?,
        day: row.try_get("day")?,
        at: Moment(row.try_get("at")?),
    };
    Ok((row.try_get("relance")?, proof))
}

fn bounce_of(row: &AnyRow) -> Result<(String, BounceRow), sqlx::Error> {
    let bounce =
        BounceRow { channel: row.try_get("channel")?, target: row.try_get("target")?, at: Moment(row.try_get("at")?) };
    Ok((row.try_get("lease")?, bounce))
}
