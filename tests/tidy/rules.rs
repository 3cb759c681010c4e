//! The rules on sources, one test each.

use crate::sources::{Rule, Source, enforce};

/// Least length of a first line, in bytes: a shorter one carries no information.
const FIRST_LINE_BYTES: usize = 14;
/// Lines a file may have.
const FILE_LINES: usize = 600;
/// Lines a function may have, from `fn` to its closing brace.
const FUNCTION_LINES: usize = 100;
/// Functions that may be longer: path, name and why.
const LONG_FUNCTIONS: [(&str, &str, &str); 5] = [
    ("diary-core/src/readers/sentence.rs", "of", "a sentence for each error, in two languages"),
    ("diary-sync/cli/src/words/refusal.rs", "message", "a sentence for each refusal, in two languages"),
    ("diary-server/src/cli/words/staff.rs", "staff", "a sentence for each refusal of the services"),
    ("diary-core/src/study/instrument/keys/tests.rs", "questionnaires", "a table of questionnaires"),
    ("diary-sync/cli/src/tests/chinese.rs", "failures", "a list of every failure"),
];

fn hits(source: &Source, applies: impl Fn(usize) -> bool, words: &[&str], why: &str) -> Vec<(usize, String)> {
    let lines = source.code_lines().filter(|(line, _)| applies(*line));
    lines
        .flat_map(|(line, code)| {
            words.iter().filter(|word| code.contains(**word)).map(move |word| (line, *word))
        })
        .map(|(line, word)| (line, format!("`{word}`: {why}")))
        .collect()
}

fn outside_tests(source: &Source, words: &[&str], why: &str) -> Vec<(usize, String)> {
    hits(source, |line| !source.is_test(line), words, why)
}

#[test]
fn every_file_says_first_what_happens_in_it() {
    let rule: Rule = |source| match source.text.lines().next() {
        Some(line) if line.starts_with("//! ") && line.len() > FIRST_LINE_BYTES => Vec::new(),
        _ => vec![(1, "does not start with `//!` and a sentence".to_owned())],
    };
    enforce(rule, "diary-core/src/a.rs", "use std::fmt;\n");
}

#[test]
fn no_file_is_longer_than_six_hundred_lines() {
    let rule: Rule = |source| match source.text.lines().count() {
        0..=FILE_LINES => Vec::new(),
        lines => vec![(lines, "is too long to hold in one's head: split it by idea".to_owned())],
    };
    enforce(rule, "diary-core/src/a.rs", &"//! Long.\n".repeat(FILE_LINES + 1));
}

#[test]
fn no_function_is_longer_than_a_hundred_lines() {
    let rule: Rule = |source| {
        let functions = crate::scan::functions(&source.scan.code).into_iter();
        let long = functions.filter(|function| function.last - function.first >= FUNCTION_LINES);
        let excused =
            |name: &str| LONG_FUNCTIONS.iter().any(|(path, long, _)| *path == source.path && *long == name);
        long.filter(|function| !excused(&function.name))
            .map(|function| (function.first, format!("{} has over {FUNCTION_LINES} lines", function.name)))
            .collect()
    };
    enforce(
        rule,
        "diary-core/src/a.rs",
        &format!("fn long() {{\n{}}}\n", "    step();\n".repeat(FUNCTION_LINES)),
    );
}

#[test]
fn the_time_is_read_only_in_the_one_clock_file_of_an_edge_crate() {
    let rule: Rule = |source| {
        let edge_clock = source.path.ends_with("/src/clock.rs") && !source.path.starts_with("diary-core/");
        let bench = source.path.starts_with("tests/benches/");
        let why = "clocks are arguments; the real one is read in an edge crate's clock.rs";
        hits(
            source,
            |_| !edge_clock && !bench,
            &["SystemTime::now", "Instant::now", "Utc::now", "Local::now"],
            why,
        )
    };
    enforce(rule, "diary-core/src/clock.rs", "let now = SystemTime::now();\n");
}

#[test]
fn files_that_have_to_survive_a_power_cut_are_written_in_one_room() {
    let rule: Rule = |source| {
        // What a build makes is made again.
        let build = "diary-core/messages/src/build.rs";
        let elsewhere = ["diary-core/src/files.rs", build, "diary-server/demo/", "tests/"];
        let applies = !elsewhere.iter().any(|place| source.path.starts_with(place));
        let words = ["fs::write(", "File::create(", "fs::rename("];
        hits(source, |line| applies && !source.is_test(line), &words, "write it with diary_core::files")
    };
    enforce(rule, "diary-server/src/a.rs", "std::fs::write(path, text)?;\n");
}

#[test]
fn no_message_tells_anybody_to_remove_a_folder() {
    let rule: Rule = |source| {
        let words = ["emove the data folder", "emove this folder", "elete the folder", "elete this folder"];
        let lines = (1..).zip(source.text.lines()).filter(|_| source.path.starts_with("diary-"));
        let told = lines.filter(|(_, text)| words.iter().any(|word| text.contains(word)));
        told.map(|(line, _)| (line, "keys may lie in it: name another folder".to_owned())).collect()
    };
    enforce(rule, "diary-server/src/a.rs", "//! Says: remove this folder and begin anew.\n");
}

#[test]
fn nothing_but_main_ends_the_process() {
    let rule: Rule =
        |source| outside_tests(source, &["process::exit", "process::abort"], "return an ExitCode");
    enforce(rule, "diary-server/src/main.rs", "std::process::exit(1);\n");
}

#[test]
fn product_code_does_not_unwrap() {
    let rule: Rule =
        |source| outside_tests(source, &[".unwrap()", ".unwrap_err()"], "name the error, or expect why not");
    enforce(rule, "diary-core/src/a.rs", "a.unwrap();\n#[cfg(test)]\nmod tests {\nb.unwrap();\n}\n");
}

#[test]
fn nothing_is_left_to_be_done() {
    let rule: Rule = |source| {
        let code = hits(source, |_| true, &["todo!", "unimplemented!", "dbg!"], "finish it or leave it out");
        let marks = ["TODO", "FIXME", "XXX", "HACK"];
        let comments =
            source.scan.comments.iter().filter(|(_, text)| marks.iter().any(|mark| text.contains(mark)));
        code.into_iter().chain(comments.map(|(line, text)| (*line, format!("comment:{text}")))).collect()
    };
    enforce(rule, "diary-core/src/a.rs", "let a = b(); // TODO later\n");
}

#[test]
fn no_code_is_commented_out() {
    let rule: Rule = |source| {
        let starts = ["let ", "fn ", "pub ", "use ", "return ", "assert", "if ", "for ", "match ", "#[", "}"];
        let is_code = |text: &str| {
            let text = text.trim();
            let ends_as_code =
                text.ends_with(';') || text.ends_with('{') || text == "}" || text.ends_with("},");
            ends_as_code && (starts.iter().any(|start| text.starts_with(start)) || text.ends_with(");"))
        };
        let comments = source.scan.comments.iter().filter(|(_, text)| is_code(text));
        comments.map(|(line, text)| (*line, format!("commented out:{text}"))).collect()
    };
    enforce(rule, "diary-core/src/a.rs", "// We try again; the reply may be lost.\n// let b = c(d);\n");
}

#[test]
fn every_test_runs_and_says_itself_what_it_expects() {
    let rule: Rule =
        |source| hits(source, |_| true, &["#[ignore", "#[should_panic"], "run it, and assert the outcome");
    enforce(rule, "diary-core/src/a.rs", "#[test]\n#[ignore]\nfn a_b_c() {}\n");
}

#[test]
fn no_test_sleeps() {
    let rule: Rule = |source| {
        let words = ["thread::sleep", "time::sleep", "sleep(Duration"];
        let why = "wait for the event itself, or step the clock";
        hits(source, |line| source.is_test(line), &words, why)
    };
    enforce(rule, "tests/story/a.rs", "tokio::time::sleep(a);\n");
}

#[test]
fn test_names_are_sentences() {
    let rule: Rule = |source| {
        let lines: Vec<(usize, &str)> = source.code_lines().collect();
        let marks = lines.iter().filter(|(_, code)| matches!(code.trim(), "#[test]" | "#[tokio::test]"));
        let name_after = |mark: usize| {
            let after = lines[mark..].iter().map(|(_, code)| code.trim());
            after
                .filter_map(|code| code.split("fn ").nth(1))
                .next()
                .map(|rest| rest.split('(').next().unwrap_or(rest))
        };
        let short = marks.filter_map(|(mark, _)| name_after(*mark).map(|name| (*mark, name)));
        short
            // A function made by a macro gets its name where the macro is used: fuzz targets are named after their format.
            .filter(|(_, name)| name.matches('_').count() < 2 && !name.starts_with('$'))
            .map(|(line, name)| (line, format!("{name} does not tell what holds")))
            .collect()
    };
    enforce(rule, "diary-core/src/a.rs", "#[test]\nfn parse() {}\n#[test]\nfn a_day_ends_at_three() {}\n");
}

#[test]
fn every_list_that_is_decoded_has_a_limit() {
    let rule: Rule = |source| {
        let is_core = source.path.starts_with("diary-core/src/");
        let lines: Vec<&str> = source.text.lines().collect();
        let fields = lines.windows(2).enumerate().filter(|(at, _)| is_core && !source.is_test(at + 2));
        let attribute = |line: &str| line.trim().starts_with("#[n(") || line.trim().starts_with("#[cbor(n(");
        let list = |line: &str| {
            ["Vec<", "VecDeque<", "BTreeMap<", "BTreeSet<"].iter().any(|kind| line.contains(kind))
        };
        let bounded = |line: &str| line.contains("wire::list::<") || line.contains("minicbor::bytes");
        fields
            .filter(|(_, two)| attribute(two[0]) && list(two[1]) && !bounded(two[0]))
            .map(|(at, _)| (at + 2, "a list without `wire::list::<MAX, _, _>` as its decoder".to_owned()))
            .collect()
    };
    enforce(rule, "diary-core/src/api/a.rs", "    #[n(1)]\n    pub parcels: Vec<ByteVec>,\n");
}

/// True when a string literal reads as a statement to a database.
fn is_sql(literal: &str) -> bool {
    let starts = [
        "SELECT ",
        "INSERT ",
        "UPDATE ",
        "DELETE FROM",
        "REPLACE INTO",
        "CREATE ",
        "ALTER TABLE",
        "DROP ",
        "PRAGMA ",
        "BEGIN IMMEDIATE",
        "WITH ",
    ];
    let text: String =
        literal.lines().filter(|line| !line.trim().starts_with("--")).collect::<Vec<_>>().join(" ");
    starts.iter().any(|start| text.trim_start().starts_with(start))
}

#[test]
fn only_store_rooms_speak_to_a_database() {
    let rule: Rule = |source| {
        if source.in_room("store") || source.in_room("sqlcipher") {
            return Vec::new();
        }
        let sql = source.scan.strings.iter().filter(|(line, text)| !source.is_test(*line) && is_sql(text));
        let sql = sql.map(|(line, text)| (*line, format!("SQL outside a store room: {text:.40}")));
        sql.chain(outside_tests(source, &["rusqlite::"], "rusqlite outside a store room")).collect()
    };
    enforce(rule, "diary-server/src/pages.rs", "let a = \"-- pages::a\n  SELECT b FROM c\";\n");
}

#[test]
fn core_reaches_files_only_in_its_store_and_in_the_reader_of_study_folders() {
    let rule: Rule = |source| {
        let rooms = ["store", "sqlcipher", "files"];
        let reader = rooms.iter().any(|room| source.in_room(room))
            || source.path == "diary-core/src/study/read_dir.rs";
        let applies = source.path.starts_with("diary-core/src/") && !reader;
        let words = [
            "std::fs",
            "std::net::Tcp",
            "std::net::Udp",
            "std::thread",
            "std::process",
            "std::env::",
            "async fn",
            ".await",
        ];
        let why = "core has no files, threads, network or async";
        hits(source, |line| applies && !source.is_test(line), &words, why)
    };
    enforce(rule, "diary-core/src/study.rs", "use std::fs;\n");
}

#[test]
fn randomness_comes_through_the_trait() {
    let rule: Rule = |source| {
        // Caches of strangers' addresses are keyed by the process, against chosen collisions.
        let keyed = source.path.starts_with("diary-server/src/http/limits/");
        let applies = source.path != "diary-core/src/entropy.rs" && !keyed;
        let words =
            ["SystemRandom", "getrandom", "rand::rng", "thread_rng", "new_v4", "now_v7", "RandomState"];
        hits(source, |line| applies && !source.is_test(line), &words, "take `&dyn Entropy`")
    };
    enforce(rule, "diary-sync/src/a.rs", "let id = Uuid::new_v4();\n");
}

#[test]
fn what_is_merged_or_simulated_has_an_order_of_its_own() {
    let rule: Rule = |source| {
        let applies =
            source.path.starts_with("diary-core/src/") || source.path.starts_with("diary-sync/src/");
        let why = "its order differs from run to run: use the BTree kind";
        hits(source, |_| applies, &["HashMap", "HashSet"], why)
    };
    enforce(rule, "diary-core/src/merge.rs", "use std::collections::HashMap;\n");
}

#[test]
fn the_engine_is_told_and_never_waits() {
    let rule: Rule = |source| {
        let driver = ["drive", "transport"].iter().any(|room| source.in_room(room));
        let applies = source.path.starts_with("diary-sync/src/") && !driver;
        hits(
            source,
            |line| applies && !source.is_test(line),
            &["async ", ".await", "tokio::", "reqwest::"],
            "I/O is the driver's",
        )
    };
    enforce(rule, "diary-sync/src/engine.rs", "use tokio::time;\n");
}
