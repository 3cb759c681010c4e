//! The machine's own limit in the same minute: pages brought to the disk one by one, and rows committed one by one to a
//! plain and to an encrypted database.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;

use rusqlite::Connection;

use crate::meter::{Figures, ROUNDS};

const COMMITS: u32 = 500;

/// Measures the machine itself, without the product.
///
/// # Panics
/// Panics if the folder cannot be written.
#[must_use]
pub fn measure(folder: &Path) -> Vec<Figures> {
    let mut all = vec![syncs(&folder.join("yardstick.bin"))];
    all.extend(databases(folder));
    all
}

fn databases(folder: &Path) -> Vec<Figures> {
    [("machine: commit of 500 bytes, plain SQLite", ""), ("machine: commit of 500 bytes, SQLCipher", KEY)]
        .into_iter()
        .enumerate()
        .map(|(n, (name, key))| commits(name, key, &folder.join(format!("yardstick-{n}.db"))))
        .collect()
}

const KEY: &str = "PRAGMA key = \"x'2DD29CA851E7B56E4697B0E1F08507293D761A05CE4D1B628663F411A8086D99'\";";

/// A page at the end of a file that grows, as a log does, and the wait for the disk.
fn syncs(path: &Path) -> Figures {
    let file = OpenOptions::new().create(true).truncate(true).write(true).open(path);
    let file = file.expect("a file in a temporary folder");
    let (page, mut at) = ([7u8; 4096], 0);
    let mut figures = Figures::new("machine: 4 KiB pwrite and fdatasync", COMMITS);
    for _ in 0..ROUNDS {
        figures.round(|| {
            for _ in 0..COMMITS {
                file.write_all_at(&page, at).expect("there is room");
                file.sync_data().expect("the disk works");
                at += 4096;
            }
        });
    }
    figures
}

fn commits(name: &'static str, key: &str, path: &Path) -> Figures {
    let database = Connection::open(path).expect("a database in a temporary folder");
    let set_up = format!(
        "{key} PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB);"
    );
    database.execute_batch(&set_up).expect("the pragmas are known");
    let blob = vec![7u8; 500];
    let mut figures = Figures::new(name, COMMITS);
    for _ in 0..ROUNDS {
        figures.round(|| {
            let mut insert =
                database.prepare_cached("INSERT INTO t (b) VALUES (?1)").expect("the table is there");
            for _ in 0..COMMITS {
                insert.execute([&blob]).expect("a row is written");
            }
        });
    }
    figures
}
