//! The report in one language as texts, tables and drawings, for renderers outside this crate.

use chrono::Datelike;
use diary_core::text::Lang;

use crate::messages::report as say;

use super::finding::Rank;
use super::html::grid::{Grid, MARKS};
use super::plot::Canvas;
use super::sections::{Section, Sections};
use super::spans::{Span, spans};
use super::{Day, Report, grid, words};

/// The report in one language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    /// Language.
    pub lang: Lang,
    /// Title, with the subject number.
    pub title: String,
    /// Study, site and period.
    pub header: Vec<Vec<Span>>,
    /// Findings that need attention.
    pub attention: Block,
    /// Entries without a column.
    pub outside: Option<Block>,
    /// Summary and phones.
    pub short: [Block; 2],
    /// Heading of the tables.
    pub day_by_day: &'static str,
    /// The days, in tables one below the other.
    pub tables: Vec<Table>,
    /// Legends of the tables.
    pub legends: [&'static str; 2],
    /// Everything else.
    pub lists: Vec<Block>,
}

/// Some lines under a heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// The heading.
    pub title: &'static str,
    /// At least one.
    pub lines: Vec<SheetLine>,
}

/// A line of a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetLine {
    /// Urgency, for findings that need attention.
    pub rank: Option<Rank>,
    /// The sentence.
    pub spans: Vec<Span>,
}

/// Some days side by side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// The days.
    pub days: Vec<DayHead>,
    /// Rows above the plots: what happened on the days.
    pub marks: Vec<Row>,
    /// Plots on the same days.
    pub plots: Vec<Plot>,
    /// Answers and doses.
    pub rows: Vec<Row>,
}

/// Head of a day's column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DayHead {
    /// Month, with its year where that is another one.
    pub month: String,
    /// Day of the month.
    pub day: u32,
    /// Day of the week, abbreviated.
    pub weekday: &'static str,
    /// It is not over yet.
    pub today: bool,
}

/// A row, with one cell for each day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Name of the row.
    pub label: Vec<Span>,
    /// Names of its style, as in the style of the page.
    pub style: &'static str,
    /// The cells.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Its value.
    pub text: String,
    /// Names of its style, as in the style of the page.
    pub style: &'static str,
}

/// A plot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plot {
    /// Its title.
    pub title: Vec<Span>,
    /// Range of its scale.
    pub range: String,
    /// The drawing, as an SVG document.
    pub svg: String,
    /// The drawing in words.
    pub alternative: String,
}

impl Sheet {
    /// The report in `lang`, with at most `days` days in a table.
    #[must_use]
    pub fn new(report: &Report, lang: Lang, days: usize) -> Self {
        let sections = Sections { report, lang };
        Self {
            lang,
            title: words::plain_line(&say::diary_of_participant(lang, &report.participant)),
            header: sections.header().iter().map(|line| spans(line)).collect(),
            attention: block(&sections.attention()),
            outside: sections.outside().as_ref().map(block),
            short: [block(&sections.summary()), block(&sections.phones())],
            day_by_day: say::day_by_day(lang),
            tables: tables(report, lang, days),
            legends: [grid::legend(lang), grid::amount_legend(lang)],
            lists: sections.lists().iter().map(block).collect(),
        }
    }
}

fn block(section: &Section) -> Block {
    let line = |line: &super::sections::Line| SheetLine { rank: line.rank, spans: spans(&line.text) };
    Block { title: section.title, lines: section.lines.iter().map(line).collect() }
}

/// Tables of about the same length.
fn tables(report: &Report, lang: Lang, days: usize) -> Vec<Table> {
    let all = report.days.len();
    let len = all.div_ceil(all.div_ceil(days.max(1)).max(1)).max(1);
    let rows = Grid { report, lang, links: None }.rows();
    let (marks, others): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.class == MARKS);
    let table = |(n, days): (usize, &[Day])| {
        let (first, len) = (n * len, days.len());
        let row = |row: &&super::html::grid::Row| {
            let cells = row.cells.iter().skip(first).take(len);
            let cells = cells.map(|cell| Cell { text: words::plain_line(&cell.text), style: cell.class });
            Row { label: spans(&row.label), style: row.class, cells: cells.collect() }
        };
        let panels = Canvas { report, lang, first, len, links: None }.panels().into_iter();
        let plot = |panel: super::plot::Panel| Plot {
            title: spans(&panel.title),
            range: panel.range,
            svg: panel.svg.into_string(),
            alternative: panel.alternative,
        };
        let head = |day: &Day| DayHead {
            month: report.dates(lang).month_of(day.day),
            day: day.day.0.day(),
            weekday: words::weekday(day.day.0.weekday(), lang),
            today: day.today,
        };
        Table {
            days: days.iter().map(head).collect(),
            marks: marks.iter().map(row).collect(),
            plots: panels.map(plot).collect(),
            rows: others.iter().map(row).collect(),
        }
    };
    report.days.chunks(len).enumerate().map(table).collect()
}
