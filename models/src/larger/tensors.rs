//! The weights of a classifier, as floats of 32 bits on the processor.

use super::LargerError;
use super::card::{Architecture, Card};
use super::files::Proven;
use candle_core::{DType, Device};
use candle_nn::VarBuilder;
use std::collections::HashMap;

/// Loads the tensors of every file of weights.
///
/// Read, not mapped: what was hashed is what is used.
pub(super) fn open(files: &Proven<'_>, card: &Card) -> Result<VarBuilder<'static>, LargerError> {
    let mut tensors = HashMap::new();
    for name in files.ending(".safetensors") {
        let bytes = files.bytes(name)?;
        let refused = LargerError::parse(name);
        let loaded = candle_core::safetensors::load_buffer(&bytes, &Device::Cpu).map_err(|error| refused(&error))?;
        for (tensor, values) in loaded {
            tensors.insert(tensor, values.to_dtype(DType::F32).map_err(|error| refused(&error))?);
        }
    }
    let from = VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu);
    // candle takes a layer without this norm for the first one, whichever it is.
    let mut norms = (1..card.layers).map(|layer| format!("model.layers.{layer}.attn_norm.weight"));
    let lost = norms.find(|name| !from.contains_tensor(name));
    match lost.filter(|_| card.architecture == Architecture::Modernbert) {
        Some(name) => Err(unfit(files)(&format!("cannot find tensor {name}"))),
        None => Ok(from),
    }
}

/// Says that weights do not fit.
pub(super) fn unfit(files: &Proven<'_>) -> impl Fn(&dyn std::fmt::Display) -> LargerError {
    let file = files.ending(".safetensors").join(", ");
    move |why| LargerError::Unfit { file: file.clone(), why: why.to_string() }
}
