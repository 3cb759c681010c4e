//! Bundle, certificates and revocations: signers that are trusted, and those that are not.

use super::*;
use crate::entropy::SeededEntropy;
use crate::ids::{Hash, Incarnation, VaultId};
use crate::signed::{Kind, Signed};
use crate::time::UtcMillis;
use crate::wire;

struct Study {
    root: SigningKey,
    keeper: SigningKey,
    relay: SigningKey,
    former: SigningKey,
    site: SealingKey,
    bundle: Bundle,
}

const RETIRED_AT: UtcMillis = UtcMillis(5_000);

fn study() -> Study {
    let entropy = SeededEntropy::new(11);
    let [root, keeper, relay, former] = [(); 4].map(|()| SigningKey::generate(&entropy));
    let [site, next, recovery] = [(); 3].map(|()| SealingKey::generate(&entropy));
    let server = |key: &SigningKey, role, retired| ServerKey { key: key.verifying_key(), role, retired };
    let generation = |generation, status, key: &SealingKey| SiteKey {
        site: "beijing".parse().unwrap(),
        generation,
        status,
        key: key.public().clone(),
    };
    let bundle = Bundle {
        version: 3,
        study: "NCT06836973".parse().unwrap(),
        root: root.verifying_key(),
        issued: UtcMillis(1_000),
        expires: UtcMillis(9_000),
        servers: vec![
            server(&keeper, ServerRole::Keeper, None),
            server(&relay, ServerRole::Relay, None),
            server(&former, ServerRole::Keeper, Some(RETIRED_AT)),
        ],
        sites: vec![
            generation(1, SiteKeyStatus::Active, &site),
            generation(2, SiteKeyStatus::Pending, &next),
        ],
        recovery: vec![RecoveryKey { site: "beijing".parse().unwrap(), key: recovery.public().clone() }],
        studies: vec![StudyVersionRef { version: 1, hash: Hash::from_bytes([9; 32]) }],
    };
    Study { root, keeper, relay, former, site, bundle }
}

/// The same map with its first field there twice.
fn said_twice(bytes: &[u8]) -> Vec<u8> {
    let mut d = minicbor::Decoder::new(bytes);
    let pairs = u8::try_from(d.map().unwrap().unwrap()).unwrap();
    let start = d.position();
    d.skip().unwrap();
    d.skip().unwrap();
    let first = &bytes[start..d.position()];
    assert!(pairs < 23 && start == 1);
    [&[0xa0 | (pairs + 1)], first, &bytes[1..]].concat()
}

#[test]
fn nothing_that_is_signed_says_a_thing_twice() {
    let study = study();
    let certificate = study.certificate(&study.keeper, UtcMillis(10));
    let bytes = said_twice(&wire::encode(&certificate));
    let signed = Signed::sign(Kind::Certificate, bytes, &study.keeper);
    assert!(matches!(Certificate::verify(&signed, &study.bundle), Err(CertificateError::Undecodable(_))));
    let bytes = said_twice(&wire::encode(&study.bundle));
    let signed = Signed::sign(Kind::Bundle, bytes, &study.root);
    let fingerprint = root_fingerprint(&study.root.verifying_key());
    assert!(matches!(Bundle::verify(&signed, &fingerprint), Err(BundleError::Undecodable(_))));
    // Inside as well: the first server of the bundle.
    let whole = wire::encode(&study.bundle);
    let server = wire::encode(&study.bundle.servers[0]);
    let at = whole.windows(server.len()).position(|part| part == server).unwrap();
    let bytes = [&whole[..at], &said_twice(&server), &whole[at + server.len()..]].concat();
    let signed = Signed::sign(Kind::Bundle, bytes, &study.root);
    assert!(matches!(Bundle::verify(&signed, &fingerprint), Err(BundleError::Undecodable(_))));
}

#[test]
fn a_bundle_of_another_study_of_the_same_root_is_never_taken() {
    let held = study().bundle;
    let other = Bundle { version: 9, study: "NCT00000001".parse().unwrap(), ..held.clone() };
    assert_eq!(other.offered_to(&held), Offered::Conflict);
    assert!(!other.replaces(&held));
    assert!(Bundle { version: 4, ..held.clone() }.replaces(&held));
}

impl Study {
    fn certificate(&self, by: &SigningKey, issued: UtcMillis) -> Certificate {
        let entropy = SeededEntropy::new(12);
        let device = SigningKey::generate(&entropy);
        let vault = VaultId::from_bytes([1; 16]);
        Certificate {
            vault,
            study: self.bundle.study.clone(),
            site: "beijing".parse().unwrap(),
            signing: device.verifying_key(),
            sealing: SealingKey::generate(&entropy).public().clone(),
            participant: Certificate::seal_participant(
                "BJ-017",
                vault,
                device.id(),
                &[self.site.public()],
                &entropy,
            )
            .unwrap(),
            history: HistoryScope::Days(28),
            issued,
            by: by.id(),
        }
    }
}

#[test]
fn a_bundle_counts_under_its_own_root_alone() {
    let study = study();
    let signed = Signed::from_bytes(&study.bundle.sign(&study.root).to_bytes()).unwrap();
    let pinned = root_fingerprint(&study.root.verifying_key());
    assert_eq!(Bundle::verify(&signed, &pinned), Ok(study.bundle.clone()));
    let other = root_fingerprint(&study.keeper.verifying_key());
    assert_eq!(Bundle::verify(&signed, &other), Err(BundleError::Root));
    let forged = study.bundle.sign(&study.keeper);
    assert_eq!(Bundle::verify(&forged, &pinned), Err(BundleError::Signature));
    // A certificate's signature is none for a bundle, though the key and the bytes are the same.
    let mislabelled = Signed::sign(Kind::Certificate, wire::encode(&study.bundle), &study.root);
    assert_eq!(Bundle::verify(&mislabelled, &pinned), Err(BundleError::Signature));
}

#[test]
fn an_older_or_equal_bundle_replaces_none() {
    let bundle = study().bundle;
    let newer = Bundle { version: 4, ..bundle.clone() };
    assert!(newer.replaces(&bundle));
    assert!(!bundle.replaces(&newer));
    assert!(!bundle.replaces(&bundle));
    assert_eq!((newer.offered_to(&bundle), bundle.offered_to(&newer)), (Offered::Newer, Offered::Older));
    assert_eq!(bundle.offered_to(&bundle.clone()), Offered::Same);
    let other = Bundle { expires: UtcMillis(9_999), ..bundle.clone() };
    assert_eq!(other.offered_to(&bundle), Offered::Conflict);
    assert!(!bundle.is_expired(UtcMillis(9_000)) && bundle.is_expired(UtcMillis(9_001)));
}

#[test]
fn the_newest_generation_in_use_is_sealed_to_and_an_expired_one_where_there_is_no_other() {
    let mut bundle = study().bundle;
    let beijing = "beijing".parse().unwrap();
    assert_eq!(bundle.site_key(&beijing).unwrap().generation, 1);
    bundle.sites[1].status = SiteKeyStatus::Active;
    assert_eq!(bundle.site_key(&beijing).unwrap().generation, 2);
    for key in &mut bundle.sites {
        key.status = SiteKeyStatus::Expired;
    }
    assert_eq!(bundle.site_key(&beijing).unwrap().generation, 2);
    assert_eq!(bundle.site_key(&"elsewhere".parse().unwrap()), None);
    assert_eq!(bundle.site_key_of(&beijing, 1).unwrap().generation, 1);
    assert!(bundle.recovery_key(&beijing).is_some());
}

#[test]
fn a_certificate_needs_a_keeper_in_office() {
    let study = study();
    let check = |by: &SigningKey, at: i64| {
        let certificate = study.certificate(by, UtcMillis(at));
        Certificate::verify(&certificate.sign(by), &study.bundle).map(|read| assert_eq!(read, certificate))
    };
    assert_eq!(check(&study.keeper, 8_000), Ok(()));
    assert_eq!(check(&study.relay, 8_000), Err(CertificateError::NotAKeeper));
    assert_eq!(check(&study.root, 8_000), Err(CertificateError::NotAKeeper));
    assert_eq!(check(&study.former, RETIRED_AT.0), Ok(()));
    assert_eq!(check(&study.former, RETIRED_AT.0 + 1), Err(CertificateError::Retired));
    let forged = study.certificate(&study.keeper, UtcMillis(1)).sign(&study.relay);
    assert_eq!(Certificate::verify(&forged, &study.bundle), Err(CertificateError::Signature));
}

#[test]
fn whose_vault_it_is_opens_for_the_site_in_this_certificate_alone() {
    let study = study();
    let certificate = study.certificate(&study.keeper, UtcMillis(1));
    assert_eq!(certificate.open_participant(&study.site).unwrap().as_str(), "BJ-017");
    assert_eq!(certificate.history, HistoryScope::Days(28));
    assert!(!format!("{certificate:?}").contains("BJ-017"));
    let stranger = SealingKey::from_bytes(&[3; 32]);
    assert!(certificate.open_participant(&stranger).is_err());
    let moved = Certificate { vault: VaultId::from_bytes([2; 16]), ..certificate };
    assert_eq!(moved.open_participant(&study.site), Err(SealingError::Open));
}

#[test]
fn a_revocation_leaves_what_came_before_it() {
    let study = study();
    let incarnation = Incarnation::from_bytes([4; 16]);
    let revocation = Revocation {
        vault: VaultId::from_bytes([1; 16]),
        device: study.relay.id(),
        last: vec![IncarnationEnd { incarnation, last_seq: 7, head: Hash::from_bytes([5; 32]) }],
        reason: RevocationReason::Lost,
        at: UtcMillis(8_000),
        by: study.keeper.id(),
    };
    let read = Revocation::verify(&revocation.sign(&study.keeper), &study.bundle).unwrap();
    assert_eq!(read, revocation);
    assert!(read.covers(incarnation, 7));
    assert!(!read.covers(incarnation, 8));
    assert!(!read.covers(Incarnation::from_bytes([6; 16]), 1));
    let by_relay = Revocation { by: study.relay.id(), ..revocation };
    assert_eq!(
        Revocation::verify(&by_relay.sign(&study.relay), &study.bundle),
        Err(CertificateError::NotAKeeper)
    );
}

#[test]
fn key_ids_tell_the_kinds_of_keys_apart() {
    assert_ne!(key_id(KeyKind::Signing, &[1; 32]), key_id(KeyKind::Sealing, &[1; 32]));
    let key = SigningKey::from_seed(&[1; 32]);
    assert_eq!(key.id(), key.verifying_key().id());
    assert_eq!(key.verifying_key().to_string().parse(), Ok(key.verifying_key()));
}
