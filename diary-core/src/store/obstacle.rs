//! Causes of a failed file access, distinguished because each needs another remedy.

use std::io::ErrorKind;

use rusqlite::ErrorCode;
use rusqlite::ffi;

use super::StoreError;

/// Cause of a failed file access.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Obstacle {
    /// The disk or the quota is full.
    Full,
    /// The disk is read-only.
    ReadOnly,
    /// The account lacks the permission.
    Permission,
    /// Another program holds the file.
    InUse,
    /// The disk reports an error while it is read or written.
    InputOutput,
    /// The pages of the file do not hold together.
    Damaged,
    /// Any other error.
    Other,
}

impl Obstacle {
    /// Cause of an error of the file system.
    #[must_use]
    pub const fn of_io(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Self::Full,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::PermissionDenied => Self::Permission,
            ErrorKind::ResourceBusy | ErrorKind::WouldBlock => Self::InUse,
            _ => Self::Other,
        }
    }

    /// Cause of an error of SQLite.
    #[must_use]
    pub fn of_database(error: &rusqlite::Error) -> Self {
        match error.sqlite_error() {
            // The shared memory of the write-ahead log could not be extended.
            Some(error) if error.extended_code == ffi::SQLITE_IOERR_SHMSIZE => Self::Full,
            Some(error) => match error.code {
                ErrorCode::DiskFull => Self::Full,
                ErrorCode::ReadOnly => Self::ReadOnly,
                ErrorCode::PermissionDenied | ErrorCode::CannotOpen => Self::Permission,
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::InUse,
                ErrorCode::SystemIoFailure => Self::InputOutput,
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged,
                _ => Self::Other,
            },
            None => Self::Other,
        }
    }
}

impl Obstacle {
    /// A short code, for scripts and for the state of a contact.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Full => "store-full",
            Self::ReadOnly => "store-read-only",
            Self::Permission => "store-permission",
            Self::InUse => "store-in-use",
            Self::InputOutput => "store-input-output",
            Self::Damaged => "store-damaged",
            Self::Other => "store",
        }
    }
}

impl StoreError {
    /// True if the error concerns writing alone, so that stored data can still be read.
    #[must_use]
    pub const fn is_of_writing(&self) -> bool {
        matches!(self, Self::NotSaved(_) | Self::SideFile(_) | Self::ReadingOnly(_))
    }

    /// Cause in the diary's files, if the error has one there.
    #[must_use]
    pub fn obstacle(&self) -> Option<Obstacle> {
        match self {
            Self::SideFile(error) => Some(Obstacle::of_io(error.kind())),
            Self::Database(error) | Self::NotSaved(error) => Some(Obstacle::of_database(error)),
            Self::ReadingOnly(why) => Some(*why),
            Self::Corrupt | Self::Row { .. } => Some(Obstacle::Damaged),
            Self::KeyOrFile
            | Self::NoFile
            | Self::NewerVersion { .. }
            | Self::NoCipher
            | Self::NotJoined
            | Self::AlreadyJoined
            | Self::CounterSpent
            | Self::Entry(_) => None,
        }
    }
}
