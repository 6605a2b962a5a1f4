//! What happens to the servers beside the workers: killed, emptied, locked; and a way to look into the database from
//! outside meanwhile.

use super::Plan;
use super::blows::Struck;
use crate::durable::Ground;
use crate::servers::{Postgres, Rabbit};
use guichet_workers::store::{Place, Store, StoreError};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use sqlx::{Connection, Executor};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::OnceCell;

/// How long another process keeps the file of the embedded database locked.
const LOCKED: Duration = Duration::from_secs(3);

/// What a house stands on.
#[derive(Debug)]
pub(super) struct Servers {
    ground: Ground,
    folder: PathBuf,
    store: Place,
    queue: Place,
    runtime: tokio::runtime::Runtime,
    opened: OnceCell<Store>,
}

impl Servers {
    /// Makes an empty database and an empty queue.
    pub(super) fn new(ground: Ground, folder: &Path) -> Self {
        std::fs::create_dir_all(folder).expect("folders can be made");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime starts");
        Self {
            ground,
            folder: folder.to_owned(),
            store: ground.database(folder),
            queue: ground.queue(),
            runtime,
            opened: OnceCell::new(),
        }
    }

    /// Gives the settings of a house on this ground: short holds, and little time and memory for files that do harm.
    pub(super) fn settings(&self) -> String {
        let address = |place: &Place| place.address().expect("it names no file");
        let folder = self.folder.display();
        format!(
            "store = \"{}\"\nqueue = \"{}\"\nblobs = \"file:{folder}/blobs\"\nkey = \"file:{folder}/cle\"\n\
             [lecture]\ndelai_page_s = 1\nmemoire_max = 300000000\n[travail]\nbail_s = 2\n",
            address(&self.store),
            address(&self.queue),
        )
    }

    /// Gives the folder of blobs and keys.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Looks into the database; `None` while it is away.
    pub(super) fn look<T>(&self, look: impl AsyncFn(&Store) -> Result<T, StoreError>) -> Option<T> {
        self.runtime.block_on(async {
            let store = self.opened.get_or_try_init(|| Store::open(&self.store, false)).await.ok()?;
            look(store).await.ok()
        })
    }

    fn kill_broker(&self) {
        Rabbit::shared().kill();
        Rabbit::shared().start();
    }

    fn empty_broker(&self) {
        let address = self.queue.address().expect("it names no file");
        let name = address.rsplit('/').next().unwrap_or_default();
        Rabbit::shared().wipe();
        Rabbit::shared().start();
        Rabbit::shared().make_house(name);
    }

    fn kill_database(&self) {
        Postgres::shared().kill();
        Postgres::shared().start();
    }

    fn lock_database(&self) {
        let path = self.folder.join("guichet.db");
        self.runtime.block_on(async {
            let address = format!("sqlite:{}", path.display());
            let mut other = sqlx::AnyConnection::connect(&address).await.expect("it is a file");
            other.execute("pragma busy_timeout = 20000").await.expect("it is free sometimes");
            other.execute("begin immediate").await.expect("it is free sometimes");
            tokio::time::sleep(LOCKED).await;
            other.execute("rollback").await.expect("it is ours");
        });
    }
}

/// Strikes the servers, spread over the killing of the workers.
pub(super) fn strike(
    servers: &Servers,
    mut random: ChaCha8Rng,
    plan: Plan,
    (left, over): (&AtomicI64, &AtomicBool),
    struck: &Mutex<Struck>,
) {
    for number in 1..=plan.outages {
        // Between the first kill and the last.
        let at = i64::from(plan.kills - plan.kills * number / (plan.outages + 1));
        while left.load(Ordering::Relaxed) > at {
            if over.load(Ordering::Relaxed) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let what = match (servers.ground, random.random_range(0..5)) {
            (Ground::Embedded, _) => {
                servers.lock_database();
                "database locked"
            }
            (Ground::Servers, 0) => {
                servers.empty_broker();
                "broker emptied"
            }
            (Ground::Servers, 1 | 2) => {
                servers.kill_broker();
                "broker killed"
            }
            (Ground::Servers, _) => {
                servers.kill_database();
                "database killed"
            }
        };
        let mut struck = struck.lock().expect("nobody panics with it");
        *struck.outages.entry(what.to_owned()).or_default() += 1;
    }
}
