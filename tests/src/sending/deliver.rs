//! A process that sends whatever is ready and asks about whatever is in flight, again and again: the sender of the
//! program that ships, with a last look that finds everything due. Campaigns kill it by the hundred.

use guichet_workers::blobs::{Blobs, Keyring};
use guichet_workers::interrupt::Interrupt;
use guichet_workers::notify::witness::Witness;
use guichet_workers::relances::{Dispatch, Guard, Janitor, Ways};
use guichet_workers::settings::Settings;
use guichet_workers::stop::Stop;
use guichet_workers::store::Store;
use guichet_workers::store::relances::Look;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Pause between two passes.
const PAUSE: Duration = Duration::from_millis(100);

/// Stands for the fingerprint of the rules.
pub const RULES: &str = "r1";

/// What sends and what asks, opened from the settings in the current folder.
#[derive(Debug)]
pub struct Sender {
    /// Who sends.
    pub dispatch: Dispatch,
    /// Who asks.
    pub janitor: Janitor,
}

impl Sender {
    /// Opens it.
    ///
    /// # Errors
    /// When a setting, the database or a folder is not as it should be.
    pub async fn open(settings: Settings) -> Result<Self, Stop> {
        let machine = |error: &dyn std::fmt::Display| Stop::machine(error.to_string());
        let store = Store::open(&settings.store, false).await.map_err(|error| machine(&error))?;
        let keyring = Keyring::open(&settings.key, true).map_err(|error| machine(&error))?;
        let blobs = Blobs::open(store.clone(), &settings.blobs, keyring).map_err(|error| machine(&error))?;
        let ways = Ways::open(&settings, &store).await?;
        let quarantine = Duration::from_secs(settings.relances.quarantaine_s);
        let janitor = Janitor { store: store.clone(), ways: ways.clone(), quarantine };
        let guard = Guard {
            store: store.clone(),
            witness: Witness::new(&settings.relances.temoin),
            rules: RULES.to_owned(),
            volume_max: settings.relances.volume_max,
        };
        let look = Arc::new(|_: &_, _: &_| Look::Due);
        let dispatch = Dispatch { store, blobs, ways, guard, settings: Arc::new(settings), look };
        Ok(Self { dispatch, janitor })
    }
}

/// Sends until it is killed.
pub fn run() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("there are threads");
    let ended: Result<(), Stop> = runtime.block_on(async {
        let sender = Sender::open(Settings::load(Some(Path::new("guichet.toml")))?).await?;
        loop {
            sender.dispatch.run(&Interrupt::default()).await?;
            sender.janitor.run(false).await?;
            tokio::time::sleep(PAUSE).await;
        }
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("{stop}");
            ExitCode::from(stop.exit as u8)
        }
    }
}
