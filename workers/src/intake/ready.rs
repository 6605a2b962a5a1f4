//! Which files of a folder are whole: those that have not changed for a while, and whose names do not say otherwise.

use super::shelf;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// How programs call a file that they are still writing.
const HALF_WRITTEN: [&str; 6] = ["part", "partial", "tmp", "temp", "filepart", "crdownload"];
/// Folders within folders.
const DEPTH: usize = 8;
/// How long a file is left alone that could not be taken in.
const LATER: Duration = Duration::from_secs(30);

/// A file that is whole.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub(super) path: PathBuf,
    pub(super) modified: SystemTime,
    bytes: u64,
}

impl Ready {
    /// Tells whether the file is still what it was.
    pub(super) fn is_unchanged(&self) -> bool {
        fs::symlink_metadata(&self.path).ok().and_then(|meta| state(&meta)) == Some((self.bytes, self.modified))
    }
}

/// The files that are waited for.
#[derive(Debug)]
pub(super) struct Waiting {
    rest: Duration,
    seen: HashMap<PathBuf, Seen>,
}

#[derive(Debug)]
struct Seen {
    state: (u64, SystemTime),
    /// Whole from then on, unless it changes; by a clock that nobody sets.
    whole_at: Instant,
}

impl Waiting {
    /// Waits for files that do not change for as long as `rest`.
    pub(super) fn new(rest: Duration) -> Self {
        Self { rest, seen: HashMap::new() }
    }

    /// Looks into a folder and gives the files that are whole, the oldest first.
    pub(super) fn look(&mut self, root: &Path) -> Vec<Ready> {
        let mut found = Vec::new();
        files(root, root, DEPTH, &mut found);
        // What is gone is forgotten.
        let mut before = std::mem::take(&mut self.seen);
        let (now, mut ready) = (Instant::now(), Vec::new());
        for (path, state) in found {
            let seen = match before.remove(&path) {
                Some(seen) if seen.state == state => seen,
                _ => Seen { state, whole_at: now + self.rest },
            };
            if seen.whole_at <= now {
                ready.push(Ready { path: path.clone(), modified: state.1, bytes: state.0 });
            }
            self.seen.insert(path, seen);
        }
        ready.sort_by(|a, b| (a.modified, &a.path).cmp(&(b.modified, &b.path)));
        ready
    }

    /// Leaves a file alone for a while.
    pub(super) fn later(&mut self, path: &Path) {
        if let Some(seen) = self.seen.get_mut(path) {
            seen.whole_at = Instant::now() + LATER;
        }
    }

    /// Forgets a file that was taken in.
    pub(super) fn forget(&mut self, path: &Path) {
        self.seen.remove(path);
    }
}

/// Finds files; a link is no file, and nothing outside is followed.
fn files(root: &Path, folder: &Path, depth: usize, found: &mut Vec<(PathBuf, (u64, SystemTime))>) {
    let Ok(entries) = fs::read_dir(folder) else {
        tracing::warn!("intake folder, or a folder in it, cannot be read");
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(meta) = entry.metadata() else { continue };
        if is_passed_over(&entry.file_name()) {
            continue;
        }
        if meta.is_dir() && depth > 0 && !shelf::is_shelf(root, &path) {
            files(root, &path, depth - 1, found);
        } else if meta.is_file()
            && let Some(state) = state(&meta)
        {
            found.push((path, state));
        }
    }
}

fn state(meta: &Metadata) -> Option<(u64, SystemTime)> {
    Some((meta.len(), meta.modified().ok()?))
}

/// Tells whether a name says that the file is hidden, or still being written.
fn is_passed_over(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    name.starts_with(['.', '~']) || name.ends_with('~') || HALF_WRITTEN.contains(&ending.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(ready: &[Ready], root: &Path) -> Vec<String> {
        ready.iter().map(|ready| ready.path.strip_prefix(root).unwrap().display().to_string()).collect()
    }

    #[test]
    fn a_file_is_waited_for_until_it_rests() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let mut waiting = Waiting::new(Duration::from_millis(60));
        fs::write(root.join("a.pdf"), "debut").unwrap();
        assert!(waiting.look(root).is_empty(), "it has just come");
        std::thread::sleep(Duration::from_millis(80));
        fs::write(root.join("a.pdf"), "debut, suite").unwrap();
        assert!(waiting.look(root).is_empty(), "it has grown");
        std::thread::sleep(Duration::from_millis(80));
        let ready = waiting.look(root);
        assert_eq!(names(&ready, root), ["a.pdf"]);
        assert!(ready[0].is_unchanged());
        fs::write(root.join("a.pdf"), "debut, suite, fin").unwrap();
        assert!(!ready[0].is_unchanged());
        waiting.later(&root.join("a.pdf"));
        std::thread::sleep(Duration::from_millis(80));
        assert!(waiting.look(root).is_empty(), "it was changed, then left for later");
    }

    #[test]
    fn names_links_and_shelves_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["sous/b.pdf", "a.pdf", "c.PDF.part", ".cache", "~$d.docx", "e.tmp", "faits/f.pdf", "refuses/g"] {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            fs::write(root.join(name), "x").unwrap();
        }
        // A folder of that name further down is a folder like any other.
        fs::create_dir_all(root.join("sous/faits")).unwrap();
        fs::write(root.join("sous/faits/h.pdf"), "x").unwrap();
        std::os::unix::fs::symlink("/etc/hostname", root.join("lien.pdf")).unwrap();
        let mut waiting = Waiting::new(Duration::ZERO);
        waiting.look(root);
        let mut found = names(&waiting.look(root), root);
        found.sort();
        assert_eq!(found, ["a.pdf", "sous/b.pdf", "sous/faits/h.pdf"]);
    }
}
