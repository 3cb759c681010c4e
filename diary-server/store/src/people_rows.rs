//! Rows about the server itself, participants, links and devices.

use diary_core::ids::{EnrolmentId, Epoch, Hash, Incarnation, KeyId, SiteId, StudyId, VaultId};
use diary_core::keys::{
    EnrolmentSecret, IncarnationEnd, JoinRequest, SealingPublic, ShortAuthString, SignedJoinRequest,
    VerifyingKey, short_auth_string,
};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use super::moving::Standing;
use diary_core::server_clock::ClockMark;

/// First row of a server: identities and study.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewServer {
    /// Random epoch of this database.
    pub epoch: Epoch,
    /// Random incarnation of the keeper's own chains.
    pub incarnation: Incarnation,
    /// The study.
    pub study: StudyId,
    /// Of a relay: the site whose devices join there.
    pub relay_of: Option<SiteId>,
    /// Time.
    pub at: UtcMillis,
}

/// A file of the study, named by its hash in the bundle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StudyFile {
    /// SHA-256 of the bytes.
    pub hash: Hash,
    /// Version of the study.
    pub version: u32,
    /// The file.
    pub bytes: Vec<u8>,
}

/// State of the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerState {
    /// Epoch of this database.
    pub epoch: Epoch,
    /// Incarnation of the keeper's own chains.
    pub incarnation: Incarnation,
    /// The study.
    pub study: StudyId,
    /// The newest bundle.
    pub bundle: Signed,
    /// Those before it, oldest first.
    pub earlier_bundles: Vec<Signed>,
    /// Every file of the study.
    pub files: Vec<StudyFile>,
    /// State of a move of the study.
    pub standing: Standing,
    /// Mark of its clock when something was last signed.
    pub clock: ClockMark,
}

/// A participant to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewParticipant {
    /// Subject number of the trial, 1 to 64 characters.
    pub subject: String,
    /// The site.
    pub site: SiteId,
    /// A random vault id.
    pub vault: VaultId,
    /// Time.
    pub at: UtcMillis,
}

/// A participant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Participant {
    /// Subject number of the trial.
    pub subject: String,
    /// The site.
    pub site: SiteId,
    /// The vault.
    pub vault: VaultId,
    /// Creation time.
    pub added: UtcMillis,
    /// Participant status; only if the query asks for it.
    pub standing: Option<KeptStanding>,
}

/// Selects participants and the columns read of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Participants {
    /// All.
    All,
    /// All, with their status.
    WithStanding,
    /// Some of those whose status is outdated.
    Outdated {
        /// Version of the computation of an up-to-date status.
        version: i64,
        /// Earliest time of an up-to-date status.
        since: UtcMillis,
        /// Largest number of rows.
        limit: u32,
    },
}

/// Participant status as stored beside the vault, with its counter of changes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KeptStanding {
    /// Number of changes so far of anything that the status is computed from.
    pub changes: i64,
    /// The last computed status.
    pub made: Option<NewStanding>,
}

/// A computed participant status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewStanding {
    /// Number of changes that it covers.
    pub covers: i64,
    /// Version of the computation.
    pub version: i64,
    /// Time.
    pub at: UtcMillis,
    /// Encoded status.
    pub bytes: Vec<u8>,
}

/// A new enrolment link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewEnrolment {
    /// Id of the link.
    pub id: EnrolmentId,
    /// Vault to join.
    pub vault: VaultId,
    /// Secret of the link.
    pub secret: EnrolmentSecret,
    /// Creation time.
    pub made: UtcMillis,
    /// The last instant at which a request counts.
    pub until: UtcMillis,
}

/// A join request whose own signature was verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JoinToTake {
    /// As it came.
    pub signed: SignedJoinRequest,
    /// Decoded contents.
    pub request: JoinRequest,
    /// Time of receipt.
    pub received: UtcMillis,
    /// It came in a push of a device that was answered before that it is pending.
    pub pushed: bool,
}

/// Outcome of a join request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JoinOutcome {
    /// Taken, now or before.
    Joined {
        /// The participant's site.
        site: SiteId,
        /// The device's certificate, where there is one.
        certificate: Option<Signed>,
    },
    /// No such link, a link of another vault, or a request that was not made with the link.
    Unknown,
    /// At a relay: the keeper has not announced this link yet.
    NotHeardOf,
    /// Another device has used the link.
    Used,
    /// The link was no longer good when the request came.
    Expired,
    /// Staff have revoked the device.
    Revoked,
}

/// State of a device: pending, confirmed or revoked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeviceState {
    /// It has joined; staff have not yet compared the six digits.
    Pending,
    /// It has a certificate.
    Confirmed,
    /// Its certificate was taken back, or staff turned it away, at this time.
    Revoked(UtcMillis),
}

/// Selects devices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Devices {
    /// Those of a vault.
    OfVault(VaultId),
    /// One of a vault.
    One(VaultId, KeyId),
    /// Every pending device.
    Pending,
    /// Those of vaults that were recovered without their participant.
    Unattached,
    /// Those of a vault, with what they have stored.
    Using {
        /// The vault.
        vault: VaultId,
        /// Start of the time for [`Used::since`].
        since: UtcMillis,
    },
}

/// Records that devices have stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Amount {
    /// Number of records.
    pub records: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Amount {
    /// Adds one record.
    pub const fn add(&mut self, bytes: usize) {
        *self = self.plus(Self { records: 1, bytes: bytes as u64 });
    }

    /// Sum.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            records: self.records.saturating_add(other.records),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    /// Multiple.
    #[must_use]
    pub const fn times(self, times: u32) -> Self {
        Self {
            records: self.records.saturating_mul(times as u64),
            bytes: self.bytes.saturating_mul(times as u64),
        }
    }

    /// Difference; zero at least.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self {
            records: self.records.saturating_sub(other.records),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }
}

/// Parcels, grants and recovery secrets that a device has stored since its count was last cleared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Used {
    /// All of them.
    pub all: Amount,
    /// The part received since the time in the query.
    pub since: Amount,
    /// Those received after the device was revoked.
    pub revoked: Amount,
}

/// Limit on the storage of one device, set by staff, with the amount opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowance {
    /// Factor on the configured limit.
    pub times: u32,
    /// Records received up to this time do not count.
    pub cleared: UtcMillis,
    /// Items and bytes of the parcels opened since: the cost of reading them.
    pub opened: Amount,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { times: 1, cleared: UtcMillis(0), opened: Amount::default() }
    }
}

/// Change of a device's allowance by staff.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AllowanceChange {
    /// The vault.
    pub vault: VaultId,
    /// Id of the device's signing key.
    pub device: KeyId,
    /// New factor on the configured limit.
    pub times: Option<u32>,
    /// New time up to which records do not count.
    pub cleared: Option<UtcMillis>,
}

/// A device with its papers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceRow {
    /// Id of its signing key.
    pub key: KeyId,
    /// The vault.
    pub vault: VaultId,
    /// Public signing key.
    pub signing: VerifyingKey,
    /// Public sealing key.
    pub sealing: SealingPublic,
    /// State of the device.
    pub state: DeviceState,
    /// Time at which this server first had it.
    pub joined: UtcMillis,
    /// Its join request came through a relay and cannot be shown to have come before the link expired.
    pub late: bool,
    /// A revocation of it by a keeper's key that was replaced since came back, and has no effect.
    pub held_revocation: bool,
    /// Its join request, where it joined here.
    pub join: Option<SignedJoinRequest>,
    /// The link it joined with, the last where it used several.
    pub link: Option<EnrolmentId>,
    /// Secret of that link, which the six digits are made from.
    pub secret: Option<EnrolmentSecret>,
    /// Newest certificate.
    pub certificate: Option<Signed>,
    /// Certificate by a keeper's key that was replaced since, which the device came with. It confirms nothing.
    pub held: Option<Signed>,
    /// Newest sealed recovery secret.
    pub recovery: Option<Signed>,
    /// Number of wrong digits typed for that link.
    pub wrong_digits: u32,
    /// Last parcel here of each incarnation of its store.
    pub incarnations: Vec<IncarnationEnd>,
    /// Storage used; only if the query asks for it.
    pub used: Option<Used>,
    /// Its allowance.
    pub allowance: Allowance,
}

impl DeviceRow {
    /// Six digits that it shows, if the secret of its link is known. `root`: fingerprint of the study's root key.
    #[must_use]
    pub fn digits(&self, root: &Hash) -> Option<ShortAuthString> {
        Some(short_auth_string(self.secret.as_ref()?, &self.signing, &self.sealing, root))
    }
}

/// A change of a device's standing, signed by a keeper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceChange {
    /// The vault.
    pub vault: VaultId,
    /// Id of the device's signing key.
    pub device: KeyId,
    /// A signed certificate, or a signed revocation where `revokes`.
    pub paper: Signed,
    /// True if the paper is a revocation.
    pub revokes: bool,
    /// Ends of the device's incarnations at the time of the paper, if the paper depends on them; the change fails if
    /// they have moved.
    pub seen: Option<Vec<IncarnationEnd>>,
    /// Time.
    pub at: UtcMillis,
}

/// Selects parcels in quarantine for another triage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Requeue {
    /// The one of this record of a vault's log.
    One(VaultId, u64),
    /// Those judged by another version of the program. Parcels of revoked devices are left out: their outcome depends
    /// on no version.
    NotJudgedBy(&'static str),
}

/// A change or a look-up by staff. Each is committed with its row of the audit trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StaffChange {
    /// No change, only a row of the audit trail: something was viewed, exported or tried.
    Nothing,
    /// A participant with an empty vault.
    Participant(NewParticipant),
    /// A link is handed out.
    Enrolment(NewEnrolment),
    /// Wrong digits were typed for the device that used this link.
    WrongDigits(EnrolmentId),
    /// A device is confirmed or revoked; the signed bytes become a record of the vault's log.
    Device(DeviceChange),
    /// A device may store more, or its stored records stop counting. Its parcels that wait for this are judged again.
    Allowance(AllowanceChange),
    /// Parcels in quarantine are queued to be judged again.
    Requeue(Requeue),
    /// A vault that was recovered without its participant gets one.
    Attach(NewParticipant),
    /// Grants were wrapped to one more key.
    Rewrap(NewRewraps),
    /// A subject number is renamed, or linked with another.
    People(PeopleChange),
    /// The server's clock is accepted as right, even below the newest time signed.
    Clock,
}

impl StaffChange {
    /// True if something is signed or dated that others rely on. The audit trail alone does not count: an event under a
    /// wrong clock must still be recorded.
    pub(super) const fn signs(&self) -> bool {
        match self {
            Self::Nothing | Self::WrongDigits(_) | Self::Clock => false,
            Self::Participant(_)
            | Self::Enrolment(_)
            | Self::Device(_)
            | Self::Allowance(_)
            | Self::Requeue(_)
            | Self::Attach(_)
            | Self::Rewrap(_)
            | Self::People(_) => true,
        }
    }
}

/// A change of a subject number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeopleChange {
    /// The participant's vault.
    pub vault: VaultId,
    /// The change.
    pub deed: PeopleDeed,
}

/// Change of a subject number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PeopleDeed {
    /// It is replaced by another number.
    Renamed {
        /// Before.
        was: String,
        /// After.
        now: String,
    },
    /// It is the same person as another number, for example after a second screening.
    Linked {
        /// The other's vault.
        other: VaultId,
    },
    /// The link to another number is removed.
    Unlinked {
        /// The other's vault.
        other: VaultId,
    },
}

/// A change of a subject number that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeopleRow {
    /// The participant's vault.
    pub vault: VaultId,
    /// The change.
    pub deed: PeopleDeed,
    /// Time.
    pub at: UtcMillis,
    /// Account.
    pub who: String,
    /// Reason.
    pub reason: Option<String>,
}

/// Rewraps that a keeper signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRewraps {
    /// Each with its vault.
    pub rewraps: Vec<(VaultId, Signed)>,
    /// Time.
    pub at: UtcMillis,
}
