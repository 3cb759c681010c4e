//! Reports of small lives, each rule by itself.

mod arrival;
pub(crate) mod dates;
mod doses;
mod life;
mod plan;
mod shown;
mod totals;
pub(crate) mod world;
