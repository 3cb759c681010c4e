//! Earlier demonstrations in the same folder. One that ended by itself and was not touched since is removed; any other
//! is moved aside, since a user may have logged in it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Name of the file that a demonstration leaves when it ends without having been handed to anybody.
const ENDED: &str = "ended-by-itself";
/// Most earlier demonstrations that are kept beside the present one.
const ASIDE_MAX: u32 = 999;

/// Notes that the demonstration in `folder` has ended without asking for entries.
///
/// # Errors
/// Errors of the file system.
pub fn note_end(folder: &Path) -> io::Result<()> {
    std::fs::write(folder.join(ENDED), "Nobody was asked to log here.\n")
}

/// Clears `folder` of an earlier demonstration. Gives the folder that it was moved to, where it was not removed.
///
/// # Errors
/// Errors of the file system; the folder then stays where it is.
pub fn clear(folder: &Path) -> io::Result<Option<PathBuf>> {
    if is_unused(folder)? {
        std::fs::remove_dir_all(folder)?;
        return Ok(None);
    }
    let mut names = (1..=ASIDE_MAX).map(|n| aside(folder, n));
    let free = names.find(|path| std::fs::symlink_metadata(path).is_err());
    let free = free.ok_or_else(|| io::Error::other("too many earlier demonstrations lie beside it"))?;
    std::fs::rename(folder, &free)?;
    Ok(Some(free))
}

fn aside(folder: &Path, n: u32) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".before-{n}"));
    folder.with_file_name(name)
}

/// True if it ended by itself and no file in it was changed afterwards.
fn is_unused(folder: &Path) -> io::Result<bool> {
    let ended = match folder.join(ENDED).metadata() {
        Ok(ended) => ended.modified()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    Ok(newest(folder)? <= ended)
}

/// Latest change of any file below a folder.
fn newest(folder: &Path) -> io::Result<SystemTime> {
    let mut latest = SystemTime::UNIX_EPOCH;
    for entry in folder.read_dir()? {
        let entry = entry?;
        let below = if entry.file_type()?.is_dir() { newest(&entry.path())? } else { SystemTime::UNIX_EPOCH };
        latest = latest.max(below).max(entry.metadata()?.modified()?);
    }
    Ok(latest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demonstration(above: &Path) -> PathBuf {
        let folder = above.join("demo");
        std::fs::create_dir_all(folder.join("phones")).unwrap();
        std::fs::write(folder.join("phones").join("diary.db"), "entries").unwrap();
        folder
    }

    #[test]
    fn what_a_person_logged_in_a_demonstration_is_moved_aside_and_never_removed() {
        let above = tempfile::tempdir().unwrap();
        for n in 1..=2 {
            let folder = demonstration(above.path());
            let moved = clear(&folder).unwrap().unwrap();
            assert_eq!(moved, above.path().join(format!("demo.before-{n}")));
            assert_eq!(std::fs::read_to_string(moved.join("phones/diary.db")).unwrap(), "entries");
            assert!(!folder.exists());
        }
        // One that ended by itself, with an entry logged afterwards.
        let folder = demonstration(above.path());
        note_end(&folder).unwrap();
        let ended = folder.join(ENDED).metadata().unwrap().modified().unwrap();
        let later = ended + std::time::Duration::from_secs(1);
        let database = std::fs::File::options().write(true).open(folder.join("phones/diary.db")).unwrap();
        database.set_modified(later).unwrap();
        assert_eq!(clear(&folder).unwrap(), Some(above.path().join("demo.before-3")));
    }

    #[test]
    fn one_that_ended_by_itself_and_was_not_used_leaves_no_heap_of_folders() {
        let above = tempfile::tempdir().unwrap();
        let folder = demonstration(above.path());
        note_end(&folder).unwrap();
        assert_eq!(clear(&folder).unwrap(), None);
        assert_eq!(above.path().read_dir().unwrap().count(), 0);
    }
}
