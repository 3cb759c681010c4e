//! What the tests share: a site with real keeper and real phones on this machine, a clock that is set by hand, and a
//! network that loses what it is told to lose.

pub mod answers;
pub mod cli;
pub mod network;
pub mod world;

pub use network::{Fault, Network};
pub use world::World;
