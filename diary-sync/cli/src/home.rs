//! The folder a diary lives in: database, lock file, settings, and the file that keeps two commands from using it at
//! once. Reads and writes files; what is in the database is the store's matter.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use diary_core::files::{self, folder_of, private, sync_folder};
use diary_core::store::Obstacle;
use diary_core::store::lock::{Lock, LockError};

use crate::failure::HomeProblem;

/// Name and version of the program, recorded with every entry.
pub(crate) const APP: &str = concat!("diary-cli ", env!("CARGO_PKG_VERSION"));
/// Folder under the person's own where no other is named.
const DEFAULT_FOLDER: &str = ".diary";
/// Time that a command waits for another one to finish.
const WAIT_FOR_OTHER: Duration = Duration::from_secs(10);

/// The folder of one diary.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    folder: PathBuf,
}

/// Keeps other commands out while it lives.
#[derive(Debug)]
pub(crate) struct InUse {
    _file: File,
}

impl Home {
    /// The named folder, else that of `DIARY_HOME`, else `.diary` in the person's own.
    pub(crate) fn find(
        named: Option<&Path>,
        var: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, HomeProblem> {
        let set = |name| var(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let own = || set("HOME").or_else(|| set("USERPROFILE")).map(|own| own.join(DEFAULT_FOLDER));
        let folder = named.map(Path::to_owned).or_else(|| set("DIARY_HOME")).or_else(own);
        folder.map(|folder| Self { folder }).ok_or(HomeProblem::Unknown)
    }

    /// The folder.
    #[cfg(test)]
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join("diary.db")
    }

    /// The database's path for the store, which takes text.
    pub(crate) fn database_text(&self) -> Result<String, HomeProblem> {
        let path = self.database();
        let text = path.to_str().ok_or(HomeProblem::Io(ErrorKind::InvalidFilename))?;
        Ok(text.to_owned())
    }

    /// Makes an empty database file that its owner alone may read, where there is none: what SQLite puts beside it
    /// is as private as the file itself.
    pub(crate) fn make_database(&self) -> Result<(), HomeProblem> {
        private().create(true).truncate(false).open(self.database())?;
        Ok(sync_folder(&self.folder)?)
    }

    /// The settings, which hold nothing secret.
    pub(crate) fn settings(&self) -> PathBuf {
        self.folder.join("settings.toml")
    }

    fn lock_path(&self) -> PathBuf {
        self.folder.join("diary.lock")
    }

    /// Makes the folder, readable by its owner alone. One that is there already is closed to others.
    pub(crate) fn make(&self) -> Result<(), HomeProblem> {
        fs::create_dir_all(&self.folder)?;
        #[cfg(unix)]
        fs::set_permissions(&self.folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        Ok(sync_folder(folder_of(&self.folder))?)
    }

    /// Keeps other commands out. Where one is at work, `waiting` is told and it is waited for, for a while.
    pub(crate) fn enter(&self, waiting: impl FnOnce()) -> Result<InUse, HomeProblem> {
        let file = match self.try_enter()? {
            Ok(in_use) => return Ok(in_use),
            Err(file) => file,
        };
        waiting();
        // A lock cannot be waited for with a limit: a thread waits, and is left behind where the limit is reached.
        let (done, locked) = mpsc::channel();
        std::thread::spawn(move || {
            let locked = file.lock().map(|()| file);
            if let Err(too_late) = done.send(locked) {
                drop(too_late);
            }
        });
        match locked.recv_timeout(WAIT_FOR_OTHER) {
            Ok(file) => Ok(InUse { _file: file? }),
            Err(_) => Err(HomeProblem::InUse),
        }
    }

    /// Keeps other commands out, or gives back the file that one of them holds.
    fn try_enter(&self) -> Result<Result<InUse, File>, HomeProblem> {
        if !self.folder.is_dir() {
            return Err(HomeProblem::NotJoined);
        }
        let file = self.open_in_use()?;
        match file.try_lock() {
            Ok(()) => Ok(Ok(InUse { _file: file })),
            Err(fs::TryLockError::WouldBlock) => Ok(Err(file)),
            Err(fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// The file that is locked. Where nothing can be written it is opened as it is, or the folder in its place, so that the
    /// diary can be read.
    fn open_in_use(&self) -> std::io::Result<File> {
        let path = self.folder.join("in-use");
        let mut options = private();
        match options.create(true).truncate(false).open(&path) {
            Err(error) => match Obstacle::of_io(error.kind()) {
                Obstacle::Full | Obstacle::ReadOnly | Obstacle::Permission => {
                    File::open(&path).or_else(|_| File::open(&self.folder)).map_err(|_| error)
                }
                Obstacle::InUse | Obstacle::InputOutput | Obstacle::Damaged | Obstacle::Other => Err(error),
            },
            opened => opened,
        }
    }

    /// Keeps other commands out where none is at work.
    pub(crate) fn enter_if_free(&self) -> Result<InUse, HomeProblem> {
        self.try_enter()?.map_err(|_| HomeProblem::InUse)
    }

    /// The lock, where there is one.
    pub(crate) fn lock(&self) -> Result<Option<Lock>, HomeProblem> {
        match fs::read(self.lock_path()) {
            Ok(bytes) => Lock::decode(&bytes).map(Some).map_err(|error| match error {
                LockError::Newer => HomeProblem::LockNewer,
                LockError::Wrong | LockError::PinLength { .. } | LockError::Memory | LockError::File => {
                    HomeProblem::LockDamaged
                }
            }),
            Err(error) if error.kind() == ErrorKind::NotFound && self.database().exists() => {
                Err(HomeProblem::LockMissing)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the lock atomically: after a crash or a full disk, either the earlier one or this one is there, whole.
    pub(crate) fn write_lock(&self, lock: &Lock) -> Result<(), HomeProblem> {
        self.replace(&self.lock_path(), &lock.encode())
    }

    /// Replaces a file as a whole, and waits until the disk has it.
    pub(crate) fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), HomeProblem> {
        Ok(files::replace(path, bytes)?)
    }
}

impl From<std::io::Error> for HomeProblem {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.kind())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diary_core::entropy::SeededEntropy;
    use diary_core::store::DatabaseKey;
    use diary_core::store::lock::{Cost, Rules};

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home { folder: folder.path().join("diary") };
        (folder, home)
    }

    fn lock(pin: &str) -> Lock {
        let rules = Rules { cost: Cost::new(64, 1).unwrap(), ..Rules::CURRENT };
        Lock::new(&DatabaseKey::from_bytes([1; 32]), pin, &[2; 16], rules, &SeededEntropy::new(1)).unwrap()
    }

    #[test]
    fn the_named_folder_counts_then_the_variable_then_the_persons_own() {
        let vars = |name: &str| match name {
            "DIARY_HOME" => Some("/b".to_owned()),
            "HOME" => Some("/c".to_owned()),
            _ => None,
        };
        let found = |named, var: &dyn Fn(&str) -> Option<String>| {
            Home::find(named, var).map(|home| home.folder().display().to_string()).ok()
        };
        assert_eq!(found(Some(Path::new("/a")), &vars).as_deref(), Some("/a"));
        assert_eq!(found(None, &vars).as_deref(), Some("/b"));
        assert_eq!(
            found(None, &|name| (name == "HOME").then(|| "/c".to_owned())).as_deref(),
            Some("/c/.diary")
        );
        assert_eq!(found(None, &|_| None), None);
    }

    #[cfg(unix)]
    #[test]
    fn folder_and_lock_are_their_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, home) = home();
        home.make().unwrap();
        home.write_lock(&lock("123456")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(home.folder()), 0o700);
        assert_eq!(mode(&home.lock_path()), 0o600);
    }

    #[test]
    fn a_lock_is_replaced_as_a_whole_and_a_damaged_one_is_kept() {
        let (_folder, home) = home();
        home.make().unwrap();
        assert!(home.lock().unwrap().is_none());
        home.write_lock(&lock("123456")).unwrap();
        home.write_lock(&lock("567890")).unwrap();
        assert!(home.lock().unwrap().unwrap().open_with_pin("567890").is_ok());
        fs::write(home.lock_path(), b"no lock").unwrap();
        assert!(matches!(home.lock(), Err(HomeProblem::LockDamaged)));
        assert_eq!(fs::read(home.lock_path()).unwrap(), b"no lock");
    }

    #[test]
    fn a_diary_without_its_lock_is_not_taken_for_a_fresh_folder() {
        let (_folder, home) = home();
        home.make().unwrap();
        fs::write(home.database(), b"entries").unwrap();
        assert!(matches!(home.lock(), Err(HomeProblem::LockMissing)));
    }

    #[test]
    fn a_second_command_waits_until_the_first_has_finished() {
        let (_folder, home) = home();
        assert!(matches!(home.enter(|| ()), Err(HomeProblem::NotJoined)));
        home.make().unwrap();
        let first = std::cell::RefCell::new(Some(home.enter(|| ()).unwrap()));
        // Told that it must wait, the second command sees the first one end.
        let second = home.enter(|| drop(first.borrow_mut().take())).unwrap();
        assert!(first.borrow().is_none());
        drop(second);
        let third = home.enter(|| panic!("nobody is at work any more")).unwrap();
        assert!(matches!(home.enter_if_free(), Err(HomeProblem::InUse)));
        drop(third);
        home.enter_if_free().unwrap();
    }
}
