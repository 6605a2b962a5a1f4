//! The files of a model that count, and the proof that they are those of its manifest.
//!
//! A folder as it comes may hold anything; what is taken from it is the configuration, the tokenizer, the weights as
//! safetensors (or one GGUF file), and a calibration. Nothing that runs code (pickles, scripts) is ever opened.

use super::LargerError;
use super::card::{Architecture, CONFIG, Task};
use super::vocabulary::Purpose;
use crate::encoder::weights::Listed;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What is listed of a model.
pub(super) const MANIFEST: &str = "manifest.toml";
/// Its words.
pub(super) const TOKENIZER: &str = "tokenizer.json";
/// A temperature, where there is one.
pub(super) const CALIBRATION: &str = "calibration.toml";
/// Weights in one file.
const WHOLE: &str = "model.safetensors";
/// Where the tensors of weights in several files are.
const INDEX: &str = "model.safetensors.index.json";
/// Bytes that are copied or hashed at a time.
const CHUNK: usize = 1 << 20;

/// `manifest.toml` of a larger model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LargerManifest {
    /// What the house calls it.
    pub name: String,
    /// Its architecture.
    pub architecture: Architecture,
    /// What it was taught to do.
    pub task: Task,
    /// What its labels are of.
    pub purpose: Purpose,
    /// Under which licence it came; empty where nobody said.
    pub licence: String,
    /// Its labels, by their number.
    pub labels: Vec<String>,
    /// Its files.
    #[serde(rename = "file")]
    pub files: Vec<Listed>,
}

impl LargerManifest {
    /// Reads the manifest of a folder.
    ///
    /// # Errors
    /// When there is none, or it does not parse.
    pub fn read(folder: &Path) -> Result<Self, LargerError> {
        let path = folder.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(LargerError::disk(&path))?;
        toml::from_str(&text).map_err(|error| LargerError::parse(MANIFEST)(&error))
    }

    /// Gives what stands for the model in fingerprints: the hashes of its files.
    pub fn version(&self) -> String {
        let hashes = self.files.iter().map(|file| file.sha256.as_str());
        // The files of a generator do not say what it chooses among.
        let codes = self.labels.iter().map(String::as_str).filter(|_| self.task == Task::Choice);
        hashes.chain(codes).collect::<Vec<&str>>().join(" ")
    }

    /// Gives the bytes of all files together.
    pub fn size(&self) -> u64 {
        self.files.iter().map(|file| file.size as u64).sum()
    }
}

/// Gives the names of the files of a folder that count.
pub(super) fn of_folder(folder: &Path) -> Result<Vec<String>, LargerError> {
    if !folder.is_dir() {
        return Err(LargerError::Missing { name: folder.display().to_string() });
    }
    let there = |name: &str| folder.join(name).is_file();
    let mut names = match gguf(folder)? {
        Some(name) => vec![name],
        None => {
            need(folder, CONFIG)?;
            [vec![CONFIG.to_owned()], weights(folder)?].concat()
        }
    };
    need(folder, TOKENIZER)?;
    names.push(TOKENIZER.to_owned());
    if there(CALIBRATION) {
        names.push(CALIBRATION.to_owned());
    }
    Ok(names)
}

fn need(folder: &Path, name: &str) -> Result<(), LargerError> {
    let path = folder.join(name);
    if path.is_file() { Ok(()) } else { Err(LargerError::Missing { name: path.display().to_string() }) }
}

/// Gives the GGUF file of a folder without a configuration.
fn gguf(folder: &Path) -> Result<Option<String>, LargerError> {
    if folder.join(CONFIG).is_file() {
        return Ok(None);
    }
    let entries = fs::read_dir(folder).map_err(LargerError::disk(folder))?;
    let mut found: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    found.retain(|name| name.ends_with(".gguf"));
    match found.len() {
        0 => Ok(None),
        1 => Ok(found.pop()),
        several => Err(LargerError::Parse {
            file: folder.display().to_string(),
            why: format!("{several} GGUF files, expected one"),
        }),
    }
}

/// Gives the files of the weights: one, or those that the index names.
fn weights(folder: &Path) -> Result<Vec<String>, LargerError> {
    if !folder.join(INDEX).is_file() || folder.join(WHOLE).is_file() {
        need(folder, WHOLE)?;
        return Ok(vec![WHOLE.to_owned()]);
    }
    #[derive(Deserialize)]
    struct Index {
        weight_map: BTreeMap<String, String>,
    }
    let path = folder.join(INDEX);
    let bytes = fs::read(&path).map_err(LargerError::disk(&path))?;
    let index: Index = serde_json::from_slice(&bytes).map_err(|error| LargerError::parse(INDEX)(&error))?;
    let mut names: Vec<String> = index.weight_map.into_values().collect();
    names.sort_unstable();
    names.dedup();
    for name in &names {
        if !is_plain(name) || !name.ends_with(".safetensors") {
            return Err(LargerError::parse(INDEX)(&format!("{name:?} is no name of a safetensors file beside it")));
        }
        need(folder, name)?;
    }
    Ok(names)
}

/// Tells whether a name is that of a file in the same folder.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

/// Copies a file to the disk and gives what a manifest lists of it.
pub(super) fn copied(from: &Path, to: &Path, name: &str) -> Result<Listed, LargerError> {
    let (source, target) = (from.join(name), to.join(name));
    let mut reader = File::open(&source).map_err(LargerError::disk(&source))?;
    let mut writer = File::create_new(&target).map_err(LargerError::disk(&target))?;
    let mut hash = Sha256::new();
    let size = chunks(&mut reader, &source, |chunk| {
        hash.update(chunk);
        writer.write_all(chunk).map_err(LargerError::disk(&target))
    })?;
    writer.sync_all().map_err(LargerError::disk(&target))?;
    Ok(Listed { name: name.to_owned(), size, sha256: hex(hash) })
}

/// Runs over the bytes of a file; gives how many they are.
fn chunks(
    reader: &mut File,
    path: &Path,
    mut each: impl FnMut(&[u8]) -> Result<(), LargerError>,
) -> Result<usize, LargerError> {
    let mut buffer = vec![0; CHUNK];
    let mut size = 0;
    loop {
        let read = reader.read(&mut buffer).map_err(LargerError::disk(path))?;
        if read == 0 {
            return Ok(size);
        }
        each(&buffer[..read])?;
        size += read;
    }
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The files of a manifest: nothing is given that is not the file it lists.
#[derive(Debug)]
pub(super) struct Proven<'a> {
    folder: PathBuf,
    manifest: &'a LargerManifest,
}

impl<'a> Proven<'a> {
    /// Looks at a folder with its manifest.
    pub(super) fn new(folder: &Path, manifest: &'a LargerManifest) -> Result<Self, LargerError> {
        let proven = Self { folder: folder.to_owned(), manifest };
        if !proven.lists(CALIBRATION) && folder.join(CALIBRATION).exists() {
            return Err(LargerError::Unlisted { name: CALIBRATION.to_owned() });
        }
        Ok(proven)
    }

    /// Tells whether the manifest lists a file.
    pub(super) fn lists(&self, name: &str) -> bool {
        self.manifest.files.iter().any(|file| file.name == name)
    }

    /// Gives the names of the files that end so.
    pub(super) fn ending(&self, end: &str) -> Vec<&'a str> {
        self.manifest.files.iter().map(|file| file.name.as_str()).filter(|name| name.ends_with(end)).collect()
    }

    /// Gives the bytes of a file.
    pub(super) fn bytes(&self, name: &str) -> Result<Vec<u8>, LargerError> {
        let mut bytes = Vec::new();
        let mut file = self.file(name)?;
        file.read_to_end(&mut bytes).map_err(LargerError::disk(&self.folder.join(name)))?;
        Ok(bytes)
    }

    /// Gives a file at its first byte, proven.
    pub(super) fn file(&self, name: &str) -> Result<File, LargerError> {
        let path = self.folder.join(name);
        let listed = self.manifest.files.iter().find(|file| file.name == name && is_plain(name));
        let listed = listed.ok_or(LargerError::Unlisted { name: name.to_owned() })?;
        let mut file = File::open(&path).map_err(LargerError::disk(&path))?;
        let mut hash = Sha256::new();
        chunks(&mut file, &path, |chunk| {
            hash.update(chunk);
            Ok(())
        })?;
        let found = hex(hash);
        if found != listed.sha256 {
            return Err(LargerError::Hash { name: name.to_owned(), found, expected: listed.sha256.clone() });
        }
        file.seek(SeekFrom::Start(0)).map_err(LargerError::disk(&path))?;
        Ok(file)
    }

    /// Proves every file.
    pub(super) fn all(&self) -> Result<(), LargerError> {
        self.manifest.files.iter().try_for_each(|file| self.file(&file.name).map(|_| ()))
    }
}

/// `calibration.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Calibration {
    temperature: f32,
}

/// Gives what scores are divided by before they are chances: 1 where nobody measured it.
pub(super) fn temperature(files: &Proven<'_>) -> Result<f32, LargerError> {
    if !files.lists(CALIBRATION) {
        return Ok(1.0);
    }
    let refused = LargerError::parse(CALIBRATION);
    let text = files.bytes(CALIBRATION)?;
    let Calibration { temperature } =
        toml::from_str(&String::from_utf8_lossy(&text)).map_err(|error| refused(&error))?;
    match temperature.is_finite() && temperature > 0.0 {
        true => Ok(temperature),
        false => Err(refused(&format!("temperature is {temperature}, expected more than 0"))),
    }
}
