//! Moves a study from one database to another. No server runs meanwhile; everything is copied and compared, and only
//! then is the old database marked as left and the new one as arrived.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diary_core::files;
use diary_core::ids::VaultId;
use diary_core::keys::ServerRole;
use diary_core::merge::merge_v1;
use diary_core::time::UtcMillis;
use zeroize::Zeroizing;

use crate::audit::Account;
use crate::audit::{Code, event};
use crate::data_folder::{DataFolder, FolderError, io_error};
use crate::keys::server_keys::is_of_role;
use crate::keys::{KeysError, ServerKeys};
use diary_core::entropy::SharedEntropy;
use diary_store::moving::{BATCH_BYTES, End, MigrationState, Progress};
use diary_store::sqlite::Missing;
use diary_store::{Location, StoreError};

/// Most outdated database files that are kept beside the present one.
const LEFT_MAX: u32 = 999;

/// Input of a move.
#[derive(Clone, Debug)]
pub struct MoveInput<'a> {
    /// Data folder, whose keys open both databases; its own database is the one that the study is in.
    pub folder: &'a DataFolder,
    /// Destination of the study.
    pub to: &'a Location,
    /// Account that moves it.
    pub by: &'a Account,
    /// The time.
    pub now: UtcMillis,
    /// Bytes of rows that are moved at a time.
    pub batch_bytes: usize,
}

impl<'a> MoveInput<'a> {
    /// A move of the study of `folder` in batches of the usual size.
    #[must_use]
    pub const fn new(folder: &'a DataFolder, to: &'a Location, by: &'a Account, now: UtcMillis) -> Self {
        Self { folder, to, by, now, batch_bytes: BATCH_BYTES }
    }
}

/// Result of a move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moved {
    /// It is complete now.
    Now {
        /// Rows of all tables.
        rows: u64,
        /// Diaries, each of which is the same at both ends.
        vaults: usize,
    },
    /// Everything was there, and now both ends know.
    Finished,
    /// It was complete before.
    Before,
}

/// Reason for which a study was not moved. It stays in the old database.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The data folder cannot be used, or is being served.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// There is nothing to move.
    #[error("no study in the database to move from")]
    NotFounded,
    /// Another process uses the database.
    #[error("database of {0} in use")]
    InUse(&'static str),
    /// Something else is there.
    #[error("database to move to is occupied")]
    Occupied,
    /// A PostgreSQL that the study was moved away from before.
    #[error("database to move to was left before")]
    LeftBefore,
    /// The databases differ where they must be equal.
    #[error("{what} differs between the databases")]
    Differs {
        /// Table or diary that differs.
        what: String,
    },
    /// The database that is left.
    #[error("database to move from: {0}")]
    From(#[source] StoreError),
    /// The database that it goes to.
    #[error("database to move to: {0}")]
    To(#[source] StoreError),
    /// One of both, while rows were moved.
    #[error("move stopped: {0}")]
    Stopped(#[source] StoreError),
}

/// Steps that remain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Plan {
    /// Everything.
    Begin,
    /// Everything but the beginning.
    GoOn,
    /// The new database holds everything; the old one is not yet marked as left.
    Leave,
    /// The new database does not know that the study has arrived.
    Arrive,
    /// Nothing.
    Nothing,
}

/// Steps that remain, by the state `here` of the old database and `there` of the new one.
fn plan(here: Option<MigrationState>, there: Option<MigrationState>) -> Result<Plan, MoveError> {
    let here = here.ok_or(MoveError::NotFounded)?;
    if here.arriving.is_some() {
        return Err(MoveError::From(StoreError::Moving));
    }
    let Some(there) = there else {
        return match here {
            MigrationState { moved: Some(_), .. } => Err(MoveError::From(StoreError::Moved)),
            MigrationState { leaving: Some(_), .. } => Ok(Plan::GoOn),
            _ => Ok(Plan::Begin),
        };
    };
    let is_copy = there.epoch == here.epoch && there.leaving.is_none() && there.moved.is_none();
    match (there.arriving, here.leaving, here.moved) {
        (Some(arriving), Some(leaving), moved) if is_copy && arriving == leaving => {
            Ok(if moved.is_some() { Plan::Arrive } else { Plan::Leave })
        }
        (None, Some(_), Some(_)) if is_copy => Ok(Plan::Nothing),
        _ => Err(MoveError::Occupied),
    }
}

/// Moves a study. An interrupted move continues where it stopped; completed steps are not repeated.
///
/// # Errors
/// [`MoveError`]; the study stays in the old database, which is read-only until the move is finished or given up.
pub async fn move_study(
    input: &MoveInput<'_>,
    entropy: &SharedEntropy,
    told: &mut dyn FnMut(Progress),
) -> Result<Moved, MoveError> {
    let MoveInput { folder, to, by, now, batch_bytes } = *input;
    let _lock = folder.lock()?;
    let secret = secret(folder)?;
    let open = |location, missing| End::open(location, &secret, missing, batch_bytes, Arc::clone(entropy));
    let here = open(folder.location(), Missing::Refuse).await.map_err(MoveError::From)?;
    let standing = here.migration_state().await.map_err(MoveError::From)?.ok_or(MoveError::NotFounded)?;
    if here.is_in_use().await.map_err(MoveError::From)? {
        return Err(MoveError::InUse("--from"));
    }
    let mut there = open(to, Missing::Create).await.map_err(MoveError::To)?;
    let mut standing_there = there.migration_state().await.map_err(MoveError::To)?;
    if was_left(&standing, standing_there.as_ref()) {
        let Some(file) = to.file() else { return Err(MoveError::LeftBefore) };
        drop(there);
        let name = set_aside(file)?;
        told(Progress::SetAside { name });
        there = open(to, Missing::Create).await.map_err(MoveError::To)?;
        standing_there = there.migration_state().await.map_err(MoveError::To)?;
    }
    let plan = plan(Some(standing), standing_there)?;
    if plan != Plan::Nothing && there.is_in_use().await.map_err(MoveError::To)? {
        return Err(MoveError::InUse("--to"));
    }
    let (from, into) = (kind(folder.location()), kind(to));
    let target = format!("from={from} to={into}");
    // The old database is closed to writers before the copy begins, so that the copy can be complete.
    if plan == Plan::Begin {
        let began = event(by, now, Code::ServerMove, target.clone(), None);
        here.leave(began).await.map_err(MoveError::From)?;
    }
    let mut moved = Moved::Finished;
    if matches!(plan, Plan::Begin | Plan::GoOn) {
        here.copy(&there, told).await.map_err(MoveError::Stopped)?;
        let rows = here.compare(&there, told).await.map_err(MoveError::Stopped)?;
        let rows = rows.map_err(|table| MoveError::Differs { what: format!("the table {table}") })?;
        let vaults = same_records(&here, &there).await?;
        here.found(&there).await.map_err(MoveError::Stopped)?;
        moved = Moved::Now { rows, vaults };
    }
    // The old database is marked as left before the new one accepts writes: after a crash in between neither accepts
    // any, so the two cannot diverge.
    if matches!(plan, Plan::Begin | Plan::GoOn | Plan::Leave) {
        here.left(now).await.map_err(MoveError::Stopped)?;
    }
    if plan == Plan::Nothing {
        return Ok(Moved::Before);
    }
    let done = event(by, now, Code::ServerMoved, target, None);
    there.arrived(done).await.map_err(MoveError::Stopped)?;
    Ok(moved)
}

/// True if the study that is `here` was moved away from `there` before; `there` then holds an outdated copy.
fn was_left(here: &MigrationState, there: Option<&MigrationState>) -> bool {
    let incarnations_here = here.moved.is_none() && here.arriving.is_none();
    incarnations_here && there.is_some_and(|there| there.moved.is_some() && there.arriving.is_none())
}

/// Renames a database file that was left and is closed, within its folder. Returns the new name.
fn set_aside(file: &Path) -> Result<String, MoveError> {
    let beside = |ending: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    // SQLite removes the write-ahead log when the last connection closes, so its presence means that a process still
    // reads this database.
    if beside("-wal").exists() {
        return Err(MoveError::InUse("--to"));
    }
    let mut names = (1..=LEFT_MAX).map(|n| beside(&format!(".left-{n}")));
    let free = names.find(|path| std::fs::symlink_metadata(path).is_err()).ok_or(MoveError::Occupied)?;
    files::rename(file, &free).map_err(|error| io_error(file, &error))?;
    Ok(free.display().to_string())
}

/// Gives up an incomplete move: the study stays in the database of `folder`.
///
/// # Errors
/// [`MoveError`]; nothing was changed then.
pub async fn stay(
    folder: &DataFolder,
    by: &Account,
    now: UtcMillis,
    entropy: &SharedEntropy,
) -> Result<(), MoveError> {
    let _lock = folder.lock()?;
    let secret = secret(folder)?;
    let here = End::open(folder.location(), &secret, Missing::Refuse, BATCH_BYTES, Arc::clone(entropy));
    let here = here.await.map_err(MoveError::From)?;
    let given_up = event(by, now, Code::ServerStay, String::new(), None);
    here.stay(given_up).await.map_err(MoveError::From)
}

/// Compares the merged records at both ends, diary by diary; returns the number of diaries.
async fn same_records(here: &End, there: &End) -> Result<usize, MoveError> {
    let vaults = here.vaults().await.map_err(MoveError::Stopped)?;
    for vault in &vaults {
        let digest = async |end: &End, vault: VaultId| {
            let record = end.store().load_record(vault).await?;
            Ok::<_, StoreError>(merge_v1(&record.plans).digest())
        };
        let digests = (digest(here, *vault).await, digest(there, *vault).await);
        let (one, other) = (digests.0.map_err(MoveError::Stopped)?, digests.1.map_err(MoveError::Stopped)?);
        if one != other {
            return Err(MoveError::Differs { what: format!("the record of vault {vault}") });
        }
    }
    Ok(vaults.len())
}

/// The key of the folder's databases, whichever kind of server it is.
fn secret(folder: &DataFolder) -> Result<Zeroizing<[u8; 32]>, MoveError> {
    let relay = is_of_role(&folder.keys(), ServerRole::Relay);
    let role = if relay { ServerRole::Relay } else { ServerRole::Keeper };
    Ok(Zeroizing::new(*ServerKeys::load(&folder.keys(), role)?.database_secret()))
}

const fn kind(location: &Location) -> &'static str {
    match location {
        Location::Sqlite(_) => "sqlite",
        Location::Postgres(_) => "postgres",
    }
}

#[cfg(test)]
mod tests;
