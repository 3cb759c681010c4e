//! Changes of medication reported by the participant, until the site acts on them.

use super::*;
use crate::act::LineChange;
use crate::measure::Unit;
use crate::study::regimen::tests::{begin, change, day, id, line_of};

fn reported(kind: MedicationChangeKind, code: &str, mg: Option<i64>, often: Option<Frequency>) -> Reported {
    Reported {
        medication: MedicationRef { code: code.parse().ok(), name: code.to_owned() },
        kind,
        from: day("2026-03-05"),
        dose: mg.map(|mg| Quantity { value: mg.into(), unit: Unit::MG }),
        frequency: often,
        recorded: UtcMillis(50),
    }
}

fn course(acts: &[Act], reported: Vec<Reported>) -> Course {
    Course::of(&acts.iter().collect::<Vec<_>>(), reported, |_| None)
}

/// Doses asked at planned times, and changes asked separately, on a day.
fn asked(course: &Course, on: &str) -> (Vec<String>, Vec<String>) {
    let on = day(on);
    let planned = course.regimen.doses_on(on).filter_map(|dose| match course.overlay(&dose, on) {
        Overlay::AsPlanned => Some(format!("{} {}", dose.of.medication.name, dose.of.amount.value)),
        Overlay::Amount(amount) => Some(format!("{} {} by you", dose.of.medication.name, amount.value)),
        Overlay::NotAsked => None,
    });
    let apart = course.reported_apart(on).map(|one| one.medication.name.clone());
    (planned.collect(), apart.collect())
}

fn both(planned: &[&str], apart: &[&str]) -> (Vec<String>, Vec<String>) {
    let owned = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
    (owned(planned), owned(apart))
}

fn site() -> Vec<Act> {
    vec![change(
        1,
        "2026-03-02",
        vec![
            begin(line_of(1, "prednisone", "40 mg", "2026-03-02", &["08:00"])),
            begin(line_of(2, "tacrolimus", "1 mg", "2026-03-02", &["09:00", "21:00"])),
        ],
    )]
}

const TWICE: [&str; 3] = ["prednisone 40", "tacrolimus 1", "tacrolimus 1"];

#[test]
fn a_reported_amount_is_asked_for_from_its_day_on() {
    let changed = reported(MedicationChangeKind::Changed, "prednisone", Some(30), Some(Frequency::Daily));
    let course = course(&site(), vec![changed]);
    assert_eq!(asked(&course, "2026-03-04"), both(&TWICE, &[]));
    assert_eq!(
        asked(&course, "2026-03-05"),
        both(&["prednisone 30 by you", "tacrolimus 1", "tacrolimus 1"], &[])
    );
}

#[test]
fn another_number_of_doses_a_day_is_asked_for_apart() {
    let thrice =
        reported(MedicationChangeKind::Changed, "tacrolimus", Some(1), Some(Frequency::ThreeTimesDaily));
    let course = course(&site(), vec![thrice]);
    assert_eq!(asked(&course, "2026-03-05"), both(&["prednisone 40"], &["tacrolimus"]));
}

#[test]
fn what_was_stopped_is_not_asked_for_and_what_was_started_is_listed() {
    let stopped = reported(MedicationChangeKind::Stopped, "prednisone", None, None);
    let started = reported(MedicationChangeKind::Started, "azathioprine", Some(50), Some(Frequency::Daily));
    let course = course(&site(), vec![stopped.clone(), started]);
    assert_eq!(asked(&course, "2026-03-05"), both(&["tacrolimus 1", "tacrolimus 1"], &["azathioprine"]));
    assert!(course.is_reported_stopped(&stopped.medication, day("2026-03-05")));
    assert!(!course.is_reported_stopped(&stopped.medication, day("2026-03-04")));
}

#[test]
fn the_sites_next_act_on_that_medication_says_otherwise_and_one_on_another_does_not() {
    let stopped = || reported(MedicationChangeKind::Stopped, "prednisone", None, None);
    let ended = |n: u8, line: u8| {
        change(n, "2026-03-06", vec![LineChange::End { line: id(line), last: day("2026-03-09") }])
    };
    let mut of_other = site();
    of_other.push(ended(60, 2));
    assert_eq!(asked(&course(&of_other, vec![stopped()]), "2026-03-06").0, ["tacrolimus 1", "tacrolimus 1"]);
    let mut of_it = site();
    of_it.push(ended(60, 1));
    assert_eq!(asked(&course(&of_it, vec![stopped()]), "2026-03-06").0, TWICE);
    // An act that is older than the report does not answer it.
    let mut before = site();
    before.push(ended(40, 1));
    assert_eq!(asked(&course(&before, vec![stopped()]), "2026-03-06").0, ["tacrolimus 1", "tacrolimus 1"]);
}
