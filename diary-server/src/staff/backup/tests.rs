//! Receipts follow a configured backup: for what is in it, once, and for nothing else.

use std::num::NonZeroU32;

use diary_core::entropy::Entropy;
use diary_core::ids::Hash;
use diary_core::parcel::{LogKind, Receipt, ReceiptLevel};
use diary_core::time::Clock;

use super::*;
use crate::store::TrialStore;
use crate::testing::{Keeper, Phone, Server};

fn desk(keeper: &Keeper) -> Desk {
    let store: Arc<dyn TrialStore> = keeper.store.clone();
    let clock: Arc<dyn Clock> = keeper.clock.clone();
    let entropy: Arc<dyn Entropy + Send + Sync> = keeper.entropy.clone();
    Desk::new(store, keeper.keys.clone(), clock, entropy)
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

#[tokio::test]
async fn what_is_in_a_configured_backup_gets_its_receipts_once_and_nothing_else_does() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let (desk, folder) = (desk(&keeper), DataFolder::at(keeper.folder.path()));
    let disk = tempfile::tempdir().unwrap();
    let config = BackupConfig {
        folder: disk.path().to_owned(),
        every_minutes: NonZeroU32::new(60).unwrap(),
        keep: NonZeroU32::new(2).unwrap(),
    };
    let mut phone = keeper.phone("001").await;
    let (one, two) = (phone.next("one"), phone.next("two"));
    server.push(&phone.push(&[one.clone(), two.clone()])).await;
    server.settle().await;

    let elsewhere = tempfile::tempdir().unwrap();
    desk.back_up(None, &folder, Target::Folder(elsewhere.path().to_owned())).await.unwrap();
    assert_eq!(backed_up(&keeper, &server, &phone).await, [], "nobody has promised to keep that one");

    assert!(desk.backup_is_due(&config).unwrap());
    let (_, receipts) = desk.back_up_as_configured(None, &folder, &config).await.unwrap();
    assert_eq!(receipts, 2);
    assert_eq!(backed_up(&keeper, &server, &phone).await, [one.core_hash(), two.core_hash()]);
    assert!(!desk.backup_is_due(&config).unwrap());

    keeper.clock.advance(3_600_000);
    assert!(desk.backup_is_due(&config).unwrap());
    let three = phone.next("three");
    server.push(&phone.push(std::slice::from_ref(&three))).await;
    let (_, receipts) = desk.back_up_as_configured(None, &folder, &config).await.unwrap();
    assert_eq!(receipts, 1, "stored is enough; it need not be merged");
    let all = backed_up(&keeper, &server, &phone).await;
    assert_eq!(all, [one.core_hash(), two.core_hash(), three.core_hash()]);

    keeper.clock.advance(3_600_000);
    desk.back_up_as_configured(None, &folder, &config).await.unwrap();
    assert_eq!(disk.path().read_dir().unwrap().count(), 2, "the oldest has gone");
}
