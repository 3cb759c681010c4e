//! The sheet as data for the template: strings that are shown and never read as markup.

use diary_core::text::Lang;
use diary_report::report::sheet::{Block, Plot, Row, Sheet, SheetLine, Table};
use diary_report::report::{Rank, Span};
use serde::Serialize;

use crate::messages::print as say;
use crate::text::Texts;

/// Most rows of one table.
const ROWS_MAX: usize = 400;
/// Digits that a cell takes in one line: a time of day.
const CELL_DIGITS: usize = 5;

/// Everything that the template reads.
#[derive(Serialize)]
pub(crate) struct Document {
    lang: Tag,
    title: String,
    /// Number of a page; the template replaces `<n>` and `<m>`.
    page_of: String,
    /// Heading of the tables with the plots.
    course: &'static str,
    /// Heading of the tables of values.
    values: &'static str,
    /// Name of the row with the days.
    day: &'static str,
    header: Vec<Vec<Part>>,
    /// Sections in frames.
    first: Vec<Section>,
    short: Vec<Section>,
    tables: Vec<Days>,
    legends: Vec<String>,
    lists: Vec<Section>,
    /// Remarks on what could not be shown.
    remarks: Vec<String>,
}

/// A language as the template takes it.
#[derive(Serialize)]
struct Tag {
    lang: String,
    region: Option<String>,
}

#[derive(Serialize)]
struct Part {
    text: String,
    lang: Option<Tag>,
}

#[derive(Serialize)]
struct Section {
    title: String,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    /// Mark before it; empty without urgency.
    mark: &'static str,
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Days {
    /// Names of the months, each with its number of days.
    months: Vec<(String, usize)>,
    days: Vec<Head>,
    marks: Vec<Values>,
    plots: Vec<Drawing>,
    rows: Vec<Values>,
}

#[derive(Serialize)]
struct Head {
    day: u32,
    weekday: String,
    today: bool,
}

#[derive(Serialize)]
struct Values {
    label: Vec<Part>,
    style: Vec<&'static str>,
    /// Text and names of the style of each cell.
    cells: Vec<(String, Vec<&'static str>)>,
}

#[derive(Serialize)]
struct Drawing {
    title: Vec<Part>,
    range: String,
    svg: String,
    alternative: String,
}

impl Document {
    /// The data of a sheet, with what is urgent first, so that bounds cost the end.
    pub(crate) fn new(sheet: &Sheet) -> Self {
        let mut filler = Filler { texts: Texts::new(sheet.lang), left_out: 0 };
        let title = filler.texts.fit(&sheet.title);
        let header = sheet.header.iter().map(|line| filler.parts(line)).collect();
        let first = [Some(&sheet.attention), sheet.outside.as_ref()];
        let first = first.into_iter().flatten().map(|block| filler.section(block)).collect();
        let short = sheet.short.iter().map(|block| filler.section(block)).collect();
        let tables = sheet.tables.iter().map(|table| filler.days(table)).collect();
        let legends = sheet.legends.iter().map(|legend| filler.texts.fit(legend)).collect();
        let lists: Vec<Section> = sheet.lists.iter().map(|block| filler.section(block)).collect();
        let left_out = (filler.left_out > 0).then(|| say::lines_left_out(sheet.lang, filler.left_out));
        Self {
            lang: tag(sheet.lang),
            title,
            page_of: say::page_of(sheet.lang, "<n>", "<m>"),
            course: say::course(sheet.lang),
            values: sheet.day_by_day,
            day: say::day(sheet.lang),
            header,
            first,
            short,
            tables,
            legends,
            lists: lists.into_iter().filter(|section| !section.lines.is_empty()).collect(),
            remarks: filler.texts.codes().into_iter().chain(left_out).collect(),
        }
    }
}

/// Fills the document up to its bounds.
struct Filler {
    texts: Texts,
    /// Lines for which there was no room.
    left_out: usize,
}

impl Filler {
    fn parts(&mut self, spans: &[Span]) -> Vec<Part> {
        let part = |span: &Span| Part { text: self.texts.fit(&span.text), lang: span.lang.map(tag) };
        spans.iter().map(part).collect()
    }

    fn section(&mut self, block: &Block) -> Section {
        let title = self.texts.fit(block.title);
        let mut lines = Vec::new();
        for line in &block.lines {
            if self.texts.is_full() {
                self.left_out += 1;
            } else {
                lines.push(self.line(line));
            }
        }
        Section { title, lines }
    }

    fn line(&mut self, line: &SheetLine) -> Line {
        let mark = match line.rank {
            Some(Rank::Urgent) => "!!",
            Some(Rank::Look) => "!",
            Some(Rank::Know) | None => "",
        };
        Line { mark, parts: self.parts(&line.spans) }
    }

    fn days(&mut self, table: &Table) -> Days {
        let months = table.days.chunk_by(|a, b| a.month == b.month);
        let months =
            months.filter_map(|run| Some((self.texts.fit(&run.first()?.month), run.len()))).collect();
        let head = |day: &diary_report::report::sheet::DayHead| Head {
            day: day.day,
            weekday: day.weekday.to_owned(),
            today: day.today,
        };
        Days {
            months,
            days: table.days.iter().map(head).collect(),
            marks: self.rows(&table.marks),
            plots: table.plots.iter().map(|plot| self.drawing(plot)).collect(),
            rows: self.rows(&table.rows),
        }
    }

    fn rows(&mut self, rows: &[Row]) -> Vec<Values> {
        let mut values = Vec::new();
        for row in rows {
            if self.texts.is_full() || values.len() == ROWS_MAX {
                self.left_out += 1;
                continue;
            }
            let cells = row.cells.iter();
            let cells = cells.map(|cell| (self.texts.cell(&cell.text, CELL_DIGITS), styles(cell.style)));
            let cells = cells.collect();
            values.push(Values { label: self.parts(&row.label), style: styles(row.style), cells });
        }
        values
    }

    fn drawing(&mut self, plot: &Plot) -> Drawing {
        Drawing {
            title: self.parts(&plot.title),
            range: self.texts.fit(&plot.range),
            svg: plot.svg.clone(),
            alternative: self.texts.fit(&plot.alternative),
        }
    }
}

fn styles(names: &'static str) -> Vec<&'static str> {
    names.split_whitespace().collect()
}

/// The language and region of a tag.
fn tag(lang: Lang) -> Tag {
    let mut parts = lang.tag().split('-');
    let of = |part: &str, lengths: &[usize]| {
        lengths.contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphabetic())
    };
    let language = parts.next().filter(|part| of(part, &[2, 3])).unwrap_or("und");
    Tag { lang: language.to_owned(), region: parts.find(|part| of(part, &[2])).map(str::to_owned) }
}
