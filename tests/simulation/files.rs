//! Folders of a run, in memory where the machine has such a place, and copies of databases as a crash leaves them.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// File system in memory on Linux. On other systems the usual temporary folder is used.
const IN_MEMORY: &str = "/dev/shm";

/// Temporary folder of a run, removed at its end.
///
/// # Panics
/// Panics if no temporary folder can be made.
#[must_use]
pub fn folder() -> TempDir {
    let builder = || {
        let mut builder = tempfile::Builder::new();
        builder.prefix("diary-simulation-");
        builder
    };
    let in_memory = builder().tempdir_in(IN_MEMORY);
    in_memory.or_else(|_| builder().tempdir()).expect("the machine gives a temporary folder")
}

/// Folders one after another: a store gets a new one at each start, so that connections of an earlier start that are still
/// closing cannot write to it.
#[derive(Debug)]
pub struct Folders {
    root: PathBuf,
    next: u32,
}

impl Folders {
    /// Makes further folders in `root`.
    #[must_use]
    pub const fn new(root: PathBuf) -> Self {
        Self { root, next: 0 }
    }

    /// A new one.
    ///
    /// # Panics
    /// Panics if the folder cannot be made.
    pub fn fresh(&mut self, name: &str) -> PathBuf {
        self.next += 1;
        let path = self.root.join(format!("{}-{name}", self.next));
        std::fs::create_dir_all(&path).expect("the simulation's folder takes folders");
        path
    }

    /// A new one with the files that `from` holds now: the database and its write-ahead log as they are on the disk,
    /// as after a crash. Folders in it are copied empty.
    ///
    /// # Panics
    /// Panics if a file cannot be copied.
    pub fn crash_copy(&mut self, from: &Path, name: &str) -> PathBuf {
        let to = self.fresh(name);
        let entries = std::fs::read_dir(from).expect("the folder is there");
        for entry in entries {
            let entry = entry.expect("the folder can be listed");
            // The shared-memory index is rebuilt from the log when a database is opened.
            let file = entry.file_name();
            if entry.path().is_dir() {
                std::fs::create_dir_all(to.join(&file)).expect("the simulation's folder takes folders");
            }
            if !file.to_string_lossy().ends_with("-shm") && entry.path().is_file() {
                // In one piece: `fs::copy` has the kernel splice one page after the other.
                let bytes = std::fs::read(entry.path()).expect("the simulation's folder gives files");
                std::fs::write(to.join(file), bytes).expect("the simulation's folder takes files");
            }
        }
        to
    }
}
