//! Vaults that came back without their participant after the database was put back: their list, the subject numbers
//! in their certificates, and attaching them again.

use diary_core::ids::{SiteId, VaultId};
use diary_core::keys::Certificate;
use diary_core::time::UtcMillis;
use serde::Serialize;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::site::participants::subject::{Likeness, likeness};
use crate::site::{ParticipantService, StaffError, check_reason};
use diary_store::{DeviceRow, NewParticipant, Participant, StoreError};

/// A vault without a participant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Unattached {
    /// The vault.
    pub vault: VaultId,
    /// Its site.
    pub site: SiteId,
    /// Time since which it is back.
    pub since: UtcMillis,
    /// Subject number in its certificate, where one of the site's keys opens that.
    pub subject: Option<String>,
}

/// Attachment of a vault that came back to its participant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AttachVault<'a> {
    /// The vault.
    pub vault: VaultId,
    /// Subject number of its participant.
    pub subject: &'a str,
    /// Number in its certificate, where the participant was renamed since.
    pub renamed_from: Option<&'a str>,
    /// Reason in the audit trail.
    pub reason: &'a str,
}

impl ParticipantService<'_> {
    /// Vaults that came back without their participant.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn unattached(self) -> Result<Vec<Unattached>, StaffError> {
        let mut found: Vec<Unattached> = Vec::new();
        for device in self.store().unattached_devices().await? {
            let certificate = certificate(&device);
            let subject = certificate.as_ref().and_then(|one| self.subject_of(one));
            match found.iter_mut().find(|one| one.vault == device.vault) {
                Some(one) => one.subject = one.subject.take().or(subject),
                None => found.push(Unattached {
                    vault: device.vault,
                    // A vault comes back with a certificate, which names its site.
                    site: certificate.map_or_else(|| self.keeper_keys().site.clone(), |one| one.site),
                    since: device.joined,
                    subject,
                }),
            }
        }
        Ok(found)
    }

    /// Subject number in a certificate.
    fn subject_of(&self, certificate: &Certificate) -> Option<String> {
        let keys = self.keeper_keys().all_sealing();
        keys.iter().find_map(|(_, key)| certificate.open_participant(key).ok()).map(|name| name.to_string())
    }

    /// Attaches a vault that came back to its participant.
    ///
    /// # Errors
    /// [`StaffError::NotUnattached`], [`StaffError::OtherSubject`], [`StaffError::SubjectTaken`].
    pub async fn attach(self, by: &Account, attach: AttachVault<'_>) -> Result<Participant, StaffError> {
        let AttachVault { vault, subject, renamed_from, reason } = attach;
        self.check_new_subject(subject, None, true).await?;
        check_reason(reason)?;
        let found = self.unattached().await?.into_iter().find(|one| one.vault == vault);
        let found = found.ok_or(StaffError::NotUnattached { vault })?;
        // A certificate keeps the number that the participant had when it was made.
        let is_certified = |named: &String| {
            [Some(subject), renamed_from]
                .into_iter()
                .flatten()
                .any(|one| likeness(one, named) == Likeness::Same)
        };
        if let Some(named) = found.subject.clone().filter(|named| !is_certified(named)) {
            return Err(StaffError::OtherSubject { vault, named });
        }
        let (site, at) = (found.site, self.now());
        let new = NewParticipant { subject: subject.to_owned(), site: site.clone(), vault, at };
        let event = trail::event(by, at, Code::ParticipantAttach, format!("vault={vault}"), Some(reason));
        match self.store().attach_participant(new, event).await {
            Ok(()) => Ok(Participant { subject: subject.to_owned(), site, vault, added: at, status: None }),
            Err(StoreError::Conflict { .. }) => Err(StaffError::SubjectTaken { subject: subject.to_owned() }),
            Err(other) => Err(other.into()),
        }
    }
}

fn certificate(device: &DeviceRow) -> Option<Certificate> {
    let signed = device.certificate.as_ref().or(device.held_certificate.as_ref())?;
    Certificate::peek(signed).ok()
}
