//! What needs more than two characters a day: doses, milligrams, times, measured values. One line per day, in as many
//! tables as the width asks for.

use chrono::Datelike;
use diary_core::text::Lang;

use super::grid::fits;
use super::layout::{fit, width_of};
use crate::report::{ItemRow, Report, grid, words};

/// Columns of the date.
const DATE: usize = 12;

/// Columns that a name gets even over a narrower group.
const TITLE: usize = 10;

/// Columns that the name of a slot gets.
const SLOT: usize = 8;

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
        columns.max(width_of(&self.title).min(TITLE)) + 1
    }
}

/// The tables; none where there is nothing for them.
pub(super) fn lines(report: &Report, lang: Lang, width: usize) -> Vec<String> {
    let mut tables: Vec<Vec<Group>> = Vec::new();
    let mut used = 0;
    for group in groups(report, lang) {
        if tables.is_empty() || used + group.width() > width {
            tables.push(Vec::new());
            used = DATE;
        }
        used += group.width();
        if let Some(table) = tables.last_mut() {
            table.push(group);
        }
    }
    let tables = tables.iter().map(|table| self::table(report, table, lang));
    tables.collect::<Vec<_>>().join(&String::new())
}

fn table(report: &Report, groups: &[Group], lang: Lang) -> Vec<String> {
    let mut titles = fit("", DATE);
    let mut names = fit("", DATE);
    for group in groups {
        titles += &(fit(&group.title, group.width() - 1) + " ");
        let cells: String = group.columns.iter().map(|column| fit(&column.title, column.width())).collect();
        names += &fit(&cells, group.width());
    }
    let mut out = vec![titles, names];
    let says_something = |row: usize| {
        let mut cells =
            groups.iter().flat_map(|group| &group.columns).filter_map(|column| column.cells.get(row));
        cells.any(|cell| !cell.is_empty())
    };
    for (row, day) in report.days.iter().enumerate().filter(|(row, _)| says_something(*row)) {
        let weekday = words::weekday(day.day.0.weekday(), lang);
        let mut line = fit(&format!("{} {weekday}", words::date(day.day, lang)), DATE);
        for group in groups {
            let cell =
                |column: &Column| fit(column.cells.get(row).map_or("", String::as_str), column.width());
            let cells: String = group.columns.iter().map(cell).collect();
            line += &fit(&cells, group.width());
        }
        out.push(line);
    }
    out
}

fn groups(report: &Report, lang: Lang) -> Vec<Group> {
    let mut groups = Vec::new();
    for row in &report.medications {
        let doses = row.days.iter().map(|day| day.as_ref().map(grid::doses).unwrap_or_default());
        let mut columns = vec![Column::new(lang.pick("taken", "已服"), doses.collect())];
        if let Some(mg) = &row.mg {
            let mg = mg.iter().map(|amount| amount.map(words::amount).unwrap_or_default());
            columns.push(Column::new("mg", mg.collect()));
            let last = row.days.iter().zip(&report.days).map(|(doses, day)| {
                let last = doses.as_ref().and_then(|doses| doses.last);
                last.map(|at| words::clock(day.day, at)).unwrap_or_default()
            });
            columns.push(Column::new(lang.pick("last", "末次"), last.collect()));
        }
        groups.push(Group { title: row.name.get(lang).to_owned(), columns });
    }
    if let Some(days) = &report.prednisone {
        let mg = days.iter().map(|amount| amount.map(words::amount).unwrap_or_default());
        let columns = vec![Column::new("mg", mg.collect())];
        groups.push(Group { title: lang.pick("Pred.-eq.", "泼尼松当量").to_owned(), columns });
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
    let title = fit(&grid::slot_of(report, row, lang), SLOT);
    Column { title: title.trim_end().to_owned(), cells: cells.collect() }
}
