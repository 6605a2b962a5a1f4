//! A table or view of the ERP's database, read whole by one query in a read-only transaction. PostgreSQL.
//!
//! Columns may have any type: the server writes each value as text, days as 2026-09-01, whatever its own settings, so that
//! one reading serves a text, a date, a number and a null. Nothing is ever written there, and a query that takes too long is
//! ended by the server itself.

use super::RegisterError;
use crate::store::Place;
use guichet_pipeline::register::{Register, RegisterReport};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection, Executor, Row};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Beyond what the server is given to answer: for the way there and back.
const WAY: Duration = Duration::from_secs(5);

/// A table or view.
#[derive(Clone, Debug)]
pub struct View {
    place: Place,
    name: String,
    /// The name as SQL, each part quoted.
    quoted: String,
    patience: Duration,
}

impl View {
    /// Names a view, with its schema or without.
    ///
    /// # Errors
    /// When that is no name.
    pub(super) fn new(place: Place, name: &str, patience: Duration) -> Result<Self, String> {
        let parts: Vec<&str> = name.split('.').collect();
        let fits = |part: &&str| !part.is_empty() && !part.chars().any(char::is_control);
        if parts.len() > 2 || !parts.iter().all(fits) {
            return Err(format!("registre.vue vaut « {name} » : donner le nom d'une vue, comme erp.guichet_baux"));
        }
        let quoted: Vec<String> = parts.iter().map(|part| format!("\"{}\"", part.replace('"', "\"\""))).collect();
        Ok(Self { place, name: name.to_owned(), quoted: quoted.join("."), patience })
    }

    /// Reads it. On a thread and a runtime of its own, so that whoever waits for it may be on any.
    pub(super) fn read(&self) -> Result<RegisterReport, RegisterError> {
        let (header, table) = std::thread::scope(|scope| {
            let asked = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.map_err(|error| self.failed(sqlx::Error::Io(error)))?;
                let seconds = self.patience.as_secs();
                let slow = |_| RegisterError::Slow { name: self.to_string(), seconds };
                runtime.block_on(async {
                    let rows = tokio::time::timeout(self.patience + WAY, self.rows()).await;
                    rows.map_err(slow)?.map_err(|error| self.failed(error))
                })
            });
            asked.join().unwrap_or_else(|_| Err(self.failed(sqlx::Error::WorkerCrashed)))
        })?;
        if table.is_empty() {
            return Err(RegisterError::Empty(self.to_string()));
        }
        let name = format!("vue {}", self.name);
        Register::from_table(&header, &table, &name).map_err(RegisterError::Shape)
    }

    fn failed(&self, source: sqlx::Error) -> RegisterError {
        RegisterError::Sql { name: self.to_string(), source }
    }

    /// Gives the names of the columns and the rows.
    async fn rows(&self) -> Result<(Vec<String>, Vec<Vec<String>>), sqlx::Error> {
        let address = self.place.address().map_err(|problem| sqlx::Error::Configuration(problem.into()))?;
        let options = PgConnectOptions::from_str(&address)?.application_name("guichet");
        let mut connection = PgConnection::connect_with(&options).await?;
        connection.execute("begin transaction read only").await?;
        let timeout = format!("set local statement_timeout = {}", self.patience.as_millis());
        connection.execute(AssertSqlSafe(timeout)).await?;
        // A moment is a day of France, whatever the server thinks.
        connection.execute("set local timezone = 'Europe/Paris'").await?;
        let rows = sqlx::query(AssertSqlSafe(self.sql())).fetch_all(&mut connection).await?;
        connection.execute("rollback").await?;
        connection.close().await?;
        let rows = rows.iter().map(|row| row.try_get::<String, _>("bail"));
        let rows = rows.map(|row| row.map(|row| columns(&row))).collect::<Result<Vec<_>, _>>()?;
        let header: Vec<String> = rows.first().map(|row| row.keys().cloned().collect()).unwrap_or_default();
        Ok((header, rows.into_iter().map(|row| row.into_values().collect()).collect()))
    }

    /// Each row as one JSON object of texts. A number that is a postal code has lost its first zero.
    fn sql(&self) -> String {
        format!(
            "select coalesce((select json_object_agg(lower(champ.key), case \
             when lower(champ.key) = 'code_postal' and jsonb_typeof(champ.value) = 'number' \
             then lpad(champ.value #>> '{{}}', greatest(5, length(champ.value #>> '{{}}')), '0') \
             else champ.value #>> '{{}}' end) from jsonb_each(to_jsonb(guichet_ligne)) as champ)::text, '{{}}') as bail \
             from {} as guichet_ligne",
            self.quoted
        )
    }
}

/// Gives the values of a row by column, sorted, a null as nothing and a moment as its day.
fn columns(row: &str) -> BTreeMap<String, String> {
    let row: BTreeMap<String, Option<String>> = serde_json::from_str(row).unwrap_or_default();
    row.into_iter().map(|(column, value)| (column, day(value.unwrap_or_default()))).collect()
}

/// Gives the day of a moment as the server writes it; anything else as it is.
fn day(text: String) -> String {
    let is_moment = text.is_ascii()
        && text.as_bytes().get(10) == Some(&b'T')
        && guichet_pipeline::values::Date::from_iso(&text[..10]).is_some();
    if is_moment { text[..10].to_owned() } else { text }
}

impl fmt::Display for View {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}, vue {}", self.place, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_or_refused() {
        let view = |name: &str| View::new(Place::new("postgres://erp/p"), name, WAY);
        for (name, quoted) in [
            ("guichet_baux", "\"guichet_baux\""),
            ("erp.user", "\"erp\".\"user\""),
            ("a\"; drop table baux; --", "\"a\"\"; drop table baux; --\""),
        ] {
            let view = view(name).unwrap();
            assert!(view.sql().ends_with(&format!("from {quoted} as guichet_ligne")), "{}", view.sql());
        }
        for wrong in ["", ".baux", "a.b.c", "a\nb"] {
            assert!(view(wrong).unwrap_err().contains("erp.guichet_baux"), "{wrong}");
        }
    }

    #[test]
    fn values_are_texts() {
        let row =
            columns("{\"nom\":\"T\",\"date_effet\":\"2026-09-01T00:00:00+02:00\",\"email\":null,\"adresse\":\"2 T\"}");
        let values: Vec<(&str, &str)> = row.iter().map(|(column, value)| (column.as_str(), value.as_str())).collect();
        assert_eq!(values, [("adresse", "2 T"), ("date_effet", "2026-09-01"), ("email", ""), ("nom", "T")]);
    }
}
