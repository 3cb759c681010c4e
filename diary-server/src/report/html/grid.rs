//! The day grid as a table, with the plot on the same days. At most a month stands side by side.

use chrono::Datelike;
use diary_core::ids::InstrumentId;
use diary_core::text::Lang;
use maud::{Markup, html};

use crate::report::{
    Change, Day, DoseDay, ItemRow, Report, Scale, SlotCell, SlotRow, TotalPoint, grid, plot, words,
};

/// Most days side by side.
const BLOCK_DAYS: usize = 31;

/// The days of one table.
#[derive(Clone, Copy)]
struct Block {
    first: usize,
    len: usize,
}

/// Most characters of a cell in the usual size.
const CELL_CHARS: usize = 4;

/// One cell: what it says and how it looks.
#[derive(Default)]
struct Cell {
    text: String,
    class: &'static str,
}

impl Cell {
    fn classes(&self) -> Option<String> {
        let tight = if self.text.chars().count() > CELL_CHARS { "tight" } else { "" };
        Some(format!("{} {tight}", self.class).trim().to_owned()).filter(|classes| !classes.is_empty())
    }

    fn plain(text: String) -> Self {
        Self { text, class: "" }
    }

    fn empty(symbol: &str) -> Self {
        Self { text: symbol.to_owned(), class: if symbol.is_empty() { "" } else { "gap" } }
    }
}

/// The tables.
pub(super) fn blocks(report: &Report, lang: Lang) -> Markup {
    let days = report.days.len();
    let blocks = days.div_ceil(BLOCK_DAYS).max(1);
    let len = days.div_ceil(blocks).max(1);
    html! {
        @for first in (0..days).step_by(len) {
            (table(report, Block { first, len: len.min(days - first) }, lang))
        }
    }
}

fn table(report: &Report, block: Block, lang: Lang) -> Markup {
    let days: Vec<&Day> = report.days.iter().skip(block.first).take(block.len).collect();
    html! {
        div class="grid" {
            table {
                colgroup { col class="label"; @for _ in &days { col; } }
                thead { (head(&days, lang)) }
                tbody {
                    (marks(report, &days, lang))
                    @for panel in plot::panels(report, block.first, block.len, lang) {
                        tr class="plot" {
                            th scope="row" { (panel.title) small { (panel.range) } }
                            td colspan=(block.len) { (panel.svg) }
                        }
                    }
                    (answers(report, block, lang))
                    (doses(report, block, lang))
                }
            }
        }
    }
}

fn head(days: &[&Day], lang: Lang) -> Markup {
    let months: Vec<(String, usize)> = days
        .chunk_by(|a, b| a.day.0.month() == b.day.0.month())
        .filter_map(|run| Some((words::month(run.first()?.day, lang), run.len())))
        .collect();
    html! {
        tr { th {} @for (month, len) in &months { th colspan=(len) class="month" { (month) } } }
        tr {
            th {}
            @for day in days {
                th scope="col" class=(if day.today { "today" } else { "" }) {
                    (day.day.0.day()) br; small { (words::weekday(day.day.0.weekday(), lang)) }
                }
            }
        }
    }
}

fn row(label: &str, class: &str, cells: Vec<Cell>) -> Markup {
    html! {
        tr class=[Some(class).filter(|class| !class.is_empty())] {
            th scope="row" title=(label) { (label) }
            @for cell in cells {
                td class=[cell.classes()] { (cell.text) }
            }
        }
    }
}

fn marks(report: &Report, days: &[&Day], lang: Lang) -> Markup {
    let of_days = |label: &str, cell: &dyn Fn(&Day) -> String| {
        let cells: Vec<Cell> = days.iter().map(|day| Cell::plain(cell(day))).collect();
        if cells.iter().all(|cell| cell.text.is_empty()) {
            html! {}
        } else {
            row(label, "marks", cells)
        }
    };
    let backfilled = |day: &Day| if day.backfilled { "b".to_owned() } else { String::new() };
    html! {
        (of_days(lang.pick("Infusion, visit", "输注、访视"), &grid::course))
        (of_days(lang.pick("Entered by others", "他人代填"), &grid::entered_by))
        (of_days(lang.pick("On phone", "所用手机"), &|day| grid::phones(report, day)))
        (of_days(lang.pick("Filled in together", "集中补填"), &backfilled))
    }
}

/// Per instrument: what arrived, the answers, the total.
fn answers(report: &Report, block: Block, lang: Lang) -> Markup {
    let has_slot = |id: &InstrumentId| report.slots.iter().any(|slot| slot.instrument == *id);
    html! {
        @for slot in &report.slots {
            (slot_row(report, slot, block, lang))
            @if report.slots.iter().rfind(|other| other.instrument == slot.instrument) == Some(slot) {
                @for item in report.items.iter().filter(|row| row.instrument == slot.instrument) {
                    (answer_row(report, item, block, lang))
                }
                (total(report, &slot.instrument, block, lang))
            }
        }
        @for item in report.items.iter().filter(|row| !has_slot(&row.instrument)) {
            (answer_row(report, item, block, lang))
        }
        @for series in report.totals.iter().filter(|series| !has_slot(&series.instrument)) {
            (total(report, &series.instrument, block, lang))
        }
    }
}

/// What arrived for a slot; with the total in its place where the answers are not shown.
fn slot_row(report: &Report, slot: &SlotRow, block: Block, lang: Lang) -> Markup {
    let series = grid::total_in_slot(report, slot);
    let cells = (block.first..block.first + block.len).map(|column| {
        match (slot.cells.get(column).and_then(Option::as_ref), series) {
            (None, _) => Cell::default(),
            (Some(SlotCell::Empty(empty)), _) => Cell::empty(grid::symbol(*empty)),
            (Some(cell), Some(series)) => Cell::plain(grid::slot_total(report, series, cell, column)),
            (Some(cell), None) => Cell::plain(grid::slot(cell)),
        }
    });
    row(slot.title.get(lang), if series.is_some() { "slot total" } else { "slot" }, cells.collect())
}

fn answer_row(report: &Report, item: &ItemRow, block: Block, lang: Lang) -> Markup {
    let cells = (block.first..block.first + block.len).map(|column| {
        match item.cells.get(column).and_then(Option::as_ref) {
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
                Cell { text: grid::answer(cell), class }
            }
            None => {
                let slot = item.slot.as_ref().map(|slot| &slot.slot);
                let empty = grid::empty(report, &item.instrument, slot, column);
                Cell::empty(empty.map(grid::symbol).unwrap_or_default())
            }
        }
    });
    let cells: Vec<Cell> = cells.collect();
    let unit = match &item.scale {
        Scale::Number { unit: Some(unit) } => format!(" {}", unit.shown(lang)),
        Scale::Number { unit: None } | Scale::Grade { .. } | Scale::YesNo | Scale::Choice { .. } => {
            String::new()
        }
    };
    let label = match &item.slot {
        Some(_) => format!("{}{unit} · {}", item.label.get(lang), grid::slot_of(report, item, lang)),
        None => format!("{}{unit}", item.label.get(lang)),
    };
    let measured = matches!(item.scale, Scale::Number { unit: Some(_) });
    row(&label, if measured { "item small" } else { "item" }, cells)
}

/// The total and its changes.
fn total(report: &Report, instrument: &InstrumentId, block: Block, lang: Lang) -> Markup {
    let Some(series) = report.totals.iter().find(|series| series.instrument == *instrument) else {
        return html! {};
    };
    let cells = |cell: &dyn Fn(usize) -> String| -> Vec<Cell> {
        (block.first..block.first + block.len).map(|column| Cell::plain(cell(column))).collect()
    };
    let change = |column: usize, of: fn(&TotalPoint) -> Option<Change>| {
        let day = report.days.get(column).map(|day| day.day);
        let point = series.points.iter().find(|point| Some(point.day) == day);
        point.and_then(of).map(|change| words::signed(change.by)).unwrap_or_default()
    };
    let in_slot = report
        .slots
        .iter()
        .any(|slot| slot.instrument == *instrument && grid::total_in_slot(report, slot).is_some());
    let changes = [
        (
            lang.pick("change since the last visit", "较上次访视"),
            cells(&|c| change(c, |point| point.since_visit)),
        ),
        (
            lang.pick("change against before treatment", "较治疗前"),
            cells(&|c| change(c, |point| point.since_baseline)),
        ),
    ];
    html! {
        @if !in_slot {
            (row(lang.pick("total", "总分"), "item total", cells(&|column| grid::total(report, series, column))))
        }
        @for (label, cells) in changes {
            @if cells.iter().any(|cell| !cell.text.is_empty()) { (row(label, "item", cells)) }
        }
    }
}

fn doses(report: &Report, block: Block, lang: Lang) -> Markup {
    let amounts = |days: &[Option<crate::report::DayAmount>]| -> Vec<Cell> {
        let days = days.iter().skip(block.first).take(block.len);
        days.map(|amount| Cell::plain(amount.map(words::amount).unwrap_or_default())).collect()
    };
    html! {
        @for medication in &report.medications {
            (row(medication.name.get(lang), "slot small",
                medication.days.iter().skip(block.first).take(block.len).map(dose_cell).collect()))
            @if let Some(mg) = &medication.mg {
                (row(lang.pick("mg", "毫克"), "item small", amounts(mg)))
                (row(lang.pick("last dose", "末次服药"), "item small", last_cells(report, &medication.days, block)))
            }
        }
        @if let Some(days) = &report.prednisone {
            (row(lang.pick("Prednisone-equivalent, mg", "泼尼松当量，毫克"), "slot small", amounts(days)))
        }
    }
}

fn dose_cell(day: &Option<DoseDay>) -> Cell {
    let Some(day) = day else { return Cell::default() };
    let whole = day.taken == day.planned && day.others == 0;
    Cell { text: grid::doses(day), class: if whole { "" } else { "gap" } }
}

fn last_cells(report: &Report, days: &[Option<DoseDay>], block: Block) -> Vec<Cell> {
    let days = days.iter().zip(&report.days).skip(block.first).take(block.len);
    days.map(|(doses, day)| {
        let last = doses.as_ref().and_then(|doses| doses.last);
        Cell::plain(last.map(|at| words::clock(day.day, at)).unwrap_or_default())
    })
    .collect()
}
