//! Measures the machine itself, in the same minute as the other figures.

use diary_tests::yardstick;

use crate::table::{Row, Table};

/// The machine's own rates.
pub(crate) fn machine() -> Table {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut table =
        Table::new("The machine", "500 of each, one after the other, by one thread, with nothing else.");
    for figures in yardstick::measure(folder.path()) {
        table.push(Row::new(figures.name).with("a second", figures.rates()));
    }
    table
}
