//! Detection of a database that was put back to an earlier state without a restore: a file beside it, the mark,
//! records how far it had come. A database older than its mark begins a new epoch. Where the mark was put back as
//! well, phones detect it and send again what is missing.

use std::path::{Path, PathBuf};

use diary_core::entropy::Entropy;
use diary_core::files;
use diary_core::ids::{Epoch, Hash, Incarnation};
use diary_core::time::UtcMillis;
use serde::{Deserialize, Serialize};

use crate::audit::{Code, server_event};
use crate::data_folder::DataFolder;
use diary_store::DatabaseProgress;
use diary_store::StoreError;
use diary_store::sqlite::{DatabaseKey, is_here, progress, progress_now, renew};

/// Name of the mark's file.
pub const MARK_FILE: &str = "database-seen.toml";

/// State of the database at the last check.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    epoch: String,
    records: u64,
    trail: u64,
    chain: String,
}

/// Amounts that a database which is older than its mark has lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lost {
    /// Records that its logs had; at least as many may be there now, if they are others.
    pub records: u64,
    /// Rows that its trail had.
    pub trail: u64,
}

impl Mark {
    fn of(standing: &DatabaseProgress, chain: Option<Hash>) -> Self {
        Self {
            epoch: standing.epoch.to_string(),
            records: standing.records,
            trail: standing.trail,
            chain: chain.map_or_else(String::new, |chain| chain.to_string()),
        }
    }

    /// True if the database is not a continuation of the one that was marked.
    fn is_behind(&self, now: &DatabaseProgress, chain_at_mark: Option<Hash>) -> bool {
        let chain = chain_at_mark.map_or_else(String::new, |chain| chain.to_string());
        self.epoch != now.epoch.to_string()
            || now.records < self.records
            || now.trail < self.trail
            || (self.trail > 0 && chain != self.chain)
    }
}

fn path(folder: &DataFolder) -> PathBuf {
    folder.path().join(MARK_FILE)
}

/// Reads the mark; `None` where there is none or it is not readable, so that a rollback cannot be detected.
fn read(path: &Path) -> Option<Mark> {
    let text = std::fs::read_to_string(path).ok()?;
    let mark = toml::from_str(&text);
    if mark.is_err() {
        tracing::warn!(path = %path.display(), "not readable; it is written anew");
    }
    mark.ok()
}

/// Compares the database with its mark and brings the mark up to date. A database that was rolled back begins a new
/// epoch, with a row of the audit trail.
///
/// # Errors
/// [`StoreError`] where the database cannot be read or the new epoch cannot be begun.
pub fn check(
    folder: &DataFolder,
    key: &DatabaseKey,
    now: UtcMillis,
    entropy: &dyn Entropy,
) -> Result<Option<Lost>, StoreError> {
    // The mark is read first: writers that run meanwhile only move the database further ahead of it.
    let mark = read(&path(folder));
    let database = folder.database();
    // A database that was moved away is rightly older than its mark: the study goes on in the new one.
    if !is_here(&database, key)? {
        return Ok(None);
    }
    let row = mark.as_ref().map_or(0, |mark| mark.trail);
    let Some((at, chain)) = progress(&database, key, row)? else { return Ok(None) };
    let lost = mark.filter(|mark| mark.is_behind(&at, chain));
    // Under a new epoch phones compare their receipts with the log and send what is missing. The new incarnation
    // keeps new parcels of the keeper apart from lost ones with the same numbers.
    if let Some(mark) = &lost {
        let target = format!(
            "records={} records-seen={} trail={} trail-seen={}",
            at.records, mark.records, at.trail, mark.trail
        );
        let event = server_event(now, Code::ServerRolledBack, target);
        let incarnation = (Epoch::from_bytes(entropy.array()), Incarnation::from_bytes(entropy.array()));
        renew(&database, key, incarnation, &event)?;
        tracing::error!(
            records = at.records,
            seen = mark.records,
            "the database is older than it was: it was put back. A new epoch begins, and phones send again what is \
             missing; acts of staff since then have to be checked"
        );
    }
    note(folder, key)?;
    Ok(lost.map(|mark| Lost { records: mark.records, trail: mark.trail }))
}

/// Writes the mark: how far the database has come. A failure to write it is logged and is no error, since the mark
/// only serves detection.
///
/// # Errors
/// [`StoreError`] where the database cannot be read.
pub fn note(folder: &DataFolder, key: &DatabaseKey) -> Result<(), StoreError> {
    let Some((at, chain)) = progress_now(&folder.database(), key)? else { return Ok(()) };
    let (path, mark) = (path(folder), Mark::of(&at, chain));
    if read(&path).as_ref() == Some(&mark) {
        return Ok(());
    }
    if let Err(e) = write(&path, &mark) {
        tracing::warn!(path = %path.display(), error = %e, "could not be written");
    }
    Ok(())
}

fn write(path: &Path, mark: &Mark) -> std::io::Result<()> {
    let text = toml::to_string(mark).map_err(std::io::Error::other)?;
    let note = "# How far the database had come. An older database beside it was put back from a copy.\n";
    files::replace(path, [note, &text].concat().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(epoch: u8, records: u64, trail: u64) -> DatabaseProgress {
        DatabaseProgress { epoch: Epoch::from_bytes([epoch; 16]), records, trail }
    }

    fn chain(byte: u8) -> Option<Hash> {
        Some(Hash::from_bytes([byte; 32]))
    }

    #[test]
    fn a_database_that_has_grown_or_stood_still_is_the_one_that_was_seen() {
        let mark = Mark::of(&at(1, 10, 5), chain(7));
        assert!(!mark.is_behind(&at(1, 10, 5), chain(7)));
        assert!(!mark.is_behind(&at(1, 12, 9), chain(7)));
        assert!(!Mark::of(&at(1, 0, 0), None).is_behind(&at(1, 3, 1), None));
    }

    #[test]
    fn an_older_one_one_of_another_life_and_one_that_grew_differently_are_noticed() {
        let mark = Mark::of(&at(1, 10, 5), chain(7));
        assert!(mark.is_behind(&at(1, 9, 5), chain(7)));
        assert!(mark.is_behind(&at(1, 10, 4), None));
        assert!(mark.is_behind(&at(2, 10, 5), chain(7)));
        assert!(mark.is_behind(&at(1, 20, 9), chain(8)));
    }
}
