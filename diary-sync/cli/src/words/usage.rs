//! Messages for errors in the command line itself.

use diary_core::text::Lang;

use super::common::list;
use crate::failure::Usage;
use crate::messages::usage as say;

pub(crate) fn message(usage: &Usage, lang: Lang) -> String {
    let help = say::help(lang);
    let what = match usage {
        Usage::Incomplete(list) => return list.trim_end().to_owned(),
        Usage::Command(near) if near.is_empty() => say::no_command(lang).to_owned(),
        Usage::Command(near) => say::similar_commands(lang, list(near, lang)),
        Usage::Option(Some(name)) => say::no_option(lang, name),
        Usage::Option(None) => say::stray_words(lang).to_owned(),
        Usage::Missing(missing) => say::missing(lang, list(missing, lang)),
        Usage::TooMuch => say::not_understood(lang).to_owned(),
        Usage::Value(Some(name)) => say::value_of(lang, name),
        Usage::Value(None) => say::value(lang).to_owned(),
        Usage::Conflict(both) => say::conflict(lang, list(both, lang)),
        Usage::NeedsTerminal(options) => say::needs_terminal(lang, *options),
        Usage::Settings { line } => say::settings_unreadable(lang, *line),
    };
    format!("{what}\n{help}")
}
