//! Publishes a new version of the study: the root signs a new bundle that names it, in one transaction. Phones see
//! from the bundle which version they lack, and fetch it. Answers given under earlier versions stay as they are.

use diary_core::ids::{Hash, SiteId, StudyId};
use diary_core::keys::{Bundle, SigningKey, StudyVersionRef};
use diary_core::study::{Study, StudyPackage};

use super::{StaffError, StudyService};
use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::keys::{Change, next_bundle};
use crate::ops::setup::BUNDLE_LIFE_MS;
use diary_store::StudyFile;

/// Outcome of publishing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Published {
    /// The version.
    pub version: u32,
    /// SHA-256 of its file.
    pub hash: Hash,
    /// It had been published before.
    pub again: bool,
}

/// Next step for a version.
enum Plan {
    /// A new bundle names it.
    New(StudyVersionRef),
    /// The newest bundle names it, but its file may be missing since the database was put back.
    Again(StudyVersionRef),
}

impl StudyService<'_> {
    /// Publishes `package`, signed by the study's root. Publishing the newest version again restores its file where
    /// that was lost, and changes nothing else.
    ///
    /// # Errors
    /// [`StaffError::Publish`] for another study, a version that is no newer, or another root.
    pub async fn publish(
        self,
        by: &Account,
        package: &StudyPackage,
        root: &SigningKey,
    ) -> Result<Published, StaffError> {
        let active = self.context().active().await?;
        let bundle = &active.bundle;
        let study = Study::load(package).map_err(StaffError::Study)?;
        let at = self.now();
        let (version, signed, number) = match plan(bundle, &study, root)? {
            Plan::Again(version) if active.file(version.hash).is_some() => {
                return Ok(Published { version: version.version, hash: version.hash, again: true });
            }
            Plan::Again(version) => (version, active.signed_bundle.clone(), bundle.version),
            Plan::New(version) => {
                let lost = Change::NameLost(self.store().lost_keepers().await?);
                let mut next = next_bundle(bundle, &self.keeper_keys().site, &[lost], at, BUNDLE_LIFE_MS)?;
                next.studies.push(version);
                (version, next.sign(root), next.version)
            }
        };
        let files = vec![StudyFile { hash: version.hash, version: version.version, bytes: package.encode() }];
        let target = format!("study={} version={} bundle={number}", study.id(), version.version);
        let event = trail::event(by, at, Code::StudyPublish, target, None);
        self.context().put_bundle(signed, files, event).await?;
        Ok(Published { version: version.version, hash: version.hash, again: number == bundle.version })
    }
}

/// Reason for which a study is not published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PublishProblem {
    /// The root key is of another study.
    OtherRoot,
    /// It is another study.
    OtherStudy {
        /// Its id.
        study: StudyId,
        /// The one that this server keeps.
        ours: StudyId,
    },
    /// It is no newer version.
    NotNewer {
        /// Its version.
        version: u32,
        /// The newest one here.
        newest: u32,
    },
    /// It lacks a site of this keeper.
    NoSite {
        /// The site.
        site: SiteId,
    },
}

/// Plans the publication: checks that `study` may follow the versions named by `bundle`.
fn plan(bundle: &Bundle, study: &Study, root: &SigningKey) -> Result<Plan, StaffError> {
    let refuse = |problem| Err(StaffError::Publish { problem });
    let version = StudyVersionRef { version: study.version(), hash: study.hash() };
    let newest = bundle.newest_study().map_or(0, |study| study.version);
    if root.verifying_key() != bundle.root {
        return refuse(PublishProblem::OtherRoot);
    }
    if *study.id() != bundle.study {
        return refuse(PublishProblem::OtherStudy { study: study.id().clone(), ours: bundle.study.clone() });
    }
    if bundle.newest_study() == Some(&version) {
        return Ok(Plan::Again(version));
    }
    if version.version <= newest {
        return refuse(PublishProblem::NotNewer { version: version.version, newest });
    }
    if let Some(site) = bundle.kept_sites().find(|site| study.site(site).is_none()) {
        return refuse(PublishProblem::NoSite { site: site.clone() });
    }
    Ok(Plan::New(version))
}
