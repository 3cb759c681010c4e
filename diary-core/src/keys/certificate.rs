//! Records that keepers sign about devices: certificate and revocation.

use zeroize::Zeroizing;

use super::bundle::ServerKey;
use super::{Bundle, SealingError, SealingKey, SealingPublic, SigningKey, VerifyingKey, Wrap};
use crate::entropy::Entropy;
use crate::hash::sha256_of;
use crate::ids::{Hash, Incarnation, KeyId, SiteId, StudyId, VaultId};
use crate::signed::{Kind, Signed};
use crate::time::UtcMillis;
use crate::wire;

/// Largest encoded certificate or revocation, in bytes.
pub const CERTIFICATE_MAX_BYTES: usize = 16 * 1024;
/// Most recipients of a participant's code. No more than about a dozen wrapped keys fit into a certificate.
const WRAPS_MAX: usize = 16;
/// Most incarnations that a revocation names. No more than about four hundred fit into it.
const INCARNATIONS_MAX: usize = 1024;

const BINDING_INFO: &[u8] = b"diary/participant/v1";

/// A device's admission to a vault.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Certificate {
    /// The vault.
    #[n(0)]
    pub vault: VaultId,
    /// The study.
    #[n(1)]
    pub study: StudyId,
    /// The site.
    #[n(2)]
    pub site: SiteId,
    /// Signing key of the device.
    #[n(3)]
    pub signing: VerifyingKey,
    /// Sealing key of the device.
    #[n(4)]
    pub sealing: SealingPublic,
    /// Subject code of the participant, sealed to the site's key and to its recovery key.
    #[cbor(n(5), decode_with = "wire::list::<WRAPS_MAX, _, _>")]
    pub participant: Vec<Wrap>,
    /// Part of the vault's past that the device may receive.
    #[n(6)]
    pub history: HistoryScope,
    /// Instant of its issue, by the keeper's clock.
    #[n(7)]
    pub issued: UtcMillis,
    /// Id of the keeper's key.
    #[n(8)]
    pub by: KeyId,
}

/// Part of a vault's past that a new device may receive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub enum HistoryScope {
    /// The whole past.
    #[n(0)]
    All,
    /// The last so many days.
    #[n(1)]
    Days(#[n(0)] u32),
    /// Nothing.
    #[n(2)]
    None,
}

/// Withdrawal of a device's certificate.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Revocation {
    /// The vault.
    #[n(0)]
    pub vault: VaultId,
    /// Signing key of the device.
    #[n(1)]
    pub device: KeyId,
    /// Last trusted parcel of each incarnation. Later ones go to quarantine.
    #[cbor(n(2), decode_with = "wire::list::<INCARNATIONS_MAX, _, _>")]
    pub last: Vec<IncarnationEnd>,
    /// Reason.
    #[n(3)]
    pub reason: RevocationReason,
    /// Instant, by the keeper's clock.
    #[n(4)]
    pub at: UtcMillis,
    /// Id of the keeper's key.
    #[n(5)]
    pub by: KeyId,
}

/// Last trusted parcel of an incarnation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct IncarnationEnd {
    /// The incarnation.
    #[n(0)]
    pub incarnation: Incarnation,
    /// Its last parcel's number.
    #[cbor(n(1), decode_with = "wire::seq")]
    pub last_seq: u64,
    /// Hash of that parcel's core.
    #[n(2)]
    pub head: Hash,
}

/// Reason of a revocation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum RevocationReason {
    /// Lost or stolen.
    #[n(0)]
    Lost,
    /// Replaced by another.
    #[n(1)]
    Replaced,
    /// Admitted by mistake, for example the wrong participant's phone.
    #[n(2)]
    Mistake,
    /// The participant has left the study.
    #[n(3)]
    Left,
    /// Another reason.
    #[n(4)]
    Other,
}

/// Reason for which a certificate, revocation or rewrap is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Not the bytes of one.
    #[error("not readable: {0}")]
    Undecodable(#[from] wire::WireError),
    /// Signed by a key that is no keeper's in the bundle.
    #[error("not signed by a keeper of this study")]
    NotAKeeper,
    /// Dated after its keeper's key was retired.
    #[error("dated after its keeper's key was retired")]
    Retired,
    /// The signature does not fit.
    #[error("the signature does not fit")]
    Signature,
}

impl Certificate {
    /// Seals the participant's subject code to the site's and the recovery key, bound to vault and device.
    ///
    /// # Errors
    /// [`SealingError::PublicKey`] if a recipient's key is not valid.
    pub fn seal_participant(
        participant: &str,
        vault: VaultId,
        device: KeyId,
        recipients: &[&SealingPublic],
        entropy: &dyn Entropy,
    ) -> Result<Vec<Wrap>, SealingError> {
        let aad = binding_aad(vault, device);
        recipients
            .iter()
            .map(|to| Wrap::seal(to, BINDING_INFO, aad.as_bytes(), participant.as_bytes(), entropy))
            .collect()
    }

    /// Opens the participant's subject code.
    ///
    /// # Errors
    /// [`SealingError::Open`] if it is not sealed to `key` for this vault and device.
    pub fn open_participant(&self, key: &SealingKey) -> Result<Zeroizing<String>, SealingError> {
        let aad = binding_aad(self.vault, self.signing.id());
        let wrap = self.participant.iter().find(|wrap| wrap.key == key.id()).ok_or(SealingError::Open)?;
        let plain = wrap.open(key, BINDING_INFO, aad.as_bytes())?;
        std::str::from_utf8(&plain)
            .map(|text| Zeroizing::new(text.to_owned()))
            .map_err(|_| SealingError::Open)
    }

    /// Id of the device: that of its signing key.
    #[must_use]
    pub fn device(&self) -> KeyId {
        self.signing.id()
    }

    /// True if the keeper's key was retired since. The certificate's date then proves nothing, because a
    /// holder of the retired key can choose it.
    #[must_use]
    pub fn is_by_retired(&self, bundle: &Bundle) -> bool {
        bundle.keeper(self.by).is_some_and(|keeper| keeper.retired.is_some())
    }

    /// Signs the certificate. `keeper` must be the key of [`Self::by`].
    #[must_use]
    pub fn sign(&self, keeper: &SigningKey) -> Signed {
        Signed::sign(Kind::Certificate, wire::encode(self), keeper)
    }

    /// Decodes a certificate without verifying it.
    ///
    /// # Errors
    /// [`wire::WireError`] if it does not decode.
    pub fn peek(signed: &Signed) -> Result<Self, wire::WireError> {
        wire::decode("certificate", signed.unverified(), CERTIFICATE_MAX_BYTES)
    }

    /// Decodes a certificate signed by a keeper of `bundle`.
    ///
    /// # Errors
    /// [`CertificateError`] if decoding, key or signature fail.
    pub fn verify(signed: &Signed, bundle: &Bundle) -> Result<Self, CertificateError> {
        let read: Self = wire::decode("certificate", signed.unverified(), CERTIFICATE_MAX_BYTES)?;
        by_keeper(signed, Kind::Certificate, bundle, read.by, Some(read.issued))?;
        Ok(read)
    }
}

impl Revocation {
    /// Signs the revocation. `keeper` must be the key of [`Self::by`].
    #[must_use]
    pub fn sign(&self, keeper: &SigningKey) -> Signed {
        Signed::sign(Kind::Revocation, wire::encode(self), keeper)
    }

    /// Decodes a revocation without verifying it.
    ///
    /// # Errors
    /// [`CertificateError::Undecodable`] if it does not decode.
    pub fn peek(signed: &Signed) -> Result<Self, CertificateError> {
        Ok(wire::decode("revocation", signed.unverified(), CERTIFICATE_MAX_BYTES)?)
    }

    /// Decodes a revocation signed by a keeper of `bundle`.
    ///
    /// # Errors
    /// [`CertificateError`] if decoding, key or signature fail.
    pub fn verify(signed: &Signed, bundle: &Bundle) -> Result<Self, CertificateError> {
        let read = Self::peek(signed)?;
        by_keeper(signed, Kind::Revocation, bundle, read.by, Some(read.at))?;
        Ok(read)
    }

    /// True if the keeper's key was retired since; see [`Certificate::is_by_retired`].
    #[must_use]
    pub fn is_by_retired(&self, bundle: &Bundle) -> bool {
        bundle.keeper(self.by).is_some_and(|keeper| keeper.retired.is_some())
    }

    /// True if a parcel of the revoked device is at or before the last trusted one of its incarnation.
    #[must_use]
    pub fn covers(&self, incarnation: Incarnation, seq: u64) -> bool {
        self.last.iter().any(|end| end.incarnation == incarnation && seq <= end.last_seq)
    }
}

/// Verifies the signature of the keeper `by` of `bundle` and, if a date (`at`) is given, that the key was not
/// retired before it.
pub(crate) fn by_keeper<'b>(
    signed: &Signed,
    kind: Kind,
    bundle: &'b Bundle,
    by: KeyId,
    at: Option<UtcMillis>,
) -> Result<&'b ServerKey, CertificateError> {
    let keeper = bundle.keeper(by).ok_or(CertificateError::NotAKeeper)?;
    // Earlier signatures of a retired key stay valid: otherwise its retirement would revoke every device
    // that it admitted.
    match (keeper.retired, at) {
        (Some(retired), Some(at)) if at > retired => return Err(CertificateError::Retired),
        _ => {}
    }
    signed.verify(kind, &keeper.key).map_err(|_| CertificateError::Signature)?;
    Ok(keeper)
}

fn binding_aad(vault: VaultId, device: KeyId) -> Hash {
    sha256_of(&[BINDING_INFO, vault.as_bytes(), device.as_bytes()])
}
