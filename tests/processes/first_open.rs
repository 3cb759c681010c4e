//! Many threads of one process that open its first databases at the same moment.

use std::process::Command;
use std::sync::{Arc, Barrier};
use std::thread;

use diary_core::sqlcipher::Missing;
use diary_core::store::{DatabaseKey, Store};
use diary_store::sqlite;

/// Processes: a race that is lost once in a few of them is seen.
const PROCESSES: usize = 25;
const THREADS: u8 = 16;
const INSIDE: &str = "first_open::each_thread_opens_a_database";

#[test]
fn the_first_databases_of_a_process_open_whoever_else_opens_one() {
    let program = std::env::current_exe().unwrap();
    for process in 0..PROCESSES {
        let ran = Command::new(&program).args([INSIDE, "--exact", "--nocapture"]).output().unwrap();
        let said = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
        assert!(ran.status.success() && said.contains("1 passed"), "process {process}: {said}");
    }
}

#[test]
fn each_thread_opens_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let together = Arc::new(Barrier::new(usize::from(THREADS)));
    let open = |nth: u8| {
        let path = folder.path().join(format!("{nth}.db"));
        let together = Arc::clone(&together);
        thread::spawn(move || {
            together.wait();
            if nth.is_multiple_of(2) {
                let key = DatabaseKey::from_bytes([nth; 32]);
                Store::open(path.to_str().unwrap(), &key, Missing::Create)
                    .map(drop)
                    .map_err(|e| format!("{e:?}"))
            } else {
                let key = sqlite::DatabaseKey::new([nth; 32]);
                sqlite::SqliteStore::open(&path, &key, Missing::Create)
                    .map(drop)
                    .map_err(|e| format!("{e:?}"))
            }
        })
    };
    let threads: Vec<_> = (0..THREADS).map(open).collect();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
}
