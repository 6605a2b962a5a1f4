//! Houses for the tests of durable work: a database and a queue of one kind or another, empty, in a folder of their own.

pub mod house;

use crate::servers::{Postgres, Rabbit};
use guichet_workers::blobs::hash;
use guichet_workers::clock::Moment;
use guichet_workers::job::Class;
use guichet_workers::store::{Arrival, Place, Store, TakenIn};
use std::path::Path;
use tempfile::TempDir;

/// What a house is built on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A SQLite file, and the job table as queue.
    Embedded,
    /// PostgreSQL and RabbitMQ.
    Servers,
}

impl Ground {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Embedded, Self::Servers];

    /// Gives the address of an empty database.
    pub fn database(self, folder: &Path) -> Place {
        match self {
            Self::Embedded => Place::new(format!("sqlite:{}/guichet.db", folder.display())),
            Self::Servers => Place::new(Postgres::shared().database()),
        }
    }

    /// Gives the address of an empty queue.
    pub fn queue(self) -> Place {
        match self {
            Self::Embedded => Place::new("local:"),
            Self::Servers => Place::new(Rabbit::shared().house()),
        }
    }
}

/// Opens an empty store on each kind of ground, each with the folder that it lies in.
///
/// # Panics
/// When a folder or a store cannot be made.
pub async fn stores() -> Vec<(Ground, Store, TempDir)> {
    let mut stores = Vec::new();
    for ground in Ground::BOTH {
        let folder = tempfile::tempdir().expect("folders can be made");
        let store = Store::open(&ground.database(folder.path()), false).await.expect("the database opens");
        stores.push((ground, store, folder));
    }
    stores
}

/// Takes in a file of which only the name matters.
///
/// # Panics
/// When the store fails.
pub async fn take_in(store: &Store, name: &str, class: Class) -> String {
    let arrival = Arrival {
        sha256: hash(name.as_bytes()),
        bytes: 1,
        media_type: "application/pdf".to_owned(),
        name: name.to_owned(),
        channel: "test".to_owned(),
        sender: None,
        received_at: Moment::now(),
        key: None,
        class,
    };
    match store.take_in(&arrival, Moment::now()).await {
        Ok(TakenIn::New(source)) => source,
        other => panic!("{name} is not new: {other:?}"),
    }
}
