//! Decides the outcome of a join request from the facts about its link and its device. Pure: no database, no clock.

use diary_core::ids::VaultId;
use diary_core::keys::EnrolmentSecret;
use diary_core::time::UtcMillis;

use crate::{DeviceState, JoinOutcome, JoinToTake};

/// Longest time after the creation of a link for which a relay's statement about the time of a request is believed.
/// Later, staff decide.
pub const RELAYED_MAX_MS: i64 = 72 * 3_600_000;

/// Facts about an enrolment link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkFacts {
    /// Its secret: 128 random bits, so that guessing needs no limit.
    pub secret: EnrolmentSecret,
    /// The vault it is for.
    pub vault: VaultId,
    /// Creation time.
    pub made: UtcMillis,
    /// The last instant at which a request counts.
    pub until: UtcMillis,
    /// A device has used it.
    pub used: bool,
    /// That device is another than the one that asks.
    pub used_by_other: bool,
}

/// Facts about a device that asks to join and is in the database already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KnownDevice {
    /// It has the sealing key that is known for it.
    pub same_sealing: bool,
    /// State of the device.
    pub state: DeviceState,
}

/// Path by which a join request came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// From the device itself, which receives the answer.
    Direct,
    /// In a push of a device that was answered before that it is pending.
    Pushed,
    /// In the feed of a relay, which has answered the device that it is pending.
    Relayed {
        /// Time at which this server read it there.
        read: UtcMillis,
    },
}

impl Way {
    /// Path of a request that the device itself brought.
    #[must_use]
    pub const fn of(join: &JoinToTake) -> Self {
        if join.pushed { Self::Pushed } else { Self::Direct }
    }
}

/// Decision about a join request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Plan {
    /// Answer with this outcome, change nothing.
    Refuse(JoinOutcome),
    /// The device has used this link before: repeat the answer.
    SameAnswer,
    /// The device uses the link, as of this time. A time after the link's expiry is possible only through a relay: the
    /// device stays pending, and staff can confirm it only with a written reason.
    Use(UtcMillis),
}

/// Time at which a request counts as received. The time claimed by a relay can only make a request earlier, and never
/// extends the link: it counts if it lies between creation and end of the link, and if this server read the request no
/// later than [`RELAYED_MAX_MS`] after the creation.
#[must_use]
pub fn came_at(link: &LinkFacts, received: UtcMillis, way: Way) -> UtcMillis {
    match way {
        Way::Direct | Way::Pushed => received,
        Way::Relayed { read } if read <= link.until => received.min(read),
        Way::Relayed { read } => {
            let in_life = link.made <= received && received <= link.until;
            if in_life && read.since_ms(link.made) <= RELAYED_MAX_MS { received } else { read }
        }
    }
}

/// Decides on a join request at a keeper. A device without the link's secret learns nothing about the link. A device
/// accepted by a relay cannot be told that its link had expired: it stays pending, and staff see that it was late
/// before they type its six digits.
#[must_use]
pub fn plan_join(link: &LinkFacts, device: Option<KnownDevice>, join: &JoinToTake, way: Way) -> Plan {
    let used_by_it = link.used && !link.used_by_other;
    if link.vault != join.request.vault || join.signed.check_secret(&link.secret).is_err() {
        return Plan::Refuse(JoinOutcome::Unknown);
    }
    if link.used_by_other || device.is_some_and(|device| !device.same_sealing) {
        return Plan::Refuse(JoinOutcome::Used);
    }
    match device.map(|device| device.state) {
        Some(DeviceState::Revoked(_)) => Plan::Refuse(JoinOutcome::Revoked),
        Some(DeviceState::Pending | DeviceState::Confirmed) if used_by_it => Plan::SameAnswer,
        Some(DeviceState::Pending | DeviceState::Confirmed) | None => {
            let came = came_at(link, join.received, way);
            match way {
                Way::Direct | Way::Pushed if came > link.until => Plan::Refuse(JoinOutcome::Expired),
                Way::Direct | Way::Pushed | Way::Relayed { .. } => Plan::Use(came),
            }
        }
    }
}

/// Largest number of devices pending at a relay for one link. The keeper accepts one of them; another phone of the same
/// person may have tried the link too.
pub const RELAY_LINK_DEVICES_MAX: u32 = 4;

/// Facts that a relay has about an enrolment link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RelayLink {
    /// The request was made with it, for its vault.
    pub proven: bool,
    /// The last instant at which a request counts.
    pub until: UtcMillis,
    /// Devices that came with it before.
    pub devices: u32,
}

/// Decides on a join request at a relay, which never has a link's secret: it only checks that the phone has the link,
/// and leaves the decision to the keeper. A device that was pending before the relay knew its link, and was deleted
/// here, is accepted late as well: the keeper knows that it is late.
#[must_use]
pub fn plan_at_relay(
    link: Option<RelayLink>,
    device: Option<KnownDevice>,
    received: UtcMillis,
    way: Way,
) -> Plan {
    match (device, link) {
        (Some(KnownDevice { same_sealing: false, .. }), _) => Plan::Refuse(JoinOutcome::Used),
        (Some(KnownDevice { state: DeviceState::Revoked(_), .. }), _) => Plan::Refuse(JoinOutcome::Revoked),
        (Some(KnownDevice { state: DeviceState::Pending | DeviceState::Confirmed, .. }), _) => {
            Plan::SameAnswer
        }
        (None, None) => Plan::Refuse(JoinOutcome::NotHeardOf),
        (None, Some(RelayLink { proven: false, .. })) => Plan::Refuse(JoinOutcome::Unknown),
        (None, Some(link)) if received > link.until && way != Way::Pushed => {
            Plan::Refuse(JoinOutcome::Expired)
        }
        (None, Some(link)) if link.devices >= RELAY_LINK_DEVICES_MAX => Plan::Refuse(JoinOutcome::Used),
        (None, Some(_)) => Plan::Use(received),
    }
}

#[cfg(test)]
mod tests;
