//! Entries as people read them, on one line.

use diary_core::entry::{
    Answer, Assessment, Author, Content, Dose, DoseStatus, MedicationChange, MedicationChangeKind,
    MedicationRef, Revision, Slot,
};
use diary_core::measure::Quantity;
use diary_core::study::Study;
use diary_core::text::{Lang, shown};
use diary_core::time::UtcMillis;

use super::{dose, when};
use crate::questions;

/// What an entry records, when it happened where that was said, and who entered it where that was not the
/// participant: a line under the heading of the entry's day.
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
        line.push_str(&match lang {
            // The time alone reads better with "at", a day before it without.
            Lang::En if at.starts_with(|c: char| c.is_ascii_digit()) && !at.contains('-') => {
                format!(", at {at}")
            }
            Lang::En => format!(", {at}"),
            Lang::ZhCn => format!("，时间 {at}"),
        });
    }
    if let Content::Dose(Dose { note: Some(note), .. }) = &revision.content {
        line.push_str(lang.pick("; ", "；"));
        line.push_str(&shown(note));
    }
    match &revision.author {
        Author::Participant | Author::System => {}
        Author::Caregiver { name, reason } | Author::Staff { name, reason } => line.push_str(&match lang {
            Lang::En => format!(" (entered by {}: {})", shown(name), shown(reason)),
            Lang::ZhCn => format!("（由{}代填：{}）", shown(name), shown(reason)),
        }),
    }
    line
}

fn content(study: &Study, revision: &Revision, lang: Lang) -> String {
    match &revision.content {
        Content::Assessment(assessment) => assessment_line(study, assessment, revision.slot.as_ref(), lang),
        Content::Dose(dose) => dose_line(study, dose, lang),
        Content::MedicationChange(change) => change_line(study, change, lang),
        Content::Event(event) => {
            let title = study.event(&event.code).map_or(event.code.as_str(), |kind| kind.title.get(lang));
            let text = event.text.as_ref().map(|text| format!(": {}", shown(text))).unwrap_or_default();
            format!("{title}{text}")
        }
        Content::Note(note) => match lang {
            Lang::En => format!("Note: {}", shown(&note.text)),
            Lang::ZhCn => format!("备注：{}", shown(&note.text)),
        },
        Content::AlertShown(alert) => match lang {
            Lang::En => format!("Instruction shown: {}", alert.shown),
            Lang::ZhCn => format!("显示过的提示：{}", alert.shown),
        },
        Content::Withdrawn => lang.pick("withdrawn", "已撤回").to_owned(),
        Content::PhoneApproval(_) => {
            lang.pick("Let another phone use this diary", "同意另一部手机使用这本日记").to_owned()
        }
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
    match lang {
        Lang::En => format!("{title}: {count} answers"),
        Lang::ZhCn => format!("{title}：{count}项回答"),
    }
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
            (item.text.get(lang).to_owned(), questions::shown(instrument, item, answer, lang))
        }
        None => (answer.link_id.clone(), String::new()),
    }
}

fn dose_line(study: &Study, taken: &Dose, lang: Lang) -> String {
    let medication = medication(study, &taken.medication, lang);
    let amount =
        taken.amount.as_ref().map(|amount| format!(" {}", self::amount(amount, lang))).unwrap_or_default();
    let extra = if taken.extra { lang.pick(" (extra)", "（额外）") } else { "" };
    let colon = lang.pick(": ", "：");
    let what = dose_status(&taken.status, lang);
    format!("{medication}{amount}{extra}{colon}{what}")
}

/// What became of a dose.
pub(crate) fn dose_status(status: &DoseStatus, lang: Lang) -> String {
    match status {
        DoseStatus::Taken => lang.pick("taken", "已用").to_owned(),
        DoseStatus::DontKnow => lang.pick("not known whether it was taken", "不知道用了没有").to_owned(),
        DoseStatus::NotTaken { why, text } => {
            let why = dose::skip_reason(*why, lang);
            let text =
                text.as_ref().map(|text| lang.pick(", ", "，").to_owned() + &shown(text)).unwrap_or_default();
            match lang {
                Lang::En => format!("not taken ({why}{text})"),
                Lang::ZhCn => format!("没有用药（{why}{text}）"),
            }
        }
    }
}

fn change_line(study: &Study, change: &MedicationChange, lang: Lang) -> String {
    let medication = medication(study, &change.medication, lang);
    let what = match change.kind {
        MedicationChangeKind::Started => lang.pick("started", "开始用"),
        MedicationChangeKind::Changed => lang.pick("changed", "改变用法"),
        MedicationChangeKind::Stopped => lang.pick("stopped", "停用"),
    };
    let details = [
        change.dose.as_ref().map(|dose| amount(dose, lang)),
        change.form.as_ref().map(|form| shown(study.form_name(form, lang)).into_owned()),
        change.frequency.map(|frequency| frequency.shown(lang).to_owned()),
        change.route.map(|route| route.shown(lang).to_owned()),
    ];
    let details = details.into_iter().flatten().collect::<Vec<_>>().join(lang.pick(", ", "，"));
    let gap = if details.is_empty() { "" } else { lang.pick(": ", "：") };
    let reason = change.reason.as_ref().map(|reason| match lang {
        Lang::En => format!(" ({})", shown(reason)),
        Lang::ZhCn => format!("（{}）", shown(reason)),
    });
    let reason = reason.unwrap_or_default();
    match lang {
        Lang::En => format!("{medication} {what} from {}{gap}{details}{reason}", change.from),
        Lang::ZhCn => format!("{medication}从{}起{what}{gap}{details}{reason}", change.from),
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
