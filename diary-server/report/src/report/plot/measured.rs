//! Panels of measured values, such as temperatures: a point for each slot of a day, on the range of the values. Values
//! that met an alert rule have their number.

use diary_core::ids::SlotId;
use diary_core::measure::Decimal;
use maud::{Markup, html};

use super::{Canvas, Panel, height};
use crate::report::words::{full_date, of_study, plain_line};
use crate::report::{ItemRow, QuestionOutcome, Scale};

/// One measured value.
struct Measured {
    /// Its day's column.
    column: usize,
    x: i64,
    value: Decimal,
    alarm: bool,
    label: String,
    link: Option<String>,
}

impl Canvas<'_> {
    /// One panel for each measured question that has values in these columns.
    pub(super) fn measured(&self) -> Vec<Panel> {
        let rows = self.report.items.chunk_by(|a, b| a.instrument == b.instrument && a.link_id == b.link_id);
        rows.filter_map(|slots| self.measured_panel(slots)).collect()
    }

    fn measured_panel(&self, slots: &[ItemRow]) -> Option<Panel> {
        let first = slots.first()?;
        let Scale::Number { unit: Some(unit) } = &first.scale else { return None };
        let points: Vec<Measured> =
            self.columns().flat_map(|column| self.values_of_day(slots, column)).collect();
        let (low, high) = whole_range(&points)?;
        let title = format!("{} {}", of_study(&first.label, self.lang), unit.shown(self.lang));
        let values: Vec<&str> = points.iter().map(|point| point.label.as_str()).collect();
        let alternative = format!("{title}: {}", values.join(", "));
        let y = |value: Decimal| height(above(value, low), above(high, low));
        let svg = self.frame(
            html! {
                @for run in points.chunk_by(|a, b| b.column <= a.column + 1) {
                    @let path: Vec<String> = run.iter().map(|point| format!("{},{}", point.x, y(point.value))).collect();
                    polyline points=(path.join(" ")) fill="none" stroke="#000" stroke-width="10" {}
                }
                @for point in &points {
                    @match &point.link {
                        Some(link) => a href=(link) aria-label=(point.label) { (point.drawn(y(point.value))) },
                        None => (point.drawn(y(point.value))),
                    }
                }
            },
            &alternative,
        );
        let range = format!("{low}–{high}");
        Some(Panel { title, range, svg, alternative: plain_line(&alternative) })
    }

    /// Values of a day, one beside the other in the order of its slots.
    fn values_of_day(&self, slots: &[ItemRow], column: usize) -> Vec<Measured> {
        let places = i64::try_from(slots.len().max(1)).unwrap_or(1);
        let value = |(place, row): (i64, &ItemRow)| {
            let cell =
                row.cells.get(column)?.as_ref().filter(|cell| cell.state == QuestionOutcome::Answered)?;
            let value: Decimal = cell.shown.parse().ok().filter(|_| !cell.odd)?;
            let day = self.report.days.get(column)?.day;
            let slot: Option<&SlotId> = row.slot.as_ref().map(|slot| &slot.slot);
            let link = self.links.map(|links| match self.report.index.only(&row.instrument, slot, day) {
                Some(entry) => links.entry(entry),
                None => links.day(day),
            });
            let label = match self.links {
                Some(_) => format!("{}: {value}", full_date(day, self.lang)),
                None => value.to_string(),
            };
            let x = self.left(column) + self.day_width() * (2 * place + 1) / (2 * places);
            Some(Measured { column, x, value, alarm: cell.alarm, label, link })
        };
        (0..).zip(slots).filter_map(value).collect()
    }
}

impl Measured {
    fn drawn(&self, y: i64) -> Markup {
        html! {
            circle cx=(self.x) cy=(y) r=(if self.alarm { 34 } else { 22 }) fill="#000" {}
            @if self.alarm {
                text x=(self.x) y=(y - 52) font-size="100" text-anchor="middle" { (self.value) }
            }
        }
    }
}

/// One unit, in the parts that numbers are computed in.
const UNIT_NANOS: i128 = 1_000_000_000;

/// Whole numbers around all values; they differ.
fn whole_range(points: &[Measured]) -> Option<(Decimal, Decimal)> {
    let nanos = || points.iter().map(|point| point.value.nanos());
    let low = nanos().min()?.div_euclid(UNIT_NANOS) * UNIT_NANOS;
    let high = (nanos().max()?.div_euclid(UNIT_NANOS) + 1) * UNIT_NANOS;
    Some((Decimal::from_nanos(low)?, Decimal::from_nanos(high)?))
}

/// Distance of a value from the lower end.
fn above(value: Decimal, low: Decimal) -> Decimal {
    Decimal::from_nanos(value.nanos() - low.nanos()).unwrap_or(Decimal::from(0))
}
