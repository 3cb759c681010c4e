//! `cargo run --release -p diary-tests --bin load -- all`: the figures of the server, measured where anyone can repeat
//! them. The server runs as a process of its own (this same program, `load keeper ...`), so that its CPU time, its memory
//! and its waits for the disk are its own. No time is asserted: each figure is printed with its method.

mod args;
mod bulk;
mod crowd;
mod days;
mod drain;
mod export;
mod figures;
mod ingest;
mod lives;
mod pages;
mod places;
mod proxy;
mod reads;
mod replies;
mod stage;
mod table;
mod trial;
mod watch;
mod wire;

use std::process::ExitCode;

use args::{Asked, Backend, USAGE, What};
use diary_tests::process::KEEPER;
use table::Table;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a command")]
fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let program = arguments.next().unwrap_or_default();
    let mut rest = arguments.peekable();
    if rest.next_if(|first| *first == *KEEPER).is_some() {
        return diary_server::program::main(std::iter::once(program).chain(rest));
    }
    let asked = match Asked::of(rest) {
        Ok(asked) => asked,
        Err(wrong) => {
            eprintln!("load: {wrong}\n\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    let mut all = Vec::new();
    for what in asked.parts() {
        let mut say = |table: Table| {
            if !asked.json {
                println!("{}", table.markdown());
            }
            all.push(table.json());
        };
        match what {
            What::Machine => say(figures::machine()),
            What::Day => say(in_a_runtime(days::ordinary(&asked))),
            What::Offline => say(in_a_runtime(days::offline(&asked))),
            What::Drain => on_each(&asked, |backend| say(in_a_runtime(drain::measure(&asked, backend)))),
            What::Rebuild => on_each(&asked, |backend| say(in_a_runtime(reads::rebuild(&asked, backend)))),
            What::Reads => on_each(&asked, |backend| say(in_a_runtime(reads::reads(&asked, backend)))),
            What::Pages => pages::measure(&asked, &mut say),
            What::Export => on_each(&asked, |backend| say(in_a_runtime(export::measure(&asked, backend)))),
            What::Ingest => ingest::measure(&asked, &[1, 20], &mut say),
            What::Receive => ingest::measure(&asked, &[20], &mut say),
        }
    }
    if asked.json {
        println!("{}", serde_json::Value::Array(all));
    }
    ExitCode::SUCCESS
}

fn on_each(asked: &Asked, measure: impl FnMut(Backend)) {
    asked.backends.iter().copied().for_each(measure);
}

/// As the server and the phones run: with a thread for each core.
fn in_a_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().expect("a runtime starts").block_on(work)
}
