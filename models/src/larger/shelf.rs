//! The folder of a house in which its larger models stand, one folder each.
//!
//! A model is copied beside the others under a hidden name, listed, loaded and asked a sentence; only then it gets its
//! name, by one rename: nothing is ever half registered.

use super::card::{CONFIG, Card};
use super::files::{self, LargerManifest, MANIFEST, Proven};
use super::{Larger, LargerError, Vocabulary};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Letters of a name at most.
const LONGEST_NAME: usize = 64;

/// The folder.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// Looks at a folder, which is made when the first model is registered.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Registers the model of a folder under a name.
    ///
    /// # Errors
    /// Whatever is wrong with the model or the name; then nothing is left of it.
    pub fn add(
        &self,
        from: &Path,
        name: &str,
        licence: &str,
        vocabulary: &Vocabulary,
    ) -> Result<LargerManifest, LargerError> {
        let place = self.place(name)?;
        if place.exists() {
            return Err(LargerError::Taken { name: name.to_owned() });
        }
        fs::create_dir_all(&self.folder).map_err(LargerError::disk(&self.folder))?;
        let staged = self.folder.join(format!(".{name}.{}", std::process::id()));
        fs::create_dir(&staged).map_err(LargerError::disk(&staged))?;
        let done = staged_model(from, &staged, name, licence, vocabulary).and_then(|manifest| {
            fs::rename(&staged, &place).map_err(LargerError::disk(&place))?;
            let folder = File::open(&self.folder).and_then(|folder| folder.sync_all());
            folder.map_err(LargerError::disk(&self.folder))?;
            Ok(manifest)
        });
        if done.is_err() {
            let _ = fs::remove_dir_all(&staged);
        }
        done
    }

    /// Gives the manifests of all models, by their name.
    ///
    /// # Errors
    /// When the folder or a manifest cannot be read.
    pub fn all(&self) -> Result<Vec<LargerManifest>, LargerError> {
        if !self.folder.exists() {
            return Ok(Vec::new());
        }
        let mut names: Vec<String> = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(LargerError::disk(&self.folder))? {
            let entry = entry.map_err(LargerError::disk(&self.folder))?;
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
        names.retain(|name| !name.starts_with('.') && self.folder.join(name).is_dir());
        names.sort_unstable();
        names.iter().map(|name| LargerManifest::read(&self.folder.join(name))).collect()
    }

    /// Loads a model.
    ///
    /// # Errors
    /// When there is none of that name, or a byte of it differs.
    pub fn load(&self, name: &str, vocabulary: &Vocabulary) -> Result<Larger, LargerError> {
        Larger::load(&self.there(name)?, vocabulary)
    }

    /// Proves every file of a model.
    ///
    /// # Errors
    /// The first that is not that of the manifest.
    pub fn verify(&self, name: &str) -> Result<(), LargerError> {
        let folder = self.there(name)?;
        let manifest = LargerManifest::read(&folder)?;
        Proven::new(&folder, &manifest)?.all()
    }

    /// Removes a model.
    ///
    /// # Errors
    /// When there is none of that name, or the disk refuses.
    pub fn remove(&self, name: &str) -> Result<(), LargerError> {
        let place = self.there(name)?;
        // Gone from the list first, then from the disk.
        let hidden = self.folder.join(format!(".{name}.removed.{}", std::process::id()));
        fs::rename(&place, &hidden).map_err(LargerError::disk(&place))?;
        fs::remove_dir_all(&hidden).map_err(LargerError::disk(&hidden))
    }

    fn there(&self, name: &str) -> Result<PathBuf, LargerError> {
        let place = self.place(name)?;
        if place.is_dir() { Ok(place) } else { Err(LargerError::Absent { name: name.to_owned() }) }
    }

    fn place(&self, name: &str) -> Result<PathBuf, LargerError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let fits = files::is_plain(name) && name.len() <= LONGEST_NAME && name.chars().all(plain);
        if fits { Ok(self.folder.join(name)) } else { Err(LargerError::Name { name: name.to_owned() }) }
    }
}

/// Gives what the model of a folder is; a generator is to choose among the categories of the rules.
fn card(from: &Path, names: &[String], vocabulary: &Vocabulary) -> Result<Card, LargerError> {
    if let Some(name) = names.iter().find(|name| name.ends_with(".gguf")) {
        let path = from.join(name);
        let mut file = File::open(&path).map_err(LargerError::disk(&path))?;
        return Card::of_gguf(&mut file, name, vocabulary.categories.clone());
    }
    let path = from.join(CONFIG);
    Card::parse(&fs::read(&path).map_err(LargerError::disk(&path))?)
}

/// Copies a model, lists it and asks it.
fn staged_model(
    from: &Path,
    to: &Path,
    name: &str,
    licence: &str,
    vocabulary: &Vocabulary,
) -> Result<LargerManifest, LargerError> {
    let names = files::of_folder(from)?;
    // What cannot be used is known before gigabytes are copied.
    let card = card(from, &names, vocabulary)?;
    let purpose = vocabulary.purpose(card.task, &card.labels)?;
    let listed = names.iter().map(|name| files::copied(from, to, name)).collect::<Result<_, LargerError>>()?;
    let manifest = LargerManifest {
        name: name.to_owned(),
        architecture: card.architecture,
        task: card.task,
        purpose,
        licence: licence.to_owned(),
        labels: card.labels,
        files: listed,
    };
    let path = to.join(MANIFEST);
    let text = toml::to_string(&manifest).map_err(|error| LargerError::parse(MANIFEST)(&error))?;
    fs::write(&path, text).map_err(LargerError::disk(&path))?;
    let synced = File::open(&path).and_then(|file| file.sync_all());
    synced.map_err(LargerError::disk(&path))?;
    Larger::load(to, vocabulary)?.prove()?;
    Ok(manifest)
}
