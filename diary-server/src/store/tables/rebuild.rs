//! What a rebuild reads, and putting what it made in the place of a vault's record.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::ids::{Hash, VaultId};
use diary_core::merge::AuthorRole;
use diary_core::parcel::{QuarantineCode, ReceiptLevel};
use diary_core::time::UtcMillis;

use super::intake::{Intake, MERGED, QUARANTINED, Vault};
use super::log::{opened_at, record, vault_alone, vault_no};
use super::place::places;
use super::record_rows::RecordRows;
use super::rewraps::Rewraps;
use super::standing::changed_one;
use super::trail;
use super::waiting::{Papers, waiting_parcel};
use crate::store::sql::{Step, Tx, conflict};
use crate::store::{GrantBytes, Outcome, ParcelRef, Rebuilt, Signer, StoredParcel, TrailEvent, Verdict};

const PARCELS: &str = "-- store::rebuild::parcels
SELECT p.life, p.seq, p.fork, p.n, p.received, g.hash, g.n, l.author, l.borrowed,
    d.signing, d.confirmed, d.revoked, d.revocation_n, l.vault, r.record, p.state, p.code, o.salt, o.plain
FROM life l JOIN parcel p ON p.life = l.no JOIN parcel_grant g ON g.no = p.named
JOIN log r ON r.place = (l.vault << 32 | p.n) LEFT JOIN opened o ON o.place = r.place
LEFT JOIN device d ON d.no = l.device WHERE l.vault = ?1 ORDER BY p.n";
const SETTLED: &str = "-- store::rebuild::settled
SELECT p.n FROM life l JOIN parcel p ON p.life = l.no WHERE l.vault = ?1 AND p.state IN (1, 2)";
const ROW: &str = "-- store::rebuild::row
SELECT state, code, core_hash, body_hash FROM parcel WHERE life = ?1 AND seq = ?2 AND fork = ?3";
const CLEAR_OPENED: &str = "-- store::rebuild::clear_opened
DELETE FROM opened WHERE place > ?1 AND place < ?2";
const CLEAR: &[&str] = &[
    "DELETE FROM revision WHERE vault = ?1",
    "DELETE FROM act WHERE vault = ?1",
    "DELETE FROM statement WHERE vault = ?1",
    "DELETE FROM succession WHERE vault = ?1",
];

/// Every parcel of a vault, in log order.
pub(super) fn stored_parcels(t: &dyn Tx, id: VaultId) -> Step<Vec<StoredParcel>> {
    let vault = vault_no(t, id)?;
    let (mut out, mut rewraps, mut papers) = (Vec::new(), Rewraps::default(), Papers::default());
    let mut grants: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    for row in &t.rows(PARCELS, [vault])? {
        let (parcel, grant_n) = waiting_parcel(t, row, &mut papers)?;
        let role = if parcel.device_key.is_some() { AuthorRole::Device } else { AuthorRole::Keeper };
        let settled = match row.get::<i64>(15)? {
            MERGED => Some(Ok(())),
            QUARANTINED => Some(Err(QuarantineCode::from_number(row.get(16)?))),
            _ => None,
        };
        let plain = row.get::<Option<Vec<u8>>>(17)?.map(|_| opened_at(row, 17));
        let mut grant = None;
        if let Some(n) = grant_n {
            let rewraps = rewraps.of(t, vault, parcel.grant)?;
            let signed = match grants.get(&n) {
                Some(known) => known.clone(),
                None => record(t, vault, n)?,
            };
            grants.insert(n, signed.clone());
            grant = Some(GrantBytes { signed, rewraps });
        }
        let opened = plain.transpose()?;
        out.push(StoredParcel { parcel, role, grant, opened, settled });
    }
    Ok(out)
}

/// Puts rebuilt rows in the place of a vault's record. A parcel whose fate has changed gets a new receipt.
pub(super) fn replace_record(t: &dyn Tx, rebuilt: &Rebuilt, signer: &Signer, event: &TrailEvent) -> Step<()> {
    let vault = Vault { no: vault_alone(t, rebuilt.vault)?, id: rebuilt.vault };
    let live: BTreeSet<i64> = t.all(SETTLED, [vault.no], |row| row.get(0))?;
    if live != rebuilt.outcomes.iter().map(|outcome| outcome.n.cast_signed()).collect() {
        return conflict("parcels were merged since the rebuild began");
    }
    t.run("INSERT INTO rebuilding (vault) VALUES (?1)", [vault.no])?;
    for clear in CLEAR {
        t.run(clear, [vault.no])?;
    }
    t.run(CLEAR_OPENED, places(vault.no))?;
    t.run("DELETE FROM rebuilding", ())?;
    let (mut intake, mut rows) = (Intake::new(t, signer.clone())?, RecordRows::default());
    for outcome in &rebuilt.outcomes {
        replace_one(t, &mut intake, &mut rows, vault, outcome, rebuilt.at)?;
    }
    rows.write(t)?;
    changed_one(t, vault.no)?;
    intake.finish()?;
    trail::append(t, event)
}

fn replace_one<'r>(
    t: &dyn Tx,
    intake: &mut Intake<'_>,
    rows: &mut RecordRows<'r>,
    vault: Vault,
    outcome: &'r Outcome,
    at: UtcMillis,
) -> Step<()> {
    if let Some(opened) = &outcome.opened {
        rows.add_opened(vault.no, outcome.n, opened)?;
    }
    let (level, now) = match &outcome.verdict {
        Verdict::Merged(plan) => {
            rows.add_plan(vault.no, outcome.n, plan);
            (ReceiptLevel::Merged, (MERGED, None))
        }
        Verdict::Quarantined(code) => (ReceiptLevel::Quarantined(*code), (QUARANTINED, Some(code.number()))),
    };
    let ParcelRef { life, seq, fork } = outcome.row;
    let (before, hashes) = t.one(ROW, (life, seq, fork), |row| {
        let hashes = (Hash::from_bytes(row.get(2)?), Hash::from_bytes(row.get(3)?));
        Ok(((row.get::<i64>(0)?, row.get::<Option<u16>>(1)?), hashes))
    })?;
    if before != now {
        intake.settle(vault, outcome.row, hashes, outcome.n, level, at);
    }
    Ok(())
}
