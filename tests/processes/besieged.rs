//! A keeper under a thousand hostile connections: honest phones get through, and memory is bounded.

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use diary_tests::client::{Answer, Client};
use diary_tests::hostile::{Harm, Siege, address, fill, token};
use diary_tests::process::{Process, Site};
use tokio::runtime::Runtime;

/// Longest that one try of an honest phone may take.
const TRY: Duration = Duration::from_secs(5);
/// Honest contacts, each over a new connection.
const CONTACTS: u8 = 12;
/// Parcels of 240 KiB in the log that is asked for and not read: more than a page of it.
const PARCELS: usize = 20;
/// Memory that the siege may cost the keeper.
const MEMORY_MIB: u64 = 200;

/// Tries until one succeeds, at most twice; how many it took.
async fn contact(phone: Client, url: &str) -> (Client, Option<u32>) {
    let mut phone = phone;
    for attempt in 1..=2 {
        if let Ok(Answer::Received(..)) = tokio::time::timeout(TRY, phone.push(url)).await {
            return (phone, Some(attempt));
        }
    }
    (phone, None)
}

#[test]
fn among_a_thousand_hostile_connections_of_twenty_addresses_an_honest_contact_succeeds_at_once() {
    let mut site = Site::with_phones(2);
    site.with_usual_limits();
    let keeper = Process::start(Path::new(env!("CARGO_BIN_EXE_kill")), &site.data(), &[]);
    let (url, server) = (keeper.url().unwrap(), keeper.address().unwrap());
    let (mut hostile, honest) = (site.phones.pop().unwrap(), site.phones.pop().unwrap());
    Runtime::new().unwrap().block_on(async {
        fill(&url, &mut hostile, address(99), PARCELS).await;
        let token = token(&url, &hostile, address(99)).await;
        let before = keeper.peak_mib();
        let siege = Siege::lay(
            server,
            &[
                (Harm::SilentBody(1024 * 1024), 1..2, 48),
                (Harm::SlowHead, 2..11, 72),
                (Harm::UnreadReply(token), 11..16, 30),
                (Harm::Nothing, 16..21, 32),
            ],
        );
        assert_eq!(siege.connections(), 48 + 9 * 72 + 5 * 30 + 5 * 32);
        siege.has_begun().await;
        let mut phone = Client::new(honest);
        let mut tries = Vec::new();
        for n in 0..CONTACTS {
            // From a new address, and over a connection of its own.
            let (again, took) = contact(phone.from(Ipv4Addr::new(127, 0, 67, 1 + n)), &url).await;
            tries.push(took);
            phone = again;
        }
        let more = keeper.peak_mib() - before;
        println!("tries {tries:?}; {} closed; {more} MiB more than {before}", siege.closed());
        assert!(tries.iter().all(Option::is_some), "{tries:?}");
        assert!(more <= MEMORY_MIB, "{more} MiB");
    });
}
