//! From bytes that an engine varies to inputs worth reading: the bytes are a small program that alters one of the seeds,
//! so that most inputs get past the first bytes of a format.

use crate::CANARY;

/// Programs have 1, 2, 4, 8 or 16 steps.
const STEPS_LOG: u32 = 5;
/// Longest mutated input, in bytes.
const INPUT_MAX_BYTES: usize = 2 * 1024 * 1024;

/// Heads of CBOR that promise more than there is, or never end.
const HEADS: [&[u8]; 10] = [
    &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x5b, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff],
    &[0xbb, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x9f],
    &[0xbf],
    &[0x5f],
    &[0xf6],
    &[0xff],
];

struct Program<'a>(&'a [u8]);

impl Program<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn below(&mut self, end: usize) -> Option<usize> {
        let number = usize::from(self.byte()?) << 8 | usize::from(self.byte()?);
        Some(if end == 0 { 0 } else { number * end / 0x1_0000 })
    }
}

/// The input that `program` makes of `seeds`; without seeds, the program itself.
pub(crate) fn grow(seeds: &[Vec<u8>], program: &[u8]) -> Vec<u8> {
    let mut program = Program(program);
    let Some(which) = program.byte() else { return Vec::new() };
    let Some(seed) = seeds.get(usize::from(which) % (seeds.len() + 1)) else { return program.0.to_vec() };
    let mut input = seed.clone();
    // One step is as likely as sixteen: an input with many mutations is refused at its first byte and tests little.
    let Some(steps) = program.byte() else { return input };
    for _ in 0..1 << (u32::from(steps) % STEPS_LOG) {
        if step(&mut input, seeds, &mut program).is_none() {
            break;
        }
    }
    input.truncate(INPUT_MAX_BYTES);
    input
}

fn step(input: &mut Vec<u8>, seeds: &[Vec<u8>], program: &mut Program<'_>) -> Option<()> {
    let what = program.byte()?;
    let at = program.below(input.len())?;
    match what % 10 {
        0 | 1 => *input.get_mut(at)? ^= 1 << (what >> 4 & 7),
        2 | 3 => *input.get_mut(at)? = program.byte()?,
        4 => input.insert(at, program.byte()?),
        5 => {
            let end = at + program.below(input.len() - at)?;
            drop(input.drain(at..end));
        }
        6 => {
            let end = at + program.below((input.len() - at).min(4096))?;
            let copy = input.get(at..end)?.to_vec();
            drop(input.splice(at..at, copy));
        }
        7 => {
            let other = seeds.get(usize::from(program.byte()?) % seeds.len())?;
            let from = program.below(other.len())?;
            input.truncate(at);
            input.extend_from_slice(other.get(from..)?);
        }
        8 => input.truncate(at),
        _ => {
            let more: &[u8] = match usize::from(program.byte()?) % (HEADS.len() + 1) {
                0 => CANARY.as_bytes(),
                head => HEADS[head - 1],
            };
            drop(input.splice(at..at, more.iter().copied()));
        }
    }
    Some(())
}

#[test]
fn every_step_changes_something_and_none_fails_on_anything() {
    let seeds = vec![b"0123456789".to_vec(), Vec::new(), vec![7; 1000]];
    let mut made = std::collections::BTreeSet::new();
    for what in 0..=255u8 {
        for arguments in [[0; 3], [0x40; 3], [0xff; 3]] {
            let program = [vec![0, 0, what], arguments.to_vec()].concat();
            made.insert(grow(&seeds, &program));
            grow(&seeds, &[vec![1, 0, what], arguments.to_vec()].concat());
        }
    }
    assert!(made.len() > 20, "{}", made.len());
    assert!(made.iter().any(|input| input.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())));
    assert_eq!(grow(&seeds, &[3, 1, 2]), [1, 2], "beyond the seeds: the bytes as they are");
}
