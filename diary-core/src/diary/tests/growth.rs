//! The work of a phone grows with the size of its diary, not with the square. Steps are counted, not seconds.

use super::*;
use crate::entry::{AlertShown, EncodedRevision};
use crate::ids::LineId;
use crate::measure::Decimal;
use crate::steps;
use crate::store::Urgency;

const FEW: u64 = 150;
const MANY: u64 = 4 * FEW;

/// Four times as much may take so many times the steps: four times, and what the logarithm adds.
const GROWTH: u64 = 6;

/// Steps that a phone takes to show a diary with so many entries of one kind.
fn shown(n: u64, entry: impl Fn(u64) -> (Option<Slot>, Content)) -> u64 {
    let mut phone = phone();
    let (now, day) = (at(2, "19:30"), first_day().plus_days(2));
    let revisions: Vec<EncodedRevision> = (0..n)
        .map(|one| {
            let (slot, content) = entry(one);
            let make = |diary: &mut Diary, tap: &Circumstances<'_>| {
                let study = &diary.study;
                diary.revision(
                    study,
                    content,
                    day,
                    slot,
                    None,
                    None,
                    Author::Participant,
                    (one + 1).into(),
                    tap,
                )
            };
            phone.tap(now, make).unwrap()
        })
        .collect();
    phone.diary.store.save(&revisions, Urgency::Gather, now).unwrap();
    let before = steps::taken();
    phone.diary.today(now, beijing()).unwrap();
    assert_eq!(phone.diary.past(first_day(), day).unwrap().len() as u64, n);
    let states = phone.diary.days(first_day(), day).unwrap();
    assert_eq!(u64::from(states[2].1.made), n);
    phone.diary.instructions(None).unwrap();
    phone.tap(at(4, "10:00"), |diary, tap| diary.check_missed(tap)).unwrap();
    steps::taken() - before
}

fn assert_grows(what: &str, entry: impl Fn(u64) -> (Option<Slot>, Content)) {
    let (none, few, many) = (shown(0, &entry), shown(FEW, &entry), shown(MANY, &entry));
    let (few, many) = (few - none, many - none);
    assert!(few >= FEW, "{what}: nothing is counted");
    assert!(many < GROWTH * few, "{what}: {few} steps for {FEW}, {many} for {MANY}");
}

fn dose(name: String) -> Content {
    Content::Dose(Dose {
        medication: MedicationRef { code: None, name },
        status: DoseStatus::Taken,
        amount: Some(Quantity { value: Decimal::from(1), unit: Unit::MG }),
        route: None,
        extra: false,
        note: None,
        planned: None,
    })
}

#[test]
fn a_phone_does_not_hold_answers_at_one_place_against_each_other() {
    assert_grows("answers at one place", |_| {
        (Some(Slot::Scheduled("evening".parse().unwrap())), Content::Note(Note { text: "x".to_owned() }))
    });
}

#[test]
fn a_phone_does_not_hold_doses_of_lines_that_are_gone_against_each_other() {
    assert_grows("doses", |one| {
        let mut line = [7; 8];
        line[..2].copy_from_slice(&u16::try_from(one).unwrap().to_be_bytes());
        let time = "08:00".parse().unwrap();
        (Some(Slot::PlannedDose { line: LineId::from_bytes(line), time }), dose("x".to_owned()))
    });
}

#[test]
fn a_phone_finds_reported_changes_by_their_medication() {
    assert_grows("reported changes", |one| {
        let change = MedicationChange {
            medication: MedicationRef { code: None, name: format!("remedy {one}") },
            kind: MedicationChangeKind::Started,
            from: PartialDate::Day(first_day()),
            dose: Some(Quantity { value: Decimal::from(1), unit: Unit::MG }),
            route: None,
            frequency: None,
            reason: None,
            form: None,
        };
        (None, Content::MedicationChange(change))
    });
}

#[test]
fn a_phone_does_not_hold_instructions_against_each_other() {
    assert_grows("instructions", |one| {
        let rule = format!("rule-{one}").parse().unwrap();
        let shown = "call".to_owned();
        (None, Content::AlertShown(AlertShown { rule, trigger: None, shown, acknowledged: None, of: None }))
    });
}
