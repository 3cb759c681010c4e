//! The report of one participant: notes in the trail that the diary was looked at, and gathers what the report is made
//! of. What the report says is worked out in `diary_report::report`.

use super::{Desk, StaffError};
use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::gather::gathered;
use diary_report::report::{Report, build};
use diary_report::snapshot::Light;
use diary_store::Participant;

impl Desk {
    /// The report of `participant` over the last `days` diary days. The trail has its row before it is made.
    ///
    /// # Errors
    /// [`StaffError`] of the database, [`StaffError::Report`].
    pub async fn report(
        &self,
        by: &Account,
        participant: &Participant,
        days: u16,
    ) -> Result<Report, StaffError> {
        let (now, vault) = (self.now(), participant.vault);
        let target = format!("vault={vault} days={days}");
        self.look(trail::event(by, now, Code::ReportView, target, None)).await?;
        let setting = self.setting().await?;
        self.settle(&setting.bundle).await?;
        let gathered = gathered(self.reader(&setting.bundle), participant).await?;
        let studies = setting.studies();
        let light = Light { studies: &studies, now, days, zone: setting.zone(&self.keys) };
        let report = build(&gathered.input(&light)).map_err(StaffError::Report)?;
        Ok(Report { server_clock: setting.state.clock.doubt(now), ..report })
    }
}
