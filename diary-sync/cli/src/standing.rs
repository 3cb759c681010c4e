//! How the diary stands with the hospital, from what is kept here alone: the same for every command that tells it.

use diary_core::diary::DiaryError;
use serde_json::{Value, json};

use crate::session::Session;

/// How the conversation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Connection {
    /// Staff have not confirmed this device.
    Pending,
    /// The hospital has not yet shown that it can read what is sent.
    NotYet,
    /// It has.
    Connected,
    /// The site has switched this device off.
    SwitchedOff,
}

impl Connection {
    /// For scripts.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::NotYet => "not-yet-connected",
            Self::Connected => "connected",
            Self::SwitchedOff => "switched-off",
        }
    }
}

/// How the diary stands with the hospital.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Standing {
    /// The conversation.
    pub(crate) connection: Connection,
    /// The six digits of a device that is not confirmed.
    pub(crate) digits: Option<String>,
    /// Entries that no server has received.
    pub(crate) only_here: u64,
    /// Entries that wait at a relay.
    pub(crate) at_relay: u64,
    /// Entries that the hospital has received and set aside.
    pub(crate) set_aside: u64,
}

/// How the diary of `session` stands.
pub(crate) fn of(session: &Session) -> Result<Standing, DiaryError> {
    let (device, store) = (session.diary.device(), session.diary.store());
    let connection = if device.revocation.is_some() {
        Connection::SwitchedOff
    } else if device.certificate.is_none() {
        Connection::Pending
    } else if device.challenge_returned.is_none() {
        Connection::NotYet
    } else {
        Connection::Connected
    };
    let digits = (connection == Connection::Pending).then(|| diary_sync::join::digits(device).to_string());
    let at_relay = store.waiting_at_relay()?;
    let only_here = store.not_received()?.saturating_sub(at_relay);
    Ok(Standing { connection, digits, only_here, at_relay, set_aside: store.set_aside()? })
}

/// For scripts.
pub(crate) fn document(standing: &Standing) -> Value {
    let Standing { connection, digits, only_here, at_relay, set_aside } = standing;
    json!({
        "state": connection.code(), "digits": digits, "only_here": only_here, "at_relay": at_relay,
        "set_aside": set_aside,
    })
}
