//! The days of the report, with the participant's zone and study version on each, and the slots that the schedule
//! asked. Outcomes are computed in `adherence`.

use std::collections::BTreeSet;

use diary_core::act::ActContent;
use diary_core::ids::AnchorId;
use diary_core::study::Study;
use diary_core::study::schedule::{Plan, Prompt, occurrences};
use diary_core::time::{DiaryDay, Zone};
use serde::Serialize;

use super::course::CycleDay;
use super::entries::{Setting, View};
use super::entry::By;
use super::{REPORT_MAX_DAYS, ReportInput};

/// One day of the report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Day {
    /// The diary day.
    pub day: DiaryDay,
    /// It is not over yet.
    pub today: bool,
    /// The participant's diary had begun.
    pub in_diary: bool,
    /// The zone the participant's phone was set to.
    pub zone: Zone,
    /// Infusions that began or were resumed on this day, or ran through all of it.
    pub infusions: Vec<CycleDay>,
    /// Infusions that were paused on it.
    pub interrupted: Vec<CycleDay>,
    /// Infusion that the schedule expects.
    pub planned_infusion: Option<CycleDay>,
    /// Kinds of the visits on it.
    pub visits: Vec<String>,
    /// Authors of its entries other than the participant.
    pub entered_by: Vec<By>,
    /// Numbers of the phones used for its entries.
    pub devices: Vec<u16>,
    /// Its entries were probably entered together with those of other days.
    pub backfilled: bool,
}

/// Range of days around today.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct DaySpan {
    /// Days before today; none: since the diary began, at most [`WHOLE_MAX_DAYS`].
    pub(super) back: Option<u16>,
    /// Days after it.
    pub(super) ahead: u16,
}

/// Most days of a whole diary: ten years.
pub(super) const WHOLE_MAX_DAYS: u16 = 3660;

/// View of the days of the report. `None` without any study.
pub(super) fn of_report<'a>(input: &'a ReportInput<'a>) -> Option<View<'a>> {
    let back = input.days.clamp(1, REPORT_MAX_DAYS) - 1;
    spanning(input, DaySpan { back: Some(back), ahead: 0 })
}

/// View of the days of `span` instead of the report's.
pub(super) fn spanning<'a>(input: &'a ReportInput<'a>, span: DaySpan) -> Option<View<'a>> {
    let mut view = View::without_days(input)?;
    lay(&mut view, span);
    Some(view)
}

/// Builds the days of `span`, and the slots of the schedule on them.
fn lay(view: &mut View<'_>, span: DaySpan) {
    let cut = view.study.day_cut().to_chrono();
    let known = view.known_settings();
    let last_zone = known.last().map_or(view.input.zone, |setting| setting.zone);
    let today = DiaryDay::at(view.input.now, last_zone, cut);
    (view.today, view.lives_in) = (today, last_zone);
    let start = view.contacts.iter().map(|contact| contact.start).min();
    let began = start.map(|start| DiaryDay::at(start, known.first().map_or(last_zone, |s| s.zone), cut));
    view.first_day = view.course.first_day.or(began);
    let newest = view.study.version();
    let usual = known.first().map_or((view.input.zone, newest), |setting| (setting.zone, setting.version));
    let mut next = known.iter().peekable();
    let mut holds = usual;
    let since_first = || view.first_day.map_or(0, |first| today.since(first).clamp(0, WHOLE_MAX_DAYS.into()));
    let last = view.input.until.map_or(today, |until| until.min(today));
    let first = last.plus_days(-span.back.map_or_else(since_first, i64::from));
    for day in first.through(last.plus_days(span.ahead.into())) {
        while let Some(setting) = next.next_if(|setting| setting.day <= day) {
            holds = (setting.zone, setting.version);
        }
        view.days.push(Setting { day, zone: holds.0, version: holds.1 });
    }
    view.versions = view.versions_in_force();
    let asked = view.first_day.map_or_else(Vec::new, |first_day| view.schedule(first_day));
    view.ask(asked);
}

impl View<'_> {
    /// Time of recording of the first entry under each version of the study; the first version is left out.
    fn versions_in_force(&self) -> std::collections::BTreeMap<u32, diary_core::time::UtcMillis> {
        let mut since = std::collections::BTreeMap::new();
        let mut by_counter: Vec<_> = self.all().map(|entry| (entry.first.counter, entry.first)).collect();
        by_counter.sort_by_key(|(counter, _)| *counter);
        let first = by_counter.first().map(|(_, revision)| revision.study_version);
        for (_, revision) in by_counter {
            if Some(revision.study_version) != first {
                since.entry(revision.study_version).or_insert(revision.recorded.utc);
            }
        }
        since
    }

    /// Zone of the last entry recorded on each day, in order, and the newest version of the study seen so far: corrections
    /// and entries begun earlier are recorded under an older one.
    fn known_settings(&self) -> Vec<Setting> {
        let cut = self.study.day_cut().to_chrono();
        let mut known: Vec<_> = self
            .all()
            .flat_map(|entry| entry.history.versions.iter().map(|encoded| encoded.revision()))
            .map(|revision| {
                let reading = &revision.recorded;
                let day = DiaryDay::of_local(reading.local(), cut);
                (day, revision.counter, Setting { day, zone: reading.zone, version: revision.study_version })
            })
            .collect();
        known.sort_by_key(|(_, counter, _)| *counter);
        let mut newest = 0;
        for (.., setting) in &mut known {
            newest = newest.max(setting.version);
            setting.version = newest;
        }
        known.sort_by_key(|(day, counter, _)| (*day, *counter));
        known.into_iter().map(|(.., setting)| setting).collect()
    }

    fn schedule(&self, first_day: DiaryDay) -> Vec<diary_core::study::Occurrence> {
        let mut all: Vec<diary_core::study::Occurrence> = Vec::new();
        for group in self.days.chunk_by(|a, b| (a.zone, a.version) == (b.zone, b.version)) {
            let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
            let plan = Plan {
                study: self.study_in_force(first.version),
                course: std::sync::Arc::clone(&self.course),
                first_day,
                zone: first.zone,
            };
            let mut of = occurrences(&plan, first.day, last.day);
            if let Some(since) = self.versions.get(&first.version) {
                // A version of the study asks only from the hour at which the phone could have it.
                let is_slot = |prompt: &Prompt| matches!(prompt, Prompt::Instrument(_));
                for one in of.iter_mut().filter(|one| is_slot(&one.prompt) && one.opens < *since) {
                    let before = all.iter().rev().take_while(|earlier| one.day.since(earlier.day) <= 28);
                    if before.into_iter().all(|earlier| earlier.slot != one.slot) {
                        one.known = one.known.max(Some(*since));
                    }
                }
            }
            all.extend(of);
        }
        all
    }

    /// The days with their marks.
    pub(super) fn day_heads(&self) -> Vec<Day> {
        let flagged: BTreeSet<DiaryDay> =
            self.backfilled().into_iter().flat_map(|sitting| sitting.days).collect();
        let mut heads: Vec<Day> = self
            .days
            .iter()
            .map(|setting| Day {
                day: setting.day,
                today: setting.day == self.today,
                in_diary: self.first_day.is_some_and(|first| setting.day >= first),
                zone: setting.zone,
                infusions: Vec::new(),
                interrupted: Vec::new(),
                planned_infusion: self.planned_infusion(setting.day),
                visits: Vec::new(),
                entered_by: Vec::new(),
                devices: Vec::new(),
                backfilled: flagged.contains(&setting.day),
            })
            .collect();
        for infusion in self.all_infusions() {
            for day in self.days_run(&infusion) {
                if let Some(head) = self.column(day).and_then(|column| heads.get_mut(column)) {
                    head.infusions.push(infusion.cycle_day.clone());
                }
            }
            for pause in &infusion.interruptions {
                let day = DiaryDay(pause.paused.local.date());
                if let Some(head) = self.column(day).and_then(|column| heads.get_mut(column)) {
                    head.interrupted.push(infusion.cycle_day.clone());
                }
            }
        }
        let (mut visits, mut others) = (BTreeSet::new(), BTreeSet::new());
        for act in self.input.record.acts_in_force() {
            if let ActContent::Visit { date, kind, .. } = &act.content
                && let Some(head) = self.column(*date).and_then(|column| heads.get_mut(column))
                && visits.insert((*date, kind))
            {
                head.visits.push(kind.clone());
            }
        }
        for (entry, shown) in self.current() {
            let Some(head) = self.column(shown.day).and_then(|column| heads.get_mut(column)) else {
                continue;
            };
            head.devices.extend(&entry.devices);
            let by = By::of(entry.first);
            if !matches!(by, By::Participant | By::System) && others.insert((shown.day, by.clone())) {
                head.entered_by.push(by);
            }
        }
        for head in &mut heads {
            head.devices.sort_unstable();
            head.devices.dedup();
        }
        heads
    }

    /// The last infusion day of a cycle whose anchor is set.
    pub(super) fn last_infusion_day(&self, cycle: &AnchorId) -> Option<DiaryDay> {
        let offset = self.study.anchor(cycle)?.infusion_days.iter().max()?;
        Some(self.course.anchors.get(cycle)?.plus_days(i64::from(*offset)))
    }

    pub(super) fn planned_infusion(&self, day: DiaryDay) -> Option<CycleDay> {
        self.study.anchors().iter().find_map(|anchor| {
            let n = day.since(*self.course.anchors.get(&anchor.id)?);
            let offset = anchor.infusion_days.iter().find(|offset| i64::from(**offset) == n)?;
            Some(CycleDay { cycle: anchor.id.clone(), day: offset.saturating_add(1) })
        })
    }
}

impl<'a> View<'a> {
    /// That version of the study; if it is not available, the last one before it, else the newest.
    fn study_in_force(&self, version: u32) -> &'a Study {
        self.input.studies.range(..=version).next_back().map_or(self.study, |(_, study)| study)
    }
}
