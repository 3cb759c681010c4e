//! The report for a terminal: plain text without colour, in the given width. Findings first, then the days.

mod days;
mod grid;
mod layout;

use diary_core::text::Lang;

use crate::messages::report as say;

use super::finding::Rank;
use super::sections::{Section, Sections};
use super::words::plain_line;
use super::{Report, grid::amount_legend, grid::legend};
use layout::{pad, wrap};

/// Narrowest line that is laid out; narrower terminals break it themselves.
const MIN_WIDTH: usize = 60;

/// The report in `lang`, in lines of at most `width` columns (at least 60). A Chinese character takes two.
#[must_use]
pub fn render(report: &Report, lang: Lang, width: usize) -> String {
    let width = width.max(MIN_WIDTH);
    let sections = Sections { report, lang };
    let mut out = Vec::new();
    let title = say::diary_of_participant(lang, &report.participant);
    out.push(title.clone());
    out.push("=".repeat(layout::width_of(&title).min(width)));
    for line in sections.header() {
        out.extend(wrap(&line, width, 0));
    }
    put(&mut out, report, &sections.attention(), width);
    if let Some(section) = sections.outside() {
        put(&mut out, report, &section, width);
    }
    for section in [sections.phones(), sections.summary()] {
        put(&mut out, report, &section, width);
    }
    out.push(String::new());
    out.push(heading(say::day_by_day(lang), report));
    out.extend(grid::Grid { report, lang }.lines(width));
    out.extend(wrap(legend(lang), width, 0));
    let table = days::Tables { report, lang }.lines(width);
    if !table.is_empty() {
        out.push(String::new());
        out.extend(table);
        out.extend(wrap(amount_legend(lang), width, 0));
    }
    for section in sections.lists() {
        put(&mut out, report, &section, width);
    }
    let mut text = out.iter().map(|line| plain_line(line.trim_end())).collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

/// With the subject, since a printed page may begin here.
fn heading(title: &str, report: &Report) -> String {
    format!("== {title} · {} ==", report.participant)
}

fn put(out: &mut Vec<String>, report: &Report, section: &Section, width: usize) {
    out.push(String::new());
    out.push(heading(section.title, report));
    for line in &section.lines {
        let mark = match line.rank {
            Some(Rank::Urgent) => "!!",
            Some(Rank::Look) => "!",
            Some(Rank::Know) | None => "-",
        };
        let wrapped = wrap(&line.text, width - 3, 0);
        for (n, part) in wrapped.iter().enumerate() {
            out.push(format!("{}{part}", pad(if n == 0 { mark } else { "" }, 3)));
        }
    }
}
