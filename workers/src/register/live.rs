//! The register in use: taken whole by whoever decides, replaced whole when another is applied.

use super::Reading;
use crate::clock::Moment;
use std::sync::{Arc, Mutex, MutexGuard};

/// The register in use, and how it stands.
#[derive(Debug)]
pub(crate) struct Live {
    reading: Mutex<Arc<Reading>>,
    standing: Mutex<Standing>,
}

/// How the register stands, for whoever looks from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Leases in use.
    pub(crate) leases: usize,
    /// Rows left out of them.
    pub(crate) bad_rows: usize,
    /// When it was last read well.
    pub(crate) read_at: Moment,
    /// Whether the last reading failed.
    pub(crate) failed: bool,
    /// Whether the last one read lacks too many leases, and waits for an agent.
    pub(crate) withheld: bool,
}

impl Live {
    /// Begins with a register.
    pub(crate) fn new(reading: Arc<Reading>) -> Self {
        let standing = Standing {
            leases: reading.leases.len(),
            bad_rows: reading.bad_rows.len(),
            read_at: Moment::now(),
            failed: false,
            withheld: false,
        };
        Self { reading: Mutex::new(reading), standing: Mutex::new(standing) }
    }

    /// Gives the register in use.
    pub(crate) fn reading(&self) -> Arc<Reading> {
        Arc::clone(&lock(&self.reading))
    }

    /// Puts another in its place.
    pub(super) fn replace(&self, reading: Reading) {
        self.note(|standing| {
            standing.leases = reading.leases.len();
            standing.bad_rows = reading.bad_rows.len();
        });
        *lock(&self.reading) = Arc::new(reading);
    }

    /// Gives how it stands.
    pub(crate) fn standing(&self) -> Standing {
        *lock(&self.standing)
    }

    /// Notes what became of a look.
    pub(super) fn note(&self, change: impl FnOnce(&mut Standing)) {
        change(&mut lock(&self.standing));
    }
}

/// Nobody leaves one half-written: a panic elsewhere is no reason to stop.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|broken| broken.into_inner())
}
