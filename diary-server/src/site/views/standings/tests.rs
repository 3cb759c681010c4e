//! Events that make a standing out of date, and the tasks and commands that bring it up to date.

use std::sync::Arc;

use diary_core::ids::VaultId;
use diary_core::parcel::Item;
use diary_core::time::UtcMillis;

use super::task::Standings;
use super::{ParticipantStatus, Refresher, fresh};
use crate::config::Config;
use crate::merge::rebuild::{From, rebuilt};
use crate::testing::{Keeper, Phone, START, event};
use diary_store::{MergeStore, NewStatus, RecordSize, SiteStore, StoredStatus, TrialStore, VaultMerge};

async fn kept(keeper: &Keeper, vault: VaultId) -> StoredStatus {
    let all = keeper.store.participants_with_status().await.unwrap();
    all.into_iter().find(|one| one.vault == vault).unwrap().status.unwrap()
}

fn standings(keeper: &Keeper) -> Standings {
    let context = keeper.context_of(keeper.second_process(), &Config::lifted());
    Standings::new(context, Arc::clone(&keeper.keys))
}

#[tokio::test]
async fn whatever_changes_a_record_counts_a_change() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let vault = keeper.participant("001").await;
    let mut phone = Phone::new(&keeper, vault);
    assert_eq!(kept(&keeper, vault).await, StoredStatus::default());
    let mut last = 0;
    let mut more = async |what: &str| {
        let changes = kept(&keeper, vault).await.changes;
        assert!(changes > last, "{what}: {changes} after {last}");
        last = changes;
    };
    phone.join(&keeper.link(vault).await);
    let held = phone.next("held");
    server.push(&phone.push(&[held])).await;
    more("a phone joins, and its parcel is held back").await;
    keeper.confirm(&phone).await;
    more("it is confirmed").await;
    server.settle().await;
    more("what was held back is merged").await;
    let unreadable = phone.seal(&[Item::Revision(vec![1; 4])]);
    server.push(&phone.push(&[unreadable])).await;
    server.settle().await;
    more("a parcel comes into quarantine").await;
    let rows = rebuilt(server.app.store(), keeper.bundle.clone(), vault, From::Opened, START).await;
    keeper.store.replace_record(rows.unwrap(), keeper.signer(), event("rebuild")).await.unwrap();
    more("the record is replaced").await;
    keeper.revoke(&phone).await;
    more("the phone is revoked").await;
}

#[tokio::test]
async fn standings_are_brought_up_to_date_after_what_was_merged() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    keeper.participant("002").await;
    let parcel = phone.next("hello");
    server.push(&phone.push(&[parcel])).await;
    server.settle().await;
    let worker = standings(&keeper);
    assert_eq!(worker.refresh(&keeper.bundle, START).await.unwrap().standings, 2);
    assert_eq!(worker.refresh(&keeper.bundle, START).await.unwrap().standings, 0);
    let parcel = phone.next("again");
    server.push(&phone.push(&[parcel])).await;
    assert_eq!(worker.refresh(&keeper.bundle, START).await.unwrap().standings, 0, "it is not merged yet");
    server.settle().await;
    assert_eq!(worker.refresh(&keeper.bundle, START).await.unwrap().standings, 1);
    let month = START.plus_ms(30 * diary_core::time::DAY_MS);
    assert_eq!(
        worker.refresh(&keeper.bundle, month).await.unwrap().standings,
        2,
        "before they are too old to be read"
    );
}

#[tokio::test]
async fn what_arrives_while_a_standing_is_worked_out_is_not_lost() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcel = phone.next("hello");
    server.push(&phone.push(&[parcel])).await;
    server.settle().await;
    let participant = async || {
        let all = keeper.store.participants_with_status().await.unwrap();
        all.into_iter().next().unwrap()
    };
    let seen = participant().await.status.unwrap().changes;
    let keep = async |covers: i64, bytes: &[u8]| {
        let standing =
            Some(NewStatus { covers, version: super::version(1), at: START, bytes: bytes.to_vec() });
        let (outcomes, at) = (Vec::new(), START);
        let merge = VaultMerge {
            vault: phone.vault,
            outcomes,
            reply: None,
            notice: None,
            backed_up: None,
            status: standing,
            at,
        };
        assert_eq!(keeper.store.commit_merge(vec![merge], keeper.signer()).await.unwrap(), 0);
    };
    let good = ParticipantStatus::unreadable(UtcMillis(START.0)).encode();
    keep(seen - 1, &good).await;
    assert_eq!(fresh(&participant().await, 1, START), None, "it does not cover the last change");
    keep(seen, &good).await;
    assert!(fresh(&participant().await, 1, START).is_some());
    assert_eq!(fresh(&participant().await, 2, START), None, "another version of the study");
    // A slower process comes with what it had read before.
    keep(seen - 1, &[0]).await;
    assert!(fresh(&participant().await, 1, START).is_some());
}

#[tokio::test]
async fn merging_works_out_no_standing() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcel = phone.next("hello");
    server.push(&phone.push(&[parcel])).await;
    assert!(server.settle().await > 0);
    assert_eq!(server.record(phone.vault).await.plans.len(), 1, "it is merged");
    assert_eq!(kept(&keeper, phone.vault).await.made, None, "and no standing was waited for");
}

#[tokio::test]
async fn a_record_beyond_its_budget_is_not_read_and_its_participant_is_urgent() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcels = [phone.next("one"), phone.next("two"), phone.next("three")];
    server.push(&phone.push(&parcels)).await;
    server.settle().await;
    let size = keeper.store.record_size(phone.vault, 10).await.unwrap();
    assert_eq!(size.rows, 3);
    assert!((100..2_000).contains(&size.bytes), "{}", size.bytes);
    assert_eq!(keeper.store.record_size(phone.vault, 2).await.unwrap().rows, 2, "no more is counted");

    let participant = keeper.store.participants_with_status().await.unwrap().remove(0);
    let study = diary_core::study::Study::load(&diary_core::study::shipped::nct06836973()).unwrap();
    let studies: Arc<diary_core::study::Studies> = Arc::new([(study.version(), Arc::new(study))].into());
    let newest = *studies.keys().next().unwrap();
    let store = Arc::clone(&keeper.store) as Arc<dyn TrialStore>;
    let refresher = Refresher::new(store, Arc::clone(&keeper.keys), keeper.bundle.clone(), studies, newest);
    let within = async |rows, bytes| {
        let refresher = refresher.clone().within(RecordSize { rows, bytes });
        refresher.work_out(&participant, START).await.unwrap().standing
    };
    assert_ne!(within(3, 2_000).await, ParticipantStatus::too_large(START));
    assert_eq!(within(2, 2_000).await, ParticipantStatus::too_large(START));
    assert_eq!(within(3, 99).await, ParticipantStatus::too_large(START));

    let stand =
        ParticipantStatus::decode(&ParticipantStatus::too_large(START).encode()).unwrap().at(START).unwrap();
    let candidate = diary_report::worklist::Candidate {
        subject: "001".to_owned(),
        vault: phone.vault,
        added: START,
        status: stand,
        pending: None,
        lent: Vec::new(),
    };
    let listed =
        diary_report::worklist::rows(vec![candidate], diary_report::worklist::Thresholds::default(), START);
    assert_eq!(
        listed[0].findings,
        [diary_report::worklist::Finding::TooLarge],
        "and nothing that is not known"
    );
    assert_eq!(listed[0].findings[0].urgency(), 0, "an emergency may be in it");
}

#[tokio::test]
async fn the_standing_that_was_made_the_longest_ago_comes_first() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phones = [keeper.phone("001").await, keeper.phone("002").await, keeper.phone("003").await];
    for (phone, at) in phones.iter_mut().zip([3, 1, 2]) {
        let parcel = phone.next("hello");
        server.push(&phone.push(&[parcel])).await;
        server.settle().await;
        let standing =
            NewStatus { covers: 0, version: super::version(1), at: START.plus_ms(at), bytes: vec![0] };
        let merge = VaultMerge {
            vault: phone.vault,
            outcomes: Vec::new(),
            reply: None,
            notice: None,
            backed_up: None,
            status: Some(standing),
            at: START,
        };
        keeper.store.commit_merge(vec![merge], keeper.signer()).await.unwrap();
    }
    let next = async |limit| {
        let found = keeper.store.outdated_participants(super::version(1), START, limit).await.unwrap();
        found.into_iter().map(|one| one.subject).collect::<Vec<_>>()
    };
    assert_eq!(next(1).await, ["002"], "one that changes all the time keeps no other waiting");
    assert_eq!(next(9).await, ["002", "003", "001"]);
}

#[test]
fn the_task_rests_in_proportion_to_what_it_read() {
    let rest = |standings, rows| super::task::Refreshed { standings, rows }.rest().as_millis();
    assert_eq!(rest(0, 0), 100);
    assert_eq!(rest(1, 1_000), 100);
    assert_eq!(rest(1, 50_000), 3_003);
    assert_eq!(rest(16, 0), 100);
}
