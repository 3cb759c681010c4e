//! Parcels from sealing to opening, and every fault that must stop one.

use proptest::prelude::*;

use super::content::SCHEMA_1;
use super::seal::{NONCE, commit, content_key, seal_bytes};
use super::*;
use crate::entropy::{Entropy, SeededEntropy};
use crate::ids::RunId;
use crate::keys::{SealingKey, SigningKey};
use crate::signed::Signed;
use crate::time::{Reading, UtcMillis, Zone};

struct Scene {
    entropy: SeededEntropy,
    site: SealingKey,
    recovery: SealingKey,
    author: SigningKey,
    key: GrantKey,
    grant: Signed,
}

fn scope(no: u32) -> GrantScope {
    GrantScope {
        study: "NCT06836973".parse().unwrap(),
        vault: VaultId::from_bytes([1; 16]),
        incarnation: Incarnation::from_bytes([2; 16]),
        no,
        generation: 1,
    }
}

fn scene() -> Scene {
    let entropy = SeededEntropy::new(7);
    let [site, recovery] = [(); 2].map(|()| SealingKey::generate(&entropy));
    let author = SigningKey::generate(&entropy);
    let (key, grant) =
        Grant::make(&scope(1), &[site.public(), recovery.public()], &author, &entropy).unwrap();
    Scene { entropy, site, recovery, author, key, grant }
}

impl Scene {
    fn seal(&self, items: &[Item]) -> SealedParcel {
        seal(&first(items), &self.key, &self.author, &self.entropy).unwrap()
    }

    fn verify(&self, parcel: SealedParcel) -> VerifiedParcel {
        parcel.verify(&self.author.verifying_key()).unwrap()
    }

    /// A verified parcel around any plaintext.
    fn around(&self, plain: &[u8]) -> VerifiedParcel {
        self.verify(seal_bytes(&[3; 32], plain, &first(&[]), &self.key, &self.author).unwrap())
    }

    fn content(&self, items: Vec<Item>) -> ParcelContent {
        let of = self.key.header();
        ParcelContent {
            schema: SCHEMA_1,
            study: of.study.clone(),
            vault: of.vault,
            author: of.author,
            incarnation: of.incarnation,
            seq: 1,
            items,
        }
    }

    /// Signs a parcel of parts that do not belong together.
    fn forge(&self, core: &ParcelCore, body: Vec<u8>) -> SealedParcel {
        let core = wire::encode(core);
        let sig = self.author.sign(&message(&sha256(&core), &sha256(&body)));
        SealedParcel { core, body, sig }
    }
}

fn first(items: &[Item]) -> SealInput<'_> {
    SealInput { seq: 1, prev: NO_PREVIOUS, items }
}

fn statement() -> Statement {
    let reading = Reading::new(UtcMillis(1_790_000_000_000), Zone::UTC, RunId::from_bytes([5; 16]), Some(17));
    Statement {
        as_of: reading.clone(),
        entries_made: 12,
        unsent_days: vec!["2026-09-20".parse().unwrap()],
        open_drafts: 1,
        clock: Some(ClockObservation { server_time: UtcMillis(1_790_000_000_500), reading }),
        known_acts: Vec::new(),
        study: None,
    }
}

fn one_of_each() -> Vec<Item> {
    vec![
        Item::Revision(vec![1, 2, 3]),
        Item::Act(vec![4; 300]),
        Item::Statement(statement()),
        Item::Challenge([5; 32]),
        Item::ChallengeReply([6; 32]),
        Item::Succeeds { incarnation: Incarnation::from_bytes([7; 16]), last_seq: SEQ_MAX },
        Item::StudyVersion { version: 2, hash: Hash::from_bytes([8; 32]) },
    ]
}

#[test]
fn what_is_sealed_opens_for_site_and_recovery_key() {
    let scene = scene();
    let sent = scene.seal(&one_of_each()).to_bytes();
    let author = scene.author.verifying_key();
    for key in [&scene.site, &scene.recovery] {
        let parcel = scene.verify(SealedParcel::from_bytes(&sent).unwrap());
        let key = open_grant(&scene.grant, &author, key).unwrap();
        let opened = open(&parcel, &key).unwrap();
        assert_eq!(opened.content, scene.content(one_of_each()));
        assert_eq!(ParcelContent::decode(&opened.plain).unwrap(), opened.content);
        assert_eq!(commit(&opened.salt, &opened.plain), parcel.core().commit);
        assert_eq!(parcel.sealed().to_bytes(), sent);
    }
}

#[test]
fn sealed_bytes_are_a_kibibyte_for_a_small_parcel_and_never_the_same_twice() {
    let scene = scene();
    let (one, two) = (scene.seal(&one_of_each()), scene.seal(&one_of_each()));
    assert_eq!(one.body.len(), pad::PAD_MIN_BYTES + 16);
    assert_ne!(one.peek_core().unwrap().commit, two.peek_core().unwrap().commit);
    assert_ne!(one.core_hash(), two.core_hash());
}

#[test]
fn every_flipped_byte_of_a_parcel_is_refused() {
    let scene = scene();
    let bytes = scene.seal(&one_of_each()).to_bytes();
    let author = scene.author.verifying_key();
    let accepted =
        |bytes: &[u8]| SealedParcel::from_bytes(bytes).is_ok_and(|parcel| parcel.verify(&author).is_ok());
    assert!(accepted(&bytes));
    for at in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[at] ^= 1 << (at % 8);
        assert!(!accepted(&altered), "byte {at}");
    }
    for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        assert!(!accepted(&bytes[..cut]), "{cut} bytes");
    }
    assert!(!accepted(&[bytes.as_slice(), &[0]].concat()));
}

#[test]
fn any_other_byte_in_the_frame_of_a_parcel_is_refused() {
    let scene = scene();
    let parcel = scene.seal(&[]);
    let bytes = parcel.to_bytes();
    let author = scene.author.verifying_key();
    // The envelope's own bytes: before the core, between core and body, between body and signature.
    let core_at = 4;
    let body_at = core_at + parcel.core.len() + 4;
    let frame = (0..core_at + 8).chain(body_at - 4..body_at + 4).chain(bytes.len() - 68..bytes.len() - 60);
    for (at, value) in frame.flat_map(|at| (0..=255u8).map(move |value| (at, value))) {
        if bytes[at] != value {
            let mut altered = bytes.clone();
            altered[at] = value;
            let read = SealedParcel::from_bytes(&altered);
            assert!(!read.is_ok_and(|parcel| parcel.verify(&author).is_ok()), "byte {at} as {value}");
        }
    }
}

#[test]
fn one_parcel_has_one_encoding() {
    let scene = scene();
    let parcel = scene.seal(&[]);
    let mut indefinite = parcel.to_bytes();
    indefinite[0] = 0xbf;
    indefinite.push(0xff);
    assert!(wire::decode::<SealedParcel>("parcel", &indefinite, PARCEL_MAX_BYTES).is_ok());
    assert!(SealedParcel::from_bytes(&indefinite).is_err());
}

#[test]
fn core_body_and_signature_do_not_move_between_parcels() {
    let scene = scene();
    let (one, two) = (scene.seal(&[Item::Challenge([1; 32])]), scene.seal(&[Item::Challenge([2; 32])]));
    let author = scene.author.verifying_key();
    let mixed = [
        SealedParcel { core: two.core.clone(), ..one.clone() },
        SealedParcel { body: two.body.clone(), ..one.clone() },
        SealedParcel { sig: two.sig, ..one.clone() },
    ];
    for parcel in mixed {
        assert_eq!(parcel.verify(&author), Err(VerifyError::Signature));
    }
    // Signed by the author, but a body under another core: does not open.
    let swapped = scene.verify(scene.forge(&one.peek_core().unwrap(), two.body));
    assert_eq!(open(&swapped, &scene.key), Err(OpenError::Decrypt));
}

#[test]
fn a_changed_core_does_not_open_even_if_its_author_signs_it() {
    let scene = scene();
    let parcel = scene.seal(&one_of_each());
    let core = parcel.peek_core().unwrap();
    let changed = [
        ParcelCore { seq: 2, prev: Hash::from_bytes([1; 32]), ..core.clone() },
        ParcelCore { commit: Hash::from_bytes([1; 32]), ..core.clone() },
    ];
    for core in changed {
        let parcel = scene.verify(scene.forge(&core, parcel.body.clone()));
        assert_eq!(open(&parcel, &scene.key), Err(OpenError::Decrypt));
    }
    let foreign = [
        ParcelCore { vault: VaultId::from_bytes([9; 16]), ..core.clone() },
        ParcelCore { incarnation: Incarnation::from_bytes([9; 16]), ..core.clone() },
        ParcelCore { study: "OTHER".parse().unwrap(), ..core.clone() },
        ParcelCore { grant: Hash::from_bytes([9; 32]), ..core },
    ];
    for core in foreign {
        let parcel = scene.verify(scene.forge(&core, parcel.body.clone()));
        assert_eq!(open(&parcel, &scene.key), Err(OpenError::Grant));
    }
}

#[test]
fn a_core_that_contradicts_itself_is_refused() {
    let scene = scene();
    let parcel = scene.seal(&[]);
    let core = parcel.peek_core().unwrap();
    let author = scene.author.verifying_key();
    let check = |core: ParcelCore, body: Vec<u8>, expect: VerifyError| {
        assert_eq!(scene.forge(&core, body).verify(&author), Err(expect));
    };
    let body = || parcel.body.clone();
    check(ParcelCore { suite: 2, ..core.clone() }, body(), VerifyError::Suite { suite: 2 });
    check(ParcelCore { seq: 0, ..core.clone() }, body(), VerifyError::Core);
    check(ParcelCore { seq: 2, ..core.clone() }, body(), VerifyError::Core);
    check(ParcelCore { prev: Hash::from_bytes([1; 32]), ..core.clone() }, body(), VerifyError::Core);
    check(ParcelCore { size_bucket: 1088, ..core.clone() }, body(), VerifyError::Core);
    check(ParcelCore { size_bucket: 1023, ..core.clone() }, vec![0; 1039], VerifyError::Core);
    let huge = vec![0; BODY_MAX_BYTES + 1];
    check(core.clone(), huge, VerifyError::Oversize { bytes: BODY_MAX_BYTES + 1 });
    let other = SigningKey::from_seed(&[1; 32]);
    check(ParcelCore { author: other.id(), ..core }, body(), VerifyError::Author);
    assert_eq!(scene.seal(&[]).verify(&other.verifying_key()), Err(VerifyError::Author));
}

#[test]
fn another_grant_does_not_open_a_parcel() {
    let scene = scene();
    let parcel = scene.verify(scene.seal(&one_of_each()));
    let (other, _) = Grant::make(&scope(2), &[scene.site.public()], &scene.author, &scene.entropy).unwrap();
    assert_eq!(open(&parcel, &other), Err(OpenError::Grant));
    // The right grant with a wrong secret, as a faulty author might wrap it.
    let grant = Grant::verify(&scene.grant, &scene.author.verifying_key()).unwrap();
    assert_eq!(open(&parcel, &grant.with_secret(&[1; 32])), Err(OpenError::Decrypt));
}

#[test]
fn a_text_other_than_the_one_committed_to_is_found() {
    let scene = scene();
    let plain = wire::encode(&scene.content(one_of_each()));
    let other = wire::encode(&scene.content(Vec::new()));
    // Seals `other` under a core that commits to `plain`: what an author could claim later to have written.
    let mut body = pad::pack(&[[3u8; 32].as_slice(), &other].concat()).unwrap();
    let core = ParcelCore {
        commit: commit(&[3; 32], &plain),
        size_bucket: u32::try_from(body.len()).unwrap(),
        ..scene.seal(&[]).peek_core().unwrap()
    };
    let hash = sha256(&wire::encode(&core));
    content_key(scene.key.secret(), &hash).seal(NONCE, hash.as_bytes(), &mut body, 0).unwrap();
    let parcel = scene.verify(scene.forge(&core, body));
    assert_eq!(open(&parcel, &scene.key), Err(OpenError::Commit));
}

#[test]
fn what_is_inside_must_say_what_is_outside() {
    let scene = scene();
    let content = || scene.content(one_of_each());
    assert!(open(&scene.around(&wire::encode(&content())), &scene.key).is_ok());
    let differing = [
        ParcelContent { study: "OTHER".parse().unwrap(), ..content() },
        ParcelContent { vault: VaultId::from_bytes([9; 16]), ..content() },
        ParcelContent { author: KeyId::from_bytes([9; 16]), ..content() },
        ParcelContent { incarnation: Incarnation::from_bytes([9; 16]), ..content() },
        ParcelContent { seq: 2, ..content() },
    ];
    for content in differing {
        let parcel = scene.around(&wire::encode(&content));
        assert_eq!(open(&parcel, &scene.key), Err(OpenError::InnerMismatch));
    }
}

#[test]
fn unreadable_and_later_contents_are_told_apart() {
    let scene = scene();
    let check = |plain: &[u8], expect: OpenError| {
        assert_eq!(open(&scene.around(plain), &scene.key), Err(expect));
    };
    let good = wire::encode(&scene.content(one_of_each()));
    check(b"", OpenError::Undecodable);
    check(b"not cbor", OpenError::Undecodable);
    check(&good[..good.len() - 1], OpenError::Undecodable);
    check(&[good.as_slice(), &[0]].concat(), OpenError::Undecodable);
    let later = ParcelContent { schema: 2, ..scene.content(Vec::new()) };
    check(&wire::encode(&later), OpenError::NewerSchema);
    // [7, null] after a known item.
    let mut with_unknown = wire::encode(&scene.content(vec![Item::Challenge([0; 32])]));
    let items_at = with_unknown.len() - 37;
    assert_eq!(with_unknown[items_at], 0x81);
    with_unknown[items_at] = 0x82;
    with_unknown.extend([0x82, 7, 0xf6]);
    check(&with_unknown, OpenError::NewerSchema);
    // A schema of its own shape from the future.
    check(&[0xa1, 0, 9], OpenError::NewerSchema);
}

#[test]
fn too_much_is_refused_when_it_is_sealed_and_when_it_comes() {
    let scene = scene();
    let seal_all = |items: &[Item]| seal(&first(items), &scene.key, &scene.author, &scene.entropy);
    let many = vec![Item::Challenge([0; 32]); PARCEL_MAX_ITEMS];
    assert!(seal_all(&many).is_ok());
    let too_many = vec![Item::Challenge([0; 32]); PARCEL_MAX_ITEMS + 1];
    assert!(matches!(seal_all(&too_many), Err(SealError::Oversize { items: 513, .. })));
    let large = [Item::Revision(vec![0; PARCEL_MAX_PLAIN_BYTES])];
    assert!(matches!(seal_all(&large), Err(SealError::Oversize { items: 1, .. })));
    let by_a_faulty_author = scene.around(&wire::encode(&scene.content(too_many)));
    assert_eq!(open(&by_a_faulty_author, &scene.key), Err(OpenError::Oversize));
    let bomb = scene.around(&vec![0; 100 * PARCEL_MAX_PLAIN_BYTES]);
    assert!(bomb.body().len() < 4096);
    assert_eq!(open(&bomb, &scene.key), Err(OpenError::Oversize));
}

#[test]
fn the_largest_parcel_fits_a_request() {
    let scene = scene();
    let mut noise = vec![0; PARCEL_MAX_PLAIN_BYTES - 200];
    scene.entropy.fill(&mut noise);
    let bytes = scene.seal(&[Item::Revision(noise)]).to_bytes();
    assert!(bytes.len() < PARCEL_MAX_BYTES && PARCEL_MAX_BYTES < REQUEST_MAX_BYTES / 3);
    assert!(scene.verify(SealedParcel::from_bytes(&bytes).unwrap()).core().size_bucket > 200_000);
}

#[test]
fn a_chain_that_does_not_hold_is_not_sealed() {
    let scene = scene();
    let check =
        |seq, prev| seal(&SealInput { seq, prev, items: &[] }, &scene.key, &scene.author, &scene.entropy);
    assert_eq!(check(0, NO_PREVIOUS), Err(SealError::Chain));
    assert_eq!(check(2, NO_PREVIOUS), Err(SealError::Chain));
    assert_eq!(check(1, Hash::from_bytes([1; 32])), Err(SealError::Chain));
    let one = check(1, NO_PREVIOUS).unwrap();
    let two = scene.verify(check(2, one.core_hash()).unwrap());
    assert_eq!((two.core().seq, two.core().prev), (2, one.core_hash()));
    let stranger = SigningKey::from_seed(&[1; 32]);
    assert_eq!(seal(&first(&[]), &scene.key, &stranger, &scene.entropy), Err(SealError::Grant));
}

#[test]
fn debug_output_shows_no_answer() {
    let scene = scene();
    let items = vec![Item::Revision(b"canary".to_vec()), Item::Act(b"canary".to_vec())];
    let parcel = scene.verify(scene.seal(&items));
    let opened = open(&parcel, &scene.key).unwrap();
    let shown = format!("{opened:?} {parcel:?} {items:?} {:?}", scene.content(items.clone()));
    assert!(!shown.contains("canary") && !shown.contains("99, 97, 110"), "{shown}");
}

#[test]
fn each_reason_not_to_open_has_its_own_code() {
    let errors = [
        OpenError::Grant,
        OpenError::Decrypt,
        OpenError::Commit,
        OpenError::InnerMismatch,
        OpenError::Undecodable,
        OpenError::NewerSchema,
        OpenError::Oversize,
    ];
    let codes: std::collections::BTreeSet<_> = errors.iter().map(OpenError::code).collect();
    assert_eq!(codes.len(), errors.len());
    for code in QuarantineCode::ALL {
        assert_eq!(QuarantineCode::from_number(code.number()), *code);
        assert_ne!(code.name(), "other");
    }
}

#[test]
fn a_file_carries_what_a_push_would() {
    let scene = scene();
    let file = ParcelFile {
        credential: None,
        grants: vec![scene.grant.to_bytes().into()],
        parcels: vec![scene.seal(&[]).to_bytes().into(), b"broken".to_vec().into()],
        ..ParcelFile::default()
    };
    let read = ParcelFile::from_bytes(&file.to_bytes()).unwrap();
    assert_eq!(read, file);
    assert!(SealedParcel::from_bytes(&read.parcels[0]).is_ok());
    assert!(SealedParcel::from_bytes(&read.parcels[1]).is_err());
}

fn any_item() -> impl Strategy<Value = Item> {
    let bytes = || proptest::collection::vec(any::<u8>(), 0..400);
    prop_oneof![
        bytes().prop_map(Item::Revision),
        bytes().prop_map(Item::Act),
        (0..=wire::COUNT_MAX)
            .prop_map(|entries_made| Item::Statement(Statement { entries_made, ..statement() })),
        any::<[u8; 32]>().prop_map(Item::Challenge),
        any::<[u8; 32]>().prop_map(Item::ChallengeReply),
        (any::<[u8; 16]>(), 0..=SEQ_MAX)
            .prop_map(|(id, last_seq)| Item::Succeeds { incarnation: Incarnation::from_bytes(id), last_seq }),
        any::<(u32, [u8; 32])>()
            .prop_map(|(version, hash)| Item::StudyVersion { version, hash: Hash::from_bytes(hash) }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_items_come_back(items in proptest::collection::vec(any_item(), 0..20)) {
        let scene = scene();
        let lens: usize = items.iter().map(Item::encoded_len).sum();
        let parcel = scene.verify(scene.seal(&items));
        let opened = open(&parcel, &scene.key).unwrap();
        prop_assert!(opened.plain.len() <= lens + 200);
        prop_assert_eq!(opened.content.items, items);
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(SealedParcel::from_bytes(&bytes).is_err());
        prop_assert!(ParcelContent::decode(&bytes).is_err());
        prop_assert!(ParcelFile::from_bytes(&bytes).is_err() || bytes.len() < 10);
        prop_assert!(Signed::from_bytes(&bytes).is_err());
    }

    #[test]
    fn a_content_with_any_byte_changed_never_panics(at in any::<prop::sample::Index>(), value in any::<u8>()) {
        let scene = scene();
        let mut plain = wire::encode(&scene.content(one_of_each()));
        let at = at.index(plain.len());
        plain[at] = value;
        let opened = open(&scene.around(&plain), &scene.key);
        prop_assert!(opened.is_err() || opened.is_ok_and(|opened| *opened.plain == plain));
    }
}
