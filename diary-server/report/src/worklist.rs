//! Selects the participants that need attention, the most urgent first, and gives one row for each from its status.
//! Pure: no database, no clock.

pub mod status;

use std::cmp::Reverse;

use diary_core::ids::VaultId;
use diary_core::study::Severity;
use diary_core::time::{DAY_MS, UtcMillis};
use serde::Serialize;

use crate::report::{Pressing, Rank, alert_rank};
use status::{AlertStatus, CurrentStatus};

/// Default number of diary days without contact after which staff should ask.
pub const DAYS_WITHOUT_CONTACT: u16 = 7;
/// Default percentage of completed slots below which staff should ask.
pub const COMPLETION_PERCENT: u8 = 80;

/// Thresholds from which a participant is listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Thresholds {
    /// Without contact for so many days.
    pub days_without_contact: u16,
    /// Percentage of the slots due on the last 28 whole days below which completion is reported.
    pub completion_percent: u8,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { days_without_contact: DAYS_WITHOUT_CONTACT, completion_percent: COMPLETION_PERCENT }
    }
}

/// A participant who may be listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// Subject number.
    pub subject: String,
    /// The vault.
    pub vault: VaultId,
    /// Time at which the participant was added.
    pub added: UtcMillis,
    /// Status of the participant.
    pub status: CurrentStatus,
    /// Pending phones, with the time of the first request.
    pub pending: Option<(u32, UtcMillis)>,
    /// Phones that the hospital lends to the participant.
    pub lent: Vec<LentPhone>,
}

/// A phone that the hospital lends and that was not given back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LentPhone {
    /// Inventory label; empty for none.
    pub label: String,
    /// It is revoked.
    pub revoked: bool,
}

/// One participant that needs attention.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Row {
    /// Subject number.
    pub subject: String,
    /// The vault.
    pub vault: VaultId,
    /// Last contact of a phone.
    pub last_contact: Option<UtcMillis>,
    /// Findings, the most urgent first.
    pub findings: Vec<Finding>,
}

/// Reason for which a participant needs attention.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Finding {
    /// An alert with a day, or a receipt, in the last 28 days, or with a later day.
    Alert(AlertStatus),
    /// Any other doubt that must not wait for a report.
    Doubtful(Pressing),
    /// The record cannot be read.
    Unreadable,
    /// The record has more than is listed here, or is too large to be evaluated.
    TooLarge,
    /// Entries of the record are missing in all figures here: a phone sent more than is read of one.
    LeftOut {
        /// Their number.
        entries: u64,
    },
    /// No contact of any phone in use for too long.
    NoContact {
        /// Time of the last contact; `None` if there was none.
        since: Option<UtcMillis>,
        /// Whole days.
        days: u32,
    },
    /// Phones wait to be confirmed.
    PhoneWaits {
        /// Number of phones.
        count: u32,
        /// Since when the first does.
        since: UtcMillis,
    },
    /// Parcels could not be merged.
    Quarantined {
        /// Number of parcels.
        count: u32,
        /// Time of receipt of the last.
        last: UtcMillis,
    },
    /// Contradictions to be settled.
    Conflicts {
        /// Entries with contradicting versions.
        entries: u32,
        /// Places of the schedule with several entries.
        places: u32,
    },
    /// Too few of the slots due on the last 28 whole days were completed.
    Completion {
        /// Due.
        due: u32,
        /// Received.
        done: u32,
        /// Known to be missed; the remaining slots have not arrived or are unknown.
        missed: u32,
        /// Received, in percent, rounded down.
        percent: u8,
    },
    /// A phone holds entries that it has not sent.
    Unsent {
        /// Number of the phone.
        phone: u16,
        /// Time of the phone's statement; for a gap, time up to which everything is here.
        said: Option<UtcMillis>,
        /// Number of days; 0 if a parcel is known to exist and has not arrived.
        days: u32,
    },
    /// Parcels without their grant.
    GrantMissing {
        /// Number of parcels.
        count: u32,
    },
    /// Parcels that are ready and not yet merged.
    ToMerge {
        /// Number of parcels.
        count: u32,
    },
    /// A phone that the hospital lends is not used any more: the participation is over, or it is revoked.
    LentPhone {
        /// Inventory label; empty for none.
        label: String,
        /// The participation is over.
        ended: bool,
    },
    /// No phone is in use.
    NoPhone {
        /// Time of the last contact of the last one.
        since: Option<UtcMillis>,
    },
}

impl Finding {
    /// Rank of a finding: 0 is the most urgent.
    #[must_use]
    pub const fn urgency(&self) -> u8 {
        match self {
            Self::Alert(AlertStatus { severity, pressing, .. }) => {
                match (alert_rank(*severity, *pressing > 0), severity) {
                    (Rank::Urgent, _) => 0,
                    (Rank::Look, Severity::Emergency | Severity::Call) => 2,
                    // A notice, or an alert that was dealt with or followed by a visit.
                    (Rank::Look, Severity::Notice) | (Rank::Know, _) => 12,
                }
            }
            Self::Doubtful(one) => match one.doubt.rank() {
                Rank::Urgent => 1,
                Rank::Look | Rank::Know => 7,
            },
            // The data left out may contain an emergency.
            Self::TooLarge | Self::LeftOut { .. } => 0,
            Self::Unreadable => 3,
            Self::NoContact { .. } => 4,
            Self::PhoneWaits { .. } => 5,
            Self::Quarantined { .. } => 6,
            Self::Conflicts { .. } => 8,
            Self::Completion { .. } => 9,
            Self::Unsent { .. } => 10,
            Self::GrantMissing { .. } | Self::ToMerge { .. } => 11,
            Self::LentPhone { .. } => 12,
            Self::NoPhone { .. } => 13,
        }
    }
}

/// Rows of the participants that need attention, the most urgent first.
#[must_use]
pub fn rows(candidates: Vec<Candidate>, thresholds: Thresholds, now: UtcMillis) -> Vec<Row> {
    let mut rows: Vec<Row> = candidates
        .into_iter()
        .map(|one| {
            let mut findings = findings(&one, thresholds, now);
            findings.sort_by_key(Finding::urgency);
            Row { subject: one.subject, vault: one.vault, last_contact: one.status.last_contact, findings }
        })
        .filter(|row| !row.findings.is_empty())
        .collect();
    rows.sort_by_cached_key(|row| {
        let urgencies = row.findings.iter().map(Finding::urgency);
        // Among rows with the same first findings, the one with more findings is first.
        let urgencies: Vec<u8> = urgencies.chain([u8::MAX]).collect();
        let silent = row.findings.iter().map(|finding| match finding {
            Finding::NoContact { days, .. } => *days,
            _ => 0,
        });
        (urgencies, Reverse(silent.max()), row.subject.clone())
    });
    rows
}

fn findings(one: &Candidate, thresholds: Thresholds, now: UtcMillis) -> Vec<Finding> {
    let status = &one.status;
    let mut found: Vec<Finding> = status.alerts.iter().cloned().map(Finding::Alert).collect();
    found.extend(status.too_large.then_some(Finding::TooLarge));
    found.extend(status.doubts.iter().cloned().map(Finding::Doubtful));
    if status.unreadable {
        found.push(Finding::Unreadable);
    } else if !(status.too_large && status.phones == 0) {
        found.extend(contact(one, thresholds, now));
        found.extend(completion(status, thresholds));
    }
    if status.left_out > 0 {
        found.push(Finding::LeftOut { entries: status.left_out });
    }
    found.extend(one.pending.map(|(count, since)| Finding::PhoneWaits { count, since }));
    found.extend(status.quarantined.map(|(count, last)| Finding::Quarantined { count, last }));
    if status.conflicts + status.doubles > 0 {
        found.push(Finding::Conflicts { entries: status.conflicts, places: status.doubles });
    }
    let unsent = status.unsent.iter();
    found.extend(unsent.map(|(phone, said, days)| Finding::Unsent {
        phone: *phone,
        said: *said,
        days: *days,
    }));
    let ended = status.ended;
    let to_return = one.lent.iter().filter(|phone| ended || phone.revoked);
    found.extend(to_return.map(|phone| Finding::LentPhone { label: phone.label.clone(), ended }));
    if status.held > 0 {
        found.push(Finding::GrantMissing { count: status.held });
    }
    if status.to_merge > 0 {
        found.push(Finding::ToMerge { count: status.to_merge });
    }
    found
}

/// Silence counts from the last contact or, if there was none, from the day on which the participant was added.
fn contact(one: &Candidate, thresholds: Thresholds, now: UtcMillis) -> Option<Finding> {
    let since = one.status.last_contact;
    let days = u32::try_from(now.since_ms(since.unwrap_or(one.added)) / DAY_MS).unwrap_or(0);
    if days < u32::from(thresholds.days_without_contact) {
        return None;
    }
    match (one.status.phones, one.pending) {
        // A pending phone is a finding of its own.
        (0, Some(_)) => None,
        (0, None) => Some(Finding::NoPhone { since }),
        _ => Some(Finding::NoContact { since, days }),
    }
}

/// Not computed without a phone: nothing can arrive.
fn completion(status: &CurrentStatus, thresholds: Thresholds) -> Option<Finding> {
    let CurrentStatus { due, done, missed, .. } = *status;
    let percent = u8::try_from(u64::from(done) * 100 / u64::from(due.max(1))).unwrap_or(100);
    let too_little = due > 0 && status.phones > 0 && percent < thresholds.completion_percent;
    too_little.then_some(Finding::Completion { due, done, missed, percent })
}

#[cfg(test)]
mod tests;
