//! Operations on a server as a whole: setup, backup, restore, move to another database, detection of a rollback.

pub mod backup;
pub mod moving;
pub mod restore;
pub mod rollback;
pub mod setup;
