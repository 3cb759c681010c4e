//! A keeper behind relays: its place in their feeds, and the records it has to hand over.

use diary_core::api::{Cursor, FeedRecord, LeftCode, LinkOffer};
use diary_core::ids::{Epoch, Hash, KeyId, VaultId};
use diary_core::keys::enrolment::LINK_LIFE_MS;
use diary_core::parcel::LogKind;
use diary_store::joining::RELAYED_MAX_MS;
use diary_store::{
    DeviceState, FeedRecords, Handover, ImportOutcome, ImportReport, Outgoing, OutgoingQuery, RecordToImport,
    RejectedRecord, ReplicatedRecord,
};

use crate::ground::{Ground, on_each_database};
use crate::phone::Phone;
use crate::site::{START, Site};

const RELAY: KeyId = KeyId::from_bytes([7; 16]);

async fn outgoing(site: &Site, query: &OutgoingQuery) -> Outgoing {
    site.seen(|store| {
        let query = query.clone();
        async move { store.outgoing_records(query).await.unwrap() }
    })
    .await
}

async fn left(site: &Site) -> Vec<RejectedRecord> {
    site.seen(|store| async move { store.rejected_records(RELAY).await.unwrap() }).await
}

async fn standing(site: &Site) -> Option<Cursor> {
    site.seen(|store| async move { store.feed_cursor(RELAY).await.unwrap() }).await
}

fn cursor(epoch: u8, n: u64) -> Cursor {
    Cursor { epoch: Epoch::from_bytes([epoch; 16]), n, chain: Hash::from_bytes([3; 32]) }
}

/// A page of the relay's feed, with the place after it.
async fn put(
    site: &Site,
    after: Cursor,
    records: Vec<RecordToImport>,
    left: Vec<RejectedRecord>,
) -> ImportReport {
    // Another epoch than the first: the relay was put back to an earlier state.
    let anew = after.epoch != cursor(1, 0).epoch;
    let page = FeedRecords { relay: RELAY, cursor: after, anew, records, rejected: left, at: START };
    site.store.import_feed(page, site.signer()).await.unwrap()
}

fn fed(n: u64) -> Cursor {
    cursor(1, n)
}

/// A parcel of a phone with its grant, as a feed brings them.
fn parcel_with_grant(phone: &mut Phone, first: u64) -> Vec<RecordToImport> {
    let (vault, received, grant) = (phone.vault, START.plus_ms(-5), phone.verified_grant());
    let sealed = phone.next("hello");
    let parcel = Box::new(phone.verified(&sealed));
    let record = |n, kind, record| FeedRecord { n, vault, kind, record, received };
    vec![
        RecordToImport {
            record: record(first, LogKind::Grant, grant.bytes.clone()),
            what: ReplicatedRecord::Grant(grant),
        },
        RecordToImport {
            record: record(first + 1, LogKind::Parcel, sealed.to_bytes()),
            what: ReplicatedRecord::Parcel { author: phone.key(), by_keeper: false, parcel },
        },
    ]
}

async fn a_record_of_a_feed_is_taken_once_and_the_place_moves_with_it(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    assert_eq!(standing(&site).await, None);
    let records = parcel_with_grant(&mut phone, 1);
    let report = put(&site, fed(2), records.clone(), Vec::new()).await;
    assert_eq!(report.outcomes, [ImportOutcome::Taken, ImportOutcome::Taken]);
    assert_eq!(standing(&site).await, Some(cursor(1, 2)));
    let log = site.log(phone.vault).await;
    let report = put(&site, fed(4), records, Vec::new()).await;
    assert_eq!(report.outcomes[1], ImportOutcome::Known);
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
    records.push(RecordToImport { record: lost.clone(), what: ReplicatedRecord::Plain });
    let report = put(&site, fed(3), records.clone(), Vec::new()).await;
    let (device, vault) = (LeftCode::UnknownDevice, LeftCode::UnknownVault);
    assert_eq!(
        report.outcomes,
        [ImportOutcome::Taken, ImportOutcome::Rejected(device), ImportOutcome::Rejected(vault)]
    );
    let kept = left(&site).await;
    assert_eq!(kept[0], RejectedRecord { record: records[1].record.clone(), code: device });
    assert_eq!(kept[1], RejectedRecord { record: lost, code: vault });

    let link = site.link(stranger.vault).await;
    site.ask(&stranger, &link, START).await;
    let report =
        site.store.import_rejected(RELAY, vec![records[1].clone()], START, site.signer()).await.unwrap();
    assert_eq!(report.outcomes, [ImportOutcome::Taken]);
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
    let over = |what: u8| vec![RejectedRecord { record: record(what), code: LeftCode::UnknownDevice }];
    let from = |epoch: u8| cursor(epoch, 1);
    assert_eq!(put(&site, from(1), Vec::new(), over(1)).await.dropped, 0);
    assert_eq!(put(&site, from(1), Vec::new(), over(1)).await.dropped, 0, "the same again is kept once");
    assert_eq!(put(&site, from(2), Vec::new(), over(2)).await.dropped, 1, "said, not silently forgotten");
    let own = |what| vec![RecordToImport { record: record(what), what: ReplicatedRecord::Own }];
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
    let query = |limit| OutgoingQuery {
        relay: RELAY,
        keepers: vec![site.keys.signing.id()],
        limit,
        max_bytes: usize::MAX,
    };
    let all = outgoing(&site, &query(100)).await;
    let kinds: Vec<_> = all.records.iter().map(|record| record.kind).collect();
    // The phone's own grant and parcel the relay has.
    let (receipt, grant, parcel) = (LogKind::Receipt, LogKind::Grant, LogKind::Parcel);
    assert_eq!(kinds, [LogKind::Certificate, receipt, grant, parcel, receipt]);
    assert!(all.records.iter().all(|record| record.vault == phone.vault), "not {}", elsewhere.vault);
    let last = site.log(phone.vault).await.len() as u64;
    assert_eq!(all.looked, [(phone.vault, last)]);

    let mut handed = Vec::new();
    loop {
        let page = outgoing(&site, &query(2)).await;
        if page.looked.is_empty() {
            break;
        }
        handed.extend(page.records);
        site.store.record_handover(RELAY, handed_over(page.looked, &[], &[])).await.unwrap();
    }
    assert_eq!(handed, all.records);
    site.store.exchange_again(RELAY).await.unwrap();
    assert_eq!(outgoing(&site, &query(100)).await.records, all.records);
    assert_eq!(standing(&site).await, None, "and the feed is read from its beginning");
}

fn handed_over(looked: Vec<(VaultId, u64)>, owed: &[(VaultId, u64)], paid: &[(VaultId, u64)]) -> Handover {
    Handover { looked, owed: owed.to_vec(), paid: paid.to_vec() }
}

async fn what_a_relay_does_not_acknowledge_is_offered_again_and_counted(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    put(&site, fed(2), parcel_with_grant(&mut phone, 1), Vec::new()).await;
    let owed = || site.seen(|store| async move { store.owed_records(RELAY, 100, usize::MAX).await.unwrap() });
    let count = || site.seen(|store| async move { store.owed_count().await.unwrap() });
    let keepers = vec![site.keys.signing.id()];
    let query = OutgoingQuery { relay: RELAY, keepers, limit: 100, max_bytes: usize::MAX };
    let page = outgoing(&site, &query).await;
    let refused = [(phone.vault, page.records[0].n)];
    site.store.record_handover(RELAY, handed_over(page.looked, &refused, &[])).await.unwrap();
    assert!(outgoing(&site, &query).await.records.is_empty());
    assert_eq!(owed().await, page.records[..1]);
    assert_eq!(count().await, 1);
    site.store.record_handover(RELAY, handed_over(Vec::new(), &[], &refused)).await.unwrap();
    assert_eq!((owed().await.len(), count().await), (0, 0));
}

async fn what_strangers_write_to_a_relay_fills_no_keeper(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let over = |n: u64, vault, code, bytes| {
        let record = FeedRecord { n, vault, kind: LogKind::Parcel, record: vec![1; bytes], received: START };
        RejectedRecord { record, code }
    };
    let unproven = (1..=600).map(|n| over(n, vault, LeftCode::LinkUnknown, 9)).collect();
    assert_eq!(put(&site, fed(600), Vec::new(), unproven).await.dropped, 600, "no link stands behind them");
    let nowhere = VaultId::from_bytes([9; 16]);
    let (unknown, mib) = (LeftCode::UnknownVault, 1 << 20);
    let strange = (601..=610).map(|n| over(n, nowhere, unknown, mib)).collect();
    assert_eq!(put(&site, fed(610), Vec::new(), strange).await.dropped, 6);
    let ours = (611..=625).map(|n| over(n, vault, LeftCode::UnknownDevice, mib)).collect();
    assert_eq!(put(&site, fed(625), Vec::new(), ours).await.dropped, 7, "eight MiB of one vault");
    assert_eq!(left(&site).await.len(), 12);
}

async fn a_link_is_told_to_relays_until_a_device_has_used_it(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let (link, phone) = (site.link(vault).await, Phone::new(&site, vault));
    let links = |now| site.seen(move |store| async move { store.open_links(now).await.unwrap() });
    let offer = LinkOffer::new(link.0, vault, START.plus_ms(LINK_LIFE_MS), &link.1.check());
    assert_eq!(links(START).await, std::slice::from_ref(&offer));
    assert_eq!(links(START.plus_ms(RELAYED_MAX_MS - 1)).await, [offer]);
    assert_eq!(links(START.plus_ms(RELAYED_MAX_MS)).await, []);
    site.ask(&phone, &link, START).await;
    assert_eq!(links(START).await, []);
}

async fn a_revocation_by_a_key_that_was_retired_has_no_effect_and_is_shown(ground: Ground) {
    let site = Site::keeper(ground).await;
    let phone = site.phone("001").await;
    let revocation = site.revocation(&phone, Vec::new());
    let paper = revocation.sign(&site.keys.signing);
    let record = |n| RecordToImport {
        record: FeedRecord {
            n,
            vault: phone.vault,
            kind: LogKind::Revocation,
            record: paper.to_bytes(),
            received: START,
        },
        what: ReplicatedRecord::HeldRevocation(paper.clone(), Box::new(revocation.clone())),
    };
    assert_eq!(put(&site, fed(1), vec![record(1)], Vec::new()).await.outcomes, [ImportOutcome::Taken]);
    assert_eq!(put(&site, fed(2), vec![record(2)], Vec::new()).await.outcomes, [ImportOutcome::Known]);
    let row = site.device(&phone).await;
    assert_eq!((row.state, row.held_revocation), (DeviceState::Confirmed, true));
}

on_each_database! {
    a_record_of_a_feed_is_taken_once_and_the_place_moves_with_it,
    what_cannot_be_taken_yet_is_left_over_and_tried_again,
    what_a_restored_relay_shows_under_an_old_number_does_not_take_the_place_of_what_was_left,
    a_relay_is_handed_what_the_keeper_made_of_the_vaults_it_serves,
    what_a_relay_does_not_acknowledge_is_offered_again_and_counted,
    what_strangers_write_to_a_relay_fills_no_keeper,
    a_link_is_told_to_relays_until_a_device_has_used_it,
    a_revocation_by_a_key_that_was_retired_has_no_effect_and_is_shown,
}
