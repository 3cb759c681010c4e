//! Arguments of the command line: commands, options, and parsing of their values. Values out of range are refused
//! here with an error that names the option and the expected form.

pub mod backup;
pub mod database;
pub mod export;
pub mod keys;
pub mod moving;
pub mod participant;
pub mod phones;
pub mod quarantine;
pub mod receive;
pub mod relay;
pub mod site;
pub mod staff;
pub mod worklist;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, Parser, Subcommand};
use diary_core::ids::SiteId;
use diary_core::keys::{ApiHost, HistoryScope, ShortAuthString};
use diary_core::readers::{self, ReadError};
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, Pass, TimeOfDay};
pub use participant::ParticipantArgs;
pub use receive::ReceiveArgs;

/// Longest life of a link, in minutes.
const LINK_MAX_MINUTES: i64 = 24 * 60;

/// Keeper of a trial's diaries.
#[derive(Parser, Debug)]
#[command(name = "diary-server", version, about, propagate_version = true)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub common: Common,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// A file for `participant regimen`.
pub const REGIMEN_EXAMPLE: &str = r#"The file names the lines that change; other lines stay as they are. For example:
  from = "2026-03-02"            # first day of the change
  # end = [2]                    # these lines end the day before; `lines = []` alone: no medication from that day

  [[lines]]
  medication = { code = "pyridostigmine", name = "Pyridostigmine" }
  form = "tablet"
  amount = { value = "60", unit = "mg" }
  route = "oral"
  times = ["07:00", "12:00", "17:00"]
  as_needed = true               # also, or without times only, as needed
  most_per_day = { value = "360", unit = "mg" }
  least_interval_minutes = 180

  [[lines]]
  medication = { code = "prednisone", name = "Prednisone" }
  form = "tablet"
  amount = { value = "40", unit = "mg" }
  route = "oral"
  times = ["08:00"]
  every_days = 1                 # 2: every other day; or weekdays = ["mon", "thu"]
  last = "2026-04-30"            # without it the line goes on
  steps = [                      # a taper
    { from = "2026-03-09", amount = { value = "30", unit = "mg" } },
    { from = "2026-03-16", amount = { value = "20", unit = "mg" } },
  ]
  # line = 1                     # which line is meant, where a medication has several (`participant show`)
  # new = true                   # a further line of a medication"#;

/// Options of every command.
#[derive(Args, Debug, Clone, Default)]
pub struct Common {
    /// The server's data folder.
    #[arg(long, global = true, env = "DIARY_SERVER_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The configuration file [default: diary-server.toml in the data folder].
    #[arg(long, global = true, env = "DIARY_SERVER_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The database, if not the one in the data folder: `postgres://USER@HOST/DATABASE` or `sqlite:PATH`
    /// [default: database.url of the configuration].
    #[arg(long, global = true, value_name = "URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Your account; the trail records it.
    #[arg(long, global = true, env = "DIARY_STAFF", value_name = "ACCOUNT")]
    pub by: Option<String>,
    /// Print JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of reports and of what participants are told, for example en or zh-CN.
    #[arg(long, global = true, default_value = "en", value_parser = diary_core::words::choose, value_name = "LANG")]
    pub lang: Lang,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a new keeper: folder, keys, database.
    Init(InitArgs),
    /// Receive, merge and answer until Ctrl-C.
    Serve(ServeArgs),
    /// The sites whose diaries this server keeps.
    Site(site::SiteArgs),
    /// Participants, and what staff record about them.
    Participant(ParticipantArgs),
    /// Accounts of staff for the pages.
    Staff(staff::StaffArgs),
    /// Make a link with which one phone of a participant can join.
    Enrol(EnrolArgs),
    /// List phones that wait to be confirmed.
    Pending,
    /// Confirm the phone that shows these six digits.
    Confirm(ConfirmArgs),
    /// Show the secret that opens a participant's diary when the PIN is forgotten.
    RecoverySecret(RecoveryArgs),
    /// The diary of one participant before a visit.
    Report(ReportArgs),
    /// Versions of the study.
    Study(StudyArgs),
    /// Work out every record again from the stored parcels, and compare.
    Rebuild(RebuildArgs),
    /// Print the trail and check its chain.
    Trail,
    /// Participants, phones, last contact, what waits and what could not be merged.
    Status(StatusArgs),
    /// Look at the server's clock, which signs nothing where it lies before what it has signed, or confirm it.
    Clock(ClockArgs),
    /// The participants who need somebody, the most pressing first.
    Worklist(worklist::WorklistArgs),
    /// Parcels that are stored and not merged: list, show, judge once more, accept, reject.
    Quarantine(quarantine::QuarantineArgs),
    /// Keys of the study: list, renew, a new generation of the site's key.
    Keys(keys::KeysArgs),
    /// Take in files that phones have written with `diary hand-over`, and answer them.
    Receive(ReceiveArgs),
    /// Make a backup and check it; works beside a running `serve`.
    Backup(backup::BackupArgs),
    /// Put a backup back into a fresh folder.
    Restore(backup::RestoreArgs),
    /// Move the study to another database: from SQLite to PostgreSQL or back.
    Move(moving::MoveArgs),
    /// Who may do what in a PostgreSQL.
    Database(database::DatabaseArgs),
    /// The phones of a participant.
    Phones(phones::PhonesArgs),
    /// Take a phone away: lost, replaced, or admitted by mistake.
    Revoke(phones::RevokeArgs),
    /// Say that a lent phone was given back; one that is still in use is revoked.
    GiveBack(phones::GiveBackArgs),
    /// Correct the mark of a phone: lent by the hospital, or the participant's own.
    Lend(phones::LendArgs),
    /// Allow a phone to store more than others, or begin its count anew; `status` shows which have used up what they may.
    Allow(phones::AllowArgs),
    /// A relay on the internet in front of a keeper inside the hospital.
    Relay(relay::RelayArgs),
    /// Fetch what the relay has taken, merge it, and hand over what it is to pass on.
    Pull(relay::PullArgs),
    /// Write files for an inspector, or tables for a statistician.
    Export(export::ExportArgs),
    /// Check exported files, or what a server shows to anybody; needs no data folder and no key.
    Verify(export::VerifyArgs),
}

/// `init`.
#[derive(Args, Debug)]
pub struct InitArgs {
    /// Folder of the study (study.toml and its questionnaires), or nct06836973 for the one that is shipped.
    #[arg(long, value_name = "DIR|nct06836973")]
    pub study: String,
    /// The first site of the study whose diaries this server keeps; `site add` adds others.
    #[arg(long)]
    pub site: SiteId,
    /// Where the root and the recovery key are written: not on this server; best a removable disk.
    #[arg(long, value_name = "DIR")]
    pub offline: PathBuf,
    /// Name under which phones reach this server.
    #[arg(long, value_name = "HOST[:PORT]")]
    pub host: Option<ApiHost>,
    /// Made-up patients: mark the folder, allow the offline keys in it.
    #[arg(long)]
    pub demo: bool,
}

/// `serve`.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// Address and port to listen on, in place of the configured ones.
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    /// Serve a folder marked DEMO.
    #[arg(long)]
    pub demo: bool,
    /// Serve as a relay: store and pass on, open nothing.
    #[arg(long)]
    pub relay: bool,
}

/// `enrol`.
#[derive(Args, Debug)]
pub struct EnrolArgs {
    /// Subject number.
    pub subject: String,
    /// How long the link is good.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=LINK_MAX_MINUTES))]
    pub minutes: u32,
    /// Server that the phone is to speak with, in place of the configured relay or of this one.
    #[arg(long, value_name = "HOST[:PORT]")]
    pub host: Option<ApiHost>,
    /// The hospital lends the phone; with its inventory label, if it has one.
    #[arg(long, value_name = "LABEL", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub lent: Option<String>,
}

/// `confirm`.
#[derive(Args, Debug)]
pub struct ConfirmArgs {
    /// Subject number.
    pub subject: String,
    /// The six digits that the phone shows.
    #[arg(required_unless_present = "phone")]
    pub digits: Option<ShortAuthString>,
    /// In place of digits, for a phone that `pending` shows with papers by a retired key: the beginning of its key.
    /// Compare it with the phone in the participant's hand first.
    #[arg(long, value_name = "KEY", conflicts_with = "digits", requires = "reason")]
    pub phone: Option<String>,
    /// How much of the diary's past the phone is given: all, days:N or none.
    #[arg(long, default_value = "all", value_parser = scope, value_name = "all|days:N|none")]
    pub scope: HistoryScope,
    /// Why it is confirmed although another phone is in use that has not let it in.
    #[arg(long)]
    pub reason: Option<String>,
}

/// `recovery-secret`.
#[derive(Args, Debug)]
pub struct RecoveryArgs {
    /// Subject number.
    pub subject: String,
    /// Why; the trail records it.
    #[arg(long)]
    pub reason: String,
}

/// `report`.
#[derive(Args, Debug)]
#[command(group(clap::ArgGroup::new("files").multiple(true)))]
pub struct ReportArgs {
    /// Subject number.
    pub subject: String,
    /// Diary days, today included.
    #[arg(long, default_value_t = 28, value_parser = clap::value_parser!(u16).range(1..=366))]
    pub days: u16,
    /// Also write one printable page.
    #[arg(long, value_name = "FILE", group = "files")]
    pub html: Option<PathBuf>,
    /// Also write it as PDF, to print and to archive.
    #[cfg(feature = "pdf")]
    #[arg(long, value_name = "FILE", group = "files")]
    pub pdf: Option<PathBuf>,
    /// Write it in the place of a file that is there.
    #[arg(long, requires = "files")]
    pub replace: bool,
}

impl ReportArgs {
    /// Files that are written.
    pub(crate) fn files(&self) -> Vec<&Path> {
        #[cfg(feature = "pdf")]
        let pdf = self.pdf.as_deref();
        #[cfg(not(feature = "pdf"))]
        let pdf = None;
        self.html.as_deref().into_iter().chain(pdf).collect()
    }
}

/// `study`.
#[derive(Args, Debug)]
pub struct StudyArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: StudyCommand,
}

/// The commands of `study`.
#[derive(Subcommand, Debug)]
pub enum StudyCommand {
    /// Check a study without publishing it.
    Check {
        /// Folder of the study.
        folder: String,
    },
    /// Publish a new version: sign a new bundle with the root key, from which phones see what to fetch.
    Publish {
        /// Folder of the study.
        folder: String,
        /// File of the study's root key.
        #[arg(long, value_name = "FILE")]
        root: PathBuf,
    },
}

/// `status`.
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// Of this site alone.
    #[arg(long)]
    pub site: Option<SiteId>,
}

/// `clock`.
#[derive(Args, Debug)]
pub struct ClockArgs {
    /// What to do; without it the clock is looked at.
    #[command(subcommand)]
    pub command: Option<ClockCommand>,
}

/// The commands of `clock`.
#[derive(Subcommand, Debug)]
pub enum ClockCommand {
    /// Say that what the clock shows now is right, whatever it had shown before. The server then signs again.
    Accept {
        /// Why; the trail records it.
        #[arg(long)]
        reason: String,
    },
}

/// `rebuild`.
#[derive(Args, Debug)]
pub struct RebuildArgs {
    /// Of this site alone.
    #[arg(long)]
    pub site: Option<SiteId>,
    /// Open every parcel again with the sites' keys, in place of the plaintexts that are kept.
    #[arg(long)]
    pub from_sealed: bool,
    /// The same with the recovery key in this file, of the participants of its site.
    #[arg(long, value_name = "FILE")]
    pub recovery_key: Option<PathBuf>,
    /// Put a rebuilt record that differs in the place of the live one, and say why.
    #[arg(long, value_name = "REASON")]
    pub replace: Option<String>,
}

/// A date, or none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AnchorDate(pub Option<DiaryDay>);

impl FromStr for AnchorDate {
    type Err = ReadError;
    fn from_str(text: &str) -> Result<Self, ReadError> {
        if text == "none" { Ok(Self(None)) } else { day(text).map(|day| Self(Some(day))) }
    }
}

/// A civil date and time, to be read in the site's zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CivilTime {
    /// The date.
    pub date: chrono::NaiveDate,
    /// The time of day.
    pub time: TimeOfDay,
    /// Which of two showings of a repeated hour, where that was said.
    pub pass: Option<Pass>,
}

impl FromStr for CivilTime {
    type Err = ReadError;
    fn from_str(text: &str) -> Result<Self, ReadError> {
        readers::date_and_time_alone(text).map(|(date, time, pass)| Self { date, time, pass })
    }
}

/// A date that is written in full.
fn day(text: &str) -> Result<DiaryDay, ReadError> {
    readers::date_alone(text).map(DiaryDay)
}

fn scope(text: &str) -> Result<HistoryScope, String> {
    match text.split_once(':') {
        None if text == "all" => Ok(HistoryScope::All),
        None if text == "none" => Ok(HistoryScope::None),
        Some(("days", days)) => days
            .parse()
            .map(HistoryScope::Days)
            .map_err(|_| "days: a number of days, for example days:28".to_owned()),
        None | Some(_) => Err("all, none, or days:N, for example days:28".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(line: &str, expected: &str) {
        let error = Cli::try_parse_from(line.split(' ')).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        let shown = error.to_string();
        assert!(shown.contains(expected), "{shown}");
    }

    #[test]
    fn the_command_line_is_well_formed() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn values_that_cannot_be_name_their_option_and_what_it_expects() {
        refused(
            "d participant anchor S1 cycle1 29.3.2026",
            "'<DATE|none>': Write the year first and with four digits, then month and day, for example 2026-03-29.",
        );
        refused("d participant visit S1 2026-02-30", "'<DATE>': There is no 30 February 2026");
        refused("d participant visit S1 2569-03-02", "2569 is a year of the Buddhist era");
        refused("d participant anchor S1 cycle1 1026-03-02", "The year 1026 cannot be meant");
        refused("d participant visit S1 today", "Write the date in full");
        refused("d confirm S1 12345", "code: expected six digits");
        refused("d confirm S1 123456 --scope days:x", "days: a number of days");
        refused("d report S1 --days 0", "0 is not in 1..=366");
        refused("d enrol S1 --minutes 100000", "100000 is not in 1..=1440");
        refused("d --lang fr status", "the languages are: en, zh-CN");
        let infusion = "d participant infusion S1 --cycle cycle1 --day 1 --start";
        refused(
            &format!("{infusion} 2026-03-29 --dose 9ug"),
            "Write the time behind the date, for example 2026-03-29 08:30.",
        );
        refused(
            &format!("{infusion} 2026-03-29T09:30 --dose 9µg"),
            "A micro sign is easily misread as milli.",
        );
        refused(&format!("{infusion} 2026-03-29T09:30 --dose ug"), "Write an amount with its unit");
    }
}
