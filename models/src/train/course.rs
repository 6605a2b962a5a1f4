//! The loop: lessons, a step, now and then a checkpoint, at the end the weights.

use super::adam::Adam;
use super::checkpoint::{self, State};
use super::config::Config;
use super::loss::loss;
use super::measure::{Halves, measure};
use super::school::{School, read};
use super::words::fitted;
use crate::encoder::weights::{self, Origin};
use crate::encoder::{Network, PLACES, Plan, Way, first_spread};
use crate::lessons::Lesson;
use crate::topics::Table;
use anyhow::{Result, bail};
use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{VarBuilder, VarMap};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Steps between two lines of progress.
const STEPS_TOLD: usize = 50;

/// Trains, from the last checkpoint if there is one, and writes the weights that ship.
///
/// # Errors
/// When lessons or folders cannot be read or written, or the loss is no number.
pub fn run(config: &Config, commit: &str, only_write: bool) -> Result<()> {
    let kept = checkpoint::find(&config.checkpoints)?;
    let begun = kept.as_ref().map(|(state, _)| state.step);
    let school = School::open(config, kept.map(|(state, spelling)| (state.plan, spelling)))?;
    let vars = VarMap::new();
    let network = network(&school, &vars)?;
    let weights = named(&vars);
    seed(&weights, config.seed)?;
    let mut adam = Adam::new(weights, config.steps.decay, config.steps.longest_gradient)?;
    if begun.is_some() {
        adam.take(&checkpoint::tensors(&config.checkpoints)?)?;
    }
    let from = begun.unwrap_or(0);
    println!(
        "{} lessons, {} types, {} fields",
        school.lessons.len(),
        school.plan.types.len(),
        school.plan.fields.len()
    );
    println!("{} weights, step {from} of {}", weights_of(&vars), config.steps.count);
    let to = if only_write { from } else { config.steps.count };
    steps(config, &school, &network, &mut adam, from..to)?;
    let validation = read(&config.validation)?;
    let halves = Halves::of(&validation, &school.plan);
    let table = fitted(&school.lessons, &halves.tuning, config.seed)?;
    let (calibration, scores) = measure(&network, &school, &Table::read(&table)?, &halves)?;
    println!("{scores}");
    let origin = Origin { steps: to, lessons: school.lessons.len(), scores, commit: commit.to_owned() };
    let plan = Plan { calibration, ..school.plan.clone() };
    let weights = named(&vars).into_iter().map(|(name, var)| (name, var.as_detached_tensor())).collect();
    weights::write(&config.weights, &plan, &school.spelling, (&weights, &table), &origin)
}

fn steps(
    config: &Config,
    school: &School,
    network: &Network,
    adam: &mut Adam,
    range: std::ops::Range<usize>,
) -> Result<()> {
    let (from, to) = (range.start, range.end);
    let (mut kept_at, start) = (Instant::now(), Instant::now());
    let (mut sum, mut pages) = (0.0, 0);
    for step in range {
        let lessons = school.lessons_of(step, &config.steps);
        let (batch, known) = school.batch(&lessons.iter().collect::<Vec<&Lesson>>())?;
        let loss = loss(&network.forward(&batch, Way::Train)?, &batch, &known)?;
        let value = loss.to_scalar::<f32>()?;
        if !value.is_finite() {
            bail!("the loss of step {step} is no number");
        }
        let length = adam.step(&loss.backward()?, config.steps.rate_at(step), step)?;
        sum += f64::from(value);
        pages += lessons.len();
        if (step + 1) % STEPS_TOLD == 0 {
            let a_step = start.elapsed().as_secs_f64() / (step + 1 - from) as f64;
            println!(
                "step {} loss {:.4} gradient {length:.2} {pages} pages {a_step:.2} s a step",
                step + 1,
                sum / STEPS_TOLD as f64
            );
            sum = 0.0;
        }
        if kept_at.elapsed() > Duration::from_secs(60 * config.steps.checkpoint_minutes) {
            checkpoint::keep(&config.checkpoints, adam, &state(step + 1, &school.plan), &school.spelling)?;
            kept_at = Instant::now();
        }
    }
    checkpoint::keep(&config.checkpoints, adam, &state(to, &school.plan), &school.spelling)
}

fn state(step: usize, plan: &Plan) -> State {
    State { step, plan: plan.clone() }
}

/// Draws where the weights start: candle draws on a processor without a seed.
fn seed(vars: &BTreeMap<String, Var>, seed: u64) -> candle_core::Result<()> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for (name, var) in vars {
        let [_, width] = var.dims() else { continue };
        let spread = first_spread(name, *width) as f32;
        let drawn: Vec<f32> = (0..var.elem_count()).map(|_| spread * normal(&mut rng)).collect();
        var.set(&Tensor::from_vec(drawn, var.shape(), &Device::Cpu)?)?;
    }
    Ok(())
}

/// Gives a number of the normal distribution (Box and Muller).
fn normal(rng: &mut impl Rng) -> f32 {
    let (length, turn): (f32, f32) = (rng.random_range(1e-7..1.0), rng.random());
    (-2.0 * length.ln()).sqrt() * (std::f32::consts::TAU * turn).cos()
}

fn weights_of(vars: &VarMap) -> usize {
    named(vars).values().map(|var| var.elem_count()).sum()
}

fn network(school: &School, vars: &VarMap) -> Result<Network> {
    let plan = &school.plan;
    let from = VarBuilder::from_varmap(vars, DType::F32, &Device::Cpu);
    let numbers = school.spelling.size() + PLACES;
    Ok(Network::new(plan.dimensions, numbers, plan.tags(), plan.types.len(), &from)?)
}

fn named(vars: &VarMap) -> BTreeMap<String, Var> {
    let data = vars.data().lock().unwrap_or_else(|broken| broken.into_inner());
    data.iter().map(|(name, var)| (name.clone(), var.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoder::network_tests as small;
    use crate::train::loss::Known;

    #[test]
    fn every_weight_moves_and_the_loss_falls() {
        let vars = VarMap::new();
        let network = small::network(&vars);
        let named = named(&vars);
        seed(&named, 1).unwrap();
        let values = |var: &Var| var.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let before: BTreeMap<String, Vec<f32>> = named.iter().map(|(name, var)| (name.clone(), values(var))).collect();
        let mut adam = Adam::new(named.clone(), 0.01, 1.0).unwrap();
        let (one, two) = (small::page(9, 0), small::page(5, 3));
        let batch = crate::encoder::Batch::new(&[&one, &two]).unwrap();
        let tags = vec![vec![0, 1, 2, 2, 0, 0, 3, 4, 0], vec![1, 0, 3, 0, 0]];
        let known = Known { tags, types: vec![0, 2], first: vec![true, false] };
        let mut losses = Vec::new();
        for step in 0..40 {
            let loss = loss(&network.forward(&batch, Way::Train).unwrap(), &batch, &known).unwrap();
            losses.push(loss.to_scalar::<f32>().unwrap());
            adam.step(&loss.backward().unwrap(), 0.01, step).unwrap();
        }
        assert!(losses[39] < 0.3 * losses[0], "{losses:?}");
        for (name, var) in &named {
            let moved = values(var).iter().zip(&before[name]).any(|(now, then)| (now - then).abs() > 1e-5);
            assert!(moved, "{name} stayed where it was");
        }
    }

    #[test]
    fn the_same_seed_draws_the_same_weights() {
        let drawn = || {
            let vars = VarMap::new();
            small::network(&vars);
            seed(&named(&vars), 7).unwrap();
            named(&vars)["tags.weight"].flatten_all().unwrap().to_vec1::<f32>().unwrap()
        };
        assert_eq!(drawn(), drawn());
    }
}
