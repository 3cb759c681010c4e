//! Diaries as tables, with few and with many entries: how fast they are written, and in how much memory, which should be
//! the same. The program runs as a process of its own, as staff would run it.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use diary_server::audit::Account;
use diary_tests::machine::{LOOK, watched};
use diary_tests::meter::now_s;
use diary_tests::process::KEEPER;
use serde_json::Value;

use crate::args::{Asked, Backend, Role};
use crate::lives::DAYS;
use crate::stage::staff;
use crate::table::{Row, Table, number};
use crate::trial::Trial;

/// Entries in the database; as many participants as have written so many.
const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
const SIZES_QUICK: [usize; 2] = [5_000, 20_000];
/// Number of the sizes that are measured with a PostgreSQL, where the loading takes longer.
const SIZES_OF_POSTGRES: usize = 2;
/// The table with a row for each entry.
const ENTRIES: &str = "entries.csv";

/// Measures exports of all participants.
pub(crate) async fn measure(asked: &Asked, backend: Backend) -> Table {
    let how = format!(
        "`export csv` of everything, as a process of its own, from its start to its end; {DAYS} days of each participant. \
         Rows: of all tables. CPU and memory: of that process, looked at every {} ms.",
        LOOK.as_millis()
    );
    let mut table = Table::new(format!("Export, {}", backend.name()), how);
    let all: &[usize] = if asked.quick { &SIZES_QUICK } else { &SIZES };
    let count = if backend == Backend::Postgres { SIZES_OF_POSTGRES } else { all.len() };
    let mut trial = Trial::empty(backend).await;
    for size in all.iter().take(count) {
        trial.grow(size.div_ceil(trial.entries())).await;
        let entries = trial.participants.len() * trial.entries();
        let mut row = Row::new(format!("{} participants, {entries} entries", trial.participants.len()));
        for _ in 0..asked.runs {
            let to = tempfile::tempdir().expect("a temporary folder");
            let data = trial.stage().data(Role::Keeper);
            let wall = now_s().0;
            let spent = export(&asked.program, &data, to.path(), &staff()).await;
            let wall = now_s().0 - wall;
            spent.check(entries);
            row.add("seconds", wall);
            row.add("entries/s", number(entries) / wall);
            row.add("rows/s", spent.rows() / wall);
            row.add("CPU ms/entry", spent.cpu_s * 1e3 / number(entries));
            row.add("CSV MB", spent.bytes() / 1e6);
            row.add("peak MB", spent.most_mb);
        }
        table.push(row);
    }
    table
}

/// Resources that an export took, and its own summary of the files.
struct Spent {
    cpu_s: f64,
    most_mb: f64,
    said: Value,
}

impl Spent {
    fn tables(&self) -> impl Iterator<Item = &Value> {
        self.said["files"].as_array().into_iter().flatten()
    }

    fn rows(&self) -> f64 {
        self.tables().filter_map(|table| table["rows"].as_f64()).sum()
    }

    fn bytes(&self) -> f64 {
        self.tables().filter_map(|table| table["bytes"].as_f64()).sum()
    }

    /// Checks that every entry is in it and valid.
    fn check(&self, entries: usize) {
        let table = self.tables().find(|table| table["name"] == ENTRIES);
        assert_eq!(table.map(|table| &table["rows"]), Some(&Value::from(entries)), "every entry has its row");
        assert_eq!(self.said["problems"], 0, "everything can be exported");
    }
}

async fn export(program: &Path, data: &Path, to: &Path, by: &Account) -> Spent {
    let words = ["--json", "--by", by.as_str(), "export", "csv"];
    let mut child = Command::new(program)
        .args([OsStr::new(KEEPER), OsStr::new("--data"), data.as_os_str()])
        .args(words)
        .arg(to)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program is there");
    let (cpu_s, most_mb) = watched(&mut child).await;
    let ended = child.wait_with_output().expect("it is ours");
    assert!(ended.status.success(), "the export ended with {}", ended.status);
    let said = serde_json::from_slice(&ended.stdout).expect("it says what it wrote");
    Spent { cpu_s, most_mb, said }
}
