//! Arguments of `backup` and `restore`.

use std::path::PathBuf;

use clap::Args;

/// What `backup --help` says below.
pub const BACKUP_HELP: &str = "\
The backup is one file: the database, encrypted under its own key; that key and every generation of the site's sealing
key, sealed to the recovery key; the configuration. In none: the keeper's signing key, the root and the recovery key, the
files for TLS. It is opened and checked page by page before it gets its name.

With [backup] folder = \"...\" in diary-server.toml, `serve` makes one every_minutes and keeps the last few, and phones
show what is backed up, once it was read back. `backup` without --to makes one there at once. A backup to elsewhere
promises phones nothing. Backups are ordered by the number in them, not by their names or by clocks; only those of this
keeper since the last restore are counted and removed. Whatever else lies in the folder stays and is named.";

/// What `restore --help` says below.
pub const RESTORE_HELP: &str = "\
Two ways:
  the machine or its disk is lost:
      diary-server restore FILE --data NEW --recovery-key recovery.key --root study-root.key
      The keys come out of the backup. The keeper's signing key is in none, so the study root signs a new one: both
      offline files are needed.
  the keys folder has survived:
      diary-server restore FILE --data NEW --keys OLD/keys
      Never start the old server again beside the new one.

What follows a restore: the server speaks in a new epoch, and phones send again what is missing, devices that were
enrolled since the backup included. They also hand back certificates, revocations and what staff recorded since, as far as
phones have seen it. Where the study root signed a new key, nothing that the old one signed is believed by its date: devices
that were enrolled since the backup wait in `pending` and need one `confirm SUBJECT --phone KEY --reason TEXT` each, and what
staff recorded since waits in `quarantine` until it is accepted there. `status` then says which diaries came back without their participant (`participant attach`) and which
acts of staff are still missing and have to be entered again. Give the new folder the old one's address, and TLS files
where the configuration names them.";

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
    /// File of the recovery key, which opens the keys in the backup.
    #[arg(long, value_name = "FILE", conflicts_with = "keys")]
    pub recovery_key: Option<PathBuf>,
    /// File of the study's root key, which signs a new key of the keeper.
    #[arg(long, value_name = "FILE", conflicts_with = "keys")]
    pub root: Option<PathBuf>,
    /// Folder of keys that has survived, in place of those in the backup.
    #[arg(long, value_name = "DIR")]
    pub keys: Option<PathBuf>,
}
