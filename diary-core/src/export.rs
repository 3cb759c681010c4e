//! Exported files: the form in which a keeper hands everything to an inspector, who needs no key to check it. Here stand
//! the names and forms alone; writing is the server's matter, checking the verifier's.

use crate::ids::{Epoch, Hash, KeyId, SiteId, StudyId};
use crate::keys::certificate::{CertificateError, by_keeper};
use crate::keys::{Bundle, SigningKey};
use crate::signed::{Kind, Signed};
use crate::time::UtcMillis;
use crate::wire;

/// The signed [`Manifest`].
pub const MANIFEST: &str = "manifest.cbor";
/// A CBOR sequence of [`FileEntry`], every file but this one and the manifest.
pub const LIST: &str = "files.cbor";
/// A CBOR sequence of signed bundles, oldest first.
pub const BUNDLES: &str = "bundles.cbor";
/// A CBOR sequence of [`TrailRow`](crate::trail::TrailRow)s.
pub const TRAIL: &str = "trail.cbor";
/// Subject numbers by vault.
pub const PARTICIPANTS: &str = "participants.csv";
/// What is in the folder, for people.
pub const README: &str = "README.txt";
/// Folder of the study's files, each named by its hash.
pub const STUDIES: &str = "studies";
/// Folder of the vaults: `ID.log`, a CBOR sequence of [`LogRecord`](crate::parcel::LogRecord)s; `ID.head`, a signed
/// [`Head`](crate::api::Head); `ID.opened`, a CBOR sequence of [`OpenedRecord`]s.
pub const VAULTS: &str = "vaults";
/// The version of these forms.
pub const FORMAT: u8 = 1;

/// What a keeper signs of an export.
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
    /// Fingerprint of the study's root.
    #[n(3)]
    pub root: Hash,
    /// Life of the database.
    #[n(4)]
    pub epoch: Epoch,
    /// When it was made.
    #[n(5)]
    pub at: UtcMillis,
    /// Last row of the trail.
    #[cbor(n(6), decode_with = "wire::count")]
    pub trail_n: u64,
    /// The chain at that row.
    #[n(7)]
    pub trail_chain: Hash,
    /// SHA-256 of [`LIST`].
    #[n(8)]
    pub list: Hash,
    /// Plaintexts were left out.
    #[n(9)]
    pub sealed_only: bool,
    /// The keeper's key.
    #[n(10)]
    pub by: KeyId,
}

/// One file of an export.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct FileEntry {
    /// Its name below the folder, with `/`.
    #[n(0)]
    pub name: String,
    /// How long it is.
    #[cbor(n(1), decode_with = "wire::count")]
    pub bytes: u64,
    /// SHA-256 of it.
    #[n(2)]
    pub hash: Hash,
}

/// What was in a parcel, with the salt that proves its author wrote it.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct OpenedRecord {
    /// The parcel's record in the vault's log.
    #[cbor(n(0), decode_with = "wire::record_number")]
    pub n: u64,
    /// The salt of the commitment.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub salt: [u8; 32],
    /// The exact plaintext.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub plain: Vec<u8>,
}

crate::log_safe::redacted!(OpenedRecord);

impl Manifest {
    /// Signs it. `keeper` must be the key of [`Self::by`].
    #[must_use]
    pub fn sign(&self, keeper: &SigningKey) -> Signed {
        Signed::sign(Kind::Export, wire::encode(self), keeper)
    }

    /// What it says, before anybody has seen whether a keeper signed it.
    ///
    /// # Errors
    /// [`wire::WireError`] where it is none.
    pub fn peek(signed: &Signed) -> Result<Self, wire::WireError> {
        wire::decode("manifest", signed.unverified(), 4096)
    }

    /// Reads a manifest that a keeper of `bundle` signed.
    ///
    /// # Errors
    /// [`CertificateError`] for anything else.
    pub fn verify(signed: &Signed, bundle: &Bundle) -> Result<Self, CertificateError> {
        let read = Self::peek(signed)?;
        by_keeper(signed, Kind::Export, bundle, read.by, Some(read.at))?;
        Ok(read)
    }
}
