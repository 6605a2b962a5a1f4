//! Bytes kept by their hash, encrypted: files as they came, and what is too large for a row.
//!
//! The place is a folder or an S3 bucket; the key of each blob is a row of the store, wrapped by the landlord's key
//! ([`Keyring`]). The order keeps both in step whatever dies in between: the key is reserved first and the first key
//! wins, then the bytes are written (the same bytes whoever writes them), then the row says that they are there. A purge
//! destroys the key, then the bytes.
//!
//! Invariant: what [`Blobs::get`] gives has the hash that was asked for.

mod envelope;
mod keyring;
mod rotation;

pub use keyring::{KeyError, Keyring};
pub use rotation::Rotated;

use crate::clock::Moment;
use crate::crash::point;
use crate::store::{BlobRow, BlobState, Place, Store, StoreError};
use keyring::DataKey;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::{Duration, SystemTime};

/// An error of the blobs.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The folder or the bucket.
    #[error("blob {hash}: {source}")]
    Place {
        /// The blob.
        hash: String,
        /// What the place says.
        source: object_store::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The landlord's key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// There is no such blob.
    #[error("blob {0} is not known")]
    Unknown(String),
    /// Its key was destroyed.
    #[error("blob {0} was purged")]
    Purged(String),
    /// Its bytes were changed, or belong to another key.
    #[error("blob {0}: the bytes are not those that were stored")]
    Damaged(String),
    /// The address cannot be used.
    #[error("blobs \"{place}\": {problem}: give file:FOLDER or s3://BUCKET")]
    Address {
        /// The address.
        place: String,
        /// What is wrong.
        problem: String,
    },
}

impl BlobError {
    /// Tells whether the same may succeed later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Place { source, .. } => !matches!(
                source,
                object_store::Error::NotFound { .. }
                    | object_store::Error::InvalidPath { .. }
                    | object_store::Error::NotSupported { .. }
            ),
            Self::Store(error) => error.is_transient(),
            Self::Key(_) | Self::Unknown(_) | Self::Purged(_) | Self::Damaged(_) | Self::Address { .. } => false,
        }
    }

    /// Tells whether a disk is full.
    pub fn is_full(&self) -> bool {
        if let Self::Store(error) = self {
            return error.is_full();
        }
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(self);
        while let Some(error) = cause {
            if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::StorageFull) {
                return true;
            }
            cause = error.source();
        }
        false
    }
}

/// The blobs.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Store,
    place: Arc<dyn ObjectStore>,
    folder: Option<PathBuf>,
    keyring: Arc<RwLock<Keyring>>,
}

impl Blobs {
    /// Opens the blobs at an address, with the landlord's keys.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn open(store: Store, address: &Place, keyring: Keyring) -> Result<Self, BlobError> {
        let refused = |problem: String| BlobError::Address { place: address.to_string(), problem };
        let (place, folder): (Arc<dyn ObjectStore>, _) = match address.scheme() {
            "file" => {
                let folder = PathBuf::from(address.path());
                std::fs::create_dir_all(&folder).map_err(|error| refused(error.to_string()))?;
                let place = LocalFileSystem::new_with_prefix(&folder).map_err(|error| refused(error.to_string()))?;
                (Arc::new(place.with_fsync(true)), Some(folder))
            }
            "s3" => (s3(address.path()).map_err(refused)?, None),
            _ => return Err(refused("no such kind of place".to_owned())),
        };
        Ok(Self { store, place, folder, keyring: Arc::new(RwLock::new(keyring)) })
    }

    /// Keeps bytes and gives their hash; bytes that are there already cost nothing.
    ///
    /// # Errors
    /// When the place, the database or the key fails.
    pub async fn put(&self, kind: &str, bytes: &[u8]) -> Result<String, BlobError> {
        let hash = hash(bytes);
        let row = self.store.reserve_blob(&self.offer(&hash, kind, bytes.len())?, Moment::now()).await?;
        if row.state == BlobState::Stored {
            return Ok(hash);
        }
        point("blob_reserved");
        let sealed = envelope::seal(bytes, &self.data_key(&row)?, &row);
        let written = self.place.put(&path(&row), sealed.into()).await;
        written.map_err(|source| BlobError::Place { hash: hash.clone(), source })?;
        point("blob_written");
        self.store.blob_stored(&row, Moment::now()).await?;
        Ok(hash)
    }

    /// Gives bytes back.
    ///
    /// # Errors
    /// When they are not there, were purged or changed, or the place, the database or the key fails.
    pub async fn get(&self, hash: &str) -> Result<Vec<u8>, BlobError> {
        let row = self.store.blob(hash).await?.ok_or_else(|| BlobError::Unknown(hash.to_owned()))?;
        if row.state == BlobState::Purged {
            return Err(BlobError::Purged(hash.to_owned()));
        }
        let place = |source| BlobError::Place { hash: hash.to_owned(), source };
        let sealed = self.place.get(&path(&row)).await.map_err(place)?.bytes().await.map_err(place)?;
        let damaged = || BlobError::Damaged(hash.to_owned());
        let bytes = envelope::open(&sealed, &self.data_key(&row)?, &row).ok_or_else(damaged)?;
        if self::hash(&bytes) == hash { Ok(bytes) } else { Err(damaged()) }
    }

    /// Destroys bytes: first the key, so that every copy is noise, then what lies here.
    ///
    /// # Errors
    /// When the place or the database fails; the key may be gone already.
    pub async fn purge(&self, hash: &str) -> Result<(), BlobError> {
        let purged = self.store.purge_blob(hash, Moment::now()).await?;
        let row = purged.ok_or_else(|| BlobError::Unknown(hash.to_owned()))?;
        point("key_destroyed");
        match self.place.delete(&path(&row)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(BlobError::Place { hash: hash.to_owned(), source }),
        }
    }

    /// Removes what writers that were killed left half written, if older than `age`. Gives how many files.
    pub fn tidy(&self, age: Duration) -> usize {
        self.folder.as_deref().map_or(0, |folder| tidy(folder, age))
    }

    fn offer(&self, hash: &str, kind: &str, bytes: usize) -> Result<BlobRow, BlobError> {
        let keyring = self.keyring.read().unwrap_or_else(|broken| broken.into_inner());
        let (key_id, wrapped) = keyring.wrap(&DataKey::new()?, hash)?;
        Ok(BlobRow {
            hash: hash.to_owned(),
            kind: kind.to_owned(),
            generation: 1,
            algorithm: envelope::ALGORITHM.to_owned(),
            key_id,
            wrapped,
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
            state: BlobState::Pending,
        })
    }

    /// Unwraps the key of a blob; a key of the landlord's that came since is looked for once.
    fn data_key(&self, row: &BlobRow) -> Result<DataKey, BlobError> {
        let known = {
            let keyring = self.keyring.read().unwrap_or_else(|broken| broken.into_inner());
            keyring.unwrap(&row.key_id, &row.wrapped, &row.hash)
        };
        match known {
            Err(KeyError::Unknown { .. }) => {
                let mut keyring = self.keyring.write().unwrap_or_else(|broken| broken.into_inner());
                keyring.reload()?;
                Ok(keyring.unwrap(&row.key_id, &row.wrapped, &row.hash)?)
            }
            known => Ok(known?),
        }
    }
}

/// Gives the hash under which bytes are kept.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn path(row: &BlobRow) -> ObjectPath {
    ObjectPath::from(format!("{}/{}.{}", &row.hash[..2], row.hash, row.generation))
}

/// The name of a file that is being written has a number behind this sign, until it is whole and gets its own.
const HALF_WRITTEN: char = '#';

fn tidy(folder: &Path, age: Duration) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let mut removed = 0;
    for entry in entries.flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        let old =
            meta.modified().ok().and_then(|at| SystemTime::now().duration_since(at).ok()).is_some_and(|it| it >= age);
        if meta.is_dir() {
            removed += tidy(&entry.path(), age);
        } else if old && entry.file_name().to_string_lossy().contains(HALF_WRITTEN) {
            removed += usize::from(std::fs::remove_file(entry.path()).is_ok());
        }
    }
    removed
}

#[cfg(feature = "s3")]
fn s3(bucket: &str) -> Result<Arc<dyn ObjectStore>, String> {
    let place = object_store::aws::AmazonS3Builder::from_env().with_bucket_name(bucket).build();
    Ok(Arc::new(place.map_err(|error| error.to_string())?))
}

#[cfg(not(feature = "s3"))]
fn s3(_bucket: &str) -> Result<Arc<dyn ObjectStore>, String> {
    Err("this program was built without S3 (feature `s3`)".to_owned())
}
