//! Sites of the keeper: their list, the one that a command means, and a further one. Each has a sealing and a recovery key
//! of its own, which the study's root names in the bundle: the bundle is the list of the sites.

use std::path::{Path, PathBuf};

use diary_core::files::folder_of;
use diary_core::ids::{KeyId, SiteId};
use diary_core::keys::{Bundle, SealingKey, SealingPublic, SigningKey};
use diary_core::text::Text;
use diary_core::time::{UtcMillis, Zone};
use diary_core::wire;
use serde::Serialize;

use super::keys::{NextBundle, check_root};
use super::{SiteService, StaffError};
use crate::audit::{Account, Code};
use crate::data_folder::{DataFolder, private_folder};
use crate::key_file::{KeyFile, Purpose};
use crate::keys::{Change, KeysError, of_study};
use crate::ops::setup::{is_inside, recovery_file};

/// A site of the keeper.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SiteView {
    /// The site.
    pub site: SiteId,
    /// Its name; empty where the newest version of the study does not have the site.
    #[serde(skip)]
    pub title: Text,
    /// Its time zone.
    pub zone: Zone,
    /// Number of its participants.
    pub participants: usize,
    /// Time at which the root named it first.
    pub added: UtcMillis,
}

/// A site to be added.
#[derive(Clone, Copy, Debug)]
pub struct SiteInput<'a> {
    /// The data folder of the keeper.
    pub folder: &'a DataFolder,
    /// Folder for the site's recovery key, which must not stay on the server.
    pub offline: &'a Path,
    /// The site.
    pub site: &'a SiteId,
}

/// A site that was added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddedSite {
    /// Its time zone.
    pub zone: Zone,
    /// Id of its sealing key.
    pub sealing: KeyId,
    /// Id of its recovery key.
    pub recovery: KeyId,
    /// File of the recovery key.
    pub recovery_file: PathBuf,
    /// Version of the bundle that names it.
    pub bundle: u64,
    /// It had been added before, with this recovery key.
    pub again: bool,
}

impl SiteService<'_> {
    /// The sites of this keeper, the first one first.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn list(self) -> Result<Vec<SiteView>, StaffError> {
        let setting = self.setting().await?;
        let participants = self.store().participants().await?;
        let read = |signed: &diary_core::signed::Signed| {
            wire::decode::<Bundle>("bundle", signed.unverified(), usize::MAX).ok()
        };
        // Stored bundles were verified before they were taken.
        let bundles: Vec<Bundle> = setting.earlier_bundles.iter().filter_map(read).collect();
        let view = |site: &SiteId| {
            let named = bundles.iter().chain([&setting.bundle]).find(|one| one.recovery_key(site).is_some());
            SiteView {
                site: site.clone(),
                title: setting.study.site(site).map(|site| site.title.clone()).unwrap_or_default(),
                zone: setting.zone(site),
                participants: participants.iter().filter(|one| one.site == *site).count(),
                added: named.map_or(setting.bundle.issued, |bundle| bundle.issued),
            }
        };
        Ok(setting.bundle.kept_sites().map(view).collect())
    }

    /// The site that is meant: the one that was named, or the only one.
    ///
    /// # Errors
    /// [`StaffError::UnknownSite`], [`StaffError::SiteNeeded`] where none was named and there are several.
    pub async fn chosen(self, named: Option<&SiteId>) -> Result<SiteId, StaffError> {
        let bundle = self.bundle().await?;
        let known: Vec<SiteId> = bundle.kept_sites().cloned().collect();
        match (named, known.as_slice()) {
            (Some(named), known) if known.contains(named) => Ok(named.clone()),
            (Some(named), _) => Err(StaffError::UnknownSite { site: named.clone(), known }),
            (None, [only]) => Ok(only.clone()),
            (None, _) => Err(StaffError::SiteNeeded { known }),
        }
    }

    /// Adds a site of the study: makes its sealing key here and its recovery key in a folder that leaves the server, and
    /// lets the root name both. A repetition after an interruption goes on with the keys that were made.
    ///
    /// # Errors
    /// [`StaffError::WrongRoot`], [`StaffError::NotOfStudy`], [`StaffError::SiteThere`], [`StaffError::OfflineInside`], or
    /// of the database or a disk; the site is not added then.
    pub async fn add(
        self,
        by: &Account,
        root: &SigningKey,
        input: SiteInput<'_>,
    ) -> Result<AddedSite, StaffError> {
        let SiteInput { folder, offline, site } = input;
        let setting = self.setting().await?;
        let bundle = &setting.bundle;
        check_root(bundle, root)?;
        let Some(of_study) = setting.study.site(site) else {
            let known = setting.study.sites().iter().map(|site| site.id.clone()).collect();
            return Err(StaffError::NotOfStudy { site: site.clone(), known });
        };
        if !folder.is_demo() && is_inside(offline, folder.path()) {
            return Err(StaffError::OfflineInside { path: offline.display().to_string() });
        }
        let file = offline.join(recovery_file(site));
        let made = |sealing: &SealingPublic, recovery: KeyId, bundle| AddedSite {
            zone: of_study.zone,
            sealing: sealing.id(),
            recovery,
            recovery_file: file.clone(),
            bundle,
            again: false,
        };
        if let (Some(sealing), Some(recovery)) = (bundle.site_key(site), bundle.recovery_key(site)) {
            let same = file.exists() && self.recovery_at(&file, site)?.id() == recovery.id();
            return match same {
                true => Ok(AddedSite { again: true, ..made(&sealing.key, recovery.id(), bundle.version) }),
                false => Err(StaffError::SiteThere { site: site.clone() }),
            };
        }
        // The removable disk, which fails most easily, comes first; phones seal to neither key before the root has
        // named both.
        let recovery = self.recovery_key(&file, site)?;
        let sealing = self.keeper_keys().new_generation(&(site.clone(), 1), self.random())?;
        let target = format!("site={site} recovery={} key={}", recovery.id(), sealing.id());
        let (sealing, id) = (sealing.public().clone(), recovery.id());
        let changes = [Change::AddSite { sealing: sealing.clone(), recovery: recovery.public().clone() }];
        let next = NextBundle { site, changes: &changes, code: Code::SiteAdd, target };
        let signed = self.keys().sign_next(by, (bundle, root), next, None).await?;
        Ok(made(&sealing, id, signed.version))
    }

    /// Recovery key in a file that an interrupted attempt has left, or a new one, which is synced to the disk.
    fn recovery_key(&self, file: &Path, site: &SiteId) -> Result<SealingKey, StaffError> {
        if file.exists() {
            return self.recovery_at(file, site);
        }
        private_folder(folder_of(file))
            .map_err(|e| StaffError::File { path: file.display().to_string(), reason: e.to_string() })?;
        let key = SealingKey::generate(self.random());
        let study = self.keeper_keys().study.clone();
        KeyFile::recovery(study, site.clone(), &key).write_recovery(file).map_err(KeysError::from)?;
        Ok(key)
    }

    fn recovery_at(&self, file: &Path, site: &SiteId) -> Result<SealingKey, StaffError> {
        let read = KeyFile::read(file, Purpose::Recovery).map_err(KeysError::from)?;
        let of = (self.keeper_keys().study.clone(), site.clone());
        Ok(of_study(file, read, &of)?.sealing_key())
    }
}
