//! The only source of randomness: a trait, so that simulations can be seeded, and the system's generator.

use std::convert::Infallible;
use std::sync::Arc;

/// Source of random bytes. Code that needs randomness takes `&dyn Entropy`.
pub trait Entropy {
    /// Fills `out` with random bytes.
    fn fill(&self, out: &mut [u8]);
}

/// Randomness that is shared between threads.
pub type SharedEntropy = Arc<dyn Entropy + Send + Sync>;

impl dyn Entropy + '_ {
    /// An array of random bytes.
    pub fn array<const N: usize>(&self) -> [u8; N] {
        let mut out = [0u8; N];
        self.fill(&mut out);
        out
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, out: &mut [u8]) {
        use ring::rand::SecureRandom;
        ring::rand::SystemRandom::new()
            .fill(out)
            .expect("a machine whose generator gives no randomness must not make keys or ids");
    }
}

/// Adapter for libraries that ask for a `rand_core` generator.
pub struct Rng<'a>(pub &'a dyn Entropy);

impl rand_core::TryRng for Rng<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.0.array()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.0.array()))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(out);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Rng<'_> {}

/// A seeded generator for demonstrations, tests and simulations: equal seeds give equal bytes. Never for keys
/// of a real study.
#[derive(Debug)]
pub struct SeededEntropy {
    key: [u8; 32],
    block: std::sync::atomic::AtomicU64,
}

impl SeededEntropy {
    /// The stream of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut key = [0u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Self { key, block: std::sync::atomic::AtomicU64::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let block = self.block.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let mut context = ring::digest::Context::new(&ring::digest::SHA256);
            context.update(&self.key);
            context.update(&block.to_le_bytes());
            chunk.copy_from_slice(&context.finish().as_ref()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_its_own_stream_each_time() {
        let stream = |seed| (&SeededEntropy::new(seed) as &dyn Entropy).array::<80>();
        assert_eq!(stream(1), stream(1));
        assert_ne!(stream(1), stream(2));
    }
}
