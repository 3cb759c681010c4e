//! `database roles`, on a PostgreSQL that the tests start.

use super::bench::Bench;
use crate::admin::Exit;
use crate::store::postgres::cluster::{Cluster, Database, OWNER};

const ROLES: &str = "database roles --export exp --serve srv";

/// What an administrator is told, in one word.
async fn asked(cluster: &Cluster, database: &Database, sql: &str) -> String {
    let admin = cluster.admin(&database.name).await;
    admin.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_made_by_the_owner_or_by_whom_the_sql_is_handed_and_the_server_works_under_them() {
    let Some(cluster) = Cluster::start() else { return };
    let database = cluster.database().await;
    let bench = Bench::bare();
    let offline = bench.path("offline").display().to_string();
    let init =
        format!("init --study nct06836973 --site beijing --offline {offline} --database {}", database.url);
    assert_eq!(bench.run(&init).await.exit, Exit::Done);

    // The owner may not make roles; whoever may is handed the SQL.
    let refused = bench.run(ROLES).await;
    assert_eq!(refused.exit, Exit::Database, "{}", refused.text);
    assert!(refused.text.contains("--print"), "{}", refused.text);
    let printed = bench.run(&format!("{ROLES} --print")).await;
    let admin = cluster.admin(&database.name).await;
    admin.batch_execute(&printed.text).await.unwrap();
    let login = "SELECT string_agg(rolname || rolcanlogin, ' ' ORDER BY rolname) FROM pg_roles
        WHERE rolname IN ('exp', 'srv')";
    assert_eq!(asked(&cluster, &database, login).await, "expfalse srvfalse");

    // From then on the owner alone brings them up to date: what they may do more is taken from them.
    admin.batch_execute("GRANT DELETE ON participant TO srv; ALTER ROLE srv LOGIN").await.unwrap();
    assert_eq!(bench.run(ROLES).await.exit, Exit::Done);
    let deletes = "SELECT has_table_privilege('srv', 'participant', 'DELETE')::text";
    assert_eq!(asked(&cluster, &database, deletes).await, "false");
    let under = cluster.url("srv", &database.name);
    for command in ["participant add S1", "enrol S1 --host diary.example", "worklist", "report S1", "trail"] {
        let said = bench.run(&format!("{command} --database {under}")).await;
        assert_eq!(said.exit, Exit::Done, "{command}: {}", said.text);
    }
    let by_itself = bench.run(&format!("{ROLES} --database {under}")).await;
    assert!(by_itself.exit == Exit::Database && by_itself.text.contains("owns"), "{}", by_itself.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_can_do_more_by_another_way_is_refused_with_the_reason() {
    let Some(cluster) = Cluster::start() else { return };
    let database = cluster.database().await;
    let bench = Bench::bare();
    let offline = bench.path("offline").display().to_string();
    let init =
        format!("init --study nct06836973 --site beijing --offline {offline} --database {}", database.url);
    assert_eq!(bench.run(&init).await.exit, Exit::Done);
    let admin = cluster.url("postgres", &database.name);
    let others = [
        ("GRANT UPDATE (site) ON vault TO PUBLIC", "REVOKE UPDATE (site) ON vault FROM PUBLIC", "vault"),
        (
            "GRANT CREATE ON SCHEMA public TO PUBLIC",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            "REVOKE CREATE",
        ),
    ];
    let client = cluster.admin(&database.name).await;
    for (open, close, said) in others {
        client.batch_execute(open).await.unwrap();
        let refused = bench.run(&format!("{ROLES} --database {admin}")).await;
        assert!(refused.exit == Exit::Database && refused.text.contains(said), "{}", refused.text);
        client.batch_execute(close).await.unwrap();
    }
    for own in ["postgres", OWNER] {
        let refused =
            bench.run(&format!("database roles --export exp --serve {own} --database {admin}")).await;
        assert!(refused.text.contains("everything"), "{own}: {}", refused.text);
    }
    let none = "SELECT count(*)::text FROM pg_roles WHERE rolname IN ('exp', 'srv')";
    assert_eq!(asked(&cluster, &database, none).await, "0", "a refusal leaves nothing behind");
    assert_eq!(bench.run(&format!("{ROLES} --database {admin}")).await.exit, Exit::Done);
}

#[tokio::test]
async fn roles_of_a_file_or_of_one_name_are_refused() {
    let bench = Bench::new().await;
    let file = bench.run(ROLES).await;
    assert!(file.exit == Exit::Unusable && file.text.contains("SQLite"), "{}", file.text);
    let same = bench.run("database roles --export exp --serve exp").await;
    assert_eq!(same.exit, Exit::Usage, "{}", same.text);
    assert_eq!(bench.run("database roles --export pg_read_all_data").await.exit, Exit::Usage);
}
