//! State of the connection with the hospital, from what is kept on the device alone: what is saved here, received,
//! merged, set aside, waiting at a relay, switched off, and the next step.

use diary_core::diary::{Diary, DiaryError};
use diary_core::store::{PastIncarnation, StuckRevision};
use diary_core::time::UtcMillis;
use diary_sync::SyncIssue;

/// Stage that the connection has reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Connection {
    /// Staff have not confirmed this device.
    Pending,
    /// The hospital has not yet proven that it can read what is sent.
    NotYet,
    /// The hospital can read what is sent.
    Connected,
    /// The site has switched this device off.
    SwitchedOff,
}

impl Connection {
    /// Code for scripts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::NotYet => "not-yet-connected",
            Self::Connected => "connected",
            Self::SwitchedOff => "switched-off",
        }
    }
}

/// State of the connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConnectionState {
    /// Its stage.
    pub connection: Connection,
    /// The six digits of a device that is not confirmed.
    pub digits: Option<String>,
    /// Entries that no server has received.
    pub only_here: u64,
    /// Entries that wait at a relay.
    pub at_relay: u64,
    /// Entries that the hospital has received and set aside.
    pub set_aside: u64,
}

/// Something that the participant has to know of the connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConnectionRemark {
    /// Staff have to confirm this device.
    Pending {
        /// The six digits to read to them.
        digits: String,
    },
    /// A further contact has to prove that the hospital can read the diary.
    NotYet,
    /// Entries wait at a relay until the hospital fetches them.
    AtRelay {
        /// Their number.
        entries: u64,
    },
    /// Entries were received and set aside until the study team has looked at them.
    SetAside {
        /// Their number.
        entries: u64,
    },
}

/// Next step of the participant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NextStep {
    /// Nothing is to be done.
    Nothing,
    /// Read the six digits to the study team.
    ReadDigits,
    /// Get in contact: entries are only here, or the connection is not proven yet.
    Contact,
    /// Ask the study team about what was set aside.
    AskStudyTeam,
}

/// State of the connection of a diary.
///
/// # Errors
/// [`DiaryError`] if the store fails.
pub fn of(diary: &Diary) -> Result<ConnectionState, DiaryError> {
    let (device, store) = (diary.device(), diary.store());
    let connection = if device.revocation.is_some() {
        Connection::SwitchedOff
    } else if diary.certificate()?.is_none() {
        Connection::Pending
    } else if device.challenge_returned.is_none() {
        Connection::NotYet
    } else {
        Connection::Connected
    };
    let digits = (connection == Connection::Pending).then(|| diary_sync::join::digits(device).to_string());
    let at_relay = store.waiting_at_relay()?;
    let only_here = store.not_received()?.saturating_sub(at_relay);
    Ok(ConnectionState { connection, digits, only_here, at_relay, set_aside: store.set_aside()? })
}

impl ConnectionState {
    /// Everything out of the ordinary; nothing where all is as it should be. Entries that are only here are counted by
    /// [`Self::only_here`], and a device that was switched off is told by its stage, with what was set aside.
    #[must_use]
    pub fn remarks(&self) -> Vec<ConnectionRemark> {
        let mut remarks = Vec::new();
        match (self.connection, &self.digits) {
            (Connection::Pending, Some(digits)) => {
                remarks.push(ConnectionRemark::Pending { digits: digits.clone() });
            }
            (Connection::NotYet, _) => remarks.push(ConnectionRemark::NotYet),
            (Connection::Pending | Connection::Connected | Connection::SwitchedOff, _) => {}
        }
        remarks.extend(self.away());
        remarks
    }

    /// Remarks on entries that have left the device and are not in the record.
    #[must_use]
    pub fn away(&self) -> Vec<ConnectionRemark> {
        let mut remarks = Vec::new();
        if self.at_relay > 0 {
            remarks.push(ConnectionRemark::AtRelay { entries: self.at_relay });
        }
        if self.set_aside > 0 && self.connection != Connection::SwitchedOff {
            remarks.push(ConnectionRemark::SetAside { entries: self.set_aside });
        }
        remarks
    }

    /// Next step of the participant, the most pressing first.
    #[must_use]
    pub const fn next_step(&self) -> NextStep {
        match self.connection {
            Connection::Pending => NextStep::ReadDigits,
            Connection::NotYet => NextStep::Contact,
            Connection::Connected | Connection::SwitchedOff if self.only_here > 0 => NextStep::Contact,
            Connection::Connected if self.set_aside > 0 => NextStep::AskStudyTeam,
            Connection::Connected | Connection::SwitchedOff => NextStep::Nothing,
        }
    }
}

/// Outcome of the last try to reach the hospital, where it failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LastTrouble {
    /// It lasts until the study team acts.
    NeedsStudyTeam(SyncIssue),
    /// It passes by itself; its code, which may be one of a later program.
    Passing(String),
}

/// Classifies the code of a failure that is kept with the conversation.
#[must_use]
pub fn last_trouble(code: &str) -> LastTrouble {
    SyncIssue::to_be_told(code)
        .map_or_else(|| LastTrouble::Passing(code.to_owned()), LastTrouble::NeedsStudyTeam)
}

/// Contact so far, with what happened to the diary or to the hospital's server on the way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConnectionHistory {
    /// Last exchange, by the device's clock.
    pub last_contact: Option<UtcMillis>,
    /// Failure of the last try.
    pub trouble: Option<LastTrouble>,
    /// Site for which the device was confirmed, where that is not the one it joined.
    pub other_site: Option<String>,
    /// Earlier incarnations of the diary, oldest first: it was restored or copied.
    pub past_incarnations: Vec<PastIncarnation>,
    /// The hospital's server fell back, and is given again what it had.
    pub sending_again: bool,
    /// Entries that cannot be prepared for sending.
    pub stuck: Vec<StuckRevision>,
}

impl ConnectionHistory {
    /// History of the connection of a diary.
    ///
    /// # Errors
    /// [`DiaryError`] if the store fails.
    pub fn of(diary: &Diary) -> Result<Self, DiaryError> {
        let store = diary.store();
        let conversation = store.conversation()?;
        Ok(Self {
            last_contact: conversation.pushed.max(conversation.pulled),
            trouble: conversation.trouble.as_deref().map(last_trouble),
            other_site: conversation.other_site,
            past_incarnations: store.past_incarnations()?,
            sending_again: !store.rechecks()?.is_empty(),
            stuck: store.stuck()?,
        })
    }

    /// Instant at which the last earlier incarnation ended.
    #[must_use]
    pub fn restored(&self) -> Option<UtcMillis> {
        self.past_incarnations.last().map(|incarnation| incarnation.ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: ConnectionState = ConnectionState {
        connection: Connection::Connected,
        digits: None,
        only_here: 0,
        at_relay: 0,
        set_aside: 0,
    };

    #[test]
    fn a_plain_state_has_no_remark_and_each_other_one_has_its_own() {
        let only_here = ConnectionState { only_here: 3, ..PLAIN };
        assert_eq!(only_here.remarks(), []);
        let digits = "012345".to_owned();
        let pending =
            ConnectionState { connection: Connection::Pending, digits: Some(digits.clone()), ..PLAIN };
        assert_eq!(pending.remarks(), [ConnectionRemark::Pending { digits }]);
        let not_yet = ConnectionState { connection: Connection::NotYet, ..PLAIN };
        assert_eq!(not_yet.remarks(), [ConnectionRemark::NotYet]);
        let away = ConnectionState { at_relay: 2, set_aside: 1, ..PLAIN };
        let expected = [ConnectionRemark::AtRelay { entries: 2 }, ConnectionRemark::SetAside { entries: 1 }];
        assert_eq!(away.remarks(), expected);
        let off = ConnectionState { connection: Connection::SwitchedOff, at_relay: 0, ..away };
        assert_eq!(off.remarks(), []);
    }

    #[test]
    fn the_next_step_is_the_most_pressing_one() {
        let step = |connection, only_here, set_aside| {
            ConnectionState { connection, only_here, set_aside, ..PLAIN }.next_step()
        };
        assert_eq!(step(Connection::Pending, 3, 1), NextStep::ReadDigits);
        assert_eq!(step(Connection::NotYet, 0, 1), NextStep::Contact);
        assert_eq!(step(Connection::Connected, 3, 1), NextStep::Contact);
        assert_eq!(step(Connection::Connected, 0, 1), NextStep::AskStudyTeam);
        assert_eq!(step(Connection::Connected, 0, 0), NextStep::Nothing);
        assert_eq!(step(Connection::SwitchedOff, 1, 4), NextStep::Contact);
        assert_eq!(step(Connection::SwitchedOff, 0, 4), NextStep::Nothing);
    }

    #[test]
    fn a_used_up_allowance_needs_the_study_team_and_a_missing_network_passes() {
        assert!(matches!(
            last_trouble(diary_sync::sync_issue::ALLOWANCE_USED),
            LastTrouble::NeedsStudyTeam(_)
        ));
        assert_eq!(last_trouble("offline"), LastTrouble::Passing("offline".to_owned()));
        assert_eq!(last_trouble("of-a-later-program"), LastTrouble::Passing("of-a-later-program".to_owned()));
    }
}
