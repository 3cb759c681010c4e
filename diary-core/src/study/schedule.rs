//! Which prompt is due, open, late or missed at an instant. Pure: anchors, zone and clock are arguments, and what is
//! missed is worked out, never stored.

use std::sync::Arc;

use super::Study;
use super::course::{Course, Overlay};
use super::limits::{HOUR_MS, MINUTE_MS};
use super::timetable::{Anchors, SlotRule};
use crate::entry::{MedicationRef, Route, Slot};
use crate::ids::InstrumentId;
use crate::measure::Quantity;
use crate::time::{DAY_MS, DiaryDay, TimeOfDay, UtcMillis, Zone};

const MINUTES_PER_DAY: i64 = 24 * 60;

/// What the schedule of one participant follows from.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// The study.
    pub study: &'a Study,
    /// Anchors, regimen, end of the participation, and since when they could be known.
    pub course: Arc<Course>,
    /// The first day of the diary.
    pub first_day: DiaryDay,
    /// The zone the participant lives by. A slot keeps its day and id when it changes; only its hours move.
    pub zone: Zone,
}

/// One prompt of one day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// Its place in the schedule; with the day it is unique.
    pub slot: Slot,
    /// The diary day it belongs to.
    pub day: DiaryDay,
    /// What is asked.
    pub prompt: Prompt,
    /// From then on it can be answered.
    pub opens: UtcMillis,
    /// When it is to be answered, and reminded of. Never before `opens`.
    pub due: UtcMillis,
    /// From then on an answer is late. Never before `due`.
    pub closes: UtcMillis,
    /// From then on it is missed. Never before `closes`.
    pub late_until: UtcMillis,
    /// Since when a phone could know of it; none: since ever.
    pub known: Option<UtcMillis>,
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Prompt {
    /// An instrument.
    Instrument(InstrumentId),
    /// Whether a dose of the regimen was taken.
    Dose {
        /// Of what.
        medication: MedicationRef,
        /// In which form.
        form: String,
        /// How much.
        amount: Quantity,
        /// How.
        route: Route,
        /// At which time of day.
        time: TimeOfDay,
        /// The amount is the one that the participant reported, not the site's.
        reported: bool,
    },
}

/// How an occurrence stands at an instant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SlotState {
    /// Not open yet.
    Upcoming,
    /// To be answered now.
    Open,
    /// Its window has closed; it still can be answered, as late.
    Late,
    /// Too late. An answer is kept all the same.
    Missed,
    /// Its window had closed before a phone could know of it. An answer is kept all the same.
    NotAsked,
    /// Answered.
    Answered,
}

/// How `occurrence` stands at `now`.
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
    /// The diary day at `now`. A day that has begun does not end because clocks are set back over the cut.
    #[must_use]
    pub fn day(&self, now: UtcMillis) -> DiaryDay {
        let cut = self.study.day_cut();
        let read = DiaryDay::at(now, self.zone, cut.to_chrono());
        let next = read.plus_days(1);
        if now < Hours::start(self.zone, next, cut) { read } else { next }
    }
}

/// Every prompt of the diary days from `from` to `to`, both included, by day and due time. Days before the diary
/// begins have none, nor has a day that the zone leaves out altogether.
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

/// The hours of one diary day in one zone.
struct Hours {
    zone: Zone,
    day: DiaryDay,
    cut: TimeOfDay,
    start: UtcMillis,
    end: UtcMillis,
}

impl Hours {
    /// When `day` begins.
    fn start(zone: Zone, day: DiaryDay, cut: TimeOfDay) -> UtcMillis {
        zone.instant(day.0, cut.to_chrono())
    }

    /// The instant of `time` on this diary day. A time that a clock change leaves out is the instant of the change,
    /// or the day's last minute where the change also ends the day.
    fn at(&self, time: TimeOfDay) -> UtcMillis {
        self.instant(time).clamp(self.start, self.end.plus_ms(-MINUTE_MS).max(self.start))
    }

    /// The instant at which a window closes that ends at `time`, so many days on. The cut closes the day before it.
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
            // No clock change within the day: two in one day that cancel out do not exist.
            return self.start.plus_ms(minute_of_diary_day(self.cut, time) * MINUTE_MS);
        }
        self.zone.instant(civil_date(self.day, self.cut, time), time.to_chrono())
    }
}

/// Minutes from the day cut to `time`, 0 to 1439.
pub(super) fn minute_of_diary_day(cut: TimeOfDay, time: TimeOfDay) -> i64 {
    (i64::from(time.minutes()) - i64::from(cut.minutes())).rem_euclid(MINUTES_PER_DAY)
}

/// The civil date on which `time` falls within `day`: what lies before the cut comes after midnight.
fn civil_date(day: DiaryDay, cut: TimeOfDay, time: TimeOfDay) -> chrono::NaiveDate {
    day.plus_days(i64::from(time < cut)).0
}

#[cfg(test)]
mod tests;
