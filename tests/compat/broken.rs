//! Broken files: each states the error that it must give, in every later version too.

use std::collections::BTreeSet;

use diary_core::api::RefusalCode;
use diary_core::entropy::SeededEntropy;
use diary_core::ids::{Hash, KeyId, VaultId};
use diary_core::keys::{Bundle, Certificate, EnrolmentLink, RecoverySecret, SignedJoinRequest};
use diary_core::keys::{root_fingerprint, sealing::SealingKey};
use diary_core::parcel::{
    Grant, NO_PREVIOUS, Receipt, ReceiptLevel, Rewrap, SealedParcel, VerifyError, open, open_grant,
    sign_group,
};
use diary_core::signed::{Kind, Signed};
use diary_core::wire;

use crate::by_hand::{self, ByHand};
use crate::cast::{self, Cast, INCARNATION, RETIRED, VAULT};
use crate::files::{names, read, write};
use crate::golden;

/// Result of reading the bytes as the format that the first word of the file's name states: an error, or `accepted`.
fn outcome(name: &str, bytes: &[u8]) -> String {
    let cast = Cast::new();
    let (device, bundle) = (cast.device.verifying_key(), cast.bundle());
    let said = |result: Result<(), String>| result.err().unwrap_or_else(|| "accepted".to_owned());
    let text = || String::from_utf8(bytes.to_vec()).unwrap();
    let signed = || Signed::from_bytes(bytes).unwrap();
    match name.split(['_', '.']).next().unwrap() {
        "parcel" => of_parcel(&cast, bytes),
        "receipt" => {
            said(Receipt::from_bytes(bytes).unwrap().verify(&bundle).map(drop).map_err(|e| format!("{e:?}")))
        }
        "bundle" => {
            let pinned = root_fingerprint(&cast.root.verifying_key());
            said(Bundle::verify(&signed(), &pinned).map(drop).map_err(|e| format!("{e:?}")))
        }
        "certificate" => {
            said(Certificate::verify(&signed(), &bundle).map(drop).map_err(|e| format!("{e:?}")))
        }
        "grant" => said(open_grant(&signed(), &device, &cast.site).map(drop).map_err(|e| format!("{e:?}"))),
        "rewrap" => {
            let grant = golden::grant(&cast).0;
            let opened = Rewrap::verify(&signed(), &bundle).and_then(|it| it.open(&grant, &cast.phone));
            said(opened.map(drop).map_err(|e| format!("{e:?}")))
        }
        "join" => {
            let join = SignedJoinRequest::from_bytes(bytes).unwrap();
            let seen = join.verify().and_then(|_| join.check_secret(&cast::enrolment_secret()));
            said(seen.map_err(|e| format!("{e:?}")))
        }
        "link" => said(text().parse::<EnrolmentLink>().map(drop).map_err(|e| format!("{e:?}"))),
        "recovery" => said(RecoverySecret::parse(&text()).map(drop).map_err(|e| format!("{e:?}"))),
        other => panic!("{other}: no such format"),
    }
}

fn of_parcel(cast: &Cast, bytes: &[u8]) -> String {
    let refused = |error: &VerifyError| format!("refused: {}", RefusalCode::from(error));
    let sealed = match SealedParcel::from_bytes(bytes) {
        Ok(sealed) => sealed,
        Err(error) => return refused(&error.into()),
    };
    match sealed.verify(&cast.device.verifying_key()) {
        Err(error) => refused(&error),
        Ok(parcel) => match open(&parcel, &golden::grant(cast).1) {
            Err(error) => format!("quarantined: {}", error.code()),
            Ok(_) => "accepted".to_owned(),
        },
    }
}

/// A valid parcel, made by hand.
fn sound(cast: &Cast) -> ByHand {
    let (grant, key) = golden::grant(cast);
    ByHand {
        suite: 1,
        author: cast.device.id(),
        seq: 1,
        prev: NO_PREVIOUS,
        grant: grant.hash(),
        grant_secret: *key.secret(),
        author_seed: *cast.device.seed(),
        plain: inside(cast, 1, 3),
        bucket_is_off_by: 0,
        commit_to: None,
    }
}

fn inside(cast: &Cast, schema: u32, tag: u8) -> Vec<u8> {
    by_hand::plain(schema, VAULT, cast.device.id(), INCARNATION, 1, &by_hand::item(tag))
}

type Broken = (&'static str, &'static str, Vec<u8>);

fn parcels(cast: &Cast) -> Vec<Broken> {
    let sound = sound(cast);
    let whole = sound.seal();
    let flipped = |from_end: usize| {
        let mut bytes = whole.clone();
        let at = bytes.len() - from_end;
        bytes[at] ^= 1;
        bytes
    };
    let made = |change: &dyn Fn(&mut ByHand)| {
        let mut parcel = sound.clone();
        change(&mut parcel);
        parcel.seal()
    };
    let other_vault = VaultId::from_bytes([9; 16]);
    let inside_other_vault =
        by_hand::plain(1, other_vault, cast.device.id(), INCARNATION, 1, &by_hand::item(3));
    vec![
        ("parcel_cut.hex", "refused: undecodable", whole[..whole.len() - 1].to_vec()),
        ("parcel_with_more_behind.hex", "refused: undecodable", [whole.as_slice(), &[0]].concat()),
        ("parcel_signature_flipped.hex", "refused: signature", flipped(1)),
        ("parcel_body_flipped.hex", "refused: signature", flipped(100)),
        (
            "parcel_of_another_author.hex",
            "refused: signature",
            made(&|p| p.author = KeyId::from_bytes([9; 16])),
        ),
        ("parcel_signed_by_another.hex", "refused: signature", made(&|p| p.author_seed = [9; 32])),
        ("parcel_of_suite_2.hex", "refused: suite", made(&|p| p.suite = 2)),
        ("parcel_number_0.hex", "refused: core", made(&|p| p.seq = 0)),
        ("parcel_2_without_predecessor.hex", "refused: core", made(&|p| p.seq = 2)),
        ("parcel_1_with_predecessor.hex", "refused: core", made(&|p| p.prev = Hash::from_bytes([9; 32]))),
        ("parcel_of_another_size.hex", "refused: core", made(&|p| p.bucket_is_off_by = 64)),
        ("parcel_under_another_key.hex", "quarantined: decrypt", made(&|p| p.grant_secret = [9; 32])),
        (
            "parcel_under_another_grant.hex",
            "quarantined: grant",
            made(&|p| p.grant = Hash::from_bytes([9; 32])),
        ),
        ("parcel_committed_elsewhere.hex", "quarantined: commit", made(&|p| p.commit_to = Some(vec![9]))),
        (
            "parcel_of_another_vault_inside.hex",
            "quarantined: inner-mismatch",
            made(&|p| p.plain = inside_other_vault.clone()),
        ),
        ("parcel_not_cbor.hex", "quarantined: undecodable", made(&|p| p.plain = b"not cbor".to_vec())),
        ("parcel_of_schema_2.hex", "quarantined: newer-schema", made(&|p| p.plain = inside(cast, 2, 3))),
        (
            "parcel_with_an_unknown_item.hex",
            "quarantined: newer-schema",
            made(&|p| p.plain = inside(cast, 1, 7)),
        ),
        ("parcel_that_swells.hex", "quarantined: oversize", made(&|p| p.plain = vec![0; 10_000_000])),
    ]
}

fn receipts(cast: &Cast) -> Vec<Broken> {
    let one = |level, by: &diary_core::keys::SigningKey| {
        sign_group(&[cast.receipt(level, by, 1)], by)[0].to_bytes()
    };
    let borrowed = sign_group(&[cast.receipt(ReceiptLevel::Merged, &cast.keeper, 1)], &cast.relay);
    let mut altered = sign_group(&cast.receipts(), &cast.keeper)[1].to_bytes();
    altered[40] ^= 1;
    assert!(cast.receipt(ReceiptLevel::Stored, &cast.former, 1).server_time > RETIRED);
    vec![
        ("receipt_relay_says_merged.hex", "Role", one(ReceiptLevel::Merged, &cast.relay)),
        ("receipt_relay_as_keeper.hex", "Signature", borrowed[0].to_bytes()),
        ("receipt_of_a_stranger.hex", "UnknownServer", one(ReceiptLevel::Stored, &cast.device)),
        ("receipt_after_retirement.hex", "Retired", one(ReceiptLevel::Merged, &cast.former)),
        ("receipt_altered.hex", "Signature", altered),
    ]
}

fn signed_things(cast: &Cast) -> Vec<Broken> {
    let entropy = SeededEntropy::new(2);
    let certificate = cast.certificate(Vec::new());
    let forged = Certificate { by: cast.relay.id(), ..certificate.clone() };
    let mislabelled = Signed::sign(Kind::Certificate, wire::encode(&cast.bundle()), &cast.root);
    let other_root = Bundle { root: cast.keeper.verifying_key(), ..cast.bundle() };
    let stranger = SealingKey::from_bytes(&[9; 32]);
    let (other_key, for_stranger) =
        Grant::make(&cast::grant_scope(), &[stranger.public()], &cast.device, &entropy).unwrap();
    let rewrap = |by| Rewrap::make(&other_key, cast.phone.public(), by, &entropy).unwrap().to_bytes();
    let join = cast.join_request();
    let secret = cast::enrolment_secret();
    let without_link = diary_core::keys::EnrolmentSecret::from_bytes(&[9; 16]);
    vec![
        ("bundle_of_another_root.hex", "Root", other_root.sign(&cast.keeper).to_bytes()),
        ("bundle_not_by_its_root.hex", "Signature", cast.bundle().sign(&cast.keeper).to_bytes()),
        ("bundle_signed_as_certificate.hex", "Signature", mislabelled.to_bytes()),
        ("certificate_by_a_relay.hex", "NotAKeeper", forged.sign(&cast.relay).to_bytes()),
        ("certificate_not_by_its_keeper.hex", "Signature", certificate.sign(&cast.relay).to_bytes()),
        ("grant_for_others.hex", "NotARecipient", for_stranger.to_bytes()),
        ("rewrap_by_a_relay.hex", "Keeper(NotAKeeper)", rewrap(&cast.relay)),
        ("rewrap_of_another_grant.hex", "Open", rewrap(&cast.keeper)),
        ("join_by_another_key.hex", "Signature", join.sign(&cast.relay, &secret).to_bytes()),
        ("join_without_the_link.hex", "Secret", join.sign(&cast.device, &without_link).to_bytes()),
    ]
}

fn texts(cast: &Cast) -> Vec<Broken> {
    let link = cast.link().to_text();
    let changed = |from: &str, to: &str| link.replace(from, to).into_bytes();
    let typed = cast::recovery_secret().to_text();
    vec![
        ("link_cut.txt", "Secret", link.as_bytes()[..link.len() - 4].to_vec()),
        ("link_of_version_2.txt", "Version", changed("#v1.", "#v2.")),
        ("link_without_tls.txt", "PlainHttp", changed("https://", "http://")),
        ("link_elsewhere.txt", "NotALink", changed("/join#", "/login#")),
        ("recovery_mistyped.txt", "Check", typed.replacen('R', "Q", 1).into_bytes()),
        ("recovery_short.txt", "Length { found: 27 }", typed.as_bytes()[..typed.len() - 1].to_vec()),
    ]
}

fn all() -> Vec<Broken> {
    let cast = Cast::new();
    [parcels(&cast), receipts(&cast), signed_things(&cast), texts(&cast)].concat()
}

/// Writes the files anew.
pub(crate) fn bless() {
    for (name, expect, bytes) in all() {
        write(&format!("invalid/{name}"), expect, &bytes);
    }
}

#[test]
fn every_broken_thing_meets_the_end_that_its_file_names() {
    for name in names("invalid") {
        let (expect, bytes) = read(&format!("invalid/{name}"));
        assert_eq!(outcome(&name, &bytes), expect, "{name}");
    }
}

#[test]
fn every_broken_thing_has_its_file_and_its_end_is_not_changed() {
    let made = all();
    assert_eq!(names("invalid"), made.iter().map(|(name, ..)| (*name).to_owned()).collect::<BTreeSet<_>>());
    for (name, expect, bytes) in made {
        assert_eq!(read(&format!("invalid/{name}")).0, expect, "{name}");
        assert_eq!(outcome(name, &bytes), expect, "{name}, made anew");
    }
}

#[test]
fn a_parcel_sealed_by_hand_from_the_protocol_opens() {
    let cast = Cast::new();
    assert_eq!(of_parcel(&cast, &sound(&cast).seal()), "accepted");
    let large = ByHand { plain: vec![0; 100], ..sound(&cast) };
    assert_eq!(of_parcel(&cast, &large.seal()), "quarantined: undecodable");
}
