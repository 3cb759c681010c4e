//! Takes records of another server, each once: at a relay records handed over by the keeper, at a keeper records of a
//! relay's feed. Signatures were verified before.

use std::collections::BTreeSet;

use diary_core::api::LeftCode;
use diary_core::hash::sha256;
use diary_core::ids::{KeyId, VaultId};
use diary_core::parcel::LogKind;
use diary_core::parcel::log::CHAIN_START;
use diary_core::time::UtcMillis;

use crate::devices::join::{offer_links, take_join};
use crate::devices::{self, Device, adopt_certificate, find_device, set_recovery, take_retired};
use crate::feed;
use crate::intake::{Author, Intake, Vault};
use crate::joining::Way;
use crate::log::{epoch, find_vault, find_vaults};
use crate::participants::add_vault;
use crate::relay;
use crate::sql::{Step, Tx};
use crate::{JoinOutcome, Put, PutFrom, PutOutcome, PutReport, RecordToPut, RecordsToPut, Signer, VaultHead};

const HANDED: &str = "-- store::import::handed
SELECT n FROM handed WHERE vault = ?1 AND hash = ?2";
const SET_HANDED: &str = "-- store::import::set_handed
INSERT INTO handed (vault, hash, n) VALUES (?1, ?2, ?3) ON CONFLICT (vault, hash) DO NOTHING";

/// Takes a set of records of another server.
pub(crate) fn put_records(t: &dyn Tx, put: &RecordsToPut, signer: &Signer) -> Step<PutReport> {
    let relay = prepare(t, &put.from)?;
    if let PutFrom::Links(links) = &put.from {
        offer_links(t, links, put.at)?;
    }
    let mut intake = Intake::new(t, signer.clone())?;
    look_ahead(t, &mut intake, &put.records)?;
    let (mut outcomes, mut dropped) = (Vec::with_capacity(put.records.len()), 0);
    for one in &put.records {
        let outcome = take(t, &mut intake, relay, one, put.at)?;
        if let Some(relay) = relay {
            match outcome {
                PutOutcome::Rejected(code) => {
                    dropped += u64::from(!relay::leave(t, relay, &one.record, code)?);
                }
                PutOutcome::Taken | PutOutcome::Known => relay::take_left(t, relay, &one.record)?,
            }
        }
        outcomes.push(outcome);
    }
    if let Some(relay) = relay {
        for left in &put.left {
            dropped += u64::from(!relay::leave(t, relay, &left.record, left.code)?);
        }
    }
    intake.finish()?;
    let head = feed::head(t)?.unwrap_or(VaultHead { n: 0, chain: CHAIN_START });
    Ok(PutReport { outcomes, dropped, epoch: epoch(t)?, head })
}

/// Reads rows for most of the records together.
fn look_ahead(t: &dyn Tx, intake: &mut Intake<'_>, records: &[RecordToPut]) -> Step<()> {
    let ids: BTreeSet<VaultId> = records.iter().map(|one| one.record.vault).collect();
    let vaults = find_vaults(t, &ids.into_iter().collect::<Vec<_>>())?;
    intake.log.take_heads(vaults.values().copied())?;
    let parcels: Vec<_> = records
        .iter()
        .filter_map(|one| {
            let Put::Parcel { author, parcel, .. } = &one.what else { return None };
            let vault = Vault { no: *vaults.get(&one.record.vault)?, id: one.record.vault };
            Some((vault, *author, &**parcel))
        })
        .collect();
    intake.look_ahead(&parcels)
}

/// Updates the progress of reading and handing over; returns the relay whose feed the records are from.
fn prepare(t: &dyn Tx, from: &PutFrom) -> Step<Option<KeyId>> {
    match from {
        PutFrom::Keeper | PutFrom::Links(_) => Ok(None),
        PutFrom::Feed { relay, cursor, anew } => {
            if *anew {
                relay::hand_again(t, *relay)?;
            }
            relay::set_read(t, *relay, cursor)?;
            Ok(Some(*relay))
        }
        PutFrom::Rejected { relay } => Ok(Some(*relay)),
        PutFrom::Handed { relay, looked, owed, paid } => {
            relay::handed(t, *relay, looked)?;
            relay::acknowledged(t, *relay, owed, paid)?;
            Ok(Some(*relay))
        }
        PutFrom::Again { relay } => {
            relay::read_again(t, *relay)?;
            relay::hand_again(t, *relay)?;
            Ok(Some(*relay))
        }
    }
}

fn take(
    t: &dyn Tx,
    intake: &mut Intake<'_>,
    relay: Option<KeyId>,
    one: &RecordToPut,
    at: UtcMillis,
) -> Step<PutOutcome> {
    let id = one.record.vault;
    let no = match (find_vault(t, id)?, feed::site(t)?) {
        (Some(no), _) => no,
        // A relay that has lost a vault recovers it from the keeper's records.
        (None, Some(site)) => add_vault(t, id, &site, at)?,
        (None, None) => return Ok(PutOutcome::Rejected(LeftCode::UnknownVault)),
    };
    let vault = Vault { no, id };
    let outcome = match &one.what {
        Put::Join(_)
        | Put::Certificate(..)
        | Put::Retired(..)
        | Put::Revocation(..)
        | Put::HeldRevocation(..) => take_paper(t, intake, relay, vault, one, at)?,
        Put::Grant(grant) => {
            intake.grant(vault, grant, at)?;
            PutOutcome::Taken
        }
        Put::Parcel { author, by_keeper, .. } => match author_of(t, no, *author, *by_keeper)? {
            Err(code) => PutOutcome::Rejected(code),
            Ok(author) => take_parcel(t, intake, relay, vault, author, one, at)?,
        },
        Put::Recovery(device, _) => match find_device(t, no, *device)? {
            None => PutOutcome::Rejected(LeftCode::UnknownDevice),
            Some(device) => take_recovery(t, intake, vault, device, one, at)?,
        },
        Put::Plain => {
            if is_there(t, vault, one, false)? {
                PutOutcome::Known
            } else {
                intake.log.append(no, one.record.kind, &one.record.record, at)?;
                note(t, intake, vault, one)?
            }
        }
        Put::Own => PutOutcome::Known,
    };
    if let Some(relay) = relay.filter(|_| !matches!(outcome, PutOutcome::Rejected(_))) {
        relay::serves(t, relay, no)?;
    }
    Ok(outcome)
}

/// Takes a join request, certificate or revocation.
fn take_paper(
    t: &dyn Tx,
    intake: &mut Intake<'_>,
    relay: Option<KeyId>,
    vault: Vault,
    one: &RecordToPut,
    at: UtcMillis,
) -> Step<PutOutcome> {
    let no = vault.no;
    // Written first: a paper releases parcels held for it, also ones taken in this transaction.
    intake.flush()?;
    Ok(match &one.what {
        Put::Join(join) => joined(&take_join(t, &mut intake.log, join, Way::Relayed { read: at })?),
        Put::Certificate(signed, certificate) => {
            let known = find_device(t, no, certificate.device())?.is_some_and(|device| device.confirmed);
            if is_there(t, vault, one, known && relay.is_some())? {
                PutOutcome::Known
            } else {
                adopt_certificate(t, &mut intake.log, no, signed, certificate, at)?;
                note(t, intake, vault, one)?
            }
        }
        Put::Retired(signed, certificate) => {
            if take_retired(t, &mut intake.log, no, signed, certificate, at)? {
                PutOutcome::Taken
            } else {
                PutOutcome::Known
            }
        }
        Put::Revocation(_, revocation) => match find_device(t, no, revocation.device)? {
            None => PutOutcome::Rejected(LeftCode::UnknownDevice),
            Some(device) if is_there(t, vault, one, device.revoked)? => PutOutcome::Known,
            Some(device) => {
                devices::revoke(t, &mut intake.log, no, device, &one.record.record, at)?;
                note(t, intake, vault, one)?
            }
        },
        Put::HeldRevocation(signed, revocation) => {
            if devices::hold_revocation(t, no, signed, revocation, at)? {
                PutOutcome::Taken
            } else {
                PutOutcome::Known
            }
        }
        Put::Grant(_) | Put::Parcel { .. } | Put::Recovery(..) | Put::Plain | Put::Own => PutOutcome::Known,
    })
}

const fn joined(outcome: &JoinOutcome) -> PutOutcome {
    match outcome {
        JoinOutcome::Joined { .. } => PutOutcome::Taken,
        JoinOutcome::Unknown | JoinOutcome::NotHeardOf => PutOutcome::Rejected(LeftCode::LinkUnknown),
        JoinOutcome::Used => PutOutcome::Rejected(LeftCode::LinkUsed),
        JoinOutcome::Expired => PutOutcome::Rejected(LeftCode::LinkExpired),
        JoinOutcome::Revoked => PutOutcome::Rejected(LeftCode::TurnedAway),
    }
}

/// Author of a parcel, as known to the database.
fn author_of(t: &dyn Tx, vault: i64, key: KeyId, by_keeper: bool) -> Step<Result<Author, LeftCode>> {
    if by_keeper {
        return Ok(Ok(Author { key, device: None, pending: false }));
    }
    Ok(match find_device(t, vault, key)? {
        None => Err(LeftCode::UnknownDevice),
        Some(device) if device.is_turned_away() => Err(LeftCode::TurnedAway),
        Some(device) => Ok(Author { key, device: Some(device.no), pending: !device.confirmed }),
    })
}

fn take_parcel(
    t: &dyn Tx,
    intake: &mut Intake<'_>,
    relay: Option<KeyId>,
    vault: Vault,
    author: Author,
    one: &RecordToPut,
    at: UtcMillis,
) -> Step<PutOutcome> {
    let Put::Parcel { parcel, .. } = &one.what else { return Ok(PutOutcome::Known) };
    if intake.parcel(vault, author, parcel, at)?.duplicate {
        return Ok(PutOutcome::Known);
    }
    let n = intake.log.head(vault.no)?.n;
    if let Some(relay) = relay {
        relay::evidence(t, relay, (vault.no, n), &one.record)?;
    }
    Ok(PutOutcome::Taken)
}

fn take_recovery(
    t: &dyn Tx,
    intake: &mut Intake<'_>,
    vault: Vault,
    device: Device,
    one: &RecordToPut,
    at: UtcMillis,
) -> Step<PutOutcome> {
    let bytes = &one.record.record;
    let newest = match device.recovery_n {
        Some(n) => intake.log.record(vault.no, n)? == *bytes,
        None => false,
    };
    if is_there(t, vault, one, newest)? {
        return Ok(PutOutcome::Known);
    }
    let n = intake.log.append(vault.no, LogKind::RecoverySecret, bytes, at)?;
    set_recovery(t, device.no, n)?;
    note(t, intake, vault, one)
}

/// True if a record is stored already, by its own row or because it was handed over before.
fn is_there(t: &dyn Tx, vault: Vault, one: &RecordToPut, known: bool) -> Step<bool> {
    let hash = sha256(&one.record.record);
    let handed: Option<i64> = t.first(HANDED, (vault.no, hash.as_bytes()), |row| row.get(0))?;
    Ok(known || handed.is_some())
}

/// Records that the last appended record was handed over.
fn note(t: &dyn Tx, intake: &mut Intake<'_>, vault: Vault, one: &RecordToPut) -> Step<PutOutcome> {
    let (hash, n) = (sha256(&one.record.record), intake.log.head(vault.no)?.n);
    t.run(SET_HANDED, (vault.no, hash.as_bytes(), n.cast_signed()))?;
    Ok(PutOutcome::Taken)
}
