//! A relay: its feed, and what its keeper hands over.

use diary_core::api::{Cursor, FeedRecord};
use diary_core::ids::{EnrolmentId, Epoch, Hash};
use diary_core::keys::EnrolmentSecret;
use diary_core::parcel::LogKind;
use diary_core::parcel::log::CHAIN_START;
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;
use diary_server::join::decide::{RELAY_VAULT_WAITING_MAX, RELAY_WAITING_MS};
use diary_server::store::{
    DeviceState, FeedQuery, JoinOutcome, Put, PutFrom, PutOutcome, RecordToPut, RecordsToPut, StoredFeed,
};

use crate::ground::{Ground, on_each_database};
use crate::phone::{Phone, stored};
use crate::site::{START, Site};

/// Some link; a relay knows none.
fn some_link() -> (EnrolmentId, EnrolmentSecret) {
    (EnrolmentId::from_bytes([1; 16]), EnrolmentSecret::from_bytes(&[2; 16]))
}

/// A phone that a relay has taken.
async fn taken(site: &Site) -> Phone {
    let phone = Phone::new(site, site.new_participant("").vault);
    let outcome = site.ask(&phone, &some_link(), START).await;
    assert!(matches!(outcome, JoinOutcome::Joined { certificate: None, .. }), "{outcome:?}");
    phone
}

async fn feed(site: &Site, cursor: Option<Cursor>, limit: u32, max_bytes: usize) -> StoredFeed {
    let query = FeedQuery::After { cursor, limit, max_bytes };
    site.seen(|store| {
        let query = query.clone();
        async move { store.feed(query).await.unwrap() }
    })
    .await
}

async fn whole_feed(site: &Site) -> StoredFeed {
    let feed = feed(site, None, u32::MAX, usize::MAX).await;
    let mut chain = CHAIN_START;
    for (record, n) in feed.records.iter().zip(1..) {
        assert_eq!(record.n, n, "a feed has no gaps");
        chain = record.chain_after(&chain);
    }
    assert_eq!((feed.head.n, feed.head.chain), (feed.records.len() as u64, chain));
    feed
}

async fn everything_taken_is_in_one_order_under_one_chain(ground: Ground) {
    let site = Site::relay(ground).await;
    let (mut one, mut two) = (taken(&site).await, taken(&site).await);
    let (ones, twos) = (one.several(2), two.several(2));
    site.group(vec![two.push(&twos), one.push(&ones)]).await;
    let all = whole_feed(&site).await;
    let kinds: Vec<_> = all.records.iter().map(|record| (record.vault, record.kind)).collect();
    let (parcel, grant) = (LogKind::Parcel, LogKind::Grant);
    let expected = [
        (one.vault, LogKind::JoinRequest),
        (two.vault, LogKind::JoinRequest),
        (two.vault, grant),
        (two.vault, parcel),
        (two.vault, parcel),
        (one.vault, grant),
        (one.vault, parcel),
        (one.vault, parcel),
    ];
    assert_eq!(kinds, expected, "receipts are between a relay and a phone");
    assert_eq!(site.log(one.vault).await.len(), 6);
}

async fn pages_of_a_feed_follow_one_another_and_start_over_where_it_does_not_go(ground: Ground) {
    let site = Site::relay(ground).await;
    let mut phone = taken(&site).await;
    let parcels = phone.several(5);
    site.push(phone.push(&parcels)).await;
    let all = whole_feed(&site).await;
    let (mut cursor, mut read) = (Cursor::start(site.epoch), Vec::<FeedRecord>::new());
    loop {
        let page = feed(&site, Some(cursor), 3, usize::MAX).await;
        assert_eq!((page.epoch, page.after), (site.epoch, cursor.n));
        let Some(last) = page.records.last() else { break };
        cursor.chain = page.records.iter().fold(cursor.chain, |chain, record| record.chain_after(&chain));
        cursor.n = last.n;
        read.extend(page.records);
    }
    assert_eq!(read, all.records);
    let one = feed(&site, Some(Cursor::start(site.epoch)), 100, 1).await;
    assert_eq!(one.records, all.records[..1], "one record comes however long it is");
    let others = [
        Cursor { epoch: Epoch::from_bytes([1; 16]), ..cursor },
        Cursor { chain: Hash::from_bytes([1; 32]), ..cursor },
        Cursor { n: cursor.n + 1, ..cursor },
    ];
    for other in others {
        assert_eq!(feed(&site, Some(other), 100, usize::MAX).await.records, all.records, "{other}");
    }
}

/// A relay cannot tell participants from strangers.
async fn devices_that_nobody_confirms_take_up_room_for_a_day(ground: Ground) {
    let site = Site::relay(ground).await;
    let vault = site.new_participant("").vault;
    let ask = async |received: UtcMillis| {
        let phone = Phone::new(&site, vault);
        site.store.take_join(phone.join(&some_link(), received)).await.unwrap()
    };
    for _ in 0..RELAY_VAULT_WAITING_MAX {
        assert!(matches!(ask(START).await, JoinOutcome::Joined { .. }));
    }
    assert_eq!(ask(START.plus_ms(RELAY_WAITING_MS - 1)).await, JoinOutcome::Throttled);
    assert!(matches!(ask(START.plus_ms(RELAY_WAITING_MS)).await, JoinOutcome::Joined { .. }));
}

fn handed(phone: &Phone, kind: LogKind, signed: &Signed, what: Put) -> RecordToPut {
    let record = signed.to_bytes();
    RecordToPut { record: FeedRecord { n: 1, vault: phone.vault, kind, record, received: START }, what }
}

async fn put(site: &Site, records: Vec<RecordToPut>) -> Vec<PutOutcome> {
    let put = RecordsToPut { from: PutFrom::Keeper, records, left: Vec::new(), at: START };
    let report = site.store.put_records(put, site.signer()).await.unwrap();
    assert_eq!((report.dropped, report.epoch), (0, site.epoch));
    assert_eq!(report.head, whole_feed(site).await.head);
    report.outcomes
}

async fn what_the_keeper_hands_over_is_taken_once(ground: Ground) {
    let site = Site::relay(ground).await;
    let mut phone = taken(&site).await;
    let certificate = site.certificate(&phone);
    let paper = certificate.sign(&site.keys.signing);
    let confirm =
        handed(&phone, LogKind::Certificate, &paper, Put::Certificate(paper.clone(), Box::new(certificate)));
    assert_eq!(put(&site, vec![confirm.clone()]).await, [PutOutcome::Taken]);
    assert_eq!(put(&site, vec![confirm]).await, [PutOutcome::Known]);
    let row = site.device(&phone).await;
    assert_eq!((row.state, row.certificate), (DeviceState::Confirmed, Some(paper)));
    let parcel = phone.next("hello");
    assert!(!stored(site.push(phone.push(&[parcel])).await).parcels[0].pending);

    let revocation = site.revocation(&phone, Vec::new());
    let paper = revocation.sign(&site.keys.signing);
    let revoke =
        handed(&phone, LogKind::Revocation, &paper, Put::Revocation(paper.clone(), Box::new(revocation)));
    assert_eq!(put(&site, vec![revoke.clone(), revoke]).await, [PutOutcome::Taken, PutOutcome::Known]);
    assert_eq!(site.device(&phone).await.state, DeviceState::Revoked(START));
}

async fn a_relay_that_has_lost_a_vault_gets_it_back_from_its_keeper(ground: Ground) {
    let site = Site::relay(ground).await;
    let phone = Phone::new(&site, site.new_participant("").vault);
    let certificate = site.certificate(&phone);
    let paper = certificate.sign(&site.keys.signing);
    let confirm =
        handed(&phone, LogKind::Certificate, &paper, Put::Certificate(paper.clone(), Box::new(certificate)));
    assert_eq!(put(&site, vec![confirm]).await, [PutOutcome::Taken]);
    assert_eq!(site.device(&phone).await.state, DeviceState::Confirmed);
    let kinds: Vec<_> = whole_feed(&site).await.records.iter().map(|record| record.kind).collect();
    assert_eq!(kinds, [LogKind::Certificate]);
}

on_each_database! {
    everything_taken_is_in_one_order_under_one_chain,
    pages_of_a_feed_follow_one_another_and_start_over_where_it_does_not_go,
    devices_that_nobody_confirms_take_up_room_for_a_day,
    what_the_keeper_hands_over_is_taken_once,
    a_relay_that_has_lost_a_vault_gets_it_back_from_its_keeper,
}
