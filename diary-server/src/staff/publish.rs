//! Publishes a new version of the study: the root signs a new bundle that names it, and every vault's log tells the
//! phones. Answers given under earlier versions stay as they are.

use diary_core::counter::Counter;
use diary_core::keys::{Bundle, SigningKey, StudyVersionRef};
use diary_core::parcel::Item;
use diary_core::study::{Study, StudyPackage};

use super::append::Appendix;
use super::trail::{self, Code};
use super::{Account, Desk, StaffError};
use crate::setup::BUNDLE_LIFE_MS;
use crate::store::{Participants, StudyFile};

impl Desk {
    /// Publishes `package`, signed by the study's root. Returns its version.
    ///
    /// # Errors
    /// [`StaffError::Publish`] for another study, a version that is no newer, or another root.
    pub async fn publish_study(
        &self,
        by: &Account,
        package: &StudyPackage,
        root: &SigningKey,
    ) -> Result<StudyVersionRef, StaffError> {
        let setting = self.setting().await?;
        let study = Study::load(package).map_err(StaffError::Study)?;
        let version = plan(&setting.bundle, &study, root, &self.keys.site)?;
        let at = self.now();
        let mut bundle = setting.bundle.clone();
        bundle.version += 1;
        bundle.issued = at;
        bundle.expires = at.plus_ms(BUNDLE_LIFE_MS);
        bundle.studies.push(version);
        let files = vec![StudyFile { hash: version.hash, version: version.version, bytes: package.encode() }];
        let target = format!("study={} version={} bundle={}", study.id(), version.version, bundle.version);
        let event = trail::event(by, at, Code::StudyPublish, target, None);
        self.store.put_bundle(None, bundle.sign(root), files, event).await?;
        for participant in self.store.participants(Participants::All).await? {
            self.tell(by, &bundle, &participant, version).await?;
        }
        Ok(version)
    }

    async fn tell(
        &self,
        by: &Account,
        bundle: &Bundle,
        participant: &crate::store::Participant,
        version: StudyVersionRef,
    ) -> Result<(), StaffError> {
        let vault = participant.vault;
        self.append(bundle, vault, |_, _| {
            let target = format!("vault={vault} version={}", version.version);
            let event = trail::event(by, self.now(), Code::StudyPublish, target, None);
            let items = vec![Item::StudyVersion { version: version.version, hash: version.hash }];
            Ok((Appendix { items, readers: None, counter: Counter::ZERO, event: Some(event) }, ()))
        })
        .await
    }
}

/// Whether `study` may follow what `bundle` names.
fn plan(
    bundle: &Bundle,
    study: &Study,
    root: &SigningKey,
    site: &diary_core::ids::SiteId,
) -> Result<StudyVersionRef, StaffError> {
    let refuse = |problem: String| Err(StaffError::Publish { problem });
    let newest = bundle.newest_study().map_or(0, |study| study.version);
    if root.verifying_key() != bundle.root {
        return refuse("this root key is not the one of this study".to_owned());
    }
    if *study.id() != bundle.study {
        return refuse(format!("it is {}, this server keeps {}", study.id(), bundle.study));
    }
    if study.version() <= newest {
        return refuse(format!("it is version {}; a version above {newest} is needed", study.version()));
    }
    if study.site(site).is_none() {
        return refuse(format!("it has no site {site}"));
    }
    Ok(StudyVersionRef { version: study.version(), hash: study.hash() })
}
