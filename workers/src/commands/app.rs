//! Everything built in one place, from the settings, and handed down.

use crate::blobs::{BlobError, Blobs, KeyError, Keyring};
use crate::intake::IntakeError;
use crate::queue::QueueError;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::store::{Store, StoreError};
use std::io::IsTerminal;
use std::path::Path;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// What the settings name, opened.
#[derive(Debug)]
pub(super) struct App {
    pub(super) settings: Settings,
    pub(super) store: Store,
}

impl App {
    /// Opens the settings and the database.
    pub(super) async fn open(config: Option<&Path>) -> Result<Self, Stop> {
        Self::with(Settings::load(config)?).await
    }

    /// Opens the database that the settings name.
    pub(super) async fn with(settings: Settings) -> Result<Self, Stop> {
        log_to_standard_error();
        let broker = settings.queue.scheme() != "local";
        let store = Store::open(&settings.store, broker).await?;
        Ok(Self { settings, store })
    }

    /// Opens the blobs. A landlord's key is made where there is none and no blob needs one.
    pub(super) async fn blobs(&self) -> Result<Blobs, Stop> {
        let create = self.store.readable_blobs().await? == 0;
        let keyring = Keyring::open(&self.settings.key, create)?;
        Ok(Blobs::open(self.store.clone(), &self.settings.blobs, keyring)?)
    }
}

/// One line for each thing that happened, ids and kinds only. Of others only their warnings: what a connection goes
/// through is told here already.
fn log_to_standard_error() {
    let lines = tracing_subscriber::fmt::layer()
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        // A line that cannot be written, its disk being full, is no reason to stop working.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    let told = Targets::new()
        .with_target("guichet_workers", LevelFilter::INFO)
        .with_target("lapin", LevelFilter::OFF)
        .with_default(LevelFilter::WARN);
    // A second call in one process, as in tests, changes nothing.
    let _ = tracing_subscriber::registry().with(lines.with_filter(told)).try_init();
}

fn full() -> Stop {
    Stop::machine("disque plein : faire de la place et recommencer ; rien de ce qui était déjà confié n'est perdu")
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Place { .. } => Self::usage(format!("{error} (réglage store)")),
            _ if error.is_full() => full(),
            _ => Self::machine(format!("la base de données ne répond pas comme il faut : {error}")),
        }
    }
}

impl From<KeyError> for Stop {
    fn from(error: KeyError) -> Self {
        Self::usage(format!("clé des documents : {error} (réglage key)"))
    }
}

impl From<BlobError> for Stop {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Store(error) => error.into(),
            BlobError::Key(error) => error.into(),
            BlobError::Address { .. } => Self::usage(format!("{error} (réglage blobs)")),
            _ if error.is_full() => full(),
            _ => Self::machine(format!("les documents gardés ne sont pas accessibles : {error}")),
        }
    }
}

impl From<IntakeError> for Stop {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Blobs(error) => error.into(),
            IntakeError::Store(error) => error.into(),
        }
    }
}

impl From<QueueError> for Stop {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Store(error) => error.into(),
        }
    }
}
