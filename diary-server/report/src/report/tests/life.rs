//! Five weeks with entries of every kind, for the snapshot, the page and the clock.

use diary_core::act::ActContent;
use diary_core::entry::{
    AlertShown, Author, Content, DoseStatus, Event, Frequency, MedicationChange, MedicationChangeKind,
    MedicationRef, Route, SkipReason, Slot, Value,
};
use diary_core::ids::RevisionId;
use diary_core::time::DiaryDay;

use super::world::{EVENING, World, assessment, code, day, graded, late, quantity};
use crate::report::Report;

const TIMES: [&str; 5] = ["07:00", "11:00", "15:00", "19:00", "22:00"];

/// The report before the visit of 5 April 2026.
pub(super) fn report() -> Report {
    world().report("2026-04-05 09:30", 28)
}

pub(super) fn world() -> World {
    let mut world = World::new();
    let morning: &[&str] = &["08:00"];
    let lines: [(&str, &str, &str, &[&str]); 3] = [
        ("pyridostigmine", "tablet", "60 mg", &TIMES),
        ("prednisone", "tablet", "20 mg", morning),
        ("tacrolimus", "capsule", "1 mg", &["08:00", "20:00"]),
    ];
    world.regimen(1, "2026-03-02", &lines);
    let mut late_one = None;
    for n in 0..35 {
        let of = day("2026-03-01").plus_days(n);
        a_day(&mut world, of, n);
        happenings(&mut world, n, &mut late_one);
        match n {
            31 => world.at(&format!("{of} 22:30")).sync_holding(&["2026-03-30"]),
            0..31 => world.at(&format!("{of} 22:30")).sync(),
            _ => &mut world,
        };
    }
    world
}

fn infusion(world: &mut World, cycle: &str, of: DiaryDay, n: u16) {
    world.at(&format!("{of} 09:00"));
    let start = world.instant(&format!("{of} 09:00"));
    let content = ActContent::Infusion {
        start,
        stop: (n < 5).then(|| start.plus_ms(24 * 3_600_000)),
        dose: quantity("9 ug/d"),
        cycle: cycle.parse().unwrap(),
        day: n,
        interruptions: Vec::new(),
    };
    world.act(content);
}

type Tap = Box<dyn FnOnce(&mut World)>;

/// Entries of one day, in the order of its hours; `n` days after 1 March. Two evenings are missed.
fn a_day(world: &mut World, of: DiaryDay, n: i64) {
    for (cycle, first) in [("cycle1", 15), ("cycle2", 27)] {
        if let Ok(k @ 0..5) = u16::try_from(n - first) {
            infusion(world, cycle, of, k + 1);
        }
    }
    let mut taps: Vec<(&str, Tap)> = Vec::new();
    if n > 0 && n != 12 && n < 34 {
        doses(&mut taps, of.to_string(), n);
    }
    if (15..34).contains(&n) && n != 21 {
        for (slot, time) in [("safety-morning", "08:10"), ("safety-evening", "19:10")] {
            taps.push((time, Box::new(move |world| safety(world, &of.to_string(), n, slot))));
        }
    }
    if n % 7 == 0 && n < 34 {
        let level = u8::from(n < 10) + u8::from(n == 28);
        let grades = [level, 1, level, level, 1, 0, 1, 1];
        taps.push((
            "19:00",
            Box::new(move |world| {
                world.mg_adl(&of.to_string(), grades);
            }),
        ));
    }
    if ![12, 20].contains(&n) && n < 34 {
        taps.push(("20:00", Box::new(move |world| evening(world, &of.to_string(), n))));
    }
    taps.sort_by_key(|(time, _)| *time);
    for (time, tap) in taps {
        world.at(&format!("{of} {time}"));
        tap(world);
    }
}

fn evening(world: &mut World, of: &str, n: i64) {
    let g = |k: i64| u8::try_from((n * 7 + k * 5) % 11 / 4).unwrap();
    let mut answers = graded(&EVENING, &[g(0), g(1), 0, g(2) / 2, g(3), 0, g(4), g(5), 0, g(6)]);
    answers.insert(6, ("cough", code("can")));
    answers.push(("worst-time", code(["evening", "afternoon", "same"][usize::try_from(n % 3).unwrap()])));
    world.assess(of, Some("evening"), "evening", answers);
}

fn doses(taps: &mut Vec<(&str, Tap)>, of: String, n: i64) {
    let mut add = |time, line, dose, name, status, amount| {
        let of = of.clone();
        let tap: Tap = Box::new(move |world| {
            world.dose(&of, (1, line, dose), name, status, amount);
        });
        taps.push((time, tap));
    };
    for (dose, time) in (0u16..).zip(TIMES) {
        let status = match (n, dose) {
            (6, 2) => DoseStatus::NotTaken { why: SkipReason::Forgot, text: None },
            (18, 4) => {
                DoseStatus::NotTaken { why: SkipReason::SideEffects, text: Some("肚子痛".to_owned()) }
            }
            (24, 1) => DoseStatus::DontKnow,
            (27, 3) => continue,
            _ => DoseStatus::Taken,
        };
        add(time, 0, dose, "pyridostigmine", status, "60 mg");
    }
    add("08:05", 1, 0, "prednisone", DoseStatus::Taken, "20 mg");
    add("08:06", 2, 0, "tacrolimus", DoseStatus::Taken, "1 mg");
    add("20:05", 2, 1, "tacrolimus", DoseStatus::Taken, "1 mg");
}

fn safety(world: &mut World, of: &str, n: i64, slot: &str) {
    let fever = n == 18 && slot == "safety-evening";
    let temperature = if fever { "38.4" } else { ["36.5", "36.7", "36.9"][usize::try_from(n % 3).unwrap()] };
    let answers = vec![
        ("temperature-method", code("armpit")),
        ("temperature", Value::Decimal(temperature.parse().unwrap())),
        ("antipyretic", Value::Boolean(false)),
        ("chills", code(if fever { "1" } else { "0" })),
        ("headache", Value::Integer(n % 4)),
        ("dizziness", code("0")),
        ("blackout", Value::Boolean(false)),
        ("confusion", code("no")),
        ("tremor", code("0")),
        ("handwriting", Value::Boolean(n == 19)),
        ("speech", Value::Boolean(false)),
        ("vision", Value::Boolean(false)),
        ("breathing", code("0")),
        ("weakness", Value::Boolean(false)),
        ("infection", Value::Boolean(false)),
        ("infusion-site", code("fine")),
    ];
    let trigger = world.assess(of, Some(slot), "safety", answers);
    if fever {
        alert(world, of, "fever", Some(trigger));
    }
}

fn alert(world: &mut World, of: &str, rule: &str, trigger: Option<RevisionId>) {
    let content = Content::AlertShown(AlertShown {
        rule: rule.parse().unwrap(),
        trigger,
        shown: "…".to_owned(),
        acknowledged: None,
        of: None,
    });
    world.record_with(of, None, content, |revision| revision.author = Author::System);
}

/// Events that happen only once: a correction, a late entry, an extra dose, a change, a fall, a note, a caregiver.
fn happenings(world: &mut World, n: i64, late_one: &mut Option<RevisionId>) {
    match n {
        4 => {
            world.at("2026-03-05 22:20").visit("2026-03-05");
        }
        14 => {
            world.at("2026-03-15 22:20").anchor("cycle1", "2026-03-16").anchor("cycle2", "2026-03-28");
        }
        21 => {
            world.at("2026-03-22 22:10");
            let closed = world.instant("2026-03-22 03:00");
            let content =
                assessment(&world.studies, 1, "evening", graded(&EVENING, &[1, 1, 0, 0, 1, 0, 1, 1, 0, 2]));
            let slot = Some(Slot::Scheduled("evening".parse().unwrap()));
            *late_one = Some(world.record_with("2026-03-21", slot, content, late(closed, "住院，没带手机")));
        }
        22 => {
            world.at("2026-03-23 22:10");
            let content =
                assessment(&world.studies, 1, "evening", graded(&EVENING, &[1, 1, 0, 0, 1, 0, 1, 1, 0, 3]));
            world.correct(late_one.unwrap(), content, "当时更累");
        }
        23 => {
            world.at("2026-03-24 22:20");
            let mistaken = world.extra("2026-03-24", "pyridostigmine", "60 mg", "2026-03-24 22:15");
            world.extra("2026-03-24", "pyridostigmine", "30 mg", "2026-03-24 22:10");
            world.correct(mistaken, Content::Withdrawn, "没有吃");
        }
        25 => {
            world.at("2026-03-26 22:10").record("2026-03-26", None, less_prednisone());
        }
        26 => {
            world.at("2026-03-27 22:10");
            let fall =
                Event { code: "fall".parse().unwrap(), text: Some("在楼梯上".to_owned()), ended: None };
            world.record("2026-03-27", None, Content::Event(fall));
            world.author = Author::Caregiver { name: "女儿".to_owned(), reason: "手没力".to_owned() };
            world.note("2026-03-27", "晚上说话有点不清楚，休息后好转。");
            world.author = Author::Participant;
        }
        _ => {}
    }
}

fn less_prednisone() -> Content {
    Content::MedicationChange(MedicationChange {
        medication: MedicationRef { code: Some("prednisone".parse().unwrap()), name: "泼尼松".to_owned() },
        kind: MedicationChangeKind::Changed,
        from: day("2026-03-27").into(),
        dose: Some(quantity("15 mg")),
        route: Some(Route::Oral),
        frequency: Some(Frequency::Daily),
        reason: Some("门诊医生让减量".to_owned()),
        form: None,
    })
}
