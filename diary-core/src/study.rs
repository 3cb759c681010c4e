//! The study as data: its questions, schedule and alerts. No code depends on one particular trial; the
//! shipped one is data, too.

pub mod alert;
pub mod course;
pub mod error;
pub mod instrument;
pub mod limits;
mod load;
pub mod medication;
pub mod package;
mod problem;
#[cfg(not(target_family = "wasm"))]
mod read_dir;
pub mod regimen;
pub mod schedule;
mod severity;
pub mod shipped;
pub mod site;
pub mod subject;
pub mod timetable;

pub use alert::{AlertHit, AlertInput, AlertRule, MissedInput, evaluate, evaluate_event, evaluate_missed};
pub use course::{Course, Overlay, Reported};
pub use error::{StudyError, StudyErrors};
pub use limits::Limits;
pub use medication::{EventKind, Form, Medication, OddAmount, Presentation, Remark};
pub use package::{PackageError, StudyPackage};
pub use problem::{Referent, StudyProblem};
pub use schedule::{Occurrence, Plan, Prompt, SlotState, occurrences, state};
pub use severity::Severity;
pub use site::Site;
pub use subject::SubjectPattern;
pub use timetable::{Anchor, Anchors, DoseWindow, Period, Repeat, SlotRule, VisitKind, Visits};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::entry::{Dose, DoseStatus, MedicationRef};
use crate::ids::{
    AnchorId, EventCode, Hash, InstrumentId, MedicationCode, PeriodId, RuleId, SiteId, SlotId, StudyId,
};
use crate::measure::Quantity;
use crate::text::{Lang, Text};
use crate::time::{DiaryDay, TimeOfDay};
use instrument::Instrument;

/// Name of the file of a package that describes the study.
pub const STUDY_FILE: &str = "study.toml";

/// Versions of a study by their numbers.
pub type Studies = BTreeMap<u32, Arc<Study>>;

/// A checked study: every reference resolves, and every text exists in every language of the study.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Study {
    file: load::StudyFile,
    instruments: BTreeMap<InstrumentId, Instrument>,
    hash: Hash,
}

impl Study {
    /// Decodes and checks a study.
    ///
    /// # Errors
    /// Every fault, with file, line and key.
    pub fn load(package: &StudyPackage) -> Result<Self, StudyErrors> {
        load::load(package)
    }

    /// Id, for example `NCT06836973`.
    #[must_use]
    pub const fn id(&self) -> &StudyId {
        &self.file.id
    }

    /// Version, from 1.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.file.version
    }

    /// Hash of its package.
    #[must_use]
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// Its title.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        self.file.title.get(lang)
    }

    /// Title in each language.
    #[must_use]
    pub const fn titles(&self) -> &Text {
        &self.file.title
    }

    /// Languages; the first is offered first.
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

    /// Sites; at least one.
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.file.sites
    }

    /// Site with a code.
    #[must_use]
    pub fn site(&self, id: &SiteId) -> Option<&Site> {
        self.file.sites.iter().find(|site| site.id == *id)
    }

    /// Anchors in their order.
    #[must_use]
    pub fn anchors(&self) -> &[Anchor] {
        &self.file.anchors
    }

    /// Anchor with a code.
    #[must_use]
    pub fn anchor(&self, id: &AnchorId) -> Option<&Anchor> {
        self.file.anchors.iter().find(|anchor| anchor.id == *id)
    }

    /// Periods.
    #[must_use]
    pub fn periods(&self) -> &[Period] {
        &self.file.periods
    }

    /// Period with a code.
    #[must_use]
    pub fn period(&self, id: &PeriodId) -> Option<&Period> {
        self.file.periods.iter().find(|period| period.id == *id)
    }

    /// Planned visits, if it has any.
    #[must_use]
    pub const fn visits(&self) -> Option<&Visits> {
        self.file.visits.as_ref()
    }

    /// Kinds of visit; without any, every kind may be recorded.
    #[must_use]
    pub fn visit_kinds(&self) -> &[VisitKind] {
        &self.file.visit_kinds
    }

    /// Name of a kind of visit, or its code if it is not on the list.
    #[must_use]
    pub fn visit_kind_name<'a>(&'a self, code: &'a str, lang: Lang) -> &'a str {
        let kind = self.file.visit_kinds.iter().find(|kind| kind.code.as_str() == code);
        kind.map_or(code, |kind| kind.title.get(lang))
    }

    /// Form of subject numbers, if it has one.
    #[must_use]
    pub const fn subject_pattern(&self) -> Option<&SubjectPattern> {
        self.file.subject_pattern.as_ref()
    }

    /// The study drug, if it is on the list.
    #[must_use]
    pub fn study_drug(&self) -> Option<&Medication> {
        self.medication(self.file.study_drug.as_ref()?)
    }

    /// True if a dose of an infusion has a unit that the study drug does not have.
    #[must_use]
    pub fn is_other_unit_of_infusion(&self, dose: &Quantity) -> bool {
        self.study_drug().is_some_and(|drug| !drug.units.contains(&dose.unit))
    }

    /// Instruments by id.
    pub fn instruments(&self) -> impl Iterator<Item = &Instrument> {
        self.instruments.values()
    }

    /// Instrument with an id.
    #[must_use]
    pub fn instrument(&self, id: &InstrumentId) -> Option<&Instrument> {
        self.instruments.get(id)
    }

    /// Slots in the order of the file, disabled ones included.
    #[must_use]
    pub fn slots(&self) -> &[SlotRule] {
        &self.file.slots
    }

    /// Slot with an id.
    #[must_use]
    pub fn slot(&self, id: &SlotId) -> Option<&SlotRule> {
        self.file.slots.iter().find(|slot| slot.id == *id)
    }

    /// Window in which doses of the regimen are confirmed.
    #[must_use]
    pub const fn dose_window(&self) -> &DoseWindow {
        &self.file.doses
    }

    /// Medications of the study's list.
    #[must_use]
    pub fn medications(&self) -> &[Medication] {
        &self.file.medications
    }

    /// Medication with a code.
    #[must_use]
    pub fn medication(&self, code: &MedicationCode) -> Option<&Medication> {
        self.file.medications.iter().find(|medication| medication.code == *code)
    }

    /// Medication of a reference, by its code.
    #[must_use]
    pub fn medication_of(&self, of: &MedicationRef) -> Option<&Medication> {
        of.code.as_ref().and_then(|code| self.medication(code))
    }

    /// Name of a medication in a language. A name that was recorded in other words than the list's stays, since it may
    /// tell one strength from another.
    #[must_use]
    pub fn medication_name<'a>(&'a self, of: &'a MedicationRef, lang: Lang) -> &'a str {
        let listed =
            self.medication_of(of).filter(|listed| listed.name.iter().any(|(_, name)| name == of.name));
        listed.map_or(of.name.as_str(), |listed| listed.name.get(lang))
    }

    /// Oddity of the amount of a taken dose.
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

    /// Medication with this code, name in any language or brand name.
    #[must_use]
    pub fn find_medication(&self, written: &str) -> Option<&Medication> {
        let written = written.trim().to_lowercase();
        self.file.medications.iter().find(|medication| medication.names().any(|name| name == written))
    }

    /// Medication named in a text, perhaps among other words (`Prednisone 5 mg`): the one with the longest
    /// name.
    #[must_use]
    pub fn medication_in(&self, written: &str) -> Option<&Medication> {
        let written = written.trim().to_lowercase();
        let longest = |medication: &&Medication| {
            let names = medication.names().filter(|name| !name.is_empty() && written.contains(name.as_str()));
            names.map(|name| name.len()).max().unwrap_or(0)
        };
        self.file.medications.iter().max_by_key(longest).filter(|found| longest(found) > 0)
    }

    /// Forms of medications.
    #[must_use]
    pub fn forms(&self) -> &[Form] {
        &self.file.forms
    }

    /// Name of a form, or the text itself if it is not on the list.
    #[must_use]
    pub fn form_name<'a>(&'a self, code: &'a str, lang: Lang) -> &'a str {
        self.file.forms.iter().find(|form| form.code == code).map_or(code, |form| form.name.get(lang))
    }

    /// Kinds of events.
    #[must_use]
    pub fn events(&self) -> &[EventKind] {
        &self.file.events
    }

    /// Kind of event with a code.
    #[must_use]
    pub fn event(&self, code: &EventCode) -> Option<&EventKind> {
        self.file.events.iter().find(|event| event.code == *code)
    }

    /// Anchor that an event on `day` proposes to set to `day`: the first of its anchors that is not set or
    /// whose last infusion day is not over. Only an act of the site sets it.
    #[must_use]
    pub fn proposed_anchor(&self, event: &EventCode, day: DiaryDay, anchors: &Anchors) -> Option<&AnchorId> {
        self.event(event)?.proposes.iter().find(|id| {
            let last = self.anchor(id).map_or(0, Anchor::last_infusion_day);
            anchors.get(*id).is_none_or(|set| day.since(*set) <= i64::from(last))
        })
    }

    /// Alert rules.
    #[must_use]
    pub fn alerts(&self) -> &[AlertRule] {
        &self.file.alerts
    }

    /// Name and severity of an alert rule or a serious event.
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

    /// Limits.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.file.limits
    }
}
