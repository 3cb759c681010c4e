//! Outcome of one contact with the hospital, as a participant has to be told it.

use diary_sync::{ContactOutcome, SyncIssue};

use crate::connection::ConnectionState;

/// Outcome of a contact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Contact {
    /// The phone was switched off.
    SwitchedOff {
        /// Entries that were received in this contact and set aside.
        received: u64,
        /// Obstacle of this contact.
        trouble: Option<SyncIssue>,
        /// Entries that still wait here.
        waiting: u64,
    },
    /// Something was in the way.
    Failed {
        /// The obstacle.
        trouble: SyncIssue,
        /// Entries that are only here.
        only_here: u64,
    },
    /// Not everything was received yet.
    Waiting {
        /// Entries that are only here; the others wait at a relay.
        only_here: u64,
    },
    /// The hospital has everything.
    Received(InRecord),
}

/// Part of the received entries that is in the trial record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InRecord {
    /// All of them.
    All,
    /// All but those that were set aside.
    AllButSetAside,
    /// So many are still missing.
    Missing(u64),
}

/// Summary of a contact that left the connection in `state`.
#[must_use]
pub fn summary(outcome: &ContactOutcome, state: &ConnectionState) -> Contact {
    if outcome.switched_off {
        return Contact::SwitchedOff {
            received: outcome.received,
            trouble: outcome.trouble.clone(),
            waiting: outcome.waiting,
        };
    }
    let only_here = state.only_here;
    if let Some(trouble) = &outcome.trouble {
        return Contact::Failed { trouble: trouble.clone(), only_here };
    }
    if outcome.waiting > 0 {
        return Contact::Waiting { only_here };
    }
    Contact::Received(match (state.set_aside, outcome.unmerged) {
        (0, 0) => InRecord::All,
        (1.., 0) => InRecord::AllButSetAside,
        (_, unmerged) => InRecord::Missing(unmerged),
    })
}

/// Tells whether a contact did all that it should: nothing was in the way and nothing waits.
#[must_use]
pub const fn is_complete(outcome: &ContactOutcome) -> bool {
    outcome.trouble.is_none() && outcome.waiting == 0
}

/// Tells whether the hospital has what was just saved, and nothing else is to be said of the contact.
#[must_use]
pub const fn has_saved_entry(outcome: &ContactOutcome, unsent_days: usize) -> bool {
    outcome.trouble.is_none() && unsent_days == 0 && !outcome.switched_off
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Connection;

    fn state(only_here: u64, set_aside: u64) -> ConnectionState {
        let connection = Connection::Connected;
        ConnectionState { connection, digits: None, only_here, at_relay: 0, set_aside }
    }

    #[test]
    fn a_switched_off_phone_is_told_before_any_obstacle() {
        let outcome = ContactOutcome {
            switched_off: true,
            received: 2,
            waiting: 1,
            trouble: Some(SyncIssue::Log),
            ..ContactOutcome::default()
        };
        let expected = Contact::SwitchedOff { received: 2, trouble: Some(SyncIssue::Log), waiting: 1 };
        assert_eq!(summary(&outcome, &state(1, 0)), expected);
        let failed = ContactOutcome { switched_off: false, ..outcome };
        assert_eq!(summary(&failed, &state(1, 0)), Contact::Failed { trouble: SyncIssue::Log, only_here: 1 });
        assert!(!is_complete(&failed));
    }

    #[test]
    fn what_was_received_counts_as_recorded_only_once_it_is_merged() {
        let received = ContactOutcome::default();
        assert!(is_complete(&received));
        assert_eq!(summary(&received, &state(0, 0)), Contact::Received(InRecord::All));
        assert_eq!(summary(&received, &state(0, 1)), Contact::Received(InRecord::AllButSetAside));
        let unmerged = ContactOutcome { unmerged: 2, ..ContactOutcome::default() };
        assert_eq!(summary(&unmerged, &state(0, 1)), Contact::Received(InRecord::Missing(2)));
        let at_relay = ContactOutcome { waiting: 3, ..ContactOutcome::default() };
        assert_eq!(summary(&at_relay, &state(0, 0)), Contact::Waiting { only_here: 0 });
    }

    #[test]
    fn an_entry_counts_as_received_only_where_no_day_is_unsent() {
        assert!(has_saved_entry(&ContactOutcome::default(), 0));
        assert!(!has_saved_entry(&ContactOutcome::default(), 1));
        assert!(!has_saved_entry(&ContactOutcome { switched_off: true, ..ContactOutcome::default() }, 0));
    }
}
