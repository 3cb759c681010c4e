//! Tests of the next bundle.

use diary_core::entropy::SeededEntropy;
use diary_core::keys::{RecoveryKey, SealingKey, SigningKey};

use super::*;

const NOW: UtcMillis = UtcMillis(50_000);

fn entropy(seed: u64) -> SeededEntropy {
    SeededEntropy::new(seed)
}

fn site() -> SiteId {
    "beijing".parse().unwrap()
}

fn public(seed: u64) -> SealingPublic {
    SealingKey::generate(&entropy(seed)).public().clone()
}

fn bundle() -> Bundle {
    let keeper = SigningKey::generate(&entropy(1)).verifying_key();
    let relay = SigningKey::generate(&entropy(2)).verifying_key();
    let other = "shanghai".parse().unwrap();
    let key = |site: SiteId, seed| SiteKey {
        site,
        generation: 1,
        status: SiteKeyStatus::Active,
        key: public(seed),
    };
    Bundle {
        version: 3,
        study: "S".parse().unwrap(),
        root: SigningKey::generate(&entropy(3)).verifying_key(),
        issued: UtcMillis(1),
        expires: UtcMillis(2),
        servers: vec![
            ServerKey { key: keeper, role: ServerRole::Keeper, retired: None },
            ServerKey { key: relay, role: ServerRole::Relay, retired: None },
        ],
        sites: vec![key(site(), 4), key(other, 5)],
        recovery: vec![RecoveryKey { site: site(), key: public(6) }],
        studies: Vec::new(),
    }
}

fn next(held: &Bundle, changes: &[Change]) -> Result<Bundle, RotationError> {
    next_bundle(held, &site(), changes, NOW, 1_000)
}

#[test]
fn a_renewed_bundle_says_the_same_until_later() {
    let renewed = next(&bundle(), &[Change::Renew]).unwrap();
    assert!(renewed.replaces(&bundle()) && renewed.is_expired(UtcMillis(51_001)));
    let same = Bundle { version: 3, issued: UtcMillis(1), expires: UtcMillis(2), ..renewed };
    assert_eq!(same, bundle());
}

#[test]
fn a_generation_is_announced_then_used_and_those_before_it_expire_at_this_site_alone() {
    let announced = next(&bundle(), &[Change::Announce(public(7))]).unwrap();
    assert_eq!(announced.site_key(&site()).unwrap().generation, 1, "announced is not in use");
    assert_eq!(announced.site_key_of(&site(), 2).unwrap().status, SiteKeyStatus::Pending);
    let again = next(&announced, &[Change::Announce(public(8))]);
    assert_eq!(again, Err(RotationError::Pending { generation: 2 }));
    let active = next(&announced, &[Change::Activate(2)]).unwrap();
    assert_eq!(active.site_key(&site()).unwrap().generation, 2);
    assert_eq!(active.site_key_of(&site(), 1).unwrap().status, SiteKeyStatus::Expired);
    assert_eq!(active.site_key(&"shanghai".parse().unwrap()).unwrap().generation, 1);
    assert_eq!(next(&active, &[Change::Activate(1)]), Err(RotationError::NotPending { generation: 1 }));
    assert_eq!(next(&active, &[Change::Activate(9)]), Err(RotationError::NotPending { generation: 9 }));
    let third = next(&active, &[Change::Announce(public(9)), Change::Activate(3)]).unwrap();
    assert_eq!(third.site_key(&site()).unwrap().generation, 3);
    assert_eq!(third.sites.len(), 4, "nothing that was named is forgotten");
}

#[test]
fn a_keeper_that_a_lost_bundle_named_is_named_again_as_retired() {
    let (lost, new) = (SigningKey::generate(&entropy(20)), SigningKey::generate(&entropy(21)));
    let replaced = |key: &SigningKey| next(&bundle(), &[Change::ReplaceKeeper(key.verifying_key())]).unwrap();
    let (other, held) = (replaced(&lost), replaced(&new));
    assert_eq!(lost_keepers(&held, &other), [lost.verifying_key()]);
    assert_eq!(lost_keepers(&held, &held), []);
    let of_study = Bundle { study: "other-study".parse().unwrap(), ..other.clone() };
    assert_eq!(lost_keepers(&held, &of_study), []);
    let of_root = Bundle { root: lost.verifying_key(), ..other };
    assert_eq!(lost_keepers(&held, &of_root), []);

    let keys = vec![lost.verifying_key(), new.verifying_key()];
    let named = next(&held, &[Change::NameLost(keys.clone())]).unwrap();
    assert_eq!(named.keeper(lost.verifying_key().id()).unwrap().retired, Some(NOW));
    assert_eq!(named.keeper(new.verifying_key().id()).unwrap().retired, None, "it is in use");
    assert_eq!(next(&named, &[Change::NameLost(keys)]).unwrap().servers, named.servers);
}

#[test]
fn a_replaced_keeper_is_retired_and_named_for_ever_and_relays_stay() {
    let new = SigningKey::generate(&entropy(20)).verifying_key();
    let replaced = next(&bundle(), &[Change::ReplaceKeeper(new)]).unwrap();
    assert_eq!(replaced.servers.len(), 3);
    assert_eq!(replaced.servers[0].retired, Some(NOW));
    assert_eq!(replaced.servers[1].retired, None);
    assert_eq!(replaced.keeper(new.id()).unwrap().retired, None);
    assert_eq!(next(&replaced, &[Change::ReplaceKeeper(new)]), Err(RotationError::KnownKey));
    let more = SigningKey::generate(&entropy(21)).verifying_key();
    let twice =
        next_bundle(&replaced, &site(), &[Change::ReplaceKeeper(more)], UtcMillis(60_000), 1).unwrap();
    assert_eq!(twice.servers[0].retired, Some(NOW), "what was retired stays retired when it was");
}
