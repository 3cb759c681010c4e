//! Receipts follow a configured backup: for what is in it, once, and for nothing else.

use std::num::NonZeroU32;

use diary_core::entropy::Entropy;
use diary_core::ids::Hash;
use diary_core::parcel::{LogKind, Receipt, ReceiptLevel};
use diary_core::time::Clock;

use super::*;
use crate::ops::backup::file::{self, BackupDamage};
use crate::ops::backup::schedule::LeftReason;
use crate::site::SiteServices;
use crate::testing::{Keeper, Phone, Server};
use diary_store::TrialStore;

fn desk(keeper: &Keeper) -> SiteServices {
    let store: Arc<dyn TrialStore> = keeper.store.clone();
    let clock: Arc<dyn Clock> = keeper.clock.clone();
    let entropy: Arc<dyn Entropy + Send + Sync> = keeper.entropy.clone();
    SiteServices::new(store, keeper.keys.clone(), clock, entropy)
}

/// Parcels whose BACKED_UP receipts the phone has read in the log, in its order, each verified.
async fn backed_up(keeper: &Keeper, server: &Server, phone: &Phone) -> Vec<Hash> {
    let (page, _) = server.page(phone, None, "&limit=500").await;
    let receipts = page.records.iter().filter(|record| record.kind == LogKind::Receipt);
    let bodies = receipts.map(|record| {
        let receipt = Receipt::from_bytes(&record.record).unwrap();
        receipt.verify(&keeper.bundle).unwrap().1
    });
    bodies.filter(|body| body.level == ReceiptLevel::BackedUp).map(|body| body.core_hash).collect()
}

fn configured(folder: &std::path::Path, keep: u32) -> BackupConfig {
    BackupConfig {
        folder: folder.to_owned(),
        every_minutes: NonZeroU32::new(60).unwrap(),
        keep: NonZeroU32::new(keep).unwrap(),
    }
}

/// Names of the files in a folder.
fn names(folder: &std::path::Path) -> Vec<String> {
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<String> = folder.read_dir().unwrap().map(name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_is_in_a_configured_backup_gets_its_receipts_once_and_nothing_else_does() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let (desk, folder) = (desk(&keeper), DataFolder::at(keeper.folder.path()));
    let disk = tempfile::tempdir().unwrap();
    let config = configured(disk.path(), 2);
    let mut phone = keeper.phone("001").await;
    let (one, two) = (phone.next("one"), phone.next("two"));
    server.push(&phone.push(&[one.clone(), two.clone()])).await;
    server.settle().await;

    let elsewhere = tempfile::tempdir().unwrap();
    desk.upkeep().back_up(None, &folder, Target::Folder(elsewhere.path().to_owned())).await.unwrap();
    assert_eq!(backed_up(&keeper, &server, &phone).await, [], "nobody has promised to keep that one");

    assert!(desk.upkeep().backup_is_due(&config).await.unwrap());
    let made = desk.upkeep().back_up_as_configured(None, &folder, &config).await.unwrap();
    assert_eq!(made.receipts, 2);
    assert_eq!(backed_up(&keeper, &server, &phone).await, [one.core_hash(), two.core_hash()]);
    assert!(!desk.upkeep().backup_is_due(&config).await.unwrap());

    keeper.clock.advance(3_600_000);
    assert!(desk.upkeep().backup_is_due(&config).await.unwrap());
    let three = phone.next("three");
    server.push(&phone.push(std::slice::from_ref(&three))).await;
    let made = desk.upkeep().back_up_as_configured(None, &folder, &config).await.unwrap();
    assert_eq!(made.receipts, 1, "stored is enough; it need not be merged");
    let all = backed_up(&keeper, &server, &phone).await;
    assert_eq!(all, [one.core_hash(), two.core_hash(), three.core_hash()]);

    keeper.clock.advance(3_600_000);
    desk.upkeep().back_up_as_configured(None, &folder, &config).await.unwrap();
    assert_eq!(disk.path().read_dir().unwrap().count(), 2, "the oldest has gone");
}

#[tokio::test]
async fn a_fresh_backup_stays_and_is_told_whatever_else_lies_in_the_folder() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let (desk, folder) = (desk(&keeper), DataFolder::at(keeper.folder.path()));
    let disk = tempfile::tempdir().unwrap();
    let config = configured(disk.path(), 1);
    let mut phone = keeper.phone("001").await;
    let one = phone.next("one");
    server.push(&phone.push(std::slice::from_ref(&one))).await;

    // A backup of this keeper named after a future time, one of another keeper, one of an earlier epoch, a
    // half-written one, and a file that is no backup.
    let elsewhere = tempfile::tempdir().unwrap();
    let earlier =
        desk.upkeep().back_up(None, &folder, Target::Folder(elsewhere.path().to_owned())).await.unwrap();
    let bytes = std::fs::read(&earlier.path).unwrap();
    let database = &bytes[..usize::try_from(earlier.manifest.bytes).unwrap()];
    let altered = |name: &str, change: &dyn Fn(&mut file::Manifest)| {
        let mut manifest = earlier.manifest.clone();
        change(&mut manifest);
        std::fs::write(disk.path().join(name), database).unwrap();
        file::append_manifest(&disk.path().join(name), &manifest).unwrap();
    };
    std::fs::copy(&earlier.path, disk.path().join("diary-A1-2099-01-01T000000Z.backup")).unwrap();
    altered("other.backup", &|manifest| manifest.keeper = diary_core::ids::KeyId::from_bytes([9; 16]));
    altered("life.backup", &|manifest| manifest.epoch = diary_core::ids::Epoch::from_bytes([9; 16]));
    altered("most.backup", &|manifest| manifest.number = Some(u64::MAX));
    for (name, content) in [("diary-A1-2098-01-01T000000Z.backup", &bytes[..5000]), ("a.backup.part", b"x")] {
        std::fs::write(disk.path().join(name), content).unwrap();
    }

    assert!(desk.upkeep().backup_is_due(&configured(elsewhere.path(), 1)).await.is_ok_and(|due| !due));
    keeper.clock.advance(3_600_000);
    let made = desk.upkeep().back_up_as_configured(None, &folder, &config).await.unwrap();
    assert_eq!((made.backup.manifest.number, made.receipts), (Some(2), 1));
    assert!(made.backup.path.exists());
    assert_eq!(backed_up(&keeper, &server, &phone).await, [one.core_hash()]);
    let left: Vec<(String, LeftReason)> = made
        .left
        .iter()
        .map(|left| (left.path.file_name().unwrap().to_string_lossy().into_owned(), left.why.clone()))
        .collect();
    let keeper_key = "09".repeat(16).parse().unwrap();
    assert_eq!(
        left.iter().map(|(name, why)| (name.as_str(), why.clone())).collect::<Vec<_>>(),
        [
            ("a.backup.part", LeftReason::Half),
            ("diary-A1-2098-01-01T000000Z.backup", LeftReason::NotABackup),
            ("life.backup", LeftReason::Earlier),
            ("most.backup", LeftReason::NoNumber),
            ("other.backup", LeftReason::OtherKeeper { keeper: keeper_key }),
        ]
    );
    let own = made.backup.path.file_name().unwrap().to_str().unwrap();
    let mut expected: Vec<&str> = left.iter().map(|(name, _)| name.as_str()).chain([own]).collect();
    expected.sort_unstable();
    assert_eq!(names(disk.path()), expected, "of ours the older one has gone, whatever its name");
}

#[tokio::test]
async fn backups_are_ordered_by_their_numbers_when_a_clock_is_put_back() {
    let keeper = Keeper::new().await;
    let (desk, folder) = (desk(&keeper), DataFolder::at(keeper.folder.path()));
    let disk = tempfile::tempdir().unwrap();
    let config = configured(disk.path(), 2);
    let mut made = Vec::new();
    for back in [0, -10, 11, -400] {
        keeper.clock.advance(back * 86_400_000);
        made.push(desk.upkeep().back_up_as_configured(None, &folder, &config).await.unwrap().backup.path);
    }
    assert_eq!(made.iter().map(|path| path.exists()).collect::<Vec<_>>(), [false, false, true, true]);
}

#[tokio::test]
async fn what_does_not_read_back_is_not_told_to_phones() {
    let keeper = Keeper::new().await;
    let (desk, folder) = (desk(&keeper), DataFolder::at(keeper.folder.path()));
    let disk = tempfile::tempdir().unwrap();
    let made = desk.upkeep().back_up(None, &folder, Target::Folder(disk.path().to_owned())).await.unwrap();
    backup::read_back(&made.path, &made.manifest).unwrap();
    let mut bytes = std::fs::read(&made.path).unwrap();
    bytes[4096] ^= 1;
    std::fs::write(&made.path, &bytes).unwrap();
    let refused = backup::read_back(&made.path, &made.manifest);
    assert!(matches!(refused, Err(BackupError::Damaged { what: BackupDamage::NotReadBack, .. })));
}
