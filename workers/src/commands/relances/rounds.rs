//! The daily round of `guichet serve`: at the hour that the settings give a batch is decided, once a day; all day long what
//! is ready leaves and what was interrupted is asked about.

use super::send::Office;
use crate::blobs::Blobs;
use crate::cli::HouseArgs;
use crate::clock::{self, Moment};
use crate::house::House;
use crate::interrupt::Interrupt;
use crate::register::Live;
use crate::relances::Planner;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::store::Store;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Who commits the batches of rounds.
const AUTHOR: &str = "tournée";
/// How often something is handed over.
const PACE: Duration = Duration::from_secs(60);
/// How often receivers are asked, and their records read.
const ASKING: Duration = Duration::from_secs(600);
/// How often to look for a stop.
const LOOK: Duration = Duration::from_millis(200);

/// Reads `HH:MM`.
pub(crate) fn hour(text: &str) -> Result<Option<(u64, u64)>, Stop> {
    if text.is_empty() {
        return Ok(None);
    }
    let parts = text.split_once(':').and_then(|(hour, minute)| Some((hour.parse().ok()?, minute.parse().ok()?)));
    match parts {
        Some((hour, minute)) if hour < 24 && minute < 60 => Ok(Some((hour, minute))),
        _ => Err(Stop::usage(format!("relances.heure vaut « {text} » : donner une heure comme 09:30, ou rien"))),
    }
}

/// Makes rounds until `interrupt` asks to stop. What fails is told and tried again.
pub(crate) async fn keep(
    asked: HouseArgs,
    store: Store,
    blobs: Blobs,
    (at, live): ((u64, u64), Arc<Live>),
    interrupt: Interrupt,
) {
    let mut rounds = Rounds { asked, store, blobs, at, live, register: String::new(), office: None, asked_at: None };
    while !interrupt.asked() {
        if let Err(stop) = rounds.round(&interrupt).await {
            tracing::error!(why = stop.message, "round not made");
        }
        let next = Instant::now() + PACE;
        while Instant::now() < next && !interrupt.asked() {
            tokio::time::sleep(LOOK).await;
        }
    }
}

struct Rounds {
    asked: HouseArgs,
    store: Store,
    blobs: Blobs,
    at: (u64, u64),
    live: Arc<Live>,
    /// The register that the office was opened with.
    register: String,
    /// Opened anew each day, and whenever the register says something else.
    office: Option<Office>,
    asked_at: Option<Instant>,
}

impl Rounds {
    async fn round(&mut self, interrupt: &Interrupt) -> Result<(), Stop> {
        let today = self.asked.as_of.unwrap_or_else(clock::today);
        let due =
            clock::paris_time(Moment::now()) >= self.at && !self.store.has_batch(&today.to_string(), AUTHOR).await?;
        if due || self.live.reading().whole != self.register {
            self.office = None;
        }
        let office = match self.office.take() {
            Some(office) => office,
            None => self.open().await?,
        };
        let office = self.office.insert(office);
        if due {
            let decided = office.decide(today, AUTHOR).await?;
            tracing::info!(decided = decided.new, frozen = decided.frozen, "round decided");
        }
        office.hand_over(interrupt).await?;
        if self.asked_at.is_none_or(|at| at.elapsed() > ASKING) {
            self.asked_at = Some(Instant::now());
            office.ask(false).await?;
        }
        Ok(())
    }

    async fn open(&mut self) -> Result<Office, Stop> {
        let reading = self.live.reading();
        self.register.clone_from(&reading.whole);
        let settings = Settings::load(self.asked.config.as_deref())?;
        let (settings, planner) = Planner::of(&self.asked, House::with(&self.asked, settings, Some(reading))?)?;
        Office::open(settings, self.store.clone(), self.blobs.clone(), planner, self.asked.as_of).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_or_refused() {
        assert_eq!(hour("").unwrap(), None);
        assert_eq!(hour("09:30").unwrap(), Some((9, 30)));
        for wrong in ["9h30", "24:00", "09:60", "09", "x:y"] {
            assert!(hour(wrong).unwrap_err().message.contains("09:30"), "{wrong}");
        }
    }
}
