//! Text for a terminal: widths, line breaks and tables. Nothing here knows the diary or prints.

mod table;
mod wrap;

pub(crate) use table::TextTable;
pub(crate) use wrap::{columns, wrap, wrap_hanging};
