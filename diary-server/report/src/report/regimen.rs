//! The prescribed regimen, line by line with its days, beside the changes that the participant reports; and answers
//! that differ from the plan.

use diary_core::act::{ActContent, ActKind, AsNeededRule, Timing};
use diary_core::entry::{
    ByMedication, Content, DoseStatus, Frequency, MedicationChangeKind, MedicationRef, Route, Slot,
};
use diary_core::measure::Quantity;
use diary_core::text::{Lang, Text};
use diary_core::time::{DiaryDay, PartialDate, TimeOfDay, UtcMillis};
use serde::Serialize;

use super::entries::View;
use super::entry::{Origin, Stamp};
use crate::staff_words::act_kind;

/// Distance from the planned time from which it is shown.
const FAR_MS: i64 = 60 * 60_000;

/// One line of the regimen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RegimenLineOut {
    /// Its number among the participant's lines, from 1.
    pub number: u16,
    /// Its name.
    pub name: Text,
    /// Validity periods of the line, oldest first.
    pub stretches: Vec<StretchOut>,
}

/// Days on which a line has the same content.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StretchOut {
    /// First civil day.
    pub from: DiaryDay,
    /// Last civil day; `None` if open-ended.
    pub to: Option<DiaryDay>,
    /// Its form.
    pub form: Text,
    /// One dose.
    pub amount: Quantity,
    /// Route of administration.
    pub route: Route,
    /// Times of day and days.
    pub timing: Timing,
    /// Limits on as-needed doses.
    pub as_needed: Option<AsNeededRule>,
    /// Time at which staff set it.
    pub set: Stamp,
    /// Account that set it.
    pub by: String,
}

/// The regimen of the days of the report.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct RegimenOut {
    /// Lines valid on a day of the period, or later.
    pub lines: Vec<RegimenLineOut>,
    /// First days from which, by the site, no medication is to be taken.
    pub nothing: Vec<DiaryDay>,
    /// Changes that staff withdrew or corrected, with the reason.
    pub replaced: Vec<ReplacedAct>,
}

/// An act of staff that a later one replaced.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ReplacedAct {
    /// Kind of the act.
    pub kind: &'static str,
    /// Name of the kind.
    pub name: Text,
    /// Time at which it was made.
    pub made: Stamp,
    /// True if it was withdrawn, false if it was corrected.
    pub withdrawn: bool,
    /// Time of the withdrawal or correction.
    pub at: Stamp,
    /// Account.
    pub by: String,
    /// Reason.
    pub reason: String,
}

/// A planned dose with an answer that differs from the plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DoseDifference {
    /// Its diary day.
    pub day: DiaryDay,
    /// Its name.
    pub name: Text,
    /// Planned time when it was answered.
    pub planned_time: TimeOfDay,
    /// Planned amount when it was answered.
    pub planned_amount: Option<Quantity>,
    /// Current planned time, if it was moved since; `None` if it was removed from the plan.
    pub now_planned: Option<TimeOfDay>,
    /// The plan has it no longer.
    pub unplanned: bool,
    /// Time of the dose.
    pub taken: Stamp,
    /// Amount taken.
    pub amount: Option<Quantity>,
    /// Minutes after the planned time, negative before it; `None` within an hour.
    pub off_minutes: Option<i64>,
}

/// A change that the participant reported.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ChangeLine {
    /// Time of recording.
    pub at: Stamp,
    /// First day, as far as it is known.
    pub from: PartialDate,
    /// Started, changed or stopped.
    pub kind: MedicationChangeKind,
    /// The medication.
    pub name: Text,
    /// One dose.
    pub dose: Option<Quantity>,
    /// Route of administration.
    pub route: Option<Route>,
    /// Frequency.
    pub frequency: Option<Frequency>,
    /// Form as written.
    pub form: Option<String>,
    /// Reason.
    pub reason: Option<String>,
    /// Author and phones.
    pub origin: Origin,
    /// Remarks.
    pub remarks: Vec<Text>,
    /// Time of the first regimen that staff set for this medication after the receipt; `None` if there is none yet.
    pub followed_by: Option<UtcMillis>,
}

impl View<'_> {
    /// Lines valid on a day of the period or later, in order.
    pub(super) fn regimen(&self) -> RegimenOut {
        let (first, last) = self.period();
        let regimen = &self.course.regimen;
        let concerns = |of: &&diary_core::study::regimen::Stretch| of.to.is_none_or(|to| to >= first);
        let lines = regimen.lines().iter().filter_map(|line| {
            let stretches: Vec<StretchOut> = line
                .stretches
                .iter()
                .filter(concerns)
                .map(|of| StretchOut {
                    from: of.from,
                    to: of.to,
                    form: super::words::both(|lang| self.study.form_name(&of.form, lang).to_owned()),
                    amount: of.amount.clone(),
                    route: of.route,
                    timing: of.timing.clone(),
                    as_needed: of.as_needed.clone(),
                    set: self.here(of.set.at),
                    by: of.set.by.clone(),
                })
                .collect();
            let name = self.medication_name(line.medication()?);
            (!stretches.is_empty()).then_some(RegimenLineOut { number: line.number, name, stretches })
        });
        let histories = diary_core::record::act_histories(self.input.record.acts().map(|(act, _)| act));
        let replaced = histories
            .iter()
            .flat_map(|history| history.versions.windows(2).map(<[_]>::to_vec).collect::<Vec<_>>())
            .filter_map(|pair| match pair[..] {
                [before, after] => Some(ReplacedAct {
                    kind: before.content.kind(),
                    name: super::words::both(|lang| {
                        act_kind(ActKind::from(&before.content), lang).to_owned()
                    }),
                    made: self.here(before.at),
                    withdrawn: after.content == ActContent::Withdrawn,
                    at: self.here(after.at),
                    by: after.by.clone(),
                    reason: after.reason.clone().unwrap_or_default(),
                }),
                _ => None,
            });
        RegimenOut {
            lines: lines.collect(),
            nothing: regimen.nothing().iter().map(|one| one.from).filter(|from| *from <= last).collect(),
            replaced: replaced.collect(),
        }
    }

    /// Doses with another time or amount than planned, and answered doses that the plan has moved or dropped since.
    pub(super) fn dose_differences(&self) -> Vec<DoseDifference> {
        let mut found = Vec::new();
        for (entry, shown) in self.current() {
            let (Content::Dose(dose), Some(Slot::PlannedDose { line, time })) = (&shown.content, &shown.slot)
            else {
                continue;
            };
            if dose.status != DoseStatus::Taken || self.is_secondary(entry) {
                continue;
            }
            let place = self.place_of(entry);
            let now_planned = place.and_then(|(_, slot)| match slot {
                Slot::PlannedDose { time: now, line: of } if now != time || of != line => Some(*now),
                _ => None,
            });
            let planned = place.is_some_and(|(day, slot)| match slot {
                Slot::PlannedDose { line, time } => self.course.regimen.plans(*line, *day, *time),
                Slot::Scheduled(_) => false,
            });
            let taken = self.about(entry);
            let cut = self.study.day_cut();
            let date = shown.day.plus_days(i64::from(*time < cut));
            let due = entry.first.recorded.zone.instant(date.0, time.to_chrono());
            let off = taken.utc.since_ms(due);
            let off_minutes = (off.abs() > FAR_MS).then_some(off / 60_000);
            let other = dose.planned.as_ref().is_some_and(|planned| Some(planned) != dose.amount.as_ref());
            if other || off_minutes.is_some() || now_planned.is_some() || !planned {
                found.push(DoseDifference {
                    day: shown.day,
                    name: self.medication_name(&dose.medication),
                    planned_time: *time,
                    planned_amount: dose.planned.clone(),
                    now_planned,
                    unplanned: !planned,
                    taken,
                    amount: dose.amount.clone(),
                    off_minutes,
                });
            }
        }
        found.sort_by_key(|one| (one.day, one.planned_time));
        found
    }

    /// Name of a medication, by the study's list if it is there.
    pub(super) fn medication_name(&self, of: &MedicationRef) -> Text {
        let listed = self.medication(of);
        listed.map_or_else(|| super::words::both(|_| of.name.clone()), |medication| medication.name.clone())
    }

    /// Changes recorded in the period or valid from a day in it, in the order of recording.
    pub(super) fn medication_changes(&self) -> Vec<ChangeLine> {
        let (first, last) = self.period();
        let settings = Settings::of(self);
        let mut changes = Vec::new();
        for (entry, shown) in self.counting() {
            let Content::MedicationChange(change) = &shown.content else { continue };
            if shown.day > last || shown.day < first && change.from.latest() < first {
                continue;
            }
            let known = self.medication(&change.medication);
            let soft = self.study.limits().soft_dose_checks;
            let remarks =
                known.map(|medication| medication.remarks_on_change(change, soft)).unwrap_or_default();
            let followed_by = settings.first_since(&change.medication, entry.received);
            changes.push(ChangeLine {
                at: self.recorded(&entry.first.recorded),
                from: change.from,
                kind: change.kind,
                name: self.medication_name(&change.medication),
                dose: change.dose.clone(),
                route: change.route,
                frequency: change.frequency,
                form: change.form.clone(),
                reason: change.reason.clone(),
                origin: entry.origin(),
                remarks: remarks.iter().map(|remark| texts(|lang| remark.message(lang))).collect(),
                followed_by,
            });
        }
        changes.sort_by_key(|change| change.at.utc);
        changes
    }
}

/// Acts that set a regimen, in their order, reduced to those later than all before: the first act since a given time is
/// always among them.
#[derive(Default)]
struct Rising(Vec<(usize, UtcMillis)>);

impl Rising {
    fn add(&mut self, order: usize, at: UtcMillis) {
        if self.0.last().is_none_or(|(_, last)| *last < at) {
            self.0.push((order, at));
        }
    }

    fn first_since(&self, since: UtcMillis) -> Option<(usize, UtcMillis)> {
        self.0.get(self.0.partition_point(|(_, at)| *at < since)).copied()
    }
}

/// Times at which staff set the regimen of each medication, and of all.
struct Settings {
    of: ByMedication<Rising>,
    of_all: Rising,
}

impl Settings {
    fn of(view: &View<'_>) -> Self {
        let mut settings = Self { of: ByMedication::default(), of_all: Rising::default() };
        for (order, act) in view.input.record.acts_in_force().into_iter().enumerate() {
            let ActContent::Regimen(set) = &act.content else { continue };
            if set.lines.is_empty() {
                settings.of_all.add(order, act.at);
            }
            let of_line = |line| view.course.regimen.line(line).and_then(|line| line.medication());
            for medication in set.lines.iter().filter_map(|one| of_line(one.line())) {
                settings.of.add(medication, |acts| acts.add(order, act.at));
            }
        }
        settings
    }

    /// First act, in order, made at that time or later that affects the medication.
    fn first_since(&self, medication: &MedicationRef, since: UtcMillis) -> Option<UtcMillis> {
        let touching = self.of.of(medication).chain([&self.of_all]);
        touching.filter_map(|acts| acts.first_since(since)).min().map(|(_, at)| at)
    }
}

fn texts(of: impl Fn(Lang) -> String) -> Text {
    super::words::both(of)
}
