//! What can be typed after `export` and `verify`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use diary_core::ids::Hash;

/// `export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ExportCommand,
}

/// The commands of `export`.
#[derive(Subcommand, Debug)]
pub enum ExportCommand {
    /// Write everything an inspector needs to check the trial without this server.
    Files {
        /// A new or empty folder.
        folder: PathBuf,
        /// Leave the plaintexts out: who wrote what can still be checked, not what it says.
        #[arg(long)]
        sealed_only: bool,
    },
}

/// `verify`.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// Folder that `export files` wrote; or a server's address, of which only what is public can be checked.
    #[arg(value_name = "DIR|URL")]
    pub target: PathBuf,
    /// Fingerprint of the study's root key, from the trial's papers: 64 hexadecimal digits.
    #[arg(long, value_name = "HEX")]
    pub root_fingerprint: Option<Hash>,
}
