//! A larger model of letters beside the tables that ship.
//!
//! The chances of a code that both know are joined by their geometric mean: both have a say, and neither overrules the
//! other unless it is sure. A code that only one of them knows keeps its chance. Of levels of urgency the more alarmed of the
//! two is believed: a danger missed weighs more than a letter looked at too soon. Whether a page is a letter at all stays with
//! the tables.

use super::Larger;
use guichet_pipeline::mail::{Clue, TopicView, Topics};
use std::sync::Arc;

/// No chance is taken for less: one of two may be wrong.
const LEAST: f32 = 1e-4;

/// Two models of letters.
#[derive(Debug)]
pub struct LettersBeside {
    tables: Arc<dyn Topics>,
    larger: Larger,
    urgencies: Vec<String>,
}

impl LettersBeside {
    /// Joins a model to the tables; `urgencies` are the labels that say how urgent a letter is, most urgent first.
    pub fn new(tables: Arc<dyn Topics>, larger: Larger, urgencies: Vec<String>) -> Self {
        Self { tables, larger, urgencies }
    }

    /// Gives what the larger model says alone.
    fn said(&self, text: &str) -> Option<TopicView> {
        let (urgencies, categories) =
            self.larger.text(text)?.into_iter().partition(|(code, _)| self.urgencies.contains(code));
        Some(TopicView { categories, urgencies })
    }
}

impl Topics for LettersBeside {
    fn letter(&self, clues: &[Clue]) -> Option<f32> {
        self.tables.letter(clues)
    }

    fn view(&self, clues: &[Clue], text: &str) -> Option<TopicView> {
        match (self.tables.view(clues, text), self.said(text)) {
            (Some(one), Some(other)) => Some(TopicView {
                categories: joined(&one.categories, &other.categories),
                urgencies: alarmed(&one.urgencies, &other.urgencies, self.urgencies.last()),
            }),
            (one, other) => one.or(other),
        }
    }

    fn version(&self) -> String {
        format!("{} {}", self.tables.version(), self.larger.manifest().version())
    }
}

fn of(all: &[(String, f32)], code: &str) -> Option<f32> {
    all.iter().find(|(known, _)| known == code).map(|(_, chance)| *chance)
}

/// Joins chances of levels: each has the higher of both, but the calmest, which needs both.
fn alarmed(one: &[(String, f32)], other: &[(String, f32)], calmest: Option<&String>) -> Vec<(String, f32)> {
    let most = |(code, chance): (String, f32)| {
        let alarm = of(one, &code).unwrap_or_default().max(of(other, &code).unwrap_or_default());
        let chance = if calmest == Some(&code) { chance } else { alarm };
        (code, chance)
    };
    joined(one, other).into_iter().map(most).collect()
}

/// Joins chances of codes so that they sum to one again.
fn joined(one: &[(String, f32)], other: &[(String, f32)]) -> Vec<(String, f32)> {
    let both = one.iter().map(|(code, chance)| match of(other, code) {
        Some(second) => (code.clone(), (chance.max(LEAST) * second.max(LEAST)).sqrt()),
        None => (code.clone(), *chance),
    });
    let only = other.iter().filter(|(code, _)| of(one, code).is_none()).cloned();
    let mut all: Vec<(String, f32)> = both.chain(only).collect();
    let sum: f32 = all.iter().map(|(_, chance)| chance).sum();
    all.iter_mut().for_each(|(_, chance)| *chance /= sum.max(LEAST));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(codes: &[(&str, f32)]) -> Vec<(String, f32)> {
        codes.iter().map(|(code, chance)| ((*code).to_owned(), *chance)).collect()
    }

    fn shown(all: Vec<(String, f32)>) -> String {
        all.into_iter().map(|(code, chance)| format!("{code} {chance:.2}")).collect::<Vec<String>>().join(", ")
    }

    #[test]
    fn the_more_alarmed_is_believed() {
        let calm = told(&[("immediate", 0.01), ("faible", 0.99)]);
        let alarmed_one = told(&[("immediate", 0.5), ("faible", 0.5)]);
        let last = "faible".to_owned();
        for (one, other) in [(&calm, &alarmed_one), (&alarmed_one, &calm)] {
            let both = alarmed(one, other, Some(&last));
            assert_eq!(shown(both), "immediate 0.50, faible 0.91");
        }
        assert_eq!(shown(alarmed(&calm, &[], Some(&last))), "immediate 0.01, faible 0.99");
    }

    #[test]
    fn both_have_a_say() {
        struct Case(&'static [(&'static str, f32)], &'static [(&'static str, f32)], &'static str);
        for Case(one, other, expected) in [
            Case(&[("a", 0.8), ("b", 0.2)], &[("a", 0.8), ("b", 0.2)], "a 0.80, b 0.20"),
            Case(&[("a", 0.5), ("b", 0.5)], &[("b", 0.9), ("a", 0.1)], "a 0.25, b 0.75"),
            // The second was never taught `c`: that it does not say it means nothing.
            Case(&[("a", 0.1), ("c", 0.9)], &[("a", 0.9), ("b", 0.1)], "a 0.23, c 0.69, b 0.08"),
            Case(&[("a", 1.0)], &[], "a 1.00"),
        ] {
            assert_eq!(shown(joined(&told(one), &told(other))), expected);
        }
    }
}
