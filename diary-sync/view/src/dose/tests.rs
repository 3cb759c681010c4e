//! Choice, timing and amounts of planned doses.

use diary_core::diary::PastEntry;
use diary_core::ids::LineId;
use diary_core::measure::Unit;
use diary_core::study::{Study, shipped};
use diary_core::time::{DAY_MS, OccurredAt};

use super::amount::{AmountDoubt, compared_with_plan, doubt, remarks, too_soon};
use super::pick::{Pick, Wanted, pick};
use super::timing::{self, When};
use super::*;
use crate::names;

const NOON: UtcMillis = UtcMillis(1_772_424_000_000);

fn study() -> Study {
    Study::load(&shipped::nct06836973()).unwrap()
}

fn today() -> DiaryDay {
    "2026-03-02".parse().unwrap()
}

fn mg(amount: &str) -> Quantity {
    Quantity { value: amount.parse().unwrap(), unit: Unit::MG }
}

fn dose(line: u16, day: DiaryDay, time: &str, state: SlotState) -> PlannedDose {
    let time: TimeOfDay = time.parse().unwrap();
    PlannedDose {
        day,
        slot: Slot::PlannedDose { line: LineId::from_bytes([u8::try_from(line).unwrap(); 8]), time },
        line: Some(line),
        medication: names::medication(&study(), "pyridostigmine"),
        amount: mg("60"),
        route: Route::Oral,
        time,
        due: NOON,
        opens: NOON.plus_ms(-2),
        closes: NOON.plus_ms(2),
        state,
        entry: None,
    }
}

fn wanted() -> Wanted<'static> {
    Wanted { medication: None, line: None, number: None, time: None, day: None, today: today() }
}

fn picked(all: &[PlannedDose], wanted: Wanted<'_>) -> Vec<PlannedDose> {
    match pick(all, &study(), wanted) {
        Some(Pick::One(one)) => vec![one],
        Some(Pick::Several(several)) => several,
        None => Vec::new(),
    }
}

#[test]
fn without_a_word_every_dose_that_is_due_may_be_meant() {
    let late = dose(1, today().plus_days(-1), "20:00", SlotState::Late);
    let open = dose(1, today(), "08:00", SlotState::Open);
    let later = dose(1, today(), "20:00", SlotState::Upcoming);
    let all = [late.clone(), open.clone(), later.clone()];
    assert_eq!(picked(&all, wanted()), [late.clone(), open.clone()]);
    // A time alone means the open one of its day before any other.
    let at = |time: &str| Wanted { time: Some(time.parse().unwrap()), ..wanted() };
    assert_eq!(picked(&all, at("08:00")), [open]);
    assert_eq!(picked(&all, at("20:00")), [late]);
    // The later dose alone is given where nothing is due, so that the reason can be told.
    assert_eq!(picked(std::slice::from_ref(&later), wanted()), [later]);
    assert!(picked(&all, at("09:00")).is_empty());
}

#[test]
fn a_number_counts_the_doses_of_the_day_and_a_line_tells_like_ones_apart() {
    let all = [
        dose(1, today(), "08:00", SlotState::Open),
        dose(2, today(), "08:00", SlotState::Open),
        dose(1, today(), "20:00", SlotState::Upcoming),
    ];
    assert_eq!(picked(&all, Wanted { number: Some(3), ..wanted() }), [all[2].clone()]);
    assert!(picked(&all, Wanted { number: Some(4), ..wanted() }).is_empty());
    assert_eq!(picked(&all, Wanted { line: Some(2), ..wanted() }), [all[1].clone()]);
    assert_eq!(all[0].line_to_tell(&all), Some(1));
    assert_eq!(all[2].line_to_tell(&all), None);
    assert!(picked(&all, Wanted { medication: Some("no such drug"), ..wanted() }).is_empty());
}

#[test]
fn only_a_dose_that_was_taken_may_be_recorded_before_its_time() {
    let upcoming = dose(1, today(), "20:00", SlotState::Upcoming);
    let opens = Err(NotNow::Opens(upcoming.opens));
    assert_eq!(upcoming.may_record(Statement::Taken, NOON), Ok(()));
    assert_eq!(upcoming.may_record(Statement::NotTaken, NOON), opens);
    assert_eq!(upcoming.may_record(Statement::NotKnown, NOON), opens);
    assert_eq!(upcoming.may_record(Statement::Taken, NOON.plus_ms(-DAY_MS - 1)), opens);
    let entry = EntryId::new(1, [1; 10]);
    let answered = PlannedDose { entry: Some(entry), ..dose(1, today(), "08:00", SlotState::Answered) };
    assert_eq!(answered.may_record(Statement::Taken, NOON), Err(NotNow::Answered(entry)));
    assert_eq!(answered.has_come(Statement::Taken, NOON), Ok(()));
}

#[test]
fn the_time_of_a_late_dose_is_never_taken_for_granted() {
    let planned = dose(1, today(), "08:00", SlotState::Open);
    let at = |when, now| timing::taken_at(&planned, when, now).map(|at| at.0);
    assert_eq!(at(When::Unsaid, planned.closes.plus_ms(-1)), Some(planned.closes.plus_ms(-1)));
    assert_eq!(at(When::Unsaid, planned.closes), None);
    assert_eq!(at(When::Now, planned.closes), Some(planned.closes));
    assert_eq!(at(When::AsPlanned, planned.closes), Some(planned.due));
    assert_eq!(timing::as_planned(&planned, NOON.plus_ms(-1)), OccurredAt(NOON.plus_ms(-1)));
    assert_eq!(timing::as_planned(&planned, NOON.plus_ms(1)), OccurredAt(NOON));
    assert!(timing::counts_as_early(&planned, OccurredAt(planned.opens.plus_ms(-1))));
    assert!(!timing::counts_as_early(&planned, OccurredAt(planned.opens)));
}

#[test]
fn one_answer_is_for_the_next_doses_that_have_come_due_alike() {
    let due = dose(1, today(), "08:00", SlotState::Open);
    let coming = PlannedDose { due: NOON.plus_ms(1), ..due.clone() };
    let rest = [due.clone(), due.clone(), coming.clone(), due];
    assert_eq!((timing::alike(&rest, NOON), timing::due_by_now(&rest, NOON)), (2, 3));
    assert_eq!(timing::alike(&rest[2..], NOON), 1);
    assert_eq!(timing::alike(&[], NOON), 0);
}

#[test]
fn an_amount_is_asked_about_in_another_unit_or_far_from_every_usual_one() {
    let study = study();
    let of = |amount: &Quantity, usual: &[Quantity]| {
        doubt(&study, &names::medication(&study, "pyridostigmine"), amount, usual)
    };
    assert_eq!(of(&mg("60"), &[mg("60")]), None);
    assert_eq!(of(&mg("600"), &[mg("60")]), Some(AmountDoubt::FarFrom { usual: mg("60") }));
    assert_eq!(of(&mg("600"), &[mg("60"), mg("500")]), None);
    assert_eq!(of(&mg("600"), &[]), None);
    let millilitres = Quantity { value: "2".parse().unwrap(), unit: "mL".parse().unwrap() };
    assert!(matches!(of(&millilitres, &[mg("60")]), Some(AmountDoubt::OtherUnit { .. })));
    assert_eq!(of(&millilitres, std::slice::from_ref(&millilitres)), None);
}

#[test]
fn beside_a_scheduled_dose_a_part_of_it_is_nothing_unusual() {
    let study = study();
    let compared = |amount: &str| compared_with_plan(&study, &mg(amount), vec![mg("60")]);
    assert!(compared("10").is_empty());
    assert_eq!(compared("600"), [mg("60")]);
}

#[test]
fn a_medication_that_is_not_on_the_list_has_no_remark_and_is_never_too_soon() {
    let study = study();
    let own = names::medication(&study, "Grandmother's tea");
    assert!(remarks(&study, &own, &mg("60"), None).is_empty());
    assert_eq!(too_soon(&study, &own, today(), &[] as &[PastEntry]), None);
}

#[test]
fn the_entry_of_a_dose_keeps_the_plan_beside_what_was_taken() {
    let planned = dose(1, today(), "08:00", SlotState::Open);
    let Content::Dose(taken) = planned.content(DoseStatus::Taken, Some(mg("30"))) else { panic!("no dose") };
    assert_eq!((taken.amount, taken.planned, taken.extra), (Some(mg("30")), Some(mg("60")), false));
    let Content::Dose(unknown) = planned.content(DoseStatus::DontKnow, None) else { panic!("no dose") };
    assert_eq!(unknown.amount, Some(mg("60")));
}

#[test]
fn a_dose_beyond_the_plan_keeps_the_first_amount_that_it_was_compared_with() {
    let extra = ExtraDose {
        medication: names::medication(&study(), "pyridostigmine"),
        amount: mg("600"),
        route: None,
        compared: vec![mg("60"), mg("90")],
        why: Some("tired arms".to_owned()),
    };
    let Content::Dose(dose) = extra.content() else { panic!("no dose") };
    assert!(dose.extra && dose.status == DoseStatus::Taken);
    assert_eq!((dose.planned, dose.note.as_deref()), (Some(mg("60")), Some("tired arms")));
}
