//! Rows that are written together, by table, as the bytes that go to the files.

use std::collections::BTreeMap;
use std::fmt::Display;

use csv::{Terminator, Writer, WriterBuilder};
use diary_core::text::Lang;

use super::cell::{made, neutral};
use super::columns::column::{self, SUBJECT};
use super::{Column, TableName};
use crate::messages::columns as say;

pub(super) const PROBLEMS: &[Column] = &[
    SUBJECT,
    column::text("what", say::problems_what).of("participant|parcel|entry|schedule"),
    column::text("id", say::problems_id),
    column::text("reason", say::problems_reason),
];

/// Rows of every table.
pub struct Batch {
    /// Language of the reasons of problems.
    pub(super) lang: Lang,
    /// Doses of the study drug are left out.
    pub(super) without_study_drug: bool,
    tables: BTreeMap<TableName, (Writer<Vec<u8>>, u64)>,
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rows = self.tables.iter().map(|(table, (_, rows))| (table, rows));
        f.debug_map().entries(rows).finish()
    }
}

impl Batch {
    /// No rows yet. Reasons of problems are in `lang`.
    #[must_use]
    pub const fn new(lang: Lang) -> Self {
        Self { lang, without_study_drug: false, tables: BTreeMap::new() }
    }

    /// The same, for readers who must not know doses of the study drug: these are left out.
    #[must_use]
    pub fn blinded(self) -> Self {
        Self { without_study_drug: true, ..self }
    }

    /// Notes that rows of a participant's record cannot be read, and that those in the tables come from parcels.
    pub fn rows_unreadable(&mut self, subject: &str, what: &str) {
        self.problem(subject, "participant", "", say::rows_unreadable(self.lang, what));
    }

    /// Notes that a participant's record cannot be read.
    pub fn nothing_readable(&mut self, subject: &str, what: &str) {
        self.problem(subject, "participant", "", say::nothing_readable(self.lang, what));
    }

    /// Begins a row. Its cells follow in the order of the table's columns.
    pub(super) fn row(&mut self, table: TableName) -> Row<'_> {
        let (writer, rows) = self.tables.entry(table).or_insert_with(|| (writer(), 0));
        *rows += 1;
        Row { writer, left: table.columns().len() }
    }

    /// Notes something that is not, or not wholly, in the tables.
    pub(super) fn problem(&mut self, subject: &str, what: &str, id: &str, reason: impl Display) {
        self.row(TableName::Problems).text(subject).plain(what).plain(id).text(&reason.to_string()).end();
    }

    /// Bytes of each table with rows, and the number of these.
    #[must_use]
    pub fn finish(self) -> Vec<(TableName, Vec<u8>, u64)> {
        let bytes = |writer: Writer<Vec<u8>>| writer.into_inner().expect("memory takes everything");
        self.tables.into_iter().map(|(table, (writer, rows))| (table, bytes(writer), rows)).collect()
    }
}

/// The first line of a table.
#[must_use]
pub fn heading(table: TableName) -> Vec<u8> {
    let mut writer = writer();
    let names = table.columns().iter().map(|column| column.name);
    writer.write_record(names).expect("memory takes everything");
    writer.into_inner().expect("memory takes everything")
}

/// The file that explains the columns.
#[must_use]
pub fn explanation(lang: Lang) -> Vec<u8> {
    let mut writer = writer();
    let names = ["table", "column", "type", "unit", "values", "meaning"];
    writer.write_record(names).expect("memory takes everything");
    for table in TableName::ALL {
        for Column { name, kind, unit, values, meaning } in table.columns() {
            let record = [table.name(), name, kind.name(), unit, values, meaning(lang)];
            writer.write_record(record).expect("memory takes everything");
        }
    }
    writer.into_inner().expect("memory takes everything")
}

fn writer() -> Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(Vec::new())
}

/// One row, cell by cell.
pub(super) struct Row<'a> {
    writer: &'a mut Writer<Vec<u8>>,
    left: usize,
}

impl Row<'_> {
    /// A value made by this program: ids, numbers, times, codes of a fixed list.
    pub(super) fn plain(&mut self, value: impl Display) -> &mut Self {
        self.cell(made(&value.to_string()).as_bytes())
    }

    /// The same, or an empty cell.
    pub(super) fn maybe(&mut self, value: Option<impl Display>) -> &mut Self {
        match value {
            Some(value) => self.plain(value),
            None => self.none(),
        }
    }

    /// Text written by a person or a study.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.cell(neutral(text).as_bytes())
    }

    /// The same, or an empty cell.
    pub(super) fn maybe_text(&mut self, text: Option<&str>) -> &mut Self {
        self.text(text.unwrap_or_default())
    }

    /// An empty cell.
    pub(super) fn none(&mut self) -> &mut Self {
        self.cell(b"")
    }

    /// `yes` or `no`.
    pub(super) fn yes(&mut self, yes: bool) -> &mut Self {
        self.plain(if yes { "yes" } else { "no" })
    }

    /// Leaves cells empty until the last `left` of the row.
    pub(super) fn all_but(&mut self, left: usize) -> &mut Self {
        while self.left > left {
            self.none();
        }
        self
    }

    /// Ends the row; cells that it does not have are empty.
    pub(super) fn end(&mut self) {
        while self.left > 0 {
            self.none();
        }
        self.writer
            .write_record(None::<&[u8]>)
            .expect("rows of a table have as many cells as it has columns");
    }

    fn cell(&mut self, bytes: &[u8]) -> &mut Self {
        self.left -= 1;
        self.writer.write_field(bytes).expect("memory takes everything");
        self
    }
}
