//! Versions of the study, and the bundle that names them. The version in force only rises. Drafts and entries
//! of an earlier version are finished and corrected under that one.

use std::sync::Arc;

use super::{Diary, DiaryError, load_study};
use crate::hash::sha256;
use crate::ids::Hash;
use crate::keys::{Bundle, Offered};
use crate::signed::Signed;
use crate::store::{Draft, DraftPlace};
use crate::study::{Study, StudyPackage};
use crate::time::{DiaryDay, UtcMillis, Zone};

impl Diary {
    /// Package hash of the newest version in the bundle, if it is newer than the one in force and still has
    /// to be fetched.
    ///
    /// # Errors
    /// [`DiaryError::Trust`] if the stored bundle does not verify.
    pub fn study_owed(&self) -> Result<Option<Hash>, DiaryError> {
        let bundle = self.bundle()?;
        let newer = bundle.newest_study().filter(|newest| newest.version > self.study.version());
        Ok(newer.map(|newest| newest.hash))
    }

    /// Puts the study in `package` into force at `now`, if it is a newer version of this diary's study.
    /// Returns true if this version is in force. Earlier versions stay.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn take_study(&mut self, package: &[u8], now: UtcMillis) -> Result<bool, DiaryError> {
        let loaded = StudyPackage::decode(package).ok().and_then(|package| Study::load(&package).ok());
        let Some(study) = loaded.filter(|study| *study.id() == self.device.study) else { return Ok(false) };
        let hash = sha256(package);
        if study.version() <= self.study.version() {
            return Ok(hash == self.device.study_hash);
        }
        self.store.take_study(&hash, package, now)?;
        self.reload()?;
        Ok(true)
    }

    /// Replaces the bundle by `signed` if that is newer, and returns its relation to the one that was held.
    ///
    /// # Errors
    /// [`DiaryError::Trust`] if the pinned root did not sign it, [`DiaryError::Store`] if the store fails.
    pub fn take_bundle(&mut self, signed: &Signed) -> Result<Offered, DiaryError> {
        let bundle = Bundle::verify(signed, &self.device.root).map_err(|_| DiaryError::Trust)?;
        let offered = bundle.offered_to(&self.bundle()?);
        // In a conflict the root has signed both bundles: the held one stays, and the caller reports it.
        match offered {
            Offered::Newer => {
                self.store.take_bundle(&signed.to_bytes())?;
                self.reload()?;
            }
            Offered::Same | Offered::Older | Offered::Conflict => {}
        }
        Ok(offered)
    }

    /// Version of the study for answers at a place: that of the draft if one was begun, otherwise the one in
    /// force.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn study_at(&self, place: &DraftPlace) -> Result<Arc<Study>, DiaryError> {
        Ok(self.study_of_draft(self.store.draft(place)?.as_ref()))
    }

    pub(super) fn study_of_draft(&self, draft: Option<&Draft>) -> Arc<Study> {
        let begun = draft.and_then(|draft| draft.study);
        begun.and_then(|hash| self.earlier(&hash)).unwrap_or_else(|| Arc::clone(&self.study))
    }

    /// Version `version` of the study, if this phone has it, otherwise the one in force; entries are shown
    /// and corrected under it.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn study_of(&self, version: u32) -> Result<Arc<Study>, DiaryError> {
        if version != self.study.version() {
            for hash in self.store.study_packages()? {
                if let Some(study) = self.earlier(&hash).filter(|study| study.version() == version) {
                    return Ok(study);
                }
            }
        }
        Ok(Arc::clone(&self.study))
    }

    /// Study in a stored package, decoded once. `None` for a package that this program cannot read.
    fn earlier(&self, hash: &Hash) -> Option<Arc<Study>> {
        if *hash == self.device.study_hash {
            return Some(Arc::clone(&self.study));
        }
        let read = || load_study(&self.store, hash).ok().map(Arc::new);
        self.earlier.borrow_mut().entry(*hash).or_insert_with(read).clone()
    }

    /// Moves the first diary day back if this phone's clock ran ahead at joining: if both the server's clock
    /// at the last contact and the phone's own show an earlier day now. One clock alone moves nothing, since
    /// either may be the wrong one.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn settle_first_day(&mut self, now: UtcMillis, zone: Zone) -> Result<(), DiaryError> {
        let first = self.device.first_day;
        let Some(server) = self.store.conversation()?.server_time else { return Ok(()) };
        let shown: DiaryDay = self.day(now, zone).max(self.day(server, zone));
        if shown < first {
            self.store.first_day_at_latest(shown)?;
            self.reload()?;
        }
        Ok(())
    }
}
