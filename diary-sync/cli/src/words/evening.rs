//! The words of `diary evening`.

use diary_core::text::Lang;

use super::common::list;
use crate::messages::evening as say;
pub(crate) use crate::messages::evening::{doses, nothing_due};

/// Lists the doses and checks that were recorded.
pub(crate) fn done(done: &[String], lang: Lang) -> String {
    say::recorded(lang, list(done, lang))
}

/// Lists the doses and checks that are still open, and says how to go on.
pub(crate) fn still_open(open: &[String], lang: Lang) -> String {
    say::still_open(lang, list(open, lang))
}
