//! A folder that an export is written to, new or empty and open to its owner alone. Each file is written under a
//! temporary name, flushed, and renamed once it is complete.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use diary_core::files::{name_new, private};
use diary_core::ids::Hash;
use ring::digest::{Context, SHA256};

use crate::data_folder::private_folder;
use crate::site::StaffError;

/// Extension of a file while it is written.
const PART: &str = "part";

/// The folder.
pub(super) struct ExportFolder {
    path: PathBuf,
}

/// A file that is being written.
pub(super) struct OpenFile {
    path: PathBuf,
    part: PathBuf,
    to: BufWriter<File>,
    hash: Context,
    bytes: u64,
}

/// Length and SHA-256 of a complete file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct WrittenFile {
    pub(super) bytes: u64,
    pub(super) sha256: Hash,
}

impl ExportFolder {
    /// Makes the folder `path`, or takes it if it is empty, with the folders `below` it.
    pub(super) fn begin(path: &Path, below: &[&str]) -> Result<Self, StaffError> {
        let occupied = path.read_dir().is_ok_and(|mut entries| entries.next().is_some());
        if occupied {
            return Err(StaffError::NotVacant { path: path.display().to_string() });
        }
        for one in std::iter::once(path.to_owned()).chain(below.iter().map(|name| path.join(name))) {
            private_folder(&one).map_err(|error| refused(&one, &error))?;
        }
        Ok(Self { path: path.to_owned() })
    }

    /// Path of the folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Begins the file `name`, a path below the folder.
    pub(super) fn open(&self, name: &str) -> Result<OpenFile, StaffError> {
        let path = self.path.join(name);
        let part = self.path.join(format!("{name}.{PART}"));
        let file = private().create_new(true).open(&part).map_err(|error| refused(&part, &error))?;
        Ok(OpenFile { path, part, to: BufWriter::new(file), hash: Context::new(&SHA256), bytes: 0 })
    }

    /// Writes the file `name` as a whole.
    pub(super) fn whole(&self, name: &str, bytes: &[u8]) -> Result<WrittenFile, StaffError> {
        let mut open = self.open(name)?;
        open.put(bytes)?;
        open.close()
    }
}

impl Write for OpenFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or(bytes));
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

impl OpenFile {
    /// Number of bytes so far.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Appends to the file.
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), StaffError> {
        self.write_all(bytes).map_err(|error| refused(&self.part, &error))
    }

    /// Flushes the file, gives it its name and flushes the folder.
    pub(super) fn close(self) -> Result<WrittenFile, StaffError> {
        let Self { path, part, to, hash, bytes } = self;
        let file = to.into_inner().map_err(|error| refused(&part, error.error()))?;
        file.sync_all().map_err(|error| refused(&part, &error))?;
        name_new(&part, &path).map_err(|error| refused(&part, &error))?;
        let mut digest = [0; 32];
        digest.copy_from_slice(hash.finish().as_ref());
        Ok(WrittenFile { bytes, sha256: Hash::from_bytes(digest) })
    }
}

/// A refusal of the disk.
pub(super) fn refused(path: &Path, error: &dyn std::fmt::Display) -> StaffError {
    StaffError::File { path: path.display().to_string(), reason: error.to_string() }
}

/// Explanation of a file in a folder, in lines of at most 118 characters.
pub(super) fn file_line(name: &str, what: &str) -> String {
    const INDENT: usize = 24;
    const WIDTH: usize = 118;
    let mut out = format!("{name:INDENT$}");
    let mut width = INDENT;
    for word in what.split(' ') {
        if width + word.len() > WIDTH {
            out = format!("{}\n{:INDENT$}", out.trim_end(), "");
            width = INDENT;
        }
        out.push_str(word);
        out.push(' ');
        width += word.len() + 1;
    }
    format!("{}\n", out.trim_end())
}
