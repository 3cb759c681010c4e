//! Taking an answer file: receipts and pages of the log that came by hand go the way of those that come by network,
//! verified in the same places. An old file, or one that is taken twice, changes nothing.

use diary_core::api::{AnswerFile, Cursor, Head, LogPage};
use diary_core::diary::Diary;
use diary_core::hash::sha256;
use diary_core::ids::KeyId;
use diary_core::keys::Bundle;
use diary_core::text::Lang;
use diary_core::time::{DAY_MS, UtcMillis};

use crate::contact::SyncError;
use crate::{refresh, settle};

/// What an answer file brought.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Taken {
    /// Records of the log that were new.
    pub records: u32,
    /// Parts that could not be read or verified; they were left out.
    pub left_out: u32,
    /// The file starts after what this diary has read: one that came before it is missing.
    pub gap: bool,
    /// Revisions the hospital has not received yet.
    pub waiting: u64,
    /// Revisions received that are not in the record yet.
    pub unmerged: u64,
}

/// Why an answer file is not taken.
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

impl TakeError {
    /// What it means for the participant and what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::NotAnAnswer => (
                "This is not an answer file, or it was damaged on the way. Nothing was changed; please ask the study team for it again.",
                "这不是回执文件，或者文件已损坏。没有改动任何内容，请向研究人员再要一份。",
            ),
            Self::OtherDiary => (
                "This answer is for another phone or another diary. Nothing was changed.",
                "这份回执不是给本机日记的。没有改动任何内容。",
            ),
            Self::OtherStudy => (
                "This answer does not come from the study that this diary has joined. Nothing was changed; please tell the study team.",
                "这份回执不是来自本日记参加的研究。没有改动任何内容，请告诉研究人员。",
            ),
            Self::Sync(error) => return error.message(lang),
        };
        lang.pick(en, zh).to_owned()
    }
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
/// [`TakeError`]; what was taken before it stays.
pub fn take(diary: &mut Diary, bytes: &[u8], now: UtcMillis) -> Result<Taken, TakeError> {
    let answer = AnswerFile::from_bytes(bytes).map_err(|_| TakeError::NotAnAnswer)?;
    if answer.vault != diary.vault() || answer.device != diary.device().signing.id() {
        return Err(TakeError::OtherDiary);
    }
    Bundle::verify(&answer.bundle, &diary.device().root).map_err(|_| TakeError::OtherStudy)?;
    diary.take_bundle(&answer.bundle)?;
    let bundle = diary.bundle()?;
    let mut taken = Taken::default();
    receipts(diary, &bundle, &answer, now, &mut taken)?;
    for page in &answer.pages {
        let (cursor, met) = (diary.store().cursor()?, diary.store().conversation()?.server_time);
        // A clock that was ahead then says nothing of what came before or after.
        let met = met.filter(|met| met.since_ms(now) <= DAY_MS);
        match plan(cursor, met, &bundle, page, &answer) {
            PagePlan::Take { page, next, by } => {
                let read =
                    refresh::read(diary.store(), diary.device(), &bundle, (&page.records, by), next, now)?;
                diary.store_mut().take_page(&read.page)?;
                diary.reload()?;
                taken.records += u32::try_from(page.records.len()).unwrap_or(u32::MAX);
                taken.left_out += read.unreadable;
            }
            PagePlan::Known => {}
            PagePlan::Gap => taken.gap = true,
            PagePlan::LeaveOut => taken.left_out += 1,
        }
    }
    study(diary, &bundle, &answer, now, &mut taken)?;
    // What could not be judged under the bundle before is in the answer to the next file, or in the log at the next contact.
    diary.store_mut().judge_again(bundle.version)?;
    diary.reload()?;
    taken.waiting = diary.store().not_received()?;
    taken.unmerged = diary.store().not_settled()?;
    Ok(taken)
}

/// Receipts are each proven by their own signature, wherever the log stands.
fn receipts(
    diary: &mut Diary,
    bundle: &Bundle,
    answer: &AnswerFile,
    now: UtcMillis,
    taken: &mut Taken,
) -> Result<(), TakeError> {
    let mut verified = Vec::with_capacity(answer.receipts.len());
    for bytes in &answer.receipts {
        verified.extend(settle::received(diary.store(), bundle, answer.vault, bytes, now)?);
    }
    taken.left_out += u32::try_from(answer.receipts.len() - verified.len()).unwrap_or(u32::MAX);
    Ok(diary.store_mut().add_receipts(&verified)?)
}

/// What becomes of a page.
#[derive(Debug, PartialEq, Eq)]
enum PagePlan {
    /// Take these records, after which the log stands there.
    Take { page: LogPage, next: Cursor, by: KeyId },
    /// Everything in it was read before.
    Known,
    /// It starts after what was read.
    Gap,
    /// Not signed by the server, or it does not follow.
    LeaveOut,
}

/// `met`: the server's clock at the last contact over a network.
fn plan(
    cursor: Option<Cursor>,
    met: Option<UtcMillis>,
    bundle: &Bundle,
    page: &LogPage,
    answer: &AnswerFile,
) -> PagePlan {
    let nonce = AnswerFile::nonce(answer.vault, answer.device);
    let Ok((_, head)) = Head::verify(&page.head, bundle, answer.vault, nonce) else {
        return PagePlan::LeaveOut;
    };
    let mut page = page.clone();
    // Another life of the server: its log is read from the beginning, unless it is the one before this diary's last
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

/// A version of the study that the bundle names, where it is newer than the one here.
fn study(
    diary: &mut Diary,
    bundle: &Bundle,
    answer: &AnswerFile,
    now: UtcMillis,
    taken: &mut Taken,
) -> Result<(), TakeError> {
    let Some(bytes) = &answer.study else { return Ok(()) };
    let named = bundle.studies.iter().any(|study| study.hash == sha256(bytes));
    if named {
        diary.take_study(bytes, now)?;
    } else {
        taken.left_out += 1;
    }
    Ok(())
}
