//! Missed, still on the phone, unknown, late; the days and their zones.

use diary_core::ids::{Incarnation, KeyId};
use diary_core::parcel::QuarantineCode;
use diary_core::text::Lang;
use diary_core::time::{ReceivedAt, Zone};

use super::world::{World, day, late};
use crate::report::outlook::{Outlook, outlook};
use crate::report::{Empty, Finding, Meaning, NotMerged, OnDays, Report, SlotCell, text};
use diary_core::unmerged::UnmergedState;

fn evening(report: &Report) -> Vec<Option<SlotCell>> {
    report.slots.iter().find(|row| row.slot.as_str() == "evening").unwrap().cells.clone()
}

fn empties(report: &Report) -> Vec<Option<Empty>> {
    evening(report)
        .into_iter()
        .map(|cell| match cell {
            Some(SlotCell::Empty(empty)) => Some(empty),
            Some(SlotCell::Answered { .. }) | None => None,
        })
        .collect()
}

#[test]
fn an_empty_slot_is_missed_once_the_phone_has_spoken_after_its_late_limit() {
    let mut world = World::new();
    world.evening("2026-03-02", [0; 10]);
    // The evening of the 1st closed on the 2nd at 03:00 and could be answered until the 4th at 03:00.
    world.at("2026-03-04 03:01").sync();
    let report = world.report("2026-03-05 12:00", 5);
    assert_eq!(empties(&report)[0], Some(Empty::Missed));
    assert_eq!(empties(&report)[1], None, "the 2nd was answered");
    let since = Some(world.instant("2026-03-04 03:01"));
    assert_eq!(empties(&report)[2], Some(Empty::Open), "one may still come, and the phone had none");
    assert_eq!(empties(&report)[3], Some(Empty::Unknown { since, device: Some(1) }));
    assert_eq!(empties(&report)[4], Some(Empty::Upcoming));
}

#[test]
fn before_its_late_limit_an_empty_slot_is_open_where_the_phone_has_none_and_unknown_where_it_is_silent() {
    let mut world = World::new();
    world.at("2026-03-02 12:00").sync();
    let report = world.report("2026-03-03 12:00", 3);
    assert_eq!(
        empties(&report)[0],
        Some(Empty::Open),
        "said after it closed: there is none, but one may come"
    );
    let since = Some(world.instant("2026-03-02 12:00"));
    assert_eq!(empties(&report)[1], Some(Empty::Unknown { since, device: Some(1) }));
}

#[test]
fn a_day_that_the_phone_lists_as_unsent_is_still_on_the_phone() {
    let mut world = World::new();
    world.at("2026-03-06 12:00").sync_holding(&["2026-03-02"]);
    let report = world.report("2026-03-06 13:00", 6);
    assert_eq!(empties(&report)[1], Some(Empty::StillOnPhone { device: Some(1) }));
    assert_eq!(empties(&report)[2], Some(Empty::Missed));
    let days = report.attention.iter().find_map(|a| match &a.what {
        Finding::Days { what: OnDays::StillOnPhone, days } => Some(days.clone()),
        _ => None,
    });
    assert_eq!(days, Some(vec![day("2026-03-02")]));
}

#[test]
fn while_a_parcel_in_between_is_missing_nothing_is_called_missed() {
    let mut world = World::new();
    world.evening("2026-03-02", [0; 10]);
    world.lose_one();
    world.at("2026-03-06 12:00").sync();
    let report = world.report("2026-03-06 13:00", 6);
    assert_eq!(empties(&report)[1], Some(Empty::StillOnPhone { device: Some(1) }));
    assert!(!empties(&report).contains(&Some(Empty::Missed)));
    assert!(matches!(report.devices[0].meaning, Meaning::Gap { .. }));
    assert_eq!(seen(&world).unsent.len(), 1);

    // The same parcel, stored and not merged: it must not be reported as not arrived.
    let (author, incarnation) = (KeyId::from_bytes([1; 16]), Incarnation::from_bytes([1; 16]));
    let received = ReceivedAt(world.instant("2026-03-03 20:00"));
    let seqs = world.trial_record().chains().get(&incarnation).unwrap().seqs.clone();
    let seq = (1..).find(|seq| !seqs.contains(seq)).unwrap();
    let why = UnmergedState::Quarantined(QuarantineCode::Undecodable);
    world.not_merged.push(NotMerged { n: seq, author, incarnation, seq, received, why });
    let report = world.report("2026-03-06 13:00", 6);
    let meaning = &report.devices[0].meaning;
    assert!(matches!(meaning, Meaning::NotMerged { count: 1, .. }), "{meaning:?}");
    assert_eq!(seen(&world).unsent, []);
    assert!(
        text::render(&report, Lang::EN, 200)
            .contains("everything sent is here, 1 parcel(s) of it not merged")
    );
}

fn seen(world: &World) -> Outlook {
    world.look("2026-03-06 13:00", 6, |input| outlook(input).unwrap())
}

#[test]
fn a_second_phone_that_is_silent_keeps_an_empty_slot_unknown() {
    let mut world = World::new();
    world.use_phone(2).at("2026-03-02 09:00").sync();
    world.use_phone(1).at("2026-03-08 12:00").sync();
    let report = world.report("2026-03-08 13:00", 8);
    let since = Some(world.instant("2026-03-02 09:00"));
    assert_eq!(empties(&report)[2], Some(Empty::Unknown { since, device: Some(2) }));
}

#[test]
fn days_before_the_diary_began_are_not_due() {
    let mut world = World::new();
    world.at("2026-03-08 12:00").sync();
    let report = world.report("2026-03-08 13:00", 28);
    assert_eq!(report.first_day, Some(day("2026-03-01")));
    assert!(evening(&report)[..20].iter().all(Option::is_none));
    assert!(evening(&report)[20].is_some());
}

#[test]
fn a_late_entry_counts_as_late_and_says_why() {
    let mut world = World::new();
    let closed = world.instant("2026-03-03 03:00");
    world.at("2026-03-03 21:00");
    let content = super::world::assessment(
        &world.studies,
        1,
        "evening",
        super::world::graded(&super::world::EVENING, &[1; 10]),
    );
    let slot = Some(diary_core::entry::Slot::Scheduled("evening".parse().unwrap()));
    world.record_with("2026-03-02", slot, content, late(closed, "in hospital"));
    world.sync();
    let report = world.report("2026-03-04 12:00", 4);
    assert!(matches!(evening(&report)[1], Some(SlotCell::Answered { late: true, .. })));
    assert_eq!(report.slots[0].counts.late, 1);
    assert_eq!(report.late[0].reason.as_deref(), Some("in hospital"));
}

#[test]
fn days_entered_within_minutes_are_flagged_as_filled_in_together() {
    let mut world = World::new();
    for (of, minute) in [("2026-03-02", 0), ("2026-03-03", 2), ("2026-03-04", 4)] {
        world.at(&format!("2026-03-04 21:0{minute}"));
        let answers = super::world::graded(&super::world::EVENING, &[1; 10]);
        world.assess(of, Some("evening"), "evening", answers);
    }
    world.sync();
    let report = world.report("2026-03-05 12:00", 5);
    let flagged: Vec<bool> = report.days.iter().map(|day| day.backfilled).collect();
    assert_eq!(flagged, [false, true, true, true, false]);
}

#[test]
fn who_travels_keeps_the_hours_of_the_zone_they_live_in() {
    let mut world = World::new();
    world.evening("2026-03-02", [0; 10]);
    world.zone = "America/New_York".parse().unwrap();
    // 20:00 in New York is 09:00 of the next day in Beijing.
    world.evening("2026-03-04", [1; 10]);
    world.at("2026-03-07 12:00").sync();
    let report = world.report("2026-03-08 12:00", 7);
    let zones: Vec<String> = report.days.iter().map(|day| day.zone.to_string()).collect();
    assert_eq!(zones[2], "Asia/Shanghai");
    assert_eq!(zones[3], "America/New_York");
    assert!(matches!(evening(&report)[3], Some(SlotCell::Answered { late: false, .. })));
    assert_eq!(report.items[0].cells[3].as_ref().unwrap().shown, "1");
    assert_eq!(empties(&report)[2], Some(Empty::Missed));
    // At noon of the 8th in Beijing it is still the 7th where the participant is.
    assert_eq!(report.days.last().unwrap().day, day("2026-03-07"));
}

#[test]
fn a_day_of_23_hours_has_all_its_slots_once() {
    let mut world = World::new();
    world.zone = "America/New_York".parse().unwrap();
    // Clocks went forward there on 8 March 2026.
    for of in ["2026-03-07", "2026-03-08", "2026-03-09"] {
        world.evening(of, [1; 10]);
    }
    world.at("2026-03-12 12:00").sync();
    let report = world.report("2026-03-12 13:00", 6);
    let answered = evening(&report).iter().filter(|c| matches!(c, Some(SlotCell::Answered { .. }))).count();
    assert_eq!(answered, 3);
    assert_eq!(report.days.iter().filter(|head| head.day == day("2026-03-08")).count(), 1);
    assert_eq!(report.items[0].cells.iter().flatten().count(), 3);
}

#[test]
fn an_entry_recorded_after_it_was_received_makes_the_clock_doubtful() {
    let mut world = World::new();
    world.at("2026-03-09 20:00");
    world.note("2026-03-09", "from the future");
    world.at("2026-03-02 20:00").sync();
    let report = world.report("2026-03-10 12:00", 12);
    assert!(report.clock_doubts.iter().any(|doubt| doubt.problem == crate::report::ClockProblem::Ahead));
}

#[test]
fn without_any_phone_nothing_is_due_and_the_report_says_so() {
    let mut world = World::new();
    world.devices.clear();
    let report = world.report("2026-03-08 13:00", 28);
    assert!(report.slots.is_empty());
    assert!(report.attention.iter().any(|a| a.what == Finding::NoPhone));
    let zone: Zone = "Asia/Shanghai".parse().unwrap();
    assert_eq!(report.zone, zone);
}

#[test]
fn a_slot_that_a_later_version_of_the_study_brings_is_not_due_before_the_phone_followed_it() {
    let mut world = World::new();
    let mut files = diary_core::study::shipped::nct06836973().files().clone();
    let toml = String::from_utf8(files["study.toml"].clone()).unwrap();
    let later = toml.replace("version = 1", "version = 2").replace("enabled = false", "enabled = true");
    files.insert("study.toml".to_owned(), later.into_bytes());
    let later = diary_core::study::StudyPackage::new(files).unwrap();
    world.studies.insert(2, std::sync::Arc::new(diary_core::study::Study::load(&later).unwrap()));
    world.evening("2026-03-02", [0; 10]);
    world.study_version = 2;
    world.evening("2026-03-04", [0; 10]);
    world.at("2026-03-08 12:00").sync();
    let report = world.report("2026-03-08 13:00", 8);
    let morning = report.slots.iter().find(|row| row.slot.as_str() == "morning").unwrap();
    let due: Vec<bool> = morning.cells.iter().map(Option::is_some).collect();
    assert_eq!(due, [false, false, false, true, true, true, true, true]);
}
