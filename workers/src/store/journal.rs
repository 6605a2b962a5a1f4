//! The journal: what happened, in order, each row bound to the one before by its hash.
//!
//! The hash of a row is SHA-256 over the hash of the row before and the canonical body (JSON, keys sorted, no spaces),
//! which holds everything that the other columns repeat. [`verify`](super::Store::verify_journal) finds a row edited,
//! removed, inserted or moved. Whoever can write the database can rewrite the whole chain, or cut its end: that shows
//! only against a [`Head`] kept outside.

use super::error::Doing;
use super::{NewEvent, Store, StoreError, rows};
use crate::clock::Moment;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Rows read at once while verifying.
const BATCH: i64 = 1000;
/// Binds a hash to its purpose.
const DOMAIN: &[u8] = b"guichet-journal-1\n";

/// The end of the journal at some moment, to be kept outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of the last row; 0 for an empty journal.
    pub seq: i64,
    /// Its hash, hexadecimal.
    pub hash: String,
}

impl fmt::Display for Head {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}", self.seq, self.hash)
    }
}

/// A text that is no head.
#[derive(Debug, thiserror::Error)]
#[error("« {0} » n'est pas une tête de journal : donner NUMÉRO:EMPREINTE, comme l'affiche « guichet audit head »")]
pub struct NoHead(String);

impl FromStr for Head {
    type Err = NoHead;

    fn from_str(text: &str) -> Result<Self, NoHead> {
        let parts = text.trim().split_once(':').and_then(|(seq, hash)| Some((seq.parse().ok()?, hash)));
        match parts {
            Some((seq, hash)) if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Ok(Self { seq, hash: hash.to_ascii_lowercase() })
            }
            _ => Err(NoHead(text.to_owned())),
        }
    }
}

/// A row of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Counts from 1 without a gap.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// What happened.
    pub kind: String,
    /// The source that it happened to.
    pub source: Option<String>,
    /// Everything, canonical.
    pub body: String,
    /// The hash of the row before.
    pub previous: String,
    /// The hash of this one.
    pub hash: String,
}

impl Entry {
    /// Builds the row of an event behind the end of the journal.
    pub(super) fn following(end: &Head, at: Moment, event: &NewEvent) -> Self {
        let seq = end.seq + 1;
        let body = canonical(&json!({
            "seq": seq, "at": at.0, "kind": event.kind, "source": event.source, "data": event.data,
        }));
        let hash = bound(&end.hash, &body);
        let (kind, source) = (event.kind.to_owned(), event.source.clone());
        Self { seq, at, kind, source, body, previous: end.hash.clone(), hash }
    }

    /// Gives the end of a journal that ends here.
    pub(super) fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash.clone() }
    }

    /// Says what is wrong with this row behind `end`.
    fn flaw(&self, end: &Head) -> Option<FlawKind> {
        if self.seq != end.seq + 1 {
            return Some(FlawKind::Gap);
        }
        if self.previous != end.hash {
            return Some(FlawKind::Chain);
        }
        if bound(&self.previous, &self.body) != self.hash {
            return Some(FlawKind::Body);
        }
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let same = body["seq"] == self.seq
            && body["at"] == self.at.0
            && body["kind"] == self.kind.as_str()
            && body["source"].as_str() == self.source.as_deref();
        (!same).then_some(FlawKind::Columns)
    }
}

/// What is wrong with a journal, and where it first shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The row.
    pub seq: i64,
    /// What is wrong.
    pub kind: FlawKind,
}

/// What can be wrong with a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlawKind {
    /// A number is missing or comes twice.
    Gap,
    /// The row does not follow the one before it.
    Chain,
    /// The body does not have the hash of the row.
    Body,
    /// Another column does not say what the body says.
    Columns,
    /// The end that the store keeps is not the last row.
    End,
    /// The head kept outside is not in this journal.
    OutsideHead,
}

impl FlawKind {
    /// Gives a French sentence for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Gap => "une ligne manque, ou se trouve deux fois",
            Self::Chain => "la ligne ne suit pas celle qui la précède",
            Self::Body => "le contenu de la ligne a été modifié",
            Self::Columns => "une colonne ne dit pas la même chose que le contenu de la ligne",
            Self::End => "la fin du journal n'est pas sa dernière ligne",
            Self::OutsideHead => "la tête gardée au dehors n'est pas dans ce journal : il a été coupé ou réécrit",
        }
    }
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The last row that holds.
    pub head: Head,
    /// The first thing wrong.
    pub flaw: Option<Flaw>,
}

impl Store {
    /// Gives the end of the journal.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn journal_head(&self) -> Result<Head, StoreError> {
        let row = sqlx::query("select seq, hash from journal where id = 1").fetch_one(&self.reader).await;
        head_of(&row.doing("read the end of the journal")?)
    }

    /// Reads the whole journal and checks every row, and that `outside` is one of its heads.
    ///
    /// # Errors
    /// When the database does not answer; a flaw is a result.
    pub async fn verify_journal(&self, outside: Option<&Head>) -> Result<Verified, StoreError> {
        // The end first: rows appended meanwhile are behind it.
        let kept = self.journal_head().await?;
        let mut end = genesis();
        let mut seen_outside = outside.is_none_or(|head| *head == end);
        loop {
            let entries = self.events_after(end.seq, BATCH).await?;
            if entries.is_empty() {
                break;
            }
            for entry in entries {
                if let Some(kind) = entry.flaw(&end) {
                    let flaw = Some(Flaw { seq: entry.seq, kind });
                    return Ok(Verified { head: end, flaw });
                }
                end = entry.head();
                seen_outside |= outside == Some(&end);
                if end.seq == kept.seq && end != kept {
                    return Ok(Verified { flaw: Some(Flaw { seq: end.seq, kind: FlawKind::End }), head: end });
                }
            }
        }
        let flaw = if end.seq < kept.seq {
            Some(Flaw { seq: end.seq + 1, kind: FlawKind::End })
        } else if end.seq > kept.seq && self.journal_head().await?.seq < end.seq {
            Some(Flaw { seq: kept.seq + 1, kind: FlawKind::End })
        } else if !seen_outside {
            Some(Flaw { seq: outside.map_or(0, |head| head.seq), kind: FlawKind::OutsideHead })
        } else {
            None
        };
        Ok(Verified { head: end, flaw })
    }

    /// Gives the rows behind number `seq`, at most so many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn events_after(&self, seq: i64, most: i64) -> Result<Vec<Entry>, StoreError> {
        let query = sqlx::query(
            "select seq, at, kind, source, body, previous, hash from events where seq > $1 order by seq limit $2",
        );
        let rows = query.bind(seq).bind(most).fetch_all(&self.reader).await.doing("read the journal")?;
        rows.iter().map(|row| entry_of(row).doing("read the journal")).collect()
    }
}

fn genesis() -> Head {
    Head { seq: 0, hash: "0".repeat(64) }
}

/// Holds the end of the journal until the transaction ends: who looks at what others write sees all of it from here on.
pub(super) async fn hold_end(connection: &mut AnyConnection) -> Result<(), StoreError> {
    let query = sqlx::query("update journal set seq = seq where id = 1");
    query.execute(&mut *connection).await.doing("hold the end of the journal")?;
    Ok(())
}

/// Takes the end of the journal for `count` more rows: others who append wait for this transaction.
pub(super) async fn take_end(connection: &mut AnyConnection, count: usize) -> Result<Head, StoreError> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let row = sqlx::query("update journal set seq = seq + $1 where id = 1 returning seq - $1 as seq, hash")
        .bind(count)
        .fetch_one(&mut *connection)
        .await;
    head_of(&row.doing("take the end of the journal")?)
}

/// Puts rows in behind the end that was taken, and `end` as the new one.
pub(super) async fn append(connection: &mut AnyConnection, entries: &[Entry], end: &Head) -> Result<(), StoreError> {
    for entries in entries.chunks(rows::AT_ONCE) {
        let sql = format!(
            "insert into events (seq, at, kind, source, body, previous, hash) values {}",
            rows::rows(entries.len(), 7)
        );
        let query = entries.iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, entry| {
            let Entry { seq, at, kind, source, body, previous, hash } = entry;
            query.bind(seq).bind(at.0).bind(kind).bind(source.as_deref()).bind(body).bind(previous).bind(hash)
        });
        query.execute(&mut *connection).await.doing("append to the journal")?;
    }
    let query = sqlx::query("update journal set seq = $1, hash = $2 where id = 1").bind(end.seq).bind(&end.hash);
    query.execute(&mut *connection).await.doing("move the end of the journal")?;
    Ok(())
}

fn head_of(row: &AnyRow) -> Result<Head, StoreError> {
    let read = || Ok(Head { seq: row.try_get("seq")?, hash: row.try_get("hash")? });
    read().doing("read the end of the journal")
}

fn entry_of(row: &AnyRow) -> Result<Entry, sqlx::Error> {
    Ok(Entry {
        seq: row.try_get("seq")?,
        at: Moment(row.try_get("at")?),
        kind: row.try_get("kind")?,
        source: row.try_get("source")?,
        body: row.try_get("body")?,
        previous: row.try_get("previous")?,
        hash: row.try_get("hash")?,
    })
}

fn bound(previous: &str, body: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(DOMAIN);
    hash.update(previous.as_bytes());
    hash.update(b"\n");
    hash.update(body.as_bytes());
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes JSON in the one way that is hashed: keys sorted, no spaces.
fn canonical(value: &Value) -> String {
    fn sorted(value: &Value) -> Value {
        match value {
            Value::Object(map) => {
                let keys: BTreeMap<&String, &Value> = map.iter().collect();
                Value::Object(keys.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect())
            }
            Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
            other => other.clone(),
        }
    }
    sorted(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &'static str) -> NewEvent {
        NewEvent {
            kind,
            source: Some("s1".to_owned()),
            data: json!({"b": [{"z": 1, "a": 2}], "a": null}),
            trace: String::new(),
        }
    }

    #[test]
    fn rows_are_bound_to_the_one_before() {
        let first = Entry::following(&genesis(), Moment(7), &event("source.received"));
        assert_eq!(
            first.body,
            r#"{"at":7,"data":{"a":null,"b":[{"a":2,"z":1}]},"kind":"source.received","seq":1,"source":"s1"}"#
        );
        let second = Entry::following(&first.head(), Moment(8), &event("source.done"));
        assert_eq!(first.flaw(&genesis()), None);
        assert_eq!(second.flaw(&first.head()), None);

        type Edit = fn(&mut Entry);
        let edits: [(FlawKind, Edit); 6] = [
            (FlawKind::Gap, |entry| entry.seq = 3),
            (FlawKind::Chain, |entry| entry.previous.replace_range(0..1, "_")),
            (FlawKind::Body, |entry| entry.body = entry.body.replace("\"z\":1", "\"z\":2")),
            (FlawKind::Body, |entry| entry.hash.replace_range(0..1, "_")),
            (FlawKind::Columns, |entry| entry.at = Moment(9)),
            (FlawKind::Columns, |entry| entry.source = None),
        ];
        for (expected, edit) in edits {
            let mut edited = second.clone();
            edit(&mut edited);
            assert_eq!(edited.flaw(&first.head()), Some(expected), "{edited:?}");
        }
        assert_eq!(second.flaw(&genesis()), Some(FlawKind::Gap));
    }

    #[test]
    fn heads_are_written_and_read() {
        let head = Head { seq: 12, hash: "ab".repeat(32) };
        assert_eq!(head.to_string().parse::<Head>().unwrap(), head);
        for wrong in ["", "12", "12:ab", &format!("x:{}", "ab".repeat(32)), &format!("1:{}", "zz".repeat(32))] {
            assert!(wrong.parse::<Head>().unwrap_err().to_string().contains("audit head"), "{wrong}");
        }
    }
}
