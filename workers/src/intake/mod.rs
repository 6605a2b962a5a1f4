//! Files that come by themselves, handed over to durable work: each is taken in once, whatever is killed in between.

mod folder;
pub(crate) mod mailbox;
mod ready;
mod shelf;

pub(crate) use folder::watch;

use crate::blobs::{BlobError, Blobs};
use crate::clock::Moment;
use crate::job::Class;
use crate::store::{Arrival, Store, StoreError, TakenIn};

/// An error of taking in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IntakeError {
    /// The bytes could not be kept.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The database did not take the arrival.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A file as it came.
#[derive(Clone, Debug)]
pub(crate) struct Came<'a> {
    /// Its bytes.
    pub(crate) bytes: &'a [u8],
    /// What they say they are.
    pub(crate) media_type: &'a str,
    /// The name under which it came.
    pub(crate) name: &'a str,
    /// How it came.
    pub(crate) channel: &'a str,
    /// Who sent it.
    pub(crate) sender: Option<&'a str>,
    /// When.
    pub(crate) received_at: Moment,
    /// What makes a repeated hand-over harmless.
    pub(crate) key: Option<String>,
    /// How urgent it is.
    pub(crate) class: Class,
}

/// Takes a file in: first its bytes, then its arrival with the first job.
pub(crate) async fn take_in(store: &Store, blobs: &Blobs, came: &Came<'_>) -> Result<TakenIn, IntakeError> {
    let sha256 = blobs.put("source", came.bytes).await?;
    let arrival = Arrival {
        sha256,
        bytes: i64::try_from(came.bytes.len()).unwrap_or(i64::MAX),
        media_type: came.media_type.to_owned(),
        name: came.name.to_owned(),
        channel: came.channel.to_owned(),
        sender: came.sender.map(str::to_owned),
        received_at: came.received_at,
        key: came.key.clone(),
        class: came.class,
    };
    Ok(store.take_in(&arrival, Moment::now()).await?)
}
