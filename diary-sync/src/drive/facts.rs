//! What is true now, for the engine: read from the store, the schedule and the contact so far.

use diary_core::diary::Diary;
use diary_core::store::Store;
use diary_core::time::{UtcMillis, Zone};

use super::{Session, SyncError};
use crate::engine::{Facts, RELAYED_MS};
use crate::transport::Transport;

/// How far before the last statement slots are looked at that may have closed since: late limits are days at most.
const CLOSING_DAYS: i64 = 4;

pub(super) fn gather<T: Transport>(diary: &Diary, session: &Session<'_, T>) -> Result<Facts, SyncError> {
    let now = session.now();
    let store = diary.store();
    let queued = store.queued()?;
    let conversation = store.conversation()?;
    let today = diary.day(now, session.zone);
    let offer = store.open_hashes(now, RELAYED_MS, OFFER_LOOK)?;
    let to_offer = offer.iter().any(|parcel| !session.refused.contains(parcel));
    // A version that was announced and that the bundle does not name: a newer bundle does.
    let announced = conversation.study_wanted.filter(|hash| *hash != diary.device().study_hash);
    let named = match announced {
        Some(hash) => diary.bundle()?.studies.iter().any(|study| study.hash == hash),
        None => true,
    };
    // Which version is to be here follows from the bundle alone, whatever was announced or was not.
    let study_wanted = if session.study_tried { None } else { diary.study_owed()? };
    Ok(Facts {
        now,
        unsealed: if session.seal_failed { 0 } else { queued.count },
        oldest_unsealed: queued.oldest,
        urgent: queued.urgent,
        day_over: queued.earliest_day.is_some_and(|day| day < today),
        statement_due: !session.seal_failed && statement_due(diary, session.zone, now)?,
        to_offer: to_offer
            || session.again.is_some()
            || session.standing
            || conversation.grants_wanted && !session.grants_offered
            || lost_something(store, session)?,
        recovery_due: diary.device().recovery_stored.is_none(),
        key_check_due: !session.seal_failed && store.chain_head(diary.device().incarnation)?.0 == 0,
        push_after: conversation.push_after,
        pull_after: conversation.pull_after,
        asked: true,
        // A phone that was switched off may read no more; it still hands over what it holds. It asks each time: the
        // server may have gone back to before it was.
        pulled: session.pulled || session.switched_off,
        token: session.token.is_some(),
        study_wanted,
        bundle_wanted: session.bundle_wanted || !named && !session.hello_tried,
    })
}

/// Whether a server that fell back is still to be asked what it has, or to be given what it may have lost.
fn lost_something<T: Transport>(store: &Store, session: &Session<'_, T>) -> Result<bool, SyncError> {
    let unasked = store.rechecks()?.iter().any(|life| !session.rechecked.contains(life));
    Ok(unasked || !session.hand_back_failed && store.to_hand_back(1, 0)?.is_some())
}

/// Parcels looked at to see whether there is one to offer.
pub(super) const OFFER_LOOK: u32 = 1024;

/// Whether a slot has closed since the last statement.
pub(crate) fn statement_due(diary: &Diary, zone: Zone, now: UtcMillis) -> Result<bool, SyncError> {
    let Some(last) = diary.store().last_statement()? else { return Ok(true) };
    // The clock has run ahead and was set back: what was said then vouches for nothing. A version of the study that has
    // come into force since is told, so that the site knows that it is here.
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
