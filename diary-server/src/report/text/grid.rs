//! The day grid in text: one column of two characters per day, as many days in one block as fit.

use chrono::Datelike;
use diary_core::text::Lang;

use super::layout::{fit, width_of};
use crate::report::{Day, ItemRow, Report, grid, words};

/// Columns of one day.
const CELL: usize = 2;
/// Columns of the row's name.
const LABEL: usize = 24;

/// A row of the grid: its name and one short text per day.
struct Row {
    label: String,
    cells: Vec<String>,
}

/// The grid, block by block.
pub(super) fn lines(report: &Report, lang: Lang, width: usize) -> Vec<String> {
    let rows = rows(report, lang);
    let per_block = ((width - LABEL) / CELL).max(7);
    let blocks = report.days.len().div_ceil(per_block).max(1);
    let per_block = report.days.len().div_ceil(blocks).max(1);
    let mut out = Vec::new();
    for (block, days) in report.days.chunks(per_block).enumerate() {
        if block > 0 {
            out.push(String::new());
        }
        out.extend(head(days, lang));
        let first = block * per_block;
        for row in &rows {
            let cells: Vec<&String> = row.cells.iter().skip(first).take(days.len()).collect();
            let cells: String = cells.into_iter().map(|cell| fit(cell, CELL)).collect();
            out.push(format!("{}{cells}", fit(&row.label, LABEL)));
        }
    }
    out
}

/// Months, days and days of the week.
fn head(days: &[Day], lang: Lang) -> Vec<String> {
    let starts = |n: usize| n == 0 || days.get(n).is_some_and(|day| day.day.0.day() == 1);
    let mut months = String::new();
    for (n, day) in days.iter().enumerate().filter(|(n, _)| starts(*n)) {
        months += &" ".repeat((n * CELL).saturating_sub(width_of(&months)));
        months += &words::month(day.day, lang);
        months.push(' ');
    }
    let (mut tens, mut ones, mut weekdays) = (String::new(), String::new(), String::new());
    for (n, day) in days.iter().enumerate() {
        let number = day.day.0.day();
        let shown = if starts(n) || number % 10 == 0 { (number / 10).to_string() } else { String::new() };
        tens += &fit(&shown, CELL);
        ones += &fit(&(number % 10).to_string(), CELL);
        let weekday: String = words::weekday(day.day.0.weekday(), lang).chars().take(1).collect();
        weekdays += &fit(&weekday, CELL);
    }
    let label = |text: &str| fit(text, LABEL);
    vec![
        label("") + &months,
        label(lang.pick("day", "日")) + &tens,
        label("") + &ones,
        label(lang.pick("weekday", "星期")) + &weekdays,
    ]
}

fn rows(report: &Report, lang: Lang) -> Vec<Row> {
    let of_days = |label: &str, cell: &dyn Fn(&Day) -> String| Row {
        label: label.to_owned(),
        cells: report.days.iter().map(cell).collect(),
    };
    let mut rows = vec![of_days(lang.pick("Infusion, visit", "输注、访视"), &grid::course)];
    rows.push(of_days(lang.pick("Entered by others", "他人代填"), &grid::entered_by));
    rows.push(of_days(lang.pick("On phone", "所用手机"), &|day| grid::phones(report, day)));
    let backfilled = |day: &Day| if day.backfilled { "b".to_owned() } else { String::new() };
    rows.push(of_days(lang.pick("Filled in together", "集中补填"), &backfilled));
    rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
    for slot in &report.slots {
        let series = grid::total_in_slot(report, slot);
        let cells = slot.cells.iter().enumerate().map(|(column, cell)| match (cell, series) {
            (None, _) => String::new(),
            (Some(cell), Some(series)) => grid::slot_total(report, series, cell, column),
            (Some(cell), None) => grid::slot(cell),
        });
        rows.push(Row { label: slot.title.get(lang).to_owned(), cells: cells.collect() });
        if series.is_some() {
            continue;
        }
        let is_last = report.slots.iter().rfind(|other| other.instrument == slot.instrument) == Some(slot);
        if is_last {
            let items = report.items.iter().filter(|row| row.instrument == slot.instrument && fits(row));
            rows.extend(items.map(|row| item(report, row, lang)));
            rows.extend(total(report, &slot.instrument, lang));
        }
    }
    let has_slot =
        |id: &diary_core::ids::InstrumentId| report.slots.iter().any(|slot| slot.instrument == *id);
    for row in report.items.iter().filter(|row| !has_slot(&row.instrument) && fits(row)) {
        rows.push(item(report, row, lang));
    }
    for series in report.totals.iter().filter(|series| !has_slot(&series.instrument)) {
        rows.extend(total(report, &series.instrument, lang));
    }
    rows
}

/// Whether a row's cells fit the grid; those of others are in the table of days.
pub(super) fn fits(row: &ItemRow) -> bool {
    row.cells.iter().flatten().all(|cell| width_of(&grid::answer(cell)) <= CELL)
}

fn item(report: &Report, row: &ItemRow, lang: Lang) -> Row {
    let cells = row.cells.iter().enumerate().map(|(column, cell)| match cell {
        Some(cell) => grid::answer(cell),
        None => {
            let slot = row.slot.as_ref().map(|slot| &slot.slot);
            let empty = grid::empty(report, &row.instrument, slot, column);
            empty.map(grid::symbol).unwrap_or_default().to_owned()
        }
    });
    Row { label: format!("  {}", row.label.get(lang)), cells: cells.collect() }
}

fn total(report: &Report, instrument: &diary_core::ids::InstrumentId, lang: Lang) -> Option<Row> {
    let series = report.totals.iter().find(|series| series.instrument == *instrument)?;
    let cells = (0..report.days.len()).map(|column| grid::total(report, series, column));
    Some(Row { label: lang.pick("  total", "  总分").to_owned(), cells: cells.collect() })
}
