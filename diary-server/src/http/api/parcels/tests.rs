//! Replies to each kind of push, and what is stored of it: the table of bad input, row by row.

use diary_core::api::{self, ParcelResult, ProblemCode, PushReply, PushStatus, RefusalCode};
use diary_core::ids::VaultId;
use diary_core::keys::{IncarnationEnd, RecoverySecret, Revocation, SealedRecoverySecret, SigningKey};
use diary_core::parcel::{
    DeviceCredential, Grant, GrantScope, Item, LogKind, PARCEL_MAX_BYTES, QuarantineCode, REQUEST_MAX_BYTES,
    Receipt, ReceiptLevel, SealInput, seal,
};
use diary_core::signed::Signed;
use diary_core::time::ReceivedAt;
use diary_core::wire;

use crate::testing::{Keeper, Phone, START, make_grant, statement};
use diary_store::{DeviceState, MergeStore, SiteStore};

mod lost_bundle;

fn code(result: &ParcelResult) -> (PushStatus, Option<RefusalCode>) {
    (result.status, result.code)
}

fn receipt(result: &ParcelResult) -> Vec<u8> {
    result.receipt.clone().unwrap().into()
}

#[tokio::test]
async fn a_good_parcel_is_stored_receipted_and_merged() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcels = [phone.next("hello"), phone.seal(&[statement()])];
    let (results, head) = server.push(&phone.push(&parcels)).await;
    for (result, parcel) in results.iter().zip(&parcels) {
        assert_eq!(code(result), (PushStatus::Stored, None));
        assert_eq!(result.flags, api::PushFlags::default());
        let body = Receipt::from_bytes(&receipt(result)).unwrap().peek().unwrap();
        assert_eq!((body.level, body.core_hash), (ReceiptLevel::Stored, parcel.core_hash()));
        assert_eq!((body.epoch, body.server_time), (keeper.epoch, START));
    }
    // Certificate, grant, two parcels, two receipts.
    assert_eq!((head.n, head.incarnation.unwrap().seq), (6, 2));
    assert_eq!(head.incarnation.unwrap().hash, parcels[1].core_hash());

    assert_eq!(server.settle().await, 2);
    let record = server.record(phone.vault).await;
    assert_eq!(record.plans.len(), 2);
    assert_eq!(record.plans[0].received, ReceivedAt(START));
    assert_eq!((record.waiting.len(), record.held_parcels.len(), record.quarantined.len()), (0, 0, 0));
}

#[tokio::test]
async fn what_is_no_push_request_is_refused_with_a_code() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    for body in [Vec::new(), vec![0xa0], vec![0xff; 400], b"{\"json\":1}".to_vec()] {
        let reply = server.post(api::PARCELS, body).await;
        assert_eq!((reply.status, reply.problem().code), (400, ProblemCode::BadRequest));
    }
}

#[tokio::test]
async fn an_oversize_request_is_refused_before_it_is_read() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let reply = server.post(api::PARCELS, vec![0; REQUEST_MAX_BYTES + 1]).await;
    assert_eq!((reply.status, reply.problem().code), (413, ProblemCode::TooLarge));
}

#[tokio::test]
async fn a_broken_parcel_is_refused_alone_and_nothing_of_it_is_stored() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let good = [phone.next("one"), phone.next("two"), phone.next("three")];
    let mut push = phone.push(&good);
    let mut flipped: Vec<u8> = push.parcels[1].clone().into();
    *flipped.last_mut().unwrap() ^= 1;
    push.parcels[1] = flipped.into();
    push.parcels.insert(2, vec![1, 2, 3].into());
    push.parcels.insert(3, vec![0; PARCEL_MAX_BYTES + 1].into());
    let (results, head) = server.push(&push).await;
    let codes: Vec<_> = results.iter().map(code).collect();
    assert_eq!(
        codes,
        [
            (PushStatus::Stored, None),
            (PushStatus::Refused, Some(RefusalCode::Signature)),
            (PushStatus::Refused, Some(RefusalCode::Undecodable)),
            (PushStatus::Refused, Some(RefusalCode::Oversize)),
            (PushStatus::Stored, None),
        ]
    );
    assert!(results[4].flags.gap, "the one before was refused");
    assert_eq!(head.incarnation.unwrap().seq, 1);
    assert_eq!(keeper.store.stored_parcels(phone.vault).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_parcel_of_another_vault_or_author_is_refused() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let (mut phone, mut other) = (keeper.phone("001").await, keeper.phone("002").await);
    let (mine, not_mine) = (phone.next("mine"), other.next("not mine"));
    let mut push = phone.push(&[mine, not_mine]);
    let (results, _) = server.push(&push).await;
    assert_eq!(code(&results[1]), (PushStatus::Refused, Some(RefusalCode::Signature)));
    push.vault = other.vault;
    let (results, head) = server.push(&push).await;
    // The certificate is of another vault, so the device is unknown in this one.
    assert_eq!(code(&results[0]), (PushStatus::Retry, Some(RefusalCode::CertificateNeeded)));
    assert_eq!(head.n, 0);
}

#[tokio::test]
async fn a_device_without_paper_is_asked_for_it_and_nothing_is_stored() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let paper = phone.credential.take();
    let parcel = phone.next("hello");
    let (results, head) = server.push(&phone.push(std::slice::from_ref(&parcel))).await;
    assert_eq!(code(&results[0]), (PushStatus::Retry, Some(RefusalCode::CertificateNeeded)));
    assert!(results[0].receipt.is_none());
    assert_eq!((head.n, head.incarnation.unwrap().seq), (0, 0));
    assert!(keeper.store.stored_parcels(phone.vault).await.unwrap().is_empty());

    phone.credential = paper;
    let (results, _) = server.push(&phone.push(std::slice::from_ref(&parcel))).await;
    assert_eq!(code(&results[0]), (PushStatus::Stored, None));
    // From now on the server knows it.
    phone.credential = None;
    let next = phone.next("again");
    let (results, _) = server.push(&phone.push(&[next])).await;
    assert_eq!(code(&results[0]), (PushStatus::Stored, None));
}

#[tokio::test]
async fn an_unknown_device_that_sends_no_parcel_is_told_so_by_the_whole_reply() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    phone.credential = None;
    let reply = server.post(api::PARCELS, phone.push(&[]).to_bytes()).await;
    assert_eq!((reply.status, reply.problem().code), (403, ProblemCode::CertificateNeeded));
}

/// Ids and certificates appear in logs, so a stranger may know them: the reply must not depend on what exists.
#[tokio::test]
async fn an_asker_who_has_proven_nothing_gets_one_answer_whatever_there_is() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let known = phone.next("known");
    server.push(&phone.push(std::slice::from_ref(&known))).await;
    let mut broken = phone.next("next").to_bytes();
    let last = broken.len() - 1;
    broken[last] ^= 1;
    let stranger = Phone::new(&keeper, phone.vault);
    let strangers = |vault, credential, parcels: &[Vec<u8>]| {
        let mut push = stranger.push(&[]);
        (push.vault, push.credential, push.grants) = (vault, credential, Vec::new());
        push.parcels = parcels.iter().map(|bytes| bytes.clone().into()).collect();
        push
    };
    let nowhere = VaultId::from_bytes([9; 16]);
    let paper = phone.credential.clone();
    // With a parcel of the known device that does not hold, in a vault that is here and in one that is not.
    let mut answers = Vec::new();
    for push in [
        strangers(phone.vault, None, std::slice::from_ref(&broken)),
        strangers(nowhere, None, std::slice::from_ref(&broken)),
        strangers(phone.vault, paper.clone(), std::slice::from_ref(&broken)),
    ] {
        let (results, head) = server.push(&push).await;
        let told = (head.n, head.chain, head.incarnation.map(|at| (at.seq, at.hash)));
        answers.push((results, told));
    }
    assert_eq!(code(&answers[0].0[0]), (PushStatus::Retry, Some(RefusalCode::CertificateNeeded)));
    assert_eq!(answers[0].1.0, 0);
    assert!(answers.iter().all(|one| *one == answers[0]), "{answers:?}");
    // With the certificate of the known device alone.
    let mut replies = Vec::new();
    for push in [strangers(phone.vault, paper, &[]), strangers(nowhere, None, &[])] {
        replies.push(server.post(api::PARCELS, push.to_bytes()).await);
    }
    assert_eq!((replies[0].status, replies[0].problem().code), (403, ProblemCode::CertificateNeeded));
    assert_eq!(replies[0].body, replies[1].body);
    // The device itself is answered.
    let (_, head) = server.push(&phone.push(&[])).await;
    assert!(head.n > 0);
    assert_eq!(head.incarnation.map(|at| at.seq), Some(1));
}

#[tokio::test]
async fn a_token_is_refused_alike_for_a_known_device_and_for_none() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let phone = keeper.phone("001").await;
    let thief = SigningKey::generate(keeper.random());
    let mut replies = Vec::new();
    for (vault, device) in [
        (phone.vault, phone.signing.id()),
        (phone.vault, thief.id()),
        (VaultId::from_bytes([9; 16]), phone.signing.id()),
    ] {
        let ask = serde_json::to_vec(&api::TokenAsk { vault, device }).unwrap();
        let challenge = server.post(api::TOKEN_CHALLENGE, ask).await;
        let challenge: api::TokenChallenge = serde_json::from_slice(&challenge.body).unwrap();
        let proof =
            api::TokenProof { challenge: challenge.challenge, server: challenge.server, vault, device };
        let signed = Signed::sign(diary_core::signed::Kind::Token, wire::encode(&proof), &thief);
        let body = serde_json::json!({ "proof": wire::to_base64url(&signed.to_bytes()) });
        let reply = server.post(api::TOKEN, serde_json::to_vec(&body).unwrap()).await;
        assert_eq!((reply.status, reply.problem().code), (403, ProblemCode::CertificateNeeded));
        replies.push(reply.body);
    }
    assert!(replies.iter().all(|body| *body == replies[0]));
}

/// One such grant in a log made a check of the whole export fail.
#[tokio::test]
async fn a_grant_that_is_not_for_the_devices_own_parcels_is_not_taken_into_the_log() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let (mut phone, other) = (keeper.phone("001").await, keeper.phone("002").await);
    let parcel = phone.next("hello");
    let mut push = phone.push(std::slice::from_ref(&parcel));
    let scope = |study: &str, vault, no, generation| GrantScope {
        study: study.parse().unwrap(),
        vault,
        incarnation: phone.incarnation,
        no,
        generation,
    };
    let study = keeper.keys.study.to_string();
    let make = |scope: &GrantScope, by: &SigningKey| {
        let to = [phone.sealing.public()];
        Grant::make(scope, &to, by, keeper.random()).unwrap().1.to_bytes()
    };
    let foreign = [
        make(&scope("NCT00000001", phone.vault, 2, 1), &phone.signing),
        make(&scope(&study, other.vault, 2, 1), &phone.signing),
        make(&scope(&study, phone.vault, 2, 1), &other.signing),
        make(&scope(&study, phone.vault, 0, 1), &phone.signing),
        make(&scope(&study, phone.vault, 2, 0), &phone.signing),
    ];
    push.grants.extend(foreign.into_iter().map(Into::into));
    let (results, _) = server.push(&push).await;
    assert_eq!(code(&results[0]), (PushStatus::Stored, None));
    let grants = async || {
        let (page, _) = server.page(&phone, None, "").await;
        page.records.iter().filter(|one| one.kind == LogKind::Grant).count()
    };
    assert_eq!(grants().await, 1, "its own");
    push.grants = vec![make(&scope(&study, phone.vault, 2, 1), &phone.signing).into()];
    server.push(&push).await;
    assert_eq!(grants().await, 2, "one that is well made is taken");
}

#[tokio::test]
async fn a_certificate_that_no_keeper_signed_admits_nobody() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let stranger = SigningKey::generate(keeper.random());
    let mut forged =
        diary_core::keys::Certificate::verify(&keeper.certificate(&phone), &keeper.bundle).unwrap();
    forged.by = stranger.id();
    phone.credential = Some(DeviceCredential::Certificate(forged.sign(&stranger)));
    let parcel = phone.next("hello");
    let (results, _) = server.push(&phone.push(&[parcel])).await;
    assert_eq!(code(&results[0]), (PushStatus::Retry, Some(RefusalCode::CertificateNeeded)));
}

#[tokio::test]
async fn a_pending_device_is_stored_and_merged_when_it_is_confirmed() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let vault = keeper.participant("001").await;
    let link = keeper.link(vault).await;
    let mut phone = Phone::new(&keeper, vault);
    phone.join(&link);
    let parcel = phone.next("hello");
    let (results, _) = server.push(&phone.push(std::slice::from_ref(&parcel))).await;
    assert_eq!(code(&results[0]), (PushStatus::Stored, None));
    assert!(results[0].flags.pending);
    assert_eq!(server.settle().await, 0);
    assert_eq!(server.record(vault).await.held_parcels.len(), 1);

    keeper.confirm(&phone).await;
    assert_eq!(server.settle().await, 1);
    assert_eq!(server.record(vault).await.plans.len(), 1);
    let (results, _) = server.push(&phone.push(&[parcel])).await;
    assert_eq!(results[0].status, PushStatus::Duplicate);
    assert!(!results[0].flags.pending);
}

#[tokio::test]
async fn a_device_that_was_turned_away_while_pending_is_told_so() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let vault = keeper.participant("001").await;
    let link = keeper.link(vault).await;
    let mut phone = Phone::new(&keeper, vault);
    phone.join(&link);
    let parcel = phone.next("hello");
    server.push(&phone.push(std::slice::from_ref(&parcel))).await;
    keeper.revoke(&phone).await;
    assert_eq!(server.settle().await, 1);
    assert_eq!(server.record(vault).await.quarantined[0].code, QuarantineCode::Revoked);
    let (results, _) = server.push(&phone.push(&[parcel])).await;
    assert_eq!(code(&results[0]), (PushStatus::Refused, Some(RefusalCode::JoinRefused)));
}

#[tokio::test]
async fn a_parcel_without_its_grant_waits_for_it_and_is_merged_when_it_comes() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcel = phone.next("hello");
    let mut push = phone.push(std::slice::from_ref(&parcel));
    push.grants.clear();
    let (results, _) = server.push(&push).await;
    assert_eq!(code(&results[0]), (PushStatus::Stored, None));
    assert!(results[0].flags.grant_needed);
    assert_eq!(server.settle().await, 0);
    assert!(server.record(phone.vault).await.held_parcels[0].grant_needed);

    let mut broken: Vec<u8> = phone.grant.to_bytes();
    *broken.last_mut().unwrap() ^= 1;
    push.grants = vec![broken.into(), vec![7].into()];
    let (results, _) = server.push(&push).await;
    assert!(results[0].flags.grant_needed, "a grant that does not hold is none");

    let (results, _) = server.push(&phone.push(&[parcel])).await;
    assert!(!results[0].flags.grant_needed);
    assert_eq!(server.settle().await, 1);
    assert_eq!(server.record(phone.vault).await.plans.len(), 1);
}

#[tokio::test]
async fn a_duplicate_gets_the_same_receipt_byte_for_byte_and_is_kept_once() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcel = phone.next("hello");
    let push = phone.push(&[parcel.clone(), parcel.clone()]);
    let (first, _) = server.push(&push).await;
    assert_eq!(
        first.iter().map(|r| r.status).collect::<Vec<_>>(),
        [PushStatus::Stored, PushStatus::Duplicate]
    );
    keeper.clock.advance(5_000);
    server.settle().await;
    let (again, head) = server.push(&push).await;
    for result in first.iter().chain(&again) {
        assert_eq!(receipt(result), receipt(&first[0]));
    }
    assert!(again.iter().all(|result| result.status == PushStatus::Duplicate));
    // Certificate, grant, parcel, STORED, MERGED: the second push has added nothing.
    assert_eq!(head.n, 5);
}

#[tokio::test]
async fn two_parcels_at_one_place_are_a_fork_and_both_are_kept_and_merged() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let one = phone.next("one");
    (phone.seq, phone.prev) = (0, diary_core::parcel::NO_PREVIOUS);
    let other = phone.next("other");
    let (results, _) = server.push(&phone.push(&[one])).await;
    assert!(!results[0].flags.fork);
    let (results, head) = server.push(&phone.push(std::slice::from_ref(&other))).await;
    assert_eq!(code(&results[0]), (PushStatus::Stored, None));
    assert!(results[0].flags.fork);
    assert_eq!(head.incarnation.unwrap().seq, 1);
    assert_eq!(server.settle().await, 2);
    assert_eq!(server.record(phone.vault).await.plans.len(), 2);
    let (results, _) = server.push(&phone.push(&[other])).await;
    assert_eq!(results[0].status, PushStatus::Duplicate);
    assert!(results[0].flags.fork);
}

#[tokio::test]
async fn a_parcel_whose_predecessor_is_missing_is_stored_with_a_gap_until_it_comes() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let (one, two, three) = (phone.next("1"), phone.next("2"), phone.next("3"));
    let (results, head) = server.push(&phone.push(&[one.clone(), three.clone()])).await;
    assert_eq!(results.iter().map(|r| r.flags.gap).collect::<Vec<_>>(), [false, true]);
    assert_eq!(head.incarnation.unwrap().seq, 1);
    assert_eq!(head.incarnation.unwrap().hash, one.core_hash());
    let (results, head) = server.push(&phone.push(&[two])).await;
    assert!(!results[0].flags.gap);
    assert_eq!((head.incarnation.unwrap().seq, head.incarnation.unwrap().hash), (3, three.core_hash()));
    assert_eq!(server.settle().await, 3);
}

#[tokio::test]
async fn what_comes_from_a_revoked_device_is_stored_in_quarantine() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let before = phone.next("before");
    server.push(&phone.push(&[before])).await;
    server.settle().await;
    keeper.revoke(&phone).await;
    let after = phone.next("after");
    let (results, _) = server.push(&phone.push(&[after])).await;
    assert_eq!(code(&results[0]), (PushStatus::Stored, None));
    assert!(results[0].flags.quarantined);
    server.settle().await;
    let record = server.record(phone.vault).await;
    assert_eq!(record.plans.len(), 1);
    assert_eq!(record.quarantined[0].code, QuarantineCode::Revoked);
}

#[tokio::test]
async fn a_revoked_phone_is_told_so_and_what_it_had_sent_before_is_not_put_aside() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let before = [phone.next("one"), phone.next("two, whose reply was lost")];
    let reply =
        PushReply::from_bytes(&server.post(api::PARCELS, phone.push(&before[..1]).to_bytes()).await.body);
    assert_eq!(reply.unwrap().revocation, None);
    let last = IncarnationEnd { incarnation: phone.incarnation, last_seq: 2, head: before[1].core_hash() };
    keeper.revoke_after(&phone, vec![last]).await;
    let parcels = [before[1].clone(), phone.next("after")];
    let reply = server.post(api::PARCELS, phone.push(&parcels).to_bytes()).await;
    let reply = PushReply::from_bytes(&reply.body).unwrap();
    let quarantined: Vec<bool> = reply.results.iter().map(|result| result.flags.quarantined).collect();
    assert_eq!(quarantined, [false, true]);
    let revocation = Revocation::peek(&reply.revocation.unwrap()).unwrap();
    assert_eq!((revocation.device, revocation.last), (phone.signing.id(), vec![last]));
}

#[tokio::test]
async fn a_parcel_that_cannot_be_merged_holds_no_other_back() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcels = [phone.next("one"), phone.seal(&[Item::Revision(vec![9; 9])]), phone.next("three")];
    server.push(&phone.push(&parcels)).await;
    // Signed by the phone, and sealed under a grant to a key that is not the site's.
    let stranger = diary_core::keys::SealingKey::generate(keeper.random());
    let (key, grant) =
        make_grant(&keeper, phone.vault, phone.incarnation, 2, &phone.signing, &[stranger.public()]);
    let note = phone.note("four");
    let input = SealInput { seq: 4, prev: phone.prev, items: &[note] };
    let sealed = seal(&input, &key, &phone.signing, keeper.random()).unwrap();
    let mut push = phone.push(&[sealed]);
    push.grants.push(grant.to_bytes().into());
    server.push(&push).await;
    assert_eq!(server.settle().await, 4);
    let record = server.record(phone.vault).await;
    assert_eq!(record.plans.iter().map(|plan| plan.source.seq).collect::<Vec<_>>(), [1, 3]);
    let codes: Vec<_> = record.quarantined.iter().map(|one| (one.seq, one.code)).collect();
    assert_eq!(codes, [(2, QuarantineCode::Undecodable), (4, QuarantineCode::Grant)]);
}

#[tokio::test]
async fn a_parcel_over_which_the_program_fails_is_set_aside_once_and_the_others_are_merged() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let fails = Item::Challenge(crate::merge::triage::FAILS);
    let note = phone.note("two");
    let parcels = [phone.next("one"), phone.seal(&[note, fails]), phone.next("three")];
    server.push(&phone.push(&parcels)).await;
    assert_eq!(server.settle().await, 3);
    assert_eq!(server.settle().await, 0, "it is not tried in every round");
    let record = server.record(phone.vault).await;
    assert_eq!(record.plans.iter().map(|plan| plan.source.seq).collect::<Vec<_>>(), [1, 3]);
    let codes: Vec<_> = record.quarantined.iter().map(|one| (one.seq, one.code)).collect();
    assert_eq!(codes, [(2, QuarantineCode::Failed)]);
}

#[tokio::test]
async fn a_counter_that_no_phone_reaches_is_set_aside_and_takes_neither_phone_nor_keeper_along() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    phone.counter = (1 << 63) - 2;
    let leaps = phone.next("near the end");
    phone.counter = 4;
    let parcels = [leaps, phone.next("two")];
    server.push(&phone.push(&parcels)).await;
    assert_eq!(server.settle().await, 2);
    let record = server.record(phone.vault).await;
    let codes: Vec<_> = record.quarantined.iter().map(|one| (one.seq, one.code)).collect();
    assert_eq!(codes, [(1, QuarantineCode::Counter)]);
    let state = keeper.store.keeper_state(phone.vault).await.unwrap();
    assert_eq!(state.last_counter.get(), 5);
}

#[tokio::test]
async fn a_recovery_secret_is_kept_once_and_a_false_one_is_never_believed_kept() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcel = phone.next("hello");
    let secret = RecoverySecret::generate(keeper.random());
    let site = keeper.keys.sealing(&keeper.keys.site, 1).unwrap();
    let make = |device: &SigningKey| {
        SealedRecoverySecret::make(&secret, phone.vault, device, &[site.public()], keeper.random()).unwrap()
    };
    let mut push = phone.push(&[parcel]);
    push.recovery = Some(make(&phone.signing));
    let (_, head) = server.push(&push).await;
    let (_, again) = server.push(&push).await;
    assert_eq!(head.n, again.n);
    let rows = keeper.store.devices(phone.vault).await.unwrap();
    assert_eq!((rows[0].state, &rows[0].recovery), (DeviceState::Confirmed, &push.recovery));

    push.recovery = Some(make(&SigningKey::generate(keeper.random())));
    let reply = server.post(api::PARCELS, push.to_bytes()).await;
    assert_eq!((reply.status, reply.problem().code), (400, ProblemCode::BadRequest));
}

#[tokio::test]
async fn pushes_of_many_phones_at_once_all_find_their_own_answers() {
    let keeper = Keeper::new().await;
    let server = std::sync::Arc::new(keeper.serve().await);
    let mut tasks = Vec::new();
    for n in 0..20 {
        let mut phone = keeper.phone(&format!("{n:03}")).await;
        let parcels: Vec<_> = (0..7).map(|n| phone.next(&n.to_string())).collect();
        let (server, push) = (std::sync::Arc::clone(&server), phone.push(&parcels));
        tasks.push(tokio::spawn(async move {
            let (results, head) = server.push(&push).await;
            for (result, parcel) in results.iter().zip(&parcels) {
                let body = Receipt::from_bytes(&receipt(result)).unwrap().peek().unwrap();
                assert_eq!(body.core_hash, parcel.core_hash());
            }
            assert_eq!(head.incarnation.unwrap().seq, 7);
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(server.settle().await, 140);
}

#[tokio::test]
async fn a_push_with_any_byte_changed_gets_a_coded_answer_and_spoils_nothing() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let vault = keeper.participant("001").await;
    let link = keeper.link(vault).await;
    let mut phone = Phone::new(&keeper, vault);
    phone.join(&link);
    let parcels = [phone.next("one"), phone.next("two")];
    let good = phone.push(&parcels);
    let bytes = good.to_bytes();
    for at in (0..bytes.len()).step_by(5) {
        let mut bad = bytes.clone();
        bad[at] ^= 1 << (at % 8);
        let reply = server.post(api::PARCELS, bad).await;
        assert!(reply.status == 200 || (400..500).contains(&reply.status), "byte {at}: {}", reply.status);
        if reply.status != 200 {
            assert_ne!(reply.problem().code, ProblemCode::Internal, "byte {at}");
        }
    }
    keeper.confirm(&phone).await;
    let (results, head) = server.push(&good).await;
    assert!(results.iter().all(|result| result.receipt.is_some() && !result.flags.fork));
    assert_eq!(head.incarnation.unwrap().hash, parcels[1].core_hash());
    server.settle().await;
    let record = server.record(vault).await;
    assert_eq!((record.plans.len(), record.quarantined.len(), record.held_parcels.len()), (2, 0, 0));
}
