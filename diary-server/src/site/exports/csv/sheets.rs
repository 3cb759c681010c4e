//! The tables as one spreadsheet, in which every cell is a text or a number as its column says. Types are never
//! guessed, so that Chinese, leading zeros and texts that look like dates or formulas stay as they were written. Made
//! from the rows of the CSV files, and kept in unnamed files beside them until it is complete.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use csv::StringRecord;
use diary_core::time::UtcMillis;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use diary_report::tables_csv::cell::{is_number, written};
use diary_report::tables_csv::{Column, Kind, TableName};

/// Name of the file.
pub(super) const SPREADSHEET: &str = "diaries.xlsx";
/// Most rows of a sheet, its first one included.
const MOST_ROWS: u32 = 1_048_576;
/// Most UTF-16 units of a cell.
const MOST_UNITS: usize = 32_767;
/// Most digits of a number that a spreadsheet keeps.
const MOST_DIGITS: usize = 15;
/// Stands at the end of a text that does not fit.
const CUT: &str = "… [cut: the CSV file has all of it]";

/// A spreadsheet that is being written.
pub(super) struct Sheets {
    book: Workbook,
    open: BTreeMap<TableName, Sheet>,
    most_rows: u32,
    as_text: Format,
    head: Format,
}

/// Position of the next row of a table: part of the sheet and row in it.
struct Sheet {
    index: usize,
    part: u32,
    next: u32,
}

/// Content of a cell.
#[derive(Clone, PartialEq, Debug)]
enum Cell {
    Empty,
    Number(f64),
    Text(String),
}

impl Sheets {
    /// Begins a spreadsheet made at `made`; its temporary files are in `folder`.
    pub(super) fn begin(folder: &Path, made: UtcMillis) -> Result<Self, XlsxError> {
        Self::with_rows(folder, made, MOST_ROWS)
    }

    fn with_rows(folder: &Path, made: UtcMillis, most_rows: u32) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        book.set_tempdir(folder)?;
        if let Ok(at) = ExcelDateTime::from_timestamp(made.0 / 1000) {
            book.set_properties(&DocProperties::new().set_creation_datetime(&at));
        }
        let as_text = Format::new().set_num_format("@");
        let head = Format::new().set_num_format("@").set_bold();
        let mut sheets = Self { book, open: BTreeMap::new(), most_rows, as_text, head };
        for table in TableName::ALL {
            sheets.add(table, 1)?;
        }
        Ok(sheets)
    }

    /// Writes rows of a table, given as the lines of its CSV file.
    pub(super) fn append(&mut self, table: TableName, lines: &[u8]) -> Result<(), XlsxError> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(lines);
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).map_err(unreadable)? {
            self.row(table, &record)?;
        }
        Ok(())
    }

    /// Adds the meaning of the columns as a last sheet, given as a CSV file, and writes everything.
    pub(super) fn save(mut self, columns: &[u8], to: impl Write + Send) -> Result<(), XlsxError> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(columns);
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name("columns")?.set_freeze_panes(1, 0)?;
        for (row, record) in (0u32..).zip(reader.records()) {
            let record = record.map_err(unreadable)?;
            for (column, text) in (0u16..).zip(&record) {
                let format = if row == 0 { &self.head } else { &self.as_text };
                put(sheet, row, column, &Cell::Text(written(text).to_owned()), format)?;
            }
        }
        self.book.save_to_writer(to)
    }

    fn row(&mut self, table: TableName, record: &StringRecord) -> Result<(), XlsxError> {
        if self.open.get(&table).is_some_and(|sheet| sheet.next >= self.most_rows) {
            let part = self.open.get(&table).map_or(1, |sheet| sheet.part);
            self.add(table, part + 1)?;
        }
        let Some(at) = self.open.get_mut(&table) else { return Ok(()) };
        let sheet = self.book.worksheet_from_index(at.index)?;
        for ((column, of), text) in (0u16..).zip(table.columns()).zip(record) {
            put(sheet, at.next, column, &cell(of, text), &self.as_text)?;
        }
        at.next += 1;
        Ok(())
    }

    fn add(&mut self, table: TableName, part: u32) -> Result<(), XlsxError> {
        let index = self.book.worksheets().len();
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        let name = if part == 1 { table.name().to_owned() } else { format!("{} {part}", table.name()) };
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for (at, column) in (0u16..).zip(table.columns()) {
            sheet.set_column_width(at, width(column))?;
            put(sheet, 0, at, &Cell::Text(column.name.to_owned()), &self.head)?;
        }
        self.open.insert(table, Sheet { index, part, next: 1 });
        Ok(())
    }
}

fn unreadable(error: csv::Error) -> XlsxError {
    XlsxError::ParameterError(error.to_string())
}

fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, format: &Format) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Number(number) => drop(sheet.write_number(row, column, *number)?),
        Cell::Text(text) => drop(sheet.write_string_with_format(row, column, text, format)?),
    }
    Ok(())
}

/// Cell of the spreadsheet for a cell of a CSV file: a number only in a column of numbers, and only where no digit is
/// lost.
fn cell(column: &Column, text: &str) -> Cell {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let number = || (is_number(text) && digits <= MOST_DIGITS).then(|| text.parse().ok()).flatten();
    match (text, column.kind) {
        ("", _) => Cell::Empty,
        (_, Kind::Integer | Kind::Number) => {
            number().map_or_else(|| Cell::Text(fitting(written(text))), Cell::Number)
        }
        (_, Kind::Text | Kind::YesNo | Kind::Day | Kind::Instant | Kind::Local) => {
            Cell::Text(fitting(written(text)))
        }
    }
}

/// Longest beginning of a text that a cell can hold.
fn fitting(text: &str) -> String {
    if text.encode_utf16().count() <= MOST_UNITS {
        return text.to_owned();
    }
    let mut left = MOST_UNITS - CUT.encode_utf16().count();
    let kept = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        fits
    });
    kept.chain(CUT.chars()).collect()
}

const fn width(column: &Column) -> u16 {
    match column.kind {
        Kind::Instant | Kind::Local => 24,
        Kind::Day => 11,
        Kind::Text => 16,
        Kind::Integer | Kind::Number | Kind::YesNo => 10,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    /// The XML of the sheets, by the name of the part.
    fn sheet(bytes: &[u8], n: usize) -> String {
        let mut parts = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut xml = String::new();
        let name = format!("xl/worksheets/sheet{n}.xml");
        parts.by_name(&name).unwrap().read_to_string(&mut xml).unwrap();
        xml
    }

    fn saved(most_rows: u32, rows: &str) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let mut sheets = Sheets::with_rows(folder.path(), UtcMillis(0), most_rows).unwrap();
        sheets.append(TableName::Participants, rows.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        sheets.save(b"table,column\nentries,kind\n", &mut bytes).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "what it kept has no name");
        bytes
    }

    #[test]
    fn every_cell_is_a_text_or_a_number_as_its_column_says() {
        let rows = "0012,北京,'=1+1,2026-03-01T04:00:00.000Z,2026-03-01,2,\n";
        let xml = sheet(&saved(10, rows), 1);
        for (cell, text) in [
            ("A2", "0012"),
            ("B2", "北京"),
            ("C2", "=1+1"),
            ("D2", "2026-03-01T04:00:00.000Z"),
            ("E2", "2026-03-01"),
        ] {
            let expected = format!("r=\"{cell}\" s=\"2\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
            assert!(xml.contains(&expected), "{expected} in {xml}");
        }
        assert!(xml.contains("<c r=\"F2\"><v>2</v></c>"), "{xml}");
        assert!(!xml.contains("r=\"G2\"") && !xml.contains("<f>"), "{xml}");
    }

    #[test]
    fn a_table_with_more_rows_than_a_sheet_holds_goes_on_in_another() {
        let rows: String = (1..=5).map(|n| format!("S-{n},b,v,,,1,\n")).collect();
        let bytes = saved(3, &rows);
        let first = sheet(&bytes, 1);
        assert!(first.contains("S-2") && !first.contains("S-3"), "{first}");
        let (second, third) =
            (sheet(&bytes, TableName::ALL.len() + 1), sheet(&bytes, TableName::ALL.len() + 2));
        assert!(second.contains(">subject<") && second.contains("S-3") && second.contains("S-4"), "{second}");
        assert!(third.contains(">subject<") && third.contains("S-5"), "{third}");
        assert!(sheet(&bytes, TableName::ALL.len() + 3).contains(">entries<"));
    }

    #[test]
    fn what_xml_cannot_hold_stands_as_the_escape_of_spreadsheets() {
        let rows = "0012,\"a\u{1b}[2J\u{202e}b\u{0}_x001B_\u{fffe}\",v,,,2,\n";
        let xml = sheet(&saved(10, rows), 1);
        assert!(xml.contains("a_x001B_[2J\u{202e}b_x0000__x005F_x001B__xFFFE_"), "{xml}");
    }

    #[test]
    fn what_does_not_fit_is_kept_as_text_or_cut_and_says_so() {
        let of = |kind: Kind, text: &str| {
            cell(&Column { name: "", kind, unit: "", values: "", meaning: |_| "" }, text)
        };
        assert_eq!(of(Kind::Number, "-0.5"), Cell::Number(-0.5));
        assert_eq!(of(Kind::Integer, "123456789012345"), Cell::Number(123_456_789_012_345.0));
        let long = "1234567890123456";
        assert_eq!(of(Kind::Integer, long), Cell::Text(long.to_owned()));
        assert_eq!(of(Kind::Number, "1e5"), Cell::Text("1e5".to_owned()));
        assert_eq!(of(Kind::Text, "'+10000-01-01"), Cell::Text("+10000-01-01".to_owned()));
        let fits = "语".repeat(MOST_UNITS);
        assert_eq!(fitting(&fits), fits);
        let cut = fitting(&"😀".repeat(20_000));
        assert!(cut.ends_with(CUT) && cut.encode_utf16().count() <= MOST_UNITS, "{}", cut.len());
    }
}
