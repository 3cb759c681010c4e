//! Exit codes of commands, for scripts. The numbers are part of the interface: `--help` lists them.

use std::process::ExitCode;

/// Exit code of a command.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Exit {
    /// Done.
    Ok,
    /// The input is refused; nothing that was saved before is lost.
    Refused,
    /// The command is not written as it must be.
    Usage,
    /// This diary has not joined a study, or the PIN does not open it.
    Locked,
    /// No connection, or not everything has been received by the hospital.
    NotSent,
    /// The diary's files cannot be read or written.
    Storage,
}

impl Exit {
    /// The number a shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Locked => 3,
            Self::NotSent => 4,
            Self::Storage => 5,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
