//! A keeper and a phone as processes of their own, from an empty folder on.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use diary_tests::process::{DIARY, KEEPER};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Program that is the keeper or the phone.
const PROGRAM: &str = env!("CARGO_BIN_EXE_kill");
/// PIN of the phone.
const PIN: &str = "482915";

/// A keeper that serves, and the folder with everything.
pub(crate) struct Keeper {
    folder: TempDir,
    serving: Child,
    /// Address of the pages.
    pub(crate) pages: String,
    /// Link that `init` printed for the first administrator.
    pub(crate) invitation: String,
}

/// An address that is free now.
fn free() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

impl Keeper {
    /// Makes a keeper in an empty folder and starts it.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (phones, pages) = (free(), free());
        let command = |words: &[&str]| {
            let mut command = Command::new(PROGRAM);
            command.arg(KEEPER).arg("--json").args(words).stdin(Stdio::null()).stdout(Stdio::piped());
            command.env("DIARY_SERVER_DATA", folder.path().join("data")).env("DIARY_STAFF", "admin");
            command.env("DIARY_SERVER_PAGES_LISTEN", &pages).env("DIARY_SERVER_LOG_FILTER", "error");
            command
        };
        let offline = folder.path().join("offline").display().to_string();
        let host = format!("http://{phones}");
        let init =
            ["init", "--study", "nct06836973", "--site", "beijing", "--offline", &offline, "--host", &host];
        let made = command(&init).output().unwrap();
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        let invitation = made["first_administrator"]["link"].as_str().unwrap().to_owned();
        let mut serving = command(&["serve", "--listen", &phones]).spawn().unwrap();
        let said = BufReader::new(serving.stdout.take().unwrap()).lines().map_while(Result::ok);
        // To the end: a keeper that cannot write ends.
        let said: Vec<String> = said.take_while(|line| line != "}").collect();
        assert!(said.iter().any(|line| line.contains(&pages)), "it serves pages: {said:?}");
        Self { folder, serving, pages: format!("http://{pages}"), invitation }
    }

    /// Runs a command of the phone's diary.
    pub(crate) fn diary(&self, words: &[&str]) -> Value {
        let file = |name: &str| -> PathBuf { self.folder.path().join(name) };
        std::fs::write(file("pin"), format!("{PIN}\n")).unwrap();
        let mut command = Command::new(PROGRAM);
        command.arg(DIARY).args(words).env("DIARY_HOME", file("phone")).env("DIARY_PIN_FILE", file("pin"));
        command.env("DIARY_ZONE", "Asia/Shanghai").stdin(Stdio::null());
        let ran = command.output().unwrap();
        let (out, err) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap());
        assert!(ran.status.success(), "{words:?}: {out}{err}");
        serde_json::from_str(&out).unwrap_or(json!({ "said": out }))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let ended = self.serving.kill().and_then(|()| self.serving.wait());
        assert!(ended.is_ok() || std::thread::panicking());
    }
}
