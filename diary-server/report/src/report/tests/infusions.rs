//! Infusions that were interrupted: on the days, in the plot, in the list, and the windows beside them.

use diary_core::act::{ActContent, AfterPause, Interruption};
use diary_core::text::Lang;
use diary_core::time::UtcMillis;

use super::world::{World, attention, day, quantity};
use crate::report::finding::Finding;
use crate::report::{Report, html, text};

const AT: &str = "2026-03-12 12:00";

fn paused(world: &World, at: &str, then: AfterPause, reason: &str) -> Interruption {
    let given = Some(quantity("4 ug"));
    Interruption { paused: world.instant(at), then, reason: reason.to_owned(), given }
}

fn infusion(
    world: &mut World,
    n: u16,
    (start, stop): (&str, Option<&str>),
    interruptions: Vec<Interruption>,
) {
    let (start, stop) = (world.instant(start), stop.map(|stop| world.instant(stop)));
    let (dose, cycle) = (quantity("9 ug"), "cycle1".parse().unwrap());
    world.act(ActContent::Infusion { start, stop, dose, cycle, day: n, interruptions });
}

/// The first cycle begins on 3 March: its planned infusion days end on the 7th.
fn world() -> World {
    let mut world = World::new();
    world.at("2026-03-01 09:00").sync();
    world.anchor("cycle1", "2026-03-03");
    world
}

fn marked(report: &Report, of: impl Fn(&crate::report::Day) -> bool) -> Vec<String> {
    report.days.iter().filter(|day| of(day)).map(|day| day.day.to_string()).collect()
}

#[test]
fn an_infusion_is_shown_on_the_days_on_which_it_ran_and_its_pause_on_its_own() {
    let mut world = world();
    world.at("2026-03-11 12:00");
    let resumed = AfterPause::Resumed(world.instant("2026-03-05 10:00"));
    let pause = paused(&world, "2026-03-03 14:00", resumed, "pump <b>alarm</b>");
    infusion(&mut world, 1, ("2026-03-03 09:00", Some("2026-03-08 08:00")), vec![pause]);
    let report = world.report(AT, 12);
    let ran = marked(&report, |day| !day.infusions.is_empty());
    assert_eq!(ran, ["2026-03-03", "2026-03-05", "2026-03-06", "2026-03-07"]);
    assert_eq!(marked(&report, |day| !day.interrupted.is_empty()), ["2026-03-03"]);
    let en = text::render(&report, Lang::EN, 200);
    let said = "interrupted 14:00, resumed 5 Mar 10:00, 4 mcg given until then, “pump <b>alarm</b>”";
    assert!(en.contains(said), "{en}");
    let zh = text::render(&report, Lang::ZH_CN, 200);
    assert!(zh.contains("中断，") && zh.contains("恢复") && zh.contains("I|"), "{zh}");
    let page = html::render(&report, Lang::EN);
    assert!(page.contains("pump &lt;b&gt;alarm&lt;/b&gt;") && !page.contains("<b>alarm"), "{page}");
    assert!(attention(&report, Lang::EN).iter().all(|line| !line.contains("ran until")));
}

#[test]
fn a_pause_is_marked_in_the_plot_in_words_as_well() {
    let mut world = world();
    world.mg_adl("2026-03-02", [1; 8]);
    world.at("2026-03-09 12:00").sync();
    let pause = paused(&world, "2026-03-04 14:00", AfterPause::Ended, "fever");
    infusion(&mut world, 2, ("2026-03-04 09:00", Some("2026-03-04 14:00")), vec![pause]);
    let page = html::render(&world.report(AT, 12), Lang::EN);
    assert!(page.contains("<title>Infusion interrupted on 2026-03-04</title>"), "{page}");
    assert!(page.contains("ended early 14:00"), "{page}");
    assert!(text::render(&world.report(AT, 12), Lang::EN, 200).contains("ended early 14:00, 4 mcg given"));
    let blind = world.report(AT, 12).without_study_drug(None);
    assert!(!html::render(&blind, Lang::EN).contains("interrupted on"));
}

#[test]
fn safety_checks_are_asked_on_the_planned_days_and_staff_are_told_when_an_infusion_ran_longer() {
    let asked = |world: &World| -> Vec<(String, usize)> {
        let report = world.report("2026-03-30 12:00", 30);
        let safety = report.slots.iter().filter(|slot| slot.instrument.as_str() == "safety");
        safety.map(|slot| (slot.slot.to_string(), slot.cells.iter().flatten().count())).collect()
    };
    let mut world = world();
    let before = asked(&world);
    assert!(before.iter().all(|(_, days)| *days == 19), "{before:?}");
    world.at("2026-03-11 12:00");
    let resumed = AfterPause::Resumed(world.instant("2026-03-09 10:00"));
    let pause = paused(&world, "2026-03-07 14:00", resumed, "fever");
    infusion(&mut world, 5, ("2026-03-07 09:00", Some("2026-03-09 18:00")), vec![pause]);
    assert_eq!(asked(&world), before);
    let report = world.report(AT, 12);
    let found = report.attention.iter().find_map(|one| match &one.what {
        Finding::InfusionAfterPlan { ran, planned, .. } => Some((*ran, *planned)),
        _ => None,
    });
    assert_eq!(found, Some((day("2026-03-09"), day("2026-03-07"))));
    let said = attention(&report, Lang::EN).join("\n");
    assert!(said.contains("ran until 9 Mar, after the last planned infusion day 7 Mar"), "{said}");
}

#[test]
fn times_that_cannot_be_are_shown_and_stop_nothing() {
    let mut world = world();
    world.at("2026-03-11 12:00");
    let pauses = vec![
        paused(&world, "2026-03-02 14:00", AfterPause::Resumed(UtcMillis(0)), "a"),
        paused(&world, "2026-03-09 14:00", AfterPause::Ended, "b"),
        paused(&world, "2026-03-05 14:00", AfterPause::Paused, "c"),
    ];
    infusion(&mut world, 1, ("2026-03-03 09:00", Some("2026-03-01 08:00")), pauses);
    let report = world.report(AT, 12);
    assert!(report.days.iter().all(|day| day.infusions.is_empty()));
    assert_eq!(report.infusions[0].interruptions.len(), 3);
    assert!(text::render(&report, Lang::EN, 80).contains("“c”"));
}
