//! Kill loop: a keeper process, eight phones that push, `kill -9` at a random moment, and after each start the check
//! that everything acknowledged is there. Reads the whole database at the end.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diary_core::entropy::{Entropy, SeededEntropy, SystemEntropy};
use diary_core::ids::{Hash, VaultId};
use diary_server::data_folder::DataFolder;
use diary_server::site::SiteServices;
use tokio::sync::watch;

use crate::client::{Answer, Client, Tally};
use crate::process::{Process, Site};

/// Phones that push at the same time.
pub const PHONES: usize = 8;
/// Most receipts that are waited for before the keeper is killed.
const REPLIES_MAX: u64 = 24;
/// Most turns of an idle loop between the last of them and the blow: some milliseconds.
const TURNS_MAX: u64 = 200_000;

/// Time between two looks at the parcels waiting to be merged, and most looks: a minute.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS_MAX: u32 = 600;

/// Result of a loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    /// Over all rounds and phones.
    pub tally: Tally,
    /// Entries of acknowledged parcels that are not in the record once.
    pub not_once_in_record: u64,
}

/// Kills a keeper of `program` `rounds` times, at times that derive from `seed`; `say` is called after each round.
///
/// # Panics
/// Panics if a keeper does not start again, or a reply is none that a keeper gives.
#[must_use]
pub fn run(program: &Path, rounds: u32, seed: u64, say: &mut dyn FnMut(u32, Tally)) -> Found {
    let site = Site::with_phones(PHONES);
    let (data, folder) = (site.data(), site.data_folder());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let dice = SeededEntropy::new(seed);
    let mut clients: Vec<Client> = site.phones.into_iter().map(Client::new).collect();
    for round in 1..=rounds {
        let mut keeper = Process::start(program, &data, &[]);
        let url =
            keeper.url().unwrap_or_else(|| panic!("seed {seed}, round {round}: {}", keeper.complaints()));
        let replies = throw(&dice, REPLIES_MAX + 1);
        let turns = throw(&dice, TURNS_MAX);
        clients = runtime.block_on(one_round(clients, url, replies, turns, &mut keeper));
        say(round, sum(&clients));
    }
    let mut keeper = Process::start(program, &data, &[]);
    let url = keeper.url().unwrap_or_else(|| panic!("seed {seed}, at the end: {}", keeper.complaints()));
    runtime.block_on(last_round(&mut clients, &url));
    assert!(keeper.stop().success(), "seed {seed}: {}", keeper.complaints());
    runtime.block_on(read_all(&clients, &folder))
}

fn throw(dice: &dyn Entropy, sides: u64) -> u64 {
    u64::from_le_bytes(dice.array()) % sides
}

/// Sum of the counts of all clients.
#[must_use]
pub fn sum(clients: &[Client]) -> Tally {
    let mut tally = Tally::default();
    clients.iter().for_each(|client| tally += client.tally());
    tally
}

/// All clients check and push; after a given number of replies the keeper is killed, in the middle of its work.
async fn one_round(
    clients: Vec<Client>,
    url: String,
    replies: u64,
    turns: u64,
    keeper: &mut Process,
) -> Vec<Client> {
    let counted = watch::Sender::new(0u64);
    let mut count = counted.subscribe();
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            let (url, counted) = (url.clone(), counted.clone());
            tokio::spawn(async move {
                if client.check(&url).await {
                    while let Answer::Received(..) = client.push(&url).await {
                        counted.send_modify(|count| *count += 1);
                    }
                }
                client
            })
        })
        .collect();
    count.wait_for(|count| *count >= replies).await.expect("the sender is here");
    for _ in 0..turns {
        std::hint::spin_loop();
    }
    keeper.kill();
    let mut clients = Vec::with_capacity(tasks.len());
    for task in tasks {
        clients.push(task.await.expect("a phone does not panic"));
    }
    clients
}

/// Each client gets the reply that is still pending, and checks.
///
/// # Panics
/// Panics if the keeper does not answer.
pub async fn last_round(clients: &mut [Client], url: &str) {
    for client in clients {
        if client.waits() {
            let answer = client.push(url).await;
            assert!(matches!(answer, Answer::Received(..)), "{answer:?}");
        }
        assert!(client.check(url).await, "a keeper that nobody kills answers");
    }
}

/// Reads the database itself: the parcels of every vault, and its record.
///
/// # Panics
/// Panics if the database cannot be read.
pub async fn read_all(clients: &[Client], folder: &DataFolder) -> Found {
    let clock = Arc::new(diary_server::clock::SystemClock);
    let desk = SiteServices::open(folder, clock, Arc::new(SystemEntropy)).await.expect("the database opens");
    settle(&desk, clients).await;
    let mut found = Found { tally: sum(clients), not_once_in_record: 0 };
    for client in clients {
        let times = times_stored(&desk, client.vault()).await;
        let several = times.values().filter(|(stored, _)| *stored > 1).count();
        found.tally.duplicated += several as u64;
        for core in client.cores() {
            match times.get(core) {
                Some((_, entries)) if *entries == 1 => {}
                Some(_) => found.not_once_in_record += 1,
                None => found.tally.missing += 1,
            }
        }
    }
    found
}

/// Merges until nothing waits. A killed server may still have a claim on waiting parcels for some seconds.
async fn settle(desk: &SiteServices, clients: &[Client]) {
    let bundle = clients.first().map(Client::bundle).expect("there are phones");
    let now = diary_core::time::Clock::now(&diary_server::clock::SystemClock);
    let mut looks = tokio::time::interval(LOOK);
    for _ in 0..LOOKS_MAX {
        looks.tick().await;
        desk.merger().settle(bundle, now).await.expect("the database answers");
        let mut waiting = 0;
        for client in clients {
            waiting += desk
                .context()
                .store()
                .load_record(client.vault())
                .await
                .expect("the database answers")
                .waiting
                .len() as u64;
        }
        if waiting == 0 {
            return;
        }
    }
    panic!("what waits is never merged");
}

/// Number of times that each parcel of a vault is stored, and that the record contains its entries.
async fn times_stored(desk: &SiteServices, vault: VaultId) -> BTreeMap<Hash, (u64, u64)> {
    let stored = desk.context().store().stored_parcels(vault).await.expect("the database answers");
    let mut times: BTreeMap<Hash, (u64, u64)> = BTreeMap::new();
    for parcel in stored {
        let sealed =
            diary_core::parcel::SealedParcel::from_bytes(&parcel.parcel.bytes).expect("it was read before");
        let times = times.entry(sealed.core_hash()).or_default();
        times.0 += 1;
        times.1 += u64::from(parcel.settled == Some(Ok(())));
    }
    times
}
