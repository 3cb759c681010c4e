//! Reads a CBOR sequence from a file, item by item, without holding the whole of it.

use std::io::Read;

use minicbor::{Decode, Decoder};

use super::problem::Problem;

/// Size of a read, in bytes.
const STEP: usize = 64 * 1024;
/// Longest item, in bytes.
const ITEM_MAX: usize = 2 * 1024 * 1024;

/// A CBOR sequence.
pub(super) struct Sequence<R> {
    from: R,
    buffer: Vec<u8>,
    at: usize,
    before: u64,
    ended: bool,
}

impl<R: Read> Sequence<R> {
    /// The sequence in `from`.
    pub(super) const fn new(from: R) -> Self {
        Self { from, buffer: Vec::new(), at: 0, before: 0, ended: false }
    }

    /// The next item; `None` at the end.
    pub(super) fn next<T: for<'b> Decode<'b, ()>>(&mut self) -> Result<Option<T>, Problem> {
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            if rest.is_empty() && self.ended {
                return Ok(None);
            }
            let mut decoder = Decoder::new(rest);
            match decoder.decode::<T>() {
                Ok(item) => {
                    self.at += decoder.position();
                    return Ok(Some(item));
                }
                Err(error) if error.is_end_of_input() && !self.ended && rest.len() < ITEM_MAX => {
                    self.fill()?;
                }
                Err(error) => {
                    let at = self.at + error.position().unwrap_or(decoder.position());
                    return Err(Problem::Malformed { at: self.before + at as u64 });
                }
            }
        }
    }

    fn fill(&mut self) -> Result<(), Problem> {
        self.buffer.drain(..self.at);
        self.before += self.at as u64;
        self.at = 0;
        let want = STEP.max(self.buffer.len()) as u64;
        let read = (&mut self.from).take(want).read_to_end(&mut self.buffer);
        self.ended = read.map_err(|e| Problem::disk(&e))? == 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_any_length_come_one_by_one_and_a_cut_one_is_named() {
        let items: Vec<String> = ["a".to_owned(), "b".repeat(200_000), String::new()].into();
        let bytes: Vec<u8> = items.iter().flat_map(|item| minicbor::to_vec(item).unwrap()).collect();
        let mut sequence = Sequence::new(bytes.as_slice());
        for item in &items {
            assert_eq!(sequence.next::<String>().unwrap().as_ref(), Some(item));
        }
        assert_eq!(sequence.next::<String>().unwrap(), None);
        let mut cut = Sequence::new(&bytes[..100_000]);
        assert_eq!(cut.next::<String>().unwrap().as_deref(), Some("a"));
        assert!(matches!(cut.next::<String>(), Err(Problem::Malformed { .. })));
        let mut other = Sequence::new([0x01_u8].as_slice());
        assert_eq!(other.next::<String>(), Err(Problem::Malformed { at: 0 }));
    }
}
