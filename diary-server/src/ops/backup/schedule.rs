//! Schedule of backups: the time at which one is due, its file name, the files of a folder that are this server's
//! backups, and the old ones to remove. Backups are recognised by their manifests and ordered by the number in them,
//! since names and clocks are not reliable.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use diary_core::ids::{Epoch, KeyId, SiteId, StudyId};
use diary_core::keys::VerifyingKey;
use diary_core::time::UtcMillis;

use super::file::{BackupError, Manifest, read_manifest};
use super::{EXTENSION, PART_ENDING};
use crate::config::BackupConfig;
use crate::data_folder::{FolderError, io_error};
use crate::keys::KeeperKeys;

const MINUTE_MS: i64 = 60_000;
/// Milliseconds by which the last backup may be ahead of the clock, which is adjusted all the time.
const AHEAD_MS: i64 = 5 * MINUTE_MS;
/// Highest valid number of a backup, never reached even with one backup a second. A higher one was not given by this
/// program.
const NUMBER_MAX: u64 = 1 << 53;

/// Name of a backup's file.
#[must_use]
pub fn name(site: &SiteId, now: UtcMillis) -> String {
    format!("diary-{site}-{}.{EXTENSION}", now.to_string().replace([':', '.'], ""))
}

/// True if a backup is due: none was made yet, the last one is old enough, or it lies in the future because the clock
/// was wrong then.
#[must_use]
pub fn is_due(last: Option<UtcMillis>, every_minutes: NonZeroU32, now: UtcMillis) -> bool {
    last.is_none_or(|last| {
        let since = now.since_ms(last);
        since >= i64::from(every_minutes.get()) * MINUTE_MS || since < -AHEAD_MS
    })
}

/// Identity of the backups that this server may order and remove: those of its keys and of this epoch of its
/// database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ours {
    study: StudyId,
    site: SiteId,
    root: VerifyingKey,
    keeper: KeyId,
    epoch: Epoch,
}

/// A file that is not touched, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftFile {
    /// Path of the file.
    pub path: PathBuf,
    /// The reason.
    pub why: LeftReason,
}

/// Reason for which a file in the folder of backups is not touched.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LeftReason {
    /// A backup of another study or site.
    #[error("backup of study {study}, site {site}")]
    OtherStudy {
        /// The study.
        study: StudyId,
        /// The site.
        site: SiteId,
    },
    /// A backup of another keeper of the site.
    #[error("backup of another keeper, with the key {keeper}")]
    OtherKeeper {
        /// The keeper's key.
        keeper: KeyId,
    },
    /// A backup from before the database was restored or put back.
    #[error("backup of an earlier epoch")]
    Earlier,
    /// A backup without a number that can be right.
    #[error("backup without a valid number")]
    NoNumber,
    /// Half of a backup, which is being made or was cut off.
    #[error("incomplete backup")]
    Half,
    /// Not a backup.
    #[error("not a backup")]
    NotABackup,
    /// A backup of a later version of the program.
    #[error("backup of a later version")]
    Newer,
    /// A damaged backup.
    #[error("damaged backup")]
    Damaged,
    /// A file that cannot be read.
    #[error("{reason}")]
    Unreadable {
        /// The failure.
        reason: String,
    },
    /// An old backup that cannot be removed.
    #[error("old, and cannot be removed: {error}")]
    NotRemoved {
        /// Error of the operating system.
        error: String,
    },
}

impl From<BackupError> for LeftReason {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::NotABackup { .. } => Self::NotABackup,
            BackupError::Newer { .. } => Self::Newer,
            BackupError::Damaged { .. } => Self::Damaged,
            BackupError::Folder(FolderError::Io { reason, .. }) => Self::Unreadable { reason },
            BackupError::Exists { .. }
            | BackupError::NoRecoveryKey
            | BackupError::RecoveryKey { .. }
            | BackupError::Sealing(_)
            | BackupError::Folder(_)
            | BackupError::Store(_) => Self::Unreadable { reason: error.to_string() },
        }
    }
}

/// Contents of a folder of backups.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Listing {
    /// This server's backups, oldest first: number, time of making by the clock of then, path.
    pub ours: Vec<(u64, UtcMillis, PathBuf)>,
    /// All others, by name.
    pub left: Vec<LeftFile>,
}

impl Ours {
    /// Backups of these keys and this epoch of the database.
    #[must_use]
    pub fn of(keys: &KeeperKeys, epoch: Epoch) -> Self {
        Self {
            study: keys.study.clone(),
            site: keys.site.clone(),
            root: keys.root,
            keeper: keys.signing.id(),
            epoch,
        }
    }

    /// The number of a backup that is ours; else why it is not.
    fn number(&self, manifest: &Manifest) -> Result<u64, LeftReason> {
        let Manifest { study, site, root, keeper, epoch, number, .. } = manifest;
        if (study, site, root) != (&self.study, &self.site, &self.root) {
            return Err(LeftReason::OtherStudy { study: study.clone(), site: site.clone() });
        }
        if *keeper != self.keeper {
            return Err(LeftReason::OtherKeeper { keeper: *keeper });
        }
        if *epoch != self.epoch {
            return Err(LeftReason::Earlier);
        }
        let number = number.filter(|number| (1..=NUMBER_MAX).contains(number));
        number.ok_or(LeftReason::NoNumber)
    }
}

/// Lists the folder; a folder that does not exist is empty.
///
/// # Errors
/// [`BackupError::Folder`] where it cannot be read.
pub fn list(folder: &Path, ours: &Ours) -> Result<Listing, BackupError> {
    let mut found = Listing::default();
    if !folder.is_dir() {
        return Ok(found);
    }
    let io = |e: std::io::Error| BackupError::from(io_error(folder, &e));
    for entry in folder.read_dir().map_err(io)? {
        let path = entry.map_err(io)?.path();
        if path.is_dir() {
            continue;
        }
        let judged = if path.to_string_lossy().ends_with(PART_ENDING) {
            Err(LeftReason::Half)
        } else {
            read_manifest(&path)
                .map_err(LeftReason::from)
                .and_then(|read| Ok((ours.number(&read)?, read.made)))
        };
        match judged {
            Ok((number, made)) => found.ours.push((number, made, path)),
            Err(why) => found.left.push(LeftFile { path, why }),
        }
    }
    found.ours.sort();
    found.left.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// The number of the next backup in a folder.
///
/// # Errors
/// [`BackupError::Folder`] where it cannot be read.
pub fn next_number(folder: &Path, ours: &Ours) -> Result<u64, BackupError> {
    let last = list(folder, ours)?.ours.last().map_or(0, |(number, ..)| *number);
    Ok(last.saturating_add(1).min(NUMBER_MAX))
}

/// Removes all but the newest backups of a configured folder, never `made`, the one that was just made. Returns the
/// other files, which stay as they are.
///
/// # Errors
/// [`BackupError::Folder`] where the folder cannot be read.
pub fn prune(config: &BackupConfig, ours: &Ours, made: &Path) -> Result<Vec<LeftFile>, BackupError> {
    let Listing { ours, mut left } = list(&config.folder, ours)?;
    let others: Vec<PathBuf> = ours.into_iter().map(|(.., path)| path).filter(|path| path != made).collect();
    let beside_it = (config.keep.get() as usize).saturating_sub(1);
    for path in others.iter().take(others.len().saturating_sub(beside_it)) {
        if let Err(error) = std::fs::remove_file(path) {
            left.push(LeftFile {
                path: path.clone(),
                why: LeftReason::NotRemoved { error: error.to_string() },
            });
        }
    }
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UtcMillis = UtcMillis(1_780_000_000_000);

    #[test]
    fn a_backup_is_due_at_once_and_then_after_every_interval() {
        let hour = NonZeroU32::new(60).unwrap();
        assert!(is_due(None, hour, NOW));
        assert!(!is_due(Some(NOW), hour, NOW.plus_ms(59 * MINUTE_MS)));
        assert!(is_due(Some(NOW), hour, NOW.plus_ms(60 * MINUTE_MS)));
        assert!(!is_due(Some(NOW), hour, NOW.plus_ms(-1)));
    }

    #[test]
    fn a_backup_of_a_clock_that_ran_ahead_does_not_put_the_next_one_off() {
        let hour = NonZeroU32::new(60).unwrap();
        assert!(!is_due(Some(NOW), hour, NOW.plus_ms(-AHEAD_MS)));
        assert!(is_due(Some(NOW), hour, NOW.plus_ms(-AHEAD_MS - 1)));
        assert!(is_due(Some(NOW.plus_ms(365 * 24 * 60 * MINUTE_MS)), hour, NOW));
    }
}
