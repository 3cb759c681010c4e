//! Events on the time axis beside the answers: infusions, visits, events, notes.

use std::collections::BTreeMap;

use diary_core::act::{ActContent, AfterPause, Interruption, infusion};
use diary_core::entry::{Content, Value};
use diary_core::ids::{AnchorId, EventCode};
use diary_core::measure::Quantity;
use diary_core::text::Text;
use diary_core::time::{DiaryDay, UtcMillis};
use serde::Serialize;

use super::entries::View;
use super::entry::{Origin, Stamp};

/// A day of a treatment cycle.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct CycleDay {
    /// Anchor of the cycle.
    pub cycle: AnchorId,
    /// Day of the cycle, from 1.
    pub day: u16,
}

/// An infusion of the study drug, as staff recorded it last.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct InfusionLine {
    /// Its civil date at the site.
    pub day: DiaryDay,
    /// Its place in the treatment.
    pub cycle_day: CycleDay,
    /// The name of the cycle.
    pub cycle: Text,
    /// Start.
    pub start: Stamp,
    /// End of the infusion, once known.
    pub stop: Option<Stamp>,
    /// Dose.
    pub dose: Quantity,
    /// Its interruptions, by time.
    pub interruptions: Vec<InterruptionLine>,
    /// Stretches in which it ran; the last has no end while it runs.
    #[serde(skip)]
    pub(super) ran: Vec<(UtcMillis, Option<UtcMillis>)>,
}

/// An interruption of an infusion.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct InterruptionLine {
    /// Time of the pause.
    pub paused: Stamp,
    /// Time at which it was resumed.
    pub resumed: Option<Stamp>,
    /// It was ended early.
    pub ended: bool,
    /// Amount given up to the pause, if known.
    pub given: Option<Quantity>,
    /// Reason as staff gave it.
    pub reason: String,
}

/// A visit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct VisitLine {
    /// Its civil date.
    pub day: DiaryDay,
    /// Its kind, as staff gave it.
    pub kind: String,
    /// True if it took place, false if it is planned.
    pub held: bool,
    /// The name of that kind.
    pub title: Text,
}

/// An event.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct EventLine {
    /// Its diary day.
    pub day: DiaryDay,
    /// Time at which it happened.
    pub at: Stamp,
    /// Time at which it ended.
    pub ended: Option<Stamp>,
    /// Code of the event.
    pub code: EventCode,
    /// Its name.
    pub title: Text,
    /// Text of the participant.
    pub text: Option<String>,
    /// Author and phones.
    pub origin: Origin,
    /// An anchor that it proposes and that the site has not set to its day.
    pub proposes: Option<AnchorId>,
}

/// Free text of the participant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NoteLine {
    /// Its diary day.
    pub day: DiaryDay,
    /// Time of the note.
    pub at: Stamp,
    /// The question that it answers; `None` for a note.
    pub label: Option<Text>,
    /// The text.
    pub text: String,
    /// Author and phones.
    pub origin: Origin,
}

impl View<'_> {
    /// Infusions that started on the days of the report, in order.
    pub(super) fn infusions(&self) -> Vec<InfusionLine> {
        let mut lines = self.all_infusions();
        lines.retain(|line| self.column(line.day).is_some());
        lines
    }

    /// Every infusion, in order; of several acts on one day of a cycle the latest counts.
    pub(super) fn all_infusions(&self) -> Vec<InfusionLine> {
        let mut last: BTreeMap<CycleDay, (usize, InfusionLine)> = BTreeMap::new();
        for (order, act) in self.input.record.acts_in_force().into_iter().enumerate() {
            let ActContent::Infusion { start, stop, dose, cycle, day, interruptions } = &act.content else {
                continue;
            };
            let ran = infusion::running(*start, *stop, interruptions);
            let mut pauses: Vec<_> = interruptions.iter().map(|one| self.interruption(one)).collect();
            pauses.sort_by_key(|one| one.paused.utc);
            let cycle_day = CycleDay { cycle: cycle.clone(), day: *day };
            let start = self.here(*start);
            let line = InfusionLine {
                day: DiaryDay(start.local.date()),
                cycle: self.anchor_title(&cycle_day.cycle),
                cycle_day: cycle_day.clone(),
                start,
                stop: stop.map(|stop| self.here(stop)),
                dose: dose.clone(),
                interruptions: pauses,
                ran,
            };
            last.insert(cycle_day, (order, line));
        }
        let mut found: Vec<_> = last.into_values().collect();
        found.sort_by_key(|(order, line)| (line.start.utc, *order));
        found.into_iter().map(|(_, line)| line).collect()
    }

    fn interruption(&self, one: &Interruption) -> InterruptionLine {
        InterruptionLine {
            paused: self.here(one.paused),
            resumed: one.then.resumed().map(|at| self.here(at)),
            ended: one.then == AfterPause::Ended,
            given: one.given.clone(),
            reason: one.reason.clone(),
        }
    }

    /// Days on which an infusion ran: it began or was resumed on them, or ran through the whole day.
    pub(super) fn days_run(&self, line: &InfusionLine) -> Vec<DiaryDay> {
        let day = |at: UtcMillis| DiaryDay(self.here(at).local.date());
        let (first, last) = (self.days.first().map(|of| of.day), self.days.last().map(|of| of.day));
        let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
        let mut days: Vec<DiaryDay> = line
            .ran
            .iter()
            .flat_map(|(from, to)| {
                // Without a known stop its length is unknown.
                let (from, end) = (day(*from), day(to.unwrap_or(*from)));
                // The day of the stop counts only if the stretch began on it.
                let until = if end > from { end.plus_days(-1) } else { end };
                from.max(first).through(until.min(last))
            })
            .collect();
        days.dedup();
        days
    }

    /// Title of an anchor; its id if no available study has it.
    pub(super) fn anchor_title(&self, id: &AnchorId) -> Text {
        let known = self.input.studies.values().rev().find_map(|study| study.anchor(id));
        known.map_or_else(|| super::words::both(|_| id.to_string()), |anchor| anchor.title.clone())
    }

    /// Title of a kind of visit; its code if no available study has it.
    fn visit_title(&self, kind: &str) -> Text {
        let studies = || self.input.studies.values().rev();
        let known =
            studies().find(|study| study.visit_kinds().iter().any(|known| known.code.as_str() == kind));
        super::words::both(|lang| known.map_or(kind, |study| study.visit_kind_name(kind, lang)).to_owned())
    }

    /// Days of every visit that took place up to today, in order.
    pub(super) fn visit_days(&self) -> Vec<DiaryDay> {
        let (_, today) = self.period();
        let mut days: Vec<DiaryDay> = self.held_visits().filter(|day| *day <= today).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// Days of every visit that took place, in no order.
    pub(super) fn held_visits(&self) -> impl Iterator<Item = DiaryDay> {
        self.input.record.acts_in_force().into_iter().filter_map(|act| match &act.content {
            ActContent::Visit { date, held: true, .. } => Some(*date),
            _ => None,
        })
    }

    /// Visits in the period, planned ones after it, and the last one before it.
    pub(super) fn visits(&self) -> Vec<VisitLine> {
        let (first, _) = self.period();
        let mut visits: Vec<VisitLine> = self
            .input
            .record
            .acts_in_force()
            .into_iter()
            .filter_map(|act| match &act.content {
                ActContent::Visit { date, kind, held } => {
                    let title = self.visit_title(kind);
                    Some(VisitLine { day: *date, kind: kind.clone(), title, held: *held })
                }
                _ => None,
            })
            .collect();
        visits.sort_by(|a, b| (a.day, &a.kind).cmp(&(b.day, &b.kind)));
        visits.dedup();
        let before = visits.iter().rposition(|visit| visit.day < first && visit.held).unwrap_or(0);
        visits.drain(..before);
        visits
    }

    /// Events in the period, in order of time.
    pub(super) fn events(&self) -> Vec<EventLine> {
        let mut events: Vec<EventLine> = self
            .current()
            .filter_map(|(entry, shown)| {
                let Content::Event(event) = &shown.content else { return None };
                let zone = entry.first.recorded.zone;
                let proposed = self.study.proposed_anchor(&event.code, shown.day, &self.course.anchors);
                Some(EventLine {
                    day: shown.day,
                    at: self.about(entry),
                    ended: event.ended.map(|end| super::entry::here(end.0, zone)),
                    code: event.code.clone(),
                    title: self.event_title(&event.code),
                    text: event.text.clone(),
                    origin: entry.origin(),
                    proposes: proposed.filter(|id| !self.is_treated(id, shown.day)).cloned(),
                })
            })
            .collect();
        events.sort_by_key(|event| event.at.utc);
        events
    }

    /// True if `day` is one of the infusion days of an anchor that the site has set.
    fn is_treated(&self, id: &AnchorId, day: DiaryDay) -> bool {
        let Some(set) = self.course.anchors.get(id) else { return false };
        let n = day.since(*set);
        let days = self.study.anchor(id).map(|anchor| anchor.infusion_days.as_slice()).unwrap_or_default();
        n == 0 || days.iter().any(|offset| i64::from(*offset) == n)
    }

    fn event_title(&self, code: &EventCode) -> Text {
        let known = self.input.studies.values().rev().find_map(|study| study.event(code));
        known.map_or_else(|| super::words::both(|_| code.to_string()), |event| event.title.clone())
    }

    /// Notes and free-text answers in the period, in the order in which they were entered.
    pub(super) fn notes(&self) -> Vec<NoteLine> {
        let mut notes = Vec::new();
        for (entry, shown) in self.current() {
            let line = |label: Option<Text>, text: &str| NoteLine {
                day: shown.day,
                at: self.about(entry),
                label,
                text: text.to_owned(),
                origin: entry.origin(),
            };
            match &shown.content {
                Content::Note(note) => notes.push(line(None, &note.text)),
                Content::Assessment(assessment) => {
                    let Some(instrument) = self.instrument_of(shown) else { continue };
                    for answer in &assessment.answers {
                        let label = instrument.item(&answer.link_id).map(|item| item.label().clone());
                        notes.extend(
                            answer.values.iter().filter_map(words).map(|text| line(label.clone(), &text)),
                        );
                    }
                }
                Content::Dose(dose) => notes.extend(dose.note.as_deref().map(|text| {
                    let name = super::words::both(|_| dose.medication.name.clone());
                    line(Some(name), text)
                })),
                Content::MedicationChange(_)
                | Content::Event(_)
                | Content::AlertShown(_)
                | Content::Withdrawn
                | Content::PhoneApproval(_)
                | Content::Newer(_) => {}
            }
        }
        notes.sort_by_key(|note| note.at.utc);
        notes
    }
}

/// Text of a value that has no cell in a grid.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Date(date) => Some(date.to_string()),
        Value::Time(time) => Some(time.to_string()),
        Value::DateTime { date, time, .. } => Some(format!("{date} {time}")),
        Value::Coding { .. }
        | Value::Integer(_)
        | Value::Decimal(_)
        | Value::Quantity(_)
        | Value::Boolean(_) => None,
    }
}

/// True if `at` is not after `now`, the time of the report.
pub(super) fn is_past(at: UtcMillis, now: UtcMillis) -> bool {
    at <= now
}
