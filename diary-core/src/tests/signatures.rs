//! Ed25519 as used for signing and verifying.

use super::check_all;
use crate::keys::{SigningKey, VerifyingKey};

#[test]
fn signatures_are_those_of_rfc_8032() {
    check_all(include_str!("../../vectors/rfc8032.txt"), 3, 0, |case| {
        let key = SigningKey::from_seed(&case.array(0));
        key.verifying_key().as_bytes() == &case.array::<32>(1)
            && key.sign(&case.bytes(2)) == case.array::<64>(3)
            && key.verifying_key().verifies(&case.bytes(2), &case.array(3))
    });
}

/// A signature of another length cannot be expressed here: its field has 64 bytes.
#[test]
fn signatures_fall_into_none_of_wycheproofs_traps() {
    check_all(include_str!("../../vectors/ed25519.txt"), 86, 63, |case| {
        let key = VerifyingKey(case.array(0));
        case.bytes(2).try_into().is_ok_and(|sig| key.verifies(&case.bytes(1), &sig))
    });
}
