//! Subject numbers over time: renamed, and linked where one person has two (a second screening). Earlier numbers stay
//! known, and certificates keep the number that held when they were made.

use diary_core::ids::VaultId;
use diary_core::time::UtcMillis;
use serde::Serialize;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::site::participants::subject::{self, Likeness, likeness};
use crate::site::{ParticipantService, StaffError, check_reason};
use diary_store::{Participant, PeopleChange, PeopleDeed, PeopleRow, StoreError, TrailEvent};

/// A change of subject numbers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberDeed {
    /// Renamed.
    Renamed {
        /// The earlier number.
        was: String,
        /// The later one.
        now: String,
    },
    /// Linked with another number of the same person.
    Linked {
        /// The other number.
        with: String,
    },
    /// No longer linked.
    Unlinked {
        /// The other number.
        with: String,
    },
}

/// Change of a subject number, or of a link between two.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NumberChange {
    /// The change.
    pub what: NumberDeed,
    /// Time of the change.
    pub at: UtcMillis,
    /// Account.
    pub by: String,
    /// Reason given for it.
    pub reason: Option<String>,
}

/// Earlier numbers, links and changes of one participant.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Numbers {
    /// Earlier subject numbers, oldest first.
    pub earlier: Vec<String>,
    /// Subject numbers of the same person.
    pub linked: Vec<String>,
    /// Everything that became of the number, oldest first.
    pub history: Vec<NumberChange>,
}

/// Another subject number of a participant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RenameParticipant<'a> {
    /// The new number.
    pub subject: &'a str,
    /// Reason in the audit trail.
    pub reason: &'a str,
    /// True if staff have confirmed a number that is easily read as another one.
    pub confirmed: bool,
}

/// Link between two participants who are one person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkParticipants<'a> {
    /// The one.
    pub one: &'a Participant,
    /// The other.
    pub other: &'a Participant,
    /// False to take the link away.
    pub linked: bool,
    /// Reason in the audit trail.
    pub reason: &'a str,
}

impl ParticipantService<'_> {
    /// Renames a subject number. Its earlier ones stay known.
    ///
    /// # Errors
    /// As for a new number; [`StaffError::ReasonForm`].
    pub async fn rename(
        self,
        by: &Account,
        participant: &Participant,
        rename: RenameParticipant<'_>,
    ) -> Result<Participant, StaffError> {
        let RenameParticipant { subject: now, reason, confirmed } = rename;
        check_reason(reason)?;
        self.check_new_subject(now, Some(participant.vault), confirmed).await?;
        let deed = PeopleDeed::Renamed { was: participant.subject.clone(), now: now.to_owned() };
        let target = format!("vault={}", participant.vault);
        let event = trail::event(by, self.now(), Code::ParticipantRename, target, Some(reason));
        match self.change_people(participant.vault, deed, event).await {
            Ok(()) => Ok(Participant { subject: now.to_owned(), ..participant.clone() }),
            Err(StaffError::Store(StoreError::Conflict { .. })) => Err(StaffError::Contended),
            Err(other) => Err(other),
        }
    }

    /// Links two participants who are one person, or takes the link away.
    ///
    /// # Errors
    /// [`StaffError::Linked`], [`StaffError::ReasonForm`].
    pub async fn link(self, by: &Account, link: LinkParticipants<'_>) -> Result<(), StaffError> {
        let LinkParticipants { one, other, linked, reason } = link;
        check_reason(reason)?;
        let target = format!("vault={} other={}", one.vault, other.vault);
        let (code, deed) = match linked {
            true => (Code::ParticipantLink, PeopleDeed::Linked { other: other.vault }),
            false => (Code::ParticipantUnlink, PeopleDeed::Unlinked { other: other.vault }),
        };
        let event = trail::event(by, self.now(), code, target, Some(reason));
        match self.change_people(one.vault, deed, event).await {
            Err(StaffError::Store(StoreError::Conflict { .. })) => {
                Err(StaffError::Linked { subject: one.subject.clone(), other: other.subject.clone(), linked })
            }
            done => done,
        }
    }

    async fn change_people(
        &self,
        vault: VaultId,
        deed: PeopleDeed,
        event: TrailEvent,
    ) -> Result<(), StaffError> {
        Ok(self.store().change_participant(PeopleChange { vault, deed }, event).await?)
    }

    /// A new subject number of `own` (none: of a new participant) against the study and all numbers, earlier ones too.
    pub(in crate::site) async fn check_new_subject(
        &self,
        new: &str,
        own: Option<VaultId>,
        confirmed: bool,
    ) -> Result<(), StaffError> {
        let setting = self.setting().await?;
        let all = self.store().participants().await?;
        let others = all.iter().filter(|one| Some(one.vault) != own).map(|one| one.subject.as_str());
        subject::check_new(new, setting.study.subject_pattern(), others, confirmed)?;
        let changes = self.store().people_changes().await?;
        let before = |row: &&PeopleRow| Some(row.vault) != own && is_earlier(&row.deed, new);
        match changes.iter().find(before).and_then(|row| subject_of(&all, row.vault)) {
            Some(now) => Err(StaffError::SubjectBefore { subject: new.to_owned(), now: now.to_owned() }),
            None => Ok(()),
        }
    }

    /// Earlier numbers and links of every participant, by vault.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn numbers(self, of: VaultId) -> Result<Numbers, StaffError> {
        let all = self.store().participants().await?;
        Ok(numbers(of, &all, &self.store().people_changes().await?))
    }
}

fn is_earlier(deed: &PeopleDeed, subject: &str) -> bool {
    match deed {
        PeopleDeed::Renamed { was, .. } => likeness(was, subject) == Likeness::Same,
        PeopleDeed::Linked { .. } | PeopleDeed::Unlinked { .. } => false,
    }
}

fn subject_of(all: &[Participant], vault: VaultId) -> Option<&str> {
    all.iter().find(|one| one.vault == vault).map(|one| one.subject.as_str())
}

/// Error for a subject number that was not found: renamed, similar to another one, or unknown.
#[must_use]
pub fn not_there(typed: &str, all: &[Participant], changes: &[PeopleRow]) -> StaffError {
    let subject = typed.to_owned();
    let renamed = changes.iter().rev().find(|row| is_earlier(&row.deed, typed));
    if let Some(now) = renamed.and_then(|row| subject_of(all, row.vault)) {
        return StaffError::RenamedSubject { subject, now: now.to_owned() };
    }
    match all.iter().find(|one| likeness(&one.subject, typed) == Likeness::Alike) {
        Some(like) => StaffError::LikeSubject { subject, like: like.subject.clone() },
        None => StaffError::UnknownSubject { subject },
    }
}

/// Changes of the number of the vault `of`, and its links.
#[must_use]
pub fn numbers(of: VaultId, all: &[Participant], changes: &[PeopleRow]) -> Numbers {
    let name = |vault: VaultId| subject_of(all, vault).map_or_else(|| vault.to_string(), str::to_owned);
    let mut out = Numbers::default();
    for row in changes {
        let other = |other: VaultId| match () {
            () if row.vault == of => Some(name(other)),
            () if other == of => Some(name(row.vault)),
            () => None,
        };
        let what = match &row.deed {
            PeopleDeed::Renamed { was, now } if row.vault == of => {
                out.earlier.push(was.clone());
                NumberDeed::Renamed { was: was.clone(), now: now.clone() }
            }
            PeopleDeed::Renamed { .. } => continue,
            PeopleDeed::Linked { other: with } => {
                let Some(with) = other(*with) else { continue };
                out.linked.push(with.clone());
                NumberDeed::Linked { with }
            }
            PeopleDeed::Unlinked { other: with } => {
                let Some(with) = other(*with) else { continue };
                out.linked.retain(|one| *one != with);
                NumberDeed::Unlinked { with }
            }
        };
        let (by, reason) = (row.who.clone(), row.reason.clone());
        out.history.push(NumberChange { what, at: row.at, by, reason });
    }
    out
}
