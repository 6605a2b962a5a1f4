//! The weights: a row of small integers a clue, in a safetensors file whose header says what the columns are.

use crate::encoder::weights::sha256;
use guichet_pipeline::hash::fnv1a;
use guichet_pipeline::mail::Clue;
use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Rows. Two clues that share one are told apart by nothing: few do.
pub(super) const ROWS: usize = 1 << 16;

/// Why a table was not read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It is no such file.
    #[error("the weights of letters are no safetensors file")]
    Format(#[from] SafeTensorError),
    /// Its header does not say what the columns are.
    #[error("the header of the weights of letters does not parse")]
    Header(#[from] serde_json::Error),
    /// The manifest does not parse.
    #[error("the manifest of the weights of letters does not parse")]
    Manifest(#[from] toml::de::Error),
    /// A file is not that of the manifest.
    #[error("{0} is not the file of the manifest")]
    Hash(&'static str),
    /// A tensor is not of the size that the header asks for.
    #[error("the weights of letters do not fit their header: {0}")]
    Unfit(&'static str),
}

/// What the columns are, and what their sums mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// What is told apart, column by column.
    pub heads: Vec<Head>,
    /// What a weight of 1 is worth.
    pub step: f32,
    /// What every letter starts with.
    pub start: Vec<f32>,
}

/// Columns of which one is right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Their codes.
    pub codes: Vec<String>,
    /// What sums are divided by before they are chances. Fitted on texts kept apart.
    pub temperature: f32,
}

/// A table of weights.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Columns,
    /// `[rows, columns]`, in steps.
    weights: Vec<i8>,
    /// How rare a clue is, `[rows]`, in 32nds; 0 for one that was never met.
    rarities: Vec<u8>,
    sha256: String,
}

/// Chances, each with what it is of.
pub type Chances = Vec<(String, f32)>;

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    /// When the bytes are none.
    pub fn read(bytes: &[u8]) -> Result<Self, TableError> {
        let (_, header) = SafeTensors::read_metadata(bytes)?;
        let named = header.metadata().as_ref().and_then(|named| named.get("columns"));
        let columns: Columns = serde_json::from_str(named.ok_or(TableError::Unfit("no columns"))?)?;
        let tensors = SafeTensors::deserialize(bytes)?;
        let weights = tensors.tensor("weights")?.data().iter().map(|&byte| byte as i8).collect::<Vec<i8>>();
        let rarities = tensors.tensor("rarities")?.data().to_vec();
        if weights.len() != ROWS * columns.start.len() || rarities.len() != ROWS {
            return Err(TableError::Unfit("size"));
        }
        if columns.start.len() != columns.heads.iter().map(|head| head.codes.len()).sum::<usize>() {
            return Err(TableError::Unfit("columns"));
        }
        Ok(Self { columns, weights, rarities, sha256: sha256(bytes) })
    }

    /// Gives the bytes of a table.
    ///
    /// # Errors
    /// When the tensors do not fit one another.
    pub fn bytes(columns: &Columns, weights: &[i8], rarities: &[u8]) -> Result<Vec<u8>, TableError> {
        let weights: Vec<u8> = weights.iter().map(|&weight| weight as u8).collect();
        let shape = vec![ROWS, columns.start.len()];
        let tensors = [
            ("rarities", TensorView::new(Dtype::U8, vec![ROWS], rarities)?),
            ("weights", TensorView::new(Dtype::I8, shape, &weights)?),
        ];
        let header = HashMap::from([("columns".to_owned(), serde_json::to_string(columns)?)]);
        Ok(safetensors::serialize(tensors, Some(header))?)
    }

    /// Gives the hash of the file.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Gives the chances of each head; nothing where no clue is known.
    pub fn chances(&self, clues: &[Clue]) -> Option<Vec<Chances>> {
        let sums = self.sums(clues)?;
        let mut at = 0;
        let of = |head: &Head| {
            let sums = &sums[at..at + head.codes.len()];
            at += head.codes.len();
            head.codes.iter().cloned().zip(crate::chances(sums, head.temperature)).collect()
        };
        Some(self.columns.heads.iter().map(of).collect())
    }

    fn sums(&self, clues: &[Clue]) -> Option<Vec<f32>> {
        let worth = |clue: &Clue| (row(&clue.name), clue.worth);
        let clues: Vec<(usize, f32)> =
            weighed(clues.iter().map(worth), |row| f32::from(self.rarities[row]) / RARITY_STEPS);
        if clues.is_empty() {
            return None;
        }
        let width = self.columns.start.len();
        let mut sums = self.columns.start.clone();
        for (row, worth) in clues {
            let weights = &self.weights[row * width..(row + 1) * width];
            for (sum, &weight) in sums.iter_mut().zip(weights) {
                *sum += worth * self.columns.step * f32::from(weight);
            }
        }
        Some(sums)
    }
}

/// Steps of a rarity of 1.
pub(super) const RARITY_STEPS: f32 = 32.0;

/// Weighs clues by their rarity and makes all letters equally long.
pub(super) fn weighed(clues: impl Iterator<Item = (usize, f32)>, rarity: impl Fn(usize) -> f32) -> Vec<(usize, f32)> {
    let mut clues: Vec<(usize, f32)> = clues.map(|(row, worth)| (row, worth * rarity(row))).collect();
    clues.retain(|(_, worth)| *worth > 0.0);
    let length = clues.iter().map(|(_, worth)| worth * worth).sum::<f32>().sqrt();
    clues.iter_mut().for_each(|(_, worth)| *worth /= length);
    clues
}

/// Gives the row of a clue, the same on every machine.
pub(super) fn row(name: &str) -> usize {
    let hash = fnv1a(name.bytes());
    ((hash ^ (hash >> 32)) as usize) % ROWS
}
