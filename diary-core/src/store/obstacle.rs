//! What is in the way of a file: told apart, because each asks for something else.

use std::io::ErrorKind;

use rusqlite::ErrorCode;
use rusqlite::ffi;

use super::StoreError;

/// What is in the way of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Obstacle {
    /// No room is left.
    Full,
    /// The disk can be read alone.
    ReadOnly,
    /// This account may not.
    Permission,
    /// Another program has it.
    InUse,
    /// The disk reports an error, or none of the above.
    Other,
}

impl Obstacle {
    /// From what the file system says.
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

    /// From what SQLite says.
    #[must_use]
    pub fn of_database(error: &rusqlite::Error) -> Self {
        match error.sqlite_error() {
            // The shared memory of the write-ahead log finds no room.
            Some(error) if error.extended_code == ffi::SQLITE_IOERR_SHMSIZE => Self::Full,
            Some(error) => match error.code {
                ErrorCode::DiskFull => Self::Full,
                ErrorCode::ReadOnly => Self::ReadOnly,
                ErrorCode::PermissionDenied | ErrorCode::CannotOpen => Self::Permission,
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::InUse,
                _ => Self::Other,
            },
            None => Self::Other,
        }
    }
}

impl StoreError {
    /// Whether it says that nothing can be written, while what is there can be read.
    #[must_use]
    pub const fn is_of_writing(&self) -> bool {
        matches!(self, Self::NotSaved(_) | Self::SideFile(_) | Self::ReadingOnly(_))
    }

    /// What is in the way of the diary's files, where something is.
    #[must_use]
    pub fn obstacle(&self) -> Option<Obstacle> {
        match self {
            Self::SideFile(error) => Some(Obstacle::of_io(error.kind())),
            Self::Database(error) | Self::NotSaved(error) => Some(Obstacle::of_database(error)),
            Self::ReadingOnly(why) => Some(*why),
            Self::KeyOrFile
            | Self::NoFile
            | Self::Corrupt
            | Self::NewerVersion { .. }
            | Self::NoCipher
            | Self::NotJoined
            | Self::AlreadyJoined
            | Self::Row { .. }
            | Self::CounterSpent
            | Self::Entry(_) => None,
        }
    }
}
