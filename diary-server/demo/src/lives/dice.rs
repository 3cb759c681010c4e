//! Seeded chance.

use diary_core::entropy::{Entropy, SeededEntropy};

pub(super) struct Dice(SeededEntropy);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    /// A number from 0 to `end` - 1.
    pub(super) fn below(&mut self, end: i64) -> i64 {
        let entropy: &dyn Entropy = &self.0;
        (i64::from(u32::from_le_bytes(entropy.array())) * end) >> 32
    }
}
