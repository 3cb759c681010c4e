//! Chooses the next step of a contact from facts alone: the driver gathers the facts, performs the step and asks again.
//! Push and pull do not wait for each other.

pub mod backoff;

use backoff::has_come;
use diary_core::ids::Hash;
use diary_core::time::{DAY_MS, UtcMillis};

/// Doses and notes are gathered for at most this long before they are sealed and sent.
pub const GATHER_MS: i64 = 30 * 60_000;
/// Parcels that only a relay has are offered again after this long without a keeper's receipt.
pub const RELAYED_MS: i64 = 7 * DAY_MS;

/// Present state of device, store and contact.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContactFacts {
    /// The device's clock.
    pub now: UtcMillis,
    /// Revisions that wait to be sealed.
    pub unsealed: u64,
    /// The oldest of them was saved then.
    pub oldest_unsealed: Option<UtcMillis>,
    /// One of them is to leave at once.
    pub urgent: bool,
    /// One of them belongs to a diary day that is over.
    pub day_over: bool,
    /// A slot has closed since the last statement.
    pub statement_due: bool,
    /// Sealed parcels that are to be offered.
    pub to_offer: bool,
    /// No server has the sealed recovery secret yet.
    pub recovery_due: bool,
    /// Nothing was ever sealed in this incarnation: the key check has not begun.
    pub key_check_due: bool,
    /// No push before this instant.
    pub push_after: UtcMillis,
    /// No pull before this instant.
    pub pull_after: UtcMillis,
    /// The person in front of the device, or the start of the app, asks for contact.
    pub asked: bool,
    /// The log was read to its end in this contact.
    pub pulled: bool,
    /// A token is at hand.
    pub token: bool,
    /// The newest version of the study that the bundle names, if it is not on this device.
    pub study_wanted: Option<Hash>,
    /// The server announces a bundle that is not on this device.
    pub bundle_wanted: bool,
}

/// The next step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Seal the waiting entries, and a statement if one is due.
    Seal,
    /// Offer sealed parcels.
    Push,
    /// Fetch the server's greeting with its newest bundle.
    Hello,
    /// Fetch a version of the study.
    FetchStudy(Hash),
    /// Get a token for reading the log.
    Token,
    /// Read the next page of the log.
    Pull,
    /// Nothing to do before this instant, unless an entry is saved or a contact is asked for.
    Wait {
        /// End of the wait; `None`: until an entry is saved or a contact is asked for.
        until: Option<UtcMillis>,
    },
}

/// The next step.
#[must_use]
pub fn next_step(facts: &ContactFacts) -> Step {
    if seal_now(facts) {
        return Step::Seal;
    }
    let may_pull = has_come(facts.pull_after, facts.now);
    // First of all: without the bundle no answer of a server with a new key can be believed.
    if may_pull && facts.bundle_wanted {
        return Step::Hello;
    }
    let may_push = has_come(facts.push_after, facts.now);
    if (facts.to_offer || facts.recovery_due) && may_push {
        return Step::Push;
    }
    if let Some(hash) = facts.study_wanted.filter(|_| may_pull) {
        return Step::FetchStudy(hash);
    }
    if may_pull && facts.asked && !facts.pulled {
        return if facts.token { Step::Pull } else { Step::Token };
    }
    Step::Wait { until: wake_at(facts) }
}

/// True if waiting entries are to be sealed now. A statement is no reason to start a contact: it goes along with one.
fn seal_now(facts: &ContactFacts) -> bool {
    let waits = facts.unsealed > 0;
    // Entries saved under a clock that was set back since have an age below zero, and have waited long enough.
    let gathered = |oldest: UtcMillis| !(0..GATHER_MS).contains(&facts.now.since_ms(oldest));
    let gathered = facts.oldest_unsealed.is_some_and(gathered);
    let contact = facts.asked && has_come(facts.push_after, facts.now);
    waits && (facts.urgent || facts.day_over || gathered || facts.asked)
        || contact && (facts.statement_due || facts.key_check_due)
}

fn wake_at(facts: &ContactFacts) -> Option<UtcMillis> {
    let gathered = facts.oldest_unsealed.map(|oldest| oldest.plus_ms(GATHER_MS));
    let push = (facts.to_offer || facts.recovery_due).then_some(facts.push_after);
    let pull = (facts.asked && !facts.pulled).then_some(facts.pull_after);
    [gathered, push, pull].into_iter().flatten().filter(|at| *at > facts.now).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UtcMillis = UtcMillis(1_000_000_000);

    fn facts() -> ContactFacts {
        ContactFacts { now: NOW, ..ContactFacts::default() }
    }

    #[test]
    fn an_idle_diary_waits_for_something_to_happen() {
        assert_eq!(next_step(&facts()), Step::Wait { until: None });
    }

    #[test]
    fn a_finished_assessment_leaves_at_once_and_a_dose_is_gathered() {
        let waiting = ContactFacts { unsealed: 1, oldest_unsealed: Some(NOW), ..facts() };
        assert_eq!(next_step(&waiting), Step::Wait { until: Some(NOW.plus_ms(GATHER_MS)) });
        assert_eq!(next_step(&ContactFacts { urgent: true, ..waiting.clone() }), Step::Seal);
        assert_eq!(next_step(&ContactFacts { day_over: true, ..waiting.clone() }), Step::Seal);
        let old = ContactFacts { oldest_unsealed: Some(NOW.plus_ms(-GATHER_MS)), ..waiting };
        assert_eq!(next_step(&old), Step::Seal);
    }

    #[test]
    fn a_statement_goes_with_a_contact_and_never_starts_one() {
        let due = ContactFacts { statement_due: true, ..facts() };
        assert_eq!(next_step(&due), Step::Wait { until: None });
        assert_eq!(next_step(&ContactFacts { asked: true, ..due }), Step::Seal);
    }

    #[test]
    fn a_push_that_may_not_go_yet_does_not_keep_the_log_from_being_read() {
        let held = ContactFacts { to_offer: true, push_after: NOW.plus_ms(5), asked: true, ..facts() };
        assert_eq!(next_step(&held), Step::Token);
        assert_eq!(next_step(&ContactFacts { token: true, ..held.clone() }), Step::Pull);
        let done = ContactFacts { pulled: true, ..held };
        assert_eq!(next_step(&done), Step::Wait { until: Some(NOW.plus_ms(5)) });
    }

    #[test]
    fn a_pull_that_may_not_go_yet_does_not_keep_parcels_from_leaving() {
        let held = ContactFacts { to_offer: true, pull_after: NOW.plus_ms(5), asked: true, ..facts() };
        assert_eq!(next_step(&held), Step::Push);
    }

    #[test]
    fn what_was_saved_under_a_clock_that_was_put_back_since_is_due() {
        let year = 365 * DAY_MS;
        let after = NOW.plus_ms(year);
        let held =
            ContactFacts { to_offer: true, push_after: after, pull_after: after, asked: true, ..facts() };
        assert_eq!(next_step(&held), Step::Push);
        assert_eq!(next_step(&ContactFacts { to_offer: false, ..held.clone() }), Step::Token);
        // Two hours are the longest wait that there is.
        let waits = NOW.plus_ms(backoff::WAIT_MAX_MS);
        let waiting = ContactFacts { push_after: waits, pull_after: waits, ..held };
        assert_eq!(next_step(&waiting), Step::Wait { until: Some(waits) });
        let gathered = ContactFacts { unsealed: 1, oldest_unsealed: Some(NOW.plus_ms(1)), ..facts() };
        assert_eq!(next_step(&gathered), Step::Seal);
    }

    #[test]
    fn sealing_does_not_wait_for_the_network() {
        let offline =
            ContactFacts { unsealed: 1, day_over: true, push_after: NOW.plus_ms(60_000), ..facts() };
        assert_eq!(next_step(&offline), Step::Seal);
    }
}
