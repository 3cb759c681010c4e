//! The commands as people and scripts see them: a diary of the shipped study, a clock of its own, a captured terminal.

mod alarms;
mod allowance;
mod chinese;
mod codes;
mod disk;
mod documents;
mod doses;
mod drafts;
mod evening;
mod joining;
mod privacy;
mod questions;
mod transcripts;
mod typed;
mod world;
