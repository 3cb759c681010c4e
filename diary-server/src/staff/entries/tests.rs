//! Entries of one participant that were made under another, on what phones really sealed.

use std::sync::Arc;

use diary_core::entropy::Entropy;
use diary_core::ids::VaultId;
use diary_core::keys::SealingKey;
use diary_core::time::Clock;

use super::*;
use crate::rebuild::{From, rebuild};
use crate::store::TrialStore;
use crate::testing::{Keeper, START};

fn desk(keeper: &Keeper) -> Desk {
    let store: Arc<dyn TrialStore> = keeper.store.clone();
    let clock: Arc<dyn Clock> = keeper.clock.clone();
    let entropy: Arc<dyn Entropy + Send + Sync> = keeper.entropy.clone();
    Desk::new(store, keeper.keys.clone(), clock, entropy)
}

/// The record is the same worked out again, from plaintexts and from sealed parcels.
async fn is_same_when_rebuilt(keeper: &Keeper, vault: VaultId) {
    let store: Arc<dyn TrialStore> = keeper.store.clone();
    let keys = vec![SealingKey::from_bytes(keeper.keys.sealing(1).unwrap().private_bytes())];
    for from in [From::Opened, From::Sealed(Arc::new(keys))] {
        let compared = rebuild(&store, keeper.bundle.clone(), vault, from, START).await.unwrap();
        assert!(compared.is_same(), "{:?}", compared.differences);
    }
}

fn entry_of(record: &TrialRecord) -> Vec<EntryId> {
    record.histories().iter().map(|history| history.entry).collect()
}

#[tokio::test]
async fn an_entry_made_under_the_wrong_participant_is_marked_and_taken_over_by_a_decision() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let (desk, li) = (desk(&keeper), Account::new("li").unwrap());
    let mut phone = keeper.phone("001").await;
    keeper.phone("002").await;
    let parcel = phone.next("of another participant");
    server.push(&phone.push(&[parcel])).await;
    server.settle().await;
    let wrong = desk.participant("001").await.unwrap();
    let right = desk.participant("002").await.unwrap();
    let entry = entry_of(&desk.record(wrong.vault).await.unwrap())[0];
    let named = [short(entry)];

    let early = desk.take_over(&li, (&right, &wrong), &named, "swapped phones").await.unwrap_err();
    assert!(matches!(early, StaffError::Act(ActError::NotMarked { .. })), "{early}");
    let unknown = desk.mark_not_theirs(&li, &wrong, &["00000000".to_owned()], "x").await.unwrap_err();
    assert!(matches!(unknown, StaffError::Act(ActError::NoEntry { .. })), "{unknown}");

    let marked = desk.mark_not_theirs(&li, &wrong, &named, "swapped phones").await.unwrap();
    let again = desk.mark_not_theirs(&li, &wrong, &named, "swapped phones").await.unwrap_err();
    assert!(matches!(again, StaffError::Act(ActError::MarkedBefore { .. })), "{again}");
    desk.take_over(&li, (&right, &wrong), &named, "swapped phones").await.unwrap();

    // It stays in both records, counts in the right one, and both say what became of it.
    let (left, taken) = (desk.record(wrong.vault).await.unwrap(), desk.record(right.vault).await.unwrap());
    assert_eq!((entry_of(&left), entry_of(&taken)), (vec![entry], vec![entry]));
    let others = |record: &TrialRecord| of_others(record.acts().map(|(act, _)| act)).len();
    assert_eq!((others(&left), others(&taken)), (1, 0));
    let shown = desk.show(&li, &right).await.unwrap();
    assert_eq!(shown.taken_over[0].subject.as_deref(), Some("001"));
    assert_eq!(shown.taken_over[0].entries, named);
    assert_eq!(desk.show(&li, &wrong).await.unwrap().not_theirs, named);
    for vault in [wrong.vault, right.vault] {
        is_same_when_rebuilt(&keeper, vault).await;
    }
    let trail = desk.trail().await.unwrap();
    assert_eq!(trail.broken_at, None);
    let told = |what: &str| trail.rows.iter().filter(|row| row.event.what == what).count();
    assert_eq!([told("act.entries"), told("act.take-over"), told("act.taken-over")], [1, 1, 1]);

    // It counts once: the mark stays while the entry counts elsewhere.
    let act = short(marked.act.id);
    let back = Saying { reason: Some("it was theirs"), corrects: Some(&act), confirmed: true };
    let held = desk.withdraw(&li, &wrong, back).await.unwrap_err();
    assert!(matches!(held, StaffError::Act(ActError::CountsElsewhere { .. })), "{held}");
    let twice = desk.take_over(&li, (&right, &wrong), &named, "again").await.unwrap_err();
    assert!(matches!(twice, StaffError::Act(ActError::TakenBefore { .. })), "{twice}");
    desk.mark_not_theirs(&li, &right, &named, "it was theirs").await.unwrap();
    desk.withdraw(&li, &wrong, back).await.unwrap();
    let (left, taken) = (desk.record(wrong.vault).await.unwrap(), desk.record(right.vault).await.unwrap());
    assert_eq!((others(&left), others(&taken)), (0, 1));
}
