//! The network: words with their neighbours, layers of attention, and what they say of each word and of the page.
//!
//! Two ways forward give the same numbers: a slow one through which gradients flow, and a fast one for use. In candle the
//! fast layer norm and softmax have no backward and cut the gradient without an error: whoever trains takes the slow way.

use super::batch::Batch;
use super::page::{NEIGHBOURS, NUMBERS};
use candle_core::{D, Result, Tensor};
use candle_nn::{Init, Linear, Module, VarBuilder, ops};
use serde::{Deserialize, Serialize};

/// How large a network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimensions {
    /// Numbers that stand for a word.
    pub width: usize,
    /// Layers of attention.
    pub layers: usize,
    /// Heads of each.
    pub heads: usize,
    /// Width inside of a layer's second half.
    pub inner: usize,
    /// The first so many layers look at the neighbours of each word before all others.
    pub mixes: usize,
}

/// Whether gradients are to flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// They are: slow forms.
    Train,
    /// They are not: fused forms.
    Use,
}

/// What the network says, before any softmax.
#[derive(Clone, Debug)]
pub struct Said {
    /// `[pages, length, tags]`.
    pub tags: Tensor,
    /// `[pages, types]`.
    pub types: Tensor,
    /// `[pages]`: whether a document begins there.
    pub first: Tensor,
}

/// The layers with their weights.
#[derive(Clone, Debug)]
pub struct Network {
    dimensions: Dimensions,
    embedding: Tensor,
    layers: Vec<Layer>,
    end: Norm,
    tags: Linear,
    page: Linear,
    types: Linear,
    first: Linear,
}

impl Network {
    /// Builds a network for words of `numbers` numbers, with weights from `from`.
    ///
    /// # Errors
    /// When a weight is missing or has another shape.
    pub fn new(
        dimensions: Dimensions,
        numbers: usize,
        tags: usize,
        types: usize,
        from: &VarBuilder<'_>,
    ) -> Result<Self> {
        let width = dimensions.width;
        let embedding = from.get_with_hints((numbers, width), "embedding", drawn(EMBEDDING_SPREAD))?;
        let layers = (0..dimensions.layers).map(|at| Layer::new(dimensions, at, &from.pp(format!("layer{at}"))));
        Ok(Self {
            dimensions,
            embedding,
            layers: layers.collect::<Result<_>>()?,
            end: Norm::new(width, &from.pp("end"))?,
            tags: linear(width, tags, &from.pp("tags"))?,
            page: linear(2 * width, width, &from.pp("page"))?,
            types: linear(width, types, &from.pp("types"))?,
            first: linear(width, 1, &from.pp("first"))?,
        })
    }

    /// Gives what the network says of pages.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn forward(&self, batch: &Batch, way: Way) -> Result<Said> {
        let (pages, length, width) = (batch.pages, batch.length, self.dimensions.width);
        let words = self.embedding.index_select(&batch.numbers, 0)?.reshape((pages * length, NUMBERS, width))?;
        let mut state = words.sum(1)?.reshape((pages, length, width))?.broadcast_mul(&batch.mask)?;
        for layer in &self.layers {
            state = layer.forward(&state, batch, self.dimensions.heads, way)?;
        }
        let state = self.end.forward(&state, way)?;
        let page = self.page.forward(&pooled(&state, batch)?)?.relu()?;
        Ok(Said {
            tags: self.tags.forward(&state)?,
            types: self.types.forward(&page)?,
            first: self.first.forward(&page)?.squeeze(1)?,
        })
    }
}

/// Gives the mean and the most of the words of each page.
fn pooled(state: &Tensor, batch: &Batch) -> Result<Tensor> {
    let sum = state.broadcast_mul(&batch.mask)?.sum(1)?;
    let count = batch.mask.sum(1)?.maximum(1.0)?;
    let hidden = batch.mask.affine(1e4, -1e4)?;
    let most = state.broadcast_add(&hidden)?.max(1)?.maximum(-1e3)?;
    Tensor::cat(&[sum.broadcast_div(&count)?, most], 1)
}

#[derive(Clone, Debug)]
struct Layer {
    mix: Option<(Norm, Linear)>,
    before: Norm,
    all: Linear,
    out: Linear,
    between: Norm,
    wide: Linear,
    narrow: Linear,
}

impl Layer {
    fn new(dimensions: Dimensions, at: usize, from: &VarBuilder<'_>) -> Result<Self> {
        let Dimensions { width, inner, mixes, .. } = dimensions;
        let mix = if at < mixes {
            let sides = linear((1 + NEIGHBOURS) * width, width, &from.pp("mix"))?;
            Some((Norm::new(width, &from.pp("beside"))?, sides))
        } else {
            None
        };
        Ok(Self {
            mix,
            before: Norm::new(width, &from.pp("before"))?,
            all: linear(width, 3 * width, &from.pp("all"))?,
            out: linear(width, width, &from.pp("out"))?,
            between: Norm::new(width, &from.pp("between"))?,
            wide: linear(width, inner, &from.pp("wide"))?,
            narrow: linear(inner, width, &from.pp("narrow"))?,
        })
    }

    fn forward(&self, state: &Tensor, batch: &Batch, heads: usize, way: Way) -> Result<Tensor> {
        let mut state = state.clone();
        if let Some((norm, sides)) = &self.mix {
            state = (&state + beside(&norm.forward(&state, way)?, sides, batch)?)?;
        }
        let seen = self.attention(&self.before.forward(&state, way)?, batch, heads, way)?;
        let state = (state + seen)?;
        let thought = self.wide.forward(&self.between.forward(&state, way)?)?.relu()?;
        state + self.narrow.forward(&thought)?
    }

    fn attention(&self, state: &Tensor, batch: &Batch, heads: usize, way: Way) -> Result<Tensor> {
        let (pages, length, width) = state.dims3()?;
        let all =
            self.all.forward(state)?.reshape((pages, length, 3, heads, width / heads))?.permute((2, 0, 3, 1, 4))?;
        let part = |at: usize| all.get(at)?.contiguous();
        let scale = 1.0 / ((width / heads) as f64).sqrt();
        let scores = (part(0)? * scale)?.matmul(&part(1)?.transpose(2, 3)?.contiguous()?)?;
        let scores = scores.broadcast_add(&batch.bias)?;
        let shares = match way {
            Way::Train => ops::softmax(&scores, D::Minus1)?,
            Way::Use => ops::softmax_last_dim(&scores)?,
        };
        let seen = shares.matmul(&part(2)?)?.transpose(1, 2)?.reshape((pages, length, width))?;
        self.out.forward(&seen)
    }
}

/// Gives what a word and its neighbours say together.
fn beside(state: &Tensor, sides: &Linear, batch: &Batch) -> Result<Tensor> {
    let (pages, length, width) = state.dims3()?;
    let rows = state.reshape((pages * length, width))?;
    let nobody = Tensor::zeros((1, width), state.dtype(), state.device())?;
    let near = Tensor::cat(&[&rows, &nobody], 0)?.index_select(&batch.near, 0)?;
    let near = near.reshape((pages, length, NEIGHBOURS * width))?;
    sides.forward(&Tensor::cat(&[state, &near], 2)?)?.relu()
}

#[derive(Clone, Debug)]
struct Norm {
    weight: Tensor,
    bias: Tensor,
}

/// What keeps a norm from dividing by nothing.
const LEAST_SPREAD: f32 = 1e-5;

impl Norm {
    fn new(width: usize, from: &VarBuilder<'_>) -> Result<Self> {
        let weight = from.get_with_hints(width, "weight", Init::Const(1.0))?;
        Ok(Self { weight, bias: from.get_with_hints(width, "bias", Init::Const(0.0))? })
    }

    fn forward(&self, state: &Tensor, way: Way) -> Result<Tensor> {
        match way {
            Way::Train => ops::layer_norm_slow(state, &self.weight, &self.bias, LEAST_SPREAD),
            Way::Use => ops::layer_norm(&state.contiguous()?, &self.weight, &self.bias, LEAST_SPREAD),
        }
    }
}

/// Some twenty numbers are added up for a word: their sum is to be about one.
const EMBEDDING_SPREAD: f64 = 0.15;

/// Gives how far apart the weights of a matrix start, by its name and its width.
pub fn first_spread(name: &str, width: usize) -> f64 {
    if name == "embedding" { EMBEDDING_SPREAD } else { 1.0 / (width as f64).sqrt() }
}

fn drawn(stdev: f64) -> Init {
    Init::Randn { mean: 0.0, stdev }
}

fn linear(from_width: usize, to_width: usize, from: &VarBuilder<'_>) -> Result<Linear> {
    let start = drawn(first_spread("weight", from_width));
    let weight = from.get_with_hints((to_width, from_width), "weight", start)?;
    let bias = from.get_with_hints(to_width, "bias", Init::Const(0.0))?;
    Ok(Linear::new(weight, Some(bias)))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::encoder::page::PageNumbers;
    use candle_core::{DType, Device};
    use candle_nn::VarMap;

    /// A small network.
    pub(crate) const SMALL: Dimensions = Dimensions { width: 16, layers: 2, heads: 2, inner: 32, mixes: 1 };

    pub(crate) fn page(words: usize, shift: u32) -> PageNumbers {
        let numbers = (0..words as u32).map(|word| std::array::from_fn(|slot| (word * 7 + slot as u32 + shift) % 50));
        let near = (0..words as u32).map(|word| [word.checked_sub(1), None, None, Some((word + 1) % words as u32)]);
        PageNumbers { words: numbers.collect(), near: near.collect() }
    }

    pub(crate) fn network(vars: &VarMap) -> Network {
        let from = VarBuilder::from_varmap(vars, DType::F32, &Device::Cpu);
        Network::new(SMALL, 50, 5, 3, &from).unwrap()
    }

    fn values(tensor: &Tensor) -> Vec<f32> {
        tensor.flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn both_ways_say_the_same() {
        let network = network(&VarMap::new());
        let (one, two) = (page(9, 0), page(5, 3));
        let batch = Batch::new(&[&one, &two]).unwrap();
        let (slow, fast) = (network.forward(&batch, Way::Train).unwrap(), network.forward(&batch, Way::Use).unwrap());
        for (a, b) in [(&slow.tags, &fast.tags), (&slow.types, &fast.types), (&slow.first, &fast.first)] {
            for (a, b) in values(a).iter().zip(values(b)) {
                assert!((a - b).abs() < 1e-4, "{a} {b}");
            }
        }
    }

    #[test]
    fn a_page_says_the_same_alone_and_beside_a_longer_one() {
        let network = network(&VarMap::new());
        let (one, two) = (page(9, 0), page(5, 3));
        let both = network.forward(&Batch::new(&[&one, &two]).unwrap(), Way::Use).unwrap();
        let alone = network.forward(&Batch::new(&[&two]).unwrap(), Way::Use).unwrap();
        let beside = values(&both.types.get(1).unwrap());
        for (a, b) in values(&alone.types).iter().zip(beside) {
            assert!((a - b).abs() < 1e-4, "{a} {b}");
        }
    }

    #[test]
    fn every_weight_has_a_gradient() {
        let vars = VarMap::new();
        let network = network(&vars);
        let (one, two) = (page(9, 0), page(5, 3));
        let said = network.forward(&Batch::new(&[&one, &two]).unwrap(), Way::Train).unwrap();
        let sum = |tensor: &Tensor| tensor.sqr().unwrap().sum_all().unwrap();
        let loss = ((sum(&said.tags) + sum(&said.types)).unwrap() + sum(&said.first)).unwrap();
        let gradients = loss.backward().unwrap();
        for (name, var) in vars.data().lock().unwrap().iter() {
            let gradient = gradients.get(var).unwrap_or_else(|| panic!("{name} has no gradient"));
            let moves = values(gradient).iter().any(|value| value.abs() > 1e-9);
            assert!(moves || name.ends_with("all.bias"), "{name} does not move");
        }
    }
}
