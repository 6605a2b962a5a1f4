//! A classifier of texts: chances of its labels.
//!
//! A text longer than a window is asked about window by window; the chances of the whole are the mean of theirs, each
//! weighing as many as it has tokens: no part of a letter speaks louder than another.

use super::backbone::Backbone;
use super::head::Head;
use super::windows::{Window, Windows};
use crate::chances;
use candle_core::Result;

/// A network with what it takes to ask it.
#[derive(Debug)]
pub(super) struct TextClassifier {
    pub(super) windows: Windows,
    pub(super) backbone: Backbone,
    pub(super) head: Head,
    pub(super) temperature: f32,
    /// Labels of which one is right, by their number: all of them, or categories and levels of urgency apart.
    pub(super) groups: Vec<Vec<usize>>,
}

impl TextClassifier {
    /// Gives the chance of each label, by its number; nothing for a text of which no word is known.
    pub(super) fn chances(&self, text: &str) -> Result<Option<Vec<f32>>> {
        let windows = self.windows.cut(text);
        let mut sums: Vec<f32> = Vec::new();
        let mut all = 0.0;
        for window in &windows {
            let weight = window.tokens.len() as f32;
            let chances = self.of_window(window)?;
            sums.resize(chances.len(), 0.0);
            sums.iter_mut().zip(chances).for_each(|(sum, chance)| *sum += weight * chance);
            all += weight;
        }
        Ok((!windows.is_empty()).then(|| sums.into_iter().map(|sum| sum / all).collect()))
    }

    fn of_window(&self, window: &Window) -> Result<Vec<f32>> {
        let scores = self.head.scores(&self.backbone.hidden(&window.tokens)?)?.swap_remove(0);
        let mut told = vec![0.0; scores.len()];
        for group in &self.groups {
            let of_group: Vec<f32> = group.iter().map(|&label| scores[label]).collect();
            for (&label, chance) in group.iter().zip(chances(&of_group, self.temperature)) {
                told[label] = chance;
            }
        }
        Ok(told)
    }
}
