//! `guichet relances send` and `deliver`: a batch decided, its letters set, what may leave handed over, the rest asked
//! about. The daily round of `guichet serve` does the same.

use super::args::{DeliverArgs, SendArgs};
use crate::blobs::Blobs;
use crate::clock::{self, Moment};
use crate::commands::app::App;
use crate::commands::wait_for;
use crate::interrupt::Interrupt;
use crate::notify::witness::Witness;
use crate::register::change::refuse_lossy;
use crate::relances::{Dispatch, Guard, Janitor, Planner, Sent, Settled, Ways, prepare, write_manifests};
use crate::settings::Settings;
use crate::stop::Stop;
use crate::store::Store;
use crate::store::relances::Batch;
use guichet_pipeline::values::Date;
use std::sync::Arc;
use std::time::Duration;

/// What sends, opened in one place.
#[derive(Debug)]
pub(crate) struct Office {
    settings: Arc<Settings>,
    store: Store,
    blobs: Blobs,
    planner: Planner,
    guard: Guard,
    dispatch: Dispatch,
    janitor: Janitor,
}

/// What a batch came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Decided {
    /// Rows that are new.
    pub(crate) new: usize,
    /// Whether everything is held back.
    pub(crate) frozen: bool,
}

impl Office {
    /// Opens it over a store.
    pub(crate) async fn open(
        settings: Settings,
        store: Store,
        blobs: Blobs,
        planner: Planner,
        fixed: Option<Date>,
    ) -> Result<Self, Stop> {
        // A lease that is not in the register has its letters cancelled: not by half a file.
        refuse_lossy(&store, &planner.reading, settings.registre.perte_max).await?;
        let ways = Ways::open(&settings, &store).await?;
        let guard = guard(&settings, &store, &planner.fingerprint);
        let janitor = Janitor {
            store: store.clone(),
            ways: ways.clone(),
            quarantine: Duration::from_secs(settings.relances.quarantaine_s),
        };
        let settings = Arc::new(settings);
        let dispatch = Dispatch {
            store: store.clone(),
            blobs: blobs.clone(),
            ways,
            guard: guard.clone(),
            settings: Arc::clone(&settings),
            look: planner.last_look(fixed),
        };
        Ok(Self { settings, store, blobs, planner, guard, dispatch, janitor })
    }

    /// Decides everything that is due as of a day, in somebody's name.
    pub(crate) async fn decide(&self, today: Date, author: &str) -> Result<Decided, Stop> {
        let planned = self.planner.plan(&self.store, today).await?;
        let secret = self.store.relance_secret(&fresh_secret()?).await?;
        let rows = self.planner.rows(&planned, &secret, author);
        let now = Moment::now();
        let frozen = self.guard.stands(Some(rows.len()), now).await?;
        let plan = serde_json::to_string(&planned.plan).map_err(|error| Stop::machine(error.to_string()))?;
        let batch =
            Batch { day: today.to_string(), author: author.to_owned(), rules: self.planner.fingerprint.clone(), plan };
        let (_, new) = self.store.decide_relances(&batch, &rows, now).await?;
        if frozen {
            self.hold_back().await?;
        }
        Ok(Decided { new, frozen })
    }

    /// Hands over what may leave, asks about what was in flight, writes the lists.
    async fn deliver(&self, doubts: bool, stop: &Interrupt) -> Result<(Sent, Settled), Stop> {
        let sent = self.hand_over(stop).await?;
        let settled = self.ask(doubts).await?;
        Ok((sent, settled))
    }

    /// Asks about what was in flight, and writes the lists of what is complete.
    pub(crate) async fn ask(&self, doubts: bool) -> Result<Settled, Stop> {
        let settled = self.janitor.run(doubts).await?;
        write_manifests(&self.store, &self.blobs, &self.dispatch.ways).await?;
        Ok(settled)
    }

    /// Sets the letters of what is decided and hands over what may leave.
    pub(crate) async fn hand_over(&self, stop: &Interrupt) -> Result<Sent, Stop> {
        if self.guard.stands(None, Moment::now()).await? {
            self.hold_back().await?;
        }
        let readied = prepare(&self.settings, &self.store, &self.blobs).await?;
        if readied.held_back > 0 {
            tracing::warn!(held_back = readied.held_back, "reminders of which no letter can be made are held back");
        }
        self.dispatch.run(stop).await
    }

    /// Holds back what was decided behind a frozen gate.
    async fn hold_back(&self) -> Result<(), Stop> {
        let why = self.store.gate().await?.why.unwrap_or_default();
        self.store.freeze(crate::store::relances::Breaker::Stopped, &why, "guichet", Moment::now()).await?;
        Ok(())
    }
}

/// Gives the guard of a house.
pub(super) fn guard(settings: &Settings, store: &Store, rules: &str) -> Guard {
    Guard {
        store: store.clone(),
        witness: Witness::new(&settings.relances.temoin),
        rules: rules.to_owned(),
        volume_max: settings.relances.volume_max,
    }
}

/// Runs `guichet relances send`.
pub(super) fn send(asked: &SendArgs) -> Result<(), Stop> {
    let (settings, planner) = Planner::open(&asked.house)?;
    let today = asked.house.as_of.unwrap_or_else(clock::today);
    let interrupt = Interrupt::listen().map_err(|error| Stop::machine(format!("signaux : {error}")))?;
    wait_for(async {
        let office = office(settings, planner, asked.house.as_of).await?;
        let decided = office.decide(today, &asked.author.name()).await?;
        eprintln!("guichet : {} relance(s) décidée(s)", decided.new);
        if asked.prepare_only {
            let readied = prepare(&office.settings, &office.store, &office.blobs).await?;
            eprintln!("guichet : {} prête(s), {} retenue(s) faute de lettre", readied.ready, readied.held_back);
        } else {
            tell(office.deliver(false, &interrupt).await?);
        }
        if decided.frozen {
            let why = office.store.gate().await?.why.unwrap_or_default();
            eprintln!("guichet : rien ne part : {why} (guichet relances resume)");
        }
        office.store.close().await;
        Ok(())
    })
}

/// Runs `guichet relances deliver`.
pub(super) fn deliver(asked: &DeliverArgs) -> Result<(), Stop> {
    let (settings, planner) = Planner::open(&asked.house)?;
    let interrupt = Interrupt::listen().map_err(|error| Stop::machine(format!("signaux : {error}")))?;
    wait_for(async {
        let office = office(settings, planner, asked.house.as_of).await?;
        tell(office.deliver(asked.doubts, &interrupt).await?);
        office.store.close().await;
        Ok(())
    })
}

async fn office(settings: Settings, planner: Planner, fixed: Option<Date>) -> Result<Office, Stop> {
    let app = App::with(settings).await?;
    let blobs = app.blobs().await?;
    Office::open(app.settings, app.store, blobs, planner, fixed).await
}

fn tell((sent, settled): (Sent, Settled)) {
    let Sent { handed_over, known, absent, refused, in_flight, cancelled, waiting, frozen } = sent;
    eprintln!(
        "guichet : {handed_over} remise(s), {cancelled} annulée(s) au dernier regard, {waiting} remise(s) à plus tard, \
         {absent} à réessayer, {refused} refusée(s), {in_flight} en cours ou en doute, {known} déjà reçue(s)"
    );
    let Settled { received, absent, doubts, delivered, returned } = settled;
    if received + absent + doubts + delivered + returned > 0 {
        eprintln!(
            "guichet : éclairci : {received} reçue(s), {absent} jamais reçue(s), {doubts} en doute, {delivered} acheminée(s), {returned} revenue(s)"
        );
    }
    if frozen {
        eprintln!(
            "guichet : envois arrêtés ; « guichet relances list --state retenue » puis « guichet relances resume »"
        );
    }
}

/// Gives 32 random bytes, in hexadecimal.
fn fresh_secret() -> Result<String, Stop> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| Stop::machine(format!("aucun hasard à disposition : {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
