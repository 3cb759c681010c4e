//! Milligrams of amounts, and remarks on what people say they take. Regimens are checked here too.

use super::*;
use crate::act::RegimenLine;
use crate::entry::MedicationRef;
use crate::study::regimen::tests::line_of;
use crate::study::{Study, shipped};
use crate::time::PartialDate;

fn study() -> Study {
    Study::load(&shipped::nct06836973()).unwrap()
}

fn quantity(text: &str) -> Quantity {
    let (value, unit) = text.split_once(' ').unwrap();
    Quantity { value: value.parse().unwrap(), unit: unit.parse().unwrap() }
}

fn named(code: &str) -> MedicationRef {
    MedicationRef { code: Some(code.parse().unwrap()), name: code.to_owned() }
}

fn line(code: &str, amount: &str, times: &[&str], every_days: u16) -> RegimenLine {
    let mut line = line_of(1, code, amount, "2026-03-01", times);
    line.timing.every_days = every_days;
    line.as_needed = None;
    line
}

fn remarks(study: &Study, line: RegimenLine) -> Vec<Remark> {
    study.remarks_on_line(&line)
}

#[test]
fn milligrams_come_from_mass_or_from_the_one_strength_there_is() {
    let study = study();
    for (code, amount, form, mg) in [
        ("pyridostigmine", "60 mg", None, Some("60")),
        ("pyridostigmine", "1.5 {tbl}", Some("tablet"), Some("90")),
        ("pyridostigmine", "1 {tbl}", Some("tablet-er"), Some("180")),
        // Two strengths: one tablet may be 60 or 180 mg.
        ("pyridostigmine", "1 {tbl}", None, None),
        ("prednisone", "4 {tbl}", None, Some("20")),
        ("mycophenolate-mofetil", "1.5 g", None, Some("1500")),
        ("tacrolimus", "1 {capsule}", None, None),
        ("efgartigimod", "10 mg/kg", None, None),
    ] {
        let medication = study.medication(&code.parse().unwrap()).unwrap();
        let expect = mg.map(|mg| mg.parse::<Decimal>().unwrap());
        assert_eq!(medication.in_mg(&quantity(amount), form), expect, "{amount} of {code}");
    }
}

#[test]
fn corticosteroids_count_as_prednisone() {
    let study = study();
    for (code, amount, mg) in [
        ("prednisone", "20 mg", Some("20")),
        ("methylprednisolone", "4 mg", Some("5")),
        ("methylprednisolone", "1000 mg", Some("1250")),
        ("pyridostigmine", "60 mg", None),
    ] {
        let medication = study.medication(&code.parse().unwrap()).unwrap();
        let expect = mg.map(|mg| mg.parse::<Decimal>().unwrap());
        assert_eq!(medication.in_prednisone_mg(&quantity(amount), None), expect, "{amount} of {code}");
    }
}

#[test]
fn daily_methotrexate_is_refused_in_a_regimen_and_remarked_on_in_a_diary() {
    let study = study();
    for (times, every_days, refused) in [
        (&["20:00"][..], 7, false),
        (&["20:00"][..], 1, true),
        (&["08:00", "20:00"][..], 7, true),
        (&["20:00"][..], 6, true),
    ] {
        let found = remarks(&study, line("methotrexate", "10 mg", times, every_days));
        assert_eq!(found.contains(&Remark::WeeklyOnly), refused, "{times:?} every {every_days}");
        assert!(found.iter().all(Remark::blocks_regimen));
    }
    let methotrexate = study.find_medication("甲氨蝶呤").unwrap();
    let change = |frequency| MedicationChange {
        medication: named("methotrexate"),
        kind: MedicationChangeKind::Started,
        from: PartialDate::Day("2026-03-01".parse().unwrap()),
        dose: Some(quantity("10 mg")),
        route: Some(Route::Oral),
        frequency,
        reason: None,
        form: None,
    };
    assert!(methotrexate.remarks_on_change(&change(Some(Frequency::Weekly)), true).is_empty());
    for frequency in [Some(Frequency::Daily), Some(Frequency::AsNeeded), None] {
        assert_eq!(methotrexate.remarks_on_change(&change(frequency), false), [Remark::WeeklyOnly]);
    }
    let day = |text: &str| text.parse().unwrap();
    assert!(methotrexate.too_soon(day("2026-03-02"), day("2026-03-08")));
    assert!(!methotrexate.too_soon(day("2026-03-02"), day("2026-03-09")));
}

#[test]
fn a_line_that_does_not_fit_its_medication_is_told() {
    let study = study();
    assert!(remarks(&study, line("pyridostigmine", "60 mg", &["08:00"], 1)).is_empty());
    let mut odd = line("pyridostigmine", "0 g", &[], 0);
    odd.form = "capsule".to_owned();
    odd.route = Route::Topical;
    let found = remarks(&study, odd);
    assert_eq!(found.len(), 6, "{found:?}");
    assert!(found.contains(&Remark::Form { known: vec!["tablet".to_owned(), "tablet-er".to_owned()] }));
    assert_eq!(remarks(&study, line("aspirin", "1 mg", &["08:00"], 1)), [Remark::UnknownMedication]);
    let mut in_words = line("aspirin", "1 mg", &["08:00"], 1);
    in_words.medication.code = None;
    assert!(remarks(&study, in_words).is_empty());
}

#[test]
fn usual_amounts_are_remarked_on_only_where_the_study_says_so() {
    let study = study();
    let pyridostigmine = study.find_medication("PYRIDOSTIGMINE").unwrap();
    let much = quantity("180 mg");
    assert!(pyridostigmine.remarks_on(Some(&much), None, false).is_empty());
    let remark = &pyridostigmine.remarks_on(Some(&much), None, true)[0];
    assert!(!remark.blocks_regimen());
    assert_eq!(*remark, Remark::AboveUsual { usual: quantity("120 mg") });
}

#[test]
fn name_and_code_agree_also_by_brand_and_among_other_words() {
    let study = study();
    assert_eq!(study.find_medication(" mestinon ").map(|m| m.code.as_str()), Some("pyridostigmine"));
    for (code, name, agrees) in [
        ("prednisone", "Prednisone 5 mg", true),
        ("prednisone", "泼尼松片", true),
        ("prednisone", "泼尼松龙片", false),
        ("prednisone", "Prednisolone", false),
        ("methylprednisolone", "Methylprednisolone", true),
        ("tacrolimus", "the white capsules", true),
        ("tacrolimus", "Mestinon", false),
    ] {
        let mut line = line(code, "5 mg", &["08:00"], 1);
        line.medication.name = name.to_owned();
        let found = remarks(&study, line);
        assert_eq!(found.iter().any(|r| matches!(r, Remark::OtherName { .. })), !agrees, "{code} {name}");
    }
}
