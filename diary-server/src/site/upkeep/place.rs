//! Place of the study: in this database, or moved from it to another one.

use crate::site::{StaffError, UpkeepService};
use diary_store::StoreError;

/// Place of the study, as this database knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StudyPlace {
    /// In this database.
    Here,
    /// A move from here or to here has begun and is not complete.
    Moving,
    /// In another database; what is here may be outdated.
    Moved,
}

impl UpkeepService<'_> {
    /// Place of the study; `None` where the database holds none.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn study_place(self) -> Result<Option<StudyPlace>, StaffError> {
        let place = match self.store().migration_state().await?.map(|state| state.check()) {
            None => None,
            Some(Ok(())) => Some(StudyPlace::Here),
            Some(Err(StoreError::Moved)) => Some(StudyPlace::Moved),
            Some(Err(StoreError::Moving)) => Some(StudyPlace::Moving),
            Some(Err(other)) => return Err(other.into()),
        };
        Ok(place)
    }
}
