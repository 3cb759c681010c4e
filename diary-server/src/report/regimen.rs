//! What the site prescribed beside what the participant says has changed.

use diary_core::act::{ActContent, Regimen};
use diary_core::entry::{Content, Frequency, MedicationChangeKind, Route};
use diary_core::measure::Quantity;
use diary_core::text::{Lang, Text};
use diary_core::time::{DiaryDay, TimeOfDay};
use serde::Serialize;

use super::entries::{Origin, Stamp, View};

/// One version of the regimen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RegimenVersion {
    /// Version.
    pub version: u32,
    /// First day it holds.
    pub from: DiaryDay,
    /// When staff set it.
    pub set: Stamp,
    /// Who set it.
    pub by: String,
    /// What is to be taken.
    pub lines: Vec<RegimenLineOut>,
}

/// One medication of a regimen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RegimenLineOut {
    /// Its name.
    pub name: Text,
    /// Its form.
    pub form: Text,
    /// One dose.
    pub amount: Quantity,
    /// How.
    pub route: Route,
    /// When.
    pub times: Vec<TimeOfDay>,
    /// May be taken as needed.
    pub as_needed: bool,
    /// Every how many days.
    pub every_days: u16,
}

/// A change that the participant reported.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ChangeLine {
    /// When it was recorded.
    pub at: Stamp,
    /// From which day on.
    pub from: DiaryDay,
    /// Started, changed or stopped.
    pub kind: MedicationChangeKind,
    /// Of what.
    pub name: Text,
    /// One dose.
    pub dose: Option<Quantity>,
    /// How it is taken.
    pub route: Option<Route>,
    /// How often.
    pub frequency: Option<Frequency>,
    /// Form as written.
    pub form: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who entered it, and where.
    pub origin: Origin,
    /// What is remarkable in it.
    pub remarks: Vec<Text>,
    /// The first version of the regimen that staff set after it was received; `None`: not yet looked after.
    pub followed_by: Option<u32>,
}

/// The versions that held on a day of the report, oldest first.
pub(super) fn versions(view: &View<'_>) -> Vec<RegimenVersion> {
    let (first, last) = view.period();
    let holds = |regimen: &Regimen| {
        first.through(last).any(|day| {
            let on = diary_core::study::regimen::regimen_on(&view.regimens, day);
            on.is_some_and(|on| on.version == regimen.version)
        })
    };
    view.regimens.iter().filter(|regimen| holds(regimen)).map(|regimen| version(view, regimen)).collect()
}

fn version(view: &View<'_>, regimen: &Regimen) -> RegimenVersion {
    let act = view
        .input
        .record
        .acts()
        .map(|(act, _)| act)
        .filter(|act| matches!(&act.content, ActContent::Regimen(set) if set.version == regimen.version));
    let act = act.last();
    let lines = regimen.lines.iter().map(|line| RegimenLineOut {
        name: name(view, &line.medication),
        form: super::words::both(|lang| view.study.form_name(&line.form, lang).to_owned()),
        amount: line.amount.clone(),
        route: line.route,
        times: line.times.clone(),
        as_needed: line.as_needed,
        every_days: line.every_days,
    });
    RegimenVersion {
        version: regimen.version,
        from: regimen.from,
        set: view.here(act.map_or(view.input.now, |act| act.at)),
        by: act.map_or_else(String::new, |act| act.by.clone()),
        lines: lines.collect(),
    }
}

/// Name of a medication, as on the study's list where it is there.
pub(super) fn name(view: &View<'_>, of: &diary_core::entry::MedicationRef) -> Text {
    let listed = view.medication(of);
    listed.map_or_else(|| super::words::both(|_| of.name.clone()), |medication| medication.name.clone())
}

/// Changes recorded in the days of the report or holding from one of them, in the order of recording.
pub(super) fn changes(view: &View<'_>) -> Vec<ChangeLine> {
    let (first, last) = view.period();
    let mut changes = Vec::new();
    for entry in &view.entries {
        let Some(shown) = entry.shown else { continue };
        let Content::MedicationChange(change) = &shown.content else { continue };
        if shown.day > last || shown.day < first && change.from < first {
            continue;
        }
        let known = view.medication(&change.medication);
        let soft = view.study.limits().soft_dose_checks;
        let remarks = known.map(|medication| medication.remarks_on_change(change, soft)).unwrap_or_default();
        let followed_by = view.input.record.acts().find_map(|(act, _)| match &act.content {
            ActContent::Regimen(regimen) if act.at >= entry.received => Some(regimen.version),
            _ => None,
        });
        changes.push(ChangeLine {
            at: view.recorded(&entry.first.recorded),
            from: change.from,
            kind: change.kind,
            name: name(view, &change.medication),
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

fn texts(of: impl Fn(Lang) -> String) -> Text {
    super::words::both(of)
}
