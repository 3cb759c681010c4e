//! Committing pushes: many of them in one transaction, each whole or not at all.

use diary_core::keys::{Certificate, Revocation};
use diary_core::parcel::LogKind;
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;
use rusqlite::{Connection, Transaction};

use super::devices::{Device, adopt_certificate, find_device, set_recovery, take_retired};
use super::evidence::take as take_evidence;
use super::intake::{Author, Intake, ReceiptAt, Vault, receipt_bytes};
use super::join::take_join;
use super::log::{find_vault, record};
use super::people::add_vault;
use super::row::{Step, corrupt};
use super::threads::commit;
use super::trail;
use crate::join::decide::Way;
use crate::store::{
    Amount, DeviceProof, IncarnationAt, ParcelOutcome, ParcelToStore, PushOutcome, PushToCommit, Signer,
    StoreError, TrailEvent,
};

const VERB: &str = "commit_group";

/// Commits a group in one transaction. Where the database refuses something in it, each push is tried alone, so that
/// the one that is refused spoils no other; that costs nothing as long as nothing is refused.
pub(super) fn commit_group(
    connection: &mut Connection,
    group: &[PushToCommit],
    signer: &Signer,
) -> Result<Vec<Result<PushOutcome, StoreError>>, StoreError> {
    match commit(connection, VERB, |t| take_group(t, group, signer)) {
        Ok(outcomes) => Ok(outcomes.into_iter().map(Ok).collect()),
        Err(error) if error.is_fatal() || matches!(error, StoreError::Full | StoreError::Busy) => Err(error),
        Err(error) if group.len() == 1 => Ok(vec![Err(error)]),
        Err(_) => group
            .iter()
            .map(|push| commit_group(connection, std::slice::from_ref(push), signer))
            .map(|one| one.map(|mut outcomes| outcomes.pop().unwrap_or(Err(StoreError::Stopped))))
            .collect(),
    }
}

/// A push of which everything but the receipts is known.
enum Taken {
    Stored {
        vault: i64,
        parcels: Vec<(ParcelOutcome, ReceiptAt)>,
        incarnation: IncarnationAt,
        revocation: Option<Signed>,
        added: Amount,
    },
    Not(PushOutcome),
}

fn take_group(t: &Transaction<'_>, group: &[PushToCommit], signer: &Signer) -> Step<Vec<PushOutcome>> {
    let mut intake = Intake::new(t, signer.clone())?;
    let mut taken =
        group.iter().map(|push| take_push(t, &mut intake, push, signer)).collect::<Step<Vec<_>>>()?;
    // A push of the same vault later in the group may have moved what an earlier one was told.
    for (one, push) in taken.iter_mut().zip(group) {
        if let Taken::Stored { vault, incarnation, .. } = one {
            let vault = Vault { no: *vault, id: push.vault };
            *incarnation = intake.incarnation(vault, push.device, push.incarnation)?;
        }
    }
    let receipts = intake.finish()?;
    taken
        .into_iter()
        .map(|one| match one {
            Taken::Not(outcome) => Ok(outcome),
            Taken::Stored { vault, parcels, incarnation, revocation, added } => {
                let parcels = parcels
                    .into_iter()
                    .map(|(outcome, at)| {
                        Ok(ParcelOutcome { receipt: receipt_bytes(t, vault, at, &receipts)?, ..outcome })
                    })
                    .collect::<Step<_>>()?;
                let head = super::log::head(t, vault)?;
                let added = Box::new(added);
                Ok(PushOutcome::Stored { parcels, incarnation, head, revocation, added })
            }
        })
        .collect()
}

fn take_push(
    t: &Transaction<'_>,
    intake: &mut Intake<'_>,
    push: &PushToCommit,
    signer: &Signer,
) -> Step<Taken> {
    let no = match (find_vault(t, push.vault)?, &push.proof) {
        (Some(no), _) => no,
        (None, DeviceProof::Certificate(paper) | DeviceProof::Retired(paper)) => {
            readmit(t, &paper.1, push.received)?
        }
        (None, DeviceProof::Known | DeviceProof::Join(_)) => return Ok(Taken::Not(PushOutcome::Unknown)),
    };
    let vault = Vault { no, id: push.vault };
    let Some(device) = standing(t, intake, vault, push)? else {
        return Ok(Taken::Not(PushOutcome::Unknown));
    };
    if device.revoked && !device.confirmed {
        return Ok(Taken::Not(PushOutcome::TurnedAway));
    }
    if let Some(evidence) = &push.evidence {
        take_evidence(t, intake, vault, (push.device, signer.key()), evidence, push.received)?;
    }
    let mut added = Amount::default();
    for grant in &push.grants {
        if intake.grant(vault, grant, push.received)? {
            added.add(grant.bytes.len());
        }
    }
    if let Some(recovery) = &push.recovery
        && let Some(bytes) = take_recovery(t, intake, vault, device, recovery, push.received)?
    {
        added.add(bytes);
    }
    let revocation = revocation(t, no, device)?;
    let covers = |parcel: &ParcelToStore| {
        let said = revocation.as_ref().and_then(|signed| Revocation::peek(signed).ok());
        said.is_some_and(|said| said.covers(parcel.incarnation, parcel.seq))
    };
    let pending = !device.confirmed;
    let author = Author { key: push.device, device: Some(device.no), pending };
    let parcels = push
        .parcels
        .iter()
        .map(|parcel| {
            let taken = intake.parcel(vault, author, parcel, push.received)?;
            if !taken.duplicate {
                added.add(parcel.bytes.len());
            }
            let outcome = ParcelOutcome {
                duplicate: taken.duplicate,
                gap: taken.gap,
                fork: taken.fork,
                pending,
                grant_needed: taken.grant_needed,
                quarantined: taken.quarantined || device.revoked && !covers(parcel),
                receipt: Vec::new(),
            };
            Ok((outcome, taken.receipt))
        })
        .collect::<Step<Vec<_>>>()?;
    let incarnation = intake.incarnation(vault, push.device, push.incarnation)?;
    Ok(Taken::Stored { vault: no, parcels, incarnation, revocation, added })
}

/// The signed revocation of a device that is revoked.
fn revocation(t: &Transaction<'_>, vault: i64, device: Device) -> Step<Option<Signed>> {
    let Some(n) = device.revocation_n.filter(|_| device.revoked) else { return Ok(None) };
    let bytes = record(t, vault, n)?;
    Signed::from_bytes(&bytes).map(Some).map_err(|_| corrupt("a revocation"))
}

/// A vault that was lost comes back with the certificate that a keeper of this study signed for it, without its
/// participant: that is for staff to say.
fn readmit(t: &Transaction<'_>, certificate: &Certificate, at: UtcMillis) -> Step<i64> {
    let no = add_vault(t, certificate.vault, &certificate.site, at)?;
    let event = TrailEvent {
        at,
        who: "server".to_owned(),
        role: "server".to_owned(),
        what: "vault.readmit".to_owned(),
        target: format!("vault={} device={}", certificate.vault, certificate.device()),
        reason: None,
    };
    trail::append(t, &event)?;
    Ok(no)
}

/// The device as the database knows it, or as the push itself makes it known.
fn standing(
    t: &Transaction<'_>,
    intake: &mut Intake<'_>,
    vault: Vault,
    push: &PushToCommit,
) -> Step<Option<Device>> {
    let known = find_device(t, vault.no, push.device)?;
    match (&push.proof, known) {
        (DeviceProof::Certificate(paper), device) if device.is_none_or(|device| !device.confirmed) => {
            let (signed, certificate) = paper.as_ref();
            adopt_certificate(t, &mut intake.log, vault.no, signed, certificate, push.received)?;
        }
        (DeviceProof::Retired(paper), _) => {
            let (signed, certificate) = paper.as_ref();
            take_retired(t, &mut intake.log, vault.no, signed, certificate, push.received)?;
        }
        (DeviceProof::Join(join), None) => {
            take_join(t, &mut intake.log, join, Way::Direct)?;
        }
        (DeviceProof::Known | DeviceProof::Certificate(_) | DeviceProof::Join(_), known) => return Ok(known),
    }
    find_device(t, vault.no, push.device)
}

/// A recovery secret is kept once; a device that retries sends the same bytes. Gives how many bytes are new.
fn take_recovery(
    t: &Transaction<'_>,
    intake: &mut Intake<'_>,
    vault: Vault,
    device: Device,
    recovery: &Signed,
    at: UtcMillis,
) -> Step<Option<usize>> {
    let bytes = recovery.to_bytes();
    if let Some(n) = device.recovery_n
        && record(t, vault.no, n)? == bytes
    {
        return Ok(None);
    }
    let n = intake.log.append(vault.no, LogKind::RecoverySecret, &bytes, at)?;
    set_recovery(t, device.no, n)?;
    Ok(Some(bytes.len()))
}
