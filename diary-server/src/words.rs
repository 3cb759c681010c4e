//! Words of staff for acts, regimens and questions, which the command line and the pages share. None names a command.

pub(crate) mod acts;
pub(crate) mod dates;
pub(crate) mod question;
pub(crate) mod regimen;

use diary_core::measure::Quantity;
use diary_core::study::Study;
use diary_core::study::regimen::Regimen;
use diary_core::text::Lang;
use diary_core::time::Zone;

use crate::messages::common as say;

/// Data from which an act is described.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ActWords<'a> {
    /// The language.
    pub(crate) lang: Lang,
    /// The study.
    pub(crate) study: &'a Study,
    /// The site's zone.
    pub(crate) zone: Zone,
    /// The regimen, for the names of its lines.
    pub(crate) regimen: &'a Regimen,
    /// Form of its dates.
    pub(crate) dates: dates::DateForm,
}

/// An amount with its unit.
pub(crate) fn amount(lang: Lang, of: &Quantity) -> String {
    say::quantity(lang, of.value.to_string(), of.unit.shown(lang))
}

/// `, because: ...` behind an account and a time; nothing without a reason.
pub(crate) fn because(lang: Lang, reason: Option<&String>) -> String {
    reason.map_or_else(String::new, |reason| say::because(lang, reason))
}

/// Several values of a list.
pub(crate) fn list<S: AsRef<str>>(lang: Lang, items: impl IntoIterator<Item = S>) -> String {
    joined(say::list_separator(lang), items)
}

/// Several clauses of a sentence.
pub(crate) fn clauses<S: AsRef<str>>(lang: Lang, items: impl IntoIterator<Item = S>) -> String {
    joined(say::clause_separator(lang), items)
}

pub(crate) fn joined<S: AsRef<str>>(separator: &str, items: impl IntoIterator<Item = S>) -> String {
    let mut out = String::new();
    for (n, item) in items.into_iter().enumerate() {
        if n > 0 {
            out.push_str(separator);
        }
        out.push_str(item.as_ref());
    }
    out
}
