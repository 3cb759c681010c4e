//! Today's tasks and their state, from the schedule and the entries.

use std::collections::{BTreeMap, BTreeSet};

use super::{Diary, DiaryError};
use crate::act::EndOfParticipation;
use crate::counter::Counter;
use crate::entry::Slot;
use crate::ids::{EntryId, InstrumentId, RevisionId};
use crate::keys::Revocation;
use crate::record::clock::{Recording, day_had_come, ran_ahead};
use crate::record::history::{EntryHistory, by_slot, histories};
use crate::record::of_others;
use crate::signed::Signed;
use crate::store::DraftPlace;
use crate::study::course::Reported;
use crate::study::instrument::Instrument;
use crate::study::regimen::Stretch;
use crate::study::schedule::{self, Occurrence, Prompt, SlotState};
use crate::time::{DiaryDay, UtcMillis, Zone};

/// Overview of a diary day.
#[derive(Clone, Debug)]
pub struct Today {
    /// The diary day.
    pub day: DiaryDay,
    /// Prompts of today, and those of earlier days that are open or can still be answered late, by day and
    /// due time.
    pub items: Vec<TodayItem>,
    /// Medications that may be taken as needed.
    pub as_needed: Vec<AsNeeded>,
    /// Medications reported by the participant for which no dose is planned.
    pub reported: Vec<Reported>,
    /// Kind and last day of the participation, if it has ended.
    pub ended: Option<(EndOfParticipation, DiaryDay)>,
    /// Revocation of this phone, after which nothing more is asked.
    pub switched_off: Option<SwitchedOff>,
    /// Unfinished drafts, newest first.
    pub drafts: Vec<DraftPlace>,
    /// Instruments without a slot today, which can be answered at any time.
    pub unscheduled: Vec<InstrumentId>,
}

/// A phone revoked by the site. Further entries on it are received and quarantined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SwitchedOff {
    /// Instant of the revocation, by the keeper's clock.
    pub at: UtcMillis,
    /// Number of revisions that the keeper has received since and quarantined.
    pub set_aside: u64,
}

/// One prompt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TodayItem {
    /// Place in the schedule.
    pub occurrence: Occurrence,
    /// State at the given time.
    pub state: SlotState,
    /// Entry that answers it.
    pub entry: Option<EntryId>,
    /// True if an unfinished draft exists.
    pub draft: bool,
}

/// A line of the regimen that may be taken as needed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AsNeeded {
    /// Number of the line, from 1.
    pub line: u16,
    /// Contents of the line today.
    pub of: Stretch,
}

impl Today {
    /// True while the participation lasts and this phone is not revoked.
    #[must_use]
    pub const fn asks(&self) -> bool {
        self.ended.is_none() && self.switched_off.is_none()
    }

    /// The same day with its answered items alone.
    fn asking_nothing(mut self) -> Self {
        self.items.retain(|item| item.state == SlotState::Answered);
        let (as_needed, reported) = (Vec::new(), Vec::new());
        Self { as_needed, reported, drafts: Vec::new(), unscheduled: Vec::new(), ..self }
    }
}

impl Diary {
    /// Prompts of the diary days `from` to `to` with their state at `now`.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn slots(
        &self,
        from: DiaryDay,
        to: DiaryDay,
        now: UtcMillis,
        zone: Zone,
    ) -> Result<Vec<TodayItem>, DiaryError> {
        let plan = self.plan(zone)?;
        let revisions = self.store.revisions(from, to)?;
        let histories = histories(revisions.iter());
        let early = self.stamped_ahead(&histories, now)?;
        let cut = self.study.day_cut();
        // An answer under a clock that ran ahead must not fill the slot of a day that had not begun.
        let acts = self.store.acts()?;
        let of_others = of_others(acts.iter());
        let fills = |history: &EntryHistory<'_>| {
            if of_others.contains(&history.entry) {
                return false;
            }
            let first = history.first();
            let made = early.get(&first.id);
            made.is_none_or(|made| day_had_come(*made, first.recorded.zone, cut, first.day))
        };
        let answered = by_slot(&histories, &plan.course, cut, fills);
        let drafts: BTreeSet<_> = self.store.drafts()?.into_iter().map(|d| (d.day, d.slot)).collect();
        Ok(schedule::occurrences(&plan, from, to)
            .into_iter()
            .map(|mut occurrence| {
                // A slot added by a newer version of the study was not asked before that version arrived.
                if let (Some((since, new)), Slot::Scheduled(slot)) = (&self.new_slots, &occurrence.slot)
                    && new.contains(slot)
                {
                    occurrence.known = occurrence.known.max(Some(*since));
                }
                let place = (occurrence.day, occurrence.slot.clone());
                let entry = answered.get(&place).and_then(|entries| entries.first()).map(|h| h.entry);
                let draft = match &occurrence.slot {
                    Slot::Scheduled(slot) => drafts.contains(&(occurrence.day, Some(slot.clone()))),
                    Slot::PlannedDose { .. } => false,
                };
                let state = schedule::state(&occurrence, entry.is_some(), now);
                TodayItem { occurrence, state, entry, draft }
            })
            .collect())
    }

    /// Overview of the diary day at `now`.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn today(&self, now: UtcMillis, zone: Zone) -> Result<Today, DiaryError> {
        let plan = self.plan(zone)?;
        let day = plan.day(now);
        let still = |item: &TodayItem| match item.state {
            SlotState::Open | SlotState::Late => true,
            SlotState::Upcoming | SlotState::Missed | SlotState::NotAsked | SlotState::Answered => false,
        };
        let items: Vec<_> = self
            .slots(day.plus_days(-self.days_open()), day, now, zone)?
            .into_iter()
            .filter(|item| item.occurrence.day == day || still(item))
            .filter(|item| item.state != SlotState::Late || day.since(item.occurrence.day) <= LATE_DAYS)
            .collect();
        let course = &plan.course;
        let as_needed = course
            .regimen
            .as_needed_on(day)
            .filter(|(_, of)| course.is_open_on(day) && !course.is_reported_stopped(&of.medication, day))
            .map(|(line, of)| AsNeeded { line: line.number, of: of.clone() })
            .collect();
        let reported = match course.is_open_on(day) {
            true => course.reported_apart(day).cloned().collect(),
            false => Vec::new(),
        };
        let ended = course.end.filter(|(_, last)| day > *last);
        let asked: BTreeSet<&InstrumentId> = items
            .iter()
            .filter_map(|item| match &item.occurrence.prompt {
                Prompt::Instrument(id) => Some(id),
                Prompt::Dose { .. } => None,
            })
            .collect();
        let unscheduled =
            self.study.instruments().map(Instrument::id).filter(|id| !asked.contains(id)).cloned().collect();
        let today = Today {
            day,
            as_needed,
            reported,
            ended,
            switched_off: self.switched_off()?,
            drafts: self.store.drafts()?,
            unscheduled,
            items,
        };
        Ok(if today.asks() { today } else { today.asking_nothing() })
    }

    /// Revocation of this phone, as signed by a keeper.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn switched_off(&self) -> Result<Option<SwitchedOff>, DiaryError> {
        let Some(bytes) = &self.device.revocation else { return Ok(None) };
        let revocation = Signed::from_bytes(bytes).ok().and_then(|signed| Revocation::peek(&signed).ok());
        let revocation = revocation.ok_or(DiaryError::Trust)?;
        let incarnation = self.device.incarnation;
        let last =
            revocation.last.iter().find(|end| end.incarnation == incarnation).map_or(0, |end| end.last_seq);
        Ok(Some(SwitchedOff { at: revocation.at, set_aside: self.store.received_beyond(incarnation, last)? }))
    }

    /// Largest number of days after its own for which a slot can be open.
    fn days_open(&self) -> i64 {
        let slots = self.study.slots().iter().map(|slot| i64::from(slot.closes_after_days));
        slots.max().unwrap_or(0).clamp(LATE_DAYS, OPEN_DAYS_MAX) + 1
    }

    /// Entries of `histories` made under a clock that ran ahead, each with the latest possible instant of its
    /// making.
    fn stamped_ahead(
        &self,
        histories: &[EntryHistory<'_>],
        now: UtcMillis,
    ) -> Result<BTreeMap<RevisionId, UtcMillis>, DiaryError> {
        let Some(first) = histories.iter().map(|history| history.first().counter).min() else {
            return Ok(BTreeMap::new());
        };
        let mut out = BTreeMap::new();
        for mut of_device in self.store.recordings_since(first)? {
            // The present time bounds all earlier recordings.
            let last = of_device.last().map_or(Counter::ZERO, |(_, last)| last.counter);
            let present = Recording { counter: last, recorded: now, seq: None, received: None };
            of_device.push((None, present));
            let recordings: Vec<Recording> = of_device.iter().map(|(_, one)| *one).collect();
            let ids = of_device.iter().map(|(id, _)| *id);
            out.extend(ids.zip(ran_ahead(&recordings)).filter_map(|(id, made)| Some((id?, made?))));
        }
        Ok(out)
    }
}

/// Largest number of days after its own for which an open slot is looked up.
const OPEN_DAYS_MAX: i64 = 60;

/// Number of days for which a late answer is still offered. Older slots can be answered by naming their day.
const LATE_DAYS: i64 = 3;
