//! The words of `diary correct` and `diary withdraw`.

use diary_core::text::Lang;

use crate::messages::correct as say;
pub(crate) use crate::messages::correct::{
    entry_corrected, entry_withdrawn, is_it_right, new_words, what_became_of_it, why_corrected,
    why_withdrawn, will_become, withdraw_it,
};

/// Options for the status of a dose.
pub(crate) fn statuses(lang: Lang) -> [&'static str; 3] {
    [say::status_taken(lang), say::status_not_taken(lang), say::status_not_known(lang)]
}
