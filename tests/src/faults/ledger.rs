//! What was handed in, kept outside the house.

use crate::scripted::{self, Script};
use guichet_workers::blobs::hash;
use guichet_workers::store::journal::Head;
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Of so many files one breaks its reader.
const GOOD_FOR_ONE_BAD: u32 = 40;
/// A name that must stand in no log.
pub(super) const SECRET: &str = "Zéphyrine";

/// A file that was handed in.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) script: Script,
    pub(super) path: PathBuf,
    /// Whether the house said that it has it.
    pub(super) acknowledged: bool,
}

/// What was handed in.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// By the hash of their bytes.
    pub(super) entries: BTreeMap<String, Entry>,
    /// Ends of the journal, taken out of the house now and then.
    pub(super) heads: Vec<Head>,
}

impl Ledger {
    /// Writes a batch of files into a folder, and notes them as not handed in yet.
    pub(super) fn prepare(&mut self, folder: &Path, count: usize, random: &mut ChaCha8Rng) {
        std::fs::create_dir_all(folder).expect("folders can be made");
        for at in 0..count {
            let script = draw(random);
            let words = format!("Madame {SECRET} {}\nréférence {:016x}", folder.display(), random.random::<u64>());
            let bytes = scripted::file(script, &words);
            let path = folder.join(at.to_string());
            std::fs::write(&path, &bytes).expect("files can be written");
            self.entries.insert(hash(&bytes), Entry { script, path, acknowledged: false });
        }
    }

    /// Notes that everything in a folder was handed in.
    pub(super) fn acknowledge(&mut self, folder: &Path) {
        for entry in self.entries.values_mut().filter(|entry| entry.path.starts_with(folder)) {
            entry.acknowledged = true;
        }
    }
}

/// Good ones, and a few that do each kind of harm; those that never answer take seconds, and are rare.
fn draw(random: &mut ChaCha8Rng) -> Script {
    if random.random_range(0..GOOD_FOR_ONE_BAD) > 0 {
        return Script::Good;
    }
    if random.random_range(0..6) == 0 {
        return Script::Hang;
    }
    [Script::Abort, Script::Flood, Script::Eat].choose(random).copied().unwrap_or(Script::Abort)
}
