//! Failures of servers, relays and configurations in words.

use diary_core::text::Lang;

use super::failure::{folder, keys, link, location, store};
use super::list;
use super::staff::staff;
use crate::config::{ConfigError, TransportError, VariableProblem, known_variables};
use crate::context::active::StartError;
use crate::messages::failure as say;
use crate::relay::PullError;
use crate::relay::client::ClientError;
use crate::relay::setup::RelaySetupError;
use crate::serve::ServeError;
use crate::serve::tls::{TlsError, TlsProblem};
use crate::telemetry::TelemetryError;

/// Sentence for a [`RelaySetupError`].
pub(crate) fn relay_setup(lang: Lang, error: &RelaySetupError) -> String {
    match error {
        RelaySetupError::Folder(error) => folder(lang, error),
        RelaySetupError::Location(error) => say::relay_setup_location(lang, location(lang, error)),
        RelaySetupError::Keys(error) => keys(lang, error),
        RelaySetupError::Store(error) => say::relay_setup_store(lang, store(lang, error)),
        RelaySetupError::File { path, reason } => say::relay_setup_file(lang, path, reason),
        RelaySetupError::NotACard { path } => say::relay_setup_not_a_card(lang, path),
        RelaySetupError::OtherStudy { study, site } => {
            say::relay_setup_other_study(lang, study.to_string(), site.to_string())
        }
        RelaySetupError::OtherRoot => say::relay_setup_other_root(lang).to_owned(),
        RelaySetupError::Named => say::relay_setup_named(lang).to_owned(),
        RelaySetupError::NotABundleFile(error) => say::relay_setup_not_a_bundle_file(lang, error.to_string()),
        RelaySetupError::Bundle(error) => say::relay_setup_bundle(lang, error.to_string()),
        RelaySetupError::RootChanged => say::relay_setup_root_changed(lang).to_owned(),
        RelaySetupError::NotNamed { key } => say::relay_setup_not_named(lang, key.to_string()),
        RelaySetupError::NotNewer => say::relay_setup_not_newer(lang).to_owned(),
        RelaySetupError::Staff(error) => staff(lang, error),
    }
}

/// Sentence for a [`PullError`].
pub(crate) fn pull(lang: Lang, error: &PullError) -> String {
    match error {
        PullError::Client(error) => client(lang, error),
        PullError::NotARelay { host } => say::pull_not_a_relay(lang, host.to_string()),
        PullError::BundleLost { relay, keeper } => say::pull_bundle_lost(lang, *relay, *keeper),
        PullError::Page(error) => say::pull_page(lang, error.to_string()),
        PullError::Staff(error) => staff(lang, error),
        PullError::Store(error) => store(lang, error),
    }
}

/// Sentence for a [`ClientError`].
pub(crate) fn client(lang: Lang, error: &ClientError) -> String {
    match error {
        ClientError::Setup(error) => say::client_setup(lang, error),
        ClientError::Offline { host, reason } => say::client_offline(lang, host, reason),
        ClientError::NotTheRelay { host, status } => say::client_not_the_relay(lang, host, *status),
        ClientError::Problem { message, .. } => say::client_problem(lang, message),
        ClientError::Reply(error) => say::client_reply(lang, error.to_string()),
    }
}

/// Sentence for a [`ServeError`].
pub(crate) fn serve(lang: Lang, error: &ServeError) -> String {
    match error {
        ServeError::Folder(error) => folder(lang, error),
        ServeError::Transport(error) => transport(lang, error),
        ServeError::Tls(error) => tls(lang, error),
        ServeError::Start(error) => say::serve_start(lang, start(lang, error)),
        ServeError::BackupElsewhere => say::serve_backup_elsewhere(lang).to_owned(),
        ServeError::Staff(error) => staff(lang, error),
        ServeError::RelayHost(error) => say::serve_relay_host(lang, link(lang, *error)),
        ServeError::Relay(error) => pull(lang, error),
        ServeError::Listen { key, listen, reason } => {
            say::serve_listen(lang, *key, listen.to_string(), reason)
        }
        ServeError::DiskFailed => say::serve_disk_failed(lang).to_owned(),
        ServeError::Stopped(error) => say::serve_stopped(lang, error),
    }
}

/// Sentence for a [`StartError`].
pub(crate) fn start(lang: Lang, error: &StartError) -> String {
    match error {
        StartError::Store(error) => store(lang, error),
        StartError::NotFounded => say::start_not_founded(lang).to_owned(),
        StartError::Bundle(error) => say::start_bundle(lang, error.to_string()),
        StartError::NotInBundle { key } => say::start_not_in_bundle(lang, key.to_string()),
        StartError::Retired { key } => say::start_retired(lang, key.to_string()),
    }
}

/// Sentence for a [`TransportError`].
pub(crate) fn transport(lang: Lang, error: &TransportError) -> String {
    match error {
        TransportError::PlainInTheOpen { listen } => {
            say::transport_plain_in_the_open(lang, listen.to_string())
        }
    }
}

/// Sentence for a [`TlsError`].
pub(crate) fn tls(lang: Lang, error: &TlsError) -> String {
    match error {
        TlsError::File { key, path, problem: TlsProblem::Quoted(problem) } => {
            say::tls_file(lang, *key, path, problem)
        }
        TlsError::File { key, path, problem: TlsProblem::NoCertificate } => {
            say::tls_file(lang, *key, path, say::tls_no_certificate(lang))
        }
        TlsError::Pair(error) => say::tls_pair(lang, error.to_string()),
    }
}

/// Sentence for a [`TelemetryError`].
pub(crate) fn telemetry(lang: Lang, error: &TelemetryError) -> String {
    match error {
        TelemetryError::Filter { reason } => say::telemetry_filter(lang, reason),
        TelemetryError::AlreadySet => say::telemetry_already_set(lang).to_owned(),
    }
}

/// Sentence for a [`ConfigError`].
pub(crate) fn config(lang: Lang, error: &ConfigError) -> String {
    match error {
        ConfigError::Unreadable { file, reason } => say::config_unreadable(lang, file, reason),
        ConfigError::Key(error) => error.to_string(),
        ConfigError::UnknownVariable { name } => {
            say::config_unknown_variable(lang, name, list(lang, known_variables()))
        }
        ConfigError::Variable { name, problem } => {
            say::config_variable(lang, *name, variable_problem(lang, *problem))
        }
    }
}

fn variable_problem(lang: Lang, problem: VariableProblem) -> &'static str {
    match problem {
        VariableProblem::TlsPair => say::variable_tls_pair(lang),
        VariableProblem::Address => say::variable_address(lang),
        VariableProblem::AddressOrOff => say::variable_address_or_off(lang),
        VariableProblem::Boolean => say::variable_boolean(lang),
        VariableProblem::LogFormat => say::variable_log_format(lang),
    }
}
