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
mod site;
mod staff;
mod status;
mod study;
mod trail;
mod verify;
pub(crate) mod words;
mod worklist;

pub use args::Cli;
pub use exit::{CommandError, Exit};
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
use crate::site::{SiteServices, StaffError, StudyPlace};
use args::{Command, Common};
use diary_core::entropy::SharedEntropy;

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

impl CommandContext {
    /// Keys and database of the data folder.
    async fn desk(&self, folder: &DataFolder) -> Result<SiteServices, CommandError> {
        if is_of_role(&folder.keys(), ServerRole::Relay) {
            return Err(CommandError::Relay { path: folder.path().display().to_string() });
        }
        Ok(SiteServices::open(folder, Arc::clone(&self.clock), Arc::clone(&self.entropy)).await?)
    }
}

/// A command that was called: the options of every command, the context it runs in, and the place where it prints.
struct Invocation<'a, 'o> {
    options: &'a Common,
    context: &'a CommandContext,
    out: &'a mut Output<'o>,
}

/// Runs one command and prints to `out`.
///
/// # Errors
/// [`CommandError`], which says what to print on standard error and with which code to end.
pub async fn run(cli: &Cli, around: &CommandContext, out: &mut Output<'_>) -> Result<Exit, CommandError> {
    let command = &mut Invocation { options: &cli.common, context: around, out };
    command.out.speak(command.options.lang);
    match &cli.command {
        Command::Init(args) => init::run(command, args).await,
        Command::Serve(args) => serve::run(command, args).await,
        Command::Staff(args) => staff::run(command, args).await,
        Command::Site(args) => site::run(command, args).await,
        Command::Participant(args) => participant::run(command, args).await,
        Command::Enrol(args) => enrol::enrol(command, args).await,
        Command::Pending => enrol::pending(command).await,
        Command::Confirm(args) => enrol::confirm(command, args).await,
        Command::RecoverySecret(args) => recovery::run(command, args).await,
        Command::Report(args) => report::run(command, args).await,
        Command::Study(args) => study::run(command, args).await,
        Command::Rebuild(args) => rebuild::run(command, args).await,
        Command::Trail => trail::run(command).await,
        Command::Clock(args) => clock::run(command, args).await,
        Command::Status(args) => status::run(command, args).await,
        Command::Worklist(args) => worklist::run(command, args).await,
        Command::Phones(args) => phones::list(command, args).await,
        Command::Revoke(args) => phones::revoke(command, args).await,
        Command::GiveBack(args) => phones::give_back(command, args).await,
        Command::Lend(args) => phones::lend(command, args).await,
        Command::Allow(args) => phones::allow(command, args).await,
        Command::Quarantine(args) => quarantine::run(command, args).await,
        Command::Keys(args) => keys::run(command, args).await,
        Command::Receive(args) => receive::run(command, args).await,
        Command::Backup(args) => backup::run(command, args).await,
        Command::Restore(args) => restore::run(command, args).await,
        Command::Move(args) => moving::run(command, args).await,
        Command::Database(args) => database::run(command, args).await,
        Command::Relay(args) => relay::run(command, args).await,
        Command::Pull(args) => pull::run(command, args).await,
        Command::Export(args) => export::run(command, args).await,
        Command::Verify(args) => verify::run(command, args).await,
    }
}

impl Invocation<'_, '_> {
    /// The data folder that the command line names.
    fn folder(&self) -> Result<DataFolder, CommandError> {
        let folder = DataFolder::at(self.data_path()?);
        let database = self.config(&folder)?.database;
        let elsewhere = database.map(|database| database.location()).transpose()?;
        Ok(folder.with_database(elsewhere)?)
    }

    fn data_path(&self) -> Result<&Path, CommandError> {
        self.options.data.as_deref().ok_or(CommandError::NoDataFolder)
    }

    /// Configuration: the file named on the command line, else that of the data folder where there is one.
    fn config(&self, folder: &DataFolder) -> Result<Config, CommandError> {
        let own = folder.config_file();
        let file = self.options.config.as_deref().or_else(|| own.is_file().then_some(own.as_path()));
        let mut config = Config::load(file, self.context.environment.iter().cloned())?;
        config.database = self.database().or(config.database);
        Ok(config)
    }

    /// Database of a new server, where it is not in its folder.
    fn new_database(&self) -> Result<Option<Database>, CommandError> {
        let (file, variables) = (self.options.config.as_deref(), self.context.environment.iter().cloned());
        Ok(self.database().or(Config::load(file, variables)?.database))
    }

    /// The database that the command line names.
    fn database(&self) -> Option<Database> {
        self.options.database.clone().map(|url| Database { url })
    }

    fn account(&self) -> Result<Account, StaffError> {
        Ok(Account::new(self.options.by.as_deref().ok_or(StaffError::NoAccount)?)?)
    }
}

/// Warns people that the study is being moved from this database, or was, and that their view may be outdated.
async fn tell_if_left(desk: &SiteServices, out: &mut Output<'_>) -> Result<(), CommandError> {
    let words = match desk.upkeep().study_place().await? {
        Some(StudyPlace::Moved) => say::study_left(out.lang()),
        Some(StudyPlace::Moving) => say::study_moving(out.lang()),
        Some(StudyPlace::Here) | None => return Ok(()),
    };
    Ok(out.note(&format!("{words}\n"))?)
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
