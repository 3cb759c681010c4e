//! The audit trail as staff read it.

use std::collections::BTreeMap;

use crate::audit::first_broken;
use crate::site::{StaffError, ViewService};
use diary_store::AuditRow;

/// Rows that are read at a time.
pub(in crate::site) const PAGE_ROWS: u32 = 1000;

/// The whole audit trail, and the result of verifying it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrailView {
    /// Every row.
    pub rows: Vec<AuditRow>,
    /// Number of the first row that does not follow from the one before.
    pub broken_at: Option<u64>,
    subjects: BTreeMap<String, String>,
}

impl TrailView {
    /// Subject number of the participant whose vault a row names.
    #[must_use]
    pub fn subject(&self, row: &AuditRow) -> Option<&str> {
        let vault = row.event.target.split(' ').find_map(|part| part.strip_prefix("vault="))?;
        self.subjects.get(vault).map(String::as_str)
    }
}

impl ViewService<'_> {
    /// The whole trail, its chain checked.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn trail(self) -> Result<TrailView, StaffError> {
        let rows = self.trail_rows().await?;
        let participants = self.store().participants().await?;
        let subjects = participants.into_iter().map(|one| (one.vault.to_string(), one.subject)).collect();
        Ok(TrailView { broken_at: first_broken(&rows), rows, subjects })
    }

    pub(super) async fn trail_rows(self) -> Result<Vec<AuditRow>, StaffError> {
        let mut rows: Vec<AuditRow> = Vec::new();
        loop {
            let after = rows.last().map_or(0, |row| row.n);
            let page = self.store().audit_trail(after, PAGE_ROWS).await?;
            if page.is_empty() {
                break;
            }
            rows.extend(page);
        }
        Ok(rows)
    }
}
