//! The daily round of `guichet serve`: at the hour that the settings give a batch is decided, once a day; all day long what
//! is ready leaves and what was interrupted is asked about.

use super::send::Office;
use crate::blobs::Blobs;
use crate::cli::HouseArgs;
use crate::clock::{self, Moment};
use crate::interrupt::Interrupt;
use crate::relances::Planner;
use crate::stop::Stop;
use crate::store::Store;
use std::time::{Duration, Instant};

/// Who commits the batches of rounds.
const AUTHOR: &str = "tournée";
/// How often something is handed over.
const PACE: Duration = Duration::from_secs(60);
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
pub(crate) async fn keep(asked: HouseArgs, store: Store, blobs: Blobs, at: (u64, u64), interrupt: Interrupt) {
    while !interrupt.asked() {
        if let Err(stop) = round(&asked, &store, &blobs, at, &interrupt).await {
            tracing::error!(why = stop.message, "round not made");
        }
        let next = Instant::now() + PACE;
        while Instant::now() < next && !interrupt.asked() {
            tokio::time::sleep(LOOK).await;
        }
    }
}

async fn round(
    asked: &HouseArgs,
    store: &Store,
    blobs: &Blobs,
    at: (u64, u64),
    interrupt: &Interrupt,
) -> Result<(), Stop> {
    // Opened anew: the register is another one every morning.
    let (settings, planner) = Planner::open(asked)?;
    let today = asked.as_of.unwrap_or_else(clock::today);
    let office = Office::open(settings, store.clone(), blobs.clone(), planner, asked.as_of).await?;
    if clock::paris_time(Moment::now()) >= at && !store.has_batch(&today.to_string(), AUTHOR).await? {
        let decided = office.decide(today, AUTHOR).await?;
        tracing::info!(decided = decided.new, frozen = decided.frozen, "round decided");
    }
    office.deliver(false, interrupt).await?;
    Ok(())
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
