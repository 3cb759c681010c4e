//! Words of the site's acts that the command line and the pages share.

pub(crate) mod acts;
pub(crate) mod question;
pub(crate) mod regimen;

use diary_core::measure::Quantity;
use diary_core::text::Lang;

use crate::messages::common as say;

/// An amount with its unit.
pub(crate) fn amount(lang: Lang, of: &Quantity) -> String {
    say::quantity(lang, of.value.to_string(), of.unit.shown(lang))
}

/// Several values of a list.
pub(crate) fn list<S: AsRef<str>>(lang: Lang, items: impl IntoIterator<Item = S>) -> String {
    joined(say::list_separator(lang), items)
}

/// Several clauses of a sentence.
pub(crate) fn clauses<S: AsRef<str>>(lang: Lang, items: impl IntoIterator<Item = S>) -> String {
    joined(say::clause_separator(lang), items)
}

/// Items with a separator between them.
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
