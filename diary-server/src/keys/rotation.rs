//! The next bundle of a study, when a key is renewed, announced, brought into use or replaced. Pure; the caller signs
//! and stores it. A key that was ever named stays in the bundle, since old signatures must verify.

use diary_core::ids::SiteId;
use diary_core::keys::{
    Bundle, RecoveryKey, SealingPublic, ServerKey, ServerRole, SiteKey, SiteKeyStatus, VerifyingKey,
};
use diary_core::time::UtcMillis;

/// Change of the bundle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Nothing but the date until which it is good.
    Renew,
    /// The site has a new sealing key, which is not in use yet.
    Announce(SealingPublic),
    /// This generation comes into use; those before it expire.
    Activate(u32),
    /// The keeper signs with another key from now on.
    ReplaceKeeper(VerifyingKey),
    /// The site comes to this keeper, with the first generation of its sealing key in use.
    AddSite {
        /// Its sealing key.
        sealing: SealingPublic,
        /// Its recovery key.
        recovery: SealingPublic,
    },
    /// Keepers that a lost bundle named are named again, as retired.
    NameLost(Vec<VerifyingKey>),
}

/// Reason for which a change is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// A generation waits already.
    #[error("generation {generation} is announced and not active")]
    Pending {
        /// Number of the pending generation.
        generation: u32,
    },
    /// No such generation waits.
    #[error("generation {generation} is not announced")]
    NotPending {
        /// Number of the generation.
        generation: u32,
    },
    /// The server signs with this key already.
    #[error("known key")]
    KnownKey,
    /// The bundle names the site already.
    #[error("known site")]
    KnownSite,
}

/// Bundle that follows `held`, valid for `life_ms` from `now`.
///
/// # Errors
/// [`RotationError`] where the change makes no sense in `held`.
pub fn next_bundle(
    held: &Bundle,
    site: &SiteId,
    changes: &[Change],
    now: UtcMillis,
    life_ms: i64,
) -> Result<Bundle, RotationError> {
    let mut next = held.clone();
    next.version += 1;
    next.issued = now;
    next.expires = now.plus_ms(life_ms);
    for change in changes {
        match change {
            Change::Renew => {}
            Change::Announce(key) => announce(&mut next, site, key)?,
            Change::Activate(generation) => activate(&mut next, site, *generation)?,
            Change::AddSite { sealing, recovery } => add_site(&mut next, site, (sealing, recovery))?,
            Change::ReplaceKeeper(key) => replace_keeper(&mut next, *key, now)?,
            Change::NameLost(keys) => name_lost(&mut next, keys, now),
        }
    }
    Ok(next)
}

/// Number after the highest generation that `bundle` names for `site`.
#[must_use]
pub fn next_generation(bundle: &Bundle, site: &SiteId) -> u32 {
    1 + bundle.sites.iter().filter(|key| key.site == *site).map(|key| key.generation).max().unwrap_or(0)
}

fn announce(next: &mut Bundle, site: &SiteId, key: &SealingPublic) -> Result<(), RotationError> {
    let pending = |one: &&SiteKey| one.site == *site && one.status == SiteKeyStatus::Pending;
    if let Some(SiteKey { generation, .. }) = next.sites.iter().find(pending) {
        return Err(RotationError::Pending { generation: *generation });
    }
    let generation = next_generation(next, site);
    let (site, key) = (site.clone(), key.clone());
    next.sites.push(SiteKey { site, generation, status: SiteKeyStatus::Pending, key });
    Ok(())
}

fn activate(next: &mut Bundle, site: &SiteId, generation: u32) -> Result<(), RotationError> {
    let waits = |one: &SiteKey| {
        one.site == *site && one.generation == generation && one.status == SiteKeyStatus::Pending
    };
    if !next.sites.iter().any(waits) {
        return Err(RotationError::NotPending { generation });
    }
    for one in next.sites.iter_mut().filter(|one| one.site == *site && one.generation <= generation) {
        one.status =
            if one.generation == generation { SiteKeyStatus::Active } else { SiteKeyStatus::Expired };
    }
    Ok(())
}

fn add_site(
    next: &mut Bundle,
    site: &SiteId,
    (sealing, recovery): (&SealingPublic, &SealingPublic),
) -> Result<(), RotationError> {
    if next.kept_sites().any(|kept| kept == site) || next.site_key(site).is_some() {
        return Err(RotationError::KnownSite);
    }
    let (status, key) = (SiteKeyStatus::Active, sealing.clone());
    next.sites.push(SiteKey { site: site.clone(), generation: 1, status, key });
    next.recovery.push(RecoveryKey { site: site.clone(), key: recovery.clone() });
    Ok(())
}

fn replace_keeper(next: &mut Bundle, key: VerifyingKey, now: UtcMillis) -> Result<(), RotationError> {
    if next.server(key.id()).is_some() {
        return Err(RotationError::KnownKey);
    }
    for one in next.servers.iter_mut().filter(|one| one.role == ServerRole::Keeper) {
        one.retired.get_or_insert(now);
    }
    next.servers.push(ServerKey { key, role: ServerRole::Keeper, retired: None });
    Ok(())
}

/// Names keys whose earlier signatures must verify. They sign nothing new from `now` on.
fn name_lost(next: &mut Bundle, keys: &[VerifyingKey], now: UtcMillis) {
    for key in keys {
        if next.server(key.id()).is_none() {
            next.servers.push(ServerKey { key: *key, role: ServerRole::Keeper, retired: Some(now) });
        }
    }
}

/// Keys of keepers that `other` names and `held` does not, where the root signed both for one study: `other` was lost with
/// a database.
#[must_use]
pub fn lost_keepers(held: &Bundle, other: &Bundle) -> Vec<VerifyingKey> {
    if (&other.root, &other.study) != (&held.root, &held.study) {
        return Vec::new();
    }
    let unnamed = |one: &&ServerKey| one.role == ServerRole::Keeper && held.server(one.key.id()).is_none();
    other.servers.iter().filter(unnamed).map(|one| one.key).collect()
}

#[cfg(test)]
mod tests;
