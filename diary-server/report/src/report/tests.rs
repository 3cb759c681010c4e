//! Reports of small lives, each rule by itself.

mod adjudicated;
mod alarms;
mod arrival;
pub(crate) mod dates;
mod doses;
mod doubtful;
mod growth;
mod infusions;
mod life;
mod plan;
mod pseudo;
mod shown;
mod totals;
mod wide;
pub(crate) mod world;
