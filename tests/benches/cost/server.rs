//! The keeper's side over real HTTP on loopback: parcels that were prepared beforehand, from several phones at once,
//! until every receipt was given and every parcel is merged.

use std::path::Path;
use std::sync::Arc;

use diary_core::api::{self, PushReply, PushStatus};
use diary_core::entropy::{Entropy, SystemEntropy};
use diary_core::text::Lang;
use diary_demo::clock::SteppingClock;
use diary_demo::site::Site;
use diary_tests::sealer::{START, Sealer};
use diary_tests::world::beijing;

use diary_tests::meter::{Figures, Meter, ROUNDS};

const PHONES: u32 = 8;
const PUSHES: u32 = 1_600;

pub(crate) async fn measure(folder: &Path) -> Vec<Figures> {
    let clock = Arc::new(SteppingClock::at(START));
    let package = diary_core::study::shipped::nct06836973();
    let beijing_site = "beijing".parse().expect("a code");
    let stage = folder.join("stage");
    let site = Site::open(&stage, &package, &beijing_site, 0, clock, Arc::new(SystemEntropy))
        .await
        .expect("a keeper starts on a fresh folder");
    let mut phones = Vec::new();
    for n in 0..PHONES {
        let (_, phone) = site.enrol(&format!("P-{n}"), Lang::EN, beijing()).await.expect("enrolment works");
        phones.push(Sealer::of(&phone));
    }
    let mut all = Vec::new();
    for (entries, name) in [
        (1, "keeper and phones: receive and merge, 1 a push"),
        (20, "keeper and phones: the same, 20 in a parcel"),
    ] {
        let pieces = PUSHES * entries;
        let mut figures = Figures::new(name, pieces);
        for _ in 0..ROUNDS {
            let bodies: Vec<Vec<Vec<u8>>> = phones.iter_mut().map(|phone| pushes(phone, entries)).collect();
            let meter = Meter::start();
            send_all(&site, bodies).await;
            until_merged(&site).await;
            figures.take(&meter);
        }
        all.push(figures);
    }
    all
}

/// Requests of one phone with one parcel each, in a new incarnation of its store.
fn pushes(sealer: &mut Sealer, entries: u32) -> Vec<Vec<u8>> {
    let entropy: &dyn Entropy = &SystemEntropy;
    sealer.begin_incarnation();
    (0..PUSHES / PHONES).map(|_| sealer.next(u64::from(entries), entropy).body).collect()
}

async fn send_all(site: &Site, bodies: Vec<Vec<Vec<u8>>>) {
    let client = reqwest::Client::new();
    let url = format!("{}{}", site.url(), api::PARCELS);
    let tasks: Vec<_> = bodies
        .into_iter()
        .map(|bodies| {
            let (client, url) = (client.clone(), url.clone());
            tokio::spawn(async move {
                for body in bodies {
                    let request = client.post(&url).header("content-type", api::CBOR).body(body);
                    let reply = request.send().await.expect("the keeper answers");
                    let bytes = reply.bytes().await.expect("the keeper answers whole");
                    let reply = PushReply::from_bytes(&bytes).expect("a push reply");
                    assert!(reply.results.iter().all(|result| result.status == PushStatus::Stored));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("every push was received");
    }
}

async fn until_merged(site: &Site) {
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(2));
    loop {
        looks.tick().await;
        let waiting = site.desk.context().store().waiting(0, 1).await.expect("the database answers");
        if waiting.batches.is_empty() {
            return;
        }
    }
}
