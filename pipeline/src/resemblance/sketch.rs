//! How the words of a document look, in a few numbers: a MinHash of its pairs of words.
//!
//! The share of equal numbers in two sketches estimates the share of pairs that two documents have in common (their
//! Jaccard index): A. Broder, "On the resemblance and containment of documents", 1997. A word that a recogniser gets
//! wrong costs two pairs, and the others still agree.

use crate::hash::fnv1a;
use crate::values::fold::folded_words;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Numbers of a sketch: the estimate is off by 0.06 at most twice in three times.
const NUMBERS: usize = 64;
/// Pairs of words under which a text says nothing: a card, a page that could not be read.
const LEAST_PAIRS: usize = 30;

/// How the words of a document look. Empty where there are too few.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sketch(Vec<u64>);

impl Sketch {
    /// Builds the sketch of words in reading order.
    pub fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let words: Vec<String> = words.flat_map(folded_words).collect();
        let pairs: HashSet<u64> =
            words.windows(2).map(|pair| fnv1a(pair[0].bytes().chain([b' ']).chain(pair[1].bytes()))).collect();
        if pairs.len() < LEAST_PAIRS {
            return Self::default();
        }
        let least = |number: usize| pairs.iter().map(|pair| mixed(*pair, number as u64)).min().unwrap_or_default();
        Self((0..NUMBERS).map(least).collect())
    }

    /// Gives how much of their words two documents have in common, 0 to 1; `None` where one has too few.
    pub fn likeness(&self, other: &Self) -> Option<f32> {
        if self.0.len() != NUMBERS || other.0.len() != NUMBERS {
            return None;
        }
        let equal = self.0.iter().zip(&other.0).filter(|(one, other)| one == other).count();
        Some(equal as f32 / NUMBERS as f32)
    }
}

/// Gives one of many permutations of a hash: the finaliser of SplitMix64, started elsewhere for each.
fn mixed(hash: u64, permutation: u64) -> u64 {
    let mut x = hash.wrapping_add((permutation + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(from: usize, to: usize) -> Vec<String> {
        (from..to).map(|at| format!("Mot{at}")).collect()
    }

    fn sketch(words: &[String]) -> Sketch {
        Sketch::of(words.iter().map(String::as_str))
    }

    #[test]
    fn the_estimate_is_near_the_share_of_common_pairs() {
        let whole = words(0, 201);
        for (other, expected) in [
            (words(0, 201), 1.0),
            // 100 of 300 pairs.
            (words(100, 301), 1.0 / 3.0),
            (words(1000, 1200), 0.0),
        ] {
            let told = sketch(&whole).likeness(&sketch(&other)).unwrap();
            assert!((told - expected).abs() < 0.13, "{told} instead of {expected}");
        }
    }

    #[test]
    fn a_few_words_read_wrong_change_little_and_letters_nothing() {
        let whole = words(0, 200);
        let mut read = whole.clone();
        for at in (0..200).step_by(20) {
            read[at] = "m0t".to_owned();
        }
        assert!(sketch(&whole).likeness(&sketch(&read)).unwrap() > 0.65);
        let shouted: Vec<String> = whole.iter().map(|word| word.to_uppercase()).collect();
        assert_eq!(sketch(&whole), sketch(&shouted));
    }

    #[test]
    fn few_words_say_nothing() {
        let (few, many) = (sketch(&words(0, 20)), sketch(&words(0, 200)));
        assert_eq!(few.likeness(&many), None);
        assert_eq!(few.likeness(&few), None);
    }
}
