//! The command line as typed: names of commands and options, nothing more. Their texts in English stand here, in
//! Chinese in `words::help`. What is entered is taken as text and understood by `input`, so that every refusal is
//! said in the participant's language and never repeats what was typed.

mod carried;

use std::path::PathBuf;

pub(crate) use carried::{HandOver, Take};
use clap::{Args, Parser, Subcommand};
use diary_core::entry::{Author, MedicationChangeKind};

/// An open symptom and medication diary for clinical trials.
#[derive(Parser)]
#[command(name = "diary", version, disable_help_subcommand = true, disable_help_flag = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    /// Without a command: `today`.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Options of every command.
#[derive(Args, Clone, Default)]
pub(crate) struct Global {
    /// Folder of the diary [default: DIARY_HOME, else ~/.diary]
    #[arg(long, global = true, help_heading = "Options of every command", value_name = "FOLDER")]
    pub(crate) home: Option<PathBuf>,
    /// Language of this run: zh-CN or en
    #[arg(long, global = true, help_heading = "Options of every command", value_name = "LANG")]
    pub(crate) lang: Option<String>,
    /// Answer with one JSON document and ask nothing
    #[arg(long, global = true, help_heading = "Options of every command")]
    pub(crate) json: bool,
    /// Somebody enters this for the participant: their name or relation
    #[arg(
        long,
        global = true,
        help_heading = "Options of every command",
        value_name = "NAME",
        requires = "because"
    )]
    pub(crate) caregiver: Option<String>,
    /// Why somebody else enters it, for example weak hands
    #[arg(
        long,
        global = true,
        help_heading = "Options of every command",
        value_name = "REASON",
        requires = "caregiver"
    )]
    pub(crate) because: Option<String>,
    /// Show help
    #[arg(short = 'h', long, global = true, help_heading = "Options of every command", action = clap::ArgAction::Help)]
    help: Option<bool>,
}

impl Global {
    /// Who enters.
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
    /// Join a study by the link from the study team
    #[command(display_order = 1)]
    Join {
        /// The link; `-` or nothing asks for it. It holds a secret: as an argument it stays in the shell's history
        link: Option<String>,
    },
    /// Send what is saved here and fetch news from the study team
    #[command(display_order = 12)]
    Sync {
        /// Go on until Ctrl-C
        #[arg(long)]
        watch: bool,
        /// Also try again what could not be prepared for sending
        #[arg(long)]
        retry: bool,
    },
    /// Change the PIN
    #[command(display_order = 14)]
    Pin {
        #[command(subcommand)]
        action: Pin,
    },
    /// Open a diary whose PIN is forgotten
    #[command(display_order = 15)]
    Unlock {
        /// With the recovery secret that the study team reads out; a new PIN is set
        #[arg(long, required = true)]
        recovery: bool,
    },
}

/// Commands that look at a diary.
#[derive(Subcommand)]
pub(crate) enum Look {
    /// Show what is to be done today
    #[command(display_order = 2)]
    Today,
    /// Show what was entered, with every version
    #[command(display_order = 10)]
    History {
        /// Only this entry, with all its answers
        entry: Option<String>,
        /// How many days back
        #[arg(long, value_name = "N")]
        days: Option<String>,
        /// Show every answer
        #[arg(long)]
        full: bool,
    },
    /// Show, day by day, what is saved here, sent, and received by the hospital
    #[command(display_order = 11)]
    Status {
        /// How many days back
        #[arg(long, value_name = "N")]
        days: Option<String>,
    },
    /// Show the instructions that were shown, whom to call, and which were confirmed as read
    #[command(display_order = 10)]
    Alerts {
        /// How many days back; `all` for all [default: 28]
        #[arg(long, value_name = "N")]
        days: Option<String>,
    },
    /// Set the language of this diary: zh-CN or en
    #[command(display_order = 13)]
    Lang {
        /// zh-CN or en
        language: String,
    },
    /// Check that the diary's file is whole
    #[command(display_order = 16)]
    Check,
    /// Write what the hospital has not received into a file, to be carried or mailed
    #[command(display_order = 17)]
    HandOver(HandOver),
    /// Take the hospital's answer to such a file
    #[command(display_order = 18)]
    Take(Take),
}

/// Commands that save something.
#[derive(Subcommand)]
pub(crate) enum Save {
    /// Everything that is due now in one go: doses, then questionnaires. `diary e` is enough, also in the morning
    #[command(display_order = 2, alias = "e")]
    Evening {
        #[command(flatten)]
        saving: Saving,
    },
    /// Answer a questionnaire
    #[command(display_order = 3)]
    Log(Log),
    /// Record a dose: taken, not taken, not known, extra
    #[command(display_order = 4)]
    Dose {
        #[command(subcommand)]
        action: Option<Dose>,
    },
    /// Record that a medication was started, changed or stopped
    #[command(display_order = 5)]
    Med {
        #[command(subcommand)]
        action: Med,
    },
    /// Record something that happened
    #[command(display_order = 6)]
    Event(Event),
    /// Write a note
    #[command(display_order = 7)]
    Note {
        /// The words; `-` reads them from the input, nothing asks for them
        text: Option<String>,
        #[command(flatten)]
        saving: Saving,
    },
    /// Correct an entry; the earlier version stays readable
    #[command(display_order = 8)]
    Correct(Correct),
    /// Withdraw an entry that should not have been made; it stays readable
    #[command(display_order = 9)]
    Withdraw {
        /// Number of the entry in `diary history`
        entry: String,
        /// Why
        #[arg(long)]
        reason: Option<String>,
        /// It was meant, whatever the diary remarks on
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        saving: Saving,
    },
    /// Let another phone use this diary
    #[command(display_order = 11)]
    Approve {
        /// The six digits that the other phone shows
        digits: Option<String>,
        #[command(flatten)]
        saving: Saving,
    },
}

/// Options of commands that save something.
#[derive(Args, Clone, Copy, Default)]
pub(crate) struct Saving {
    /// Try once to send it afterwards
    #[arg(long)]
    pub(crate) sync: bool,
}

/// Answers for scripts.
#[derive(Args, Clone, Default)]
pub(crate) struct Answers {
    /// Answers from a file, `-` for the input: a JSON object, or lines `linkId=value`
    #[arg(long, value_name = "FILE")]
    pub(crate) answers: Option<PathBuf>,
    /// One answer; can be given several times
    #[arg(long, value_name = "linkId=value")]
    pub(crate) set: Vec<String>,
}

impl Answers {
    /// Whether there are none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.answers.is_none() && self.set.is_empty()
    }
}

/// `diary log`
#[derive(Args)]
pub(crate) struct Log {
    /// What: a name of `diary today`; nothing takes what is due
    pub(crate) what: Option<String>,
    /// The diary day it is about: 2026-03-29, today, yesterday
    #[arg(long)]
    pub(crate) day: Option<String>,
    #[command(flatten)]
    pub(crate) answers: Answers,
    /// Why it is late
    #[arg(long, value_name = "REASON")]
    pub(crate) late_reason: Option<String>,
    /// Outside the schedule, as an additional answer
    #[arg(long)]
    pub(crate) unscheduled: bool,
    /// Once more, although it was answered already
    #[arg(long)]
    pub(crate) again: bool,
    /// It was meant, whatever the diary remarks on
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) saving: Saving,
}

/// `diary dose`
#[derive(Subcommand)]
pub(crate) enum Dose {
    /// A planned dose was taken
    Take {
        #[command(flatten)]
        which: WhichDose,
        /// How much, if not as planned: `60 mg`
        #[arg(long)]
        amount: Option<String>,
        /// When it was taken: 08:30, or 2026-03-29 08:30 [default: now; of a late dose it must be said]
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// It was taken at the planned time
        #[arg(long, conflicts_with = "at")]
        as_planned: bool,
        /// It is taken just now
        #[arg(long, conflicts_with_all = ["at", "as_planned"])]
        now: bool,
        /// It was meant, whatever the diary remarks on
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        saving: Saving,
    },
    /// A planned dose was not taken
    Skip {
        #[command(flatten)]
        which: WhichDose,
        /// forgot, side-effects, felt-well, could-not-swallow, ran-out, told-to, other
        #[arg(long, value_name = "CODE")]
        why: Option<String>,
        /// In one's own words
        #[arg(long)]
        text: Option<String>,
        #[command(flatten)]
        saving: Saving,
    },
    /// It is not known whether a planned dose was taken
    DontKnow {
        #[command(flatten)]
        which: WhichDose,
        #[command(flatten)]
        saving: Saving,
    },
    /// A dose as needed, or beyond the plan
    Extra {
        /// Which medication, as the study or the package calls it
        medication: String,
        /// How much: `60 mg`
        #[arg(long)]
        amount: Option<String>,
        /// When it was taken: 08:30, or 2026-03-29 08:30 [default: now]
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// Why, in one's own words
        #[arg(long, value_name = "REASON")]
        why: Option<String>,
        /// It was meant, whatever the diary remarks on
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        saving: Saving,
    },
}

impl Dose {
    /// What is wanted after saving.
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
    /// Which medication; nothing takes the only one that is due
    pub(crate) medication: Option<String>,
    /// Its planned time: 08:00
    #[arg(long, value_name = "HH:MM")]
    pub(crate) time: Option<String>,
    /// Its number on that day, from 1
    #[arg(long, value_name = "N", conflicts_with = "time")]
    pub(crate) slot: Option<String>,
    /// Number of its line, where two lines of one medication are due at one time
    #[arg(long, value_name = "N", conflicts_with = "slot")]
    pub(crate) line: Option<String>,
    /// The diary day it belongs to: 2026-03-29, today, yesterday
    #[arg(long)]
    pub(crate) day: Option<String>,
    /// Why it is entered late
    #[arg(long, value_name = "REASON")]
    pub(crate) late_reason: Option<String>,
    /// Once more, although it was recorded already
    #[arg(long)]
    pub(crate) again: bool,
}

/// `diary med`
#[derive(Subcommand)]
pub(crate) enum Med {
    /// Newly taken
    Start(MedChange),
    /// Other dose, form, way or frequency
    Change(MedChange),
    /// No longer taken
    Stop(MedChange),
}

impl Med {
    /// What changed, and what is said about it.
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
    /// Which, as the study or the package calls it
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) fields: MedFields,
    /// It was meant, whatever the diary remarks on
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) saving: Saving,
}

/// Fields of a change of medication.
#[derive(Args, Clone, Default)]
pub(crate) struct MedFields {
    /// Amount of one dose: `60 mg`
    #[arg(long)]
    pub(crate) dose: Option<String>,
    /// oral, intravenous, subcutaneous, intramuscular, inhaled, ophthalmic, topical, feeding-tube
    #[arg(long)]
    pub(crate) route: Option<String>,
    /// qd, bid, tid, qid, 5id, qod, qw, q2w, q4w, once, prn, continuous
    #[arg(long)]
    pub(crate) frequency: Option<String>,
    /// Tablet, capsule, ..., as the study or the package calls it
    #[arg(long)]
    pub(crate) form: Option<String>,
    /// First day: 2026-03-29, yesterday; 2026-03 or 2026 where no more is known [default: today]
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<String>,
    /// Why
    #[arg(long)]
    pub(crate) reason: Option<String>,
}

/// `diary event`
#[derive(Args)]
pub(crate) struct Event {
    /// What, by the study's code; nothing lists them
    pub(crate) code: Option<String>,
    /// In one's own words
    #[arg(long)]
    pub(crate) text: Option<String>,
    /// When: 08:30, or 2026-03-29 08:30 [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    #[command(flatten)]
    pub(crate) saving: Saving,
}

/// `diary correct`
#[derive(Args)]
pub(crate) struct Correct {
    /// Number of the entry in `diary history`
    pub(crate) entry: String,
    /// Why it is corrected
    #[arg(long)]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) answers: Answers,
    /// Of a dose: taken, not-taken, dont-know
    #[arg(long)]
    pub(crate) status: Option<String>,
    /// Of a dose: how much
    #[arg(long)]
    pub(crate) amount: Option<String>,
    /// Of a dose that was not taken: forgot, side-effects, felt-well, could-not-swallow, ran-out, told-to, other
    #[arg(long, value_name = "CODE")]
    pub(crate) why: Option<String>,
    /// Of a note, an event or a dose: the words
    #[arg(long)]
    pub(crate) text: Option<String>,
    /// When it happened: 08:30, or 2026-03-29 08:30
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// Of a medication: amount of one dose
    #[arg(long)]
    pub(crate) dose: Option<String>,
    /// Of a medication: how it is taken
    #[arg(long)]
    pub(crate) route: Option<String>,
    /// Of a medication: how often
    #[arg(long)]
    pub(crate) frequency: Option<String>,
    /// Of a medication: its form
    #[arg(long)]
    pub(crate) form: Option<String>,
    /// Of a medication: first day
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<String>,
    /// It was meant, whatever the diary remarks on
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) saving: Saving,
}

/// `diary pin`
#[derive(Subcommand)]
pub(crate) enum Pin {
    /// Set another PIN
    Change,
}
