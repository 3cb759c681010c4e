//! Changes of a later version of an entry, field by field: the earlier and the later value.

use diary_core::text::Lang;
use diary_view::changes::{self as view, Field, FieldValue};

use super::{StudyWords, describe, when};
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

impl StudyWords<'_> {
    /// The changes in words. One that reads the same before and after is left out.
    pub(crate) fn changes_said(&self, changes: &[view::Change]) -> Vec<Change> {
        changes.iter().map(|change| self.change(change)).filter(|change| change.from != change.to).collect()
    }

    fn change(&self, change: &view::Change) -> Change {
        let value = |of: Option<&FieldValue>| match of {
            Some(of) => self.field_value(&change.field, of),
            None => say::no_value(self.lang).to_owned(),
        };
        Change {
            field: change.field.code().to_owned(),
            label: self.field_label(&change.field),
            from: value(change.from.as_ref()),
            to: value(change.to.as_ref()),
        }
    }

    fn field_label(&self, field: &Field) -> String {
        let label = match field {
            Field::Answer { instrument, link_id } => {
                let item = self.study.instrument(instrument).and_then(|instrument| instrument.item(link_id));
                return item.map_or(link_id.as_str(), |item| item.text.get(self.lang)).to_owned();
            }
            Field::Status => say::field_status(self.lang),
            Field::Amount => say::field_amount(self.lang),
            Field::Words => say::field_words(self.lang),
            Field::OneDose => say::field_one_dose(self.lang),
            Field::Form => say::field_form(self.lang),
            Field::Frequency => say::field_frequency(self.lang),
            Field::Route => say::field_route(self.lang),
            Field::FirstDay => say::field_first_day(self.lang),
            Field::When => say::field_when(self.lang),
        };
        label.to_owned()
    }

    fn field_value(&self, field: &Field, value: &FieldValue) -> String {
        match value {
            FieldValue::Answer(answer) => match field {
                Field::Answer { instrument, link_id } => self
                    .study
                    .instrument(instrument)
                    .and_then(|instrument| {
                        Some(super::questions::shown(
                            instrument,
                            instrument.item(link_id)?,
                            answer,
                            self.lang,
                        ))
                    })
                    .unwrap_or_default(),
                _ => String::new(),
            },
            FieldValue::Status(status) => describe::dose_status(status, self.lang),
            FieldValue::Amount(amount) => describe::amount(amount, self.lang),
            FieldValue::Words(words) => words.clone(),
            FieldValue::Form(form) => self.study.form_name(form, self.lang).to_owned(),
            FieldValue::Frequency(frequency) => frequency.shown(self.lang).to_owned(),
            FieldValue::Route(route) => route.shown(self.lang).to_owned(),
            FieldValue::Day(day) => day.to_string(),
            FieldValue::Moment(at, zone) => when::moment(*at, *zone, self.lang),
        }
    }
}
