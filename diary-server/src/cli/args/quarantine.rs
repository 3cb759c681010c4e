//! Arguments of `quarantine`.

use clap::{Args, Subcommand};

/// `quarantine`.
#[derive(Args, Debug)]
pub struct QuarantineArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: QuarantineCommand,
}

/// The commands of `quarantine`.
#[derive(Subcommand, Debug)]
pub enum QuarantineCommand {
    /// List every parcel that is not merged, with the reason.
    List {
        /// Of this participant or vault alone.
        #[arg(value_name = "SUBJECT|VAULT")]
        of: Option<String>,
    },
    /// Show one of them: what it is, why it is not merged, and what to do.
    Show {
        /// Subject number or vault.
        #[arg(value_name = "SUBJECT|VAULT")]
        of: String,
        /// Its record, as `list` shows it.
        record: u64,
    },
    /// Let go of one of them where nothing holds it, judge it once more, and say what it still waits for. A server does
    /// so by itself after an upgrade.
    Retry {
        /// Subject number or vault.
        #[arg(value_name = "SUBJECT|VAULT")]
        of: String,
        /// Its record, as `list` shows it.
        record: u64,
    },
    /// Take what a revoked phone sent into the record. It stays there.
    Accept(DecideArgs),
    /// Leave what a revoked phone sent out of the record. It stays stored.
    Reject(DecideArgs),
}

/// `quarantine accept` and `quarantine reject`.
#[derive(Args, Debug)]
pub struct DecideArgs {
    /// Subject number.
    pub subject: String,
    /// The parcel's record, as `list` shows it.
    pub record: u64,
    /// Why; it becomes part of the trial record.
    #[arg(long)]
    pub reason: String,
}
