//! Refusals of the site services: each names what was refused, where, why, and what to do.

use diary_core::ids::{AnchorId, RuleId, SiteId, VaultId};
use diary_core::keys::{BundleError, CertificateError, SealingError};
use diary_core::study::StudyErrors;
use diary_core::time::DiaryDay;

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
    #[error("account: 1 to 64 characters without spaces are needed. Give --by NAME or set DIARY_STAFF")]
    AccountForm,
    /// No account was given.
    #[error("who acts is not known: give --by NAME or set DIARY_STAFF. The trail records it")]
    NoAccount,
    /// Not a subject number.
    #[error("subject number {subject:?}: 1 to 64 letters, digits, '-', '_' or '.' are needed")]
    SubjectForm {
        /// Subject number as typed.
        subject: String,
    },
    /// The subject number is taken.
    #[error("subject {subject} is there already. Nothing was changed; `participant list` shows all")]
    SubjectTaken {
        /// Subject number that is taken.
        subject: String,
    },
    /// A subject number of another form than the study's.
    #[error(
        "subject number {subject}: this study writes them as {pattern}, where # is a digit and @ a letter, for example {}. \
         Nothing was changed",
        .pattern.example()
    )]
    SubjectPattern {
        /// Subject number as typed.
        subject: String,
        /// The form.
        pattern: diary_core::study::SubjectPattern,
    },
    /// A subject number that is easily read as another one.
    #[error(
        "subject {subject} is easily read as {alike}, which is there. Nothing was changed. If it is another participant, \
         give --yes"
    )]
    SubjectAlike {
        /// Subject number as typed.
        subject: String,
        /// The one that is there.
        alike: String,
    },
    /// A subject number that another participant had before.
    #[error(
        "subject {subject} was the number of {now} before. Nothing was changed; a number is given once, so that papers \
         stay clear"
    )]
    SubjectBefore {
        /// Subject number as typed.
        subject: String,
        /// The number now.
        now: String,
    },
    /// A subject number that was renamed.
    #[error("{subject} was renamed: it is {now} now. Nothing was changed; use {now}")]
    RenamedSubject {
        /// Subject number as typed.
        subject: String,
        /// The number now.
        now: String,
    },
    /// A subject number that looks like one that is there.
    #[error("no participant {subject}. Is {like} meant? `participant list` shows all")]
    LikeSubject {
        /// Subject number as typed.
        subject: String,
        /// The one that is there.
        like: String,
    },
    /// Participants that are linked so already, or not linked.
    #[error("{subject} and {other} are {}. Nothing was changed", if *.linked { "linked already" } else { "not linked" })]
    Linked {
        /// One.
        subject: String,
        /// The other.
        other: String,
        /// True if they are linked already, false if they are not linked.
        linked: bool,
    },
    /// No counter is left in the vault's order.
    #[error("{0}. Nothing was changed; tell the makers of the diary")]
    Counter(#[from] diary_core::counter::CounterError),
    /// An act that was not made.
    #[error(transparent)]
    Act(#[from] super::ActError),
    /// No such subject.
    #[error("no participant {subject}. `participant list` shows all, `participant add {subject}` makes one")]
    UnknownSubject {
        /// Subject number as typed.
        subject: String,
    },
    /// Another site than this keeper's.
    #[error(
        "site {asked}: this server keeps the diaries of site {ours}. Leave --site away, or use the server of {asked}"
    )]
    OtherSite {
        /// The site asked for.
        asked: SiteId,
        /// The keeper's.
        ours: SiteId,
    },
    /// No such anchor.
    #[error("anchor {anchor}: the study has no such anchor. It has {}", list(known))]
    UnknownAnchor {
        /// Id as typed.
        anchor: AnchorId,
        /// Those it has.
        known: Vec<AnchorId>,
    },
    /// No alert of that rule.
    #[error("no alert {rule} of this participant. {}", alerts(known))]
    NoSuchAlert {
        /// Id as typed.
        rule: RuleId,
        /// Those there are.
        known: Vec<RuleId>,
    },
    /// An anchor that is set is moved or taken away without a reason.
    #[error("anchor {anchor} is {}. To move it or take it away, say why: --reason TEXT", set(.date))]
    AnchorReason {
        /// Id of the anchor.
        anchor: AnchorId,
        /// Its present date.
        date: Option<DiaryDay>,
    },
    /// The anchor is already as asked for.
    #[error("anchor {anchor} is {} already. Nothing was changed", set(.date))]
    AnchorSame {
        /// Id of the anchor.
        anchor: AnchorId,
        /// Its date.
        date: Option<DiaryDay>,
    },
    /// A reason is empty or too long.
    #[error("reason: 1 to {} bytes are needed", super::REASON_MAX_BYTES)]
    ReasonForm,
    /// A kind of visit that is no short word.
    #[error("kind of visit: 1 to 64 letters, digits, '-', '_' or '.', for example scheduled or unscheduled")]
    VisitKind,
    /// The study does not allow the regimen.
    #[error("the regimen was not set:\n{}", .lines.join("\n"))]
    Regimen {
        /// Problems, one text for each line of the regimen.
        lines: Vec<String>,
    },
    /// The regimen is allowed, and unusual.
    #[error("the regimen is unusual and was not set:\n{}\nIf it is right, give --yes", .lines.join("\n"))]
    RegimenUnusual {
        /// Unusual points, one text each.
        lines: Vec<String>,
    },
    /// An infusion that cannot have been.
    #[error("infusion: {problem}")]
    Infusion {
        /// Problem, in words.
        problem: String,
    },
    /// No such vault without a participant.
    #[error("vault {vault} is none that came back without its participant. `status` lists those")]
    NotUnattached {
        /// Id as typed.
        vault: VaultId,
    },
    /// The vault was made for another subject number.
    #[error(
        "vault {vault}: its certificate was made for {named}. Nothing was changed. If {named} was renamed since, give \
         --renamed-from {named}"
    )]
    OtherSubject {
        /// Id of the vault.
        vault: VaultId,
        /// Subject number in its enrolment certificate.
        named: String,
    },
    /// A backup was not made.
    #[error("the backup: {0}")]
    Backup(#[from] BackupError),
    /// No such parcel among those that are set aside.
    #[error("record {n} is no parcel that is set aside. `quarantine list` shows them all")]
    NotSetAside {
        /// The record.
        n: u64,
    },
    /// The parcel is unmerged for a reason that is not decided by the site.
    #[error(
        "record {n}: only what a revoked phone sent is for the site to decide. `quarantine show` says what this one waits \
         for"
    )]
    NotToDecide {
        /// The record.
        n: u64,
    },
    /// No device waits.
    #[error(
        "no phone of {subject} waits to be confirmed. `pending` lists those that do; `enrol {subject}` makes a link"
    )]
    NobodyWaits {
        /// The participant.
        subject: String,
    },
    /// Wrong digits.
    #[error(
        "the six digits are not those of a phone of {subject}. Nothing was confirmed. Read them from the phone again; \
         {left} tries are left"
    )]
    WrongDigits {
        /// The participant.
        subject: String,
        /// Tries that are left.
        left: u32,
    },
    /// Another phone is in use and has not let this one in.
    #[error(
        "{subject} uses another phone, which has not let this one in. Nothing was confirmed. Ask the participant to type \
         `diary approve DIGITS` and `diary sync` there; if that phone is lost, `revoke {subject} PHONE` first; else an \
         investigator confirms with --reason TEXT"
    )]
    NotApproved {
        /// The participant.
        subject: String,
    },
    /// The phone came through a relay after its link had expired, as far as this keeper knows.
    #[error(
        "the phone of {subject} reached the relay after its link had expired, or this keeper read the relay more than 72 \
         hours after the link was made and does not take the relay's word for it. Nothing was confirmed, and what the phone wrote is \
         kept. Compare the phone with the participant in the room and confirm with --reason TEXT, or make a new link and \
         `revoke` this phone"
    )]
    LinkLate {
        /// The participant.
        subject: String,
    },
    /// The audit trail was altered.
    #[error(
        "the trail does not hold: row {n} does not follow from those before it, so no checkpoint is signed over it. \
         `trail` shows it; an earlier export or backup tells what stood there"
    )]
    TrailBroken {
        /// The first such row.
        n: u64,
    },
    /// No such phone.
    #[error("{subject} has no phone {named:?}. `phones {subject}` lists them")]
    UnknownPhone {
        /// The participant.
        subject: String,
        /// Prefix of the key's id, or its number, as typed.
        named: String,
    },
    /// No such entry, or alone at its place.
    #[error(
        "no entry whose id ends in {named:?} shares its place with another one. The report lists those that do, with \
         the end of each id, where it says \"not decided\""
    )]
    NothingToDecide {
        /// End of the entry's id as typed.
        named: String,
    },
    /// The phone is revoked already.
    #[error("this phone of {subject} was revoked before. Nothing was changed")]
    RevokedBefore {
        /// The participant.
        subject: String,
    },
    /// Too many wrong digits.
    #[error(
        "locked after {} wrong tries: a phone of somebody else may be trying to join. Make a new link with \
         `enrol {subject}` and let the participant's phone join with it",
        super::devices::enrolment::TRIES_MAX
    )]
    Locked {
        /// The participant.
        subject: String,
    },
    /// A link must say where the phones find the server.
    #[error(
        "phones cannot reach {listen}: set server.public = \"HOST:PORT\" in the configuration, the name under which \
         they reach this server"
    )]
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
    /// No recovery secret has come.
    #[error(
        "no recovery secret of a phone of {subject} has arrived. It comes with the phone's first contact after \
         confirmation; until then only the PIN opens that phone"
    )]
    NoRecoverySecret {
        /// The participant.
        subject: String,
    },
    /// The database has no study yet.
    #[error(
        "the database holds no study: it is not the one of this keeper, or `init` was interrupted. Nothing was written to \
         it; keep this folder with its keys. Name the right database with --database, or as url in [database] of \
         diary-server.toml; to make a new keeper run `init` with another folder"
    )]
    NotFounded,
    /// The study of the bundle is not at hand or not readable.
    #[error(
        "the study named by the bundle is not in the database, or is of a newer format. Update this program"
    )]
    NoStudy,
    /// The study's file is not the one that was published.
    #[error(
        "the study's file in the database is damaged or not the one that was published. Restore a backup"
    )]
    OtherStudy,
    /// The study cannot be read by this version.
    #[error("the study:\n{0}")]
    Study(StudyErrors),
    /// A study of another trial, or no newer version.
    #[error("the study was not published: {problem}")]
    Publish {
        /// Problem, in words.
        problem: String,
    },
    /// The bundle is not of the root that this keeper trusts.
    #[error("the database belongs to another study root than keys/trust.toml names: {0}")]
    Bundle(BundleError),
    /// The report could not be made.
    #[error("the report: {0}")]
    Report(diary_report::report::ReportError),
    /// A parcel of the keeper could not be made.
    #[error(transparent)]
    Author(#[from] AuthorError),
    /// Something sealed could not be made or opened.
    #[error("keys: {0}")]
    Sealing(#[from] SealingError),
    /// Something signed does not verify.
    #[error("a stored record is not what its author signed: {0}")]
    Signed(#[from] CertificateError),
    /// Others wrote to the same diary all the time.
    #[error("others are changing this participant's diary. Nothing was changed; try again")]
    Contended,
    /// A folder that holds something.
    #[error("{path}: holds something already. Nothing was written; name a new or empty folder")]
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
    #[error("this root key is not the one of this study. Nothing was changed")]
    WrongRoot,
    /// Another recovery key than the site's.
    #[error("this recovery key is not the one of this site; `keys list` shows its id. Nothing was tried")]
    WrongRecovery,
    /// The keys of the study do not allow the change.
    #[error(transparent)]
    Rotation(#[from] crate::keys::RotationError),
    /// A generation's private half is not on this server.
    #[error(
        "generation {generation} of the site's sealing key is not on this server, so what phones would seal to it could \
         not be read. Bring its key file back first"
    )]
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

fn list(known: &[AnchorId]) -> String {
    known.iter().map(AnchorId::as_str).collect::<Vec<_>>().join(", ")
}

fn alerts(known: &[RuleId]) -> String {
    match known {
        [] => "There is none at all; `report` shows what came".to_owned(),
        known => {
            let known = known.iter().map(RuleId::as_str).collect::<Vec<_>>().join(", ");
            format!("There are: {known}")
        }
    }
}

fn set(date: &Option<DiaryDay>) -> String {
    date.map_or_else(|| "not set".to_owned(), |date| format!("set to {date}"))
}
