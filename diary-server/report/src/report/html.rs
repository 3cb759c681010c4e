//! The report as one printable page: no script, no external resource. It has the contents of the text, with a plot, and
//! shades that keep their order in black and white.

pub(super) mod grid;

use diary_core::text::Lang;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::messages::report as say;

use super::finding::Rank;
pub use super::links::Links;
use super::sections::{Section, Sections};
use super::spans::{Span, spans};
use super::{Report, grid::amount_legend, grid::legend, words};

const STYLE: &str = include_str!("html/report.css");
/// Second line of defence behind the escaping: the browser may load and run nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// Pieces of a report, to be placed on a page.
#[derive(Debug)]
pub struct Pieces {
    /// Study, site and period.
    pub header: Markup,
    /// Findings that need attention.
    pub attention: Markup,
    /// Entries without a column, if there are any.
    pub outside: Option<Markup>,
    /// Summary and phones.
    pub short: Markup,
    /// The grid of the days with its plots and its legend.
    pub grid: Markup,
    /// Everything else, in lists.
    pub lists: Markup,
}

/// The pieces of the report in `lang`; values lead to the entries behind them if there are `links`.
#[must_use]
pub fn pieces(report: &Report, lang: Lang, links: Option<&Links>) -> Pieces {
    let sections = Sections { report, lang };
    Pieces {
        header: html! { @for line in sections.header() { p { (said(&line)) } } },
        attention: section(&sections.attention(), "first"),
        outside: sections.outside().map(|outside| section(&outside, "first")),
        short: html! {
            (section(&sections.summary(), ""))
            (section(&sections.phones(), ""))
        },
        grid: html! {
            (grid::Grid { report, lang, links }.blocks())
            p class="legend" { (legend(lang)) br; (amount_legend(lang)) }
        },
        lists: html! { @for list in sections.lists() { (section(&list, "")) } },
    }
}

/// The report in `lang`: a whole HTML document with its style.
#[must_use]
pub fn render(report: &Report, lang: Lang) -> String {
    let head = html! {
        meta http-equiv="Content-Security-Policy" content=(POLICY);
        style { (PreEscaped(style(&report.participant, lang))) }
    };
    document(report, lang, (&head, &Markup::default()))
}

/// As [`render`], with its style at the address `style`, and with `above` on the screen alone.
#[must_use]
pub fn render_linked(report: &Report, lang: Lang, (style, above): (&str, &Markup)) -> String {
    document(report, lang, (&html! { link rel="stylesheet" href=(style); }, above))
}

/// Style of the printable report, with the margins of its pages.
#[must_use]
pub fn style(participant: &str, lang: Lang) -> String {
    format!("{STYLE}{}", page_margins(&title(participant, lang)))
}

fn title(participant: &str, lang: Lang) -> String {
    words::plain_line(&say::diary_of_participant(lang, participant))
}

fn document(report: &Report, lang: Lang, (head, above): (&Markup, &Markup)) -> String {
    let title = title(&report.participant, lang);
    let Pieces { header, attention, outside, short, grid, lists } = pieces(report, lang, None);
    let page = html! {
        (DOCTYPE)
        html lang=(lang.tag()) dir=(lang.dir()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                (head)
            }
            body {
                (above)
                main {
                    div class="running" aria-hidden="true" { (title) }
                    header {
                        h1 { (title) }
                        div { (header) }
                    }
                    (attention)
                    @if let Some(outside) = outside { (outside) }
                    div class="short" { (short) }
                    (grid)
                    div class="lists" { (lists) }
                }
            }
        }
    };
    page.into_string()
}

/// A text of a report or an entry: texts in another language and free text in elements of their own.
#[must_use]
pub fn shown_line(line: &str) -> Markup {
    said(line)
}

/// Margins of each printed page: subject, page number and number of pages.
fn page_margins(title: &str) -> String {
    let style = "font: 6.5pt Arial, \"Liberation Sans\", \"Noto Sans CJK SC\", sans-serif; color: #333;";
    format!(
        "@page {{ @bottom-left {{ content: \"{}\"; {style} }} \
         @bottom-right {{ content: counter(page) \" / \" counter(pages); {style} }} }}",
        css_text(title)
    )
}

/// Escapes a text for the inside of a CSS string: all characters but letters and digits, so that it can end neither the
/// string nor the style.
fn css_text(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        c if c.is_alphanumeric() => c.to_string(),
        c => format!("\\{:x} ", u32::from(c)),
    });
    escaped.collect()
}

/// A line of the report. Texts in another language have an element with it and its direction; free text is in `bdi`
/// elements, so that it cannot change the direction of the rest; control and invisible characters are shown as symbols.
fn said(line: &str) -> Markup {
    html! {
        @for Span { text, lang, theirs } in spans(line) {
            @match (lang, theirs) {
                (Some(lang), _) => span lang=(lang.tag()) dir=(lang.dir()) { (text) },
                (None, true) => bdi { (text) },
                (None, false) => (text),
            }
        }
    }
}

fn section(section: &Section, class: &str) -> Markup {
    html! {
        section class=[Some(class).filter(|class| !class.is_empty())] {
            h2 { (section.title) }
            ul {
                @for line in &section.lines {
                    @match line.rank {
                        Some(Rank::Urgent) => li class="urgent" { b { "!!" } (said(&line.text)) },
                        Some(Rank::Look) => li class="look" { b { "!" } (said(&line.text)) },
                        Some(Rank::Know) | None => li { (said(&line.text)) },
                    }
                }
            }
        }
    }
}
