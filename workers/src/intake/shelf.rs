//! Where files of an intake folder go when they are dealt with: `faits`, day by day, or `refuses` with the reason.

use crate::clock::today;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What was taken in.
const DONE: &str = "faits";
/// What was not.
const REFUSED: &str = "refuses";
/// What stands behind the name of a refused file in the name of its reason.
const REASON: &str = ".raison.txt";
/// Names tried before giving up; nobody sends a thousand files of one name a day.
const NAMES: u32 = 10_000;

/// An intake folder and its shelves.
#[derive(Debug)]
pub(super) struct Shelf {
    root: PathBuf,
}

impl Shelf {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Gives the folder itself.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Moves a file that was taken in.
    pub(super) fn done(&self, path: &Path) -> io::Result<()> {
        self.move_to(DONE, path).map(|_| ())
    }

    /// Moves a file that was not, and writes the reason beside it.
    pub(super) fn refuse(&self, path: &Path, why: &str) -> io::Result<()> {
        let mut reason = self.move_to(REFUSED, path)?.into_os_string();
        reason.push(REASON);
        fs::write(reason, format!("{why}\n"))
    }

    /// Moves a file, whole or not at all, to a name that is free. Its times stay what they are.
    fn move_to(&self, shelf: &str, path: &Path) -> io::Result<PathBuf> {
        let within = path.strip_prefix(&self.root).unwrap_or(path);
        let wanted = self.root.join(shelf).join(today().to_string()).join(within);
        if let Some(folder) = wanted.parent() {
            fs::create_dir_all(folder)?;
        }
        let free = (0..NAMES).map(|number| numbered(&wanted, number)).find(|path| fs::symlink_metadata(path).is_err());
        let free = free.ok_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists))?;
        fs::rename(path, &free)?;
        Ok(free)
    }
}

/// Tells whether a folder is one that dealt-with files go to.
pub(super) fn is_shelf(root: &Path, folder: &Path) -> bool {
    [DONE, REFUSED].iter().any(|name| folder == root.join(name))
}

/// Gives a path with a number before its ending: `a (2).pdf`.
fn numbered(path: &Path, number: u32) -> PathBuf {
    if number == 0 {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    path.with_file_name(format!("{stem} ({}){ending}", number + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_moved_whole_and_never_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path().to_owned());
        let day = today().to_string();
        for text in ["un", "deux"] {
            let path = folder.path().join("sous/a.pdf");
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            shelf.done(&path).unwrap();
            assert!(!path.exists());
        }
        let done = folder.path().join(DONE).join(&day).join("sous");
        assert_eq!(fs::read_to_string(done.join("a.pdf")).unwrap(), "un");
        assert_eq!(fs::read_to_string(done.join("a (2).pdf")).unwrap(), "deux");

        let big = folder.path().join("gros");
        fs::write(&big, "x").unwrap();
        shelf.refuse(&big, "le fichier pèse trop").unwrap();
        let reason = folder.path().join(REFUSED).join(&day).join("gros.raison.txt");
        assert_eq!(fs::read_to_string(reason).unwrap(), "le fichier pèse trop\n");
    }
}
