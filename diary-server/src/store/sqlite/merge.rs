//! The merge worker's tables: what waits, and what became of it.

use std::collections::BTreeMap;

use diary_core::act::ActContent;
use diary_core::ids::{Hash, KeyId, VaultId};
use diary_core::keys::VerifyingKey;
use diary_core::merge::Change;
use diary_core::parcel::{ReceiptLevel, SealedParcel};
use diary_core::signed::Signed;
use diary_core::time::{ReceivedAt, UtcMillis};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::backed_up::receipt;
use super::devices::state;
use super::intake::{HELD, Intake, READY, Vault};
use super::keeper_chain::{append_parcels, is_at};
use super::log::{record, vault_no};
use super::quarantine::{accepted_in, requeue_accepted};
use super::record::{add_opened, add_plan};
use super::rewraps::Rewraps;
use super::row::{Step, corrupt};
use super::telling;
use super::threads::commit;
use crate::store::{
    DeviceState, GrantBytes, Outcome, ParcelRef, Signer, StoreError, VaultMerge, Verdict, Waiting,
    WaitingBatch, WaitingParcel,
};

const VERB: &str = "commit_merge";
const WAITING: &str = "-- store::merge::waiting
SELECT p.life, p.seq, p.fork, p.n, p.received, g.hash, g.n, l.author, l.borrowed,
    d.signing, d.confirmed, d.revoked, d.revocation_n, l.vault, v.id
FROM parcel p INDEXED BY parcel_to_merge JOIN life l ON l.no = p.life
JOIN parcel_grant g ON g.no = p.named JOIN vault v ON v.no = l.vault LEFT JOIN device d ON d.no = l.device
WHERE p.state = 0 AND p.life > ?1 ORDER BY p.life, p.seq, p.fork LIMIT ?2";
const ROW: &str = "-- store::merge::row
SELECT p.state, p.n, p.core_hash, p.body_hash, l.device IS NOT NULL FROM parcel p JOIN life l ON l.no = p.life
WHERE p.life = ?1 AND p.seq = ?2 AND p.fork = ?3";

/// Up to `limit` parcels that wait, after a mark.
pub(super) fn waiting(t: &Transaction<'_>, mark: u64, limit: u32) -> Step<Waiting> {
    let mut batches: BTreeMap<i64, WaitingBatch> = BTreeMap::new();
    let mut statement = t.prepare_cached(WAITING)?;
    let mut rows = statement.query((mark.cast_signed(), limit))?;
    let (mut count, mut last, mut rewraps) = (0, 0, Rewraps::default());
    while let Some(row) = rows.next()? {
        let (parcel, grant_n) = waiting_parcel(t, row)?;
        let vault: i64 = row.get(13)?;
        let id = VaultId::from_bytes(row.get(14)?);
        (count, last) = (count + 1, parcel.row.life.cast_unsigned());
        let batch = batches.entry(vault).or_insert_with(|| WaitingBatch {
            vault: id,
            parcels: Vec::new(),
            grants: BTreeMap::new(),
        });
        if let (Some(n), None) = (grant_n, batch.grants.get(&parcel.grant)) {
            let rewraps = rewraps.of(t, vault, parcel.grant)?;
            batch.grants.insert(parcel.grant, GrantBytes { signed: record(t, vault, n)?, rewraps });
        }
        batch.parcels.push(parcel);
    }
    let to_tell = if mark == 0 { telling::to_tell(t)? } else { Vec::new() };
    let mark = if count < limit { 0 } else { last };
    Ok(Waiting { batches: batches.into_values().collect(), to_tell, mark })
}

/// Reads the columns that waiting parcels and stored ones have in common.
pub(super) fn waiting_parcel(t: &Transaction<'_>, row: &Row<'_>) -> Step<(WaitingParcel, Option<u64>)> {
    let vault: i64 = row.get(13)?;
    let n = row.get::<_, i64>(3)?.cast_unsigned();
    let device_key = row.get::<_, Option<[u8; 32]>>(9)?.map(VerifyingKey);
    let revocation = row.get::<_, Option<i64>>(12)?.map(|n| {
        let bytes = record(t, vault, n.cast_unsigned())?;
        Signed::from_bytes(&bytes).map_err(|_| corrupt("a revocation"))
    });
    let state = state(row.get(10)?, row.get(11)?);
    let bytes = record(t, vault, n)?;
    // Asked for revoked devices, and for keepers, whose key may have been replaced: what others send needs nobody's
    // acceptance.
    let asked = device_key.is_none() || matches!(state, DeviceState::Revoked(_));
    let accepted = match SealedParcel::from_bytes(&bytes) {
        Ok(sealed) if asked => accepted_in(t, vault)?.contains(&sealed.core_hash()),
        _ => false,
    };
    let parcel = WaitingParcel {
        row: ParcelRef { life: row.get(0)?, seq: row.get(1)?, fork: row.get(2)? },
        n,
        bytes,
        grant: Hash::from_bytes(row.get(5)?),
        author: KeyId::from_bytes(row.get(7)?),
        device_key,
        device_state: device_key.is_some().then_some(state),
        revocation: revocation.transpose()?,
        borrowed: row.get::<_, i64>(8)? != 0,
        accepted,
        received: ReceivedAt(UtcMillis(row.get(4)?)),
    };
    Ok((parcel, row.get::<_, Option<i64>>(6)?.map(i64::cast_unsigned)))
}

/// Commits what became of waiting parcels, of several vaults in one transaction. Where the database refuses something
/// in it, each vault is tried alone.
pub(super) fn commit_merge(
    connection: &mut Connection,
    merges: &[VaultMerge],
    signer: &Signer,
) -> Result<usize, StoreError> {
    match commit(connection, VERB, |t| settle_all(t, merges, signer)) {
        Err(error)
            if merges.len() > 1
                && !error.is_fatal()
                && !matches!(error, StoreError::Full | StoreError::Busy) =>
        {
            let mut settled = 0;
            for merge in merges {
                match commit_merge(connection, std::slice::from_ref(merge), signer) {
                    Ok(count) => settled += count,
                    Err(error) if error.is_fatal() => return Err(error),
                    Err(error) => tracing::error!(vault = %merge.vault, %error, "a merge was not written"),
                }
            }
            Ok(settled)
        }
        outcome => outcome,
    }
}

fn settle_all(t: &Transaction<'_>, merges: &[VaultMerge], signer: &Signer) -> Step<usize> {
    let mut intake = Intake::new(t, signer.clone())?;
    let (mut settled, mut accepted) = (0, Vec::new());
    for merge in merges {
        let vault = Vault { no: vault_no(t, merge.vault)?, id: merge.vault };
        if let Some(reply) = &merge.reply
            && !is_at(t, vault.no, signer.key(), &reply.after)?
        {
            tracing::debug!(vault = %merge.vault, "the keeper's head has moved; the parcels go on waiting");
            continue;
        }
        for outcome in &merge.outcomes {
            settled += usize::from(settle(t, &mut intake, vault, outcome, merge.at)?);
            accepted.extend(accepts(outcome).map(|core| (vault.no, core)));
        }
        if let Some(reply) = &merge.reply {
            append_parcels(t, &mut intake, vault, signer.key(), reply)?;
            settled += usize::from(merge.outcomes.is_empty());
        }
        if let Some(mark) = merge.told {
            telling::told(t, vault.no, mark)?;
        }
    }
    intake.finish()?;
    // After the writer of the logs has written their heads: these go on from there.
    for merge in merges {
        if let Some(backed_up) = &merge.backed_up {
            let vault = Vault { no: vault_no(t, merge.vault)?, id: merge.vault };
            settled += receipt(t, vault, backed_up, signer, merge.at)?;
        }
    }
    // Last, so that a parcel that was put into quarantine a line above is found as well.
    for (vault, core) in accepted {
        requeue_accepted(t, vault, &core)?;
    }
    Ok(settled)
}

/// Parcels that acts in a merged parcel accept.
fn accepts(outcome: &Outcome) -> impl Iterator<Item = Hash> {
    let changes = match &outcome.verdict {
        Verdict::Merged(plan) => plan.changes.as_slice(),
        Verdict::Quarantined(_) => &[],
    };
    changes.iter().filter_map(|change| {
        let Change::Act { act, .. } = change else { return None };
        let ActContent::QuarantineDecision { core, accept: true } = &act.content else { return None };
        Some(*core)
    })
}

/// Writes what became of one parcel, unless another process did so before.
fn settle(
    t: &Transaction<'_>,
    intake: &mut Intake<'_>,
    vault: Vault,
    outcome: &Outcome,
    at: UtcMillis,
) -> Step<bool> {
    let ParcelRef { life, seq, fork } = outcome.row;
    let found = t
        .prepare_cached(ROW)?
        .query_row((life, seq, fork), |row| {
            let hashes = (Hash::from_bytes(row.get(2)?), Hash::from_bytes(row.get(3)?));
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?.cast_unsigned(), hashes, row.get::<_, bool>(4)?))
        })
        .optional()?;
    let Some((state, n, hashes, of_device)) = found.filter(|(_, n, ..)| *n == outcome.n) else {
        return Err(corrupt("a parcel that waited is gone"));
    };
    if state != READY && state != HELD {
        return Ok(false);
    }
    if let Some(opened) = &outcome.opened {
        add_opened(t, vault.no, n, opened)?;
    }
    let level = match &outcome.verdict {
        Verdict::Merged(plan) => {
            add_plan(t, vault.no, n, plan)?;
            if of_device {
                telling::merged(t, vault.no, plan)?;
            }
            ReceiptLevel::Merged
        }
        Verdict::Quarantined(code) => ReceiptLevel::Quarantined(*code),
    };
    intake.settle(vault, outcome.row, hashes, n, level, at);
    Ok(true)
}
