//! What can go wrong with the database, and whether waiting helps.

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A statement failed.
    #[error("{doing}: {source}")]
    Sql {
        /// What was being done.
        doing: &'static str,
        /// What the driver says.
        source: sqlx::Error,
    },
    /// The tables could not be brought up to date.
    #[error("database migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The place is not one that a store can be in.
    #[error("store \"{place}\": {problem}: give sqlite:PATH or postgres://USER@HOST/BASE")]
    Place {
        /// The place, without its password.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// A row holds what this version does not know.
    #[error("{table} \"{id}\": {problem}")]
    Row {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
        /// What is wrong.
        problem: String,
    },
}

impl StoreError {
    /// Tells whether the same statement may succeed later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Sql { source, .. } => is_transient(source),
            Self::Migration(sqlx::migrate::MigrateError::Execute(source)) => is_transient(source),
            Self::Migration(_) | Self::Place { .. } | Self::Row { .. } => false,
        }
    }
}

impl StoreError {
    /// Tells whether the disk of the database is full.
    pub fn is_full(&self) -> bool {
        let Self::Sql { source: sqlx::Error::Database(told), .. } = self else { return false };
        told.code().is_some_and(|code| FULL.contains(&&*code))
    }
}

/// A full disk, as SQLite (the second on opening, when there is no room for its index of the log) and PostgreSQL say it.
const FULL: [&str; 3] = ["13", "4874", "53100"];

/// SQLite: busy, locked, input/output, full, cannot open. Under each come extended codes, in the higher bytes.
const SQLITE_TRANSIENT: [i64; 5] = [5, 6, 10, 13, 14];
/// PostgreSQL: connection, transaction rolled back, resources, operator intervention, system.
const POSTGRES_TRANSIENT: [&str; 5] = ["08", "40", "53", "57", "58"];

fn is_transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(told) => told.code().is_some_and(|code| match code.parse::<i64>() {
            Ok(number) if code.len() < 5 => SQLITE_TRANSIENT.contains(&(number & 0xff)),
            _ => POSTGRES_TRANSIENT.iter().any(|class| code.starts_with(class)),
        }),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

/// Names what was being done when a statement failed.
pub(super) trait Doing<T> {
    /// Wraps the error.
    fn doing(self, doing: &'static str) -> Result<T, StoreError>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::Sql { doing, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;
    use std::error::Error as StdError;
    use std::fmt;

    #[derive(Debug)]
    struct Told(&'static str);

    impl fmt::Display for Told {
        fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str(self.0)
        }
    }

    impl StdError for Told {}

    impl sqlx::error::DatabaseError for Told {
        fn message(&self) -> &str {
            self.0
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            Some(Cow::Borrowed(self.0))
        }

        fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> sqlx::error::ErrorKind {
            sqlx::error::ErrorKind::Other
        }
    }

    #[test]
    fn waiting_helps_or_not() {
        let cases = [
            // SQLite: busy, busy after recovery, disk full, disk full on opening, constraint.
            ("5", true),
            ("261", true),
            ("13", true),
            ("4874", true),
            ("1555", false),
            // PostgreSQL: deadlock, shutdown, disk full, unique violation, no such table.
            ("40P01", true),
            ("57P01", true),
            ("53100", true),
            ("23505", false),
            ("42P01", false),
        ];
        for (code, expected) in cases {
            let source = sqlx::Error::Database(Box::new(Told(code)));
            let error = StoreError::Sql { doing: "claim", source };
            assert_eq!((error.is_transient(), error.is_full()), (expected, FULL.contains(&code)), "{code}");
        }
        let source = sqlx::Error::PoolTimedOut;
        assert!(StoreError::Sql { doing: "claim", source }.is_transient());
    }
}
