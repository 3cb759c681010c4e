//! Keys of `study.toml`. Relations between them are checked in `check` and `alerts`.

use serde::Deserialize;

use crate::ids::{AnchorId, InstrumentId, MedicationCode, PeriodId, StudyId};
use crate::study::alert::AlertRule;
use crate::study::instrument::ScoreRule;
use crate::study::limits::Limits;
use crate::study::medication::{EventKind, Form, Medication};
use crate::study::site::Site;
use crate::study::subject::SubjectPattern;
use crate::study::timetable::{Anchor, DoseWindow, Period, SlotRule, VisitKind, Visits};
use crate::text::{Lang, Text};
use crate::time::TimeOfDay;

/// Contents of `study.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StudyFile {
    pub(crate) id: StudyId,
    pub(crate) version: u32,
    pub(crate) title: Text,
    pub(crate) languages: Vec<Lang>,
    pub(crate) day_cut: TimeOfDay,
    /// Notice shown at all times.
    pub(crate) notice: Text,
    pub(crate) limits: Limits,
    pub(crate) visits: Option<Visits>,
    #[serde(default)]
    pub(crate) visit_kinds: Vec<VisitKind>,
    /// Form of subject numbers.
    pub(crate) subject_pattern: Option<SubjectPattern>,
    /// Medication whose infusions staff record.
    pub(crate) study_drug: Option<MedicationCode>,
    #[serde(default = "usual_dose_window")]
    pub(crate) doses: DoseWindow,
    pub(crate) sites: Vec<Site>,
    #[serde(default)]
    pub(crate) anchors: Vec<Anchor>,
    #[serde(default)]
    pub(crate) periods: Vec<Period>,
    pub(crate) instruments: Vec<InstrumentEntry>,
    pub(crate) slots: Vec<SlotRule>,
    #[serde(default)]
    pub(crate) forms: Vec<Form>,
    #[serde(default)]
    pub(crate) medications: Vec<Medication>,
    #[serde(default)]
    pub(crate) events: Vec<EventKind>,
    #[serde(default)]
    pub(crate) alerts: Vec<AlertRule>,
}

/// An instrument of the study and the file it is in.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InstrumentEntry {
    pub(crate) id: InstrumentId,
    /// A FHIR R4 Questionnaire.
    pub(crate) file: String,
    /// Recall period as an ISO 8601 duration, for example `-P7D`.
    pub(crate) recall: Option<String>,
    pub(crate) score: Option<ScoreRule>,
    /// A content pack with licensed wording.
    pub(crate) pack: Option<String>,
    /// Shortest interval between two answers, because some answers have no meaning for a single day.
    pub(crate) at_most_every_days: Option<u16>,
}

impl StudyFile {
    /// Ids of the anchors.
    pub(super) fn anchor_ids(&self) -> Vec<&AnchorId> {
        self.anchors.iter().map(|anchor| &anchor.id).collect()
    }

    /// Ids of the periods.
    pub(super) fn period_ids(&self) -> Vec<&PeriodId> {
        self.periods.iter().map(|period| &period.id).collect()
    }

    /// Every text of the file; those of the instruments are in their own files.
    pub(super) fn texts(&mut self) -> Vec<&mut Text> {
        let mut texts = vec![&mut self.title, &mut self.notice];
        for Site { title, contact, emergency, id: _, zone: _ } in &mut self.sites {
            texts.extend([title, contact, emergency]);
        }
        texts.extend(self.anchors.iter_mut().map(|anchor| &mut anchor.title));
        texts.extend(self.periods.iter_mut().map(|period| &mut period.title));
        texts.extend(self.visit_kinds.iter_mut().map(|kind| &mut kind.title));
        texts.extend(self.slots.iter_mut().map(|slot| &mut slot.title));
        texts.extend(self.forms.iter_mut().map(|form| &mut form.name));
        for medication in &mut self.medications {
            texts.extend(std::iter::once(&mut medication.name).chain(&mut medication.caution));
        }
        for event in &mut self.events {
            texts.extend(std::iter::once(&mut event.title).chain(&mut event.instruction));
        }
        texts.extend(self.alerts.iter_mut().flat_map(|rule| [&mut rule.title, &mut rule.instruction]));
        texts
    }
}

/// Default window: from two hours before a dose to four hours after it.
const fn usual_dose_window() -> DoseWindow {
    DoseWindow { opens_minutes_before: 120, closes_minutes_after: 240, late_hours: None }
}
