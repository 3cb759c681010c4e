//! A wrong entry is corrected or withdrawn with a reason; the first version stays readable.

use diary_core::entry::{Content, Note};
use diary_core::record::EntryState;
use diary_core::text::Lang;
use diary_report::report::text;
use diary_tests::World;

#[tokio::test]
async fn a_correction_after_sending_counts_and_the_first_version_stays_on_the_report() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    let entry = world.note(&mut phone, "Walked 3 km");
    world.sync(&mut phone).await;
    world.set(0, "10:00");
    let tap = world.tap(&phone);
    let content = Content::Note(Note { text: "Walked 300 m".to_owned() });
    phone.diary.correct(entry, content, None, "typed too much", &tap).unwrap();
    world.sync(&mut phone).await;

    let record = world.site.desk.record(participant.vault).await.unwrap();
    let histories = record.histories();
    assert_eq!((histories.len(), histories[0].versions.len()), (1, 2));
    assert!(matches!(histories[0].state, EntryState::Current(_)));
    let page = text::render(&world.report(&participant).await, Lang::EN, 100);
    for words in ["Walked 3 km", "Walked 300 m", "typed too much"] {
        assert!(page.contains(words), "{words} is not on\n{page}");
    }
}

#[tokio::test]
async fn a_withdrawn_entry_counts_no_more_and_is_told() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    let entry = world.note(&mut phone, "Fell down the stairs");
    let tap = world.tap(&phone);
    phone.diary.withdraw(entry, "that was my sister", &tap).unwrap();
    world.sync(&mut phone).await;
    let record = world.site.desk.record(participant.vault).await.unwrap();
    assert!(matches!(record.histories()[0].state, EntryState::Withdrawn(_)));
    let page = text::render(&world.report(&participant).await, Lang::EN, 100);
    assert!(page.contains("that was my sister"), "{page}");
}
