//! Entries as people read them, on one line.

use diary_core::entry::{
    Answer, Assessment, Author, Content, Dose, DoseStatus, MedicationChange, MedicationChangeKind,
    MedicationRef, Revision, SkipReason, Slot,
};
use diary_core::measure::Quantity;
use diary_core::study::Study;
use diary_core::text::{Lang, shown};
use diary_core::time::UtcMillis;

use super::{common, when};
use crate::messages::{describe as say, dose};

/// Content of an entry, with the time where one was given, and the author where that was not the participant: a line
/// under the heading of the entry's day.
pub(crate) fn entry(study: &Study, revision: &Revision, lang: Lang) -> String {
    with_time(study, revision, lang, |at| when::on(revision.day, at, revision.recorded.zone, lang))
}

/// The same, said back when it has just been recorded: with the day, where that is not today's.
pub(crate) fn saved(study: &Study, revision: &Revision, lang: Lang) -> String {
    let today = revision.recorded.local().date();
    with_time(study, revision, lang, |at| when::from(today, at, revision.recorded.zone, lang))
}

fn with_time(study: &Study, revision: &Revision, lang: Lang, said: impl Fn(UtcMillis) -> String) -> String {
    let mut line = content(study, revision, lang);
    let not_taken = matches!(&revision.content, Content::Dose(dose) if dose.status != DoseStatus::Taken);
    if let (Some(at), false) = (revision.occurred, not_taken) {
        let at = said(at.0);
        // The time alone reads better with "at", a day before it without.
        let is_time = at.starts_with(|c: char| c.is_ascii_digit()) && !at.contains('-');
        line = if is_time { say::at_time(lang, line, at) } else { say::on_day(lang, line, at) };
    }
    if let Content::Dose(Dose { note: Some(note), .. }) = &revision.content {
        line = say::with_note(lang, line, shown(note));
    }
    match &revision.author {
        Author::Participant | Author::System => line,
        Author::Caregiver { name, reason } | Author::Staff { name, reason } => {
            say::entered_by(lang, line, shown(name), shown(reason))
        }
    }
}

fn content(study: &Study, revision: &Revision, lang: Lang) -> String {
    match &revision.content {
        Content::Assessment(assessment) => assessment_line(study, assessment, revision.slot.as_ref(), lang),
        Content::Dose(dose) => dose_line(study, dose, lang),
        Content::MedicationChange(change) => change_line(study, change, lang),
        Content::Event(event) => {
            let title = study.event(&event.code).map_or(event.code.as_str(), |kind| kind.title.get(lang));
            match &event.text {
                Some(text) => say::event_with_words(lang, title, shown(text)),
                None => title.to_owned(),
            }
        }
        Content::Note(note) => say::note(lang, shown(&note.text)),
        Content::AlertShown(alert) => say::instruction_shown(lang, alert.shown.to_string()),
        Content::Withdrawn => say::withdrawn(lang).to_owned(),
        Content::PhoneApproval(_) => say::phone_approved(lang).to_owned(),
        Content::Newer(_) => say::newer(lang).to_owned(),
    }
}

fn assessment_line(study: &Study, assessment: &Assessment, slot: Option<&Slot>, lang: Lang) -> String {
    let of_slot = slot.and_then(|slot| match slot {
        Slot::Scheduled(slot) => study.slot(slot).map(|rule| rule.title.get(lang)),
        Slot::PlannedDose { .. } => None,
    });
    let id = &assessment.instrument.id;
    let of_instrument = || study.instrument(id).map(|instrument| instrument.title(lang));
    let title = of_slot.or_else(of_instrument).unwrap_or(id.as_str());
    let count = assessment.answers.len();
    say::answer_count(lang, title, count)
}

/// Questions and answers of an assessment.
pub(crate) fn answers(study: &Study, assessment: &Assessment, lang: Lang) -> Vec<(String, String)> {
    assessment.answers.iter().map(|answer| self::answer(study, assessment, answer, lang)).collect()
}

/// One question and its answer.
pub(crate) fn answer(
    study: &Study,
    assessment: &Assessment,
    answer: &Answer,
    lang: Lang,
) -> (String, String) {
    let instrument = study.instrument(&assessment.instrument.id);
    let item = instrument.and_then(|instrument| Some((instrument, instrument.item(&answer.link_id)?)));
    match item {
        Some((instrument, item)) => {
            (item.text.get(lang).to_owned(), super::questions::shown(instrument, item, answer, lang))
        }
        None => (answer.link_id.clone(), String::new()),
    }
}

fn dose_line(study: &Study, taken: &Dose, lang: Lang) -> String {
    let medication = medication(study, &taken.medication, lang);
    let what = match &taken.amount {
        Some(amount) => say::medication_amount(lang, medication, self::amount(amount, lang)),
        None => medication,
    };
    let status = dose_status(&taken.status, lang);
    if taken.extra { say::extra_dose(lang, what, status) } else { say::dose(lang, what, status) }
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

fn change_line(study: &Study, change: &MedicationChange, lang: Lang) -> String {
    let medication = medication(study, &change.medication, lang);
    let what = match change.kind {
        MedicationChangeKind::Started => say::change_started(lang),
        MedicationChangeKind::Changed => say::change_changed(lang),
        MedicationChangeKind::Stopped => say::change_stopped(lang),
    };
    let details = [
        change.dose.as_ref().map(|dose| amount(dose, lang)),
        change.form.as_ref().map(|form| shown(study.form_name(form, lang)).into_owned()),
        change.frequency.map(|frequency| frequency.shown(lang).to_owned()),
        change.route.map(|route| route.shown(lang).to_owned()),
    ];
    let details = details.into_iter().flatten().collect::<Vec<_>>().join(common::detail_separator(lang));
    let from = change.from.to_string();
    let line = if details.is_empty() {
        say::medication_change(lang, medication, what, from)
    } else {
        say::medication_change_details(lang, medication, what, from, details)
    };
    match &change.reason {
        Some(reason) => say::with_reason(lang, line, shown(reason)),
        None => line,
    }
}

/// Name of a medication: the study's, with what was written where that differs.
pub(crate) fn medication(study: &Study, medication: &MedicationRef, lang: Lang) -> String {
    let known = study.medication_of(medication);
    shown(known.map_or(medication.name.as_str(), |known| known.name.get(lang))).into_owned()
}

/// An amount with the unit that people are shown.
pub(crate) fn amount(amount: &Quantity, lang: Lang) -> String {
    format!("{} {}", amount.value, shown(amount.unit.shown(lang)))
}
