//! The plot of the days: totals and measured values as points, milligrams as bars, the prednisone-equivalent as steps.
//! Drawn in whole units of a fixed canvas; an unknown day is left empty.

mod measured;

use diary_core::measure::Decimal;
use diary_core::text::Lang;
use diary_core::time::DiaryDay;
use maud::{Markup, html};

use crate::messages::report as say;
use crate::report::links::Links;
use crate::report::words::{self, full_date, of_study, other_language, plain_line};

use super::{DayAmount, Report, TotalSeries};

/// Units across.
const WIDTH: i64 = 5600;
/// Units from top to bottom.
const HEIGHT: i64 = 430;
/// Units kept free above the largest value, for its number.
const HEAD: i64 = 120;
/// Units kept free below.
const FOOT: i64 = 20;

/// One panel of the plot.
pub(super) struct Panel {
    /// Title of the lane.
    pub(super) title: String,
    /// Range of the scale.
    pub(super) range: String,
    /// The drawing.
    pub(super) svg: Markup,
    /// The drawing in words.
    pub(super) alternative: String,
}

/// One point of a series.
struct Point {
    x: i64,
    y: i64,
    value: String,
    day: DiaryDay,
    link: Option<String>,
}

impl Point {
    fn drawn(&self) -> Markup {
        html! {
            circle cx=(self.x) cy=(self.y) r="34" fill="#000" {}
            text x=(self.x) y=(self.y - 52) font-size="100" text-anchor="middle" { (self.value) }
        }
    }
}

/// Columns of a plot.
pub(super) struct Canvas<'r> {
    pub(super) report: &'r Report,
    pub(super) lang: Lang,
    /// Column of the first day.
    pub(super) first: usize,
    /// Number of days.
    pub(super) len: usize,
    /// Addresses that points lead to.
    pub(super) links: Option<&'r Links>,
}

impl Canvas<'_> {
    /// Panels of the columns.
    pub(super) fn panels(&self) -> Vec<Panel> {
        let Canvas { report, lang, .. } = *self;
        let totals = report.totals.iter().filter(|series| !series.points.is_empty());
        let mut panels: Vec<Panel> = totals.map(|series| self.totals(series)).collect();
        let amounts =
            report.medications.iter().filter_map(|row| Some((of_study(&row.name, lang), row.mg.as_ref()?)));
        for (name, mg) in amounts.filter(|(_, mg)| mg.iter().any(Option::is_some)) {
            panels.push(self.amounts(&name, mg));
        }
        panels.extend(self.measured());
        panels
    }

    fn day_width(&self) -> i64 {
        WIDTH / i64::try_from(self.len.max(1)).unwrap_or(1)
    }

    /// Left edge of a column.
    fn left(&self, column: usize) -> i64 {
        i64::try_from(column.saturating_sub(self.first)).unwrap_or(0) * self.day_width()
    }

    fn middle(&self, column: usize) -> i64 {
        self.left(column) + self.day_width() / 2
    }

    fn columns(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.len
    }

    fn totals(&self, series: &TotalSeries) -> Panel {
        let top = top(series);
        let points: Vec<Point> = series
            .points
            .iter()
            .filter(|point| !point.secondary)
            .filter_map(|point| {
                let column = self.report.days.iter().position(|day| day.day == point.day)?;
                let total = point.total.filter(|_| self.columns().contains(&column))?;
                let link = self.links.map(|links| {
                    match self.report.index.only(&series.instrument, None, point.day) {
                        Some(entry) => links.entry(entry),
                        None => links.day(point.day),
                    }
                });
                let (x, y) = (self.middle(column), height(total, top));
                Some(Point { x, y, value: total.to_string(), day: point.day, link })
            })
            .collect();
        let path: Vec<String> = points.iter().map(|point| format!("{},{}", point.x, point.y)).collect();
        let baseline = series.baseline.map(|reference| height(reference.total, top));
        let alternative = format!("{}: {}", of_study(&series.title, self.lang), path_words(&points));
        let svg = html! {
            (self.frame(html! {
                @if let Some(y) = baseline {
                    line x1="0" x2=(WIDTH) y1=(y) y2=(y) stroke="#000" stroke-width="8" stroke-dasharray="60 40" {}
                }
                polyline points=(path.join(" ")) fill="none" stroke="#000" stroke-width="16" {}
                @for point in &points {
                    @match &point.link {
                        Some(link) => a href=(link) aria-label={ (full_date(point.day, self.lang)) ": " (point.value) } { (point.drawn()) },
                        None => (point.drawn()),
                    }
                }
            }, &alternative))
        };
        let dashed = match baseline {
            Some(_) => say::dashed_before_treatment(self.lang),
            None => "",
        };
        let range = format!("{}–{top}{dashed}", series.min.unwrap_or(Decimal::from(0)));
        let title = of_study(&series.title, self.lang);
        Panel { title, range, svg, alternative: plain_line(&alternative) }
    }

    /// Milligrams of one medication as bars, the prednisone-equivalent as steps on its own scale.
    fn amounts(&self, name: &str, mg: &[Option<DayAmount>]) -> Panel {
        let prednisone = self.report.prednisone.as_deref().unwrap_or_default();
        let (top, steps_top) = (largest(mg), largest(prednisone));
        let bar = |column: usize| {
            let amount = mg.get(column).copied().flatten().filter(|amount| amount.mg > Decimal::from(0))?;
            Some((column, amount))
        };
        let steps: Vec<(i64, i64)> = self
            .columns()
            .filter_map(|column| Some((column, prednisone.get(column).copied().flatten()?)))
            .filter(|(_, amount)| !amount.at_least || amount.mg > Decimal::from(0))
            .map(|(column, amount)| (self.left(column), height(amount.mg, steps_top)))
            .collect();
        let width = self.day_width() * 3 / 5;
        let bottom = HEIGHT - FOOT;
        let alternative = format!("{name}, mg");
        let svg = self.frame(
            html! {
                @for (column, amount) in self.columns().filter_map(bar) {
                    @let y = height(amount.mg, top);
                    @let drawn = html! {
                        rect x=(self.left(column) + self.day_width() / 5) y=(y) width=(width) height=(bottom - y)
                            stroke="#444" stroke-width="8" fill=(if amount.at_least { "#fff" } else { "#999" }) {}
                    };
                    @match (self.links, self.report.days.get(column)) {
                        (Some(links), Some(day)) => a href=(links.day(day.day))
                            aria-label={ (full_date(day.day, self.lang)) ": " (words::amount(amount)) " mg" } { (drawn) },
                        _ => (drawn),
                    }
                }
                @for (x, y) in &steps {
                    line x1=(x) x2=(x + self.day_width()) y1=(y) y2=(y) stroke="#000" stroke-width="20" {}
                }
            },
            &alternative,
        );
        let mut range = format!("0–{top} mg{}", say::day_white_at_least(self.lang));
        if !steps.is_empty() {
            range += &say::line_prednisone_eq_mg(self.lang, steps_top.to_string());
        }
        Panel { title: name.to_owned(), range, svg, alternative: plain_line(&alternative) }
    }

    /// The canvas with infusion days shaded, interruptions marked by two bars, and visits by a line.
    fn frame(&self, drawing: Markup, label: &str) -> Markup {
        let days = self.report.days.iter().enumerate().skip(self.first).take(self.len);
        let infusions = days.clone().filter(|(_, day)| !day.infusions.is_empty());
        let interrupted = days.clone().filter(|(_, day)| !day.interrupted.is_empty());
        let visits = days.filter(|(_, day)| !day.visits.is_empty());
        let other = other_language(label);
        html! {
            svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role=(if self.links.is_some() { "group" } else { "img" })
                lang=[other.as_ref().map(Lang::tag)] aria-label=(plain_line(label)) {
                @for (column, _) in infusions {
                    rect x=(self.left(column)) y="0" width=(self.day_width()) height=(HEIGHT) fill="#e4e4e4" {}
                }
                @for (column, day) in interrupted {
                    g {
                        title { (say::infusion_interrupted_on(self.lang, day.day.to_string())) }
                        @for left in [-50, 14] {
                            rect x=(self.middle(column) + left) y="4" width="36" height="84" fill="#000" {}
                        }
                    }
                }
                @for (column, _) in visits {
                    line x1=(self.middle(column)) x2=(self.middle(column)) y1="0" y2=(HEIGHT) stroke="#888" stroke-width="8" {}
                }
                (drawing)
                line x1="0" x2=(WIDTH) y1=(HEIGHT - FOOT) y2=(HEIGHT - FOOT) stroke="#000" stroke-width="8" {}
            }
        }
    }
}

/// Upper end of a series' scale: half of the possible total, if that is enough.
fn top(series: &TotalSeries) -> Decimal {
    let points = series.points.iter().filter_map(|point| point.total);
    let largest =
        points.chain(series.baseline.map(|reference| reference.total)).max().unwrap_or(Decimal::from(1));
    let half = series.max.and_then(|max| max.times(Decimal::new(5, 1)));
    half.filter(|half| *half >= largest).or(series.max).unwrap_or(largest)
}

fn largest(days: &[Option<DayAmount>]) -> Decimal {
    let largest = days.iter().flatten().map(|amount| amount.mg).max();
    largest.filter(|mg| *mg > Decimal::from(0)).unwrap_or(Decimal::from(1))
}

/// Vertical position of a value of 0 to `top`, in units from the upper edge.
fn height(value: Decimal, top: Decimal) -> i64 {
    let room = i128::from(HEIGHT - HEAD - FOOT);
    let up = value.nanos().clamp(0, top.nanos().max(1)) * room / top.nanos().max(1);
    HEIGHT - FOOT - i64::try_from(up).unwrap_or(0)
}

/// The plotted values as text, for readers who cannot see the plot.
fn path_words(points: &[Point]) -> String {
    points.iter().map(|point| point.value.as_str()).collect::<Vec<_>>().join(", ")
}
