//! What a training that was stopped goes on from.

use super::adam::Adam;
use crate::encoder::{Plan, Spelling};
use anyhow::{Context, Result, anyhow};
use candle_core::{Device, Tensor};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

const TENSORS: &str = "etat.safetensors";
const STATE: &str = "etat.json";
const SPELLING: &str = "tokenizer.json";

/// Where a training is.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    /// Steps that are done.
    pub(super) step: usize,
    /// What the numbers mean.
    pub(super) plan: Plan,
}

/// Keeps a training. The state is written last: a torn checkpoint is the one before.
pub(super) fn keep(folder: &Path, adam: &Adam, state: &State, spelling: &Spelling) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let tensors: HashMap<String, Tensor> = adam.tensors().into_iter().collect();
    let fresh = folder.join("etat.nouveau");
    candle_core::safetensors::save(&tensors, &fresh)?;
    std::fs::rename(&fresh, folder.join(TENSORS))?;
    std::fs::write(folder.join(SPELLING), spelling.json().map_err(|error| anyhow!(error))?)?;
    std::fs::write(folder.join(STATE), serde_json::to_string(state)?)?;
    Ok(())
}

/// Gives where a training stopped, if one did there.
pub(super) fn find(folder: &Path) -> Result<Option<(State, Spelling)>> {
    let path = folder.join(STATE);
    if !path.exists() {
        return Ok(None);
    }
    let state: State = serde_json::from_str(&std::fs::read_to_string(&path)?)
        .with_context(|| format!("{} is no checkpoint", path.display()))?;
    let spelling = Spelling::open(&std::fs::read(folder.join(SPELLING))?, state.plan.hashed);
    Ok(Some((state, spelling.map_err(|error| anyhow!(error))?)))
}

/// Gives the weights and moments that were kept.
pub(super) fn tensors(folder: &Path) -> Result<HashMap<String, Tensor>> {
    Ok(candle_core::safetensors::load(folder.join(TENSORS), &Device::Cpu)?)
}
