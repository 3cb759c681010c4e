//! Verification of records from another server: their author and their vault. Uses no database; device keys are those
//! given, or those brought by earlier records of the same run.

use std::collections::BTreeMap;

use diary_core::api::{FeedRecord, HandedFile, LeftCode};
use diary_core::hash::sha256;
use diary_core::ids::{KeyId, VaultId};
use diary_core::keys::{
    Bundle, Certificate, Revocation, SealedRecoverySecret, ServerRole, SignedJoinRequest, VerifyingKey,
};
use diary_core::parcel::{Grant, LogKind, Receipt, Rewrap, SealedParcel};
use diary_core::signed::Signed;
use hashlink::LruCache;

use crate::ingest::verify::{grant_of, parcel_of};
use diary_store::{JoinToTake, RecordToImport, RejectedRecord, ReplicatedRecord, StudyFile};

/// Keys of devices, by vault: as many as are remembered.
pub type DeviceKeys = LruCache<(VaultId, KeyId), VerifyingKey>;

/// The device whose key is needed to verify a record; `None` where no device's is.
#[must_use]
pub fn device_of(record: &FeedRecord, bundle: &Bundle) -> Option<(VaultId, KeyId)> {
    let bytes = &record.record;
    let author = match record.kind {
        LogKind::Grant => Grant::peek(&Signed::from_bytes(bytes).ok()?).ok()?.author,
        LogKind::Parcel => SealedParcel::from_bytes(bytes).ok()?.peek_core().ok()?.author,
        LogKind::RecoverySecret => SealedRecoverySecret::peek(&Signed::from_bytes(bytes).ok()?).ok()?.device,
        LogKind::Rewrap
        | LogKind::Certificate
        | LogKind::Revocation
        | LogKind::Receipt
        | LogKind::JoinRequest
        | LogKind::Other(_) => return None,
    };
    bundle.keeper(author).is_none().then_some((record.vault, author))
}

/// At a keeper: verifies a record of a relay's feed. Keys that it brings are added to `keys`.
///
/// # Errors
/// [`RejectedRecord`], which says why it is not taken.
pub fn of_feed(
    record: FeedRecord,
    bundle: &Bundle,
    keys: &mut DeviceKeys,
) -> Result<RecordToImport, RejectedRecord> {
    let unchecked = UncheckedRecord { record: &record, bundle };
    match unchecked.read_of_feed(keys) {
        Ok(what) => Ok(RecordToImport { record, what }),
        Err(code) => Err(RejectedRecord { record, code }),
    }
}

/// Record from another server, and the keys by which it is verified.
struct UncheckedRecord<'a> {
    record: &'a FeedRecord,
    bundle: &'a Bundle,
}

impl UncheckedRecord<'_> {
    fn read_of_feed(&self, keys: &mut DeviceKeys) -> Result<ReplicatedRecord, LeftCode> {
        match self.record.kind {
            LogKind::JoinRequest => {
                let signed =
                    SignedJoinRequest::from_bytes(&self.record.record).map_err(|_| LeftCode::Undecodable)?;
                let request = signed.verify().map_err(|_| LeftCode::Signature)?;
                if request.vault != self.record.vault {
                    return Err(LeftCode::Signature);
                }
                keys.insert((self.record.vault, request.signing.id()), request.signing);
                Ok(ReplicatedRecord::Join(Box::new(JoinToTake {
                    signed,
                    request,
                    received: self.record.received,
                    pushed: false,
                })))
            }
            LogKind::Certificate => {
                let put = self.certificate()?;
                let ReplicatedRecord::Certificate(signed, certificate) = put else { return Ok(put) };
                keys.insert((self.record.vault, certificate.device()), certificate.signing);
                let retired = certificate.is_by_retired(self.bundle);
                Ok(if retired {
                    ReplicatedRecord::Retired(signed, certificate)
                } else {
                    ReplicatedRecord::Certificate(signed, certificate)
                })
            }
            LogKind::Revocation => {
                let put = self.revocation()?;
                let ReplicatedRecord::Revocation(signed, revocation) = put else { return Ok(put) };
                Ok(if revocation.is_by_retired(self.bundle) {
                    ReplicatedRecord::HeldRevocation(signed, revocation)
                } else {
                    ReplicatedRecord::Revocation(signed, revocation)
                })
            }
            LogKind::Grant | LogKind::Parcel => self.authored(keys),
            LogKind::RecoverySecret => {
                let signed = Signed::from_bytes(&self.record.record).map_err(|_| LeftCode::Undecodable)?;
                let device = SealedRecoverySecret::peek(&signed).map_err(|_| LeftCode::Undecodable)?.device;
                let key = keys.peek(&(self.record.vault, device)).ok_or(LeftCode::UnknownDevice)?;
                let secret = SealedRecoverySecret::verify(&signed, key).map_err(|_| LeftCode::Signature)?;
                if secret.vault != self.record.vault {
                    return Err(LeftCode::Signature);
                }
                Ok(ReplicatedRecord::Recovery(device, signed))
            }
            LogKind::Receipt | LogKind::Rewrap => Ok(ReplicatedRecord::Own),
            LogKind::Other(_) => Err(LeftCode::UnknownKind),
        }
    }

    fn certificate(&self) -> Result<ReplicatedRecord, LeftCode> {
        let signed = Signed::from_bytes(&self.record.record).map_err(|_| LeftCode::Undecodable)?;
        let certificate = Certificate::verify(&signed, self.bundle).map_err(|_| LeftCode::Signature)?;
        if certificate.vault != self.record.vault || certificate.study != self.bundle.study {
            return Err(LeftCode::Signature);
        }
        Ok(ReplicatedRecord::Certificate(signed, Box::new(certificate)))
    }

    fn revocation(&self) -> Result<ReplicatedRecord, LeftCode> {
        let signed = Signed::from_bytes(&self.record.record).map_err(|_| LeftCode::Undecodable)?;
        let revocation = Revocation::verify(&signed, self.bundle).map_err(|_| LeftCode::Signature)?;
        if revocation.vault != self.record.vault {
            return Err(LeftCode::Signature);
        }
        Ok(ReplicatedRecord::Revocation(signed, Box::new(revocation)))
    }

    fn receipt(&self) -> Result<ReplicatedRecord, LeftCode> {
        let receipt = Receipt::from_bytes(&self.record.record).map_err(|_| LeftCode::Undecodable)?;
        match receipt.verify(self.bundle) {
            Ok((ServerRole::Keeper, body)) if body.vault == self.record.vault => Ok(ReplicatedRecord::Plain),
            Ok(_) | Err(_) => Err(LeftCode::Signature),
        }
    }

    fn rewrap(&self) -> Result<ReplicatedRecord, LeftCode> {
        let signed = Signed::from_bytes(&self.record.record).map_err(|_| LeftCode::Undecodable)?;
        Rewrap::verify(&signed, self.bundle).map(|_| ReplicatedRecord::Plain).map_err(|_| LeftCode::Signature)
    }

    /// A grant or a parcel, by its author's key: a keeper's of the bundle, or a device's that is known.
    fn authored(&self, keys: &DeviceKeys) -> Result<ReplicatedRecord, LeftCode> {
        let author = match self.record.kind {
            LogKind::Grant => {
                let signed = Signed::from_bytes(&self.record.record).map_err(|_| LeftCode::Undecodable)?;
                Grant::peek(&signed).map_err(|_| LeftCode::Undecodable)?.author
            }
            _ => {
                let sealed =
                    SealedParcel::from_bytes(&self.record.record).map_err(|_| LeftCode::Undecodable)?;
                sealed.peek_core().map_err(|_| LeftCode::Undecodable)?.author
            }
        };
        let keeper = self.bundle.keeper(author).map(|keeper| keeper.key);
        let key = keeper.or_else(|| keys.peek(&(self.record.vault, author)).copied());
        let key = key.ok_or(LeftCode::UnknownDevice)?;
        if self.record.kind == LogKind::Grant {
            return grant_of(&self.record.record, self.bundle, self.record.vault, &key)
                .map(ReplicatedRecord::Grant)
                .ok_or(LeftCode::Signature);
        }
        let parcel = parcel_of(self.record.record.clone(), self.bundle, self.record.vault, &key)
            .map_err(|_| LeftCode::Signature)?;
        Ok(ReplicatedRecord::Parcel { author, by_keeper: keeper.is_some(), parcel: Box::new(parcel) })
    }
}

/// At a relay: verifies a record that the keeper hands over. Only records signed by a keeper of the bundle are passed
/// on.
///
/// # Errors
/// [`RejectedRecord`], which says why it is not taken.
pub fn of_keeper(record: FeedRecord, bundle: &Bundle) -> Result<RecordToImport, RejectedRecord> {
    let unchecked = UncheckedRecord { record: &record, bundle };
    let what = match record.kind {
        LogKind::Certificate => unchecked.certificate(),
        LogKind::Revocation => unchecked.revocation(),
        LogKind::Grant | LogKind::Parcel => unchecked.authored(&DeviceKeys::new(0)),
        LogKind::Receipt => unchecked.receipt(),
        LogKind::Rewrap => unchecked.rewrap(),
        LogKind::RecoverySecret | LogKind::JoinRequest => Err(LeftCode::Signature),
        LogKind::Other(_) => Err(LeftCode::UnknownKind),
    };
    match what {
        Ok(what) => Ok(RecordToImport { record, what }),
        Err(code) => Err(RejectedRecord { record, code }),
    }
}

/// The files that a bundle names, by their hashes.
#[must_use]
pub fn named_files(bundle: &Bundle, files: &[HandedFile]) -> Vec<StudyFile> {
    let versions: BTreeMap<_, _> = bundle.studies.iter().map(|study| (study.hash, study.version)).collect();
    let named = |file: &HandedFile| {
        let hash = sha256(&file.bytes);
        let version = *versions.get(&hash)?;
        Some(StudyFile { hash, version, bytes: file.bytes.clone().into() })
    };
    files.iter().filter_map(named).collect()
}
