//! The audit trail as staff read it.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::ids::{SiteId, VaultId};
use diary_core::time::UtcMillis;

use crate::audit::first_broken;
use crate::site::{StaffError, ViewService};
use diary_store::{AuditRow, Participant};

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

/// Rows of the trail that are looked through for one page.
const LOOKED_THROUGH: u32 = 20_000;

/// Rows of the audit trail that are asked for. Empty fields ask for all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TrailQuery {
    /// Account.
    pub who: Option<String>,
    /// Beginning of the event's code, for example `participant.`.
    pub kind: Option<String>,
    /// Vault of the participant.
    pub vault: Option<VaultId>,
    /// Times from this one on.
    pub from: Option<UtcMillis>,
    /// Times before this one.
    pub until: Option<UtcMillis>,
    /// Rows before this number.
    pub before: Option<u64>,
    /// Most rows.
    pub limit: usize,
}

/// Rows of the audit trail, the newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrailPage {
    /// The rows.
    pub rows: Vec<TrailLine>,
    /// Number before which the search goes on, where it is not at the end.
    pub next: Option<u64>,
}

/// A row of the audit trail with its participant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrailLine {
    /// The row.
    pub row: AuditRow,
    /// Subject number of the participant that the event is about; of several, the first at the reader's sites.
    pub subject: Option<String>,
}

/// Vaults that an event names as its target.
fn vaults_of(row: &AuditRow) -> impl Iterator<Item = VaultId> + '_ {
    row.event.target.split(' ').filter_map(|part| part.strip_prefix("vault=")?.parse().ok())
}

/// True for an event that names sites as its target, and none of `sites`.
fn is_of_other_sites(row: &AuditRow, sites: &BTreeSet<SiteId>) -> bool {
    let mut named = row.event.target.split(' ').filter_map(|part| part.strip_prefix("site=")).peekable();
    named.peek().is_some() && named.all(|named| sites.iter().all(|site| site.as_str() != named))
}

impl TrailQuery {
    fn takes(&self, row: &AuditRow) -> bool {
        self.who.as_ref().is_none_or(|who| *who == row.event.who)
            && self.kind.as_ref().is_none_or(|kind| row.event.what.starts_with(kind.as_str()))
            && self.vault.is_none_or(|vault| vaults_of(row).any(|one| one == vault))
            && self.from.is_none_or(|from| row.event.at >= from)
            && self.until.is_none_or(|until| row.event.at < until)
    }
}

impl ViewService<'_> {
    /// Rows of the trail that `query` asks for. Events about participants of other sites than `sites`, or about those sites
    /// alone, are left out.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn trail_page(
        self,
        query: &TrailQuery,
        sites: &BTreeSet<SiteId>,
    ) -> Result<TrailPage, StaffError> {
        let participants = self.store().participants().await?;
        let of: BTreeMap<VaultId, &Participant> = participants.iter().map(|one| (one.vault, one)).collect();
        let unattached = self.participants().unattached().await?;
        let site_of = |vault: VaultId| {
            let back = || unattached.iter().find(|one| one.vault == vault).map(|one| &one.site);
            of.get(&vault).map(|one| &one.site).or_else(back)
        };
        let (mut rows, mut before, mut left) = (Vec::new(), query.before, LOOKED_THROUGH);
        loop {
            let page = self.store().audit_trail_before(before, PAGE_ROWS.min(left)).await?;
            let Some(last) = page.last() else { return Ok(TrailPage { rows, next: None }) };
            (before, left) = (Some(last.n), left.saturating_sub(PAGE_ROWS));
            for row in page.into_iter().filter(|row| query.takes(row)) {
                let elsewhere = |vault: VaultId| site_of(vault).is_some_and(|site| !sites.contains(site));
                let of_others = {
                    let mut named = vaults_of(&row).peekable();
                    named.peek().is_some() && named.all(elsewhere)
                };
                if of_others || is_of_other_sites(&row, sites) {
                    continue;
                }
                let ours = vaults_of(&row).find(|vault| !elsewhere(*vault));
                let participant = ours.and_then(|vault| of.get(&vault));
                let (n, subject) = (row.n, participant.map(|one| one.subject.clone()));
                rows.push(TrailLine { row, subject });
                if rows.len() >= query.limit {
                    return Ok(TrailPage { rows, next: Some(n).filter(|n| *n > 1) });
                }
            }
            if left == 0 {
                return Ok(TrailPage { rows, next: before });
            }
        }
    }

    /// Verifies the trail from the row that was verified last in this process.
    ///
    /// # Errors
    /// [`StaffError::TrailBroken`], [`StaffError`] of the database.
    pub async fn trail_holds(self) -> Result<u64, StaffError> {
        self.upkeep().trail_holds().await
    }
}
