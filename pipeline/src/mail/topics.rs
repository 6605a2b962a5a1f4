//! A model beside the words of the categories: what it takes and what it says.

use super::clues::Clue;

/// A model that says what a letter is about, from its clues or its text: implemented in `models`.
pub trait Topics: std::fmt::Debug + Send + Sync {
    /// Gives the chance that a page whose clues these are is a letter of somebody; nothing where it knows none of them.
    fn letter(&self, clues: &[Clue]) -> Option<f32>;

    /// Gives what it says of a letter, `text` being its subject and what the writer says; nothing where it knows none of it.
    fn view(&self, clues: &[Clue], text: &str) -> Option<TopicView>;

    /// Names the model and its weights: results depend on them.
    fn version(&self) -> String;
}

/// What a model says of one letter.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicView {
    /// The categories that it knows, each with its chance.
    pub categories: Vec<(String, f32)>,
    /// The levels of urgency, each with its chance.
    pub urgencies: Vec<(String, f32)>,
}

impl TopicView {
    /// Gives the chance of a category: next to none for those that it does not know.
    pub(super) fn category(&self, code: &str) -> f32 {
        chance(&self.categories, code)
    }

    /// Gives the chance of a level of urgency.
    pub(super) fn urgency(&self, code: &str) -> f32 {
        chance(&self.urgencies, code)
    }
}

/// What is not known is not impossible.
const LEAST_CHANCE: f32 = 1e-3;

fn chance(chances: &[(String, f32)], code: &str) -> f32 {
    let known = chances.iter().find(|(known, _)| known == code);
    known.map_or(LEAST_CHANCE, |(_, chance)| chance.max(LEAST_CHANCE))
}
