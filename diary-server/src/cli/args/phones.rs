//! Arguments of `phones` and `revoke`.

use clap::{Args, ValueEnum};
use diary_core::keys::RevocationReason;

/// `phones`.
#[derive(Args, Debug)]
pub struct PhonesArgs {
    /// Subject number.
    pub subject: String,
}

/// `revoke`.
#[derive(Args, Debug)]
pub struct RevokeArgs {
    /// Subject number.
    pub subject: String,
    /// Its number on the report, or the beginning of its key as `phones` shows it.
    pub phone: String,
    /// What became of it.
    #[arg(long, value_enum, default_value = "lost")]
    pub because: Because,
    /// Why; the trail records it.
    #[arg(long)]
    pub reason: String,
}

/// `give-back`.
#[derive(Args, Debug)]
pub struct GiveBackArgs {
    /// Subject number.
    pub subject: String,
    /// Its number on the report, or the beginning of its key as `phones` shows it.
    pub phone: String,
    /// What was done with it; the trail records it.
    #[arg(long)]
    pub reason: String,
}

/// `lend`.
#[derive(Args, Debug)]
pub struct LendArgs {
    /// Subject number.
    pub subject: String,
    /// Its number on the report, or the beginning of its key as `phones` shows it.
    pub phone: String,
    /// Its inventory label, if it has one.
    #[arg(long, default_value = "", conflicts_with = "own")]
    pub label: String,
    /// It is the participant's own.
    #[arg(long)]
    pub own: bool,
    /// Why the mark is corrected; the trail records it.
    #[arg(long)]
    pub reason: String,
}

/// `allow`.
#[derive(Args, Debug)]
pub struct AllowArgs {
    /// Subject number.
    pub subject: String,
    /// Its number on the report, or the beginning of its key as `phones` shows it.
    pub phone: String,
    /// So many times what other phones may store; 1 is the usual.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=TIMES_MAX),
        required_unless_present = "clear")]
    pub times: Option<u32>,
    /// Begin its count anew: what it has stored up to now counts no longer. Nothing is deleted.
    #[arg(long)]
    pub clear: bool,
    /// Why; the trail records it.
    #[arg(long)]
    pub reason: String,
}

/// Most times that a phone may be allowed as much as others.
const TIMES_MAX: i64 = 100;

/// What became of a phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Because {
    /// Lost or stolen.
    Lost,
    /// Replaced by another.
    Replaced,
    /// Admitted by mistake.
    Mistake,
    /// The participant has left the study.
    Left,
    /// Something else.
    Other,
}

impl From<Because> for RevocationReason {
    fn from(because: Because) -> Self {
        match because {
            Because::Lost => Self::Lost,
            Because::Replaced => Self::Replaced,
            Because::Mistake => Self::Mistake,
            Because::Left => Self::Left,
            Because::Other => Self::Other,
        }
    }
}
