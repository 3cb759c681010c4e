//! The words of what is doubtful about a phone.

use diary_core::diary::PhoneDoubt;
use diary_core::text::Lang;
use diary_core::time::Zone;

use super::when;
use crate::messages::doubts as say;

/// One doubt, and what to do about it.
pub(crate) fn line(doubt: &PhoneDoubt, zone: Zone, lang: Lang) -> String {
    match doubt {
        PhoneDoubt::Zone { phone, site } => say::other_zone(lang, phone.to_string(), site.to_string()),
        PhoneDoubt::Off { minutes, ahead: true } => say::clock_ahead(lang, minutes / 60),
        PhoneDoubt::Off { minutes, ahead: false } => say::clock_behind(lang, minutes / 60),
        PhoneDoubt::Back { last } => say::clock_back(lang, when::moment(*last, zone, lang)),
    }
}
