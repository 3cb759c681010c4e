//! Key management by staff: list of the study's keys, a new generation of the site's sealing key, its activation, and
//! renewal of the bundle. The changes of the bundle are decided in `keys::rotation`.

pub mod drill;
pub mod rewrap;

use diary_core::ids::{Hash, KeyId};
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
    /// Generations of the site's sealing key, newest first.
    pub generations: Vec<GenerationView>,
    /// Id of the site's recovery key.
    pub recovery: Option<KeyId>,
    /// Servers, also former ones.
    pub servers: Vec<ServerView>,
    /// Last drill of the recovery key, with its result.
    pub last_drill: Option<LastDrill>,
}

/// One generation of the site's sealing key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct GenerationView {
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
        let site = &self.keeper_keys().site;
        self.keeper_keys().catch_up(bundle);
        let mut generations: Vec<GenerationView> = bundle
            .sites
            .iter()
            .filter(|key| key.site == *site)
            .map(|key| GenerationView {
                generation: key.generation,
                status: key.status,
                key: key.key.id(),
                held: self.keeper_keys().sealing_by_id(key.key.id()).is_some(),
            })
            .collect();
        generations.sort_by_key(|key| std::cmp::Reverse(key.generation));
        let own = self.keeper_keys().signing.id();
        let server = |one: &diary_core::keys::ServerKey| {
            let key = one.key.id();
            ServerView { key, role: one.role, retired: one.retired, own: key == own }
        };
        Ok(KeysView {
            root_fingerprint: self.keeper_keys().root_fingerprint(),
            bundle: bundle.version,
            issued: bundle.issued,
            expires: bundle.expires,
            expired: bundle.is_expired(self.now()),
            generations,
            recovery: bundle.recovery_key(site).map(diary_core::keys::SealingPublic::id),
            servers: bundle.servers.iter().map(server).collect(),
            last_drill: last_drill(&self.store().audit_restores_and_drills().await?),
        })
    }

    /// Makes the next generation of the site's sealing key and announces it, signed by the study's root; with
    /// `at_once`, brings it into use. Its private half is synced to the disk first: phones must never seal to a key
    /// that could be lost.
    ///
    /// # Errors
    /// [`StaffError::WrongRoot`], [`StaffError::Rotation`] where one is announced already.
    pub async fn rotate(
        self,
        by: &Account,
        root: &SigningKey,
        at_once: bool,
        reason: Option<&str>,
    ) -> Result<u32, StaffError> {
        let active = self.setting().await?;
        let bundle = &active.bundle;
        check_root(bundle, root)?;
        let generation = next_generation(bundle, &self.keeper_keys().site);
        let key = self.keeper_keys().new_generation(generation, self.random())?;
        let mut changes = vec![Change::Announce(key.public().clone())];
        if at_once {
            changes.push(Change::Activate(generation));
        }
        let target = format!("generation={generation} key={}", key.id());
        self.sign_next(by, bundle, root, &changes, Code::KeysRotate, &target, reason).await?;
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
        root: &SigningKey,
        generation: u32,
        reason: Option<&str>,
    ) -> Result<(), StaffError> {
        let active = self.setting().await?;
        let bundle = &active.bundle;
        check_root(bundle, root)?;
        let target = format!("generation={generation}");
        let next = [Change::Activate(generation)];
        next_bundle(bundle, &self.keeper_keys().site, &next, self.now(), BUNDLE_LIFE_MS)?;
        if self.keeper_keys().catch_up(bundle).contains(&generation) {
            return Err(StaffError::GenerationMissing { generation });
        }
        self.sign_next(by, bundle, root, &next, Code::KeysActivate, &target, reason).await?;
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
        self.sign_next(by, bundle, root, &[Change::Renew], Code::KeysRenew, "", None).await
    }

    #[expect(clippy::too_many_arguments, reason = "each one is a fact that only the caller has")]
    async fn sign_next(
        &self,
        by: &Account,
        held: &Bundle,
        root: &SigningKey,
        changes: &[Change],
        code: Code,
        target: &str,
        reason: Option<&str>,
    ) -> Result<Bundle, StaffError> {
        reason.map_or(Ok(()), super::check_reason)?;
        let at = self.now();
        let changes = [changes, &[Change::NameLost(self.store().lost_keepers().await?)]].concat();
        let next = next_bundle(held, &self.keeper_keys().site, &changes, at, BUNDLE_LIFE_MS)?;
        let target = format!("bundle={} {target}", next.version).trim_end().to_owned();
        let event = trail::event(by, at, code, target, reason);
        self.context().put_bundle(next.sign(root), Vec::new(), event).await?;
        Ok(next)
    }
}

/// Checks that `root` is the root key of the study.
///
/// # Errors
/// [`StaffError::WrongRoot`].
pub(super) fn check_root(bundle: &Bundle, root: &SigningKey) -> Result<(), StaffError> {
    if root.verifying_key() == bundle.root { Ok(()) } else { Err(StaffError::WrongRoot) }
}
