//! Arguments of `receive`.

use std::path::PathBuf;

use clap::Args;

/// `receive`.
#[derive(Args, Debug)]
pub struct ReceiveArgs {
    /// Files that phones have written; none tries those again that had to wait.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Write an answer file for each phone into this folder: its `diary take` reads it.
    #[arg(long, value_name = "DIR")]
    pub receipts: Option<PathBuf>,
}
