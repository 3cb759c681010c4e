//! Takes records of another server, each once: at a relay records handed over by the keeper, at a keeper records of a
//! relay's feed. Signatures were verified before.

use std::collections::BTreeSet;

use diary_core::api::{Cursor, FeedRecord, LeftCode};
use diary_core::hash::sha256;
use diary_core::ids::{Epoch, KeyId, VaultId};
use diary_core::keys::{Certificate, Revocation};
use diary_core::parcel::LogKind;
use diary_core::parcel::log::CHAIN_START;
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use crate::devices::join::take_join;
use crate::devices::{self, Device, adopt_certificate, find_device, set_recovery, take_retired};
use crate::epoch::epoch;
use crate::intake::{Author, Intake, Vault};
use crate::joining::Way;
use crate::log::{find_vault, find_vaults};
use crate::participants::add_vault;
use crate::sql::{Step, Tx};
use crate::{
    GrantToStore, JoinOutcome, JoinToTake, ParcelToStore, RejectedRecord, Signer, VaultHead, feed, relay,
};

const HANDED: &str = "-- store::import::handed
SELECT n FROM handed WHERE vault = ?1 AND hash = ?2";
const SET_HANDED: &str = "-- store::import::set_handed
INSERT INTO handed (vault, hash, n) VALUES (?1, ?2, ?3) ON CONFLICT (vault, hash) DO NOTHING";

/// A record of another server, verified as far as that is possible without the database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordToImport {
    /// As it came.
    pub record: FeedRecord,
    /// Decoded kind and content.
    pub what: ReplicatedRecord,
}

/// Kind and content of a record of another server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReplicatedRecord {
    /// A device asks to be admitted.
    Join(Box<JoinToTake>),
    /// A certificate by a keeper.
    Certificate(Signed, Box<Certificate>),
    /// A certificate by a keeper's key that was replaced since, out of a relay's feed.
    Retired(Signed, Box<Certificate>),
    /// A revocation by a keeper.
    Revocation(Signed, Box<Revocation>),
    /// A revocation by a keeper's key that was replaced since, out of a relay's feed.
    HeldRevocation(Signed, Box<Revocation>),
    /// A grant.
    Grant(GrantToStore),
    /// A parcel.
    Parcel {
        /// Id of its author's key.
        author: KeyId,
        /// True if the author's key is a keeper's.
        by_keeper: bool,
        /// The parcel.
        parcel: Box<ParcelToStore>,
    },
    /// A recovery secret of this device.
    Recovery(KeyId, Signed),
    /// A record stored as it is: a keeper's receipt or rewrap.
    Plain,
    /// A record that this server made itself and has.
    Own,
}

/// Outcome of one record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImportOutcome {
    /// It is stored now.
    Taken,
    /// It was there already.
    Known,
    /// It is not stored in its vault's log.
    Rejected(LeftCode),
}

/// Outcomes of a set of records of another server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportReport {
    /// One for each record, in order.
    pub outcomes: Vec<ImportOutcome>,
    /// Number of rejected records that could not be kept, because there are too many.
    pub dropped: u64,
    /// Epoch of this database.
    pub epoch: Epoch,
    /// The last record of this server's own feed.
    pub head: VaultHead,
}

/// A page of a relay's feed, verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedRecords {
    /// The relay.
    pub relay: KeyId,
    /// Place in its feed after the page.
    pub cursor: Cursor,
    /// The feed was read from its beginning: the relay has lost what it was handed.
    pub anew: bool,
    /// Records that verify.
    pub records: Vec<RecordToImport>,
    /// Records that do not.
    pub rejected: Vec<RejectedRecord>,
    /// Time.
    pub at: UtcMillis,
}

/// Takes records of a relay's feed, and moves the place in it.
pub(crate) fn feed(t: &dyn Tx, page: &FeedRecords, signer: &Signer) -> Step<ImportReport> {
    if page.anew {
        relay::hand_again(t, page.relay)?;
    }
    relay::set_read(t, page.relay, &page.cursor)?;
    let mut report = records(t, Some(page.relay), &page.records, page.at, signer)?;
    for rejected in &page.rejected {
        report.dropped += u64::from(!relay::leave(t, page.relay, &rejected.record, rejected.code)?);
    }
    Ok(report)
}

/// Takes records: of the feed of `relay`, or at a relay those that its keeper hands over.
pub(crate) fn records(
    t: &dyn Tx,
    relay: Option<KeyId>,
    records: &[RecordToImport],
    at: UtcMillis,
    signer: &Signer,
) -> Step<ImportReport> {
    let mut intake = Intake::new(t, signer.clone())?;
    look_ahead(t, &mut intake, records)?;
    let (mut outcomes, mut dropped) = (Vec::with_capacity(records.len()), 0);
    for one in records {
        let outcome = take(t, &mut intake, relay, one, at)?;
        if let Some(relay) = relay {
            match outcome {
                ImportOutcome::Rejected(code) => {
                    dropped += u64::from(!relay::leave(t, relay, &one.record, code)?);
                }
                ImportOutcome::Taken | ImportOutcome::Known => relay::take_left(t, relay, &one.record)?,
            }
        }
        outcomes.push(outcome);
    }
    intake.finish()?;
    let head = feed::head(t)?.unwrap_or(VaultHead { n: 0, chain: CHAIN_START });
    Ok(ImportReport { outcomes, dropped, epoch: epoch(t)?, head })
}

/// Reads rows for most of the records together.
fn look_ahead(t: &dyn Tx, intake: &mut Intake<'_>, records: &[RecordToImport]) -> Step<()> {
    let ids: BTreeSet<VaultId> = records.iter().map(|one| one.record.vault).collect();
    let vaults = find_vaults(t, &ids.into_iter().collect::<Vec<_>>())?;
    intake.log.take_heads(vaults.values().copied())?;
    let parcels: Vec<_> = records
        .iter()
        .filter_map(|one| {
            let ReplicatedRecord::Parcel { author, parcel, .. } = &one.what else { return None };
            let vault = Vault { no: *vaults.get(&one.record.vault)?, id: one.record.vault };
            Some((vault, *author, &**parcel))
        })
        .collect();
    intake.look_ahead(&parcels)
}

fn take(
    t: &dyn Tx,
    intake: &mut Intake<'_>,
    relay: Option<KeyId>,
    one: &RecordToImport,
    at: UtcMillis,
) -> Step<ImportOutcome> {
    let id = one.record.vault;
    let no = match (find_vault(t, id)?, feed::site(t)?) {
        (Some(no), _) => no,
        // A relay that has lost a vault recovers it from the keeper's records.
        (None, Some(site)) => add_vault(t, id, &site, at)?,
        (None, None) => return Ok(ImportOutcome::Rejected(LeftCode::UnknownVault)),
    };
    let vault = Vault { no, id };
    let outcome = match &one.what {
        ReplicatedRecord::Join(_)
        | ReplicatedRecord::Certificate(..)
        | ReplicatedRecord::Retired(..)
        | ReplicatedRecord::Revocation(..)
        | ReplicatedRecord::HeldRevocation(..) => take_paper(t, intake, relay, vault, one, at)?,
        ReplicatedRecord::Grant(grant) => {
            intake.grant(vault, grant, at)?;
            ImportOutcome::Taken
        }
        ReplicatedRecord::Parcel { author, by_keeper, .. } => match author_of(t, no, *author, *by_keeper)? {
            Err(code) => ImportOutcome::Rejected(code),
            Ok(author) => take_parcel(t, intake, relay, vault, author, one, at)?,
        },
        ReplicatedRecord::Recovery(device, _) => match find_device(t, no, *device)? {
            None => ImportOutcome::Rejected(LeftCode::UnknownDevice),
            Some(device) => take_recovery(t, intake, vault, device, one, at)?,
        },
        ReplicatedRecord::Plain => {
            if is_there(t, vault, one, false)? {
                ImportOutcome::Known
            } else {
                intake.log.append(no, one.record.kind, &one.record.record, at)?;
                note(t, intake, vault, one)?
            }
        }
        ReplicatedRecord::Own => ImportOutcome::Known,
    };
    if let Some(relay) = relay.filter(|_| !matches!(outcome, ImportOutcome::Rejected(_))) {
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
    one: &RecordToImport,
    at: UtcMillis,
) -> Step<ImportOutcome> {
    let no = vault.no;
    // Written first: a paper releases parcels held for it, also ones taken in this transaction.
    intake.flush()?;
    Ok(match &one.what {
        ReplicatedRecord::Join(join) => {
            joined(&take_join(t, &mut intake.log, join, Way::Relayed { read: at })?)
        }
        ReplicatedRecord::Certificate(signed, certificate) => {
            let known = find_device(t, no, certificate.device())?.is_some_and(|device| device.confirmed);
            if is_there(t, vault, one, known && relay.is_some())? {
                ImportOutcome::Known
            } else {
                adopt_certificate(t, &mut intake.log, no, signed, certificate, at)?;
                note(t, intake, vault, one)?
            }
        }
        ReplicatedRecord::Retired(signed, certificate) => {
            if take_retired(t, &mut intake.log, no, signed, certificate, at)? {
                ImportOutcome::Taken
            } else {
                ImportOutcome::Known
            }
        }
        ReplicatedRecord::Revocation(_, revocation) => match find_device(t, no, revocation.device)? {
            None => ImportOutcome::Rejected(LeftCode::UnknownDevice),
            Some(device) if is_there(t, vault, one, device.revoked)? => ImportOutcome::Known,
            Some(device) => {
                devices::revoke(t, &mut intake.log, no, device, &one.record.record, at)?;
                note(t, intake, vault, one)?
            }
        },
        ReplicatedRecord::HeldRevocation(signed, revocation) => {
            if devices::hold_revocation(t, no, signed, revocation, at)? {
                ImportOutcome::Taken
            } else {
                ImportOutcome::Known
            }
        }
        ReplicatedRecord::Grant(_)
        | ReplicatedRecord::Parcel { .. }
        | ReplicatedRecord::Recovery(..)
        | ReplicatedRecord::Plain
        | ReplicatedRecord::Own => ImportOutcome::Known,
    })
}

const fn joined(outcome: &JoinOutcome) -> ImportOutcome {
    match outcome {
        JoinOutcome::Joined { .. } => ImportOutcome::Taken,
        JoinOutcome::Unknown | JoinOutcome::NotHeardOf => ImportOutcome::Rejected(LeftCode::LinkUnknown),
        JoinOutcome::Used => ImportOutcome::Rejected(LeftCode::LinkUsed),
        JoinOutcome::Expired => ImportOutcome::Rejected(LeftCode::LinkExpired),
        JoinOutcome::Revoked => ImportOutcome::Rejected(LeftCode::TurnedAway),
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
    one: &RecordToImport,
    at: UtcMillis,
) -> Step<ImportOutcome> {
    let ReplicatedRecord::Parcel { parcel, .. } = &one.what else { return Ok(ImportOutcome::Known) };
    if intake.parcel(vault, author, parcel, at)?.duplicate {
        return Ok(ImportOutcome::Known);
    }
    let n = intake.log.head(vault.no)?.n;
    if let Some(relay) = relay {
        relay::evidence(t, relay, (vault.no, n), &one.record)?;
    }
    Ok(ImportOutcome::Taken)
}

fn take_recovery(
    t: &dyn Tx,
    intake: &mut Intake<'_>,
    vault: Vault,
    device: Device,
    one: &RecordToImport,
    at: UtcMillis,
) -> Step<ImportOutcome> {
    let bytes = &one.record.record;
    let newest = match device.recovery_n {
        Some(n) => intake.log.record(vault.no, n)? == *bytes,
        None => false,
    };
    if is_there(t, vault, one, newest)? {
        return Ok(ImportOutcome::Known);
    }
    let n = intake.log.append(vault.no, LogKind::RecoverySecret, bytes, at)?;
    set_recovery(t, device.no, n)?;
    note(t, intake, vault, one)
}

/// True if a record is stored already, by its own row or because it was handed over before.
fn is_there(t: &dyn Tx, vault: Vault, one: &RecordToImport, known: bool) -> Step<bool> {
    let hash = sha256(&one.record.record);
    let handed: Option<i64> = t.first(HANDED, (vault.no, hash.as_bytes()), |row| row.only())?;
    Ok(known || handed.is_some())
}

/// Records that the last appended record was handed over.
fn note(t: &dyn Tx, intake: &mut Intake<'_>, vault: Vault, one: &RecordToImport) -> Step<ImportOutcome> {
    let (hash, n) = (sha256(&one.record.record), intake.log.head(vault.no)?.n);
    t.run(SET_HANDED, (vault.no, hash.as_bytes(), n.cast_signed()))?;
    Ok(ImportOutcome::Taken)
}
