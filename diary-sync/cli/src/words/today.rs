//! The words of `diary today`.

use diary_core::act::EndOfParticipation;
use diary_core::diary::TodayItem;
use diary_core::entry::Slot;
use diary_core::store::DraftPlace;
use diary_core::study::{Reported, SlotState, Study};
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, Zone};
use diary_view::day::{self, Hours, PromptName, SectionKind, Title};

use super::{describe, when};

/// The diary day.
pub(crate) fn day(day: DiaryDay, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Diary day: {}", when::day(day, lang)),
        Lang::ZhCn => format!("日记日期：{}", when::day(day, lang)),
    }
}

/// Heading of a section.
pub(crate) const fn heading(kind: SectionKind, lang: Lang) -> &'static str {
    match kind {
        SectionKind::Now => lang.pick("To do now", "现在可以填"),
        SectionKind::Late => lang.pick("Late, but still possible", "已过时间，还可以补填"),
        SectionKind::Later => lang.pick("Later today", "今天晚些时候"),
        SectionKind::Over => lang.pick("Over", "已错过"),
        SectionKind::Done => lang.pick("Done", "已完成"),
    }
}

/// Heading of drafts of other places.
pub(crate) const fn drafts(lang: Lang) -> &'static str {
    lang.pick("Begun and not finished", "开始了还没填完")
}

/// A draft of another place on one line.
pub(crate) fn draft(study: &Study, place: &DraftPlace, lang: Lang) -> String {
    let title = title(study, &day::title(study, place.slot.as_ref(), &place.instrument), lang);
    format!("{title}  {}", when::day(place.day, lang))
}

/// Heading of what may be taken as needed.
pub(crate) const fn as_needed(lang: Lang) -> &'static str {
    lang.pick("As needed", "必要时可用")
}

/// Behind what the participant reported and the site has not set yet.
pub(crate) const fn reported_by_you(lang: Lang) -> &'static str {
    lang.pick(" (reported by you)", "（由您报告）")
}

/// Heading of medications that the participant reported.
pub(crate) const fn reported(lang: Lang) -> &'static str {
    lang.pick("Reported by you; the study team has not set it yet", "您报告的用药，研究人员尚未确认")
}

/// One medication that the participant reported, on one line.
pub(crate) fn reported_line(study: &Study, one: &Reported, lang: Lang) -> String {
    let parts = [
        one.dose.as_ref().map(|dose| describe::amount(dose, lang)),
        one.frequency.map(|frequency| frequency.shown(lang).to_owned()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let name = describe::medication(study, &one.medication, lang);
    format!("{name} {}{}", parts.join(lang.pick(", ", "，")), reported_by_you(lang))
}

/// The participation has ended.
pub(crate) fn ended(how: EndOfParticipation, last: DiaryDay, lang: Lang) -> String {
    let last = when::day(last, lang);
    let how = how.shown(lang);
    match lang {
        Lang::En => format!(
            "Your part in this study ended on {last} ({how}). Thank you for every entry. Nothing more is asked; \
             everything you recorded stays readable here."
        ),
        Lang::ZhCn => format!(
            "您在本研究中的参与已于{last}结束（{how}）。感谢您的每一次记录。不需要再填写什么，以前的记录仍可在这里查看。"
        ),
    }
}

/// The site has switched this phone off.
pub(crate) fn switched_off(at: &str, set_aside: u64, lang: Lang) -> String {
    let aside = match (set_aside, lang) {
        (0, _) => String::new(),
        (1, Lang::En) => {
            " 1 entry sent since was received and set aside; the study team decides about it.".to_owned()
        }
        (n, Lang::En) => {
            format!(" {n} entries sent since were received and set aside; the study team decides about them.")
        }
        (n, Lang::ZhCn) => format!("此后发送的{n}条记录研究中心已收到，另外存放，由研究人员决定如何处理。"),
    };
    match lang {
        Lang::En => format!(
            "This phone was switched off by the study team on {at}. Thank you for every entry. Nothing more is asked \
             here; everything you recorded stays readable.{aside} If you did not expect this, please call them."
        ),
        Lang::ZhCn => format!(
            "研究人员已于{at}停用这部手机。感谢您的每一次记录。不需要再在这里填写，以前的记录仍可查看。{aside}如有疑问，请联系研究人员。"
        ),
    }
}

/// Name of a prompt.
pub(crate) fn name(study: &Study, item: &TodayItem, lang: Lang) -> String {
    match day::name(study, item) {
        PromptName::Questionnaire(title) => self::title(study, &title, lang),
        PromptName::Dose { time, medication, amount, reported } => {
            let medication = describe::medication(study, &medication, lang);
            let by_you = if reported { reported_by_you(lang) } else { "" };
            format!("{time} {medication} {}{by_you}", describe::amount(&amount, lang))
        }
    }
}

/// One prompt on one line.
pub(crate) fn line(study: &Study, item: &TodayItem, zone: Zone, lang: Lang) -> String {
    let of = item.occurrence.day;
    let what = name(study, item, lang);
    let hours = match day::hours(item) {
        Hours::From(opens) => lang.pick("from ", "开始时间 ").to_owned() + &when::on(of, opens, zone, lang),
        Hours::Until(closes) => lang.pick("until ", "截止 ").to_owned() + &when::on(of, closes, zone, lang),
        Hours::OfDay(of) => when::day(of, lang),
        Hours::None => String::new(),
    };
    let draft = if day::is_begun(item) { lang.pick("  [begun]", "  [已开始填]") } else { "" };
    let gap = if hours.is_empty() { "" } else { "  " };
    format!("{what}{gap}{hours}{draft}")
}

/// Title of a questionnaire.
pub(crate) fn title(study: &Study, title: &Title, lang: Lang) -> String {
    match title {
        Title::Slot(text) => text.get(lang),
        Title::Instrument(id) => {
            study.instrument(id).map_or(id.as_str(), |instrument| instrument.title(lang))
        }
    }
    .to_owned()
}

/// The command that answers a questionnaire, where it can be answered now.
pub(crate) fn command(item: &TodayItem, today: DiaryDay) -> Option<String> {
    let at = &item.occurrence;
    let day = if at.day == today { String::new() } else { format!(" --day {}", at.day) };
    match &at.slot {
        Slot::Scheduled(slot) if day::is_due(item) => Some(format!("diary log {slot}{day}")),
        Slot::Scheduled(_) | Slot::PlannedDose { .. } => None,
    }
}

/// How a prompt stands, for scripts.
pub(crate) const fn state_code(state: SlotState) -> &'static str {
    match state {
        SlotState::Upcoming => "upcoming",
        SlotState::Open => "open",
        SlotState::Late => "late",
        SlotState::Missed => "missed",
        SlotState::NotAsked => "not-asked",
        SlotState::Answered => "answered",
    }
}
