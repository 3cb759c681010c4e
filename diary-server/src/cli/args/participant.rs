//! Arguments of `participant`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use diary_core::act::EndOfParticipation;
use diary_core::ids::{AnchorId, RuleId, SiteId, VaultId};
use diary_core::measure::Quantity;
use diary_core::readers;
use diary_core::time::DiaryDay;

use super::{AnchorDate, CivilTime, REGIMEN_EXAMPLE, day};
use crate::site::Saying;

/// `participant`.
#[derive(Args, Debug)]
pub struct ParticipantArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ParticipantCommand,
}

/// The commands of `participant`.
#[derive(Subcommand, Debug)]
pub enum ParticipantCommand {
    /// Add a participant.
    Add {
        /// Subject number.
        subject: String,
        /// The site; needed where this server has several.
        #[arg(long)]
        site: Option<SiteId>,
        /// It is another participant than the one whose number looks like this one.
        #[arg(long)]
        yes: bool,
    },
    /// List every participant.
    List,
    /// Show everything that is in force for a participant.
    Show {
        /// Subject number.
        subject: String,
    },
    /// Give a participant another subject number; the earlier one stays known.
    Rename {
        /// Subject number.
        subject: String,
        /// The new one.
        new: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// It is another number than the one that looks like it.
        #[arg(long)]
        yes: bool,
    },
    /// Say that two subject numbers are one person, for example after a second screening.
    Link {
        /// Subject number.
        subject: String,
        /// The other one.
        other: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Take the link away.
        #[arg(long)]
        undo: bool,
    },
    /// Join a vault that came back after a restore with its participant again.
    Attach {
        /// Subject number.
        subject: String,
        /// The vault, as `status` shows it.
        vault: VaultId,
        /// The number that its certificate has, where the participant was renamed since.
        #[arg(long, value_name = "SUBJECT")]
        renamed_from: Option<String>,
        /// Why, for example which paper says whose it is.
        #[arg(long)]
        reason: String,
    },
    /// Set, move or take away an anchor of the schedule.
    Anchor {
        /// Subject number.
        subject: String,
        /// The anchor, for example cycle1.
        anchor: AnchorId,
        /// Its date, for example 2026-03-29; none takes it away.
        #[arg(value_name = "DATE|none")]
        date: AnchorDate,
        /// Reason, correction and confirmation.
        #[command(flatten)]
        saying: SayingArgs,
    },
    /// Change the regimen: begin, alter or end lines.
    #[command(after_help = REGIMEN_EXAMPLE)]
    Regimen {
        /// Subject number.
        subject: String,
        /// TOML file: `from` and `[[lines]]`.
        #[arg(long)]
        file: PathBuf,
        /// Reason, correction and confirmation.
        #[command(flatten)]
        saying: SayingArgs,
    },
    /// Record a visit, or plan one; a planned one is held by recording it again on its day.
    Visit {
        /// Subject number.
        subject: String,
        /// Its date, for example 2026-03-29.
        #[arg(value_parser = day)]
        date: DiaryDay,
        /// Its kind, for example scheduled.
        #[arg(long, default_value = "scheduled")]
        kind: String,
        /// It took place; refused for a day to come.
        #[arg(long)]
        held: bool,
        /// Reason, correction and confirmation.
        #[command(flatten)]
        saying: SayingArgs,
    },
    /// Record an infusion of the study drug.
    Infusion(InfusionArgs),
    /// Record that an infusion was interrupted, and resumed or ended early: a correction of its act.
    Interruption(InterruptionArgs),
    /// Record the end of the participation.
    End {
        /// Subject number.
        subject: String,
        /// How it ended.
        #[arg(value_name = "completed|withdrawn|screen-failure|lost-to-follow-up")]
        how: EndOfParticipation,
        /// The last day, for example 2026-03-29.
        #[arg(long, value_name = "DATE", value_parser = day)]
        last: DiaryDay,
        /// Why.
        #[arg(long)]
        reason: String,
        /// The end of the id of the act that this one corrects.
        #[arg(long, value_name = "ACT")]
        corrects: Option<String>,
        /// What is asked about is meant.
        #[arg(long)]
        yes: bool,
    },
    /// Set the first day of the diary, where a wrong clock has moved it. Nothing is asked, and nothing was missed, before it.
    FirstDay {
        /// Subject number.
        subject: String,
        /// The day, for example 2026-03-01.
        #[arg(value_parser = day)]
        date: DiaryDay,
        /// Why.
        #[arg(long)]
        reason: String,
        /// What is asked about is meant.
        #[arg(long)]
        yes: bool,
    },
    /// List every act on a participant: what it says, where it stands, its history.
    Acts {
        /// Subject number.
        subject: String,
    },
    /// Withdraw an act: it should not have been made, or was planned and will not be.
    Withdraw {
        /// Subject number.
        subject: String,
        /// The end of the act's id, as `participant acts` shows it.
        act: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// What is asked about is meant.
        #[arg(long)]
        yes: bool,
    },
    /// Entries that were made under the wrong participant.
    Entries {
        /// Subject number.
        subject: String,
        /// What to do.
        #[command(subcommand)]
        command: EntriesCommand,
    },
    /// Decide which of several entries for one place of the schedule counts.
    Adjudicate {
        /// Subject number.
        subject: String,
        /// The end of the entry's id, as the report shows it.
        entry: String,
        /// Why this one.
        #[arg(long)]
        reason: String,
    },
    /// Note that alerts were dealt with: they stay in the record and press no longer. What comes later presses again.
    Handled {
        /// Subject number.
        subject: String,
        /// The rule or the code of the event, as the worklist shows it in brackets.
        rule: RuleId,
        /// What was done, for example "called, seen in the emergency room".
        #[arg(long, value_name = "TEXT")]
        what: String,
    },
}

/// The commands of `participant entries`.
#[derive(Subcommand, Debug)]
pub enum EntriesCommand {
    /// Say that entries are another participant's: they count no longer and stay visible.
    NotTheirs {
        /// The end of each entry's id, as the report shows it.
        #[arg(required = true)]
        entries: Vec<String>,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Take entries over from the participant under whom they were made.
    TakeOver {
        /// The end of each entry's id, as the report of the other participant shows it.
        #[arg(required = true)]
        entries: Vec<String>,
        /// The participant under whom they were made.
        #[arg(long, value_name = "SUBJECT")]
        from: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// What is said beside an act.
#[derive(Args, Debug, Clone, Default)]
pub struct SayingArgs {
    /// Why; needed to move or take away an anchor, and to correct an act.
    #[arg(long)]
    pub reason: Option<String>,
    /// The end of the id of the act that this one corrects, as `participant acts` shows it.
    #[arg(long, value_name = "ACT", requires = "reason")]
    pub corrects: Option<String>,
    /// What is asked about is meant: far dates, another order, unusual amounts, what is recorded already.
    #[arg(long)]
    pub yes: bool,
}

impl SayingArgs {
    /// As the verbs of staff take it.
    #[must_use]
    pub fn saying(&self) -> Saying<'_> {
        Saying {
            reason: self.reason.as_deref(),
            corrects: self.corrects.as_deref(),
            confirmed: self.yes,
            seen: None,
        }
    }
}

/// `participant infusion`.
#[derive(Args, Debug)]
pub struct InfusionArgs {
    /// Subject number.
    pub subject: String,
    /// The anchor of its cycle, for example cycle1.
    #[arg(long)]
    pub cycle: AnchorId,
    /// Day of the cycle, from 1.
    #[arg(long)]
    pub day: u16,
    /// Start, by the site's clock, for example 2026-03-29T09:30.
    #[arg(long)]
    pub start: CivilTime,
    /// Stop, by the site's clock, once known.
    #[arg(long)]
    pub stop: Option<CivilTime>,
    /// Dose given, for example "9 ug".
    #[arg(long, value_parser = readers::amount)]
    pub dose: Quantity,
    /// Reason, correction and confirmation.
    #[command(flatten)]
    pub saying: SayingArgs,
}

/// `participant interruption`.
#[derive(Args, Debug)]
pub struct InterruptionArgs {
    /// Subject number.
    pub subject: String,
    /// The end of the id of the infusion's act, as `participant acts` shows it.
    pub act: String,
    /// When it was paused, by the site's clock, for example 2026-03-29T14:00. One that is recorded for that time is replaced.
    #[arg(long)]
    pub paused: CivilTime,
    /// When it was resumed, once known.
    #[arg(long, conflicts_with_all = ["ended", "none"])]
    pub resumed: Option<CivilTime>,
    /// It was ended early, and not resumed.
    #[arg(long, conflicts_with = "none")]
    pub ended: bool,
    /// There was no interruption at that time: what is recorded of it is taken away.
    #[arg(long)]
    pub none: bool,
    /// Amount given up to the pause, if known, for example "4 ug".
    #[arg(long, value_parser = readers::amount, conflicts_with = "none")]
    pub given: Option<Quantity>,
    /// Why it was interrupted, or why the record is corrected.
    #[arg(long)]
    pub reason: String,
    /// What is asked about is meant.
    #[arg(long)]
    pub yes: bool,
}
