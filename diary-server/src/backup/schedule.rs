//! When a backup is due, what its file is called, and which old ones go. Pure but for listing a folder.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use diary_core::ids::SiteId;
use diary_core::time::UtcMillis;

use super::EXTENSION;
use super::file::BackupError;
use crate::config::BackupConfig;
use crate::data_folder::io_error;

const MINUTE_MS: i64 = 60_000;
/// By how much the last backup may be ahead of a clock that is being put right all the time.
const AHEAD_MS: i64 = 5 * MINUTE_MS;

/// Name of a backup's file: sorted by name, backups are sorted by time.
#[must_use]
pub fn name(site: &SiteId, now: UtcMillis) -> String {
    format!("diary-{site}-{}.{EXTENSION}", now.to_string().replace([':', '.'], ""))
}

/// Whether a backup is due: none was made, or the last one long enough ago, or in a future in which the clock once stood.
#[must_use]
pub fn is_due(last: Option<UtcMillis>, every_minutes: NonZeroU32, now: UtcMillis) -> bool {
    last.is_none_or(|last| {
        let since = now.since_ms(last);
        since >= i64::from(every_minutes.get()) * MINUTE_MS || since < -AHEAD_MS
    })
}

/// Backups of a site in a folder, oldest first.
///
/// # Errors
/// [`BackupError::Folder`] where it cannot be read; one that is not there has none.
pub fn list(folder: &Path, site: &SiteId) -> Result<Vec<PathBuf>, BackupError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let start = format!("diary-{site}-");
    let io = |e: std::io::Error| BackupError::from(io_error(folder, &e));
    let mut found = Vec::new();
    for entry in folder.read_dir().map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let rest = name.strip_prefix(&start).and_then(|rest| rest.strip_suffix(EXTENSION)?.strip_suffix('.'));
        if rest.is_some_and(is_time) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Whether this is a time as [`name`] writes it, digit by digit: the code of another site may begin like that of ours.
fn is_time(text: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T000000Z";
    let fits = |(at, form): (u8, &u8)| if *form == b'0' { at.is_ascii_digit() } else { at == *form };
    text.len() == FORM.len() && text.bytes().zip(FORM).all(fits)
}

/// Removes all but the newest of a configured folder.
///
/// # Errors
/// [`BackupError::Folder`] where one cannot be removed.
pub fn prune(config: &BackupConfig, site: &SiteId) -> Result<usize, BackupError> {
    let all = list(&config.folder, site)?;
    let old = all.len().saturating_sub(config.keep.get() as usize);
    for path in &all[..old] {
        std::fs::remove_file(path).map_err(|e| io_error(path, &e))?;
    }
    Ok(old)
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

    #[test]
    fn backups_of_a_site_whose_code_begins_alike_are_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, other): (SiteId, SiteId) = ("a".parse().unwrap(), "a-1".parse().unwrap());
        for file in [name(&ours, NOW), name(&other, NOW), "diary-a-old.backup".to_owned()] {
            std::fs::write(folder.path().join(file), "").unwrap();
        }
        assert_eq!(list(folder.path(), &ours).unwrap(), [folder.path().join(name(&ours, NOW))]);
        assert_eq!(list(folder.path(), &other).unwrap(), [folder.path().join(name(&other, NOW))]);
    }

    #[test]
    fn the_newest_are_kept_and_what_is_no_backup_of_the_site_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let site: SiteId = "a1".parse().unwrap();
        let names: Vec<String> = (0..4).map(|n| name(&site, NOW.plus_ms(n * 1000))).collect();
        for file in names.iter().map(String::as_str).chain(["notes.txt", "diary-b2-1.backup"]) {
            std::fs::write(folder.path().join(file), "").unwrap();
        }
        let config = BackupConfig {
            folder: folder.path().to_owned(),
            every_minutes: NonZeroU32::new(60).unwrap(),
            keep: NonZeroU32::new(3).unwrap(),
        };
        assert_eq!(prune(&config, &site).unwrap(), 1);
        let left = list(folder.path(), &site).unwrap();
        assert_eq!(left, names[1..].iter().map(|name| folder.path().join(name)).collect::<Vec<_>>());
        assert!(folder.path().join("notes.txt").exists() && folder.path().join("diary-b2-1.backup").exists());
    }
}
