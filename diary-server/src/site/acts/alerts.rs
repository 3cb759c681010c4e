//! Marking alerts as handled. The alerts that are meant are looked up in the record, so that later ones stay open.

use diary_core::act::ActContent;
use diary_core::ids::{EntryId, RuleId};

use crate::site::acts::ParticipantActs;
use crate::site::snapshot::gathered;
use crate::site::{StaffError, check_reason};
use diary_report::report::{REPORT_MAX_DAYS, RuleFinding, build};
use diary_report::snapshot::ReportContext;

impl ParticipantActs<'_> {
    /// Notes that `by` has dealt with the open alerts of `rule`, and `what` was done. Gives how many there were; without
    /// any nothing is noted, so that it can be said twice.
    ///
    /// # Errors
    /// [`StaffError::NoSuchAlert`] where the participant has no alert of that rule, [`StaffError`] of the database.
    pub async fn alerts_handled(self, rule: &RuleId, what: &str) -> Result<usize, StaffError> {
        check_reason(what)?;
        let setting = self.setting().await?;
        self.settle_vault(&setting.bundle, self.participant.vault).await?;
        let gathered = gathered(self.reader(&setting.bundle), self.participant).await?;
        let studies = setting.studies();
        let (now, zone) = (self.now(), setting.zone(&self.participant.site));
        let light = ReportContext { studies, now, days: REPORT_MAX_DAYS, until: None, zone };
        let report = build(&gathered.input(&light)).map_err(StaffError::Report)?;
        let (open, entries) = open(&report.alerts, rule)?;
        if open > 0 {
            let content = ActContent::AlertsHandled { rule: rule.clone(), entries };
            self.act(Some(what), |_| Ok(content.clone())).await?;
        }
        Ok(open)
    }
}

/// Number of alerts of a rule that are not handled yet, and the entries behind them. An alert that was followed by a
/// visit can still be marked as handled.
fn open(alerts: &[RuleFinding], rule: &RuleId) -> Result<(usize, Vec<EntryId>), StaffError> {
    let Some(of_rule) = alerts.iter().find(|alert| alert.rule == *rule) else {
        let known = alerts.iter().map(|alert| alert.rule.clone()).collect();
        return Err(StaffError::NoSuchAlert { rule: rule.clone(), known });
    };
    let open = || of_rule.hits.iter().filter(|hit| hit.handled.is_none());
    let mut entries: Vec<EntryId> = open().flat_map(|hit| hit.entries.iter().copied()).collect();
    entries.sort_unstable();
    entries.dedup();
    Ok((open().count(), entries))
}
