//! The words of `diary sync`.

use diary_core::text::Lang;
use diary_sync::{ContactOutcome, SyncIssue};
use diary_view::connection::ConnectionState;
use diary_view::contact::{self, Contact, InRecord};

use super::trouble;
use crate::messages::sync as say;
pub(crate) use crate::messages::sync::watching;

/// Message about the outcome of a contact.
pub(crate) fn outcome(outcome: &ContactOutcome, state: &ConnectionState, lang: Lang) -> String {
    let mut told = vec![contact(&contact::summary(outcome, state), lang)];
    told.extend(super::standing::lines(state, lang));
    if outcome.keys_expired {
        told.push(say::keys_expired(lang).to_owned());
    }
    told.retain(|line| !line.is_empty());
    told.join("\n")
}

/// The truth for a phone that was switched off: what was received, that it was set aside, what still waits.
fn switched_off(received: u64, trouble: Option<&SyncIssue>, left: u64, lang: Lang) -> String {
    let mut parts = vec![say::switched_off(lang).to_owned()];
    if received > 0 {
        parts.push(say::received_set_aside(lang, received));
    }
    if let Some(trouble) = trouble {
        parts.push(trouble::message(trouble, lang));
    }
    match left {
        0 => parts.push(say::nothing_waits(lang).to_owned()),
        n => parts.push(say::waiting(lang, n)),
    }
    parts.push(say::nothing_asked(lang).to_owned());
    parts.into_iter().reduce(|before, next| say::sentences(lang, before, next)).unwrap_or_default()
}

fn contact(contact: &Contact, lang: Lang) -> String {
    match contact {
        Contact::SwitchedOff { received, trouble, waiting } => {
            switched_off(*received, trouble.as_ref(), *waiting, lang)
        }
        Contact::Failed { trouble, only_here } => {
            let message = trouble::message(trouble, lang);
            match only_here {
                0 => message,
                n => say::sentences(lang, message, say::waiting(lang, *n)),
            }
        }
        Contact::Waiting { only_here: 0 } => String::new(),
        Contact::Waiting { only_here } => say::waiting(lang, *only_here),
        Contact::Received(in_record) => received(*in_record, lang),
    }
}

fn received(in_record: InRecord, lang: Lang) -> String {
    match in_record {
        InRecord::AllButSetAside => say::received(lang).to_owned(),
        InRecord::All => say::received_in_record(lang).to_owned(),
        InRecord::Missing(n) => say::received_missing(lang, n),
    }
}

/// After something was saved and a contact was tried.
pub(crate) fn after_saving(
    sent: &ContactOutcome,
    unsent_days: usize,
    state: &ConnectionState,
    lang: Lang,
) -> String {
    if contact::has_saved_entry(sent, unsent_days) {
        return say::saved_received(lang).to_owned();
    }
    say::saved_then(lang, outcome(sent, state, lang))
}
