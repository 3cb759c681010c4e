//! Arguments of `backup` and `restore`.

use std::path::PathBuf;

use clap::Args;

/// `backup`.
#[derive(Args, Debug)]
pub struct BackupArgs {
    /// A folder, or a file that does not exist yet [default: the configured folder].
    #[arg(long, value_name = "DIR|FILE")]
    pub to: Option<PathBuf>,
}

/// `restore`.
#[derive(Args, Debug)]
pub struct RestoreArgs {
    /// The backup.
    #[arg(value_name = "FILE")]
    pub backup: Option<PathBuf>,
    /// File of the recovery key of the first site, which opens the database and that site's keys; given once more for
    /// each further site.
    #[arg(long, value_name = "FILE", conflicts_with = "keys")]
    pub recovery_key: Vec<PathBuf>,
    /// File of the study's root key, which signs a new key of the keeper.
    #[arg(long, value_name = "FILE", conflicts_with = "keys")]
    pub root: Option<PathBuf>,
    /// Folder of keys that has survived, in place of those in the backup.
    #[arg(long, value_name = "DIR")]
    pub keys: Option<PathBuf>,
}
