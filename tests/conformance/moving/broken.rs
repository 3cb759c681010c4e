//! Moves that break off: at each table, in the middle of one, and between the last steps.

use std::path::Path;
use std::sync::Arc;

use diary_core::sqlcipher::{Missing, connect};
use diary_server::ops::moving::{MoveError, Moved};
use diary_server::site::{SiteServices, StaffError};
use diary_store::moving::moved_tables;
use diary_store::{Location, StoreError, TrialStore};
use diary_tests::Relayed;
use diary_tests::postgres::{Cluster, Database, OWNER};

use super::{at, desk, digests, file, keeper, lived, moved, postgres};

/// Makes an empty database that takes no row of `table`.
pub(super) async fn refuse(cluster: &Cluster, database: &Database, relayed: &Relayed, table: &str) {
    drop(opened(relayed, &postgres(database)).await);
    administrate(cluster, database, &format!("REVOKE INSERT ON {table} FROM {OWNER}")).await;
}

/// Lets it take them.
pub(super) async fn allow(cluster: &Cluster, database: &Database, table: &str) {
    administrate(cluster, database, &format!("GRANT INSERT ON {table} TO {OWNER}")).await;
}

async fn administrate(cluster: &Cluster, database: &Database, statements: &str) {
    cluster.admin(&database.name).await.batch_execute(statements).await.unwrap();
}

/// A database as the server opens it, with its tables.
async fn opened(relayed: &Relayed, location: &Location) -> Arc<dyn TrialStore> {
    let site = &relayed.world.site;
    let secret = site.desk.keeper_keys().database_secret();
    location.open(secret, Missing::Create, site.entropy.clone()).await.unwrap()
}

/// Changes the schema of a file, as a disk that fails at one place would.
fn tamper(relayed: &Relayed, file: &Path, statements: &str) {
    let key = relayed.world.site.desk.keeper_keys().database_secret();
    let connection = connect(file, key, Missing::Refuse).unwrap();
    connection.execute_batch(statements).unwrap();
}

/// Checks that writing here is refused, and that the incomplete copy there is not served.
async fn is_nowhere(relayed: &Relayed, here: &SiteServices, there: &Location) {
    let refused = here.participants().add(&relayed.world.site.staff, "MG-003", false).await.unwrap_err();
    assert!(matches!(refused, StaffError::Store(StoreError::Moving)), "{refused}");
    let state = opened(relayed, there).await.migration_state().await.unwrap();
    assert!(state.is_none_or(|state| state.check().is_err()), "it is served before it is complete");
}

#[track_caller]
fn broke_off(outcome: Result<Moved, MoveError>, at: &str) {
    // A trigger of SQLite refuses, or a right that PostgreSQL's owner took away.
    let by_test =
        |error: &StoreError| matches!(error, StoreError::Database { .. } | StoreError::NoAccess { .. });
    let refused = matches!(&outcome, Err(MoveError::Stopped(error)) if by_test(error));
    assert!(refused, "{at}: {outcome:?}");
}

#[tokio::test]
async fn a_move_to_postgresql_that_breaks_off_at_any_table_goes_on_there() {
    let Some(cluster) = Cluster::shared() else { return };
    let (relayed, ..) = lived().await;
    let folder = keeper(&relayed);
    let here = desk(&relayed, &folder).await;
    let before = digests(&here).await;
    let database = cluster.database().await;
    let there = postgres(&database);
    let (tables, _) = moved_tables();
    for (table, _) in &tables {
        refuse(cluster, &database, &relayed, table).await;
    }
    // The server's row is moved last, so that the copy is incomplete after each interruption.
    for (table, _) in &tables {
        broke_off(moved(&relayed, &folder, &there).await, table);
        is_nowhere(&relayed, &here, &there).await;
        allow(cluster, &database, table).await;
    }
    assert!(matches!(moved(&relayed, &folder, &there).await.unwrap(), Moved::Now { vaults: 2, .. }));
    assert_eq!(digests(&desk(&relayed, &at(&folder, &there)).await).await, before);
}

#[tokio::test]
async fn a_move_to_a_file_that_breaks_off_at_any_table_goes_on_there() {
    let Some(cluster) = Cluster::shared() else { return };
    let (relayed, ..) = lived().await;
    let folder = keeper(&relayed);
    let first = postgres(&cluster.database().await);
    moved(&relayed, &folder, &first).await.unwrap();
    let folder = at(&folder, &first);
    let before = digests(&desk(&relayed, &folder).await).await;
    let back = file(&folder, "back.db");
    let Location::Sqlite(path) = &back else { panic!("it is a file") };
    drop(opened(&relayed, &back).await);
    let (tables, _) = moved_tables();
    for (table, _) in &tables {
        let stop = format!(
            "CREATE TRIGGER stop_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END"
        );
        tamper(&relayed, path, &stop);
    }
    for (table, _) in &tables {
        broke_off(moved(&relayed, &folder, &back).await, table);
        tamper(&relayed, path, &format!("DROP TRIGGER stop_{table}"));
    }
    assert!(matches!(moved(&relayed, &folder, &back).await.unwrap(), Moved::Now { vaults: 2, .. }));
    assert_eq!(digests(&desk(&relayed, &at(&folder, &back)).await).await, before);
}

#[tokio::test]
async fn a_move_that_breaks_off_in_the_middle_of_a_table_copies_the_rest() {
    let Some(cluster) = Cluster::shared() else { return };
    let (relayed, ..) = lived().await;
    let folder = keeper(&relayed);
    let database = cluster.database().await;
    let there = postgres(&database);
    drop(opened(&relayed, &there).await);
    let halt = "CREATE FUNCTION halt() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF (SELECT count(*) FROM log) >= 5 THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER halt BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION halt()";
    administrate(cluster, &database, halt).await;
    broke_off(moved(&relayed, &folder, &there).await, "log");
    let admin = cluster.admin(&database.name).await;
    let copied: i64 = admin.query_one("SELECT count(*) FROM log", &[]).await.unwrap().get(0);
    assert!(copied >= 5, "{copied}");
    administrate(cluster, &database, "DROP TRIGGER halt ON log").await;
    assert!(matches!(moved(&relayed, &folder, &there).await.unwrap(), Moved::Now { vaults: 2, .. }));
}

#[tokio::test]
async fn a_move_that_breaks_off_between_its_last_steps_is_finished_by_the_next() {
    let Some(cluster) = Cluster::shared() else { return };
    let (relayed, ..) = lived().await;
    let folder = keeper(&relayed);
    let here = desk(&relayed, &folder).await;
    let before = digests(&here).await;
    let database = cluster.database().await;
    let there = postgres(&database);
    drop(opened(&relayed, &there).await);
    let stop = "CREATE TRIGGER stop BEFORE UPDATE OF moved ON server BEGIN SELECT RAISE(ABORT, 'no'); END";
    tamper(&relayed, &folder.database(), stop);
    broke_off(moved(&relayed, &folder, &there).await, "the old one is to be left");
    is_nowhere(&relayed, &here, &there).await;
    tamper(&relayed, &folder.database(), "DROP TRIGGER stop");

    administrate(cluster, &database, &format!("REVOKE UPDATE ON server FROM {OWNER}")).await;
    broke_off(moved(&relayed, &folder, &there).await, "the new one is to be told");
    let refused = here.participants().add(&relayed.world.site.staff, "MG-003", false).await.unwrap_err();
    assert!(matches!(refused, StaffError::Store(StoreError::Moved)), "{refused}");
    administrate(cluster, &database, &format!("GRANT UPDATE ON server TO {OWNER}")).await;
    assert_eq!(moved(&relayed, &folder, &there).await.unwrap(), Moved::Finished);
    let served = desk(&relayed, &at(&folder, &there)).await;
    assert_eq!(digests(&served).await, before);
    served.participants().add(&relayed.world.site.staff, "MG-003", false).await.unwrap();
}

#[tokio::test]
async fn a_copy_in_which_a_single_answer_was_changed_is_not_taken_for_the_study() {
    let Some(cluster) = Cluster::shared() else { return };
    let (relayed, ..) = lived().await;
    let folder = keeper(&relayed);
    let database = cluster.database().await;
    let there = postgres(&database);
    refuse(cluster, &database, &relayed, "server").await;
    broke_off(moved(&relayed, &folder, &there).await, "server");
    let change = "ALTER TABLE revision DISABLE TRIGGER USER;
        UPDATE revision SET day = day + 1 WHERE (vault, counter, n, item) =
            (SELECT vault, counter, n, item FROM revision ORDER BY vault, counter, n, item LIMIT 1);
        ALTER TABLE revision ENABLE TRIGGER USER";
    administrate(cluster, &database, change).await;
    allow(cluster, &database, "server").await;
    let refused = moved(&relayed, &folder, &there).await.unwrap_err();
    let MoveError::Differs { what } = &refused else { panic!("{refused}") };
    assert_eq!(what, "the table revision");
    assert!(opened(&relayed, &there).await.server_state().await.unwrap().is_none());
}
