//! Taking pushes: many of them in one transaction, each whole or not at all.

use crate::EvidenceToTake;
use crate::GrantToStore;
use crate::JoinToTake;
use crate::VaultHead;
use diary_core::ids::Incarnation;
use std::collections::{BTreeMap, BTreeSet};

use diary_core::ids::{KeyId, VaultId};
use diary_core::keys::{Certificate, Revocation};
use diary_core::parcel::LogKind;
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use super::evidence::take as take_evidence;
use super::{Author, Finished, Intake, ReceiptAt, Vault, receipt_bytes};
use crate::audit;
use crate::devices::join::take_join;
use crate::devices::{Device, adopt_certificate, find_device, find_devices, set_recovery, take_retired};
use crate::joining::Way;
use crate::log::{find_vault, find_vaults};
use crate::participants::add_vault;
use crate::sql::{Step, Tx, corrupt};
use crate::{Amount, IncarnationAt, ParcelToStore, Signer, TrailEvent};

/// Proof that a pushing device may write, verified as far as that is possible without the database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeviceProof {
    /// The device is known already.
    Known,
    /// A certificate of a keeper of the bundle came with the push.
    Certificate(Box<(Signed, Certificate)>),
    /// A certificate by a keeper's key that was replaced since. It confirms nothing: a stolen key can sign any date.
    Retired(Box<(Signed, Certificate)>),
    /// A join request came with the push.
    Join(Box<JoinToTake>),
}

/// One push, verified as far as that is possible without the database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PushToCommit {
    /// The vault.
    pub vault: VaultId,
    /// Author of everything in it: id of the device's signing key.
    pub device: KeyId,
    /// Proof that the device may write.
    pub proof: DeviceProof,
    /// The incarnation whose last parcel the reply names.
    pub incarnation: Incarnation,
    /// Grants.
    pub grants: Vec<GrantToStore>,
    /// A sealed recovery secret.
    pub recovery: Option<Signed>,
    /// Parcels.
    pub parcels: Vec<ParcelToStore>,
    /// Evidence handed back by the device.
    pub evidence: Option<Box<EvidenceToTake>>,
    /// Time of receipt.
    pub received: UtcMillis,
}

/// Outcome of one parcel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParcelOutcome {
    /// It was there already.
    pub duplicate: bool,
    /// Its predecessor was missing when it came.
    pub gap: bool,
    /// Another parcel had the same place when it came.
    pub fork: bool,
    /// Its device is pending.
    pub pending: bool,
    /// Its grant is missing.
    pub grant_needed: bool,
    /// It is in quarantine, or will be: it is beyond the last parcel of its device at the time of the revocation.
    pub quarantined: bool,
    /// Its STORED receipt.
    pub receipt: Vec<u8>,
}

/// Outcome of a push.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PushOutcome {
    /// Everything in it is stored.
    Stored {
        /// One for each parcel, in order.
        parcels: Vec<ParcelOutcome>,
        /// The incarnation that was asked for.
        incarnation: IncarnationAt,
        /// The vault's log.
        head: VaultHead,
        /// The device's signed revocation, where it is revoked.
        revocation: Option<Signed>,
        /// The device's records that were not there before.
        added: Box<Amount>,
    },
    /// The device is unknown, and the push has no proof for it. Nothing is stored.
    Unknown,
    /// The device was revoked before it was ever confirmed. Nothing is stored.
    TurnedAway,
}

/// A push with its outcome, but for the receipts.
enum TakenPush {
    Stored {
        vault: i64,
        parcels: Vec<(ParcelOutcome, ReceiptAt)>,
        incarnation: IncarnationAt,
        revocation: Option<Signed>,
        added: Amount,
    },
    Not(PushOutcome),
}

/// Takes a group of pushes. The outcomes come in its order.
pub(crate) fn take_group(t: &dyn Tx, group: &[PushToCommit], signer: &Signer) -> Step<Vec<PushOutcome>> {
    let mut taking = Taking { t, intake: Intake::new(t, signer.clone())?, signer, devices: BTreeMap::new() };
    let vaults = taking.look_ahead(group)?;
    let mut taken = group
        .iter()
        .map(|push| taking.take_push(vaults.get(&push.vault).copied(), push))
        .collect::<Step<Vec<_>>>()?;
    let Taking { mut intake, .. } = taking;
    // A later push of the group may have changed the vault's state that an earlier outcome has.
    for (one, push) in taken.iter_mut().zip(group) {
        if let TakenPush::Stored { vault, incarnation, .. } = one {
            let vault = Vault { no: *vault, id: push.vault };
            *incarnation = intake.incarnation(vault, push.device, push.incarnation)?;
        }
    }
    let Finished { receipts, heads } = intake.finish()?;
    taken
        .into_iter()
        .map(|one| match one {
            TakenPush::Not(outcome) => Ok(outcome),
            TakenPush::Stored { vault, parcels, incarnation, revocation, added } => {
                let parcels = parcels
                    .into_iter()
                    .map(|(outcome, at)| {
                        Ok(ParcelOutcome { receipt: receipt_bytes(t, vault, at, &receipts)?, ..outcome })
                    })
                    .collect::<Step<_>>()?;
                let head = heads.get(&vault).map_or_else(|| crate::log::head(t, vault), |head| Ok(*head))?;
                let added = Box::new(added);
                Ok(PushOutcome::Stored { parcels, incarnation, head, revocation, added })
            }
        })
        .collect()
}

/// One transaction that takes pushes.
struct Taking<'t> {
    t: &'t dyn Tx,
    intake: Intake<'t>,
    signer: &'t Signer,
    /// Cache of devices; entries that may have changed are removed.
    devices: BTreeMap<(i64, KeyId), Option<Device>>,
}

impl Taking<'_> {
    /// Reads rows for most pushes of a group together. Returns the row numbers of their vaults.
    fn look_ahead(&mut self, group: &[PushToCommit]) -> Step<BTreeMap<VaultId, i64>> {
        let ids: BTreeSet<VaultId> = group.iter().map(|push| push.vault).collect();
        let vaults = find_vaults(self.t, &ids.into_iter().collect::<Vec<_>>())?;
        self.intake.log.take_heads(vaults.values().copied())?;
        let known = |push: &PushToCommit| vaults.get(&push.vault).map(|no| (*no, push.device));
        self.devices = find_devices(self.t, group.iter().filter_map(known).collect())?;
        let parcels: Vec<_> = group
            .iter()
            .filter_map(|push| Some((Vault { no: *vaults.get(&push.vault)?, id: push.vault }, push)))
            .flat_map(|(vault, push)| push.parcels.iter().map(move |parcel| (vault, push.device, parcel)))
            .collect();
        self.intake.look_ahead(&parcels)?;
        Ok(vaults)
    }

    fn take_push(&mut self, vault: Option<i64>, push: &PushToCommit) -> Step<TakenPush> {
        let no = match vault.map_or_else(|| find_vault(self.t, push.vault), |no| Ok(Some(no)))? {
            Some(no) => no,
            None => match &push.proof {
                DeviceProof::Certificate(paper) | DeviceProof::Retired(paper) => {
                    readmit(self.t, &paper.1, push.received)?
                }
                DeviceProof::Known | DeviceProof::Join(_) => return Ok(TakenPush::Not(PushOutcome::Unknown)),
            },
        };
        let vault = Vault { no, id: push.vault };
        let Some(mut device) = self.standing(vault, push)? else {
            return Ok(TakenPush::Not(PushOutcome::Unknown));
        };
        if let Some(evidence) = push.evidence.as_ref().filter(|_| !device.is_turned_away()) {
            self.forget_devices(no);
            let ends = (push.device, self.signer.key());
            take_evidence(self.t, &mut self.intake, vault, ends, evidence, push.received)?;
            // The evidence may contain the certificate or the revocation of the device itself.
            device = find_device(self.t, no, push.device)?.unwrap_or(device);
        }
        if device.is_turned_away() {
            return Ok(TakenPush::Not(PushOutcome::TurnedAway));
        }
        let mut added = Amount::default();
        for grant in &push.grants {
            if self.intake.grant(vault, grant, push.received)? {
                added.add(grant.bytes.len());
            }
        }
        if let Some(recovery) = &push.recovery
            && let Some(bytes) = self.take_recovery(vault, device, recovery, push.received)?
        {
            added.add(bytes);
        }
        self.take_parcels(vault, device, push, added)
    }

    fn take_parcels(
        &mut self,
        vault: Vault,
        device: Device,
        push: &PushToCommit,
        mut added: Amount,
    ) -> Step<TakenPush> {
        let revocation = self.revocation(vault.no, device)?;
        let covers = |parcel: &ParcelToStore| {
            let said = revocation.as_ref().and_then(|signed| Revocation::peek(signed).ok());
            said.is_some_and(|said| said.covers(parcel.incarnation, parcel.seq))
        };
        let pending = !device.confirmed;
        let author = Author { key: push.device, device: Some(device.no), pending };
        let mut parcels = Vec::with_capacity(push.parcels.len());
        for parcel in &push.parcels {
            let taken = self.intake.parcel(vault, author, parcel, push.received)?;
            if !taken.duplicate {
                added.add(parcel.bytes.len());
            }
            let outcome = ParcelOutcome {
                duplicate: taken.duplicate,
                gap: taken.gap,
                fork: taken.fork,
                pending,
                grant_needed: taken.grant_needed,
                quarantined: taken.quarantined || device.revoked && !taken.merged && !covers(parcel),
                receipt: Vec::new(),
            };
            parcels.push((outcome, taken.receipt));
        }
        let incarnation = self.intake.incarnation(vault, push.device, push.incarnation)?;
        Ok(TakenPush::Stored { vault: vault.no, parcels, incarnation, revocation, added })
    }

    /// Signed revocation of a revoked device.
    fn revocation(&self, vault: i64, device: Device) -> Step<Option<Signed>> {
        let Some(n) = device.revocation_n.filter(|_| device.revoked) else { return Ok(None) };
        let bytes = self.intake.log.record(vault, n)?;
        Signed::from_bytes(&bytes).map(Some).map_err(|_| corrupt("a revocation"))
    }

    /// The device of a push: from the database, or made known by the proof in the push.
    fn standing(&mut self, vault: Vault, push: &PushToCommit) -> Step<Option<Device>> {
        let (t, name) = (self.t, (vault.no, push.device));
        let known = match self.devices.get(&name) {
            Some(known) => *known,
            None => find_device(t, vault.no, push.device)?,
        };
        match (&push.proof, known) {
            (DeviceProof::Certificate(paper), device) if device.is_none_or(|device| !device.confirmed) => {
                self.forget_devices(vault.no);
                self.intake.flush()?;
                let (signed, certificate) = paper.as_ref();
                adopt_certificate(t, &mut self.intake.log, vault.no, signed, certificate, push.received)?;
            }
            (DeviceProof::Retired(paper), _) => {
                self.forget_devices(vault.no);
                self.intake.flush()?;
                let (signed, certificate) = paper.as_ref();
                take_retired(t, &mut self.intake.log, vault.no, signed, certificate, push.received)?;
            }
            (DeviceProof::Join(join), None) => {
                self.forget_devices(vault.no);
                take_join(t, &mut self.intake.log, join, Way::of(join))?;
            }
            (DeviceProof::Known | DeviceProof::Certificate(_) | DeviceProof::Join(_), known) => {
                return Ok(known);
            }
        }
        find_device(t, vault.no, push.device)
    }

    /// Drops the cached devices of a vault after a change.
    fn forget_devices(&mut self, vault: i64) {
        self.devices.retain(|(of, _), _| *of != vault);
    }

    /// Stores a recovery secret once: a device that retries sends the same bytes. Returns the number of new bytes.
    fn take_recovery(
        &mut self,
        vault: Vault,
        device: Device,
        recovery: &Signed,
        at: UtcMillis,
    ) -> Step<Option<usize>> {
        let bytes = recovery.to_bytes();
        if let Some(n) = device.recovery_n
            && self.intake.log.record(vault.no, n)? == bytes
        {
            return Ok(None);
        }
        let n = self.intake.log.append(vault.no, LogKind::RecoverySecret, &bytes, at)?;
        set_recovery(self.t, device.no, n)?;
        self.forget_devices(vault.no);
        Ok(Some(bytes.len()))
    }
}

/// Recovers a lost vault from a certificate that a keeper of this study signed for it. The participant is not
/// recovered: staff must assign one.
fn readmit(t: &dyn Tx, certificate: &Certificate, at: UtcMillis) -> Step<i64> {
    let no = add_vault(t, certificate.vault, &certificate.site, at)?;
    let event = TrailEvent {
        at,
        who: "server".to_owned(),
        role: "server".to_owned(),
        what: "vault.readmit".to_owned(),
        target: format!("vault={} device={}", certificate.vault, certificate.device()),
        reason: None,
    };
    audit::append(t, &event)?;
    Ok(no)
}
