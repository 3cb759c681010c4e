//! `cargo run -p diary-tests --bin kill -- --rounds 5000`: the kill loop, as often as wanted. The same program is the
//! keeper that is killed (`kill keeper ...`) and the diary of a phone (`kill diary ...`), so that they are processes of
//! their own wherever this package is built.

use std::ffi::OsString;
use std::process::ExitCode;

use diary_tests::kill::{Found, run};
use diary_tests::process::{DIARY, KEEPER};

const USAGE: &str = "kill [--rounds N] [--seed N]";

/// Arguments of the command line.
struct Asked {
    rounds: u32,
    seed: u64,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a command")]
fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let program = arguments.next().unwrap_or_default();
    let mut rest = arguments.peekable();
    if rest.next_if(|first| *first == *KEEPER).is_some() {
        return diary_server::program::main(std::iter::once(program).chain(rest));
    }
    if rest.next_if(|first| *first == *DIARY).is_some() {
        return diary_cli::program::main(std::iter::once(program).chain(rest));
    }
    let Some(Asked { rounds, seed }) = asked(rest) else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let this = match std::env::current_exe() {
        Ok(this) => this,
        Err(error) => {
            eprintln!("this program cannot find itself: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("seed {seed}");
    let found = run(&this, rounds, seed, &mut |round, tally| println!("round {round}: {tally}"));
    let Found { tally, not_once_in_record } = found;
    println!("{tally}; acknowledged and not once in the record {not_once_in_record}");
    let whole = tally.missing == 0 && tally.duplicated == 0 && not_once_in_record == 0;
    if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn asked(mut words: impl Iterator<Item = OsString>) -> Option<Asked> {
    let mut asked = Asked { rounds: 25, seed: u64::from(std::process::id()) };
    while let Some(word) = words.next() {
        let value = words.next()?;
        let value = value.to_str()?;
        match word.to_str()? {
            "--rounds" => asked.rounds = value.parse().ok()?,
            "--seed" => asked.seed = value.parse().ok()?,
            _ => return None,
        }
    }
    Some(asked)
}
