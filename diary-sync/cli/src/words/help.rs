//! The texts of `--help`, by the path of the command and the name of the argument.

use clap::Command;
use diary_core::text::Lang;

use crate::messages::help as say;

/// A text in a language.
type Text = fn(Lang) -> &'static str;

/// Texts of commands, and of arguments that say something of their own there.
const TEXTS: &[(&str, Text)] = &[
    ("", say::diary),
    ("join", say::join),
    ("join link", say::join_link),
    ("sync", say::sync),
    ("sync watch", say::sync_watch),
    ("sync retry", say::sync_retry),
    ("pin", say::pin),
    ("pin change", say::pin_change),
    ("unlock", say::unlock),
    ("unlock recovery", say::unlock_recovery),
    ("today", say::today),
    ("history", say::history),
    ("history entry", say::history_entry),
    ("history full", say::history_full),
    ("status", say::status),
    ("alerts", say::alerts),
    ("alerts days", say::alerts_days),
    ("lang", say::lang),
    ("lang language", say::lang_language),
    ("check", say::check),
    ("hand-over", say::hand_over),
    ("hand-over file", say::hand_over_file),
    ("hand-over split", say::hand_over_split),
    ("hand-over all", say::hand_over_all),
    ("take", say::take),
    ("take files", say::take_files),
    ("evening", say::evening),
    ("log", say::log),
    ("log what", say::log_what),
    ("log day", say::log_day),
    ("log late_reason", say::log_late_reason),
    ("log unscheduled", say::log_unscheduled),
    ("log again", say::log_again),
    ("dose", say::dose),
    ("dose take", say::dose_take),
    ("dose take as_planned", say::dose_take_as_planned),
    ("dose take now", say::dose_take_now),
    ("dose skip", say::dose_skip),
    ("dose dont-know", say::dose_dont_know),
    ("dose extra", say::dose_extra),
    ("dose extra medication", say::dose_extra_medication),
    ("dose extra amount", say::dose_extra_amount),
    ("dose extra at", say::dose_extra_at),
    ("dose extra why", say::dose_extra_why),
    ("med", say::med),
    ("med start", say::med_start),
    ("med change", say::med_change),
    ("med stop", say::med_stop),
    ("event", say::event),
    ("event code", say::event_code),
    ("event at", say::event_at),
    ("note", say::note),
    ("note text", say::note_text),
    ("correct", say::correct),
    ("correct reason", say::correct_reason),
    ("correct status", say::correct_status),
    ("correct amount", say::correct_amount),
    ("correct why", say::correct_why),
    ("correct text", say::correct_text),
    ("correct at", say::correct_at),
    ("correct dose", say::correct_dose),
    ("correct route", say::correct_route),
    ("correct frequency", say::correct_frequency),
    ("correct form", say::correct_form),
    ("correct from", say::correct_from),
    ("withdraw", say::withdraw),
    ("withdraw reason", say::withdraw_reason),
    ("approve", say::approve),
    ("approve digits", say::approve_digits),
];

/// Texts of arguments that mean the same everywhere.
const ARGUMENTS: &[(&str, Text)] = &[
    ("home", say::argument_home),
    ("lang", say::argument_lang),
    ("json", say::argument_json),
    ("caregiver", say::argument_caregiver),
    ("because", say::argument_because),
    ("help", say::argument_help),
    ("days", say::argument_days),
    ("sync", say::argument_sync),
    ("answers", say::argument_answers),
    ("set", say::argument_set),
    ("yes", say::argument_yes),
    ("medication", say::argument_medication),
    ("time", say::argument_time),
    ("slot", say::argument_slot),
    ("line", say::argument_line),
    ("day", say::argument_day),
    ("late_reason", say::argument_late_reason),
    ("again", say::argument_again),
    ("amount", say::argument_amount),
    ("at", say::argument_at),
    ("why", say::argument_why),
    ("text", say::argument_text),
    ("name", say::argument_name),
    ("dose", say::argument_dose),
    ("route", say::argument_route),
    ("frequency", say::argument_frequency),
    ("form", say::argument_form),
    ("from", say::argument_from),
    ("reason", say::argument_reason),
    ("entry", say::argument_entry),
    ("version", say::argument_version),
];

/// Names of values in the line of usage.
const VALUES: &[(&str, Text)] = &[
    ("home", say::value_home),
    ("lang", say::value_lang),
    ("caregiver", say::value_caregiver),
    ("because", say::value_because),
    ("link", say::value_link),
    ("entry", say::value_entry),
    ("days", say::value_days),
    ("language", say::value_language),
    ("file", say::value_file),
    ("split", say::value_split),
    ("files", say::value_files),
    ("what", say::value_what),
    ("day", say::value_day),
    ("answers", say::value_answers),
    ("set", say::value_set),
    ("late_reason", say::value_late_reason),
    ("medication", say::value_medication),
    ("time", say::value_time),
    ("slot", say::value_slot),
    ("line", say::value_line),
    ("amount", say::value_amount),
    ("at", say::value_at),
    ("why", say::value_why),
    ("text", say::value_text),
    ("name", say::value_name),
    ("dose", say::value_dose),
    ("route", say::value_route),
    ("frequency", say::value_frequency),
    ("form", say::value_form),
    ("from", say::value_from),
    ("reason", say::value_reason),
    ("code", say::value_code),
    ("status", say::value_status),
    ("digits", say::value_digits),
    ("dose extra why", say::value_dose_extra_why),
];

/// Replaces what clap itself puts into a help in English.
pub(crate) fn finished(help: &str, lang: Lang) -> String {
    help.replace(OPTIONS, say::options_placeholder(lang))
}

/// Stands for options in clap's line of usage.
const OPTIONS: &str = "[OPTIONS]";

/// The command with its help in `lang`.
pub(crate) fn in_language(command: Command, lang: Lang) -> Command {
    let command = command.after_help(say::after_help(lang));
    translated(command, "", lang)
}

fn translated(command: Command, path: &str, lang: Lang) -> Command {
    let template = format!("{{about}}\n\n{}{{usage}}\n\n{{all-args}}{{after-help}}\n", say::usage(lang));
    let mut command = command
        .help_template(template)
        .subcommand_help_heading(say::heading_commands(lang))
        .subcommand_value_name(say::value_command(lang));
    if let Some(text) = find(TEXTS, path) {
        command = command.about(text(lang));
    }
    command = command.mut_args(|arg| {
        let id = arg.get_id().to_string();
        let heading = match (arg.is_global_set(), arg.is_positional()) {
            (true, _) => say::heading_global(lang),
            (false, true) => say::heading_arguments(lang),
            (false, false) => say::heading_options(lang),
        };
        let arg = arg.help_heading(heading);
        let value = of_argument(VALUES, VALUES, (path, &id)).filter(|_| arg.get_action().takes_values());
        let arg = value.map_or(arg.clone(), |name| arg.value_name(name(lang)));
        let text = of_argument(TEXTS, ARGUMENTS, (path, &id));
        text.map_or(arg.clone(), |text| arg.help(text(lang)))
    });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let below = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command = command.mut_subcommand(&name, |sub| translated(sub, &below, lang));
    }
    command
}

fn find(texts: &[(&str, Text)], key: &str) -> Option<Text> {
    texts.iter().find(|(known, _)| *known == key).map(|(_, text)| *text)
}

/// The text of an argument: that of its command where there is one.
fn of_argument(own: &[(&str, Text)], shared: &[(&str, Text)], (path, id): (&str, &str)) -> Option<Text> {
    find(own, &format!("{path} {id}")).or_else(|| find(shared, id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn without_text(command: &Command, path: &str, missing: &mut Vec<String>) {
        if find(TEXTS, path).is_none() {
            missing.push(path.to_owned());
        }
        for arg in command.get_arguments() {
            let id = arg.get_id().as_str();
            let value = !arg.get_action().takes_values() || of_argument(VALUES, VALUES, (path, id)).is_some();
            if of_argument(TEXTS, ARGUMENTS, (path, id)).is_none() || !value {
                missing.push(format!("{path} {id}"));
            }
        }
        for sub in command.get_subcommands() {
            let below = if path.is_empty() {
                sub.get_name().to_owned()
            } else {
                format!("{path} {}", sub.get_name())
            };
            without_text(sub, &below, missing);
        }
    }

    #[test]
    fn every_command_and_argument_has_its_text() {
        let mut missing = Vec::new();
        without_text(&crate::args::Cli::command(), "", &mut missing);
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn the_help_lists_the_exit_codes_in_both_languages() {
        for lang in [Lang::ZH_CN, Lang::EN] {
            let help = in_language(crate::args::Cli::command(), lang).render_long_help().to_string();
            for code in ["0 ", "1 ", "2 ", "3 ", "4 ", "5 "] {
                assert!(help.contains(code), "{lang}: {code}\n{help}");
            }
        }
    }
}
