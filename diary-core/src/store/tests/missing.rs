//! Files that are missing, empty, damaged or of a newer program.

use super::{folder, key};
use crate::store::lock::{Lock, LockError};
use crate::store::{Missing, Store, StoreError};

#[test]
fn a_missing_file_and_an_empty_one_are_named_and_not_made_anew() {
    let folder = folder();
    assert!(matches!(Store::open(&folder.path, &key(1), Missing::Refuse), Err(StoreError::NoFile)));
    assert!(!std::fs::exists(&folder.path).unwrap());
    std::fs::write(&folder.path, b"").unwrap();
    assert!(matches!(Store::open(&folder.path, &key(1), Missing::Refuse), Err(StoreError::NoFile)));
    assert_eq!(std::fs::metadata(&folder.path).unwrap().len(), 0);
}

#[test]
fn a_damaged_lock_and_one_of_a_newer_program_are_told_apart() {
    assert_eq!(Lock::decode(b"no lock"), Err(LockError::File));
    assert_eq!(Lock::decode(b""), Err(LockError::File));
    // A map with the version 2 alone.
    assert_eq!(Lock::decode(&[0xa1, 0x00, 0x02]), Err(LockError::Newer));
    assert_eq!(Lock::decode(&[0xa1, 0x00, 0x01]), Err(LockError::File));
}
