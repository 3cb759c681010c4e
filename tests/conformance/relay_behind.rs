//! A keeper behind relays: what it has taken of their feeds, and what it has to hand over.

use diary_core::api::{Cursor, FeedRecord, LeftCode};
use diary_core::ids::{Epoch, Hash, KeyId, VaultId};
use diary_core::parcel::LogKind;
use diary_server::store::{
    FeedQuery, LeftOver, Put, PutFrom, PutOutcome, PutReport, RecordToPut, RecordsToPut, StoredFeed,
};

use crate::ground::{Ground, on_each_database};
use crate::phone::Phone;
use crate::site::{START, Site};

const RELAY: KeyId = KeyId::from_bytes([7; 16]);

async fn asked(site: &Site, query: FeedQuery) -> StoredFeed {
    site.seen(|store| {
        let query = query.clone();
        async move { store.feed(query).await.unwrap() }
    })
    .await
}

async fn left(site: &Site) -> Vec<LeftOver> {
    asked(site, FeedQuery::Left { relay: RELAY }).await.left
}

async fn standing(site: &Site) -> Option<Cursor> {
    asked(site, FeedQuery::Standing { relay: RELAY }).await.read
}

fn cursor(epoch: u8, n: u64) -> Cursor {
    Cursor { epoch: Epoch::from_bytes([epoch; 16]), n, chain: Hash::from_bytes([3; 32]) }
}

async fn put(site: &Site, from: PutFrom, records: Vec<RecordToPut>, left: Vec<LeftOver>) -> PutReport {
    site.store.put_records(RecordsToPut { from, records, left, at: START }, site.signer()).await.unwrap()
}

fn fed(n: u64) -> PutFrom {
    PutFrom::Feed { relay: RELAY, cursor: cursor(1, n), anew: false }
}

/// A parcel of a phone with its grant, as a feed brings them.
fn parcel_with_grant(phone: &mut Phone, first: u64) -> Vec<RecordToPut> {
    let (vault, received, grant) = (phone.vault, START.plus_ms(-5), phone.verified_grant());
    let sealed = phone.next("hello");
    let parcel = Box::new(phone.verified(&sealed));
    let record = |n, kind, record| FeedRecord { n, vault, kind, record, received };
    vec![
        RecordToPut { record: record(first, LogKind::Grant, grant.bytes.clone()), what: Put::Grant(grant) },
        RecordToPut {
            record: record(first + 1, LogKind::Parcel, sealed.to_bytes()),
            what: Put::Parcel { author: phone.key(), by_keeper: false, parcel },
        },
    ]
}

async fn a_record_of_a_feed_is_taken_once_and_the_place_moves_with_it(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    assert_eq!(standing(&site).await, None);
    let records = parcel_with_grant(&mut phone, 1);
    let report = put(&site, fed(2), records.clone(), Vec::new()).await;
    assert_eq!(report.outcomes, [PutOutcome::Taken, PutOutcome::Taken]);
    assert_eq!(standing(&site).await, Some(cursor(1, 2)));
    let log = site.log(phone.vault).await;
    let report = put(&site, fed(4), records, Vec::new()).await;
    assert_eq!(report.outcomes[1], PutOutcome::Known);
    assert_eq!((standing(&site).await, site.log(phone.vault).await), (Some(cursor(1, 4)), log));
    assert_eq!(site.settle().await, 1);
    let plans = site.record(phone.vault).await.plans;
    assert_eq!(plans[0].received.0, START, "what counts is when the keeper received it");
}

async fn what_cannot_be_taken_yet_is_left_over_and_tried_again(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let mut stranger = Phone::new(&site, vault);
    let nowhere = VaultId::from_bytes([9; 16]);
    let mut records = parcel_with_grant(&mut stranger, 1);
    let lost = FeedRecord { n: 3, vault: nowhere, kind: LogKind::Receipt, record: vec![1], received: START };
    records.push(RecordToPut { record: lost.clone(), what: Put::Plain });
    let report = put(&site, fed(3), records.clone(), Vec::new()).await;
    let (device, vault) = (LeftCode::UnknownDevice, LeftCode::UnknownVault);
    assert_eq!(report.outcomes, [PutOutcome::Taken, PutOutcome::Left(device), PutOutcome::Left(vault)]);
    let kept = left(&site).await;
    assert_eq!(kept[0], LeftOver { record: records[1].record.clone(), code: device });
    assert_eq!(kept[1], LeftOver { record: lost, code: vault });

    let link = site.link(stranger.vault).await;
    site.ask(&stranger, &link, START).await;
    let report = put(&site, PutFrom::Left { relay: RELAY }, vec![records[1].clone()], Vec::new()).await;
    assert_eq!(report.outcomes, [PutOutcome::Taken]);
    assert_eq!(left(&site).await.len(), 1);
    assert_eq!(standing(&site).await, Some(cursor(1, 3)), "the place is where it was");
}

async fn what_a_restored_relay_shows_under_an_old_number_does_not_take_the_place_of_what_was_left(
    ground: Ground,
) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let record =
        |what: u8| FeedRecord { n: 1, vault, kind: LogKind::Parcel, record: vec![what; 9], received: START };
    let over = |what: u8| vec![LeftOver { record: record(what), code: LeftCode::UnknownDevice }];
    let from = |epoch: u8| PutFrom::Feed { relay: RELAY, cursor: cursor(epoch, 1), anew: epoch > 1 };
    assert_eq!(put(&site, from(1), Vec::new(), over(1)).await.dropped, 0);
    assert_eq!(put(&site, from(1), Vec::new(), over(1)).await.dropped, 0, "the same again is kept once");
    assert_eq!(put(&site, from(2), Vec::new(), over(2)).await.dropped, 1, "said, not silently forgotten");
    let own = |what| vec![RecordToPut { record: record(what), what: Put::Own }];
    put(&site, from(2), own(3), Vec::new()).await;
    assert_eq!(left(&site).await, over(1), "what was left over is still there");
    put(&site, from(1), own(1), Vec::new()).await;
    assert_eq!(left(&site).await, []);
}

async fn a_relay_is_handed_what_the_keeper_made_of_the_vaults_it_serves(ground: Ground) {
    let site = Site::keeper(ground).await;
    let (mut phone, elsewhere) = (site.phone("001").await, site.phone("002").await);
    put(&site, fed(2), parcel_with_grant(&mut phone, 1), Vec::new()).await;
    let visit = site.authored(phone.vault, &[site.visit(1)], 1).await;
    site.store.append_keeper(visit, site.signer(), None).await.unwrap();
    let outgoing = |limit| FeedQuery::Outgoing {
        relay: RELAY,
        keepers: vec![site.keys.signing.id()],
        limit,
        max_bytes: usize::MAX,
    };
    let all = asked(&site, outgoing(100)).await;
    let kinds: Vec<_> = all.records.iter().map(|record| record.kind).collect();
    // The phone's own grant and parcel the relay has.
    let (receipt, grant, parcel) = (LogKind::Receipt, LogKind::Grant, LogKind::Parcel);
    assert_eq!(kinds, [LogKind::Certificate, receipt, grant, parcel, receipt]);
    assert!(all.records.iter().all(|record| record.vault == phone.vault), "not {}", elsewhere.vault);
    let last = site.log(phone.vault).await.len() as u64;
    assert_eq!(all.looked, [(phone.vault, last)]);

    let mut handed = Vec::new();
    loop {
        let page = asked(&site, outgoing(2)).await;
        if page.looked.is_empty() {
            break;
        }
        handed.extend(page.records);
        put(&site, PutFrom::Handed { relay: RELAY, looked: page.looked }, Vec::new(), Vec::new()).await;
    }
    assert_eq!(handed, all.records);
    put(&site, PutFrom::Again { relay: RELAY }, Vec::new(), Vec::new()).await;
    assert_eq!(asked(&site, outgoing(100)).await.records, all.records);
    assert_eq!(standing(&site).await, None, "and the feed is read from its beginning");
}

on_each_database! {
    a_record_of_a_feed_is_taken_once_and_the_place_moves_with_it,
    what_cannot_be_taken_yet_is_left_over_and_tried_again,
    what_a_restored_relay_shows_under_an_old_number_does_not_take_the_place_of_what_was_left,
    a_relay_is_handed_what_the_keeper_made_of_the_vaults_it_serves,
}
