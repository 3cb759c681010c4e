//! What a rebuild reads, and putting what it made in the place of a vault's record.

use std::collections::BTreeSet;

use diary_core::ids::{Hash, VaultId};
use diary_core::merge::AuthorRole;
use diary_core::parcel::{QuarantineCode, ReceiptLevel};
use rusqlite::{OptionalExtension, Transaction};

use super::intake::{Intake, MERGED, QUARANTINED, Vault};
use super::log::{record, vault_no};
use super::merge::waiting_parcel;
use super::record::{add_opened, add_plan};
use super::rewraps::Rewraps;
use super::row::{Step, conflict, place};
use super::trail;
use crate::store::{
    GrantBytes, OpenedPlain, Outcome, ParcelRef, Rebuilt, Signer, StoredParcel, TrailEvent, Verdict,
};

const PARCELS: &str = "-- store::rebuild::parcels
SELECT p.life, p.seq, p.fork, p.n, p.received, g.hash, g.n, l.author, l.borrowed,
    d.signing, d.confirmed, d.revoked, d.revocation_n, l.vault, p.state, p.code
FROM life l JOIN parcel p ON p.life = l.no JOIN parcel_grant g ON g.no = p.named
LEFT JOIN device d ON d.no = l.device WHERE l.vault = ?1 ORDER BY p.n";
const OPENED: &str = "-- store::rebuild::opened
SELECT salt, plain FROM opened WHERE place = ?1";
const SETTLED: &str = "-- store::rebuild::settled
SELECT p.n FROM life l JOIN parcel p ON p.life = l.no WHERE l.vault = ?1 AND p.state IN (1, 2)";
const ROW: &str = "-- store::rebuild::row
SELECT state, code, core_hash, body_hash FROM parcel WHERE life = ?1 AND seq = ?2 AND fork = ?3";
const CLEAR: &[&str] = &[
    "DELETE FROM opened WHERE place > ?1 << 32 AND place < (?1 + 1) << 32",
    "DELETE FROM revision WHERE vault = ?1",
    "DELETE FROM act WHERE vault = ?1",
    "DELETE FROM statement WHERE vault = ?1",
    "DELETE FROM succession WHERE vault = ?1",
];

/// Every parcel of a vault, in log order.
pub(super) fn stored_parcels(t: &Transaction<'_>, id: VaultId) -> Step<Vec<StoredParcel>> {
    let vault = vault_no(t, id)?;
    let mut statement = t.prepare_cached(PARCELS)?;
    let mut rows = statement.query([vault])?;
    let (mut out, mut rewraps) = (Vec::new(), Rewraps::default());
    while let Some(row) = rows.next()? {
        let (parcel, grant_n) = waiting_parcel(t, row)?;
        let role = if parcel.device_key.is_some() { AuthorRole::Device } else { AuthorRole::Keeper };
        let settled = match row.get::<_, i64>(14)? {
            MERGED => Some(Ok(())),
            QUARANTINED => Some(Err(QuarantineCode::from_number(row.get(15)?))),
            _ => None,
        };
        let opened = t
            .prepare_cached(OPENED)?
            .query_row([place(vault, parcel.n)?], |row| {
                Ok(OpenedPlain { salt: row.get(0)?, plain: row.get(1)? })
            })
            .optional()?;
        let mut grant = None;
        if let Some(n) = grant_n {
            let rewraps = rewraps.of(t, vault, parcel.grant)?;
            grant = Some(GrantBytes { signed: record(t, vault, n)?, rewraps });
        }
        out.push(StoredParcel { parcel, role, grant, opened, settled });
    }
    Ok(out)
}

/// Puts rebuilt rows in the place of a vault's record. A parcel whose fate has changed gets a new receipt.
pub(super) fn replace_record(
    t: &Transaction<'_>,
    rebuilt: &Rebuilt,
    signer: Signer,
    event: &TrailEvent,
) -> Step<()> {
    let vault = Vault { no: vault_no(t, rebuilt.vault)?, id: rebuilt.vault };
    let mut statement = t.prepare_cached(SETTLED)?;
    let live = statement.query_map([vault.no], |row| row.get(0))?.collect::<Result<BTreeSet<i64>, _>>()?;
    if live != rebuilt.outcomes.iter().map(|outcome| outcome.n.cast_signed()).collect() {
        return conflict("parcels were merged since the rebuild began");
    }
    t.execute("INSERT INTO rebuilding (vault) VALUES (?1)", [vault.no])?;
    for clear in CLEAR {
        t.execute(clear, [vault.no])?;
    }
    t.execute("DELETE FROM rebuilding", [])?;
    let mut intake = Intake::new(t, signer)?;
    for outcome in &rebuilt.outcomes {
        replace_one(t, &mut intake, vault, outcome, rebuilt)?;
    }
    intake.finish()?;
    trail::append(t, event)
}

fn replace_one(
    t: &Transaction<'_>,
    intake: &mut Intake<'_>,
    vault: Vault,
    outcome: &Outcome,
    rebuilt: &Rebuilt,
) -> Step<()> {
    if let Some(opened) = &outcome.opened {
        add_opened(t, vault.no, outcome.n, opened)?;
    }
    let (level, now) = match &outcome.verdict {
        Verdict::Merged(plan) => {
            add_plan(t, vault.no, outcome.n, plan)?;
            (ReceiptLevel::Merged, (MERGED, None))
        }
        Verdict::Quarantined(code) => (ReceiptLevel::Quarantined(*code), (QUARANTINED, Some(code.number()))),
    };
    let ParcelRef { life, seq, fork } = outcome.row;
    let (before, hashes) = t.prepare_cached(ROW)?.query_row((life, seq, fork), |row| {
        let hashes = (Hash::from_bytes(row.get(2)?), Hash::from_bytes(row.get(3)?));
        Ok(((row.get::<_, i64>(0)?, row.get::<_, Option<u16>>(1)?), hashes))
    })?;
    if before != now {
        intake.settle(vault, outcome.row, hashes, outcome.n, level, rebuilt.at);
    }
    Ok(())
}
