//! A disk that fails to bring data down, and one that is full, under a keeper that eight phones push to.

use std::path::Path;
use std::time::Duration;

use diary_tests::client::{Answer, Client, Tally};
use diary_tests::process::{Process, Site};
use diary_tests::strace;

/// Pushes after which a phone stops by itself; the disk has failed long before.
const PUSHES_MAX: u32 = 500;
/// Time between two looks at a keeper that has to end, and most looks: a minute.
const LOOK: Duration = Duration::from_millis(5);
const LOOKS_MAX: u32 = 12_000;

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kill"))
}

/// Each client pushes until the keeper refuses. Returns the last reply to each.
async fn push_until_refused(clients: Vec<Client>, url: &str) -> (Vec<Client>, Vec<Answer>) {
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            let url = url.to_owned();
            tokio::spawn(async move {
                let mut last = Answer::Silence;
                for _ in 0..PUSHES_MAX {
                    last = client.push(&url).await;
                    if !matches!(last, Answer::Received(..)) {
                        break;
                    }
                }
                (client, last)
            })
        })
        .collect();
    let (mut clients, mut answers) = (Vec::new(), Vec::new());
    for task in tasks {
        let (client, answer) = task.await.unwrap();
        clients.push(client);
        answers.push(answer);
    }
    (clients, answers)
}

/// Exit status of the keeper, which must end by itself.
async fn end_of(keeper: &mut Process) -> std::process::ExitStatus {
    let mut looks = tokio::time::interval(LOOK);
    for _ in 0..LOOKS_MAX {
        looks.tick().await;
        if let Some(status) = keeper.has_ended() {
            return status;
        }
    }
    panic!("the keeper goes on: {}", keeper.complaints())
}

/// Starts the keeper on a disk that works and asks for every receipt.
async fn check_all(clients: &mut [Client], data: &Path) -> Tally {
    let mut keeper = Process::start(program(), data, &[]);
    let url = keeper.url().unwrap();
    let mut tally = Tally::default();
    for client in clients {
        if client.waits() {
            assert!(matches!(client.push(&url).await, Answer::Received(..)));
        }
        assert!(client.check(&url).await);
        tally += client.tally();
    }
    assert!(keeper.stop().success(), "{}", keeper.complaints());
    tally
}

/// Lesson 9, and the row "fsync error" of the design.
#[test]
fn a_keeper_whose_disk_fails_to_sync_stops_and_has_acknowledged_nothing_that_is_lost() {
    if !strace::is_there() {
        return;
    }
    let site = Site::with_phones(4);
    let (data, runtime) = (site.data(), tokio::runtime::Runtime::new().unwrap());
    let mut clients: Vec<Client> = site.phones.into_iter().map(Client::new).collect();
    let [database, log] = ["diary-server.db", "diary-server.db-wal"].map(|name| data.join(name));
    let logs = ["1", "1+", "2", "5", "13+", "40"].map(|when| (&log, when));
    // The database itself is only synced when the log is copied into it, which SQLite alone would pass over.
    for (file, when) in logs.into_iter().chain([(&database, "1")]) {
        let wrapper = strace::failing(file, "fsync,fdatasync", "EIO", when);
        let mut keeper = Process::start(program(), &data, &wrapper);
        runtime.block_on(async {
            if let Some(url) = keeper.url() {
                let (pushed, answers) = push_until_refused(std::mem::take(&mut clients), &url).await;
                clients = pushed;
                let taken = answers.iter().find(|answer| matches!(answer, Answer::Received(..)));
                assert_eq!(taken, None, "sync {when}: the disk failed and pushes are taken");
                let status = end_of(&mut keeper).await;
                assert!(!status.success(), "sync {when}: {}", keeper.complaints());
                assert!(keeper.complaints().contains("the disk failed"), "{}", keeper.complaints());
            }
            let tally = check_all(&mut clients, &data).await;
            println!("sync {when}: {tally}");
            assert_eq!((tally.missing, tally.present), (0, tally.acknowledged), "sync {when}: {tally}");
        });
    }
}

/// The row "disk full" of the design. Lesson 12: entries that a phone could not hand over are handed over later.
#[test]
fn a_keeper_whose_disk_is_full_says_when_to_come_back_gives_no_receipt_and_recovers() {
    if !strace::is_there() {
        return;
    }
    let site = Site::with_phones(4);
    let (data, runtime) = (site.data(), tokio::runtime::Runtime::new().unwrap());
    let clients: Vec<Client> = site.phones.into_iter().map(Client::new).collect();
    let wrapper = strace::failing(&data.join("diary-server.db-wal"), "pwrite64", "ENOSPC", "150..190");
    let mut keeper = Process::start(program(), &data, &wrapper);
    let url = keeper.url().unwrap();
    runtime.block_on(async {
        assert_eq!(status_of(&url, "readyz").await, 200);
        let (mut clients, answers) = push_until_refused(clients, &url).await;
        let come_back = Answer::NotNow(503, Some(60));
        assert!(answers.iter().all(|answer| *answer == come_back), "{answers:?}");
        assert_eq!((status_of(&url, "healthz").await, status_of(&url, "readyz").await), (200, 503));
        for client in &mut clients {
            let mut answer = come_back.clone();
            while !matches!(answer, Answer::Received(..)) {
                assert_eq!(answer, come_back, "{}", keeper.complaints());
                answer = client.push(&url).await;
            }
        }
        assert_eq!(status_of(&url, "readyz").await, 200);
        keeper.kill();
        let tally = check_all(&mut clients, &data).await;
        assert_eq!((tally.missing, tally.present), (0, tally.acknowledged), "{tally}");
    });
}

async fn status_of(url: &str, page: &str) -> u16 {
    reqwest::get(format!("{url}/{page}")).await.unwrap().status().as_u16()
}

#[test]
fn a_keeper_that_cannot_write_its_log_goes_on_receiving() {
    if !strace::is_there() {
        return;
    }
    let site = Site::with_phones(1);
    let (data, runtime) = (site.data(), tokio::runtime::Runtime::new().unwrap());
    let mut clients: Vec<Client> = site.phones.into_iter().map(Client::new).collect();
    let wrapper = strace::failing(&Process::log_of(&data), "write", "ENOSPC", "1+");
    let mut keeper = Process::start(program(), &data, &wrapper);
    let url = keeper.url().unwrap();
    runtime.block_on(async {
        // Each of these is logged, or would be.
        for _ in 0..3 {
            let refused =
                reqwest::Client::new().post(format!("{url}/v1/parcels")).body("nothing").send().await;
            assert_eq!(refused.unwrap().status().as_u16(), 400);
        }
        let answer = clients[0].push(&url).await;
        assert!(matches!(answer, Answer::Received(..)), "{answer:?}");
        assert_eq!(keeper.complaints(), "", "the log was written all the same");
        keeper.kill();
        assert_eq!(check_all(&mut clients, &data).await.present, 1);
    });
}
