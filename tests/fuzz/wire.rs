//! Input that is read before its author is known: requests, replies, files, signed documents.

use diary_core::api::{
    AnswerFile, FeedHead, FeedPage, HandoverReply, HandoverRequest, Head, Hello, LinkOffer, LinkOffers,
    LogPage, PushReply, PushRequest,
};
use diary_core::hash::sha256;
use diary_core::ids::EnrolmentId;
use diary_core::keys::{
    Bundle, Certificate, EnrolmentSecret, Revocation, SealedRecoverySecret, SignedJoinRequest,
    root_fingerprint,
};
use diary_core::parcel::{Grant, ParcelFile, Receipt, Rewrap, SealedParcel, open_grant};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use crate::cast::{Cast, NONCE, VAULT};
use crate::seeds::{golden, goldens, with_broken};
use crate::{Came, discreet, fuzz};

thread_local! {
    static CAST: Cast = Cast::new();
}

/// Header, core and frame of a parcel. One that decodes must encode to the same bytes, and is accepted only with its author's
/// signature.
fn read_parcel(bytes: &[u8]) -> Came {
    let Some(parcel) = discreet(SealedParcel::from_bytes(bytes)) else { return Came::Nowhere };
    assert_eq!(parcel.to_bytes(), bytes);
    discreet(parcel.peek_core());
    let key = CAST.with(|cast| cast.device.verifying_key());
    let (core, body) = (parcel.core_hash(), parcel.body_hash());
    let Some(verified) = discreet(parcel.verify(&key)) else { return Came::Read };
    assert_eq!((verified.core_hash(), verified.body_hash()), (core, body));
    assert!(verified.core().seq > 0);
    Came::Through
}
fuzz!(parcel, 4000, [18, 9], with_broken("parcel.hex"), read_parcel);

/// A push is read with its parcels.
fn read_push(bytes: &[u8]) -> Came {
    let mut came = Came::Nowhere;
    if let Some(request) = discreet(PushRequest::from_bytes(bytes)) {
        assert_eq!(PushRequest::from_bytes(&request.to_bytes()).as_ref(), Ok(&request));
        let parcels: Vec<Came> = request.parcels.iter().map(|parcel| read_parcel(parcel)).collect();
        came = Came::through(parcels.iter().all(|came| *came == Came::Through));
    }
    if let Some(reply) = discreet(PushReply::from_bytes(bytes)) {
        assert_eq!(PushReply::from_bytes(&reply.to_bytes()), Ok(reply));
        came = Came::Through;
    }
    came
}
fuzz!(
    push,
    4000,
    [4, 4],
    goldens(&[
        "push_request.hex",
        "push_reply.hex",
        "push_request_with_evidence.hex",
        "push_reply_of_a_revoked.hex"
    ]),
    read_push
);

fn read_receipt(bytes: &[u8]) -> Came {
    let Some(receipt) = discreet(Receipt::from_bytes(bytes)) else { return Came::Nowhere };
    assert_eq!(receipt.to_bytes(), bytes);
    discreet(receipt.peek());
    let said = CAST.with(|cast| discreet(receipt.verify(&cast.bundle())));
    let Some((_, body)) = said else { return Came::Read };
    // Only the keys of the cast can have signed it, so an accepted one is one of the fixtures' receipts.
    assert_eq!(body.vault, VAULT);
    Came::Through
}
fuzz!(receipt, 6000, [6, 1], with_broken("receipt.hex"), read_receipt);

fn read_page(bytes: &[u8]) -> Came {
    let Some(page) = discreet(LogPage::from_bytes(bytes)) else { return Came::Nowhere };
    assert_eq!(LogPage::from_bytes(&page.to_bytes()).as_ref(), Ok(&page));
    CAST.with(|cast| {
        if let Some((_, head)) = discreet(Head::verify(&page.head, &cast.bundle(), VAULT, NONCE))
            && let Ok(cursor) = page.follow(None, &head)
        {
            assert!(cursor.n <= head.n);
            return Came::Through;
        }
        Came::Read
    })
}
fuzz!(log_page, 4000, [2, 1], goldens(&["receipts.hex", "log_page.hex"]), read_page);

/// A parcel file, whole or not, and the answer to one.
fn read_carried(bytes: &[u8]) -> Came {
    let mut came = Came::Nowhere;
    if let Some(file) = discreet(ParcelFile::from_bytes(bytes)) {
        assert_eq!(ParcelFile::from_bytes(&file.to_bytes()).as_ref(), Ok(&file));
        came = Came::Through;
    }
    if let Some(found) = ParcelFile::salvage(bytes) {
        let size: usize = found.parcels.iter().chain(&found.grants).map(|part| part.len()).sum();
        assert!(size <= bytes.len(), "nothing is found twice");
        for parcel in &found.parcels {
            assert!(SealedParcel::from_bytes(parcel).is_ok());
        }
        came = came.max(Came::Read);
    }
    if let Some(answer) = discreet(AnswerFile::from_bytes(bytes)) {
        assert_eq!(AnswerFile::from_bytes(&answer.to_bytes()), Ok(answer));
        came = Came::Through;
    }
    came
}
fuzz!(hand_over_file, 2000, [3, 3], goldens(&["file.hex", "file_with_more.hex", "answer.hex"]), read_carried);

/// Requests and replies between a relay and its keeper.
fn read_between(bytes: &[u8]) -> Came {
    let mut came = Came::Nowhere;
    if let Some(handed) = discreet(HandoverRequest::from_bytes(bytes)) {
        assert_eq!(HandoverRequest::from_bytes(&handed.to_bytes()), Ok(handed));
        came = Came::Through;
    }
    if let Some(reply) = discreet(HandoverReply::from_bytes(bytes)) {
        assert_eq!(HandoverReply::from_bytes(&reply.to_bytes()), Ok(reply));
        came = Came::Through;
    }
    let Some(page) = discreet(FeedPage::from_bytes(bytes)) else { return came };
    assert_eq!(FeedPage::from_bytes(&page.to_bytes()).as_ref(), Ok(&page));
    CAST.with(|cast| {
        if let Some(head) = discreet(FeedHead::verify(&page.head, &cast.bundle(), NONCE))
            && let Ok(steps) = page.follow(None, &head)
        {
            assert!(steps.last().is_some_and(|cursor| cursor.n <= head.n));
            return Came::Through;
        }
        came.max(Came::Read)
    })
}

fn handed_with_links() -> Vec<u8> {
    let handed = HandoverRequest::from_bytes(&golden("feed_records.hex")).unwrap();
    let check = EnrolmentSecret::from_bytes(&[7; 16]).check();
    let link = |n| LinkOffer::new(EnrolmentId::from_bytes([n; 16]), VAULT, UtcMillis(9), &check);
    HandoverRequest { links: Some(LinkOffers { links: (1..4).map(link).collect() }), ..handed }.to_bytes()
}

fuzz!(
    between_servers,
    1500,
    [4, 4],
    [vec![handed_with_links()], goldens(&["feed_page.hex", "feed_records.hex", "feed_records_reply.hex"])]
        .concat(),
    read_between
);

/// Signed documents: only those that the cast signed are accepted, and an accepted one is unchanged.
fn read_signed(bytes: &[u8]) -> Came {
    if let Some(join) = discreet(SignedJoinRequest::from_bytes(bytes)) {
        assert_eq!(join.to_bytes(), bytes);
        return Came::through(discreet(join.verify()).is_some());
    }
    let Some(signed) = discreet(Signed::from_bytes(bytes)) else { return Came::Nowhere };
    assert_eq!(signed.to_bytes(), bytes);
    assert_eq!(signed.hash(), sha256(signed.unverified()));
    discreet(Grant::peek(&signed));
    discreet(Certificate::peek(&signed));
    discreet(SealedRecoverySecret::peek(&signed));
    CAST.with(|cast| {
        let (bundle, device) = (cast.bundle(), cast.device.verifying_key());
        let pinned = root_fingerprint(&cast.root.verifying_key());
        let read = discreet(Bundle::verify(&signed, &pinned));
        assert!(read.as_ref().is_none_or(|read| *read == bundle));
        let believed = [
            read.is_some(),
            discreet(Certificate::verify(&signed, &bundle)).is_some(),
            discreet(Revocation::verify(&signed, &bundle)).is_some(),
            discreet(Rewrap::verify(&signed, &bundle)).is_some(),
            discreet(Hello::verify(&signed, &pinned, NONCE)).is_some(),
            discreet(Head::verify(&signed, &bundle, VAULT, NONCE)).is_some(),
            discreet(SealedRecoverySecret::verify(&signed, &device)).is_some(),
            discreet(open_grant(&signed, &device, &cast.site)).is_some(),
        ];
        Came::through(believed.contains(&true))
    })
}
fuzz!(
    signed,
    1500,
    [16, 9],
    [
        with_broken("bundle.hex"),
        with_broken("certificate.hex"),
        with_broken("grant.hex"),
        with_broken("rewrap.hex"),
        vec![
            golden("revocation.hex"),
            golden("join_request.hex"),
            golden("recovery.hex"),
            golden("hello.hex")
        ],
    ]
    .concat(),
    read_signed
);
