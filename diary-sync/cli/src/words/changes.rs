//! What a later version of an entry changes, field by field: what it said, what it says then.

use diary_core::study::Study;
use diary_core::text::Lang;
use diary_view::changes::{self as view, Field, FieldValue};

use super::{describe, when};
use crate::questions;

/// One field that changes, in the words of the person's language.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub(crate) struct Change {
    /// Code of the field; of an answer its `linkId`.
    pub(crate) field: String,
    /// What people call it.
    pub(crate) label: String,
    /// What it said.
    pub(crate) from: String,
    /// What it says then.
    pub(crate) to: String,
}

impl Change {
    /// On one line.
    pub(crate) fn line(&self, lang: Lang) -> String {
        let gap = if self.label.ends_with(['?', '？']) { "  " } else { lang.pick(": ", "：") };
        format!("{}{gap}{} → {}", self.label, self.from, self.to)
    }
}

/// The changes in words. One that reads the same before and after is left out.
pub(crate) fn said(study: &Study, changes: &[view::Change], lang: Lang) -> Vec<Change> {
    changes.iter().map(|change| one(study, change, lang)).filter(|change| change.from != change.to).collect()
}

fn one(study: &Study, change: &view::Change, lang: Lang) -> Change {
    let value = |of: Option<&FieldValue>| match of {
        Some(of) => value(study, &change.field, of, lang),
        None => lang.pick("(nothing)", "（没有）").to_owned(),
    };
    Change {
        field: change.field.code().to_owned(),
        label: label(study, &change.field, lang),
        from: value(change.from.as_ref()),
        to: value(change.to.as_ref()),
    }
}

fn label(study: &Study, field: &Field, lang: Lang) -> String {
    let (en, zh) = match field {
        Field::Answer { instrument, link_id } => {
            let item = study.instrument(instrument).and_then(|instrument| instrument.item(link_id));
            return item.map_or(link_id.as_str(), |item| item.text.get(lang)).to_owned();
        }
        Field::Status => ("What became of it", "用药情况"),
        Field::Amount => ("Amount", "用量"),
        Field::Words => ("Words", "文字"),
        Field::OneDose => ("Amount of one dose", "每次用量"),
        Field::Form => ("Form", "剂型"),
        Field::Frequency => ("How often", "多久一次"),
        Field::Route => ("How it is taken", "怎么用"),
        Field::FirstDay => ("First day", "从哪天起"),
        Field::When => ("When", "时间"),
    };
    lang.pick(en, zh).to_owned()
}

fn value(study: &Study, field: &Field, value: &FieldValue, lang: Lang) -> String {
    match value {
        FieldValue::Answer(answer) => match field {
            Field::Answer { instrument, link_id } => study
                .instrument(instrument)
                .and_then(|instrument| {
                    Some(questions::shown(instrument, instrument.item(link_id)?, answer, lang))
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
