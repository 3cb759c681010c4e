//! Reliability of the PostgreSQL that the tests start: what it acknowledged survives crashes and restarts.

use diary_tests::postgres::{Cluster, OWNER};

#[tokio::test]
async fn what_is_committed_outlives_a_killed_process_and_a_stop_without_warning() {
    let Some(cluster) = Cluster::start() else { return };
    let database = cluster.database().await;
    let server = cluster.connect(OWNER, &database.name).await;
    server.batch_execute("CREATE TABLE kept (n BIGINT); INSERT INTO kept VALUES (1)").await.unwrap();
    assert_eq!(cluster.kill_backends(&database).await, 1);
    assert!(server.query("SELECT 1", &[]).await.is_err(), "it was cut off");
    cluster.restart();
    let again = cluster.connect(OWNER, &database.name).await;
    assert_eq!(again.query_one("SELECT sum(n)::bigint FROM kept", &[]).await.unwrap().get::<_, i64>(0), 1);
    let fsync: String = again.query_one("SHOW fsync", &[]).await.unwrap().get(0);
    assert_eq!(fsync, "on");
}

#[tokio::test]
async fn each_test_has_a_database_of_its_own() {
    let Some(cluster) = Cluster::shared() else { return };
    let (one, other) = (cluster.database().await, cluster.database().await);
    cluster.connect(OWNER, &one.name).await.batch_execute("CREATE TABLE mine (n BIGINT)").await.unwrap();
    let there = cluster.connect(OWNER, &other.name).await;
    assert!(there.query("SELECT n FROM mine", &[]).await.is_err());
    let dump = String::from_utf8(cluster.dump(&one)).unwrap();
    assert!(dump.contains("CREATE TABLE public.mine"), "{dump}");
}
