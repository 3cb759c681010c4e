//! Receipts: groups, roles and forgeries.

use proptest::prelude::*;

use super::*;
use crate::keys::ServerKey;

struct Servers {
    keeper: SigningKey,
    relay: SigningKey,
    former: SigningKey,
    bundle: Bundle,
}

const RETIRED_AT: UtcMillis = UtcMillis(500);

fn servers() -> Servers {
    let [keeper, relay, former] = [[1; 32], [2; 32], [3; 32]].map(|seed| SigningKey::from_seed(&seed));
    let server = |key: &SigningKey, role, retired| ServerKey { key: key.verifying_key(), role, retired };
    let bundle = Bundle {
        version: 1,
        study: "S".parse().unwrap(),
        root: keeper.verifying_key(),
        issued: UtcMillis(0),
        expires: UtcMillis(0),
        servers: vec![
            server(&keeper, ServerRole::Keeper, None),
            server(&relay, ServerRole::Relay, None),
            server(&former, ServerRole::Keeper, Some(RETIRED_AT)),
        ],
        sites: Vec::new(),
        recovery: Vec::new(),
        studies: Vec::new(),
    };
    Servers { keeper, relay, former, bundle }
}

fn body(level: ReceiptLevel, key: &SigningKey, n: u64) -> ReceiptBody {
    ReceiptBody {
        level,
        core_hash: Hash::from_bytes([7; 32]),
        body_hash: Hash::from_bytes([8; 32]),
        vault: VaultId::from_bytes([1; 16]),
        n,
        epoch: Epoch::from_bytes([2; 16]),
        server_time: UtcMillis(1_000),
        key: key.id(),
    }
}

#[test]
fn every_receipt_of_a_group_of_any_size_is_proven_by_the_one_signature() {
    let Servers { keeper, bundle, .. } = servers();
    assert!(sign_group(&[], &keeper).is_empty());
    for size in 1..=33 {
        let bodies: Vec<_> = (0..size).map(|n| body(ReceiptLevel::Stored, &keeper, n)).collect();
        let receipts = sign_group(&bodies, &keeper);
        for (receipt, body) in receipts.iter().zip(&bodies) {
            let read = Receipt::from_bytes(&receipt.to_bytes()).unwrap();
            assert_eq!(read.verify(&bundle), Ok((ServerRole::Keeper, body.clone())));
        }
        assert_eq!(receipts.len(), bodies.len());
    }
    assert!(sign_group(&[body(ReceiptLevel::Stored, &keeper, 1)], &keeper)[0].path.is_empty());
}

#[test]
fn a_relay_may_say_stored_and_nothing_else() {
    let Servers { keeper, relay, bundle, .. } = servers();
    let levels = [
        ReceiptLevel::Stored,
        ReceiptLevel::Merged,
        ReceiptLevel::Quarantined(QuarantineCode::Commit),
        ReceiptLevel::BackedUp,
    ];
    for level in levels {
        let by = |key: &SigningKey| sign_group(&[body(level, key, 1)], key)[0].verify(&bundle);
        assert_eq!(by(&keeper).map(|(role, _)| role), Ok(ServerRole::Keeper));
        let expect =
            if level == ReceiptLevel::Stored { Ok(ServerRole::Relay) } else { Err(ReceiptError::Role) };
        assert_eq!(by(&relay).map(|(role, _)| role), expect, "{level:?}");
    }
}

#[test]
fn a_relay_cannot_borrow_the_keepers_name() {
    let Servers { keeper, relay, bundle, .. } = servers();
    let borrowed = sign_group(&[body(ReceiptLevel::Merged, &keeper, 1)], &relay);
    assert_eq!(borrowed[0].verify(&bundle), Err(ReceiptError::Signature));
    let stranger = SigningKey::from_seed(&[9; 32]);
    let unknown = sign_group(&[body(ReceiptLevel::Stored, &stranger, 1)], &stranger);
    assert_eq!(unknown[0].verify(&bundle), Err(ReceiptError::UnknownServer));
}

#[test]
fn a_retired_key_proves_what_it_signed_in_its_time() {
    let Servers { former, bundle, .. } = servers();
    let at = |server_time| {
        let body = ReceiptBody { server_time, ..body(ReceiptLevel::Merged, &former, 1) };
        sign_group(&[body], &former)[0].verify(&bundle).map(|(role, _)| role)
    };
    assert_eq!(at(RETIRED_AT), Ok(ServerRole::Keeper));
    assert_eq!(at(RETIRED_AT.plus_ms(1)), Err(ReceiptError::Retired));
}

#[test]
fn every_flipped_byte_of_a_receipt_is_refused() {
    let Servers { keeper, bundle, .. } = servers();
    let bodies: Vec<_> = (0..5).map(|n| body(ReceiptLevel::Merged, &keeper, n)).collect();
    let accepted = |bytes: &[u8]| Receipt::from_bytes(bytes).is_ok_and(|read| read.verify(&bundle).is_ok());
    for receipt in sign_group(&bodies, &keeper) {
        let bytes = receipt.to_bytes();
        assert!(accepted(&bytes));
        for (at, bit) in (0..bytes.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut altered = bytes.clone();
            altered[at] ^= 1 << bit;
            assert!(!accepted(&altered), "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn neither_an_inner_node_nor_another_size_passes_for_a_leaf() {
    let Servers { keeper, bundle, .. } = servers();
    let bodies: Vec<_> = (0..4).map(|n| body(ReceiptLevel::Stored, &keeper, n)).collect();
    let receipt = sign_group(&bodies, &keeper).remove(1);
    let shorter = Receipt { path: receipt.path[1..].to_vec(), ..receipt.clone() };
    let longer =
        Receipt { path: [receipt.path.clone(), vec![Hash::from_bytes([0; 32])]].concat(), ..receipt.clone() };
    let resized = Receipt { size: 3, ..receipt.clone() };
    let moved = Receipt { index: 2, ..receipt.clone() };
    let outside = Receipt { index: 4, ..receipt.clone() };
    for forged in [shorter, longer, resized, moved, outside] {
        assert_eq!(forged.verify(&bundle), Err(ReceiptError::Signature));
    }
}

proptest! {
    #[test]
    fn no_bytes_make_reading_a_receipt_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(receipt) = Receipt::from_bytes(&bytes) {
            prop_assert!(receipt.verify(&servers().bundle).is_err());
        }
    }
}
