//! Alerts: serious events, answers that were never finished, wrong clocks, and lowering. The report and the worklist
//! agree.

use diary_core::act::ActContent;
use diary_core::entry::{AlertShown, AnswersBegun, Author, Content, DoseStatus, Event, Slot};
use diary_core::ids::{EntryId, RevisionId};
use diary_core::text::Lang;
use diary_core::time::UtcMillis;

use super::world::{EVENING, World, assessment, attention, day, dose_content, graded};
use crate::report::{Doubt, Rank, Report};
use crate::snapshot::ContactSummary;
use crate::worklist::status::{CurrentStatus, ParticipantStatus};

const BREATHLESS: [u8; 10] = [0, 0, 0, 0, 0, 3, 0, 0, 0, 0];

fn status(world: &World, at: &str) -> CurrentStatus {
    world.look(at, 28, |input| {
        let standing = ParticipantStatus::of(input, ContactSummary::default()).unwrap();
        ParticipantStatus::decode(&standing.encode()).unwrap().at(input.now).unwrap()
    })
}

/// Rule, number of hits, number of unhandled hits, in the worklist.
fn listed(world: &World, at: &str) -> Vec<(String, u32, u32)> {
    status(world, at).alerts.into_iter().map(|a| (a.rule.to_string(), a.times, a.pressing)).collect()
}

/// Rule, number of hits, number of unhandled hits, in the report.
fn reported(report: &Report) -> Vec<(String, u32, u32)> {
    let count = |n: usize| u32::try_from(n).unwrap();
    let of = |rule: &crate::report::RuleFinding| {
        let pressing = rule.hits.iter().filter(|hit| hit.presses()).count();
        (rule.rule.to_string(), count(rule.hits.len()), count(pressing))
    };
    report.alerts.iter().map(of).collect()
}

fn event(world: &mut World, of: &str, code: &str) -> RevisionId {
    let event = Event { code: code.parse().unwrap(), text: Some("at night".to_owned()), ended: None };
    world.record(of, None, Content::Event(event))
}

fn shown(
    world: &mut World,
    of: &str,
    trigger: Option<RevisionId>,
    begun: Option<AnswersBegun>,
) -> RevisionId {
    let content = Content::AlertShown(AlertShown {
        rule: "breathless-at-rest".parse().unwrap(),
        trigger,
        shown: "call 120".to_owned(),
        acknowledged: None,
        of: begun,
    });
    world.record_with(of, None, content, |revision| revision.author = Author::System)
}

fn handled(world: &mut World, rule: &str, entries: &[RevisionId]) {
    let entries = entries.iter().map(|id| EntryId::from(*id)).collect();
    world.act(ActContent::AlertsHandled { rule: rule.parse().unwrap(), entries });
}

fn visit(world: &mut World, date: &str, held: bool) {
    world.act(ActContent::Visit { date: day(date), kind: "scheduled".to_owned(), held });
}

#[test]
fn a_serious_event_stands_first_on_the_report_and_on_the_list_also_where_no_instruction_was_shown() {
    let mut world = World::new();
    world.at("2026-03-04 09:00");
    event(&mut world, "2026-03-04", "crisis");
    event(&mut world, "2026-03-04", "infection");
    world.sync();
    let expected = [("crisis".to_owned(), 1, 1)];
    let report = world.report("2026-03-05 12:00", 5);
    assert_eq!(reported(&report), expected);
    assert_eq!(report.attention[0].rank, Rank::Urgent);
    assert_eq!(
        attention(&report, Lang::EN)[0],
        "Myasthenic crisis: I needed help to breathe (emergency): 4 Mar 09:00 (at night; no record that the instruction \
         was shown)"
    );
    assert_eq!(listed(&world, "2026-03-05 12:00"), expected);
}

#[test]
fn a_withdrawn_event_is_no_alert_any_more_and_what_was_shown_stays() {
    let mut world = World::new();
    world.at("2026-03-04 09:00");
    let id = event(&mut world, "2026-03-04", "fall");
    world.sync();
    assert_eq!(listed(&world, "2026-03-05 12:00"), [("fall".to_owned(), 1, 1)]);
    world.correct(id, Content::Withdrawn, "not so");
    world.sync();
    assert_eq!(listed(&world, "2026-03-05 12:00"), []);
}

fn begun(started: UtcMillis) -> AnswersBegun {
    AnswersBegun { instrument: "evening".parse().unwrap(), slot: Some("evening".parse().unwrap()), started }
}

#[test]
fn an_instruction_is_told_alone_until_its_answers_come_and_with_them_afterwards() {
    let mut world = World::new();
    world.at("2026-03-04 20:00");
    let started = world.instant("2026-03-04 19:55");
    shown(&mut world, "2026-03-04", None, Some(begun(started)));
    world.sync();
    let report = world.report("2026-03-05 12:00", 5);
    let hit = &report.alerts[0].hits[0];
    assert_eq!((hit.unfinished, hit.shown, hit.met), (true, true, None));
    assert!(status(&world, "2026-03-05 12:00").alerts[0].unfinished);
    let finish = |world: &mut World, started: UtcMillis, grades: &[u8]| {
        let answers = graded(&EVENING, grades);
        let mut content = assessment(&world.studies, world.study_version, "evening", answers);
        let Content::Assessment(finished) = &mut content else { panic!("no assessment") };
        finished.started = Some(started);
        world.record("2026-03-04", Some(Slot::Scheduled("evening".parse().unwrap())), content);
    };
    world.at("2026-03-04 20:10");
    finish(&mut world, started, &BREATHLESS);
    world.sync();
    let report = world.report("2026-03-05 12:00", 5);
    assert_eq!(reported(&report), [("breathless-at-rest".to_owned(), 1, 1)]);
    let hit = &report.alerts[0].hits[0];
    assert_eq!((hit.unfinished, hit.shown, hit.met), (false, true, Some(true)));
}

#[test]
fn an_answer_that_was_changed_before_it_was_finished_leaves_the_instruction() {
    let mut world = World::new();
    world.at("2026-03-04 20:00");
    let started = world.instant("2026-03-04 19:55");
    shown(&mut world, "2026-03-04", None, Some(begun(started)));
    let mut content = assessment(&world.studies, world.study_version, "evening", graded(&EVENING, &[0; 10]));
    let Content::Assessment(finished) = &mut content else { panic!("no assessment") };
    finished.started = Some(started);
    world.record("2026-03-04", Some(Slot::Scheduled("evening".parse().unwrap())), content);
    world.sync();
    let report = world.report("2026-03-05 12:00", 5);
    let hit = &report.alerts[0].hits[0];
    assert_eq!((hit.unfinished, hit.shown, hit.met), (false, true, Some(false)));
    assert_eq!(listed(&world, "2026-03-05 12:00"), [("breathless-at-rest".to_owned(), 1, 1)]);
}

#[test]
fn a_red_flag_under_a_clock_five_years_back_or_two_days_ahead_is_on_both() {
    for (clock, of) in [("2021-03-04 20:00", "2021-03-04"), ("2026-03-06 20:00", "2026-03-06")] {
        let mut world = World::new();
        world.at(clock);
        world.assess(of, Some("evening"), "evening", graded(&EVENING, &BREATHLESS));
        world.at("2026-03-04 20:01").sync();
        let expected = [("breathless-at-rest".to_owned(), 1, 1)];
        for at in ["2026-03-04 21:00", "2026-03-20 12:00"] {
            assert_eq!(listed(&world, at), expected, "{clock} {at}");
            assert_eq!(reported(&world.report(at, 28)), expected, "{clock} {at}");
        }
        // A visit after it was received lowers it, one after the wrong day only does not.
        visit(&mut world, "2026-03-04", true);
        assert_eq!(listed(&world, "2026-03-07 12:00"), expected);
        visit(&mut world, "2026-03-05", true);
        assert_eq!(listed(&world, "2026-03-07 12:00"), [("breathless-at-rest".to_owned(), 1, 0)]);
    }
}

#[test]
fn only_what_was_dealt_with_and_a_visit_that_took_place_lower_an_alert() {
    let mut world = World::new();
    let first = world.evening("2026-03-03", BREATHLESS);
    world.sync();
    let both = |world: &World| {
        let (listed, report) = (listed(world, "2026-03-20 12:00"), world.report("2026-03-20 12:00", 28));
        assert_eq!(listed, reported(&report));
        (listed[0].1, listed[0].2, report.attention[0].rank)
    };
    assert_eq!(both(&world), (1, 1, Rank::Urgent));
    visit(&mut world, "2026-03-05", false);
    assert_eq!(both(&world), (1, 1, Rank::Urgent));
    world.at("2026-03-04 10:00");
    handled(&mut world, "breathless-at-rest", &[first]);
    let (times, pressing, _) = both(&world);
    assert_eq!((times, pressing), (1, 0));
    let alert = &status(&world, "2026-03-20 12:00").alerts[0];
    let dealt = alert.handled.as_ref().unwrap();
    assert_eq!((dealt.by.as_str(), dealt.at), ("wang", world.instant("2026-03-04 10:00")));
    // A new one is unhandled again, and a visit lowers both.
    world.evening("2026-03-06", BREATHLESS);
    world.sync();
    assert_eq!(both(&world), (2, 1, Rank::Urgent));
    visit(&mut world, "2026-03-09", true);
    let (times, pressing, _) = both(&world);
    assert_eq!((times, pressing), (2, 0));
}

#[test]
fn what_is_told_of_an_alert_after_it_was_dealt_with_presses_again() {
    let mut world = World::new();
    let answers = world.evening("2026-03-03", BREATHLESS);
    let told = shown(&mut world, "2026-03-03", Some(answers), None);
    world.sync();
    handled(&mut world, "breathless-at-rest", &[answers, told]);
    assert_eq!(listed(&world, "2026-03-05 12:00"), [("breathless-at-rest".to_owned(), 1, 0)]);
    shown(&mut world, "2026-03-03", Some(answers), None);
    world.sync();
    assert_eq!(listed(&world, "2026-03-05 12:00"), [("breathless-at-rest".to_owned(), 1, 1)]);
}

#[test]
fn what_is_doubtful_is_on_the_list_as_it_is_on_the_report() {
    let mut world = World::new();
    world.at("2026-03-04 09:00");
    world.record("2026-03-04", None, dose_content("tacrolimus", DoseStatus::Taken, "3 g", true));
    for of in ["2026-03-02", "2026-03-04"] {
        world.record(of, None, dose_content("methotrexate", DoseStatus::Taken, "15 mg", true));
    }
    world.sync();
    let doubts = |world: &World, at: &str| -> Vec<(Doubt, Option<String>)> {
        let of = |one: crate::report::Pressing| (one.doubt, one.last.map(|day| day.to_string()));
        status(world, at).doubts.into_iter().map(of).collect()
    };
    let day = |text: &str| Some(text.to_owned());
    let expected = [(Doubt::TooSoon, day("2026-03-04")), (Doubt::Units, day("2026-03-04"))];
    assert_eq!(doubts(&world, "2026-03-05 12:00"), expected);
    let urgent = |report: &Report| report.attention.iter().filter(|one| one.rank == Rank::Urgent).count();
    assert_eq!(urgent(&world.report("2026-03-05 12:00", 28)), 2);
    assert_eq!(doubts(&world, "2026-04-02 12:00"), []);
    // A phone set to another zone is reported as long as it is.
    world.zone = "UTC".parse().unwrap();
    world.at("2026-03-06 12:00").note("2026-03-06", "here");
    world.sync();
    assert!(doubts(&world, "2026-04-06 12:00").contains(&(Doubt::Zone, None)));
}
