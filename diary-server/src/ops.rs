//! The life of a server as a whole: made, backed up, put back, moved to another database, found to have been put back.

pub mod backup;
pub mod moving;
pub mod restore;
pub mod rollback;
pub mod setup;
