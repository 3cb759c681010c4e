//! Runs any number of seeds: `simulate --seeds 10000 [--from N]`, or one with its whole log:
//! `simulate --seed N --trace`. Prints the seed, the violation, and the shortest list of operations that leads to it.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use diary_tests::simulation::{Runner, Story, shrink};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Arguments of the command.
struct Asked {
    from: u64,
    seeds: u64,
    trace: bool,
}

fn asked() -> Result<Asked, String> {
    let mut asked = Asked { from: 0, seeds: 1000, trace: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || {
            let text = words.next().ok_or_else(|| format!("{word} needs a number"))?;
            text.parse::<u64>().map_err(|_| format!("{word}: {text} is no number"))
        };
        match word.as_str() {
            "--seeds" => asked.seeds = number()?,
            "--from" => asked.from = number()?,
            "--seed" => (asked.from, asked.seeds) = (number()?, 1),
            "--trace" => asked.trace = true,
            _ => return Err(format!("{word} is not known")),
        }
    }
    Ok(asked)
}

/// Prints the violations.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a command")]
fn main() -> ExitCode {
    let asked = match asked() {
        Ok(asked) => asked,
        Err(problem) => {
            eprintln!("{problem}\nusage: simulate [--seeds N] [--from N] | --seed N [--trace]");
            return ExitCode::FAILURE;
        }
    };
    if asked.trace {
        // For a seed with a violation, the trace of the reduced operations is the easiest to read.
        let runner = Runner::new();
        let trace = match runner.try_seed(asked.from) {
            Ok(_) => runner.run_seed(asked.from),
            Err(story) => runner.run(asked.from, &story.shrunk),
        };
        trace.lines.iter().for_each(|line| println!("{line}"));
    }
    let (next, end) = (AtomicU64::new(asked.from), asked.from.saturating_add(asked.seeds));
    let (found, tapped) = (Mutex::new(Vec::new()), AtomicU64::new(0));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let runner = Runner::new();
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= end {
                        break;
                    }
                    match runner.try_seed(seed) {
                        Ok((taps, _)) => {
                            tapped.fetch_add(u64::try_from(taps).unwrap_or(0), Ordering::SeqCst);
                        }
                        Err(story) => {
                            println!("{}", told(&story));
                            found.lock().map_or_else(|_| (), |mut found| found.push(seed));
                        }
                    }
                }
            });
        }
    });
    let found = found.into_inner().unwrap_or_default();
    let tapped = tapped.into_inner();
    println!(
        "{} seeds from {}, {tapped} versions tapped, {} seeds found something",
        asked.seeds,
        asked.from,
        found.len()
    );
    if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn told(story: &Story) -> String {
    let Story { seed, violation, ops, shrunk } = story;
    format!(
        "seed {seed}: {violation}\n{} operations, {} of them find it:\n{}",
        ops.len(),
        shrunk.len(),
        shrink::as_source(shrunk)
    )
}
