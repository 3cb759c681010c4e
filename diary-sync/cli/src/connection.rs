//! One contact with the hospital on behalf of a command, and how it is told to scripts.

use std::time::Duration;

use diary_sync::SyncError;
use diary_sync::transport::{Transport, TransportError};
use diary_sync::{ContactOutcome, Mode, SyncIssue};
use diary_view::connection::ConnectionState;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::session::{Dialogue, Session};
use crate::words;

/// A command that has saved something tries no longer than this to send it as well.
const QUICK: Duration = Duration::from_secs(20);

/// Seals, without any contact, what is to leave at once and what belongs to a day that is over. Where that cannot be
/// done it is said; what was saved is saved all the same.
pub(crate) fn seal_due(talk: &mut Dialogue<'_, '_>) -> Result<(), Failure> {
    let env = &talk.screen.env;
    match diary_sync::seal_due(&mut talk.session.diary, &env.moment()) {
        Ok(_) => Ok(()),
        Err(error) => Ok(talk.screen.warn(&words::trouble::sync(&error, talk.screen.lang))?),
    }
}

/// One contact: everything that waits, and the log read to its end.
pub(crate) async fn contact<T: Transport>(
    talk: &mut Dialogue<'_, '_>,
    mode: Mode,
    connect: impl Fn() -> Result<T, TransportError>,
) -> Result<ContactOutcome, SyncError> {
    let transport = match connect() {
        Ok(transport) => transport,
        Err(error) => return stopped(talk.session, error),
    };
    let env = &talk.screen.env;
    diary_sync::sync(&mut talk.session.diary, mode, &env.host(&transport)).await
}

/// As [`contact`], given up after a while: what was saved is saved all the same.
pub(crate) async fn once<T: Transport>(
    talk: &mut Dialogue<'_, '_>,
    connect: impl Fn() -> Result<T, TransportError>,
) -> Result<ContactOutcome, Failure> {
    match tokio::time::timeout(QUICK, contact(talk, Mode::Once, connect)).await {
        Ok(Ok(outcome)) => Ok(outcome),
        // The entry is saved: a failure here must not look like a failure to save, or it would be entered again.
        Ok(Err(error)) => Ok(left(talk.session, error.into_trouble())?),
        Err(_) => Ok(stopped(talk.session, TransportError::TimedOut)?),
    }
}

fn stopped(session: &Session, why: TransportError) -> Result<ContactOutcome, SyncError> {
    left(session, SyncIssue::Transport(why))
}

/// Outcome of a contact that `trouble` ended, with the numbers of entries left to send.
fn left(session: &Session, trouble: SyncIssue) -> Result<ContactOutcome, SyncError> {
    let store = session.diary.store();
    let (waiting, unmerged) = (store.not_received()?, store.not_settled()?);
    Ok(ContactOutcome { waiting, unmerged, trouble: Some(trouble), ..ContactOutcome::default() })
}

/// Outcome of a contact, for scripts.
pub(crate) fn document(outcome: &ContactOutcome) -> Value {
    json!({
        "sealed": outcome.sealed,
        "pushed": outcome.pushed,
        "downlink": outcome.downlink,
        "waiting": outcome.waiting,
        "received": outcome.received,
        "switched_off": outcome.switched_off,
        "unmerged": outcome.unmerged,
        "trouble": outcome.trouble.as_ref().map(SyncIssue::code),
    })
}

/// State of the connection, for scripts.
pub(crate) fn state_document(state: &ConnectionState) -> Value {
    let ConnectionState { connection, digits, only_here, at_relay, set_aside } = state;
    json!({
        "state": connection.code(), "digits": digits, "only_here": only_here, "at_relay": at_relay,
        "set_aside": set_aside,
    })
}
