//! Report of one participant: notes in the audit trail that the diary was viewed, and gathers the data. The report
//! itself is computed in `diary_report::report`.

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::site::snapshot::gathered;
use crate::site::{StaffError, ViewService};
use diary_report::report::{Report, build};
use diary_report::snapshot::ReportContext;
use diary_store::Participant;

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
        let (now, vault) = (self.now(), participant.vault);
        let target = format!("vault={vault} days={days}");
        self.look(trail::event(by, now, Code::ReportView, target, None)).await?;
        let setting = self.setting().await?;
        self.settle_vault(&setting.bundle, participant.vault).await?;
        let gathered = gathered(self.reader(&setting.bundle), participant).await?;
        let studies = setting.studies();
        let light = ReportContext { studies, now, days, zone: setting.zone(&self.keeper_keys().site) };
        let report = build(&gathered.input(&light)).map_err(StaffError::Report)?;
        Ok(Report { server_clock: self.upkeep().clock().await?.doubt(now), ..report })
    }
}
