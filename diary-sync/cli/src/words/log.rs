//! The words of `diary log`.

use diary_core::store::DraftPlace;
use diary_core::text::Lang;
use diary_core::time::DiaryDay;
use diary_view::questionnaire::DraftProgress;

use super::when;
use crate::messages::log as say;
pub(crate) use crate::messages::log::{answer_again, draft_resumed, which_questionnaire, why_late};

/// Heading: what, for which day, and that it is late.
pub(crate) fn head(title: &str, day: DiaryDay, closed: Option<&str>, lang: Lang) -> String {
    let day = when::day(day, lang);
    match closed {
        None => say::head(lang, title, day),
        Some(closed) => say::head_late(lang, title, day, closed),
    }
}

/// The command that goes on with a draft.
pub(crate) fn command(place: &DraftPlace) -> String {
    match &place.slot {
        Some(slot) => format!("diary log {slot} --day {}", place.day),
        None => format!("diary log {} --unscheduled --day {}", place.instrument, place.day),
    }
}

/// A draft was left.
pub(crate) fn draft_kept(progress: DraftProgress, command: &str, lang: Lang) -> String {
    let DraftProgress { answered, of } = progress;
    say::draft_kept(lang, answered, of, command)
}
