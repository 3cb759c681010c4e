//! A study that moves from SQLite to PostgreSQL and back has the same content there, at whichever step a move is
//! interrupted, and is served from one place only.

mod broken;
mod schemas;

use diary_core::ids::{Hash, VaultId};
use diary_demo::phone::Phone;
use diary_server::audit::Account;
use diary_server::config::{Config, Pages};
use diary_server::context::active::StartError;
use diary_server::data_folder::{DataFolder, FolderError};
use diary_server::ops::moving::{MoveError, MoveInput, Moved, move_study, stay};
use diary_server::serve::{ServeError, ServeInput, serve};
use diary_server::site::VisitInput;
use diary_server::site::{Saying, SiteServices, StaffError};
use diary_store::{Location, Participant, StoreError};
use diary_sync::Mode;
use diary_tests::Relayed;
use diary_tests::postgres::{Cluster, Database};

/// So small that every table takes several batches.
const BATCH_BYTES: usize = 1500;
const CANARY: &str = "xyzzy canary phrase";

/// A site in use: two participants behind a relay, entries of several kinds, a revoked phone. Keeper and relay are stopped.
async fn lived() -> (Relayed, Participant, Phone) {
    let mut relayed = Relayed::new().await;
    let (participant, mut phone) = relayed.enrol("MG-001").await;
    relayed.world.set(0, "20:30");
    relayed.world.evening(&mut phone, 0, 2);
    relayed.world.note(&mut phone, CANARY);
    let transport = relayed.world.site.transport.clone();
    // Once, without waiting for the record: the keeper does not pull meanwhile.
    relayed.world.sync_over(&mut phone, &transport, Mode::Once).await;
    let (other, mut second) = relayed.enrol("MG-002").await;
    relayed.world.note(&mut second, "of another participant");
    relayed.world.sync_over(&mut second, &transport, Mode::Once).await;
    relayed.pull().await;
    let site = &relayed.world.site;
    let date = "2026-10-01".parse().unwrap();
    let unwell = Saying { confirmed: true, ..Saying::because("felt unwell") };
    site.desk
        .acts()
        .on(&site.staff, &participant)
        .add_visit(&VisitInput { date, kind: "unscheduled".to_owned(), held: false }, unwell)
        .await
        .unwrap();
    site.desk.views().report(&site.staff, &other, 28).await.unwrap();
    relayed.pull().await;
    relayed.stop().await;
    relayed.world.site.stop().await.unwrap();
    (relayed, participant, phone)
}

fn keeper(relayed: &Relayed) -> DataFolder {
    DataFolder::open(&relayed.world.site.data()).unwrap()
}

/// The folder with its database elsewhere.
fn at(folder: &DataFolder, location: &Location) -> DataFolder {
    folder.clone().with_database(Some(location.clone())).unwrap()
}

fn postgres(database: &Database) -> Location {
    database.url.parse().unwrap()
}

fn file(folder: &DataFolder, name: &str) -> Location {
    Location::Sqlite(folder.path().join(name))
}

async fn desk(relayed: &Relayed, folder: &DataFolder) -> SiteServices {
    let site = &relayed.world.site;
    SiteServices::open(folder, site.clock.clone(), site.entropy.clone()).await.unwrap()
}

async fn moved(relayed: &Relayed, folder: &DataFolder, to: &Location) -> Result<Moved, MoveError> {
    let site = &relayed.world.site;
    let input =
        MoveInput { batch_bytes: BATCH_BYTES, ..MoveInput::new(folder, to, &site.staff, site.clock.now()) };
    move_study(&input, &site.entropy, &mut |_| {}).await
}

/// Digest of every participant's record.
async fn digests(desk: &SiteServices) -> Vec<(VaultId, Hash)> {
    let mut digests = Vec::new();
    for participant in desk.context().store().participants().await.unwrap() {
        digests.push((participant.vault, desk.record(participant.vault).await.unwrap().digest()));
    }
    digests
}

/// Adds a participant, which takes a new number in several tables.
async fn grows(desk: &SiteServices, by: &Account, subject: &str) -> Result<Participant, StaffError> {
    desk.participants().add(by, subject, false).await
}

#[tokio::test]
async fn a_study_moves_to_postgresql_and_back_and_is_the_same_everywhere() {
    let Some(cluster) = Cluster::shared() else { return };
    let (relayed, participant, _phone) = lived().await;
    let (site, folder) = (&relayed.world.site, keeper(&relayed));
    let before = digests(&site.desk).await;
    assert_eq!(before.len(), 2);
    let database = cluster.database().await;
    let there = postgres(&database);
    let outcome = moved(&relayed, &folder, &there).await.unwrap();
    assert!(matches!(outcome, Moved::Now { vaults: 2, rows } if rows > 100), "{outcome:?}");
    assert_eq!(moved(&relayed, &folder, &there).await.unwrap(), Moved::Before, "once is enough");
    let dump = cluster.dump(&database);
    for answer in [CANARY, "felt unwell"] {
        let found = dump.windows(answer.len()).any(|window| window == answer.as_bytes());
        assert!(!found, "{answer} stands in a dump");
    }

    let served = desk(&relayed, &at(&folder, &there)).await;
    assert_eq!(digests(&served).await, before);
    let trail = served.views().trail().await.unwrap();
    assert!(trail.rows.iter().any(|row| row.event.reason.as_deref() == Some("felt unwell")));
    assert_eq!(trail.rows.last().unwrap().event.what, "server.moved");
    grows(&served, &site.staff, "MG-003").await.unwrap();
    served.views().report(&site.staff, &participant, 28).await.unwrap();
    let grown = digests(&served).await;
    drop(served);

    let back = file(&folder, "back.db");
    let outcome = moved(&relayed, &at(&folder, &there), &back).await.unwrap();
    assert!(matches!(outcome, Moved::Now { vaults: 3, .. }), "{outcome:?}");
    let served = desk(&relayed, &at(&folder, &back)).await;
    assert_eq!(digests(&served).await, grown);
    grows(&served, &site.staff, "MG-004").await.unwrap();
    let epoch = served.context().store().server_state().await.unwrap().unwrap().epoch;
    for looked_at in [&folder, &at(&folder, &back)] {
        let state = desk(&relayed, looked_at).await.context().store().server_state().await.unwrap().unwrap();
        assert_eq!(
            state.epoch, epoch,
            "whoever looks at what was left behind begins no new incarnation anywhere"
        );
    }
    assert!(served.rebuild_all_the_same(&site.staff).await);
}

/// Checks that every record equals a rebuild from its parcels.
trait RebuildAll {
    async fn rebuild_all_the_same(&self, by: &Account) -> bool;
}

impl RebuildAll for SiteServices {
    async fn rebuild_all_the_same(&self, by: &Account) -> bool {
        let source = diary_server::site::RebuildSource::Sealed;
        let rebuilt = self.upkeep().rebuild_all(by, None, &source, None).await.unwrap();
        rebuilt.iter().all(|one| one.compared.is_same())
    }
}

#[tokio::test]
async fn a_relay_moves_like_a_keeper_and_goes_on_with_its_feed() {
    let Some(cluster) = Cluster::shared() else { return };
    let (relayed, ..) = lived().await;
    let folder = DataFolder::open(&relayed.folder).unwrap();
    let there = postgres(&cluster.database().await);
    assert!(matches!(moved(&relayed, &folder, &there).await.unwrap(), Moved::Now { vaults: 2, .. }));
    let back = file(&folder, "back.db");
    assert!(matches!(
        moved(&relayed, &at(&folder, &there), &back).await.unwrap(),
        Moved::Now { vaults: 2, .. }
    ));
}

#[tokio::test]
async fn what_was_left_behind_is_not_served_and_takes_nothing_any_more() {
    let Some(cluster) = Cluster::shared() else { return };
    let (relayed, ..) = lived().await;
    let (site, folder) = (&relayed.world.site, keeper(&relayed));
    let there = postgres(&cluster.database().await);
    moved(&relayed, &folder, &there).await.unwrap();
    moved(&relayed, &at(&folder, &there), &file(&folder, "back.db")).await.unwrap();
    for left in [&folder, &at(&folder, &there)] {
        let desk = desk(&relayed, left).await;
        let refused = grows(&desk, &site.staff, "MG-003").await.unwrap_err();
        assert!(matches!(refused, StaffError::Store(StoreError::Moved)), "{refused}");
        assert_eq!(digests(&desk).await.len(), 2, "it can still be read");
        drop(desk);
        let mut config = Config::default();
        config.server.listen = "127.0.0.1:0".parse().unwrap();
        config.pages = Pages::off();
        let (clock, entropy) = (site.clock.clone(), site.entropy.clone());
        let input = ServeInput { folder: left.clone(), demo: true, config, clock, entropy };
        let refused = serve(input, None).await.unwrap_err();
        assert!(matches!(refused, ServeError::Start(StartError::Store(StoreError::Moved))), "{refused:?}");
        let third = moved(&relayed, left, &file(&folder, "third.db")).await.unwrap_err();
        assert!(matches!(third, MoveError::From(StoreError::Moved)), "{third}");
    }
}

#[tokio::test]
async fn a_study_that_is_being_served_is_not_moved() {
    let Some(cluster) = Cluster::shared() else { return };
    let (mut relayed, ..) = lived().await;
    let folder = keeper(&relayed);
    let there = postgres(&cluster.database().await);
    relayed.world.site.start_again().await.unwrap();
    let refused = moved(&relayed, &folder, &there).await.unwrap_err();
    assert!(matches!(refused, MoveError::Folder(FolderError::Serving { .. })), "{refused}");
    relayed.world.site.stop().await.unwrap();
    moved(&relayed, &folder, &there).await.unwrap();

    // On PostgreSQL another machine may serve it.
    let elsewhere = desk(&relayed, &at(&folder, &there)).await;
    let refused = moved(&relayed, &at(&folder, &there), &file(&folder, "back.db")).await.unwrap_err();
    assert!(matches!(refused, MoveError::InUse("--from")), "{refused}");
    grows(&elsewhere, &relayed.world.site.staff, "MG-003").await.unwrap();
    drop(elsewhere);
    moved(&relayed, &at(&folder, &there), &file(&folder, "back.db")).await.unwrap();
}

#[tokio::test]
async fn a_move_that_is_given_up_leaves_the_study_where_it_was_and_no_copy_that_is_taken_for_it() {
    let Some(cluster) = Cluster::shared() else { return };
    let (relayed, participant, _phone) = lived().await;
    let (site, folder) = (&relayed.world.site, keeper(&relayed));
    let database = cluster.database().await;
    let there = postgres(&database);
    broken::refuse(cluster, &database, &relayed, "trail").await;
    moved(&relayed, &folder, &there).await.unwrap_err();
    let here = desk(&relayed, &folder).await;
    let refused = grows(&here, &site.staff, "MG-003").await.unwrap_err();
    assert!(matches!(refused, StaffError::Store(StoreError::Moving)), "{refused}");
    let now = site.clock.now();
    stay(&folder, &site.staff, now, &site.entropy).await.unwrap();
    let date = "2026-10-08".parse().unwrap();
    site.desk
        .acts()
        .on(&site.staff, &participant)
        .add_visit(&VisitInput { date, kind: "scheduled".to_owned(), held: false }, Saying::MEANT)
        .await
        .unwrap();
    let refused = stay(&folder, &site.staff, now, &site.entropy).await.unwrap_err();
    assert!(matches!(refused, MoveError::From(StoreError::Conflict { .. })), "{refused}");

    broken::allow(cluster, &database, "trail").await;
    let stale = moved(&relayed, &folder, &there).await.unwrap_err();
    assert!(matches!(stale, MoveError::Differs { .. }), "{stale}");
    let fresh = postgres(&cluster.database().await);
    assert!(matches!(moved(&relayed, &folder, &fresh).await.unwrap(), Moved::Now { vaults: 2, .. }));
}
