//! Two phones hold the same diary after one was cloned: both contents are kept, and they part ways.

use diary_core::store::IncarnationEndReason;
use diary_tests::{Backup, World};

#[tokio::test]
async fn a_cloned_phone_and_its_original_both_keep_everything_and_part_ways() {
    let world = World::new().await;
    let (participant, mut original) = world.enrol("MG-001").await;
    world.note(&mut original, "before the clone");
    world.sync(&mut original).await;
    let mut clone = Backup::of(&original).clone_of(&original, world.folder().join("clone"));

    world.note(&mut original, "on the original");
    world.sync(&mut original).await;
    // The same place of the same chain, with other content.
    world.note(&mut clone, "on the clone");
    let outcome = world.sync(&mut clone).await;
    assert_eq!((outcome.waiting, outcome.unmerged), (0, 0), "{outcome:?}");
    let ends: Vec<_> =
        clone.diary.store().past_incarnations().unwrap().iter().map(|incarnation| incarnation.why).collect();
    assert_eq!(ends.len(), 1);
    assert!(matches!(ends[0], IncarnationEndReason::Forked | IncarnationEndReason::Ahead));
    assert_eq!(clone.diary.device().follows, Some(original.diary.device().incarnation));

    for round in 0..3 {
        world.set(round + 1, "12:00");
        world.note(&mut original, "on the original, later");
        world.note(&mut clone, "on the clone, later");
        assert_eq!(world.sync(&mut original).await.waiting, 0);
        assert_eq!(world.sync(&mut clone).await.waiting, 0);
    }
    let record = world.site.desk.record(participant.vault).await.unwrap();
    assert_eq!(record.revision_count(), 9, "both contents, each once");
    assert_ne!(clone.diary.device().incarnation, original.diary.device().incarnation);
    let incarnations = original.diary.store().past_incarnations().unwrap().len()
        + clone.diary.store().past_incarnations().unwrap().len();
    assert!(incarnations <= 2, "they do not drive each other from incarnation to incarnation");
}
