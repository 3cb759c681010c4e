//! Refusals of the site services: codes with typed fields. The faces say them in words.

use diary_core::ids::{AnchorId, RuleId, SiteId, VaultId};
use diary_core::keys::{BundleError, CertificateError, SealingError};
use diary_core::study::StudyErrors;
use diary_core::time::DiaryDay;

use super::acts::question::InfusionProblem;
use super::acts::regimen::RegimenNote;
use super::studies::PublishProblem;
use crate::audit::AccountForm;
use crate::keys::{AuthorError, KeysError};
use crate::ops::backup::BackupError;
use diary_store::StoreError;

impl From<AccountForm> for StaffError {
    fn from(_: AccountForm) -> Self {
        Self::AccountForm
    }
}

/// Reason for which a request of staff was refused.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// Not the name of an account.
    #[error("malformed account")]
    AccountForm,
    /// No account was given.
    #[error("no account")]
    NoAccount,
    /// No account has this name.
    #[error("unknown account")]
    UnknownAccount {
        /// The name.
        name: String,
    },
    /// The account was invited before; a reset is asked for by its own name.
    #[error("account exists")]
    AccountThere {
        /// The name.
        name: String,
    },
    /// The account has roles at sites of other administrators too.
    #[error("account with roles at other sites")]
    AccountElsewhere {
        /// The name.
        name: String,
    },
    /// Too little memory is free for a password's hash.
    #[error("out of memory")]
    OutOfMemory,
    /// The report could not be set as PDF; its other forms can be had.
    #[error("report not printed")]
    NotPrinted,
    /// Not a subject number.
    #[error("malformed subject number")]
    SubjectForm {
        /// Subject number as typed.
        subject: String,
    },
    /// The subject number is taken.
    #[error("subject number taken")]
    SubjectTaken {
        /// Subject number that is taken.
        subject: String,
    },
    /// A subject number of another form than the study's.
    #[error("subject number of another pattern")]
    SubjectPattern {
        /// Subject number as typed.
        subject: String,
        /// The form.
        pattern: diary_core::study::SubjectPattern,
    },
    /// A subject number that is easily read as another one.
    #[error("subject number like another one")]
    SubjectAlike {
        /// Subject number as typed.
        subject: String,
        /// The one that is there.
        alike: String,
    },
    /// A subject number that another participant had before.
    #[error("subject number used before")]
    SubjectBefore {
        /// Subject number as typed.
        subject: String,
        /// The number now.
        now: String,
    },
    /// A subject number that was renamed.
    #[error("renamed subject")]
    RenamedSubject {
        /// Subject number as typed.
        subject: String,
        /// The number now.
        now: String,
    },
    /// A subject number that looks like one that is there.
    #[error("unknown subject, like another one")]
    LikeSubject {
        /// Subject number as typed.
        subject: String,
        /// The one that is there.
        like: String,
    },
    /// Participants that are linked so already, or not linked.
    #[error("links unchanged")]
    Linked {
        /// One.
        subject: String,
        /// The other.
        other: String,
        /// True if they are linked already, false if they are not linked.
        linked: bool,
    },
    /// No counter is left in the vault's order.
    #[error("no counter left: {0}")]
    Counter(#[from] diary_core::counter::CounterError),
    /// An act that was not made.
    #[error(transparent)]
    Act(#[from] super::ActError),
    /// No such subject.
    #[error("unknown subject")]
    UnknownSubject {
        /// Subject number as typed.
        subject: String,
    },
    /// No site of this keeper.
    #[error("unknown site {site}")]
    UnknownSite {
        /// The site asked for.
        site: SiteId,
        /// Those of the keeper.
        known: Vec<SiteId>,
    },
    /// The keeper has several sites, and none was named.
    #[error("no site named")]
    SiteNeeded {
        /// Those of the keeper.
        known: Vec<SiteId>,
    },
    /// No site of the study.
    #[error("site {site} is not of the study")]
    NotOfStudy {
        /// The site asked for.
        site: SiteId,
        /// Those of the study.
        known: Vec<SiteId>,
    },
    /// The keeper has the site already.
    #[error("site {site} added before")]
    SiteThere {
        /// The site.
        site: SiteId,
    },
    /// Keys that must not stay on the server would lie on it.
    #[error("{path}: inside the data folder")]
    OfflineInside {
        /// The folder.
        path: String,
    },
    /// No such anchor.
    #[error("unknown anchor {anchor}")]
    UnknownAnchor {
        /// Id as typed.
        anchor: AnchorId,
        /// Those it has.
        known: Vec<AnchorId>,
    },
    /// No alert of that rule.
    #[error("no alert of rule {rule}")]
    NoSuchAlert {
        /// Id as typed.
        rule: RuleId,
        /// Those there are.
        known: Vec<RuleId>,
    },
    /// An anchor that is set is moved or taken away without a reason.
    #[error("anchor {anchor} moved without a reason")]
    AnchorReason {
        /// Id of the anchor.
        anchor: AnchorId,
        /// Its present date.
        date: Option<DiaryDay>,
    },
    /// The anchor is already as asked for.
    #[error("anchor {anchor} unchanged")]
    AnchorSame {
        /// Id of the anchor.
        anchor: AnchorId,
        /// Its date.
        date: Option<DiaryDay>,
    },
    /// A reason is empty or too long.
    #[error("malformed reason")]
    ReasonForm,
    /// A kind of visit that is no short word.
    #[error("malformed kind of visit")]
    VisitKind,
    /// The study does not allow the regimen.
    #[error("regimen not allowed")]
    Regimen {
        /// Problems.
        notes: Vec<RegimenNote>,
    },
    /// The regimen is allowed, and unusual.
    #[error("unusual regimen")]
    RegimenUnusual {
        /// Unusual points.
        notes: Vec<RegimenNote>,
    },
    /// An infusion that cannot have been.
    #[error("impossible infusion")]
    Infusion {
        /// The problem.
        problem: InfusionProblem,
    },
    /// No such vault without a participant.
    #[error("vault {vault} is attached")]
    NotUnattached {
        /// Id as typed.
        vault: VaultId,
    },
    /// The vault was made for another subject number.
    #[error("vault {vault} was certified for another subject")]
    OtherSubject {
        /// Id of the vault.
        vault: VaultId,
        /// Subject number in its enrolment certificate.
        named: String,
    },
    /// A backup was not made.
    #[error("backup: {0}")]
    Backup(#[from] BackupError),
    /// No such parcel among those that are set aside.
    #[error("record {n} is not unmerged")]
    NotSetAside {
        /// The record.
        n: u64,
    },
    /// The parcel is unmerged for a reason that is not decided by the site.
    #[error("record {n} is not to be decided")]
    NotToDecide {
        /// The record.
        n: u64,
    },
    /// No device waits.
    #[error("no phone waits")]
    NobodyWaits {
        /// The participant.
        subject: String,
    },
    /// Wrong digits.
    #[error("wrong digits, {left} tries left")]
    WrongDigits {
        /// The participant.
        subject: String,
        /// Tries that are left.
        left: u32,
    },
    /// Another phone is in use and has not let this one in.
    #[error("not approved on the other phone")]
    NotApproved {
        /// The participant.
        subject: String,
    },
    /// The phone came through a relay after its link had expired, as far as this keeper knows.
    #[error("joined after the link had expired")]
    LinkLate {
        /// The participant.
        subject: String,
    },
    /// The audit trail was altered.
    #[error("audit trail broken at row {n}")]
    TrailBroken {
        /// The first such row.
        n: u64,
    },
    /// No such phone.
    #[error("unknown phone")]
    UnknownPhone {
        /// The participant.
        subject: String,
        /// Prefix of the key's id, or its number, as typed.
        named: String,
    },
    /// The tables of an export are larger than one that a page sends.
    #[error("too large an export")]
    ExportTooLarge,
    /// No such entry, or alone at its place.
    #[error("no entries to decide between")]
    NothingToDecide {
        /// End of the entry's id as typed.
        named: String,
    },
    /// The phone is revoked already.
    #[error("phone revoked before")]
    RevokedBefore {
        /// The participant.
        subject: String,
    },
    /// Too many wrong digits.
    #[error("too many wrong digits")]
    Locked {
        /// The participant.
        subject: String,
    },
    /// A link must say where the phones find the server.
    #[error("no public name for {listen}")]
    NoPublicName {
        /// Address on which the server listens.
        listen: std::net::SocketAddr,
    },
    /// A name in the configuration that is none.
    #[error("{key}: {problem}")]
    Host {
        /// Name of the configuration key.
        key: &'static str,
        /// Problem with its value.
        problem: diary_core::keys::LinkError,
    },
    /// The phone is not lent, or was given back.
    #[error("no lent phone")]
    NotLent {
        /// The participant.
        subject: String,
    },
    /// An inventory label that is too long or has control characters.
    #[error("inventory label")]
    LabelForm,
    /// No recovery secret has come.
    #[error("no recovery secret")]
    NoRecoverySecret {
        /// The participant.
        subject: String,
    },
    /// The database has no study yet.
    #[error("no study in the database")]
    NotFounded,
    /// The study of the bundle is not at hand or not readable.
    #[error("study of the bundle missing or of a newer format")]
    NoStudy,
    /// The study's file is not the one that was published.
    #[error("study file differs from the published one")]
    OtherStudy,
    /// The study cannot be read by this version.
    #[error("study: {0}")]
    Study(StudyErrors),
    /// A study of another trial, or no newer version.
    #[error("study not published")]
    Publish {
        /// The problem.
        problem: PublishProblem,
    },
    /// The bundle is not of the root that this keeper trusts.
    #[error("bundle of another root: {0}")]
    Bundle(BundleError),
    /// The report could not be made.
    #[error("report: {0}")]
    Report(diary_report::report::ReportError),
    /// A parcel of the keeper could not be made.
    #[error(transparent)]
    Author(#[from] AuthorError),
    /// Something sealed could not be made or opened.
    #[error("keys: {0}")]
    Sealing(#[from] SealingError),
    /// Something signed does not verify.
    #[error("stored record with an invalid signature: {0}")]
    Signed(#[from] CertificateError),
    /// Others wrote to the same diary all the time.
    #[error("contended diary")]
    Contended,
    /// A folder that holds something.
    #[error("{path}: not empty")]
    NotVacant {
        /// Path of the folder.
        path: String,
    },
    /// A file cannot be written.
    #[error("{path}: {reason}")]
    File {
        /// Path of the file.
        path: String,
        /// Error of the operating system.
        reason: String,
    },
    /// A root key of another study.
    #[error("other root key")]
    WrongRoot,
    /// Another recovery key than the site's.
    #[error("other recovery key")]
    WrongRecovery,
    /// The keys of the study do not allow the change.
    #[error(transparent)]
    Rotation(#[from] crate::keys::RotationError),
    /// A generation's private half is not on this server.
    #[error("generation {generation} of the sealing key is missing")]
    GenerationMissing {
        /// Number of the generation.
        generation: u32,
    },
    /// The keeper's keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder of files that wait cannot be used.
    #[error("{path}: {reason}")]
    Intake {
        /// Path of the file or folder.
        path: String,
        /// Error of the operating system.
        reason: String,
    },
}
