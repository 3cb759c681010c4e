//! Status of one participant, small enough to be stored beside every vault: computed from the record after something
//! has arrived, and read on any later day without the record, since the schedule is known ahead. Pure.

use diary_core::ids::{EntryId, RuleId};
use diary_core::study::Severity;
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, TimeOfDay, UtcMillis, Zone};
use diary_core::wire::{self, WireError};

use serde::Serialize;

use crate::report::ReportError;
use crate::report::outlook::{
    APPOINTMENTS_AHEAD, APPOINTMENTS_BACK, Appointment, LAST_DAYS, NEXT_DAYS, Outlook, outlook,
};
use crate::report::{Doubt, Handled, Pressing, ReportInput, RuleFinding, RuleHit};
use crate::snapshot::ContactSummary;

/// Version of the encoding and the computation; incremented with each change of either.
const FORM: u32 = 5;
/// Longest standing that is read, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// Largest number of rules, of doubts, and of phones in a status, and of hits per rule; the most urgent are kept, and
/// `too_large` is set.
const KEPT: usize = 256;
/// Times that it keeps of all rules together.
const HITS_KEPT: usize = 2_048;

/// Version of a status: one of another program version, or of another version of the study, is computed again.
#[must_use]
pub fn version(study_version: u32) -> i64 {
    i64::from(FORM) << 32 | i64::from(study_version)
}

/// Status of one participant.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct ParticipantStatus {
    /// Diary day of its making.
    #[n(0)]
    made: DiaryDay,
    /// The participant's zone.
    #[n(1)]
    zone: Zone,
    /// Time of day at which a diary day begins.
    #[n(2)]
    cut: TimeOfDay,
    /// Number of places of the schedule whose windows close on each day, starting 28 days before its making; zeros at
    /// the end are left out.
    #[cbor(n(3), with = "minicbor::bytes")]
    due: Vec<u8>,
    /// Those with an entry.
    #[cbor(n(4), with = "minicbor::bytes")]
    done: Vec<u8>,
    /// Those that were missed.
    #[cbor(n(5), with = "minicbor::bytes")]
    missed: Vec<u8>,
    /// Alerts, by rule.
    #[n(6)]
    alerts: Vec<RuleAlerts>,
    /// Other doubts that must not wait for a report.
    #[n(7)]
    doubts: Vec<DoubtStand>,
    /// Last contact of a phone.
    #[n(8)]
    last_contact: Option<UtcMillis>,
    /// Number of parcels in quarantine that no one has dealt with, and the time of receipt of the last.
    #[n(9)]
    quarantined: Option<(u32, UtcMillis)>,
    /// Parcels without their grant.
    #[n(10)]
    held: u32,
    /// Entries with contradicting versions.
    #[n(11)]
    conflicts: u32,
    /// Places with several entries, undecided.
    #[n(12)]
    doubles: u32,
    /// Unsent entries per phone: number of the phone, time of its statement, number of days; 0 days for a gap.
    #[n(13)]
    unsent: Vec<(u16, Option<UtcMillis>, u32)>,
    /// Phones in use, by number, each with the version of the study that it reported last.
    #[n(14)]
    phones: Vec<(u16, Option<u32>)>,
    /// The record could not be read.
    #[n(15)]
    unreadable: bool,
    /// The record has more than is stored here, or is too large to be evaluated.
    #[n(16)]
    too_large: bool,
    /// Entries left out because of their phone's memory limit.
    #[n(17)]
    left_out: u64,
    /// Parcels that are ready and not yet merged.
    #[n(18)]
    to_merge: u32,
    /// Visits and planned infusions from a week before its making on.
    #[n(19)]
    appointments: Vec<Appointment>,
    /// Last day of the participation, once it ended.
    #[n(20)]
    ended: Option<DiaryDay>,
}

/// Alerts of one rule.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
struct RuleAlerts {
    #[n(0)]
    rule: RuleId,
    /// 2 emergency, 1 call, 0 notice.
    #[n(1)]
    severity: u8,
    /// Oldest first.
    #[n(2)]
    hits: Vec<Hit>,
}

/// One alert.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
struct Hit {
    /// The later of its diary day and the day of receipt.
    #[n(0)]
    until: DiaryDay,
    /// Time.
    #[n(1)]
    at: UtcMillis,
    /// Bit flags: instruction shown (1), confirmed as read (2), from answers that were not finished (4), not in the
    /// record yet (8).
    #[n(2)]
    flags: u8,
    /// The first visit that took place on a later day.
    #[n(3)]
    visited: Option<DiaryDay>,
    /// Last handling by staff.
    #[n(4)]
    handled: Option<Handled>,
    /// The entry that met the rule; none while it is not in the record.
    #[n(5)]
    entry: Option<EntryId>,
}

const SHOWN: u8 = 1;
const ACKNOWLEDGED: u8 = 2;
const UNFINISHED: u8 = 4;
const UNMERGED: u8 = 8;

/// A doubt as it is kept.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
struct DoubtStand {
    /// Its place in [`Doubt::ALL`].
    #[n(0)]
    doubt: u8,
    /// Name of the medication by language.
    #[n(1)]
    name: Option<Vec<(Lang, String)>>,
    #[n(2)]
    phone: Option<u16>,
    #[n(3)]
    last: Option<DiaryDay>,
}

/// Status of a participant on one day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CurrentStatus {
    /// Places of the schedule that closed on the 28 whole days before.
    pub due: u32,
    /// Those with an entry.
    pub done: u32,
    /// Known to be missed; the remaining slots have not arrived.
    pub missed: u32,
    /// Alerts of the last 28 days, by day or receipt, and of days to come, by rule, the most pressing and then the last
    /// first.
    pub alerts: Vec<AlertStatus>,
    /// Other doubts that must not wait for a report.
    pub doubts: Vec<Pressing>,
    /// Last contact of a phone.
    pub last_contact: Option<UtcMillis>,
    /// Number of parcels in quarantine that no one has dealt with, and the time of receipt of the last.
    pub quarantined: Option<(u32, UtcMillis)>,
    /// Parcels without their grant.
    pub held: u32,
    /// Parcels that are ready and not yet merged.
    pub to_merge: u32,
    /// Entries with contradicting versions.
    pub conflicts: u32,
    /// Places with several entries, undecided.
    pub doubles: u32,
    /// Unsent entries per phone: number of the phone, time of its statement, number of days; 0 days for a gap.
    pub unsent: Vec<(u16, Option<UtcMillis>, u32)>,
    /// Number of phones in use.
    pub phones: u32,
    /// Phones in use, by number, each with the version of the study that it reported last.
    pub studies: Vec<(u16, Option<u32>)>,
    /// The record could not be read.
    pub unreadable: bool,
    /// The record has more than is stored here, or is too large to be evaluated.
    pub too_large: bool,
    /// Entries left out because of their phone's memory limit.
    pub left_out: u64,
    /// Visits and planned infusions from about a week before today on, by day.
    pub appointments: Vec<Appointment>,
    /// The participation is over.
    pub ended: bool,
}

/// Alerts of one rule on the last 28 days.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AlertStatus {
    /// The rule.
    pub rule: RuleId,
    /// Severity of the rule.
    pub severity: Severity,
    /// Number of occurrences.
    pub times: u32,
    /// Time of the last; of the last unhandled one, if there is one.
    pub last: UtcMillis,
    /// That one's instruction was shown on the phone; if false, only the answers meet the rule.
    pub shown: bool,
    /// The participant confirmed having read it.
    pub acknowledged: bool,
    /// Number of these that are neither dealt with nor followed by a visit.
    pub pressing: u32,
    /// The answers that met it were not finished, or have not arrived.
    pub unfinished: bool,
    /// Number of occurrences whose entry is stored and not in the record yet.
    pub unmerged: u32,
    /// There was a visit on a day after it.
    pub visited: bool,
    /// Last handling by staff.
    pub handled: Option<Handled>,
    /// The entry that met the rule on that occasion; none while it is not in the record.
    pub entry: Option<EntryId>,
}

impl ParticipantStatus {
    /// Status of the participant of `input`.
    ///
    /// # Errors
    /// [`ReportError::NoStudy`] without any version of the study.
    pub fn of(input: &ReportInput<'_>, beside: ContactSummary) -> Result<Self, ReportError> {
        Ok(Self::made(outlook(input)?, beside))
    }

    fn made(outlook: Outlook, beside: ContactSummary) -> Self {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let hit = |hit: &RuleHit| Hit {
            until: hit.day.max(hit.received),
            at: hit.at.utc,
            flags: flag(hit.shown, SHOWN)
                | flag(hit.acknowledged.is_some(), ACKNOWLEDGED)
                | flag(hit.unfinished, UNFINISHED)
                | flag(hit.unmerged, UNMERGED),
            visited: hit.visited,
            handled: hit.handled.clone(),
            entry: hit.entries.first().copied().filter(|_| !hit.unmerged),
        };
        let mut cut = Cut { hits: HITS_KEPT, some: false };
        let of_rule = |of: RuleFinding, cut: &mut Cut| RuleAlerts {
            severity: number(of.severity),
            hits: cut.hits(&of.hits).into_iter().map(hit).collect(),
            rule: of.rule,
        };
        let alerts = cut.first(outlook.alerts);
        let alerts = alerts.into_iter().map(|of| of_rule(of, &mut cut)).collect();
        let doubts = cut.first(outlook.doubts).into_iter().map(DoubtStand::of).collect();
        let unsent = outlook.unsent.iter().map(|one| (one.device, one.said, count(one.days))).collect();
        let unsent = cut.first(unsent);
        let appointments = cut.first(outlook.appointments);
        let phones = cut.first(outlook.phones);
        Self {
            made: outlook.today,
            zone: outlook.zone,
            cut: outlook.cut,
            due: trimmed(outlook.due),
            done: trimmed(outlook.done),
            missed: trimmed(outlook.missed),
            alerts,
            doubts,
            last_contact: beside.last_contact,
            quarantined: beside.quarantined,
            held: beside.held,
            to_merge: beside.to_merge,
            conflicts: count(outlook.conflicts),
            doubles: count(outlook.doubles),
            unsent,
            phones,
            unreadable: false,
            too_large: cut.some,
            left_out: beside.left_out,
            appointments,
            ended: outlook.ended,
        }
    }

    /// Status of a participant whose record is too large to be evaluated.
    #[must_use]
    pub fn too_large(now: UtcMillis) -> Self {
        Self { unreadable: false, too_large: true, ..Self::unreadable(now) }
    }

    /// Status of a participant whose record cannot be read.
    #[must_use]
    pub fn unreadable(now: UtcMillis) -> Self {
        let cut = TimeOfDay::default();
        Self {
            made: DiaryDay::at(now, Zone::UTC, cut.to_chrono()),
            zone: Zone::UTC,
            cut,
            due: Vec::new(),
            done: Vec::new(),
            missed: Vec::new(),
            alerts: Vec::new(),
            doubts: Vec::new(),
            last_contact: None,
            quarantined: None,
            held: 0,
            to_merge: 0,
            conflicts: 0,
            doubles: 0,
            unsent: Vec::new(),
            phones: Vec::new(),
            unreadable: true,
            too_large: false,
            left_out: 0,
            appointments: Vec::new(),
            ended: None,
        }
    }

    /// As it is kept.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Decodes a stored status.
    ///
    /// # Errors
    /// [`WireError`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("standing", bytes, MAX_BYTES)
    }

    /// Status at `now`, provided that nothing has arrived since it was made; `None` if it was made on a later day, or
    /// too long ago.
    #[must_use]
    pub fn at(&self, now: UtcMillis) -> Option<CurrentStatus> {
        let today = DiaryDay::at(now, self.zone, self.cut.to_chrono());
        let passed = u16::try_from(today.since(self.made)).ok().filter(|passed| *passed <= NEXT_DAYS)?;
        let sum = |counts: &[u8]| {
            counts.iter().skip(passed.into()).take(LAST_DAYS.into()).map(|n| u32::from(*n)).sum()
        };
        let mut alerts: Vec<_> = self.alerts.iter().filter_map(|of| self.alert(of, today)).collect();
        alerts.sort_by(|a, b| (b.severity, b.last, &a.rule).cmp(&(a.severity, a.last, &b.rule)));
        Some(CurrentStatus {
            due: sum(&self.due),
            done: sum(&self.done),
            missed: sum(&self.missed),
            alerts,
            doubts: self
                .doubts
                .iter()
                .filter_map(|one| one.since(today.plus_days(-i64::from(LAST_DAYS))))
                .collect(),
            last_contact: self.last_contact,
            quarantined: self.quarantined,
            held: self.held,
            to_merge: self.to_merge,
            conflicts: self.conflicts,
            doubles: self.doubles,
            unsent: self.unsent.clone(),
            phones: u32::try_from(self.phones.len()).unwrap_or(u32::MAX),
            studies: self.phones.clone(),
            unreadable: self.unreadable,
            too_large: self.too_large,
            left_out: self.left_out,
            appointments: self.appointments.iter().filter(|one| is_near(one, today)).cloned().collect(),
            ended: self.ended.is_some_and(|last| last < today),
        })
    }

    fn alert(&self, of: &RuleAlerts, today: DiaryDay) -> Option<AlertStatus> {
        let first = today.plus_days(-i64::from(LAST_DAYS));
        let hits = || of.hits.iter().filter(|hit| hit.until >= first);
        let presses = |hit: &&Hit| hit.handled.is_none() && hit.visited.is_none();
        let count = |hits: usize| u32::try_from(hits).unwrap_or(u32::MAX);
        let newest = |hit: &&Hit| hit.at;
        let last = hits().filter(presses).max_by_key(newest).or_else(|| hits().max_by_key(newest))?;
        Some(AlertStatus {
            rule: of.rule.clone(),
            severity: severity(of.severity),
            times: count(hits().count()),
            pressing: count(hits().filter(presses).count()),
            last: last.at,
            shown: last.flags & SHOWN != 0,
            unfinished: last.flags & UNFINISHED != 0,
            unmerged: count(hits().filter(|hit| hit.flags & UNMERGED != 0).count()),
            acknowledged: last.flags & ACKNOWLEDGED != 0,
            visited: last.visited.is_some(),
            handled: last.handled.clone(),
            entry: last.entry,
        })
    }
}

/// Limits the size of a status, and remembers if something was left out.
struct Cut {
    hits: usize,
    some: bool,
}

impl Cut {
    /// The first of `all`.
    fn first<T>(&mut self, mut all: Vec<T>) -> Vec<T> {
        self.some |= all.len() > KEPT;
        all.truncate(KEPT);
        all
    }

    /// Of the times of one rule, oldest first, those that press before those that do not, and of these the last.
    fn hits<'h>(&mut self, all: &'h [RuleHit]) -> Vec<&'h RuleHit> {
        let mut kept: Vec<&RuleHit> = all.iter().collect();
        if all.len() > KEPT.min(self.hits) {
            self.some = true;
            kept.sort_by_key(|hit| hit.presses());
            kept.drain(..all.len() - KEPT.min(self.hits));
        }
        self.hits -= kept.len();
        kept
    }
}

impl DoubtStand {
    fn of(one: Pressing) -> Self {
        let place = Doubt::ALL.iter().position(|doubt| *doubt == one.doubt).unwrap_or_default();
        Self {
            doubt: u8::try_from(place).unwrap_or_default(),
            name: one.name.map(|name| name.iter().map(|(lang, words)| (lang, words.to_owned())).collect()),
            phone: one.phone,
            last: one.last,
        }
    }

    fn since(&self, first: DiaryDay) -> Option<Pressing> {
        if self.last.is_some_and(|last| last < first) {
            return None;
        }
        Some(Pressing {
            doubt: *Doubt::ALL.get(usize::from(self.doubt))?,
            name: self.name.clone().map(|name| name.into_iter().collect()),
            phone: self.phone,
            last: self.last,
        })
    }
}

/// True if an appointment is shown on `today`: visits from a week before on, planned infusions of the next weeks.
fn is_near(one: &Appointment, today: DiaryDay) -> bool {
    one.day >= today.plus_days(-APPOINTMENTS_BACK)
        && (one.infusion.is_none() || one.day <= today.plus_days(APPOINTMENTS_AHEAD))
}

const fn flag(set: bool, bit: u8) -> u8 {
    if set { bit } else { 0 }
}

/// Removes zeros at the end: most of the coming days have none.
fn trimmed(mut counts: Vec<u8>) -> Vec<u8> {
    counts.truncate(counts.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1));
    counts
}

const fn number(severity: Severity) -> u8 {
    match severity {
        Severity::Notice => 0,
        Severity::Call => 1,
        Severity::Emergency => 2,
    }
}

/// Unknown numbers of a later program count as the highest severity, so that none is missed.
const fn severity(number: u8) -> Severity {
    match number {
        0 => Severity::Notice,
        1 => Severity::Call,
        _ => Severity::Emergency,
    }
}

#[cfg(test)]
mod tests;
