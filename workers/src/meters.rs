//! What this process measures of its own work: how long stages take, and how much memory its readers held.
//!
//! Kept in memory and shown at `/metrics`: a process that does not listen shows nothing, and one that starts again counts
//! from zero, as Prometheus expects of it.

use crate::job::Stage;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

/// Upper bounds of the classes in which durations are counted, in seconds: from a page with a text layer to a long scan on
/// a busy machine.
pub(crate) const BOUNDS: [f64; 10] = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];

/// Durations, counted by class.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Histogram {
    /// For each of [`BOUNDS`], how many were no longer.
    pub(crate) within: [u64; BOUNDS.len()],
    /// How many there are.
    pub(crate) count: u64,
    /// Their sum.
    pub(crate) sum: Duration,
}

impl Histogram {
    fn add(&mut self, took: Duration) {
        for (within, bound) in self.within.iter_mut().zip(BOUNDS) {
            *within += u64::from(took.as_secs_f64() <= bound);
        }
        self.count += 1;
        self.sum += took;
    }
}

/// The measures of a process.
#[derive(Debug, Default)]
pub struct Meters {
    stages: Mutex<BTreeMap<Stage, Histogram>>,
    readers: Mutex<BTreeMap<u32, u64>>,
}

impl Meters {
    /// Counts a stage that is done: from taking the job to the commit of its end.
    pub(crate) fn stage_done(&self, stage: Stage, took: Duration) {
        held(&self.stages).entry(stage).or_default().add(took);
    }

    /// Notes the most bytes that the children of a reading place held so far.
    pub(crate) fn reader_held(&self, place: u32, bytes: u64) {
        held(&self.readers).insert(place, bytes);
    }

    /// Gives the durations of each stage that was done.
    pub(crate) fn stages(&self) -> BTreeMap<Stage, Histogram> {
        held(&self.stages).clone()
    }

    /// Gives the most bytes held at each reading place that has read.
    pub(crate) fn readers(&self) -> BTreeMap<u32, u64> {
        held(&self.readers).clone()
    }
}

fn held<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(|broken| broken.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_counted_in_every_class_that_holds_them() {
        let meters = Meters::default();
        for millis in [50, 100, 700, 400_000] {
            meters.stage_done(Stage::Read, Duration::from_millis(millis));
        }
        let stages = meters.stages();
        let read = &stages[&Stage::Read];
        assert_eq!(read.within, [2, 2, 2, 3, 3, 3, 3, 3, 3, 3]);
        assert_eq!((read.count, read.sum), (4, Duration::from_millis(400_850)));
        assert!(!stages.contains_key(&Stage::Understand));
    }
}
