//! Everything computed from the data of one participant: the report and its renderers, the worklist, the tables for a
//! statistician. Pure: no store, no network, no clock.

mod iso;
mod messages;
pub mod snapshot;
pub mod staff_words;

pub mod report;
pub mod worklist;

pub mod tables_csv;
