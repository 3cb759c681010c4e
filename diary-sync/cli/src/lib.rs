//! `diary`, the participant's command line, in reading order.
#![doc = include_str!("../README.md")]

mod args;
mod environment;
mod exit;
mod failure;
mod language;
mod parse;

mod home;
mod other_devices;
mod pin;
mod screen;
mod session;
mod settings;
mod terminal;

mod input;

mod alerts;
mod choose;
mod commands;
mod connection;
mod doubts;
mod questions;

mod messages;
mod words;

#[cfg(test)]
mod tests;

pub mod clock;
pub mod program;

pub use environment::Environment;
pub use exit::Exit;

use std::ffi::OsString;
use std::io::ErrorKind;

use diary_core::text::Lang;
use diary_sync::transport::http::HttpTransport;
use diary_sync::transport::{Transport, TransportError};

use args::Cli;
use commands::Done;
use failure::Failure;
use home::Home;
use screen::Screen;
use settings::Settings;

/// Runs one command, over HTTP(S) where it needs the network. `args` begins with the name of the program.
pub fn run(args: impl Iterator<Item = OsString>, env: &mut Environment<'_>) -> Exit {
    let var = env.var;
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(run_with(args, env, || connect(var))),
        Err(_) => Exit::Storage,
    }
}

/// Names a file with the certificates (PEM) of a hospital's own authority, which are trusted beside the system's.
const CA_FILE: &str = "DIARY_CA_FILE";

fn connect(var: &dyn Fn(&str) -> Option<String>) -> Result<HttpTransport, TransportError> {
    let Some(path) = var(CA_FILE).filter(|path| !path.is_empty()) else { return HttpTransport::new() };
    let named = |problem: String| TransportError::Setup(format!("{CA_FILE}={path}: {problem}"));
    let pem = std::fs::read(&path).map_err(|error| named(error.to_string()))?;
    HttpTransport::trusting(&[&pem]).map_err(|error| match error {
        TransportError::Setup(problem) => named(problem),
        other => other,
    })
}

/// As [`run`], within a runtime that is there already and over another transport. `connect` is asked for it only by
/// commands that need it.
pub async fn run_with<T: Transport>(
    args: impl Iterator<Item = OsString>,
    env: &mut Environment<'_>,
    connect: impl Fn() -> Result<T, TransportError>,
) -> Exit {
    let args: Vec<OsString> = args.collect();
    let asked_for = language::asked_for(&args, env.var);
    let set = || language::of_settings(&args, env.var);
    let lang = asked_for.or_else(set).or_else(|| language::of_locale(env.var)).unwrap_or(Lang::EN);
    let json = args.iter().any(|arg| arg == "--json");
    let mut screen = Screen { env: env.lend(), lang, json, instructions: Vec::new() };
    let outcome = match parse::parse(&args, lang) {
        Ok(parse::Parsed::Run(cli)) => command(&mut screen, *cli, connect).await,
        Ok(parse::Parsed::Help(text)) => Ok(Done::text(text)),
        Err(usage) => Err(usage.into()),
    };
    let written = match &outcome {
        // The reader of the output has closed it (`diary history | head`): no message can be shown. It is not known
        // here if it was closed before something was saved, so it does not count as done.
        Err(Failure::Terminal(error)) if error.kind() == ErrorKind::BrokenPipe => return Exit::Storage,
        Ok(done) => done.write(&mut screen),
        Err(failure) => write_failure(&mut screen, failure),
    };
    match (outcome, written) {
        (Ok(done), Ok(())) => done.exit,
        (Err(failure), Ok(())) => failure.exit(),
        (outcome, Err(error)) => broken_output(&error, outcome),
    }
}

async fn command<T: Transport>(
    screen: &mut Screen<'_>,
    cli: Cli,
    connect: impl Fn() -> Result<T, TransportError>,
) -> Result<Done, Failure> {
    if cli.global.lang.as_deref().is_some_and(|tag| diary_core::words::choose(tag).is_err()) {
        return Err(failure::InputError::Language.into());
    }
    let home = Home::find(cli.global.home.as_deref(), screen.env.var)?;
    Settings::read(&home)?;
    commands::dispatch(screen, cli, &home, connect).await
}

fn write_failure(screen: &mut Screen<'_>, failure: &Failure) -> std::io::Result<()> {
    let message = failure.message(screen.lang);
    screen.warn(&message)?;
    if screen.json {
        let error = serde_json::json!({ "code": failure.code(), "message": message });
        let mut document = serde_json::json!({ "ok": false, "exit": failure.exit().code(), "error": error });
        if !screen.instructions.is_empty() {
            document["alerts"] = std::mem::take(&mut screen.instructions).into();
        }
        screen.document(&document)?;
    }
    Ok(())
}

/// Exit code after output that failed: that of the command where only the reader closed the pipe, since its effects
/// stay.
fn broken_output(error: &std::io::Error, outcome: Result<Done, Failure>) -> Exit {
    match (error.kind(), outcome) {
        (ErrorKind::BrokenPipe, Ok(done)) => done.exit,
        (ErrorKind::BrokenPipe, Err(failure)) => failure.exit(),
        _ => Exit::Storage,
    }
}
