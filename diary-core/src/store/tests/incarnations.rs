//! Past incarnations of a store, compared with a server that fell back.

use super::*;

/// Three incarnations of a store; a keeper has one parcel of the first.
fn three_incarnations(path: &str) -> Store {
    let mut store = joined(path);
    sealed(&mut store, 5, 1, 21);
    sealed(&mut store, 5, 2, 22);
    let had = HeldReceipt {
        core_hash: Hash::from_bytes([21; 32]),
        role: ReceiptRole::Keeper,
        level: ReceiptLevel::Stored,
        at: NOW,
        code: None,
        bytes: vec![1],
    };
    store.add_receipts(&[had]).unwrap();
    for (incarnation, core) in [(4, 23), (3, 24)] {
        store
            .begin_incarnation(
                Incarnation::from_bytes([incarnation; 16]),
                0,
                IncarnationEndReason::Copied,
                NOW,
            )
            .unwrap();
        sealed(&mut store, incarnation, 1, core);
    }
    store
}

fn offered_for_grants(store: &Store) -> Vec<u8> {
    store.one_of_each_grant(9).unwrap().iter().map(|parcel| parcel.core_hash.as_bytes()[0]).collect()
}

#[test]
fn what_was_sealed_again_in_a_later_life_is_not_offered_for_its_grant() {
    let folder = folder();
    let store = three_incarnations(&folder.path);
    assert_eq!(offered_for_grants(&store), [21, 24]);
}

#[test]
fn a_server_that_fell_back_is_offered_the_grants_of_what_it_had_merged_too() {
    let folder = folder();
    let mut store = three_incarnations(&folder.path);
    let core_hash = Hash::from_bytes([21; 32]);
    let (level, bytes) = (ReceiptLevel::Merged, vec![2]);
    let merged = HeldReceipt { core_hash, role: ReceiptRole::Keeper, level, at: NOW, code: None, bytes };
    store.add_receipts(&[merged]).unwrap();
    assert_eq!(offered_for_grants(&store), [24]);
    store.take_head(&[1], true).unwrap();
    store.want_grants(true).unwrap();
    assert_eq!(offered_for_grants(&store), [21, 24], "the server asked for some of them");
    store.want_grants(false).unwrap();
    assert_eq!(offered_for_grants(&store), [24]);
}

#[test]
fn a_server_that_fell_back_is_offered_past_lives_before_the_present_one() {
    let folder = folder();
    let mut store = three_incarnations(&folder.path);
    store.take_head(&[1], true).unwrap();
    let incarnations = [5, 4, 3].map(|incarnation| Incarnation::from_bytes([incarnation; 16]));
    assert_eq!(store.rechecks().unwrap(), incarnations);
}

#[test]
fn what_a_keeper_received_and_never_settled_is_held_against_what_it_has_after_a_while() {
    let folder = folder();
    let mut store = three_incarnations(&folder.path);
    let [first] = [5].map(|incarnation| Incarnation::from_bytes([incarnation; 16]));
    // An incarnation that ends with a parcel that a keeper had is compared once.
    assert_eq!(store.rechecks().unwrap(), [first]);
    store.rechecked(first).unwrap();
    store.recheck_unsettled(NOW.plus_ms(-1)).unwrap();
    assert_eq!(store.rechecks().unwrap(), [], "it was received later");
    store.recheck_unsettled(NOW.plus_ms(1)).unwrap();
    assert_eq!(store.rechecks().unwrap(), [first]);
}
