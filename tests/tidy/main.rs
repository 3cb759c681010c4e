//! Rules of this repository as tests: the tree, the direction of crates and modules, the sources' habits, locked migrations, accurate READMEs.
//!
//! Each rule is one test. Rules on sources are plain functions over one file; each test shows the rule a sample that
//! breaks it before it walks the tree, so that a rule that has gone blind fails too. What the compiler and clippy can
//! say better is in the workspace's lints and not here.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]
#![allow(clippy::string_slice, reason = "every offset was found in the text it cuts")]

mod counts;
mod crates;
mod lessons;
mod migrations;
mod modules;
mod readme;
mod rules;
mod scan;
mod sources;
mod tree;
