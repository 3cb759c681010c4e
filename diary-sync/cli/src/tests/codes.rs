//! Exit codes and refusals: what is wrong, what is accepted, in the chosen language.

use diary_core::text::Lang;

use super::Pick;
use super::world::{World, at};
use crate::Exit;

#[test]
fn every_way_to_end_has_its_code() {
    let world = World::joined(Lang::EN).with_regimen();
    for (line, exit) in [
        ("today", Exit::Ok),
        ("--help", Exit::Ok),
        ("--version", Exit::Ok),
        ("check", Exit::Ok),
        ("history --days 1", Exit::Ok),
        ("history --days 0", Exit::Refused),
        ("history 99", Exit::Refused),
        ("log mg-adl", Exit::Refused),
        ("log nothing", Exit::Refused),
        ("log evening --set lids=7", Exit::Refused),
        ("log evening --answers /nowhere/at/all", Exit::Refused),
        ("dose take pyridostigmine --time 08:00 --amount 60", Exit::Refused),
        ("dose take aspirin", Exit::Refused),
        ("dose skip pyridostigmine --time 14:00 --why tired", Exit::Refused),
        ("med start prednisone --dose 5mg --frequency often", Exit::Refused),
        ("event dance", Exit::Refused),
        ("note x --at 08:00", Exit::Usage),
        ("lang fr", Exit::Refused),
        ("--lang fr today", Exit::Refused),
        ("unlock", Exit::Usage),
        ("dance", Exit::Usage),
        ("med", Exit::Usage),
        ("note x --caregiver Li", Exit::Usage),
        ("sync", Exit::NotSent),
    ] {
        let ran = world.run(line, "");
        assert_eq!(ran.exit, exit, "{line}: {} {}", ran.out, ran.err);
    }
}

#[test]
fn a_diary_that_is_not_there_or_does_not_open_is_told_apart() {
    let empty = World::empty();
    assert_eq!(empty.run("today", "").exit, Exit::Locked);
    let mut world = World::joined(Lang::EN);
    world.vars.insert("DIARY_PIN_FILE".to_owned(), world.file("other", "0000"));
    assert_eq!(world.run("today", "").exit, Exit::Locked);
    world.vars.insert("DIARY_PIN_FILE".to_owned(), "/nowhere/at/all".to_owned());
    assert_eq!(world.run("today", "").exit, Exit::Locked);
    world.vars.clear();
    world.interactive = false;
    assert_eq!(world.run("today", "").exit, Exit::Locked);
}

#[test]
fn one_damaged_page_of_a_diary_is_told_by_the_next_command_and_the_file_is_kept() {
    for (lang, said) in [
        (
            Lang::EN,
            "The diary's file is damaged. It was left as it is: keep it and ask the study team for help.",
        ),
        (Lang::ZH_CN, "日记文件已损坏，系统没有改动它。请保留文件并联系研究人员。"),
    ] {
        let world = World::joined(lang);
        assert_eq!(world.run("note x", "").exit, Exit::Ok);
        let database = world.home().join("diary.db");
        let mut bytes = std::fs::read(&database).unwrap();
        bytes[4096 + 100] ^= 1;
        std::fs::write(&database, &bytes).unwrap();
        let ran = world.run(&format!("--lang {} today", lang.tag()), "");
        let words: String = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = |text: &str| text.replace(' ', "");
        assert_eq!((ran.exit, plain(&words)), (Exit::Storage, plain(said)));
        assert_eq!(std::fs::read(&database).unwrap(), bytes);
    }
}

#[test]
fn damaged_files_are_told_and_left_as_they_are() {
    let world = World::joined(Lang::EN);
    let database = world.home().join("diary.db");
    std::fs::write(&database, vec![7; 8192]).unwrap();
    assert_eq!(world.run("today", "").exit, Exit::Storage);
    assert_eq!(std::fs::read(&database).unwrap(), vec![7; 8192]);
    let world = World::joined(Lang::EN);
    std::fs::remove_file(world.home().join("diary.lock")).unwrap();
    let ran = world.run("today", "");
    assert_eq!(ran.exit, Exit::Storage, "{}", ran.err);
    assert!(ran.err.contains("diary.lock"));
    let world = World::joined(Lang::EN);
    std::fs::write(world.home().join("settings.toml"), "sync_later = true\n").unwrap();
    let ran = world.run("today", "");
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("settings.toml") && ran.err.contains("line 1"), "{}", ran.err);
}

#[test]
fn a_refused_answer_names_item_and_options_in_the_language_of_the_diary() {
    for (lang, item, option) in [
        (Lang::EN, "Did your eyelids droop?", "One or both eyes were almost shut"),
        (Lang::ZH_CN, "眼皮有没有往下垂？", "几乎睁不开"),
    ] {
        let ran = World::joined(lang).run("log evening --set lids=7 --set chewing=x", "");
        assert_eq!(ran.exit, Exit::Refused);
        assert!(ran.err.contains(item), "{}", ran.err);
        let unwrapped: String = ran.err.lines().collect::<Vec<_>>().join(lang.pick(" ", ""));
        assert!(unwrapped.contains(option), "{unwrapped}");
    }
}

#[test]
fn what_is_missing_is_named_and_the_answers_given_are_kept() {
    let world = World::joined(Lang::EN);
    let ran = world.run("log evening --set lids=1", "");
    assert_eq!(ran.exit, Exit::Refused);
    assert!(ran.err.contains("Did you see double?") && !ran.err.contains("eyelids"), "{}", ran.err);
    assert!(world.run("log evening", "").out.contains("1 answered so far"));
}

#[test]
fn a_questionnaire_that_is_not_open_says_when_it_opens() {
    let world = World::joined(Lang::EN);
    world.set(at(0, "12:00"));
    let ran = world.run("log evening", "");
    assert_eq!(ran.exit, Exit::Refused);
    assert!(ran.err.contains("from Thu 2026-10-01 17:00 on"), "{}", ran.err);
}

#[test]
fn without_a_terminal_questions_are_refused_with_the_options_that_answer_them() {
    let mut world = World::joined(Lang::EN);
    world.interactive = false;
    let ran = world.run("log evening", "");
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("--answers, --set"), "{}", ran.err);
    assert_eq!(world.run("withdraw 1", "").exit, Exit::Refused);
}

#[test]
fn full_width_and_chinese_answers_are_taken() {
    let world = World::joined(Lang::ZH_CN);
    let answers = "lids＝１\ndouble-vision=没有\nchewing=０\nswallowing=很顺\nspeech=清楚\nbreathing=不费力\n\
                   arms=0\nlegs=0\nneck=0\nfatigue=0\nworst-time=晚上\n";
    let file = world.file("answers.txt", answers);
    let ran = world.run_args(&["log", "晚间记录", "--answers", &file], "");
    assert_eq!(ran.exit, Exit::Ok, "{}{}", ran.out, ran.err);
}

#[test]
fn a_dose_that_could_be_several_is_not_guessed() {
    let mut world = World::joined(Lang::EN).with_regimen();
    world.set(at(0, "21:00"));
    let asked = world.run("dose take", "");
    assert!(asked.out.contains("Which dose?") && asked.exit == Exit::Refused, "{}", asked.out);
    world.interactive = false;
    let ran = world.run("dose take", "");
    assert_eq!(ran.exit, Exit::Refused);
    for name in [
        "diary dose take pyridostigmine --time 08:00 --as-planned",
        "diary dose take methotrexate --time 09:00 --as-planned",
        "diary dose take pyridostigmine --time 14:00 --as-planned",
        "diary dose take pyridostigmine --time 20:00 --as-planned",
    ] {
        assert!(ran.err.contains(name), "{}", ran.err);
    }
    let early = world.run("dose take pyridostigmine --time 08:00 --day 2026-10-02", "");
    assert!(early.err.contains("Fri 2026-10-02 06:00 on"), "{}", early.err);
}

#[test]
fn sending_afterwards_is_tried_where_asked_for_and_its_failure_is_no_refusal() {
    let world = World::joined(Lang::EN);
    let asked = world.run("note x --sync", "");
    assert_eq!(asked.exit, Exit::Ok, "{}", asked.err);
    assert!(asked.out.contains("Saved here. No connection to the hospital right now."), "{}", asked.out);
    assert!(!world.run("note y", "").out.contains("No connection"));
    std::fs::write(world.home().join("settings.toml"), "sync_after_saving = true\n").unwrap();
    let set = world.run("note z --json", "").document();
    assert_eq!((set["ok"].as_bool(), set["sync"]["trouble"].as_str()), (Some(true), Some("offline")));
}
