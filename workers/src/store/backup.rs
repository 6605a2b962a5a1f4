//! A copy of the database while work goes on.

use super::error::Doing;
use super::{Backend, Store, StoreError};
use std::path::Path;

impl Store {
    /// Copies the database, as it is at one moment, into a new file. Gives false where that is for other tools to do.
    ///
    /// # Errors
    /// When the file is there already, or the database does not answer.
    pub async fn copy_to(&self, path: &Path) -> Result<bool, StoreError> {
        if self.backend == Backend::Postgres {
            return Ok(false);
        }
        let query = sqlx::query("vacuum into $1").bind(path.to_string_lossy().into_owned());
        query.execute(&self.reader).await.doing("copy the database")?;
        Ok(true)
    }
}
