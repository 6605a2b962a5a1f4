//! Chance, the same on every machine and thread.
//!
//! Each paper has a generator of its own, derived from the seed of the corpus, the paper's index and the purpose it is
//! drawn for: papers can be made in any order, and a new draw in one place does not change the others.

use guichet_pipeline::hash::fnv1a;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A source of chance for one purpose of one paper.
#[derive(Clone, Debug)]
pub struct Draw {
    seed: u64,
    index: u64,
    purpose: u64,
    rng: ChaCha8Rng,
}

impl Draw {
    /// Builds the source for `purpose` of paper `index` of the corpus `seed`.
    pub fn new(seed: u64, index: u64, purpose: &str) -> Self {
        Self::keyed(seed, index, fnv1a(purpose.as_bytes()))
    }

    /// Gives a source of the same paper for a purpose within this one, however much was drawn here before.
    pub fn sister(&self, purpose: &str) -> Self {
        let mut words = self.purpose.to_le_bytes().to_vec();
        words.extend_from_slice(purpose.as_bytes());
        Self::keyed(self.seed, self.index, fnv1a(&words))
    }

    fn keyed(seed: u64, index: u64, purpose: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&index.to_le_bytes());
        key[16..24].copy_from_slice(&purpose.to_le_bytes());
        Self { seed, index, purpose, rng: ChaCha8Rng::from_seed(key) }
    }

    /// Gives true with a probability of `share` (0 to 1).
    pub fn chance(&mut self, share: f64) -> bool {
        self.rng.random::<f64>() < share
    }

    /// Gives an integer from `low` to `high`, both included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        self.rng.random_range(low..=high)
    }

    /// Gives a number from `low` to `high`.
    pub fn real(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.rng.random::<f32>()
    }

    /// Gives an index below `len`.
    ///
    /// # Panics
    /// If `len` is zero.
    pub fn below(&mut self, len: usize) -> usize {
        self.rng.random_range(0..len)
    }

    /// Gives one of `items`.
    ///
    /// # Panics
    /// If there are none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        items.choose(&mut self.rng).expect("a list to pick from is never empty")
    }

    /// Gives a copy of one of `items`.
    ///
    /// # Panics
    /// If there are none.
    pub fn one<T: Copy>(&mut self, items: &[T]) -> T {
        *items.choose(&mut self.rng).expect("a list to pick from is never empty")
    }

    /// Gives one of `items`, each with its weight.
    ///
    /// # Panics
    /// If there are none.
    pub fn weighted<'a, T>(&mut self, items: &'a [(f64, T)]) -> &'a T {
        let total: f64 = items.iter().map(|(weight, _)| weight).sum();
        let mut left = self.rng.random::<f64>() * total;
        for (weight, item) in items {
            left -= weight;
            if left < 0.0 {
                return item;
            }
        }
        &items.last().expect("a list to pick from is never empty").1
    }

    /// Puts `items` in another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.rng.random_range(0..=i));
        }
    }

    /// Fills a pattern: `#` is a digit, `@` a capital letter, `*` either; the rest stays.
    pub fn pattern(&mut self, pattern: &str) -> String {
        // Letters that are not taken for digits: no insurer prints O or I in its numbers.
        const LETTERS: &[u8] = b"ABCDEFGHJKLMNPRSTUVWXYZ";
        let mut out = String::with_capacity(pattern.len());
        for c in pattern.chars() {
            match c {
                '#' => out.push(char::from(b'0' + self.rng.random_range(0..10u8))),
                '@' => out.push(char::from(self.one(LETTERS))),
                '*' if self.chance(0.5) => out.push(char::from(b'0' + self.rng.random_range(0..10u8))),
                '*' => out.push(char::from(self.one(LETTERS))),
                c => out.push(c),
            }
        }
        out
    }

    /// Fills one of `patterns`.
    pub fn pattern_of(&mut self, patterns: &[&str]) -> String {
        let pattern = self.one(patterns);
        self.pattern(pattern)
    }

    /// Gives 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.rng.random()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_place_gives_the_same_draws_and_no_other_does() {
        let of = |seed, index, purpose| Draw::new(seed, index, purpose).bits();
        assert_eq!(of(1, 2, "a"), of(1, 2, "a"));
        assert_ne!(of(1, 2, "a"), of(1, 3, "a"));
        assert_ne!(of(1, 2, "a"), of(2, 2, "a"));
        assert_ne!(of(1, 2, "a"), of(1, 2, "b"));
        let (first, mut later) = (Draw::new(1, 2, "a"), Draw::new(1, 2, "a"));
        later.bits();
        assert_eq!(first.sister("b").bits(), later.sister("b").bits());
        assert_ne!(first.sister("b").bits(), of(1, 2, "b"));
    }

    #[test]
    fn patterns_keep_what_they_do_not_know() {
        let text = Draw::new(0, 0, "x").pattern("HAB-##@");
        assert_eq!(text.len(), 7);
        assert!(
            text.starts_with("HAB-") && text.as_bytes()[4].is_ascii_digit() && text.as_bytes()[6].is_ascii_uppercase()
        );
    }

    #[test]
    fn weights_of_zero_are_never_drawn() {
        let mut draw = Draw::new(0, 0, "w");
        assert!((0..100).all(|_| *draw.weighted(&[(0.0, 'a'), (1.0, 'b')]) == 'b'));
    }
}
