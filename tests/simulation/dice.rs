//! The simulation's own numbers: one seed, one sequence (splitmix64), the same everywhere.

/// A sequence of numbers that looks random and is not.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The sequence of `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Next random number.
    pub const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    pub const fn below(&mut self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.roll() % end }
    }

    /// True once in `times`.
    pub const fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of `from`, by weight.
    ///
    /// # Panics
    /// Panics if the weights add up to zero.
    pub fn pick<T: Copy>(&mut self, from: &[(u64, T)]) -> T {
        let all: u64 = from.iter().map(|(weight, _)| weight).sum();
        let mut at = self.below(all);
        for (weight, one) in from {
            if at < *weight {
                return *one;
            }
            at -= weight;
        }
        from.first().expect("there is something to choose from").1
    }

    /// Puts `all` into another order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            let end = u64::try_from(last).unwrap_or(u64::MAX).saturating_add(1);
            all.swap(last, usize::try_from(self.below(end)).unwrap_or(0));
        }
    }
}
