//! How the mailboxes of this program stand, for whoever looks from outside.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// How one mailbox stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The last look went well.
    pub(crate) open: bool,
    /// Messages taken in.
    pub(crate) taken: u64,
    /// Messages that were too large.
    pub(crate) refused: u64,
}

/// How all of them stand, by name.
#[derive(Debug, Default)]
pub(crate) struct Board(Mutex<BTreeMap<String, Standing>>);

impl Board {
    /// Notes what became of a mailbox.
    pub(super) fn note(&self, mailbox: &str, change: impl FnOnce(&mut Standing)) {
        let mut all = self.0.lock().unwrap_or_else(|broken| broken.into_inner());
        change(all.entry(mailbox.to_owned()).or_default());
    }

    /// Gives how each mailbox stands.
    pub(crate) fn standings(&self) -> Vec<(String, Standing)> {
        let all = self.0.lock().unwrap_or_else(|broken| broken.into_inner());
        all.iter().map(|(name, standing)| (name.clone(), *standing)).collect()
    }
}
