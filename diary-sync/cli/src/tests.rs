//! The commands as people and scripts see them: a diary of the shipped study, a clock of its own, a captured terminal.

mod codes;
mod documents;
mod drafts;
mod joining;
mod privacy;
mod transcripts;
mod typed;
mod world;
