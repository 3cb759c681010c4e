//! What keepers sign about devices: their certificate, and their end.

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
/// Most recipients of a participant's name. No more than about a dozen wrapped keys fit into a certificate.
const WRAPS_MAX: usize = 16;
/// Most lives of a store that a revocation names. No more than about four hundred fit into it.
const LIVES_MAX: usize = 1024;

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
    /// Key by which the device signs.
    #[n(3)]
    pub signing: VerifyingKey,
    /// Key to which the device is sealed to.
    #[n(4)]
    pub sealing: SealingPublic,
    /// Whose vault it is, sealed to the site's key and to its recovery key.
    #[cbor(n(5), decode_with = "wire::list::<WRAPS_MAX, _, _>")]
    pub participant: Vec<Wrap>,
    /// How much of the vault's past the device is given.
    #[n(6)]
    pub history: HistoryScope,
    /// When it was issued.
    #[n(7)]
    pub issued: UtcMillis,
    /// The keeper's key.
    #[n(8)]
    pub by: KeyId,
}

/// How much of a vault's past a new device is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub enum HistoryScope {
    /// Everything.
    #[n(0)]
    All,
    /// The last so many days.
    #[n(1)]
    Days(#[n(0)] u32),
    /// Nothing.
    #[n(2)]
    None,
}

/// A device's end.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Revocation {
    /// The vault.
    #[n(0)]
    pub vault: VaultId,
    /// Signing key of the device.
    #[n(1)]
    pub device: KeyId,
    /// How far each incarnation's chain had come. What comes from beyond goes to quarantine.
    #[cbor(n(2), decode_with = "wire::list::<LIVES_MAX, _, _>")]
    pub last: Vec<IncarnationEnd>,
    /// Why.
    #[n(3)]
    pub reason: RevocationReason,
    /// When.
    #[n(4)]
    pub at: UtcMillis,
    /// The keeper's key.
    #[n(5)]
    pub by: KeyId,
}

/// How far an incarnation's chain had come.
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

/// Why a device was revoked.
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
    /// Something else.
    #[n(4)]
    Other,
}

/// Why something is not a certificate, revocation or rewrap to trust.
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
    /// Seals whose vault it is, to the site's and the recovery key, bound to vault and device.
    ///
    /// # Errors
    /// [`SealingError::PublicKey`] where a recipient's key is none.
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

    /// Whose vault it is.
    ///
    /// # Errors
    /// [`SealingError::Open`] where it is not sealed to `key` for this vault and device.
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

    /// Whether its keeper's key was replaced since. Its date is then no more than what whoever holds that key says.
    #[must_use]
    pub fn is_by_retired(&self, bundle: &Bundle) -> bool {
        bundle.keeper(self.by).is_some_and(|keeper| keeper.retired.is_some())
    }

    /// Signs it. `keeper` must be the key of [`Self::by`].
    #[must_use]
    pub fn sign(&self, keeper: &SigningKey) -> Signed {
        Signed::sign(Kind::Certificate, wire::encode(self), keeper)
    }

    /// What somebody claims to be a certificate, not to be believed.
    ///
    /// # Errors
    /// [`wire::WireError`] where it is none.
    pub fn peek(signed: &Signed) -> Result<Self, wire::WireError> {
        wire::decode("certificate", signed.unverified(), CERTIFICATE_MAX_BYTES)
    }

    /// Reads a certificate that a keeper of `bundle` signed.
    ///
    /// # Errors
    /// [`CertificateError`] for anything else.
    pub fn verify(signed: &Signed, bundle: &Bundle) -> Result<Self, CertificateError> {
        let read: Self = wire::decode("certificate", signed.unverified(), CERTIFICATE_MAX_BYTES)?;
        by_keeper(signed, Kind::Certificate, bundle, read.by, Some(read.issued))?;
        Ok(read)
    }
}

impl Revocation {
    /// Signs it. `keeper` must be the key of [`Self::by`].
    #[must_use]
    pub fn sign(&self, keeper: &SigningKey) -> Signed {
        Signed::sign(Kind::Revocation, wire::encode(self), keeper)
    }

    /// What a revocation says, whoever may have made it.
    ///
    /// # Errors
    /// [`CertificateError::Undecodable`] where the bytes are none.
    pub fn peek(signed: &Signed) -> Result<Self, CertificateError> {
        Ok(wire::decode("revocation", signed.unverified(), CERTIFICATE_MAX_BYTES)?)
    }

    /// Reads a revocation that a keeper of `bundle` signed.
    ///
    /// # Errors
    /// [`CertificateError`] for anything else.
    pub fn verify(signed: &Signed, bundle: &Bundle) -> Result<Self, CertificateError> {
        let read = Self::peek(signed)?;
        by_keeper(signed, Kind::Revocation, bundle, read.by, Some(read.at))?;
        Ok(read)
    }

    /// Whether its keeper's key was replaced since, as for [`Certificate::is_by_retired`].
    #[must_use]
    pub fn is_by_retired(&self, bundle: &Bundle) -> bool {
        bundle.keeper(self.by).is_some_and(|keeper| keeper.retired.is_some())
    }

    /// Whether a parcel of the revoked device came to be within what it is still trusted for.
    #[must_use]
    pub fn covers(&self, incarnation: Incarnation, seq: u64) -> bool {
        self.last.iter().any(|end| end.incarnation == incarnation && seq <= end.last_seq)
    }
}

/// Verifies that the keeper `by` of `bundle` signed, and, where it says when (`at`), that its key was in use then.
pub(crate) fn by_keeper<'b>(
    signed: &Signed,
    kind: Kind,
    bundle: &'b Bundle,
    by: KeyId,
    at: Option<UtcMillis>,
) -> Result<&'b ServerKey, CertificateError> {
    let keeper = bundle.keeper(by).ok_or(CertificateError::NotAKeeper)?;
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
