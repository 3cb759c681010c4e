//! From arguments to a command. What is wrong is told without repeating what was typed: it may be an answer.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches};
use diary_core::text::Lang;

use crate::args::Cli;
use crate::failure::Usage;
use crate::words::help;

/// Understood arguments.
pub(crate) enum Parsed {
    /// A command to run.
    Run(Box<Cli>),
    /// A text to show.
    Help(String),
}

/// Leaves the arguments out: they may be a participant's own words.
impl std::fmt::Debug for Parsed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parsed(..)")
    }
}

/// Understands the arguments; `lang` is that of the help.
pub(crate) fn parse(args: &[OsString], lang: Lang) -> Result<Parsed, Usage> {
    let mut command = help::in_language(Cli::command(), lang);
    let matches = match command.try_get_matches_from_mut(args) {
        Ok(matches) => matches,
        Err(error) => return told(&error, lang),
    };
    Cli::from_arg_matches(&matches).map(|cli| Parsed::Run(Box::new(cli))).or_else(|error| told(&error, lang))
}

fn told(error: &clap::Error, lang: Lang) -> Result<Parsed, Usage> {
    let known = |kind| match error.get(kind) {
        Some(ContextValue::String(name)) => vec![name.clone()],
        Some(ContextValue::Strings(names)) => names.clone(),
        _ => Vec::new(),
    };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            Ok(Parsed::Help(help::finished(&error.to_string(), lang)))
        }
        // Shown where a subcommand is missing: the help that lists them.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            Err(Usage::Incomplete(help::finished(&error.to_string(), lang)))
        }
        ErrorKind::InvalidSubcommand => Err(Usage::Command(known(ContextKind::SuggestedSubcommand))),
        ErrorKind::UnknownArgument => {
            let option = known(ContextKind::InvalidArg).into_iter().find(|typed| is_option_name(typed));
            Err(Usage::Option(option))
        }
        ErrorKind::MissingRequiredArgument => Err(Usage::Missing(known(ContextKind::InvalidArg))),
        ErrorKind::ArgumentConflict => {
            let mut names = known(ContextKind::InvalidArg);
            names.extend(known(ContextKind::PriorArg));
            Err(Usage::Conflict(names))
        }
        ErrorKind::InvalidValue
        | ErrorKind::ValueValidation
        | ErrorKind::NoEquals
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues
        | ErrorKind::InvalidUtf8 => Err(Usage::Value(known(ContextKind::InvalidArg).into_iter().next())),
        _ => Err(Usage::TooMuch),
    }
}

/// True if `typed` is short and plain like an option's name; anything else may be a participant's own words, which are
/// not repeated.
fn is_option_name(typed: &str) -> bool {
    let name = typed.trim_start_matches('-');
    typed.starts_with('-') && name.len() <= 20 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str) -> Usage {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        parse(&args, Lang::EN).expect_err("refused")
    }

    #[test]
    fn what_was_typed_is_not_repeated_unless_it_is_an_options_name() {
        assert_eq!(refused("diary note I feel bad"), Usage::Option(None));
        assert_eq!(refused("diary note --badly=yes"), Usage::Option(Some("--badly".to_owned())));
        assert_eq!(refused("diary note --坏"), Usage::Option(None));
        assert_eq!(refused("diary tody"), Usage::Command(vec!["today".to_owned()]));
    }

    #[test]
    fn what_is_missing_or_contradicts_is_named() {
        assert_eq!(refused("diary withdraw"), Usage::Missing(vec!["<ENTRY>".to_owned()]));
        assert!(matches!(refused("diary note x --caregiver Li"), Usage::Missing(names) if names.len() == 1));
        assert!(
            matches!(refused("diary dose take --time 08:00 --slot 1"), Usage::Conflict(names) if names.len() == 2)
        );
        assert!(matches!(refused("diary log --day"), Usage::Value(Some(name)) if name.starts_with("--day")));
        assert!(matches!(refused("diary med"), Usage::Incomplete(help) if help.contains("change")));
    }
}
