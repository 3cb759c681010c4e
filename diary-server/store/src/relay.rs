//! The tables `relay`, `relay_vault`, `relayed` and `relay_rejected`: at a keeper, the state of the exchange with each of
//! its relays.

pub(crate) mod import;

use std::collections::BTreeSet;

use diary_core::api::{Cursor, FeedRecord, LeftCode};
use diary_core::ids::{Epoch, Hash, KeyId, VaultId};
use diary_core::parcel::{Grant, LogKind, SealedParcel};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use crate::log::{find_vault, vault_no};
use crate::place::{n_of, place};
use crate::sql::{Piece, Row, Step, Tx};

const READ: &str = "-- store::relay::read
SELECT epoch, n, chain FROM relay WHERE key = ?1";
const SET_READ: &str = "-- store::relay::set_read
INSERT INTO relay (key, epoch, n, chain) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (key) DO UPDATE SET epoch = ?2, n = ?3, chain = ?4";
const FORGET_READ: &str = "-- store::relay::forget_read
DELETE FROM relay WHERE key = ?1";
const SERVES: &str = "-- store::relay::serves
INSERT INTO relay_vault (relay, vault, sent) VALUES (?1, ?2, 0) ON CONFLICT (relay, vault) DO NOTHING";
const HAND_AGAIN: &str = "-- store::relay::hand_again
UPDATE relay_vault SET sent = 0 WHERE relay = ?1";
const SET_SENT: &str = "-- store::relay::set_sent
UPDATE relay_vault SET sent = CASE WHEN sent < ?3 THEN ?3 ELSE sent END WHERE relay = ?1 AND vault = ?2";
const BEHIND: &str = "-- store::relay::behind
SELECT r.vault, v.id, r.sent, h.n AS last FROM relay_vault r JOIN head h ON h.vault = r.vault JOIN vault v ON v.no = r.vault
WHERE r.relay = ?1 AND h.n > r.sent ORDER BY r.vault";
const LOG: Piece = Piece {
    sizes: "-- store::relay::log_sizes
SELECT length(record) FROM log WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3",
    rows: "-- store::relay::log
SELECT place, kind, record, at FROM log WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3",
};
/// Number of records of a log, and their bytes, that are searched per query.
const LOOKED_AT: (u32, usize) = (1000, 4 * 1024 * 1024);
const EVIDENCE: &str = "-- store::relay::evidence
INSERT INTO relayed (place, relay, n, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (place) DO NOTHING";
const REJECTED: &str = "-- store::relay::rejected
SELECT n, vault, kind, at, code, record FROM relay_rejected WHERE relay = ?1 ORDER BY n";
const LEFT_SIZE: &str = "-- store::relay::left_size
SELECT count(*) AS records, coalesce(sum(length(record)), 0) AS bytes,
    count(*) FILTER (WHERE vault = ?2) AS vault_records,
    coalesce(sum(length(record)) FILTER (WHERE vault = ?2), 0) AS vault_bytes FROM relay_rejected WHERE relay = ?1";
const STRANGERS_SIZE: &str = "-- store::relay::strangers_size
SELECT count(*) AS records, coalesce(sum(length(record)), 0) AS bytes FROM relay_rejected l
WHERE relay = ?1 AND NOT EXISTS (SELECT 1 FROM vault v WHERE v.id = l.vault)";
const OWED: Piece = Piece {
    sizes: "-- store::relay::owed_sizes
SELECT length(l.record) FROM relay_owed o JOIN log l ON l.place = o.place WHERE o.relay = ?1 ORDER BY o.place LIMIT ?2",
    rows: "-- store::relay::owed
SELECT o.place, v.id AS vault, l.kind, l.record, l.at FROM relay_owed o JOIN log l ON l.place = o.place
JOIN vault v ON v.no = o.place >> 32 WHERE o.relay = ?1 ORDER BY o.place LIMIT ?2",
};
const OWED_COUNT: &str = "-- store::relay::owed_count
SELECT count(*) FROM relay_owed";
const ADD_OWED: &str = "-- store::relay::add_owed
INSERT INTO relay_owed (relay, place) VALUES (?1, ?2) ON CONFLICT (relay, place) DO NOTHING";
const PAID: &str = "-- store::relay::paid
DELETE FROM relay_owed WHERE relay = ?1 AND place = ?2";
const FORGET_OWED: &str = "-- store::relay::forget_owed
DELETE FROM relay_owed WHERE relay = ?1";
const ADD_LEFT: &str = "-- store::relay::add_left
INSERT INTO relay_rejected (relay, n, vault, kind, at, code, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (relay, n) DO UPDATE SET code = ?6 WHERE relay_rejected.record = ?7";
const TAKE_LEFT: &str = "-- store::relay::take_left
DELETE FROM relay_rejected WHERE relay = ?1 AND n = ?2 AND record = ?3";
const FORGET_LEFT: &str = "-- store::relay::forget_left
DELETE FROM relay_rejected WHERE relay = ?1";

/// Number of records, and their bytes.
type Size = (u64, u64);
/// Limit on rejected records kept for one relay.
const LEFT_MAX: Size = (10_000, 64 << 20);
/// Limit for one vault.
const LEFT_OF_VAULT_MAX: Size = (1_000, 8 << 20);
/// Limit for vaults that this keeper does not have.
const LEFT_OF_STRANGERS_MAX: Size = (500, 4 << 20);

/// A record that was rejected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RejectedRecord {
    /// The record, with its number in the relay's feed.
    pub record: FeedRecord,
    /// Reason.
    pub code: LeftCode,
}

/// Selects records for a relay to pass on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutgoingQuery {
    /// The relay.
    pub relay: KeyId,
    /// Keys of the keepers, whose records are passed on.
    pub keepers: Vec<KeyId>,
    /// Largest number of records.
    pub limit: u32,
    /// Bytes of all of them, about.
    pub max_bytes: usize,
}

/// Records for a relay to pass on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// The records.
    pub records: Vec<FeedRecord>,
    /// Place up to which the log of each vault was searched; empty where nothing is left.
    pub looked: Vec<(VaultId, u64)>,
}

/// Result of offering records to a relay; places are vaults with numbers in their logs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Handover {
    /// Places up to which logs were searched.
    pub looked: Vec<(VaultId, u64)>,
    /// Records that the relay did not acknowledge.
    pub owed: Vec<(VaultId, u64)>,
    /// Records that it acknowledged after it had not before.
    pub paid: Vec<(VaultId, u64)>,
}

/// Place up to which a feed was read.
pub(crate) fn cursor(t: &dyn Tx, relay: KeyId) -> Step<Option<Cursor>> {
    let read = |row: &Row| {
        Ok(Cursor {
            epoch: Epoch::from_bytes(row.get("epoch")?),
            n: row.get::<i64>("n")?.cast_unsigned(),
            chain: Hash::from_bytes(row.get("chain")?),
        })
    };
    t.first(READ, [relay.as_bytes()], read)
}

/// Sets the place in a relay's feed.
pub(crate) fn set_read(t: &dyn Tx, relay: KeyId, cursor: &Cursor) -> Step<()> {
    let Cursor { epoch, n, chain } = cursor;
    t.run(SET_READ, (relay.as_bytes(), epoch.as_bytes(), n.cast_signed(), chain.as_bytes()))?;
    Ok(())
}

/// Records that a relay serves a vault.
pub(crate) fn serves(t: &dyn Tx, relay: KeyId, vault: i64) -> Step<()> {
    t.run(SERVES, (relay.as_bytes(), vault))?;
    Ok(())
}

/// Marks all records to be handed to the relay again.
pub(crate) fn hand_again(t: &dyn Tx, relay: KeyId) -> Step<()> {
    t.run(HAND_AGAIN, [relay.as_bytes()])?;
    t.run(FORGET_OWED, [relay.as_bytes()])?;
    Ok(())
}

/// Marks the feed to be read, and all records to be handed over, from the beginning.
pub(crate) fn exchange_again(t: &dyn Tx, relay: KeyId) -> Step<()> {
    t.run(FORGET_READ, [relay.as_bytes()])?;
    t.run(FORGET_LEFT, [relay.as_bytes()])?;
    hand_again(t, relay)
}

/// Records what a relay was offered and what it acknowledged.
pub(crate) fn record_handover(t: &dyn Tx, relay: KeyId, handover: &Handover) -> Step<()> {
    for (vault, n) in &handover.looked {
        let vault = vault_no(t, *vault)?;
        t.run(SET_SENT, (relay.as_bytes(), vault, n.cast_signed()))?;
    }
    for (sql, places) in [(ADD_OWED, &handover.owed), (PAID, &handover.paid)] {
        for (vault, n) in places {
            t.run(sql, (relay.as_bytes(), place(vault_no(t, *vault)?, *n)?))?;
        }
    }
    Ok(())
}

/// Number of records that relays were offered and did not acknowledge.
pub(crate) fn owed_count(t: &dyn Tx) -> Step<u64> {
    t.one(OWED_COUNT, (), |row| Ok(row.only::<i64>()?.cast_unsigned()))
}

/// Records that the relay was offered and did not acknowledge.
pub(crate) fn owed(t: &dyn Tx, relay: KeyId, limit: u32, max_bytes: usize) -> Step<Vec<FeedRecord>> {
    let read = |row: &Row| {
        Ok(FeedRecord {
            n: n_of(row.get("place")?),
            vault: VaultId::from_bytes(row.get("vault")?),
            kind: LogKind::from_number(row.get("kind")?),
            record: row.get("record")?,
            received: UtcMillis(row.get("at")?),
        })
    };
    t.piece(&OWED, vec![relay.as_bytes().into()], limit, max_bytes)?.iter().map(read).collect()
}

/// Stores the relay's time of receipt of a parcel.
pub(crate) fn evidence(t: &dyn Tx, relay: KeyId, (vault, n): (i64, u64), record: &FeedRecord) -> Step<()> {
    t.run(EVIDENCE, (place(vault, n)?, relay.as_bytes(), record.n.cast_signed(), record.received.0))?;
    Ok(())
}

/// Records for the relay to pass on: the keeper's receipts, papers, rewraps, grants and parcels.
pub(crate) fn outgoing(t: &dyn Tx, query: &OutgoingQuery) -> Step<Outgoing> {
    let OutgoingQuery { relay, limit, max_bytes, .. } = *query;
    let keepers: BTreeSet<KeyId> = query.keepers.iter().copied().collect();
    let (mut records, mut looked, mut bytes) = (Vec::new(), Vec::new(), 0);
    for row in &t.rows(BEHIND, [relay.as_bytes()])? {
        let (no, id) = (row.get::<i64>("vault")?, VaultId::from_bytes(row.get("id")?));
        let (sent, last) = (row.get::<i64>("sent")?.cast_unsigned(), row.get::<i64>("last")?.cast_unsigned());
        let mut at = sent;
        while at < last {
            let between = vec![place(no, at)?.into(), place(no, last)?.into()];
            for row in &t.piece(&LOG, between, LOOKED_AT.0, LOOKED_AT.1)? {
                let (n, kind) = (n_of(row.get("place")?), LogKind::from_number(row.get("kind")?));
                let record: Vec<u8> = row.get("record")?;
                if is_the_keepers(kind, &record, &keepers) {
                    let full = records.len() >= limit as usize || bytes + record.len() > max_bytes;
                    // At least one record per page, so that one above the limit does not block those behind it.
                    if full && !records.is_empty() {
                        looked.push((id, at));
                        return Ok(Outgoing { records, looked });
                    }
                    bytes += record.len();
                    let received = UtcMillis(row.get("at")?);
                    records.push(FeedRecord { n, vault: id, kind, record, received });
                }
                at = n;
            }
        }
        looked.push((id, at));
    }
    Ok(Outgoing { records, looked })
}

/// True if the keeper authored the record. Devices' records are not sent: the relay has them, or they came another way.
fn is_the_keepers(kind: LogKind, record: &[u8], keepers: &BTreeSet<KeyId>) -> bool {
    let author = match kind {
        LogKind::Certificate | LogKind::Revocation | LogKind::Rewrap | LogKind::Receipt => return true,
        LogKind::Grant => {
            Signed::from_bytes(record).ok().and_then(|signed| Some(Grant::peek(&signed).ok()?.author))
        }
        LogKind::Parcel => {
            SealedParcel::from_bytes(record).ok().and_then(|parcel| Some(parcel.peek_core().ok()?.author))
        }
        LogKind::RecoverySecret | LogKind::JoinRequest | LogKind::Other(_) => None,
    };
    author.is_some_and(|author| keepers.contains(&author))
}

/// Records that were rejected and kept.
pub(crate) fn rejected(t: &dyn Tx, relay: KeyId) -> Step<Vec<RejectedRecord>> {
    t.all(REJECTED, [relay.as_bytes()], |row| {
        Ok(RejectedRecord {
            record: FeedRecord {
                n: row.get::<i64>("n")?.cast_unsigned(),
                vault: VaultId::from_bytes(row.get("vault")?),
                kind: LogKind::from_number(row.get("kind")?),
                received: UtcMillis(row.get("at")?),
                record: row.get("record")?,
            },
            code: LeftCode::from_number(row.get("code")?),
        })
    })
}

/// Keeps a rejected record within the limits; returns true if it was kept. Anyone can write to a relay: so records with
/// an unknown link are not kept at all, and those of unknown vaults have a small limit of their own. All of them can be
/// read from the relay again. After a restore of the relay, a number may name another record; the one kept first stays.
pub(crate) fn leave(t: &dyn Tx, relay: KeyId, record: &FeedRecord, code: LeftCode) -> Step<bool> {
    if code == LeftCode::LinkUnknown {
        return Ok(false);
    }
    let vault = record.vault.as_bytes();
    let size = |row: &Row, records: &str, bytes: &str| -> Step<Size> {
        Ok((row.get::<i64>(records)?.cast_unsigned(), row.get::<i64>(bytes)?.cast_unsigned()))
    };
    let (all, of_vault) = t.one(LEFT_SIZE, (relay.as_bytes(), vault), |row| {
        Ok((size(row, "records", "bytes")?, size(row, "vault_records", "vault_bytes")?))
    })?;
    let more = record.record.len() as u64;
    let fits = |(count, bytes): Size, (most, most_bytes): Size| count < most && bytes + more <= most_bytes;
    if !fits(all, LEFT_MAX) || !fits(of_vault, LEFT_OF_VAULT_MAX) {
        return Ok(false);
    }
    if find_vault(t, record.vault)?.is_none() {
        let strangers = t.one(STRANGERS_SIZE, [relay.as_bytes()], |row| size(row, "records", "bytes"))?;
        if !fits(strangers, LEFT_OF_STRANGERS_MAX) {
            return Ok(false);
        }
    }
    let kept = t.run(
        ADD_LEFT,
        (
            relay.as_bytes(),
            record.n.cast_signed(),
            vault,
            record.kind.number(),
            record.received.0,
            code.number(),
            &record.record,
        ),
    )?;
    Ok(kept == 1)
}

/// Deletes a rejected record. The bytes are compared too: after a restore of the relay, another record may have its
/// number.
pub(crate) fn take_left(t: &dyn Tx, relay: KeyId, record: &FeedRecord) -> Step<()> {
    t.run(TAKE_LEFT, (relay.as_bytes(), record.n.cast_signed(), &record.record))?;
    Ok(())
}
