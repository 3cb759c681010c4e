//! Selection and order of the worklist.

use diary_core::ids::VaultId;
use diary_core::study::Severity;
use diary_core::time::{DAY_MS, UtcMillis};

use super::status::{AlertStatus, CurrentStatus};
use super::{Candidate, Finding, Thresholds, rows};
use crate::report::{Doubt, Pressing};

const NOW: UtcMillis = UtcMillis(100 * DAY_MS);

fn well() -> CurrentStatus {
    CurrentStatus {
        due: 28,
        done: 28,
        missed: 0,
        alerts: Vec::new(),
        doubts: Vec::new(),
        last_contact: Some(NOW.plus_ms(-DAY_MS)),
        quarantined: None,
        held: 0,
        to_merge: 0,
        conflicts: 0,
        doubles: 0,
        unsent: Vec::new(),
        phones: 1,
        studies: vec![(1, Some(1))],
        unreadable: false,
        too_large: false,
        left_out: 0,
        appointments: Vec::new(),
        ended: false,
    }
}

fn one(subject: &str, change: impl FnOnce(&mut CurrentStatus)) -> Candidate {
    let mut status = well();
    change(&mut status);
    let vault = VaultId::from_bytes([1; 16]);
    Candidate {
        subject: subject.to_owned(),
        vault,
        added: UtcMillis(0),
        status,
        pending: None,
        lent: Vec::new(),
    }
}

fn alert(severity: Severity, visited: bool) -> AlertStatus {
    let rule = "breathless".parse().unwrap();
    AlertStatus {
        rule,
        severity,
        times: 1,
        pressing: u32::from(!visited),
        last: NOW,
        shown: true,
        unfinished: false,
        unmerged: 0,
        acknowledged: false,
        visited,
        handled: None,
        entry: None,
    }
}

fn doubt(doubt: Doubt) -> Pressing {
    Pressing { doubt, name: None, phone: Some(1), last: None }
}

fn listed(candidates: Vec<Candidate>) -> Vec<String> {
    rows(candidates, Thresholds::default(), NOW).into_iter().map(|row| row.subject).collect()
}

#[test]
fn who_needs_nobody_is_not_listed() {
    assert!(listed(vec![one("S1", |_| {})]).is_empty());
}

#[test]
fn the_list_begins_with_what_presses_most() {
    let silent =
        |days: i64| move |status: &mut CurrentStatus| status.last_contact = Some(NOW.plus_ms(-days * DAY_MS));
    let candidates = vec![
        one("no-phone", |status| (status.phones, status.last_contact) = (0, Some(UtcMillis(0)))),
        one("seen-at-a-visit", |status| status.alerts.push(alert(Severity::Emergency, true))),
        one("grant", |status| status.held = 1),
        one("unsent", |status| status.unsent.push((1, Some(NOW), 2))),
        one("completion", |status| (status.done, status.missed) = (10, 3)),
        one("conflict", |status| status.conflicts = 1),
        one("quarantine", |status| status.quarantined = Some((1, NOW))),
        Candidate { pending: Some((1, NOW)), ..one("pending", |_| {}) },
        one("silent-8", silent(8)),
        one("silent-9", silent(9)),
        one("unreadable", |status| status.unreadable = true),
        one("call", |status| status.alerts.push(alert(Severity::Call, false))),
        one("clock", |status| status.doubts.push(doubt(Doubt::Clock))),
        one("unit", |status| status.doubts.push(doubt(Doubt::Units))),
        one("emergency", |status| status.alerts.push(alert(Severity::Emergency, false))),
        one("emergency-and-conflict", |status| {
            status.alerts.push(alert(Severity::Emergency, false));
            status.doubles = 1;
        }),
    ];
    let expected = [
        "emergency-and-conflict",
        "emergency",
        "unit",
        "call",
        "unreadable",
        "silent-9",
        "silent-8",
        "pending",
        "quarantine",
        "clock",
        "conflict",
        "completion",
        "unsent",
        "grant",
        "seen-at-a-visit",
        "no-phone",
    ];
    assert_eq!(listed(candidates), expected);
}

#[test]
fn silence_and_completion_count_from_the_thresholds_on() {
    let silent =
        |ms: i64| vec![one("S1", |status| status.last_contact = Some(NOW.plus_ms(-7 * DAY_MS + ms)))];
    assert_eq!(listed(silent(0)), ["S1"]);
    assert!(listed(silent(1)).is_empty());
    let of_100 = |done: u32| vec![one("S1", |status| (status.due, status.done) = (100, done))];
    assert_eq!(listed(of_100(79)), ["S1"]);
    assert!(listed(of_100(80)).is_empty());
}

#[test]
fn silence_of_somebody_who_never_had_contact_counts_from_the_day_they_were_added() {
    let never = |phones: u32| one("S1", |status| (status.phones, status.last_contact) = (phones, None));
    let found = rows(vec![never(1)], Thresholds::default(), NOW).remove(0).findings;
    assert_eq!(found, [Finding::NoContact { since: None, days: 100 }]);
    let found = rows(vec![never(0)], Thresholds::default(), NOW).remove(0).findings;
    assert_eq!(found, [Finding::NoPhone { since: None }]);
    let young = Candidate { added: NOW, ..never(0) };
    assert!(listed(vec![young]).is_empty());
}
