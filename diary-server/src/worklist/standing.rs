//! How one participant stands, small enough to be kept beside every vault: made from the record once something has
//! arrived, and read on any later day without it, since the schedule is known ahead. Pure.

use diary_core::ids::RuleId;
use diary_core::study::Severity;
use diary_core::time::{DiaryDay, TimeOfDay, UtcMillis, Zone};
use diary_core::wire::{self, WireError};

use crate::report::ReportError;
use crate::report::ReportInput;
use crate::report::outlook::{LAST_DAYS, NEXT_DAYS, Outlook, outlook};

/// Counts up whenever what stands in a standing, or how it is worked out, changes.
const FORM: u32 = 1;
/// Longest standing that is read, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// By what a standing was made: a standing of another program, or of another version of the study, is worked out again.
#[must_use]
pub fn version(study_version: u32) -> i64 {
    i64::from(FORM) << 32 | i64::from(study_version)
}

/// How one participant stands.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct Standing {
    /// The diary day on which it was made.
    #[n(0)]
    made: DiaryDay,
    /// The zone the participant lives in.
    #[n(1)]
    zone: Zone,
    /// When a diary day begins.
    #[n(2)]
    cut: TimeOfDay,
    /// Places of the schedule whose windows close on each day, from 28 days before it was made on; noughts at the end are
    /// left out.
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
    /// Visits.
    #[n(7)]
    visits: Vec<DiaryDay>,
    /// Last contact of a phone.
    #[n(8)]
    last_contact: Option<UtcMillis>,
    /// Parcels in quarantine that nobody has decided about, and when the last came.
    #[n(9)]
    quarantined: Option<(u32, UtcMillis)>,
    /// Parcels whose grant has not come.
    #[n(10)]
    held: u32,
    /// Entries with contradicting versions.
    #[n(11)]
    conflicts: u32,
    /// Places with several entries, undecided.
    #[n(12)]
    doubles: u32,
    /// What phones hold: number, when said, of how many days; 0 for a gap.
    #[n(13)]
    unsent: Vec<(u16, Option<UtcMillis>, u32)>,
    /// Phones in use.
    #[n(14)]
    phones: u32,
    /// The record could not be read.
    #[n(15)]
    unreadable: bool,
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
    /// Diary day, when, whether it was shown (1) and confirmed as read (2).
    #[n(2)]
    hits: Vec<(DiaryDay, UtcMillis, u8)>,
}

const SHOWN: u8 = 1;
const ACKNOWLEDGED: u8 = 2;

/// What is known of a participant beside the record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Beside {
    /// Last contact of a phone, merged or not.
    pub last_contact: Option<UtcMillis>,
    /// Parcels in quarantine that nobody has decided about, and when the last came.
    pub quarantined: Option<(u32, UtcMillis)>,
    /// Parcels whose grant has not come.
    pub held: u32,
}

/// What stands of a participant on a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stand {
    /// Places of the schedule that closed on the 28 whole days before.
    pub due: u32,
    /// Those with an entry.
    pub done: u32,
    /// Those that were missed; of the others nothing has come yet.
    pub missed: u32,
    /// Alerts of the last 28 days, by rule, the most pressing and then the last first.
    pub alerts: Vec<AlertStand>,
    /// Last contact of a phone.
    pub last_contact: Option<UtcMillis>,
    /// Parcels in quarantine that nobody has decided about, and when the last came.
    pub quarantined: Option<(u32, UtcMillis)>,
    /// Parcels whose grant has not come.
    pub held: u32,
    /// Entries with contradicting versions.
    pub conflicts: u32,
    /// Places with several entries, undecided.
    pub doubles: u32,
    /// What phones hold: number, when said, of how many days; 0 for a gap.
    pub unsent: Vec<(u16, Option<UtcMillis>, u32)>,
    /// Phones in use.
    pub phones: u32,
    /// The record could not be read.
    pub unreadable: bool,
}

/// Alerts of one rule on the last 28 days.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlertStand {
    /// The rule.
    pub rule: RuleId,
    /// How much it presses.
    pub severity: Severity,
    /// How often.
    pub times: u32,
    /// When last.
    pub last: UtcMillis,
    /// The last one's instruction was shown on the phone.
    pub shown: bool,
    /// The participant confirmed having read the last one.
    pub acknowledged: bool,
    /// There was a visit on a day after the last one.
    pub visited: bool,
}

impl Standing {
    /// How the participant of `input` stands.
    ///
    /// # Errors
    /// [`ReportError::NoStudy`] without any version of the study.
    pub fn of(input: &ReportInput<'_>, beside: Beside) -> Result<Self, ReportError> {
        Ok(Self::made(outlook(input)?, beside))
    }

    fn made(outlook: Outlook, beside: Beside) -> Self {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let mut alerts: Vec<RuleAlerts> = Vec::new();
        for alert in outlook.alerts {
            let flags =
                if alert.shown { SHOWN } else { 0 } | if alert.acknowledged { ACKNOWLEDGED } else { 0 };
            let hit = (alert.day, alert.at, flags);
            match alerts.iter_mut().find(|of| of.rule == alert.rule) {
                Some(of) => of.hits.push(hit),
                None => {
                    let severity = number(alert.severity);
                    alerts.push(RuleAlerts { rule: alert.rule, severity, hits: vec![hit] });
                }
            }
        }
        let unsent = outlook.unsent.iter().map(|one| (one.device, one.said, count(one.days))).collect();
        Self {
            made: outlook.today,
            zone: outlook.zone,
            cut: outlook.cut,
            due: trimmed(outlook.due),
            done: trimmed(outlook.done),
            missed: trimmed(outlook.missed),
            alerts,
            visits: outlook.visits,
            last_contact: beside.last_contact,
            quarantined: beside.quarantined,
            held: beside.held,
            conflicts: count(outlook.conflicts),
            doubles: count(outlook.doubles),
            unsent,
            phones: count(outlook.phones),
            unreadable: false,
        }
    }

    /// Of a participant whose record cannot be read.
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
            visits: Vec::new(),
            last_contact: None,
            quarantined: None,
            held: 0,
            conflicts: 0,
            doubles: 0,
            unsent: Vec::new(),
            phones: 0,
            unreadable: true,
        }
    }

    /// As it is kept.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Reads what was kept.
    ///
    /// # Errors
    /// [`WireError`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("standing", bytes, MAX_BYTES)
    }

    /// How the participant stands at `now`, if nothing has arrived since it was made; `None` where it was made on a later
    /// day, or too long ago.
    #[must_use]
    pub fn at(&self, now: UtcMillis) -> Option<Stand> {
        let today = DiaryDay::at(now, self.zone, self.cut.to_chrono());
        let passed = u16::try_from(today.since(self.made)).ok().filter(|passed| *passed <= NEXT_DAYS)?;
        let sum = |counts: &[u8]| {
            counts.iter().skip(passed.into()).take(LAST_DAYS.into()).map(|n| u32::from(*n)).sum()
        };
        let mut alerts: Vec<_> = self.alerts.iter().filter_map(|of| self.alert(of, today)).collect();
        alerts.sort_by(|a, b| (b.severity, b.last, &a.rule).cmp(&(a.severity, a.last, &b.rule)));
        Some(Stand {
            due: sum(&self.due),
            done: sum(&self.done),
            missed: sum(&self.missed),
            alerts,
            last_contact: self.last_contact,
            quarantined: self.quarantined,
            held: self.held,
            conflicts: self.conflicts,
            doubles: self.doubles,
            unsent: self.unsent.clone(),
            phones: self.phones,
            unreadable: self.unreadable,
        })
    }

    fn alert(&self, of: &RuleAlerts, today: DiaryDay) -> Option<AlertStand> {
        let first = today.plus_days(-i64::from(LAST_DAYS));
        let hits = || of.hits.iter().filter(|(day, ..)| (first..=today).contains(day));
        let (day, last, flags) = *hits().max_by_key(|(_, at, _)| *at)?;
        Some(AlertStand {
            rule: of.rule.clone(),
            severity: severity(of.severity),
            times: u32::try_from(hits().count()).unwrap_or(u32::MAX),
            last,
            shown: flags & SHOWN != 0,
            acknowledged: flags & ACKNOWLEDGED != 0,
            // Of a visit on the day itself it is not known which came first.
            visited: self.visits.iter().any(|visit| *visit > day && *visit <= today),
        })
    }
}

/// Noughts at the end are left out: most of the days to come have nothing.
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

/// What a later program may add presses as much as the most.
const fn severity(number: u8) -> Severity {
    match number {
        0 => Severity::Notice,
        1 => Severity::Call,
        _ => Severity::Emergency,
    }
}

#[cfg(test)]
mod tests;
