//! The dose that is meant and the time it was taken: never assumed where two answers are possible.

use diary_core::act::{ActContent, RegimenChange};
use diary_core::entry::{Content, Revision, Slot};
use diary_core::text::Lang;
use diary_core::time::{OccurredAt, UtcMillis};

use super::evening::line;
use super::world::{Ran, World, at, first_day};
use crate::Exit;

/// A diary whose regimen has these lines: code, amount, times.
fn with(lines: &[(&str, &str, &[&str])]) -> World {
    let world = World::joined(Lang::EN);
    let lines = (1..).zip(lines).map(|(n, (code, amount, times))| line(n, code, amount, times)).collect();
    world.act(1, ActContent::Regimen(RegimenChange { from: first_day(), lines }));
    world
}

/// Runs as a script: no person can be asked.
fn script(mut world: World) -> World {
    world.interactive = false;
    world
}

fn doses(world: &World) -> Vec<Revision> {
    let held = world.store().revisions(first_day().plus_days(-3), first_day().plus_days(9)).unwrap();
    held.iter()
        .map(|one| one.revision().clone())
        .filter(|one| matches!(one.content, Content::Dose(_)))
        .collect()
}

fn taken(world: &World) -> Vec<(String, Option<UtcMillis>)> {
    let one = |revision: &Revision| {
        let Some(Slot::PlannedDose { time, .. }) = &revision.slot else { panic!("no planned dose") };
        (format!("{} {time}", revision.day), revision.occurred.map(|at| at.0))
    };
    doses(world).iter().map(one).collect()
}

/// The commands that a refusal or `today` prints, without the name of the program.
fn commands(ran: &Ran) -> Vec<String> {
    let text = format!("{}\n{}", ran.out, ran.err);
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("diary dose "))
        .map(|rest| format!("dose {rest}"))
        .collect()
}

#[test]
fn a_late_dose_is_never_taken_now_by_default() {
    let world = script(with(&[("pyridostigmine", "60", &["08:00"])]));
    world.set(at(0, "21:10"));
    let refused = world.run("dose take pyridostigmine", "");
    assert_eq!((refused.exit, doses(&world).len()), (Exit::Refused, 0), "{}", refused.err);
    let printed = commands(&refused);
    let command = "dose take pyridostigmine --time 08:00";
    assert_eq!(printed[..2], [format!("{command} --as-planned"), format!("{command} --now")]);
    assert_eq!(printed[2], format!("{command} --at HH:MM"));
    // The command that `today` prints says when, too, and works.
    let today = world.run("today", "");
    assert_eq!(commands(&today), [format!("{command} --as-planned")]);
    assert_eq!(world.run(&commands(&today)[0], "").exit, Exit::Ok);
    assert_eq!(taken(&world), [("2026-10-01 08:00".to_owned(), Some(at(0, "08:00")))]);
    // The others work as well.
    for (rest, when) in [("--now", "21:10"), ("--at 09:30", "09:30")] {
        let ran = world.run(&format!("{command} {rest} --again"), "");
        assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
        assert_eq!(taken(&world).last().unwrap().1, Some(at(0, when)));
    }
}

#[test]
fn a_person_is_asked_when_a_late_dose_was_taken() {
    for (typed, when) in [("1\n", "08:00"), ("2\n", "21:10"), ("3\n9:30\n", "09:30"), ("3\nnow\n", "21:10")] {
        let world = with(&[("pyridostigmine", "60", &["08:00"])]);
        world.set(at(0, "21:10"));
        let ran = world.run("dose take pyridostigmine", typed);
        assert_eq!(ran.exit, Exit::Ok, "{}{}", ran.out, ran.err);
        assert_eq!(taken(&world)[0].1, Some(at(0, when)));
    }
    let world = with(&[("pyridostigmine", "60", &["08:00"])]);
    world.set(at(0, "21:10"));
    assert_eq!(world.run("dose take pyridostigmine", "\n").exit, Exit::Refused);
    assert_eq!(doses(&world).len(), 0);
}

#[test]
fn two_doses_that_may_be_meant_are_a_question() {
    let world = with(&[("pyridostigmine", "60", &["08:00", "20:30"])]);
    world.set(at(0, "20:40"));
    let ran = world.run("dose take pyridostigmine", "2\n");
    assert!(ran.out.contains("Which dose?"), "{}", ran.out);
    assert_eq!(taken(&world), [("2026-10-01 20:30".to_owned(), Some(at(0, "20:40")))]);
    let world = script(with(&[("pyridostigmine", "60", &["08:00", "20:30"])]));
    world.set(at(0, "20:40"));
    for verb in ["take", "skip", "dont-know"] {
        let refused = world.run(&format!("dose {verb} pyridostigmine"), "");
        assert_eq!(refused.exit, Exit::Refused);
        assert_eq!(commands(&refused).len(), 2, "{}", refused.err);
    }
    for command in commands(&world.run("dose take pyridostigmine", "")) {
        assert_eq!(world.run(&command, "").exit, Exit::Ok, "{command}");
    }
    assert_eq!(taken(&world).len(), 2);
}

#[test]
fn two_lines_of_one_drug_at_one_time_are_two_doses() {
    let world = script(with(&[("prednisone", "15", &["08:00"]), ("prednisone", "2", &["08:00"])]));
    world.set(at(0, "08:05"));
    let refused = world.run("dose take prednisone --time 08:00", "");
    assert_eq!(refused.exit, Exit::Refused);
    let expected = [1, 2].map(|n| format!("dose take prednisone --time 08:00 --line {n} --as-planned"));
    assert_eq!(commands(&refused), expected);
    let today = world.run("today", "");
    assert_eq!(commands(&today), expected);
    for command in &expected {
        let ran = world.run(command, "");
        assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    }
    let amounts: Vec<String> = doses(&world)
        .iter()
        .filter_map(|one| match &one.content {
            Content::Dose(dose) => Some(dose.amount.as_ref().unwrap().value.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(amounts, ["15", "2"]);
    // A third drug that is added later that day asks for neither again.
    let third = line(3, "azathioprine", "50", &["20:00"]);
    world.act(2, ActContent::Regimen(RegimenChange { from: first_day(), lines: vec![third] }));
    assert_eq!(commands(&world.run("today", "")), Vec::<String>::new());
}

#[test]
fn after_the_cut_a_dose_of_the_night_is_offered_and_found_by_its_time() {
    let world = || script(with(&[("pyridostigmine", "60", &["08:30", "14:30", "20:30", "02:30"])]));
    let done = |world: &World| {
        for (day, time) in [(0, "08:30"), (0, "14:30")] {
            world.set(at(day, time));
            assert_eq!(world.run(&format!("dose take pyridostigmine --time {time}"), "").exit, Exit::Ok);
        }
        // The dose of 20:30 is forgotten; the diary day has changed at 03:00.
        world.set(at(1, "03:05"));
    };
    let one = world();
    done(&one);
    let today = one.run("today", "");
    assert!(
        commands(&today)
            .contains(&"dose take pyridostigmine --time 02:30 --day 2026-10-01 --as-planned".to_owned()),
        "{}",
        today.out
    );
    let ran = one.run("dose take pyridostigmine --time 02:30", "");
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert_eq!(taken(&one).last().unwrap(), &("2026-10-01 02:30".to_owned(), Some(at(1, "03:05"))));
    // Without a time both may be meant, and nothing is filled unsaid.
    let both = world();
    done(&both);
    let refused = both.run("dose take pyridostigmine", "");
    assert_eq!(refused.exit, Exit::Refused);
    assert_eq!(commands(&refused).len(), 2, "{}", refused.err);
    for command in commands(&refused) {
        assert_eq!(both.run(&command, "").exit, Exit::Ok, "{command}");
    }
}

#[test]
fn what_was_taken_early_is_recorded_as_early() {
    let world = with(&[("pyridostigmine", "60", &["20:00"])]);
    world.set(at(0, "15:00"));
    let ran = world.run("dose take pyridostigmine --time 20:00", "yes\n");
    assert_eq!(ran.exit, Exit::Ok, "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("Recorded as taken early: it was planned for Thu 2026-10-01 20:00"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("`diary withdraw 1` takes this back."), "{}", ran.out);
    assert_eq!(taken(&world), [("2026-10-01 20:00".to_owned(), Some(at(0, "15:00")))]);
    world.set(at(0, "20:05"));
    assert_eq!(commands(&world.run("today", "")), Vec::<String>::new());
    // A script must say so; what is not taken, or is a day away, waits.
    let world = script(with(&[("pyridostigmine", "60", &["20:00"])]));
    world.set(at(0, "15:00"));
    let refused = world.run("dose take pyridostigmine --time 20:00", "");
    assert_eq!(refused.exit, Exit::Refused);
    for line in [
        "dose skip pyridostigmine --time 20:00 --why forgot",
        "dose dont-know pyridostigmine --time 20:00",
        "dose take pyridostigmine --time 20:00 --day 2026-10-03 --yes",
    ] {
        assert_eq!(world.run(line, "").exit, Exit::Refused, "{line}");
    }
    assert_eq!(doses(&world).len(), 0);
    let [command] = commands(&refused).try_into().unwrap();
    assert_eq!(world.run(&command, "").exit, Exit::Ok, "{command}");
    assert_eq!(taken(&world)[0].1, Some(at(0, "15:00")));
}

#[test]
fn an_amount_far_from_the_plan_is_asked_once() {
    let world = with(&[("pyridostigmine", "60", &["20:00"])]);
    world.set(at(0, "20:05"));
    let far = "dose take pyridostigmine --time 20:00 --amount 600mg";
    assert_eq!(world.run(far, "no\n").exit, Exit::Refused);
    assert_eq!(doses(&world).len(), 0);
    let ran = world.run(far, "yes\n");
    assert!(ran.out.contains("600 mg is far from 60 mg. Was it really 600 mg?"), "{}", ran.out);
    assert_eq!(doses(&world).len(), 1);
    let world = script(with(&[("pyridostigmine", "60", &["20:00"])]));
    world.set(at(0, "20:05"));
    assert_eq!(world.run(far, "").exit, Exit::Refused);
    assert_eq!(world.run(&format!("{far} --yes"), "").exit, Exit::Ok);
    // Half of it, or twice, is not far.
    assert_eq!(world.run("dose take pyridostigmine --time 20:00 --amount 30mg --again", "").exit, Exit::Ok);
}

#[test]
fn an_amount_in_another_unit_or_far_beyond_the_plan_is_asked_about_beside_the_plan_too() {
    let mut world = with(&[("prednisone", "40", &["08:00"])]);
    world.set(at(0, "10:00"));
    let odd = ["dose", "extra", "tacrolimus", "--amount", "3 g"];
    let ran = world.run_args(&odd, "no\n");
    assert!(ran.out.contains("3 g: this medication is measured in mg. Was it really 3 g?"), "{}", ran.out);
    assert_eq!((ran.exit, doses(&world).len()), (Exit::Refused, 0));
    assert_eq!(world.run_args(&odd, "yes\n").exit, Exit::Ok);
    world = script(world);
    let ran = world.run_args(&["dose", "extra", "methotrexate", "--amount", "10 g", "--json"], "");
    assert_eq!(ran.document()["error"]["code"], "other-unit");
    let ran = world.run_args(&["dose", "extra", "methotrexate", "--amount", "10 g", "--json", "--yes"], "");
    assert_eq!(ran.document()["remarks"][0], "Unit: choose one of mg, tablet(s)");
    let ran = world.run_args(&["dose", "extra", "prednisone", "--amount", "400 mg", "--json"], "");
    assert_eq!(ran.document()["error"]["code"], "unusual-amount");
    // A part of the planned dose is nothing unusual.
    assert_eq!(world.run_args(&["dose", "extra", "prednisone", "--amount", "5 mg"], "").exit, Exit::Ok);
    let ran = world.run_args(&["correct", "1", "--amount", "9 g", "--reason", "misread", "--json"], "");
    assert_eq!(ran.document()["error"]["code"], "other-unit");
    let med = ["med", "start", "tacrolimus", "--dose", "3 g", "--frequency", "qd", "--json"];
    assert_eq!(world.run_args(&med, "").document()["error"]["code"], "other-unit");
}

#[test]
fn now_is_a_claimed_time() {
    let world = script(with(&[("pyridostigmine", "60", &["20:00"])]));
    world.set(at(0, "20:05"));
    let ran = world.run("dose take pyridostigmine", "");
    assert!(ran.out.contains("taken, at 20:05"), "{}", ran.out);
    assert_eq!(doses(&world)[0].occurred, Some(OccurredAt(at(0, "20:05"))));
}
