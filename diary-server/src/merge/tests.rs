//! Each reason for quarantine, on parcels that a phone really sealed.

use diary_core::act::{Act, ActContent};
use diary_core::ids::ActId;
use diary_core::parcel::{Item, QuarantineCode, SealedParcel};
use diary_core::time::{DiaryDay, ReceivedAt};

use super::triage::{Triage, Triaged};
use crate::keys::GrantKeys;
use crate::testing::{Keeper, Phone, START};
use diary_store::{Allowance, DeviceState, GrantBytes, ParcelRef, Verdict, WaitingParcel};

fn waiting(phone: &Phone, parcel: &SealedParcel, n: u64) -> WaitingParcel {
    WaitingParcel {
        row: ParcelRef { incarnation: 1, seq: 1, fork: 0 },
        n,
        bytes: parcel.to_bytes(),
        grant: phone.key.hash(),
        author: phone.signing.id(),
        device_key: Some(phone.signing.verifying_key()),
        device_state: Some(DeviceState::Confirmed),
        revocation: None,
        merged_before: false,
        borrowed: false,
        accepted: false,
        allowance: Some(Allowance::default()),
        received: ReceivedAt(START),
    }
}

fn alone(signed: Vec<u8>) -> GrantBytes {
    GrantBytes { signed, rewraps: Vec::new() }
}

fn judged(keeper: &Keeper, parcel: &WaitingParcel, grant: &GrantBytes) -> Triaged {
    let grants = GrantKeys::default();
    let held = keeper.keys.all_sealing();
    let sealing: Vec<_> = held.iter().map(|(_, key)| &**key).collect();
    let judge = Triage { sealing: &sealing, bundle: &keeper.bundle, grants: &grants };
    judge.judge(parcel, grant)
}

fn code(judged: &Triaged) -> Option<QuarantineCode> {
    match judged.outcome.verdict {
        Verdict::Merged(_) => None,
        Verdict::Quarantined(code) => Some(code),
    }
}

#[tokio::test]
async fn a_good_parcel_is_merged_and_its_challenge_is_heard() {
    let keeper = Keeper::new().await;
    let mut phone = keeper.phone("P-1").await;
    let items = [Item::Challenge([9; 32]), phone.note("hello")];
    let parcel = phone.seal(&items);
    let good = judged(&keeper, &waiting(&phone, &parcel, 1), &alone(phone.grant.to_bytes()));
    assert_eq!((code(&good), good.challenges), (None, vec![[9; 32]]));
    assert!(good.outcome.opened.is_some());
}

#[tokio::test]
async fn what_cannot_be_merged_says_why_and_keeps_its_plaintext_where_it_opened() {
    let keeper = Keeper::new().await;
    let mut phone = keeper.phone("P-1").await;
    let other = keeper.phone("P-2").await;
    let grant = alone(phone.grant.to_bytes());
    let parcel = phone.next("hello");

    let foreign = judged(&keeper, &waiting(&phone, &parcel, 1), &alone(other.grant.to_bytes()));
    assert_eq!(code(&foreign), Some(QuarantineCode::Grant));
    let garbage = judged(&keeper, &waiting(&phone, &parcel, 1), &alone(vec![0; 9]));
    assert_eq!(code(&garbage), Some(QuarantineCode::Grant));

    let mut stolen = waiting(&phone, &parcel, 1);
    stolen.device_state = Some(DeviceState::Revoked(START));
    let stolen = judged(&keeper, &stolen, &grant);
    assert_eq!(code(&stolen), Some(QuarantineCode::Revoked));
    assert!(stolen.outcome.opened.is_some(), "the site can still read it and decide");

    let mut borrowed = waiting(&phone, &parcel, 1);
    borrowed.borrowed = true;
    assert_eq!(code(&judged(&keeper, &borrowed, &grant)), Some(QuarantineCode::NotAllowed));

    let unreadable = phone.seal(&[Item::Revision(vec![1, 2, 3])]);
    let unreadable = judged(&keeper, &waiting(&phone, &unreadable, 2), &grant);
    assert_eq!(code(&unreadable), Some(QuarantineCode::Undecodable));

    let act = Act {
        id: ActId::from_bytes([1; 16]),
        counter: 1u8.into(),
        by: "participant".to_owned(),
        at: START,
        reason: None,
        content: ActContent::Visit { date: DiaryDay::default(), kind: "scheduled".to_owned(), held: true },
        replaces: None,
    };
    let posing = phone.seal(&[Item::act(&act)]);
    let posing = judged(&keeper, &waiting(&phone, &posing, 3), &grant);
    assert_eq!(code(&posing), Some(QuarantineCode::NotAllowed), "a phone does not act as staff");
}

#[tokio::test]
async fn a_parcel_that_was_altered_after_it_was_checked_is_put_aside() {
    let keeper = Keeper::new().await;
    let mut phone = keeper.phone("001").await;
    let (parcel, grant) = (phone.next("hello"), alone(phone.grant.to_bytes()));
    parcel.clone().verify(&phone.signing.verifying_key()).unwrap();
    let whole = waiting(&phone, &parcel, 1);
    for at in 0..whole.bytes.len() {
        let mut altered = whole.clone();
        altered.bytes[at] ^= 1;
        let altered = judged(&keeper, &altered, &grant);
        assert_eq!(code(&altered), Some(QuarantineCode::Undecodable), "byte {at}");
        assert_eq!(code(&judged(&keeper, &whole, &grant)), None);
    }
}
