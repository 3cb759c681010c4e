//! Canary words in answers, names and secrets appear in no refusal and in no file in the clear.

use diary_core::text::Lang;

use self::canary::Canaries;
use super::world::{PIN, World, at};
use crate::Exit;

#[path = "../../../../tests/harness/canary.rs"]
#[allow(unreachable_pub, reason = "other tests have it from a library")]
mod canary;

const CANARY: &str = "canary-diplopia-眼皮下垂";

/// The words, the part of them that is plain letters, and the PIN.
fn canaries() -> Canaries {
    Canaries::new(&[CANARY, "canary-diplopia", PIN])
}

#[test]
fn no_file_of_the_home_folder_holds_a_word_in_the_clear() {
    let world = World::joined(Lang::EN).with_regimen();
    world.set(at(0, "21:00"));
    for args in [
        &["note", CANARY][..],
        &["note", "x", "--caregiver", CANARY, "--because", CANARY],
        &["dose", "skip", "methotrexate", "--why", "other", "--text", CANARY],
        &["med", "start", CANARY, "--dose", "5 mg", "--frequency", "qd", "--route", "oral"],
        &["event", "fall", "--text", CANARY],
        &["log", "evening", "--set", "lids=1"],
        &["sync"],
        &["status"],
    ] {
        world.run_args(args, "");
    }
    let out = world.run("history", "").out;
    assert!(out.matches("canary-diplopia-").count() >= 5, "{out}");
    assert!(canaries().assert_clean_files(&world.home()) >= 3, "the folder holds database, lock and more");
}

#[test]
fn no_refusal_repeats_what_was_typed() {
    let mut world = World::joined(Lang::EN).with_regimen();
    world.set(at(0, "21:00"));
    let option = format!("--{CANARY}");
    let answer = format!("lids={CANARY}");
    let link = format!("https://study.example/join#v1.{CANARY}");
    let file = world.file("answers", &format!("{{\"lids\": \"{CANARY}\"}}"));
    let lines: &[&[&str]] = &[
        &["note", "fine", CANARY],
        &["note", "fine", &option],
        &[CANARY],
        &["log", CANARY],
        &["log", "evening", "--set", &answer],
        &["log", "evening", "--set", CANARY],
        &["log", "evening", "--answers", &file],
        &["log", "evening", "--answers", CANARY],
        &["log", "evening", "--day", CANARY],
        &["dose", "take", CANARY],
        &["dose", "take", "methotrexate", "--amount", CANARY],
        &["dose", "take", "methotrexate", "--at", CANARY],
        &["dose", "skip", "methotrexate", "--why", CANARY],
        &["dose", "take", "pyridostigmine", "--time", CANARY],
        &["dose", "take", "pyridostigmine", "--slot", CANARY],
        &["med", "start", CANARY, "--dose", CANARY],
        &["med", "start", CANARY, "--dose", "5 mg", "--frequency", CANARY],
        &["event", CANARY],
        &["correct", CANARY, "--reason", CANARY],
        &["history", "--days", CANARY],
        &["lang", CANARY],
        &["--lang", CANARY, "today"],
        &["join", &link],
        &["join", CANARY],
    ];
    let canaries = canaries();
    for json in [false, true] {
        for args in lines {
            let args: Vec<&str> = args.iter().copied().chain(json.then_some("--json")).collect();
            let ran = world.run_args(&args, "");
            assert_ne!(ran.exit, Exit::Ok, "{args:?}: {}", ran.out);
            for text in [&ran.out, &ran.err] {
                assert!(!text.contains("canary"), "{args:?}: {text}");
                canaries.assert_clean("a refusal", text.as_bytes());
            }
        }
    }
    world.vars.clear();
    let ran = world.run("unlock --recovery", &format!("{CANARY}\n"));
    assert!(ran.exit == Exit::Refused && !ran.err.contains("canary"), "{}", ran.err);
}

#[test]
fn nothing_that_holds_answers_or_secrets_prints_them_when_debugged() {
    let world = World::joined(Lang::EN);
    let home = crate::home::Home::find(Some(&world.home()), &|_| None).unwrap();
    let lock = home.lock().unwrap().unwrap();
    assert_eq!(format!("{lock:?}"), "Lock(..)");
    assert_eq!(format!("{:?}", lock.open_with_pin(PIN).unwrap()), "DatabaseKey(..)");
}
