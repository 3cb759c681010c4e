//! Parcels that are stored and not merged: their list for staff, repeated triage, and the site's decisions about
//! those of revoked devices. The reasons are decided in `merge::triage`.

use diary_core::act::ActContent;
use diary_core::ids::VaultId;
use diary_core::keys::Bundle;
use diary_core::parcel::QuarantineCode;
use diary_core::record::TrialRecord;

use super::{QuarantineService, StaffError, check_reason};
use crate::audit::Account;
use crate::audit::{self as trail, Code};
use diary_store::{JUDGE, Participant, StoreError, UnmergedParcel, UnmergedState};

/// Decision of the site about a parcel of a revoked device.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// It stays out.
    Rejected,
    /// It goes into the record.
    Accepted,
}

/// Decision of staff about one parcel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DecideParcel<'a> {
    /// Record of the parcel in the vault's log.
    pub n: u64,
    /// The decision.
    pub decision: Decision,
    /// Reason in the audit trail.
    pub reason: &'a str,
}

/// A parcel that is not merged, with what the site decided about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnmergedView {
    /// The parcel.
    pub parcel: UnmergedParcel,
    /// Decision of the site, if one was made.
    pub decision: Option<Decision>,
}

/// Result of triaging quarantined parcels again with a new version of the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retried {
    /// Number of parcels triaged again.
    pub judged: usize,
    /// Number of these that are still in quarantine.
    pub left: usize,
}

impl QuarantineService<'_> {
    /// Every parcel that is not merged.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn list(self) -> Result<Vec<UnmergedView>, StaffError> {
        let bundle = self.bundle().await?;
        // Parcels that the server would merge in a moment are not reported as unmerged.
        self.settle(&bundle).await?;
        let parcels = self.store().unmerged().await?;
        self.views(&bundle, parcels).await
    }

    /// Every parcel of one vault that is not merged.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn list_of(self, vault: VaultId) -> Result<Vec<UnmergedView>, StaffError> {
        let bundle = self.bundle().await?;
        self.settle_vault(&bundle, vault).await?;
        let parcels = self.store().unmerged_in(vault).await?;
        self.views(&bundle, parcels).await
    }

    /// The parcel of one record; `None` if it is no parcel that is not merged.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn show(self, vault: VaultId, n: u64) -> Result<Option<UnmergedView>, StaffError> {
        Ok(self.list_of(vault).await?.into_iter().find(|view| view.parcel.n == n))
    }

    async fn views(
        self,
        bundle: &Bundle,
        mut parcels: Vec<UnmergedParcel>,
    ) -> Result<Vec<UnmergedView>, StaffError> {
        if !self.keeper_keys().missing_in_use(bundle).is_empty() {
            let waits = parcels.iter_mut().filter(|parcel| parcel.why == UnmergedState::ToMerge);
            waits.for_each(|parcel| parcel.why = UnmergedState::KeyNeeded);
        }
        let mut views: Vec<UnmergedView> = Vec::with_capacity(parcels.len());
        let mut record: Option<(VaultId, TrialRecord)> = None;
        for parcel in parcels {
            // The site decides about these alone, so only their records are loaded.
            if parcel.why != UnmergedState::Quarantined(QuarantineCode::Revoked) {
                views.push(UnmergedView { parcel, decision: None });
                continue;
            }
            let read = match record.take() {
                Some((vault, read)) if vault == parcel.vault => read,
                Some(_) | None => self.record(parcel.vault).await?,
            };
            let decision = decided(&read, &parcel);
            record = Some((parcel.vault, read));
            views.push(UnmergedView { parcel, decision });
        }
        Ok(views)
    }

    /// Releases a parcel that is not merged and need not be held, and triages it again. Returns it where it is still
    /// not merged, with the reason; `None` if it is in the record now.
    ///
    /// # Errors
    /// [`StaffError::NotSetAside`] where the record is no parcel that is not merged.
    pub async fn retry(
        self,
        by: &Account,
        vault: VaultId,
        n: u64,
    ) -> Result<Option<UnmergedView>, StaffError> {
        let target = format!("vault={vault} n={n}");
        let event = trail::event(by, self.now(), Code::QuarantineRetry, target, None);
        match self.store().requeue(vault, n, event).await {
            Err(StoreError::NotFound { .. }) => return Err(StaffError::NotSetAside { n }),
            other => other?,
        }
        self.show(vault, n).await
    }

    /// Triages again what an earlier program could not merge. A server does so when it starts.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn retry_after_upgrade(self) -> Result<Retried, StaffError> {
        self.retry_not_judged_by(JUDGE).await
    }

    pub(super) async fn retry_not_judged_by(&self, judge: &'static str) -> Result<Retried, StaffError> {
        let in_quarantine = |parcel: &UnmergedParcel| match parcel.why {
            UnmergedState::Quarantined(code) => code != QuarantineCode::Revoked,
            UnmergedState::Pending
            | UnmergedState::GrantNeeded
            | UnmergedState::ToMerge
            | UnmergedState::KeyNeeded => false,
        };
        let all = self.store().unmerged().await?;
        let due = |parcel: &&UnmergedParcel| in_quarantine(parcel) && parcel.judge.as_deref() != Some(judge);
        let judged = all.iter().filter(due).count();
        if judged == 0 {
            return Ok(Retried { judged: 0, left: 0 });
        }
        let target = format!("parcels={judged} judge={}", judge.replace(' ', "-"));
        let event = trail::server_event(self.now(), Code::QuarantineRetry, target);
        self.store().requeue_not_judged_by(judge, event).await?;
        self.settle(&self.bundle().await?).await?;
        let now = self.store().unmerged().await?;
        let was =
            |parcel: &&UnmergedParcel| all.iter().any(|one| (one.vault, one.n) == (parcel.vault, parcel.n));
        let left = now.iter().filter(|parcel| in_quarantine(parcel)).filter(was).count();
        Ok(Retried { judged, left })
    }

    /// Decides about a parcel that a revoked device sent. An accepted parcel enters the record and stays there.
    ///
    /// # Errors
    /// [`StaffError::NotSetAside`] where there is no such parcel, [`StaffError::NotToDecide`] where it is unmerged
    /// for a reason that is not decided by the site.
    pub async fn decide(
        self,
        by: &Account,
        participant: &Participant,
        decide: DecideParcel<'_>,
    ) -> Result<(), StaffError> {
        let DecideParcel { n, decision, reason } = decide;
        check_reason(reason)?;
        let of_vault = self.store().unmerged_in(participant.vault).await?;
        let parcel = of_vault.into_iter().find(|one| one.n == n).ok_or(StaffError::NotSetAside { n })?;
        if parcel.why != UnmergedState::Quarantined(QuarantineCode::Revoked) {
            return Err(StaffError::NotToDecide { n });
        }
        let (core, accept) = (parcel.core_hash, decision == Decision::Accepted);
        self.acts()
            .on(by, participant)
            .act(Some(reason), |_| Ok(ActContent::QuarantineDecision { core, accept }))
            .await?;
        Ok(())
    }
}

/// Decision about a parcel in the acts of a record; accepting it prevails.
fn decided(record: &TrialRecord, parcel: &UnmergedParcel) -> Option<Decision> {
    let about = record.acts().filter_map(|(act, _)| match &act.content {
        ActContent::QuarantineDecision { core, accept } if *core == parcel.core_hash => Some(*accept),
        _ => None,
    });
    about.max().map(|accept| if accept { Decision::Accepted } else { Decision::Rejected })
}

#[cfg(test)]
mod tests;
