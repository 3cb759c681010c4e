//! Errors of a server's keys.

use std::path::Path;

use crate::key_file::KeyFileError;

/// Error of a server's keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// One key file cannot be read or written.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// The folder or the file that names the study cannot be read or written.
    #[error("{path}: {problem}")]
    Trust {
        /// Path of the file or folder.
        path: String,
        /// Problem, in words.
        problem: String,
    },
    /// These keys were never written to a folder.
    #[error("keys without a folder")]
    NoFolder,
    /// There is no sealing key.
    #[error("{path}: no sealing key")]
    NoSealingKey {
        /// The folder.
        path: String,
    },
}

pub(super) fn trust_error(path: &Path, problem: &str) -> KeysError {
    KeysError::Trust { path: path.display().to_string(), problem: problem.to_owned() }
}
