//! A folder in which letters are put for the post room, or SMS for the provider that sends them.
//!
//! A file is written under another name, brought to the disk, then renamed: it is there whole or not at all, and its
//! name (reference and hash) says which it is, so presence is the answer. Nothing is put twice: what was put stays here
//! or in [`TAKEN`], where the post room moves what it has taken and removes nothing.

use super::{Answer, Outcome};
use crate::crash::point;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Gives the start of the name of a reminder's file: no other reminder has it.
pub fn stem(reference: &str, channel: &str) -> String {
    format!("{reference}-{channel}")
}

/// Gives the name of a reminder's file: which it is, and the start of the hash of its bytes.
pub fn file_name(reference: &str, channel: &str, hash: &str, ending: &str) -> String {
    format!("{}-{}.{ending}", stem(reference, channel), &hash[..HASH_DIGITS])
}

/// Digits of the hash in a name.
const HASH_DIGITS: usize = 16;
/// Where the post room moves what it has taken.
pub const TAKEN: &str = "pris";
/// Shows that this is the folder that was meant, and not the place where it should be mounted.
const MARKER: &str = ".guichet";
/// The end of the name of a file that is not whole.
const HALF_WRITTEN: &str = ".part";
/// Wait after the folder could not be written.
const AGAIN: Duration = Duration::from_secs(300);

/// The folder.
#[derive(Clone, Debug)]
pub struct DropFolder {
    path: PathBuf,
}

impl DropFolder {
    /// Makes the folder of this installation, the first time.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn make(path: &Path, installation: &str) -> io::Result<Self> {
        fs::create_dir_all(path.join(TAKEN))?;
        if !path.join(MARKER).exists() {
            whole(path, MARKER, installation.as_bytes())?;
        }
        Ok(Self { path: path.to_owned() })
    }

    /// Opens the folder that was made before.
    ///
    /// # Errors
    /// A French sentence, when it is not that folder: not mounted, emptied, of another installation.
    pub fn open(path: &Path, installation: &str) -> Result<Self, String> {
        match fs::read_to_string(path.join(MARKER)) {
            Ok(found) if found.trim() == installation => Ok(Self { path: path.to_owned() }),
            Ok(_) => Err(format!("{} est le dossier d'une autre installation", path.display())),
            Err(error) => Err(format!(
                "{} n'est pas le dossier où les envois étaient posés ({error}) : le remonter, ou remettre son fichier {MARKER}",
                path.display()
            )),
        }
    }

    /// Puts a file; one that is there already, here or taken, is left as it is.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Outcome {
        let proof = format!("{name} ({} octets)", bytes.len());
        if self.find(name).is_some() {
            return Outcome::Received(proof);
        }
        match whole(&self.path, name, bytes) {
            Ok(()) => Outcome::Received(proof),
            // The rename may have been made and not yet be on the disk.
            Err(error) if self.find(name).is_some() => Outcome::Unknown(format!("{name} : {error}")),
            Err(error) => Outcome::Absent(format!("{name} : {error}"), AGAIN),
        }
    }

    /// Asks for a file by the start of its name, to the hyphen before its hash.
    pub fn ask(&self, start: &str) -> Answer {
        if !self.path.join(MARKER).exists() {
            return Answer::Later(format!("{} n'est pas monté", self.path.display()));
        }
        match self.starting_with(&format!("{start}-")) {
            Ok(Some(name)) => Answer::Received(name),
            Ok(None) => Answer::Absent(format!("aucun fichier {start} dans {}", self.path.display())),
            Err(error) => Answer::Later(format!("{} : {error}", self.path.display())),
        }
    }

    /// Replaces a list: nothing is sent by a list, it names what was put.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn list(&self, name: &str, text: &str) -> io::Result<()> {
        if self.path.join(TAKEN).join(name).exists() {
            return Ok(());
        }
        whole(&self.path, name, text.as_bytes())
    }

    /// Removes what was left half written by whoever was killed. Gives how many files.
    pub fn tidy(&self) -> usize {
        let Ok(entries) = fs::read_dir(&self.path) else { return 0 };
        let half = entries.flatten().filter(|entry| entry.file_name().to_string_lossy().ends_with(HALF_WRITTEN));
        half.filter(|entry| fs::remove_file(entry.path()).is_ok()).count()
    }

    fn find(&self, name: &str) -> Option<PathBuf> {
        [self.path.join(name), self.path.join(TAKEN).join(name)].into_iter().find(|path| path.exists())
    }

    fn starting_with(&self, start: &str) -> io::Result<Option<String>> {
        for folder in [self.path.clone(), self.path.join(TAKEN)] {
            for entry in fs::read_dir(folder)? {
                let name = entry?.file_name().to_string_lossy().into_owned();
                if name.starts_with(start) && !name.ends_with(HALF_WRITTEN) {
                    return Ok(Some(name));
                }
            }
        }
        Ok(None)
    }
}

/// Writes a file that is there whole, on the disk, or not at all.
fn whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let half = folder.join(format!("{name}{HALF_WRITTEN}"));
    let mut file = File::create(&half)?;
    point("drop_created");
    file.write_all(bytes)?;
    point("drop_written");
    file.sync_all()?;
    point("drop_synced");
    fs::rename(&half, folder.join(name))?;
    point("drop_renamed");
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presence_is_the_answer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("courrier");
        let drop = DropFolder::make(&path, "maison").unwrap();
        assert!(matches!(drop.ask("7K3M"), Answer::Absent(_)));
        assert!(matches!(drop.put("7K3M-aa.pdf", b"un"), Outcome::Received(_)));
        assert_eq!(drop.ask("7K3M"), Answer::Received("7K3M-aa.pdf".to_owned()));
        assert!(matches!(drop.ask("7K3"), Answer::Absent(_)), "another reference");
        fs::rename(path.join("7K3M-aa.pdf"), path.join(TAKEN).join("7K3M-aa.pdf")).unwrap();
        assert_eq!(drop.ask("7K3M"), Answer::Received("7K3M-aa.pdf".to_owned()));
        assert!(matches!(drop.put("7K3M-aa.pdf", b"un"), Outcome::Received(_)));
        assert!(!path.join("7K3M-aa.pdf").exists(), "what was taken is not put again");
        fs::write(path.join("7K3N-bb.pdf.part"), "hal").unwrap();
        assert!(matches!(drop.ask("7K3N"), Answer::Absent(_)));
        assert_eq!(drop.tidy(), 1);
    }

    #[test]
    fn a_folder_that_is_not_mounted_does_not_say_absent() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("courrier");
        let drop = DropFolder::make(&path, "maison").unwrap();
        assert!(DropFolder::open(&path, "maison").is_ok());
        assert!(DropFolder::open(&path, "autre").unwrap_err().contains("autre installation"));
        fs::remove_file(path.join(MARKER)).unwrap();
        assert!(matches!(drop.ask("7K3M"), Answer::Later(_)));
        assert!(DropFolder::open(&path, "maison").unwrap_err().contains("remonter"));
    }
}
