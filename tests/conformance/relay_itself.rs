//! A relay: its feed, and the records handed over by its keeper.

use diary_core::api::{Cursor, FeedRecord, LinkOffer};
use diary_core::ids::{EnrolmentId, Epoch, Hash, VaultId};
use diary_core::keys::EnrolmentSecret;
use diary_core::keys::enrolment::LINK_LIFE_MS;
use diary_core::parcel::LogKind;
use diary_core::parcel::log::CHAIN_START;
use diary_core::signed::Signed;
use diary_store::joining::RELAY_LINK_DEVICES_MAX;
use diary_store::{DeviceState, ImportOutcome, JoinOutcome, RecordToImport, ReplicatedRecord, StoredFeed};

use crate::ground::{Ground, on_each_database};
use crate::phone::{Phone, stored};
use crate::site::{START, Site};

type Link = (EnrolmentId, EnrolmentSecret);

/// A link to a vault, which the keeper has registered at the relay.
async fn told_link(site: &Site, vault: VaultId, n: u8) -> Link {
    let link = (EnrolmentId::from_bytes([n; 16]), EnrolmentSecret::from_bytes(&[2; 16]));
    tell(site, vec![LinkOffer::new(link.0, vault, START.plus_ms(LINK_LIFE_MS), &link.1.check())]).await;
    link
}

async fn tell(site: &Site, links: Vec<LinkOffer>) {
    site.store.put_links(links, START).await.unwrap();
}

/// A phone that a relay has taken.
async fn taken(site: &Site) -> Phone {
    let phone = Phone::new(site, site.new_participant("").vault);
    let link = told_link(site, phone.vault, phone.vault.as_bytes()[0]).await;
    let outcome = site.ask(&phone, &link, START).await;
    assert!(matches!(outcome, JoinOutcome::Joined { certificate: None, .. }), "{outcome:?}");
    phone
}

async fn feed(site: &Site, cursor: Option<Cursor>, limit: u32, max_bytes: usize) -> StoredFeed {
    site.seen(|store| async move { store.feed_page(cursor, limit, max_bytes).await.unwrap() }).await
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

async fn a_relay_takes_those_who_have_a_link_it_was_told_of_and_writes_nothing_of_others(ground: Ground) {
    let site = Site::relay(ground).await;
    let vault = site.new_participant("").vault;
    let stranger = (EnrolmentId::from_bytes([9; 16]), EnrolmentSecret::from_bytes(&[9; 16]));
    for _ in 0..50 {
        let outcome = site.ask(&Phone::new(&site, vault), &stranger, START).await;
        assert_eq!(outcome, JoinOutcome::NotHeardOf);
    }
    let link = told_link(&site, vault, 1).await;
    let guessed = (link.0, stranger.1);
    assert_eq!(site.ask(&Phone::new(&site, vault), &guessed, START).await, JoinOutcome::Unknown);
    let elsewhere = Phone::new(&site, site.new_participant("").vault);
    assert_eq!(site.ask(&elsewhere, &link, START).await, JoinOutcome::Unknown);
    assert_eq!((whole_feed(&site).await.records.len(), site.pending().await.len()), (0, 0));

    let late = START.plus_ms(LINK_LIFE_MS + 1);
    assert_eq!(site.ask(&Phone::new(&site, vault), &link, late).await, JoinOutcome::Expired);
    let first = Phone::new(&site, vault);
    for phone in [&first, &first] {
        assert!(matches!(site.ask(phone, &link, START).await, JoinOutcome::Joined { .. }));
    }
    for n in 1..6 {
        let outcome = site.ask(&Phone::new(&site, vault), &link, START).await;
        assert_eq!(outcome == JoinOutcome::Used, n >= RELAY_LINK_DEVICES_MAX, "device {n}: {outcome:?}");
    }
    assert!(matches!(site.ask(&first, &link, late).await, JoinOutcome::Joined { .. }), "the same answer");
}

fn handed(phone: &Phone, kind: LogKind, signed: &Signed, what: ReplicatedRecord) -> RecordToImport {
    let record = signed.to_bytes();
    RecordToImport { record: FeedRecord { n: 1, vault: phone.vault, kind, record, received: START }, what }
}

async fn put(site: &Site, records: Vec<RecordToImport>) -> Vec<ImportOutcome> {
    let report = site.store.import_handover(records, START, site.signer()).await.unwrap();
    assert_eq!((report.dropped, report.epoch), (0, site.epoch));
    assert_eq!(report.head, whole_feed(site).await.head);
    report.outcomes
}

async fn what_the_keeper_hands_over_is_taken_once(ground: Ground) {
    let site = Site::relay(ground).await;
    let mut phone = taken(&site).await;
    let certificate = site.certificate(&phone);
    let paper = certificate.sign(&site.keys.signing);
    let confirm = handed(
        &phone,
        LogKind::Certificate,
        &paper,
        ReplicatedRecord::Certificate(paper.clone(), Box::new(certificate)),
    );
    assert_eq!(put(&site, vec![confirm.clone()]).await, [ImportOutcome::Taken]);
    assert_eq!(put(&site, vec![confirm]).await, [ImportOutcome::Known]);
    let row = site.device(&phone).await;
    assert_eq!((row.state, row.certificate), (DeviceState::Confirmed, Some(paper)));
    let parcel = phone.next("hello");
    assert!(!stored(site.push(phone.push(&[parcel])).await).parcels[0].pending);

    let revocation = site.revocation(&phone, Vec::new());
    let paper = revocation.sign(&site.keys.signing);
    let revoke = handed(
        &phone,
        LogKind::Revocation,
        &paper,
        ReplicatedRecord::Revocation(paper.clone(), Box::new(revocation)),
    );
    assert_eq!(put(&site, vec![revoke.clone(), revoke]).await, [ImportOutcome::Taken, ImportOutcome::Known]);
    assert_eq!(site.device(&phone).await.state, DeviceState::Revoked(START));
}

async fn a_relay_that_has_lost_a_vault_gets_it_back_from_its_keeper(ground: Ground) {
    let site = Site::relay(ground).await;
    let phone = Phone::new(&site, site.new_participant("").vault);
    let certificate = site.certificate(&phone);
    let paper = certificate.sign(&site.keys.signing);
    let confirm = handed(
        &phone,
        LogKind::Certificate,
        &paper,
        ReplicatedRecord::Certificate(paper.clone(), Box::new(certificate)),
    );
    assert_eq!(put(&site, vec![confirm]).await, [ImportOutcome::Taken]);
    assert_eq!(site.device(&phone).await.state, DeviceState::Confirmed);
    let kinds: Vec<_> = whole_feed(&site).await.records.iter().map(|record| record.kind).collect();
    assert_eq!(kinds, [LogKind::Certificate]);
}

on_each_database! {
    everything_taken_is_in_one_order_under_one_chain,
    pages_of_a_feed_follow_one_another_and_start_over_where_it_does_not_go,
    a_relay_takes_those_who_have_a_link_it_was_told_of_and_writes_nothing_of_others,
    what_the_keeper_hands_over_is_taken_once,
    a_relay_that_has_lost_a_vault_gets_it_back_from_its_keeper,
}
