//! Verbs by which a contact with the server changes a diary. Each is one transaction of the store; where it changes the
//! device's own row, that row is read again. A host may save entries between any two of them.

use super::{Diary, DiaryError};
use crate::ids::{Incarnation, RevisionId};
use crate::store::{Direction, DownlinkPage, HeldGrant, HeldReceipt, IncarnationEndReason, NewParcel};
use crate::text::Lang;
use crate::time::UtcMillis;

impl Diary {
    /// Lets the next contact begin at once, whatever wait a failure has left.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn retry_now(&mut self) -> Result<(), DiaryError> {
        Ok(self.store.retry_now()?)
    }

    /// Notes that a server answered, and when by its clock.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn contact_made(
        &mut self,
        direction: Direction,
        now: UtcMillis,
        server_time: UtcMillis,
    ) -> Result<(), DiaryError> {
        Ok(self.store.contact_made(direction, now, Some(server_time))?)
    }

    /// Notes that a request failed, when to try again, and the code of the reason.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn contact_failed(
        &mut self,
        direction: Direction,
        after: UtcMillis,
        code: &str,
    ) -> Result<(), DiaryError> {
        Ok(self.store.contact_failed(direction, after, code)?)
    }

    /// Notes whether the server wants grants with the next push.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn want_grants(&mut self, wanted: bool) -> Result<(), DiaryError> {
        Ok(self.store.want_grants(wanted)?)
    }

    /// Has the server asked again about what it received before `before` and did not merge.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn recheck_unsettled(&mut self, before: UtcMillis) -> Result<(), DiaryError> {
        Ok(self.store.recheck_unsettled(before)?)
    }

    /// Has the server asked again about everything that it received: it has lost a part of it.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn recheck_all(&mut self) -> Result<(), DiaryError> {
        Ok(self.store.recheck_all()?)
    }

    /// Notes that the server has everything of a incarnation.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn rechecked(&mut self, incarnation: Incarnation) -> Result<(), DiaryError> {
        Ok(self.store.rechecked(incarnation)?)
    }

    /// Keeps verified receipts.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn add_receipts(&mut self, receipts: &[HeldReceipt]) -> Result<(), DiaryError> {
        Ok(self.store.add_receipts(receipts)?)
    }

    /// Notes how far the server was given what it may have lost.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn handed_back(&mut self, next: Option<i64>) -> Result<(), DiaryError> {
        Ok(self.store.handed_back(next)?)
    }

    /// Has the log read again where a part of it could not be judged under an older bundle.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn judge_again(&mut self, bundle: u64) -> Result<(), DiaryError> {
        Ok(self.store.judge_again(bundle)?)
    }

    /// Keeps a grant before anything is sealed under it.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn add_grant(&mut self, incarnation: Incarnation, grant: &HeldGrant) -> Result<(), DiaryError> {
        Ok(self.store.add_grant(incarnation, grant)?)
    }

    /// Keeps a sealed parcel before it is sent.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn add_parcel(&mut self, parcel: &NewParcel<'_>, now: UtcMillis) -> Result<(), DiaryError> {
        Ok(self.store.add_parcel(parcel, now)?)
    }

    /// Puts aside a revision that cannot be sealed, with the code of the reason.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn mark_stuck(&mut self, revision: RevisionId, code: &str) -> Result<(), DiaryError> {
        Ok(self.store.mark_stuck(revision, code)?)
    }

    /// Tries again to seal what was put aside.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn unstick(&mut self) -> Result<(), DiaryError> {
        Ok(self.store.unstick()?)
    }

    /// Takes a verified page of the log.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn take_page(&mut self, page: &DownlinkPage) -> Result<(), DiaryError> {
        self.store.take_page(page)?;
        self.reload()
    }

    /// Keeps the verified revocation of this device.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn revoked(&mut self, revocation: &[u8]) -> Result<(), DiaryError> {
        self.store.revoked(revocation)?;
        self.reload()
    }

    /// Notes that a server has the sealed recovery secret.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn recovery_secret_stored(&mut self, at: UtcMillis) -> Result<(), DiaryError> {
        self.store.recovery_secret_stored(at)?;
        self.reload()
    }

    /// Ends the present incarnation and begins `new`.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn begin_incarnation(
        &mut self,
        new: Incarnation,
        server_has: u64,
        why: IncarnationEndReason,
        now: UtcMillis,
    ) -> Result<(), DiaryError> {
        self.store.begin_incarnation(new, server_has, why, now)?;
        self.reload()
    }

    /// Keeps the newest signed head of a server. `fell_back`: it has lost something since the last one.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn take_head(&mut self, head: &[u8], fell_back: bool) -> Result<(), DiaryError> {
        self.store.take_head(head, fell_back)?;
        if fell_back { self.reload() } else { Ok(()) }
    }

    /// Changes the language.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn set_lang(&mut self, lang: Lang) -> Result<(), DiaryError> {
        self.store.set_lang(lang)?;
        self.reload()
    }
}
