//! An earlier client and server: the decoders as they were when version 1 began, with the fields they knew and no
//! others. They must be able to read the output of this version, and this version must skip fields that a later version
//! adds, and keep their bytes.

use diary_core::api::{
    AnswerFile, Head, Hello, IncarnationHead, Limits, LogPage, ParcelResult, PushReply, PushRequest,
};
use diary_core::ids::{Epoch, Hash, Incarnation, KeyId, Nonce, VaultId};
use diary_core::keys::{Bundle, Certificate, Revocation, SealedRecoverySecret, root_fingerprint};
use diary_core::parcel::{
    DeviceCredential, LogRecord, ParcelContent, ParcelFile, SealedParcel, Statement, open, open_grant,
};
use diary_core::signed::{Kind, Signed};
use diary_core::time::UtcMillis;
use diary_core::wire;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::by_hand::{self, ByHand};
use crate::cast::{Cast, INCARNATION, NONCE, VAULT};
use crate::files::read;
use crate::golden;

#[derive(Decode)]
#[cbor(map)]
struct FirstPushRequest {
    #[n(0)]
    nonce: Nonce,
    #[n(1)]
    vault: VaultId,
    #[n(2)]
    incarnation: Incarnation,
    #[n(3)]
    credential: Option<DeviceCredential>,
    #[n(4)]
    grants: Vec<ByteVec>,
    #[n(5)]
    parcels: Vec<ByteVec>,
    #[n(6)]
    recovery: Option<Signed>,
}

#[derive(Decode)]
#[cbor(map)]
struct FirstPushReply {
    #[n(0)]
    results: Vec<ParcelResult>,
    #[n(1)]
    head: Signed,
}

#[derive(Decode)]
#[cbor(map)]
struct FirstHead {
    #[n(0)]
    server: KeyId,
    #[n(1)]
    epoch: Epoch,
    #[n(2)]
    vault: VaultId,
    #[n(3)]
    incarnation: Option<IncarnationHead>,
    #[n(4)]
    n: u64,
    #[n(5)]
    chain: Hash,
    #[n(6)]
    server_time: UtcMillis,
    #[n(7)]
    nonce: Nonce,
}

#[derive(Decode)]
#[cbor(map)]
struct FirstLogPage {
    #[n(0)]
    after: u64,
    #[n(1)]
    records: Vec<LogRecord>,
    #[n(2)]
    head: Signed,
}

#[derive(Decode)]
#[cbor(map)]
struct FirstHello {
    #[n(0)]
    server: KeyId,
    #[n(3)]
    limits: Limits,
    #[n(4)]
    bundle: Signed,
    #[n(5)]
    minimum_client: String,
    #[n(6)]
    nonce: Nonce,
}

#[derive(Decode)]
#[cbor(map)]
struct FirstParcelFile {
    #[n(0)]
    credential: Option<DeviceCredential>,
    #[n(1)]
    grants: Vec<ByteVec>,
    #[n(2)]
    parcels: Vec<ByteVec>,
}

fn first<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> T {
    minicbor::decode(bytes).unwrap()
}

#[test]
fn an_earlier_server_reads_the_pushes_and_files_of_this_version() {
    for name in ["push_request.hex", "push_request_with_evidence.hex"] {
        let bytes = read(name).1;
        let (today, old) = (PushRequest::from_bytes(&bytes).unwrap(), first::<FirstPushRequest>(&bytes));
        assert_eq!((old.nonce, old.vault, old.incarnation), (today.nonce, today.vault, today.incarnation));
        assert_eq!((old.credential, old.grants), (today.credential, today.grants));
        assert_eq!((old.parcels, old.recovery), (today.parcels, today.recovery));
    }
    for name in ["file.hex", "file_with_more.hex"] {
        let bytes = read(name).1;
        let (today, old) = (ParcelFile::from_bytes(&bytes).unwrap(), first::<FirstParcelFile>(&bytes));
        assert_eq!(
            (old.credential, old.grants, old.parcels),
            (today.credential, today.grants, today.parcels)
        );
    }
}

#[test]
fn an_earlier_phone_reads_the_replies_pages_and_greetings_of_this_version() {
    let same_head = |signed: &Signed| {
        let old: FirstHead = first(signed.unverified());
        let today: Head = wire::decode("head", signed.unverified(), 2000).unwrap();
        assert_eq!((old.server, old.epoch, old.vault), (today.server, today.epoch, today.vault));
        assert_eq!((old.incarnation, old.n, old.chain), (today.incarnation, today.n, today.chain));
        assert_eq!((old.server_time, old.nonce), (today.server_time, today.nonce));
    };
    for name in ["push_reply.hex", "push_reply_of_a_revoked.hex"] {
        let bytes = read(name).1;
        let (today, old) = (PushReply::from_bytes(&bytes).unwrap(), first::<FirstPushReply>(&bytes));
        assert_eq!(old.results, today.results);
        same_head(&old.head);
    }
    let pages = AnswerFile::from_bytes(&read("answer.hex").1).unwrap().pages;
    for bytes in [read("log_page.hex").1, read("receipts.hex").1, pages[0].to_bytes()] {
        let (today, old) = (LogPage::from_bytes(&bytes).unwrap(), first::<FirstLogPage>(&bytes));
        assert_eq!((old.after, old.records), (today.after, today.records));
        same_head(&old.head);
    }
    let signed = Signed::from_bytes(&read("hello.hex").1).unwrap();
    let today: Hello = wire::decode("hello", signed.unverified(), 100_000).unwrap();
    let old: FirstHello = first(signed.unverified());
    assert_eq!((old.server, old.limits, old.bundle), (today.server, today.limits, today.bundle));
    assert_eq!((old.minimum_client, old.nonce), (today.minimum_client, today.nonce));
}

/// A map with one more field, which no version knows.
fn with_more(map: &[u8]) -> Vec<u8> {
    let (head, fields) = map.split_first().unwrap();
    assert!((0xa0..0xb7).contains(head), "a map of few fields");
    [&[head + 1], fields, &[0x18, 0x63, 0x82, 0x01, 0x61, b'x']].concat()
}

fn passed_over<T>(what: &'static str, bytes: &[u8])
where
    T: for<'b> Decode<'b, ()> + Encode<()> + PartialEq + std::fmt::Debug,
{
    let today: T = wire::decode(what, bytes, 1 << 20).unwrap();
    let later: T = wire::decode(what, &with_more(bytes), 1 << 20).unwrap();
    assert_eq!(later, today, "{what}");
}

#[test]
fn fields_of_a_later_version_are_passed_over_in_messages() {
    passed_over::<PushRequest>("push request", &read("push_request.hex").1);
    passed_over::<PushReply>("push reply", &read("push_reply.hex").1);
    passed_over::<LogPage>("log page", &read("log_page.hex").1);
    passed_over::<ParcelFile>("parcel file", &read("file.hex").1);
    passed_over::<AnswerFile>("answer", &read("answer.hex").1);
    passed_over::<Statement>("statement", &read("statement.hex").1);
}

#[test]
fn fields_of_a_later_version_are_passed_over_in_what_is_signed_and_its_bytes_are_kept() {
    let cast = Cast::new();
    let (bundle, pinned) = (cast.bundle(), root_fingerprint(&cast.root.verifying_key()));
    let again = |name: &str, kind, key: &diary_core::keys::SigningKey| {
        let bytes = with_more(Signed::from_bytes(&read(name).1).unwrap().unverified());
        let signed = Signed::sign(kind, bytes.clone(), key);
        assert_eq!(Signed::from_bytes(&signed.to_bytes()).unwrap().unverified(), bytes, "kept as they came");
        signed
    };
    assert_eq!(Bundle::verify(&again("bundle.hex", Kind::Bundle, &cast.root), &pinned), Ok(cast.bundle()));
    let certificate =
        Certificate::verify(&again("certificate.hex", Kind::Certificate, &cast.keeper), &bundle).unwrap();
    assert_eq!(certificate, cast.certificate(certificate.participant.clone()));
    let revocation = Revocation::verify(&again("revocation.hex", Kind::Revocation, &cast.keeper), &bundle);
    assert_eq!(revocation, Ok(cast.revocation()));
    let hello = Hello::verify(&again("hello.hex", Kind::Hello, &cast.keeper), &pinned, NONCE);
    assert!(hello.is_ok());
    let recovery = again("recovery.hex", Kind::RecoverySecret, &cast.device);
    assert!(SealedRecoverySecret::verify(&recovery, &cast.device.verifying_key()).is_ok());
    let reply = PushReply::from_bytes(&read("push_reply.hex").1).unwrap();
    let head = Signed::sign(Kind::Head, with_more(reply.head.unverified()), &cast.keeper);
    assert!(Head::verify(&head, &bundle, VAULT, NONCE).is_ok());
}

/// Lesson 31: a later version strands nothing. A new field inside a parcel is passed over; a new item, or a new schema,
/// puts the parcel aside for an upgrade (`invalid/parcel_with_an_unknown_item.hex`) and refuses nothing.
#[test]
fn a_parcel_of_a_later_version_with_more_fields_opens_and_keeps_its_plaintext() {
    let cast = Cast::new();
    let (grant, key) = golden::grant(&cast);
    let plain = with_more(&by_hand::plain(1, VAULT, cast.device.id(), INCARNATION, 1, &by_hand::item(3)));
    let parcel = ByHand {
        suite: 1,
        author: cast.device.id(),
        seq: 1,
        prev: diary_core::parcel::NO_PREVIOUS,
        grant: grant.hash(),
        grant_secret: *key.secret(),
        author_seed: *cast.device.seed(),
        plain: plain.clone(),
        bucket_is_off_by: 0,
        commit_to: None,
    };
    let sealed = SealedParcel::from_bytes(&parcel.seal()).unwrap();
    let verified = sealed.verify(&cast.device.verifying_key()).unwrap();
    let again = open_grant(
        &Signed::from_bytes(&read("grant.hex").1).unwrap(),
        &cast.device.verifying_key(),
        &cast.site,
    );
    let opened = open(&verified, &again.unwrap()).unwrap();
    assert_eq!(*opened.plain, plain, "kept as it came");
    assert_eq!(opened.content.items.len(), 1);
    assert_eq!(ParcelContent::decode(&plain).as_ref(), Ok(&opened.content));
}
