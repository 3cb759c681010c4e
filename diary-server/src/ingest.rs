//! Intake of what devices push: verification without the database, quotas, and one writer that commits many pushes a
//! transaction. A receipt is given after the commit alone.

pub mod commits;
pub(crate) mod evidence;
pub mod quotas;
pub mod verify;
