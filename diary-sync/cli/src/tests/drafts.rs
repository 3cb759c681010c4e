//! Drafts: in whichever way a command ends, the answers are there and the next one continues at the same item.

use diary_core::entry::Author;
use diary_core::text::Lang;

use super::world::{World, at, first_day};
use crate::Exit;
use crate::terminal::columns;

#[test]
fn a_command_that_is_cut_off_goes_on_at_the_item_where_it_was() {
    let world = World::joined(Lang::EN);
    // The terminal closes after three answers.
    let cut = world.run("log", "1\n2\n0\n");
    assert!(cut.out.contains("4/11"), "{}", cut.out);
    let on = world.run("log", "");
    assert!(on.out.contains("3 answered so far"), "{}", on.out);
    assert!(on.out.contains("4/11  How was swallowing?") && !on.out.contains("3/11"), "{}", on.out);
    let finished = world.run("log", "0\n0\n0\n0\n0\n0\n0\n4\n\n");
    assert!(finished.out.contains("Saved here."), "{}", finished.out);
    assert_eq!(world.store().drafts().unwrap(), []);
}

#[test]
fn every_answer_is_on_the_disk_before_the_next_question() {
    let world = World::joined(Lang::EN);
    world.run("log", "2\n");
    let drafts = world.store().drafts().unwrap();
    let draft = world.store().draft(&drafts[0]).unwrap().unwrap();
    assert_eq!((draft.answers.len(), draft.place.day), (1, first_day()));
}

#[test]
fn a_question_that_an_earlier_answer_opens_is_asked_before_saving() {
    let world = World::joined(Lang::EN);
    // All without trouble; then swallowing is changed, which opens the question about coughing.
    let ran = world.run("log", "0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n4\n2\n2\n4\n\n");
    assert!(ran.out.contains("Could you cough up phlegm?"), "{}", ran.out);
    assert!(ran.out.contains("Saved here."), "{}", ran.out);
}

#[test]
fn nothing_is_selected_beforehand() {
    let world = World::joined(Lang::EN);
    let ran = world.run("log", "\n\n\n");
    assert!(!ran.out.contains("2/10"), "{}", ran.out);
    assert_eq!(world.store().drafts().unwrap(), []);
}

#[test]
fn what_a_caregiver_enters_is_marked_with_name_and_reason() {
    let world = World::joined(Lang::EN);
    let ran = world.run_args(&["note", "x", "--caregiver", "daughter", "--because", "weak hands"], "");
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    let revisions = world.store().revisions(first_day(), first_day()).unwrap();
    let expected = Author::Caregiver { name: "daughter".to_owned(), reason: "weak hands".to_owned() };
    assert_eq!(revisions[0].revision().author, expected);
    assert!(world.run("history", "").out.contains("(entered by daughter: weak hands)"));
}

#[test]
fn the_weekly_check_of_sunday_is_answered_on_monday() {
    let world = World::joined(Lang::EN);
    world.set(at(4, "10:00"));
    let ran = world.run("log mg-adl --json --set talking=0", "").document();
    assert_eq!(ran["day"], "2026-10-04");
    assert_eq!(ran["late"], false);
}

#[test]
fn the_language_of_the_diary_can_be_changed_and_holds_before_it_is_unlocked() {
    let mut world = World::joined(Lang::EN);
    assert_eq!(world.run("lang 中文", "").exit, Exit::Ok);
    assert!(world.run("today", "").out.contains("日记日期"));
    world.vars.insert("DIARY_PIN_FILE".to_owned(), world.file("other", "0000"));
    assert!(world.run("today", "").err.contains("密码不对"));
}

#[test]
fn a_forgotten_pin_costs_nothing() {
    let mut world = World::joined(Lang::EN);
    world.run("note kept", "");
    let secret = diary_core::keys::RecoverySecret::from_bytes(&[9; 16]).to_text();
    world.vars.insert("DIARY_NEW_PIN_FILE".to_owned(), world.file("new", "９９９９９９"));
    let ran = world.run("unlock --recovery", &format!("{}\n", secret.to_lowercase().replace('-', " ")));
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert_eq!(world.run("history", "").exit, Exit::Locked);
    world.vars.insert("DIARY_PIN_FILE".to_owned(), world.file("typed", "999999"));
    assert!(world.run("history", "").out.contains("Note: kept"));
}

#[test]
fn a_correction_to_a_red_flag_is_an_alert_like_a_first_answer() {
    let world = World::joined(Lang::EN);
    world.run("log", "0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n\n");
    let ran = world.run("correct 1", "6\n3\n1\n4\n\nyes\nwrong line\nyes\n");
    assert_eq!(ran.exit, Exit::Ok, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("!!! EMERGENCY - GET HELP NOW !!!"), "{}", ran.out);
    assert!(ran.out.contains("This diary is not watched around the clock."), "{}", ran.out);
}

#[test]
fn a_draft_outside_the_schedule_is_listed_and_goes_on_another_day() {
    let world = World::joined(Lang::EN);
    world.run("log mg-adl --unscheduled", "1\n2\n");
    world.set(at(1, "12:00"));
    let today = world.run("today", "");
    let command = "diary log mg-adl --unscheduled --day 2026-10-01";
    assert!(today.out.contains("Begun and not finished") && today.out.contains(command), "{}", today.out);
    let on = world.run("log mg-adl --unscheduled --day 2026-10-01", "0\n0\n0\n0\n0\n0\n\n");
    assert!(on.out.contains("2 answered so far") && on.out.contains("Saved here."), "{}", on.out);
}

#[test]
fn nothing_is_wider_than_a_narrow_terminal() {
    for lang in [Lang::ZH_CN, Lang::EN] {
        let mut world = World::joined(lang).with_regimen();
        world.set(at(0, "21:00"));
        world.width = 40;
        world.run("log evening", "0\n0\n0\n0\n0\n3\n1\n0\n0\n0\n0\n3\n\n");
        world.run("dose", "1\n1\n1\n1\n");
        world.run("dose take pyridostigmine", "");
        for line in ["today", "status", "history --full", "log mg-adl --unscheduled", "dose", "event", "sync"]
        {
            let ran = world.run(line, "");
            for text in ran.out.lines().chain(ran.err.lines()) {
                let fits = columns(text) <= 40 || text.starts_with("> ");
                assert!(fits, "{line}: {text}");
            }
        }
    }
}
