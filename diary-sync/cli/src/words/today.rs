//! The words of `diary today`.

use diary_core::act::EndOfParticipation;
use diary_core::diary::TodayItem;
use diary_core::entry::Slot;
use diary_core::store::DraftPlace;
use diary_core::study::{Reported, SlotState};
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, Zone};
use diary_view::day::{self, Hours, PromptName, SectionKind, Title};

use super::{StudyWords, common, describe, when};
use crate::messages::today as say;
pub(crate) use crate::messages::today::{as_needed, drafts, reported_heading};

/// The diary day.
pub(crate) fn day(day: DiaryDay, lang: Lang) -> String {
    say::diary_day(lang, when::day(day, lang))
}

/// Heading of a section.
pub(crate) fn heading(kind: SectionKind, lang: Lang) -> &'static str {
    match kind {
        SectionKind::Now => say::heading_now(lang),
        SectionKind::Late => say::heading_late(lang),
        SectionKind::Later => say::heading_later(lang),
        SectionKind::Over => say::heading_over(lang),
        SectionKind::Done => say::heading_done(lang),
    }
}

impl StudyWords<'_> {
    /// A draft of another place on one line.
    pub(crate) fn draft_line(&self, place: &DraftPlace) -> String {
        let title = self.prompt_title(&day::title(self.study, place.slot.as_ref(), &place.instrument));
        format!("{title}  {}", when::day(place.day, self.lang))
    }

    /// One medication that the participant reported, on one line.
    pub(crate) fn reported_line(&self, one: &Reported) -> String {
        let parts = [
            one.dose.as_ref().map(|dose| describe::amount(dose, self.lang)),
            one.frequency.map(|frequency| frequency.shown(self.lang).to_owned()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let name = self.medication(&one.medication);
        let line = format!("{name} {}", parts.join(common::detail_separator(self.lang)));
        say::reported_by_you(self.lang, line)
    }

    /// Name of a prompt.
    pub(crate) fn prompt_name(&self, item: &TodayItem) -> String {
        match day::name(self.study, item) {
            PromptName::Questionnaire(title) => self.prompt_title(&title),
            PromptName::Dose { time, medication, amount, reported } => {
                let medication = self.medication(&medication);
                let dose = format!("{time} {medication} {}", describe::amount(&amount, self.lang));
                if reported { say::reported_by_you(self.lang, dose) } else { dose }
            }
        }
    }

    /// One prompt on one line.
    pub(crate) fn prompt_line(&self, item: &TodayItem, zone: Zone) -> String {
        let of = item.occurrence.day;
        let what = self.prompt_name(item);
        let hours = match day::hours(item) {
            Hours::From(opens) => say::from(self.lang, when::on(of, opens, zone, self.lang)),
            Hours::Until(closes) => say::until(self.lang, when::on(of, closes, zone, self.lang)),
            Hours::OfDay(of) => when::day(of, self.lang),
            Hours::None => String::new(),
        };
        let gap = if hours.is_empty() { "" } else { "  " };
        let line = format!("{what}{gap}{hours}");
        if day::is_begun(item) { say::begun(self.lang, line) } else { line }
    }

    /// Title of a questionnaire.
    pub(crate) fn prompt_title(&self, title: &Title) -> String {
        match title {
            Title::Slot(text) => text.get(self.lang),
            Title::Instrument(id) => {
                self.study.instrument(id).map_or(id.as_str(), |instrument| instrument.title(self.lang))
            }
        }
        .to_owned()
    }
}

/// The participation has ended.
pub(crate) fn ended(how: EndOfParticipation, last: DiaryDay, lang: Lang) -> String {
    let last = when::day(last, lang);
    let how = match how {
        EndOfParticipation::Completed => say::ended_completed(lang),
        EndOfParticipation::Withdrawn => say::ended_withdrawn(lang),
        EndOfParticipation::ScreenFailure => say::ended_screen_failure(lang),
        EndOfParticipation::LostToFollowUp => say::ended_lost_to_follow_up(lang),
    };
    say::ended(lang, last, how)
}

/// The site has switched this phone off.
pub(crate) fn switched_off(at: &str, set_aside: u64, lang: Lang) -> String {
    match set_aside {
        0 => say::switched_off(lang, at),
        n => say::switched_off_since(lang, at, n),
    }
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

/// State of a prompt, for scripts.
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
