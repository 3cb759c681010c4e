//! Two servers on one PostgreSQL, killed in turn: the other one keeps serving, and the killed one resumes after its restart.

use std::path::Path;

use diary_server::config;
use diary_tests::client::{Client, Tally};
use diary_tests::kill::{Found, PHONES, last_round, read_all, sum};
use diary_tests::outage::Crowd;
use diary_tests::postgres::Cluster;
use diary_tests::process::{Process, Site};
use tokio::runtime::Runtime;

/// Servers that are killed.
const ROUNDS: usize = 12;
/// Receipts between two blows.
const RECEIPTS: u64 = 30;

fn start(data: &Path) -> Process {
    let server = Process::start(Path::new(env!("CARGO_BIN_EXE_kill")), data, &[]);
    assert!(server.url().is_some(), "{}", server.complaints());
    server
}

fn urls(servers: &[Process]) -> Vec<String> {
    servers.iter().filter_map(Process::url).collect()
}

/// Lessons 8 and 9, with servers that keep no data of their own.
#[test]
fn two_servers_that_are_killed_in_turn_keep_every_receipt_that_either_gave() {
    let Some(cluster) = Cluster::start() else { return };
    let runtime = Runtime::new().unwrap();
    let database = runtime.block_on(cluster.database());
    let site = Site::with_phones_on(Some(config::Database { url: database.url }), PHONES);
    let (folders, data) = ([site.data(), site.another()], site.data_folder());
    let mut servers: Vec<Process> = folders.iter().map(|folder| start(folder)).collect();
    let clients: Vec<Client> = site.phones.into_iter().map(Client::new).collect();
    runtime.block_on(async {
        let mut crowd = Crowd::begin(clients, urls(&servers));
        for round in 0..ROUNDS {
            crowd.until_received(RECEIPTS).await;
            let (victim, folder) = (&mut servers[round % 2], &folders[round % 2]);
            victim.kill();
            // The other one serves alone.
            crowd.until_received(RECEIPTS).await;
            *victim = start(folder);
            crowd.move_to(urls(&servers));
        }
        let mut clients = crowd.end().await;
        // Each asks the server that it did not begin with: none of them knows more than the other.
        for (client, server) in clients.iter_mut().zip(urls(&servers).iter().rev().cycle()) {
            last_round(std::slice::from_mut(client), server).await;
        }
        for server in &mut servers {
            assert!(server.stop().success(), "{}", server.complaints());
        }
        let Found { tally, not_once_in_record } = read_all(&clients, &data).await;
        println!("{tally}");
        assert_eq!(tally.acknowledged, sum(&clients).acknowledged);
        assert!(
            tally.acknowledged >= 2 * RECEIPTS * ROUNDS as u64 && tally.present == tally.acknowledged,
            "{tally}"
        );
        let Tally { missing, duplicated, .. } = tally;
        assert_eq!((missing, duplicated, not_once_in_record), (0, 0, 0), "{tally}");
    });
}
