//! Input of a participant's status in lists: the slots of the last days and of the next ones, their outcomes, alerts,
//! contradictions, and the phones' statements about unsent entries. Contains nothing that the passing of a day changes,
//! so it is valid until something new arrives.

use std::collections::BTreeMap;

use diary_core::act::ActContent;
use diary_core::ids::KeyId;
use diary_core::record::{TrialRecord, act_of_end};
use diary_core::study::schedule::Occurrence;
use diary_core::time::{DiaryDay, TimeOfDay, UtcMillis, Zone};

use serde::Serialize;

use super::axis::{self, DaySpan};
use super::contact::{self, Meaning};
use super::entries::View;
use super::missed::Empty;
use super::pressing::Pressing;
use super::safety::{self, RuleFinding};
use super::{ReportError, ReportInput};

/// Number of whole diary days before today that are covered.
pub const LAST_DAYS: u16 = 28;
/// Number of days after the one of its making on which an outlook can be read.
pub const NEXT_DAYS: u16 = 35;

/// Input of a participant's status in lists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outlook {
    /// Diary day of its making.
    pub today: DiaryDay,
    /// The participant's zone.
    pub zone: Zone,
    /// Time of day at which a diary day begins.
    pub cut: TimeOfDay,
    /// Number of places of the schedule whose windows close on each day, starting [`LAST_DAYS`] before today.
    pub due: Vec<u8>,
    /// Those of them with an entry.
    pub done: Vec<u8>,
    /// Number of those known to be missed: every phone has stated since that it holds nothing.
    pub missed: Vec<u8>,
    /// Alerts with a day, or a receipt, from [`LAST_DAYS`] before today on.
    pub alerts: Vec<RuleFinding>,
    /// Other doubts that must not wait for a report.
    pub doubts: Vec<Pressing>,
    /// Entries of the whole record with contradicting versions.
    pub conflicts: usize,
    /// Number of places of the whole record with several entries and no decision about which counts.
    pub doubles: usize,
    /// Entries that phones in use hold and have not sent.
    pub unsent: Vec<Unsent>,
    /// Phones in use, by number, each with the version of the study that it reported last; see [`studies`].
    pub phones: Vec<(u16, Option<u32>)>,
    /// Visits and planned infusions from a week before today on, by day.
    pub appointments: Vec<Appointment>,
    /// Last day of the participation, once it ended.
    pub ended: Option<DiaryDay>,
}

/// A visit, or an infusion that the schedule expects.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct Appointment {
    /// Its day.
    #[n(0)]
    pub day: DiaryDay,
    /// Kind of the visit, or the anchor of the infusion's cycle.
    #[n(1)]
    pub kind: String,
    /// Day of the cycle of an infusion.
    #[n(2)]
    pub infusion: Option<u16>,
    /// It took place.
    #[n(3)]
    pub held: bool,
}

/// Days before today whose appointments are kept.
pub const APPOINTMENTS_BACK: i64 = 7;
/// Days after today up to which planned infusions are shown.
pub const APPOINTMENTS_AHEAD: i64 = 28;

/// Entries that a phone holds and has not sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unsent {
    /// Number of the phone.
    pub device: u16,
    /// Time of the phone's statement; for a gap, time up to which everything is here.
    pub said: Option<UtcMillis>,
    /// Number of days with unsent entries; 0 if a parcel is known to exist and has not arrived.
    pub days: usize,
}

/// Works out the outlook of one participant. [`ReportInput::days`] has no part in it.
///
/// # Errors
/// [`ReportError::NoStudy`] without any version of the study.
pub fn outlook(input: &ReportInput<'_>) -> Result<Outlook, ReportError> {
    let slots = input.studies.values().flat_map(|study| study.slots());
    let longest = slots.map(|slot| slot.closes_after_days).max().unwrap_or(0);
    let span = DaySpan { back: Some(LAST_DAYS.saturating_add(longest).saturating_add(1)), ahead: NEXT_DAYS };
    let view = axis::spanning(input, span).ok_or(ReportError::NoStudy)?;
    let first = view.today.plus_days(-i64::from(LAST_DAYS));
    let mut outlook = Outlook {
        today: view.today,
        zone: view.lives_in,
        cut: view.study.day_cut(),
        due: vec![0; usize::from(LAST_DAYS + NEXT_DAYS)],
        done: vec![0; usize::from(LAST_DAYS + NEXT_DAYS)],
        missed: vec![0; usize::from(LAST_DAYS + NEXT_DAYS)],
        alerts: safety::findings(&view, &[], first),
        doubts: view.pressing_doubts(first),
        conflicts: 0,
        doubles: 0,
        unsent: view.unsent(),
        phones: phones(input),
        appointments: view.appointments(),
        ended: act_of_end(input.record.acts().map(|(act, _)| act)).map(|(.., last)| last),
    };
    let with = input.with_unmerged.map(|record| ReportInput { record, ..*input });
    if let Some(with) = with.as_ref().and_then(|with| axis::spanning(with, span)) {
        safety::add_unmerged(&mut outlook.alerts, &with, &[], first);
    }
    (outlook.conflicts, outlook.doubles) = view.undecided_conflicts();
    for occurrence in view.asked() {
        outlook.count(&view, first, occurrence);
    }
    Ok(outlook)
}

fn phones(input: &ReportInput<'_>) -> Vec<(u16, Option<u32>)> {
    let studies = studies(input.record);
    let in_use = input.devices.iter().filter(|(_, device)| device.revoked.is_none());
    let mut phones: Vec<_> = in_use.map(|(key, device)| (device.number, studies.get(key).copied())).collect();
    phones.sort_unstable();
    phones
}

/// Version of the study on each phone: from its last statement, or the newest under which it entered something.
#[must_use]
pub fn studies(record: &TrialRecord) -> BTreeMap<KeyId, u32> {
    let mut said = BTreeMap::new();
    for ((incarnation, seq, _), held) in record.statements() {
        let Some(chain) = record.chains().get(incarnation) else { continue };
        let at = (held.received, *seq);
        let last = said.entry(chain.author).or_insert((at, held.statement.study));
        if at >= last.0 {
            *last = (at, held.statement.study);
        }
    }
    let mut studies: BTreeMap<KeyId, u32> = BTreeMap::new();
    for held in record.revisions() {
        let version = held.encoded.revision().study_version;
        for source in &held.sources {
            let newest = studies.entry(source.author).or_insert(version);
            *newest = version.max(*newest);
        }
    }
    studies.extend(said.into_iter().filter_map(|(key, (_, study))| Some((key, study?))));
    studies
}

impl Outlook {
    /// Counts a place of the schedule on the day on which its window closes, so that it is due from the next day.
    fn count(&mut self, view: &View<'_>, first: DiaryDay, occurrence: &Occurrence) {
        let closes = DiaryDay::at(occurrence.closes.plus_ms(-1), self.zone, self.cut.to_chrono());
        let Ok(place) = usize::try_from(closes.since(first)) else { return };
        let add = |counts: &mut [u8]| {
            if let Some(count) = counts.get_mut(place) {
                *count = count.saturating_add(1);
            }
        };
        if view.at_slot(occurrence.day, &occurrence.slot).next().is_some() {
            add(&mut self.due);
            add(&mut self.done);
            return;
        }
        match view.empty_at_last(occurrence) {
            // Not due.
            Empty::NotAsked => {}
            Empty::Missed => {
                add(&mut self.due);
                add(&mut self.missed);
            }
            Empty::Upcoming | Empty::Open | Empty::StillOnPhone { .. } | Empty::Unknown { .. } => {
                add(&mut self.due);
            }
        }
    }
}

impl View<'_> {
    fn appointments(&self) -> Vec<Appointment> {
        let first = self.today.plus_days(-APPOINTMENTS_BACK);
        let last = self.today.plus_days(i64::from(NEXT_DAYS) + APPOINTMENTS_AHEAD);
        let acts = self.input.record.acts_in_force();
        let given = |cycle: &str, n: u16| {
            acts.iter().any(|act| match &act.content {
                ActContent::Infusion { cycle: of, day, .. } => of.as_str() == cycle && *day == n,
                _ => false,
            })
        };
        let visits = acts.iter().filter_map(|act| match &act.content {
            ActContent::Visit { date, kind, held } if *date >= first => {
                Some(Appointment { day: *date, kind: kind.clone(), infusion: None, held: *held })
            }
            _ => None,
        });
        let infusions = first.through(last).filter_map(|day| {
            let planned = self.planned_infusion(day)?;
            let held = given(planned.cycle.as_str(), planned.day);
            Some(Appointment { day, kind: planned.cycle.to_string(), infusion: Some(planned.day), held })
        });
        let mut all: Vec<Appointment> = visits.chain(infusions).collect();
        all.sort();
        all.dedup();
        all
    }

    fn unsent(&self) -> Vec<Unsent> {
        let of = |line: contact::DeviceLine| match line.meaning {
            Meaning::Unsent { said, days } => {
                Some(Unsent { device: line.number, said: Some(said), days: days.len() })
            }
            Meaning::Gap { whole_until } => Some(Unsent { device: line.number, said: whole_until, days: 0 }),
            Meaning::Never
            | Meaning::Silent
            | Meaning::Whole { .. }
            | Meaning::NotMerged { .. }
            | Meaning::Revoked { .. } => None,
        };
        self.device_lines().into_iter().filter_map(of).collect()
    }
}
