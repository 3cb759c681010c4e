//! Problems of an export and remarks on it, as codes with their fields. Faces put them into sentences.

use diary_core::api::ReplyError;
use diary_core::ids::{Incarnation, KeyId, VaultId};
use diary_core::keys::{BundleError, CertificateError, JoinError};
use diary_core::parcel::{GrantError, LogKind, ReceiptError, VerifyError};
use diary_core::wire::WireError;
use serde::{Serialize, Serializer};

/// One problem.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Problem {
    /// The operating system does not give the file.
    #[error("{reason}")]
    Disk {
        /// Message of the operating system.
        reason: String,
    },
    /// Bytes that do not decode.
    #[error("not readable at byte {at}")]
    Malformed {
        /// Offset of the error in bytes.
        at: u64,
    },
    /// More bytes than are allowed.
    #[error("{bytes} bytes, at most {max} are allowed")]
    TooLong {
        /// Number of bytes.
        bytes: u64,
        /// Largest number allowed.
        max: u64,
    },
    /// A list with too many elements.
    #[error("a list of more than {max} elements")]
    TooMany {
        /// Largest number allowed.
        max: u64,
    },
    /// Bytes after the end of the value.
    #[error("bytes after the end")]
    Trailing,
    /// The signature does not fit.
    #[error("the signature does not fit")]
    Signature,
    /// Signed by a key that may not sign it.
    #[error("not signed by a server of this study that may say so")]
    Signer,
    /// Dated after the retirement of the key that signed it.
    #[error("dated after its signer's key was retired")]
    Retired,
    /// Of a cryptographic suite that this version does not know.
    #[error("of suite {suite}, which this version does not know")]
    Suite {
        /// Number of the suite.
        suite: u8,
    },
    /// A public key that is none.
    #[error("its public key is not valid")]
    InvalidKey,
    /// Parts that contradict each other.
    #[error("its parts contradict each other")]
    Contradiction,
    /// Of another root key.
    #[error("it is of another study root than the fingerprint given")]
    OtherRoot,
    /// No bundle to check anything else with.
    #[error("no readable bundle of the root is left, so nothing else could be checked")]
    NoBundle,
    /// Of another study than the bundles.
    #[error("it names another study than the bundles")]
    OtherStudy,
    /// A version of the keys that does not follow the one before.
    #[error("version {version}: {problem}")]
    Bundle {
        /// Version.
        version: u64,
        /// The problem.
        problem: Succession,
    },
    /// Other bytes than the signed ones.
    #[error("its bytes are not those that the keeper signed for")]
    NotSigned,
    /// A file beyond the signed list.
    #[error("the keeper did not sign for this file")]
    NotListed,
    /// A file of the study that is not the one that the bundle names.
    #[error("it is not the version of the study that the bundle names")]
    OtherVersion,
    /// A name that leads out of the folder.
    #[error("it names a file outside of the folder")]
    Outside,
    /// Another length than the signed one.
    #[error("it has {found} bytes, the keeper signed for {signed}")]
    Length {
        /// Bytes of the file.
        found: u64,
        /// Signed number of bytes.
        signed: u64,
    },
    /// The audit trail has another end than the manifest.
    #[error("it does not end where the manifest says")]
    TrailEnd,
    /// A row of the audit trail is not in its place.
    #[error("row {row} is missing or out of order")]
    RowMissing {
        /// The expected row.
        row: u64,
    },
    /// A row of the audit trail whose chain value does not fit.
    #[error("it, or one before it, was altered after it was written")]
    RowAltered,
    /// A checkpoint that is none.
    #[error("its checkpoint: {problem}")]
    Checkpoint {
        /// The problem.
        problem: Box<Self>,
    },
    /// A checkpoint that does not fit the rows before it.
    #[error("its checkpoint is of another trail: rows before it were rewritten")]
    TrailRewritten,
    /// A log that cannot be read to its end.
    #[error("after record {after}: {problem}")]
    LogEnd {
        /// Number of the last readable record.
        after: u64,
        /// The problem.
        problem: Box<Self>,
    },
    /// A record of a log is not in its place.
    #[error("record {record} is missing or out of order")]
    RecordMissing {
        /// The expected record.
        record: u64,
    },
    /// A head of another database.
    #[error("it is of another database than the manifest")]
    OtherDatabase,
    /// A log that does not lead to its head.
    #[error("the log does not lead to its signed head: a record was altered, added or left out")]
    OtherHead,
    /// A problem of a record of that kind.
    #[error("{}: {problem}", kind.name())]
    Record {
        /// Kind of the record.
        #[serde(serialize_with = "kind_name")]
        kind: LogKind,
        /// The problem.
        problem: Box<Self>,
    },
    /// Of another vault.
    #[error("it is of another vault")]
    OtherVault,
    /// A reply to another request, or about another vault.
    #[error("it is of another vault or request")]
    OtherRequest,
    /// Of another vault, or of another study.
    #[error("it is of another vault or study")]
    OtherVaultOrStudy,
    /// A rewrap of a grant that does not precede it.
    #[error("it is of a grant that is not in the log before it")]
    NoGrant,
    /// A parcel under a grant of another author.
    #[error("its grant is of another author")]
    OtherGrant,
    /// A receipt without its parcel.
    #[error("it is of a parcel that is not in the log")]
    NoParcel,
    /// A receipt of another body.
    #[error("it is of another body than the parcel's")]
    OtherBody,
    /// A receipt that names another record.
    #[error("it names record {named}, the parcel is record {at}")]
    OtherRecord {
        /// The record in the receipt.
        named: u64,
        /// The record of the parcel.
        at: u64,
    },
    /// A parcel without a receipt of its storage.
    #[error("no receipt says that it is stored")]
    NoReceipt,
    /// A plaintext without its parcel.
    #[error("there is no such parcel in the log")]
    NoSuchParcel,
    /// A plaintext that is not the committed one.
    #[error("it is not what the parcel's author committed to")]
    NotCommitted,
}

/// Reason for which a version of the study's keys does not follow the one before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Succession {
    /// Its version is not larger.
    #[error("it is no newer than the one before")]
    NotNewer,
    /// It is of another study.
    #[error("it is of another study")]
    OtherStudy,
    /// A key or a version of the study is missing or changed.
    #[error("it forgets or changes a key or a version that was named before")]
    Forgets,
}

/// Remark that is no problem of the export.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Note {
    /// Records of a later version: only their place was checked.
    LaterKind {
        /// Number of the kind.
        kind: u16,
    },
    /// A device that was never confirmed: its key is not in the log, so what it sent could not be proved its own.
    Unconfirmed {
        /// The vault.
        vault: VaultId,
        /// The device.
        device: KeyId,
    },
    /// The grant of a parcel has not come.
    GrantToCome {
        /// The vault.
        vault: VaultId,
        /// Record of the parcel.
        record: u64,
    },
    /// Parcels that are here without their plaintext.
    Sealed {
        /// The vault.
        vault: VaultId,
        /// Number of parcels.
        parcels: u64,
    },
    /// A parcel that contradicts itself, which the keeper set aside.
    SetAside {
        /// The vault.
        vault: VaultId,
        /// Record of the parcel.
        record: u64,
    },
    /// Something about an author's own chain of parcels.
    Chain {
        /// The vault.
        vault: VaultId,
        /// The author.
        author: KeyId,
        /// The author's incarnation.
        incarnation: Incarnation,
        /// The remark.
        remark: ChainNote,
    },
}

/// Remark on an author's own chain of parcels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum ChainNote {
    /// Parcels have not come.
    Missing {
        /// Number of the first one.
        first: u64,
        /// Number of the last one.
        last: u64,
    },
    /// Two parcels have the same number.
    Twice {
        /// Their number.
        parcel: u64,
        /// Record of the first one.
        record: u64,
    },
    /// A parcel follows another one than the one that is here.
    Follows {
        /// Its number.
        parcel: u64,
    },
}

fn kind_name<S: Serializer>(kind: &LogKind, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(kind.name())
}

impl Problem {
    pub(super) fn disk(error: &std::io::Error) -> Self {
        Self::Disk { reason: error.to_string() }
    }

    pub(super) fn of(self, kind: LogKind) -> Self {
        Self::Record { kind, problem: Box::new(self) }
    }
}

impl From<WireError> for Problem {
    fn from(error: WireError) -> Self {
        match error {
            WireError::TooLong { bytes, max, .. } => Self::TooLong { bytes: bytes as u64, max: max as u64 },
            WireError::Malformed { at, .. } => Self::Malformed { at: at as u64 },
            WireError::TooMany { max, .. } => Self::TooMany { max: max as u64 },
            WireError::Trailing { .. } => Self::Trailing,
        }
    }
}

impl From<BundleError> for Problem {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::Undecodable(error) => error.into(),
            BundleError::Root => Self::OtherRoot,
            BundleError::Signature => Self::Signature,
        }
    }
}

impl From<CertificateError> for Problem {
    fn from(error: CertificateError) -> Self {
        match error {
            CertificateError::Undecodable(error) => error.into(),
            CertificateError::NotAKeeper => Self::Signer,
            CertificateError::Retired => Self::Retired,
            CertificateError::Signature => Self::Signature,
        }
    }
}

impl From<JoinError> for Problem {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::Undecodable(error) => error.into(),
            JoinError::Signature | JoinError::Secret => Self::Signature,
            JoinError::SealingKey => Self::InvalidKey,
        }
    }
}

impl From<VerifyError> for Problem {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Undecodable(error) => error.into(),
            VerifyError::Oversize { bytes } => {
                Self::TooLong { bytes: bytes as u64, max: diary_core::parcel::BODY_MAX_BYTES as u64 }
            }
            VerifyError::Suite { suite } => Self::Suite { suite },
            VerifyError::Core => Self::Contradiction,
            VerifyError::Author | VerifyError::Signature => Self::Signature,
        }
    }
}

impl From<GrantError> for Problem {
    fn from(error: GrantError) -> Self {
        match error {
            GrantError::Undecodable(error) => error.into(),
            GrantError::Suite { suite } => Self::Suite { suite },
            GrantError::Keeper(error) => error.into(),
            GrantError::Recipient => Self::InvalidKey,
            GrantError::Signature | GrantError::NotARecipient | GrantError::Open => Self::Signature,
        }
    }
}

impl From<ReceiptError> for Problem {
    fn from(error: ReceiptError) -> Self {
        match error {
            ReceiptError::Undecodable(error) => error.into(),
            ReceiptError::UnknownServer | ReceiptError::Role => Self::Signer,
            ReceiptError::Retired => Self::Retired,
            ReceiptError::Signature => Self::Signature,
        }
    }
}

impl From<ReplyError> for Problem {
    fn from(error: ReplyError) -> Self {
        match error {
            ReplyError::Undecodable(error) => error.into(),
            ReplyError::Bundle(error) => error.into(),
            ReplyError::UnknownServer => Self::Signer,
            ReplyError::Signature => Self::Signature,
            ReplyError::NotThisRequest => Self::OtherRequest,
        }
    }
}
