//! The same paper in two sources: what documents are known by is kept, and those that resemble are linked.
//!
//! Every pair that resembles is a link from the later arrival to the earlier, whoever of the two was understood first.
//! Two transactions that end at once would not see one another: who links holds the end of the journal from before the
//! look until the commit, so that one of them sees the other's paper.
//!
//! A decision looks at papers that came before for another lease ([`Store::given_before`]). Where one of them is known only
//! since, or is no longer the same paper, the later source is understood again: what is decided does not depend on who was
//! understood first.

use super::error::Doing;
use super::transaction::Tx;
use super::{NewEvent, SegmentRow, Store, StoreError, journal, rows, segment_id};
use crate::clock::Moment;
use crate::job::{Class, Job, Stage};
use guichet_pipeline::resemblance::{Resemblance, Sameness, Signature, resemblance};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use std::collections::{BTreeMap, BTreeSet};

/// The same paper for the same lease, or for none.
const SAME_PAPER: &str = "meme_papier";
/// The same paper for another lease.
const OTHER_LEASE: &str = "autre_bail";
/// Papers that one is compared with, those that share most keys: the number of a group's contract is on thousands.
const MOST_CANDIDATES: i64 = 16;

/// A condition on the last decision of a document, `$same` being one more on that of its twin: of the same paper the first
/// that was accepted speaks, otherwise the first.
macro_rules! speaks {
    ($same:literal) => {
        concat!(
            " and not exists (select 1 from links join decisions as twin on twin.segment = links.other_segment ",
            "where links.segment = decisions.segment and links.kind = 'meme_papier' ",
            "and (decisions.outcome <> 'accept' or twin.outcome = 'accept') ",
            "and twin.at = (select max(later.at) from decisions as later where later.segment = twin.segment)",
            $same,
            ") and not exists (select 1 from links join decisions as twin on twin.segment = links.segment ",
            "where links.other_segment = decisions.segment and links.kind = 'meme_papier' ",
            "and decisions.outcome <> 'accept' and twin.outcome = 'accept' ",
            "and twin.at = (select max(later.at) from decisions as later where later.segment = twin.segment)",
            $same,
            ")"
        )
    };
}
pub(super) use speaks;

/// A paper that repeats an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// The document that came later.
    pub segment: String,
    /// Its source.
    pub source: String,
    /// The document that it repeats.
    pub other_segment: String,
    /// The source of that one.
    pub other: String,
    /// `meme_papier`, or `autre_bail` where it was given for another lease.
    pub kind: String,
}

/// A paper that came before for another lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// The document that repeats it.
    pub of: String,
    /// The earlier document.
    pub segment: String,
    /// The name under which its source first came.
    pub name: String,
    /// What was read of it, as JSON.
    pub fields: String,
    /// The lease that it was given for.
    pub lease: Option<String>,
}

/// How many documents stand where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionCount {
    /// The type's code.
    pub type_code: String,
    /// `accept`, `review` or `reject`.
    pub outcome: String,
    /// How many, the same paper counting once.
    pub count: i64,
}

/// How many documents repeat others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CopyCounts {
    /// Documents that are the same paper as an earlier one.
    pub same_paper: i64,
    /// Documents that are an earlier paper for another lease.
    pub other_lease: i64,
}

/// A document as it takes part in a comparison.
struct Known {
    segment: String,
    source: String,
    signature: Signature,
    lease: Option<String>,
}

/// A link as it is kept: the documents, and what is told of them.
type Links = BTreeMap<(String, String), Found>;

struct Found {
    kind: &'static str,
    source: String,
    other: String,
    resemblance: Resemblance,
}

impl Store {
    /// Gives the links of documents whose sources lie between two, both included.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn links_between(&self, first: &str, last: &str) -> Result<Vec<LinkRow>, StoreError> {
        let query = sqlx::query(
            "select segment, source, other_segment, other, kind from links where source >= $1 and source <= $2 \
             order by source, segment, other, other_segment",
        );
        let rows = query.bind(first).bind(last).fetch_all(&self.reader).await.doing("list links")?;
        rows.iter().map(|row| link_of(row).doing("read a link")).collect()
    }

    /// Gives the papers that came before for another lease than that of these documents of a source.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn given_before(&self, job: &Job, segments: &[SegmentRow]) -> Result<Vec<Earlier>, StoreError> {
        let mut earlier = Vec::new();
        let mine = known(job, segments);
        if mine.is_empty() {
            return Ok(earlier);
        }
        let mut connection = self.reader.acquire().await.doing("look for earlier papers")?;
        for known in &mine {
            for other in candidates(&mut connection, known).await? {
                let found = linked(known, &other).filter(|(_, found)| found.kind == OTHER_LEASE);
                if found.is_some_and(|((_, earlier), _)| earlier == other.segment && other.source != job.source) {
                    earlier.extend(read_earlier(&mut connection, known, other).await?);
                }
            }
        }
        Ok(earlier)
    }

    /// Counts documents by type and last decision, the same paper once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn decision_counts(&self) -> Result<Vec<DecisionCount>, StoreError> {
        let query = sqlx::query(concat!(
            "select segments.type, decisions.outcome, count(*) as documents from decisions ",
            "join segments on segments.id = decisions.segment where decisions.at = ",
            "(select max(later.at) from decisions as later where later.segment = decisions.segment)",
            speaks!(""),
            " group by segments.type, decisions.outcome order by segments.type, decisions.outcome"
        ));
        let rows = query.fetch_all(&self.reader).await.doing("count decisions")?;
        let read = |row: &AnyRow| -> Result<DecisionCount, sqlx::Error> {
            let (type_code, outcome) = (row.try_get("type")?, row.try_get("outcome")?);
            Ok(DecisionCount { type_code, outcome, count: row.try_get("documents")? })
        };
        rows.iter().map(|row| read(row).doing("count decisions")).collect()
    }

    /// Counts documents that repeat others.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn copy_counts(&self) -> Result<CopyCounts, StoreError> {
        let query = sqlx::query("select kind, count(distinct segment) as documents from links group by kind");
        let mut counts = CopyCounts::default();
        for row in query.fetch_all(&self.reader).await.doing("count links")? {
            let read =
                || -> Result<(String, i64), sqlx::Error> { Ok((row.try_get("kind")?, row.try_get("documents")?)) };
            match read().doing("count links")? {
                (kind, documents) if kind == SAME_PAPER => counts.same_paper = documents,
                (_, documents) => counts.other_lease += documents,
            }
        }
        Ok(counts)
    }
}

fn link_of(row: &AnyRow) -> Result<LinkRow, sqlx::Error> {
    Ok(LinkRow {
        segment: row.try_get("segment")?,
        source: row.try_get("source")?,
        other_segment: row.try_get("other_segment")?,
        other: row.try_get("other")?,
        kind: row.try_get("kind")?,
    })
}

impl Tx {
    /// Replaces what the documents of a source are known by and the links that they have; gives what is new in them.
    /// `considered` are the earlier papers for other leases that its decisions know of.
    pub(super) async fn link_papers(
        &mut self,
        job: &Job,
        segments: &[SegmentRow],
        considered: &[String],
        now: Moment,
    ) -> Result<Vec<NewEvent>, StoreError> {
        let mine = known(job, segments);
        let query = sqlx::query("delete from signatures where source = $1").bind(&job.source);
        let had = query.execute(&mut *self.inner).await.doing("forget signatures")?.rows_affected() > 0;
        if mine.is_empty() && !had {
            return Ok(Vec::new());
        }
        journal::hold_end(&mut self.inner).await?;
        let before = self.forget_links(&job.source).await?;
        for known in &mine {
            self.put_signature(known).await?;
        }
        let mut links = Links::new();
        for known in &mine {
            for other in candidates(&mut self.inner, known).await? {
                links.extend(linked(known, &other));
            }
        }
        for (pair, found) in &links {
            self.put_link(pair, found, now).await?;
        }
        let mut events = news(job, &before, &links);
        for source in overtaken(job, &before, &links, considered) {
            events.extend(self.understand_again(&source).await?);
        }
        Ok(events)
    }

    /// Has a source understood again, unless that is still to be done anyway.
    async fn understand_again(&mut self, source: &str) -> Result<Option<NewEvent>, StoreError> {
        let query = sqlx::query(
            "select sources.class, sources.trace, count(*) as jobs, \
             sum(case when jobs.state = 'done' then 1 else 0 end) as done from jobs \
             join sources on sources.id = jobs.source where jobs.source = $1 and jobs.stage = $2 \
             group by sources.class, sources.trace",
        );
        let query = query.bind(source).bind(Stage::Understand.name());
        let row = query.fetch_optional(&mut *self.inner).await.doing("look at what was understood")?;
        let Some(row) = row else { return Ok(None) };
        let read = || -> Result<(String, String, i64, i64), sqlx::Error> {
            Ok((row.try_get("class")?, row.try_get("trace")?, row.try_get("jobs")?, row.try_get("done")?))
        };
        let (class, trace, jobs, done) = read().doing("look at what was understood")?;
        if done < jobs {
            return Ok(None);
        }
        let class: Class = class.parse().map_err(|error: crate::job::UnknownName| StoreError::Row {
            table: "sources",
            id: source.to_owned(),
            problem: error.to_string(),
        })?;
        let round = self.add_round(source, Stage::Understand, class, &trace).await?;
        let (source, data) = (Some(source.to_owned()), json!({"round": round}));
        Ok(Some(NewEvent { kind: "source.reconsidered", source, data, trace }))
    }

    /// Takes away the links of a source in either direction, and gives them with their kinds.
    async fn forget_links(&mut self, source: &str) -> Result<BTreeMap<(String, String), LinkRow>, StoreError> {
        let query = sqlx::query("delete from signature_keys where source = $1").bind(source);
        query.execute(&mut *self.inner).await.doing("forget keys")?;
        let query = sqlx::query(
            "delete from links where source = $1 or other = $1 returning segment, source, other_segment, other, kind",
        );
        let rows = query.bind(source).fetch_all(&mut *self.inner).await.doing("forget links")?;
        let links = rows.iter().map(|row| link_of(row).doing("forget links"));
        links.map(|link| link.map(|link| ((link.segment.clone(), link.other_segment.clone()), link))).collect()
    }

    async fn put_signature(&mut self, known: &Known) -> Result<(), StoreError> {
        let body = serde_json::to_string(&known.signature).map_err(|error| malformed(&known.segment, &error))?;
        let query = sqlx::query("insert into signatures (segment, source, body) values ($1, $2, $3)");
        let query = query.bind(&known.segment).bind(&known.source).bind(body);
        query.execute(&mut *self.inner).await.doing("keep a signature")?;
        let keys = known.signature.keys();
        let rows: Vec<String> = (3..keys.len() + 3).map(|at| format!("(${at}, $1, $2)")).collect();
        let sql = format!("insert into signature_keys (key, segment, source) values {}", rows.join(", "));
        let query = sqlx::query(AssertSqlSafe(sql)).bind(&known.segment).bind(&known.source);
        let query = keys.iter().fold(query, |query, key| query.bind(*key));
        query.execute(&mut *self.inner).await.doing("keep keys")?;
        Ok(())
    }

    async fn put_link(&mut self, pair: &(String, String), found: &Found, now: Moment) -> Result<(), StoreError> {
        sqlx::query(
            "insert into links (segment, source, other_segment, other, kind, agreeing, likeness, at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&pair.0)
        .bind(&found.source)
        .bind(&pair.1)
        .bind(&found.other)
        .bind(found.kind)
        .bind(json!(found.resemblance.agreeing).to_string())
        .bind(thousandths(&found.resemblance))
        .bind(now.0)
        .execute(&mut *self.inner)
        .await
        .doing("link papers")?;
        Ok(())
    }
}

/// Gives the documents that share a key with one.
async fn candidates(connection: &mut AnyConnection, known: &Known) -> Result<Vec<Known>, StoreError> {
    let keys = known.signature.keys();
    let sql = format!(
        "select signatures.segment, signatures.source, signatures.body, \
         (select lease from decisions where decisions.segment = signatures.segment order by at desc limit 1) as lease \
         from (select segment, count(*) as shared from signature_keys where key in ({}) and segment <> $1 \
         group by segment order by count(*) desc, segment limit $2) as found \
         join signatures on signatures.segment = found.segment order by signatures.source, signatures.segment",
        rows::places(3, keys.len())
    );
    let query = sqlx::query(AssertSqlSafe(sql)).bind(&known.segment).bind(MOST_CANDIDATES);
    let query = keys.iter().fold(query, |query, key| query.bind(*key));
    let rows = query.fetch_all(&mut *connection).await.doing("find papers that resemble")?;
    rows.iter().map(known_of).collect()
}

/// Gives what is to be known of an earlier paper; nothing where its source was purged meanwhile.
async fn read_earlier(
    connection: &mut AnyConnection,
    known: &Known,
    other: Known,
) -> Result<Option<Earlier>, StoreError> {
    let query = sqlx::query(
        "select fields, (select name from arrivals where arrivals.source = segments.source order by received_at, id \
         limit 1) as name from segments where id = $1",
    );
    let row = query.bind(&other.segment).fetch_optional(&mut *connection).await.doing("read an earlier paper")?;
    let read = |row: AnyRow| -> Result<Earlier, sqlx::Error> {
        let (of, segment, lease) = (known.segment.clone(), other.segment, other.lease);
        Ok(Earlier { of, segment, name: row.try_get("name")?, fields: row.try_get("fields")?, lease })
    };
    row.map(|row| read(row).doing("read an earlier paper")).transpose()
}

/// Gives the sources whose decisions know of other earlier papers for other leases than there are now.
fn overtaken(
    job: &Job,
    before: &BTreeMap<(String, String), LinkRow>,
    links: &Links,
    considered: &[String],
) -> BTreeSet<String> {
    let was = |pair: &(String, String)| before.get(pair).is_some_and(|link| link.kind == OTHER_LEASE);
    let is = |pair: &(String, String)| links.get(pair).is_some_and(|found| found.kind == OTHER_LEASE);
    let later = links.iter().map(|(pair, found)| (pair, &found.source));
    let later = later.chain(before.iter().map(|(pair, link)| (pair, &link.source)));
    let others = later.filter(|&(pair, source)| *source != job.source && was(pair) != is(pair));
    let mut overtaken: BTreeSet<String> = others.map(|(_, source)| source.clone()).collect();
    let mine =
        links.iter().filter(|&(pair, found)| found.source == job.source && found.other != job.source && is(pair));
    let mine: BTreeSet<&String> = mine.map(|((_, earlier), _)| earlier).collect();
    if mine != considered.iter().collect::<BTreeSet<&String>>() {
        overtaken.insert(job.source.clone());
    }
    overtaken
}

/// Gives the documents of a source by which they can be found again.
fn known(job: &Job, segments: &[SegmentRow]) -> Vec<Known> {
    let known = (1_i64..).zip(segments).filter_map(|(place, row)| {
        let signature = row.signature.clone().filter(|signature| !signature.keys().is_empty())?;
        let lease = row.decision.as_ref().and_then(|decision| decision.lease.clone());
        Some(Known { segment: segment_id(&job.source, place), source: job.source.clone(), signature, lease })
    });
    known.collect()
}

fn known_of(row: &AnyRow) -> Result<Known, StoreError> {
    let read = || -> Result<(String, String, String, Option<String>), sqlx::Error> {
        Ok((row.try_get("segment")?, row.try_get("source")?, row.try_get("body")?, row.try_get("lease")?))
    };
    let (segment, source, body, lease) = read().doing("read a signature")?;
    let signature = serde_json::from_str(&body).map_err(|error| malformed(&segment, &error))?;
    Ok(Known { segment, source, signature, lease })
}

fn malformed(segment: &str, error: &serde_json::Error) -> StoreError {
    StoreError::Row { table: "signatures", id: segment.to_owned(), problem: error.to_string() }
}

/// Gives the link between two documents, from the later arrival to the earlier, if they resemble.
fn linked(one: &Known, other: &Known) -> Option<((String, String), Found)> {
    let resemblance = resemblance(&one.signature, &other.signature)?;
    let kind = match (&one.lease, &other.lease, resemblance.sameness) {
        (Some(one), Some(other), _) if one != other => OTHER_LEASE,
        // Two tenants of one lease may each have a paper of the contract that covers both.
        (Some(_), Some(_), Sameness::OtherHolder) => return None,
        (_, _, Sameness::OtherHolder) => OTHER_LEASE,
        (_, _, Sameness::Paper) => SAME_PAPER,
    };
    let (later, earlier) = if place_of(one) > place_of(other) { (one, other) } else { (other, one) };
    let found = Found { kind, source: later.source.clone(), other: earlier.source.clone(), resemblance };
    Some(((later.segment.clone(), earlier.segment.clone()), found))
}

/// Sources sort in the order of their coming, documents in that of their pages.
fn place_of(known: &Known) -> (&str, i64) {
    let place = known.segment.rsplit('/').next().and_then(|place| place.parse().ok());
    (&known.source, place.unwrap_or_default())
}

/// Tells of links that were not there before, and of those that are no longer.
fn news(job: &Job, before: &BTreeMap<(String, String), LinkRow>, links: &Links) -> Vec<NewEvent> {
    let event =
        |kind, source: &str, data| NewEvent { kind, source: Some(source.to_owned()), data, trace: job.trace.clone() };
    let new = links.iter().filter(|(pair, found)| before.get(*pair).is_none_or(|link| link.kind != found.kind));
    let gone = before.iter().filter(|(pair, _)| !links.contains_key(*pair));
    let mut events: Vec<NewEvent> =
        new.map(|(pair, found)| event("document.same_paper", &found.source, told(pair, found))).collect();
    events.extend(gone.map(|((segment, other), link)| {
        event("document.other_paper", &link.source, json!({"segment": segment, "other": other, "link": link.kind}))
    }));
    events
}

fn told((segment, other): &(String, String), found: &Found) -> Value {
    json!({
        "segment": segment,
        "other": other,
        "link": found.kind,
        "agreeing": found.resemblance.agreeing,
        "likeness": thousandths(&found.resemblance),
    })
}

fn thousandths(found: &Resemblance) -> Option<i64> {
    found.likeness.map(|likeness| (likeness * 1000.0).round() as i64)
}
