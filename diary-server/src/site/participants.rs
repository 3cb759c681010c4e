//! Participants of the site: made, found by what staff type, renamed, linked, and shown.

pub mod attach;
pub mod numbers;
pub mod show;
pub mod subject;

use std::collections::{BTreeMap, BTreeSet};

use diary_core::ids::{SiteId, VaultId};
use diary_store::{NewParticipant, Participant, SiteQuery, StoreError};
use numbers::Numbers;

use super::{ParticipantService, StaffError};
use crate::audit::{self, Account};

/// A participant as listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedParticipant {
    /// The participant.
    pub participant: Participant,
    /// Earlier numbers, links and changes of the subject number.
    pub numbers: Numbers,
}

impl ParticipantService<'_> {
    /// Every participant, by subject number.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn list(self) -> Result<Vec<ListedParticipant>, StaffError> {
        let all = self.store().participants().await?;
        let changes = self.store().people_changes().await?;
        let numbers = |one: &Participant| numbers::numbers(one.vault, &all, &changes);
        let listed =
            |one: &Participant| ListedParticipant { participant: one.clone(), numbers: numbers(one) };
        Ok(all.iter().map(listed).collect())
    }

    /// Site of each participant, by subject number.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn site_of(self) -> Result<BTreeMap<String, SiteId>, StaffError> {
        let all = self.store().participants().await?;
        Ok(all.into_iter().map(|one| (one.subject, one.site)).collect())
    }

    /// Participant of a subject number; case, width and separators are ignored.
    ///
    /// # Errors
    /// [`StaffError::UnknownSubject`] where there is none, [`StaffError::RenamedSubject`] where it was renamed,
    /// [`StaffError::LikeSubject`] where another one looks like it.
    pub async fn find(self, subject: &str) -> Result<Participant, StaffError> {
        if let Some(found) = self.store().participant_named(subject::key(subject), subject.to_owned()).await?
        {
            return Ok(found);
        }
        // A number that is not there: all are looked through for the one that may be meant.
        let all = self.store().participants().await?;
        let changes = self.store().people_changes().await?;
        Err(numbers::not_there(subject, &all, &changes))
    }

    /// As [`Self::find`] among the participants of `sites`; those of other sites are as if they did not exist.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub async fn find_at(self, subject: &str, sites: &BTreeSet<SiteId>) -> Result<Participant, StaffError> {
        let (key, typed) = (subject::key(subject), subject.to_owned());
        if let Some(found) = self.store().participant_named_at(key, typed, sites.clone()).await? {
            return Ok(found);
        }
        let all = self.store().participants_at(SiteQuery::all(sites.clone())).await?;
        let mut changes = self.store().people_changes().await?;
        changes.retain(|row| all.iter().any(|one| one.vault == row.vault));
        Err(numbers::not_there(subject, &all, &changes))
    }

    /// Participants that a search finds, with the stored status of each.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn search(self, query: SiteQuery) -> Result<Vec<Participant>, StaffError> {
        Ok(self.store().participants_at(query).await?)
    }

    /// As [`Self::add_at`], at the only site of the keeper.
    ///
    /// # Errors
    /// As [`Self::add_at`]; [`StaffError::SiteNeeded`] where there are several.
    pub async fn add(self, by: &Account, subject: &str, confirmed: bool) -> Result<Participant, StaffError> {
        self.add_at(by, None, subject, confirmed).await
    }

    /// Makes a participant of a site, or of the only one, with an empty vault. Subject numbers are unique in the study,
    /// whatever the site.
    ///
    /// # Errors
    /// [`StaffError::SubjectForm`], [`StaffError::SubjectPattern`], [`StaffError::SubjectTaken`], and unless `confirmed`
    /// [`StaffError::SubjectAlike`]; [`StaffError::SiteNeeded`], [`StaffError::UnknownSite`].
    pub async fn add_at(
        self,
        by: &Account,
        site: Option<&SiteId>,
        subject: &str,
        confirmed: bool,
    ) -> Result<Participant, StaffError> {
        let site = self.sites().chosen(site).await?;
        self.check_new_subject(subject, None, confirmed).await?;
        let vault = VaultId::from_bytes(self.random().array());
        let at = self.now();
        let new = NewParticipant { subject: subject.to_owned(), site: site.clone(), vault, at };
        let event = audit::event(by, at, audit::Code::ParticipantAdd, format!("vault={vault}"), None);
        match self.store().add_participant(new, event).await {
            Ok(()) => Ok(Participant { subject: subject.to_owned(), site, vault, added: at, status: None }),
            Err(StoreError::Conflict { .. }) => Err(StaffError::SubjectTaken { subject: subject.to_owned() }),
            Err(other) => Err(other.into()),
        }
    }
}
