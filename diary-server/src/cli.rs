//! Command line of the site: reads arguments, calls the site services, prints. No other module prints; no decision
//! about the trial is made here.

pub mod args;
mod backup;
mod clock;
mod database;
mod enrol;
mod exit;
mod export;
mod init;
mod keys;
mod moving;
mod output;
mod participant;
mod phones;
mod pull;
mod qr;
mod quarantine;
mod rebuild;
mod receive;
mod recovery;
mod relay;
mod report;
mod restore;
mod serve;
mod staff;
mod status;
mod study;
mod trail;
mod verify;
pub(crate) mod words;
mod worklist;

pub use args::Cli;
pub use exit::{Exit, Refusal};
pub use output::Output;

use std::path::Path;
use std::sync::Arc;

use diary_core::keys::ServerRole;
use diary_core::study::{PackageError, StudyPackage};
use diary_core::time::Clock;

use crate::audit::Account;
use crate::config::{Config, Database};
use crate::data_folder::DataFolder;
use crate::keys::server_keys::is_of_role;
use crate::messages::common as say;
use crate::site::{SiteServices, StaffError};
use args::{Command, Common};
use diary_core::entropy::SharedEntropy;
use diary_store::StoreError;

/// Context of a command: clock, randomness and environment.
#[derive(Clone)]
pub struct CommandContext {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// The process's environment variables.
    pub environment: Vec<(String, String)>,
}

/// Runs one command and prints to `out`.
///
/// # Errors
/// [`Refusal`], which says what to print on standard error and with which code to end.
pub async fn run(cli: &Cli, around: &CommandContext, out: &mut Output<'_>) -> Result<Exit, Refusal> {
    let common = &cli.common;
    out.speak(common.lang);
    match &cli.command {
        Command::Init(args) => init::run(common, args, around, out).await,
        Command::Serve(args) => serve::run(common, args, around, out).await,
        Command::Staff(args) => staff::run(common, args, around, out).await,
        Command::Participant(args) => participant::run(common, args, around, out).await,
        Command::Enrol(args) => enrol::enrol(common, args, around, out).await,
        Command::Pending => enrol::pending(common, around, out).await,
        Command::Confirm(args) => enrol::confirm(common, args, around, out).await,
        Command::RecoverySecret(args) => recovery::run(common, args, around, out).await,
        Command::Report(args) => report::run(common, args, around, out).await,
        Command::Study(args) => study::run(common, args, around, out).await,
        Command::Rebuild(args) => rebuild::run(common, args, around, out).await,
        Command::Trail => trail::run(common, around, out).await,
        Command::Clock(args) => clock::run(common, args, around, out).await,
        Command::Status => status::run(common, around, out).await,
        Command::Worklist(args) => worklist::run(common, args, around, out).await,
        Command::Phones(args) => phones::list(common, args, around, out).await,
        Command::Revoke(args) => phones::revoke(common, args, around, out).await,
        Command::Allow(args) => phones::allow(common, args, around, out).await,
        Command::Quarantine(args) => quarantine::run(common, args, around, out).await,
        Command::Keys(args) => keys::run(common, args, around, out).await,
        Command::Receive(args) => receive::run(common, args, around, out).await,
        Command::Backup(args) => backup::run(common, args, around, out).await,
        Command::Restore(args) => restore::run(common, args, around, out).await,
        Command::Move(args) => moving::run(common, args, around, out).await,
        Command::Database(args) => database::run(common, args, around, out).await,
        Command::Relay(args) => relay::run(common, args, around, out).await,
        Command::Pull(args) => pull::run(common, args, around, out).await,
        Command::Export(args) => export::run(common, args, around, out).await,
        Command::Verify(args) => verify::run(common, args, around, out).await,
    }
}

/// The data folder that the command line names.
fn folder(common: &Common, around: &CommandContext) -> Result<DataFolder, Refusal> {
    let folder = DataFolder::at(data_path(common)?);
    let database = config(common, &folder, around)?.database;
    let elsewhere = database.map(|database| database.location()).transpose()?;
    Ok(folder.with_database(elsewhere)?)
}

fn data_path(common: &Common) -> Result<&Path, Refusal> {
    common.data.as_deref().ok_or(Refusal::NoDataFolder)
}

/// Configuration: the file named on the command line, else that of the data folder where there is one.
fn config(common: &Common, folder: &DataFolder, around: &CommandContext) -> Result<Config, Refusal> {
    let own = folder.config_file();
    let file = common.config.as_deref().or_else(|| own.is_file().then_some(own.as_path()));
    let mut config = Config::load(file, around.environment.iter().cloned())?;
    config.database = database(common).or(config.database);
    Ok(config)
}

/// Database of a new server, where it is not in its folder.
fn new_database(common: &Common, around: &CommandContext) -> Result<Option<Database>, Refusal> {
    let config = Config::load(common.config.as_deref(), around.environment.iter().cloned())?;
    Ok(database(common).or(config.database))
}

/// The database that the command line names.
fn database(common: &Common) -> Option<Database> {
    common.database.clone().map(|url| Database { url })
}

/// Keys and database of the data folder.
async fn desk(folder: &DataFolder, around: &CommandContext) -> Result<SiteServices, Refusal> {
    if is_of_role(&folder.keys(), ServerRole::Relay) {
        return Err(Refusal::Relay { path: folder.path().display().to_string() });
    }
    Ok(SiteServices::open(folder, Arc::clone(&around.clock), Arc::clone(&around.entropy)).await?)
}

/// Warns people that the study is being moved from this database, or was, and that their view may be outdated.
async fn tell_if_left(desk: &SiteServices, out: &mut Output<'_>) -> Result<(), Refusal> {
    let standing = desk.store.server_state().await?.map(|state| state.standing);
    let words = match standing.map(|standing| standing.check()) {
        Some(Err(StoreError::Moved)) => say::study_left(out.lang()),
        Some(Err(StoreError::Moving)) => say::study_moving(out.lang()),
        None | Some(Ok(()) | Err(_)) => return Ok(()),
    };
    Ok(out.note(&format!("{words}\n"))?)
}

fn account(common: &Common) -> Result<Account, StaffError> {
    Ok(Account::new(common.by.as_deref().ok_or(StaffError::NoAccount)?)?)
}

/// The study of a folder, or the shipped one of that name.
fn package(named: &str) -> Result<StudyPackage, PackageError> {
    if named.eq_ignore_ascii_case("nct06836973") && !Path::new(named).exists() {
        return Ok(diary_core::study::shipped::nct06836973());
    }
    StudyPackage::read_dir(Path::new(named))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::bench;
