//! What the devices of a vault have stored, counted from the log itself: there is no counter that could be wrong.

use std::collections::BTreeMap;

use diary_core::ids::KeyId;
use diary_core::keys::SealedRecoverySecret;
use diary_core::parcel::{Grant, LogKind};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use super::place::places;
use crate::store::sql::{Step, Tx};
use crate::store::{Amount, Used};

const PARCELS: &str = "-- store::used::parcels
SELECT d.key, count(*), CAST(sum(length(g.record)) AS BIGINT), count(*) FILTER (WHERE g.at >= ?2),
    CAST(coalesce(sum(length(g.record)) FILTER (WHERE g.at >= ?2), 0) AS BIGINT)
FROM life l JOIN device d ON d.no = l.device JOIN parcel p ON p.life = l.no
JOIN log g ON g.place = (l.vault << 32) | p.n WHERE l.vault = ?1 GROUP BY d.key";
const PAPERS: &str = "-- store::used::papers
SELECT kind, record, at >= ?3 FROM log WHERE place > ?1 AND place < ?2 AND kind IN (?4, ?5)";

/// What each device has stored, and what of it since `since`; others than devices may be among the authors.
pub(super) fn used(t: &dyn Tx, vault: i64, since: UtcMillis) -> Step<BTreeMap<KeyId, Used>> {
    let mut out: BTreeMap<KeyId, Used> = BTreeMap::new();
    for row in &t.rows(PARCELS, (vault, since.0))? {
        let number = |column| row.get::<i64>(column).map(i64::cast_unsigned);
        let amount = |column| Step::Ok((number(column)?, number(column + 1)?));
        let ((records, bytes), (newer, newer_bytes)) = (amount(1)?, amount(3)?);
        let used =
            Used { all: Amount { records, bytes }, since: Amount { records: newer, bytes: newer_bytes } };
        out.insert(KeyId::from_bytes(row.get(0)?), used);
    }
    let (grant, recovery) = (LogKind::Grant.number(), LogKind::RecoverySecret.number());
    let (first, last) = places(vault);
    for row in &t.rows(PAPERS, (first, last, since.0, grant, recovery))? {
        let (kind, record, newer): (u16, Vec<u8>, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let Ok(signed) = Signed::from_bytes(&record) else { continue };
        let author = if kind == grant {
            Grant::peek(&signed).ok().map(|grant| grant.author)
        } else {
            SealedRecoverySecret::peek(&signed).ok().map(|secret| secret.device)
        };
        let Some(author) = author else { continue };
        let used = out.entry(author).or_default();
        used.all.add(record.len());
        if newer {
            used.since.add(record.len());
        }
    }
    Ok(out)
}
