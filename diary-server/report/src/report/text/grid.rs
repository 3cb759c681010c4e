//! The day grid in text: one column per day, two characters wide where nothing longer stands in it, as many days in one
//! block as fit.

use chrono::Datelike;
use diary_core::text::Lang;

use crate::messages::report as say;

use super::layout::{pad, width_of, wrap};
use crate::report::{Day, ItemRow, Report, grid, words};

/// Least columns of one day.
const CELL: usize = 2;
/// Width of the row's name; a longer one is wrapped.
const LABEL: usize = 24;

/// A row of the grid: its name and one short text per day.
struct Row {
    label: String,
    cells: Vec<String>,
}

/// Report in one language, as a grid of its days.
pub(super) struct Grid<'r> {
    pub(super) report: &'r Report,
    pub(super) lang: Lang,
}

impl Grid<'_> {
    /// The grid, in the smallest number of blocks that the width allows, of about the same length.
    pub(super) fn lines(&self, width: usize) -> Vec<String> {
        let rows = self.rows();
        let widths: Vec<usize> =
            (0..self.report.days.len()).map(|column| column_width(&rows, column)).collect();
        let room = width.saturating_sub(LABEL);
        let fits = |len: &usize| widths.chunks(*len).all(|block| block.iter().sum::<usize>() <= room);
        let lengths = (1..=widths.len().max(1)).map(|blocks| widths.len().div_ceil(blocks).max(1));
        let len = lengths.into_iter().find(fits).unwrap_or(1);
        let mut out = Vec::new();
        for (block, days) in self.report.days.chunks(len).enumerate() {
            if block > 0 {
                out.push(String::new());
            }
            let first = block * len;
            let widths = widths.get(first..first + days.len()).unwrap_or_default();
            out.extend(self.head(days, widths));
            for row in &rows {
                let cells = row.cells.iter().skip(first).zip(widths);
                let cells: String = cells.map(|(cell, width)| pad(cell, *width)).collect();
                let mut label =
                    wrap(&row.label, LABEL - 1, if row.label.starts_with(' ') { 4 } else { 2 }).into_iter();
                out.push(format!("{}{cells}", pad(&label.next().unwrap_or_default(), LABEL)));
                out.extend(label);
            }
        }
        out
    }

    /// Months, days and days of the week.
    fn head(&self, days: &[Day], widths: &[usize]) -> Vec<String> {
        let starts = |n: usize| n == 0 || days.get(n).is_some_and(|day| day.day.0.day() == 1);
        let left = |n: usize| widths.iter().take(n).sum::<usize>();
        let mut months = String::new();
        for (n, day) in days.iter().enumerate().filter(|(n, _)| starts(*n)) {
            let next = (n + 1..days.len()).find(|n| starts(*n)).map_or(left(days.len()), left);
            let full = self.report.dates(self.lang).month_of(day.day);
            // The year only if it does not displace the next month.
            let fits = left(n) + width_of(&full) < next;
            let month = if fits { full } else { words::month(day.day, self.lang) };
            // At the right edge the name ends with the block.
            let start = left(n).min(left(days.len()).saturating_sub(width_of(&month)));
            months += &" ".repeat(start.saturating_sub(width_of(&months)));
            months += &month;
            months.push(' ');
        }
        let (mut tens, mut ones, mut weekdays) = (String::new(), String::new(), String::new());
        for ((n, day), width) in days.iter().enumerate().zip(widths) {
            let number = day.day.0.day();
            let shown = if starts(n) || number % 10 == 0 { (number / 10).to_string() } else { String::new() };
            tens += &pad(&shown, *width);
            ones += &pad(&(number % 10).to_string(), *width);
            let weekday: String = words::weekday(day.day.0.weekday(), self.lang).chars().take(1).collect();
            weekdays += &pad(&weekday, *width);
        }
        let label = |text: &str| pad(text, LABEL);
        vec![
            label("") + &months,
            label(say::column_day(self.lang)) + &tens,
            label("") + &ones,
            label(say::column_weekday(self.lang)) + &weekdays,
        ]
    }

    fn rows(&self) -> Vec<Row> {
        let of_days = |label: &str, cell: &dyn Fn(&Day) -> String| Row {
            label: label.to_owned(),
            cells: self.report.days.iter().map(cell).collect(),
        };
        let mut rows = vec![of_days(say::infusion_visit(self.lang), &grid::course)];
        rows.push(of_days(say::entered_by_others(self.lang), &grid::entered_by));
        rows.push(of_days(say::on_phone(self.lang), &|day| self.report.phones_on(day)));
        let backfilled = |day: &Day| if day.backfilled { "b".to_owned() } else { String::new() };
        rows.push(of_days(say::filled_in_together(self.lang), &backfilled));
        rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
        for slot in &self.report.slots {
            let series = self.report.total_in_slot(slot);
            let cells = slot.cells.iter().enumerate().map(|(column, cell)| match (cell, series) {
                (None, _) => String::new(),
                (Some(cell), Some(series)) => self.report.slot_total(series, cell, column),
                (Some(cell), None) => grid::slot(cell),
            });
            rows.push(Row { label: slot.title.get(self.lang).to_owned(), cells: cells.collect() });
            if series.is_some() {
                continue;
            }
            let is_last =
                self.report.slots.iter().rfind(|other| other.instrument == slot.instrument) == Some(slot);
            if is_last {
                let items =
                    self.report.items.iter().filter(|row| row.instrument == slot.instrument && fits(row));
                rows.extend(items.map(|row| self.item(row)));
                rows.extend(self.total(&slot.instrument));
            }
        }
        let has_slot =
            |id: &diary_core::ids::InstrumentId| self.report.slots.iter().any(|slot| slot.instrument == *id);
        for row in self.report.items.iter().filter(|row| !has_slot(&row.instrument) && fits(row)) {
            rows.push(self.item(row));
        }
        for series in self.report.totals.iter().filter(|series| !has_slot(&series.instrument)) {
            rows.extend(self.total(&series.instrument));
        }
        rows
    }

    fn item(&self, row: &ItemRow) -> Row {
        let cells = row.cells.iter().enumerate().map(|(column, cell)| match cell {
            Some(cell) => grid::answer(cell),
            None => {
                let slot = row.slot.as_ref().map(|slot| &slot.slot);
                let empty = self.report.empty_at(&row.instrument, slot, column);
                empty.map(grid::symbol).unwrap_or_default().to_owned()
            }
        });
        Row { label: format!("  {}", row.label.get(self.lang)), cells: cells.collect() }
    }

    fn total(&self, instrument: &diary_core::ids::InstrumentId) -> Option<Row> {
        let series = self.report.totals.iter().find(|series| series.instrument == *instrument)?;
        let cells = (0..self.report.days.len()).map(|column| self.report.total_at(series, column));
        Some(Row { label: say::column_total(self.lang).to_owned(), cells: cells.collect() })
    }
}

/// Columns that a day needs: cells are never cut, and two numbers side by side stay two.
fn column_width(rows: &[Row], column: usize) -> usize {
    let ends_in_digit = |text: &str| text.ends_with(|c: char| c.is_ascii_digit());
    let needed = rows.iter().map(|row| {
        let cell = row.cells.get(column).map_or("", String::as_str);
        let next =
            row.cells.get(column + 1).is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
        let width = width_of(cell);
        if width > CELL || ends_in_digit(cell) && next { width + 1 } else { width }
    });
    needed.max().unwrap_or(0).max(CELL)
}

/// True if a row's cells fit the grid; other rows are in the table of days.
pub(super) fn fits(row: &ItemRow) -> bool {
    row.cells.iter().flatten().all(|cell| width_of(&grid::answer(cell)) <= CELL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_its_longest_cell_and_two_numbers_side_by_side_stay_two() {
        let row = |cells: [&str; 4]| Row { label: String::new(), cells: cells.map(str::to_owned).to_vec() };
        let widths = |rows: &[Row]| (0..4).map(|column| column_width(rows, column)).collect::<Vec<_>>();
        assert_eq!(widths(&[row(["1", "0", "x", ""])]), [2, 2, 2, 2]);
        assert_eq!(widths(&[row(["10", "9", "12", "+"])]), [3, 2, 2, 2]);
        assert_eq!(widths(&[row(["Lc", "+", "", ""]), row(["", "123d", "", "未知"])]), [2, 5, 2, 5]);
    }
}
