//! Fuzz targets: whatever comes over the network, in a file or on paper, read by code that must neither panic nor grow,
//! give back what it read, and repeat nothing of it in an error.
//!
//! Each target runs on its seeds (the fixtures of `tests/compat`), on everything in `corpus/TARGET`, and on mutations of
//! the seeds that bolero drives. For an hour, in one target:
//! `BOLERO_RANDOM_ITERATIONS=1000000000 BOLERO_RANDOM_TEST_TIME_MS=3600000 cargo test -p diary-tests --test fuzz receipt`;
//! guided by coverage, where `cargo-bolero` is installed: `cargo bolero test -p diary-tests receipt`. A failure prints
//! what it met and its seed (`BOLERO_RANDOM_SEED`); the input goes into the corpus with the fix.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

#[path = "../compat/by_hand.rs"]
#[allow(dead_code, reason = "the compatibility tests make more of it")]
mod by_hand;
#[path = "../compat/cast.rs"]
#[allow(dead_code, reason = "the compatibility tests make more of it")]
mod cast;
mod inside;
mod mutate;
mod seeds;
mod texts;
mod wire;

/// The word that mutations put into inputs and that no error may repeat.
pub(crate) const CANARY: &str = "kanarienvogel";

/// What a target looks for beyond panics: errors that repeat what they met.
#[track_caller]
pub(crate) fn discreet<T, E: std::fmt::Display + std::fmt::Debug>(read: Result<T, E>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(error) => {
            let said = format!("{error} {error:?}");
            assert!(!said.contains(CANARY), "an error repeats what it met: {said}");
            None
        }
    }
}

/// Runs a target on its seeds, on what is kept of it, and on `iterations` mutations.
macro_rules! fuzz {
    ($name:ident, $iterations:expr, $seeds:expr, $target:expr) => {
        #[test]
        fn $name() {
            let seeds: Vec<Vec<u8>> = $seeds;
            for input in seeds.iter().chain(&crate::seeds::kept(stringify!($name))) {
                $target(input.as_slice());
            }
            bolero::check!()
                .with_iterations($iterations)
                .for_each(|program: &[u8]| $target(crate::mutate::grow(&seeds, program).as_slice()));
        }
    };
}
pub(crate) use fuzz;
