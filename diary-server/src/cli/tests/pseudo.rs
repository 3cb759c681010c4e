//! Transcripts in the pseudo-language: every text of the command line comes from a catalogue.

use diary_core::study::shipped;
use diary_core::text::Lang;
use diary_messages::pseudo::{TAG, assert_of_catalogues, own_texts, visible};

use super::bench::Bench;
use crate::cli::{CommandError, Exit};

/// Names, ids, units and codes: those of the study, of the trail, and those that the tests type.
const IDS: &[&str] = &[
    "Asia",
    "Shanghai",
    "beijing",
    "urumqi",
    "nct",
    "NCT",
    "mg",
    "ug",
    "li",
    "cycle",
    "tablet",
    "Prednisone",
    "prednisone",
    "DIR",
    "ID",
    "SHA",
    "UTC",
    "staff",
    "server",
    "http",
    "https",
    "toml",
    "xlsx",
    "txt",
    "csv",
    "html",
    "utf",
    "width",
    "device",
    "initial",
    "scale",
    "scheduled",
    "unscheduled",
    "cbor",
    "bundles",
    "trail",
];

pub(super) fn lang() -> Lang {
    TAG.parse().unwrap()
}

/// Fails for a text that is neither of a catalogue nor among `written`, the words that a person or the machine wrote.
#[track_caller]
pub(super) fn all_from_catalogues(shown: &str, written: &[&str]) {
    let package = shipped::nct06836973();
    let study = own_texts(package.names().filter_map(|name| package.file(name)));
    let own = study.iter().map(String::as_str).chain(written.iter().copied());
    assert_of_catalogues(shown, own.chain(IDS.iter().copied()));
}

/// True for a refusal whose sentence quotes the operating system, a database, a parser or a check of a study.
pub(super) fn quotes(refusal: &CommandError) -> bool {
    let english = crate::cli::words::refusal::refusal(Lang::EN, refusal);
    QUOTED.iter().any(|quoted| english.contains(quoted))
}

/// Parts of such sentences.
const QUOTED: &[&str] = &[
    "os error",
    ".toml:",
    "no role was made or changed",
    "something is there already",
    "Questionnaire:",
    "may not use the database",
    "no move away",
];

/// The words of a command line, which are no texts of the program.
pub(super) fn words_of(line: &str) -> Vec<&str> {
    line.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).collect()
}

#[tokio::test]
async fn what_staff_see_comes_from_catalogues() {
    let bench = Bench::new().await;
    let dir = |name: &str| bench.path(name).display().to_string();
    let say = async |line: &str, exit: Exit| {
        let said = bench.run(&format!("--lang {TAG} {line}")).await;
        assert_eq!(said.exit, exit, "{line}\n{}", said.text);
        let without_paths: Vec<&str> = said
            .text
            .split(' ')
            .filter(|word| !["<DIR>", "<ID>", "://", "--", ".csv"].iter().any(|mark| word.contains(mark)))
            .collect();
        let commands = ["diary-server verify", "--root-fingerprint"];
        all_from_catalogues(&without_paths.join(" "), &[&words_of(line)[..], &commands[..]].concat());
    };
    say("status", Exit::Done).await;
    say("participant list", Exit::Done).await;
    say("participant add S2", Exit::Done).await;
    say("participant rename S2 S3 --reason 1", Exit::Done).await;
    say("participant link S1 S3 --reason 1", Exit::Done).await;
    say("participant list", Exit::Done).await;
    say("participant anchor S1 cycle1 2026-03-01", Exit::Done).await;
    say("participant anchor S1 cycle1 2026-03-02 --reason 1", Exit::Done).await;
    say("participant visit S1 2026-03-01", Exit::Done).await;
    say("participant visit S1 2026-03-29", Exit::Done).await;
    say("participant infusion S1 --cycle cycle1 --day 1 --start 2026-03-02T08:00 --dose 9ug", Exit::Done)
        .await;
    let file = bench.path("regimen.toml");
    let regimen = |from: &str, amount: &str| {
        format!(
            "from = \"{from}\"\n[[lines]]\nmedication = {{ code = \"prednisone\", name = \"Prednisone\" }}\n\
             form = \"tablet\"\namount = {{ value = \"{amount}\", unit = \"mg\" }}\nroute = \"oral\"\n\
             times = [\"08:00\"]\nweekdays = [\"mon\", \"thu\"]\nas_needed = true\n\
             most_per_day = {{ value = \"60\", unit = \"mg\" }}\nleast_interval_minutes = 180\n"
        )
    };
    std::fs::write(&file, regimen("2026-03-02", "20")).unwrap();
    say(&format!("participant regimen S1 --file {}", file.display()), Exit::Done).await;
    std::fs::write(&file, regimen("2026-03-09", "200")).unwrap();
    say(&format!("participant regimen S1 --file {}", file.display()), Exit::Refused).await;
    say("pending", Exit::Done).await;
    say("enrol S1", Exit::Done).await;
    let phone = bench.phone_joins(1).await;
    say("pending", Exit::Done).await;
    say(&format!("confirm S1 {}", phone.other_digits()), Exit::Refused).await;
    say("worklist", Exit::Done).await;
    say(&format!("confirm S1 {}", phone.digits()), Exit::Done).await;
    say(&format!("confirm S1 {}", phone.digits()), Exit::Done).await;
    say("phones S1", Exit::Done).await;
    say("allow S1 1 --times 3 --reason 1", Exit::Done).await;
    say("phones S1", Exit::Done).await;
    say("status", Exit::Done).await;
    say("participant show S1", Exit::Done).await;
    say("participant acts S1", Exit::Done).await;
    say("revoke S1 1 --reason 1", Exit::Done).await;
    say("quarantine list", Exit::Done).await;
    say("quarantine show S1 1", Exit::NotFound).await;
    say("report S1", Exit::Done).await;
    let page = bench.path("s1.html");
    say(&format!("report S1 --html {}", page.display()), Exit::Done).await;
    all_from_catalogues(&visible(&std::fs::read_to_string(&page).unwrap()), &[]);
    say(&format!("report S1 --html {}", page.display()), Exit::Refused).await;
    say("participant end S1 completed --last 2026-03-01 --reason 1", Exit::Refused).await;
    say("participant end S1 completed --last 2026-03-02 --reason 1 --yes", Exit::Done).await;
    say("participant show S1", Exit::Done).await;
    bench.pass_minutes(9 * 24 * 60);
    say("worklist", Exit::Done).await;
    say("rebuild", Exit::Done).await;
    say("clock", Exit::Done).await;
    say("receive", Exit::Done).await;
    say(&format!("export csv {}", dir("csv")), Exit::Done).await;
    say(&format!("export files {}", dir("files")), Exit::Done).await;
    say(&format!("export files {}", dir("files")), Exit::Refused).await;
    say(&format!("verify {}", dir("files")), Exit::Done).await;
    for (name, bytes) in [("trail", "x"), ("bundles", ""), ("more", "x")] {
        let files = std::fs::read_dir(bench.path("files")).unwrap().map(|file| file.unwrap().path());
        let mut named = files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(name));
        let path = named.next().unwrap_or_else(|| bench.path("files").join(name));
        std::fs::write(path, bytes).unwrap();
        say(&format!("verify {}", dir("files")), Exit::CheckFailed).await;
    }
}

#[tokio::test]
async fn what_operators_see_comes_from_catalogues() {
    let bench = Bench::bare();
    let dir = |name: &str| bench.path(name).display().to_string();
    // A row of a list of tables: its name and a count.
    let names_a_table = |line: &str| line.rsplit_once(": ").is_some_and(|(_, n)| n.parse::<u64>().is_ok());
    let say = async |line: &str, exit: Exit| {
        let said = bench.run(&format!("--lang {TAG} {line}")).await;
        assert_eq!(said.exit, exit, "{line}\n{}", said.text);
        // Of the operating system.
        let is_text = |line: &&str| {
            !line.trim_start().starts_with("diary-server ")
                && !line.contains("os error")
                && !names_a_table(line)
        };
        let lines: Vec<&str> = said.text.lines().filter(is_text).collect();
        let text = lines.join("\n");
        let words = text
            .split(' ')
            .filter(|word| !["<DIR>", "<ID>", "://", "--", ".csv"].iter().any(|mark| word.contains(mark)));
        all_from_catalogues(&words.collect::<Vec<_>>().join(" "), &words_of(line));
    };
    let init = |site: &str| format!("init --study nct06836973 --site {site} --offline {}", dir("offline"));
    say("status", Exit::Unusable).await;
    say(&init("nowhere"), Exit::NotFound).await;
    say(&init("beijing"), Exit::Done).await;
    say(&init("beijing"), Exit::Refused).await;
    say("status", Exit::Done).await;
    say("keys list", Exit::Done).await;
    let (root, recovery) = (dir("offline/study-root.key"), dir("offline/recovery.key"));
    say(&format!("keys drill --recovery-key {root}"), Exit::Unusable).await;
    say(&format!("keys drill --recovery-key {recovery}"), Exit::Done).await;
    say(&format!("keys rotate --root {root}"), Exit::Done).await;
    say(&format!("keys rotate --root {root}"), Exit::Refused).await;
    say(&format!("keys activate 2 --root {root}"), Exit::Done).await;
    say(&format!("keys renew --root {root}"), Exit::Done).await;
    say("keys rewrap", Exit::Done).await;
    say("keys list", Exit::Done).await;
    say("study check nct06836973", Exit::Done).await;
    say(&format!("study publish nct06836973 --root {root}"), Exit::Done).await;
    say(&format!("backup --to {}", dir("one.backup")), Exit::Done).await;
    say(&format!("backup --to {}", dir("one.backup")), Exit::Refused).await;
    say("restore", Exit::Usage).await;
    say("pull", Exit::Usage).await;
    say(&format!("move --to sqlite:{}", dir("moved.db")), Exit::Done).await;
    say("participant add S2", Exit::Refused).await;
    say("worklist", Exit::Done).await;
}
