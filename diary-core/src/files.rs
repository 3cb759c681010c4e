//! Files that survive a power cut: written under another name, flushed to the disk and renamed, with the
//! folder flushed after that. Readable by their owner alone.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind::{self, InvalidInput, PermissionDenied, Unsupported};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Suffix of a file that is being written. One left by a power cut is overwritten.
const PART: &str = ".new";

/// Replaces a file as a whole: after a power cut either the earlier contents or these are there.
///
/// # Errors
/// Those of the file system; the earlier file is unchanged then.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = write_part(path, bytes)?;
    fs::rename(&part, path)?;
    sync_folder(folder_of(path))
}

/// Creates a file: after a power cut it is there as a whole, or not at all.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] if the name is taken, whose file is left unchanged; otherwise those of the
/// file system.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let part = write_part(path, bytes)?;
    let named = name_new(&part, path);
    if named.is_err() {
        fs::remove_file(&part)?;
    }
    named
}

/// Gives a flushed file a free name in the same folder and flushes the folder.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] if the name is taken, whose file is left unchanged; otherwise those of the
/// file system.
pub fn name_new(from: &Path, to: &Path) -> io::Result<()> {
    // A hard link fails if the name is taken, where a rename would overwrite; removable disks often have no
    // hard links.
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
        Err(_) if fs::symlink_metadata(to).is_ok() => return Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to)?,
    }
    sync_folder(folder_of(to))
}

/// Appends to a file, creating it if needed, and flushes both. After a failed write the file is cut back to
/// its earlier length, so that the next frame begins where the last whole one ends.
///
/// # Errors
/// Those of the file system.
pub fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let is_new = !path.exists();
    let mut file = private().append(true).create(true).open(path)?;
    let before = file.metadata()?.len();
    if let Err(error) = file.write_all(bytes) {
        file.set_len(before)?;
        return Err(error);
    }
    file.sync_data()?;
    if is_new { sync_folder(folder_of(path)) } else { Ok(()) }
}

/// Renames a flushed file or folder in the same folder, replacing a file of the new name, and flushes the
/// folder.
///
/// # Errors
/// Those of the file system.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder(folder_of(to))
}

/// Flushes the names in a folder to the disk, on systems that allow it.
///
/// # Errors
/// Those of the file system.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // A folder may be writable but not readable, and some file systems do not support flushing a folder.
        Err(error) if matches!(error.kind(), PermissionDenied | InvalidInput | Unsupported) => Ok(()),
        done => done,
    }
}

/// Parent folder of a file; `.` for a bare name.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Options for writing files that only their owner may read.
#[must_use]
pub fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn write_part(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let mut name = OsString::from(path.file_name().ok_or(ErrorKind::InvalidFilename)?);
    name.push(PART);
    let part = path.with_file_name(name);
    let mut file = private().create(true).truncate(true).open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = folder
            .read_dir()
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_made_once_and_replaced_as_a_whole_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        create(&path, b"first").unwrap();
        assert_eq!(create(&path, b"second").unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        replace(&path, b"third").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"third");
        append(&path, b", fourth").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"third, fourth");
        assert_eq!(names(folder.path()), ["a.key"]);
    }

    #[test]
    fn what_a_power_cut_left_half_written_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        fs::write(folder.path().join("a.key.new"), b"fir").unwrap();
        create(&path, b"first").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(folder.path()), ["a.key"]);
    }

    #[cfg(unix)]
    #[test]
    fn files_are_their_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        create(&one, b"1").unwrap();
        append(&other, b"2").unwrap();
        for path in [one, other] {
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
