//! Values that need more than two characters a day: doses, milligrams, times, measured values. One line per day, in as
//! many tables as the width requires.

use chrono::Datelike;
use diary_core::text::Lang;

use crate::messages::report as say;

use super::grid::fits;
use super::layout::{pad, pieces, width_of, wrap};
use crate::report::{Day, ItemRow, Report, grid, words};

/// Least columns of the date.
const DATE: usize = 12;

/// Minimum width of a name over a narrower group; a longer one is wrapped.
const TITLE: usize = 10;

/// Some columns under one name.
struct Group {
    title: String,
    columns: Vec<Column>,
}

struct Column {
    title: String,
    cells: Vec<String>,
}

impl Column {
    fn new(title: &str, cells: Vec<String>) -> Self {
        Self { title: title.to_owned(), cells }
    }

    fn width(&self) -> usize {
        self.cells.iter().map(|cell| width_of(cell)).chain([width_of(&self.title), 4]).max().unwrap_or(0) + 1
    }
}

impl Group {
    fn width(&self) -> usize {
        let columns = self.columns.iter().map(Column::width).sum::<usize>();
        let longest =
            pieces(&self.title).into_iter().map(|piece| width_of(piece.trim_end())).max().unwrap_or(0);
        columns.max(width_of(&self.title).min(TITLE)).max(longest) + 1
    }

    /// Its name in lines of its width.
    fn titles(&self) -> Vec<String> {
        wrap(&self.title, self.width() - 1, 0)
    }
}

/// The tables; empty if they would have no rows.
pub(super) fn lines(report: &Report, lang: Lang, width: usize) -> Vec<String> {
    let dates: Vec<String> = report.days.iter().map(|day| date(report, day, lang)).collect();
    let date_width = dates.iter().map(|date| width_of(date) + 1).max().unwrap_or(0).max(DATE);
    let mut tables: Vec<Vec<Group>> = Vec::new();
    let mut used = 0;
    for group in groups(report, lang) {
        if tables.is_empty() || used + group.width() > width {
            tables.push(Vec::new());
            used = date_width;
        }
        used += group.width();
        if let Some(table) = tables.last_mut() {
            table.push(group);
        }
    }
    let tables = tables.iter().map(|table| self::table(&dates, date_width, table));
    tables.collect::<Vec<_>>().join(&String::new())
}

fn date(report: &Report, day: &Day, lang: Lang) -> String {
    format!("{} {}", words::date(day.day, report.year(), lang), words::weekday(day.day.0.weekday(), lang))
}

fn table(dates: &[String], date_width: usize, groups: &[Group]) -> Vec<String> {
    let titles: Vec<Vec<String>> = groups.iter().map(Group::titles).collect();
    let height = titles.iter().map(Vec::len).max().unwrap_or(1);
    let mut out = Vec::new();
    for n in 0..height {
        let mut line = pad("", date_width);
        for (group, titles) in groups.iter().zip(&titles) {
            // Names are directly above their columns.
            let title = (n + titles.len()).checked_sub(height).and_then(|n| titles.get(n));
            line += &pad(title.map_or("", String::as_str), group.width());
        }
        out.push(line);
    }
    let mut names = pad("", date_width);
    for group in groups {
        let cells: String = group.columns.iter().map(|column| pad(&column.title, column.width())).collect();
        names += &pad(&cells, group.width());
    }
    out.push(names);
    let says_something = |row: usize| {
        let mut cells =
            groups.iter().flat_map(|group| &group.columns).filter_map(|column| column.cells.get(row));
        cells.any(|cell| !cell.is_empty())
    };
    for (row, date) in dates.iter().enumerate().filter(|(row, _)| says_something(*row)) {
        let mut line = pad(date, date_width);
        for group in groups {
            let cell =
                |column: &Column| pad(column.cells.get(row).map_or("", String::as_str), column.width());
            let cells: String = group.columns.iter().map(cell).collect();
            line += &pad(&cells, group.width());
        }
        out.push(line);
    }
    out
}

fn groups(report: &Report, lang: Lang) -> Vec<Group> {
    let mut groups = Vec::new();
    for row in &report.medications {
        let doses = row.days.iter().map(|day| day.as_ref().map(grid::doses).unwrap_or_default());
        let mut columns = vec![Column::new(say::taken(lang), doses.collect())];
        if let Some(mg) = &row.mg {
            let mg = mg.iter().map(|amount| amount.map(words::amount).unwrap_or_default());
            columns.push(Column::new("mg", mg.collect()));
            let last = row.days.iter().zip(&report.days).map(|(doses, day)| {
                let last = doses.as_ref().and_then(|doses| doses.last);
                last.map(|at| words::clock(day.day, at)).unwrap_or_default()
            });
            columns.push(Column::new(say::column_last(lang), last.collect()));
        }
        groups.push(Group { title: row.name.get(lang).to_owned(), columns });
    }
    if let Some(days) = &report.prednisone {
        let mg = days.iter().map(|amount| amount.map(words::amount).unwrap_or_default());
        let columns = vec![Column::new("mg", mg.collect())];
        groups.push(Group { title: say::pred_eq(lang).to_owned(), columns });
    }
    let wide: Vec<&ItemRow> = report.items.iter().filter(|row| !fits(row)).collect();
    for rows in wide.chunk_by(|a, b| a.instrument == b.instrument && a.link_id == b.link_id) {
        let Some(first) = rows.first() else { continue };
        let columns = rows.iter().map(|row| answers(report, row, lang)).collect();
        groups.push(Group { title: first.label.get(lang).to_owned(), columns });
    }
    groups
}

fn answers(report: &Report, row: &ItemRow, lang: Lang) -> Column {
    let cells = row.cells.iter().enumerate().map(|(column, cell)| {
        let slot = row.slot.as_ref().map(|slot| &slot.slot);
        let empty = || grid::empty(report, &row.instrument, slot, column);
        cell.as_ref().map_or_else(|| empty().map(grid::symbol).unwrap_or_default().to_owned(), grid::answer)
    });
    Column { title: grid::slot_of(report, row, lang), cells: cells.collect() }
}
