//! One-line summaries of entries, and differences between versions.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::entry::{Answer, Content, Dose, DoseStatus, MedicationChange, Revision, Value};
use diary_core::study::instrument::Instrument;
use diary_core::text::{Lang, Text};
use serde::Serialize;

use crate::messages::report as say;

use super::entries::View;
use super::fields::{Changed, Field, Told, changed};
use super::words::{self, both};

/// Change of one field by a correction.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Difference {
    /// The question, or the part of the entry.
    pub label: Text,
    /// Previous value; empty if there was none.
    pub before: Text,
    /// New value; empty if there is none.
    pub after: Text,
}

/// Questions and answers as people read them.
pub(super) fn answers(instrument: &Instrument, answers: &[Answer]) -> Vec<(Text, Text)> {
    let one = |answer: &Answer| {
        let item = instrument.item(&answer.link_id);
        let label = item.map_or_else(|| both(|_| answer.link_id.clone()), |item| item.label().clone());
        let shown = |lang: Lang| {
            let values = answer.values.iter().map(|value| match item {
                Some(item) => instrument.show(item, value, lang),
                None => plain(value, lang),
            });
            values.collect::<Vec<_>>().join(say::list_separator(lang))
        };
        (label, both(shown))
    };
    answers.iter().map(one).collect()
}

/// Answers in one line: `label: answer; label: answer`.
pub(super) fn joined(answers: &[(Text, Text)]) -> Text {
    both(|lang| {
        let one = |(label, answer): &(Text, Text)| words::labelled(label.get(lang), answer.get(lang), lang);
        answers.iter().map(one).collect::<Vec<_>>().join(say::semicolon(lang))
    })
}

/// A value without its question: codes and numbers unchanged.
pub(super) fn plain(value: &Value, lang: Lang) -> String {
    match value {
        Value::Coding { code, .. } => code.clone(),
        Value::Integer(n) => n.to_string(),
        Value::Decimal(n) => n.to_string(),
        Value::Quantity(q) => format!("{} {}", q.value, q.unit.shown(lang)),
        Value::Boolean(true) => say::yes(lang).to_owned(),
        Value::Boolean(false) => say::no(lang).to_owned(),
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        Value::Time(time) => time.to_string(),
        Value::DateTime { date, time, .. } => format!("{date} {time}"),
    }
}

impl View<'_> {
    /// Kind and subject of an entry: `Evening check`, `pyridostigmine`.
    pub(super) fn subject(&self, revision: &Revision) -> Text {
        match &revision.content {
            Content::Assessment(assessment) => {
                let id = &assessment.instrument.id;
                let instrument = self.instrument_of(revision).or_else(|| self.newest_instrument(id));
                both(|lang| instrument.map_or_else(|| id.to_string(), |i| i.title(lang).to_owned()))
            }
            Content::Dose(dose) => self.medication_name(&dose.medication),
            Content::MedicationChange(change) => self.medication_name(&change.medication),
            Content::Event(event) => {
                let known = self.input.studies.values().rev().find_map(|study| study.event(&event.code));
                known.map_or_else(|| both(|_| event.code.to_string()), |event| event.title.clone())
            }
            Content::Note(_) => both(|lang| say::note(lang).to_owned()),
            Content::AlertShown(_) => both(|lang| say::instruction_shown(lang).to_owned()),
            Content::Withdrawn => both(|lang| say::section_withdrawn(lang).to_owned()),
            Content::PhoneApproval(_) => both(|lang| say::another_phone(lang).to_owned()),
            Content::Newer(_) => both(|lang| say::newer_entry(lang).to_owned()),
        }
    }

    /// An entry in one line.
    pub(super) fn summary(&self, told: Told<'_, '_>) -> Text {
        let parts: Vec<(Text, Text)> =
            self.parts(told).into_iter().map(|part| (part.label, part.value)).collect();
        joined(&parts)
    }

    /// Differences between two versions of an entry: every changed field, as shown to people.
    pub(super) fn differences_between(&self, before: Told<'_, '_>, after: Told<'_, '_>) -> Vec<Difference> {
        let (old, new) = (self.parts(before), self.parts(after));
        let (was_in, is_in) = (Part::by_field(&old), Part::by_field(&new));
        let mut told: BTreeSet<Field> = BTreeSet::new();
        let mut found: Vec<Difference> = Vec::new();
        for one in changed(before, after) {
            if told.contains(&one.field) {
                continue;
            }
            let (was, is) = (was_in.get(&one.field).copied(), is_in.get(&one.field).copied());
            let Some(part) = was.or(is) else {
                let Changed { field, old, new } = one;
                let label = label_of(&field);
                let difference =
                    Difference { label, before: both(|_| old.clone()), after: both(|_| new.clone()) };
                told.insert(field);
                found.push(difference);
                continue;
            };
            let difference = Difference {
                label: part.label.clone(),
                before: was.map(|part| part.value.clone()).unwrap_or_default(),
                after: is.map(|part| part.value.clone()).unwrap_or_default(),
            };
            told.extend(part.fields.iter().cloned());
            found.push(difference);
        }
        found
    }

    /// The parts of an entry with their names; the first part of a dose or a note has none.
    fn parts(&self, (history, revision): Told<'_, '_>) -> Vec<Part> {
        let unnamed = |fields: &[&'static str], value: Text| Part::of(fields, Text::default(), value);
        let mut parts = match &revision.content {
            Content::Assessment(assessment) => {
                let shown = match self.instrument_of(revision) {
                    Some(instrument) => answers(instrument, &assessment.answers),
                    None => raw_answers(&assessment.answers),
                };
                let of = assessment.answers.iter().zip(shown);
                of.map(|(answer, (label, value))| Part {
                    fields: vec![Field::Item(answer.link_id.clone())],
                    label,
                    value,
                })
                .collect()
            }
            Content::Dose(dose) => dose_parts(dose),
            Content::MedicationChange(change) => change_parts(change, self.year()),
            Content::Event(event) => {
                event.text.iter().map(|text| unnamed(&["text"], both(|_| text.clone()))).collect()
            }
            Content::Note(note) => vec![unnamed(&["text"], both(|_| note.text.clone()))],
            Content::AlertShown(alert) => vec![unnamed(&["text"], both(|_| alert.shown.clone()))],
            Content::Withdrawn => {
                vec![unnamed(&[], both(|lang| say::part_withdrawn(lang).to_owned()))]
            }
            Content::PhoneApproval(_) => {
                vec![unnamed(&["asking", "digits"], both(|lang| say::let_in(lang).to_owned()))]
            }
            Content::Newer(_) => vec![unnamed(&["kind"], both(|lang| say::needs_an_update(lang).to_owned()))],
        };
        if let Some(at) = history.claimed(revision) {
            let at = self.claimed(at.0, history.first().recorded.zone);
            let value = both(|lang| self.dates(lang).stamp(at));
            parts.push(Part::of(&["occurred_utc"], label(say::part_time), value));
        }
        parts
    }
}

/// A part of an entry as people read it, with the fields that it shows.
struct Part {
    fields: Vec<Field>,
    label: Text,
    value: Text,
}

impl Part {
    fn of(fields: &[&'static str], label: Text, value: Text) -> Self {
        Self { fields: fields.iter().map(|name| Field::Named(name)).collect(), label, value }
    }

    /// The first part that shows each field.
    fn by_field(parts: &[Self]) -> BTreeMap<&Field, &Self> {
        parts.iter().rev().flat_map(|part| part.fields.iter().map(move |field| (field, part))).collect()
    }
}

/// Name of a field that no part shows.
fn label_of(field: &Field) -> Text {
    match field {
        Field::Item(link_id) => both(|_| link_id.clone()),
        Field::Named("medication" | "medication_code") => label(say::part_medication),
        Field::Named("diary_day") => label(say::part_day),
        Field::Named("slot") => label(say::part_place_in_the_schedule),
        Field::Named("instrument_version") => label(say::part_version_of_the_questions),
        Field::Named("content_pack") => label(say::part_wording),
        Field::Named("extra") => label(say::part_beyond_the_plan),
        Field::Named(name) => both(|_| name.replace('_', " ")),
    }
}

/// Answers that no available study explains, by `linkId`.
pub(super) fn raw_answers(answers: &[Answer]) -> Vec<(Text, Text)> {
    let one = |answer: &Answer| {
        let values = |lang| answer.values.iter().map(move |value| plain(value, lang)).collect::<Vec<_>>();
        (both(|_| answer.link_id.clone()), both(|lang| values(lang).join(say::list_separator(lang))))
    };
    answers.iter().map(one).collect()
}

fn dose_parts(dose: &Dose) -> Vec<Part> {
    let became =
        Part::of(&["status", "skip_reason", "skip_text"], Text::default(), both(|lang| status(dose, lang)));
    let amount = dose.amount.as_ref().map(|amount| {
        Part::of(&["amount"], label(say::part_amount), both(|lang| words::quantity(amount, lang)))
    });
    let how = dose
        .route
        .map(|route| Part::of(&["route"], label(say::part_how), both(|lang| route.shown(lang).to_owned())));
    let why = dose
        .note
        .as_ref()
        .map(|note| Part::of(&["note"], label(say::part_why_taken), both(|_| note.clone())));
    [Some(became), amount, how, why].into_iter().flatten().collect()
}

/// Status of a dose, with the reason.
fn status(dose: &Dose, lang: Lang) -> String {
    match &dose.status {
        DoseStatus::Taken => say::taken(lang).to_owned(),
        DoseStatus::DontKnow => say::dont_know(lang).to_owned(),
        DoseStatus::NotTaken { why, text } => {
            let text = text.as_deref().map_or_else(String::new, |text| format!(" \u{201c}{text}\u{201d}"));
            let not_taken = say::not_taken(lang);
            format!("{not_taken} ({}{text})", words::skip_reason(*why, lang))
        }
    }
}

fn change_parts(change: &MedicationChange, year: i32) -> Vec<Part> {
    let part = |field: &'static str, name: fn(Lang) -> &'static str, value: Text| {
        Part::of(&[field], label(name), value)
    };
    let kind = both(|lang| words::change_kind(change.kind, lang).to_owned());
    let from = both(|lang| words::Dates { year, lang }.partial_date(change.from));
    let dose = change.dose.as_ref().map(|dose| both(|lang| words::quantity(dose, lang)));
    let how = change.route.map(|route| both(|lang| route.shown(lang).to_owned()));
    let often = change.frequency.map(|often| both(|lang| often.shown(lang).to_owned()));
    let form = change.form.as_ref().map(|form| both(|_| form.clone()));
    let why = change.reason.as_ref().map(|why| both(|_| why.clone()));
    let always = [Part::of(&["change"], Text::default(), kind), part("from", say::part_from, from)];
    let said = [
        dose.map(|value| part("amount", say::part_dose, value)),
        how.map(|value| part("route", say::part_how, value)),
        often.map(|value| part("frequency", say::part_how_often, value)),
        form.map(|value| part("form", say::part_form, value)),
        why.map(|value| part("change_reason", say::part_why, value)),
    ];
    always.into_iter().chain(said.into_iter().flatten()).collect()
}

fn label(name: fn(Lang) -> &'static str) -> Text {
    both(|lang| name(lang).to_owned())
}
