//! Clocks, zones, days that cannot be and values that cannot be: each is named with its value and its day.

use diary_core::entry::{Content, MedicationChange, MedicationChangeKind, MedicationRef, Value};
use diary_core::parcel::Item;
use diary_core::text::Lang;

use diary_core::time::PartialDate;

use super::world::{EVENING, World, assessment, attention, code, day, graded, quantity};
use crate::report::{ClockProblem, Outside, Rank, Report, SlotCell, html, text};

fn temperature(world: &mut World, of: &str, value: &str) {
    world.at(&format!("{of} 19:00"));
    let answers =
        vec![("temperature-method", code("ear")), ("temperature", Value::Decimal(value.parse().unwrap()))];
    world.assess(of, Some("safety-evening"), "safety", answers);
}

#[test]
fn an_odd_answer_is_named_with_its_value_its_day_and_the_range() {
    let mut world = World::new();
    world.anchor("cycle1", "2026-03-03");
    temperature(&mut world, "2026-03-04", "58.2");
    world.sync();
    let report = world.report("2026-03-05 12:00", 5);
    let line = "Temperature 58.2 °C on 4 Mar, outside 34 to 43".to_owned();
    assert!(attention(&report, Lang::EN).contains(&line), "{:?}", attention(&report, Lang::EN));
    let line = "体温：3月4日 58.2 °C，超出34至43的范围".to_owned();
    assert!(attention(&report, Lang::ZH_CN).contains(&line), "{:?}", attention(&report, Lang::ZH_CN));
}

#[test]
fn an_odd_answer_hides_no_other_of_its_day_and_meets_no_alert() {
    let mut world = World::new();
    world.anchor("cycle1", "2026-03-03");
    temperature(&mut world, "2026-03-04", "900000000000000");
    world.sync();
    let report = world.report("2026-03-05 12:00", 5);
    assert!(report.alerts.is_empty(), "{:?}", report.alerts);
    let line = "Temperature 900000000000000 °C on 4 Mar, outside 34 to 43".to_owned();
    assert!(attention(&report, Lang::EN).contains(&line), "{:?}", attention(&report, Lang::EN));
    temperature(&mut world, "2026-03-04", "39.1");
    world.sync();
    let report = world.report("2026-03-05 12:00", 5);
    let fever = report.alerts.iter().map(|alert| alert.rule.to_string()).collect::<Vec<_>>();
    assert!(fever.contains(&"fever".to_owned()), "{fever:?}");
}

#[test]
fn a_time_that_cannot_be_is_named_and_used_for_nothing() {
    let mut world = World::new();
    world.at("2026-03-04 20:00");
    let note = Content::Note(diary_core::entry::Note { text: "x".to_owned() });
    let claims = Some(diary_core::time::OccurredAt(diary_core::time::UtcMillis(i64::MAX)));
    world.record_with("2026-03-04", None, note, |revision| revision.occurred = claims);
    world.sync();
    let report = world.report("2026-03-05 12:00", 5);
    let line = "A time that cannot be is claimed; it is used for nothing: 4 Mar".to_owned();
    assert!(attention(&report, Lang::EN).contains(&line), "{:?}", attention(&report, Lang::EN));
}

#[test]
fn an_amount_in_a_unit_that_is_not_the_medications_is_on_the_first_lines() {
    let mut world = World::new();
    world.at("2026-03-04 08:00");
    world.extra("2026-03-04", "tacrolimus", "3 g", "2026-03-04 08:00");
    world.sync();
    let report = world.report("2026-03-05 12:00", 5);
    assert_eq!(report.attention[0].rank, Rank::Urgent);
    assert_eq!(attention(&report, Lang::EN)[0], "Tacrolimus 3 g on 4 Mar, not in mg as it should be");
    assert_eq!(attention(&report, Lang::ZH_CN)[0], "他克莫司：3月4日 3克，单位应为毫克");
}

#[test]
fn a_remark_on_a_reported_change_names_amount_and_day() {
    let mut world = World::new();
    world.at("2026-03-04 20:00");
    let change = MedicationChange {
        medication: MedicationRef { code: Some("methotrexate".parse().unwrap()), name: "x".to_owned() },
        kind: MedicationChangeKind::Started,
        from: PartialDate::Day(day("2025-12-30")),
        dose: Some(quantity("10 mg")),
        route: None,
        frequency: Some(diary_core::entry::Frequency::Daily),
        reason: None,
        form: None,
    };
    world.record("2026-03-04", None, Content::MedicationChange(change));
    world.sync();
    let report = world.report("2026-03-05 12:00", 5);
    assert_eq!(
        attention(&report, Lang::EN)[0],
        "Methotrexate 10 mg, once a day, from 30 Dec 2025: This medication is taken once a week, never every day. \
         Please check with your study site."
    );
}

#[test]
fn days_filled_in_together_say_when_they_were() {
    let mut world = World::new();
    for (of, minute) in [("2026-03-02", 0), ("2026-03-03", 2), ("2026-03-04", 4)] {
        world.at(&format!("2026-03-04 21:0{minute}"));
        world.assess(of, Some("evening"), "evening", graded(&EVENING, &[1; 10]));
    }
    world.sync();
    let report = world.report("2026-03-05 12:00", 5);
    let line = "Filled in together, 4 Mar 21:00 to 21:04: entries of 2–4 Mar".to_owned();
    assert!(attention(&report, Lang::EN).contains(&line), "{:?}", attention(&report, Lang::EN));
}

#[test]
fn contradicting_versions_are_named_with_both_values() {
    let mut world = World::new();
    let first = world.evening("2026-03-02", [1; 10]);
    for grade in [2, 3] {
        let mut grades = [1; 10];
        grades[9] = grade;
        let content = assessment(&world.studies, 1, "evening", graded(&EVENING, &grades));
        world.correct(first, content, "wrong");
    }
    world.sync();
    let report = world.report("2026-03-03 12:00", 3);
    let line = "Evening check of 2 Mar, versions contradict each other: Fatigue: Tired; I did less than I wanted to / Very \
                tired; I mostly lay down";
    assert!(attention(&report, Lang::EN).contains(&line.to_owned()), "{:?}", attention(&report, Lang::EN));
}

#[test]
fn a_phone_that_lives_in_another_zone_than_its_site_is_on_the_first_lines() {
    let mut world = World::new();
    world.zone = "UTC".parse().unwrap();
    world.at("2026-03-02 01:00").use_phone(2).sync();
    world.evening("2026-03-03", [0; 10]);
    world.sync();
    let report = world.report("2026-03-04 12:00", 4);
    let line = "Phone 2 lives in UTC, the site in Asia/Shanghai, since 2 Mar".to_owned();
    assert!(attention(&report, Lang::EN).contains(&line), "{:?}", attention(&report, Lang::EN));
    let line = "手机2自3月2日起使用UTC时区，研究中心所在时区为Asia/Shanghai".to_owned();
    assert!(attention(&report, Lang::ZH_CN).contains(&line), "{:?}", attention(&report, Lang::ZH_CN));
    assert_eq!(report.zone_doubts.len(), 1, "phone 1 lives at the site");
}

#[test]
fn a_zone_with_the_sites_hours_is_no_doubt_and_neither_is_a_journey_that_is_over() {
    let mut world = World::new();
    world.zone = "America/New_York".parse().unwrap();
    world.at("2026-03-02 20:00").sync();
    world.zone = "Asia/Singapore".parse().unwrap();
    world.at("2026-03-05 20:00").sync();
    assert!(world.report("2026-03-06 12:00", 6).zone_doubts.is_empty());
}

fn two_days_ahead_and_five_years_back() -> World {
    let mut world = World::new();
    world.at("2026-03-06 17:30");
    world.assess("2026-03-06", Some("evening"), "evening", graded(&EVENING, &[2; 10]));
    world.at("2021-03-04 09:00");
    world.note("2021-03-04", "five years back");
    world.at("2026-03-04 18:10").sync();
    world
}

fn found(report: &Report, lang: Lang) -> Vec<String> {
    let section = crate::report::sections::Sections { report, lang }.outside().unwrap();
    section.lines.into_iter().map(|line| line.text).collect()
}

#[test]
fn entries_of_days_that_are_not_laid_out_have_a_section_at_the_top() {
    let world = two_days_ahead_and_five_years_back();
    let report = world.report("2026-03-04 19:00", 4);
    assert_eq!(
        report.outside.iter().map(|entry| (entry.why, entry.day.to_string())).collect::<Vec<_>>(),
        [(Outside::Ahead, "2026-03-06".to_owned()), (Outside::BeforeDiary, "2021-03-04".to_owned())]
    );
    let lines = found(&report, Lang::EN);
    assert!(lines[0].starts_with("6 Mar Evening check: Eyelid droop: "), "{lines:?}");
    assert!(lines[0].ends_with("(phone's clock 6 Mar 17:30; received 4 Mar 18:10)"), "{lines:?}");
    assert_eq!(
        lines[1],
        "4 Mar 2021 Note: five years back (phone's clock 4 Mar 2021 09:00; received 4 Mar 18:10)"
    );
    assert_eq!(
        found(&report, Lang::ZH_CN)[1],
        "2021年3月4日 备注：five years back（手机时钟2021年3月4日 09:00；收到于3月4日 18:10）"
    );
    let page = text::render(&report, Lang::EN, 200);
    assert!(page.find("Entries of other days").unwrap() < page.find("== Phones").unwrap());
    for lang in [Lang::ZH_CN, Lang::EN] {
        let (page, print) = (text::render(&report, lang, 2000), html::render(&report, lang));
        for line in found(&report, lang) {
            assert!(page.contains(&line), "{line}\n{page}");
            assert!(print.contains(&line.replace('\'', "&#39;")) || print.contains(&line), "{line}");
        }
    }
    let lines = attention(&report, Lang::EN);
    let short = "Entries of days that had not come when they were received, counted for no day (1): 6 Mar";
    assert!(lines.contains(&short.to_owned()), "{lines:?}");
    let ahead = report.clock_doubts.iter().find(|doubt| doubt.problem == ClockProblem::Ahead).unwrap();
    assert!(ahead.presses() && ahead.minutes == 2 * 1440 - 40, "{ahead:?}");
    let back = report.clock_doubts.iter().find(|doubt| doubt.problem == ClockProblem::Backwards).unwrap();
    assert!(back.presses());
    let pressing =
        report.attention.iter().filter(|found| matches!(found.what, crate::report::Finding::Clock(_)));
    assert!(pressing.clone().count() == 2 && pressing.clone().all(|found| found.rank == Rank::Look));
}

#[test]
fn an_answer_under_a_wrong_clock_does_not_fill_the_day_once_it_comes() {
    let mut world = two_days_ahead_and_five_years_back();
    world.at("2026-03-06 18:00");
    world.assess("2026-03-06", Some("evening"), "evening", graded(&EVENING, &[1; 10]));
    world.sync();
    let report = world.report("2026-03-06 19:00", 6);
    let cell = report.slots[0].cells.last().unwrap().clone().unwrap();
    assert!(matches!(cell, SlotCell::Answered { others: 0, .. }), "{cell:?}");
    assert_eq!(report.items[0].cells.last().unwrap().as_ref().unwrap().shown, "1");
    assert!(report.duplicates.is_empty());
    assert!(found(&report, Lang::EN)[0].starts_with("6 Mar Evening check: "), "it stays visible");
}

#[test]
fn entries_of_earlier_days_that_came_together_share_a_line() {
    let mut world = World::new();
    for of in ["2026-03-02", "2026-03-03", "2026-03-04"] {
        world.evening(of, [0; 10]);
    }
    world.at("2026-03-20 18:10").sync();
    let report = world.report("2026-03-20 19:00", 10);
    assert_eq!(found(&report, Lang::EN), ["2–4 Mar Evening check ×3 (received 20 Mar 18:10)"]);
    assert_eq!(found(&report, Lang::ZH_CN), ["3月2–4日 晚间记录 ×3（收到于3月20日 18:10）"]);
}

/// One finding of each kind in the first lines.
pub(super) fn troubles(world: &mut World) {
    let asia = world.zone;
    world.zone = "Asia/Tokyo".parse().unwrap();
    world.use_phone(2).at("2026-04-02 09:00").sync();
    (world.zone, _) = (asia, world.use_phone(1));
    temperature(world, "2026-04-02", "58.2");
    world.extra("2026-04-02", "tacrolimus", "3 g", "2026-04-02 08:00");
    let weekly =
        MedicationRef { code: Some("methotrexate".parse().unwrap()), name: "甲氨蝶呤".to_owned() };
    let change = MedicationChange {
        medication: weekly,
        kind: MedicationChangeKind::Started,
        from: PartialDate::Day(day("2025-12-30")),
        dose: Some(quantity("10 mg")),
        route: Some(diary_core::entry::Route::Oral),
        frequency: Some(diary_core::entry::Frequency::Daily),
        reason: None,
        form: None,
    };
    world.record("2026-04-02", None, Content::MedicationChange(change));
    for of in ["2026-04-02", "2026-04-03", "2026-04-04"] {
        world.at("2026-04-04 21:00");
        let first = world.assess(of, Some("evening"), "evening", graded(&EVENING, &[1; 10]));
        for grade in [2, 3] {
            let content = assessment(&world.studies, 1, "evening", graded(&EVENING, &[grade; 10]));
            world.correct(first, content, "写错了");
        }
    }
    let first = world.mg_adl("2026-04-04", [1; 8]);
    let second = world.mg_adl("2026-04-04", [2; 8]);
    world.decide(second, &[first, second], "以后一次为准");
    world.mg_adl("2026-04-04", [0; 8]);
    world.at("2026-04-09 20:00").note("2026-04-09", "时钟不对");
    world.at("2021-03-04 20:00").note("2021-03-04", "时钟不对");
    let received = diary_core::time::ReceivedAt(world.instant("2026-04-04 20:00"));
    let author = diary_core::ids::KeyId::from_bytes([1; 16]);
    let code = diary_core::parcel::QuarantineCode::Undecodable;
    let incarnation = diary_core::ids::Incarnation::from_bytes([1; 16]);
    let why = diary_core::unmerged::UnmergedState::Quarantined(code);
    world.not_merged.push(crate::report::NotMerged { n: 900, author, incarnation, seq: 900, received, why });
    let at = diary_core::record::Source { author, incarnation, seq: 901 };
    world.forks.push(crate::report::Fork { at, received });
    world.at("2026-04-04 21:30").sync();
}

#[test]
fn an_entry_of_a_later_version_of_the_diary_is_urgent_and_asks_for_an_update() {
    let mut world = World::new();
    let note = world.note("2026-02-03", "Q");
    let bytes = diary_core::wire::encode(world.revision(note));
    // The same entry under another id, with the number of a kind that no version has yet.
    let mut later: Vec<u8> = bytes;
    let id = *note.as_bytes();
    let places: Vec<usize> = (0..later.len() - 16).filter(|at| later[*at..at + 16] == id).collect();
    places.into_iter().for_each(|at| later[at + 15] ^= 1);
    let kind =
        later.windows(7).position(|window| window == [0x82, 4, 0x81, 0xa1, 0, 0x61, b'Q']).unwrap() + 1;
    later.splice(kind..=kind, [0x18, 0x30]);
    world.push(Item::Revision(later)).sync();
    let report = world.report("2026-03-05 12:00", 5);
    assert_eq!(report.attention[0].rank, Rank::Urgent);
    let line = "Entries made with a newer version of the diary, kept and not read by this version: please update the \
                server";
    assert!(attention(&report, Lang::EN)[0].starts_with(line), "{:?}", attention(&report, Lang::EN));
    assert!(attention(&report, Lang::EN)[0].contains("3 Feb"), "{:?}", attention(&report, Lang::EN));
}
