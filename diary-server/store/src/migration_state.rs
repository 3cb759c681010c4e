//! State of a move of the study, in columns of `server`.

use diary_core::ids::Epoch;
use diary_core::time::UtcMillis;

use crate::audit;
use crate::sql::{Dialect, Row, Step, Tx, conflict};
use crate::{StoreError, TrailEvent};

const STATE: &str = "-- store::migration_state::state
SELECT epoch, leaving, moved, arriving FROM server";
// The lock keeps a new epoch from beginning between this read and the commit.
const STATE_KEPT: &str = "-- store::migration_state::state_kept
SELECT epoch, leaving, moved, arriving FROM server FOR SHARE";
// Every writing transaction has the row share-locked until it ends: this waits for all of them, and blocks new ones.
const ALONE: &str = "-- store::migration_state::alone
LOCK TABLE server IN ACCESS EXCLUSIVE MODE";
const LEAVE: &str = "-- store::migration_state::leave
UPDATE server SET leaving = ?1";
const STAY: &str = "-- store::migration_state::stay
UPDATE server SET leaving = NULL";
const LEFT: &str = "-- store::migration_state::left
UPDATE server SET moved = ?1 WHERE leaving IS NOT NULL";
const ARRIVED: &str = "-- store::migration_state::arrived
UPDATE server SET arriving = NULL";

/// State of a database in a move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MigrationState {
    /// Its epoch.
    pub epoch: Epoch,
    /// Time at which a move away from here began.
    pub leaving: Option<UtcMillis>,
    /// Time at which it was complete.
    pub moved: Option<UtcMillis>,
    /// Time at which an incomplete move to here began.
    pub arriving: Option<UtcMillis>,
}

/// State of a move; `None` if the database has no study.
pub(crate) fn state(t: &dyn Tx) -> Step<Option<MigrationState>> {
    t.first(STATE, (), read)
}

fn read(row: &Row) -> Step<MigrationState> {
    let at = |column: &str| Step::Ok(row.get::<Option<i64>>(column)?.map(UtcMillis));
    let epoch = Epoch::from_bytes(row.get("epoch")?);
    Ok(MigrationState { epoch, leaving: at("leaving")?, moved: at("moved")?, arriving: at("arriving")? })
}

impl MigrationState {
    /// Refuses if a move is in progress or complete.
    ///
    /// # Errors
    /// [`StoreError::Moved`], [`StoreError::Moving`].
    pub const fn check(&self) -> Result<(), StoreError> {
        match self {
            Self { moved: Some(_), .. } => Err(StoreError::Moved),
            Self { leaving: Some(_), .. } | Self { arriving: Some(_), .. } => Err(StoreError::Moving),
            Self { leaving: None, moved: None, arriving: None, .. } => Ok(()),
        }
    }
}

/// Refuses if a move is in progress or complete. A database without a study passes.
pub(crate) fn check(t: &dyn Tx) -> Step<()> {
    let asked = match t.dialect() {
        Dialect::Sqlite => STATE,
        Dialect::Postgres => STATE_KEPT,
    };
    match t.first(asked, (), read)? {
        Some(state) => Ok(state.check()?),
        None => Ok(()),
    }
}

/// Closes the database for writing, and waits for running writers.
pub(crate) fn leave(t: &dyn Tx, event: &TrailEvent) -> Step<()> {
    if t.dialect() == Dialect::Postgres {
        t.run(ALONE, ())?;
    }
    check(t)?;
    audit::append(t, event)?;
    t.run(LEAVE, [event.at.0])?;
    Ok(())
}

/// Takes [`leave`] back.
pub(crate) fn stay(t: &dyn Tx, event: &TrailEvent) -> Step<()> {
    match state(t)? {
        Some(MigrationState { moved: Some(_), .. }) => Err(StoreError::Moved.into()),
        Some(MigrationState { leaving: Some(_), .. }) => {
            t.run(STAY, ())?;
            audit::append(t, event)
        }
        _ => conflict("no move away from this database has begun"),
    }
}

/// Marks the study as moved away.
pub(crate) fn left(t: &dyn Tx, at: UtcMillis) -> Step<()> {
    match t.run(LEFT, [at.0])? {
        0 => conflict("the move was given up meanwhile"),
        _ => Ok(()),
    }
}

/// Marks the study as arrived.
pub(crate) fn arrived(t: &dyn Tx, event: &TrailEvent) -> Step<()> {
    t.run(ARRIVED, ())?;
    audit::append(t, event)
}
