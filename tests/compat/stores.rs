//! A phone and a keeper as version 1 left them on disk: every later version opens them, brings their schema up to date,
//! and finds their data complete.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diary_core::diary::Diary;
use diary_core::entropy::{SeededEntropy, SystemEntropy};
use diary_core::sqlcipher::Missing;
use diary_core::store::Store;
use diary_core::store::lock::Lock;
use diary_core::time::Clock;
use diary_server::data_folder::DataFolder;
use diary_server::site::{RebuildSource, SiteServices};
use diary_sync::{Host, Mode};
use diary_tests::{Network, World};

use crate::files::{blessing, folder};

const SUBJECT: &str = "MG-001";
const TEXTS: [&str; 2] = ["stairs were hard before the freeze", "not sent before the freeze"];

fn stores() -> PathBuf {
    folder("v1").join("stores")
}

/// Makes a phone with a received and a waiting note, and its keeper.
async fn bless() {
    let mut world = World::new().await;
    let (_, mut phone) = world.enrol(SUBJECT).await;
    world.set(0, "20:30");
    world.evening(&mut phone, 0, 1);
    world.note(&mut phone, TEXTS[0]);
    assert_eq!(world.sync(&mut phone).await.unmerged, 0);
    world.set(0, "21:00");
    world.note(&mut phone, TEXTS[1]);
    let phone_folder = phone.folder.clone();
    drop(phone);
    copy(&phone_folder, &stores().join("phone"));
    world.site.stop().await.unwrap();
    copy(&world.site.data(), &stores().join("keeper"));
    let setting = world.site.desk.participants().find(SUBJECT).await.unwrap();
    let digest = world.site.desk.record(setting.vault).await.unwrap().digest();
    std::fs::write(stores().join("digest.txt"), format!("{digest}\n")).unwrap();
}

/// Copies a folder, without the shared memory of a database, which belongs to the processes that had it open. Keys are
/// their owner's alone, as the server asks of them.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else if !entry.file_name().to_str().unwrap().ends_with("-shm") {
            std::fs::copy(entry.path(), &target).unwrap();
            #[cfg(unix)]
            std::fs::set_permissions(&target, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        }
    }
}

/// A copy to open, since opening brings the schema up to date.
async fn copies() -> tempfile::TempDir {
    static BLESSED: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();
    if blessing() && !stores().exists() {
        BLESSED.get_or_init(bless).await;
    }
    let above = tempfile::tempdir().unwrap();
    copy(&stores(), above.path());
    above
}

fn open_phone(folder: &Path) -> Diary {
    let lock = Lock::decode(&std::fs::read(folder.join("diary.lock")).unwrap()).unwrap();
    // As it was chosen then, shorter than one may be now.
    let pin = std::fs::read_to_string(folder.join("pin")).unwrap();
    let key = lock.open_with_pin(&pin).unwrap();
    let store = Store::open(folder.join("diary.db").to_str().unwrap(), &key, Missing::Refuse).unwrap();
    store.check_integrity().unwrap();
    Diary::open(store, "diary-tests", &SeededEntropy::new(1)).unwrap()
}

#[tokio::test]
async fn a_phone_of_version_1_opens_with_its_pin_and_holds_every_entry_and_what_waits() {
    let above = copies().await;
    let diary = open_phone(&above.path().join("phone"));
    let store = diary.store();
    assert_eq!((store.entries_made().unwrap(), store.not_received().unwrap()), (3, 1));
    assert!(diary.certificate().unwrap().is_some() && diary.bundle().is_ok());
    assert_eq!(diary.study().version(), 1);
    let days = diary.days(diary_tests::world::first_day(), diary_tests::world::first_day()).unwrap();
    assert_eq!((days[0].1.made, days[0].1.received, days[0].1.merged), (3, 2, 2));
    // The chain continues: entries that are waiting are sealed into the same one.
    let before = store.chain_head(diary.device().incarnation).unwrap().0;
    assert!(before > 0);
    drop(diary);
    let again = open_phone(&above.path().join("phone"));
    assert_eq!(
        again.store().chain_head(again.device().incarnation).unwrap().0,
        before,
        "opening twice is the same"
    );
}

#[tokio::test]
async fn a_keeper_of_version_1_opens_and_its_log_makes_the_same_record_again() {
    let above = copies().await;
    let data = DataFolder::open(&above.path().join("keeper")).unwrap();
    let clock: Arc<dyn Clock> =
        Arc::new(diary_demo::clock::SteppingClock::at(diary_tests::world::at(1, "09:00")));
    let desk = SiteServices::open(&data, clock, Arc::new(SystemEntropy)).await.unwrap();
    let participant = desk.participants().find(SUBJECT).await.unwrap();
    let record = desk.record(participant.vault).await.unwrap();
    let digest = std::fs::read_to_string(stores().join("digest.txt")).unwrap();
    assert_eq!((record.digest().to_string(), record.revision_count()), (digest.trim().to_owned(), 2));
    let account = diary_server::audit::Account::new("coordinator").unwrap();
    for source in [RebuildSource::Opened, RebuildSource::Sealed] {
        let compared = desk.upkeep().rebuild(&account, &participant, &source, None).await.unwrap();
        assert!(compared.is_same(), "{source:?}");
    }
    let trail = desk.views().trail().await.unwrap();
    assert!(trail.broken_at.is_none() && trail.rows.len() > 3);
    let report = desk.views().report(&account, &participant, 28).await.unwrap();
    let page = diary_report::report::text::render(&report, diary_core::text::Lang::EN, 100);
    assert!(page.contains(TEXTS[0]) && !page.contains(TEXTS[1]), "{page}");
}

/// A phone of version 1 that starts beside a present server offers its waiting entries, without network errors first.
#[tokio::test]
async fn a_phone_of_version_1_keeps_what_waits_when_nobody_answers() {
    let above = copies().await;
    let world = World::new().await;
    let mut diary = open_phone(&above.path().join("phone"));
    let network = Network::with(&world.site.transport, &vec![diary_tests::Fault::LoseRequest; 64]);
    let zone = diary_tests::world::beijing();
    let host = Host { transport: &network, clock: &*world.clock, entropy: &SystemEntropy, zone };
    let outcome = diary_sync::sync(&mut diary, Mode::Once, &host).await.unwrap();
    assert_eq!((outcome.waiting, outcome.trouble.map(|trouble| trouble.code())), (1, Some("offline")));
}
