//! How much devices may store: until they are confirmed, on one day, and all of a participant's together. Whoever has
//! not reached a quota may push once more. What is counted here comes from the database at first use and is kept up
//! with what is committed; forgetting it loses nothing. Pure: time and rows are told.

use std::collections::BTreeMap;

use diary_core::ids::{KeyId, VaultId};
use diary_core::time::{DAY_MS, UtcMillis};
use serde::Serialize;

use crate::config::Limits;
use crate::store::{Amount, DeviceRow, DeviceState, Used};

/// What is limited.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quota {
    /// What a device stores until it is confirmed.
    PendingDevice,
    /// What a device stores on one day, UTC.
    DeviceDay,
    /// What the devices of one participant store.
    Vault,
}

impl Quota {
    /// So much, as is configured.
    #[must_use]
    pub const fn most(self, limits: &Limits) -> Amount {
        let (records, bytes) = match self {
            Self::PendingDevice => (limits.pending_device_records, limits.pending_device_bytes),
            Self::DeviceDay => (limits.device_records_per_day, limits.device_bytes_per_day),
            Self::Vault => (limits.vault_records, limits.vault_bytes),
        };
        Amount { records, bytes }
    }

    /// Whether `amount` has reached it.
    #[must_use]
    pub const fn is_reached(self, amount: Amount, limits: &Limits) -> bool {
        let most = self.most(limits);
        amount.records >= most.records || amount.bytes >= most.bytes
    }

    /// Whether `amount` has reached four fifths of it.
    #[must_use]
    pub fn is_near(self, amount: Amount, limits: &Limits) -> bool {
        let most = self.most(limits);
        let near = |amount: u64, most: u64| amount.saturating_mul(5) >= most.saturating_mul(4);
        near(amount.records, most.records) || near(amount.bytes, most.bytes)
    }
}

/// The first instant of the day, UTC.
#[must_use]
pub const fn day_start(at: UtcMillis) -> UtcMillis {
    UtcMillis(at.0.div_euclid(DAY_MS) * DAY_MS)
}

/// What one device has stored, and is about to store.
#[derive(Clone, Copy, Default)]
struct Device {
    confirmed: bool,
    all: Amount,
    day: UtcMillis,
    today: Amount,
}

/// Whether a push is let through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It is, and is counted; [`Quotas::settle`] is to be told what became of it.
    Counted,
    /// What the vault's devices have stored has to be told first.
    Unknown,
    /// It is not.
    Over(Quota),
}

/// What devices have stored, as far as it is known.
pub struct Quotas {
    most: usize,
    vaults: BTreeMap<VaultId, BTreeMap<KeyId, Device>>,
}

impl Quotas {
    /// Nothing is known. At most `most` vaults are remembered.
    #[must_use]
    pub const fn new(most: usize) -> Self {
        Self { most, vaults: BTreeMap::new() }
    }

    /// What the database says of a vault's devices, where it is not known yet.
    pub fn learn(&mut self, vault: VaultId, rows: &[DeviceRow], day: UtcMillis) {
        if self.vaults.contains_key(&vault) {
            return;
        }
        if self.vaults.len() >= self.most {
            self.vaults.clear();
        }
        let device = |row: &DeviceRow| {
            let Used { all, since } = row.used.unwrap_or_default();
            (row.key, Device { confirmed: row.state != DeviceState::Pending, all, day, today: since })
        };
        self.vaults.insert(vault, rows.iter().map(device).collect());
    }

    /// Notes that a device waits no longer to be confirmed.
    pub fn confirmed(&mut self, vault: VaultId, device: KeyId) {
        if let Some(devices) = self.vaults.get_mut(&vault) {
            devices.entry(device).or_default().confirmed = true;
        }
    }

    /// Counts a push before it is committed, so that many at once are not all let through.
    pub fn count(
        &mut self,
        (vault, device): (VaultId, KeyId),
        amount: Amount,
        now: UtcMillis,
        limits: &Limits,
    ) -> Answer {
        let Some(devices) = self.vaults.get_mut(&vault) else { return Answer::Unknown };
        let together = devices.values().fold(Amount::default(), |sum, device| sum.plus(device.all));
        let mut of_device = devices.get(&device).copied().unwrap_or_default();
        // A clock that was set back begins no new day.
        let day = day_start(now);
        if day > of_device.day {
            (of_device.day, of_device.today) = (day, Amount::default());
        }
        let reached = |quota: Quota, amount| quota.is_reached(amount, limits).then_some(quota);
        let over = reached(Quota::Vault, together)
            .or_else(|| reached(Quota::DeviceDay, of_device.today))
            .or_else(|| reached(Quota::PendingDevice, of_device.all).filter(|_| !of_device.confirmed));
        if let Some(quota) = over {
            return Answer::Over(quota);
        }
        of_device.all = of_device.all.plus(amount);
        of_device.today = of_device.today.plus(amount);
        devices.insert(device, of_device);
        Answer::Counted
    }

    /// Takes back what was counted and not stored: it was there before, or was not taken.
    pub fn settle(&mut self, (vault, device): (VaultId, KeyId), unused: Amount) {
        let Some(devices) = self.vaults.get_mut(&vault) else { return };
        let Some(of_device) = devices.get_mut(&device) else { return };
        of_device.all = of_device.all.minus(unused);
        of_device.today = of_device.today.minus(unused);
        if of_device.all == Amount::default() {
            devices.remove(&device);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAULT: VaultId = VaultId::from_bytes([1; 16]);
    const KEY: KeyId = KeyId::from_bytes([2; 16]);

    #[test]
    fn what_was_not_stored_is_given_back_and_a_new_day_begins_anew() {
        let limits = Limits { device_records_per_day: 10, ..Limits::default() };
        let (mut quotas, ten) = (Quotas::new(10), Amount { records: 10, bytes: 10 });
        let now = UtcMillis(20_000 * DAY_MS);
        let count = |quotas: &mut Quotas, now| quotas.count((VAULT, KEY), ten, now, &limits);
        assert_eq!(count(&mut quotas, now), Answer::Unknown);
        quotas.learn(VAULT, &[], day_start(now));
        assert_eq!(count(&mut quotas, now), Answer::Counted);
        assert_eq!(count(&mut quotas, now), Answer::Over(Quota::DeviceDay));
        quotas.settle((VAULT, KEY), Amount { records: 1, bytes: 1 });
        assert_eq!(count(&mut quotas, now), Answer::Counted);
        assert_eq!(count(&mut quotas, now.plus_ms(-DAY_MS)), Answer::Over(Quota::DeviceDay));
        assert_eq!(count(&mut quotas, now.plus_ms(DAY_MS)), Answer::Counted);
    }

    #[test]
    fn no_more_vaults_are_remembered_than_was_said_and_no_device_that_stored_nothing() {
        let mut quotas = Quotas::new(3);
        for n in 0..10 {
            quotas.learn(VaultId::from_bytes([n; 16]), &[], UtcMillis(0));
        }
        assert!(quotas.vaults.len() <= 3);
        let (vault, one) = (VaultId::from_bytes([9; 16]), Amount { records: 1, bytes: 1 });
        assert_eq!(quotas.count((vault, KEY), one, UtcMillis(0), &Limits::default()), Answer::Counted);
        quotas.settle((vault, KEY), one);
        assert!(quotas.vaults[&vault].is_empty());
    }
}
