//! A stolen phone uses up all that it may store, is revoked, and uses up what is left for that: the honest phone of the same
//! participant can still store.

use std::path::Path;

use diary_core::entropy::{Entropy, SystemEntropy};
use diary_core::parcel::Item;
use diary_tests::hostile::{address, client};
use diary_tests::process::{Second, Site};
use diary_tests::sealer::Sealer;

use crate::ground::{Ground, MEMORY_MIB, in_a_runtime, post, until_in_record};
use crate::line::{Line, mib};

/// Most pushes of a quarter of a mebibyte: far above what one phone may store.
const PUSHES_MAX: usize = 400;
/// Pushes of the honest phone.
const HONEST: usize = 5;
/// The phone's allowance is used up.
const USED_UP: u16 = 429;
/// The limits per minute and per day are lifted, so that the total allowance of a phone is the one that is reached.
const LIMITS: &str = "device_burst = 1000000\nsource_burst = 1000000\n\
                      device_records_per_day = 1000000000\ndevice_bytes_per_day = 1000000000000";

/// Pushes until the server accepts no more; returns the number it accepted, and true if it refused by the allowance.
async fn use_up(ground: &Ground, thief: &mut Sealer) -> (usize, bool) {
    let http = client(address(1));
    let random: &dyn Entropy = &SystemEntropy;
    for taken in 0..PUSHES_MAX {
        let noise = || Item::Revision((0..1900).flat_map(|_| random.array::<32>()).collect());
        let push = thief.push_of(&[noise(), noise(), noise(), noise()], random);
        let status = post(&http, &ground.url, push.body).await;
        if status != 200 {
            return (taken, status == USED_UP);
        }
    }
    (PUSHES_MAX, false)
}

/// Runs the attack of a stolen phone; `program` is the server.
pub(crate) fn stolen_phone(program: &Path) -> Line {
    let mut site = Site::with_second_phone(1, Second::Confirmed);
    site.with_limits(LIMITS);
    let (mut thief, mut honest) = (site.phones.pop().expect("two"), site.phones.pop().expect("two"));
    let ground = Ground::of(program, site);
    let mut line = Line::of("a stolen phone uses up its room, is revoked and goes on");
    in_a_runtime(async {
        let before = ground.disk_bytes();
        let (first, ended) = use_up(&ground, &mut thief).await;
        line.must("it is stopped", format!("after {first} pushes of 240 KiB"), ended);
        let revoked = ground.staff(&["revoke", "P-0", "2", "--reason", "stolen"]).await;
        let (second, ended) = use_up(&ground, &mut thief).await;
        line.must(
            "and again when revoked",
            format!("revoked {}, after {second} more", revoked.done),
            revoked.done && ended,
        );
        let (http, mut taken, mut core) = (client(address(2)), 0, None);
        for _ in 0..HONEST {
            let push = honest.next(1, &SystemEntropy);
            core = Some(push.core);
            taken += usize::from(post(&http, &ground.url, push.body).await == 200);
        }
        line.must("the honest phone's pushes are taken", format!("{taken} of {HONEST}"), taken == HONEST);
        let desk = ground.desk().await;
        let in_record = until_in_record(&desk, honest.vault(), core.expect("there were some")).await;
        line.at_most("and in the record", "s", 10.0, in_record);
        line.at_most("disk", "MiB", 200.0, mib(ground.disk_bytes() - before));
        line.at_most("memory", "MiB", MEMORY_MIB, ground.more_mib());
    });
    line
}
