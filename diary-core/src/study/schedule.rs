//! State of every prompt at an instant: due, open, late or missed. Pure: anchors, zone and clock are
//! arguments. Missed slots are computed and never stored.

use std::sync::Arc;

use super::Study;
use super::course::{Course, Overlay};
use super::limits::{HOUR_MS, MINUTE_MS};
use super::timetable::{Anchors, SlotRule};
use crate::entry::{MedicationRef, Route, Slot};
use crate::ids::InstrumentId;
use crate::measure::Quantity;
use crate::time::{DAY_MS, DiaryDay, TimeOfDay, UtcMillis, Zone};

/// Basis of one participant's schedule.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// The study.
    pub study: &'a Study,
    /// Anchors, regimen and end of the participation, and the instants from which on they could be known.
    pub course: Arc<Course>,
    /// First day of the diary.
    pub first_day: DiaryDay,
    /// Zone in which the participant lives. Day and id of a slot do not depend on it; only the hours do.
    pub zone: Zone,
}

/// One prompt of one day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// Place in the schedule, unique within the day.
    pub slot: Slot,
    /// Diary day.
    pub day: DiaryDay,
    /// Question.
    pub prompt: Prompt,
    /// Instant from which on it can be answered.
    pub opens: UtcMillis,
    /// Instant at which it should be answered, and at which a reminder is due. Not before `opens`.
    pub due: UtcMillis,
    /// Instant from which on an answer is late. Not before `due`.
    pub closes: UtcMillis,
    /// Instant from which on it is missed. Not before `closes`.
    pub late_until: UtcMillis,
    /// Instant from which on a phone could know of it; `None` for always.
    pub known: Option<UtcMillis>,
}

/// Question of an occurrence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Prompt {
    /// An instrument.
    Instrument(InstrumentId),
    /// A planned dose of the regimen.
    Dose {
        /// Medication.
        medication: MedicationRef,
        /// Form.
        form: String,
        /// Amount.
        amount: Quantity,
        /// Route of administration.
        route: Route,
        /// Planned time of day.
        time: TimeOfDay,
        /// True if the amount is the participant's own report, not the site's.
        reported: bool,
    },
}

/// State of an occurrence at an instant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SlotState {
    /// Not open yet.
    Upcoming,
    /// Within its window.
    Open,
    /// After its window; an answer is accepted as late.
    Late,
    /// After the time for late answers. An answer is still saved.
    Missed,
    /// Its window had closed before a phone could know of it. An answer is still saved.
    NotAsked,
    /// Answered.
    Answered,
}

/// State of `occurrence` at `now`.
#[must_use]
pub fn state(occurrence: &Occurrence, answered: bool, now: UtcMillis) -> SlotState {
    if answered {
        SlotState::Answered
    } else if now < occurrence.opens {
        SlotState::Upcoming
    } else if now < occurrence.closes {
        SlotState::Open
    } else if occurrence.known.is_some_and(|known| known >= occurrence.closes) {
        SlotState::NotAsked
    } else if now < occurrence.late_until {
        SlotState::Late
    } else {
        SlotState::Missed
    }
}

impl Plan<'_> {
    /// Diary day at `now`. A day that has begun does not end again when clocks are set back over the cut.
    #[must_use]
    pub fn day(&self, now: UtcMillis) -> DiaryDay {
        let cut = self.study.day_cut();
        let read = DiaryDay::at(now, self.zone, cut.to_chrono());
        let next = read.plus_days(1);
        if now < Hours::start(self.zone, next, cut) { read } else { next }
    }
}

/// Prompts of the diary days from `from` to `to`, both included, by day and due time. There are none before
/// the first day of the diary, nor on a day that the zone skips altogether.
#[must_use]
pub fn occurrences(plan: &Plan<'_>, from: DiaryDay, to: DiaryDay) -> Vec<Occurrence> {
    let first = from.max(plan.first_day);
    let cut = plan.study.day_cut();
    let mut all = Vec::new();
    let mut start = Hours::start(plan.zone, first, cut);
    for day in first.through(to) {
        let end = Hours::start(plan.zone, day.plus_days(1), cut);
        let hours = Hours { zone: plan.zone, day, cut, start, end };
        if start < end && plan.course.is_open_on(day) {
            let of_day = all.len();
            add_slots(plan, &hours, &mut all);
            add_doses(plan, &hours, &mut all);
            all[of_day..].sort_by(|a, b| (a.due, &a.slot).cmp(&(b.due, &b.slot)));
        }
        start = end;
    }
    all
}

fn add_slots(plan: &Plan<'_>, hours: &Hours, all: &mut Vec<Occurrence>) {
    let study = plan.study;
    let holds = |rule: &SlotRule, anchors: &Anchors| {
        let in_period = |id| study.period(id).is_some_and(|period| period.holds(hours.day, anchors));
        rule.enabled
            && rule.repeat.holds(hours.day, plan.first_day, anchors)
            && rule.during.as_ref().is_none_or(in_period)
    };
    let course = &plan.course;
    all.extend(study.slots().iter().filter(|rule| holds(rule, &course.anchors)).map(|rule| {
        let opens = hours.at(rule.opens);
        let due = rule.due.map_or(opens, |due| hours.at(due)).max(opens);
        let closes = hours.closing(rule.closes, rule.closes_after_days).max(due);
        let late_hours = rule.late_hours.unwrap_or(study.limits().late_hours);
        Occurrence {
            slot: Slot::Scheduled(rule.id.clone()),
            day: hours.day,
            prompt: Prompt::Instrument(rule.instrument.clone()),
            opens,
            due,
            closes,
            late_until: closes.plus_ms(i64::from(late_hours) * HOUR_MS),
            known: course.slot_known(|anchors| holds(rule, anchors)),
        }
    }));
}

fn add_doses(plan: &Plan<'_>, hours: &Hours, all: &mut Vec<Occurrence>) {
    let window = plan.study.dose_window();
    let late_hours = window.late_hours.unwrap_or(plan.study.limits().late_hours);
    let course = &plan.course;
    all.extend(course.regimen.doses_on(hours.day).filter_map(|dose| {
        let (amount, reported) = match course.overlay(&dose, hours.day) {
            Overlay::AsPlanned => (dose.of.amount.clone(), false),
            Overlay::Amount(amount) => (amount.clone(), true),
            Overlay::NotAsked => return None,
        };
        let due = hours.at(dose.time);
        let closes = due.plus_ms(i64::from(window.closes_minutes_after) * MINUTE_MS);
        Some(Occurrence {
            slot: dose.slot(),
            day: hours.day,
            prompt: Prompt::Dose {
                medication: dose.of.medication.clone(),
                form: dose.of.form.clone(),
                amount,
                route: dose.of.route,
                time: dose.time,
                reported,
            },
            opens: due.plus_ms(-i64::from(window.opens_minutes_before) * MINUTE_MS).max(hours.start),
            due,
            closes,
            late_until: closes.plus_ms(i64::from(late_hours) * HOUR_MS),
            known: course.dose_known(dose.line.id, hours.day, dose.time),
        })
    }));
}

/// Hours of one diary day in one zone.
struct Hours {
    zone: Zone,
    day: DiaryDay,
    cut: TimeOfDay,
    start: UtcMillis,
    end: UtcMillis,
}

impl Hours {
    /// Beginning of `day`.
    fn start(zone: Zone, day: DiaryDay, cut: TimeOfDay) -> UtcMillis {
        zone.instant(day.0, cut.to_chrono())
    }

    /// Instant of `time` on this diary day. For a time skipped by a clock change, the instant of the change,
    /// or the day's last minute if the change also ends the day.
    fn at(&self, time: TimeOfDay) -> UtcMillis {
        self.instant(time).clamp(self.start, self.end.plus_ms(-MINUTE_MS).max(self.start))
    }

    /// Instant at which a window closes that ends at `time`, `days_on` days later. A `time` equal to the cut
    /// is the end of the diary day.
    fn closing(&self, time: TimeOfDay, days_on: u16) -> UtcMillis {
        let days_on = i64::from(days_on);
        match (time == self.cut, days_on) {
            (true, 0) => self.end,
            (false, 0) => self.instant(time).min(self.end),
            (true, _) => Self::start(self.zone, self.day.plus_days(days_on + 1), self.cut),
            (false, _) => {
                let date = civil_date(self.day.plus_days(days_on), self.cut, time);
                self.zone.instant(date, time.to_chrono())
            }
        }
    }

    fn instant(&self, time: TimeOfDay) -> UtcMillis {
        if self.end.since_ms(self.start) == DAY_MS {
            // No clock change within the day; two changes on one day that cancel out do not exist.
            return self.start.plus_ms(time.minutes_after(self.cut) * MINUTE_MS);
        }
        self.zone.instant(civil_date(self.day, self.cut, time), time.to_chrono())
    }
}

/// Civil date of `time` within `day`: a time before the cut is on the next date.
fn civil_date(day: DiaryDay, cut: TimeOfDay, time: TimeOfDay) -> chrono::NaiveDate {
    day.plus_days(i64::from(time < cut)).0
}

#[cfg(test)]
mod tests;
