//! The tables, brought up to date when the store is opened.

use super::StoreError;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyPool, SqlSafeStr};
use std::borrow::Cow;
use std::time::Duration;

/// The folder `migrations`, in order. A file that has shipped is never changed.
const FILES: &[(i64, &str, &str)] = &[
    (1, "durable work", include_str!("../../migrations/0001_durable_work.sql")),
    (2, "relances", include_str!("../../migrations/0002_relances.sql")),
    (3, "same paper", include_str!("../../migrations/0003_same_paper.sql")),
    (4, "register", include_str!("../../migrations/0004_register.sql")),
    (5, "acts", include_str!("../../migrations/0005_acts.sql")),
];

/// Two processes that open a new SQLite file at once may hinder each other.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(200);

/// Brings the tables up to date.
pub(super) async fn run(pool: &AnyPool) -> Result<(), StoreError> {
    let mut tries = 1;
    loop {
        match migrator().run(pool).await {
            Ok(()) => return Ok(()),
            Err(error) if tries < TRIES && may_pass(&error) => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn migrator() -> Migrator {
    let migrations = FILES.iter().map(|(version, name, sql)| {
        Migration::new(*version, Cow::Borrowed(*name), MigrationType::Simple, sql.into_sql_str(), false)
    });
    // A version that is taken back for a day works on with the tables of the later one: migrations only add.
    Migrator { migrations: migrations.collect(), ignore_missing: true, ..Migrator::DEFAULT }
}

/// Tells whether another process that migrates at this moment explains the error.
fn may_pass(error: &MigrateError) -> bool {
    matches!(error, MigrateError::Execute(_) | MigrateError::ExecuteMigration(..) | MigrateError::Dirty(_))
}
