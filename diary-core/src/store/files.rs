//! Files that survive a power cut: written under another name, brought to the disk, and only then given their name,
//! which is brought to the disk as well. Readable by their owner alone.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind::{self, InvalidInput, PermissionDenied, Unsupported};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How the name of a file ends that is still being written. One that is left from a power cut is overwritten.
const PART: &str = ".new";

/// Writes a file as a whole: the earlier one or this one is there, whatever happens.
///
/// # Errors
/// Of the file system; the earlier file is there then.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = write_part(path, bytes)?;
    fs::rename(&part, path)?;
    sync_folder(folder_of(path))
}

/// Writes a file that is not there yet: it is there whole, or not at all.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] where something of this name is there, which is left as it is; else of the file system.
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

/// Gives a file, whose bytes are on the disk, a name in the same folder that nothing has yet, and waits until the disk
/// has the name.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] where something has that name, which is left as it is; else of the file system.
pub fn name_new(from: &Path, to: &Path) -> io::Result<()> {
    // A second name is given only where there is none; removable disks often know no second names.
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
        Err(_) if fs::symlink_metadata(to).is_ok() => return Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to)?,
    }
    sync_folder(folder_of(to))
}

/// Appends to a file, which is made where there is none, and waits until the disk has both. What did not go in as a
/// whole is taken back, so that the next one follows the one before.
///
/// # Errors
/// Of the file system.
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

/// Gives a file or folder, whose bytes are on the disk, another name in the same folder, whatever has that name, and
/// waits until the disk has the name.
///
/// # Errors
/// Of the file system.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder(folder_of(to))
}

/// Waits until the disk has the names in a folder, where the system lets an account wait for that.
///
/// # Errors
/// Of the file system.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // A folder that may be written and not listed, or a file system that knows no such wish.
        Err(error) if matches!(error.kind(), PermissionDenied | InvalidInput | Unsupported) => Ok(()),
        done => done,
    }
}

/// The folder that a file lies in.
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
