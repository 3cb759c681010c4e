//! Entries as people read them, on one line.

use diary_core::entry::{
    Answer, Assessment, Author, Content, Dose, DoseStatus, MedicationChange, MedicationChangeKind,
    MedicationRef, Revision, SkipReason, Slot,
};
use diary_core::measure::Quantity;
use diary_core::text::{Lang, shown};
use diary_core::time::UtcMillis;

use super::{StudyWords, common, when};
use crate::messages::{describe as say, dose};

impl StudyWords<'_> {
    /// Content of an entry, with the time where one was given, and the author where that was not the participant: a line
    /// under the heading of the entry's day.
    pub(crate) fn entry(&self, revision: &Revision) -> String {
        self.with_time(revision, |at| when::on(revision.day, at, revision.recorded.zone, self.lang))
    }

    /// The same, said back when it has just been recorded: with the day, where that is not today's.
    pub(crate) fn saved(&self, revision: &Revision) -> String {
        let today = revision.recorded.local().date();
        self.with_time(revision, |at| when::from(today, at, revision.recorded.zone, self.lang))
    }

    fn with_time(&self, revision: &Revision, said: impl Fn(UtcMillis) -> String) -> String {
        let mut line = self.content(revision);
        let not_taken = matches!(&revision.content, Content::Dose(dose) if dose.status != DoseStatus::Taken);
        if let (Some(at), false) = (revision.occurred, not_taken) {
            let at = said(at.0);
            // The time alone reads better with "at", a day before it without.
            let is_time = at.starts_with(|c: char| c.is_ascii_digit()) && !at.contains('-');
            line = if is_time { say::at_time(self.lang, line, at) } else { say::on_day(self.lang, line, at) };
        }
        if let Content::Dose(Dose { note: Some(note), .. }) = &revision.content {
            line = say::with_note(self.lang, line, shown(note));
        }
        match &revision.author {
            Author::Participant | Author::System => line,
            Author::Caregiver { name, reason } | Author::Staff { name, reason } => {
                say::entered_by(self.lang, line, shown(name), shown(reason))
            }
        }
    }

    fn content(&self, revision: &Revision) -> String {
        match &revision.content {
            Content::Assessment(assessment) => self.assessment_line(assessment, revision.slot.as_ref()),
            Content::Dose(dose) => self.dose_line(dose),
            Content::MedicationChange(change) => self.change_line(change),
            Content::Event(event) => {
                let title = self
                    .study
                    .event(&event.code)
                    .map_or(event.code.as_str(), |kind| kind.title.get(self.lang));
                match &event.text {
                    Some(text) => say::event_with_words(self.lang, title, shown(text)),
                    None => title.to_owned(),
                }
            }
            Content::Note(note) => say::note(self.lang, shown(&note.text)),
            Content::AlertShown(alert) => say::instruction_shown(self.lang, alert.shown.to_string()),
            Content::Withdrawn => say::withdrawn(self.lang).to_owned(),
            Content::PhoneApproval(_) => say::phone_approved(self.lang).to_owned(),
            Content::Newer(_) => say::newer(self.lang).to_owned(),
        }
    }

    fn assessment_line(&self, assessment: &Assessment, slot: Option<&Slot>) -> String {
        let of_slot = slot.and_then(|slot| match slot {
            Slot::Scheduled(slot) => self.study.slot(slot).map(|rule| rule.title.get(self.lang)),
            Slot::PlannedDose { .. } => None,
        });
        let id = &assessment.instrument.id;
        let of_instrument = || self.study.instrument(id).map(|instrument| instrument.title(self.lang));
        let title = of_slot.or_else(of_instrument).unwrap_or(id.as_str());
        let count = assessment.answers.len();
        say::answer_count(self.lang, title, count)
    }

    /// Questions and answers of an assessment.
    pub(crate) fn answers(&self, assessment: &Assessment) -> Vec<(String, String)> {
        assessment.answers.iter().map(|answer| self.answer(assessment, answer)).collect()
    }

    /// One question and its answer.
    pub(crate) fn answer(&self, assessment: &Assessment, answer: &Answer) -> (String, String) {
        let instrument = self.study.instrument(&assessment.instrument.id);
        let item = instrument.and_then(|instrument| Some((instrument, instrument.item(&answer.link_id)?)));
        match item {
            Some((instrument, item)) => (
                item.text.get(self.lang).to_owned(),
                super::questions::shown(instrument, item, answer, self.lang),
            ),
            None => (answer.link_id.clone(), String::new()),
        }
    }

    fn dose_line(&self, taken: &Dose) -> String {
        let medication = self.medication(&taken.medication);
        let what = match &taken.amount {
            Some(amount) => say::medication_amount(self.lang, medication, self::amount(amount, self.lang)),
            None => medication,
        };
        let status = dose_status(&taken.status, self.lang);
        if taken.extra {
            say::extra_dose(self.lang, what, status)
        } else {
            say::dose(self.lang, what, status)
        }
    }

    fn change_line(&self, change: &MedicationChange) -> String {
        let medication = self.medication(&change.medication);
        let what = match change.kind {
            MedicationChangeKind::Started => say::change_started(self.lang),
            MedicationChangeKind::Changed => say::change_changed(self.lang),
            MedicationChangeKind::Stopped => say::change_stopped(self.lang),
        };
        let details = [
            change.dose.as_ref().map(|dose| amount(dose, self.lang)),
            change.form.as_ref().map(|form| shown(self.study.form_name(form, self.lang)).into_owned()),
            change.frequency.map(|frequency| frequency.shown(self.lang).to_owned()),
            change.route.map(|route| route.shown(self.lang).to_owned()),
        ];
        let details =
            details.into_iter().flatten().collect::<Vec<_>>().join(common::detail_separator(self.lang));
        let from = change.from.to_string();
        let line = if details.is_empty() {
            say::medication_change(self.lang, medication, what, from)
        } else {
            say::medication_change_details(self.lang, medication, what, from, details)
        };
        match &change.reason {
            Some(reason) => say::with_reason(self.lang, line, shown(reason)),
            None => line,
        }
    }

    /// Name of a medication: the study's, with what was written where that differs.
    pub(crate) fn medication(&self, medication: &MedicationRef) -> String {
        let known = self.study.medication_of(medication);
        shown(known.map_or(medication.name.as_str(), |known| known.name.get(self.lang))).into_owned()
    }
}

/// Status of a dose, with the reason where it was not taken.
pub(crate) fn dose_status(status: &DoseStatus, lang: Lang) -> String {
    match status {
        DoseStatus::Taken => say::dose_status_taken(lang).to_owned(),
        DoseStatus::DontKnow => say::dose_status_dont_know(lang).to_owned(),
        DoseStatus::NotTaken { why, text } => {
            let why = skip_reason(*why, lang);
            match text {
                Some(text) => say::not_taken_in_words(lang, why, shown(text)),
                None => say::not_taken(lang, why),
            }
        }
    }
}

/// Name of a reason for not taking a dose.
pub(crate) fn skip_reason(reason: SkipReason, lang: Lang) -> &'static str {
    match reason {
        SkipReason::Forgot => dose::skip_reason_forgot(lang),
        SkipReason::SideEffects => dose::skip_reason_side_effects(lang),
        SkipReason::FeltWell => dose::skip_reason_felt_well(lang),
        SkipReason::CouldNotSwallow => dose::skip_reason_could_not_swallow(lang),
        SkipReason::RanOut => dose::skip_reason_ran_out(lang),
        SkipReason::ToldTo => dose::skip_reason_told_to(lang),
        SkipReason::Other => dose::skip_reason_other(lang),
    }
}

/// An amount with the unit that people are shown.
pub(crate) fn amount(amount: &Quantity, lang: Lang) -> String {
    format!("{} {}", amount.value, shown(amount.unit.shown(lang)))
}
