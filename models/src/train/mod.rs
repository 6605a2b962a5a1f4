//! Training of the encoder on lessons: a loop that can be stopped at any step and goes on from there.
//!
//! Goes in: `train.toml` and lessons. Comes out: checkpoints, measures on designs kept apart, and the folder of weights that
//! ships. All chance comes from one seed and the number of the step.

mod adam;
mod checkpoint;
mod config;
mod course;
mod loss;
mod measure;
mod school;
mod words;

pub use config::Config;
pub use course::run;
