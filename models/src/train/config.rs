//! `train.toml`.

use crate::encoder::Dimensions;
use serde::Deserialize;
use std::path::PathBuf;

/// How to train.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where all chance comes from.
    pub seed: u64,
    /// Files of lessons to learn from.
    pub lessons: Vec<PathBuf>,
    /// Files of lessons of other designs, to measure with.
    pub validation: Vec<PathBuf>,
    /// Folder of checkpoints.
    pub checkpoints: PathBuf,
    /// Folder of the weights that ship.
    pub weights: PathBuf,
    /// How large the network is.
    pub network: Dimensions,
    /// Words as numbers.
    pub words: Words,
    /// The steps.
    pub steps: Steps,
    /// What is run where a file of lessons is not there.
    #[serde(default)]
    pub prepare: Vec<Preparation>,
}

/// Words as numbers.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Hashed parts of words.
    pub hashed: usize,
    /// Pieces of the BPE vocabulary.
    pub pieces: usize,
}

/// The steps.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// How many.
    pub count: usize,
    /// Those in which the rate rises.
    pub warmup: usize,
    /// The highest rate.
    pub rate: f64,
    /// Words of a step, at most.
    pub words: usize,
    /// Share of the lessons that are harmed beyond what the reader did to them.
    pub harmed: f64,
    /// What keeps weights small.
    pub decay: f64,
    /// A longer gradient than this is cut.
    pub longest_gradient: f64,
    /// Minutes between checkpoints.
    pub checkpoint_minutes: u64,
}

/// Commands that make a file of lessons.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preparation {
    /// The file.
    pub makes: PathBuf,
    /// The commands, one after the other; the first word is the program.
    pub commands: Vec<Vec<String>>,
}

impl Steps {
    /// Gives the rate of a step: up to the highest, then down along a cosine.
    pub fn rate_at(&self, step: usize) -> f64 {
        if step < self.warmup {
            return self.rate * (step + 1) as f64 / self.warmup as f64;
        }
        let done = (step - self.warmup) as f64 / (self.count - self.warmup).max(1) as f64;
        let cosine = 0.5 * (1.0 + (std::f64::consts::PI * done.min(1.0)).cos());
        self.rate * (0.02 + 0.98 * cosine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_then_falls() {
        let steps = Steps {
            count: 100,
            warmup: 10,
            rate: 1.0,
            words: 1,
            harmed: 0.0,
            decay: 0.0,
            longest_gradient: 1.0,
            checkpoint_minutes: 1,
        };
        assert!((steps.rate_at(0) - 0.1).abs() < 1e-9 && (steps.rate_at(9) - 1.0).abs() < 1e-9);
        assert!(steps.rate_at(50) < 0.7 && steps.rate_at(99) < 0.03 && steps.rate_at(99) > 0.0);
    }
}
