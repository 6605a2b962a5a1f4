//! What is known of sources, and how much there is to do.

use super::error::Doing;
use super::{Artifact, Store, StoreError};
use crate::clock::Moment;
use crate::job::Stage;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A source with its first arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// The id.
    pub id: String,
    /// Hash of the bytes, hexadecimal.
    pub sha256: String,
    /// `waiting`, `done`, `error` or `quarantine`.
    pub state: String,
    /// The name under which it first came.
    pub name: String,
    /// When it first came.
    pub received_at: Moment,
    /// Why it is in quarantine, as JSON.
    pub fault: Option<String>,
    /// Its result line, once there is one.
    pub line: Option<String>,
}

/// How many jobs of a kind there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobCount {
    /// The stage.
    pub stage: String,
    /// The class.
    pub class: String,
    /// `due`, `held`, `done` or `quarantine`.
    pub state: String,
    /// How many.
    pub count: i64,
    /// When the oldest of them was put in.
    pub oldest: Moment,
}

/// The text of a query for sources, each with its first arrival and its result line, where `$condition` holds.
macro_rules! sources {
    ($condition:literal) => {
        concat!(
            "select sources.id, sources.sha256, sources.state, sources.received_at, sources.fault, ",
            "(select name from arrivals where arrivals.source = sources.id order by received_at, id limit 1) as name, ",
            "(select body from artifacts where artifacts.source = sources.id and artifacts.stage = 'understand' ",
            "and artifacts.fingerprint = sources.result) as line ",
            "from sources where ",
            $condition
        )
    };
}
pub(super) use sources;

impl Store {
    /// Gives a source.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn source(&self, id: &str) -> Result<Option<SourceRow>, StoreError> {
        let row = sqlx::query(sources!("sources.id = $1"))
            .bind(id)
            .fetch_optional(&self.reader)
            .await
            .doing("find a source")?;
        row.map(|row| source_of(&row).doing("read a source")).transpose()
    }

    /// Gives sources behind `after` in the order of their ids, which is that of their coming.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sources_after(&self, after: &str, most: i64) -> Result<Vec<SourceRow>, StoreError> {
        let rows = sqlx::query(sources!("sources.id > $1 order by sources.id limit $2"))
            .bind(after)
            .bind(most)
            .fetch_all(&self.reader)
            .await
            .doing("list sources")?;
        rows.iter().map(|row| source_of(row).doing("read a source")).collect()
    }

    /// Gives the last thing that a stage made of a source.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn artifact(&self, source: &str, stage: Stage) -> Result<Option<Artifact>, StoreError> {
        let query = sqlx::query(
            "select fingerprint, body, blob from artifacts where source = $1 and stage = $2 order by at desc limit 1",
        );
        let query = query.bind(source).bind(stage.name());
        let row = query.fetch_optional(&self.reader).await.doing("find an artifact")?;
        row.map(|row| artifact_of(&row).doing("read an artifact")).transpose()
    }

    /// Gives what a stage made of a source from exactly these inputs.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn artifact_of(
        &self,
        source: &str,
        stage: Stage,
        fingerprint: &str,
    ) -> Result<Option<Artifact>, StoreError> {
        let query = sqlx::query(
            "select fingerprint, body, blob from artifacts where source = $1 and stage = $2 and fingerprint = $3",
        );
        let query = query.bind(source).bind(stage.name()).bind(fingerprint);
        let row = query.fetch_optional(&self.reader).await.doing("find an artifact")?;
        row.map(|row| artifact_of(&row).doing("read an artifact")).transpose()
    }

    /// Tells whether every job is done or set aside, and everything that the broker is to be told was told.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_idle(&self) -> Result<bool, StoreError> {
        // The first job that is not done answers: nothing is counted.
        let query = sqlx::query_scalar(
            "select count(*) from (select 1 from jobs where state in ('due', 'held') limit 1) as left_to_do",
        );
        let some: i64 = query.fetch_one(&self.reader).await.doing("look for jobs")?;
        Ok(some == 0 && self.outbox_size().await? == 0)
    }

    /// Counts jobs by stage, class and state.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn job_counts(&self) -> Result<Vec<JobCount>, StoreError> {
        let rows = sqlx::query(
            "select stage, class, state, count(*) as jobs, min(created_at) as oldest from jobs \
             group by stage, class, state order by stage, class, state",
        );
        let rows = rows.fetch_all(&self.reader).await.doing("count jobs")?;
        let read = |row: &AnyRow| -> Result<JobCount, sqlx::Error> {
            Ok(JobCount {
                stage: row.try_get("stage")?,
                class: row.try_get("class")?,
                state: row.try_get("state")?,
                count: row.try_get("jobs")?,
                oldest: Moment(row.try_get("oldest")?),
            })
        };
        rows.iter().map(|row| read(row).doing("count jobs")).collect()
    }
}

pub(super) fn source_of(row: &AnyRow) -> Result<SourceRow, sqlx::Error> {
    Ok(SourceRow {
        id: row.try_get("id")?,
        sha256: row.try_get("sha256")?,
        state: row.try_get("state")?,
        name: row.try_get("name")?,
        received_at: Moment(row.try_get("received_at")?),
        fault: row.try_get("fault")?,
        line: row.try_get("line")?,
    })
}

fn artifact_of(row: &AnyRow) -> Result<Artifact, sqlx::Error> {
    Ok(Artifact { fingerprint: row.try_get("fingerprint")?, body: row.try_get("body")?, blob: row.try_get("blob")? })
}
