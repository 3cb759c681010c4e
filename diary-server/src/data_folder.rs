//! The server's data folder: paths of its database, keys and configuration, the mark of demonstration data, and the
//! lock that keeps a second server out. The contents of the files are decided elsewhere.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use diary_core::files::{self, folder_of, sync_folder};

use crate::config;
use diary_store::Location;

/// Name of the file that marks demonstration data.
pub const DEMO_MARK: &str = "DEMO";
const DATABASE: &str = "diary-server.db";
const KEYS: &str = "keys";
const LOCK: &str = "serving.lock";

/// A server's data folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DataFolder {
    path: PathBuf,
    database: Location,
}

/// Reason for which a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is no keeper in it.
    #[error("{path}: no data folder")]
    NotInitialised {
        /// The folder.
        path: String,
    },
    /// There are keys, and not the database that goes with them.
    #[error("{database}: no database")]
    NoDatabase {
        /// Path at which it is expected.
        database: String,
        /// Folder of the keys.
        keys: String,
    },
    /// Something is in it already; nothing is ever overwritten.
    #[error("{path}: not empty")]
    NotEmpty {
        /// The folder.
        path: String,
    },
    /// Holds demonstration data.
    #[error("{path}: marked {DEMO_MARK}")]
    Demo {
        /// The folder.
        path: String,
    },
    /// Holds no demonstration data, and --demo was given.
    #[error("{path}: not marked {DEMO_MARK}")]
    NotDemo {
        /// The folder.
        path: String,
    },
    /// Another server serves it.
    #[error("{path}: served already")]
    Serving {
        /// The folder.
        path: String,
    },
    /// The file system refused.
    #[error("{path}: {reason}")]
    Io {
        /// Path of the file or folder.
        path: String,
        /// Error of the operating system.
        reason: String,
    },
}

/// Lock held while a server serves a folder; the system releases it even if the process is killed.
#[derive(Debug)]
pub struct ServingLock {
    file: File,
}

impl Drop for ServingLock {
    /// Unlocks explicitly: closing the file is not enough while a child process that is being started has inherited
    /// it.
    fn drop(&mut self) {
        if let Err(error) = self.file.unlock() {
            tracing::debug!(%error, "the lock of a folder goes with its file");
        }
    }
}

impl DataFolder {
    /// Makes the folder, open to its owner alone. It may exist, if it is empty.
    ///
    /// # Errors
    /// [`FolderError::NotEmpty`] where something is in it, [`FolderError::Io`].
    pub fn create(path: &Path, demo: bool) -> Result<Self, FolderError> {
        Self::check_vacant(path)?;
        let folder = Self::at(path);
        private_folder(path)?;
        private_folder(&folder.keys())?;
        if demo {
            let mark = path.join(DEMO_MARK);
            files::create(&mark, b"Made-up patients. Not for a real study.\n")
                .map_err(|e| io_error(&mark, &e))?;
        }
        Ok(folder)
    }

    /// Checks that a data folder can be made at `path`: nothing exists there, or an empty folder.
    ///
    /// # Errors
    /// [`FolderError::NotEmpty`], [`FolderError::Io`].
    pub fn check_vacant(path: &Path) -> Result<(), FolderError> {
        let taken = path.exists() && path.read_dir().map_err(|e| io_error(path, &e))?.next().is_some();
        if taken { Err(FolderError::NotEmpty { path: path.display().to_string() }) } else { Ok(()) }
    }

    /// A folder that `init` has made.
    ///
    /// # Errors
    /// [`FolderError::NotInitialised`] or [`FolderError::NoDatabase`] where there is none.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        Self::at(path).with_database(None)
    }

    /// Data folder at `path`, not yet checked, with its own database.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), database: Location::Sqlite(path.join(DATABASE)) }
    }

    /// Same folder with a database elsewhere, if one is named.
    ///
    /// # Errors
    /// [`FolderError::NotInitialised`] where there are no keys, [`FolderError::NoDatabase`] where the file is not there
    /// that is to be its database.
    pub fn with_database(self, elsewhere: Option<Location>) -> Result<Self, FolderError> {
        let folder = Self { database: elsewhere.unwrap_or(self.database), ..self };
        if !folder.keys().is_dir() {
            return Err(FolderError::NotInitialised { path: folder.path.display().to_string() });
        }
        match folder.database.file().filter(|file| !file.is_file()) {
            None => Ok(folder),
            Some(file) => Err(FolderError::NoDatabase {
                database: file.display().to_string(),
                keys: folder.keys().display().to_string(),
            }),
        }
    }

    /// Refuses demonstration data unless they are asked for, and real data if demonstration data are.
    ///
    /// # Errors
    /// [`FolderError::Demo`] or [`FolderError::NotDemo`].
    pub fn expect_demo(&self, demo: bool) -> Result<(), FolderError> {
        let path = self.path.display().to_string();
        match (self.is_demo(), demo) {
            (true, false) => Err(FolderError::Demo { path }),
            (false, true) => Err(FolderError::NotDemo { path }),
            (true, true) | (false, false) => Ok(()),
        }
    }

    /// True if it holds demonstration data.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.path.join(DEMO_MARK).exists()
    }

    /// Keeps every other server out until the lock is dropped.
    ///
    /// # Errors
    /// [`FolderError::Serving`] where another one serves it.
    pub fn lock(&self) -> Result<ServingLock, FolderError> {
        let path = self.path.join(LOCK);
        let file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(|e| io_error(&path, &e))?;
        match file.try_lock() {
            Ok(()) => Ok(ServingLock { file }),
            Err(TryLockError::WouldBlock) => {
                Err(FolderError::Serving { path: self.path.display().to_string() })
            }
            Err(TryLockError::Error(e)) => Err(io_error(&path, &e)),
        }
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Folder of the key files.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.path.join(KEYS)
    }

    /// The file of its database, or that which it would have in it.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.database.file().cloned().unwrap_or_else(|| self.path.join(DATABASE))
    }

    /// Location of its database.
    #[must_use]
    pub const fn location(&self) -> &Location {
        &self.database
    }

    /// The configuration file that `init` writes.
    #[must_use]
    pub fn config_file(&self) -> PathBuf {
        self.path.join(config::FILE_NAME)
    }
}

/// Makes a folder and its parents, and restricts it to its owner.
///
/// # Errors
/// [`FolderError::Io`].
pub fn private_folder(path: &Path) -> Result<(), FolderError> {
    std::fs::create_dir_all(path)
        .and_then(|()| sync_folder(folder_of(path)))
        .map_err(|e| io_error(path, &e))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
            .map_err(|e| io_error(path, &e))?;
    }
    Ok(())
}

pub(crate) fn io_error(path: &Path, e: &io::Error) -> FolderError {
    FolderError::Io { path: path.display().to_string(), reason: e.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn initialised(demo: bool) -> (tempfile::TempDir, DataFolder) {
        let above = tempfile::tempdir().unwrap();
        let folder = DataFolder::create(&above.path().join("data"), demo).unwrap();
        std::fs::write(folder.database(), "").unwrap();
        (above, folder)
    }

    #[test]
    fn a_folder_with_anything_in_it_is_never_made_into_a_data_folder() {
        let (_above, folder) = initialised(false);
        let again = DataFolder::create(folder.path(), false);
        assert!(matches!(again, Err(FolderError::NotEmpty { .. })));
    }

    #[test]
    fn a_folder_without_keys_and_database_is_no_data_folder() {
        let above = tempfile::tempdir().unwrap();
        assert!(matches!(DataFolder::open(above.path()), Err(FolderError::NotInitialised { .. })));
        let (_above, folder) = initialised(false);
        assert_eq!(DataFolder::open(folder.path()).unwrap(), folder);
        std::fs::remove_file(folder.database()).unwrap();
        let error = DataFolder::open(folder.path()).unwrap_err();
        assert!(matches!(error, FolderError::NoDatabase { .. }));
        let (database, keys) = (folder.database(), folder.keys());
        let expected = format!(
            "{0}: the database of this server is not there. Nothing was made or changed. Keep the keys, {1}: only they \
             open it. Where it lies elsewhere name it with --database, or as url in [database] of diary-server.toml; \
             where it is lost: `diary-server restore BACKUP --data NEW --keys {1}`",
            database.display(),
            keys.display()
        );
        assert_eq!(crate::cli::words::failure::folder(diary_core::text::Lang::EN, &error), expected);
    }

    #[test]
    fn a_folder_is_free_once_its_lock_is_let_go_whoever_still_holds_the_file() {
        let (_above, folder) = initialised(false);
        let lock = folder.lock().unwrap();
        assert!(matches!(folder.lock(), Err(FolderError::Serving { .. })));
        // As a process has it that is just being started.
        let _inherited = lock.file.try_clone().unwrap();
        drop(lock);
        drop(folder.lock().unwrap());
    }

    #[test]
    fn demonstration_data_are_not_served_as_a_study_nor_a_study_as_a_demonstration() {
        let (_a, demo) = initialised(true);
        let (_b, real) = initialised(false);
        assert!(matches!(demo.expect_demo(false), Err(FolderError::Demo { .. })));
        assert!(matches!(real.expect_demo(true), Err(FolderError::NotDemo { .. })));
        assert!(demo.expect_demo(true).is_ok() && real.expect_demo(false).is_ok());
    }

    #[test]
    fn a_second_server_on_the_same_folder_is_kept_out_until_the_first_has_gone() {
        let (_above, folder) = initialised(false);
        let first = folder.lock().unwrap();
        assert!(matches!(folder.lock(), Err(FolderError::Serving { .. })));
        drop(first);
        assert!(folder.lock().is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_and_its_keys_belong_to_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let (_above, folder) = initialised(false);
        for path in [folder.path(), &folder.keys()] {
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }
}
