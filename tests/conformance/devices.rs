//! Devices, their certificates, and parcels that are held back until their device has one.

use diary_core::keys::{IncarnationEnd, RecoverySecret, SealedRecoverySecret};
use diary_core::parcel::{LogKind, QuarantineCode};
use diary_core::time::UtcMillis;
use diary_store::{Amount, DeviceChange, DeviceProof, DeviceState, PushOutcome, PushToCommit, StoreError};

use crate::ground::{Ground, on_each_database};
use crate::phone::{Phone, stored};
use crate::site::{START, Site, event};

async fn what_a_device_sent_before_it_was_confirmed_is_held_and_then_waits(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let mut phone = site.joined(vault).await;
    let parcels = phone.several(2);
    let outcome = stored(site.push(phone.push(&parcels)).await);
    assert!(outcome.parcels.iter().all(|parcel| parcel.pending && !parcel.duplicate));
    assert_eq!(site.store.waiting(0, 10).await.unwrap().batches, []);
    let record = site.record(vault).await;
    assert_eq!((record.held_parcels.len(), record.waiting.len()), (2, 0));
    assert!(record.held_parcels.iter().all(|held| !held.grant_needed && held.author == phone.key()));

    let paper = site.confirm(&phone).await;
    let row = site.device(&phone).await;
    assert_eq!((row.state, row.certificate), (DeviceState::Confirmed, Some(paper)));
    let waiting = site.store.waiting(0, 10).await.unwrap();
    assert_eq!(waiting.batches[0].parcels.len(), 2);
    assert_eq!(waiting.pending_notices.iter().map(|one| one.vault).collect::<Vec<_>>(), [vault]);
    let kinds = [LogKind::Grant, LogKind::Parcel, LogKind::Parcel, LogKind::Receipt, LogKind::Receipt];
    assert_eq!(site.kinds(vault).await[..5], kinds);
    assert_eq!(site.kinds(vault).await[5..], [LogKind::Certificate]);
}

async fn a_paper_that_depends_on_what_was_seen_is_refused_where_the_device_has_come_further(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let first = phone.next("one");
    site.push(phone.push(&[first])).await;
    let seen = site.device(&phone).await.incarnations;
    assert_eq!(seen, [IncarnationEnd { incarnation: phone.incarnation, last_seq: 1, head: phone.prev }]);
    let second = phone.next("two");
    site.push(phone.bare(&[second])).await;
    let paper = site.revocation(&phone, seen.clone()).sign(&site.keys.signing);
    let change = |seen| DeviceChange {
        vault: phone.vault,
        device: phone.key(),
        paper: paper.clone(),
        revokes: true,
        seen: Some(seen),
        at: START,
    };
    let late = site.other.change_device(change(seen), event("device.revoke")).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    assert_eq!(site.device(&phone).await.state, DeviceState::Confirmed);
    let now = site.device(&phone).await.incarnations;
    site.store.change_device(change(now), event("device.revoke")).await.unwrap();
    assert_eq!(site.device(&phone).await.state, DeviceState::Revoked(START));
}

async fn a_revoked_device_is_stored_for_the_site_to_decide_and_hears_of_it(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let before = phone.next("before");
    site.push(phone.push(std::slice::from_ref(&before))).await;
    let last = site.device(&phone).await.incarnations;
    let paper = site.revoke(&phone, last).await;
    let after = phone.next("after");
    let outcome = stored(site.push(phone.bare(&[before, after])).await);
    assert_eq!(outcome.revocation, Some(paper));
    let said: Vec<_> = outcome.parcels.iter().map(|one| (one.duplicate, one.quarantined)).collect();
    assert_eq!(said, [(true, false), (false, true)]);
    assert_eq!(site.settle().await, 2);
    let record = site.record(phone.vault).await;
    assert_eq!((record.plans.len(), record.quarantined.len()), (1, 1));
    assert_eq!(record.quarantined[0].code, QuarantineCode::Revoked);
    assert_eq!(record.devices[&phone.key()], Some(START));
}

async fn a_device_that_was_turned_away_before_it_was_confirmed_stores_nothing_more(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let mut phone = site.joined(vault).await;
    site.revoke(&phone, Vec::new()).await;
    let log = site.log(vault).await;
    let parcel = phone.next("hello");
    assert_eq!(site.push(phone.push(&[parcel])).await, PushOutcome::TurnedAway);
    assert_eq!(site.log(vault).await, log);
}

async fn a_certificate_that_a_device_brings_makes_it_known_once(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let mut phone = Phone::new(&site, vault);
    for text in ["one", "two"] {
        let parcel = phone.next(text);
        let outcome = site.push(phone.with_certificate(&site, phone.push(&[parcel]))).await;
        assert!(!stored(outcome).parcels[0].pending);
    }
    let certificates = site.kinds(vault).await.into_iter().filter(|kind| *kind == LogKind::Certificate);
    assert_eq!(certificates.count(), 1);
    assert_eq!(site.told().await.last().unwrap(), "device.certificate");
}

/// A thief of a replaced key can put any date on a certificate, so its date proves nothing.
async fn a_certificate_by_a_replaced_key_confirms_nobody_and_is_kept_for_staff(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let mut phone = Phone::new(&site, vault);
    let (parcel, certificate) = (phone.next("hello"), site.certificate(&phone));
    let signed = certificate.sign(&site.keys.signing);
    let proof = DeviceProof::Retired(Box::new((signed.clone(), certificate)));
    let push = PushToCommit { proof, ..phone.push(&[parcel]) };
    assert!(stored(site.push(push).await).parcels[0].pending);
    let row = site.device(&phone).await;
    assert_eq!(
        (row.state, row.held_certificate, row.certificate),
        (DeviceState::Pending, Some(signed), None)
    );
    assert!(!site.kinds(vault).await.contains(&LogKind::Certificate));
}

async fn a_recovery_secret_is_kept_once_and_the_newest_is_shown(ground: Ground) {
    let site = Site::keeper(ground).await;
    let phone = site.phone("001").await;
    let key = site.keys.sealing(&site.keys.site, 1).unwrap();
    let readers = [key.public(), site.recovery.public()];
    let make = || {
        let secret = RecoverySecret::generate(site.random());
        SealedRecoverySecret::make(&secret, phone.vault, &phone.signing, &readers, site.random()).unwrap()
    };
    let (first, second) = (make(), make());
    for secret in [&first, &first, &second, &second] {
        let push = PushToCommit { recovery: Some(secret.clone()), ..phone.bare(&[]) };
        stored(site.push(push).await);
        assert_eq!(site.device(&phone).await.recovery.as_ref(), Some(secret));
    }
    let kept = site.kinds(phone.vault).await.into_iter().filter(|kind| *kind == LogKind::RecoverySecret);
    assert_eq!(kept.count(), 2);
}

async fn what_each_device_has_stored_is_counted_from_the_log_itself(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let (mut one, idle) = (site.confirmed(vault).await, site.confirmed(vault).await);
    let (first, second) = (one.next("one"), one.next("two"));
    let later = START.plus_ms(1_000);
    let push = one.push(std::slice::from_ref(&first));
    site.push(push.clone()).await;
    site.push(PushToCommit { received: later, ..one.push(&[first.clone(), second.clone()]) }).await;
    let using = |since: UtcMillis| {
        site.seen(move |store| async move { store.devices_with_usage(vault, since).await.unwrap() })
    };
    let rows = using(later).await;
    let used = |phone: &Phone| rows.iter().find(|row| row.key == phone.key()).unwrap().used.unwrap();
    let [first, second, grant] =
        [first.to_bytes().len(), second.to_bytes().len(), one.grant.to_bytes().len()].map(|len| len as u64);
    assert_eq!(used(&one).all, Amount { records: 3, bytes: first + second + grant });
    assert_eq!(used(&one).since, Amount { records: 1, bytes: second });
    assert_eq!(used(&idle), diary_store::Used::default());
    assert_eq!(site.device(&one).await.used, None, "only where it was asked for");
}

on_each_database! {
    what_a_device_sent_before_it_was_confirmed_is_held_and_then_waits,
    a_paper_that_depends_on_what_was_seen_is_refused_where_the_device_has_come_further,
    a_revoked_device_is_stored_for_the_site_to_decide_and_hears_of_it,
    a_device_that_was_turned_away_before_it_was_confirmed_stores_nothing_more,
    a_certificate_that_a_device_brings_makes_it_known_once,
    a_certificate_by_a_replaced_key_confirms_nobody_and_is_kept_for_staff,
    a_recovery_secret_is_kept_once_and_the_newest_is_shown,
    what_each_device_has_stored_is_counted_from_the_log_itself,
}
