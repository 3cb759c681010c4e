//! Additions to version 1 after its first fixtures: one file each, beside those that never change. Each is a field that
//! earlier readers skip, or a format that they do not meet.

use std::collections::BTreeMap;

use diary_core::api::{
    AnswerFile, Cursor, Evidence, FeedHead, FeedPage, FeedRecord, HandedFile, HandedRecord, HandoverReply,
    HandoverRequest, Head, LogPage, PushReply, PushRequest,
};
use diary_core::ids::Hash;
use diary_core::keys::{Bundle, Revocation, root_fingerprint};
use diary_core::parcel::{LogKind, LogRecord, ParcelFile, sign_group};
use diary_core::signed::Signed;
use diary_core::study::StudyPackage;

use diary_core::parcel::log::CHAIN_START;

use crate::cast::{Cast, EPOCH, NONCE, NOW, VAULT};
use crate::files::{read, write};

/// Names of the files.
pub(crate) const FILES: [&str; 9] = [
    "answer.hex",
    "cursor.txt",
    "feed_page.hex",
    "file_with_more.hex",
    "feed_records.hex",
    "feed_records_reply.hex",
    "push_reply_of_a_revoked.hex",
    "push_request_with_evidence.hex",
    "study_package.hex",
];

fn golden(name: &str) -> Vec<u8> {
    read(name).1
}

fn signed(name: &str) -> Signed {
    Signed::from_bytes(&golden(name)).unwrap()
}

fn cursor() -> Cursor {
    Cursor { epoch: EPOCH, n: 5, chain: Hash::from_bytes([0xB5; 32]) }
}

fn file() -> ParcelFile {
    let file = ParcelFile::from_bytes(&golden("file.hex")).unwrap();
    let study = Some(Hash::from_bytes([0xB1; 32]));
    ParcelFile { recovery: Some(signed("recovery.hex")), cursor: Some(cursor()), study, ..file }
}

/// The page of all receipts, with a head that knows the bundle's version.
fn page(cast: &Cast) -> LogPage {
    let page = LogPage::from_bytes(&golden("receipts.hex")).unwrap();
    let (_, head) = Head::verify(&page.head, &cast.bundle(), VAULT, NONCE).unwrap();
    let nonce = AnswerFile::nonce(VAULT, cast.device.id());
    LogPage { head: Head { bundle: Some(7), nonce, ..head }.sign(&cast.keeper), ..page }
}

fn answer(cast: &Cast) -> AnswerFile {
    AnswerFile {
        vault: VAULT,
        device: cast.device.id(),
        bundle: signed("bundle.hex"),
        receipts: vec![golden("receipt.hex").into()],
        pages: vec![page(cast)],
        study: Some(package().encode().into()),
    }
}

fn request() -> PushRequest {
    let request = PushRequest::from_bytes(&golden("push_request.hex")).unwrap();
    let head = PushReply::from_bytes(&golden("push_reply.hex")).unwrap().head;
    let record = |n, kind, name: &str| LogRecord { n, kind, record: golden(name) };
    let records = vec![
        record(1, LogKind::Certificate, "certificate.hex"),
        record(2, LogKind::Revocation, "revocation.hex"),
        record(0, LogKind::Receipt, "receipt.hex"),
    ];
    let evidence = Evidence { head: Some(head), bundle: Some(signed("bundle.hex")), records };
    PushRequest { evidence: Some(evidence), ..request }
}

fn reply(cast: &Cast) -> PushReply {
    let reply = PushReply::from_bytes(&golden("push_reply.hex")).unwrap();
    let (_, head) = Head::verify(&reply.head, &cast.bundle(), VAULT, NONCE).unwrap();
    let head = Head { bundle: Some(7), ..head }.sign(&cast.keeper);
    PushReply { head, revocation: Some(signed("revocation.hex")), ..reply }
}

fn package() -> StudyPackage {
    let files = [("study.toml", "id = \"NCT06836973\"\n"), ("evening.json", "{}\n")];
    let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    StudyPackage::new(BTreeMap::from(files)).unwrap()
}

/// Page of records from a relay to its keeper.
fn feed(cast: &Cast) -> FeedPage {
    let record =
        |n, kind, name: &str| FeedRecord { n, vault: VAULT, kind, record: golden(name), received: NOW };
    let records = vec![record(1, LogKind::Grant, "grant.hex"), record(2, LogKind::Parcel, "parcel.hex")];
    let chain = records.iter().fold(CHAIN_START, |chain, record| record.chain_after(&chain));
    let (server, n) = (cast.relay.id(), 2);
    let head = FeedHead { server, epoch: EPOCH, n, chain, server_time: NOW, nonce: NONCE };
    FeedPage { after: 0, records, head: head.sign(&cast.relay) }
}

/// Records from a keeper to its relay.
fn handed() -> HandoverRequest {
    let record = |kind, name: &str| HandedRecord { vault: VAULT, kind, record: golden(name).into() };
    HandoverRequest {
        nonce: NONCE,
        bundle: Some(signed("bundle.hex")),
        files: vec![HandedFile { version: 3, bytes: package().encode().into() }],
        records: vec![
            record(LogKind::Certificate, "certificate.hex"),
            record(LogKind::Revocation, "revocation.hex"),
            record(LogKind::Receipt, "receipt.hex"),
        ],
        links: None,
    }
}

fn handed_reply(cast: &Cast) -> HandoverReply {
    HandoverReply { taken: 2, known: 1, refused: vec![2], head: feed(cast).head }
}

/// Writes those that are not there yet.
pub(crate) fn bless() {
    let cast = Cast::new();
    write("cursor.txt", "where a reader stands in a log", cursor().to_string().as_bytes());
    write("file_with_more.hex", "a parcel file with recovery secret, cursor and study", &file().to_bytes());
    write("answer.hex", "an answer to a parcel file", &answer(&cast).to_bytes());
    write(
        "push_request_with_evidence.hex",
        "a push that hands back what a server may have lost",
        &request().to_bytes(),
    );
    write("push_reply_of_a_revoked.hex", "an answer that tells of a revocation", &reply(&cast).to_bytes());
    write("feed_page.hex", "what a relay has for the keeper behind it", &feed(&cast).to_bytes());
    write("feed_records.hex", "what the keeper hands to its relay", &handed().to_bytes());
    write("feed_records_reply.hex", "the relay's answer", &handed_reply(&cast).to_bytes());
    write("study_package.hex", "a study's files in one", &package().encode());
}

#[test]
fn files_and_answers_carry_what_they_were_made_of() {
    let cast = Cast::new();
    assert_eq!(ParcelFile::from_bytes(&golden("file_with_more.hex")), Ok(file()));
    assert_eq!(file().to_bytes(), golden("file_with_more.hex"));
    let read = AnswerFile::from_bytes(&golden("answer.hex")).unwrap();
    assert_eq!((&read, read.to_bytes()), (&answer(&cast), golden("answer.hex")));
    let nonce = AnswerFile::nonce(VAULT, cast.device.id());
    let (_, head) = Head::verify(&read.pages[0].head, &cast.bundle(), VAULT, nonce).unwrap();
    assert_eq!(read.pages[0].follow(None, &head).map(|at| at.n), Ok(5));
    let pinned = root_fingerprint(&cast.root.verifying_key());
    assert_eq!(Bundle::verify(&read.bundle, &pinned), Ok(cast.bundle()));
}

#[test]
fn evidence_and_revocations_travel_with_pushes_and_replies() {
    let cast = Cast::new();
    assert_eq!(PushRequest::from_bytes(&golden("push_request_with_evidence.hex")), Ok(request()));
    assert_eq!(request().to_bytes(), golden("push_request_with_evidence.hex"));
    let read = PushReply::from_bytes(&golden("push_reply_of_a_revoked.hex")).unwrap();
    assert_eq!((&read, read.to_bytes()), (&reply(&cast), golden("push_reply_of_a_revoked.hex")));
    let revocation = Revocation::verify(read.revocation.as_ref().unwrap(), &cast.bundle());
    assert_eq!(revocation, Ok(cast.revocation()));
}

#[test]
fn cursors_and_study_packages_read_as_they_were_written() {
    let text = String::from_utf8(golden("cursor.txt")).unwrap();
    assert_eq!(text.parse(), Ok(cursor()));
    assert_eq!(cursor().to_string(), text);
    assert_eq!(StudyPackage::decode(&golden("study_package.hex")), Ok(package()));
    assert_eq!(package().encode(), golden("study_package.hex"));
}

#[test]
fn a_relay_and_the_keeper_behind_it_read_each_other() {
    let cast = Cast::new();
    let page = FeedPage::from_bytes(&golden("feed_page.hex")).unwrap();
    assert_eq!((&page, page.to_bytes()), (&feed(&cast), golden("feed_page.hex")));
    let head = FeedHead::verify(&page.head, &cast.bundle(), NONCE).unwrap();
    assert_eq!(page.follow(None, &head).unwrap().last().map(|at| at.n), Some(2));
    let request = HandoverRequest::from_bytes(&golden("feed_records.hex")).unwrap();
    assert_eq!((&request, request.to_bytes()), (&handed(), golden("feed_records.hex")));
    let reply = HandoverReply::from_bytes(&golden("feed_records_reply.hex")).unwrap();
    assert_eq!((&reply, reply.to_bytes()), (&handed_reply(&cast), golden("feed_records_reply.hex")));
}

/// One signature over a group is over any group: receipts of today are proven by the reader of the first fixtures.
#[test]
fn a_receipt_of_each_level_still_has_the_bytes_of_the_first_day() {
    let cast = Cast::new();
    let page = LogPage::from_bytes(&golden("receipts.hex")).unwrap();
    let today = sign_group(&cast.receipts(), &cast.keeper);
    let bytes: Vec<_> = today.iter().map(diary_core::parcel::Receipt::to_bytes).collect();
    assert_eq!(page.records.into_iter().map(|record| record.record).collect::<Vec<_>>(), bytes);
}
