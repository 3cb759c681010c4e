//! Checks of a push that need no database: its author, and the signatures of its parts. Each part is refused on its
//! own.

use std::collections::BTreeMap;

use diary_core::api::{ParcelResult, PushFlags, PushRequest, PushStatus, RefusalCode};
use diary_core::ids::{KeyId, VaultId};
use diary_core::keys::{Bundle, Certificate, SealedRecoverySecret, SignedJoinRequest, VerifyingKey};
use diary_core::parcel::{Grant, ParcelCore, SealedParcel};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;
use diary_core::wire::WireError;
use minicbor::bytes::ByteVec;

use diary_store::{DeviceProof, GrantToStore, JoinToTake, ParcelToStore, PushToCommit};
/// Parcels that are checked in a push of which none verifies. An honest device seals and signs each parcel by itself
/// and does not send so many bad ones; the rest is answered with "retry", unchecked.
pub(crate) const BAD_MAX: usize = 32;

/// The device that pushes.
pub struct Pusher {
    /// Its signing key.
    pub key: VerifyingKey,
    /// Proof by which it may push.
    pub proof: DeviceProof,
}

/// A push after everything in it was looked at.
pub struct Verified {
    /// Parts to commit.
    pub to_commit: PushToCommit,
    /// Refusal of each parcel of the request; `None` where it goes on to the commit.
    pub refused: Vec<Option<ParcelResult>>,
    /// Number of its parcels and grants that did not verify.
    pub bad: usize,
    /// True if something in it is signed by the device. Other senders learn nothing of a vault, not even that it
    /// exists: ids and certificates appear in logs, so knowing them proves nothing.
    pub proven: bool,
}

/// A device with a certificate for `vault` at one of the keeper's sites.
pub(crate) fn certified(bundle: &Bundle, vault: VaultId, signed: &Signed) -> Option<Pusher> {
    let certificate = Certificate::verify(signed, bundle).ok()?;
    let is_kept = bundle.kept_sites().any(|site| *site == certificate.site);
    let ours = certificate.study == bundle.study && is_kept;
    (certificate.vault == vault && ours).then(|| {
        let (key, retired) = (certificate.signing, certificate.is_by_retired(bundle));
        let paper = Box::new((signed.clone(), certificate));
        let proof = if retired { DeviceProof::Retired(paper) } else { DeviceProof::Certificate(paper) };
        Pusher { key, proof }
    })
}

pub(crate) fn joining(vault: VaultId, signed: &SignedJoinRequest, received: UtcMillis) -> Option<Pusher> {
    let request = signed.verify().ok().filter(|request| request.vault == vault)?;
    let key = request.signing;
    let join = JoinToTake { signed: signed.clone(), request, received, pushed: true };
    Some(Pusher { key, proof: DeviceProof::Join(Box::new(join)) })
}

/// The first author that anything in the push names.
pub(crate) fn claimed_author(push: &PushRequest) -> Option<KeyId> {
    let of_parcel = |bytes: &[u8]| Some(SealedParcel::from_bytes(bytes).ok()?.peek_core().ok()?.author);
    let of_grant = |bytes: &[u8]| Some(Grant::peek(&Signed::from_bytes(bytes).ok()?).ok()?.author);
    let of_recovery = |signed: &Signed| Some(SealedRecoverySecret::peek(signed).ok()?.device);
    let parcels = push.parcels.iter().find_map(|bytes| of_parcel(bytes));
    let grants = || push.grants.iter().find_map(|bytes| of_grant(bytes));
    parcels.or_else(grants).or_else(|| push.recovery.as_ref().and_then(of_recovery))
}

/// The recovery secret of a push does not verify. Dropping it silently would make the phone assume that it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the recovery secret is not of this device and vault")]
pub struct WrongRecoverySecret;

/// Context in which a push is verified.
#[derive(Clone, Copy)]
pub struct Verifying<'a> {
    /// Bundle that names the trusted keys.
    pub bundle: &'a Bundle,
    /// Number of parcels after which, if none of them verifies, the others are left for a retry.
    pub bad_max: usize,
}

/// Verifies every part of a push on its own.
///
/// # Errors
/// [`WrongRecoverySecret`].
pub fn verify(
    Verifying { bundle, bad_max }: Verifying<'_>,
    push: PushRequest,
    Pusher { key, proof }: Pusher,
    received: UtcMillis,
) -> Result<Verified, WrongRecoverySecret> {
    let asked = push.is_asked_by(&key);
    let PushRequest { vault, incarnation, grants, parcels, recovery, .. } = push;
    let fits = |recovery: &Signed| {
        SealedRecoverySecret::verify(recovery, &key).is_ok_and(|secret| secret.vault == vault)
    };
    let false_one = recovery.as_ref().is_some_and(|recovery| !fits(recovery));
    // An unproven sender would learn from it that the device is known.
    if false_one && asked {
        return Err(WrongRecoverySecret);
    }
    let recovery = recovery.filter(|_| !false_one);
    let (grants, mut bad) = good_grants(&grants, bundle, vault, &key, bad_max);
    let (mut to_store, mut refused) = (Vec::with_capacity(parcels.len()), Vec::with_capacity(parcels.len()));
    let mut codes = BTreeMap::<RefusalCode, usize>::new();
    for bytes in parcels {
        if to_store.is_empty() && refused.len() >= bad_max {
            *codes.entry(RefusalCode::Busy).or_default() += 1;
            refused.push(Some(not_stored(PushStatus::Retry, RefusalCode::Busy)));
            continue;
        }
        match parcel_of(bytes.into(), bundle, vault, &key) {
            Ok(parcel) => {
                to_store.push(parcel);
                refused.push(None);
            }
            Err(code) => {
                *codes.entry(code).or_default() += 1;
                refused.push(Some(not_stored(PushStatus::Refused, code)));
            }
        }
    }
    bad += refused.iter().flatten().filter(|result| result.status == PushStatus::Refused).count();
    if !codes.is_empty() {
        tracing::info!(%vault, device = %key.id(), codes = counts(&codes), "parcels were refused");
    }
    let (device, parcels) = (key.id(), to_store);
    let proven = asked || recovery.is_some() || !grants.is_empty() || !parcels.is_empty();
    let to_commit = PushToCommit {
        vault,
        device,
        proof,
        incarnation,
        grants,
        recovery,
        parcels,
        evidence: None,
        received,
    };
    Ok(Verified { to_commit, refused, bad, proven })
}

/// Number of occurrences of each code, in one line.
pub(crate) fn counts<C: std::fmt::Display>(codes: &BTreeMap<C, usize>) -> String {
    codes.iter().map(|(code, count)| format!("{code}={count}")).collect::<Vec<_>>().join(" ")
}

/// Grants that verify, and the number of those that do not; where the first `bad_max` do not, the others are left out
/// as well.
fn good_grants(
    grants: &[ByteVec],
    bundle: &Bundle,
    vault: VaultId,
    key: &VerifyingKey,
    bad_max: usize,
) -> (Vec<GrantToStore>, usize) {
    let (mut good, mut bad) = (Vec::new(), 0);
    for bytes in grants {
        if good.is_empty() && bad >= bad_max {
            break;
        }
        match grant_of(bytes, bundle, vault, key) {
            Some(grant) => good.push(grant),
            None => bad += 1,
        }
    }
    (good, bad)
}

/// A grant of `vault` that the key of `device` signed for parcels of its own in this study. Any other grant is left
/// out, and the parcels under it are answered with `grant_needed`: a log holds nothing that its own vault's chain
/// does not need.
pub fn grant_of(
    bytes: &[u8],
    bundle: &Bundle,
    vault: VaultId,
    device: &VerifyingKey,
) -> Option<GrantToStore> {
    let signed = Signed::from_bytes(bytes).ok()?;
    let grant = Grant::verify(&signed, device).ok()?;
    let header = grant.header();
    let ours =
        header.vault == vault && header.study == bundle.study && header.no > 0 && header.generation > 0;
    ours.then(|| GrantToStore { hash: grant.hash(), bytes: bytes.to_vec() })
}

/// A parcel of `vault` that the key of `device` signed.
///
/// # Errors
/// [`RefusalCode`], which says what is wrong with it.
pub fn parcel_of(
    bytes: Vec<u8>,
    bundle: &Bundle,
    vault: VaultId,
    device: &VerifyingKey,
) -> Result<ParcelToStore, RefusalCode> {
    let sealed = SealedParcel::from_bytes(&bytes).map_err(|error| match error {
        WireError::TooLong { .. } | WireError::TooMany { .. } => RefusalCode::Oversize,
        WireError::Malformed { .. } | WireError::Trailing { .. } => RefusalCode::Undecodable,
    })?;
    let parcel = sealed.verify(device).map_err(|error| RefusalCode::from(&error))?;
    let ParcelCore { vault: of, study, incarnation, seq, prev, grant, .. } = parcel.core().clone();
    if of != vault || study != bundle.study {
        return Err(RefusalCode::WrongVault);
    }
    // Databases count to 2^63, far above the length of any chain of parcels.
    if i64::try_from(seq).is_err() {
        return Err(RefusalCode::Core);
    }
    let (core_hash, body_hash) = (parcel.core_hash(), parcel.body_hash());
    Ok(ParcelToStore { incarnation, seq, prev, grant, core_hash, body_hash, bytes })
}

/// The result of a parcel that is not stored.
pub(crate) fn not_stored(status: PushStatus, code: RefusalCode) -> ParcelResult {
    ParcelResult { status, code: Some(code), flags: PushFlags::default(), receipt: None }
}
