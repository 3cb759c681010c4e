//! A forgotten PIN costs nothing: staff show the recovery secret, the diary opens with it and gets a new PIN.

use diary_core::keys::RecoverySecret;
use diary_core::sqlcipher::Missing;
use diary_core::store::Store;
use diary_core::store::lock::{Lock, LockError};
use diary_demo::phone::PIN;
use diary_tests::World;

#[tokio::test]
async fn the_secret_that_staff_show_opens_a_diary_whose_pin_is_forgotten() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.note(&mut phone, "not yet sent");
    let lock = Lock::decode(&std::fs::read(phone.folder.join("diary.lock")).unwrap()).unwrap();
    assert!(lock.open_with_pin(PIN).is_ok());
    assert_eq!(lock.open_with_pin("9999").unwrap_err(), LockError::Wrong);

    let reason = "PIN forgotten, participant called";
    let shown =
        world.site.desk.devices().recovery_secrets(&world.site.staff, &participant, reason).await.unwrap();
    assert_eq!(shown.len(), 1);
    let spoken = shown[0].secret.to_text().to_lowercase();
    let secret = RecoverySecret::parse(&spoken).unwrap();
    let key = lock.open_with_recovery(secret.as_bytes()).unwrap();
    let database = phone.folder.join("diary.db");
    drop(phone);
    let store = Store::open(&database.to_string_lossy(), &key, Missing::Refuse).unwrap();
    assert_eq!(store.queued().unwrap().count, 1, "what was not yet sent is still there");

    let trail = world.site.desk.views().trail().await.unwrap();
    let trail = format!("{trail:?}");
    assert!(trail.contains(reason), "showing it is an event of the trail");
    assert!(!trail.to_lowercase().contains(&spoken), "the secret itself is not");
}
