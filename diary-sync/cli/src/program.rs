//! The whole program `diary`: hands the real terminal, clocks and variables to the command line. Decides nothing. Here
//! and not in `main.rs`, so that what is tested as a process of its own is this very program.

use std::ffi::OsString;
use std::io::{BufReader, IsTerminal};
use std::process::ExitCode;

use diary_core::entropy::SystemEntropy;
use diary_core::store::lock::Rules;
use diary_core::time::Zone;

use crate::clock::{RunClock, SystemClock};
use crate::environment::Environment;

/// Columns where the terminal does not say.
const USUAL_WIDTH: usize = 80;

/// Runs the program with `arguments`, the first of which is its name.
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let run = RunClock::start();
    let (stdin, mut stdout, mut stderr) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
    let interactive = stdin.is_terminal() && stdout.is_terminal();
    let width = terminal_size::terminal_size().map_or(USUAL_WIDTH, |(width, _)| usize::from(width.0));
    let read_secret = rpassword::read_password;
    let var = |name: &str| std::env::var(name).ok();
    let mut env = Environment {
        stdin: &mut BufReader::new(stdin),
        stdout: &mut stdout,
        stderr: &mut stderr,
        read_secret: interactive.then_some(&read_secret),
        interactive,
        width,
        clock: &SystemClock,
        monotonic_ms: &|| Some(run.elapsed_ms()),
        zone: zone(&var),
        entropy: &SystemEntropy,
        lock_rules: Rules::CURRENT,
        var: &var,
    };
    crate::run(arguments, &mut env).into()
}

/// The zone of `DIARY_ZONE`, of `TZ`, of the machine; UTC where none is known.
fn zone(var: &dyn Fn(&str) -> Option<String>) -> Zone {
    let named = |name| var(name)?.trim_start_matches(':').parse().ok();
    let machine = || iana_time_zone::get_timezone().ok()?.parse().ok();
    named("DIARY_ZONE").or_else(|| named("TZ")).or_else(machine).unwrap_or(Zone::UTC)
}
