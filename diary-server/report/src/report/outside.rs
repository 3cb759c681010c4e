//! Entries without a column in the report: dated after the day of receipt because of a wrong clock, received in the
//! period for an earlier day, after the end of the participation, or of another participant.

use diary_core::text::Text;
use diary_core::time::DiaryDay;
use serde::Serialize;

use super::entries::{Apart, View};
use super::entry::{Entry, Origin, Stamp};

/// An entry whose day is not in the period, or was still to come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OutsideEntry {
    /// Reason for which it has no column.
    pub why: Outside,
    /// The day of the entry.
    pub day: DiaryDay,
    /// Subject of the entry.
    pub subject: Text,
    /// Its contents.
    pub says: Text,
    /// Time of recording, by the phone's clock.
    pub recorded: Stamp,
    /// Time of receipt.
    pub received: Stamp,
    /// Author and phones.
    pub origin: Origin,
}

/// Reason for which an entry has no column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outside {
    /// Its day was still to come when it was received. It counts for no day.
    Ahead,
    /// Its day lies after the end of the participation.
    AfterEnd,
    /// Made under the wrong participant, by a decision of the site.
    OtherParticipant,
    /// Its day lies before the diary began.
    BeforeDiary,
    /// Its day lies before those of the report; it was received in them.
    Before,
}

impl View<'_> {
    /// The entries without a column, those ahead first, then by day.
    pub(super) fn outside_entries(&self) -> Vec<OutsideEntry> {
        let mut found: Vec<OutsideEntry> = self.all().filter_map(|entry| self.outside_entry(entry)).collect();
        found.sort_by_key(|entry| (entry.why, entry.day, entry.received.utc));
        found
    }

    /// Entries of the whole record with impossible days, each with the day of receipt.
    pub(super) fn doubtful_entries(&self) -> impl Iterator<Item = (Outside, DiaryDay)> {
        self.alarming().filter_map(|(entry, shown)| {
            let received = self.site_day(entry.received);
            match self.apart.get(&entry.history.entry) {
                Some(Apart::ClockAhead { .. }) => return Some((Outside::Ahead, received)),
                Some(Apart::AfterEnd) => return Some((Outside::AfterEnd, received)),
                Some(Apart::OtherParticipant) => return None,
                None if shown.day > received.plus_days(1) => return Some((Outside::Ahead, received)),
                None => {}
            }
            let began = self.first_day.is_some_and(|first_day| shown.day < first_day);
            began.then_some((Outside::BeforeDiary, received))
        })
    }

    fn outside_entry(&self, entry: &Entry<'_>) -> Option<OutsideEntry> {
        let shown = entry.shown?;
        Some(OutsideEntry {
            why: self.why_outside(entry)?,
            day: shown.day,
            subject: self.subject(shown),
            says: self.summary((&entry.history, shown)),
            recorded: self.recorded(&entry.first.recorded),
            received: self.here(entry.received),
            origin: entry.origin(),
        })
    }

    fn why_outside(&self, entry: &Entry<'_>) -> Option<Outside> {
        let (first, last) = self.period();
        let day = entry.day();
        let received_here = self.is_received_here(entry.received);
        let here = day >= first || received_here;
        match self.apart.get(&entry.history.entry) {
            Some(Apart::ClockAhead { .. }) => return here.then_some(Outside::Ahead),
            Some(Apart::AfterEnd) => return here.then_some(Outside::AfterEnd),
            Some(Apart::OtherParticipant) => return here.then_some(Outside::OtherParticipant),
            None => {}
        }
        if day > last {
            return here.then_some(Outside::Ahead);
        }
        if day >= first || !received_here {
            return None;
        }
        let began = self.first_day.is_some_and(|first_day| day < first_day);
        Some(if began { Outside::BeforeDiary } else { Outside::Before })
    }
}
