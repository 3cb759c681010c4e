//! A database from before counters had a ceiling: staff go on working, and it begins a new incarnation.

use diary_core::act::{Act, ActContent};
use diary_core::counter::Counter;
use diary_core::ids::{ActId, Epoch, Incarnation};
use diary_core::parcel::Item;
use diary_core::sqlcipher::{Missing, connect};

use super::bench::{Bench, NOON};
use crate::cli::Exit;
use crate::data_folder::DataFolder;
use crate::site::SiteServices;
use diary_store::sqlite::renew;
use diary_store::{KeeperAppend, Signer, TrailEvent};

/// An act on an anchor as a keeper of that time made it, after a phone that had leapt.
async fn append_as_before(desk: &SiteServices, counter: u64) {
    let bundle = desk.bundle().await.unwrap();
    let vault = desk.context().store().participants().await.unwrap()[0].vault;
    let state = desk.context().store().keeper_state(vault).await.unwrap();
    let date = Some("2026-04-02".parse().unwrap());
    let content = ActContent::Anchor { anchor: "cycle1".parse().unwrap(), date };
    let (id, by, counter) = (ActId::from_bytes([9; 16]), "li".to_owned(), Counter::from(counter));
    let act =
        Act { id, counter, by, at: NOON, reason: Some("postponed".to_owned()), content, replaces: None };
    let authored = desk
        .keeper_keys()
        .author_parcel(
            &bundle,
            vault,
            &state,
            &state.devices,
            &[Item::act(&act)],
            NOON,
            desk.context().random(),
        )
        .unwrap();
    let append = KeeperAppend { vault, after: state.head, authored, counter: Counter::ZERO, at: NOON };
    desk.context().store().append_keeper(append, desk.keeper_keys().clone() as Signer, None).await.unwrap();
    desk.merger().settle(&bundle, NOON).await.unwrap();
}

#[tokio::test]
async fn acts_take_effect_and_a_new_life_begins_where_a_counter_stands_near_the_end_of_its_type() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-29").await.holds(Exit::Done, "cycle1 is 2026-03-29");
    let desk = bench.desk().await;
    append_as_before(&desk, (1 << 63) - 2).await;
    let key = *desk.keeper_keys().database_secret();
    drop(desk);
    let file = bench.path("data/diary-server.db");
    // As they were stored then.
    connect(&file, &key, Missing::Refuse)
        .unwrap()
        .execute_batch(
            "DROP TRIGGER act_never_changes;
             UPDATE act SET counter = 9223372036854775806 WHERE counter = 0;
             UPDATE incarnation SET counter = 9223372036854775806;
             UPDATE server SET counter_floor = 9223372036854775000;",
        )
        .unwrap();
    let moved = "participant anchor S1 cycle1 2026-04-05 --reason fever";
    bench.run(moved).await.holds(Exit::Done, "cycle1 is 2026-04-05");
    bench.run("participant show S1").await.holds(Exit::Done, "2026-04-05");

    let (epoch, incarnation) = (Epoch::from_bytes([7; 16]), Incarnation::from_bytes([8; 16]));
    let event = TrailEvent {
        at: NOON,
        who: "li".to_owned(),
        role: "staff".to_owned(),
        what: "backup.restore".to_owned(),
        target: "server".to_owned(),
        reason: None,
    };
    renew(&file, &key.into(), (epoch, incarnation), &event).unwrap();
    // Else the next start would take the new epoch for a rollback.
    crate::ops::rollback::note(&DataFolder::open(&bench.path("data")).unwrap(), &key.into()).unwrap();
    let vault = bench.desk().await.context().store().participants().await.unwrap()[0].vault;
    let state = bench.desk().await.context().store().keeper_state(vault).await.unwrap();
    // The program finds out by its mark that the database was changed behind its back, and begins one more.
    assert_eq!(state.last_counter.get(), 1_000_002, "two acts, and the leap of a new incarnation");
    let moved = "participant anchor S1 cycle1 2026-04-07 --reason again";
    bench.run(moved).await.holds(Exit::Done, "cycle1 is 2026-04-07");
    bench.run("participant show S1").await.holds(Exit::Done, "2026-04-07");
}
