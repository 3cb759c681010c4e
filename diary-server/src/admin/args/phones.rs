//! What can be typed after `phones` and `revoke`.

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
