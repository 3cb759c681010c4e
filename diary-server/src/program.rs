//! The whole program `diary-server`: reads the command line, runs the command, ends with its exit code. Separate from
//! `main.rs`, so that tests can run the same program as a process of their own.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};
use diary_core::entropy::SystemEntropy;
use diary_core::text::{Lang, shown_lines};

use crate::cli::{self, Cli, CommandContext, Exit, Output};
use crate::clock::SystemClock;
use crate::messages::common as say;

/// Runs the program with `arguments`, the first of which is its name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<_> = arguments.into_iter().collect();
    let lang = language(&arguments);
    say_where_it_fails(lang);
    let command = cli::words::help::in_language(Cli::command(), lang);
    let parsed = command.try_get_matches_from(arguments).and_then(|found| Cli::from_arg_matches(&found));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return not_parsed(lang, &error),
    };
    let lang = cli.common.lang;
    say_where_it_fails(lang);
    let around = CommandContext {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        environment: std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
    };
    let stdout = std::io::stdout();
    let paint = stdout.is_terminal();
    let mut to = stdout.lock();
    let mut out = Output::new(&mut to, cli.common.json, paint);
    let ran = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(cli::run(&cli, &around, &mut out)),
        Err(e) => Err(e.into()),
    };
    match ran {
        Ok(exit) => exit.into(),
        Err(refusal) => {
            // If standard error is closed as well, the exit code still reports the failure.
            let told = writeln!(
                std::io::stderr(),
                "diary-server: {}",
                shown_lines(&cli::words::refusal::refusal(lang, &refusal))
            );
            if told.is_err() { Exit::Refused.into() } else { refusal.exit().into() }
        }
    }
}

/// Prints a help that was asked for, or an error in the command line.
fn not_parsed(lang: Lang, error: &clap::Error) -> ExitCode {
    let shown = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let text = error.render();
            let paint = if error.use_stderr() {
                std::io::stderr().is_terminal()
            } else {
                std::io::stdout().is_terminal()
            };
            let text = if paint { text.ansi().to_string() } else { text.to_string() };
            cli::words::usage::finished(&text, lang)
        }
        _ => format!("diary-server: {}\n", shown_lines(&cli::words::usage::usage(lang, error))),
    };
    let written = match error.use_stderr() {
        true => std::io::stderr().write_all(shown.as_bytes()),
        false => std::io::stdout().write_all(shown.as_bytes()),
    };
    match (error.use_stderr(), written) {
        (false, Ok(())) => ExitCode::SUCCESS,
        (false, Err(_)) => Exit::Refused.into(),
        (true, _) => Exit::Usage.into(),
    }
}

/// Prints the location of a panic alone: its message may quote the input.
fn say_where_it_fails(lang: Lang) {
    std::panic::set_hook(Box::new(move |failure| {
        let at = failure.location().map_or_else(String::new, ToString::to_string);
        // An error here means that standard error is closed: the message can go nowhere else.
        drop(writeln!(std::io::stderr(), "diary-server: {}", say::program_failed(lang, at)));
    }));
}

/// The language that the arguments name, read before they are understood, so that help and failures are in it.
fn language(arguments: &[OsString]) -> Lang {
    let words = || arguments.iter().filter_map(|argument| argument.to_str());
    let joined = words().find_map(|word| word.strip_prefix("--lang="));
    let named = joined.or_else(|| words().skip_while(|word| *word != "--lang").nth(1));
    named.and_then(|tag| diary_core::words::choose(tag).ok()).unwrap_or_default()
}
