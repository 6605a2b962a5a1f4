//! The register looked after while the program runs: read again when it changes, applied, and what it asks put in.

use super::change::{Compared, compare};
use super::origin::Stamp;
use super::{Live, Origin, Reading, RegisterError, again};
use crate::clock::Moment;
use crate::interrupt::Interrupt;
use crate::settings::RegisterSettings;
use crate::stop::Stop;
use crate::store::{Store, StoreError};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often to look whether another process applied a register, and whether a file changed.
const LOOK: Duration = Duration::from_secs(1);
/// How often to look up for a stop.
const LOOK_UP: Duration = Duration::from_millis(100);
/// How long a file has to lie still before it is whole: exports are written in one go, over networks in several.
const REST: Duration = Duration::from_secs(3);
/// Least time between two readings asked for by others.
const AGAIN: Duration = Duration::from_secs(5);

/// How long between two looks, and how much may be missing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    pace: Duration,
    per_cent: u64,
}

impl From<&RegisterSettings> for Patience {
    fn from(settings: &RegisterSettings) -> Self {
        Self { pace: Duration::from_secs(settings.relecture_s), per_cent: settings.perte_max }
    }
}

/// Who looks after the register.
pub(crate) struct Watcher {
    store: Store,
    origin: Origin,
    live: Arc<Live>,
    patience: Patience,
    /// What the file looked like when it was last read, and since when it looks as it does now.
    read: Option<Stamp>,
    resting: Option<(Stamp, Instant)>,
    /// When it was last read.
    at: Instant,
    /// The hash of the last one that waits for an agent.
    withheld: Option<String>,
    /// The last register applied by another process that made this one read again.
    chased: Option<String>,
}

impl Watcher {
    /// Begins with the register that the program starts with, applying it if it is another than the one applied.
    ///
    /// # Errors
    /// When the database does not answer, or the register lacks too many leases.
    pub(crate) async fn start(store: Store, origin: Origin, live: Arc<Live>, patience: Patience) -> Result<Self, Stop> {
        let watcher = Self {
            store,
            origin,
            live,
            patience,
            // Not known: it may have changed since the program began. It is read once more.
            read: None,
            resting: None,
            at: Instant::now(),
            withheld: None,
            chased: None,
        };
        let reading = watcher.live.reading();
        while let Some(compared) = watcher.differs(&reading).await? {
            if compared.is_withheld(patience.per_cent) {
                return Err(Stop::usage(compared.refusal(&reading.name)));
            }
            // Where another took the place meanwhile, it is compared once more.
            watcher.store.apply_register(&compared.change, Moment::now()).await?;
        }
        again::ask(&watcher.store, &reading, &Interrupt::default()).await?;
        tracing::info!(leases = reading.leases.len(), rows_left_out = reading.bad_rows.len(), "register in use");
        Ok(watcher)
    }

    /// Watches until `interrupt` asks to stop; `news` hears of new jobs. What fails is told and tried again.
    pub(crate) async fn watch(mut self, interrupt: Interrupt, news: impl Fn() + Send) {
        while !interrupt.asked() {
            match self.look(&interrupt).await {
                Ok(0) => {}
                Ok(asked) => {
                    tracing::info!(asked, "sources are decided again: their lease changed");
                    news();
                }
                Err(error) => tracing::warn!(%error, "register not looked after"),
            }
            let next = Instant::now() + LOOK;
            while Instant::now() < next && !interrupt.asked() {
                tokio::time::sleep(LOOK_UP).await;
            }
        }
    }

    /// Looks once. Gives how many sources are understood again.
    async fn look(&mut self, halt: &Interrupt) -> Result<u64, StoreError> {
        if self.is_asked_for().await? || self.is_time() {
            self.at = Instant::now();
            self.read_again().await?;
        }
        let mine = self.live.reading();
        if self.store.applied_register().await?.as_ref() != Some(&mine.hash) {
            return Ok(0);
        }
        again::ask(&self.store, &mine, halt).await
    }

    /// Tells whether the store asks for a reading: another process has applied another register, or an agent has accepted
    /// the one that waits. Once for each; where that changes nothing, this process goes on at its pace.
    async fn is_asked_for(&mut self) -> Result<bool, StoreError> {
        if self.at.elapsed() < AGAIN {
            return Ok(false);
        }
        if self.withheld.is_some() && self.store.accepted_register().await? == self.withheld {
            return Ok(true);
        }
        let applied = self.store.applied_register().await?;
        let is_behind = applied.as_ref() != Some(&self.live.reading().hash) && applied != self.chased;
        if is_behind {
            self.chased = applied;
        }
        Ok(is_behind)
    }

    /// Tells whether to read at its own pace: a database each time, a file once it has changed and lies still.
    fn is_time(&mut self) -> bool {
        let is_due = self.at.elapsed() >= self.patience.pace;
        let Some(stamp) = self.origin.stamp() else { return is_due };
        if self.read == Some(stamp) {
            self.resting = None;
            return false;
        }
        let since = match self.resting {
            Some((resting, since)) if resting == stamp => since,
            _ => Instant::now(),
        };
        self.resting = Some((stamp, since));
        is_due && since.elapsed() >= REST
    }

    /// Reads the register again and puts it in the place of the one before, if it may.
    async fn read_again(&mut self) -> Result<(), StoreError> {
        let stamp = self.origin.stamp();
        let origin = self.origin.clone();
        let read = tokio::task::spawn_blocking(move || origin.read()).await;
        let reading = match read {
            Ok(Ok(reading)) => reading,
            Ok(Err(error)) => {
                if matches!(error, RegisterError::Shape(_) | RegisterError::Empty(_)) {
                    // The same bytes say the same: it is waited for others.
                    self.read = stamp;
                }
                self.failed(&error);
                return Ok(());
            }
            Err(error) => {
                tracing::error!(%error, "register not read");
                return Ok(());
            }
        };
        self.read = stamp;
        self.live.note(|standing| {
            standing.failed = false;
            standing.read_at = Moment::now();
        });
        self.take(reading).await
    }

    fn failed(&self, error: &RegisterError) {
        self.live.note(|standing| standing.failed = true);
        tracing::warn!(kind = error.kind(), "register not read: the one before stays (guichet register check)");
    }

    /// Takes a register that was read. One that decides as the one in use does is not applied: another process may have
    /// applied a newer one, which this one will read too.
    async fn take(&mut self, reading: Reading) -> Result<(), StoreError> {
        let mine = self.live.reading();
        if reading.whole == mine.whole {
            self.stands(None);
            return Ok(());
        }
        if reading.hash != mine.hash
            && let Some(compared) = self.differs(&reading).await?
        {
            if compared.is_withheld(self.patience.per_cent) {
                self.withhold(&reading, &compared);
                return Ok(());
            }
            if !self.store.apply_register(&compared.change, Moment::now()).await? {
                // Somebody else was faster: the next look tells with what.
                return Ok(());
            }
            let (added, changed, removed) =
                (compared.change.added.len(), compared.change.changed.len(), compared.change.removed.len());
            tracing::info!(leases = reading.leases.len(), added, changed, removed, "register applied");
        }
        if !reading.bad_rows.is_empty() {
            tracing::warn!(rows = reading.bad_rows.len(), "rows of the register are left out (guichet register check)");
        }
        self.live.replace(reading);
        self.stands(None);
        Ok(())
    }

    fn withhold(&mut self, reading: &Reading, compared: &Compared) {
        if self.withheld.as_ref() != Some(&reading.hash) {
            let (gone, of) = (compared.loss.gone, compared.loss.of);
            tracing::warn!(gone, of, "register lacks leases: the one before stays (guichet register accept)");
        }
        self.stands(Some(reading.hash.clone()));
    }

    fn stands(&mut self, withheld: Option<String>) {
        self.live.note(|standing| standing.withheld = withheld.is_some());
        self.withheld = withheld;
    }

    /// Compares a register with the one applied; nothing where it is the same.
    async fn differs(&self, reading: &Reading) -> Result<Option<Compared>, StoreError> {
        let compared = compare(&self.store, reading).await?;
        Ok((compared.change.before.as_ref() != Some(&reading.hash)).then_some(compared))
    }
}
