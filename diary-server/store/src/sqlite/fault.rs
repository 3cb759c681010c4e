//! Classifies errors of SQLite.

use diary_core::sqlcipher::OpenError;
use rusqlite::ErrorCode;

use crate::StoreError;
use crate::error::Cause;
use crate::sql::{Fault, Refused, Trouble};

/// A refusal of SQLite.
pub(super) fn refused(error: rusqlite::Error) -> Fault {
    let trouble = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Trouble::Busy,
        Some(ErrorCode::DiskFull) => Trouble::Full,
        Some(ErrorCode::SystemIoFailure) => Trouble::Disk,
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => Trouble::Access,
        Some(ErrorCode::NotADatabase) => Trouble::KeyOrFile,
        Some(ErrorCode::DatabaseCorrupt) => Trouble::Damaged,
        _ => Trouble::Other,
    };
    Fault::Sql(Refused { trouble, cause: Cause(Box::new(error)) })
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        refused(error)
    }
}

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Database(error) => refused(error),
            OpenError::KeyOrFile => StoreError::KeyOrFile.into(),
            OpenError::Corrupt => StoreError::Corrupt { what: "a page of the file" }.into(),
            OpenError::NewerVersion { found, newest } => StoreError::NewerVersion { found, newest }.into(),
            OpenError::NoCipher => StoreError::NoCipher.into(),
        }
    }
}
