//! Answer to the files of one phone: receipts, and the vault's log from the phone's cursor, in a file to be carried
//! back. It holds nothing that a contact over the network would not have brought.

use diary_core::api::{
    ANSWER_MAX_BYTES, AnswerFile, Cursor, Head, LogPage, PAGE_MAX_RECORDS, REPLY_MAX_BYTES,
};
use diary_core::ids::{KeyId, VaultId};
use diary_core::keys::Bundle;

use super::Owed;
use crate::context::active::ActiveStudy;
use crate::site::{DeviceService, StaffError};
use diary_store::{LogQuery, LogReader, StoreError, StoredPage};

/// Bytes of a page apart from its records.
const AROUND_RECORDS_BYTES: usize = 64 * 1024;
/// Bytes of an answer apart from its pages: receipts, bundle, study.
const AROUND_PAGES_BYTES: usize = 8 * 1024 * 1024;

/// An answer for one phone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The participant.
    pub subject: String,
    /// The phone.
    pub device: KeyId,
    /// The phone is revoked and reads nothing but its receipts.
    pub receipts_only: bool,
    /// The file.
    pub file: AnswerFile,
}

impl DeviceService<'_> {
    /// Makes the answer for a phone.
    pub(super) async fn answer(
        &self,
        setting: &ActiveStudy,
        vault: VaultId,
        device: KeyId,
        owed: Owed,
    ) -> Result<Answer, StaffError> {
        let cursor = owed.cursor.filter(|_| !owed.from_start);
        let pages = self.pages(&setting.bundle, vault, device, cursor).await?;
        let newest = setting.bundle.newest_study().map(|study| study.hash);
        let study = newest.filter(|hash| owed.study != Some(*hash)).and_then(|hash| {
            let file = setting.files.iter().find(|file| file.hash == hash)?;
            Some(file.bytes.clone().into())
        });
        Ok(Answer {
            subject: owed.subject,
            device,
            receipts_only: pages.is_none(),
            file: AnswerFile {
                vault,
                device,
                bundle: setting.signed_bundle.clone(),
                receipts: owed.receipts.into_iter().map(Into::into).collect(),
                pages: pages.unwrap_or_default(),
                study,
            },
        })
    }

    /// Log from the cursor on; `None` for a phone that may not read it. The rest of a log that does not fit is left
    /// for the answer to the next file.
    async fn pages(
        &self,
        bundle: &Bundle,
        vault: VaultId,
        reader: KeyId,
        mut cursor: Option<Cursor>,
    ) -> Result<Option<Vec<LogPage>>, StaffError> {
        let (mut pages, mut bytes) = (Vec::new(), 0);
        loop {
            let query = LogQuery {
                vault,
                reader: LogReader::Device(reader),
                cursor,
                limit: PAGE_MAX_RECORDS,
                max_bytes: REPLY_MAX_BYTES - AROUND_RECORDS_BYTES,
            };
            let stored = match self.store().log_page(query).await {
                Ok(stored) => stored,
                Err(StoreError::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let page = self.page(vault, reader, stored);
            bytes += page.to_bytes().len();
            if bytes > ANSWER_MAX_BYTES - AROUND_PAGES_BYTES {
                return Ok(Some(pages));
            }
            let nonce = AnswerFile::nonce(vault, reader);
            let at = Head::verify(&page.head, bundle, vault, nonce).ok();
            let next = at.and_then(|(_, head)| Some((page.follow(cursor.as_ref(), &head).ok()?, head.n)));
            let whole = next.is_none_or(|(next, n)| next.n >= n) || page.records.is_empty();
            cursor = next.map(|(next, _)| next);
            pages.push(page);
            if whole {
                return Ok(Some(pages));
            }
        }
    }

    fn page(&self, vault: VaultId, reader: KeyId, stored: StoredPage) -> LogPage {
        let signing = &self.keeper_keys().signing;
        let head = Head {
            server: signing.id(),
            epoch: stored.epoch,
            vault,
            incarnation: None,
            n: stored.head.n,
            chain: stored.head.chain,
            server_time: self.now(),
            nonce: AnswerFile::nonce(vault, reader),
            // The answer itself contains the newest bundle.
            bundle: None,
            bundle_hash: None,
        };
        LogPage { after: stored.after, records: stored.records, head: head.sign(signing) }
    }
}
