//! A file outside the database that knows how far sending had come: an older database next to it was restored.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file.
#[derive(Clone, Debug)]
pub struct Witness {
    path: PathBuf,
}

/// What the witness says of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Testimony {
    /// It is the one that sent last.
    Same,
    /// It has forgotten what was sent since: a backup was restored.
    Older {
        /// How far sending had come.
        seen: i64,
    },
    /// It has sent, and there is no witness of it: a backup on another machine, or a witness that was lost.
    Unknown,
}

impl Testimony {
    /// Compares what was seen with a database's generation.
    pub fn of(seen: Option<i64>, generation: i64) -> Self {
        match seen {
            Some(seen) if seen > generation => Self::Older { seen },
            Some(_) => Self::Same,
            None if generation == 0 => Self::Same,
            None => Self::Unknown,
        }
    }
}

impl Witness {
    /// Names the file.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Gives how far sending had come; nothing where that cannot be told.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn seen(&self) -> io::Result<Option<i64>> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(text.trim().parse().ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Notes a generation, on the disk, before anything of it leaves. A later one stays.
    ///
    /// # Errors
    /// When the disk refuses: then nothing may leave.
    pub fn note(&self, generation: i64) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        if self.seen()?.is_some_and(|seen| seen > generation) {
            return Ok(());
        }
        // Several processes may send: each has a name of its own.
        let half = self.path.with_extension(format!("{}.part", std::process::id()));
        let mut file = File::create(&half)?;
        writeln!(file, "{generation}")?;
        file.sync_all()?;
        fs::rename(&half, &self.path)?;
        File::open(folder)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_database_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("etat/temoin");
        let witness = Witness::new(&path);
        let ask = |generation| Testimony::of(witness.seen().unwrap(), generation);
        assert_eq!(ask(0), Testimony::Same, "nothing was ever sent");
        assert_eq!(ask(3), Testimony::Unknown);
        witness.note(5).unwrap();
        assert_eq!(ask(5), Testimony::Same);
        assert_eq!(ask(6), Testimony::Same, "killed between the database and the file");
        assert_eq!(ask(4), Testimony::Older { seen: 5 });
        witness.note(4).unwrap();
        assert_eq!(ask(0), Testimony::Older { seen: 5 }, "what it knows does not shrink");
        fs::write(&path, "gribouillis").unwrap();
        assert_eq!(ask(5), Testimony::Unknown);
    }
}
