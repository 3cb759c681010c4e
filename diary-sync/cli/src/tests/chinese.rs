//! Under zh-CN nothing that a participant reads is in English: every help, every refusal, every transcript.

use std::collections::BTreeSet;
use std::io::ErrorKind;

use clap::CommandFactory;
use diary_core::diary::DiaryError;
use diary_core::entry::{EntryError, Frequency, Route, SkipReason};
use diary_core::keys::{LinkError, RecoveryTextError};
use diary_core::measure::Unit;
use diary_core::store::{Obstacle, StoreError};
use diary_core::study::{Study, shipped};
use diary_core::text::Lang;
use diary_core::time::UtcMillis;
use diary_sync::SyncError;
use diary_sync::join::JoinError;
use diary_sync::sync_issue::SyncIssue;
use diary_sync::transport::TransportError;

use super::world::World;
use crate::args::Cli;
use crate::failure::{CarriedProblem, Failure, HomeProblem, InputError, PinProblem, Usage};

/// Words of letters that stay as they are: codes, file names, formats, names of the study.
const ALLOWED: &[&str] = &[
    "diary",
    "zh-CN",
    "en",
    "MG-ADL",
    "PIN",
    "JSON",
    "UTF",
    "linkId",
    "toml",
    "settings",
    "lock",
    "parcel",
    "receipts",
    "true",
    "false",
    "lang",
    "sync_after_saving",
    "Ctrl-C",
    "https",
    "http",
    "join",
    "mcg",
    "lids",
    "taken",
    "not-taken",
    "dont-know",
    "file",
    "NCT",
];

/// The words of three letters or more that are not allowed; what stands after `$` was typed.
fn english(text: &str) -> Vec<String> {
    let mut allowed: BTreeSet<String> = ALLOWED.iter().map(|word| (*word).to_owned()).collect();
    allowed.extend(SkipReason::ALL.iter().map(|reason| reason.code().to_owned()));
    allowed.extend(Route::ALL.iter().map(|route| route.code().to_owned()));
    allowed.extend(Frequency::ALL.iter().map(|frequency| frequency.code().to_owned()));
    let study = Study::load(&shipped::nct06836973()).unwrap();
    allowed.extend(study.slots().iter().map(|slot| slot.id.to_string()));
    allowed.extend(study.instruments().map(|instrument| instrument.id().to_string()));
    allowed.extend(study.medications().iter().map(|medication| medication.code.to_string()));
    allowed.extend(study.events().iter().map(|event| event.code.to_string()));
    names(&Cli::command(), &mut allowed);
    let is_word = |c: char| c.is_ascii_alphabetic() || c == '-' || c == '_';
    let words = text.split(|c| !is_word(c)).map(|word| word.trim_matches('-'));
    let letters = |word: &&str| word.chars().filter(char::is_ascii_alphabetic).count() >= 3;
    let wrong = |word: &&str| !allowed.contains(*word) && !word.starts_with("DIARY_");
    words.filter(letters).filter(wrong).map(str::to_owned).collect()
}

/// Names of commands and options.
fn names(command: &clap::Command, into: &mut BTreeSet<String>) {
    into.insert(command.get_name().to_owned());
    into.extend(command.get_arguments().filter_map(|arg| arg.get_long()).map(str::to_owned));
    into.extend(["help".to_owned(), "version".to_owned()]);
    for sub in command.get_subcommands() {
        names(sub, into);
    }
}

fn every_path(command: &clap::Command, path: Vec<String>, into: &mut Vec<Vec<String>>) {
    for sub in command.get_subcommands() {
        let mut below = path.clone();
        below.push(sub.get_name().to_owned());
        every_path(sub, below, into);
    }
    into.push(path);
}

#[test]
fn the_help_of_every_command_is_chinese() {
    let world = World::empty();
    let mut paths = Vec::new();
    every_path(&Cli::command(), Vec::new(), &mut paths);
    assert!(paths.len() > 25);
    for path in paths {
        for help in ["-h", "--help"] {
            let line: Vec<&str> = path.iter().map(String::as_str).chain([help, "--lang", "zh-CN"]).collect();
            let ran = world.run_args(&line, "");
            assert_eq!(english(&ran.out), Vec::<String>::new(), "{path:?}\n{}", ran.out);
        }
    }
}

#[test]
fn the_settings_speak_before_the_arguments_are_understood() {
    let world = World::joined(Lang::ZH_CN);
    std::fs::write(world.home().join("settings.toml"), "lang = \"zh-CN\"\n").unwrap();
    let help = world.run("--help", "").out;
    assert!(help.contains("用法：") && !help.contains("Usage"), "{help}");
    let wrong = world.run("dance", "").err;
    assert!(wrong.contains("没有这个命令"), "{wrong}");
    let incomplete = world.run("med", "").err;
    assert!(incomplete.contains("开始用一种药"), "{incomplete}");
    // What the command line asks for comes first.
    assert!(world.run("--lang en --help", "").out.contains("Usage"));
}

#[test]
fn every_refusal_is_chinese() {
    for failure in failures() {
        let message = failure.message(Lang::ZH_CN);
        assert_eq!(english(&message), Vec::<String>::new(), "{failure:?}: {message}");
    }
}

#[test]
fn every_transcript_is_chinese() {
    let folder = format!("{}/src/tests/transcripts", env!("CARGO_MANIFEST_DIR"));
    // What people wrote in English themselves stays as they wrote it.
    let written = [
        "canary-pin-",
        "tired arms",
        "relapse",
        "slept wel",
        "slept well",
        "slept badly",
        "mixed up",
        "not about me",
        "Omeprazole",
    ];
    let mut seen = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if !path.to_str().unwrap().ends_with(".zh-CN.txt") {
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let shown = text.lines().filter(|line| !line.starts_with(['$', '[', '>']));
        for line in shown {
            let line = written.iter().fold(line.to_owned(), |line, words| line.replace(words, ""));
            let answered =
                line.trim_end().ends_with(" mg") || line.ends_with(" no") || line.ends_with(" yes");
            assert!(answered || english(&line).is_empty(), "{path:?}: {line} {:?}", english(&line));
        }
    }
    assert!(seen >= 9);
}

#[expect(clippy::too_many_lines, reason = "a list of everything that can be refused")]
fn failures() -> Vec<Failure> {
    let disk = [
        ErrorKind::NotFound,
        ErrorKind::PermissionDenied,
        ErrorKind::StorageFull,
        ErrorKind::ReadOnlyFilesystem,
        ErrorKind::AlreadyExists,
        ErrorKind::IsADirectory,
        ErrorKind::Other,
    ];
    let mut all: Vec<Failure> = [
        Usage::Command(vec!["today".to_owned()]),
        Usage::Command(Vec::new()),
        Usage::Option(Some("--day".to_owned())),
        Usage::Option(None),
        Usage::Missing(vec!["<编号>".to_owned()]),
        Usage::TooMuch,
        Usage::Value(Some("--day <日期>".to_owned())),
        Usage::Value(None),
        Usage::Conflict(vec!["--time".to_owned(), "--slot".to_owned()]),
        Usage::NeedsTerminal("--answers, --set"),
        Usage::Settings { line: 2 },
    ]
    .map(Failure::Usage)
    .into();
    let some = || vec!["diary log evening".to_owned()];
    all.extend(
        [
            InputError::Place(vec!["evening (晚间记录)".to_owned()]),
            InputError::NothingDue(some()),
            InputError::NotYet("周四 2026-10-01 17:00".to_owned()),
            InputError::Several(some()),
            InputError::Answered(3),
            InputError::AnswerLine { line: 2 },
            InputError::AnswerJson,
            InputError::AnswerFile,
            InputError::Amount(vec![Unit::MG]),
            InputError::Days,
            InputError::SkipReason,
            InputError::DoseStatus,
            InputError::Route,
            InputError::Frequency,
            InputError::NoDose(Vec::new()),
            InputError::WhichDose(vec!["--time 08:00".to_owned()]),
            InputError::WhenTaken("溴吡斯的明".to_owned(), some()),
            InputError::Early {
                dose: "溴吡斯的明".to_owned(),
                opens: "周四 2026-10-01 18:00".to_owned(),
                command: "diary dose take pyridostigmine --now --yes".to_owned(),
            },
            InputError::Unusual { amount: "600 毫克".to_owned(), usual: "60 毫克".to_owned() },
            InputError::OtherUnit { amount: "3 克".to_owned(), known: vec![Unit::MG] },
            InputError::DoseNumber,
            InputError::Event(Vec::new()),
            InputError::PhoneDigits,
            InputError::EntryNumber,
            InputError::InputsOfOtherKind("--text, --at"),
            InputError::NothingToCorrect("--text, --at"),
            InputError::Instruction,
            InputError::Newer,
            InputError::Reason,
            InputError::Words,
            InputError::Confirm,
            InputError::BrokenOff,
            InputError::Language,
            InputError::RecoveryWrong,
        ]
        .map(Failure::Refused),
    );
    all.extend(
        [
            HomeProblem::Unknown,
            HomeProblem::InUse,
            HomeProblem::NotJoined,
            HomeProblem::LockMissing,
            HomeProblem::LockDamaged,
            HomeProblem::LockNewer,
        ]
        .map(Failure::Home),
    );
    all.extend(disk.map(|kind| Failure::Home(HomeProblem::Io(kind))));
    all.extend(disk.map(|kind| Failure::Carried(CarriedProblem::NotWritten(kind))));
    all.extend(disk.map(|kind| Failure::Carried(CarriedProblem::NotRead(kind))));
    all.extend([CarriedProblem::Exists, CarriedProblem::Size].map(Failure::Carried));
    all.extend(
        [
            PinProblem::Wrong,
            PinProblem::Length { least: 6 },
            PinProblem::Memory,
            PinProblem::NotTheSame,
            PinProblem::File,
            PinProblem::NobodyToAsk,
        ]
        .map(Failure::Pin),
    );
    all.extend(
        [LinkError::NotALink, LinkError::PlainHttp, LinkError::Version, LinkError::Secret, LinkError::Host]
            .map(Failure::Link),
    );
    all.extend(
        [
            RecoveryTextError::Length { found: 3 },
            RecoveryTextError::Character { place: 3 },
            RecoveryTextError::Check,
        ]
        .map(Failure::RecoveryText),
    );
    all.extend(
        [
            DiaryError::NoStudy,
            DiaryError::Trust,
            DiaryError::UnknownInstrument,
            DiaryError::UnknownItem,
            DiaryError::NoDraft,
            DiaryError::UnknownSlot,
            DiaryError::NotOpenYet { opens: UtcMillis(0) },
            DiaryError::Future,
            DiaryError::UnknownEntry,
            DiaryError::AlreadyWithdrawn,
            DiaryError::OtherKind,
            DiaryError::NoPhoneAsks,
            DiaryError::OtherDigits,
            DiaryError::Entry(EntryError::Text { field: "note", max_bytes: 400 }),
            DiaryError::Entry(EntryError::Reason),
            DiaryError::Entry(EntryError::Amount),
            DiaryError::Entry(EntryError::TooLarge { bytes: 70_000 }),
            DiaryError::Entry(EntryError::Identity),
            DiaryError::Store(StoreError::KeyOrFile),
            DiaryError::Store(StoreError::Corrupt),
            DiaryError::Store(StoreError::NoFile),
            DiaryError::Store(StoreError::ReadingOnly(Obstacle::Full)),
            DiaryError::Store(StoreError::ReadingOnly(Obstacle::ReadOnly)),
            DiaryError::Store(StoreError::ReadingOnly(Obstacle::Permission)),
            DiaryError::Store(StoreError::ReadingOnly(Obstacle::InUse)),
            DiaryError::Store(StoreError::ReadingOnly(Obstacle::InputOutput)),
            DiaryError::Store(StoreError::ReadingOnly(Obstacle::Damaged)),
            DiaryError::Store(StoreError::ReadingOnly(Obstacle::Other)),
            DiaryError::Store(StoreError::NewerVersion { found: 9, newest: 5 }),
            DiaryError::Store(StoreError::NoCipher),
            DiaryError::Store(StoreError::NotJoined),
            DiaryError::Store(StoreError::AlreadyJoined),
            DiaryError::Store(StoreError::Row { what: "entry" }),
            DiaryError::Store(StoreError::SideFile(std::io::Error::from(ErrorKind::Other))),
        ]
        .map(Failure::Diary),
    );
    let troubles = || {
        [
            SyncIssue::Transport(TransportError::Offline),
            SyncIssue::Transport(TransportError::TimedOut),
            SyncIssue::Transport(TransportError::NotSecure),
            SyncIssue::Transport(TransportError::TooLarge),
            SyncIssue::NotTheServer,
            SyncIssue::Signature,
            SyncIssue::Log,
            SyncIssue::Study,
            SyncIssue::NoSiteKey,
            SyncIssue::BundleConflict,
            SyncIssue::Store(Obstacle::Full),
            SyncIssue::Store(Obstacle::Damaged),
            SyncIssue::Store(Obstacle::Other),
            SyncIssue::Sealing,
        ]
    };
    all.extend(troubles().map(|trouble| Failure::Sync(SyncError::SyncIssue(trouble))));
    all.extend(troubles().map(|trouble| Failure::Join(JoinError::SyncIssue(trouble))));
    all.extend([JoinError::NotTheStudy, JoinError::Study(String::new())].map(Failure::Join));
    all.push(Failure::Sync(SyncError::OwnGrant));
    all.push(Failure::Terminal(std::io::Error::from(ErrorKind::Other)));
    all
}
