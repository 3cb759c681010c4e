//! The keeper's side over real HTTP on loopback: parcels that were prepared beforehand, from several phones at once,
//! until every receipt is there and everything is merged.

use std::path::Path;
use std::sync::Arc;

use diary_core::api::{self, PushReply, PushRequest, PushStatus};
use diary_core::entropy::{Entropy, SystemEntropy};
use diary_core::ids::{Incarnation, Nonce};
use diary_core::keys::Bundle;
use diary_core::parcel::{Grant, GrantScope, Item, NO_PREVIOUS, SealInput, seal};
use diary_core::text::Lang;
use diary_demo::clock::SteppingClock;
use diary_demo::phone::Phone;
use diary_demo::site::Site;

use crate::device::{START, beijing, revision};
use crate::meter::{Figures, Meter, ROUNDS};

const PHONES: usize = 8;
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
        let (_, phone) = site.enrol(&format!("P-{n}"), Lang::En, beijing()).await.expect("enrolment works");
        phones.push(phone);
    }
    let mut all = Vec::new();
    for (entries, name) in [
        (1, "keeper and phones: receive and merge, 1 a push"),
        (20, "keeper and phones: the same, 20 in a parcel"),
    ] {
        let pieces = PUSHES * entries;
        let mut figures = Figures::new(name, pieces);
        for _ in 0..ROUNDS {
            let bodies: Vec<Vec<Vec<u8>>> = phones.iter().map(|phone| pushes(phone, entries)).collect();
            let meter = Meter::start();
            send_all(&site, bodies).await;
            until_merged(&site).await;
            figures.take(&meter);
        }
        all.push(figures);
    }
    all
}

/// Requests of one phone with one parcel each, in a new life of its store.
fn pushes(phone: &Phone, entries: u32) -> Vec<Vec<u8>> {
    let entropy: &dyn Entropy = &SystemEntropy;
    let device = phone.diary.device();
    let bundle: Bundle = phone.diary.bundle().expect("the phone has joined");
    let site = bundle.site_key(&device.site).expect("the site has a key");
    let recovery = bundle.recovery_key(&device.site).expect("the site has a recovery key");
    let incarnation = Incarnation::from_bytes(entropy.array());
    let scope = GrantScope {
        study: device.study.clone(),
        vault: device.vault,
        incarnation,
        no: 1,
        generation: site.generation,
    };
    let (key, signed) =
        Grant::make(&scope, &[&site.key, recovery], &device.signing, entropy).expect("the keys are keys");
    let grant = signed.to_bytes();
    let mut prev = NO_PREVIOUS;
    let count = u64::from(PUSHES) / PHONES as u64;
    (1..=count)
        .map(|seq| {
            let first = (seq - 1) * u64::from(entries) + 1;
            let items: Vec<Item> = (first..first + u64::from(entries))
                .map(|counter| Item::revision(&revision(counter, entropy)))
                .collect();
            let parcel = seal(&SealInput { seq, prev, items: &items }, &key, &device.signing, entropy)
                .expect("it fits");
            prev = parcel.core_hash();
            let grants = if seq == 1 { vec![grant.clone().into()] } else { Vec::new() };
            PushRequest {
                nonce: Nonce::from_bytes(entropy.array()),
                vault: device.vault,
                incarnation,
                standing: None,
                grants,
                parcels: vec![parcel.to_bytes().into()],
                recovery: None,
                evidence: None,
            }
            .to_bytes()
        })
        .collect()
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
        let waiting = site.desk.store.waiting(0, 1).await.expect("the database answers");
        if waiting.batches.is_empty() {
            return;
        }
    }
}
