//! What a later version of an entry changes, field by field: what it said, what it says then.

use diary_core::entry::{Answer, Assessment, Content, Dose, MedicationChange, Revision};
use diary_core::study::Study;
use diary_core::text::Lang;
use diary_core::time::OccurredAt;

use super::{describe, when};

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

/// What changes where `shown` becomes `content`, at `occurred` where that was given.
pub(crate) fn between(
    study: &Study,
    shown: &Revision,
    content: &Content,
    occurred: Option<OccurredAt>,
    lang: Lang,
) -> Vec<Change> {
    let mut changes = match (&shown.content, content) {
        (Content::Assessment(from), Content::Assessment(to)) => answers(study, from, to, lang),
        (Content::Dose(from), Content::Dose(to)) => dose(from, to, lang),
        (Content::MedicationChange(from), Content::MedicationChange(to)) => medication(study, from, to, lang),
        (Content::Event(from), Content::Event(to)) => {
            field("text", ("Words", "文字"), from.text.clone(), to.text.clone(), lang).into_iter().collect()
        }
        (Content::Note(from), Content::Note(to)) => {
            let (from, to) = (Some(from.text.clone()), Some(to.text.clone()));
            field("text", ("Words", "文字"), from, to, lang).into_iter().collect()
        }
        _ => Vec::new(),
    };
    if let Some(to) = occurred {
        // Of an entry without a claimed time, the time it was entered counts.
        let from = shown.occurred.map_or(shown.recorded.utc, |at| at.0);
        let at = |at| Some(when::moment(at, shown.recorded.zone, lang));
        changes.extend(field("at", ("When", "时间"), at(from), at(to.0), lang));
    }
    changes
}

/// What changes of the answers, in the order of the questions.
pub(crate) fn answers(study: &Study, from: &Assessment, to: &Assessment, lang: Lang) -> Vec<Change> {
    let find = |list: &Assessment, link_id: &str| list.answers.iter().find(|a| a.link_id == link_id).cloned();
    let gone = from.answers.iter().filter(|answer| find(to, &answer.link_id).is_none());
    let one = |answer: &Answer| {
        let said = |of: &Assessment| {
            find(of, &answer.link_id).map(|answer| describe::answer(study, of, &answer, lang).1)
        };
        let (question, _) = describe::answer(study, to, answer, lang);
        change(answer.link_id.clone(), question, said(from), said(to), lang)
    };
    to.answers.iter().chain(gone).filter_map(one).collect()
}

fn dose(from: &Dose, to: &Dose, lang: Lang) -> Vec<Change> {
    let status = |dose: &Dose| Some(describe::dose_status(&dose.status, lang));
    let amount = |dose: &Dose| dose.amount.as_ref().map(|amount| describe::amount(amount, lang));
    [
        field("status", ("What became of it", "用药情况"), status(from), status(to), lang),
        field("amount", ("Amount", "用量"), amount(from), amount(to), lang),
        field("text", ("Words", "文字"), from.note.clone(), to.note.clone(), lang),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn medication(study: &Study, from: &MedicationChange, to: &MedicationChange, lang: Lang) -> Vec<Change> {
    let dose = |of: &MedicationChange| of.dose.as_ref().map(|dose| describe::amount(dose, lang));
    let form = |of: &MedicationChange| of.form.as_ref().map(|form| study.form_name(form, lang).to_owned());
    let often = |of: &MedicationChange| of.frequency.map(|frequency| frequency.shown(lang).to_owned());
    let route = |of: &MedicationChange| of.route.map(|route| route.shown(lang).to_owned());
    let day = |of: &MedicationChange| Some(of.from.to_string());
    [
        field("dose", ("Amount of one dose", "每次用量"), dose(from), dose(to), lang),
        field("form", ("Form", "剂型"), form(from), form(to), lang),
        field("frequency", ("How often", "多久一次"), often(from), often(to), lang),
        field("route", ("How it is taken", "怎么用"), route(from), route(to), lang),
        field("from", ("First day", "从哪天起"), day(from), day(to), lang),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn field(
    code: &str,
    (en, zh): (&str, &str),
    from: Option<String>,
    to: Option<String>,
    lang: Lang,
) -> Option<Change> {
    change(code.to_owned(), lang.pick(en, zh).to_owned(), from, to, lang)
}

fn change(
    field: String,
    label: String,
    from: Option<String>,
    to: Option<String>,
    lang: Lang,
) -> Option<Change> {
    let nothing = || lang.pick("(nothing)", "（没有）").to_owned();
    (from != to).then(|| Change {
        field,
        label,
        from: from.unwrap_or_else(nothing),
        to: to.unwrap_or_else(nothing),
    })
}
