//! `cargo run --release -p diary-tests --bin attack`: attacks on a server as a process, from connections of 127.0.0.0/8
//! alone. Each prints one line: the bounds, the figures, held or not. The program is also the server under attack
//! (`attack keeper ...`). It ends with 1 if one does not hold.

mod ground;
mod line;
mod publish;
mod records;
mod requests;
mod stolen_device;
mod strangers;

use std::path::Path;
use std::process::ExitCode;

use diary_tests::process::KEEPER;
use line::Line;

/// Name on the command line, and function of an attack.
type Attack = (&'static str, fn(&Path) -> Line);

/// All of them, in the order in which they run.
const ATTACKS: [Attack; 13] = [
    ("items", requests::many_tiny_items),
    ("grants", requests::foreign_grants),
    ("pages", requests::maximal_pages),
    ("counters", records::counters),
    ("compressible", records::compressible_parcels),
    ("incompressible", records::incompressible_parcels),
    ("tiny", records::tiny_entries),
    ("assessments", records::scored_assessments),
    ("medications", records::different_medications),
    ("siege", strangers::siege),
    ("joins", strangers::joins_at_a_relay),
    ("stolen", stolen_device::stolen_phone),
    ("publish", publish::interrupted),
];

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a command")]
fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let program = arguments.next().unwrap_or_default();
    let mut rest = arguments.peekable();
    if rest.next_if(|first| *first == *KEEPER).is_some() {
        return diary_server::program::main(std::iter::once(program).chain(rest));
    }
    let wanted: Vec<String> = rest.map(|word| word.to_string_lossy().into_owned()).collect();
    let names = ATTACKS.map(|(name, _)| name);
    if let Some(unknown) = wanted.iter().find(|word| !names.contains(&word.as_str())) {
        eprintln!("attack: there is no {unknown}. attack [NAME ...], of: {}", names.join(", "));
        return ExitCode::FAILURE;
    }
    let this = match std::env::current_exe() {
        Ok(this) => this,
        Err(error) => {
            eprintln!("attack: this program cannot find itself: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut held = true;
    for (name, attack) in ATTACKS {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            let line = attack(&this);
            println!("{line}");
            held &= line.held();
        }
    }
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
