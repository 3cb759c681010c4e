//! Versions of the study, and the bundle that names them. Those in force only ever rise; what was begun or recorded under
//! an earlier version is finished and corrected under that one.

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
    /// The newest version of the study that the bundle names, where it is newer than the one in force here: what is still
    /// to be fetched.
    ///
    /// # Errors
    /// [`DiaryError::Trust`] where the stored bundle does not verify.
    pub fn study_owed(&self) -> Result<Option<Hash>, DiaryError> {
        let bundle = self.bundle()?;
        let newer = bundle.newest_study().filter(|newest| newest.version > self.study.version());
        Ok(newer.map(|newest| newest.hash))
    }

    /// Takes the study in `package` into force at `now`, where it is a newer version of this diary's study; says whether
    /// it is in force. Earlier versions stay.
    ///
    /// # Errors
    /// When the store refuses.
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

    /// Takes a bundle where it replaces the one here, and says how it stands to that one.
    ///
    /// # Errors
    /// [`DiaryError::Trust`] for a bundle that the pinned root did not sign; when the store refuses.
    pub fn take_bundle(&mut self, signed: &Signed) -> Result<Offered, DiaryError> {
        let bundle = Bundle::verify(signed, &self.device.root).map_err(|_| DiaryError::Trust)?;
        let offered = bundle.offered_to(&self.bundle()?);
        match offered {
            Offered::Newer => {
                self.store.take_bundle(&signed.to_bytes())?;
                self.reload()?;
            }
            Offered::Same | Offered::Older | Offered::Conflict => {}
        }
        Ok(offered)
    }

    /// The version of the study under which the answers at a place are given: that of the draft where one is begun, else
    /// the one in force.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn study_at(&self, place: &DraftPlace) -> Result<Arc<Study>, DiaryError> {
        Ok(self.study_of_draft(self.store.draft(place)?.as_ref()))
    }

    pub(super) fn study_of_draft(&self, draft: Option<&Draft>) -> Arc<Study> {
        let begun = draft.and_then(|draft| draft.study);
        begun.and_then(|hash| self.earlier(&hash)).unwrap_or_else(|| Arc::clone(&self.study))
    }

    /// The version `version` of the study, where this phone has it, else the one in force: that under which an entry is
    /// shown and corrected.
    ///
    /// # Errors
    /// When the store refuses.
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

    /// The study in a package that is here, read once. A package that this program cannot read is none.
    fn earlier(&self, hash: &Hash) -> Option<Arc<Study>> {
        if *hash == self.device.study_hash {
            return Some(Arc::clone(&self.study));
        }
        let read = || load_study(&self.store, hash).ok().map(Arc::new);
        self.earlier.borrow_mut().entry(*hash).or_insert_with(read).clone()
    }

    /// Moves the first diary day back where this phone's clock had run ahead when it joined: where the clock of the server
    /// at the last contact and the phone's own both show an earlier day now. One clock alone moves nothing, since either
    /// may be the wrong one.
    ///
    /// # Errors
    /// When the store refuses.
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
