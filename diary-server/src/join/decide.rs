//! What becomes of a join request, from the facts about its link and its device. Pure.

use diary_core::ids::VaultId;
use diary_core::keys::EnrolmentSecret;
use diary_core::time::UtcMillis;

use crate::store::{DeviceState, JoinOutcome, JoinToTake};

/// Requests that were not made with a link, after which the link answers no more.
pub const JOIN_TRIES_MAX: u32 = 10;

/// What is known of a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkFacts {
    /// Its secret.
    pub secret: EnrolmentSecret,
    /// The vault it is for.
    pub vault: VaultId,
    /// The last instant at which a request counts.
    pub until: UtcMillis,
    /// Requests so far that were not made with it.
    pub tries: u32,
    /// A device has used it.
    pub used: bool,
    /// That device is another than the one that asks.
    pub used_by_other: bool,
}

/// What is known of the device that asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KnownDevice {
    /// It brings the sealing key that is known of it.
    pub same_sealing: bool,
    /// Where it stands.
    pub state: DeviceState,
}

/// How a join request came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// From the device itself, which hears the answer.
    Direct,
    /// In the feed of a relay, which has told the device that it waits.
    Relayed,
    /// The same once more: it was left over before.
    RelayedAgain,
}

/// What is to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Plan {
    /// Answer so, change nothing.
    Refuse(JoinOutcome),
    /// Count a request that was not made with the link.
    CountFailure,
    /// The device has used this link before: the same answer.
    SameAnswer,
    /// The device uses the link now.
    Use,
}

/// Decides. Whoever does not have the link's secret learns nothing about the link. A device that a relay took cannot be
/// told that its link had expired: it waits like any other, and staff see that it was late before they type its digits.
#[must_use]
pub fn plan_join(link: &LinkFacts, device: Option<KnownDevice>, join: &JoinToTake, way: Way) -> Plan {
    let used_by_it = link.used && !link.used_by_other;
    if link.tries >= JOIN_TRIES_MAX && !used_by_it {
        return Plan::Refuse(JoinOutcome::Throttled);
    }
    if link.vault != join.request.vault || join.signed.check_secret(&link.secret).is_err() {
        return match way {
            Way::Direct | Way::Relayed => Plan::CountFailure,
            Way::RelayedAgain => Plan::Refuse(JoinOutcome::Unknown),
        };
    }
    if link.used_by_other || device.is_some_and(|device| !device.same_sealing) {
        return Plan::Refuse(JoinOutcome::Used);
    }
    match device.map(|device| device.state) {
        Some(DeviceState::Revoked(_)) => Plan::Refuse(JoinOutcome::Revoked),
        Some(DeviceState::Pending | DeviceState::Confirmed) if used_by_it => Plan::SameAnswer,
        Some(DeviceState::Pending | DeviceState::Confirmed) | None => {
            if join.received > link.until && way == Way::Direct {
                Plan::Refuse(JoinOutcome::Expired)
            } else {
                Plan::Use
            }
        }
    }
}

/// How long a device that waits takes up room at a relay, which cannot tell strangers from participants.
pub const RELAY_WAITING_MS: i64 = 24 * 3_600_000;
/// Devices of one vault that may come to wait at a relay in that time for the keeper's answer.
pub const RELAY_VAULT_WAITING_MAX: u32 = 8;
/// Devices that may come to wait at a relay in that time altogether.
pub const RELAY_WAITING_MAX: u32 = 5_000;

/// What a relay knows when a device asks: no links, only how much has come to wait lately.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RelayFacts {
    /// Devices of the vault that wait.
    pub waiting_in_vault: u32,
    /// Devices of all vaults that wait.
    pub waiting: u32,
}

/// Decides at a relay, which cannot tell who has a link: whatever there is room for is taken, and the keeper judges.
#[must_use]
pub fn plan_at_relay(facts: &RelayFacts, device: Option<KnownDevice>) -> Plan {
    match device {
        Some(KnownDevice { same_sealing: false, .. }) => Plan::Refuse(JoinOutcome::Used),
        Some(KnownDevice { state: DeviceState::Revoked(_), .. }) => Plan::Refuse(JoinOutcome::Revoked),
        Some(KnownDevice { state: DeviceState::Pending | DeviceState::Confirmed, .. }) => Plan::SameAnswer,
        None if facts.waiting_in_vault >= RELAY_VAULT_WAITING_MAX || facts.waiting >= RELAY_WAITING_MAX => {
            Plan::Refuse(JoinOutcome::Throttled)
        }
        None => Plan::Use,
    }
}

#[cfg(test)]
mod tests;
