//! Quotas of stored data: until a device is confirmed, on one day, in total, after it was revoked; and of the amount
//! that is opened. Each device has its own allowance, so that none uses up another's; staff can raise it and restart
//! its count. A device below its quota may push once more, even if that push exceeds it. The counts come from the
//! database and are kept up to date with commits; dropping them loses nothing. Pure: time and rows are arguments.

use std::collections::BTreeMap;

use diary_core::ids::{KeyId, VaultId};
use diary_core::time::{DAY_MS, UtcMillis};
use hashlink::LruCache;
use serde::Serialize;

use crate::config::Limits;
use diary_store::{Allowance, Amount, DeviceRow, DeviceState, Used};

/// Most items and bytes of plaintext that are opened of one device, which bounds the cost of storing and reading
/// them. The same for every program that merges. A year of an honest diary is about 4,000 items (2,600 entries, and
/// the phone's statements at each contact) in 1.5 MiB.
const OPENED: Amount = Amount { records: 120_000, bytes: 80 * 1024 * 1024 };
/// Age after which the cached amounts of a vault are loaded again: other processes merge, and staff decide elsewhere.
const KNOWN_MS: i64 = 10 * 60 * 1000;

/// Quota on one amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quota {
    /// Records and bytes that a device stores until it is confirmed.
    PendingDevice,
    /// Records that a device stores after it was revoked.
    RevokedDevice,
    /// Records of one participant's pending and revoked devices together.
    Unconfirmed,
    /// Records and bytes that a device stores on one day, UTC.
    DeviceDay,
    /// Records that a device stores in all.
    Device,
    /// Opened items and bytes of a device.
    Opened,
}

impl Quota {
    /// Configured limit, for a device whose allowance is `times` the usual one.
    #[must_use]
    pub fn most(self, limits: &Limits, times: u32) -> Amount {
        let (records, bytes) = match self {
            Self::PendingDevice => (limits.pending_device_records, limits.pending_device_bytes),
            Self::RevokedDevice => (limits.revoked_device_records, limits.revoked_device_bytes),
            Self::Unconfirmed => (limits.unconfirmed_records, limits.unconfirmed_bytes),
            Self::DeviceDay => (limits.device_records_per_day, limits.device_bytes_per_day),
            Self::Device => (limits.device_records, limits.device_bytes),
            Self::Opened => return Self::most_opened(times),
        };
        Amount { records, bytes }.times(times)
    }

    /// Amount that may be opened of a device whose allowance is `times` the usual one.
    #[must_use]
    pub fn most_opened(times: u32) -> Amount {
        OPENED.times(times)
    }

    /// True if `amount` has reached `most`.
    #[must_use]
    pub const fn is_reached(amount: Amount, most: Amount) -> bool {
        amount.records >= most.records || amount.bytes >= most.bytes
    }

    /// True if `amount` has reached four fifths of `most`.
    #[must_use]
    pub fn is_near(amount: Amount, most: Amount) -> bool {
        let near = |amount: u64, most: u64| amount.saturating_mul(5) >= most.saturating_mul(4);
        near(amount.records, most.records) || near(amount.bytes, most.bytes)
    }
}

/// The first instant of the day, UTC.
#[must_use]
pub const fn day_start(at: UtcMillis) -> UtcMillis {
    UtcMillis(at.0.div_euclid(DAY_MS) * DAY_MS)
}

/// Amounts of one device: stored, and about to be stored.
#[derive(Clone, Copy)]
struct Device {
    state: DeviceState,
    allowance: Allowance,
    day: UtcMillis,
    used: Used,
}

impl Device {
    fn of(row: &DeviceRow, day: UtcMillis) -> Self {
        let used = row.used.unwrap_or_default();
        Self { state: row.state, allowance: row.allowance, day, used }
    }

    /// Device that is not known yet.
    fn new(day: UtcMillis) -> Self {
        let (allowance, used) = (Allowance::default(), Used::default());
        Self { state: DeviceState::Pending, allowance, day, used }
    }

    /// A certificate that came with a push, by a keeper's key in use, confirms the device.
    fn confirmed_by(self, certified: bool) -> Self {
        let state = match self.state {
            DeviceState::Pending if certified => DeviceState::Confirmed,
            state => state,
        };
        Self { state, ..self }
    }

    /// Part that counts against [`Quota::Unconfirmed`].
    const fn unconfirmed(&self) -> Amount {
        match self.state {
            DeviceState::Pending => self.used.all,
            DeviceState::Revoked(_) => self.used.revoked,
            DeviceState::Confirmed => Amount { records: 0, bytes: 0 },
        }
    }

    fn change(&mut self, amount: Amount, change: impl Fn(Amount, Amount) -> Amount) {
        self.used.all = change(self.used.all, amount);
        self.used.since = change(self.used.since, amount);
        if matches!(self.state, DeviceState::Revoked(_)) {
            self.used.revoked = change(self.used.revoked, amount);
        }
    }

    /// Quotas of the device, each with the amount that counts against it. A revoked device has a separate quota for
    /// what it sends from then on, regardless of the amount stored before.
    fn quotas(&self) -> Vec<(Quota, Amount)> {
        let day = (Quota::DeviceDay, self.used.since);
        match self.state {
            DeviceState::Pending => vec![(Quota::PendingDevice, self.used.all), day],
            DeviceState::Revoked(_) => vec![(Quota::RevokedDevice, self.used.revoked), day],
            DeviceState::Confirmed => {
                vec![(Quota::Device, self.used.all), day, (Quota::Opened, self.allowance.opened)]
            }
        }
    }
}

/// A quota with what counts against it, and how much may.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counted {
    /// Quota that is meant.
    pub quota: Quota,
    /// The device, where it is a device's.
    pub device: Option<KeyId>,
    /// The amount that counts against it.
    pub amount: Amount,
    /// The most that may be.
    pub most: Amount,
}

/// Every quota of a vault's devices, with the amount that counts against it, from the stored `rows`.
#[must_use]
pub fn counted(rows: &[DeviceRow], limits: &Limits) -> Vec<Counted> {
    let devices: Vec<(KeyId, Device)> =
        rows.iter().map(|row| (row.key, Device::of(row, UtcMillis(0)))).collect();
    let together = devices.iter().fold(Amount::default(), |sum, (_, one)| sum.plus(one.unconfirmed()));
    let most = Quota::Unconfirmed.most(limits, 1);
    let mut out = vec![Counted { quota: Quota::Unconfirmed, device: None, amount: together, most }];
    for (key, device) in devices {
        out.extend(device.quotas().into_iter().map(|(quota, amount)| {
            let most = quota.most(limits, device.allowance.times);
            Counted { quota, device: Some(key), amount, most }
        }));
    }
    out
}

/// Result of asking to store a push.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It may be stored, and is counted; [`Quotas::settle`] must be called with the result.
    Counted,
    /// The amounts of the vault's devices must be loaded first.
    Unknown,
    /// It is not.
    Over(Quota),
}

/// The devices of one vault, as they were looked up.
struct Vault {
    looked_up: UtcMillis,
    devices: BTreeMap<KeyId, Device>,
}

impl Vault {
    /// True if it was loaded lately; the absolute difference also covers a clock that was set back.
    const fn is_fresh(&self, now: UtcMillis) -> bool {
        now.since_ms(self.looked_up).saturating_abs() < KNOWN_MS
    }
}

/// Amounts that devices have stored, cached by vault.
pub struct Quotas {
    vaults: LruCache<VaultId, Vault>,
}

impl Quotas {
    /// Nothing is known. At most `most` vaults are remembered.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { vaults: LruCache::new(most) }
    }

    /// Takes the database's amounts of a vault's devices, unless fresh ones are cached.
    pub fn learn(&mut self, vault: VaultId, rows: &[DeviceRow], now: UtcMillis) {
        if self.vaults.peek(&vault).is_some_and(|known| known.is_fresh(now)) {
            return;
        }
        let day = day_start(now);
        let devices = rows.iter().map(|row| (row.key, Device::of(row, day))).collect();
        self.vaults.insert(vault, Vault { looked_up: now, devices });
    }

    /// Takes the present state and allowance of a device. Returns `true` if they differ from the cached ones, so that
    /// the vault must be loaded again.
    pub fn stands(
        &mut self,
        vault: VaultId,
        device: KeyId,
        state: DeviceState,
        allowance: Allowance,
    ) -> bool {
        let known = self.vaults.peek(&vault).and_then(|vault| vault.devices.get(&device));
        let same = known.is_some_and(|one| one.state == state && one.allowance == allowance);
        if !same {
            self.vaults.remove(&vault);
        }
        !same
    }

    /// Counts a push before it is committed, so that concurrent pushes cannot exceed the quota together. `certified`:
    /// a certificate came with it that confirms the device.
    pub fn count(
        &mut self,
        ((vault, device), certified): ((VaultId, KeyId), bool),
        amount: Amount,
        now: UtcMillis,
        limits: &Limits,
    ) -> Answer {
        let known = self.vaults.get_mut(&vault).filter(|known| known.is_fresh(now));
        let Some(Vault { devices, .. }) = known else {
            self.vaults.remove(&vault);
            return Answer::Unknown;
        };
        let together = devices.values().fold(Amount::default(), |sum, one| sum.plus(one.unconfirmed()));
        let day = day_start(now);
        let known = devices.get(&device).copied().unwrap_or_else(|| Device::new(day));
        let mut of_device = known.confirmed_by(certified);
        // A clock that was set back must not begin a new day with a new quota.
        if day > of_device.day {
            (of_device.day, of_device.used.since) = (day, Amount::default());
        }
        let times = of_device.allowance.times;
        let mut quotas = of_device.quotas();
        if of_device.state != DeviceState::Confirmed {
            quotas.push((Quota::Unconfirmed, together));
        }
        let over =
            quotas.into_iter().find(|(quota, amount)| Quota::is_reached(*amount, quota.most(limits, times)));
        if let Some((quota, _)) = over {
            return Answer::Over(quota);
        }
        of_device.change(amount, Amount::plus);
        devices.insert(device, of_device);
        Answer::Counted
    }

    /// Takes back the part of a count that was not stored: duplicates, or refused parcels.
    pub fn settle(&mut self, (vault, device): (VaultId, KeyId), unused: Amount) {
        let Some(Vault { devices, .. }) = self.vaults.get_mut(&vault) else { return };
        let Some(of_device) = devices.get_mut(&device) else { return };
        of_device.change(unused, Amount::minus);
        if of_device.used.all == Amount::default() && of_device.state == DeviceState::Pending {
            devices.remove(&device);
        }
    }
}

#[cfg(test)]
mod tests {
    use diary_core::entropy::SeededEntropy;
    use diary_core::keys::{SealingKey, SigningKey};

    use super::*;

    const VAULT: VaultId = VaultId::from_bytes([1; 16]);
    const KEY: KeyId = KeyId::from_bytes([2; 16]);

    fn row(key: KeyId, state: DeviceState, all: u64, revoked: u64) -> DeviceRow {
        let entropy = SeededEntropy::new(1);
        let amount = |records| Amount { records, bytes: records };
        DeviceRow {
            key,
            vault: VAULT,
            signing: SigningKey::generate(&entropy).verifying_key(),
            sealing: SealingKey::generate(&entropy).public().clone(),
            state,
            joined: UtcMillis(0),
            late: false,
            join: None,
            link: None,
            secret: None,
            certificate: None,
            held_certificate: None,
            held_revocation: false,
            recovery: None,
            wrong_digits: 0,
            incarnations: Vec::new(),
            used: Some(Used { all: amount(all), since: Amount::default(), revoked: amount(revoked) }),
            allowance: Allowance::default(),
            loan: None,
        }
    }

    #[test]
    fn what_was_not_stored_is_given_back_and_a_new_day_begins_anew() {
        let limits = Limits { device_records_per_day: 10, ..Limits::default() };
        let (mut quotas, ten) = (Quotas::new(10), Amount { records: 10, bytes: 10 });
        let now = UtcMillis(20_000 * DAY_MS);
        let count = |quotas: &mut Quotas, now| quotas.count(((VAULT, KEY), false), ten, now, &limits);
        assert_eq!(count(&mut quotas, now), Answer::Unknown);
        quotas.learn(VAULT, &[], now);
        assert_eq!(count(&mut quotas, now), Answer::Counted);
        assert_eq!(count(&mut quotas, now), Answer::Over(Quota::DeviceDay));
        quotas.settle((VAULT, KEY), Amount { records: 1, bytes: 1 });
        assert_eq!(count(&mut quotas, now), Answer::Counted);
        assert_eq!(count(&mut quotas, now.plus_ms(-60_000)), Answer::Over(Quota::DeviceDay));
        let tomorrow = now.plus_ms(DAY_MS);
        assert_eq!(count(&mut quotas, tomorrow), Answer::Unknown, "what was known is old");
        quotas.learn(VAULT, &[], tomorrow);
        assert_eq!(count(&mut quotas, tomorrow), Answer::Counted);
    }

    #[test]
    fn no_more_vaults_are_remembered_than_was_said_and_no_device_that_stored_nothing() {
        let mut quotas = Quotas::new(3);
        for n in 0..10 {
            quotas.learn(VaultId::from_bytes([n; 16]), &[], UtcMillis(0));
        }
        assert!(quotas.vaults.len() <= 3);
        let (vault, one) = (VaultId::from_bytes([9; 16]), Amount { records: 1, bytes: 1 });
        let limits = Limits::default();
        assert_eq!(quotas.count(((vault, KEY), false), one, UtcMillis(0), &limits), Answer::Counted);
        quotas.settle((vault, KEY), one);
        assert!(quotas.vaults.peek(&vault).unwrap().devices.is_empty());
    }

    #[test]
    fn a_confirmed_device_stores_on_whatever_revoked_and_pending_ones_have_used_up() {
        let [thief, stranger, honest] = [3, 4, 5].map(|n| KeyId::from_bytes([n; 16]));
        let limits = Limits {
            device_records: 100,
            revoked_device_records: 10,
            pending_device_records: 10,
            unconfirmed_records: 15,
            ..Limits::default()
        };
        let rows = [
            row(thief, DeviceState::Revoked(UtcMillis(1)), 100, 8),
            row(stranger, DeviceState::Pending, 0, 0),
            row(honest, DeviceState::Confirmed, 50, 0),
        ];
        let mut quotas = Quotas::new(10);
        quotas.learn(VAULT, &rows, UtcMillis(5));
        let one = Amount { records: 1, bytes: 1 };
        let mut stores = |key, certified| {
            let mut count = 0;
            while quotas.count(((VAULT, key), certified), one, UtcMillis(5), &limits) == Answer::Counted {
                count += 1;
            }
            count
        };
        assert_eq!(stores(thief, false), 2, "its own small room, however full its allowance was before");
        assert_eq!(stores(stranger, false), 5, "those that are not confirmed together");
        assert_eq!(stores(honest, false), 50, "all of its own allowance");
        let readmitted = KeyId::from_bytes([6; 16]);
        assert_eq!(stores(readmitted, true), 100, "a certificate that comes with the push confirms it");
    }

    #[test]
    fn what_staff_decide_holds_at_once_and_for_that_device_alone() {
        let limits = Limits { device_records: 10, ..Limits::default() };
        let used_up = row(KEY, DeviceState::Confirmed, 10, 0);
        let (mut quotas, now, one) = (Quotas::new(10), UtcMillis(5), Amount { records: 1, bytes: 1 });
        quotas.learn(VAULT, std::slice::from_ref(&used_up), now);
        let over = Answer::Over(Quota::Device);
        assert_eq!(quotas.count(((VAULT, KEY), false), one, now, &limits), over);
        assert!(!quotas.stands(VAULT, KEY, used_up.state, used_up.allowance), "nothing is new");
        let allowed = Allowance { times: 2, ..Allowance::default() };
        assert!(quotas.stands(VAULT, KEY, used_up.state, allowed));
        quotas.learn(VAULT, &[DeviceRow { allowance: allowed, ..used_up }], now);
        assert_eq!(quotas.count(((VAULT, KEY), false), one, now, &limits), Answer::Counted);
    }

    #[test]
    fn what_is_opened_of_a_device_counts_by_its_plain_bytes_and_items_whatever_it_takes_on_the_wire() {
        let mut flood = row(KEY, DeviceState::Confirmed, 3, 0);
        let (mut quotas, now, one) = (Quotas::new(10), UtcMillis(5), Amount { records: 1, bytes: 1 });
        for opened in [Amount { records: 120_000, bytes: 0 }, Amount { records: 1, bytes: 80 * 1024 * 1024 }]
        {
            flood.allowance.opened = opened;
            quotas.stands(VAULT, KEY, flood.state, flood.allowance);
            quotas.learn(VAULT, std::slice::from_ref(&flood), now);
            let answer = quotas.count(((VAULT, KEY), false), one, now, &Limits::default());
            assert_eq!(answer, Answer::Over(Quota::Opened));
        }
    }
}
