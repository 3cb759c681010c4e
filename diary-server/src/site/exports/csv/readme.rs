//! Explanatory files of an export: descriptions for people, and scripts that read the tables with their types.

use super::sheets::SPREADSHEET;
use super::{COLUMNS, MANIFEST, README};
use diary_report::tables_csv::Table;

/// The scripts that read the tables, by name.
pub(super) const SCRIPTS: [(&str, &str); 2] =
    [("read_diary.R", include_str!("read_diary.R")), ("read_diary.py", include_str!("read_diary.py"))];

const BEFORE: &str = "Diaries of a study as tables.

Every file of this folder:

";

const CSV: &str = "
The CSV files
CSV as in RFC 4180, UTF-8 without a byte order mark (BOM), a comma between cells, a line feed at the end of a row, the
first row names the columns. Days are YYYY-MM-DD. Instants are UTC, for example 2026-03-29T01:30:00.000Z; columns that
end in _local have the civil date and time at the participant's, without a zone. A year beyond 9999 or before 0, which
only a wrong clock gives, has a sign. Numbers have a point. yes and no are written out. An empty cell means that there
is nothing. Tables are joined by subject, entry_id and revision_id.

Reading them into R, pandas, SAS, SPSS
Programs guess the type of a column from what stands in it, and guess wrong:
  - a subject number 0012 becomes 12: read every column as text first;
  - an answer or a code NA, None, null or nan becomes a missing value: only an empty cell is missing here;
  - pandas.read_csv and read.csv do both, unless told otherwise.
read_diary.py and read_diary.R in this folder read every table with the types of columns.csv and do none of it:
  Python   from read_diary import read_diary; tables = read_diary(\".\")
  R        source(\"read_diary.R\"); tables <- read_diary(\".\")
By hand: pandas.read_csv(file, dtype=str, keep_default_na=False) or
read.csv(file, colClasses = \"character\", na.strings = character(0)).

Formulas: a text that a spreadsheet would take for a formula (it begins with = + - @, also full-width, after white
space or not, or with a tab or a line break), or that begins with an apostrophe, has an apostrophe in front. To get
exactly what was written, take one apostrophe away from every text that begins with one, for example in R:
  x <- sub(\"^'\", \"\", x)
The scripts do it. Columns of numbers have none. Everything else of a text stands there exactly as it was written,
control characters and marks that turn the order of reading included: they can command a terminal (`cat`), so look at
a file with a program that shows them.
";

const WITH_SPREADSHEET: &str = "
Excel and WPS
Open diaries.xlsx: a sheet for each table, with more sheets of it (entries 2, ...) beyond 1,048,575 rows. Every cell
has a type: numbers are numbers, everything else is text exactly as it was written, so Chinese, 0012, long digits and
dates stay, and no text is run as a formula. Numbers of more than 15 digits are text, too. A text of more than 32,767
characters, which a cell cannot hold, is cut and says so; the CSV file has it whole. A control character, which such a
file cannot hold, stands as spreadsheets write it, _x001B_ with its number in hexadecimal, and those signs themselves
as _x005F_x001B_: spreadsheets and pandas turn them back. Do not open the CSV files in
Excel: without a byte order mark it garbles Chinese, and it changes 0012 to 12.
";

const WITHOUT_SPREADSHEET: &str = "
Excel and WPS
Do not open the CSV files by double click: without a byte order mark Excel garbles Chinese, and it changes 0012 to 12.
`export csv DIR --spreadsheet` writes diaries.xlsx beside them, in which every cell has its type. With the CSV files
alone: Data, From Text/CSV, file origin 65001 UTF-8, and every column as text.
";

const AFTER: &str = "
What counts
Use rows with counts=yes. The others are versions that contradict these, or entries for a place of the schedule
that is already answered; corrections.csv has every earlier value. In answers.csv a row with disposition answered has
an answer; skipped and not-shown say why there is none.
Doses that were not taken, or of which that is not known, have no amount in doses.csv: sum the column as it is. The
column planned_amount has what was planned.
study_day counts from the first anchor of the study, which is day 1. The day before is day -1; there is no day 0.

Each participant is as of one moment; what came in while the export ran may be in it for one and not for another.
This folder has the diaries in plain text: keep it as the diaries themselves.
";

/// The words for people.
pub(super) fn readme(spreadsheet: bool) -> String {
    let tables = Table::ALL.map(|table| (table.file(), table.row().to_owned()));
    let others = [
        (COLUMNS, "every column of every table: its type, unit and values, and what it means"),
        (README, "this text"),
        ("read_diary.R", "reads the tables into R with the right types"),
        ("read_diary.py", "reads the tables into pandas with the right types"),
        (
            MANIFEST,
            "every file with its rows, bytes and SHA-256; written last: without it the export was interrupted, and \
             nothing in this folder should be used",
        ),
    ];
    let sheet = spreadsheet.then_some((SPREADSHEET, "the tables for Excel and WPS"));
    let others = sheet.into_iter().chain(others).map(|(name, what)| (name.to_owned(), what.to_owned()));
    let lines: String = tables.into_iter().chain(others).map(|(name, what)| line(&name, &what)).collect();
    let excel = if spreadsheet { WITH_SPREADSHEET } else { WITHOUT_SPREADSHEET };
    [BEFORE, &lines, CSV, excel, AFTER].concat()
}

/// A file with what it is, in lines of at most 118 characters.
fn line(name: &str, what: &str) -> String {
    const INDENT: usize = 24;
    const WIDTH: usize = 118;
    let mut out = format!("{name:INDENT$}");
    let mut width = INDENT;
    for word in what.split(' ') {
        if width + word.len() > WIDTH {
            out = format!("{}\n{:INDENT$}", out.trim_end(), "");
            width = INDENT;
        }
        out.push_str(word);
        out.push(' ');
        width += word.len() + 1;
    }
    format!("{}\n", out.trim_end())
}
