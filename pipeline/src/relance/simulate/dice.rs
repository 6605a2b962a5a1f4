//! Chance that is the same for the same seed: SplitMix64 (Steele, Lea and Flood, 2014).

/// A source of chance.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Gives the next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Gives a number from the first to the last, both included.
    pub fn between(&mut self, first: i32, last: i32) -> i32 {
        let width = (last - first).unsigned_abs() + 1;
        first + (self.bits() % u64::from(width)) as i32
    }

    /// Tells whether something happens that happens in so many of a thousand cases.
    pub fn one_in_thousand(&mut self, cases: i32) -> bool {
        self.between(1, 1000) <= cases
    }
}
