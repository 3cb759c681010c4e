//! The words of `diary status`.

use diary_core::store::DayState;
use diary_core::text::Lang;
use diary_view::connection::Connection;
use diary_view::delivery::Progress;

use crate::messages::status as say;
pub(crate) use crate::messages::status::{
    entries_stuck, giving_again, new_incarnation, nothing_waits, other_site,
};

/// Headings of the table.
pub(crate) fn headings(lang: Lang) -> [&'static str; 6] {
    let [day, here, sent] = [say::column_day(lang), say::column_here(lang), say::column_sent(lang)];
    [day, here, sent, say::column_received(lang), say::column_in_record(lang), ""]
}

/// Progress of a day's entries, with the time of receipt where there is one.
pub(crate) fn progress(progress: Progress, received_at: Option<&str>, lang: Lang) -> String {
    let word = match progress {
        Progress::Nothing => say::progress_nothing(lang),
        Progress::FromHospital => say::progress_from_hospital(lang),
        Progress::SavedHere => say::progress_saved_here(lang),
        Progress::PartlySent => say::progress_partly_sent(lang),
        Progress::Sent => say::progress_sent(lang),
        Progress::Received => say::progress_received(lang),
        Progress::InTheRecord => say::progress_in_the_record(lang),
        Progress::BackedUp => say::progress_backed_up(lang),
        Progress::PutAside => say::progress_put_aside(lang),
    };
    match received_at {
        Some(at) => format!("{word}  {at}"),
        None => word.to_owned(),
    }
}

/// The counts of a day, where there is something to count.
pub(crate) fn counts(state: &DayState, lang: Lang) -> String {
    match state.made {
        0 => String::new(),
        made => say::counts(lang, state.received, made),
    }
}

/// State of the connection to the hospital.
pub(crate) fn connection(connection: Connection, lang: Lang) -> &'static str {
    match connection {
        Connection::Pending => say::pending(lang),
        Connection::NotYet => say::not_connected(lang),
        Connection::Connected => say::connected(lang),
        Connection::SwitchedOff => say::switched_off(lang),
    }
}

/// Time of the last contact.
pub(crate) fn last_contact(at: Option<&str>, lang: Lang) -> String {
    match at {
        Some(at) => say::last_contact(lang, at),
        None => say::no_contact(lang).to_owned(),
    }
}

/// Reason for the failure of the last try.
pub(crate) fn last_trouble(code: &str, lang: Lang) -> String {
    let why = trouble(code, lang);
    say::last_trouble(lang, why)
}

/// Reason for a failure, by its stored code; a code of a later program stays as it is.
fn trouble(code: &str, lang: Lang) -> &str {
    match code {
        "offline" => say::trouble_offline(lang),
        "timed-out" => say::trouble_timed_out(lang),
        "not-secure" => say::trouble_not_secure(lang),
        "answer-too-large" => say::trouble_answer_too_large(lang),
        "network-setup" => say::trouble_network_setup(lang),
        "not-the-server" => say::trouble_not_the_server(lang),
        "signature" => say::trouble_signature(lang),
        "problem" | "refused" => say::trouble_refused(lang),
        "log" => say::trouble_log(lang),
        "study" => say::trouble_study(lang),
        "no-site-key" | "bundle-conflict" => say::trouble_keys(lang),
        other => other,
    }
}

/// One of them: its day and what is wrong.
pub(crate) fn stuck_one(day: &str, code: &str, lang: Lang) -> String {
    let why = match code {
        diary_sync::pack::UNREADABLE => say::entry_unreadable(lang),
        diary_sync::pack::OVERSIZE => say::entry_oversize(lang),
        other => other,
    };
    format!("{day}  {why}")
}
