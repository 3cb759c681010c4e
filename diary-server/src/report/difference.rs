//! Entries in a few words, and what a correction changed in one.

use std::collections::BTreeMap;

use diary_core::entry::{Answer, Content, Dose, DoseStatus, MedicationChange, Revision, Value};
use diary_core::study::instrument::Instrument;
use diary_core::text::{Lang, Text};
use serde::Serialize;

use super::entries::View;
use super::regimen::name;
use super::words::{self, both};

/// What a correction changed in one place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Difference {
    /// What: the question, or the part of the entry.
    pub label: Text,
    /// Before; empty where there was nothing.
    pub before: Text,
    /// After; empty where there is nothing now.
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
            values.collect::<Vec<_>>().join(lang.pick(", ", "、"))
        };
        (label, both(shown))
    };
    answers.iter().map(one).collect()
}

/// Answers in one line: `label: answer; label: answer`.
pub(super) fn joined(answers: &[(Text, Text)]) -> Text {
    both(|lang| {
        let one = |(label, answer): &(Text, Text)| words::labelled(label.get(lang), answer.get(lang), lang);
        answers.iter().map(one).collect::<Vec<_>>().join(lang.pick("; ", "；"))
    })
}

/// A value without its question: codes and numbers as they came.
pub(super) fn plain(value: &Value, lang: Lang) -> String {
    match value {
        Value::Coding { code, .. } => code.clone(),
        Value::Integer(n) => n.to_string(),
        Value::Decimal(n) => n.to_string(),
        Value::Quantity(q) => format!("{} {}", q.value, q.unit.shown(lang)),
        Value::Boolean(true) => lang.pick("yes", "是").to_owned(),
        Value::Boolean(false) => lang.pick("no", "否").to_owned(),
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        Value::Time(time) => time.to_string(),
        Value::DateTime { date, time, .. } => format!("{date} {time}"),
    }
}

/// An entry's kind and what it is of: `Evening check`, `pyridostigmine`.
pub(super) fn subject(view: &View<'_>, revision: &Revision) -> Text {
    match &revision.content {
        Content::Assessment(assessment) => {
            let id = &assessment.instrument.id;
            let instrument = view.instrument_of(revision).or_else(|| view.newest_instrument(id));
            both(|lang| instrument.map_or_else(|| id.to_string(), |i| i.title(lang).to_owned()))
        }
        Content::Dose(dose) => name(view, &dose.medication),
        Content::MedicationChange(change) => name(view, &change.medication),
        Content::Event(event) => {
            let known = view.input.studies.values().rev().find_map(|study| study.event(&event.code));
            known.map_or_else(|| both(|_| event.code.to_string()), |event| event.title.clone())
        }
        Content::Note(_) => both(|lang| lang.pick("Note", "备注").to_owned()),
        Content::AlertShown(_) => both(|lang| lang.pick("Instruction shown", "提示已显示").to_owned()),
        Content::Withdrawn => both(|lang| lang.pick("Withdrawn", "已撤回").to_owned()),
        Content::PhoneApproval(_) => both(|lang| lang.pick("Another phone", "另一部手机").to_owned()),
    }
}

/// What an entry says, in one line.
pub(super) fn summary(view: &View<'_>, revision: &Revision) -> Text {
    joined_parts(&parts(view, revision))
}

fn joined_parts(parts: &[(Text, Text)]) -> Text {
    both(|lang| {
        let one = |(label, value): &(Text, Text)| words::labelled(label.get(lang), value.get(lang), lang);
        parts.iter().map(one).collect::<Vec<_>>().join(lang.pick("; ", "；"))
    })
}

/// What differs between two versions of an entry.
pub(super) fn between(view: &View<'_>, before: &Revision, after: &Revision) -> Vec<Difference> {
    let (old, new) = (parts(view, before), parts(view, after));
    let index = |parts: &[(Text, Text)]| -> BTreeMap<(String, String), Text> {
        parts.iter().map(|(label, value)| (key(label), value.clone())).collect()
    };
    let (old_values, new_values) = (index(&old), index(&new));
    let mut found: Vec<Difference> = Vec::new();
    for (label, _) in old.iter().chain(&new) {
        let (before, after) = (old_values.get(&key(label)), new_values.get(&key(label)));
        if before != after && found.iter().all(|known| known.label != *label) {
            found.push(Difference {
                label: label.clone(),
                before: before.cloned().unwrap_or_default(),
                after: after.cloned().unwrap_or_default(),
            });
        }
    }
    found
}

fn key(label: &Text) -> (String, String) {
    (label.get(Lang::En).to_owned(), label.get(Lang::ZhCn).to_owned())
}

/// The parts of an entry with their names; the first part of a dose or a note has none.
fn parts(view: &View<'_>, revision: &Revision) -> Vec<(Text, Text)> {
    let mut parts = match &revision.content {
        Content::Assessment(assessment) => match view.instrument_of(revision) {
            Some(instrument) => answers(instrument, &assessment.answers),
            None => raw_answers(&assessment.answers),
        },
        Content::Dose(dose) => dose_parts(dose),
        Content::MedicationChange(change) => change_parts(change, view.year()),
        Content::Event(event) => {
            event.text.iter().map(|text| (Text::default(), both(|_| text.clone()))).collect()
        }
        Content::Note(note) => vec![(Text::default(), both(|_| note.text.clone()))],
        Content::AlertShown(alert) => vec![(Text::default(), both(|_| alert.shown.clone()))],
        Content::Withdrawn => {
            vec![(Text::default(), both(|lang| lang.pick("withdrawn", "已撤回").to_owned()))]
        }
        Content::PhoneApproval(_) => {
            vec![(Text::default(), both(|lang| lang.pick("let in", "同意使用").to_owned()))]
        }
    };
    if let Some(at) = revision.occurred {
        let at = view.claimed(at.0, revision.recorded.zone);
        parts.push((label("time", "时间"), both(|lang| words::stamp(at, view.year(), lang))));
    }
    parts
}

/// Answers that no study at hand explains, by `linkId`.
pub(super) fn raw_answers(answers: &[Answer]) -> Vec<(Text, Text)> {
    let one = |answer: &Answer| {
        let values = |lang| answer.values.iter().map(move |value| plain(value, lang)).collect::<Vec<_>>();
        (both(|_| answer.link_id.clone()), both(|lang| values(lang).join(lang.pick(", ", "、"))))
    };
    answers.iter().map(one).collect()
}

fn dose_parts(dose: &Dose) -> Vec<(Text, Text)> {
    let mut parts = vec![(Text::default(), both(|lang| status(dose, lang)))];
    parts.extend(
        dose.amount.as_ref().map(|amount| (label("amount", "用量"), both(|l| words::quantity(amount, l)))),
    );
    parts.extend(dose.route.map(|route| (label("how", "用法"), both(|l| route.shown(l).to_owned()))));
    parts.extend(dose.note.as_ref().map(|note| (label("why taken", "用药原因"), both(|_| note.clone()))));
    parts
}

/// What became of a dose, with the reason.
fn status(dose: &Dose, lang: Lang) -> String {
    match &dose.status {
        DoseStatus::Taken => lang.pick("taken", "已服").to_owned(),
        DoseStatus::DontKnow => lang.pick("don't know", "不清楚").to_owned(),
        DoseStatus::NotTaken { why, text } => {
            let text = text.as_deref().map_or_else(String::new, |text| format!(" \u{201c}{text}\u{201d}"));
            let not_taken = lang.pick("not taken", "未服");
            format!("{not_taken} ({}{text})", words::skip_reason(*why, lang))
        }
    }
}

fn change_parts(change: &MedicationChange, year: i32) -> Vec<(Text, Text)> {
    let mut parts = vec![
        (Text::default(), both(|lang| words::change_kind(change.kind, lang).to_owned())),
        (label("from", "起始日"), both(|lang| words::partial_date(change.from, year, lang))),
    ];
    parts
        .extend(change.dose.as_ref().map(|dose| (label("dose", "剂量"), both(|l| words::quantity(dose, l)))));
    parts.extend(change.route.map(|route| (label("how", "用法"), both(|l| route.shown(l).to_owned()))));
    parts.extend(
        change.frequency.map(|often| (label("how often", "频率"), both(|l| often.shown(l).to_owned()))),
    );
    parts.extend(change.form.as_ref().map(|form| (label("form", "剂型"), both(|_| form.clone()))));
    parts.extend(change.reason.as_ref().map(|why| (label("why", "原因"), both(|_| why.clone()))));
    parts
}

fn label(en: &str, zh_cn: &str) -> Text {
    both(|lang| lang.pick(en, zh_cn).to_owned())
}
