//! Columns that line up, also under Chinese headings. Widths are those of the terminal, not of bytes or characters.

use super::wrap::columns;

/// Rows of cells.
#[derive(Debug, Default)]
pub(crate) struct TextTable {
    rows: Vec<Vec<String>>,
}

impl TextTable {
    /// A table with these headings.
    pub(crate) fn new(headings: &[&str]) -> Self {
        let mut table = Self::default();
        table.rows.push(headings.iter().map(|heading| (*heading).to_owned()).collect());
        table
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Columns it takes.
    pub(crate) fn columns(&self) -> usize {
        self.lines().iter().map(|line| columns(line)).max().unwrap_or(0)
    }

    /// Its lines: two blanks between columns, none behind the last.
    pub(crate) fn lines(&self) -> Vec<String> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..count)
            .map(|n| {
                self.rows.iter().filter_map(|row| row.get(n)).map(|cell| columns(cell)).max().unwrap_or(0)
            })
            .collect();
        self.rows.iter().map(|row| line(row, &widths)).collect()
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut out = String::new();
    for (cell, width) in row.iter().zip(widths) {
        out.push_str(cell);
        out.push_str(&" ".repeat(width.saturating_sub(columns(cell)) + 2));
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_under_wide_characters() {
        let mut table = TextTable::new(&["日期", "sent"]);
        table.row(vec!["2026-03-29".to_owned(), "3".to_owned()]);
        assert_eq!(table.lines(), ["日期        sent", "2026-03-29  3"]);
    }
}
