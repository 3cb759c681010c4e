//! Upkeep of a site's database: backups, signed checkpoints, rebuilds, and the clock.

pub mod backup;
pub mod checkpoint;
mod clock;
pub mod place;
pub mod rebuild;
