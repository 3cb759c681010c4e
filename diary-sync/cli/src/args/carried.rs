//! Arguments of the commands that work with files carried by hand.

use std::path::PathBuf;

use clap::Args;

/// `diary hand-over`
#[derive(Args, Clone)]
pub(crate) struct HandOver {
    /// Which file, for example diary.parcel; one that is there is never overwritten
    pub(crate) file: PathBuf,
    /// Largest size of a file, for example 5M; several are written where one is not enough
    #[arg(long, value_name = "SIZE")]
    pub(crate) split: Option<String>,
    /// Also what the hospital has received, for example after its server was restored
    #[arg(long)]
    pub(crate) all: bool,
}

/// `diary take`
#[derive(Args, Clone)]
pub(crate) struct Take {
    /// Answer files (.receipts), one or several
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}
