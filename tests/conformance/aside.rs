//! Parcels that are stored and not merged, and judging them once more.

use diary_core::act::ActContent;
use diary_core::ids::VaultId;
use diary_core::parcel::{Item, QuarantineCode, ReceiptLevel};
use diary_store::{EvidenceToTake, JUDGE, PushToCommit, UnmergedParcel, UnmergedState};

use crate::evidence::nothing;
use crate::ground::{Ground, on_each_database};
use crate::phone::{Phone, stored};
use crate::site::{START, Site};

async fn aside(site: &Site) -> Vec<UnmergedParcel> {
    site.seen(|store| async move { store.unmerged().await.unwrap() }).await
}

/// A phone that has sent an unreadable parcel.
async fn poisoned(site: &Site, subject: &str) -> Phone {
    let mut phone = site.phone(subject).await;
    let parcels = [phone.next("good"), phone.seal(&[Item::Revision(vec![1, 2, 3])])];
    site.push(phone.push(&parcels)).await;
    site.settle().await;
    phone
}

async fn each_reason_is_listed_with_what_staff_need_to_decide(ground: Ground) {
    let site = Site::keeper(ground).await;
    let poisoned = poisoned(&site, "002").await;
    let vault = site.participant("001").await;
    let mut waits = site.joined(vault).await;
    let pending = waits.next("hello");
    site.push(waits.push(std::slice::from_ref(&pending))).await;
    let mut early = site.phone("003").await;
    let ungranted = early.next("hello");
    site.push(early.bare(&[ungranted])).await;

    let all = aside(&site).await;
    let said: Vec<_> = all.iter().map(|one| (one.subject.as_deref().unwrap(), one.why)).collect();
    let undecodable = UnmergedState::Quarantined(QuarantineCode::Undecodable);
    assert_eq!(
        said,
        [("001", UnmergedState::Pending), ("002", undecodable), ("003", UnmergedState::GrantNeeded)]
    );
    let [first, second, _] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((first.core_hash, first.bytes), (pending.core_hash(), pending.to_bytes().len() as u64));
    assert_eq!((first.author, first.incarnation, first.seq), (waits.key(), waits.incarnation, 1));
    assert_eq!((first.received.0, &first.judge), (START, &None));
    assert_eq!((second.vault, second.n, second.judge.as_deref()), (poisoned.vault, 4, Some(JUDGE)));

    let aside_in = |vault| site.seen(move |store| async move { store.unmerged_in(vault).await.unwrap() });
    assert_eq!(aside_in(poisoned.vault).await, std::slice::from_ref(second));
    assert_eq!(aside_in(vault).await, std::slice::from_ref(first));
    assert_eq!(aside_in(VaultId::from_bytes([0; 16])).await, []);
}

async fn a_vault_without_its_participant_comes_last(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut lost = Phone::new(&site, site.new_participant("").vault);
    let parcel = lost.seal(&[Item::Revision(vec![1, 2, 3])]);
    site.push(lost.with_certificate(&site, lost.push(&[parcel]))).await;
    poisoned(&site, "001").await;
    let all = aside(&site).await;
    let subjects: Vec<_> = all.iter().map(|one| one.subject.as_deref()).collect();
    assert_eq!(subjects, [Some("001"), None]);
}

async fn one_parcel_is_judged_once_more_where_staff_ask_for_it(ground: Ground) {
    let site = Site::keeper(ground).await;
    let (phone, other) = (poisoned(&site, "001").await, poisoned(&site, "002").await);
    site.store.requeue(phone.vault, 4, crate::site::event("quarantine.retry")).await.unwrap();
    let waits = site.record(phone.vault).await;
    assert_eq!((waits.waiting.len(), waits.quarantined.len()), (1, 0));
    assert_eq!(site.record(other.vault).await.quarantined.len(), 1);
    assert_eq!(site.settle().await, 1);
    let receipts = site.receipts(phone.vault).await;
    let said: Vec<_> =
        receipts.iter().filter(|receipt| receipt.n == 4).map(|receipt| receipt.level).collect();
    let again = ReceiptLevel::Quarantined(QuarantineCode::Undecodable);
    assert_eq!(said, [ReceiptLevel::Stored, again, again]);
}

async fn what_another_program_could_not_merge_waits_again_but_for_revoked_devices(ground: Ground) {
    let site = Site::keeper(ground).await;
    let phone = poisoned(&site, "001").await;
    let mut revoked = site.phone("002").await;
    site.revoke(&revoked, Vec::new()).await;
    let parcel = revoked.next("hello");
    site.push(revoked.push(&[parcel])).await;
    site.settle().await;
    site.store.requeue_not_judged_by(JUDGE, crate::site::event("quarantine.retry")).await.unwrap();
    assert_eq!(site.record(phone.vault).await.waiting.len(), 0, "this program has judged it");
    site.store.requeue_not_judged_by("a newer one", crate::site::event("quarantine.retry")).await.unwrap();
    assert_eq!(site.record(phone.vault).await.waiting.len(), 1);
    let revoked = site.record(revoked.vault).await;
    assert_eq!((revoked.waiting.len(), revoked.quarantined[0].code), (0, QuarantineCode::Revoked));
}

async fn what_the_site_accepts_of_a_revoked_device_is_merged_after_all(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    site.revoke(&phone, Vec::new()).await;
    let (wanted, unwanted) = (phone.next("wanted"), phone.next("unwanted"));
    site.push(phone.push(&[wanted.clone(), unwanted])).await;
    site.settle().await;
    assert_eq!(site.record(phone.vault).await.quarantined.len(), 2);
    let core = wanted.core_hash();
    let decision = site.act(1, ActContent::QuarantineDecision { core, accept: true });
    let append = site.authored(phone.vault, &[decision], 1).await;
    site.store.append_keeper(append, site.signer(), None).await.unwrap();
    assert_eq!(site.settle().await, 2, "the act, and what it accepts");
    let record = site.record(phone.vault).await;
    assert_eq!((record.plans.len(), record.quarantined.len()), (2, 1));
    let stored = site.seen(|store| async move { store.stored_parcels(phone.vault).await.unwrap() }).await;
    let accepted: Vec<_> = stored.iter().map(|one| (one.parcel.accepted, one.settled)).collect();
    let set_aside = Some(Err(QuarantineCode::Revoked));
    assert_eq!(accepted, [(true, Some(Ok(()))), (false, set_aside), (false, Some(Ok(())))]);
}

async fn a_certificate_in_the_evidence_of_a_push_lets_go_of_what_its_device_sent(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let mut phone = site.joined(vault).await;
    let before = phone.next("sent before it was confirmed");
    let outcome = stored(site.push(phone.push(&[before])).await);
    assert!(outcome.parcels[0].pending);
    // The very push that brings the certificate back carries a parcel as well.
    let after = phone.next("sent with the certificate");
    let certificate = site.certificate(&phone);
    let certificates = vec![(certificate.sign(&site.keys.signing), certificate)];
    let evidence = Some(Box::new(EvidenceToTake { certificates, ..nothing() }));
    let outcome = stored(site.push(PushToCommit { evidence, ..phone.bare(&[after]) }).await);
    assert!(!outcome.parcels[0].pending);
    let record = site.record(vault).await;
    assert_eq!((record.waiting.len(), record.held_parcels.len()), (2, 0));
    assert_eq!(site.settle().await, 2);
    assert_eq!(aside(&site).await, []);
    assert_eq!(site.record(vault).await.plans.len(), 2);
}

async fn what_waits_for_its_grant_is_listed_after_its_device_was_revoked_and_freed_when_it_comes(
    ground: Ground,
) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let parcel = phone.next("hello");
    site.push(phone.bare(&[parcel])).await;
    let last = site.device(&phone).await.incarnations;
    site.revoke(&phone, last).await;
    let all = aside(&site).await;
    assert_eq!(all.iter().map(|one| one.why).collect::<Vec<_>>(), [UnmergedState::GrantNeeded]);
    // A second attempt has the same result, and is no error.
    site.store.requeue(phone.vault, all[0].n, crate::site::event("quarantine.retry")).await.unwrap();
    assert_eq!(aside(&site).await, all);
    assert_eq!(site.settle().await, 0);
    site.push(phone.push(&[])).await;
    let all = aside(&site).await;
    assert_eq!(all.iter().map(|one| one.why).collect::<Vec<_>>(), [UnmergedState::ToMerge]);
    assert_eq!(site.settle().await, 1);
    assert_eq!(site.record(phone.vault).await.plans.len(), 1);
}

on_each_database! {
    a_certificate_in_the_evidence_of_a_push_lets_go_of_what_its_device_sent,
    what_waits_for_its_grant_is_listed_after_its_device_was_revoked_and_freed_when_it_comes,
    each_reason_is_listed_with_what_staff_need_to_decide,
    a_vault_without_its_participant_comes_last,
    one_parcel_is_judged_once_more_where_staff_ask_for_it,
    what_another_program_could_not_merge_waits_again_but_for_revoked_devices,
    what_the_site_accepts_of_a_revoked_device_is_merged_after_all,
}
