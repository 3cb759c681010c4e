//! The commands of the trial in the server's README, run by a shell as they are written there, on a machine without any
//! data yet: they end with a report. The test types the input of a person: the link, six digits, a note.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use diary_tests::process::{DIARY, KEEPER};
use diary_tests::strace;
use rustix::process::{Signal, kill_process_group};

const README: &str = include_str!("../../diary-server/README.md");
const HEADING: &str = "## A trial, all on one machine\n";
/// The port that the README writes.
const PORT: &str = "8440";
const NOTE: &str = "Stairs were hard today";

/// The shell's lines under the heading.
fn block() -> &'static str {
    let after = README.split_once(HEADING).expect("the README has the heading").1;
    let fenced = after.split_once("```bash\n").expect("a block follows").1;
    fenced.split_once("```").expect("the block ends").0
}

/// A machine of a person: a home, and the two programs on the path.
struct Machine {
    home: tempfile::TempDir,
    port: u16,
    more: Vec<(&'static str, PathBuf)>,
}

impl Machine {
    fn new() -> Self {
        Self::with_programs_behind("")
    }

    /// The same, where each program is started behind these words of a shell.
    fn with_programs_behind(wrapper: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let programs = home.path().join("bin");
        std::fs::create_dir(&programs).unwrap();
        for (name, first) in [("diary-server", KEEPER), ("diary", DIARY)] {
            let path = programs.join(name);
            let program = env!("CARGO_BIN_EXE_kill");
            let words = format!("#!/bin/sh\nexec {wrapper} '{program}' {first} \"$@\"\n");
            std::fs::write(&path, words).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        // Chosen when the shell starts, in place of asking for it: there is no terminal here.
        std::fs::write(home.path().join("pin"), "246813\n").unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { home, port, more: Vec::new() }
    }

    /// Runs lines of a shell; the first that fails ends it.
    fn shell(&self, lines: &str) -> Shell {
        let script = self.home.path().join("trial.sh");
        std::fs::write(&script, lines).unwrap();
        let path = format!("{}:{}", self.home.path().join("bin").display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("bash");
        command
            .args(["-e", "-c", "exec 2>&1; . \"$0\""])
            .arg(&script)
            .current_dir(self.home.path())
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.home.path())
            .env("LANG", "en_US.UTF-8")
            .env("DIARY_PIN_FILE", self.home.path().join("pin"))
            .env("DIARY_SERVER_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("DIARY_SERVER_PAGES_LISTEN", "off")
            .envs(self.more.iter().map(|(name, value)| (name, value)))
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (typed, said) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Shell { child, typed, said, all: String::new() }
    }

    /// The block with another port, since tests run side by side, and with `host` as the address for phones.
    fn trial(&self, host: &str) -> String {
        let written = format!("--host http://127.0.0.1:{PORT}");
        assert!(block().contains(&written));
        block().replace(&written, &format!("--host {host}"))
    }

    fn report(&self) -> String {
        std::fs::read_to_string(self.home.path().join("before-visit.html")).unwrap()
    }
}

struct Shell {
    child: Child,
    typed: Option<ChildStdin>,
    said: BufReader<std::process::ChildStdout>,
    all: String,
}

impl Shell {
    /// Reads on to a line in which `find` finds something.
    fn until<T>(&mut self, find: impl Fn(&str) -> Option<T>) -> T {
        loop {
            let mut line = String::new();
            let read = self.said.read_line(&mut line).unwrap();
            self.all.push_str(&line);
            if let Some(found) = find(&line) {
                return found;
            }
            assert!(read > 0, "the shell has ended:\n{}", self.all);
        }
    }

    fn types(&mut self, line: &str) {
        writeln!(self.typed.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Closes the input, as Ctrl-D does, and returns all output until the end.
    fn ends(&mut self) -> &str {
        drop(self.typed.take());
        std::io::Read::read_to_string(&mut self.said, &mut self.all).unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}:\n{}", self.all);
        &self.all
    }
}

impl Drop for Shell {
    /// Leaves no keeper behind where a test fails: it is in the shell's group.
    fn drop(&mut self) {
        let group = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        let killed = group.map(|group| kill_process_group(group, Signal::KILL));
        if killed.is_some_and(|killed| killed.is_err()) {
            tracing::debug!("the shell and what it started have ended already");
        }
    }
}

/// Six digits in a box.
fn digits(line: &str) -> Option<String> {
    let inner = line.trim().strip_prefix('║')?.strip_suffix('║')?;
    let digits: String = inner.chars().filter(|c| !c.is_whitespace()).collect();
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// Plays the person at the terminal.
fn play(machine: &Machine, scheme: &str, host: &str) {
    let mut shell = machine.shell(&machine.trial(host));
    let link = shell.until(|line| line.starts_with(scheme).then(|| line.trim().to_owned()));
    assert!(link.contains("/join#"), "{link}");
    // A person takes longer than the keeper to be there.
    while TcpStream::connect(("127.0.0.1", machine.port)).is_err() {
        assert!(shell.child.try_wait().unwrap().is_none(), "{}", shell.all);
        std::thread::yield_now();
    }
    shell.types(&link);
    let shown = shell.until(digits);
    shell.types(&shown);
    shell.until(|line| line.starts_with("Confirmed the phone of MG-001.").then_some(()));
    shell.types(NOTE);
    let said = shell.ends().to_owned();
    assert!(said.contains("before-visit.html"), "{said}");
    assert!(machine.report().contains(NOTE) && machine.report().contains("MG-001"));
    let log = std::fs::read_to_string(machine.home.path().join("diary-trial.log")).unwrap();
    assert!(log.contains(&format!("Serving {}", machine.home.path().join("diary-trial").display())), "{log}");
}

#[test]
fn the_trial_of_the_readme_ends_with_a_report() {
    let machine = Machine::new();
    let host = format!("http://127.0.0.1:{}", machine.port);
    play(&machine, "http://", &host);
}

#[test]
fn the_same_lines_end_with_a_report_over_tls_with_a_certificate_of_ones_own() {
    let mut machine = Machine::new();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let file = |name: &str, content: &str| {
        let path = machine.home.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let certificate = file("certificate.pem", &made.cert.pem());
    let key = file("key.pem", &made.signing_key.serialize_pem());
    machine.more = vec![
        ("DIARY_SERVER_TLS_CERTIFICATE", certificate.clone()),
        ("DIARY_SERVER_TLS_KEY", key),
        ("DIARY_CA_FILE", certificate),
    ];
    let host = format!("localhost:{}", machine.port);
    play(&machine, "https://", &host);
}

/// A system call of a traced process: its name, and the files it is about.
struct Call {
    name: String,
    files: Vec<PathBuf>,
    line: String,
}

impl Call {
    fn gives_a_name(&self) -> bool {
        self.name.starts_with("rename") || self.name.starts_with("link")
    }

    fn is_side_file(&self) -> bool {
        self.files.first().is_some_and(|file| file.extension().is_some_and(|ending| ending == "sealed"))
    }

    fn syncs(&self, path: &Path) -> bool {
        self.name.ends_with("sync") && self.files.first().is_some_and(|file| file == path)
    }
}

/// The calls in a file of strace; of those that another thread came between only the first half names files.
fn calls(trace: &Path) -> Vec<Call> {
    let (text, home) = (std::fs::read_to_string(trace).unwrap(), trace.parent().unwrap());
    let call = |line: &str| {
        let (before, arguments) = line.split_once('(')?;
        let name = before.split_whitespace().last()?.to_owned();
        let quoted = arguments.split('"').skip(1).step_by(2).map(|path| home.join(path));
        let descriptor = arguments.split_once('<').and_then(|(_, after)| after.split_once('>'));
        let files = match name.as_str() {
            "fsync" | "fdatasync" => descriptor.map(|(path, _)| PathBuf::from(path)).into_iter().collect(),
            _ => quoted.collect(),
        };
        Some(Call { name, files, line: line.to_owned() })
    };
    text.lines().filter(|line| !line.contains(" = -1 ")).filter_map(call).collect()
}

/// Every name that a file or folder got in `calls` was brought to the disk afterwards, and a file before it.
fn check_synced(calls: &[Call]) {
    let synced = |calls: &[Call], path: &Path| calls.iter().any(|call| call.syncs(path));
    for (at, call) in calls.iter().enumerate() {
        let (true, [from, to]) = (call.gives_a_name(), call.files.as_slice()) else { continue };
        let (before, after) = calls.split_at(at);
        assert!(to.is_dir() || synced(before, from), "not on the disk before it was named: {}", call.line);
        let folder = to.parent().expect("it lies in a folder");
        assert!(synced(after, folder), "its name is not on the disk: {}", call.line);
    }
}

/// True if the second copy of sealed entries was made and synced to the disk, and then its name, before any other file was
/// renamed or linked.
fn is_side_file_made(calls: &[Call]) -> bool {
    let is_made = |call: &Call| call.name == "openat" && call.line.contains("O_CREAT") && call.is_side_file();
    let Some(at) = calls.iter().position(is_made) else { return false };
    let next: Vec<&Call> = calls.iter().skip(at).take_while(|call| !call.gives_a_name()).collect();
    let Some(file) = calls.get(at).and_then(|call| call.files.first()) else { return false };
    let content = next.iter().position(|call| call.syncs(file));
    let name = next.iter().position(|call| file.parent().is_some_and(|folder| call.syncs(folder)));
    content.is_some_and(|content| name.is_some_and(|name| content < name))
}

#[test]
fn every_name_that_a_file_was_given_is_brought_to_the_disk() {
    if !strace::is_there() {
        return;
    }
    let calls_of = "openat,fsync,fdatasync,rename,renameat,renameat2,link,linkat";
    let machine = Machine::with_programs_behind(&format!(
        "strace -f -y -qq -o \"$HOME/$(date +%s%N).trace\" --trace={calls_of}"
    ));
    let host = format!("http://127.0.0.1:{}", machine.port);
    play(&machine, "http://", &host);
    let mut more = machine.shell(
        "export DIARY_SERVER_DATA=$HOME/diary-trial DIARY_STAFF=li
         diary-server backup --to $HOME/one.backup
         diary-server --data $HOME/restored restore $HOME/one.backup --recovery-key $HOME/diary-offline/recovery.key \
             --root $HOME/diary-offline/study-root.key
         diary-server export files $HOME/export",
    );
    more.ends();
    let (mut named, mut side_file_made) = (Vec::new(), false);
    for entry in machine.home.path().read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "trace") {
            let calls = calls(&path);
            check_synced(&calls);
            side_file_made |= is_side_file_made(&calls);
            named.extend(calls.into_iter().filter(Call::gives_a_name));
        }
    }
    assert!(
        side_file_made,
        "the file of sealed entries and its name are not brought to the disk when it is made"
    );
    let names: std::collections::BTreeSet<String> = named
        .iter()
        .filter_map(|call| Some(call.files.last()?.file_name()?.to_string_lossy().into_owned()))
        .collect();
    let expected = [
        "study-root.key",
        "recovery.key",
        "site-sealing-1.key",
        "keeper-signing.key",
        "database.key",
        "token.key",
        "trust.toml",
        "diary-server.toml",
        "database-seen.toml",
        "before-visit.html",
        "diary.lock",
        "settings.toml",
        "diary.db.life",
        "one.backup",
        "restored",
    ];
    for name in expected {
        assert!(names.contains(name), "{name} is not among {names:?}");
    }
}

#[test]
fn nothing_secret_is_an_argument_of_the_readmes_commands() {
    let commands: Vec<&str> = README
        .lines()
        .map(|line| line.split(" #").next().unwrap_or_default().trim())
        .filter(|line| line.starts_with("diary ") || line.starts_with("DIARY_"))
        .collect();
    let joins: Vec<&&str> = commands.iter().filter(|line| line.contains("diary join")).collect();
    assert!(!joins.is_empty() && joins.iter().all(|line| line.ends_with("diary join")), "{joins:?}");
    for page in [README, include_str!("../../diary-sync/cli/README.md"), include_str!("../../README.md")] {
        assert!(!page.contains("DIARY_PIN="), "a PIN is asked for or stands in a file");
    }
}
