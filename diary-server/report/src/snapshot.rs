//! The data of one participant, read once for all of its uses: the report, the worklist, the tables of an export.

use std::collections::BTreeMap;

use diary_core::ids::{KeyId, SiteId, VaultId};
use diary_core::record::TrialRecord;
use diary_core::study::Studies;
use diary_core::time::{DiaryDay, UtcMillis, Zone};
use diary_core::unmerged::{LeftOut, UnmergedState};

use crate::report::{DeviceInfo, Fork, NotMerged, ReportInput};

/// Identity of a participant in the trial.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    /// Subject number of the trial.
    pub subject: String,
    /// The site.
    pub site: SiteId,
    /// The vault.
    pub vault: VaultId,
    /// Time at which it was added.
    pub added: UtcMillis,
}

/// Facts about a participant outside the trial record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ContactSummary {
    /// Last contact of a phone, merged or not.
    pub last_contact: Option<UtcMillis>,
    /// Number of parcels in quarantine that no one has dealt with, and the time of receipt of the last.
    pub quarantined: Option<(u32, UtcMillis)>,
    /// Parcels without their grant.
    pub held: u32,
    /// Entries left out because of their phone's memory limit.
    pub left_out: u64,
    /// Parcels that are ready and not yet merged.
    pub to_merge: u32,
}

/// Snapshot of one participant.
#[derive(Clone, Debug)]
pub struct ParticipantSnapshot {
    /// Identity of the participant.
    pub participant: Subject,
    /// The merged record.
    pub record: TrialRecord,
    /// The phones, by signing key.
    pub devices: BTreeMap<KeyId, DeviceInfo>,
    /// Parcels that are stored and not in the record.
    pub not_merged: Vec<NotMerged>,
    /// The record with all parcels that can be opened merged; `None` if no such parcel waits.
    pub with_unmerged: Option<TrialRecord>,
    /// Parcels left out because of their phone's memory limit.
    pub left_out: Vec<LeftOut>,
    /// Places with two merged parcels in the log.
    pub forks: Vec<Fork>,
    /// Facts outside the record, for lists of participants.
    pub beside: ContactSummary,
    /// Parcels that are not in the record.
    pub aside: Vec<NotInRecord>,
}

/// A parcel that is stored and not in the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotInRecord {
    /// Its record in the vault's log.
    pub n: u64,
    /// Reason.
    pub why: UnmergedReason,
}

/// Reason for which a parcel is not in the record, for a person to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnmergedReason {
    /// It is not merged.
    NotMerged(UnmergedState),
    /// Left out because of the memory limit: its phone sent more than is read of one.
    LeftOut,
    /// It was merged, and its plaintext cannot be read.
    Unreadable,
}

impl std::fmt::Display for UnmergedReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotMerged(UnmergedState::Quarantined(code)) => {
                return write!(f, "in quarantine: {}", code.name());
            }
            Self::NotMerged(UnmergedState::ToMerge) => "it waits to be merged; try again in a moment",
            Self::NotMerged(UnmergedState::KeyNeeded) => "a sealing key of the site is missing on this server",
            Self::NotMerged(UnmergedState::GrantNeeded) => "it waits for its grant, which has not come",
            Self::NotMerged(UnmergedState::Pending) => "its phone waits to be confirmed",
            Self::LeftOut => {
                "merged, and left out here: its phone sent more than is read of one at once; an export of files holds it"
            }
            Self::Unreadable => "its plaintext cannot be read; a rebuild from the sealed parcels works it out again",
        })
    }
}

/// Parameters under which a participant's data is evaluated.
#[derive(Clone, Copy)]
pub struct ReportContext<'a> {
    /// The study, in every version available here.
    pub studies: &'a Studies,
    /// Current time.
    pub now: UtcMillis,
    /// Number of diary days covered.
    pub days: u16,
    /// Last of these days, if it is not today.
    pub until: Option<DiaryDay>,
    /// The site's zone.
    pub zone: Zone,
}

impl ParticipantSnapshot {
    /// Input for the report of this participant.
    #[must_use]
    pub fn input<'a>(&'a self, light: &ReportContext<'a>) -> ReportInput<'a> {
        ReportInput {
            record: &self.record,
            studies: light.studies,
            participant: &self.participant.subject,
            site: &self.participant.site,
            devices: &self.devices,
            not_merged: &self.not_merged,
            with_unmerged: self.with_unmerged.as_ref(),
            left_out: &self.left_out,
            forks: &self.forks,
            now: light.now,
            days: light.days,
            until: light.until,
            zone: light.zone,
        }
    }
}
