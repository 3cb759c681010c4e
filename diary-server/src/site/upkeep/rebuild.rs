//! Rebuild of records from the vault logs: compares the live record with the one that its parcels make, and replaces
//! it on request. Computed in `crate::merge::rebuild`.

use std::sync::Arc;

use diary_core::ids::SiteId;
use diary_core::keys::SealingKey;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::merge::rebuild::{Comparison, From, rebuild, rebuilt};
use crate::site::{StaffError, UpkeepService, check_reason};
use diary_store::{Participant, Signer};

/// Source of a rebuild.
#[derive(Debug)]
pub enum RebuildSource {
    /// The plaintexts that were kept when parcels were first opened.
    Opened,
    /// The sealed parcels, opened again with the keys that this server holds.
    Sealed,
    /// The sealed parcels, opened again with the recovery key of the participant's site: a drill, or what is left after a
    /// loss.
    Recovery(Box<SealingKey>),
}

/// Comparison of the record of one participant.
#[derive(Debug)]
pub struct RebuiltParticipant {
    /// Subject number.
    pub subject: String,
    /// Live and rebuilt record.
    pub compared: Comparison,
}

impl UpkeepService<'_> {
    /// Rebuilds the record of every participant, of one site or of all, as [`Self::rebuild`] does for one. A recovery key
    /// is of one site: without another word its participants are rebuilt.
    ///
    /// # Errors
    /// As [`Self::rebuild`]; [`StaffError::UnknownSite`].
    pub async fn rebuild_all(
        self,
        by: &Account,
        site: Option<&SiteId>,
        source: &RebuildSource,
        replace: Option<&str>,
    ) -> Result<Vec<RebuiltParticipant>, StaffError> {
        let bundle = self.bundle().await?;
        let of_key = match source {
            RebuildSource::Recovery(key) => Some(bundle.site_of_recovery(key.id())),
            RebuildSource::Opened | RebuildSource::Sealed => None,
        };
        let site = match (site, of_key) {
            (Some(site), _) => Some(self.sites().chosen(Some(site)).await?),
            (None, Some(of_key)) => Some(of_key.ok_or(StaffError::WrongRecovery)?.clone()),
            (None, None) => None,
        };
        if of_key.is_some_and(|of_key| of_key != site.as_ref()) {
            return Err(StaffError::WrongRecovery);
        }
        let participants = self.store().participants().await?.into_iter();
        let mut all = Vec::new();
        for participant in participants.filter(|one| site.as_ref().is_none_or(|site| one.site == *site)) {
            let compared = self.rebuild(by, &participant, source, replace).await?;
            all.push(RebuiltParticipant { subject: participant.subject, compared });
        }
        Ok(all)
    }

    /// Rebuilds the record of `participant` and compares it with the live one. With `replace`, the reason why, a
    /// rebuilt record that differs takes the place of the live one, unless it lacks what the live one holds.
    ///
    /// # Errors
    /// [`StaffError::WrongRecovery`] where the recovery key is not that of the participant's site, or of the database.
    pub async fn rebuild(
        self,
        by: &Account,
        participant: &Participant,
        source: &RebuildSource,
        replace: Option<&str>,
    ) -> Result<Comparison, StaffError> {
        replace.map_or(Ok(()), check_reason)?;
        let setting = self.setting().await?;
        if let RebuildSource::Recovery(key) = source
            && setting.bundle.site_of_recovery(key.id()) != Some(&participant.site)
        {
            return Err(StaffError::WrongRecovery);
        }
        self.settle_vault(&setting.bundle, participant.vault).await?;
        let copy = |key: &SealingKey| SealingKey::from_bytes(key.private_bytes());
        let from = match source {
            RebuildSource::Opened => From::Opened,
            RebuildSource::Sealed => {
                let held = self.keeper_keys().all_sealing();
                From::Sealed(Arc::new(held.iter().map(|(_, key)| copy(key)).collect()))
            }
            RebuildSource::Recovery(key) => From::Sealed(Arc::new(vec![copy(key)])),
        };
        let (at, vault) = (self.now(), participant.vault);
        let bundle = setting.bundle.clone();
        let compared = rebuild(self.store(), bundle.clone(), vault, from.clone(), at).await?;
        let replaces = replace.is_some() && compared.may_replace();
        let outcome = match (compared.is_same(), replaces) {
            (true, _) => "same",
            (false, true) => "replaced",
            (false, false) => "differs",
        };
        let target = format!("vault={vault} outcome={outcome}");
        let event = trail::event(by, at, Code::RecordRebuild, target, replace);
        if replaces {
            let signer: Signer = Arc::clone(self.keeper_keys()) as Signer;
            let rows = rebuilt(self.store(), bundle, vault, from, at).await?;
            self.store().replace_record(rows, signer, event).await?;
        } else {
            self.look(event).await?;
        }
        Ok(compared)
    }
}
