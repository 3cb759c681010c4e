//! The words of `diary event`.

use diary_core::text::Lang;
use diary_core::time::DiaryDay;

use super::when;
use crate::messages::event as say;
pub(crate) use crate::messages::event::what_happened;

/// An event proposes a day to the site.
pub(crate) fn proposal(anchor: &str, day: DiaryDay, lang: Lang) -> String {
    let day = when::day(day, lang);
    say::proposal(lang, anchor, day)
}
