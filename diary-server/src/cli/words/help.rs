//! The texts of `--help`, by the path of the command and the name of the argument.

use clap::Command;
use diary_core::text::Lang;

use crate::messages::help as say;

/// A text in a language.
type Text = fn(Lang) -> &'static str;

/// Texts of commands, and of arguments that say something of their own there.
const TEXTS: &[(&str, Text)] = &[
    ("", say::diary_server),
    ("init", say::init),
    ("init study", say::init_study),
    ("init site", say::init_site),
    ("init offline", say::init_offline),
    ("init host", say::init_host),
    ("init demo", say::init_demo),
    ("serve", say::serve),
    ("serve listen", say::serve_listen),
    ("serve demo", say::serve_demo),
    ("serve relay", say::serve_relay),
    ("staff", say::staff),
    ("staff list", say::staff_list),
    ("staff add", say::staff_add),
    ("staff role", say::staff_role),
    ("staff site", say::staff_site),
    ("staff site remove", say::staff_site_remove),
    ("staff disable", say::staff_disable),
    ("staff reset", say::staff_reset),
    ("staff add name", say::staff_name),
    ("staff add role", say::staff_role_of),
    ("staff add site", say::staff_site_of),
    ("staff role name", say::staff_name),
    ("staff role role", say::staff_role_of),
    ("staff role site", say::staff_site_of),
    ("staff site name", say::staff_name),
    ("staff disable name", say::staff_name),
    ("staff reset name", say::staff_name),
    ("site", say::site),
    ("site list", say::site_list),
    ("site add", say::site_add),
    ("site add site", say::site_add_site),
    ("site add root_key", say::argument_root),
    ("site add offline", say::site_add_offline),
    ("participant", say::participant),
    ("participant add", say::participant_add),
    ("participant add site", say::participant_add_site),
    ("participant add yes", say::participant_add_yes),
    ("participant list", say::participant_list),
    ("participant show", say::participant_show),
    ("participant rename", say::participant_rename),
    ("participant rename new", say::participant_rename_new),
    ("participant rename yes", say::participant_rename_yes),
    ("participant link", say::participant_link),
    ("participant link other", say::participant_link_other),
    ("participant link undo", say::participant_link_undo),
    ("participant attach", say::participant_attach),
    ("participant attach vault", say::participant_attach_vault),
    ("participant attach renamed_from", say::participant_attach_renamed_from),
    ("participant attach reason", say::participant_attach_reason),
    ("participant anchor", say::participant_anchor),
    ("participant anchor anchor", say::participant_anchor_anchor),
    ("participant anchor date", say::participant_anchor_date),
    ("participant anchor reason", say::participant_anchor_reason),
    ("participant regimen", say::participant_regimen),
    ("participant regimen file", say::participant_regimen_file),
    ("participant regimen reason", say::participant_regimen_reason),
    ("participant visit", say::participant_visit),
    ("participant visit date", say::participant_visit_date),
    ("participant visit kind", say::participant_visit_kind),
    ("participant visit held", say::participant_visit_held),
    ("participant visit reason", say::participant_visit_reason),
    ("participant infusion", say::participant_infusion),
    ("participant infusion cycle", say::participant_infusion_cycle),
    ("participant infusion day", say::participant_infusion_day),
    ("participant infusion start", say::participant_infusion_start),
    ("participant infusion stop", say::participant_infusion_stop),
    ("participant infusion dose", say::participant_infusion_dose),
    ("participant infusion reason", say::participant_infusion_reason),
    ("participant interruption", say::participant_interruption),
    ("participant interruption act", say::participant_interruption_act),
    ("participant interruption paused", say::participant_interruption_paused),
    ("participant interruption resumed", say::participant_interruption_resumed),
    ("participant interruption ended", say::participant_interruption_ended),
    ("participant interruption none", say::participant_interruption_none),
    ("participant interruption given", say::participant_interruption_given),
    ("participant interruption reason", say::participant_interruption_reason),
    ("participant end", say::participant_end),
    ("participant end how", say::participant_end_how),
    ("participant end last", say::participant_end_last),
    ("participant end corrects", say::participant_end_corrects),
    ("participant end yes", say::participant_end_yes),
    ("participant first-day", say::participant_first_day),
    ("participant first-day date", say::participant_first_day_date),
    ("participant first-day yes", say::participant_first_day_yes),
    ("participant acts", say::participant_acts),
    ("participant withdraw", say::participant_withdraw),
    ("participant withdraw act", say::participant_withdraw_act),
    ("participant withdraw yes", say::participant_withdraw_yes),
    ("participant entries", say::participant_entries),
    ("participant entries not-theirs", say::participant_entries_not_theirs),
    ("participant entries not-theirs entries", say::participant_entries_not_theirs_entries),
    ("participant entries take-over", say::participant_entries_take_over),
    ("participant entries take-over entries", say::participant_entries_take_over_entries),
    ("participant entries take-over from", say::participant_entries_take_over_from),
    ("participant adjudicate", say::participant_adjudicate),
    ("participant adjudicate entry", say::participant_adjudicate_entry),
    ("participant adjudicate reason", say::participant_adjudicate_reason),
    ("participant handled", say::participant_handled),
    ("participant handled rule", say::participant_handled_rule),
    ("participant handled what", say::participant_handled_what),
    ("enrol", say::enrol),
    ("enrol minutes", say::enrol_minutes),
    ("enrol host", say::enrol_host),
    ("enrol lent", say::enrol_lent),
    ("pending", say::pending),
    ("confirm", say::confirm),
    ("confirm digits", say::confirm_digits),
    ("confirm phone", say::confirm_phone),
    ("confirm scope", say::confirm_scope),
    ("confirm reason", say::confirm_reason),
    ("recovery-secret", say::recovery_secret),
    ("recovery-secret reason", say::recovery_secret_reason),
    ("report", say::report),
    ("report days", say::report_days),
    ("report html", say::report_html),
    ("report pdf", say::report_pdf),
    ("report replace", say::report_replace),
    ("study", say::study),
    ("study check", say::study_check),
    ("study publish", say::study_publish),
    ("rebuild", say::rebuild),
    ("rebuild site", say::argument_only_site),
    ("rebuild from_sealed", say::rebuild_from_sealed),
    ("rebuild recovery_key", say::rebuild_recovery_key),
    ("rebuild replace", say::rebuild_replace),
    ("trail", say::trail),
    ("status", say::status),
    ("status site", say::argument_only_site),
    ("clock", say::clock),
    ("clock accept", say::clock_accept),
    ("clock accept reason", say::clock_accept_reason),
    ("worklist", say::worklist),
    ("worklist site", say::argument_only_site),
    ("worklist days_without_contact", say::worklist_days_without_contact),
    ("worklist completion", say::worklist_completion),
    ("quarantine", say::quarantine),
    ("quarantine list", say::quarantine_list),
    ("quarantine list of", say::quarantine_list_of),
    ("quarantine show", say::quarantine_show),
    ("quarantine retry", say::quarantine_retry),
    ("quarantine accept", say::quarantine_accept),
    ("quarantine accept record", say::quarantine_accept_record),
    ("quarantine accept reason", say::quarantine_accept_reason),
    ("quarantine reject", say::quarantine_reject),
    ("quarantine reject record", say::quarantine_reject_record),
    ("quarantine reject reason", say::quarantine_reject_reason),
    ("keys", say::keys),
    ("keys list", say::keys_list),
    ("keys rotate", say::keys_rotate),
    ("keys rotate now", say::keys_rotate_now),
    ("keys rotate reason", say::keys_rotate_reason),
    ("keys activate", say::keys_activate),
    ("keys activate generation", say::keys_activate_generation),
    ("keys activate reason", say::keys_activate_reason),
    ("keys renew", say::keys_renew),
    ("keys drill", say::keys_drill),
    ("keys drill recovery_key", say::keys_drill_recovery_key),
    ("keys rewrap", say::keys_rewrap),
    ("keys rewrap recovery_key", say::keys_rewrap_recovery_key),
    ("receive", say::receive),
    ("receive files", say::receive_files),
    ("receive receipts", say::receive_receipts),
    ("backup", say::backup),
    ("backup to", say::backup_to),
    ("restore", say::restore),
    ("restore backup", say::restore_backup),
    ("restore recovery_key", say::restore_recovery_key),
    ("restore root", say::restore_root),
    ("restore keys", say::restore_keys),
    ("move", say::r#move),
    ("move from", say::move_from),
    ("move to", say::move_to),
    ("move give_up", say::move_give_up),
    ("database", say::database),
    ("database roles", say::database_roles),
    ("database roles export", say::database_roles_export),
    ("database roles serve", say::database_roles_serve),
    ("database roles print", say::database_roles_print),
    ("phones", say::phones),
    ("revoke", say::revoke),
    ("revoke because", say::revoke_because),
    ("revoke reason", say::revoke_reason),
    ("give-back", say::give_back),
    ("give-back reason", say::give_back_reason),
    ("lend", say::lend),
    ("lend label", say::lend_label),
    ("lend own", say::lend_own),
    ("lend reason", say::lend_reason),
    ("allow", say::allow),
    ("allow times", say::allow_times),
    ("allow clear", say::allow_clear),
    ("allow reason", say::allow_reason),
    ("relay", say::relay),
    ("relay init", say::relay_init),
    ("relay init study", say::relay_init_study),
    ("relay init site", say::relay_init_site),
    ("relay init host", say::relay_init_host),
    ("relay init demo", say::relay_init_demo),
    ("relay add", say::relay_add),
    ("relay add file", say::relay_add_file),
    ("relay add out", say::relay_add_out),
    ("relay bundle", say::relay_bundle),
    ("relay bundle file", say::relay_bundle_file),
    ("pull", say::pull),
    ("pull relay", say::pull_relay),
    ("pull watch", say::pull_watch),
    ("pull again", say::pull_again),
    ("export", say::export),
    ("export files", say::export_files),
    ("export files folder", say::export_files_folder),
    ("export files sealed_only", say::export_files_sealed_only),
    ("export csv", say::export_csv),
    ("export csv folder", say::export_csv_folder),
    ("export csv to", say::export_csv_to),
    ("export csv site", say::argument_only_site),
    ("export csv participant", say::export_csv_participant),
    ("export csv spreadsheet", say::export_csv_spreadsheet),
    ("verify", say::verify),
    ("verify target", say::verify_target),
    ("verify root_fingerprint", say::verify_root_fingerprint),
];

/// Texts of arguments that mean the same everywhere.
const ARGUMENTS: &[(&str, Text)] = &[
    ("data", say::argument_data),
    ("config", say::argument_config),
    ("database", say::argument_database),
    ("by", say::argument_by),
    ("json", say::argument_json),
    ("lang", say::argument_lang),
    ("subject", say::argument_subject),
    ("yes", say::argument_yes),
    ("reason", say::argument_reason),
    ("corrects", say::argument_corrects),
    ("phone", say::argument_phone),
    ("folder", say::argument_folder),
    ("root", say::argument_root),
    ("site", say::argument_site),
    ("of", say::argument_of),
    ("record", say::argument_record),
    ("help", say::argument_help),
    ("version", say::argument_version),
];

/// Texts below the options of a command.
const BELOW: &[(&str, Text)] = &[
    ("", say::exit_codes),
    ("worklist", say::after_worklist),
    ("backup", say::after_backup),
    ("restore", say::after_restore),
    ("move", say::after_move),
    ("database roles", say::after_roles),
];

/// The command with its help in `lang`.
pub(crate) fn in_language(command: Command, lang: Lang) -> Command {
    translated(command, "", lang)
}

fn translated(command: Command, path: &str, lang: Lang) -> Command {
    let template = format!("{{about}}\n\n{}{{usage}}\n\n{{all-args}}{{after-help}}\n", say::usage(lang));
    let mut command = command
        .help_template(template)
        .subcommand_help_heading(say::heading_commands(lang))
        .subcommand_value_name(say::value_command(lang));
    if let Some(text) = find(TEXTS, path) {
        command = command.about(text(lang)).long_about(None);
    }
    if let Some(text) = find(BELOW, path) {
        command = command.after_help(text(lang));
    }
    command = command.mut_args(|arg| {
        let heading = match (arg.is_global_set(), arg.is_positional()) {
            (true, _) => say::heading_global(lang),
            (false, true) => say::heading_arguments(lang),
            (false, false) => say::heading_options(lang),
        };
        let text = of_argument(path, arg.get_id().as_str());
        let arg = arg.help_heading(heading);
        match text {
            Some(text) => arg.help(text(lang)).long_help(None),
            None => arg,
        }
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
fn of_argument(path: &str, id: &str) -> Option<Text> {
    find(TEXTS, &format!("{path} {id}")).or_else(|| find(ARGUMENTS, id))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use diary_messages::pseudo::{TAG, foreign_words};

    use super::*;

    fn of_no_catalogue(command: &Command, path: &str, found: &mut Vec<String>) {
        let is_ours = |text: Option<String>| text.is_some_and(|text| foreign_words(&text).count() == 0);
        if !is_ours(command.get_about().map(ToString::to_string)) {
            found.push(path.to_owned());
        }
        for arg in command.get_arguments() {
            if !is_ours(arg.get_help().map(ToString::to_string)) {
                found.push(format!("{path} {}", arg.get_id()));
            }
        }
        for sub in command.get_subcommands() {
            let name = sub.get_name();
            let below = if path.is_empty() { name.to_owned() } else { format!("{path} {name}") };
            of_no_catalogue(sub, &below, found);
        }
    }

    #[test]
    fn every_command_and_argument_has_its_text_in_a_catalogue() {
        let mut found = Vec::new();
        let command = in_language(crate::cli::Cli::command(), TAG.parse().unwrap());
        of_no_catalogue(&command, "", &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
}
