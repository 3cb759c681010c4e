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

/// Report in one language, as tables with a line per day.
pub(super) struct Tables<'r> {
    pub(super) report: &'r Report,
    pub(super) lang: Lang,
}

impl Tables<'_> {
    /// The tables; empty if they would have no rows.
    pub(super) fn lines(&self, width: usize) -> Vec<String> {
        let dates: Vec<String> = self.report.days.iter().map(|day| self.date(day)).collect();
        let date_width = dates.iter().map(|date| width_of(date) + 1).max().unwrap_or(0).max(DATE);
        let mut tables: Vec<Vec<Group>> = Vec::new();
        let mut used = 0;
        for group in self.groups() {
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

    fn date(&self, day: &Day) -> String {
        format!(
            "{} {}",
            self.report.dates(self.lang).date(day.day),
            words::weekday(day.day.0.weekday(), self.lang)
        )
    }

    fn groups(&self) -> Vec<Group> {
        let mut groups = Vec::new();
        for row in &self.report.medications {
            let doses = row.days.iter().map(|day| day.as_ref().map(grid::doses).unwrap_or_default());
            let mut columns = vec![Column::new(say::taken(self.lang), doses.collect())];
            if let Some(mg) = &row.mg {
                let mg = mg.iter().map(|amount| amount.map(words::amount).unwrap_or_default());
                columns.push(Column::new("mg", mg.collect()));
                let last = row.days.iter().zip(&self.report.days).map(|(doses, day)| {
                    let last = doses.as_ref().and_then(|doses| doses.last);
                    last.map(|at| words::clock(day.day, at)).unwrap_or_default()
                });
                columns.push(Column::new(say::column_last(self.lang), last.collect()));
            }
            groups.push(Group { title: row.name.get(self.lang).to_owned(), columns });
        }
        if let Some(days) = &self.report.prednisone {
            let mg = days.iter().map(|amount| amount.map(words::amount).unwrap_or_default());
            let columns = vec![Column::new("mg", mg.collect())];
            groups.push(Group { title: say::pred_eq(self.lang).to_owned(), columns });
        }
        let wide: Vec<&ItemRow> = self.report.items.iter().filter(|row| !fits(row)).collect();
        for rows in wide.chunk_by(|a, b| a.instrument == b.instrument && a.link_id == b.link_id) {
            let Some(first) = rows.first() else { continue };
            let columns = rows.iter().map(|row| self.answers(row)).collect();
            groups.push(Group { title: first.label.get(self.lang).to_owned(), columns });
        }
        groups
    }

    fn answers(&self, row: &ItemRow) -> Column {
        let cells = row.cells.iter().enumerate().map(|(column, cell)| {
            let slot = row.slot.as_ref().map(|slot| &slot.slot);
            let empty = || self.report.empty_at(&row.instrument, slot, column);
            cell.as_ref()
                .map_or_else(|| empty().map(grid::symbol).unwrap_or_default().to_owned(), grid::answer)
        });
        Column { title: self.report.slot_of(row, self.lang), cells: cells.collect() }
    }
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
