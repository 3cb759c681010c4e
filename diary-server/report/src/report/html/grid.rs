//! The day grid as a table, with the plot on the same days. A block has at most a month, and no more days than the
//! longest cell allows: cells are never cut.

use chrono::Datelike;
use diary_core::ids::{InstrumentId, MedicationCode, SlotId};
use diary_core::text::Lang;
use diary_core::time::DiaryDay;
use maud::{Markup, html};

use crate::messages::report as say;
use crate::report::links::Links;
use crate::report::plot::Canvas;
use crate::report::{
    Change, Day, DoseDay, Empty, ItemRow, Report, Scale, SlotCell, SlotRow, TotalPoint, grid, words,
};

/// Most days side by side.
const BLOCK_DAYS: usize = 31;

/// The days of one table.
#[derive(Clone, Copy)]
struct Block {
    first: usize,
    len: usize,
}

/// Millimetres of a printed page for the cells, beside the names of the rows.
const ROOM_MM: u64 = 146;
/// Widest text of a cell in the usual size, in hundredths of the letter size.
const USUAL_WIDTH: u64 = 200;
/// The letter size of longer cells, in hundredths of a millimetre.
const TIGHT_MM_100: u64 = 163;

/// One row over all days of the report.
pub(in crate::report) struct Row {
    pub(in crate::report) label: String,
    pub(in crate::report) class: &'static str,
    pub(in crate::report) cells: Vec<Cell>,
}

/// One cell: text and style.
#[derive(Default)]
pub(in crate::report) struct Cell {
    pub(in crate::report) text: String,
    pub(in crate::report) class: &'static str,
    /// Address that its value leads to.
    link: Option<String>,
    /// Reason for which it is empty.
    empty: Option<Empty>,
}

impl Cell {
    fn classes(&self) -> Option<String> {
        let tight = if width(&self.text) > USUAL_WIDTH { "tight" } else { "" };
        Some(format!("{} {tight}", self.class).trim().to_owned()).filter(|classes| !classes.is_empty())
    }

    fn plain(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    fn empty(empty: Option<Empty>) -> Self {
        let symbol = empty.map(grid::symbol).unwrap_or_default();
        let class = if symbol.is_empty() { "" } else { "gap" };
        Self { text: symbol.to_owned(), class, link: None, empty }
    }
}

/// Width of a text in bold, in hundredths of the font size.
fn width(text: &str) -> u64 {
    let of = |c: char| match c {
        '.' | ':' | '/' | '-' | '!' => 33,
        c if c.is_ascii() => 61,
        _ => 100,
    };
    text.chars().map(of).sum()
}

/// Largest number of days in a block that leaves enough width for the longest cell.
fn longest_block(rows: &[Row]) -> usize {
    let widest = rows.iter().flat_map(|row| &row.cells).map(|cell| width(&cell.text)).max().unwrap_or(0);
    // Ten thousandths of a millimetre, with a little air on both sides.
    let needed = (widest * TIGHT_MM_100).max(1) + 2_000;
    usize::try_from(ROOM_MM * 10_000 / needed).unwrap_or(BLOCK_DAYS).clamp(1, BLOCK_DAYS)
}

/// Report in one language, as a grid of its days.
pub(in crate::report) struct Grid<'r> {
    pub(in crate::report) report: &'r Report,
    pub(in crate::report) lang: Lang,
    /// Addresses that values lead to; none on a printed page.
    pub(in crate::report) links: Option<&'r Links>,
}

impl Grid<'_> {
    /// The tables.
    pub(super) fn blocks(&self) -> Markup {
        let days = self.report.days.len();
        let rows = self.rows();
        let blocks = days.div_ceil(longest_block(&rows)).max(1);
        let len = days.div_ceil(blocks).max(1);
        html! {
            @for first in (0..days).step_by(len) {
                (self.table(&rows, Block { first, len: len.min(days - first) }))
            }
        }
    }

    fn table(&self, rows: &[Row], block: Block) -> Markup {
        let canvas = Canvas {
            report: self.report,
            lang: self.lang,
            first: block.first,
            len: block.len,
            links: self.links,
        };
        let days: Vec<&Day> = self.report.days.iter().skip(block.first).take(block.len).collect();
        let (marks, others): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.class == MARKS);
        html! {
            div class="grid" tabindex="0" {
                table {
                    colgroup { col class="label"; @for _ in &days { col; } }
                    thead { (self.head(&days)) }
                    tbody {
                        @for row in marks { (self.line(row, block)) }
                        @for panel in canvas.panels() {
                            tr class="plot" {
                                th scope="row" { (super::said(&panel.title)) small { (panel.range) } }
                                td colspan=(block.len) { (panel.svg) }
                            }
                        }
                        @for row in others { (self.line(row, block)) }
                    }
                }
            }
        }
    }

    fn head(&self, days: &[&Day]) -> Markup {
        let months: Vec<(String, usize)> = days
            .chunk_by(|a, b| a.day.0.month() == b.day.0.month())
            .filter_map(|run| {
                // With few days there is no width for the year.
                let first = run.first()?.day;
                let month = self.report.dates(self.lang).month_of(first);
                Some((if run.len() > 2 { month } else { words::month(first, self.lang) }, run.len()))
            })
            .collect();
        html! {
            tr { td {} @for (month, len) in &months { th colspan=(len) class="month" { (month) } } }
            tr {
                td {}
                @for day in days {
                    th scope="col" class=(if day.today { "today" } else { "" }) {
                        @match self.links {
                            Some(links) => a href=(links.day(day.day)) { (day.day.0.day()) },
                            None => (day.day.0.day()),
                        }
                        br; small { (words::weekday(day.day.0.weekday(), self.lang)) }
                    }
                }
            }
        }
    }

    /// All rows, over all days.
    pub(in crate::report) fn rows(&self) -> Vec<Row> {
        let mut rows = self.marks();
        rows.extend(self.answers());
        rows.extend(self.doses());
        rows
    }

    fn marks(&self) -> Vec<Row> {
        let of_days = |label: &str, cell: &dyn Fn(&Day) -> String| {
            let cells = self.report.days.iter().map(|day| {
                let text = cell(day);
                let link = self.links.filter(|_| !text.is_empty()).map(|links| links.day(day.day));
                Cell { link, ..Cell::plain(text) }
            });
            row(label, MARKS, cells.collect())
        };
        let backfilled = |day: &Day| if day.backfilled { "b".to_owned() } else { String::new() };
        let mut rows = vec![
            of_days(say::infusion_visit(self.lang), &grid::course),
            of_days(say::entered_by_others(self.lang), &grid::entered_by),
            of_days(say::on_phone(self.lang), &|day| self.report.phones_on(day)),
            of_days(say::filled_in_together(self.lang), &backfilled),
        ];
        // Infusions and visits are acts of the site, not entries.
        if let (Some(links), Some(course)) = (self.links, rows.first_mut()) {
            course
                .cells
                .iter_mut()
                .filter(|cell| cell.link.is_some())
                .for_each(|cell| cell.link = Some(links.plan()));
        }
        rows.retain(|row| row.cells.iter().any(|cell| !cell.text.is_empty()));
        rows
    }

    /// For each instrument: arrivals, answers, total.
    fn answers(&self) -> Vec<Row> {
        let has_slot = |id: &InstrumentId| self.report.slots.iter().any(|slot| slot.instrument == *id);
        let mut rows = Vec::new();
        for slot in &self.report.slots {
            rows.push(self.slot_row(slot));
            if self.report.slots.iter().rfind(|other| other.instrument == slot.instrument) == Some(slot) {
                let items = self.report.items.iter().filter(|row| row.instrument == slot.instrument);
                rows.extend(items.map(|item| self.answer_row(item)));
                rows.extend(self.total(&slot.instrument));
            }
        }
        let items = self.report.items.iter().filter(|row| !has_slot(&row.instrument));
        rows.extend(items.map(|item| self.answer_row(item)));
        for series in self.report.totals.iter().filter(|series| !has_slot(&series.instrument)) {
            rows.extend(self.total(&series.instrument));
        }
        rows
    }

    /// Arrivals for a slot; with the total instead, if the answers are not shown.
    fn slot_row(&self, slot: &SlotRow) -> Row {
        let series = self.report.total_in_slot(slot);
        let cells = (0..self.report.days.len()).map(|column| {
            match (slot.cells.get(column).and_then(Option::as_ref), series) {
                (None, _) => Cell::default(),
                (Some(SlotCell::Empty(empty)), _) => Cell::empty(Some(*empty)),
                (Some(cell), Some(series)) => Cell {
                    link: self.link(&slot.instrument, Some(&slot.slot), column),
                    ..Cell::plain(self.report.slot_total(series, cell, column))
                },
                (Some(cell), None) => Cell {
                    link: self.link(&slot.instrument, Some(&slot.slot), column),
                    ..Cell::plain(grid::slot(cell))
                },
            }
        });
        row(
            &words::of_study(&slot.title, self.lang),
            if series.is_some() { "slot total" } else { "slot" },
            cells.collect(),
        )
    }

    fn answer_row(&self, item: &ItemRow) -> Row {
        let cells =
            (0..self.report.days.len()).map(|column| match item.cells.get(column).and_then(Option::as_ref) {
                Some(cell) => {
                    let class = match (cell.alarm || cell.odd, cell.shade, &item.scale) {
                        (true, 3.., _) => "mark g3",
                        (true, ..) => "mark",
                        (false, 1, _) => "g1",
                        (false, 2, _) => "g2",
                        (false, 3.., _) => "g3",
                        (false, 0, Scale::Grade { .. }) => "g0",
                        (false, 0, Scale::Number { .. } | Scale::YesNo | Scale::Choice { .. }) => "",
                    };
                    let slot = item.slot.as_ref().map(|slot| &slot.slot);
                    let link = self.link(&item.instrument, slot, column);
                    Cell { text: grid::answer(cell), class, link, empty: None }
                }
                None => {
                    let slot = item.slot.as_ref().map(|slot| &slot.slot);
                    let empty = self.report.empty_at(&item.instrument, slot, column);
                    Cell::empty(empty)
                }
            });
        let cells: Vec<Cell> = cells.collect();
        let unit = match &item.scale {
            Scale::Number { unit: Some(unit) } => format!(" {}", unit.shown(self.lang)),
            Scale::Number { unit: None } | Scale::Grade { .. } | Scale::YesNo | Scale::Choice { .. } => {
                String::new()
            }
        };
        let label = match &item.slot {
            Some(_) => {
                format!(
                    "{}{unit} · {}",
                    words::of_study(&item.label, self.lang),
                    self.report.slot_of(item, self.lang)
                )
            }
            None => format!("{}{unit}", words::of_study(&item.label, self.lang)),
        };
        let measured = matches!(item.scale, Scale::Number { unit: Some(_) });
        row(&label, if measured { "item small" } else { "item" }, cells)
    }

    /// The total and its changes.
    fn total(&self, instrument: &InstrumentId) -> Vec<Row> {
        let Some(series) = self.report.totals.iter().find(|series| series.instrument == *instrument) else {
            return Vec::new();
        };
        let cells = |cell: &dyn Fn(usize) -> String| -> Vec<Cell> {
            let cell = |column: usize| {
                let text = cell(column);
                let link = (!text.is_empty()).then(|| self.link(instrument, None, column)).flatten();
                Cell { link, ..Cell::plain(text) }
            };
            (0..self.report.days.len()).map(cell).collect()
        };
        let change = |column: usize, of: fn(&TotalPoint) -> Option<Change>| {
            self.report
                .point_at(series, column)
                .and_then(of)
                .map(|change| words::signed(change.by))
                .unwrap_or_default()
        };
        let in_slot = self
            .report
            .slots
            .iter()
            .any(|slot| slot.instrument == *instrument && self.report.total_in_slot(slot).is_some());
        let changes = [
            (say::change_since_the_last_visit(self.lang), cells(&|c| change(c, |point| point.since_visit))),
            (
                say::change_against_before_treatment(self.lang),
                cells(&|c| change(c, |point| point.since_baseline)),
            ),
        ];
        let mut rows = Vec::new();
        if !in_slot {
            let mut cells = cells(&|column| self.report.total_at(series, column));
            for (column, cell) in cells.iter_mut().enumerate() {
                if self.report.point_at(series, column).is_none() {
                    cell.link = None;
                }
            }
            rows.push(row(say::row_total(self.lang), "item total", cells));
        }
        let changes = changes.into_iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.text.is_empty()));
        rows.extend(changes.map(|(label, cells)| row(label, "item", cells)));
        rows
    }

    fn doses(&self) -> Vec<Row> {
        let cells = |of: Option<&MedicationCode>, texts: &mut dyn Iterator<Item = String>| -> Vec<Cell> {
            let days = texts.zip(&self.report.days);
            days.map(|(text, day)| {
                let link = (!text.is_empty()).then(|| self.dose_link(of, day.day)).flatten();
                Cell { link, ..Cell::plain(text) }
            })
            .collect()
        };
        let amounts = |of: Option<&MedicationCode>, days: &[Option<crate::report::DayAmount>]| {
            cells(of, &mut days.iter().map(|amount| amount.map(words::amount).unwrap_or_default()))
        };
        let mut rows = Vec::new();
        for medication in &self.report.medications {
            let doses = medication.days.iter().zip(&self.report.days).map(|(doses, day)| {
                let link = doses.as_ref().and_then(|_| self.dose_link(medication.code.as_ref(), day.day));
                Cell { link, ..dose_cell(doses) }
            });
            let doses = doses.collect();
            rows.push(row(&words::of_study(&medication.name, self.lang), "slot small", doses));
            if let Some(mg) = &medication.mg {
                rows.push(row(say::row_mg(self.lang), "item small", amounts(medication.code.as_ref(), mg)));
                let last = cells(medication.code.as_ref(), &mut self.last_times(&medication.days));
                rows.push(row(say::last_dose(self.lang), "item small", last));
            }
        }
        if let Some(days) = &self.report.prednisone {
            let label = say::prednisone_equivalent_mg(self.lang);
            rows.push(row(label, "slot small", amounts(None, days)));
        }
        rows
    }

    /// Address of the only dose of a medication on a day, or of the day.
    fn dose_link(&self, medication: Option<&MedicationCode>, day: DiaryDay) -> Option<String> {
        let links = self.links?;
        let only = medication.and_then(|code| self.report.index.only_dose(code, day));
        Some(only.map_or_else(|| links.day(day), |entry| links.entry(entry)))
    }

    /// Address of the only entry of an instrument in a column, or of the day.
    fn link(&self, instrument: &InstrumentId, slot: Option<&SlotId>, column: usize) -> Option<String> {
        let (links, day) = (self.links?, self.report.days.get(column)?.day);
        Some(match self.report.index.only(instrument, slot, day) {
            Some(entry) => links.entry(entry),
            None => links.day(day),
        })
    }

    fn line(&self, row: &Row, block: Block) -> Markup {
        // An attribute is read in the language of its element.
        let other = words::other_language(&row.label);
        let means = |cell: &Cell| {
            cell.empty.filter(|_| self.links.is_some()).and_then(|empty| grid::means(empty, self.lang))
        };
        html! {
            tr class=[Some(row.class).filter(|class| !class.is_empty())] {
                th scope="row" lang=[other.as_ref().map(Lang::tag)] title=(words::plain_line(&row.label)) {
                    bdi lang=[other.as_ref().map(|_| self.lang.tag())] { (super::said(&row.label)) }
                }
                @for cell in row.cells.iter().skip(block.first).take(block.len) {
                    td class=[cell.classes()] {
                        @match (&cell.link, means(cell)) {
                            (Some(link), _) => a href=(link) { (words::plain_line(&cell.text)) },
                            (None, Some(words)) => abbr title=(words) { (cell.text) },
                            (None, None) => (words::plain_line(&cell.text)),
                        }
                    }
                }
            }
        }
    }

    /// Time of the last dose of each day.
    fn last_times<'d>(&'d self, days: &'d [Option<DoseDay>]) -> impl Iterator<Item = String> + 'd {
        days.iter().zip(&self.report.days).map(|(doses, day)| {
            let last = doses.as_ref().and_then(|doses| doses.last);
            last.map(|at| words::clock(day.day, at)).unwrap_or_default()
        })
    }
}

fn row(label: &str, class: &'static str, cells: Vec<Cell>) -> Row {
    Row { label: label.to_owned(), class, cells }
}

/// Class of the rows above the plots.
pub(in crate::report) const MARKS: &str = "marks";

fn dose_cell(day: &Option<DoseDay>) -> Cell {
    let Some(day) = day else { return Cell::default() };
    let whole = day.taken == day.planned && day.others == 0;
    Cell { text: grid::doses(day), class: if whole { "" } else { "gap" }, ..Cell::default() }
}
