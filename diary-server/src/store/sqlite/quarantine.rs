//! Parcels that are stored and not merged: listing them, and letting them be judged once more. Why they are set aside is
//! decided by the judge.

use std::collections::BTreeSet;

use diary_core::act::Act;
use diary_core::ids::{Hash, Incarnation, KeyId, VaultId};
use diary_core::parcel::QuarantineCode;
use diary_core::record::accepted;
use diary_core::time::{ReceivedAt, UtcMillis};
use rusqlite::{Row, Transaction};

use super::intake::QUARANTINED;
use super::log::vault_no;
use super::row::{Step, decode, not_found};
use crate::store::{Aside, Requeue, SetAside, SetAsideQuery};

const SET_ASIDE: &str = "-- store::quarantine::set_aside
SELECT v.id, s.subject, p.n, l.author, l.incarnation, p.seq, p.core_hash, p.received, length(r.record), p.state,
    p.code, g.n, p.judge
FROM parcel p INDEXED BY parcel_set_aside JOIN life l ON l.no = p.life JOIN vault v ON v.no = l.vault
JOIN parcel_grant g ON g.no = p.named JOIN log r ON r.place = (l.vault << 32 | p.n)
LEFT JOIN participant s ON s.vault = l.vault
WHERE p.state >= 2 AND (?1 IS NULL OR v.id = ?1) AND (?2 IS NULL OR p.n = ?2)
ORDER BY s.subject IS NULL, s.subject, v.id, p.n";
const REQUEUE_ONE: &str = "-- store::quarantine::requeue_one
UPDATE parcel SET state = 0, code = NULL
WHERE state = 2 AND n = ?2 AND life IN (SELECT no FROM life WHERE vault = ?1)";
const REQUEUE_OF_OTHERS: &str = "-- store::quarantine::requeue_of_others
UPDATE parcel SET state = 0, code = NULL WHERE state = 2 AND judge IS NOT ?1 AND code <> ?2";
const REQUEUE_CORE: &str = "-- store::quarantine::requeue_core
UPDATE parcel SET state = 0, code = NULL
WHERE state = 2 AND core_hash = ?2 AND life IN (SELECT no FROM life WHERE vault = ?1)";
const ACTS: &str = "-- store::quarantine::acts
SELECT bytes FROM act WHERE vault = ?1";

/// What is stored and not merged.
pub(super) fn set_aside(t: &Transaction<'_>, query: &SetAsideQuery) -> Step<Vec<SetAside>> {
    let vault = query.vault.map(|vault| *vault.as_bytes());
    let mut statement = t.prepare_cached(SET_ASIDE)?;
    let rows = statement.query_map((vault, query.n.map(u64::cast_signed)), one)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn one(row: &Row<'_>) -> Result<SetAside, rusqlite::Error> {
    let grant: Option<i64> = row.get(11)?;
    let why = match (row.get::<_, i64>(9)?, grant) {
        (QUARANTINED, _) => Aside::Quarantined(QuarantineCode::from_number(row.get(10)?)),
        (_, None) => Aside::GrantNeeded,
        (_, Some(_)) => Aside::Pending,
    };
    Ok(SetAside {
        vault: VaultId::from_bytes(row.get(0)?),
        subject: row.get(1)?,
        n: row.get::<_, i64>(2)?.cast_unsigned(),
        author: KeyId::from_bytes(row.get(3)?),
        incarnation: Incarnation::from_bytes(row.get(4)?),
        seq: row.get::<_, i64>(5)?.cast_unsigned(),
        core_hash: Hash::from_bytes(row.get(6)?),
        received: ReceivedAt(UtcMillis(row.get(7)?)),
        bytes: row.get::<_, i64>(8)?.cast_unsigned(),
        why,
        judge: row.get(12)?,
    })
}

/// Lets parcels in quarantine wait once more.
pub(super) fn requeue(t: &Transaction<'_>, which: &Requeue) -> Step<()> {
    match which {
        Requeue::One(vault, n) => {
            let vault = vault_no(t, *vault)?;
            match t.prepare_cached(REQUEUE_ONE)?.execute((vault, n.cast_signed()))? {
                0 => not_found("parcel in quarantine"),
                _ => Ok(()),
            }
        }
        Requeue::NotJudgedBy(judge) => {
            t.execute(REQUEUE_OF_OTHERS, (judge, QuarantineCode::Revoked.number()))?;
            Ok(())
        }
    }
}

/// Lets a parcel that the site accepts wait once more, where it is in quarantine.
pub(super) fn requeue_accepted(t: &Transaction<'_>, vault: i64, core: &Hash) -> Step<()> {
    t.prepare_cached(REQUEUE_CORE)?.execute((vault, core.as_bytes()))?;
    Ok(())
}

/// Parcels of a vault that the site accepts although their devices are revoked, as the merged acts say.
pub(super) fn accepted_in(t: &Transaction<'_>, vault: i64) -> Step<BTreeSet<Hash>> {
    let mut statement = t.prepare_cached(ACTS)?;
    let rows = statement.query_map([vault], |row| row.get::<_, Vec<u8>>(0))?;
    let acts = rows.map(|bytes| decode::<Act>("an act", &bytes?)).collect::<Step<Vec<_>>>()?;
    Ok(accepted(acts.iter()))
}
