//! Entries that were made under the wrong participant: marked, and taken over into the right record by a decision.

use diary_core::ids::EntryId;
use diary_core::record::{TrialRecord, of_others};
use diary_server::site::acts::before::short;
use diary_server::site::{ActError, RebuildSource, Saying, StaffError};
use diary_tests::World;

fn entries(record: &TrialRecord) -> Vec<EntryId> {
    record.histories().iter().map(|history| history.entry).collect()
}

fn others(record: &TrialRecord) -> usize {
    of_others(record.acts().map(|(act, _)| act)).len()
}

#[tokio::test]
async fn an_entry_made_under_the_wrong_participant_is_marked_and_taken_over_by_a_decision() {
    let world = World::new().await;
    let (wrong, mut phone) = world.enrol("MG-001").await;
    let (right, mut own) = world.enrol("MG-002").await;
    world.set(0, "20:30");
    let entry = world.evening(&mut phone, 0, 1).entry;
    world.sync(&mut phone).await;
    world.sync(&mut own).await;
    let (desk, li) = (&world.site.desk, &world.site.staff);
    let named = [short(entry)];

    let early = desk.acts().on(li, &right).take_over(&wrong, &named, "swapped phones").await.unwrap_err();
    assert!(matches!(early, StaffError::Act(ActError::NotMarked { .. })), "{early}");
    let unknown =
        desk.acts().on(li, &wrong).mark_not_theirs(&["00000000".to_owned()], "x").await.unwrap_err();
    assert!(matches!(unknown, StaffError::Act(ActError::NoEntry { .. })), "{unknown}");

    let marked = desk.acts().on(li, &wrong).mark_not_theirs(&named, "swapped phones").await.unwrap();
    let again = desk.acts().on(li, &wrong).mark_not_theirs(&named, "swapped phones").await.unwrap_err();
    assert!(matches!(again, StaffError::Act(ActError::MarkedBefore { .. })), "{again}");
    desk.acts().on(li, &right).take_over(&wrong, &named, "swapped phones").await.unwrap();

    // It stays in both records, counts in the right one, and both state the decision.
    let (left, taken) = (desk.record(wrong.vault).await.unwrap(), desk.record(right.vault).await.unwrap());
    assert!(entries(&left).contains(&entry) && entries(&taken).contains(&entry));
    assert_eq!((others(&left), others(&taken)), (1, 0));
    let shown = desk.participants().show(li, &right).await.unwrap();
    assert_eq!(shown.taken_over[0].subject.as_deref(), Some("MG-001"));
    assert_eq!(shown.taken_over[0].entries, named);
    assert_eq!(desk.participants().show(li, &wrong).await.unwrap().not_theirs, named);
    world.report(&right).await;
    world.sync(&mut own).await;
    for of in [&wrong, &right] {
        let compared = desk.upkeep().rebuild(li, of, &RebuildSource::Sealed, None).await.unwrap();
        assert!(compared.is_same(), "{:?}", compared.differences);
    }
    let trail = desk.views().trail().await.unwrap();
    assert_eq!(trail.broken_at, None);
    let told = |what: &str| trail.rows.iter().filter(|row| row.event.what == what).count();
    assert_eq!([told("act.entries"), told("act.take-over"), told("act.taken-over")], [1, 1, 1]);

    // It counts once: the mark stays while the entry counts elsewhere.
    let act = short(marked.act.id);
    let back = Saying { reason: Some("it was theirs"), corrects: Some(&act), ..Saying::MEANT };
    let held = desk.acts().on(li, &wrong).withdraw(back).await.unwrap_err();
    assert!(matches!(held, StaffError::Act(ActError::CountsElsewhere { .. })), "{held}");
    let twice = desk.acts().on(li, &right).take_over(&wrong, &named, "again").await.unwrap_err();
    assert!(matches!(twice, StaffError::Act(ActError::TakenBefore { .. })), "{twice}");
    desk.acts().on(li, &right).mark_not_theirs(&named, "it was theirs").await.unwrap();
    desk.acts().on(li, &wrong).withdraw(back).await.unwrap();
    let (left, taken) = (desk.record(wrong.vault).await.unwrap(), desk.record(right.vault).await.unwrap());
    assert_eq!((others(&left), others(&taken)), (0, 1));
}
