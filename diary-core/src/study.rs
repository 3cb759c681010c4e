//! The study as data: what a trial asks, when, and what it warns of. Nothing here knows one particular trial; the
//! one that is shipped is data too.

pub mod alert;
pub mod course;
pub mod error;
pub mod instrument;
pub mod limits;
mod load;
pub mod medication;
pub mod package;
#[cfg(not(target_family = "wasm"))]
mod read_dir;
pub mod regimen;
pub mod schedule;
pub mod shipped;
pub mod site;
pub mod subject;
pub mod timetable;

pub use alert::{
    AlertHit, AlertInput, AlertRule, MissedInput, Severity, evaluate, evaluate_event, evaluate_missed,
};
pub use course::{Course, Overlay, Reported};
pub use error::{StudyError, StudyErrors};
pub use limits::Limits;
pub use medication::{EventKind, Form, Medication, OddAmount, Presentation, Remark};
pub use package::{PackageError, StudyPackage};
pub use schedule::{Occurrence, Plan, Prompt, SlotState, occurrences, state};
pub use site::Site;
pub use subject::SubjectPattern;
pub use timetable::{Anchor, Anchors, DoseWindow, Period, Repeat, SlotRule, VisitKind, Visits};

use std::collections::BTreeMap;

use crate::entry::{Dose, DoseStatus, MedicationRef};
use crate::ids::{
    AnchorId, EventCode, Hash, InstrumentId, MedicationCode, PeriodId, RuleId, SiteId, SlotId, StudyId,
};
use crate::measure::Quantity;
use crate::text::{Lang, Text};
use crate::time::{DiaryDay, TimeOfDay};
use instrument::Instrument;

/// The file of a package that describes the study.
pub const STUDY_FILE: &str = "study.toml";

/// A study, checked: every reference in it leads somewhere, every text is there in every language of the study.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Study {
    file: load::StudyFile,
    instruments: BTreeMap<InstrumentId, Instrument>,
    hash: Hash,
}

impl Study {
    /// Reads and checks a study.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with file, line and key.
    pub fn load(package: &StudyPackage) -> Result<Self, StudyErrors> {
        load::load(package)
    }

    /// Its id, for example `NCT06836973`.
    #[must_use]
    pub const fn id(&self) -> &StudyId {
        &self.file.id
    }

    /// Its version, from 1.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.file.version
    }

    /// Hash of the package it was loaded from.
    #[must_use]
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// Its title.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        self.file.title.get(lang)
    }

    /// Its languages; the first is offered first.
    #[must_use]
    pub fn languages(&self) -> &[Lang] {
        &self.file.languages
    }

    /// Time of day at which a diary day begins.
    #[must_use]
    pub const fn day_cut(&self) -> TimeOfDay {
        self.file.day_cut
    }

    /// Notice shown at all times at `site`: this diary is not watched around the clock.
    #[must_use]
    pub fn notice(&self, site: &Site) -> Text {
        site.fill(&self.file.notice)
    }

    /// Its sites; at least one.
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.file.sites
    }

    /// One site.
    #[must_use]
    pub fn site(&self, id: &SiteId) -> Option<&Site> {
        self.file.sites.iter().find(|site| site.id == *id)
    }

    /// Its anchors, in the order in which they come.
    #[must_use]
    pub fn anchors(&self) -> &[Anchor] {
        &self.file.anchors
    }

    /// One anchor.
    #[must_use]
    pub fn anchor(&self, id: &AnchorId) -> Option<&Anchor> {
        self.file.anchors.iter().find(|anchor| anchor.id == *id)
    }

    /// Its periods.
    #[must_use]
    pub fn periods(&self) -> &[Period] {
        &self.file.periods
    }

    /// One period.
    #[must_use]
    pub fn period(&self, id: &PeriodId) -> Option<&Period> {
        self.file.periods.iter().find(|period| period.id == *id)
    }

    /// Its planned visits, where it has them.
    #[must_use]
    pub const fn visits(&self) -> Option<&Visits> {
        self.file.visits.as_ref()
    }

    /// Its kinds of visit; without any, every kind may be recorded.
    #[must_use]
    pub fn visit_kinds(&self) -> &[VisitKind] {
        &self.file.visit_kinds
    }

    /// Name of a kind of visit; of one that is not on the list its code.
    #[must_use]
    pub fn visit_kind_name<'a>(&'a self, code: &'a str, lang: Lang) -> &'a str {
        let kind = self.file.visit_kinds.iter().find(|kind| kind.code.as_str() == code);
        kind.map_or(code, |kind| kind.title.get(lang))
    }

    /// The form of its subject numbers, where it has one.
    #[must_use]
    pub const fn subject_pattern(&self) -> Option<&SubjectPattern> {
        self.file.subject_pattern.as_ref()
    }

    /// The medication that is the study drug, where the study says so.
    #[must_use]
    pub fn study_drug(&self) -> Option<&Medication> {
        self.medication(self.file.study_drug.as_ref()?)
    }

    /// True if a dose of an infusion has a unit that the study drug does not have.
    #[must_use]
    pub fn is_other_unit_of_infusion(&self, dose: &Quantity) -> bool {
        self.study_drug().is_some_and(|drug| !drug.units.contains(&dose.unit))
    }

    /// Its instruments, by id.
    pub fn instruments(&self) -> impl Iterator<Item = &Instrument> {
        self.instruments.values()
    }

    /// One instrument.
    #[must_use]
    pub fn instrument(&self, id: &InstrumentId) -> Option<&Instrument> {
        self.instruments.get(id)
    }

    /// The slots of its schedule, in the order of its file, also those that are switched off.
    #[must_use]
    pub fn slots(&self) -> &[SlotRule] {
        &self.file.slots
    }

    /// One slot.
    #[must_use]
    pub fn slot(&self, id: &SlotId) -> Option<&SlotRule> {
        self.file.slots.iter().find(|slot| slot.id == *id)
    }

    /// Window in which doses of the regimen are confirmed.
    #[must_use]
    pub const fn dose_window(&self) -> &DoseWindow {
        &self.file.doses
    }

    /// Its medications.
    #[must_use]
    pub fn medications(&self) -> &[Medication] {
        &self.file.medications
    }

    /// One medication.
    #[must_use]
    pub fn medication(&self, code: &MedicationCode) -> Option<&Medication> {
        self.file.medications.iter().find(|medication| medication.code == *code)
    }

    /// The medication of a reference, by its code.
    #[must_use]
    pub fn medication_of(&self, of: &MedicationRef) -> Option<&Medication> {
        of.code.as_ref().and_then(|code| self.medication(code))
    }

    /// Oddity of the amount that was taken of a dose.
    #[must_use]
    pub fn odd_amount(&self, dose: &Dose) -> Option<OddAmount> {
        let taken = dose.amount.as_ref().filter(|_| dose.status == DoseStatus::Taken)?;
        if !taken.is_dose() {
            return Some(OddAmount::OutOfRange);
        }
        let medication =
            self.medication_of(&dose.medication).or_else(|| self.find_medication(&dose.medication.name));
        if medication.is_some_and(|medication| medication.is_other_unit(taken)) {
            return Some(OddAmount::Unit);
        }
        let planned = dose.planned.as_ref()?;
        taken.is_far_from(planned, self.limits().unusual_factor).then_some(OddAmount::FarFromPlan)
    }

    /// The medication whose code, name in any language or brand name was written.
    #[must_use]
    pub fn find_medication(&self, written: &str) -> Option<&Medication> {
        let written = written.trim().to_lowercase();
        self.file.medications.iter().find(|medication| medication.names().any(|name| name == written))
    }

    /// The medication that a text names, also among other words (`Prednisone 5 mg`): the one with the longest name in it.
    #[must_use]
    pub fn medication_in(&self, written: &str) -> Option<&Medication> {
        let written = written.trim().to_lowercase();
        let longest = |medication: &&Medication| {
            let names = medication.names().filter(|name| !name.is_empty() && written.contains(name.as_str()));
            names.map(|name| name.len()).max().unwrap_or(0)
        };
        self.file.medications.iter().max_by_key(longest).filter(|found| longest(found) > 0)
    }

    /// Its forms of medications.
    #[must_use]
    pub fn forms(&self) -> &[Form] {
        &self.file.forms
    }

    /// Name of a form; what is not on the list, as it was written.
    #[must_use]
    pub fn form_name<'a>(&'a self, code: &'a str, lang: Lang) -> &'a str {
        self.file.forms.iter().find(|form| form.code == code).map_or(code, |form| form.name.get(lang))
    }

    /// Its events.
    #[must_use]
    pub fn events(&self) -> &[EventKind] {
        &self.file.events
    }

    /// One kind of event.
    #[must_use]
    pub fn event(&self, code: &EventCode) -> Option<&EventKind> {
        self.file.events.iter().find(|event| event.code == *code)
    }

    /// The anchor that an event on `day` proposes to set to `day`: of those it names, the first that is not set or
    /// whose last infusion day is not over. Only the site's act settles it.
    #[must_use]
    pub fn proposed_anchor(&self, event: &EventCode, day: DiaryDay, anchors: &Anchors) -> Option<&AnchorId> {
        self.event(event)?.proposes.iter().find(|id| {
            let last = self.anchor(id).map_or(0, Anchor::last_infusion_day);
            anchors.get(*id).is_none_or(|set| day.since(*set) <= i64::from(last))
        })
    }

    /// Its alert rules.
    #[must_use]
    pub fn alerts(&self) -> &[AlertRule] {
        &self.file.alerts
    }

    /// Name and severity of what an alert bears as its rule: an alert rule, or a serious event.
    #[must_use]
    pub fn alarm(&self, id: &RuleId) -> Option<(&Text, Severity)> {
        let rule = self.alerts().iter().find(|rule| rule.id == *id);
        let event = || {
            let event = self.events().iter().find(|event| event.code.as_str() == id.as_str())?;
            Some((&event.title, event.severity?))
        };
        rule.map(|rule| (&rule.title, rule.severity)).or_else(event)
    }

    /// Fewest characters of a PIN.
    #[must_use]
    pub fn pin_min_chars(&self) -> usize {
        self.limits().pin_min_characters.unwrap_or(limits::PIN_USUAL_CHARACTERS).into()
    }

    /// Its limits.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.file.limits
    }
}
