//! Facts for the engine's decision, read from the store, the schedule and the contact so far.

use diary_core::diary::Diary;
use diary_core::store::Store;

use super::log::LogPlace;
use super::{BundleNeed, Contact, Sealing, StudyFetch};
use crate::conversation::Moment;
use crate::engine::{ContactFacts, RELAYED_MS};
use crate::error::SyncError;
use crate::statement;

/// Most parcels read from the store to find those to offer.
pub(super) const OFFER_LOOK: u32 = 1024;

impl Contact {
    pub(super) fn facts(&self, diary: &Diary, moment: &Moment<'_>) -> Result<ContactFacts, SyncError> {
        let now = moment.now;
        let store = diary.store();
        let _snapshot = store.snapshot()?;
        let queued = store.queued()?;
        let conversation = store.conversation()?;
        let today = diary.day(now, moment.zone);
        let offering = &self.offering;
        let to_offer = store.has_open_parcels(now, RELAYED_MS, OFFER_LOOK, &offering.refused)?;
        // A version that was announced and that the bundle does not name: a newer bundle does.
        let announced = conversation.study_wanted.filter(|hash| *hash != diary.device().study_hash);
        let named = match announced {
            Some(hash) => diary.bundle()?.studies.iter().any(|study| study.hash == hash),
            None => true,
        };
        // The bundle alone names the version of the study to fetch; announcements of the server do not matter.
        let study_wanted = match self.study {
            StudyFetch::Untried => diary.study_owed()?,
            StudyFetch::Answered => None,
        };
        let may_seal = self.sealing == Sealing::Possible;
        Ok(ContactFacts {
            now,
            unsealed: if may_seal { queued.count } else { 0 },
            oldest_unsealed: queued.oldest,
            urgent: queued.urgent,
            day_over: queued.earliest_day.is_some_and(|day| day < today),
            statement_due: may_seal && statement::is_due(diary, moment)?,
            to_offer: to_offer
                || offering.again.is_some()
                || offering.standing_asked
                || conversation.grants_wanted && !offering.grants_offered
                || self.lost_something(store)?,
            recovery_due: diary.device().recovery_stored.is_none(),
            key_check_due: may_seal && store.chain_head(diary.device().incarnation)?.0 == 0,
            push_after: conversation.push_after,
            pull_after: conversation.pull_after,
            asked: true,
            pulled: matches!(self.log.place, LogPlace::End | LogPlace::SwitchedOff),
            token: self.access.held().is_some(),
            study_wanted,
            bundle_wanted: match self.bundle {
                BundleNeed::None => !named,
                BundleNeed::Wanted => true,
                BundleNeed::Asked => false,
            },
        })
    }

    /// True if a server that fell back is still to be asked for its head, or to be given records that it may have lost.
    fn lost_something(&self, store: &Store) -> Result<bool, SyncError> {
        let unasked =
            store.rechecks()?.iter().any(|incarnation| !self.offering.rechecked.contains(incarnation));
        Ok(unasked || !self.offering.hand_back_failed && store.to_hand_back(1, 0)?.is_some())
    }
}
