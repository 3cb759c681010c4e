//! Backups of a database that is being written to, and what must not be in them.

use diary_core::entropy::{Entropy, SeededEntropy};
use diary_core::ids::to_hex;

use super::*;
use crate::data_folder::DataFolder;
use crate::testing::{Keeper, START};

fn make_of(keeper: &Keeper, to: &Target) -> Result<Backup, BackupError> {
    let folder = DataFolder::at(keeper.folder.path());
    let input = BackupInput { folder: &folder, keys: &keeper.keys, bundle: &keeper.bundle, now: START };
    let entropy = SeededEntropy::new(3);
    make(input, to, &entropy as &dyn Entropy)
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn a_backup_holds_what_was_there_when_it_was_made_and_stays_encrypted() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001-canary").await;
    let first = phone.next("the canary sings");
    server.push(&phone.push(&[first])).await;
    server.settle().await;
    let folder = tempfile::tempdir().unwrap();
    let made = make_of(&keeper, &Target::Folder(folder.path().to_owned())).unwrap();
    let later = phone.next("after the backup");
    server.push(&phone.push(&[later])).await;

    assert_eq!((made.manifest.parcels, made.manifest.vaults, made.manifest.participants), (1, 1, 1));
    assert_eq!(made.holding.epoch, keeper.epoch);
    assert_eq!(made.path.file_name().unwrap().to_str().unwrap(), "diary-A1-2026-05-28T202640Z.backup");
    let bytes = std::fs::read(&made.path).unwrap();
    assert!(!bytes.starts_with(b"SQLite format 3"));
    for canary in [b"canary".as_slice(), b"sings", b"CREATE TABLE"] {
        assert!(!holds(&bytes, canary), "{canary:?} is readable");
    }
    let keys = &keeper.keys;
    let sealing = keys.sealing(&keys.site, 1).unwrap();
    let secrets = [keys.signing.seed(), keys.database_secret(), sealing.private_bytes(), keys.token_secret()];
    for secret in secrets {
        assert!(!holds(&bytes, &secret[..8]) && !holds(&bytes, to_hex(&secret[..8]).as_bytes()));
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 1, "nothing half-made is left");
}

#[tokio::test]
async fn the_recovery_key_alone_opens_every_key_in_it_and_none_of_them_signs() {
    let keeper = Keeper::new().await;
    let folder = tempfile::tempdir().unwrap();
    let made = make_of(&keeper, &Target::File(folder.path().join("one.backup"))).unwrap();
    let opened: Vec<_> = made
        .manifest
        .keys
        .iter()
        .map(|key| (key.purpose, key.generation, *open_key(&made.manifest, key, &keeper.recovery).unwrap()))
        .collect();
    let sealing = *keeper.keys.sealing(&keeper.keys.site, 1).unwrap().private_bytes();
    assert_eq!(
        opened,
        [(KeyPurpose::Database, 0, *keeper.keys.database_secret()), (KeyPurpose::SiteSealing, 1, sealing)]
    );
    let stranger = diary_core::keys::SealingKey::generate(keeper.random());
    let refused = open_key(&made.manifest, &made.manifest.keys[0], &stranger).unwrap_err();
    let refused = crate::cli::words::failure::backup(diary_core::text::Lang::EN, &refused);
    assert!(refused.contains("does not open the backup; it needs the key"), "{refused}");
    let mut moved = made.manifest.clone();
    moved.database = Hash::from_bytes([1; 32]);
    assert!(open_key(&moved, &moved.keys[0], &keeper.recovery).is_err(), "a key is bound to its database");
}

#[tokio::test]
async fn a_file_that_exists_is_never_overwritten_and_a_failed_try_leaves_nothing() {
    let keeper = Keeper::new().await;
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken.backup");
    std::fs::write(&taken, "mine").unwrap();
    let refused = make_of(&keeper, &Target::of(&taken)).unwrap_err();
    assert!(matches!(refused, BackupError::Exists { .. }));
    assert_eq!(std::fs::read_to_string(&taken).unwrap(), "mine");

    let half = folder.path().join("new.backup.part");
    std::fs::write(&half, "somebody's").unwrap();
    assert!(matches!(
        make_of(&keeper, &Target::of(&half.with_extension(""))),
        Err(BackupError::Exists { .. })
    ));
    assert_eq!(std::fs::read_to_string(&half).unwrap(), "somebody's");
    std::fs::remove_file(half).unwrap();

    std::fs::remove_file(keeper.folder.path().join("diary-server.db")).unwrap();
    assert!(make_of(&keeper, &Target::Folder(folder.path().to_owned())).is_err());
    assert_eq!(folder.path().read_dir().unwrap().count(), 1, "only the file that was there");
}

#[tokio::test]
async fn any_byte_of_a_backup_that_is_altered_is_noticed() {
    let keeper = Keeper::new().await;
    let folder = tempfile::tempdir().unwrap();
    let made = make_of(&keeper, &Target::File(folder.path().join("one.backup"))).unwrap();
    let bytes = std::fs::read(&made.path).unwrap();
    let (bad, out) = (folder.path().join("bad.backup"), folder.path().join("out.db"));
    let recovered = |path: &Path| -> Result<(), BackupError> {
        let manifest = file::read_manifest(path)?;
        for key in &manifest.keys {
            open_key(&manifest, key, &keeper.recovery)?;
        }
        let extracted = file::extract(path, &manifest, &out);
        std::fs::remove_file(&out).unwrap();
        extracted
    };
    recovered(&made.path).unwrap();
    // The manifest's plain numbers and the configuration bind nothing; everything else does.
    let manifest_at = usize::try_from(made.manifest.bytes).unwrap();
    for at in (0..manifest_at).step_by(4099).chain(bytes.len() - 24..bytes.len()) {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        std::fs::write(&bad, altered).unwrap();
        assert!(recovered(&bad).is_err(), "byte {at}");
    }
    for cut in [0, 10, manifest_at, bytes.len() - 1] {
        std::fs::write(&bad, &bytes[..cut]).unwrap();
        assert!(recovered(&bad).is_err(), "cut at {cut}");
    }
}
