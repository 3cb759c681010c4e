//! Arguments of the commands that work with files carried by hand.

use std::path::PathBuf;

use clap::Args;

/// `diary hand-over`
#[derive(Args, Clone)]
pub(crate) struct HandOver {
    pub(crate) file: PathBuf,
    #[arg(long)]
    pub(crate) split: Option<String>,
    #[arg(long)]
    pub(crate) all: bool,
}

/// `diary take`
#[derive(Args, Clone)]
pub(crate) struct Take {
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}
