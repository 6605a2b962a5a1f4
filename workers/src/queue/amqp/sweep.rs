//! What the broker has forgotten is announced again: purged queues, lost metadata, messages confirmed and gone.
//!
//! The database says what is due and was announced a while ago, the broker how much it holds. Where it holds nothing,
//! everything that is due is announced again; where it holds clearly less than is due, the difference, the longest
//! announced first. Announcing too much costs an acknowledgement.

use super::{Counts, Shared, topology};
use crate::clock::Moment;
use crate::job::{Class, Stage};
use crate::store::StoreError;
use std::time::Duration;

/// A job announced less than this long ago may still be on its way.
const ON_ITS_WAY: Duration = Duration::from_secs(15);
/// References that lie with workers, and so neither in a queue nor claimed.
const HANDED_OVER: u64 = 512;

/// Compares the database with the queues and announces what is missing.
pub(super) async fn announce_forgotten(shared: &Shared) -> Result<(), StoreError> {
    for stage in Stage::ALL {
        for class in Class::ALL {
            // Only a depth that the probe has just seen counts: a guess would announce everything twice.
            let Some(ready) = shared.depths.take(&topology::queue_name(stage, class)) else { continue };
            let now = Moment::now();
            let before = now.minus(ON_ITS_WAY);
            let waiting = shared.store.waiting_since(stage, class, before).await?;
            let missing = missing(waiting, ready.into());
            if missing == 0 {
                continue;
            }
            let announced = shared.store.announce_again(stage, class, before, missing, now).await?;
            if announced > 0 {
                tracing::warn!(%stage, %class, announced, ready, "jobs announced again: the broker had forgotten them");
                Counts::add(&shared.counts.swept, announced);
                shared.mail.notify_one();
            }
        }
    }
    Ok(())
}

/// Gives how many jobs the broker has forgotten.
fn missing(waiting: u64, ready: u64) -> u64 {
    if ready == 0 { waiting } else { waiting.saturating_sub(ready + HANDED_OVER) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_clearly_missing() {
        let cases = [
            // Waiting in the database, ready in the queue, missing.
            (0, 0, 0),
            (7, 0, 7),
            (100_000, 0, 100_000),
            (100_000, 100_000, 0),
            (100_100, 100_000, 0),
            (100_000, 60_000, 100_000 - 60_000 - HANDED_OVER),
            (10, 50, 0),
        ];
        for (waiting, ready, expected) in cases {
            assert_eq!(missing(waiting, ready), expected, "{waiting} {ready}");
        }
    }
}
