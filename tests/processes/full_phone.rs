//! A phone with a full disk: an entry that cannot be saved is reported as not saved, and no other data is harmed.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use diary_tests::process::{DIARY, Site};
use diary_tests::strace;

/// Runs a command of the diary in `home`, under `wrapper` where there is one. Returns true if it succeeded, and its output.
fn diary(home: &Path, wrapper: &[OsString], words: &[&str]) -> (bool, String) {
    let program = OsString::from(env!("CARGO_BIN_EXE_kill"));
    let all: Vec<OsString> = wrapper.iter().cloned().chain([program]).collect();
    let ran = Command::new(&all[0])
        .args(&all[1..])
        .args([DIARY, "--lang", "en", "--home"])
        .arg(home)
        .args(words)
        .env("DIARY_PIN_FILE", home.join("pin"))
        .env("DIARY_ZONE", "Asia/Shanghai")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn a_phone_without_room_says_so_keeps_what_it_has_and_saves_once_there_is_room() {
    if !strace::is_there() {
        return;
    }
    let site = Site::with_phones(1);
    let home = site.folder.path().join("stage").join("phones").join("P-0");
    let note = |wrapper: &[OsString], text: &str| diary(&home, wrapper, &["note", text]);
    let (done, said) = note(&[], "before");
    assert!(done, "{said}");
    // At every write of the whole command once, until there are none left to fail.
    let mut failed = 0;
    for nth in 1..=40 {
        let full = strace::failing(&home.join("diary.db-wal"), "pwrite64", "ENOSPC", &format!("{nth}+"));
        let (done, said) = note(&full, "while it was full");
        let (listed, history) = diary(&home, &[], &["history"]);
        assert!(listed && history.contains("before"), "write {nth}: {history}");
        assert_eq!(history.contains("while it was full"), done, "write {nth}: {said}{history}");
        if done {
            break;
        }
        assert!(said.contains("disk is full"), "write {nth}: {said}");
        failed += 1;
    }
    assert!((1..40).contains(&failed), "{failed} writes failed");
    let (done, said) = note(&[], "after");
    assert!(done, "{said}");
    assert!(diary(&home, &[], &["history"]).1.contains("after"));
}

/// Lesson 10: each answer is saved by itself, and answers saved so far are kept, to be completed later.
#[test]
fn a_questionnaire_that_finds_no_room_to_finish_stays_a_draft() {
    if !strace::is_there() {
        return;
    }
    let site = Site::with_phones(1);
    let home = site.folder.path().join("stage").join("phones").join("P-0");
    let mut script = vec!["log", "mg-adl", "--unscheduled"];
    let items =
        ["talking", "chewing", "swallowing", "breathing", "grooming", "rising", "double-vision", "eyelids"];
    let answers = items.map(|item| format!("{item}=1"));
    answers.iter().for_each(|answer| script.extend(["--set", answer]));
    // The more writes succeed, the more answers are there, until only the end is missing.
    let mut drafts = 0;
    for nth in 1..=200 {
        let full = strace::failing(&home.join("diary.db-wal"), "pwrite64", "ENOSPC", &format!("{nth}+"));
        let (done, said) = diary(&home, &full, &script);
        if done {
            break;
        }
        assert!(said.contains("disk is full"), "write {nth}: {said}");
        let (_, history) = diary(&home, &[], &["history"]);
        assert!(!history.contains("#1"), "write {nth}: half an entry: {history}");
        drafts += u32::from(diary(&home, &[], &["today"]).1.contains("Begun and not finished"));
    }
    assert!(drafts > 0, "no draft was kept");
    let (_, today) = diary(&home, &[], &["today"]);
    let (_, history) = diary(&home, &[], &["history"]);
    assert!(!today.contains("Begun and not finished") && history.contains("#1"), "{today}{history}");
}

/// The words before a command that runs in a copy of `home` on a disk of its own, prepared by `script`: in a namespace
/// of mounts, so that nothing of it is seen outside.
fn on_own_disk(home: &Path, script: &str) -> Vec<OsString> {
    let whole = format!(
        "set -e; copy=$(mktemp -d); cp -a \"$1/.\" \"$copy\"; mount -t tmpfs -o size=8m tmpfs \"$1\"; cp -a \"$copy/.\" \"$1\"; \
         rm -r \"$copy\"; {script}; shift; exec \"$@\""
    );
    let words = ["unshare", "--map-root-user", "--mount", "sh", "-c", &whole, "sh"];
    words.into_iter().map(OsString::from).chain([home.into()]).collect()
}

/// True if a process may have mounts of its own here; where it may not a test is skipped and says so.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn may_mount() -> bool {
    let words = ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"];
    let tried = Command::new("unshare").args(words).stderr(Stdio::null()).status();
    let works = tried.is_ok_and(|status| status.success());
    if !works {
        eprintln!("skipped: no mounts of one's own are allowed here");
    }
    works
}

#[test]
fn a_diary_on_a_full_disk_and_on_one_that_can_only_be_read_is_read_and_says_what_to_do() {
    if !may_mount() {
        return;
    }
    let site = Site::with_phones(1);
    let home = site.folder.path().join("stage").join("phones").join("P-0");
    let (done, said) = diary(&home, &[], &["note", "before"]);
    assert!(done, "{said}");
    let cases = [
        (
            "dd if=/dev/zero of=\"$1/filler\" bs=4096 2>/dev/null || true",
            "The disk is full",
            "the disk is full",
        ),
        ("mount -o remount,ro \"$1\"", "The disk can only be read", "the disk can only be read"),
    ];
    for (script, reading, saving) in cases {
        let disk = on_own_disk(&home, script);
        for words in [&["history"][..], &["today"], &["status"]] {
            let (done, said) = diary(&home, &disk, words);
            assert!(done, "{script}, {words:?}: {said}");
            assert_eq!(said.matches(reading).count(), 1, "{script}, {words:?}: {said}");
        }
        let (_, history) = diary(&home, &disk, &["history"]);
        assert!(history.contains("before"), "{script}: {history}");
        let (done, said) = diary(&home, &disk, &["note", "after"]);
        assert!(!done && said.contains(&format!("Not saved: {saving}.")), "{script}: {said}");
        assert!(!said.contains("othing is lost"), "{script}: {said}");
    }
    assert!(!diary(&home, &[], &["history"]).1.contains("after"));
}
