//! Recovery of records from files that were cut or damaged.

use super::*;
use crate::entropy::SeededEntropy;
use crate::ids::{EnrolmentId, Incarnation, KeyId, VaultId};
use crate::keys::{EnrolmentSecret, HistoryScope, JoinRequest, RecoverySecret, SealingKey, SigningKey};
use crate::parcel::{GrantScope, Item, NO_PREVIOUS, SealInput, seal};
use crate::time::UtcMillis;

const VAULT: VaultId = VaultId::from_bytes([1; 16]);

fn file() -> ParcelFile {
    let entropy = SeededEntropy::new(5);
    let device = SigningKey::generate(&entropy);
    let site = SealingKey::generate(&entropy);
    let scope = GrantScope {
        study: "MG".parse().unwrap(),
        vault: VAULT,
        incarnation: Incarnation::from_bytes([2; 16]),
        no: 1,
        generation: 1,
    };
    let (key, grant) = Grant::make(&scope, &[site.public()], &device, &entropy).unwrap();
    let (mut parcels, mut prev) = (Vec::new(), NO_PREVIOUS);
    for seq in 1..=3 {
        let input = SealInput { seq, prev, items: &[Item::Challenge([7; 32])] };
        let parcel = seal(&input, &key, &device, &entropy).unwrap();
        prev = parcel.core_hash();
        parcels.push(parcel.to_bytes().into());
    }
    let certificate = Certificate {
        vault: VAULT,
        study: "MG".parse().unwrap(),
        site: "beijing".parse().unwrap(),
        signing: device.verifying_key(),
        sealing: site.public().clone(),
        participant: Vec::new(),
        history: HistoryScope::All,
        issued: UtcMillis(0),
        by: KeyId::from_bytes([3; 16]),
    };
    let secret = RecoverySecret::generate(&entropy);
    let recovery = SealedRecoverySecret::make(&secret, VAULT, &device, &[site.public()], &entropy).unwrap();
    ParcelFile {
        credential: Some(DeviceCredential::Certificate(certificate.sign(&device))),
        grants: vec![grant.to_bytes().into()],
        parcels,
        recovery: Some(recovery),
        ..ParcelFile::default()
    }
}

#[test]
fn everything_is_found_in_a_file_whose_outer_frame_is_gone() {
    let file = file();
    let mut bytes = file.to_bytes();
    bytes[0] = 0xff;
    assert!(ParcelFile::from_bytes(&bytes).is_err());
    assert_eq!(ParcelFile::salvage(&bytes), Some(file));
}

#[test]
fn a_join_request_is_found_as_well() {
    let device = SigningKey::from_seed(&[9; 32]);
    let request = JoinRequest {
        enrolment: EnrolmentId::from_bytes([4; 16]),
        vault: VAULT,
        signing: device.verifying_key(),
        sealing: SealingKey::from_bytes(&[8; 32]).public().clone(),
    };
    let join = request.sign(&device, &EnrolmentSecret::from_bytes(&[5; 16]));
    let file = ParcelFile { credential: Some(DeviceCredential::Join(join)), ..file() };
    let mut bytes = file.to_bytes();
    bytes[0] = 0;
    assert_eq!(ParcelFile::salvage(&bytes), Some(file));
}

#[test]
fn a_file_that_was_cut_gives_every_parcel_before_the_cut() {
    let file = file();
    // Without what comes behind the parcels, so that a cut is a cut through them.
    let bytes = ParcelFile { recovery: None, ..file.clone() }.to_bytes();
    let one = file.parcels[0].len() + 3;
    for (cut, whole) in [(bytes.len() - 1, 2), (bytes.len() - one - 1, 1), (bytes.len() - 2 * one - 1, 0)] {
        assert!(ParcelFile::from_bytes(&bytes[..cut]).is_err());
        let found = ParcelFile::salvage(&bytes[..cut]).unwrap();
        assert_eq!(found.parcels, file.parcels[..whole], "cut at {cut}");
        assert_eq!((&found.grants, &found.credential), (&file.grants, &file.credential));
    }
}

#[test]
fn a_damaged_stretch_costs_what_lies_in_it_and_nothing_else() {
    let file = file();
    let bytes = file.to_bytes();
    let at = bytes.windows(150).position(|window| window == &file.parcels[1][..150]).unwrap();
    let damaged = [&bytes[..at], &[0xff; 100], &bytes[at + 100..]].concat();
    let found = ParcelFile::salvage(&damaged).unwrap();
    assert_eq!(found.parcels, [file.parcels[0].clone(), file.parcels[2].clone()]);
    assert_eq!(found.recovery, file.recovery);
}

#[test]
fn nothing_is_found_where_nothing_is() {
    assert_eq!(ParcelFile::salvage(b""), None);
    assert_eq!(ParcelFile::salvage(b"a holiday picture"), None);
    assert_eq!(ParcelFile::salvage(&[0xa3, 0].repeat(10_000)), None);
}
