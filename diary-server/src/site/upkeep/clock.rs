//! The server's clock, compared with the times that were signed, and its confirmation by staff.

use crate::audit::Account;
use crate::audit::{self as trail, Code};
use crate::site::{StaffError, UpkeepService, check_reason};
use diary_core::server_clock::ClockMark;

impl UpkeepService<'_> {
    /// Mark of the clock when something was last signed.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn clock(self) -> Result<ClockMark, StaffError> {
        self.store().clock_mark().await?.ok_or(StaffError::NotFounded)
    }

    /// Accepts the present time of the server's clock, regardless of the later time that it had shown before.
    ///
    /// # Errors
    /// [`StaffError::ReasonForm`], [`StaffError`] of the database.
    pub async fn accept_clock(self, by: &Account, reason: &str) -> Result<(), StaffError> {
        check_reason(reason)?;
        let newest = self.clock().await?.newest;
        let target = newest.map_or_else(|| "newest=none".to_owned(), |newest| format!("newest={newest}"));
        let event = trail::event(by, self.now(), Code::ClockAccept, target, Some(reason));
        Ok(self.store().accept_clock(event).await?)
    }
}
