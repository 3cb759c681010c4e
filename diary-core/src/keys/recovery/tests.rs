//! The recovery secret, typed and sealed.

use proptest::prelude::*;

use super::*;
use crate::entropy::SeededEntropy;

#[test]
fn the_text_has_seven_groups_of_four() {
    let text = RecoverySecret::from_bytes(&[0; 16]).to_text();
    assert_eq!(text.as_str(), "0000-0000-0000-0000-0000-0000-0000");
    let text = RecoverySecret::from_bytes(&[0xff; 16]).to_text();
    assert!(text.starts_with("ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZW"), "{}", text.as_str());
}

#[test]
fn what_people_mistake_or_leave_out_is_understood() {
    let secret = RecoverySecret::from_bytes(&[
        0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf, 0x84, 0x65, 0x3a, 0x56, 0xd7, 0xc6,
    ]);
    let text = secret.to_text();
    assert!(text.starts_with("0123-4"), "{}", text.as_str());
    let typed = text.to_lowercase().replace('-', " ").replacen('0', "o", 1).replacen('1', "L", 1);
    assert_eq!(RecoverySecret::parse(&typed), Ok(secret.clone()));
    let typed = text.replace('-', "").replacen('1', "i", 1);
    assert_eq!(RecoverySecret::parse(&typed), Ok(secret));
}

#[test]
fn errors_say_where_and_not_what() {
    assert_eq!(RecoverySecret::parse("0000").err(), Some(RecoveryTextError::Length { found: 4 }));
    let typed = format!("00U0{}", "0".repeat(24));
    assert_eq!(RecoverySecret::parse(&typed).err(), Some(RecoveryTextError::Character { place: 3 }));
    assert!(RecoverySecret::parse("甲乙丙丁").is_err());
    assert_eq!(format!("{:?}", RecoverySecret::from_bytes(&[7; 16])), "RecoverySecret(..)");
}

/// The 28 characters of `text` with those of `changes` (place, value) replaced.
fn with(text: &str, changes: &[(usize, u8)]) -> String {
    let mut symbols: Vec<char> = text.chars().filter(|c| *c != '-').collect();
    for (place, value) in changes {
        symbols[*place] = char::from(ALPHABET[usize::from(*value)]);
    }
    symbols.into_iter().collect()
}

#[test]
fn every_single_typo_and_every_swap_is_found() {
    let text = RecoverySecret::generate(&SeededEntropy::new(3)).to_text();
    let value = |place: usize| {
        let c = text.chars().filter(|c| *c != '-').nth(place).unwrap();
        value_of(c).unwrap()
    };
    for place in 0..RECOVERY_TEXT_LEN {
        for wrong in (0..32).filter(|wrong| *wrong != value(place)) {
            let typed = with(&text, &[(place, wrong)]);
            assert_eq!(RecoverySecret::parse(&typed).err(), Some(RecoveryTextError::Check));
        }
        for other in (0..place).filter(|other| value(*other) != value(place)) {
            let typed = with(&text, &[(place, value(other)), (other, value(place))]);
            assert_eq!(RecoverySecret::parse(&typed).err(), Some(RecoveryTextError::Check));
        }
    }
}

proptest! {
    #[test]
    fn any_secret_comes_back_from_its_text(bytes in any::<[u8; 16]>()) {
        let secret = RecoverySecret::from_bytes(&bytes);
        prop_assert_eq!(RecoverySecret::parse(&secret.to_text()), Ok(secret));
    }

    #[test]
    fn any_two_typos_are_found(
        bytes in any::<[u8; 16]>(),
        places in proptest::sample::subsequence((0..RECOVERY_TEXT_LEN).collect::<Vec<_>>(), 2),
        values in any::<[u8; 2]>(),
    ) {
        let secret = RecoverySecret::from_bytes(&bytes);
        let typed = with(&secret.to_text(), &[(places[0], values[0] & 31), (places[1], values[1] & 31)]);
        match RecoverySecret::parse(&typed) {
            Ok(read) => prop_assert_eq!(read, secret),
            Err(error) => prop_assert_eq!(error, RecoveryTextError::Check),
        }
    }
}

#[test]
fn the_sealed_secret_opens_for_its_recipients_alone() {
    let entropy = SeededEntropy::new(4);
    let [site, recovery, other] = [(); 3].map(|()| SealingKey::generate(&entropy));
    let device = SigningKey::generate(&entropy);
    let secret = RecoverySecret::generate(&entropy);
    let vault = VaultId::from_bytes([1; 16]);
    let recipients = [site.public(), recovery.public()];
    let signed = SealedRecoverySecret::make(&secret, vault, &device, &recipients, &entropy).unwrap();
    let record = SealedRecoverySecret::verify(&signed, &device.verifying_key()).unwrap();
    assert_eq!(record.open(&site), Ok(secret.clone()));
    assert_eq!(record.open(&recovery), Ok(secret));
    assert_eq!(record.open(&other), Err(SealingError::Open));
    let elsewhere = SealedRecoverySecret { vault: VaultId::from_bytes([2; 16]), ..record };
    assert_eq!(elsewhere.open(&site), Err(SealingError::Open));
    let stranger = SigningKey::generate(&entropy);
    assert_eq!(
        SealedRecoverySecret::verify(&signed, &stranger.verifying_key()),
        Err(CertificateError::Signature)
    );
}
