//! Errors in the command line in words, and the texts that clap itself puts into a help.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use diary_core::keys::LinkError;
use diary_core::readers::ReadError;
use diary_core::text::Lang;
use diary_core::words::NotOffered;
use diary_store::postgres::RolesError;

use super::failure::{link, roles};
use super::list;
use crate::messages::{help, usage as say};

/// A text of the catalogue.
type Text = fn(Lang) -> &'static str;

/// Texts of clap in a help or a line of usage, each with the one of the catalogue.
const OF_CLAP: [(&str, Text); 5] = [
    ("Usage: ", help::usage),
    ("[OPTIONS]", say::options_placeholder),
    ("[default:", say::default_value),
    ("[possible values:", say::possible_values_list),
    ("[env:", say::variable),
];

/// A help or a line of usage with the texts of clap in `lang`.
pub(crate) fn finished(text: &str, lang: Lang) -> String {
    OF_CLAP.iter().fold(text.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours(lang)))
}

/// Sentence for an error in the command line, with the line of usage and a way to the help.
pub(crate) fn usage(lang: Lang, error: &clap::Error) -> String {
    let mut lines = vec![sentence(lang, error)];
    let similar = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let similar: Vec<String> = similar.into_iter().flat_map(|kind| strings(error, kind)).collect();
    if !similar.is_empty() {
        lines.push(say::similar(lang, list(lang, similar)));
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        lines.push(finished(&usage.to_string(), lang));
    }
    lines.push(say::help(lang).to_owned());
    lines.join("\n")
}

fn sentence(lang: Lang, error: &clap::Error) -> String {
    let first = |kind| strings(error, kind).into_iter().next().unwrap_or_default();
    let (name, value) = (first(ContextKind::InvalidArg), first(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::UnknownArgument => say::unknown_argument(lang, name),
        ErrorKind::InvalidSubcommand => say::unknown_command(lang, first(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => {
            say::missing(lang, list(lang, strings(error, ContextKind::InvalidArg)))
        }
        ErrorKind::MissingSubcommand => {
            let commands = list(lang, strings(error, ContextKind::ValidSubcommand));
            say::no_command(lang, first(ContextKind::InvalidSubcommand), commands)
        }
        ErrorKind::ArgumentConflict => match strings(error, ContextKind::PriorArg) {
            others if others.iter().all(|other| *other == name) => say::repeated(lang, name),
            others => say::conflict(lang, name, list(lang, others)),
        },
        ErrorKind::InvalidValue if value.is_empty() => say::no_value(lang, name),
        ErrorKind::InvalidValue => {
            say::possible_values(lang, value, name, list(lang, strings(error, ContextKind::ValidValue)))
        }
        ErrorKind::ValueValidation => match reason(lang, error) {
            Some(reason) => say::refused_value(lang, value, name, reason),
            None => say::invalid_value(lang, value, name),
        },
        ErrorKind::NoEquals
        | ErrorKind::TooManyValues
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues => say::value_count(lang, name),
        ErrorKind::InvalidUtf8 => say::not_utf_8(lang).to_owned(),
        // Helps are no errors, and what fails to be written is written by nothing else.
        _ => say::not_understood(lang).to_owned(),
    }
}

/// Reason for which a value is refused. A reason of a library is quoted as it is.
fn reason(lang: Lang, error: &clap::Error) -> Option<String> {
    let source = error.source()?;
    if let Some(error) = source.downcast_ref::<ReadError>() {
        return Some(error.message(lang));
    }
    if let Some(error) = source.downcast_ref::<LinkError>() {
        return Some(link(lang, *error).to_owned());
    }
    if let Some(error) = source.downcast_ref::<RolesError>() {
        return Some(roles(lang, error));
    }
    if source.is::<NotOffered>() {
        return Some(say::languages(lang, diary_core::words::tags(lang)));
    }
    Some(source.to_string())
}

fn strings(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(all)) => all.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, FromArgMatches};
    use diary_messages::pseudo::{TAG, assert_of_catalogues};

    use super::*;
    use crate::cli::Cli;
    use crate::cli::words::help::in_language;

    fn refused(line: &str, lang: Lang) -> String {
        let command = in_language(Cli::command(), lang);
        let words = std::iter::once("diary-server").chain(line.split(' ').filter(|word| !word.is_empty()));
        let refused = command.try_get_matches_from(words).and_then(|matches| Cli::from_arg_matches(&matches));
        usage(lang, &refused.expect_err(line))
    }

    #[test]
    fn an_error_in_the_command_line_is_told_in_words_of_catalogues() {
        let lines = [
            "nonsense",
            "participant nonsense",
            "status --nonsense",
            "report",
            "report S1 S2",
            "report S1 --days",
            "report S1 --days 3 --days 4",
            "revoke S1 1 --because nonsense --reason x",
            "participant visit S1 29-03-2026",
            "participant visit S1 2026-02-30",
            "enrol S1 --host http://1",
            "export csv one --to two",
            "database roles --export pg_read_all_data",
            "--lang fr status",
        ];
        for line in lines {
            let names = |typed: &str| typed.split([' ', '-']).map(str::to_owned).collect::<Vec<_>>();
            let mut own = names(line);
            // Names of the program, of options and of values.
            let theirs = "diary server days because reason lost replaced mistake left other host export serve csv to subject dir url n pg http https join zh cn en pending phones";
            own.extend(names(theirs).iter().flat_map(|word| [word.clone(), word.to_uppercase()]));
            own.extend(names(
                "NAME PORT DAYS REASON SUBJECT DATE HOST PHONE FOLDER DIR LANG ROLE EXPORT PARTICIPANT",
            ));
            let said = refused(line, TAG.parse().unwrap());
            assert_of_catalogues(&said, own.iter().map(String::as_str));
            assert_ne!(refused(line, Lang::ZH_CN), refused(line, Lang::EN), "{line}");
        }
    }

    #[test]
    fn an_error_names_what_was_typed_and_what_is_near() {
        let said = refused("statuss", Lang::EN);
        assert!(said.starts_with("there is no command 'statuss'\nDid you mean: status"), "{said}");
        let said = refused("participant visit S1 2026-02-30", Lang::EN);
        assert!(
            said.starts_with("invalid value '2026-02-30' for '<DATE>': There is no 30 February 2026"),
            "{said}"
        );
        let said = refused("revoke S1 1 --because nonsense --reason x", Lang::ZH_CN);
        assert!(said.contains("可用的值：lost、replaced"), "{said}");
    }

    #[test]
    fn a_help_has_no_text_of_the_parser() {
        let lang: Lang = TAG.parse().unwrap();
        for line in ["report --help", "revoke --help", "status --help"] {
            let command = in_language(Cli::command(), lang);
            let help = command.try_get_matches_from(std::iter::once("d").chain(line.split(' '))).unwrap_err();
            let help = finished(&help.to_string(), lang);
            for theirs in ["Usage", "OPTIONS]", "[default", "[possible", "[env"] {
                assert!(!help.contains(theirs), "{theirs}: {help}");
            }
        }
    }
}
