//! Every quarantine reason, on parcels that a phone really sealed: stored, receipted, listed with the reason, without
//! blocking other parcels, merged when that becomes possible, and the same after a rebuild.

use std::sync::Arc;

use diary_core::entropy::Entropy;
use diary_core::ids::{Hash, VaultId};
use diary_core::keys::{IncarnationEnd, SealingKey};
use diary_core::merge::merge_v1;
use diary_core::parcel::{GrantKey, Item, SealInput, SealedParcel, seal};
use diary_core::time::Clock;

use super::*;
use crate::merge::rebuild::{From, rebuild};
use crate::site::DecideParcel;
use crate::site::{SiteServices, StaffError};
use crate::testing::{Keeper, Phone, START, Server, make_grant};
use diary_store::{MergeStore, TrialStore};

fn desk(keeper: &Keeper) -> SiteServices {
    let store: Arc<dyn TrialStore> = keeper.store.clone();
    let clock: Arc<dyn Clock> = keeper.clock.clone();
    let entropy: Arc<dyn Entropy + Send + Sync> = keeper.entropy.clone();
    SiteServices::new(store, keeper.keys.clone(), clock, entropy)
}

fn li() -> Account {
    Account::new("li").unwrap()
}

async fn participant(desk: &SiteServices, subject: &str) -> Participant {
    desk.participants().find(subject).await.unwrap()
}

/// Reasons of everything that is set aside, by record.
async fn reasons(desk: &SiteServices) -> Vec<UnmergedState> {
    desk.quarantine().list().await.unwrap().iter().map(|view| view.parcel.why).collect()
}

/// The record by live rows and rebuilt, from plaintexts and from sealed parcels.
async fn digests(keeper: &Keeper, vault: VaultId) -> [Hash; 3] {
    let store: Arc<dyn TrialStore> = keeper.store.clone();
    let live = merge_v1(&store.load_record(vault).await.unwrap().plans).digest();
    let keys =
        vec![SealingKey::from_bytes(keeper.keys.sealing(&keeper.keys.site, 1).unwrap().private_bytes())];
    let mut out = [live; 3];
    for (at, from) in [(1, From::Opened), (2, From::Sealed(Arc::new(keys)))] {
        let compared = rebuild(&store, keeper.bundle.clone(), vault, from, START).await.unwrap();
        assert!(compared.is_same(), "{:?}", compared.differences);
        out[at] = compared.rebuilt;
    }
    out
}

/// A phone that another store borrows the incarnation of, so that everything inside is of another author.
async fn posing(keeper: &Keeper, server: &Server, victim: &Phone) -> SealedParcel {
    let mut liar = Phone::new(keeper, victim.vault);
    liar.incarnation = victim.incarnation;
    let site = keeper.keys.sealing(&keeper.keys.site, 1).unwrap();
    (liar.key, liar.grant) =
        make_grant(keeper, victim.vault, victim.incarnation, 1, &liar.signing, &[site.public()]);
    liar.credential = Some(diary_core::parcel::DeviceCredential::Certificate(keeper.certificate(&liar)));
    let parcel = liar.next("not me");
    server.push(&liar.push(std::slice::from_ref(&parcel))).await;
    parcel
}

/// A parcel that its author signed, with garbage where the sealed content should be.
fn poison(phone: &mut Phone) -> SealedParcel {
    let input = SealInput { seq: phone.seq + 1, prev: phone.prev, items: &[Item::Challenge([1; 32])] };
    let other = make_other_key(phone);
    let parcel = seal(&input, &other, &phone.signing, phone.random()).unwrap();
    phone.seq += 1;
    phone.prev = parcel.core_hash();
    parcel
}

/// The phone's grant with another secret: what is sealed with it names the grant and does not open.
fn make_other_key(phone: &Phone) -> GrantKey {
    let verified = diary_core::parcel::Grant::verify(&phone.grant, &phone.signing.verifying_key()).unwrap();
    verified.with_secret(&[9; 32])
}

/// Revokes a phone after what it has sent so far.
async fn revoke(keeper: &Keeper, phone: &Phone) {
    let last = IncarnationEnd { incarnation: phone.incarnation, last_seq: phone.seq, head: phone.prev };
    keeper.revoke_after(phone, vec![last]).await;
}

#[tokio::test]
async fn each_reason_is_stored_receipted_listed_and_in_nobodys_way() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let desk = desk(&keeper);
    let mut phone = keeper.phone("001").await;
    let good = phone.next("good");
    let parcels =
        [good, poison(&mut phone), phone.seal(&[Item::Revision(vec![9; 9])]), phone.next("good again")];
    let (results, _) = server.push(&phone.push(&parcels)).await;
    assert!(results.iter().all(|result| result.receipt.is_some()), "each is stored");
    posing(&keeper, &server, &phone).await;
    // Its grant has not come.
    let mut silent = keeper.phone("002").await;
    let held = silent.next("later");
    let mut push = silent.push(std::slice::from_ref(&held));
    push.grants.clear();
    server.push(&push).await;
    server.settle().await;

    let codes = [QuarantineCode::Decrypt, QuarantineCode::Undecodable, QuarantineCode::NotAllowed];
    let mut expected: Vec<UnmergedState> = codes.map(UnmergedState::Quarantined).into();
    expected.push(UnmergedState::GrantNeeded);
    assert_eq!(reasons(&desk).await, expected);
    let all = desk.quarantine().list().await.unwrap();
    assert!(all.iter().all(|view| view.parcel.bytes > 500 && view.parcel.received.0 == START));
    assert_eq!(all[0].parcel.subject.as_deref(), Some("001"));
    let plans = server.record(phone.vault).await.plans;
    let own = plans.iter().filter(|plan| plan.source.author == phone.signing.id());
    assert_eq!(own.count(), 2, "both good ones are merged");
    digests(&keeper, phone.vault).await;

    // The missing piece arrives, and what waited for it is merged by itself.
    server.push(&silent.push(&[held])).await;
    server.settle().await;
    assert_eq!(reasons(&desk).await.len(), 3);
}

#[tokio::test]
async fn what_an_earlier_program_could_not_merge_is_judged_once_more_by_a_later_one() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let desk = desk(&keeper);
    let mut phone = keeper.phone("001").await;
    let bad = phone.seal(&[Item::Revision(vec![9; 9])]);
    server.push(&phone.push(&[bad])).await;
    server.settle().await;
    let none = Retried { judged: 0, left: 0 };
    assert_eq!(
        desk.quarantine().retry_after_upgrade().await.unwrap(),
        none,
        "this program has judged it already"
    );
    let upgraded = desk.quarantine().retry_not_judged_by("another version").await.unwrap();
    assert_eq!(upgraded, Retried { judged: 1, left: 1 }, "it is judged again, and is still not readable");
    assert_eq!(reasons(&desk).await, [UnmergedState::Quarantined(QuarantineCode::Undecodable)]);
    let trail = desk.views().trail().await.unwrap();
    let last = &trail.rows.last().unwrap().event;
    assert_eq!((last.what.as_str(), last.who.as_str()), ("quarantine.retry", "server"));
    digests(&keeper, phone.vault).await;
}

#[tokio::test]
async fn a_parcel_that_can_be_opened_now_is_merged_when_it_is_tried_again() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let desk = desk(&keeper);
    let mut phone = keeper.phone("001").await;
    // Sealed to a key that the site has lost, and finds again.
    let lost = SealingKey::generate(keeper.random());
    (phone.key, phone.grant) =
        make_grant(&keeper, phone.vault, phone.incarnation, 1, &phone.signing, &[lost.public()]);
    let parcel = phone.next("found again");
    server.push(&phone.push(&[parcel])).await;
    server.settle().await;
    let n = desk.quarantine().list().await.unwrap()[0].parcel.n;
    let again = desk.quarantine().retry(&li(), phone.vault, n).await.unwrap();
    assert_eq!(again.map(|view| view.parcel.why), Some(UnmergedState::Quarantined(QuarantineCode::Grant)));
    let refused = desk.quarantine().retry(&li(), phone.vault, 99).await.unwrap_err();
    assert!(matches!(refused, StaffError::NotSetAside { n: 99 }), "{refused}");

    let found = Arc::new(keeper.keys.with_sealing((keeper.keys.site.clone(), 2), lost));
    let store: Arc<dyn TrialStore> = keeper.store.clone();
    let desk = SiteServices::new(store, found, keeper.clock.clone(), keeper.entropy.clone());
    assert_eq!(desk.quarantine().retry(&li(), phone.vault, n).await.unwrap(), None);
    assert_eq!(server.record(phone.vault).await.plans.len(), 1);
}

#[tokio::test]
async fn what_a_revoked_phone_sent_is_the_sites_to_decide_and_a_rebuild_agrees() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let desk = desk(&keeper);
    let mut phone = keeper.phone("001").await;
    let before = phone.next("before");
    server.push(&phone.push(&[before])).await;
    server.settle().await;
    revoke(&keeper, &phone).await;
    let after = [phone.next("mine"), phone.next("not mine")];
    server.push(&phone.push(&after)).await;
    server.settle().await;
    let revoked = [UnmergedState::Quarantined(QuarantineCode::Revoked); 2];
    assert_eq!(reasons(&desk).await, revoked);

    let who = participant(&desk, "001").await;
    let ns: Vec<u64> = desk.quarantine().list().await.unwrap().iter().map(|view| view.parcel.n).collect();
    desk.quarantine()
        .decide(
            &li(),
            &who,
            DecideParcel { n: ns[1], decision: Decision::Rejected, reason: "the thief wrote it" },
        )
        .await
        .unwrap();
    desk.quarantine()
        .decide(
            &li(),
            &who,
            DecideParcel { n: ns[0], decision: Decision::Accepted, reason: "she wrote it before the theft" },
        )
        .await
        .unwrap();
    let left = desk.quarantine().list().await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].parcel.n, left[0].decision), (ns[1], Some(Decision::Rejected)));
    let record = server.record(phone.vault).await;
    let of_phone = record.plans.iter().filter(|plan| plan.source.author == phone.signing.id());
    assert_eq!(of_phone.map(|plan| plan.source.seq).collect::<Vec<_>>(), [1, 2]);
    digests(&keeper, phone.vault).await;

    let refused = desk
        .quarantine()
        .decide(&li(), &who, DecideParcel { n: ns[0], decision: Decision::Rejected, reason: "no" })
        .await
        .unwrap_err();
    assert!(matches!(refused, StaffError::NotSetAside { .. }), "what is in the record stays: {refused}");
    // The phone learns what became of it.
    let page = keeper.store.stored_parcels(phone.vault).await.unwrap();
    assert_eq!(page.iter().filter(|one| one.settled == Some(Ok(()))).count(), 4, "two entries, two acts");
}

#[tokio::test]
async fn a_decision_that_arrives_before_its_parcel_is_judged_is_followed_all_the_same() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let desk = desk(&keeper);
    let mut phone = keeper.phone("001").await;
    let first = phone.next("first");
    server.push(&phone.push(&[first])).await;
    keeper.revoke(&phone).await;
    let late = phone.next("late");
    server.push(&phone.push(std::slice::from_ref(&late))).await;
    server.settle().await;
    // Both are in the log before either is triaged again, as after a restored server received both.
    let who = participant(&desk, "001").await;
    let first = desk.quarantine().list().await.unwrap()[0].parcel.n;
    let content = ActContent::QuarantineDecision { core: late.core_hash(), accept: true };
    let act = |_: &TrialRecord| Ok(content.clone());
    desk.acts().on(&li(), &who).act(Some("hers"), act).await.unwrap();
    let merged = server.record(phone.vault).await;
    assert!(merged.plans.iter().any(|plan| plan.source.seq == 2), "{:?}", merged.quarantined);
    assert_eq!(desk.quarantine().list().await.unwrap()[0].parcel.n, first);
    digests(&keeper, phone.vault).await;
}

#[tokio::test]
async fn only_what_a_revoked_phone_sent_can_be_decided_about() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let desk = desk(&keeper);
    let mut phone = keeper.phone("001").await;
    let bad = phone.seal(&[Item::Revision(vec![9; 9])]);
    server.push(&phone.push(&[bad])).await;
    server.settle().await;
    let n = desk.quarantine().list().await.unwrap()[0].parcel.n;
    let who = participant(&desk, "001").await;
    let refused = desk
        .quarantine()
        .decide(&li(), &who, DecideParcel { n, decision: Decision::Accepted, reason: "please" })
        .await
        .unwrap_err();
    assert!(matches!(refused, StaffError::NotToDecide { .. }), "{refused}");
    assert!(matches!(
        desk.quarantine()
            .decide(&li(), &who, DecideParcel { n, decision: Decision::Accepted, reason: " " })
            .await,
        Err(StaffError::ReasonForm)
    ));
}
