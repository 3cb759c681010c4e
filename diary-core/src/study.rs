//! The study as data: what a trial asks, when, and what it warns of.

pub mod instrument;
