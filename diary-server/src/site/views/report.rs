//! Report of one participant: notes in the audit trail that the diary was viewed, and gathers the data. The report
//! itself is computed in `diary_report::report`.

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::site::snapshot::gathered;
use crate::site::{StaffError, ViewService};
use std::collections::BTreeMap;

use diary_core::ids::{EntryId, VaultId};
use diary_core::time::{DiaryDay, UtcMillis};
use diary_report::report::{EntryDetail, Report, build, details};
use diary_report::snapshot::ReportContext;
use diary_store::{Participant, StoreError};

/// Days that a report covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReportDays {
    /// Their number.
    pub days: u16,
    /// The last of them, if it is not today.
    pub until: Option<DiaryDay>,
}

impl ViewService<'_> {
    /// Report of `participant` over the last `days` diary days. The row of the audit trail is written first.
    ///
    /// # Errors
    /// [`StaffError`] of the database, [`StaffError::Report`].
    pub async fn report(
        self,
        by: &Account,
        participant: &Participant,
        days: u16,
    ) -> Result<Report, StaffError> {
        self.report_of(by, participant, ReportDays { days, until: None }).await
    }

    /// As [`Self::report`] over other days.
    ///
    /// # Errors
    /// As [`Self::report`].
    pub async fn report_of(
        self,
        by: &Account,
        participant: &Participant,
        ReportDays { days, until }: ReportDays,
    ) -> Result<Report, StaffError> {
        let (now, vault) = (self.now(), participant.vault);
        let last = until.map(|until| format!(" until={until}")).unwrap_or_default();
        let target = format!("vault={vault} days={days}{last}");
        self.look(trail::event(by, now, Code::ReportView, target, None)).await?;
        let setting = self.setting().await?;
        self.settle_vault(&setting.bundle, participant.vault).await?;
        let gathered = gathered(self.reader(&setting.bundle), participant).await?;
        let studies = setting.studies();
        let light = ReportContext { studies, now, days, until, zone: setting.zone(&participant.site) };
        let report = build(&gathered.input(&light)).map_err(StaffError::Report)?;
        Ok(Report { server_clock: self.upkeep().clock().await?.doubt(now), ..report })
    }

    /// Notes that `by` has looked at the diary of `participant`.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn note_look(self, by: &Account, participant: &Participant) -> Result<(), StaffError> {
        let (name, at) = (by.as_str().to_owned(), self.now());
        match self.store().note_look(name, participant.vault, at).await {
            // A database that is left is read only; the view is in the audit trail.
            Ok(()) | Err(StoreError::Moving | StoreError::Moved) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    /// Times at which `by` has last looked at diaries.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn looks(self, by: &Account) -> Result<BTreeMap<VaultId, UtcMillis>, StaffError> {
        Ok(self.store().looks(by.as_str().to_owned()).await?.into_iter().collect())
    }

    /// The entries of `participant` for which `wanted` holds, with their history. The row of the audit trail is written
    /// first; `what` names there what is looked at.
    ///
    /// # Errors
    /// As [`Self::report`].
    pub async fn entries(
        self,
        by: &Account,
        participant: &Participant,
        (what, wanted): (String, impl Fn(EntryId, DiaryDay) -> bool),
    ) -> Result<Vec<EntryDetail>, StaffError> {
        let (now, vault) = (self.now(), participant.vault);
        let target = format!("vault={vault} {what}");
        self.look(trail::event(by, now, Code::ReportView, target, None)).await?;
        let setting = self.setting().await?;
        self.settle_vault(&setting.bundle, participant.vault).await?;
        let gathered = gathered(self.reader(&setting.bundle), participant).await?;
        let (studies, zone) = (setting.studies(), setting.zone(&participant.site));
        let light = ReportContext { studies, now, days: 1, until: None, zone };
        details(&gathered.input(&light), wanted).map_err(StaffError::Report)
    }
}
