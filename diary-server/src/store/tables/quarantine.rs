//! Parcels that are stored and not merged: listing them, and letting them be judged once more. Why they are set aside is
//! decided by the judge.

use std::collections::BTreeSet;

use diary_core::act::Act;
use diary_core::ids::{Hash, Incarnation, KeyId, VaultId};
use diary_core::parcel::QuarantineCode;
use diary_core::record::accepted;
use diary_core::time::{ReceivedAt, UtcMillis};

use super::intake::QUARANTINED;
use super::log::vault_alone;
use super::place::decode;
use super::record_rows::ACT_BYTES;
use crate::store::sql::{Row, Step, Tx, not_found};
use crate::store::{Aside, Requeue, SetAside, SetAsideQuery};

const SET_ASIDE: &str = "-- store::quarantine::set_aside
SELECT v.id, s.subject, p.n, l.author, l.incarnation, p.seq, p.core_hash, p.received, length(r.record), p.state,
    p.code, g.n, p.judge
FROM parcel p INDEXED BY parcel_set_aside JOIN life l ON l.no = p.life JOIN vault v ON v.no = l.vault
JOIN parcel_grant g ON g.no = p.named JOIN log r ON r.place = (l.vault << 32 | p.n)
LEFT JOIN participant s ON s.vault = l.vault
WHERE p.state >= 2 AND v.id = coalesce(?1, v.id) AND p.n = coalesce(?2, p.n)
ORDER BY s.subject IS NULL, s.subject, v.id, p.n";
const REQUEUE_ONE: &str = "-- store::quarantine::requeue_one
UPDATE parcel SET state = 0, code = NULL
WHERE state = 2 AND n = ?2 AND life IN (SELECT no FROM life WHERE vault = ?1)";
const REQUEUE_OF_OTHERS: &str = "-- store::quarantine::requeue_of_others
UPDATE parcel SET state = 0, code = NULL WHERE state = 2 AND judge IS DISTINCT FROM ?1 AND code <> ?2";
const REQUEUE_CORE: &str = "-- store::quarantine::requeue_core
UPDATE parcel SET state = 0, code = NULL
WHERE state = 2 AND core_hash = ?2 AND life IN (SELECT no FROM life WHERE vault = ?1)";
const ACTS: &str = "-- store::quarantine::acts
SELECT bytes FROM act WHERE vault = ?1";

/// What is stored and not merged.
pub(super) fn set_aside(t: &dyn Tx, query: &SetAsideQuery) -> Step<Vec<SetAside>> {
    let vault = query.vault.map(|vault| *vault.as_bytes());
    t.all(SET_ASIDE, (vault.as_ref(), query.n.map(u64::cast_signed)), one)
}

fn one(row: &Row) -> Step<SetAside> {
    let grant: Option<i64> = row.get(11)?;
    let why = match (row.get::<i64>(9)?, grant) {
        (QUARANTINED, _) => Aside::Quarantined(QuarantineCode::from_number(row.get(10)?)),
        (_, None) => Aside::GrantNeeded,
        (_, Some(_)) => Aside::Pending,
    };
    Ok(SetAside {
        vault: VaultId::from_bytes(row.get(0)?),
        subject: row.get(1)?,
        n: row.get::<i64>(2)?.cast_unsigned(),
        author: KeyId::from_bytes(row.get(3)?),
        incarnation: Incarnation::from_bytes(row.get(4)?),
        seq: row.get::<i64>(5)?.cast_unsigned(),
        core_hash: Hash::from_bytes(row.get(6)?),
        received: ReceivedAt(UtcMillis(row.get(7)?)),
        bytes: row.get::<i64>(8)?.cast_unsigned(),
        why,
        judge: row.get(12)?,
    })
}

/// Lets parcels in quarantine wait once more.
pub(super) fn requeue(t: &dyn Tx, which: &Requeue) -> Step<()> {
    match which {
        Requeue::One(vault, n) => {
            let vault = vault_alone(t, *vault)?;
            match t.run(REQUEUE_ONE, (vault, n.cast_signed()))? {
                0 => not_found("parcel in quarantine"),
                _ => Ok(()),
            }
        }
        Requeue::NotJudgedBy(judge) => {
            t.run(REQUEUE_OF_OTHERS, (*judge, QuarantineCode::Revoked.number()))?;
            Ok(())
        }
    }
}

/// Lets a parcel that the site accepts wait once more, where it is in quarantine.
pub(super) fn requeue_accepted(t: &dyn Tx, vault: i64, core: &Hash) -> Step<()> {
    t.run(REQUEUE_CORE, (vault, core.as_bytes()))?;
    Ok(())
}

/// Parcels of a vault that the site accepts although their devices are revoked, as the merged acts say.
pub(super) fn accepted_in(t: &dyn Tx, vault: i64) -> Step<BTreeSet<Hash>> {
    // One that cannot be read accepts nothing: else a damaged row would keep the parcels from being read that repair it.
    let acts: Vec<Option<Act>> =
        t.all(ACTS, [vault], |row| Ok(decode("an act", &row.sealed(ACT_BYTES, 0)?).ok()))?;
    Ok(accepted(acts.iter().flatten()))
}
