//! The network under the head: those of candle-transformers, asked for hidden states.

use super::LargerError;
use super::card::{Architecture, Card};
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::{debertav2, modernbert, xlm_roberta};
use std::fmt::{self, Debug, Formatter};

/// A network of one of the architectures.
pub(super) enum Backbone {
    /// RoBERTa, by whichever name.
    Roberta(xlm_roberta::XLMRobertaModel),
    /// DeBERTa.
    Deberta(Box<debertav2::DebertaV2Model>),
    /// ModernBERT.
    Modern(modernbert::ModernBert),
}

impl Debug for Backbone {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Roberta(_) => "Roberta",
            Self::Deberta(_) => "Deberta",
            Self::Modern(_) => "Modern",
        })
    }
}

impl Backbone {
    /// Builds the network of a card; `unfit` says of an error of candle which file it is about.
    pub(super) fn new(
        card: &Card,
        from: &VarBuilder<'_>,
        unfit: impl Fn(&dyn fmt::Display) -> LargerError,
    ) -> std::result::Result<Self, LargerError> {
        match card.architecture {
            Architecture::DebertaV2 => {
                let config: debertav2::Config = card.as_config()?;
                let network = debertav2::DebertaV2Model::load(from.pp("deberta"), &config);
                network.map(|network| Self::Deberta(Box::new(network)))
            }
            Architecture::Modernbert => {
                let config: modernbert::Config = card.as_config()?;
                modernbert::ModernBert::load(from.clone(), &config).map(Self::Modern)
            }
            _ => {
                let config: xlm_roberta::Config = card.as_config()?;
                xlm_roberta::XLMRobertaModel::new(&config, from.pp("roberta")).map(Self::Roberta)
            }
        }
        .map_err(|error| unfit(&error))
    }

    /// Gives the hidden states of one window of tokens: `[1, tokens, width]`.
    pub(super) fn hidden(&self, tokens: &[u32]) -> Result<Tensor> {
        let ids = Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0)?;
        let all = Tensor::ones((1, tokens.len()), DType::U32, &Device::Cpu)?;
        match self {
            Self::Roberta(network) => network.forward(&ids, &all, &ids.zeros_like()?, None, None, None),
            Self::Deberta(network) => network.forward(&ids, None, None),
            Self::Modern(network) => network.forward(&ids, &all),
        }
    }
}
