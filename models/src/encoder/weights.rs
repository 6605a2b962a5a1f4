//! The folder of the weights that ship: four files, and a manifest with their hashes, without which nothing is loaded.

use super::network::Network;
use super::page::PLACES;
use super::plan::Plan;
use super::spelling::Spelling;
use crate::topics::Table;
use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::path::Path;

/// The weights, as half floats.
const TENSORS: &str = "encodeur.safetensors";
/// What their numbers mean.
const PLAN: &str = "encodeur.json";
/// The pieces of words.
const SPELLING: &str = "tokenizer.json";
/// The table of words that tells types.
const TYPES: &str = "types.safetensors";
/// What came of it all.
const MANIFEST: &str = "manifest.toml";

/// The files that ship with the program.
const SHIPPED: [(&str, &[u8]); 5] = [
    (MANIFEST, include_bytes!("../../weights/encodeur/manifest.toml")),
    (PLAN, include_bytes!("../../weights/encodeur/encodeur.json")),
    (SPELLING, include_bytes!("../../weights/encodeur/tokenizer.json")),
    (TENSORS, include_bytes!("../../weights/encodeur/encodeur.safetensors")),
    (TYPES, include_bytes!("../../weights/encodeur/types.safetensors")),
];

/// Why weights were not loaded.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// A file cannot be read.
    #[error("cannot read {name}")]
    Read {
        /// Which.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// The manifest does not parse.
    #[error("the manifest of the weights does not parse")]
    Manifest(#[from] toml::de::Error),
    /// A file is not the one of the manifest.
    #[error("{name} is not the file of the manifest: sha256 {found}, expected {expected}")]
    Hash {
        /// Which.
        name: String,
        /// Its hash.
        found: String,
        /// That of the manifest.
        expected: String,
    },
    /// A file that the manifest has to list is not there.
    #[error("the manifest does not list {0}")]
    Missing(&'static str),
    /// The files do not fit one another.
    #[error("the weights cannot be used: {0}")]
    Unfit(String),
}

/// `manifest.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What it is.
    pub name: String,
    /// Under which licence.
    pub licence: String,
    /// The commit of the code that trained.
    pub commit: String,
    /// Steps of training.
    pub steps: usize,
    /// Lessons it was trained on.
    pub lessons: usize,
    /// What was measured on designs kept apart.
    pub scores: String,
    /// The files.
    #[serde(rename = "file")]
    pub files: Vec<Listed>,
}

/// A file of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub size: usize,
    /// Their hash.
    pub sha256: String,
}

/// A network that is ready, with all it takes to use it.
#[derive(Clone, Debug)]
pub struct Weights {
    /// What came of it.
    pub manifest: Manifest,
    /// What its numbers mean.
    pub plan: Plan,
    /// Its words.
    pub spelling: Spelling,
    /// Itself.
    pub network: Network,
    /// What tells types by words alone.
    pub types: Table,
}

impl Weights {
    /// Loads the weights that ship with the program.
    ///
    /// # Errors
    /// A file that is not that of the manifest.
    pub fn shipped() -> Result<Self, WeightsError> {
        Self::read(|name| {
            let shipped = SHIPPED.iter().find(|(known, _)| *known == name);
            let bytes = shipped.map(|(_, bytes)| Cow::Borrowed(*bytes));
            bytes.ok_or_else(|| WeightsError::Unfit(format!("{name} does not ship")))
        })
    }

    /// Loads the weights of a folder.
    ///
    /// # Errors
    /// A file that is missing, or not that of the manifest.
    pub fn load(folder: &Path) -> Result<Self, WeightsError> {
        Self::read(|name| {
            let bytes = std::fs::read(folder.join(name)).map(Cow::Owned);
            bytes.map_err(|source| WeightsError::Read { name: folder.join(name).display().to_string(), source })
        })
    }

    fn read(file: impl Fn(&str) -> Result<Cow<'static, [u8]>, WeightsError>) -> Result<Self, WeightsError> {
        let manifest: Manifest = toml::from_str(&String::from_utf8_lossy(&file(MANIFEST)?))?;
        let proved = |name: &'static str| {
            let listed = manifest.files.iter().find(|listed| listed.name == name);
            let listed = listed.ok_or(WeightsError::Missing(name))?;
            let bytes = file(name)?;
            let found = sha256(&bytes);
            if found != listed.sha256 {
                return Err(WeightsError::Hash { name: name.to_owned(), found, expected: listed.sha256.clone() });
            }
            Ok(bytes)
        };
        let unfit = |error: &dyn std::fmt::Display| WeightsError::Unfit(error.to_string());
        let plan: Plan = serde_json::from_slice(&proved(PLAN)?).map_err(|error| unfit(&error))?;
        let spelling = Spelling::open(&proved(SPELLING)?, plan.hashed).map_err(|error| unfit(&error))?;
        let tensors = candle_core::safetensors::load_buffer(&proved(TENSORS)?, &Device::Cpu);
        let tensors = tensors.and_then(widened).map_err(|error| unfit(&error))?;
        let from = VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu);
        let numbers = spelling.size() + PLACES;
        let network = Network::new(plan.dimensions, numbers, plan.tags(), plan.types.len(), &from);
        let types = Table::read(&proved(TYPES)?).map_err(|error| unfit(&error))?;
        Ok(Self { network: network.map_err(|error| unfit(&error))?, manifest, plan, spelling, types })
    }
}

/// Gives the half floats that are kept as the floats that are used.
fn widened(tensors: HashMap<String, Tensor>) -> candle_core::Result<HashMap<String, Tensor>> {
    tensors.into_iter().map(|(name, tensor)| Ok((name, tensor.to_dtype(DType::F32)?))).collect()
}

/// How weights came to be.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Steps of training.
    pub steps: usize,
    /// Lessons.
    pub lessons: usize,
    /// What was measured.
    pub scores: String,
    /// The commit of the code.
    pub commit: String,
}

/// Writes the folder of weights that ship.
///
/// # Errors
/// When a file cannot be written.
pub fn write(
    folder: &Path,
    plan: &Plan,
    spelling: &Spelling,
    (tensors, types): (&BTreeMap<String, Tensor>, &[u8]),
    origin: &Origin,
) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let halves = tensors.iter().map(|(name, tensor)| Ok((name.clone(), tensor.to_dtype(DType::F16)?)));
    let halves: HashMap<String, Tensor> = halves.collect::<candle_core::Result<_>>()?;
    candle_core::safetensors::save(&halves, folder.join(TENSORS))?;
    std::fs::write(folder.join(TYPES), types)?;
    std::fs::write(folder.join(PLAN), serde_json::to_string_pretty(plan)?)?;
    std::fs::write(folder.join(SPELLING), spelling.json().map_err(|error| anyhow::anyhow!(error))?)?;
    let mut files = Vec::new();
    for name in [TENSORS, TYPES, PLAN, SPELLING] {
        let bytes = std::fs::read(folder.join(name))?;
        files.push(Listed { name: name.to_owned(), size: bytes.len(), sha256: sha256(&bytes) });
    }
    let Origin { steps, lessons, scores, commit } = origin.clone();
    let (name, licence) = ("encodeur".to_owned(), "EUPL-1.2".to_owned());
    let manifest = Manifest { name, licence, commit, steps, lessons, scores, files };
    std::fs::write(folder.join(MANIFEST), toml::to_string(&manifest)?)?;
    Ok(())
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::network::tests::SMALL;
    use super::super::plan::Calibration;
    use super::super::words::clues;
    use super::*;
    use crate::topics::fit::{Example, Settings, fit};
    use candle_nn::VarMap;
    use std::path::PathBuf;

    /// Writes small weights into a folder of their own.
    pub(crate) fn small(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("weights-{name}-{}", std::process::id()));
        let words: Vec<(String, u32)> =
            ["contrat", "quittance", "12/01/2026"].map(|word| (word.to_owned(), 9)).to_vec();
        let spelling = Spelling::learn(&words, 60, 128).unwrap();
        let fields = vec!["date_fin".to_owned(), "numero_contrat".to_owned()];
        let types = vec!["attestation_habitation".to_owned(), "quittance_loyer".to_owned()];
        let plan = Plan { dimensions: SMALL, hashed: 128, types, fields, calibration: Calibration::default() };
        let vars = VarMap::new();
        let from = VarBuilder::from_varmap(&vars, DType::F32, &Device::Cpu);
        Network::new(SMALL, spelling.size() + PLACES, plan.tags(), plan.types.len(), &from).unwrap();
        let tensors =
            vars.data().lock().unwrap().iter().map(|(name, var)| (name.clone(), var.as_detached_tensor())).collect();
        let origin = Origin { steps: 1, lessons: 1, scores: "aucune".to_owned(), commit: "0".to_owned() };
        let example = Example {
            base: "a".to_owned(),
            clues: clues(["quittance", "loyer"].into_iter()),
            right: vec!["quittance_loyer".to_owned()],
        };
        let settings = Settings { steps: 2, fewest_texts: 1, ..Settings::default() };
        let table = fit(std::slice::from_ref(&example), std::slice::from_ref(&example), settings).unwrap();
        write(&folder, &plan, &spelling, (&tensors, &table), &origin).unwrap();
        folder
    }

    #[test]
    fn the_weights_that_ship_are_those_of_their_manifest() {
        let weights = Weights::shipped().unwrap();
        assert!(weights.plan.types.len() > 20 && weights.manifest.licence == "EUPL-1.2");
    }

    #[test]
    fn weights_are_read_back_and_refused_when_a_byte_differs() {
        let folder = small("bytes");
        assert_eq!(Weights::load(&folder).unwrap().manifest.licence, "EUPL-1.2");
        for name in [TENSORS, TYPES, PLAN, SPELLING] {
            let path = folder.join(name);
            let good = std::fs::read(&path).unwrap();
            let mut bad = good.clone();
            *bad.last_mut().unwrap() ^= 1;
            std::fs::write(&path, bad).unwrap();
            let error = Weights::load(&folder).unwrap_err();
            assert!(matches!(&error, WeightsError::Hash { name: of, .. } if of == name), "{error}");
            std::fs::write(&path, good).unwrap();
        }
        std::fs::remove_file(folder.join(PLAN)).unwrap();
        assert!(matches!(Weights::load(&folder), Err(WeightsError::Read { .. })));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
