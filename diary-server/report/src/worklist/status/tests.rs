//! A status read on a later day equals one made on that day.

use chrono::{Days, NaiveDate};
use diary_core::entry::{AlertShown, Content};
use diary_core::ids::RevisionId;
use diary_core::time::UtcMillis;
use proptest::prelude::*;

use super::{ContactSummary, CurrentStatus, HITS_KEPT, KEPT, ParticipantStatus};
use crate::report::outlook::NEXT_DAYS;
use crate::report::tests::world::World;

const START: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day of the calendar");
/// Ten questions of the evening check, of which the sixth asks about breathing.
const BREATHLESS: [u8; 10] = [0, 0, 0, 0, 0, 3, 0, 0, 0, 0];

fn date(n: u64) -> NaiveDate {
    START.checked_add_days(Days::new(n)).unwrap()
}

/// Actions of a participant on one day.
#[derive(Clone, Copy, Debug)]
struct Day {
    evening: bool,
    breathless: bool,
    alert: bool,
    doses: u8,
    visit: bool,
    sync: bool,
    holds: bool,
    travels: bool,
}

fn days() -> impl Strategy<Value = Vec<Day>> {
    let day = (0u16..1 << 11).prop_map(|bits| Day {
        evening: bits & 3 != 0,
        breathless: bits & 12 == 12,
        alert: bits & 16 != 0,
        doses: if bits & 32 == 0 { 3 } else { 1 },
        visit: bits & 0x1c0 == 0x1c0,
        sync: bits & 0x200 != 0,
        holds: bits & 0x41 == 0x41,
        travels: bits & 0x600 == 0x600 && bits & 15 == 15,
    });
    proptest::collection::vec(day, 1..45)
}

fn shown(rule: &str, trigger: Option<RevisionId>) -> Content {
    let rule = rule.parse().unwrap();
    Content::AlertShown(AlertShown { rule, trigger, shown: "call".to_owned(), acknowledged: None, of: None })
}

fn live(days: &[Day]) -> World {
    let mut world = World::new();
    world.regimen(1, "2026-03-02", &[("pyridostigmine", "tablet", "60 mg", &["07:00", "12:00", "17:00"])]);
    for (n, day) in (0u64..).zip(days) {
        let of = date(n).to_string();
        if day.travels {
            world.zone = "America/New_York".parse().unwrap();
        }
        for dose in 0..day.doses {
            world.at(&format!("{of} 18:00"));
            let status = diary_core::entry::DoseStatus::Taken;
            world.dose(&of, (1, 0, dose.into()), "pyridostigmine", status, "60 mg");
        }
        if day.evening {
            let grades = if day.breathless { BREATHLESS } else { [0; 10] };
            let id = world.evening(&of, grades);
            if day.breathless && day.alert {
                world.record(&of, None, shown("breathless-at-rest", Some(id)));
            }
        } else if day.alert {
            world.at(&format!("{of} 21:00"));
            world.record(&of, None, shown("diary-missed", None));
        }
        world.at(&format!("{of} 22:00"));
        if day.visit {
            world.visit(&date(n + 3).to_string());
        }
        let held = [date(n.saturating_sub(1)).to_string()];
        match (day.sync, day.holds) {
            (true, true) => drop(world.sync_holding(&[&held[0]])),
            (true, false) => drop(world.sync()),
            (false, _) => {}
        }
    }
    world
}

fn made(world: &World, at: &str) -> (ParticipantStatus, UtcMillis) {
    world.look(at, 28, |input| {
        let standing = ParticipantStatus::of(input, ContactSummary::default()).unwrap();
        assert_eq!(ParticipantStatus::decode(&standing.encode()), Ok(standing.clone()));
        (standing, input.now)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn a_standing_holds_on_later_days_while_nothing_arrives(
        days in days(),
        later in 0..u64::from(NEXT_DAYS),
        hour in 0u32..24,
    ) {
        let world = live(&days);
        let last = days.len() as u64;
        let (early, _) = made(&world, &format!("{} 23:30", date(last)));
        let (late, now) = made(&world, &format!("{} {hour:02}:10", date(last + 1 + later)));
        let (read, anew) = (early.at(now), late.at(now));
        prop_assert!(read.is_some());
        prop_assert_eq!(read, anew);
    }
}

#[test]
fn what_is_counted_is_what_the_report_counts() {
    let mut world = World::new();
    for of in 2..=20 {
        if of % 3 != 0 {
            world.evening(&format!("2026-03-{of:02}"), [0; 10]);
        }
    }
    world.at("2026-03-25 12:00").sync();
    let (standing, now) = made(&world, "2026-03-29 12:00");
    let CurrentStatus { due, done, missed, .. } = standing.at(now).unwrap();
    // One evening check a day from the 1st to the 28th; the MG-ADL of each Sunday, of which that of the 29th is open.
    let report = world.report("2026-03-29 12:00", 29);
    let counts = |slot: &str| report.slots.iter().find(|row| row.slot.as_str() == slot).unwrap().counts;
    assert_eq!(usize::try_from(done).unwrap(), counts("evening").answered());
    assert_eq!(usize::try_from(missed).unwrap(), counts("evening").missed + counts("mg-adl").missed);
    let closed = |slot: &str| counts(slot).due - counts(slot).open;
    assert_eq!(usize::try_from(due).unwrap(), closed("evening") + closed("mg-adl"));
}

#[test]
fn a_standing_says_nothing_of_the_day_before_it_was_made_and_of_days_too_far_ahead() {
    let world = World::new();
    let (standing, now) = made(&world, "2026-03-10 12:00");
    let days = |n: i64| now.plus_ms(n * diary_core::time::DAY_MS);
    assert!(standing.at(now).is_some());
    assert!(standing.at(days(-1)).is_none());
    assert!(standing.at(days(NEXT_DAYS.into())).is_some());
    assert!(standing.at(days(i64::from(NEXT_DAYS) + 1)).is_none());
}

#[test]
fn a_standing_of_an_ordinary_month_takes_less_than_400_bytes() {
    let days = [Day {
        evening: true,
        breathless: false,
        alert: false,
        doses: 3,
        visit: false,
        sync: true,
        holds: false,
        travels: false,
    }; 40];
    let (standing, _) = made(&live(&days), "2026-04-11 12:00");
    let bytes = standing.encode().len();
    assert!(bytes < 400, "{bytes}");
}

#[test]
fn an_alert_is_marked_where_a_visit_followed_it() {
    let mut world = World::new();
    let id = world.evening("2026-03-03", BREATHLESS);
    world.record("2026-03-03", None, shown("breathless-at-rest", Some(id)));
    world.sync();
    let alerts = |world: &World| {
        let (standing, now) = made(world, "2026-03-06 12:00");
        let alerts = standing.at(now).unwrap().alerts;
        alerts.iter().map(|a| (a.rule.to_string(), a.times, a.shown, a.visited)).collect::<Vec<_>>()
    };
    let before = alerts(&world);
    assert!(before.contains(&("breathless-at-rest".to_owned(), 1, true, false)), "{before:?}");
    world.visit("2026-03-03");
    assert!(alerts(&world).contains(&("breathless-at-rest".to_owned(), 1, true, false)), "or before it");
    world.visit("2026-03-05");
    assert!(alerts(&world).contains(&("breathless-at-rest".to_owned(), 1, true, true)));
}

#[test]
fn a_standing_of_very_many_alerts_stays_small_and_says_that_there_are_more() {
    let made = |n: usize| {
        let mut world = live(&[]);
        world.at("2026-03-20 12:00");
        for one in 0..n {
            world.record("2026-03-20", None, shown(&format!("rule-{}", one % (2 * KEPT)), None));
        }
        world.sync();
        world.look("2026-03-20 20:00", 1, |input| {
            ParticipantStatus::of(input, ContactSummary::default()).unwrap()
        })
    };
    let at = |standing: &ParticipantStatus| {
        let read = ParticipantStatus::decode(&standing.encode()).unwrap();
        let CurrentStatus { alerts, too_large, .. } = read.at(UtcMillis(1_774_008_000_000)).unwrap();
        (alerts.len(), alerts.iter().map(|alert| alert.times as usize).sum::<usize>(), too_large)
    };
    assert_eq!(at(&made(KEPT)), (KEPT, KEPT, false));
    assert_eq!(at(&made(KEPT + 1)), (KEPT, KEPT, true));
    let (rules, hits, too_large) = at(&made(10 * 2 * KEPT));
    assert!(rules <= KEPT && hits <= HITS_KEPT && too_large, "{rules} rules, {hits} hits");
    assert!(made(10 * 2 * KEPT).encode().len() < super::MAX_BYTES);
}
