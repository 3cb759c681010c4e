//! Chromium, driven by a script for Node, which asks the test for what it cannot do itself.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The script with its browser.
pub(crate) struct Browser {
    folder: PathBuf,
}

impl Browser {
    /// The browser, where Node, Chromium, `pdftotext` and the packages of `package.json` are on this machine.
    ///
    /// # Panics
    /// Panics if `CI` is set and one of them is missing.
    pub(crate) fn find() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
        let runs = |program: &str, version: &str| {
            let mut asked = Command::new(program);
            let asked = asked.arg(version).stdout(Stdio::null()).stderr(Stdio::null());
            asked.status().is_ok_and(|status| status.success())
        };
        let programs = [("node", "--version"), ("chromium", "--version"), ("pdftotext", "-v")];
        let found = programs.iter().all(|(program, version)| runs(program, version))
            && folder.join("node_modules").is_dir();
        let needed = "node, chromium, poppler-utils and `npm ci` in tests/pages are needed";
        assert!(found || std::env::var_os("CI").is_none(), "{needed}");
        found.then_some(Self { folder })
    }

    /// Runs a part of the script and answers what it asks; returns the faults that it found.
    pub(crate) fn run(&self, part: &str, input: &Value, answer: impl FnMut(&Value) -> Value) -> Vec<String> {
        let mut command = Command::new("node");
        command.arg(self.folder.join("driver.mjs")).arg(part).arg(input.to_string());
        tokio::task::block_in_place(|| talk(&mut command, answer))
    }

    /// Checks files against the oldest browser; returns what it lacks.
    pub(crate) fn lint(&self, files: &[PathBuf]) -> Vec<String> {
        let mut command = Command::new("node");
        command.arg(self.folder.join("lint.mjs")).args(files);
        talk(&mut command, |asked| panic!("{asked}"))
    }
}

/// Talks with a script until it has said that it is done.
fn talk(command: &mut Command, mut answer: impl FnMut(&Value) -> Value) -> Vec<String> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut said, mut heard) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let (mut faults, mut done, mut line) = (Vec::new(), false, String::new());
    while heard.read_line(&mut line).unwrap() > 0 {
        match line.trim_end().split_once(' ').unwrap_or((line.trim_end(), "")) {
            ("ask", question) => {
                let answer = answer(&serde_json::from_str(question).unwrap());
                writeln!(said, "{answer}").unwrap();
            }
            ("fault", text) => faults.push(text.to_owned()),
            ("done", _) => done = true,
            _ => panic!("the script said: {line}"),
        }
        line.clear();
    }
    let status = child.wait().unwrap();
    assert!(done && status.success(), "the script ended early: {status}; it had found {faults:?}");
    faults
}
