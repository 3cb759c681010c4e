//! Whole conversations, word for word, in both languages. The expected ones lie in `transcripts/`; after a change of
//! words, `DIARY_BLESS=1 cargo test -p diary-cli` writes them anew, to be read before they are kept.

use diary_core::act::ActContent;
use diary_core::study::shipped;
use diary_core::text::Lang;
use diary_messages::pseudo;

use super::Pick;
use super::world::{World, at, first_day};

/// One command of a transcript: its arguments, and what a person types.
type Step<'a> = (&'a [&'a str], &'a str);

fn check(name: &str, world: &World, steps: &[Step<'_>]) {
    let mut told = String::new();
    for (args, typed) in steps {
        let ran = world.run_args(args, typed);
        told.push_str(&format!("$ diary {}\n", args.join(" ")));
        told.push_str(&ran.out);
        for line in ran.err.lines() {
            told.push_str(&format!("! {line}\n"));
        }
        told.push_str(&format!("[exit {}]\n\n", ran.exit.code()));
    }
    let path = format!("{}/src/tests/transcripts/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var("DIARY_BLESS").is_ok() {
        std::fs::write(&path, &told).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(told == expected, "{name} differs from {path}:\n{told}");
}

/// The transcript in both languages, each from a fresh diary; and in the pseudo-language, where every word must be of a
/// catalogue.
fn in_both(name: &str, world: impl Fn(Lang) -> World, steps: impl Fn(Lang) -> Vec<Step<'static>>) {
    for lang in [Lang::ZH_CN, Lang::EN] {
        check(&format!("{name}.{lang}"), &world(lang), &steps(lang));
    }
    let lang = pseudo::TAG.parse().unwrap();
    all_from_catalogues(&world(lang), &steps(lang));
}

/// Ids, units and names of files: of the study, and of the arguments.
const IDS: &[&str] =
    &["Asia", "Shanghai", "NCT", "mg", "ug", "Cel", "cycle", "tablet", "linkId", "PIN", "json", "toml"];

/// A text without the commands at the ends of its lines and without names of options.
fn without_commands(shown: &str) -> String {
    let texts = shown.lines().map(|line| match line.split_once("  diary ") {
        Some((before, _)) => before,
        None if line.starts_with("diary ") || line.contains("`diary ") => "",
        None => line,
    });
    let words = texts.flat_map(str::split_whitespace);
    let words = words.filter(|word| !word.starts_with("--") && !word.starts_with('█'));
    words.collect::<Vec<_>>().join(" ")
}

/// Fails for a word that is neither of a catalogue nor of the study nor typed.
fn all_from_catalogues(world: &World, steps: &[Step<'_>]) {
    let package = shipped::nct06836973();
    let study = pseudo::own_texts(package.names().filter_map(|name| package.file(name)));
    let mut typed: Vec<String> = Vec::new();
    for (args, lines) in steps {
        typed.extend(args.iter().flat_map(|arg| arg.split([' ', '=', ',', '-'])).map(str::to_owned));
        typed.extend(args.iter().map(|arg| (*arg).to_owned()));
        typed.extend(lines.lines().map(str::to_owned));
        let ran = world.run_args(args, lines);
        if args.contains(&"--lang") {
            continue;
        }
        let own = study.iter().chain(&typed).map(String::as_str);
        for shown in [&ran.out, &ran.err].map(|shown| without_commands(shown)) {
            pseudo::assert_of_catalogues(&shown, own.clone().chain(IDS.iter().copied()));
        }
    }
}

#[test]
fn an_evening_check_is_answered_with_going_back_help_and_refusals() {
    in_both("evening", World::joined, |lang| {
        let word = lang.pick("A little; I could still see well", "有一点，不影响看东西");
        let wrong = lang.pick("rather bad", "很难受");
        let typed =
            Box::leak(format!("{word}\n１\nb\n?\n9\n2\n{wrong}\n0\n1\n0\n0\n0\nq\n").into_boxed_str());
        vec![
            (&["today"], ""),
            (&["log"], typed),
            (&["log"], "s\n1\n\n2\n3\n1\nb\n1\n4\n1\n4\n2\n0\n77\n\n"),
            (&["log"], ""),
            (&["history", "--full"], ""),
            (&["today"], ""),
        ]
    });
}

#[test]
fn a_red_flag_is_unmissable_confirmed_and_followed_by_the_notice() {
    in_both("red-flag", World::joined, |lang| {
        let yes = lang.pick(
            "0\n0\n0\n0\n0\n3\nno\nyes\n1\n0\n0\n0\n0\n3\n\n",
            "0\n0\n0\n0\n0\n3\n不\n是\n1\n0\n0\n0\n0\n3\n\n",
        );
        vec![(&["log", "evening"], yes), (&["today"], ""), (&["history"], "")]
    });
}

#[test]
fn doses_are_gone_through_one_by_one_and_nothing_defaults_to_taken() {
    let world = |lang| {
        let world = World::joined(lang).with_regimen();
        world.set(at(0, "21:00"));
        world
    };
    in_both("doses", world, |lang| {
        let walk = lang.pick(
            "1\n2\n9:30\nyes\n2\n25:00\n14:40\nno\nmuch\n30 mg\n3\n9\n7\nwas out\n",
            "1\n2\n9:30\n是\n2\n25:00\n14:40\n否\n很多\n30 毫克\n3\n9\n7\n在外面\n",
        );
        vec![
            (&["today"], ""),
            (&["dose"], walk),
            (&["dose"], ""),
            (&["dose", "take", "pyridostigmine", "--time", "08:00"], ""),
            (&["dose", "extra", "pyridostigmine", "--at", "18:30", "--why", "tired arms"], ""),
            (&["dose", "extra", "methotrexate", "--amount", "15 mg"], "no\n"),
            (&["dose", "extra", "neostigmine"], "15\n15 mg\n"),
            (&["history"], ""),
        ]
    });
}

#[test]
fn medications_events_and_notes_are_recorded_and_remarked_on() {
    let world = |lang| {
        let world = World::joined(lang);
        world.act(
            1,
            ActContent::Anchor { anchor: "cycle1".parse().unwrap(), date: Some(first_day().plus_days(9)) },
        );
        world
    };
    in_both("changes", world, |lang| {
        let weekly = lang.pick("no\n", "否\n");
        vec![
            (
                &[
                    "med",
                    "start",
                    "prednisone",
                    "--dose",
                    "20 mg",
                    "--frequency",
                    "qd",
                    "--route",
                    "oral",
                    "--form",
                    "tablet",
                    "--reason",
                    "relapse",
                ],
                "",
            ),
            (&["med", "change", "泼尼松"], "20\n２０ mg\nno\n6\n1\n"),
            (
                &["med", "start", "methotrexate", "--dose", "15 mg", "--frequency", "qd", "--route", "oral"],
                weekly,
            ),
            (
                &[
                    "med",
                    "start",
                    "methotrexate",
                    "--dose",
                    "15 mg",
                    "--frequency",
                    "qd",
                    "--route",
                    "oral",
                    "--yes",
                ],
                "",
            ),
            (&["med", "stop", "Omeprazole", "--from", "yesterday"], ""),
            (&["event", "infusion-started"], ""),
            (&["event", "dance"], ""),
            (&["event"], lang.pick("99\n2\nyes\n", "99\n2\n是\n")),
            (&["note"], "睡得不好 slept badly\n"),
            (&["note", ""], ""),
            (&["history"], ""),
        ]
    });
}

#[test]
fn corrections_and_withdrawals_keep_what_was_before() {
    let world = |lang| {
        let world = World::joined(lang).with_regimen();
        world.set(at(0, "21:00"));
        world
    };
    in_both("corrections", world, |lang| {
        let change = lang.pick("1\n0\n\nyes\nwrong line\n", "1\n0\n\n是\n看错行了\n");
        let yes = lang.pick("yes\n", "是\n");
        vec![
            (
                &[
                    "log",
                    "evening",
                    "--set",
                    "lids=2",
                    "--set",
                    "double-vision=0",
                    "--set",
                    "chewing=0",
                    "--set",
                    "swallowing=0",
                    "--set",
                    "speech=0",
                    "--set",
                    "breathing=0",
                    "--set",
                    "arms=0",
                    "--set",
                    "legs=0",
                    "--set",
                    "neck=0",
                    "--set",
                    "fatigue=1",
                    "--set",
                    "worst-time=evening",
                ],
                "",
            ),
            (&["dose", "take", "methotrexate", "--as-planned"], ""),
            (&["note", "slept wel"], ""),
            (&["correct", "1"], change),
            (&["correct", "2", "--status", "not-taken", "--why", "forgot", "--reason", "mixed up"], yes),
            (&["correct", "#3", "--text", "slept well"], lang.pick("yes\ntypo\n", "是\n打错字\n")),
            (&["correct", "3", "--set", "lids=1"], ""),
            (&["correct", "2", "--reason", "nothing"], lang.pick("2\n2\nno\n", "2\n2\n否\n")),
            (&["withdraw", "3"], lang.pick("yes\n\n", "是\n\n")),
            (&["withdraw", "3", "--reason", "not about me"], yes),
            (&["withdraw", "3", "--reason", "again"], ""),
            (&["correct", "9", "--reason", "x"], ""),
            (&["history", "--full"], ""),
        ]
    });
}

#[test]
fn a_late_evening_is_welcome_and_says_why() {
    let world = |lang| {
        let world = World::joined(lang);
        world.set(at(1, "09:00"));
        world
    };
    in_both("late", world, |lang| {
        let answers = lang.pick(
            "0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n\nin hospital\n",
            "0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n\n在住院\n",
        );
        vec![
            (&["today"], ""),
            (&["log", "evening"], ""),
            (&["log", "evening", "--day", "yesterday"], answers),
            (&["log", "evening", "--day", "yesterday"], lang.pick("no\n", "否\n")),
            (&["log", "mg-adl"], ""),
            (&["log", "diary"], ""),
            (&["status"], ""),
            (&["sync"], ""),
            (&["status"], ""),
        ]
    });
}

#[test]
fn a_safety_check_takes_numbers_yes_and_no_and_several_options() {
    let world = |lang| {
        let world = World::joined(lang);
        let date = Some(first_day().plus_days(-1));
        world.act(1, ActContent::Anchor { anchor: "cycle1".parse().unwrap(), date });
        world
    };
    in_both("safety", world, |lang| {
        let answers = lang.pick(
            "1\n385\n３８．６\nyes\nmaybe\nno\n0\n11\n2\n0\nn\n0\n0\nno\nno\nno\n0\nno\nyes\nyes\n1，4\n1\n\n",
            "1\n385\n３８．６\n是\n也许\n否\n0\n11\n2\n0\n否\n0\n0\n没有\n否\n不\n0\n否\n是\n是\n1，4\n1\n\n",
        );
        vec![(&["log"], ""), (&["log", "safety"], answers), (&["history", "1"], "")]
    });
}

#[test]
fn days_without_entries_are_remarked_on_once() {
    let world = |lang| {
        let world = World::joined(lang);
        world.set(at(6, "10:00"));
        world
    };
    in_both("missed", world, |lang| {
        let yes = lang.pick("yes\n", "是\n");
        vec![(&["today"], yes), (&["today"], ""), (&["status", "--days", "3"], "")]
    });
}

#[test]
fn the_lock_asks_refuses_and_changes() {
    let world = |lang| {
        let mut world = World::joined(lang);
        world.vars.clear();
        world
    };
    in_both("lock", world, |lang| {
        let speak: &'static [&'static str] =
            lang.pick(&["--lang", "en", "today"], &["--lang", "zh-CN", "today"]);
        let change: &'static [&'static str] =
            lang.pick(&["--lang", "en", "pin", "change"], &["--lang", "zh-CN", "pin", "change"]);
        let unlock: &'static [&'static str] = lang
            .pick(&["--lang", "en", "unlock", "--recovery"], &["--lang", "zh-CN", "unlock", "--recovery"]);
        vec![
            (speak, "0000\n1111\n2222\n"),
            (speak, ""),
            (change, "canary-pin-4711\n12345\n246802\n246812\n246802\n246802\n"),
            (unlock, "1234\n"),
            (unlock, "1234-1234-1234-1234-1234-1234-1234\n"),
        ]
    });
}
