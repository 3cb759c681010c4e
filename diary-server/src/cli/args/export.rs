//! Arguments of `export` and `verify`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use diary_core::ids::{Hash, SiteId};

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
    /// Write the diaries as CSV tables with code books and scripts that read them: entries, answers, doses and so on.
    Csv(CsvArgs),
}

/// `export csv`.
#[derive(Args, Debug)]
pub struct CsvArgs {
    /// A new or empty folder.
    #[arg(required_unless_present = "to", value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// The same, named.
    #[arg(long, value_name = "DIR", conflicts_with = "folder")]
    pub to: Option<PathBuf>,
    /// Only the participants of this site.
    #[arg(long, conflicts_with = "participant")]
    pub site: Option<SiteId>,
    /// Only this participant; may be given several times.
    #[arg(long, value_name = "SUBJECT")]
    pub participant: Vec<String>,
    /// Also write diaries.xlsx for Excel and WPS, in which every cell has its type: 0012 and Chinese stay.
    #[arg(long)]
    pub spreadsheet: bool,
}

impl CsvArgs {
    /// The folder, however it was named.
    #[must_use]
    pub fn to(&self) -> &Path {
        self.folder.as_deref().or(self.to.as_deref()).unwrap_or(Path::new("."))
    }
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
