//! How far the network is from what is known.

use crate::encoder::{Batch, Said};
use candle_core::{Device, Result, Tensor};
use candle_nn::ops::log_softmax;

/// What type and first page weigh beside the tags.
const PAGE_WEIGHT: f64 = 0.3;
/// What a word inside of a field weighs beside one outside.
const INSIDE: f32 = 2.0;

/// What is known of the pages of a batch.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// For each page, the tags of its words.
    pub(super) tags: Vec<Vec<usize>>,
    /// The type of each page.
    pub(super) types: Vec<usize>,
    /// Whether a document begins on it.
    pub(super) first: Vec<bool>,
}

/// Gives the loss of a batch. Takes the slow forms: gradients flow.
pub(super) fn loss(said: &Said, batch: &Batch, known: &Known) -> Result<Tensor> {
    let device = Device::Cpu;
    let rows = batch.pages * batch.length;
    let (mut tags, mut weights) = (vec![0_u32; rows], vec![0.0_f32; rows]);
    for (page, of) in known.tags.iter().enumerate() {
        for (word, tag) in of.iter().enumerate() {
            tags[page * batch.length + word] = *tag as u32;
            weights[page * batch.length + word] = if *tag > 0 { INSIDE } else { 1.0 };
        }
    }
    let all: f32 = weights.iter().sum();
    let weights = Tensor::from_vec(weights, (rows, 1), &device)?;
    let tags = Tensor::from_vec(tags, (rows, 1), &device)?;
    let chances = log_softmax(&said.tags.flatten_to(1)?, 1)?;
    let of_tags = ((chances.gather(&tags, 1)? * weights)?.sum_all()? * (-1.0 / f64::from(all.max(1.0))))?;
    let types: Vec<u32> = known.types.iter().map(|at| *at as u32).collect();
    let types = Tensor::from_vec(types, (batch.pages, 1), &device)?;
    let of_types = log_softmax(&said.types, 1)?.gather(&types, 1)?.mean_all()?.neg()?;
    let first: Vec<f32> = known.first.iter().map(|first| if *first { 1.0 } else { -1.0 }).collect();
    let first = Tensor::from_vec(first, batch.pages, &device)?;
    // log(1 + exp(-x)), which cannot overflow: scores stay small.
    let of_first = ((said.first.clone() * first)?.clamp(-30.0, 30.0)?.neg()?.exp()? + 1.0)?.log()?.mean_all()?;
    of_tags + ((of_types + of_first)? * PAGE_WEIGHT)?
}
