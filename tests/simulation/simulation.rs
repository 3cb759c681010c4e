//! A small trial with all faults at once, in one thread and from one seed: real phones' stores, the real
//! engine, the real keeper behind its real routes, a network and disks with injected faults, and an oracle that
//! reads every database after each step. The tests that use it are in the files beside this one.
//!
//! Reading order: operations ([`op`], [`generate`]), their subjects ([`founding`], [`clock`], [`phone`], [`keeper`], [`relay`],
//! [`disk`], [`wire`], [`world`]), promises ([`look`], [`truth`], [`heal`]), execution ([`run`], [`shrink`]).

pub mod dice;
pub mod generate;
pub mod op;

pub mod clock;
pub mod disk;
pub mod files;
pub mod founding;
pub mod keeper;
pub mod phone;
pub mod relay;
pub mod wire;
pub mod world;

pub mod heal;
pub mod look;
pub mod truth;
pub mod violation;

pub mod run;
pub mod shrink;

pub use op::{Op, Step};
pub use run::{Runner, Story};
pub use violation::{Kind, Violation};
