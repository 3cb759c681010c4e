//! One entry on a phone cannot be sealed: this is reported, and all other entries are sent.

use diary_core::sqlcipher::{Missing, connect};
use diary_demo::phone::Phone;
use diary_sync::pack;
use diary_tests::World;
use diary_tests::incarnations::{database_key, restarted};
use diary_tests::world::first_day;

/// Puts other bytes into the stored revision of a counter, as a broken memory might, and gives those that were there.
fn damage(phone: &Phone, counter: u64, bytes: &[u8]) -> Vec<u8> {
    let key = database_key(&phone.folder);
    let database = connect(&phone.folder.join("diary.db"), key.as_bytes(), Missing::Refuse).unwrap();
    let counter = i64::try_from(counter).unwrap();
    let before = database
        .query_row("SELECT bytes FROM revision WHERE counter = ?1", [counter], |row| row.get(0))
        .unwrap();
    database
        .execute_batch("DROP TRIGGER revision_no_update")
        .and_then(|()| {
            database.execute("UPDATE revision SET bytes = ?2 WHERE counter = ?1", (counter, bytes))
        })
        .unwrap();
    database
        .execute_batch(
            "CREATE TRIGGER revision_no_update BEFORE UPDATE ON revision BEGIN SELECT RAISE(ABORT, \'no\'); END",
        )
        .unwrap();
    before
}

#[tokio::test]
async fn a_damaged_entry_is_told_and_holds_up_no_other() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    let first = phone.diary.store().next_counter().unwrap().get();
    for text in ["one", "two", "three"] {
        world.note(&mut phone, text);
    }
    let whole = damage(&phone, first + 1, b"no entry");
    let mut phone = restarted(phone);
    let outcome = world.sync(&mut phone).await;
    assert_eq!((outcome.trouble, outcome.waiting), (None, 1));
    let count = async || world.site.desk.record(participant.vault).await.unwrap().revision_count();
    assert_eq!(count().await, 2, "the others went on");
    let store = phone.diary.store();
    let stuck: Vec<_> = store.stuck().unwrap().into_iter().map(|one| (one.day, one.code)).collect();
    assert_eq!(stuck, [(first_day(), pack::UNREADABLE.to_owned())]);
    assert_eq!(store.unreadable().unwrap(), [first_day()]);
    assert_eq!(phone.diary.past(first_day(), first_day()).unwrap().len(), 2, "the others are shown");

    // A new attempt with the same bytes fails again; with the original bytes it succeeds.
    phone.diary.unstick().unwrap();
    assert_eq!(world.sync(&mut phone).await.waiting, 1);
    damage(&phone, first + 1, &whole);
    let mut phone = restarted(phone);
    world.sync(&mut phone).await;
    assert_eq!(phone.diary.store().stuck().unwrap().len(), 1, "it is tried again when asked for");
    phone.diary.unstick().unwrap();
    assert_eq!(world.sync(&mut phone).await.waiting, 0);
    assert_eq!(count().await, 3);
}
