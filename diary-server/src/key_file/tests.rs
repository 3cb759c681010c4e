//! Tests of key files.

use diary_core::entropy::{Entropy, SeededEntropy};

use super::*;

fn key(purpose: Purpose, seed: u64) -> KeyFile {
    KeyFile {
        purpose,
        study: "S".parse().unwrap(),
        site: "A1".parse().unwrap(),
        generation: (purpose == Purpose::SiteSealing).then_some(1),
        secret: Zeroizing::new((&SeededEntropy::new(seed) as &dyn Entropy).array()),
    }
}

const ALL: [Purpose; 6] = [
    Purpose::StudyRoot,
    Purpose::Recovery,
    Purpose::SiteSealing,
    Purpose::KeeperSigning,
    Purpose::Database,
    Purpose::Token,
];

fn words(error: &KeyFileError) -> String {
    crate::cli::words::failure::key_file(diary_core::text::Lang::EN, error)
}

#[test]
fn every_key_survives_its_file_and_a_file_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    for purpose in ALL {
        let path = folder.path().join(purpose.to_string());
        let written = key(purpose, 1);
        written.write_new(&path, "what it is\nand where it belongs").unwrap();
        assert!(KeyFile::read(&path, purpose).unwrap() == written);
        let again = key(purpose, 2).write_new(&path, "");
        assert!(matches!(again, Err(KeyFileError::Exists { .. })));
        assert!(KeyFile::read(&path, purpose).unwrap() == written);
    }
}

#[test]
fn the_key_of_another_purpose_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("k");
    key(Purpose::Recovery, 1).write_new(&path, "").unwrap();
    let error = words(&KeyFile::read(&path, Purpose::StudyRoot).unwrap_err());
    assert!(
        error.ends_with("this is the recovery key of S, site A1; the study root key is needed here"),
        "{error}"
    );
}

#[test]
fn a_damaged_secret_is_noticed_and_never_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("k");
    let written = key(Purpose::StudyRoot, 1);
    written.write_new(&path, "").unwrap();
    let secret = to_hex(written.secret.as_slice());
    let other: String = secret.chars().rev().collect();
    let text = std::fs::read_to_string(&path).unwrap().replace(&secret, &other);
    std::fs::write(&path, text).unwrap();
    let error = KeyFile::read(&path, Purpose::StudyRoot).unwrap_err();
    assert!(matches!(error, KeyFileError::Damaged { problem: KeyDamage::OtherId, .. }));
    assert!(!format!("{error} {error:?} {written:?}").contains(&secret));
}

#[cfg(unix)]
#[test]
fn key_files_are_readable_by_their_owner_alone_and_refused_when_they_are_not() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("k");
    key(Purpose::Database, 1).write_new(&path, "").unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let error = words(&KeyFile::read(&path, Purpose::Database).unwrap_err());
    assert!(error.contains("mode 640") && error.contains("chmod 600"), "{error}");
}

#[test]
fn a_key_file_that_a_power_cut_left_half_written_is_named_wherever_it_was_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("k");
    key(Purpose::Token, 1).write_new(&path, "what it is").unwrap();
    let whole = std::fs::read(&path).unwrap();
    for cut in 0..whole.len() - 1 {
        let zeros = [&whole[..cut], &vec![0; whole.len() - cut]].concat();
        for torn in [whole[..cut].to_vec(), zeros] {
            std::fs::write(&path, torn).unwrap();
            let KeyFileError::Damaged { problem, .. } = KeyFile::read(&path, Purpose::Token).unwrap_err()
            else {
                panic!("cut at {cut}");
            };
            let expected = match cut {
                0 => KeyDamage::Empty,
                _ => KeyDamage::CutOff,
            };
            // A cut at the end of a line leaves complete lines, so only the missing fields show it.
            assert!(problem == expected || whole[cut - 1] == b'\n', "cut at {cut}: {problem}");
        }
    }
}
