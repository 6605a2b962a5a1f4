//! The type of a page by its words alone, wherever they stand: a table beside the network.
//!
//! The network sees where words stand and is drawn to layouts that it has met; a table of words and pairs of words is not, and
//! knows papers of designs that neither has seen more often. Both together are right more often than either.

use super::plan::Plan;
use crate::chances::LEAST_CHANCE;
use crate::topics::Table;
use guichet_pipeline::mail::{Clue, clues_of_page};

/// Gives what stands on a page, from its words in reading order.
pub(crate) fn clues<'a>(words: impl Iterator<Item = &'a str>) -> Vec<Clue> {
    clues_of_page(&words.collect::<Vec<&str>>().join(" "))
}

/// Gives the logarithms of the chances of the types of a plan, as the table sees a page; all alike where it knows nothing of it.
pub(crate) fn scores(table: &Table, plan: &Plan, clues: &[Clue]) -> Vec<f32> {
    let chances = table.chances(clues).and_then(|mut heads| heads.pop()).unwrap_or_default();
    let of = |code: &String| chances.iter().find(|(known, _)| known == code).map_or(0.0, |(_, chance)| *chance);
    plan.types.iter().map(|code| of(code).max(LEAST_CHANCE).ln()).collect()
}

/// Joins the scores of the network to those of the table, which counts for `share` of both.
pub(crate) fn joined(network: &[f32], table: &[f32], share: f32) -> Vec<f32> {
    let chances = crate::chances(network, 1.0);
    let own = chances.iter().map(|chance| chance.max(LEAST_CHANCE).ln());
    own.zip(table).map(|(own, table)| (1.0 - share) * own + share * table).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_count_as_much_as_they_may() {
        let (network, table) = ([2.0, 0.0], [0.2_f32.ln(), 0.8_f32.ln()]);
        let share = |share: f32| crate::chances(&joined(&network, &table, share), 1.0)[0];
        assert!((share(0.0) - crate::chances(&network, 1.0)[0]).abs() < 1e-6);
        assert!((share(1.0) - 0.2).abs() < 1e-6);
        assert!(share(0.5) > 0.2 && share(0.5) < share(0.0));
    }
}
