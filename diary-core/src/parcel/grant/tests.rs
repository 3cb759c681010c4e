//! Recipients of a grant, and recipients added by a rewrap.

use super::*;
use crate::entropy::SeededEntropy;
use crate::keys::{ServerKey, ServerRole};

struct Scene {
    entropy: SeededEntropy,
    author: SigningKey,
    keeper: SigningKey,
    relay: SigningKey,
    site: SealingKey,
    recovery: SealingKey,
    phone: SealingKey,
    bundle: Bundle,
}

fn scene() -> Scene {
    let entropy = SeededEntropy::new(21);
    let [author, keeper, relay] = [(); 3].map(|()| SigningKey::generate(&entropy));
    let [site, recovery, phone] = [(); 3].map(|()| SealingKey::generate(&entropy));
    let bundle = Bundle {
        version: 1,
        study: "S".parse().unwrap(),
        root: author.verifying_key(),
        issued: UtcMillis(0),
        expires: UtcMillis(0),
        servers: [(&keeper, ServerRole::Keeper), (&relay, ServerRole::Relay)]
            .map(|(key, role)| ServerKey { key: key.verifying_key(), role, retired: None })
            .to_vec(),
        sites: Vec::new(),
        recovery: Vec::new(),
        studies: Vec::new(),
    };
    Scene { entropy, author, keeper, relay, site, recovery, phone, bundle }
}

impl Scene {
    fn grant(&self, no: u32) -> (GrantKey, Signed) {
        let scope = GrantScope {
            study: "S".parse().unwrap(),
            vault: VaultId::from_bytes([1; 16]),
            incarnation: Incarnation::from_bytes([2; 16]),
            no,
            generation: 1,
        };
        let recipients = [self.site.public(), self.recovery.public()];
        Grant::make(&scope, &recipients, &self.author, &self.entropy).unwrap()
    }
}

#[test]
fn a_grant_opens_for_each_recipient_and_for_nobody_else() {
    let scene = scene();
    let (made, signed) = scene.grant(1);
    let author = scene.author.verifying_key();
    for key in [&scene.site, &scene.recovery] {
        let opened = open_grant(&signed, &author, key).unwrap();
        assert_eq!(
            (opened.secret(), opened.hash(), opened.header()),
            (made.secret(), made.hash(), made.header())
        );
    }
    assert_eq!(open_grant(&signed, &author, &scene.phone).err(), Some(GrantError::NotARecipient));
    assert_eq!(
        open_grant(&signed, &scene.keeper.verifying_key(), &scene.site).err(),
        Some(GrantError::Signature)
    );
    let grant = Grant::verify(&signed, &author).unwrap();
    assert!(grant.covers(&[scene.site.id(), scene.recovery.id()]));
    assert!(!grant.covers(&[scene.site.id(), scene.phone.id()]));
    assert_eq!(Grant::peek(&signed).unwrap(), *grant.header());
    assert_eq!(grant.with_secret(made.secret()).secret(), made.secret());
    assert!(!format!("{made:?}").contains(&crate::ids::to_hex(made.secret())));
}

#[test]
fn every_flipped_byte_of_a_grant_is_refused() {
    let scene = scene();
    let bytes = scene.grant(1).1.to_bytes();
    let author = scene.author.verifying_key();
    let accepted =
        |bytes: &[u8]| Signed::from_bytes(bytes).is_ok_and(|signed| Grant::verify(&signed, &author).is_ok());
    assert!(accepted(&bytes));
    for at in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[at] ^= 1 << (at % 8);
        assert!(!accepted(&altered), "byte {at}");
    }
}

#[test]
fn wraps_do_not_move_between_grants() {
    let scene = scene();
    let parts = |signed: &Signed| -> GrantParts {
        wire::decode("grant", signed.unverified(), GRANT_MAX_BYTES).unwrap()
    };
    let (one, two) = (parts(&scene.grant(1).1), parts(&scene.grant(2).1));
    let mixed = GrantParts { header: one.header, wraps: two.wraps };
    let signed = Signed::sign(Kind::Grant, wire::encode(&mixed), &scene.author);
    let opened = open_grant(&signed, &scene.author.verifying_key(), &scene.site);
    assert_eq!(opened.err(), Some(GrantError::Open));
}

#[test]
fn a_rewrap_of_a_keeper_adds_a_recipient() {
    let scene = scene();
    let (made, signed) = scene.grant(1);
    let grant = Grant::verify(&signed, &scene.author.verifying_key()).unwrap();
    let rewrap = Rewrap::make(&made, scene.phone.public(), &scene.keeper, &scene.entropy).unwrap();
    let rewrap = Rewrap::verify(&rewrap, &scene.bundle).unwrap();
    assert_eq!(rewrap.open(&grant, &scene.phone).unwrap().secret(), made.secret());
    assert_eq!(rewrap.open(&grant, &scene.site).err(), Some(GrantError::NotARecipient));
    let (_, other) = scene.grant(2);
    let other = Grant::verify(&other, &scene.author.verifying_key()).unwrap();
    assert_eq!(rewrap.open(&other, &scene.phone).err(), Some(GrantError::Open));
    let renamed = Rewrap { grant: other.hash(), ..rewrap };
    assert_eq!(renamed.open(&other, &scene.phone).err(), Some(GrantError::Open));
    let by_relay = Rewrap::make(&made, scene.phone.public(), &scene.relay, &scene.entropy).unwrap();
    assert_eq!(
        Rewrap::verify(&by_relay, &scene.bundle),
        Err(GrantError::Keeper(CertificateError::NotAKeeper))
    );
}

#[test]
fn a_grant_is_spent_after_30_days_or_512_parcels() {
    let made = UtcMillis(1_000_000);
    assert!(!Grant::is_spent(made, made.plus_ms(GRANT_MAX_AGE_MS), GRANT_MAX_PARCELS - 1));
    assert!(Grant::is_spent(made, made.plus_ms(GRANT_MAX_AGE_MS + 1), 0));
    assert!(Grant::is_spent(made, made, GRANT_MAX_PARCELS));
    // A clock set back a long way must not keep a grant alive for ever.
    assert!(Grant::is_spent(made, made.plus_ms(-GRANT_MAX_AGE_MS - 1), 0));
}
