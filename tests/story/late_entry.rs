//! An evening that is entered the next morning keeps its own day and is marked late.

use diary_core::entry::Content;
use diary_core::text::Lang;
use diary_report::report::text;
use diary_tests::World;
use diary_tests::world::{at, first_day};

#[tokio::test]
async fn a_late_evening_is_of_the_day_it_is_about_and_says_when_it_was_entered() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.set(1, "09:10");
    world.evening(&mut phone, 0, 1);
    world.sync(&mut phone).await;
    let record = world.site.desk.record(participant.vault).await.unwrap();
    let held = record
        .revisions()
        .find(|r| matches!(r.encoded.revision().content, Content::Assessment(_)))
        .expect("the evening check arrived");
    let revision = held.encoded.revision();
    assert_eq!(revision.day, first_day());
    assert_eq!(revision.recorded.utc, at(1, "09:10"));
    assert_eq!(revision.late.as_ref().map(|late| late.closed), Some(at(1, "03:00")));
    let report = world.report(&participant).await;
    assert_eq!(report.late.len(), 1);
    assert!(text::render(&report, Lang::EN, 100).to_lowercase().contains("late"));
}
