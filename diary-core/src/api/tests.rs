//! Bodies in their encodings, and signed replies that must be refused.

use minicbor::bytes::ByteVec;
use proptest::prelude::*;

use super::*;
use crate::entropy::SeededEntropy;
use crate::ids::{EnrolmentId, Epoch, Hash, Incarnation, Nonce, SiteId, VaultId};
use crate::keys::{
    Bundle, EnrolmentSecret, JoinRequest, SealingKey, ServerKey, ServerRole, SigningKey, root_fingerprint,
};
use crate::parcel::log::CHAIN_START;
use crate::parcel::{DeviceCredential, LogKind, LogRecord, VerifyError, follow};
use crate::signed::{Kind, Signed};
use crate::time::UtcMillis;

const NONCE: Nonce = Nonce::from_bytes([1; 16]);
const VAULT: VaultId = VaultId::from_bytes([2; 16]);
const EPOCH: Epoch = Epoch::from_bytes([3; 16]);
const INCARNATION: Incarnation = Incarnation::from_bytes([4; 16]);

struct Study {
    root: SigningKey,
    keeper: SigningKey,
    bundle: Bundle,
}

fn study() -> Study {
    let [root, keeper] = [[1; 32], [2; 32]].map(|seed| SigningKey::from_seed(&seed));
    let bundle = Bundle {
        version: 1,
        study: "S".parse().unwrap(),
        root: root.verifying_key(),
        issued: UtcMillis(0),
        expires: UtcMillis(0),
        servers: vec![ServerKey {
            key: keeper.verifying_key(),
            role: ServerRole::Keeper,
            retired: Some(UtcMillis(1_000)),
        }],
        sites: Vec::new(),
        recovery: Vec::new(),
        studies: Vec::new(),
    };
    Study { root, keeper, bundle }
}

fn head(study: &Study) -> Head {
    Head {
        server: study.keeper.id(),
        epoch: EPOCH,
        vault: VAULT,
        incarnation: Some(IncarnationHead {
            incarnation: INCARNATION,
            seq: 3,
            hash: Hash::from_bytes([5; 32]),
        }),
        n: 9,
        chain: Hash::from_bytes([6; 32]),
        server_time: UtcMillis(1_000),
        nonce: NONCE,
        bundle: None,
        bundle_hash: None,
    }
}

#[test]
fn a_head_counts_for_its_request_vault_and_server_alone() {
    let study = study();
    let good = head(&study);
    let signed = good.sign(&study.keeper);
    assert_eq!(Head::verify(&signed, &study.bundle, VAULT, NONCE), Ok((ServerRole::Keeper, good.clone())));
    let check =
        |head: &Head, by: &SigningKey| Head::verify(&head.sign(by), &study.bundle, VAULT, NONCE).map(|_| ());
    let other_nonce = Nonce::from_bytes([9; 16]);
    assert_eq!(Head::verify(&signed, &study.bundle, VAULT, other_nonce), Err(ReplyError::NotThisRequest));
    let other_vault = VaultId::from_bytes([9; 16]);
    assert_eq!(Head::verify(&signed, &study.bundle, other_vault, NONCE), Err(ReplyError::NotThisRequest));
    assert_eq!(check(&good, &study.root), Err(ReplyError::Signature));
    let of_root = Head { server: study.root.id(), ..good.clone() };
    assert_eq!(check(&of_root, &study.root), Err(ReplyError::UnknownServer));
    let after_retirement = Head { server_time: UtcMillis(1_001), ..good };
    assert_eq!(check(&after_retirement, &study.keeper), Err(ReplyError::UnknownServer));
}

#[test]
fn a_greeting_brings_a_bundle_of_the_pinned_root() {
    let study = study();
    let hello = Hello {
        server: study.keeper.id(),
        epoch: EPOCH,
        server_time: UtcMillis(1_000),
        limits: Limits::V1,
        bundle: study.bundle.sign(&study.root),
        minimum_client: "0.1.0".to_owned(),
        nonce: NONCE,
    };
    let pinned = root_fingerprint(&study.root.verifying_key());
    let signed = hello.sign(&study.keeper);
    assert_eq!(Hello::verify(&signed, &pinned, NONCE), Ok((hello.clone(), study.bundle.clone())));
    let another_root = root_fingerprint(&study.keeper.verifying_key());
    assert!(matches!(Hello::verify(&signed, &another_root, NONCE), Err(ReplyError::Bundle(_))));
    assert_eq!(Hello::verify(&signed, &pinned, Nonce::from_bytes([0; 16])), Err(ReplyError::NotThisRequest));
    assert_eq!(Hello::verify(&hello.sign(&study.root), &pinned, NONCE), Err(ReplyError::Signature));
}

fn request() -> PushRequest {
    let entropy = SeededEntropy::new(1);
    let device = SigningKey::generate(&entropy);
    let join = JoinRequest {
        enrolment: EnrolmentId::from_bytes([7; 16]),
        vault: VAULT,
        signing: device.verifying_key(),
        sealing: SealingKey::generate(&entropy).public().clone(),
    };
    PushRequest {
        nonce: NONCE,
        vault: VAULT,
        incarnation: INCARNATION,
        credential: Some(DeviceCredential::Join(join.sign(&device, &EnrolmentSecret::generate(&entropy)))),
        grants: vec![ByteVec::from(vec![1, 2])],
        parcels: vec![ByteVec::from(vec![3]), ByteVec::from(Vec::new())],
        recovery: None,
        evidence: None,
        asked: None,
    }
}

#[test]
fn a_push_comes_back_from_its_bytes_and_one_broken_parcel_spoils_no_other() {
    let request = request();
    assert_eq!(PushRequest::from_bytes(&request.to_bytes()), Ok(request.clone()));
    let large = PushRequest { parcels: vec![ByteVec::from(vec![0; 1024 * 1024])], ..request };
    assert!(matches!(PushRequest::from_bytes(&large.to_bytes()), Err(WireError::TooLong { .. })));
}

#[test]
fn a_field_of_a_later_version_is_passed_over() {
    let request = request();
    let mut bytes = request.to_bytes();
    // A map of one more pair: 30 to "new".
    assert_eq!(bytes[0] & 0xf0, 0xa0);
    bytes[0] += 1;
    bytes.extend([0x18, 30, 0x63, b'n', b'e', b'w']);
    assert_eq!(PushRequest::from_bytes(&bytes), Ok(request));
}

#[test]
fn a_push_is_asked_by_the_device_that_signed_just_this_question() {
    let device = SigningKey::generate(&SeededEntropy::new(3));
    let other = SigningKey::generate(&SeededEntropy::new(4));
    let asked = |ask: Ask, by: &SigningKey| PushRequest { asked: Some(ask.sign(by)), ..request() };
    let ask = || Ask { nonce: NONCE, vault: VAULT, incarnation: INCARNATION };
    let good = PushRequest::from_bytes(&asked(ask(), &device).to_bytes()).unwrap();
    assert!(good.is_asked_by(&device.verifying_key()));
    assert!(!good.is_asked_by(&other.verifying_key()));
    assert!(!request().is_asked_by(&device.verifying_key()));
    for else_asked in [
        Ask { nonce: Nonce::from_bytes([0; 16]), ..ask() },
        Ask { vault: VaultId::from_bytes([0; 16]), ..ask() },
        Ask { incarnation: Incarnation::from_bytes([0; 16]), ..ask() },
    ] {
        assert!(!asked(else_asked, &device).is_asked_by(&device.verifying_key()));
    }
}

#[test]
fn what_a_server_may_have_lost_travels_with_a_push_and_changes_none_without_it() {
    let without = request();
    let record = LogRecord { n: 7, kind: LogKind::Revocation, record: vec![1, 2, 3] };
    let keeper = SigningKey::generate(&SeededEntropy::new(2));
    let bundle = Signed::sign(Kind::Bundle, vec![4], &keeper);
    let evidence = Evidence { head: None, bundle: Some(bundle), records: vec![record] };
    let with = PushRequest { evidence: Some(evidence), ..without.clone() };
    assert_eq!(PushRequest::from_bytes(&with.to_bytes()), Ok(with.clone()));
    // One pair of the map more, nothing else: what earlier versions wrote reads as a push without.
    let (with, without) = (with.to_bytes(), without.to_bytes());
    assert_eq!(with[0], without[0] + 1);
    assert_eq!(with[1..without.len()], without[1..]);
}

#[test]
fn a_push_reply_comes_back_from_its_bytes_with_all_its_flags() {
    let flags = |bits: u32| PushFlags {
        gap: bits & 1 != 0,
        fork: bits & 2 != 0,
        pending: bits & 4 != 0,
        grant_needed: bits & 8 != 0,
        quarantined: bits & 16 != 0,
    };
    let results = (0..32)
        .map(|bits| ParcelResult {
            status: PushStatus::Retry,
            code: Some(RefusalCode::CertificateNeeded),
            flags: flags(bits),
            receipt: Some(ByteVec::from(vec![1])),
        })
        .collect();
    let study = study();
    let reply = PushReply { results, head: head(&study).sign(&study.keeper), revocation: None };
    assert_eq!(PushReply::from_bytes(&reply.to_bytes()), Ok(reply));
    assert_eq!(wire::decode("flags", &wire::encode(&0xffu32), 9), Ok(flags(31)));
    assert!(PushReply::from_bytes(b"<html>Please log in</html>").is_err());
}

#[test]
fn every_reason_to_refuse_a_parcel_has_a_code() {
    let wire_error = WireError::Trailing { what: "parcel" };
    for (error, code) in [
        (VerifyError::Undecodable(wire_error), RefusalCode::Undecodable),
        (VerifyError::Oversize { bytes: 1 }, RefusalCode::Oversize),
        (VerifyError::Suite { suite: 2 }, RefusalCode::Suite),
        (VerifyError::Core, RefusalCode::Core),
        (VerifyError::Author, RefusalCode::Signature),
        (VerifyError::Signature, RefusalCode::Signature),
    ] {
        assert_eq!(RefusalCode::from(&error), code);
    }
}

#[test]
fn a_code_of_a_later_version_is_kept() {
    let later = ProblemCode::from_number(999);
    assert_eq!((later.number(), later.name(), later.status()), (999, "other", 500));
    assert_eq!(wire::decode("code", &wire::encode(&later), 9), Ok(later));
    let problem: Problem =
        serde_json::from_str(r#"{"code": "of-tomorrow", "message": "", "retry_after_s": null}"#).unwrap();
    assert_eq!(problem.code, ProblemCode::Other(0));
}

#[test]
fn a_problem_reads_the_same_in_json_and_cbor() {
    for code in ProblemCode::ALL {
        let problem = Problem { code: *code, message: "why".to_owned(), retry_after_s: Some(30) };
        assert_eq!(Problem::from_bytes(&problem.to_bytes()), Ok(problem.clone()));
        let json = serde_json::to_string(&problem).unwrap();
        assert_eq!(serde_json::from_str::<Problem>(&json).unwrap(), problem);
        assert!((400..600).contains(&code.status()));
    }
}

#[test]
fn joining_travels_as_json() {
    let study = study();
    let Some(DeviceCredential::Join(join)) = request().credential else {
        panic!("a request of a joining device")
    };
    let body: JoinBody =
        serde_json::from_str(&serde_json::to_string(&JoinBody::new(NONCE, &join)).unwrap()).unwrap();
    assert_eq!((body.nonce, body.request()), (NONCE, Ok(join)));
    let bundle = study.bundle.sign(&study.root);
    for certificate in [None, Some(&bundle)] {
        let json = serde_json::to_string(&JoinReply::new(
            NONCE,
            "beijing".parse::<SiteId>().unwrap(),
            &bundle,
            certificate,
        ))
        .unwrap();
        let reply: JoinReply = serde_json::from_str(&json).unwrap();
        assert_eq!(reply.bundle(), Ok(bundle.clone()));
        assert_eq!(reply.certificate(), Ok(certificate.cloned()));
        assert_eq!(reply.state == JoinState::Confirmed, certificate.is_some());
    }
    for bad in [r#"{"nonce":"00"}"#, r#"{"nonce":"01010101010101010101010101010101","request":"!"}"#] {
        assert!(serde_json::from_str::<JoinBody>(bad).is_err());
    }
}

#[test]
fn a_token_proof_serves_one_challenge_of_one_server() {
    let device = SigningKey::from_seed(&[5; 32]);
    let challenge = TokenChallenge { challenge: [6; 32], server: study().keeper.id() };
    let json = serde_json::to_string(&TokenProof::answer(&challenge, VAULT, &device)).unwrap();
    let request: TokenRequest = serde_json::from_str(&json).unwrap();
    let proof = request.verify(&device.verifying_key()).unwrap();
    assert_eq!((proof.challenge, proof.server), (challenge.challenge, challenge.server));
    assert_eq!((proof.vault, proof.device), (VAULT, device.id()));
    assert_eq!(request.peek(), Ok(proof));
    assert_eq!(request.verify(&SigningKey::from_seed(&[6; 32]).verifying_key()), None);
    let token = TokenReply { token: "secret-token".to_owned(), good_for_s: 60 };
    assert!(!format!("{token:?}").contains("secret"));
}

#[test]
fn a_cursor_comes_back_from_its_text() {
    let cursor = Cursor { epoch: EPOCH, n: 17, chain: Hash::from_bytes([8; 32]) };
    assert_eq!(cursor.to_string().parse(), Ok(cursor));
    for bad in ["", "..", "1.2.3", &format!("{cursor}.x"), &cursor.to_string().replace(".17.", ".-1.")] {
        assert_eq!(bad.parse::<Cursor>(), Err(CursorError), "{bad:?}");
    }
}

#[test]
fn a_page_is_followed_from_the_cursor_or_from_the_beginning() {
    let study = study();
    let records: Vec<_> = (1..=5).map(|n| LogRecord { n, kind: LogKind::Parcel, record: vec![7] }).collect();
    let chain = follow(0, &CHAIN_START, &records).unwrap();
    let at = |n: usize| Cursor {
        epoch: EPOCH,
        n: n as u64,
        chain: follow(0, &CHAIN_START, &records[..n]).unwrap(),
    };
    let head = Head { n: 5, chain, ..head(&study) };
    let page = |after: usize, to: usize| LogPage {
        after: after as u64,
        records: records[after..to].to_vec(),
        head: head.sign(&study.keeper),
    };
    let sent = LogPage::from_bytes(&page(0, 5).to_bytes()).unwrap();
    assert_eq!(sent.follow(None, &head), Ok(at(5)));
    assert_eq!(page(0, 3).follow(None, &head), Ok(at(3)));
    assert_eq!(page(3, 5).follow(Some(&at(3)), &head), Ok(at(5)));
    assert_eq!(page(5, 5).follow(Some(&at(5)), &head), Ok(at(5)));
    assert_eq!(page(0, 5).follow(Some(&at(3)), &head), Ok(at(5)), "a page that starts over");
    assert_eq!(page(4, 5).follow(Some(&at(3)), &head), Err(PageError::Start { after: 4 }));
    let restored = Head { epoch: Epoch::from_bytes([9; 16]), ..head.clone() };
    assert_eq!(page(3, 5).follow(Some(&at(3)), &restored), Err(PageError::Start { after: 3 }));
    let elsewhere = Cursor { chain: CHAIN_START, ..at(3) };
    assert_eq!(
        page(3, 5).follow(Some(&elsewhere), &head),
        Err(PageError::Log(crate::parcel::LogError::Chain))
    );
    let short = Head { n: 4, ..head.clone() };
    assert_eq!(page(0, 5).follow(None, &short), Err(PageError::Log(crate::parcel::LogError::Chain)));
}

proptest! {
    #[test]
    fn no_bytes_make_reading_a_body_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(PushRequest::from_bytes(&bytes).is_err());
        prop_assert!(PushReply::from_bytes(&bytes).is_err());
        prop_assert!(LogPage::from_bytes(&bytes).is_err());
    }
}

#[test]
fn a_head_of_a_server_that_tells_no_bundle_version_is_read_and_asks_for_nothing() {
    let study = study();
    let silent = head(&study);
    let (_, read) = Head::verify(&silent.sign(&study.keeper), &study.bundle, VAULT, NONCE).unwrap();
    let (held, hash) = (&study.bundle, Hash::from_bytes([1; 32]));
    assert!(!read.knows_other(held, &hash));
    let knows = |version| Head { bundle: Some(version), ..silent.clone() }.knows_other(held, &hash);
    assert_eq!([held.version - 1, held.version, held.version + 1].map(knows), [false, false, true]);
}

#[test]
fn a_head_of_a_server_that_has_lost_the_held_bundle_asks_for_the_one_in_its_place() {
    let study = study();
    let (held, hash) = (&study.bundle, Hash::from_bytes([1; 32]));
    let tells = |version, bundle_hash| Head { bundle: Some(version), bundle_hash, ..head(&study) };
    assert!(!tells(held.version, Some(hash)).knows_other(held, &hash));
    for version in [held.version - 1, held.version, held.version + 1] {
        let sent = tells(version, Some(Hash::from_bytes([2; 32]))).sign(&study.keeper);
        let (_, read) = Head::verify(&sent, held, VAULT, NONCE).unwrap();
        assert!(read.knows_other(held, &hash), "{version}");
    }
}
