//! Verification of records that a device hands back to a server that may have lost them. The device that brings a
//! record is not trusted for it: only signatures of this study's keepers count. The store decides what is done with
//! verified records.

use diary_core::api::{EVIDENCE_MAX_RECORDS, Evidence, Head};
use diary_core::hash::sha256_of;
use diary_core::ids::{Epoch, Hash, Incarnation, KeyId, Nonce, VaultId};
use diary_core::keys::{Bundle, Certificate, Revocation, ServerRole};
use diary_core::parcel::{Grant, LogKind, LogRecord, Receipt, SealedParcel};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;
use diary_core::wire;

use crate::keys::ServerKeys;
use diary_store::{EvidenceToTake, GrantToStore, ParcelToStore};

const HEAD_MAX_BYTES: usize = 1024;

/// Verified part of `evidence`.
pub(crate) fn verified(
    bundle: &Bundle,
    vault: VaultId,
    evidence: &Evidence,
    fresh: (Epoch, Incarnation),
) -> EvidenceToTake {
    let mut out = EvidenceToTake {
        head: evidence.head.as_ref().and_then(|signed| head(bundle, vault, signed)),
        certificates: Vec::new(),
        retired: Vec::new(),
        revocations: Vec::new(),
        held: Vec::new(),
        grants: Vec::new(),
        parcels: Vec::new(),
        receipted: Vec::new(),
        fresh,
    };
    for record in evidence.records.iter().take(EVIDENCE_MAX_RECORDS) {
        if take(bundle, vault, record, &mut out).is_none() {
            tracing::debug!(%vault, kind = record.kind.name(), "a record that was handed back does not hold");
        }
    }
    out
}

/// Head of this vault that a server signed, for any nonce.
fn head(bundle: &Bundle, vault: VaultId, signed: &Signed) -> Option<Head> {
    let said: Head = wire::decode("head", signed.unverified(), HEAD_MAX_BYTES).ok()?;
    let (_, head) = Head::verify(signed, bundle, vault, said.nonce).ok()?;
    Some(head)
}

fn take(bundle: &Bundle, vault: VaultId, record: &LogRecord, out: &mut EvidenceToTake) -> Option<()> {
    match record.kind {
        LogKind::Certificate => {
            let signed = Signed::from_bytes(&record.record).ok()?;
            let paper = Certificate::verify(&signed, bundle).ok()?;
            let retired = paper.is_by_retired(bundle);
            let papers = if retired { &mut out.retired } else { &mut out.certificates };
            (paper.vault == vault && paper.study == bundle.study).then(|| papers.push((signed, paper)))
        }
        LogKind::Revocation => {
            let signed = Signed::from_bytes(&record.record).ok()?;
            let paper = Revocation::verify(&signed, bundle).ok()?;
            let papers = if paper.is_by_retired(bundle) { &mut out.held } else { &mut out.revocations };
            (paper.vault == vault).then(|| papers.push((signed, paper)))
        }
        LogKind::Grant => {
            let signed = Signed::from_bytes(&record.record).ok()?;
            let keeper = bundle.keeper(Grant::peek(&signed).ok()?.author)?;
            let grant = Grant::verify(&signed, &keeper.key).ok()?;
            let store = GrantToStore { hash: grant.hash(), bytes: record.record.clone() };
            let header = grant.header();
            (header.vault == vault && header.study == bundle.study).then(|| out.grants.push(store))
        }
        LogKind::Parcel => {
            let (author, parcel) = parcel(bundle, vault, &record.record)?;
            out.parcels.push((author, parcel));
            Some(())
        }
        LogKind::Receipt => {
            // Only a keeper's receipt shows that the parcel was once in this database; a relay's does not.
            let (role, body) = Receipt::from_bytes(&record.record).ok()?.verify(bundle).ok()?;
            (role == ServerRole::Keeper && body.vault == vault).then(|| out.receipted.push(body.core_hash))
        }
        LogKind::Rewrap | LogKind::RecoverySecret | LogKind::JoinRequest | LogKind::Other(_) => None,
    }
}

/// A parcel that a keeper authored.
fn parcel(bundle: &Bundle, vault: VaultId, bytes: &[u8]) -> Option<(KeyId, ParcelToStore)> {
    let sealed = SealedParcel::from_bytes(bytes).ok()?;
    let keeper = bundle.keeper(sealed.peek_core().ok()?.author)?;
    let verified = sealed.verify(&keeper.key).ok()?;
    let core = verified.core();
    if core.vault != vault || core.study != bundle.study || i64::try_from(core.seq).is_err() {
        return None;
    }
    let parcel = ParcelToStore {
        incarnation: core.incarnation,
        seq: core.seq,
        prev: core.prev,
        grant: core.grant,
        core_hash: verified.core_hash(),
        body_hash: verified.body_hash(),
        bytes: bytes.to_vec(),
    };
    Some((core.author, parcel))
}

/// Fresh epoch and incarnation, unique to this moment, push and server: derived from a secret of this server, the
/// push's random bytes and the time.
pub(crate) fn fresh_incarnation(keys: &ServerKeys, nonce: Nonce, at: UtcMillis) -> (Epoch, Incarnation) {
    let half = |label: &[u8]| {
        let (secret, at) = (keys.token_secret().as_slice(), at.0.to_be_bytes());
        let hash: Hash = sha256_of(&[b"diary/new-life/v1", label, secret, nonce.as_bytes(), &at]);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        bytes
    };
    (Epoch::from_bytes(half(b"epoch")), Incarnation::from_bytes(half(b"incarnation")))
}
