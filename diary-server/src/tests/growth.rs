//! Taking parcels in and merging them grows with what comes, and not with its square. Steps of the database are counted, on
//! the thread that writes: there is one where the runtime has several.

use diary_core::act::{Act, ActContent};
use diary_core::ids::{ActId, Hash};
use diary_core::parcel::{Item, NO_PREVIOUS, SealedParcel};

use crate::tests::{Keeper, Phone, START, Server};
use diary_store::testing;

const FEW: u64 = 48;
const MANY: u64 = 4 * FEW;

/// Four times as many may take so many times the steps: four times, and what the logarithm adds.
const GROWTH: u64 = 5;

struct Site {
    keeper: Keeper,
    server: Server,
    phone: Phone,
}

impl Site {
    async fn new() -> Self {
        let keeper = Keeper::new().await;
        let server = keeper.serve().await;
        let phone = keeper.phone("001").await;
        Self { keeper, server, phone }
    }

    /// Steps that the thread which writes has taken so far.
    async fn steps(&self) -> u64 {
        testing::steps(&self.keeper.store).await.unwrap()
    }

    async fn push(&self, parcels: &[SealedParcel]) {
        self.server.push(&self.phone.push(parcels)).await;
    }

    /// A parcel at the place of `seq` that is no other's.
    fn at(&mut self, seq: u64, prev: Hash) -> SealedParcel {
        (self.phone.seq, self.phone.prev) = (seq - 1, prev);
        self.phone.next("hello")
    }
}

/// Asserts that four times as much work takes about four times as many steps.
fn assert_grows(what: &str, few: u64, many: u64) {
    assert!(few > 0, "{what}: nothing is counted");
    assert!(many < GROWTH * few, "{what}: {few} steps for {FEW}, {many} for {MANY}");
}

async fn forks(n: u64) -> u64 {
    let mut site = Site::new().await;
    let before = site.steps().await;
    for _ in 0..n {
        let parcel = site.at(1, NO_PREVIOUS);
        site.push(&[parcel]).await;
    }
    site.server.settle().await;
    site.steps().await - before
}

#[tokio::test(flavor = "multi_thread")]
async fn parcels_at_one_place_are_not_held_against_all_others_there() {
    assert_grows("forks", forks(FEW).await, forks(MANY).await);
}

async fn after_forks(n: u64) -> u64 {
    let mut site = Site::new().await;
    let mut last = NO_PREVIOUS;
    for _ in 0..n {
        let parcel = site.at(1, NO_PREVIOUS);
        last = parcel.core_hash();
        site.push(&[parcel]).await;
    }
    let next = site.at(2, last);
    let before = site.steps().await;
    site.push(&[next]).await;
    site.steps().await - before
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_one_of_many_forks_finds_it_at_once() {
    let (few, many) = (after_forks(FEW).await, after_forks(MANY).await);
    assert!(many <= few + 50, "{few} steps behind {FEW} forks, {many} behind {MANY}");
}

/// Steps for the first parcel, after all others have come.
async fn tail(n: u64) -> u64 {
    let mut site = Site::new().await;
    let parcels: Vec<SealedParcel> = (0..n).map(|_| site.phone.next("hello")).collect();
    site.push(&parcels[1..]).await;
    let before = site.steps().await;
    site.push(&parcels[..1]).await;
    let taken = site.steps().await - before;
    let (vault, author) = (site.phone.vault, site.phone.signing.id());
    let incarnation = site.phone.incarnation;
    let whole = testing::whole(&site.keeper.store, vault, incarnation, author).await.unwrap();
    assert_eq!(whole.cast_unsigned(), n, "everything up to the last is there");
    taken
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_tail_is_read_at_once_and_not_parcel_by_parcel() {
    let (few, many) = (tail(FEW).await, tail(MANY).await);
    let of_one = (many - few) / (MANY - FEW);
    assert!(of_one < 40, "{few} steps for a tail of {FEW}, {many} for one of {MANY}");
}

/// Steps to read what waits of a phone that was revoked.
async fn revoked(n: u64) -> u64 {
    let mut site = Site::new().await;
    let parcels: Vec<SealedParcel> = (0..n).map(|_| site.phone.next("hello")).collect();
    site.push(&parcels).await;
    site.keeper.revoke(&site.phone).await;
    let (found, taken) = testing::waiting_steps(&site.keeper.store, 1_000).await.unwrap();
    assert_eq!(found, n);
    taken
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_of_a_revoked_phone_are_read_once_for_all_that_waits() {
    let (few, many) = (revoked(FEW).await, revoked(MANY).await);
    let of_one = (many - few) / (MANY - FEW);
    assert!(
        of_one < 100,
        "{few} steps for {FEW} parcels, {many} for {MANY}: a statement for each counts 100"
    );
}

async fn acts(n: u64) -> u64 {
    let site = Site::new().await;
    let (vault, bundle) = (site.phone.vault, site.keeper.bundle.clone());
    for one in 0..n {
        let content =
            ActContent::Visit { date: diary_core::time::DiaryDay::default(), kind: "v".into(), held: true };
        let mut id = [0; 16];
        id[..8].copy_from_slice(&one.to_be_bytes());
        let act = Act {
            id: ActId::from_bytes(id),
            counter: (one + 1).into(),
            by: "li".into(),
            at: START,
            reason: None,
            content,
            replaces: None,
        };
        let state = diary_store::MergeStore::keeper_state(&*site.keeper.store, vault).await.unwrap();
        let entropy: &dyn diary_core::entropy::Entropy = &*site.keeper.entropy;
        let keys = &site.keeper.keys;
        let authored =
            keys.author_parcel(&bundle, vault, &state, &state.devices, &[Item::act(&act)], START, entropy);
        let append = diary_store::KeeperAppend {
            vault,
            after: state.head,
            authored: authored.unwrap(),
            counter: (one + 1).into(),
            at: START,
        };
        diary_store::MergeStore::append_keeper(&*site.keeper.store, append, site.keeper.signer(), None)
            .await
            .unwrap();
        site.server.settle().await;
    }
    let (found, taken) = testing::stored_steps(&site.keeper.store, vault).await.unwrap();
    assert_eq!(found, n);
    taken + site.steps().await
}

#[tokio::test(flavor = "multi_thread")]
async fn acts_are_not_read_again_for_each_of_them() {
    assert_grows("acts", acts(FEW).await, acts(MANY).await);
}
