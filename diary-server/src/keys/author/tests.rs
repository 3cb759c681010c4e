//! Tests of the keeper's own parcels.

use diary_core::counter::Counter;
use diary_core::entropy::SeededEntropy;
use diary_core::ids::Incarnation;
use diary_core::keys::{RecoveryKey, SealingKey, ServerKey, ServerRole, SigningKey, SiteKey, SiteKeyStatus};
use diary_core::parcel::{GRANT_MAX_PARCELS, open};
use diary_core::time::DAY_MS;

use super::*;

const VAULT: VaultId = VaultId::from_bytes([5; 16]);
const NOW: UtcMillis = UtcMillis(1_780_000_000_000);

struct Bench {
    keys: KeeperKeys,
    bundle: Bundle,
    recovery: SealingKey,
    entropy: SeededEntropy,
}

impl Bench {
    fn new() -> Self {
        let entropy = SeededEntropy::new(3);
        let root = SigningKey::generate(&entropy).verifying_key();
        let recovery = SealingKey::generate(&entropy);
        let keys = KeeperKeys::generate("S".parse().unwrap(), "A1".parse().unwrap(), root, &entropy);
        let bundle = Bundle {
            version: 1,
            study: keys.study.clone(),
            root,
            issued: NOW,
            expires: NOW.plus_ms(DAY_MS),
            servers: vec![ServerKey {
                key: keys.signing.verifying_key(),
                role: ServerRole::Keeper,
                retired: None,
            }],
            sites: vec![SiteKey {
                site: keys.site.clone(),
                generation: 1,
                status: SiteKeyStatus::Active,
                key: keys.sealing(&keys.site, 1).unwrap().public().clone(),
            }],
            recovery: vec![RecoveryKey { site: keys.site.clone(), key: recovery.public().clone() }],
            studies: Vec::new(),
        };
        Self { keys, bundle, recovery, entropy }
    }

    fn author(
        &self,
        head: &KeeperHead,
        devices: &[SealingPublic],
        items: &[Item],
        now: UtcMillis,
    ) -> Authored {
        let state = self.state(head);
        self.keys.author_parcel(&self.bundle, VAULT, &state, devices, items, now, &self.entropy).unwrap()
    }

    /// State of a vault of the keeper's first site.
    fn state(&self, head: &KeeperHead) -> KeeperState {
        KeeperState {
            site: self.keys.site.clone(),
            head: head.clone(),
            devices: Vec::new(),
            last_counter: Counter::ZERO,
            missing: 0,
        }
    }
}

fn start() -> KeeperHead {
    KeeperHead::start(Incarnation::from_bytes([1; 16]))
}

fn item(n: u8) -> Item {
    Item::ChallengeReply([n; 32])
}

#[test]
fn every_parcel_opens_with_the_keys_of_site_recovery_and_each_device() {
    let bench = Bench::new();
    let phone = SealingKey::generate(&bench.entropy);
    let authored = bench.author(&start(), &[phone.public().clone()], &[item(1)], NOW);
    let author = bench.keys.signing.verifying_key();
    let grant = Grant::verify(authored.grant.as_ref().unwrap(), &author).unwrap();
    let parcel = authored.parcels[0].clone().verify(&author).unwrap();
    for key in [&*bench.keys.sealing(&bench.keys.site, 1).unwrap(), &bench.recovery, &phone] {
        let opened = open(&parcel, &grant.open(key).unwrap()).unwrap();
        assert_eq!(opened.content.items, [item(1)]);
    }
}

#[test]
fn the_chain_goes_on_under_the_same_grant_while_its_readers_are_the_same() {
    let bench = Bench::new();
    let first = bench.author(&start(), &[], &[item(1)], NOW);
    let second = bench.author(&first.head, &[], &[item(2)], NOW.plus_ms(DAY_MS));
    assert!(second.grant.is_none());
    let core = second.parcels[0].peek_core().unwrap();
    assert_eq!((core.seq, core.prev), (2, first.parcels[0].core_hash()));
    assert_eq!(second.head.grant.as_ref().unwrap().parcels, 2);
}

#[test]
fn a_new_device_a_revoked_one_and_a_spent_grant_each_call_for_a_new_grant() {
    let bench = Bench::new();
    let phone = SealingKey::generate(&bench.entropy).public().clone();
    let alone = bench.author(&start(), &[], &[item(1)], NOW).head;
    let no = |authored: &Authored| Grant::peek(authored.grant.as_ref().unwrap()).unwrap().no;
    let joined = bench.author(&alone, std::slice::from_ref(&phone), &[item(2)], NOW);
    assert_eq!(no(&joined), 2);
    assert_eq!(no(&bench.author(&joined.head, &[], &[item(3)], NOW)), 3);
    assert_eq!(no(&bench.author(&alone, &[], &[item(4)], NOW.plus_ms(31 * DAY_MS))), 2);
    let mut spent = alone;
    spent.grant.as_mut().unwrap().parcels = GRANT_MAX_PARCELS;
    assert_eq!(no(&bench.author(&spent, &[], &[item(5)], NOW)), 2);
}

#[test]
fn many_items_are_split_into_parcels_that_fit() {
    let bench = Bench::new();
    let items: Vec<Item> = (0..=255).map(item).cycle().take(PARCEL_MAX_ITEMS + 1).collect();
    let authored = bench.author(&start(), &[], &items, NOW);
    assert_eq!((authored.parcels.len(), authored.head.seq), (2, 2));
    let large: Vec<Item> = (0..9).map(|_| Item::Revision(vec![0; 64 * 1024])).collect();
    let sizes: Vec<usize> = batches(&large).iter().map(|batch| batch.len()).collect();
    assert_eq!(sizes, [3, 3, 3]);
    assert!(batches(&[]).is_empty());
}

#[test]
fn a_generation_that_this_keeper_does_not_hold_is_named() {
    let mut bench = Bench::new();
    bench.bundle.sites[0].generation = 2;
    let state = bench.state(&start());
    let made = bench.keys.author_parcel(&bench.bundle, VAULT, &state, &[], &[item(1)], NOW, &bench.entropy);
    assert!(matches!(made, Err(AuthorError::NoSealingKey { generation: 2 })));
}
