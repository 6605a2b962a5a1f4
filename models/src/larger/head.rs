//! The head over the hidden states, with the names of tensors that Hugging Face gives: candle has none for words, and
//! gives chances where scores are wanted.

use super::card::{Architecture, Card, Task};
use candle_core::{Module, Result, Tensor};
use candle_nn::{LayerNorm, Linear, VarBuilder, layer_norm_no_bias, linear, linear_no_bias};
use serde_json::json;

/// Which hidden states are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pooling {
    /// That of the first token.
    First,
    /// The mean of all.
    Mean,
    /// Each.
    Each,
}

/// From hidden states to scores.
#[derive(Debug)]
pub(super) struct Head {
    pooling: Pooling,
    inner: Option<Inner>,
    last: Linear,
}

/// A layer before the last.
#[derive(Debug)]
struct Inner {
    dense: Linear,
    activation: fn(&Tensor) -> Result<Tensor>,
    norm: Option<LayerNorm>,
}

impl Head {
    /// Loads the head of a card.
    pub(super) fn new(card: &Card, from: &VarBuilder<'_>) -> Result<Self> {
        let (width, labels) = (card.width, card.labels.len());
        let mut last = "classifier";
        let inner = match (card.architecture, card.task) {
            (Architecture::Modernbert, _) => {
                let dense = linear_no_bias(width, width, from.pp("head.dense"))?;
                let small = card.config.get("layer_norm_eps").and_then(|value| value.as_f64()).unwrap_or(1e-5);
                let norm = layer_norm_no_bias(width, small, from.pp("head.norm"))?;
                Some(Inner { dense, activation: Tensor::gelu_erf, norm: Some(norm) })
            }
            (_, Task::Token) => None,
            (Architecture::DebertaV2, _) => {
                let dense = linear(width, width, from.pp("pooler.dense"))?;
                Some(Inner { dense, activation: Tensor::gelu_erf, norm: None })
            }
            _ => {
                last = "classifier.out_proj";
                let dense = linear(width, width, from.pp("classifier.dense"))?;
                Some(Inner { dense, activation: Tensor::tanh, norm: None })
            }
        };
        let mean = card.config.get("classifier_pooling") == Some(&json!("mean"));
        let pooling = match card.task {
            Task::Token => Pooling::Each,
            _ if mean => Pooling::Mean,
            _ => Pooling::First,
        };
        Ok(Self { pooling, inner, last: linear(width, labels, from.pp(last))? })
    }

    /// Gives the scores of each label: of the text in one row, or of each token in a row of its own.
    pub(super) fn scores(&self, hidden: &Tensor) -> Result<Vec<Vec<f32>>> {
        let mut states = match self.pooling {
            Pooling::First => hidden.get(0)?.narrow(0, 0, 1)?.contiguous()?,
            Pooling::Mean => hidden.mean(1)?,
            Pooling::Each => hidden.get(0)?,
        };
        if let Some(Inner { dense, activation, norm }) = &self.inner {
            states = activation(&dense.forward(&states)?)?;
            if let Some(norm) = norm {
                states = norm.forward(&states)?;
            }
        }
        self.last.forward(&states)?.to_vec2()
    }
}
