//! A new phone is given as much of the past as the study allows, and only after it was confirmed.

use diary_core::keys::HistoryScope;
use diary_tests::World;
use diary_tests::world::first_day;

/// Days with notes on a phone that joins on day 9 of ten days with one note each.
async fn days_given(scope: HistoryScope) -> Vec<i64> {
    let world = World::new().await;
    let (participant, mut one) = world.enrol("MG-001").await;
    for day in 0..10 {
        world.set(day, "12:00");
        world.note(&mut one, "a day");
    }
    world.sync(&mut one).await;
    let mut two = world.another(&participant, "MG-001-new", scope).await;
    world.set(9, "13:00");
    world.note(&mut one, "after the new phone");
    world.until_quiet(&participant, &mut [&mut one, &mut two]).await;
    let (from, to) = (first_day(), first_day().plus_days(20));
    let revisions = two.diary.store().revisions(from, to).unwrap();
    revisions.iter().map(|held| held.revision().day.0.signed_duration_since(from.0).num_days()).collect()
}

#[tokio::test]
async fn all_gives_everything() {
    assert_eq!(days_given(HistoryScope::All).await, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]);
}

#[tokio::test]
async fn days_gives_the_last_diary_days_and_what_comes_later() {
    assert_eq!(days_given(HistoryScope::Days(3)).await, [7, 8, 9, 9]);
}

#[tokio::test]
async fn none_gives_only_what_comes_later() {
    assert_eq!(days_given(HistoryScope::None).await, [9]);
}
