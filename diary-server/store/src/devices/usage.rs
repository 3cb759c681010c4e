//! Storage used by the devices of a vault. Computed from the log itself: there is no counter that could drift.

use std::collections::BTreeMap;

use diary_core::ids::KeyId;
use diary_core::keys::SealedRecoverySecret;
use diary_core::parcel::{Grant, LogKind};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use crate::place::places;
use crate::sql::{Step, Tx};
use crate::{Amount, Used};

const PARCELS: &str = "-- store::usage::parcels
SELECT d.key, count(*), CAST(coalesce(sum(length(g.record)), 0) AS BIGINT),
    count(*) FILTER (WHERE g.at >= ?2), CAST(coalesce(sum(length(g.record)) FILTER (WHERE g.at >= ?2), 0) AS BIGINT),
    count(*) FILTER (WHERE g.at > d.revoked),
    CAST(coalesce(sum(length(g.record)) FILTER (WHERE g.at > d.revoked), 0) AS BIGINT)
FROM device d JOIN life l ON l.device = d.no JOIN parcel p ON p.life = l.no
JOIN log g ON g.place = (l.vault << 32) | p.n WHERE d.vault = ?1 AND g.at > d.cleared GROUP BY d.key";
const DEVICES: &str = "-- store::usage::devices
SELECT key, cleared, revoked FROM device WHERE vault = ?1";
const PAPERS: &str = "-- store::usage::papers
SELECT kind, record, at FROM log WHERE place > ?1 AND place < ?2 AND kind IN (?3, ?4)";

/// Storage used by each author, in total and since `since`; keeper's keys may be among the authors.
pub(crate) fn used(t: &dyn Tx, vault: i64, since: UtcMillis) -> Step<BTreeMap<KeyId, Used>> {
    let mut out: BTreeMap<KeyId, Used> = BTreeMap::new();
    for row in &t.rows(PARCELS, (vault, since.0))? {
        let number = |column| row.get::<i64>(column).map(i64::cast_unsigned);
        let amount = |column| Step::Ok(Amount { records: number(column)?, bytes: number(column + 1)? });
        let used = Used { all: amount(1)?, since: amount(3)?, revoked: amount(5)? };
        out.insert(KeyId::from_bytes(row.get(0)?), used);
    }
    let marks: BTreeMap<KeyId, (i64, Option<i64>)> =
        t.all(DEVICES, [vault], |row| Ok((KeyId::from_bytes(row.get(0)?), (row.get(1)?, row.get(2)?))))?;
    let (grant, recovery) = (LogKind::Grant.number(), LogKind::RecoverySecret.number());
    let (first, last) = places(vault);
    for row in &t.rows(PAPERS, (first, last, grant, recovery))? {
        let (kind, record, at): (u16, Vec<u8>, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
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
