//! Dates and times on the page: partial dates, and both occurrences of a repeated hour.

use diary_core::entry::{Content, MedicationChange, MedicationChangeKind, MedicationRef};
use diary_core::text::Lang;
use diary_core::time::{PartialDate, UtcMillis, Zone};

use super::world::{World, quantity};
use crate::report::{entry, text, words};

pub(crate) fn started(from: PartialDate) -> Content {
    Content::MedicationChange(MedicationChange {
        medication: MedicationRef { code: Some("prednisone".parse().unwrap()), name: "泼尼松".to_owned() },
        kind: MedicationChangeKind::Started,
        from,
        dose: Some(quantity("5 mg")),
        route: None,
        frequency: None,
        reason: None,
        form: None,
    })
}

#[test]
fn a_first_day_of_which_the_month_is_known_is_said_without_a_day() {
    for (from, en, zh) in [
        (PartialDate::month(2026, 2), "from Feb 2026: Prednisone started", "自2026年2月：泼尼松 开始"),
        (PartialDate::year(2019), "from 2019: Prednisone started", "自2019年：泼尼松 开始"),
        (
            Some(PartialDate::Day("2019-03-04".parse().unwrap())),
            "from 4 Mar 2019: Prednisone started",
            "自2019年3月4日：泼尼松 开始",
        ),
    ] {
        let mut world = World::new();
        world.at("2026-03-02 20:00");
        world.record("2026-03-02", None, started(from.unwrap()));
        world.sync();
        let report = world.report("2026-03-03 12:00", 3);
        for (lang, line) in [(Lang::EN, en), (Lang::ZH_CN, zh)] {
            let shown = text::render(&report, lang, 300);
            assert!(shown.contains(line), "{shown}");
        }
    }
}

#[test]
fn a_change_that_may_hold_from_a_day_of_the_report_is_on_it() {
    let mut world = World::new();
    world.at("2026-03-02 20:00");
    world.record("2026-03-02", None, started(PartialDate::month(2026, 3).unwrap()));
    world.sync();
    assert_eq!(world.report("2026-03-20 12:00", 3).changes.len(), 1);
    assert_eq!(world.report("2026-04-20 12:00", 3).changes.len(), 0);
}

#[test]
fn the_two_showings_of_a_repeated_hour_are_told_apart() {
    let zone: Zone = "America/New_York".parse().unwrap();
    let said = |at: &str| {
        let at = at.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_millis();
        words::Dates { year: 2026, lang: Lang::EN }.stamp(entry::here(UtcMillis(at), zone))
    };
    assert_eq!(said("2026-11-01T05:43:00Z"), "1 Nov 01:43 (UTC-4)");
    assert_eq!(said("2026-11-01T06:43:00Z"), "1 Nov 01:43 (UTC-5)");
    assert_eq!(said("2026-11-01T07:43:00Z"), "1 Nov 02:43");
}
