//! One file for each format of version 1: read, verified, compared with the value it was made of, and written again to
//! the same bytes.

use std::collections::BTreeSet;

use diary_core::act::Act;
use diary_core::api::{Head, Hello, IncarnationHead, Limits, LogPage, ParcelResult, PushFlags, PushReply};
use diary_core::api::{PushRequest, PushStatus};
use diary_core::entropy::SeededEntropy;
use diary_core::entry::EncodedRevision;
use diary_core::ids::Hash;
use diary_core::keys::{
    Bundle, Certificate, EnrolmentLink, RecoverySecret, Revocation, SealedRecoverySecret, ServerRole,
    SignedJoinRequest, root_fingerprint, short_auth_string,
};
use diary_core::parcel::log::CHAIN_START;
use diary_core::parcel::{
    DeviceCredential, Grant, GrantKey, Item, LogKind, LogRecord, NO_PREVIOUS, ParcelFile, Receipt, Rewrap,
    SealInput, SealedParcel, Statement, VerifiedGrant, follow, open, open_grant, seal, sign_group,
};
use diary_core::signed::Signed;
use diary_core::wire;

use crate::cast::{self, Cast, EPOCH, NONCE, NOW, PARTICIPANT, VAULT};
use crate::files::{names, read, write};

const FILES: [&str; 20] = [
    "bundle.hex",
    "certificate.hex",
    "file.hex",
    "grant.hex",
    "hello.hex",
    "join_request.hex",
    "keys.txt",
    "link.txt",
    "log_page.hex",
    "parcel.hex",
    "push_reply.hex",
    "push_request.hex",
    "receipt.hex",
    "receipts.hex",
    "recovery.hex",
    "recovery.txt",
    "revocation.hex",
    "rewrap.hex",
    "six_digits.txt",
    "statement.hex",
];

/// Writes the files anew.
pub(crate) fn bless() {
    let cast = Cast::new();
    let entropy = SeededEntropy::new(1);
    let recipients = [cast.site.public(), cast.recovery.public()];
    let binding =
        Certificate::seal_participant(PARTICIPANT, VAULT, cast.device.id(), &recipients, &entropy).unwrap();
    let certificate = cast.certificate(binding).sign(&cast.keeper);
    let (key, grant) = Grant::make(&cast::grant_scope(), &recipients, &cast.device, &entropy).unwrap();
    let input = SealInput { seq: 1, prev: NO_PREVIOUS, items: &cast::items() };
    let parcel = seal(&input, &key, &cast.device, &entropy).unwrap().to_bytes();
    let join = cast.join_request().sign(&cast.device, &cast::enrolment_secret());
    let bundle = cast.bundle().sign(&cast.root);
    let rewrap = Rewrap::make(&key, cast.phone.public(), &cast.keeper, &entropy).unwrap();
    let recovery =
        SealedRecoverySecret::make(&cast::recovery_secret(), VAULT, &cast.device, &recipients, &entropy)
            .unwrap();
    write(
        "keys.txt",
        "whose key, what it does, the private key, its id; and two secrets",
        cast.keys_text().as_bytes(),
    );
    write("bundle.hex", "a bundle, signed by the root", &bundle.to_bytes());
    write("certificate.hex", "the device's certificate, by the keeper", &certificate.to_bytes());
    write(
        "revocation.hex",
        "the device's revocation, by the keeper",
        &cast.revocation().sign(&cast.keeper).to_bytes(),
    );
    write("join_request.hex", "the device's join request", &join.to_bytes());
    write("grant.hex", "a grant of the device, to site and recovery key", &grant.to_bytes());
    write("rewrap.hex", "that grant for the phone, by the keeper", &rewrap.to_bytes());
    write("parcel.hex", "a parcel under that grant, with an item of each kind", &parcel);
    write("statement.hex", "a statement", &wire::encode(&cast::statement()));
    write("recovery.hex", "the device's recovery secret, to site and recovery key", &recovery.to_bytes());
    write("recovery.txt", "the recovery secret as it is shown", cast::recovery_secret().to_text().as_bytes());
    write("link.txt", "an enrolment link", cast.link().to_text().as_bytes());
    write("six_digits.txt", "what both screens show", digits(&cast).as_bytes());
    bless_replies(&cast, &certificate, &grant, &parcel, &recovery);
    write("hello.hex", "the keeper's greeting", &hello(&cast, bundle).sign(&cast.keeper).to_bytes());
    let credential = Some(DeviceCredential::Join(join));
    let (grants, parcels) = (vec![grant.to_bytes().into()], vec![parcel.into()]);
    let file = ParcelFile { credential, grants, parcels, ..ParcelFile::default() };
    write("file.hex", "a parcel file of a device that is not yet confirmed", &file.to_bytes());
}

fn bless_replies(cast: &Cast, certificate: &Signed, grant: &Signed, parcel: &[u8], recovery: &Signed) {
    let receipts = sign_group(&cast.receipts(), &cast.keeper);
    let group =
        LogPage { after: 0, records: records(&receipts), head: head(cast, &receipts).sign(&cast.keeper) };
    write("receipts.hex", "a log page with one receipt of each level, signed as a group", &group.to_bytes());
    write("receipt.hex", "the second of them: MERGED", &receipts[1].to_bytes());
    let page = LogPage { after: 2, records: records(&receipts)[2..].to_vec(), ..group };
    write("log_page.hex", "the log from the third record on", &page.to_bytes());
    let request = PushRequest {
        nonce: NONCE,
        vault: VAULT,
        incarnation: cast::INCARNATION,
        credential: Some(DeviceCredential::Certificate(certificate.clone())),
        grants: vec![grant.to_bytes().into()],
        parcels: vec![parcel.to_vec().into()],
        recovery: Some(recovery.clone()),
        evidence: None,
        asked: None,
    };
    write("push_request.hex", "grant, parcel and recovery secret, pushed", &request.to_bytes());
    let reply = PushReply {
        results: vec![result(&receipts[0])],
        head: head(cast, &receipts).sign(&cast.keeper),
        revocation: None,
    };
    write("push_reply.hex", "the answer", &reply.to_bytes());
}

fn digits(cast: &Cast) -> String {
    let root = root_fingerprint(&cast.root.verifying_key());
    short_auth_string(&cast::enrolment_secret(), &cast.device.verifying_key(), cast.phone.public(), &root)
        .to_string()
}

fn hello(cast: &Cast, bundle: Signed) -> Hello {
    Hello {
        server: cast.keeper.id(),
        epoch: EPOCH,
        server_time: NOW,
        limits: Limits::V1,
        bundle,
        minimum_client: "0.1.0".to_owned(),
        nonce: NONCE,
    }
}

fn records(receipts: &[Receipt]) -> Vec<LogRecord> {
    let record =
        |(receipt, n): (&Receipt, u64)| LogRecord { n, kind: LogKind::Receipt, record: receipt.to_bytes() };
    receipts.iter().zip(1..).map(record).collect()
}

fn head(cast: &Cast, receipts: &[Receipt]) -> Head {
    let records = records(receipts);
    Head {
        server: cast.keeper.id(),
        epoch: EPOCH,
        vault: VAULT,
        incarnation: Some(IncarnationHead {
            incarnation: cast::INCARNATION,
            seq: 1,
            hash: Hash::from_bytes([0xB3; 32]),
        }),
        n: records.len() as u64,
        chain: follow(0, &CHAIN_START, &records).unwrap(),
        server_time: NOW,
        nonce: NONCE,
        bundle: None,
        bundle_hash: None,
    }
}

fn result(receipt: &Receipt) -> ParcelResult {
    ParcelResult {
        status: PushStatus::Stored,
        code: None,
        flags: PushFlags { pending: true, grant_needed: true, ..PushFlags::default() },
        receipt: Some(receipt.to_bytes().into()),
    }
}

fn signed(name: &str) -> Signed {
    let bytes = read(name).1;
    let signed = Signed::from_bytes(&bytes).unwrap();
    assert_eq!(signed.to_bytes(), bytes, "{name} is written as it was read");
    signed
}

/// The grant of `grant.hex`, opened with the site's key.
pub(crate) fn grant(cast: &Cast) -> (VerifiedGrant, GrantKey) {
    let signed = signed("grant.hex");
    let author = cast.device.verifying_key();
    (Grant::verify(&signed, &author).unwrap(), open_grant(&signed, &author, &cast.site).unwrap())
}

#[test]
fn every_format_has_its_file_and_every_file_its_test() {
    let tested = FILES.into_iter().chain(crate::additions::FILES).map(str::to_owned);
    assert_eq!(names(""), tested.collect::<BTreeSet<_>>());
    assert_eq!(read("keys.txt").1, Cast::new().keys_text().into_bytes());
}

#[test]
fn the_bundle_is_what_its_root_signed() {
    let cast = Cast::new();
    let signed = signed("bundle.hex");
    let bundle = Bundle::verify(&signed, &root_fingerprint(&cast.root.verifying_key())).unwrap();
    assert_eq!(bundle, cast.bundle());
    assert_eq!(wire::encode(&bundle), signed.unverified());
}

#[test]
fn certificate_and_revocation_are_what_the_keeper_signed() {
    let cast = Cast::new();
    let of_admission = signed("certificate.hex");
    let certificate = Certificate::verify(&of_admission, &cast.bundle()).unwrap();
    assert_eq!(certificate, cast.certificate(certificate.participant.clone()));
    assert_eq!(wire::encode(&certificate), of_admission.unverified());
    for key in [&cast.site, &cast.recovery] {
        assert_eq!(certificate.open_participant(key).unwrap().as_str(), PARTICIPANT);
    }
    let of_end = signed("revocation.hex");
    let revocation = Revocation::verify(&of_end, &cast.bundle()).unwrap();
    assert_eq!(revocation, cast.revocation());
    assert_eq!(wire::encode(&revocation), of_end.unverified());
}

#[test]
fn link_join_request_and_six_digits_belong_together() {
    let cast = Cast::new();
    let text = String::from_utf8(read("link.txt").1).unwrap();
    let link: EnrolmentLink = text.parse().unwrap();
    assert_eq!(link, cast.link());
    assert_eq!(link.to_text().as_str(), text);
    let bytes = read("join_request.hex").1;
    let join = SignedJoinRequest::from_bytes(&bytes).unwrap();
    assert_eq!(join.to_bytes(), bytes);
    assert_eq!(join.check_secret(&link.secret), Ok(()));
    let request = join.verify().unwrap();
    assert_eq!(request, cast.join_request());
    assert_eq!(wire::encode(&request), join.signed.unverified());
    let shown = short_auth_string(&link.secret, &request.signing, &request.sealing, &link.root).to_string();
    assert_eq!(shown.as_bytes(), read("six_digits.txt").1);
}

#[test]
fn the_grant_opens_for_site_and_recovery_key_and_by_the_rewrap_for_the_phone() {
    let cast = Cast::new();
    let (grant, key) = grant(&cast);
    let scope = cast::grant_scope();
    let header = grant.header();
    assert_eq!((&header.study, header.vault, header.incarnation), (&scope.study, VAULT, scope.incarnation));
    assert_eq!((header.suite, header.no, header.generation), (1, scope.no, scope.generation));
    assert_eq!(grant.open(&cast.recovery).unwrap().secret(), key.secret());
    let rewrap = Rewrap::verify(&signed("rewrap.hex"), &cast.bundle()).unwrap();
    assert_eq!(rewrap.open(&grant, &cast.phone).unwrap().secret(), key.secret());
}

#[test]
fn the_parcel_opens_to_the_items_it_was_made_of() {
    let cast = Cast::new();
    let bytes = read("parcel.hex").1;
    let sealed = SealedParcel::from_bytes(&bytes).unwrap();
    assert_eq!(sealed.to_bytes(), bytes);
    let parcel = sealed.verify(&cast.device.verifying_key()).unwrap();
    let opened = open(&parcel, &grant(&cast).1).unwrap();
    assert_eq!(opened.content.items, cast::items());
    assert_eq!(wire::encode(&opened.content), *opened.plain);
    let [Item::Revision(first), Item::Revision(second), Item::Act(act), ..] = opened.content.items.as_slice()
    else {
        panic!("two revisions and an act come first");
    };
    assert_eq!(EncodedRevision::decode(first).unwrap(), cast::assessment());
    assert_eq!(EncodedRevision::decode(second).unwrap(), cast::dose());
    assert_eq!(wire::decode::<Act>("act", act, 10_000).unwrap(), cast::act());
}

#[test]
fn the_statement_says_what_it_was_made_of() {
    let bytes = read("statement.hex").1;
    assert_eq!(wire::decode::<Statement>("statement", &bytes, 1000).unwrap(), cast::statement());
    assert_eq!(wire::encode(&cast::statement()), bytes);
}

#[test]
fn receipts_are_proven_alone_and_as_a_log() {
    let cast = Cast::new();
    let page = LogPage::from_bytes(&read("receipts.hex").1).unwrap();
    let (role, head) = Head::verify(&page.head, &cast.bundle(), VAULT, NONCE).unwrap();
    assert_eq!(role, ServerRole::Keeper);
    let whole = page.follow(None, &head).unwrap();
    let expected = cast.receipts();
    assert_eq!(page.records.len(), expected.len());
    for (record, body) in page.records.iter().zip(expected) {
        let receipt = Receipt::from_bytes(&record.record).unwrap();
        assert_eq!(receipt.to_bytes(), record.record);
        assert_eq!(receipt.verify(&cast.bundle()), Ok((ServerRole::Keeper, body)));
    }
    assert_eq!(page.records[1].record, read("receipt.hex").1);
    let rest = LogPage::from_bytes(&read("log_page.hex").1).unwrap();
    let third = LogPage { records: page.records[..2].to_vec(), ..page }.follow(None, &head).unwrap();
    assert_eq!(rest.follow(Some(&third), &head), Ok(whole));
}

#[test]
fn the_recovery_secret_comes_back_from_its_text_and_from_its_record() {
    let cast = Cast::new();
    let text = String::from_utf8(read("recovery.txt").1).unwrap();
    assert_eq!(RecoverySecret::parse(&text), Ok(cast::recovery_secret()));
    let record = SealedRecoverySecret::verify(&signed("recovery.hex"), &cast.device.verifying_key()).unwrap();
    for key in [&cast.site, &cast.recovery] {
        assert_eq!(record.open(key), Ok(cast::recovery_secret()));
    }
}

#[test]
fn the_conversation_reads_as_it_was_written() {
    let cast = Cast::new();
    let pinned = root_fingerprint(&cast.root.verifying_key());
    let (greeting, bundle) = Hello::verify(&signed("hello.hex"), &pinned, NONCE).unwrap();
    assert_eq!((greeting, bundle), (hello(&cast, signed("bundle.hex")), cast.bundle()));
    let request = PushRequest::from_bytes(&read("push_request.hex").1).unwrap();
    assert_eq!(request.to_bytes(), read("push_request.hex").1);
    assert_eq!(request.credential, Some(DeviceCredential::Certificate(signed("certificate.hex"))));
    assert_eq!(request.parcels[0].as_slice(), read("parcel.hex").1);
    assert_eq!(request.recovery, Some(signed("recovery.hex")));
    let reply = PushReply::from_bytes(&read("push_reply.hex").1).unwrap();
    assert_eq!(reply.to_bytes(), read("push_reply.hex").1);
    let first = sign_group(&cast.receipts(), &cast.keeper).remove(0);
    assert_eq!(reply.results, [result(&first)]);
    let file = ParcelFile::from_bytes(&read("file.hex").1).unwrap();
    assert_eq!(file.to_bytes(), read("file.hex").1);
    assert_eq!((file.grants, file.parcels), (request.grants, request.parcels));
}
