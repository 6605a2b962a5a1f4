//! A new key for the landlord: every data key is wrapped again, no blob is written again.

use super::{BlobError, Blobs};
use crate::clock::Moment;
use crate::crash::point;
use crate::store::BlobRow;

/// Keys wrapped again by one transaction.
const AT_ONCE: i64 = 500;

/// What a rotation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The key that wraps from now on.
    pub key: String,
    /// How many data keys were wrapped again.
    pub blobs: u64,
}

impl Blobs {
    /// Makes a new key of the landlord's, and wraps every data key by it.
    ///
    /// # Errors
    /// When the file of keys or the database fails: [`Blobs::rewrap`] goes on from there.
    pub async fn rotate(&self) -> Result<Rotated, BlobError> {
        self.keyring.write().unwrap_or_else(|broken| broken.into_inner()).add_key()?;
        point("key_added");
        self.rewrap().await
    }

    /// Wraps by the current key what others still wrap.
    ///
    /// # Errors
    /// When a key is missing or the database fails; asking again goes on from there.
    pub async fn rewrap(&self) -> Result<Rotated, BlobError> {
        let key = self.keyring.read().unwrap_or_else(|broken| broken.into_inner()).current().to_owned();
        let mut blobs = 0;
        let mut after = String::new();
        loop {
            let rows = self.store.blobs_under_other_keys(&key, &after, AT_ONCE).await?;
            let Some(last) = rows.last() else { return Ok(Rotated { key, blobs }) };
            after = last.hash.clone();
            let pairs: Vec<(BlobRow, BlobRow)> =
                rows.into_iter().map(|row| self.wrapped_again(row)).collect::<Result<_, BlobError>>()?;
            blobs += self.store.rewrap_blobs(&pairs, Moment::now()).await?;
            point("keys_rewrapped");
        }
    }

    fn wrapped_again(&self, row: BlobRow) -> Result<(BlobRow, BlobRow), BlobError> {
        let key = self.data_key(&row)?;
        let keyring = self.keyring.read().unwrap_or_else(|broken| broken.into_inner());
        let (key_id, wrapped) = keyring.wrap(&key, &row.hash)?;
        let new = BlobRow { key_id, wrapped, ..row.clone() };
        Ok((row, new))
    }
}
