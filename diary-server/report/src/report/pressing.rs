//! Urgency, defined once for the report and for the list of all participants: the rank of each finding, and the doubts
//! shown for a participant whose report has not been opened.

use std::collections::BTreeMap;

use diary_core::study::Severity;
use diary_core::text::Text;
use diary_core::time::DiaryDay;
use serde::Serialize;

use super::entries::View;
use super::finding::Rank;
use super::outside::Outside;

/// Urgency of an alert. Only handling by staff, or a visit that took place after it, lowers it.
#[must_use]
pub const fn alert(severity: Severity, presses: bool) -> Rank {
    match (severity, presses) {
        (Severity::Emergency, true) => Rank::Urgent,
        (Severity::Call | Severity::Notice, true) => Rank::Look,
        (Severity::Emergency | Severity::Call | Severity::Notice, false) => Rank::Know,
    }
}

/// Doubt about entries or a phone that must not wait for a report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// Entries of a later version of the diary, which may hold anything.
    Newer,
    /// Doses of a weekly medication too close together.
    TooSoon,
    /// A reported change of medication that must be checked.
    ChangeRemark,
    /// Amounts in a unit that is not the medication's.
    Units,
    /// A phone shows other hours than its site's.
    Zone,
    /// A phone's clock was off by half a day, or went back before the last entry.
    Clock,
    /// Entries of days still to come.
    Ahead,
    /// Entries of days after the end of the participation, excluded until a decision.
    AfterEnd,
    /// Entries of days before the diary began.
    BeforeDiary,
}

impl Doubt {
    /// Every doubt, the most urgent first.
    pub const ALL: [Self; 9] = [
        Self::Newer,
        Self::TooSoon,
        Self::ChangeRemark,
        Self::Units,
        Self::Zone,
        Self::Clock,
        Self::Ahead,
        Self::AfterEnd,
        Self::BeforeDiary,
    ];

    /// Urgency.
    #[must_use]
    pub const fn rank(self) -> Rank {
        match self {
            Self::Newer | Self::TooSoon | Self::ChangeRemark | Self::Units => Rank::Urgent,
            Self::Zone | Self::Clock | Self::Ahead | Self::AfterEnd | Self::BeforeDiary => Rank::Look,
        }
    }
}

/// A doubt, with the day of its last occurrence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Pressing {
    /// The doubt.
    pub doubt: Doubt,
    /// The medication.
    pub name: Option<Text>,
    /// Number of the phone.
    pub phone: Option<u16>,
    /// Its day, or the day of receipt; `None` for a current state.
    pub last: Option<DiaryDay>,
}

impl View<'_> {
    /// The doubts of the days from `first` on, once for each medication and phone.
    pub(super) fn pressing_doubts(&self, first: DiaryDay) -> Vec<Pressing> {
        let (mut found, mut places): (Vec<Pressing>, BTreeMap<_, usize>) = (Vec::new(), BTreeMap::new());
        let mut add = |doubt, name: Option<&Text>, phone: Option<u16>, last: Option<DiaryDay>| {
            if last.is_some_and(|last| last < first) {
                return;
            }
            let at = *places.entry((doubt, name.cloned(), phone)).or_insert(found.len());
            match found.get_mut(at) {
                Some(held) => held.last = held.last.max(last),
                None => found.push(Pressing { doubt, name: name.cloned(), phone, last }),
            }
        };
        if let Some(last) = self.newer_entries().pop() {
            // Whenever it was made: no one has read it.
            add(Doubt::Newer, None, None, Some(last.max(first)));
        }
        for (name, pair) in self.all_too_soon() {
            add(Doubt::TooSoon, Some(&name), None, Some(pair.second));
        }
        for change in self.medication_changes().iter().filter(|change| !change.remarks.is_empty()) {
            let recorded = DiaryDay(change.at.local.date());
            add(Doubt::ChangeRemark, Some(&change.name), None, Some(recorded.max(change.from.latest())));
        }
        for odd in self.odd_units() {
            for (day, _) in &odd.doses {
                add(Doubt::Units, Some(&odd.name), None, Some(*day));
            }
        }
        for zone in self.zone_doubts() {
            add(Doubt::Zone, None, zone.device, None);
        }
        for (phone, day) in self.wrong_clocks() {
            add(Doubt::Clock, None, phone, Some(day));
        }
        for (why, received) in self.doubtful_entries() {
            match why {
                Outside::Ahead => add(Doubt::Ahead, None, None, Some(received)),
                Outside::AfterEnd => add(Doubt::AfterEnd, None, None, Some(received)),
                Outside::BeforeDiary => add(Doubt::BeforeDiary, None, None, Some(received)),
                Outside::Before | Outside::OtherParticipant => {}
            }
        }
        let place: BTreeMap<Doubt, usize> = Doubt::ALL.into_iter().zip(0..).collect();
        found.sort_by_key(|one| (place.get(&one.doubt).copied(), one.phone));
        found
    }
}
