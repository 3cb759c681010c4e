//! Storage used by the devices of a vault. Computed from the log itself: there is no counter that could drift.

use std::collections::BTreeMap;

use diary_core::ids::{KeyId, VaultId};
use diary_core::keys::SealedRecoverySecret;
use diary_core::parcel::{Grant, LogKind, QuarantineCode};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use crate::devices::find_device;
use crate::log::vault_alone;
use crate::participants::status;
use crate::place::places;
use crate::sql::{Each, Row, Step, Tx, Type, not_found};

const ADD_OPENED: Each = Each {
    sql: "-- store::usage::add_opened
UPDATE device SET opened_items = opened_items + ?2, opened_bytes = opened_bytes + ?3 WHERE no = ?1",
    types: &[Type::Int, Type::Int, Type::Int],
};
const SET_TIMES: &str = "-- store::usage::set_times
UPDATE device SET times = ?2 WHERE no = ?1";
const CLEAR: &str = "-- store::usage::clear
UPDATE device SET cleared = ?2, opened_items = 0, opened_bytes = 0 WHERE no = ?1";
const REQUEUE_ALLOWED: &str = "-- store::usage::requeue_allowed
UPDATE parcel SET state = 0, code = NULL
WHERE state = 2 AND code = ?2 AND incarnation_no IN (SELECT no FROM incarnation WHERE device = ?1)";
const PARCELS: &str = "-- store::usage::parcels
SELECT d.key, count(*) AS all_records, CAST(coalesce(sum(length(g.record)), 0) AS BIGINT) AS all_bytes,
    count(*) FILTER (WHERE g.at >= ?2) AS since_records,
    CAST(coalesce(sum(length(g.record)) FILTER (WHERE g.at >= ?2), 0) AS BIGINT) AS since_bytes,
    count(*) FILTER (WHERE g.at > d.revoked) AS revoked_records,
    CAST(coalesce(sum(length(g.record)) FILTER (WHERE g.at > d.revoked), 0) AS BIGINT) AS revoked_bytes
FROM device d JOIN incarnation l ON l.device = d.no JOIN parcel p ON p.incarnation_no = l.no
JOIN log g ON g.place = (l.vault << 32) | p.n WHERE d.vault = ?1 AND g.at > d.cleared GROUP BY d.key";
const DEVICES: &str = "-- store::usage::devices
SELECT key, cleared, revoked FROM device WHERE vault = ?1";
const PAPERS: &str = "-- store::usage::papers
SELECT kind, record, at FROM log WHERE place > ?1 AND place < ?2 AND kind IN (?3, ?4)";

/// Records that devices have stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Amount {
    /// Number of records.
    pub records: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Amount {
    /// Adds one record.
    pub const fn add(&mut self, bytes: usize) {
        *self = self.plus(Self { records: 1, bytes: bytes as u64 });
    }

    /// Sum.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            records: self.records.saturating_add(other.records),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    /// Multiple.
    #[must_use]
    pub const fn times(self, times: u32) -> Self {
        Self {
            records: self.records.saturating_mul(times as u64),
            bytes: self.bytes.saturating_mul(times as u64),
        }
    }

    /// Difference; zero at least.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self {
            records: self.records.saturating_sub(other.records),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }
}

/// Parcels, grants and recovery secrets that a device has stored since its count was last cleared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Used {
    /// All of them.
    pub all: Amount,
    /// The part received since the time in the query.
    pub since: Amount,
    /// Those received after the device was revoked.
    pub revoked: Amount,
}

/// Limit on the storage of one device, set by staff, with the amount opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowance {
    /// Factor on the configured limit.
    pub times: u32,
    /// Records received up to this time do not count.
    pub cleared: UtcMillis,
    /// Items and bytes of the parcels opened since: the cost of reading them.
    pub opened: Amount,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { times: 1, cleared: UtcMillis(0), opened: Amount::default() }
    }
}

/// Change of a device's allowance by staff.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AllowanceChange {
    /// The vault.
    pub vault: VaultId,
    /// Id of the device's signing key.
    pub device: KeyId,
    /// New factor on the configured limit.
    pub times: Option<u32>,
    /// New time up to which records do not count.
    pub cleared: Option<UtcMillis>,
}

/// Storage used by each author, in total and since `since`; keeper's keys may be among the authors.
pub(crate) fn used(t: &dyn Tx, vault: i64, since: UtcMillis) -> Step<BTreeMap<KeyId, Used>> {
    let mut out: BTreeMap<KeyId, Used> = BTreeMap::new();
    for row in &t.rows(PARCELS, (vault, since.0))? {
        let number = |column: &str| row.get::<i64>(column).map(i64::cast_unsigned);
        let amount = |records: &str, bytes: &str| {
            Step::Ok(Amount { records: number(records)?, bytes: number(bytes)? })
        };
        let used = Used {
            all: amount("all_records", "all_bytes")?,
            since: amount("since_records", "since_bytes")?,
            revoked: amount("revoked_records", "revoked_bytes")?,
        };
        out.insert(KeyId::from_bytes(row.get("key")?), used);
    }
    let marks: BTreeMap<KeyId, (i64, Option<i64>)> = t.all(DEVICES, [vault], |row| {
        Ok((KeyId::from_bytes(row.get("key")?), (row.get("cleared")?, row.get("revoked")?)))
    })?;
    let (grant, recovery) = (LogKind::Grant.number(), LogKind::RecoverySecret.number());
    let (first, last) = places(vault);
    for row in &t.rows(PAPERS, (first, last, grant, recovery))? {
        let (kind, record, at): (u16, Vec<u8>, i64) = (row.get("kind")?, row.get("record")?, row.get("at")?);
        let Ok(signed) = Signed::from_bytes(&record) else { continue };
        let author = if kind == grant {
            Grant::peek(&signed).ok().map(|grant| grant.author)
        } else {
            SealedRecoverySecret::peek(&signed).ok().map(|secret| secret.device)
        };
        let Some(author) = author else { continue };
        let (cleared, revoked) = marks.get(&author).copied().unwrap_or((0, None));
        if at <= cleared {
            continue;
        }
        let used = out.entry(author).or_default();
        used.all.add(record.len());
        if at >= since.0 {
            used.since.add(record.len());
        }
        if revoked.is_some_and(|revoked| at > revoked) {
            used.revoked.add(record.len());
        }
    }
    Ok(out)
}

/// The allowance of a device.
pub(crate) fn allowance(row: &Row) -> Step<Allowance> {
    Ok(Allowance {
        times: row.get::<i64>("times")?.try_into().unwrap_or(1),
        cleared: UtcMillis(row.get("cleared")?),
        opened: Amount {
            records: row.get::<i64>("opened_items")?.cast_unsigned(),
            bytes: row.get::<i64>("opened_bytes")?.cast_unsigned(),
        },
    })
}

/// Adds to the amounts opened from devices.
pub(crate) fn add_opened(t: &dyn Tx, opened: &BTreeMap<i64, Amount>) -> Step<()> {
    let set = |(no, opened): (&i64, &Amount)| {
        vec![no.into(), opened.records.cast_signed().into(), opened.bytes.cast_signed().into()]
    };
    t.execute_each(&ADD_OPENED, &opened.iter().map(set).collect::<Vec<_>>())
}

/// Changes a device's allowance. Parcels that waited for it become ready.
pub(crate) fn set_allowance(t: &dyn Tx, change: &AllowanceChange) -> Step<()> {
    let vault = vault_alone(t, change.vault)?;
    let Some(device) = find_device(t, vault, change.device)? else {
        return not_found("device");
    };
    if let Some(times) = change.times {
        t.run(SET_TIMES, (device.no, i64::from(times)))?;
    }
    if let Some(at) = change.cleared {
        t.run(CLEAR, (device.no, at.0))?;
    }
    t.run(REQUEUE_ALLOWED, (device.no, QuarantineCode::Allowance.number()))?;
    status::changed_one(t, vault)
}
