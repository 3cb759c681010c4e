//! Fuzz targets: all input from the network, from files and from paper. The code that reads it must neither panic nor take
//! unbounded memory, must encode again what it decoded, and must not repeat input in an error.
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

/// Checks beyond panics: fails if an error repeats the input.
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

/// Stage that a target reached with an input.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Came {
    /// Refused at the first reading.
    Nowhere,
    /// Read, and no more: it is not believed.
    Read,
    /// Read and believed: signatures, chains and commitments hold, where there are any.
    Through,
}

impl Came {
    /// As far as reading, or through.
    pub(crate) fn through(is: bool) -> Self {
        if is { Self::Through } else { Self::Read }
    }
}

/// Number of these inputs that were read, and number of those that were believed.
#[cfg(test)]
pub(crate) fn reached(came: &[Came]) -> [usize; 2] {
    [Came::Read, Came::Through].map(|far| came.iter().filter(|came| **came >= far).count())
}

/// Runs a target on its seeds, on its corpus, and on `iterations` mutations. The first seed must be believed, and of all
/// seeds exactly the stated numbers are read and believed: a target whose seeds are all invalid would test nothing. Some
/// of the mutations must be read as well.
macro_rules! fuzz {
    ($name:ident, $iterations:expr, $reached:expr, $seeds:expr, $target:expr) => {
        #[test]
        fn $name() {
            let seeds: Vec<Vec<u8>> = $seeds;
            let came: Vec<crate::Came> = seeds.iter().map(|input| $target(input.as_slice())).collect();
            assert_eq!(came.first(), Some(&crate::Came::Through));
            assert_eq!(crate::reached(&came), $reached, "{came:?}");
            for input in crate::seeds::kept(stringify!($name)) {
                $target(input.as_slice());
            }
            let read = std::sync::atomic::AtomicUsize::new(0);
            bolero::check!().with_iterations($iterations).for_each(|program: &[u8]| {
                let input = crate::mutate::grow(&seeds, program);
                if $target(input.as_slice()) > crate::Came::Nowhere && !seeds.contains(&input) {
                    read.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                }
            });
            assert!(read.into_inner() > 0, "no mutation is read");
        }
    };
}
pub(crate) use fuzz;
