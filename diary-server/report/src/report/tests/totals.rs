//! Totals, and the totals they are compared with.

use diary_core::measure::Decimal;
use diary_core::study::Study;

use super::world::{MG_ADL, World, day, graded};
use crate::report::{Finding, TotalSeries};

const SIX: [u8; 8] = [1, 1, 1, 0, 1, 0, 1, 1];
const EIGHT: [u8; 8] = [1, 1, 1, 1, 1, 1, 1, 1];

fn series(world: &World, at: &str) -> TotalSeries {
    let report = world.report(at, 28);
    report.totals.into_iter().find(|series| series.instrument.as_str() == "mg-adl").unwrap()
}

fn change(of: Option<crate::report::Change>) -> Option<(String, String)> {
    of.map(|change| (change.by.to_string(), change.from.day.to_string()))
}

#[test]
fn a_total_is_compared_with_the_last_one_up_to_the_visit_before_it() {
    let mut world = World::new();
    world.mg_adl("2026-03-01", SIX);
    world.visit("2026-03-04");
    world.mg_adl("2026-03-08", EIGHT);
    world.sync();
    let points = series(&world, "2026-03-09 10:00").points;
    assert_eq!(points[0].since_visit, None);
    assert_eq!(change(points[1].since_visit), Some(("2".to_owned(), "2026-03-01".to_owned())));
    assert_eq!(points[1].since_visit.unwrap().visit, Some(day("2026-03-04")));
}

#[test]
fn the_baseline_is_the_last_complete_total_before_cycle_1() {
    let mut world = World::new();
    world.mg_adl("2026-03-01", SIX);
    world.at("2026-03-08 19:00");
    world.assess("2026-03-08", Some("mg-adl"), "mg-adl", graded(&MG_ADL[..7], &[3; 7]));
    world.anchor("cycle1", "2026-03-15");
    world.mg_adl("2026-03-15", EIGHT);
    world.sync();
    let series = series(&world, "2026-03-16 10:00");
    let baseline = series.baseline.unwrap();
    assert_eq!((baseline.total, baseline.day), (Decimal::from(6), day("2026-03-01")));
    assert!(baseline.passed_over, "an incomplete one lies nearer to the treatment");
    assert_eq!(change(series.points[2].since_baseline), Some(("2".to_owned(), "2026-03-01".to_owned())));
    assert_eq!(series.points[0].since_baseline, None, "before the treatment there is nothing to compare");
}

#[test]
fn a_total_is_null_unless_every_item_is_answered_and_nothing_is_imputed() {
    let mut world = World::new();
    world.mg_adl("2026-03-01", SIX);
    world.visit("2026-03-04");
    world.at("2026-03-08 19:00");
    world.assess("2026-03-08", Some("mg-adl"), "mg-adl", graded(&MG_ADL[..7], &[1; 7]));
    world.sync();
    let report = world.report("2026-03-09 10:00", 28);
    let point = &report.totals[0].points[1];
    assert_eq!((point.total, point.answered, point.of), (None, 7, 8));
    assert_eq!(point.since_visit, None);
    let found = |what: &Finding| matches!(what, Finding::TotalIncomplete { .. });
    assert!(report.attention.iter().any(|attention| found(&attention.what)));
}

#[test]
fn a_treated_participant_without_a_total_before_is_pointed_out() {
    let mut world = World::new();
    world.anchor("cycle1", "2026-03-05");
    world.mg_adl("2026-03-08", SIX);
    world.sync();
    let report = world.report("2026-03-09 10:00", 28);
    assert_eq!(report.totals[0].baseline, None);
    assert!(report.attention.iter().any(|a| matches!(a.what, Finding::NoBaseline { .. })));
}

#[test]
fn a_rise_of_two_is_pointed_out_and_neither_a_fall_nor_a_rise_of_one() {
    for (after, is_found) in [(EIGHT, true), ([0; 8], false), ([1, 1, 1, 1, 1, 0, 1, 1], false)] {
        let mut world = World::new();
        world.mg_adl("2026-03-01", SIX);
        world.visit("2026-03-04");
        world.mg_adl("2026-03-08", after);
        world.sync();
        let report = world.report("2026-03-09 10:00", 28);
        let found = report.attention.iter().any(|a| match &a.what {
            Finding::TotalChanged { .. } => true,
            Finding::Rule { rule } => rule.as_str() == "mg-adl-up",
            _ => false,
        });
        assert_eq!(found, is_found, "{after:?}");
        let in_short =
            crate::report::sections::Sections { report: &report, lang: diary_core::text::Lang::EN }
                .summary()
                .lines;
        assert!(
            in_short[0].text.contains("since the visit of 4 Mar (6 on 1 Mar)"),
            "the summary tells every change"
        );
    }
}

#[test]
fn a_second_entry_for_one_week_is_shown_and_not_compared() {
    let mut world = World::new();
    world.mg_adl("2026-03-01", SIX);
    world.visit("2026-03-04");
    world.mg_adl("2026-03-08", EIGHT);
    world.mg_adl("2026-03-08", [3; 8]);
    world.sync();
    let report = world.report("2026-03-09 10:00", 28);
    let points = &report.totals[0].points;
    assert_eq!(points.iter().map(|point| point.secondary).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(points[2].since_visit, None);
    assert_eq!(report.duplicates.len(), 1);
    assert_eq!(report.duplicates[0].entries.len(), 2);
}

#[test]
fn a_study_of_one_scored_questionnaire_shows_answers_and_totals_per_day() {
    let mut world = World::of(phq());
    for (of, grade) in [("2026-03-02", "a0"), ("2026-03-03", "a3")] {
        world.at(&format!("{of} 20:00"));
        let answers = vec![("q1", super::world::code(grade)), ("q2", super::world::code("a1"))];
        world.assess(of, Some("daily"), "phq", answers);
    }
    world.sync();
    let report = world.report("2026-03-03 23:00", 3);
    let totals: Vec<_> = report.totals[0].points.iter().map(|p| p.total.map(|t| t.to_string())).collect();
    assert_eq!(totals, [Some("1".to_owned()), Some("4".to_owned())]);
    let shown = |cells: &[Option<crate::report::ItemCell>]| -> Vec<String> {
        cells.iter().map(|cell| cell.as_ref().map_or_else(String::new, |cell| cell.shown.clone())).collect()
    };
    assert_eq!(shown(&report.items[0].cells), ["", "0", "3"]);
    assert_eq!(shown(&report.items[1].cells), ["", "1", "1"]);
    assert!(report.prednisone.is_none() && report.medications.is_empty());
}

/// A study without instruments for myasthenia.
fn phq() -> Study {
    let options = (0..4)
        .map(|n| {
            format!(
                r#"{{"valueCoding":{{"code":"a{n}","display":"grade {n}","extension":[{{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":{n}}}]}}}}"#
            )
        })
        .collect::<Vec<_>>()
        .join(",");
    let item = |id: &str| {
        format!(
            r#"{{"linkId":"{id}","text":"Question {id}","type":"choice","required":true,"answerOption":[{options}]}}"#
        )
    };
    let form = format!(
        r#"{{"resourceType":"Questionnaire","status":"active","version":"1","title":"Mood","language":"en","item":[{},{}]}}"#,
        item("q1"),
        item("q2")
    );
    let study = r#"
id = "MOOD"
version = 1
languages = ["en"]
day_cut = "03:00"
title.en = "Mood"
notice.en = "Call {emergency} or {contact}."
[limits]
late_hours = 24
unscheduled_late_hours = 24
backfill_days = 3
backfill_minutes = 10
[[sites]]
id = "beijing"
zone = "Asia/Shanghai"
title.en = "Beijing"
contact.en = "the site"
emergency.en = "120"
[[instruments]]
id = "phq"
file = "phq.json"
[instruments.score]
method = "sum"
[[slots]]
id = "daily"
instrument = "phq"
title.en = "Mood today"
opens = "08:00"
closes = "03:00"
repeat = "daily"
"#;
    let files = [("study.toml", study), ("phq.json", &form)];
    let files = files.iter().map(|(n, t)| ((*n).to_owned(), t.as_bytes().to_vec())).collect();
    let package = diary_core::study::StudyPackage::new(files).unwrap();
    Study::load(&package).unwrap_or_else(|errors| panic!("{errors}"))
}
