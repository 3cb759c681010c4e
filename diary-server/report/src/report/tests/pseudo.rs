//! The report in the pseudo-language: every text of it comes from a catalogue.

use diary_core::ids::{Incarnation, KeyId};
use diary_core::parcel::QuarantineCode;
use diary_core::server_clock::ClockDoubt;
use diary_core::study::shipped;
use diary_core::text::Lang;
use diary_core::time::{ReceivedAt, UtcMillis};
use diary_core::unmerged::UnmergedState;
use diary_messages::pseudo::{TAG, assert_of_catalogues, own_texts, visible};

use super::life;
use crate::report::{NextStep, NotMerged, Report, html, next_steps, text};

/// Names, ids and units of the study and of the test.
const IDS: &[&str] = &[
    "Asia", "Shanghai", "NCT", "mg", "ug", "kg", "Cel", "li", "cycle", "tablet", "capsule", "html", "utf",
    "width", "device", "initial", "scale", "UTC", "Lc",
];

#[track_caller]
pub(super) fn all_from_catalogues(shown: &str, written: &[&str]) {
    let package = shipped::nct06836973();
    let study = own_texts(package.names().filter_map(|name| package.file(name)));
    let own = study.iter().map(String::as_str).chain(written.iter().copied());
    assert_of_catalogues(shown, own.chain(IDS.iter().copied()));
}

fn pseudo() -> Lang {
    TAG.parse().unwrap()
}

#[track_caller]
fn check(report: &Report, written: &[&str]) {
    all_from_catalogues(&text::render(report, pseudo(), 100), written);
    all_from_catalogues(&visible(&html::render(report, pseudo())), written);
}

#[test]
fn a_report_of_five_weeks_says_nothing_that_no_catalogue_has() {
    check(&life::report(), WRITTEN);
}

#[test]
fn every_reason_for_an_unmerged_parcel_and_every_doubt_about_the_clock_comes_from_a_catalogue() {
    let mut world = life::world();
    let codes = QuarantineCode::ALL.iter().map(|code| UnmergedState::Quarantined(*code));
    let states = codes.chain([
        UnmergedState::Pending,
        UnmergedState::GrantNeeded,
        UnmergedState::ToMerge,
        UnmergedState::KeyNeeded,
    ]);
    for (n, why) in (1_u64..).zip(states) {
        let (author, incarnation) = (KeyId::from_bytes([1; 16]), Incarnation::from_bytes([1; 16]));
        let received = ReceivedAt(world.instant("2026-04-04 12:00"));
        world.not_merged.push(NotMerged { n, author, incarnation, seq: n, received, why });
    }
    let mut report = world.report("2026-04-05 09:30", 28);
    let (newest, to) = (UtcMillis(1_772_424_000_000), UtcMillis(1_773_424_000_000));
    for doubt in [
        ClockDoubt::Back { newest },
        ClockDoubt::Behind { newest },
        ClockDoubt::FarAhead { newest },
        ClockDoubt::Leapt { from: newest, to },
    ] {
        report.server_clock = Some(doubt);
        check(&report, WRITTEN);
    }
    assert_eq!(next_steps(&report), [NextStep::AcceptClock, NextStep::Quarantine]);
}

/// Texts that the people of the five weeks wrote.
const WRITTEN: &[&str] = &[];
