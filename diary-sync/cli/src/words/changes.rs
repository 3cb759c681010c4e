//! Changes of a later version of an entry, field by field: the earlier and the later value.

use diary_core::study::Study;
use diary_core::text::Lang;
use diary_view::changes::{self as view, Field, FieldValue};

use super::{describe, when};
use crate::messages::changes as say;

/// One field that changes, in the words of the person's language.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub(crate) struct Change {
    /// Code of the field; of an answer its `linkId`.
    pub(crate) field: String,
    /// Name of the field for people.
    pub(crate) label: String,
    /// Earlier value.
    pub(crate) from: String,
    /// Later value.
    pub(crate) to: String,
}

impl Change {
    /// On one line.
    pub(crate) fn line(&self, lang: Lang) -> String {
        if self.label.ends_with(['?', '？']) {
            say::answer_changed(lang, &self.label, &self.from, &self.to)
        } else {
            say::field_changed(lang, &self.label, &self.from, &self.to)
        }
    }
}

/// The changes in words. One that reads the same before and after is left out.
pub(crate) fn said(study: &Study, changes: &[view::Change], lang: Lang) -> Vec<Change> {
    changes.iter().map(|change| one(study, change, lang)).filter(|change| change.from != change.to).collect()
}

fn one(study: &Study, change: &view::Change, lang: Lang) -> Change {
    let value = |of: Option<&FieldValue>| match of {
        Some(of) => value(study, &change.field, of, lang),
        None => say::no_value(lang).to_owned(),
    };
    Change {
        field: change.field.code().to_owned(),
        label: label(study, &change.field, lang),
        from: value(change.from.as_ref()),
        to: value(change.to.as_ref()),
    }
}

fn label(study: &Study, field: &Field, lang: Lang) -> String {
    let label = match field {
        Field::Answer { instrument, link_id } => {
            let item = study.instrument(instrument).and_then(|instrument| instrument.item(link_id));
            return item.map_or(link_id.as_str(), |item| item.text.get(lang)).to_owned();
        }
        Field::Status => say::field_status(lang),
        Field::Amount => say::field_amount(lang),
        Field::Words => say::field_words(lang),
        Field::OneDose => say::field_one_dose(lang),
        Field::Form => say::field_form(lang),
        Field::Frequency => say::field_frequency(lang),
        Field::Route => say::field_route(lang),
        Field::FirstDay => say::field_first_day(lang),
        Field::When => say::field_when(lang),
    };
    label.to_owned()
}

fn value(study: &Study, field: &Field, value: &FieldValue, lang: Lang) -> String {
    match value {
        FieldValue::Answer(answer) => match field {
            Field::Answer { instrument, link_id } => study
                .instrument(instrument)
                .and_then(|instrument| {
                    Some(super::questions::shown(instrument, instrument.item(link_id)?, answer, lang))
                })
                .unwrap_or_default(),
            _ => String::new(),
        },
        FieldValue::Status(status) => describe::dose_status(status, lang),
        FieldValue::Amount(amount) => describe::amount(amount, lang),
        FieldValue::Words(words) => words.clone(),
        FieldValue::Form(form) => study.form_name(form, lang).to_owned(),
        FieldValue::Frequency(frequency) => frequency.shown(lang).to_owned(),
        FieldValue::Route(route) => route.shown(lang).to_owned(),
        FieldValue::Day(day) => day.to_string(),
        FieldValue::Moment(at, zone) => when::moment(*at, *zone, lang),
    }
}
