//! Obstacles to the diary's files: each has its own message with what to do, and reading goes on.

use diary_core::text::Lang;

use super::world::World;
use crate::exit::Exit;

/// Exit code and error message of a command.
fn said(world: &World, line: &str) -> (Exit, String) {
    let ran = world.run(line, "");
    (ran.exit, ran.err.replace('\n', " "))
}

#[test]
fn every_trouble_of_the_files_has_a_sentence_of_its_own_with_what_to_do() {
    let database = |world: &World| world.home().join("diary.db");
    let lock = |world: &World| world.home().join("diary.lock");
    type Harm<'a> = &'a dyn Fn(&World);
    let cases: [(&str, Harm<'_>, &str, &str); 6] = [
        (
            "missing",
            &|w| std::fs::remove_file(database(w)).unwrap(),
            "missing or empty",
            "put the file back from a copy",
        ),
        (
            "empty",
            &|w| std::fs::write(database(w), b"").unwrap(),
            "missing or empty",
            "put the file back from a copy",
        ),
        (
            "another",
            &|w| std::fs::write(database(w), [7; 8192]).unwrap(),
            "does not open with its key",
            "ask the study team",
        ),
        (
            "no lock",
            &|w| std::fs::remove_file(lock(w)).unwrap(),
            "diary.lock is missing",
            "Put it back from a copy",
        ),
        (
            "damaged lock",
            &|w| std::fs::write(lock(w), b"no lock").unwrap(),
            "diary.lock is damaged",
            "Put it back from a copy",
        ),
        (
            "newer lock",
            &|w| std::fs::write(lock(w), [0xa1, 0, 2]).unwrap(),
            "by a newer version",
            "update the program",
        ),
    ];
    for (case, harm, what, todo) in cases {
        let world = World::joined(Lang::EN);
        world.run("note kept", "");
        harm(&world);
        for line in ["today", "history", "status", "note x"] {
            let (exit, said) = said(&world, line);
            assert_eq!(exit, Exit::Storage, "{case}, {line}: {said}");
            assert!(said.contains(what) && said.contains(todo), "{case}, {line}: {said}");
            assert!(!said.contains("othing is lost") && !said.contains("PIN"), "{case}, {line}: {said}");
        }
    }
}

/// A link that leads nowhere keeps SQLite from making its own files, as a disk without room does.
#[cfg(unix)]
#[test]
fn where_nothing_can_be_saved_the_diary_is_read_and_says_so() {
    let world = World::joined(Lang::EN);
    world.run("note kept", "");
    std::os::unix::fs::symlink("nowhere/at/all", world.home().join("diary.db-shm")).unwrap();
    let today = world.run("today", "");
    assert_eq!(today.exit, Exit::Ok, "{}", today.err);
    assert!(today.err.replace('\n', " ").contains("nothing can be saved now"), "{}", today.err);
    assert!(world.run("history", "").out.contains("Note: kept"));
    assert_eq!(world.run("status", "").exit, Exit::Ok);
    let (exit, said) = said(&world, "note lost");
    assert_eq!(exit, Exit::Storage);
    assert!(said.starts_with("Not saved: ") && said.contains("then enter this again"), "{said}");
    std::fs::remove_file(world.home().join("diary.db-shm")).unwrap();
    assert!(!world.run("history", "").out.contains("lost"));
}

#[test]
fn what_people_write_commands_no_terminal() {
    let world = World::joined(Lang::EN);
    let text = "a\u{1b}[2Jb\u{202e}c\u{2066}d\u{9b}2J\re";
    let saved =
        world.run_args(&["--caregiver", "Li\u{1b}[2J", "--because", "weak\u{202e}", "note", text], "");
    assert_eq!(saved.exit, Exit::Ok, "{}", saved.err);
    let outputs = ["today", "history", "history --full", "status", "sync", "history --json"].map(|line| {
        let ran = world.run(line, "");
        ran.out + &ran.err
    });
    for out in &outputs {
        let odd =
            out.chars().find(|c| *c != '\n' && diary_core::text::shown(&c.to_string()) != c.to_string());
        assert_eq!(odd, None, "{out}");
    }
    let [_, history, .., json] = outputs;
    let whole = history.replace("\n  ", "").replace('\n', "");
    for sign in ["a<U+001B>[2Jb<U+202E>c<U+2066>d<U+009B>2J<U+000D>e", "Li<U+001B>[2J", "weak<U+202E>"] {
        let bare = |text: &str| text.replace(' ', "");
        assert!(bare(&whole).contains(&bare(sign)), "{history}");
    }
    // Scripts get it exactly as it was written.
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(document.to_string().contains("a\\u001b[2Jb\u{202e}c\u{2066}d\u{9b}2J\\re"), "{document}");
}
