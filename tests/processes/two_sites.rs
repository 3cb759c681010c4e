//! A keeper of two sites through its real programs: a site that is added beside a running server, a phone of each site,
//! tables of each, and records that come back from a backup with the recovery key of their own site alone.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use diary_tests::process::{DIARY, KEEPER, Process};
use diary_tests::two_sites;
use serde_json::Value;

/// Number and note of the participant of each site.
const PEOPLE: [(&str, &str, &str); 2] =
    [("beijing", "MG-001", "Stairs were hard today"), ("urumqi", "MG-002", "Slept well, lids were heavy")];

/// A machine with both programs.
struct Machine(tempfile::TempDir);

impl Machine {
    fn new() -> Self {
        let machine = Self(tempfile::tempdir().unwrap());
        std::fs::write(machine.path("pin"), "246813\n").unwrap();
        let study = machine.path("study");
        std::fs::create_dir(&study).unwrap();
        for (name, bytes) in two_sites::package().files() {
            std::fs::write(study.join(name), bytes).unwrap();
        }
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn named(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Runs a program with words, of which those with a slash in front are paths of this machine.
    fn run(&self, program: &str, home: &str, line: &str, typed: &str) -> Output {
        let words = line.split_whitespace().map(|word| match word.strip_prefix("./") {
            Some(name) => self.named(name),
            None => word.to_owned(),
        });
        let mut command = Command::new(env!("CARGO_BIN_EXE_kill"));
        command.arg(program).args(words).current_dir(self.0.path());
        command.env("DIARY_SERVER_DATA", self.path(home)).env("DIARY_HOME", self.path(home));
        command.env("DIARY_STAFF", "li").env("DIARY_PIN_FILE", self.path("pin"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// A command of the server that is carried out.
    fn staff(&self, data: &str, line: &str) -> String {
        said(&self.run(KEEPER, data, line, ""), line)
    }

    fn json(&self, data: &str, line: &str) -> Value {
        serde_json::from_str(&self.staff(data, &format!("--json {line}"))).unwrap()
    }

    /// A command of a phone that is carried out.
    fn phone(&self, home: &str, line: &str, typed: &str) -> String {
        said(&self.run(DIARY, home, line, typed), line)
    }

    /// A phone of a participant joins and is confirmed.
    fn join(&self, subject: &str, url: &str) {
        let made = self.json("data", &format!("enrol {subject} --host {url}"));
        let link = made["link"].as_str().unwrap();
        let shown = self.phone(subject, &format!("join {link}"), "");
        let digits = shown.lines().find_map(digits).unwrap_or_else(|| panic!("{shown}"));
        self.staff("data", &format!("confirm {subject} {digits}"));
    }

    fn table(&self, folder: &str, name: &str) -> String {
        std::fs::read_to_string(self.path(folder).join(name)).unwrap()
    }
}

fn said(output: &Output, line: &str) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert!(output.status.success(), "{line}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// Six digits in a box.
fn digits(line: &str) -> Option<String> {
    let inner = line.trim().strip_prefix('║')?.strip_suffix('║')?;
    let digits: String = inner.chars().filter(|c| !c.is_whitespace()).collect();
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn recovery(site: &str) -> &'static str {
    if site == "beijing" { "./offline/recovery.key" } else { "./offline-urumqi/recovery-urumqi.key" }
}

/// Every record of the site at `data`, rebuilt with its own recovery key; that of the other site is refused.
fn rebuilds_each_site_alone(machine: &Machine, data: &str) {
    for (site, subject, _) in PEOPLE {
        let other = if site == "beijing" { "urumqi" } else { "beijing" };
        let line = format!("rebuild --site {site} --recovery-key {}", recovery(site));
        let rebuilt = machine.json(data, &line);
        assert_eq!((rebuilt.as_array().unwrap().len(), &rebuilt[0]["subject"]), (1, &subject.into()));
        assert_eq!(rebuilt[0]["same"], true, "{rebuilt}");
        assert!(rebuilt[0]["revisions"].as_u64().unwrap() > 0, "{rebuilt}");
        let line = format!("rebuild --site {site} --recovery-key {}", recovery(other));
        let refused = machine.run(KEEPER, data, &line, "");
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        let drill = machine.json(data, &format!("keys drill --recovery-key {}", recovery(site)));
        assert_eq!((&drill["site"], &drill["vaults"]), (&site.into(), &1.into()));
        assert_eq!(drill["parcels"], drill["parcels_opened"], "{drill}");
    }
}

#[test]
fn a_keeper_of_two_sites_keeps_each_participant_at_their_own() {
    let machine = Machine::new();
    machine.staff("data", "init --study ./study --site beijing --offline ./offline --demo");
    let mut server = Process::start(Path::new(env!("CARGO_BIN_EXE_kill")), &machine.path("data"), &[]);
    let url = server.url().unwrap_or_else(|| panic!("{}", server.complaints()));
    machine.staff("data", "site add urumqi --root-key ./offline/study-root.key --offline ./offline-urumqi");
    for (site, subject, note) in PEOPLE {
        machine.staff("data", &format!("participant add {subject} --site {site}"));
        machine.join(subject, &url);
        machine.phone(subject, "note -", note);
        machine.phone(subject, "sync", "");
    }
    let sites = machine.json("data", "site list");
    for (n, (site, subject, note)) in PEOPLE.into_iter().enumerate() {
        assert_eq!((&sites[n]["site"], &sites[n]["participants"]), (&site.into(), &1.into()));
        let status = machine.json("data", &format!("status --site {site}"));
        let rows = status["participants"].as_array().unwrap();
        assert_eq!((rows.len(), &rows[0]["subject"], &rows[0]["entries"]), (1, &subject.into(), &1.into()));
        machine.staff("data", &format!("export csv {site} --site {site}"));
        let (people, entries) = (machine.table(site, "participants.csv"), machine.table(site, "entries.csv"));
        let (_, other, theirs) = PEOPLE[1 - n];
        assert!(people.contains(subject) && people.contains(site) && !people.contains(other), "{people}");
        assert!(entries.contains(note) && !entries.contains(theirs), "{entries}");
    }
    assert!(server.stop().success(), "{}", server.complaints());
    rebuilds_each_site_alone(&machine, "data");

    machine.staff("data", "backup --to ./all.backup");
    let restore = "restore ./all.backup --root ./offline/study-root.key";
    let only = machine.run(KEEPER, "lost", &format!("{restore} --recovery-key {}", recovery("urumqi")), "");
    assert_eq!(only.status.code(), Some(1), "the database opens with the key of the first site: {only:?}");
    let both =
        format!("{restore} --recovery-key {} --recovery-key {}", recovery("beijing"), recovery("urumqi"));
    machine.staff("restored", &both);
    rebuilds_each_site_alone(&machine, "restored");
    for (_, subject, note) in PEOPLE {
        let report = machine.staff("restored", &format!("report {subject}"));
        assert!(report.contains(note), "{report}");
    }
}
