//! Reads an answer file: receipts and pages of the log from a file are treated as those from the network,
//! verified in the same places. An old file, or one that is read twice, changes nothing.

use diary_core::api::{AnswerFile, Cursor, Head, LogPage};
use diary_core::diary::Diary;
use diary_core::hash::sha256;
use diary_core::ids::KeyId;
use diary_core::keys::Bundle;
use diary_core::time::{DAY_MS, UtcMillis};

use crate::error::SyncError;
use crate::refresh::{self, VerifiedPage};
use crate::settle::ReceiptCheck;

/// Result of reading an answer file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Taken {
    /// Records of the log that were new.
    pub records: u32,
    /// Parts that could not be read or verified; they were left out.
    pub left_out: u32,
    /// The file starts after the end of the log as this diary has read it: an earlier file is missing.
    pub gap: bool,
    /// Revisions the hospital has not received yet.
    pub waiting: u64,
    /// Revisions received that are not in the record yet.
    pub unmerged: u64,
}

/// Reason why an answer file is refused.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// Not an answer file, or damaged.
    #[error("not an answer file, or damaged")]
    NotAnAnswer,
    /// For another diary.
    #[error("the answer is for another diary")]
    OtherDiary,
    /// Not signed by the study that this diary has joined.
    #[error("the answer is not of this diary's study")]
    OtherStudy,
    /// The diary or its store refused.
    #[error(transparent)]
    Sync(#[from] SyncError),
}

impl From<diary_core::diary::DiaryError> for TakeError {
    fn from(error: diary_core::diary::DiaryError) -> Self {
        Self::Sync(error.into())
    }
}

impl From<diary_core::store::StoreError> for TakeError {
    fn from(error: diary_core::store::StoreError) -> Self {
        Self::Sync(error.into())
    }
}

/// Takes an answer file over.
///
/// # Errors
/// [`TakeError`]; parts that were accepted before it are kept.
pub fn take(diary: &mut Diary, bytes: &[u8], now: UtcMillis) -> Result<Taken, TakeError> {
    let file = AnswerFile::from_bytes(bytes).map_err(|_| TakeError::NotAnAnswer)?;
    if file.vault != diary.vault() || file.device != diary.device().signing.id() {
        return Err(TakeError::OtherDiary);
    }
    Bundle::verify(&file.bundle, &diary.device().root).map_err(|_| TakeError::OtherStudy)?;
    diary.take_bundle(&file.bundle)?;
    let bundle = diary.bundle()?;
    let answer = Answer { file: &file, bundle: &bundle, now };
    let mut taken = Taken { left_out: answer.receipts(diary)?, ..Taken::default() };
    for page in &file.pages {
        let (cursor, met) = (diary.store().cursor()?, diary.store().conversation()?.server_time);
        // A server time from far ahead of this device's clock does not show which of the two came first.
        let met = met.filter(|met| met.since_ms(now) <= DAY_MS);
        match answer.plan(cursor, met, page) {
            PagePlan::Take { page, next, by } => {
                let verified = VerifiedPage { records: &page.records, by, next };
                let read = refresh::read(diary, &bundle, &verified, now)?;
                diary.take_page(&read.page)?;
                taken.records += u32::try_from(page.records.len()).unwrap_or(u32::MAX);
                taken.left_out += read.unreadable;
            }
            PagePlan::Known => {}
            PagePlan::Gap => taken.gap = true,
            PagePlan::LeaveOut => taken.left_out += 1,
        }
    }
    taken.left_out += answer.study(diary)?;
    // What could not be judged under the bundle before is in the answer to the next file, or in the log at the next contact.
    diary.judge_again(bundle.version)?;
    diary.reload()?;
    taken.waiting = diary.store().not_received()?;
    taken.unmerged = diary.store().not_settled()?;
    Ok(taken)
}

/// Plan for a page.
#[derive(Debug, PartialEq, Eq)]
enum PagePlan {
    /// Take these records, after which the log stands there.
    Take { page: LogPage, next: Cursor, by: KeyId },
    /// Everything in it was read before.
    Known,
    /// It starts after the end of the log as read so far.
    Gap,
    /// Not signed by the server, or it does not follow.
    LeaveOut,
}

/// An answer file for this diary, and the bundle to verify it under.
struct Answer<'a> {
    file: &'a AnswerFile,
    bundle: &'a Bundle,
    now: UtcMillis,
}

impl Answer<'_> {
    /// Receipts are each proven by their own signature, wherever the log stands. Gives the number of those left out.
    fn receipts(&self, diary: &mut Diary) -> Result<u32, TakeError> {
        let check = ReceiptCheck { bundle: self.bundle, vault: self.file.vault, heard: self.now };
        let mut verified = Vec::with_capacity(self.file.receipts.len());
        for bytes in &self.file.receipts {
            verified.extend(check.received(diary.store(), bytes)?);
        }
        diary.add_receipts(&verified)?;
        Ok(u32::try_from(self.file.receipts.len() - verified.len()).unwrap_or(u32::MAX))
    }

    /// `met`: the server's clock at the last contact over a network.
    fn plan(&self, cursor: Option<Cursor>, met: Option<UtcMillis>, page: &LogPage) -> PagePlan {
        let nonce = AnswerFile::nonce(self.file.vault, self.file.device);
        let Ok((_, head)) = Head::verify(&page.head, self.bundle, self.file.vault, nonce) else {
            return PagePlan::LeaveOut;
        };
        let mut page = page.clone();
        // Another epoch of the server: its log is read from the beginning, unless it is the epoch before this diary's last
        // contact.
        if cursor.is_some_and(|at| at.epoch != head.epoch) && met.is_some_and(|met| met > head.server_time) {
            return PagePlan::Known;
        }
        let cursor = cursor.filter(|at| at.epoch == head.epoch);
        if let Some(at) = cursor {
            // What was read since the file was handed over is passed over.
            if page.after < at.n {
                page.records.retain(|record| record.n > at.n);
                page.after = at.n;
                if page.records.is_empty() {
                    return PagePlan::Known;
                }
            }
        }
        let start = cursor.map_or(0, |at| at.n);
        if page.after > start {
            return PagePlan::Gap;
        }
        match page.follow(cursor.as_ref(), &head) {
            Ok(next) => PagePlan::Take { page, next, by: head.server },
            Err(_) => PagePlan::LeaveOut,
        }
    }

    /// Takes a version of the study that the bundle names, where it is newer than the one here. Gives 1 where it was left out.
    fn study(&self, diary: &mut Diary) -> Result<u32, TakeError> {
        let Some(bytes) = &self.file.study else { return Ok(0) };
        if self.bundle.studies.iter().any(|study| study.hash == sha256(bytes)) {
            diary.take_study(bytes, self.now)?;
            return Ok(0);
        }
        Ok(1)
    }
}
