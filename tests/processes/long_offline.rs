//! Volume of pushes that the default limits must permit to an honest phone.

use std::path::Path;

use diary_tests::client::{Answer, Client};
use diary_tests::process::{Process, Site};

/// Seven entries a day for five weeks, each in a push of its own: more than the real engine ever makes of them.
const PUSHES: u32 = 7 * 35;

/// Lesson 12: five weeks without the server are handed over at once.
#[test]
fn a_phone_that_was_offline_for_five_weeks_meets_no_limit() {
    let mut site = Site::with_phones(1);
    site.with_usual_limits();
    let mut keeper = Process::start(Path::new(env!("CARGO_BIN_EXE_kill")), &site.data(), &[]);
    let url = keeper.url().unwrap();
    let mut client = Client::new(site.phones.remove(0));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for nth in 1..=PUSHES {
            let answer = client.push(&url).await;
            assert!(matches!(answer, Answer::Received(..)), "push {nth}: {answer:?}");
        }
    });
    keeper.kill();
}
