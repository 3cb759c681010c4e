//! The command line as typed: names of commands and options, nothing more. Their texts stand in the catalogue of
//! `words::help`. What is entered is taken as text and understood by `input`, so that every refusal is said in the
//! participant's language and never repeats what was typed.

mod carried;

use std::path::PathBuf;

pub(crate) use carried::{HandOver, Take};
use clap::{Args, Parser, Subcommand};
use diary_core::entry::{Author, MedicationChangeKind};

#[derive(Parser)]
#[command(
    name = "diary",
    version,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub(crate) struct Cli {
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
    #[command(flatten)]
    pub(crate) global: Global,
    /// Without a command: `today`.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Options of every command.
#[derive(Args, Clone, Default)]
pub(crate) struct Global {
    #[arg(long, global = true)]
    pub(crate) home: Option<PathBuf>,
    #[arg(long, global = true)]
    pub(crate) lang: Option<String>,
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(long, global = true, requires = "because")]
    pub(crate) caregiver: Option<String>,
    #[arg(long, global = true, requires = "caregiver")]
    pub(crate) because: Option<String>,
    #[arg(short = 'h', long, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
}

impl Global {
    /// Author of the entries that the command saves.
    pub(crate) fn author(&self) -> Author {
        match (&self.caregiver, &self.because) {
            (Some(name), Some(reason)) => Author::Caregiver { name: name.clone(), reason: reason.clone() },
            _ => Author::Participant,
        }
    }
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Opens the diary itself, or makes it.
    #[command(flatten)]
    Apart(Apart),
    /// Looks at an open diary.
    #[command(flatten)]
    Look(Look),
    /// Saves something in an open diary.
    #[command(flatten)]
    Save(Box<Save>),
}

/// Commands that open the diary in their own way.
#[derive(Subcommand)]
pub(crate) enum Apart {
    #[command(display_order = 1)]
    Join { link: Option<String> },
    #[command(display_order = 12)]
    Sync {
        #[arg(long)]
        watch: bool,
        #[arg(long)]
        retry: bool,
    },
    #[command(display_order = 14)]
    Pin {
        #[command(subcommand)]
        action: Pin,
    },
    #[command(display_order = 15)]
    Unlock {
        #[arg(long, required = true)]
        recovery: bool,
    },
}

/// Commands that look at a diary.
#[derive(Subcommand)]
pub(crate) enum Look {
    #[command(display_order = 2)]
    Today,
    #[command(display_order = 10)]
    History {
        entry: Option<String>,
        #[arg(long)]
        days: Option<String>,
        #[arg(long)]
        full: bool,
    },
    #[command(display_order = 11)]
    Status {
        #[arg(long)]
        days: Option<String>,
    },
    #[command(display_order = 10)]
    Alerts {
        #[arg(long)]
        days: Option<String>,
    },
    #[command(display_order = 13)]
    Lang { language: String },
    #[command(display_order = 16)]
    Check,
    #[command(display_order = 17)]
    HandOver(HandOver),
    #[command(display_order = 18)]
    Take(Take),
}

/// Commands that save something.
#[derive(Subcommand)]
pub(crate) enum Save {
    #[command(display_order = 2, alias = "e")]
    Evening {
        #[command(flatten)]
        saving: Saving,
    },
    #[command(display_order = 3)]
    Log(Log),
    #[command(display_order = 4)]
    Dose {
        #[command(subcommand)]
        action: Option<Dose>,
    },
    #[command(display_order = 5)]
    Med {
        #[command(subcommand)]
        action: Med,
    },
    #[command(display_order = 6)]
    Event(Event),
    #[command(display_order = 7)]
    Note {
        text: Option<String>,
        #[command(flatten)]
        saving: Saving,
    },
    #[command(display_order = 8)]
    Correct(Correct),
    #[command(display_order = 9)]
    Withdraw {
        entry: String,
        #[arg(long)]
        reason: Option<String>,
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        saving: Saving,
    },
    #[command(display_order = 11)]
    Approve {
        digits: Option<String>,
        #[command(flatten)]
        saving: Saving,
    },
}

/// Options of commands that save something.
#[derive(Args, Clone, Copy, Default)]
pub(crate) struct Saving {
    #[arg(long)]
    pub(crate) sync: bool,
}

/// Answers for scripts.
#[derive(Args, Clone, Default)]
pub(crate) struct Answers {
    #[arg(long)]
    pub(crate) answers: Option<PathBuf>,
    #[arg(long)]
    pub(crate) set: Vec<String>,
}

impl Answers {
    /// True if neither a file nor a line of answers was given.
    pub(crate) const fn is_empty(&self) -> bool {
        self.answers.is_none() && self.set.is_empty()
    }
}

/// `diary log`
#[derive(Args)]
pub(crate) struct Log {
    pub(crate) what: Option<String>,
    #[arg(long)]
    pub(crate) day: Option<String>,
    #[command(flatten)]
    pub(crate) answers: Answers,
    #[arg(long)]
    pub(crate) late_reason: Option<String>,
    #[arg(long)]
    pub(crate) unscheduled: bool,
    #[arg(long)]
    pub(crate) again: bool,
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) saving: Saving,
}

/// `diary dose`
#[derive(Subcommand)]
pub(crate) enum Dose {
    Take {
        #[command(flatten)]
        which: WhichDose,
        #[arg(long)]
        amount: Option<String>,
        #[arg(long)]
        at: Option<String>,
        #[arg(long, conflicts_with = "at")]
        as_planned: bool,
        #[arg(long, conflicts_with_all = ["at", "as_planned"])]
        now: bool,
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        saving: Saving,
    },
    Skip {
        #[command(flatten)]
        which: WhichDose,
        #[arg(long)]
        why: Option<String>,
        #[arg(long)]
        text: Option<String>,
        #[command(flatten)]
        saving: Saving,
    },
    DontKnow {
        #[command(flatten)]
        which: WhichDose,
        #[command(flatten)]
        saving: Saving,
    },
    Extra {
        medication: String,
        #[arg(long)]
        amount: Option<String>,
        #[arg(long)]
        at: Option<String>,
        #[arg(long)]
        why: Option<String>,
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        saving: Saving,
    },
}

impl Dose {
    /// Options that apply once the dose is saved.
    pub(crate) const fn saving(&self) -> Saving {
        match self {
            Self::Take { saving, .. }
            | Self::Skip { saving, .. }
            | Self::DontKnow { saving, .. }
            | Self::Extra { saving, .. } => *saving,
        }
    }
}

/// Which planned dose.
#[derive(Args, Clone, Default)]
pub(crate) struct WhichDose {
    pub(crate) medication: Option<String>,
    #[arg(long)]
    pub(crate) time: Option<String>,
    #[arg(long, conflicts_with = "time")]
    pub(crate) slot: Option<String>,
    #[arg(long, conflicts_with = "slot")]
    pub(crate) line: Option<String>,
    #[arg(long)]
    pub(crate) day: Option<String>,
    #[arg(long)]
    pub(crate) late_reason: Option<String>,
    #[arg(long)]
    pub(crate) again: bool,
}

/// `diary med`
#[derive(Subcommand)]
pub(crate) enum Med {
    Start(MedChange),
    Change(MedChange),
    Stop(MedChange),
}

impl Med {
    /// Splits the command into the kind of change and its details.
    pub(crate) fn parts(self) -> (MedicationChangeKind, MedChange) {
        match self {
            Self::Start(change) => (MedicationChangeKind::Started, change),
            Self::Change(change) => (MedicationChangeKind::Changed, change),
            Self::Stop(change) => (MedicationChangeKind::Stopped, change),
        }
    }
}

/// What is said about a medication.
#[derive(Args, Clone)]
pub(crate) struct MedChange {
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) fields: MedFields,
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) saving: Saving,
}

/// Fields of a change of medication.
#[derive(Args, Clone, Default)]
pub(crate) struct MedFields {
    #[arg(long)]
    pub(crate) dose: Option<String>,
    #[arg(long)]
    pub(crate) route: Option<String>,
    #[arg(long)]
    pub(crate) frequency: Option<String>,
    #[arg(long)]
    pub(crate) form: Option<String>,
    #[arg(long)]
    pub(crate) from: Option<String>,
    #[arg(long)]
    pub(crate) reason: Option<String>,
}

/// `diary event`
#[derive(Args)]
pub(crate) struct Event {
    pub(crate) code: Option<String>,
    #[arg(long)]
    pub(crate) text: Option<String>,
    #[arg(long)]
    pub(crate) at: Option<String>,
    #[command(flatten)]
    pub(crate) saving: Saving,
}

/// `diary correct`
#[derive(Args)]
pub(crate) struct Correct {
    pub(crate) entry: String,
    #[arg(long)]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) answers: Answers,
    #[arg(long)]
    pub(crate) status: Option<String>,
    #[arg(long)]
    pub(crate) amount: Option<String>,
    #[arg(long)]
    pub(crate) why: Option<String>,
    #[arg(long)]
    pub(crate) text: Option<String>,
    #[arg(long)]
    pub(crate) at: Option<String>,
    #[arg(long)]
    pub(crate) dose: Option<String>,
    #[arg(long)]
    pub(crate) route: Option<String>,
    #[arg(long)]
    pub(crate) frequency: Option<String>,
    #[arg(long)]
    pub(crate) form: Option<String>,
    #[arg(long)]
    pub(crate) from: Option<String>,
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) saving: Saving,
}

/// `diary pin`
#[derive(Subcommand)]
pub(crate) enum Pin {
    Change,
}
