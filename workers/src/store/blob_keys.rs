//! The keys of blobs, as rows: reserved before the bytes are written, replaced at a rotation, destroyed by a purge.

use super::error::Doing;
use super::{Store, StoreError};
use crate::clock::Moment;
use sqlx::Row;
use sqlx::any::AnyRow;

/// Where a blob is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobState {
    /// Its key is reserved; its bytes may not be there yet.
    Pending,
    /// Its bytes are there.
    Stored,
    /// Its key is destroyed: whatever bytes are left are noise.
    Purged,
}

/// A blob's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobRow {
    /// Hash of the plain bytes, hexadecimal.
    pub hash: String,
    /// What the bytes are: `source`, `read`.
    pub kind: String,
    /// Grows when the blob is stored again after a purge.
    pub generation: i64,
    /// How the bytes are encrypted.
    pub algorithm: String,
    /// The landlord key that wraps the data key.
    pub key_id: String,
    /// The data key, wrapped; empty once purged.
    pub wrapped: String,
    /// How many plain bytes.
    pub bytes: i64,
    /// Where it is in its life.
    pub state: BlobState,
}

impl Store {
    /// Reserves a blob under the key that is offered, and gives the row: an earlier key wins, unless it was destroyed. It is
    /// on the disk before anything is sealed with it: a server that forgot it would give the next writer another key, and
    /// what names the blob may be written to the server that comes after.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reserve_blob(&self, offered: &BlobRow, now: Moment) -> Result<BlobRow, StoreError> {
        sqlx::query(
            "insert into blobs (hash, kind, generation, algorithm, key_id, wrapped, bytes, state, changed_at) \
             values ($1, $2, 1, $3, $4, $5, $6, 'pending', $7) \
             on conflict (hash) do update set generation = blobs.generation + 1, kind = excluded.kind, \
             algorithm = excluded.algorithm, key_id = excluded.key_id, wrapped = excluded.wrapped, \
             bytes = excluded.bytes, state = 'pending', changed_at = excluded.changed_at \
             where blobs.state = 'purged'",
        )
        .bind(&offered.hash)
        .bind(&offered.kind)
        .bind(&offered.algorithm)
        .bind(&offered.key_id)
        .bind(&offered.wrapped)
        .bind(offered.bytes)
        .bind(now.0)
        .execute(&self.writer)
        .await
        .doing("reserve a blob")?;
        let row = sqlx::query(SELECT_BLOB).bind(&offered.hash).fetch_one(&self.writer).await;
        let row = row.doing("reserve a blob")?;
        blob_of(&row).doing("read a blob's row")
    }

    /// Notes that the bytes of a blob are there. A server may forget it: then they are written once more, the same.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn blob_stored(&self, blob: &BlobRow, now: Moment) -> Result<(), StoreError> {
        let query = sqlx::query(
            "update blobs set state = 'stored', changed_at = $1 where hash = $2 and generation = $3 and state = 'pending'",
        );
        let query = query.bind(now.0).bind(&blob.hash).bind(blob.generation);
        query.execute(&self.light).await.doing("note a stored blob")?;
        Ok(())
    }

    /// Gives the row of a blob.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn blob(&self, hash: &str) -> Result<Option<BlobRow>, StoreError> {
        let row = sqlx::query(SELECT_BLOB).bind(hash).fetch_optional(&self.reader).await.doing("find a blob")?;
        row.map(|row| blob_of(&row).doing("read a blob's row")).transpose()
    }

    /// Gives blobs whose data key is not wrapped by `key_id`, behind `after` in the order of hashes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn blobs_under_other_keys(
        &self,
        key_id: &str,
        after: &str,
        most: i64,
    ) -> Result<Vec<BlobRow>, StoreError> {
        let query = sqlx::query(
            "select hash, kind, generation, algorithm, key_id, wrapped, bytes, state from blobs \
             where key_id <> $1 and wrapped <> '' and hash > $2 order by hash limit $3",
        );
        let query = query.bind(key_id).bind(after).bind(most);
        let rows = query.fetch_all(&self.reader).await.doing("look for old keys")?;
        rows.iter().map(|row| blob_of(row).doing("read a blob's row")).collect()
    }

    /// Replaces wrapped keys, each where it is still the one that was read. Gives how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rewrap_blobs(&self, pairs: &[(BlobRow, BlobRow)], now: Moment) -> Result<u64, StoreError> {
        let mut tx = self.begin(now).await?;
        let mut replaced = 0;
        for (old, new) in pairs {
            let query = sqlx::query(
                "update blobs set key_id = $1, wrapped = $2, changed_at = $3 where hash = $4 and wrapped = $5",
            );
            let query = query.bind(&new.key_id).bind(&new.wrapped).bind(now.0).bind(&old.hash).bind(&old.wrapped);
            replaced += query.execute(&mut *tx.inner).await.doing("rewrap a key")?.rows_affected();
        }
        tx.commit(&[]).await?;
        Ok(replaced)
    }

    /// Destroys the data key of a blob: its bytes are noise from here on. Gives the row as it was.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn purge_blob(&self, hash: &str, now: Moment) -> Result<Option<BlobRow>, StoreError> {
        let query = sqlx::query("update blobs set wrapped = '', state = 'purged', changed_at = $1 where hash = $2");
        let purged = query.bind(now.0).bind(hash).execute(&self.writer).await.doing("destroy a key")?;
        if purged.rows_affected() == 0 { Ok(None) } else { self.blob(hash).await }
    }

    /// Counts blobs that can be read.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn readable_blobs(&self) -> Result<u64, StoreError> {
        let query = sqlx::query_scalar("select count(*) from blobs where wrapped <> ''");
        let count: i64 = query.fetch_one(&self.reader).await.doing("count blobs")?;
        Ok(u64::try_from(count).unwrap_or_default())
    }
}

const SELECT_BLOB: &str =
    "select hash, kind, generation, algorithm, key_id, wrapped, bytes, state from blobs where hash = $1";

fn blob_of(row: &AnyRow) -> Result<BlobRow, sqlx::Error> {
    let state: String = row.try_get("state")?;
    Ok(BlobRow {
        hash: row.try_get("hash")?,
        kind: row.try_get("kind")?,
        generation: row.try_get("generation")?,
        algorithm: row.try_get("algorithm")?,
        key_id: row.try_get("key_id")?,
        wrapped: row.try_get("wrapped")?,
        bytes: row.try_get("bytes")?,
        state: match state.as_str() {
            "stored" => BlobState::Stored,
            "purged" => BlobState::Purged,
            _ => BlobState::Pending,
        },
    })
}
