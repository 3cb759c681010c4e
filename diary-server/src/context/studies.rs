//! Cache of the study's published versions. Parsing one takes milliseconds, more than all other work for a report.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diary_core::hash::sha256;
use diary_core::ids::Hash;
use diary_core::keys::StudyVersionRef;
use diary_core::study::{Study, StudyErrors, StudyPackage};

use diary_core::study::Studies;
use diary_store::StudyFile;

/// Reason for which a published file cannot be used as a study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// No file of a published version is at hand.
    Absent,
    /// It is not the file that was published.
    Altered,
    /// It is of a format that is not known here.
    Format,
    /// Its content is inconsistent.
    Study(StudyErrors),
}

/// Versions that were read before, by the hash of their files.
#[derive(Default)]
pub struct StudyCache(Mutex<HashMap<Hash, Arc<Study>>>);

impl StudyCache {
    /// The study in a published file.
    ///
    /// # Errors
    /// [`Unread`].
    pub fn study(&self, file: &StudyFile) -> Result<Arc<Study>, Unread> {
        // Keyed by the hash of the bytes themselves, so that an altered file is never taken for the published one.
        let hash = sha256(&file.bytes);
        if hash != file.hash {
            return Err(Unread::Altered);
        }
        if let Some(known) = self.lock().get(&hash) {
            return Ok(Arc::clone(known));
        }
        let package = StudyPackage::decode(&file.bytes).map_err(|_| Unread::Format)?;
        let study = Arc::new(Study::load(&package).map_err(Unread::Study)?);
        self.lock().insert(hash, Arc::clone(&study));
        Ok(study)
    }

    /// Every version of those `published` that is at hand and can be read.
    #[must_use]
    pub fn all(&self, published: &[StudyVersionRef], files: &[StudyFile]) -> Studies {
        let named = |file: &&StudyFile| published.iter().any(|study| study.hash == file.hash);
        let read = files.iter().filter(named).filter_map(|file| self.study(file).ok());
        read.map(|study| (study.version(), study)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Hash, Arc<Study>>> {
        // A panic of another thread cannot leave half a study in the map, so a poisoned lock is usable.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for StudyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StudyCache(..)")
    }
}

#[cfg(test)]
mod tests {
    use diary_core::study::shipped;

    use super::*;

    fn file() -> StudyFile {
        let bytes = shipped::nct06836973().encode();
        StudyFile { hash: sha256(&bytes), version: 1, bytes }
    }

    fn published(file: &StudyFile) -> [StudyVersionRef; 1] {
        [StudyVersionRef { version: file.version, hash: file.hash }]
    }

    #[test]
    fn a_file_is_read_once() {
        let (cache, file) = (StudyCache::default(), file());
        let first = cache.study(&file).unwrap();
        assert!(Arc::ptr_eq(&first, &cache.study(&file.clone()).unwrap()));
        assert!(Arc::ptr_eq(&first, &cache.all(&published(&file), std::slice::from_ref(&file))[&1]));
    }

    #[test]
    fn a_file_that_was_altered_is_not_read_also_where_it_was_read_before() {
        let (cache, file) = (StudyCache::default(), file());
        cache.study(&file).unwrap();
        let mut altered = file.clone();
        altered.bytes[100] ^= 1;
        assert_eq!(cache.study(&altered), Err(Unread::Altered));
        let newer = StudyFile { hash: sha256(b"newer"), version: 2, bytes: b"newer".to_vec() };
        assert_eq!(cache.study(&newer), Err(Unread::Format));
        altered.hash = sha256(&altered.bytes);
        assert_ne!(cache.study(&altered).ok(), cache.study(&file).ok());
        assert!(cache.all(&published(&file), &[StudyFile { bytes: Vec::new(), ..file.clone() }]).is_empty());
        assert!(cache.all(&published(&file), &[altered]).is_empty(), "nobody published it");
    }
}
