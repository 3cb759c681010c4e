//! Rewrapping of stored grants to the sealing key in use, so that its private half alone opens everything.

use std::collections::BTreeSet;
use std::sync::Arc;

use diary_core::ids::{Hash, SiteId};
use diary_core::keys::{Bundle, SealingKey, SiteKey};
use diary_core::parcel::Rewrap;
use diary_core::signed::Signed;
use serde::Serialize;

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::keys::GrantKeys;
use crate::keys::{AuthorError, KeeperKeys};
use crate::merge::triage::Triage;
use crate::site::{KeyService, StaffError};
use diary_core::entropy::SharedEntropy;
use diary_store::{NewRewraps, StoredParcel, StoredQuery, blocking};

/// Summary of a rewrap.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Rewrapped {
    /// The generation in use.
    pub generation: u32,
    /// Grants under which parcels are stored.
    pub grants: usize,
    /// Those that were wrapped to it now.
    pub rewrapped: usize,
    /// Those that none of the keys at hand opens.
    pub unopened: usize,
}

impl KeyService<'_> {
    /// Wraps every stored grant of a site that the generation in use does not open to that generation, with the keys that
    /// are here, and `recovery` where it is given. Repeating it changes nothing.
    ///
    /// # Errors
    /// [`StaffError::WrongRecovery`] where that key is another site's. One of no present site opens what was wrapped to it:
    /// a backup from before the site was added may have come back.
    pub async fn rewrap(
        self,
        by: &Account,
        site: &SiteId,
        recovery: Option<SealingKey>,
    ) -> Result<Rewrapped, StaffError> {
        let bundle = Arc::new(self.bundle().await?);
        if recovery.as_ref().is_some_and(|key| bundle.site_of_recovery(key.id()).is_some_and(|of| of != site))
        {
            return Err(StaffError::WrongRecovery);
        }
        let missing = || AuthorError::NotInBundle { site: site.clone() };
        let to = bundle.site_key(site).cloned().ok_or_else(missing)?;
        self.keeper_keys().catch_up(&bundle);
        let recovery = recovery.map(Arc::new);
        let mut done = Rewrapped { generation: to.generation, ..Rewrapped::default() };
        let mut rewraps = Vec::new();
        for (vault, _) in self.vaults(site).await? {
            let (mut of_vault, mut query) = (OfVault::default(), StoredQuery::all(vault));
            loop {
                let stored = self.store().stored_page(query).await?;
                let Some(last) = stored.last() else { break };
                query.after = Some(last.parcel.row);
                let (keys, entropy) = (Arc::clone(self.keeper_keys()), Arc::clone(self.context().entropy()));
                let (bundle, to, recovery) = (Arc::clone(&bundle), to.clone(), recovery.clone());
                let work = move || of_vault.page(&bundle, &to, &keys, recovery.as_deref(), &stored, &entropy);
                of_vault = blocking::run(work).await?;
            }
            done.grants += of_vault.seen.len();
            done.unopened += of_vault.seen.len() - of_vault.opened.len();
            rewraps.extend(of_vault.made.into_iter().map(|rewrap| (vault, rewrap)));
        }
        done.rewrapped = rewraps.len();
        let at = self.now();
        let target = format!(
            "site={site} generation={} grants={} rewrapped={} unopened={}",
            done.generation, done.grants, done.rewrapped, done.unopened
        );
        let event = trail::event(by, at, Code::KeysRewrap, target, None);
        self.store().add_rewraps(NewRewraps { rewraps, at }, event).await?;
        Ok(done)
    }
}

/// Grants of one vault: seen, opened, wrapped anew.
#[derive(Default)]
struct OfVault {
    made: Vec<Signed>,
    opened: BTreeSet<Hash>,
    seen: BTreeSet<Hash>,
}

impl OfVault {
    /// Wraps the grants of some parcels more.
    fn page(
        mut self,
        bundle: &Bundle,
        to: &SiteKey,
        keys: &KeeperKeys,
        recovery: Option<&SealingKey>,
        stored: &[StoredParcel],
        entropy: &SharedEntropy,
    ) -> Self {
        let held = keys.all_sealing();
        let sealing: Vec<&SealingKey> = held.iter().map(|(_, key)| &**key).chain(recovery).collect();
        let judge = Triage { sealing: &sealing, bundle, grants: &GrantKeys::default() };
        for one in stored {
            let Some(grant) = &one.grant else { continue };
            self.seen.insert(one.parcel.grant);
            if self.opened.contains(&one.parcel.grant) {
                continue;
            }
            if judge.is_wrapped_to(grant, to.key.id()) {
                self.opened.insert(one.parcel.grant);
                continue;
            }
            // The parcel may have been sealed by another author under this grant and then does not open; the next one
            // may.
            let Ok(key) = judge.open_grant(&one.parcel, grant) else { continue };
            if let Ok(rewrap) = Rewrap::make(&key, &to.key, &keys.signing, &**entropy) {
                self.opened.insert(one.parcel.grant);
                self.made.push(rewrap);
            }
        }
        self
    }
}
