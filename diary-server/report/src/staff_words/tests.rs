//! Remarks and doubts in both languages.

use diary_core::entry::Route;
use diary_core::measure::{Quantity, Unit};
use diary_core::study::{Remark, Study, shipped};
use diary_core::time::UtcMillis;

use super::*;

#[test]
fn a_remark_on_an_unusual_amount_names_the_usual_one() {
    let usual = Quantity { value: "120".parse().unwrap(), unit: "mg".parse().unwrap() };
    let remark = Remark::AboveUsual { usual };
    assert_eq!(remark.message(Lang::EN), "This is more than usual (120 mg). Please check it again.");
    assert_eq!(remark.message(Lang::ZH_CN), "这个量比平常的（120 毫克）多，请再核对一次。");
}

#[test]
fn every_remark_reads_in_both_languages() {
    let study = Study::load(&shipped::nct06836973()).unwrap();
    for remark in [
        Remark::UnknownMedication,
        Remark::Form { known: vec!["tablet".to_owned()] },
        Remark::Unit { known: vec![Unit::MG] },
        Remark::Route { known: vec![Route::Oral] },
        Remark::WeeklyOnly,
        Remark::Amount,
        Remark::NoTimes,
        Remark::EveryDays,
        Remark::Times,
        Remark::Steps,
        Remark::LastBeforeFirst,
        Remark::OtherName { named: study.find_medication("Mestinon").unwrap().name.clone() },
    ] {
        assert!(remark.message(Lang::EN).is_ascii(), "{remark:?}");
        assert!(!remark.message(Lang::ZH_CN).is_ascii(), "{remark:?}");
    }
}

#[test]
fn every_doubt_about_the_clock_names_the_time_that_was_signed() {
    let (signed, now) = (UtcMillis(1_772_424_000_000), UtcMillis(1_773_424_000_000));
    for doubt in [
        ClockDoubt::Back { newest: signed },
        ClockDoubt::Behind { newest: signed },
        ClockDoubt::FarAhead { newest: signed },
        ClockDoubt::Leapt { from: signed, to: now },
    ] {
        for lang in [Lang::ZH_CN, Lang::EN] {
            assert!(server_clock_doubt(doubt, lang).contains(&signed.to_string()), "{doubt:?} {lang}");
        }
    }
}
