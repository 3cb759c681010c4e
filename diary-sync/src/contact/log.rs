//! Reading the server's log, its greeting, and versions of the study.

use diary_core::api::{self, Cursor, Head, Hello, LogPage, PAGE_MAX_RECORDS, WAIT_MAX_S};
use diary_core::diary::Diary;
use diary_core::ids::{Hash, Nonce};
use diary_core::keys::Offered;
use diary_core::signed::Signed;
use diary_core::store::{Direction, IncarnationEndReason};

use super::access::{TRIES_MAX, Token};
use super::{BundleNeed, Contact, Heard, Pending, Sealing, Setback, StudyFetch};
use crate::conversation::Moment;
use crate::error::SyncError;
use crate::refresh::{self, VerifiedPage};
use crate::sync_issue::{SyncIssue, not_of, problem};
use crate::transport::{Request, Response};

/// Reading of the log in this contact.
#[derive(Debug)]
pub(super) struct LogReading {
    pub(super) place: LogPlace,
    /// Seconds that the log may still be waited at. Counted by replies, not by a clock that may be set.
    pub(super) wait_left_s: u32,
}

/// Place in the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LogPlace {
    /// More is to be read.
    Open,
    /// It was read to its end under an older bundle, and is to be read again from its beginning.
    Again,
    /// It was read to its end.
    End,
    /// The server reported in this contact that the phone was revoked: it may not read, but still hands over its parcels. It
    /// asks again in each contact, since the server may have gone back to a state before the revocation.
    SwitchedOff,
}

/// A page that was asked for.
#[derive(Debug)]
pub(super) struct PageAsked {
    nonce: Nonce,
    /// Place in the log when it was asked for.
    held: Option<Cursor>,
    /// Place after which it was asked for.
    after: Option<Cursor>,
    wait_s: u32,
}

impl Contact {
    /// Asks for the next page. Waits at the log only if everything was read and some entry is not in the record yet.
    pub(super) fn page(
        &mut self,
        diary: &mut Diary,
        moment: &Moment<'_>,
    ) -> Result<(Pending, Request), SyncError> {
        let held = diary.store().cursor()?;
        // The cursor stays until the answer is here: by it the server sees, and this phone is told, that the log fell back.
        let after = held.filter(|_| self.log.place != LogPlace::Again);
        let unsettled = diary.store().not_settled()? > 0;
        let wait_s = if unsettled { self.log.wait_left_s.min(WAIT_MAX_S) } else { 0 };
        let nonce = moment.nonce();
        let at = after.map_or_else(String::new, |cursor| format!("cursor={cursor}&"));
        let path = format!("{}?{at}limit={PAGE_MAX_RECORDS}&wait={wait_s}&nonce={nonce}", api::VAULT_LOG);
        let request = Request { token: self.access.held(), ..get(diary, path, wait_s + 30) };
        Ok((Pending::Page(PageAsked { nonce, held, after, wait_s }), request))
    }

    pub(super) fn took_page(
        &mut self,
        diary: &mut Diary,
        (asked, reply): (&PageAsked, &Response),
        moment: &Moment<'_>,
    ) -> Heard {
        if reply.status == 401 && self.access.tries < TRIES_MAX {
            self.access.token = Token::None;
            return Ok(None);
        }
        if let Some(trouble) = not_of(reply, api::CBOR) {
            return Ok(Some(Setback::of(trouble, reply)));
        }
        // An answer file that was taken while the request was under way has moved the place: the page is asked for anew.
        if diary.store().cursor()? != asked.held {
            return Ok(None);
        }
        let Ok(page) = LogPage::from_bytes(&reply.body) else {
            return Ok(Some(SyncIssue::NotTheServer.into()));
        };
        let bundle = diary.bundle()?;
        let Ok((_, head)) = Head::verify(&page.head, &bundle, diary.vault(), asked.nonce) else {
            return Ok((!self.want_bundle()).then(|| SyncIssue::Signature.into()));
        };
        let Ok(next) = page.follow(asked.after.as_ref(), &head) else {
            return Ok(Some(SyncIssue::Log.into()));
        };
        self.learns_of(&head, &bundle, diary);
        let restarted = asked.after.filter(|cursor| page.after == 0 && cursor.n > 0);
        self.heard(diary, (&page.head, &head), restarted)?;
        if self.log.place == LogPlace::Again {
            diary.judge_again(bundle.version)?;
            self.log.place = LogPlace::Open;
        }
        let verified = VerifiedPage { records: &page.records, by: head.server, next };
        let read = refresh::read(diary, &bundle, &verified, moment.now)?;
        diary.take_page(&read.page)?;
        diary.contact_made(Direction::Pull, moment.now, head.server_time)?;
        if read.not_ours {
            self.begin_incarnation(diary, (0, IncarnationEndReason::Ahead), moment)?;
        }
        self.outcome.downlink += u32::try_from(page.records.len()).unwrap_or(u32::MAX);
        if page.records.is_empty() {
            self.log.wait_left_s = self.log.wait_left_s.saturating_sub(asked.wait_s.max(1));
        }
        let settled = diary.store().not_settled()? == 0;
        if next.n >= head.n && diary.store().is_to_judge_again(bundle.version)? {
            self.log.place = LogPlace::Again;
        } else if next.n >= head.n && (settled || self.log.wait_left_s == 0) {
            self.log.place = LogPlace::End;
        }
        Ok(None)
    }

    /// Asks for the server's greeting.
    pub(super) fn hello(&mut self, diary: &Diary, moment: &Moment<'_>) -> (Pending, Request) {
        self.bundle = BundleNeed::Asked;
        let nonce = moment.nonce();
        (Pending::Hello(nonce), get(diary, format!("{}?nonce={nonce}", api::HELLO), 30))
    }

    /// Takes the bundle of the server's greeting where it is newer.
    pub(super) fn took_hello(&mut self, diary: &mut Diary, (nonce, reply): (Nonce, &Response)) -> Heard {
        if let Some(trouble) = not_of(reply, api::CBOR) {
            return Ok(Some(Setback::of(trouble, reply)));
        }
        let greeting = Signed::from_bytes(&reply.body)
            .ok()
            .and_then(|signed| Hello::verify(&signed, &diary.device().root, nonce).ok());
        let Some((hello, _)) = greeting else { return Ok(Some(SyncIssue::Signature.into())) };
        match diary.take_bundle(&hello.bundle)? {
            Offered::Newer => {
                self.sealing = Sealing::Possible;
                // Records that could not be judged before can be judged now.
                if self.log.place == LogPlace::End {
                    self.log.place = LogPlace::Open;
                }
            }
            Offered::Same => {}
            // After a failed signature this is the cause: the server's key is named only by its own bundle. A server with an
            // older bundle has lost the held one, and this phone takes none that is signed up to the held number.
            Offered::Older | Offered::Conflict => {
                self.offering.bundle_lost = true;
                if matches!(self.outcome.trouble, None | Some(SyncIssue::Signature)) {
                    self.outcome.trouble = Some(SyncIssue::BundleConflict);
                }
            }
        }
        Ok(None)
    }

    /// Takes the version of the study that the bundle names into force once it is seen to load.
    pub(super) fn took_study(
        &mut self,
        diary: &mut Diary,
        (hash, reply): (Hash, &Response),
        moment: &Moment<'_>,
    ) -> Heard {
        self.study = StudyFetch::Answered;
        if reply.status != 200 {
            return Ok(Some(Setback::of(problem(reply), reply)));
        }
        let is_named = diary_core::hash::sha256(&reply.body) == hash;
        if is_named && diary.take_study(&reply.body, moment.now)? {
            return Ok(None);
        }
        Ok(Some(SyncIssue::Study.into()))
    }
}

/// Asks for the newest version of the study that the bundle names.
pub(super) fn study(diary: &Diary, hash: Hash) -> (Pending, Request) {
    (Pending::Study(hash), get(diary, format!("{}{hash}", api::STUDY), 60))
}

fn get(diary: &Diary, path: String, timeout_s: u32) -> Request {
    Request::get(&diary.device().api_host, path, timeout_s)
}
