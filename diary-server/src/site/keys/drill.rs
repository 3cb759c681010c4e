//! Drill of a site's recovery key: everything that is stored of that site is opened with it alone and compared with the
//! kept plaintexts. Nothing is changed but the audit trail.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diary_core::ids::{Hash, SiteId, VaultId};
use diary_core::keys::{Bundle, SealingKey};
use diary_core::parcel::QuarantineCode;
use diary_core::time::UtcMillis;
use serde::Serialize;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::keys::GrantKeys;
use crate::merge::triage::Triage;
use crate::site::{KeyService, StaffError};
use diary_store::{AuditRow, StoredParcel, StoredQuery, blocking};

/// Result of a recovery drill: the grants and parcels that the recovery key opens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Drill {
    /// Site of the key.
    pub site: SiteId,
    /// Vaults that were looked at, those without their participant among them.
    pub vaults: usize,
    /// Grants, of phones and of the keeper, under which parcels are stored.
    pub grants: usize,
    /// Those that it opens.
    pub grants_opened: usize,
    /// Those that the generation in use opens as well, by their author or by a rewrap.
    pub grants_in_use: usize,
    /// Parcels whose grant has come.
    pub parcels: usize,
    /// Those that it opens to exactly what was kept.
    pub parcels_opened: usize,
    /// Parcels whose grant has not come.
    pub grant_needed: usize,
    /// Parcels that it should open and does not.
    pub failed: Vec<NotOpened>,
    /// Parcels that neither it nor any other key of the site ever opened; they are in quarantine for that.
    pub never_opened: Vec<NotOpened>,
}

impl Drill {
    fn of(site: SiteId) -> Self {
        Self {
            site,
            vaults: 0,
            grants: 0,
            grants_opened: 0,
            grants_in_use: 0,
            parcels: 0,
            parcels_opened: 0,
            grant_needed: 0,
            failed: Vec::new(),
            never_opened: Vec::new(),
        }
    }

    /// True if every parcel that should open did.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.failed.is_empty()
    }
}

/// A parcel that does not open as it should.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NotOpened {
    /// Subject number; none where the vault came back without its participant.
    pub subject: Option<String>,
    /// The vault.
    pub vault: VaultId,
    /// Its record in the vault's log.
    pub n: u64,
    /// Code of the problem, or `different` if it opens to something else than the kept plaintext.
    pub why: String,
}

/// The last time that the recovery key was tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct LastDrill {
    /// Time of the drill.
    pub at: UtcMillis,
    /// True if every parcel that should open did.
    pub whole: bool,
}

impl KeyService<'_> {
    /// Opens every grant and every parcel of every vault of a site with `recovery` alone, that site's recovery key.
    ///
    /// # Errors
    /// [`StaffError::WrongRecovery`] where it is no site's.
    pub async fn drill(self, by: &Account, recovery: SealingKey) -> Result<Drill, StaffError> {
        let bundle = Arc::new(self.bundle().await?);
        let site = bundle.site_of_recovery(recovery.id()).ok_or(StaffError::WrongRecovery)?.clone();
        let (recovery, mut drill) = (Arc::new(recovery), Drill::of(site.clone()));
        for (vault, subject) in self.vaults(&site).await? {
            let (mut tried, mut query) = (VaultDrill::default(), StoredQuery::all(vault));
            loop {
                let stored = self.store().stored_page(query).await?;
                let Some(last) = stored.last() else { break };
                query.after = Some(last.parcel.row);
                let (bundle, recovery, site) = (Arc::clone(&bundle), Arc::clone(&recovery), site.clone());
                let work = move || tried.page(&bundle, &recovery, &site, &stored);
                tried = blocking::run(work).await?;
            }
            drill.add(&tried, vault, subject.as_deref());
        }
        let outcome = if drill.is_whole() { "whole" } else { "failed" };
        let target = format!(
            "site={site} outcome={outcome} grants={}/{} parcels={}/{}",
            drill.grants_opened, drill.grants, drill.parcels_opened, drill.parcels
        );
        self.look(trail::event(by, self.now(), Code::KeysDrill, target, None)).await?;
        Ok(drill)
    }

    /// Every vault of a site with its subject number, those that came back without their participant last.
    pub(in crate::site) async fn vaults(
        &self,
        site: &SiteId,
    ) -> Result<Vec<(VaultId, Option<String>)>, StaffError> {
        let attached = self.store().participants().await?.into_iter().filter(|one| one.site == *site);
        let mut vaults: Vec<_> = attached.map(|one| (one.vault, Some(one.subject))).collect();
        let unattached = self.participants().unattached().await?.into_iter();
        vaults.extend(unattached.filter(|one| one.site == *site).map(|one| (one.vault, None)));
        Ok(vaults)
    }
}

/// Last drill of a site's recovery key in the audit trail. A row that names no site is of the time when there was one.
#[must_use]
pub fn last_drill(rows: &[AuditRow], bundle: &Bundle, site: &SiteId) -> Option<LastDrill> {
    let first = bundle.kept_sites().next();
    let of = |row: &&AuditRow| {
        let named = row.event.target.split(' ').find_map(|part| part.strip_prefix("site="));
        row.event.what == Code::KeysDrill.as_str()
            && named.map_or_else(|| first == Some(site), |named| named == site.as_str())
    };
    let row = rows.iter().rfind(of)?;
    let whole = row.event.target.split(' ').any(|part| part == "outcome=whole");
    Some(LastDrill { at: row.event.at, whole })
}

/// Result for one vault.
#[derive(Debug, Default)]
struct VaultDrill {
    grants: BTreeMap<Hash, bool>,
    /// Those that the generation in use opens.
    in_use: BTreeSet<Hash>,
    keys: GrantKeys,
    opened: usize,
    grant_needed: usize,
    failed: Vec<(u64, String)>,
    never_opened: Vec<(u64, String)>,
}

impl Drill {
    fn add(&mut self, tried: &VaultDrill, vault: VaultId, subject: Option<&str>) {
        let named = |(n, why): &(u64, String)| NotOpened {
            subject: subject.map(str::to_owned),
            vault,
            n: *n,
            why: why.clone(),
        };
        self.vaults += 1;
        self.grants += tried.grants.len();
        self.grants_in_use += tried.in_use.len();
        self.grants_opened += tried.grants.values().filter(|opens| **opens).count();
        self.parcels += tried.opened + tried.failed.len() + tried.never_opened.len();
        self.parcels_opened += tried.opened;
        self.grant_needed += tried.grant_needed;
        self.failed.extend(tried.failed.iter().map(named));
        self.never_opened.extend(tried.never_opened.iter().map(named));
    }
}

impl VaultDrill {
    /// Some parcels more of the same vault.
    fn page(
        mut self,
        bundle: &Bundle,
        recovery: &SealingKey,
        site: &SiteId,
        stored: &[StoredParcel],
    ) -> Self {
        let in_use = bundle.site_key(site).map(|key| key.key.id());
        let keys = std::mem::take(&mut self.keys);
        let judge = Triage { sealing: &[recovery], bundle, grants: &keys };
        for one in stored {
            let Some(grant) = &one.grant else {
                self.grant_needed += 1;
                continue;
            };
            if in_use.is_some_and(|key| judge.is_wrapped_to(grant, key)) {
                self.in_use.insert(one.parcel.grant);
            }
            let opens = judge.open_grant(&one.parcel, grant).is_ok();
            let known = self.grants.entry(one.parcel.grant).or_default();
            *known |= opens;
            let why = match (judge.open(&one.parcel, grant), &one.opened) {
                (Ok(found), Some(kept)) if found != *kept => "different".to_owned(),
                // The kept plaintext is missing or unreadable.
                (Ok(_), None) if one.settled == Some(Ok(())) => "different".to_owned(),
                (Ok(_), _) => {
                    self.opened += 1;
                    continue;
                }
                (Err(code), _) => code.name().to_owned(),
            };
            let n = one.parcel.n;
            if one.opened.is_none() && is_quarantined(one) {
                self.never_opened.push((n, why));
            } else {
                self.failed.push((n, why));
            }
        }
        self.keys = keys;
        self
    }
}

fn is_quarantined(one: &StoredParcel) -> bool {
    matches!(one.settled, Some(Err::<(), QuarantineCode>(_)))
}
