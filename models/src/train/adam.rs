//! AdamW whose moments can be kept: candle's own cannot be stopped and started again.

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor, Var};
use std::collections::BTreeMap;

const MEAN_KEPT: f64 = 0.9;
const SQUARE_KEPT: f64 = 0.98;
const LEAST: f64 = 1e-8;

/// A weight with its moments.
#[derive(Debug)]
struct Moving {
    var: Var,
    mean: Tensor,
    square: Tensor,
}

/// The weights of a network on their way.
#[derive(Debug)]
pub(super) struct Adam {
    moving: BTreeMap<String, Moving>,
    decay: f64,
    longest: f64,
}

impl Adam {
    /// Starts with moments of nothing.
    pub(super) fn new(vars: BTreeMap<String, Var>, decay: f64, longest: f64) -> Result<Self> {
        let still = |(name, var): (String, Var)| {
            let (mean, square) = (var.zeros_like()?, var.zeros_like()?);
            Ok((name, Moving { var, mean, square }))
        };
        Ok(Self { moving: vars.into_iter().map(still).collect::<Result<_>>()?, decay, longest })
    }

    /// Moves every weight once. Gives the length of the whole gradient before it was cut.
    pub(super) fn step(&mut self, gradients: &GradStore, rate: f64, step: usize) -> Result<f64> {
        let mut squares = 0.0;
        for moving in self.moving.values() {
            if let Some(gradient) = gradients.get(&moving.var) {
                squares += f64::from(gradient.sqr()?.sum_all()?.to_scalar::<f32>()?);
            }
        }
        let length = squares.sqrt();
        let cut = if length > self.longest { self.longest / length } else { 1.0 };
        let (mean_scale, square_scale) = (grown(MEAN_KEPT, step), grown(SQUARE_KEPT, step));
        for moving in self.moving.values_mut() {
            let Some(gradient) = gradients.get(&moving.var) else { continue };
            // Gradients carry the graph they came from: held in a moment it would never be freed.
            let gradient = (gradient.detach() * cut)?;
            moving.mean = ((&moving.mean * MEAN_KEPT)? + (&gradient * (1.0 - MEAN_KEPT))?)?.detach();
            moving.square = ((&moving.square * SQUARE_KEPT)? + (gradient.sqr()? * (1.0 - SQUARE_KEPT))?)?.detach();
            let by = ((&moving.mean * mean_scale)? / ((&moving.square * square_scale)?.sqrt()? + LEAST)?)?;
            // Norms and biases are not drawn to nothing.
            let decay = if moving.var.rank() > 1 { self.decay } else { 0.0 };
            let weight = moving.var.as_detached_tensor();
            moving.var.set(&((weight * (1.0 - rate * decay))? - (by * rate)?)?)?;
        }
        Ok(length)
    }

    /// Gives weights and moments by name, to be kept.
    pub(super) fn tensors(&self) -> BTreeMap<String, Tensor> {
        let mut tensors = BTreeMap::new();
        for (name, moving) in &self.moving {
            tensors.insert(format!("weight.{name}"), moving.var.as_detached_tensor());
            tensors.insert(format!("mean.{name}"), moving.mean.clone());
            tensors.insert(format!("square.{name}"), moving.square.clone());
        }
        tensors
    }

    /// Takes weights and moments that were kept.
    pub(super) fn take(&mut self, tensors: &std::collections::HashMap<String, Tensor>) -> Result<()> {
        let find = |name: String| {
            tensors.get(&name).cloned().ok_or_else(|| candle_core::Error::Msg(format!("the checkpoint has no {name}")))
        };
        for (name, moving) in &mut self.moving {
            moving.var.set(&find(format!("weight.{name}"))?)?;
            moving.mean = find(format!("mean.{name}"))?;
            moving.square = find(format!("square.{name}"))?;
        }
        Ok(())
    }
}

/// Makes up for moments that began at nothing.
fn grown(kept: f64, step: usize) -> f64 {
    1.0 / (1.0 - kept.powi(step as i32 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    #[test]
    fn weights_go_where_the_loss_falls_and_go_on_from_a_checkpoint() {
        let var = Var::new(&[[4.0_f32, -3.0]], &Device::Cpu).unwrap();
        let named = |var: &Var| BTreeMap::from([("w".to_owned(), var.clone())]);
        let mut adam = Adam::new(named(&var), 0.0, 1.0).unwrap();
        let turn = |adam: &mut Adam, var: &Var, step| {
            let loss = var.sqr().unwrap().sum_all().unwrap();
            adam.step(&loss.backward().unwrap(), 0.1, step).unwrap();
            var.flatten_all().unwrap().to_vec1::<f32>().unwrap()
        };
        for step in 0..20 {
            turn(&mut adam, &var, step);
        }
        let kept: std::collections::HashMap<String, Tensor> =
            adam.tensors().into_iter().map(|(name, tensor)| (name, tensor.copy().unwrap())).collect();
        let expected = turn(&mut adam, &var, 20);
        assert!(expected[0] < 3.0 && expected[1] > -2.0, "{expected:?}");
        let again = Var::new(&[[0.0_f32, 0.0]], &Device::Cpu).unwrap();
        let mut other = Adam::new(named(&again), 0.0, 1.0).unwrap();
        other.take(&kept).unwrap();
        assert_eq!(turn(&mut other, &again, 20), expected);
    }
}
