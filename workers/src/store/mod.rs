//! The database: the truth about every source, and the only place that writes SQL of ours (the ERP's database, which is only
//! asked, has its one query in [`crate::register`]).
//!
//! One text of SQL and one folder of migrations for SQLite and PostgreSQL. Each method is one transaction or one query;
//! those that write begin with their write, so that SQLite never has to give up a lock it only half holds.
//!
//! Invariants:
//! - a stage ends with one transaction ([`Store::finish`]): job closed, artifact in, state on, next job in, events
//!   appended.
//! - who holds a job proves it with the token of the claim; with an older one nothing changes.
//! - what only says who is at it (a claim, mail on its way to the broker, that the bytes of a blob are there) may be
//!   forgotten by a server that loses its power: then it is done again. Everything else is on the disk when its
//!   transaction ends.
//! - events are only appended, each bound to the one before ([`journal`]).
//! - a decision is let in only while the register that it was made with is the one applied ([`Store::apply_register`]).
//! - what must reach a broker is a row of the outbox, written by the same transaction.

mod announce;
mod backup;
mod blob_keys;
mod claim;
mod ends;
mod error;
mod intake;
pub mod journal;
mod links;
mod lists;
mod migrations;
mod outbox;
mod place;
mod register;
pub mod relances;
mod results;
mod rows;
mod transaction;

pub use blob_keys::{BlobRow, BlobState};
pub use claim::{Lapsed, Taken};
pub(crate) use ends::segment_id;
pub use ends::{Artifact, DecisionRow, Failed, Failure, Finished, Released, SegmentRow, SourceEnd, StageEnd};
pub use error::StoreError;
pub use intake::{Arrival, TakenIn};
pub use links::{CopyCounts, DecisionCount, Earlier, LinkRow};
pub use lists::{ArrivalRow, DecidedRow};
pub use outbox::{DeadLetter, Mail, MailKind};
pub use place::Place;
pub use register::{LastChange, OpenChange, RegisterChange, StandingPage, StandingPaper};
pub use results::{JobCount, SourceRow};
pub use transaction::NewEvent;

use error::Doing;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, Connection, Executor};
use std::sync::Once;
use std::time::Duration;

/// Connections to PostgreSQL of one process: a few for its slots, one for rounds.
const CONNECTIONS: u32 = 5;
/// And for what a crash of the server may forget: claims, blobs that were written, and the relay.
const LIGHT: u32 = 4;
/// Readers of a SQLite file beside the one writer.
const READERS: u32 = 4;
/// Every commit reaches the disk (WAL and FULL), and another process is waited for, as for a backup.
const SQLITE: [&str; 4] = [
    "pragma busy_timeout = 20000",
    "pragma journal_mode = wal",
    "pragma synchronous = full",
    "pragma foreign_keys = on",
];
/// A commit is in order and seen by all, but the server does not wait for its disk.
const POSTGRES_LIGHT: [&str; 1] = ["set synchronous_commit = off"];
/// How long to wait for a connection before saying that the database does not answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What kind of database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file of this machine.
    Sqlite,
    /// A server.
    Postgres,
}

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    backend: Backend,
    writer: AnyPool,
    /// Writes what may be forgotten, so waits for no disk where the database lets it.
    light: AnyPool,
    reader: AnyPool,
    installation: String,
    broker: bool,
}

impl Store {
    /// Opens the database and brings its tables up to date. With `broker`, what happens is also put in the outbox.
    ///
    /// # Errors
    /// When the place is no store, does not answer, or belongs to a later version of the program.
    pub async fn open(place: &Place, broker: bool) -> Result<Self, StoreError> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let backend = place.backend()?;
        let url = place.url()?;
        let (writer, light, reader) = match backend {
            // One writer: waiting in line for a connection is fair and costs nothing, waiting for the file's lock polls.
            Backend::Sqlite => {
                is_there_room(&url).await?;
                let writer = pool(&url, 1, &SQLITE).await?;
                (writer.clone(), writer, pool(&url, READERS, &SQLITE).await?)
            }
            Backend::Postgres => {
                let writer = pool(&url, CONNECTIONS, &[]).await?;
                (writer.clone(), pool(&url, LIGHT, &POSTGRES_LIGHT).await?, writer)
            }
        };
        migrations::run(&writer).await?;
        let installation = installation(&writer).await?;
        Ok(Self { backend, writer, light, reader, installation, broker })
    }

    /// Gives the kind of database.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Gives the random name of this installation, under which its events leave.
    pub fn installation(&self) -> &str {
        &self.installation
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.writer.close().await;
        self.light.close().await;
        self.reader.close().await;
    }

    /// Asks the database for nothing, to see that it answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select id from journal where id = 1").fetch_one(&self.reader).await.doing("ping")?;
        Ok(())
    }
}

/// Says at once that the disk is full, where a pool would try again until its patience is over and not say why.
async fn is_there_room(url: &str) -> Result<(), StoreError> {
    let tried = async {
        let mut connection = AnyConnection::connect(url).await?;
        set_up(&mut connection, &SQLITE).await?;
        connection.close().await
    };
    match tried.await.doing("open") {
        Err(error) if error.is_full() => Err(error),
        _ => Ok(()),
    }
}

async fn pool(url: &str, most: u32, settings: &'static [&'static str]) -> Result<AnyPool, StoreError> {
    let mut options = AnyPoolOptions::new().max_connections(most).acquire_timeout(PATIENCE);
    if settings == SQLITE {
        // On a full disk a file cannot be opened anew: what is open stays open.
        options = options.idle_timeout(None).max_lifetime(None);
    }
    let options = options.after_connect(move |connection, _| Box::pin(set_up(connection, settings)));
    options.connect(url).await.doing("open")
}

async fn set_up(connection: &mut AnyConnection, settings: &[&'static str]) -> Result<(), sqlx::Error> {
    for setting in settings {
        connection.execute(*setting).await?;
    }
    Ok(())
}

/// Gives the name of the installation, choosing it on the first opening.
async fn installation(writer: &AnyPool) -> Result<String, StoreError> {
    sqlx::query("insert into house (key, value) values ('installation', $1) on conflict (key) do nothing")
        .bind(uuid::Uuid::now_v7().to_string())
        .execute(writer)
        .await
        .doing("name the installation")?;
    let query = sqlx::query_scalar("select value from house where key = 'installation'");
    query.fetch_one(writer).await.doing("name the installation")
}

/// Gives a new id, later ones sorting behind earlier ones.
pub(crate) fn new_id() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}
