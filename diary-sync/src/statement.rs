//! Statements of a device about itself, and the decision when one is due.

use diary_core::diary::Diary;
use diary_core::entry::EncodedRevision;
use diary_core::keys::SignedJoinRequest;
use diary_core::parcel::{ClockObservation, DeviceCredential, KNOWN_ACTS_MAX, KnownAct, Statement};
use diary_core::signed::Signed;
use diary_core::store::Store;
use diary_core::time::{Reading, UtcMillis};

use crate::conversation::Moment;
use crate::error::SyncError;

/// Days before the last statement whose slots may have closed since: late limits are a few days at most.
const CLOSING_DAYS: i64 = 4;

/// True if a statement is due: a slot has closed since the last one, the clock was set back, or the study has a new version.
pub(crate) fn is_due(diary: &Diary, moment: &Moment<'_>) -> Result<bool, SyncError> {
    let (now, zone) = (moment.now, moment.zone);
    let Some(last) = diary.store().last_statement()? else { return Ok(true) };
    // The clock was ahead and was set back: the statement of that time proves nothing. A version of the study that came
    // into force since is reported, so that the site knows that the device has it.
    let stated = diary.store().conversation()?.study_stated;
    if last > now || stated != Some(diary.study().version()) {
        return Ok(true);
    }
    let from = diary.day(last, zone).plus_days(-CLOSING_DAYS);
    let plan = diary.plan(zone)?;
    let closed = |at: UtcMillis| at > last && at <= now;
    Ok(diary_core::study::schedule::occurrences(&plan, from, plan.day(now))
        .iter()
        .any(|slot| closed(slot.closes) || closed(slot.late_until)))
}

/// Statement of this device. A day is not unsent if its last revisions are in the same parcel as the statement.
pub(crate) fn make(
    diary: &Diary,
    batch: &[EncodedRevision],
    moment: &Moment<'_>,
) -> Result<Statement, SyncError> {
    let store = diary.store();
    let mut unsent_days = store.days_not_sealed()?;
    let queued = store.queued()?;
    if queued.stuck == 0 && queued.count == batch.len() as u64 {
        unsent_days.clear();
    }
    let conversation = store.conversation()?;
    let run = diary.run();
    let clock = conversation.server_time.zip(conversation.server_seen).map(|(server_time, seen)| {
        ClockObservation { server_time, reading: Reading::new(seen, moment.zone, run, None) }
    });
    Ok(Statement {
        as_of: Reading::new(moment.now, moment.zone, run, None),
        entries_made: store.entries_made()?,
        unsent_days,
        open_drafts: u32::try_from(store.drafts()?.len()).unwrap_or(u32::MAX),
        clock,
        known_acts: known_acts(store)?,
        study: Some(diary.study().version()),
    })
}

/// Acts of staff that came down since the last statement.
fn known_acts(store: &Store) -> Result<Vec<KnownAct>, SyncError> {
    let last = store.last_statement()?;
    let mut known: Vec<KnownAct> = store
        .known_acts()?
        .into_iter()
        .filter_map(|(act, at)| Some(KnownAct { act: act.id, at: at? }))
        .filter(|one| last.is_none_or(|last| one.at >= last))
        .collect();
    known.sort_by_key(|one| one.at);
    known.drain(..known.len().saturating_sub(KNOWN_ACTS_MAX));
    Ok(known)
}

/// The certificate, or the join request while there is none that counts.
pub(crate) fn credential(diary: &Diary) -> Result<DeviceCredential, SyncError> {
    let (device, is_confirmed) = (diary.device(), diary.certificate()?.is_some());
    // One that does not count here proves nothing to a server either: the device waits to be confirmed again.
    match device.certificate.as_ref().filter(|_| is_confirmed) {
        Some(bytes) => {
            Signed::from_bytes(bytes).map(DeviceCredential::Certificate).map_err(|_| SyncError::OwnGrant)
        }
        None => SignedJoinRequest::from_bytes(&device.join_request)
            .map(DeviceCredential::Join)
            .map_err(|_| SyncError::OwnGrant),
    }
}
