//! Outcomes of a command: refusals besides those of the site services, and the exit code of each.

use diary_core::readers::ReadError;

use super::restore::Need;
use crate::config::{ConfigError, TransportError};
use crate::data_folder::FolderError;
use crate::key_file::KeyFileError;
use crate::ops::backup::BackupError;
use crate::ops::moving::MoveError;
use crate::ops::restore::RestoreError;
use crate::ops::setup::SetupError;
use crate::relay::PullError;
use crate::relay::setup::RelaySetupError;
use crate::serve::ServeError;
use crate::site::StaffError;
use diary_store::postgres::RolesError;
use diary_store::{LocationError, StoreError};
use diary_verify::NoExport;

/// The code with which the program ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Refused; nothing was changed.
    Refused = 1,
    /// The command line is wrong.
    Usage = 2,
    /// Not found.
    NotFound = 3,
    /// Folder, keys or configuration cannot be used.
    Unusable = 4,
    /// The database failed.
    Database = 5,
    /// A check failed.
    CheckFailed = 6,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Alternative to a file that exists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Instead {
    /// `--replace`.
    Replace,
    /// Another name with `--out`.
    Out,
}

/// Reason for which a command was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A time that no clock showed, or that one showed twice.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// No data folder is named.
    #[error("no data folder")]
    NoDataFolder,
    /// No folder for backups is configured, and none is named.
    #[error("no folder for backups")]
    NoBackupFolder,
    /// The database is a PostgreSQL, which this command does not back up.
    #[error("database is not a file")]
    NotAFile,
    /// The database is a file, which knows no roles.
    #[error("database without roles")]
    NoRoles,
    /// The roles are not such.
    #[error(transparent)]
    Roles(#[from] RolesError),
    /// The database did not make the roles.
    #[error("roles refused: {0}")]
    RolesRefused(#[source] StoreError),
    /// Nothing was restored.
    #[error("restore: {0}")]
    Restore(#[from] RestoreError),
    /// The named location is not that of a database.
    #[error("database location: {0}")]
    Location(#[from] LocationError),
    /// One end of a move is no database.
    #[error("{option}: {source}")]
    MoveLocation {
        /// Option of the command line.
        option: &'static str,
        /// Problem with its value.
        source: LocationError,
    },
    /// The study was not moved.
    #[error("move: {0}")]
    Move(#[from] MoveError),
    /// The data folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server may not listen as configured.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// A key file cannot be used.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The keeper was not made.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Staff may not, or cannot.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// The folder is a relay's, where a keeper's is needed.
    #[error("{path}: folder of a relay")]
    Relay {
        /// The folder.
        path: String,
    },
    /// The folder is a relay's and is to be served as a keeper.
    #[error("{path}: folder of a relay")]
    RelayServes {
        /// The folder.
        path: String,
    },
    /// The folder is a keeper's, where a relay's is needed.
    #[error("{path}: folder of a keeper")]
    NotARelay {
        /// The folder.
        path: String,
    },
    /// A relay was not made or named.
    #[error(transparent)]
    RelaySetup(#[from] RelaySetupError),
    /// The relay was not pulled from.
    #[error(transparent)]
    Pull(#[from] PullError),
    /// A server cannot be checked under no root.
    #[error("no root fingerprint")]
    NoFingerprint,
    /// Not the address of a server.
    #[error("address: {0}")]
    Address(#[source] diary_core::keys::LinkError),
    /// No relay is named.
    #[error("no relay")]
    NoRelay,
    /// The study's files cannot be read.
    #[error("study: {0}")]
    Package(#[from] diary_core::study::PackageError),
    /// The study is not one.
    #[error("study: {0}")]
    Study(#[from] diary_core::study::StudyErrors),
    /// The regimen's file is not one.
    #[error("regimen file: {0}")]
    RegimenFile(#[from] crate::toml_place::TomlProblem),
    /// The server could not be started, or stopped.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// Logging could not be set up.
    #[error(transparent)]
    Telemetry(#[from] crate::telemetry::TelemetryError),
    /// A file is there already, and is not written over.
    #[error("{path}: exists already")]
    FileExists {
        /// Path of the file.
        path: String,
        /// Alternative that the person has.
        instead: Instead,
    },
    /// Something that a restore needs is not there. Everything that is missing is named.
    #[error("restore lacks inputs")]
    RestoreNeeds(Vec<Need>, Exit),
    /// No export is where one was to be checked.
    #[error("{path}: no export")]
    NoExport {
        /// Path that was to be checked.
        path: String,
        /// The problem.
        why: NoExport,
    },
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Path of the file.
        path: String,
        /// Error of the operating system.
        source: std::io::Error,
    },
    /// The output was closed or could not be written.
    #[error("output cannot be written")]
    Output(#[from] std::io::Error),
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        Self::Staff(StaffError::Store(error))
    }
}

impl CommandError {
    /// The code with which the program ends.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::NoDataFolder
            | Self::NoBackupFolder
            | Self::NoRelay
            | Self::NoFingerprint
            | Self::Roles(_)
            | Self::Address(_)
            | Self::Read(_) => Exit::Usage,
            Self::RelaySetup(error) => relay_exit(error),
            Self::Pull(PullError::Staff(error)) => staff_exit(error),
            Self::Pull(PullError::Store(error)) => store_exit(error),
            Self::Pull(_) => Exit::Refused,
            Self::Relay { .. } | Self::RelayServes { .. } | Self::NotARelay { .. } => Exit::Unusable,
            Self::Serve(ServeError::DiskFailed) => Exit::Database,
            Self::RestoreNeeds(_, exit) => *exit,
            Self::NoExport { .. } => Exit::NotFound,
            Self::Folder(FolderError::NotEmpty { .. })
            | Self::FileExists { .. }
            | Self::RegimenFile(_)
            | Self::Output(_) => Exit::Refused,
            Self::Move(error) => move_exit(error),
            Self::Location(_)
            | Self::MoveLocation { .. }
            | Self::NotAFile
            | Self::NoRoles
            | Self::Folder(_)
            | Self::Config(_)
            | Self::Transport(_)
            | Self::KeyFile(_)
            | Self::Serve(_)
            | Self::Telemetry(_)
            | Self::Package(_)
            | Self::Study(_)
            | Self::File { .. } => Exit::Unusable,
            Self::Restore(error) => restore_exit(error),
            Self::Setup(error) => setup_exit(error),
            Self::RolesRefused(StoreError::NoAccess { .. }) => Exit::Database,
            Self::RolesRefused(error) => store_exit(error),
            Self::Staff(error) => staff_exit(error),
        }
    }
}

const fn setup_exit(error: &SetupError) -> Exit {
    match error {
        SetupError::OfflineInside { .. }
        | SetupError::OfflineExists { .. }
        | SetupError::Folder(FolderError::NotEmpty { .. }) => Exit::Refused,
        SetupError::UnknownSite { .. } => Exit::NotFound,
        SetupError::Location(_)
        | SetupError::Study(_)
        | SetupError::Folder(_)
        | SetupError::KeyFile(_)
        | SetupError::Keys(_) => Exit::Unusable,
        SetupError::Store(error) => store_exit(error),
    }
}

const fn restore_exit(error: &RestoreError) -> Exit {
    match error {
        RestoreError::Folder(FolderError::NotEmpty { .. })
        | RestoreError::ForeignKeys
        | RestoreError::ForeignRoot => Exit::Refused,
        RestoreError::Backup(error) => backup_exit(error),
        RestoreError::Folder(_)
        | RestoreError::KeyFile(_)
        | RestoreError::Keys(_)
        | RestoreError::NoDatabaseKey
        | RestoreError::NoSiteKey
        | RestoreError::Bundle(_)
        | RestoreError::Rotation(_) => Exit::Unusable,
        RestoreError::Store(error) => store_exit(error),
    }
}

const fn move_exit(error: &MoveError) -> Exit {
    match error {
        MoveError::InUse(_) | MoveError::Occupied | MoveError::LeftBefore => Exit::Refused,
        MoveError::Differs { .. } => Exit::CheckFailed,
        MoveError::Folder(_) | MoveError::Keys(_) | MoveError::NotFounded => Exit::Unusable,
        MoveError::From(error) | MoveError::To(error) | MoveError::Stopped(error) => store_exit(error),
    }
}

const fn backup_exit(error: &BackupError) -> Exit {
    match error {
        BackupError::Exists { .. } | BackupError::RecoveryKey { .. } => Exit::Refused,
        BackupError::NoRecoveryKey
        | BackupError::NotABackup { .. }
        | BackupError::Newer { .. }
        | BackupError::Damaged { .. }
        | BackupError::Sealing(_)
        | BackupError::Folder(_) => Exit::Unusable,
        BackupError::Store(error) => store_exit(error),
    }
}

const fn relay_exit(error: &RelaySetupError) -> Exit {
    match error {
        RelaySetupError::Folder(FolderError::NotEmpty { .. })
        | RelaySetupError::OtherStudy { .. }
        | RelaySetupError::OtherRoot
        | RelaySetupError::Named
        | RelaySetupError::RootChanged
        | RelaySetupError::NotNamed { .. }
        | RelaySetupError::NotNewer => Exit::Refused,
        RelaySetupError::Location(_)
        | RelaySetupError::Folder(_)
        | RelaySetupError::Keys(_)
        | RelaySetupError::File { .. }
        | RelaySetupError::NotACard { .. }
        | RelaySetupError::NotABundleFile(_)
        | RelaySetupError::Bundle(_) => Exit::Unusable,
        RelaySetupError::Store(error) => store_exit(error),
        RelaySetupError::Staff(error) => staff_exit(error),
    }
}

const fn staff_exit(error: &StaffError) -> Exit {
    match error {
        StaffError::AccountForm
        | StaffError::NoAccount
        | StaffError::UnknownAccount { .. }
        | StaffError::SiteNeeded { .. } => Exit::Usage,
        StaffError::AccountThere { .. } | StaffError::AccountElsewhere { .. } => Exit::Refused,
        StaffError::OutOfMemory | StaffError::NotPrinted => Exit::Unusable,
        StaffError::SubjectForm { .. }
        | StaffError::SubjectTaken { .. }
        | StaffError::SubjectPattern { .. }
        | StaffError::SubjectAlike { .. }
        | StaffError::SubjectBefore { .. }
        | StaffError::Linked { .. }
        | StaffError::SiteThere { .. }
        | StaffError::UnknownSite { .. }
        | StaffError::OfflineInside { .. }
        | StaffError::AnchorReason { .. }
        | StaffError::AnchorSame { .. }
        | StaffError::ReasonForm
        | StaffError::LabelForm
        | StaffError::VisitKind
        | StaffError::Regimen { .. }
        | StaffError::RegimenUnusual { .. }
        | StaffError::Infusion { .. }
        | StaffError::WrongDigits { .. }
        | StaffError::Locked { .. }
        | StaffError::NotApproved { .. }
        | StaffError::LinkLate { .. }
        | StaffError::TrailBroken { .. }
        | StaffError::RevokedBefore { .. }
        | StaffError::NotToDecide { .. }
        | StaffError::OtherSubject { .. }
        | StaffError::Publish { .. }
        | StaffError::NotVacant { .. }
        | StaffError::ExportTooLarge
        | StaffError::WrongRoot
        | StaffError::WrongRecovery
        | StaffError::Rotation(_)
        | StaffError::GenerationMissing { .. } => Exit::Refused,
        StaffError::Act(error) if error.is_not_found() => Exit::NotFound,
        StaffError::Act(_) | StaffError::Counter(_) => Exit::Refused,
        StaffError::UnknownSubject { .. }
        | StaffError::RenamedSubject { .. }
        | StaffError::LikeSubject { .. }
        | StaffError::UnknownAnchor { .. }
        | StaffError::NoSuchAlert { .. }
        | StaffError::NobodyWaits { .. }
        | StaffError::UnknownPhone { .. }
        | StaffError::NothingToDecide { .. }
        | StaffError::NotSetAside { .. }
        | StaffError::NotUnattached { .. }
        | StaffError::NotLent { .. }
        | StaffError::NoRecoverySecret { .. }
        | StaffError::NotOfStudy { .. } => Exit::NotFound,
        StaffError::NoPublicName { .. }
        | StaffError::Host { .. }
        | StaffError::NotFounded
        | StaffError::NoStudy
        | StaffError::OtherStudy
        | StaffError::Study(_)
        | StaffError::Bundle(_)
        | StaffError::Report(_)
        | StaffError::Author(_)
        | StaffError::Sealing(_)
        | StaffError::File { .. }
        | StaffError::Keys(_)
        | StaffError::Signed(_)
        | StaffError::Intake { .. } => Exit::Unusable,
        StaffError::Contended => Exit::Database,
        StaffError::Backup(error) => backup_exit(error),
        StaffError::Store(error) => store_exit(error),
    }
}

const fn store_exit(error: &StoreError) -> Exit {
    match error {
        StoreError::Moving | StoreError::Moved | StoreError::Clock { .. } => Exit::Refused,
        StoreError::KeyOrFile
        | StoreError::Empty
        | StoreError::NoAccess { .. }
        | StoreError::NoCipher
        | StoreError::NewerVersion { .. }
        | StoreError::OlderTables => Exit::Unusable,
        StoreError::NotFound { .. }
        | StoreError::Conflict { .. }
        | StoreError::Busy
        | StoreError::Away { .. }
        | StoreError::Full
        | StoreError::Fatal { .. }
        | StoreError::Corrupt { .. }
        | StoreError::Stopped
        | StoreError::Database { .. } => Exit::Database,
    }
}
