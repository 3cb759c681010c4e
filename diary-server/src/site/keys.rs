//! Key management by staff: list of the study's keys, a new generation of the site's sealing key, its activation, and
//! renewal of the bundle. The changes of the bundle are decided in `keys::rotation`.

pub mod drill;
pub mod rewrap;

use diary_core::ids::{Hash, KeyId, SiteId};
use diary_core::keys::{Bundle, ServerRole, SigningKey, SiteKeyStatus};
use diary_core::time::UtcMillis;
use serde::Serialize;

use super::{KeyService, StaffError};
use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::keys::rotation::next_generation;
use crate::keys::{Change, next_bundle};
use crate::ops::setup::BUNDLE_LIFE_MS;
use drill::{LastDrill, last_drill};

/// The keys of the study, public halves only.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct KeysView {
    /// Fingerprint of the root, as enrolment links carry it.
    pub root_fingerprint: Hash,
    /// Version of the bundle.
    pub bundle: u64,
    /// Time of its signature.
    pub issued: UtcMillis,
    /// Time by which a newer bundle is due.
    pub expires: UtcMillis,
    /// True if that time has passed. Every operation still works then.
    pub expired: bool,
    /// Generations of the sealing keys, site by site, the newest first.
    pub generations: Vec<GenerationView>,
    /// Recovery keys of the sites.
    pub recovery: Vec<RecoveryView>,
    /// Servers, also former ones.
    pub servers: Vec<ServerView>,
}

/// The recovery key of a site.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RecoveryView {
    /// The site.
    pub site: SiteId,
    /// Id of the key.
    pub key: KeyId,
    /// Last drill of the key, with its result.
    pub last_drill: Option<LastDrill>,
}

/// One generation of a site's sealing key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct GenerationView {
    /// The site.
    pub site: SiteId,
    /// Its number.
    pub generation: u32,
    /// pending, active or expired.
    #[serde(serialize_with = "status_name")]
    pub status: SiteKeyStatus,
    /// Its id.
    pub key: KeyId,
    /// True if this server holds the private half.
    pub held: bool,
}

/// One server's signing key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct ServerView {
    /// Its id.
    pub key: KeyId,
    /// Role, which limits what it may sign.
    pub role: ServerRole,
    /// Time since which it signs nothing new.
    pub retired: Option<UtcMillis>,
    /// True if it is this server's key.
    pub own: bool,
}

fn status_name<S: serde::Serializer>(status: &SiteKeyStatus, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(match status {
        SiteKeyStatus::Pending => "pending",
        SiteKeyStatus::Active => "active",
        SiteKeyStatus::Expired => "expired",
    })
}

impl KeyService<'_> {
    /// Keys of the study.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn view(self) -> Result<KeysView, StaffError> {
        let active = self.setting().await?;
        let bundle = &active.bundle;
        self.keeper_keys().catch_up(bundle);
        let mut generations: Vec<GenerationView> = bundle
            .sites
            .iter()
            .map(|key| GenerationView {
                site: key.site.clone(),
                generation: key.generation,
                status: key.status,
                key: key.key.id(),
                held: self.keeper_keys().sealing_by_id(key.key.id()).is_some(),
            })
            .collect();
        let sites: Vec<&SiteId> = bundle.kept_sites().collect();
        let place = |site: &SiteId| sites.iter().position(|kept| *kept == site);
        generations.sort_by_key(|key| (place(&key.site), std::cmp::Reverse(key.generation)));
        let own = self.keeper_keys().signing.id();
        let server = |one: &diary_core::keys::ServerKey| {
            let key = one.key.id();
            ServerView { key, role: one.role, retired: one.retired, own: key == own }
        };
        let trail = self.views().trail().await?.rows;
        let recovery = bundle.recovery.iter().map(|named| RecoveryView {
            site: named.site.clone(),
            key: named.key.id(),
            last_drill: last_drill(&trail, bundle, &named.site),
        });
        Ok(KeysView {
            root_fingerprint: self.keeper_keys().root_fingerprint(),
            bundle: bundle.version,
            issued: bundle.issued,
            expires: bundle.expires,
            expired: bundle.is_expired(self.now()),
            generations,
            recovery: recovery.collect(),
            servers: bundle.servers.iter().map(server).collect(),
        })
    }

    /// Makes the next generation of a site's sealing key and announces it, signed by the study's root; with
    /// `at_once`, brings it into use. Its private half is synced to the disk first: phones must never seal to a key
    /// that could be lost.
    ///
    /// # Errors
    /// [`StaffError::WrongRoot`], [`StaffError::Rotation`] where one is announced already.
    pub async fn rotate(
        self,
        by: &Account,
        (site, root): (&SiteId, &SigningKey),
        at_once: bool,
        reason: Option<&str>,
    ) -> Result<u32, StaffError> {
        let active = self.setting().await?;
        let bundle = &active.bundle;
        check_root(bundle, root)?;
        let generation = next_generation(bundle, site);
        let key = self.keeper_keys().new_generation(&(site.clone(), generation), self.random())?;
        let mut changes = vec![Change::Announce(key.public().clone())];
        if at_once {
            changes.push(Change::Activate(generation));
        }
        let target = format!("site={site} generation={generation} key={}", key.id());
        let next = NextBundle { site, changes: &changes, code: Code::KeysRotate, target };
        self.sign_next(by, (bundle, root), next, reason).await?;
        Ok(generation)
    }

    /// Brings an announced generation into use: phones seal to it from their next contact on. Earlier generations
    /// still open what was sealed to them.
    ///
    /// # Errors
    /// [`StaffError::WrongRoot`], [`StaffError::Rotation`] where it is not announced,
    /// [`StaffError::GenerationMissing`] where its private half is not here.
    pub async fn activate(
        self,
        by: &Account,
        (site, root): (&SiteId, &SigningKey),
        generation: u32,
        reason: Option<&str>,
    ) -> Result<(), StaffError> {
        let active = self.setting().await?;
        let bundle = &active.bundle;
        check_root(bundle, root)?;
        let target = format!("site={site} generation={generation}");
        let changes = [Change::Activate(generation)];
        next_bundle(bundle, site, &changes, self.now(), BUNDLE_LIFE_MS)?;
        if self.keeper_keys().catch_up(bundle).contains(&(site.clone(), generation)) {
            return Err(StaffError::GenerationMissing { generation });
        }
        let next = NextBundle { site, changes: &changes, code: Code::KeysActivate, target };
        self.sign_next(by, (bundle, root), next, reason).await?;
        Ok(())
    }

    /// Signs the bundle anew, so that it is good for longer.
    ///
    /// # Errors
    /// [`StaffError::WrongRoot`].
    pub async fn renew(self, by: &Account, root: &SigningKey) -> Result<Bundle, StaffError> {
        let active = self.setting().await?;
        let bundle = &active.bundle;
        check_root(bundle, root)?;
        let (site, changes) = (&self.keeper_keys().site, &[Change::Renew]);
        let next = NextBundle { site, changes, code: Code::KeysRenew, target: String::new() };
        self.sign_next(by, (bundle, root), next, None).await
    }

    /// Signs the bundle that follows `held`, and stores it with its row of the audit trail.
    pub(super) async fn sign_next(
        &self,
        by: &Account,
        (held, root): (&Bundle, &SigningKey),
        NextBundle { site, changes, code, target }: NextBundle<'_>,
        reason: Option<&str>,
    ) -> Result<Bundle, StaffError> {
        reason.map_or(Ok(()), super::check_reason)?;
        let at = self.now();
        let changes = [changes, &[Change::NameLost(self.store().lost_keepers().await?)]].concat();
        let next = next_bundle(held, site, &changes, at, BUNDLE_LIFE_MS)?;
        let target = format!("bundle={} {target}", next.version).trim_end().to_owned();
        let event = trail::event(by, at, code, target, reason);
        self.context().put_bundle(next.sign(root), Vec::new(), event).await?;
        Ok(next)
    }
}

/// Changes of the bundle, and their row of the audit trail.
pub(super) struct NextBundle<'a> {
    /// Site whose keys change.
    pub(super) site: &'a SiteId,
    /// The changes.
    pub(super) changes: &'a [Change],
    /// Code of the event.
    pub(super) code: Code,
    /// Its target, beside the number of the bundle.
    pub(super) target: String,
}

/// Checks that `root` is the root key of the study.
///
/// # Errors
/// [`StaffError::WrongRoot`].
pub(super) fn check_root(bundle: &Bundle, root: &SigningKey) -> Result<(), StaffError> {
    if root.verifying_key() == bundle.root { Ok(()) } else { Err(StaffError::WrongRoot) }
}
