//! Reading the server's log, its greeting, and versions of the study.

use diary_core::api::{self, Head, Hello, LogPage, PAGE_MAX_RECORDS, WAIT_MAX_S};
use diary_core::diary::Diary;
use diary_core::ids::Hash;
use diary_core::keys::Offered;
use diary_core::signed::Signed;
use diary_core::store::{Direction, LifeEnd};
use diary_core::study::{Study, StudyPackage};

use super::{Session, SyncError};
use crate::refresh;
use crate::transport::{Method, Request, Response, Transport};
use crate::trouble::{Trouble, problem};

/// Reads one page. Waits at the log only when everything was read and something is still to come.
pub(super) async fn pull<T: Transport>(
    diary: &mut Diary,
    session: &mut Session<'_, T>,
) -> Result<(), SyncError> {
    let held = diary.bundle()?.version;
    diary.store_mut().judge_again(held)?;
    let cursor = diary.store().cursor()?;
    let unsettled = diary.store().not_settled()? > 0;
    let wait = if unsettled { session.wait_left_s.min(WAIT_MAX_S) } else { 0 };
    let nonce = session.nonce();
    let at = cursor.map_or_else(String::new, |cursor| format!("cursor={cursor}&"));
    let path = format!("{}?{at}limit={PAGE_MAX_RECORDS}&wait={wait}&nonce={nonce}", api::VAULT_LOG);
    let request = get(diary, path, session.token.clone(), wait + 30);
    let response = match session.transport.send(request).await {
        Ok(response) => response,
        Err(error) => return session.failed(diary, Direction::Pull, error.into(), None),
    };
    if response.status == 401 && session.token_tries < 2 {
        session.token = None;
        return Ok(());
    }
    if let Some(trouble) = not_of(&response, api::CBOR) {
        return session.failed(diary, Direction::Pull, trouble, response.retry_after_s);
    }
    let Ok(page) = LogPage::from_bytes(&response.body) else {
        return session.failed(diary, Direction::Pull, Trouble::NotTheServer, None);
    };
    let bundle = diary.bundle()?;
    let Ok((_, head)) = Head::verify(&page.head, &bundle, diary.vault(), nonce) else {
        session.bundle_wanted = !session.hello_tried;
        if session.bundle_wanted {
            return Ok(());
        }
        return session.failed(diary, Direction::Pull, Trouble::Signature, None);
    };
    let Ok(next) = page.follow(cursor.as_ref(), &head) else {
        return session.failed(diary, Direction::Pull, Trouble::Log, None);
    };
    session.learns_of(&head, &bundle);
    let restarted = cursor.filter(|cursor| page.after == 0 && cursor.n > 0);
    session.heard(diary, &page.head, &head, restarted)?;
    let now = session.now();
    let read =
        refresh::read(diary.store(), diary.device(), &bundle, (&page.records, head.server), next, now)?;
    diary.store_mut().take_page(&read.page)?;
    diary.store_mut().contact_made(Direction::Pull, now, Some(head.server_time))?;
    if read.not_ours {
        session.begin(diary, 0, LifeEnd::Ahead)?;
    }
    session.outcome.downlink += u32::try_from(page.records.len()).unwrap_or(u32::MAX);
    let whole = next.n >= head.n;
    let settled = diary.store().not_settled()? == 0;
    if page.records.is_empty() {
        session.wait_left_s = session.wait_left_s.saturating_sub(wait.max(1));
    }
    session.pulled = whole && (settled || session.wait_left_s == 0);
    diary.reload()?;
    Ok(())
}

/// Fetches the server's greeting and takes its bundle where it is newer.
pub(super) async fn hello<T: Transport>(
    diary: &mut Diary,
    session: &mut Session<'_, T>,
) -> Result<(), SyncError> {
    session.bundle_wanted = false;
    session.hello_tried = true;
    let nonce = session.nonce();
    let request = get(diary, format!("{}?nonce={nonce}", api::HELLO), None, 30);
    let response = match session.transport.send(request).await {
        Ok(response) => response,
        Err(error) => return session.failed(diary, Direction::Pull, error.into(), None),
    };
    if let Some(trouble) = not_of(&response, api::CBOR) {
        return session.failed(diary, Direction::Pull, trouble, response.retry_after_s);
    }
    let greeting = Signed::from_bytes(&response.body)
        .ok()
        .and_then(|signed| Hello::verify(&signed, &diary.device().root, nonce).ok());
    let Some((hello, _)) = greeting else {
        return session.failed(diary, Direction::Pull, Trouble::Signature, None);
    };
    match diary.take_bundle(&hello.bundle)? {
        Offered::Newer => {
            session.seal_failed = false;
            // What could not be judged before can be now.
            session.pulled = false;
        }
        Offered::Same | Offered::Older => {}
        // A server that only its own bundle names signs what this phone cannot check: this is why.
        Offered::Conflict => {
            if matches!(session.outcome.trouble, None | Some(Trouble::Signature)) {
                session.outcome.trouble = Some(Trouble::BundleConflict);
            }
        }
    }
    Ok(())
}

/// Fetches the newest version of the study that the bundle names and takes it into force once it is seen to load.
pub(super) async fn fetch_study<T: Transport>(
    diary: &mut Diary,
    session: &mut Session<'_, T>,
    hash: Hash,
) -> Result<(), SyncError> {
    let request = get(diary, format!("{}{hash}", api::STUDY), None, 60);
    let response = match session.transport.send(request).await {
        Ok(response) => response,
        Err(error) => return session.failed(diary, Direction::Pull, error.into(), None),
    };
    session.study_tried = true;
    if response.status != 200 {
        let trouble = problem(&response);
        return session.failed(diary, Direction::Pull, trouble, response.retry_after_s);
    }
    let is_named = diary_core::hash::sha256(&response.body) == hash;
    if !is_named || !diary.take_study(&response.body, session.now())? {
        return session.failed(diary, Direction::Pull, Trouble::Study, None);
    }
    Ok(())
}

/// The study of a package, if the bytes are the ones announced and load.
pub(crate) fn load_study(bytes: &[u8], hash: Hash) -> Option<Study> {
    if diary_core::hash::sha256(bytes) != hash {
        return None;
    }
    Study::load(&StudyPackage::decode(bytes).ok()?).ok()
}

fn get(diary: &Diary, path: String, token: Option<String>, timeout_s: u32) -> Request {
    Request {
        method: Method::Get,
        host: diary.device().api_host.clone(),
        path,
        content_type: api::CBOR,
        body: Vec::new(),
        token,
        timeout_s,
    }
}

/// What is wrong with a response that should be a success of this media type.
pub(super) fn not_of(response: &Response, media_type: &str) -> Option<Trouble> {
    match response.status {
        200 if response.is_of(media_type) => None,
        200 => Some(Trouble::NotTheServer),
        _ => Some(problem(response)),
    }
}
