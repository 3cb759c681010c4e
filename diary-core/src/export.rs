//! Exported files: the form in which a keeper hands a study's data to an inspector, who needs no key to check
//! it. Names and formats alone; the server writes them, the verifier checks them.

use crate::ids::{Epoch, Hash, KeyId, SiteId, StudyId};
use crate::keys::certificate::{CertificateError, by_keeper};
use crate::keys::{Bundle, SigningKey};
use crate::signed::{Kind, Signed};
use crate::time::UtcMillis;
use crate::wire;

/// Signed [`Manifest`].
pub const MANIFEST: &str = "manifest.cbor";
/// CBOR sequence of [`FileEntry`]: every file but this one and the manifest.
pub const LIST: &str = "files.cbor";
/// CBOR sequence of signed bundles, oldest first.
pub const BUNDLES: &str = "bundles.cbor";
/// CBOR sequence of [`AuditRow`](crate::audit_trail::AuditRow)s.
pub const TRAIL: &str = "trail.cbor";
/// Subject numbers by vault.
pub const PARTICIPANTS: &str = "participants.csv";
/// Description of the folder for people.
pub const README: &str = "README.txt";
/// Folder of the study's files, each named by its hash.
pub const STUDIES: &str = "studies";
/// Folder of the vaults: `ID.log`, a CBOR sequence of [`LogRecord`](crate::parcel::LogRecord)s; `ID.head`, a signed
/// [`Head`](crate::api::Head); `ID.opened`, a CBOR sequence of [`OpenedRecord`]s.
pub const VAULTS: &str = "vaults";
/// Version of these formats.
pub const FORMAT: u8 = 1;

/// Signed description of an export.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Manifest {
    /// [`FORMAT`].
    #[n(0)]
    pub format: u8,
    /// The study.
    #[n(1)]
    pub study: StudyId,
    /// The site.
    #[n(2)]
    pub site: SiteId,
    /// Fingerprint of the study's root key.
    #[n(3)]
    pub root: Hash,
    /// Epoch of the database.
    #[n(4)]
    pub epoch: Epoch,
    /// Instant of its making, by the keeper's clock.
    #[n(5)]
    pub at: UtcMillis,
    /// Number of the last row of the audit trail.
    #[cbor(n(6), decode_with = "wire::count")]
    pub trail_n: u64,
    /// Chain value at that row.
    #[n(7)]
    pub trail_chain: Hash,
    /// SHA-256 of [`LIST`].
    #[n(8)]
    pub list: Hash,
    /// True if plaintexts were left out.
    #[n(9)]
    pub sealed_only: bool,
    /// Id of the keeper's key.
    #[n(10)]
    pub by: KeyId,
}

/// One file of an export.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct FileEntry {
    /// Path below the folder, with `/`.
    #[n(0)]
    pub name: String,
    /// Length in bytes.
    #[cbor(n(1), decode_with = "wire::count")]
    pub bytes: u64,
    /// SHA-256 of the file.
    #[n(2)]
    pub hash: Hash,
}

/// Plaintext of a parcel, with the salt by which the core's commitment proves its authorship.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct OpenedRecord {
    /// Number of the parcel's record in the vault's log.
    #[cbor(n(0), decode_with = "wire::record_number")]
    pub n: u64,
    /// Salt of the commitment.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub salt: [u8; 32],
    /// Exact plaintext.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub plain: Vec<u8>,
}

crate::log_safe::redacted!(OpenedRecord);

impl Manifest {
    /// Signs the manifest. `keeper` must be the key of [`Self::by`].
    #[must_use]
    pub fn sign(&self, keeper: &SigningKey) -> Signed {
        Signed::sign(Kind::Export, wire::encode(self), keeper)
    }

    /// Decodes a manifest without verifying it.
    ///
    /// # Errors
    /// [`wire::WireError`] if it does not decode.
    pub fn peek(signed: &Signed) -> Result<Self, wire::WireError> {
        wire::decode("manifest", signed.unverified(), 4096)
    }

    /// Decodes a manifest signed by a keeper of `bundle`.
    ///
    /// # Errors
    /// [`CertificateError`] if decoding, key or signature fail.
    pub fn verify(signed: &Signed, bundle: &Bundle) -> Result<Self, CertificateError> {
        let read = Self::peek(signed)?;
        by_keeper(signed, Kind::Export, bundle, read.by, Some(read.at))?;
        Ok(read)
    }
}
