//! A database that stops, comes back, or must not be used.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_comes_back_is_used_again() {
    let Some(cluster) = Cluster::start() else { return };
    let database = cluster.database().await;
    let pool = open(&database.url).await.unwrap();
    let version =
        || pool.read("version", |t| t.one("SELECT count(*) FROM vault", (), |row| row.only::<i64>()));
    assert_eq!(version().await.unwrap(), 0);
    cluster.stop();
    for _ in 0..3 {
        let away = version().await.unwrap_err();
        assert!(matches!(away, StoreError::Away { .. }) && !away.is_fatal(), "{away:?}");
    }
    let starting = open(&database.url).await.err().unwrap();
    assert!(matches!(starting, StoreError::Away { .. }), "{starting:?}");
    cluster.start_again();
    assert_eq!(version().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_in_the_middle_commits_nothing() {
    let Some((pool, database)) = pool().await else { return };
    let admin = Cluster::shared().unwrap().admin(&database.name).await;
    let runtime = tokio::runtime::Handle::current();
    let cut = pool
        .write("cut", move |t| {
            t.run(INSERT, (1, &[1_u8], "x"))?;
            let me: i64 = t.one("SELECT pg_backend_pid()", (), |row| row.only())?;
            let end = format!("SELECT pg_terminate_backend({me}, 5000)");
            runtime.block_on(admin.batch_execute(&end)).unwrap();
            t.run(INSERT, (2, &[1_u8], "x"))
        })
        .await;
    assert!(matches!(cut, Err(StoreError::Away { .. })), "{cut:?}");
    assert_eq!(count(&pool).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_were_cut_while_nobody_looked_cost_nobody_an_answer() {
    let Some((pool, database)) = pool().await else { return };
    let admin = Cluster::shared().unwrap().admin(&database.name).await;
    for _ in 0..10 {
        let (a, b) = tokio::join!(count(&pool), count(&pool));
        assert_eq!(a + b, 0);
        let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        admin.batch_execute(end).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_is_held_for_too_long_is_busy() {
    let Some((pool, database)) = pool().await else { return };
    let admin = Cluster::shared().unwrap().admin(&database.name).await;
    admin.batch_execute("BEGIN; LOCK TABLE t").await.unwrap();
    let held = pool.write("held", |t| t.run(INSERT, (1, &[1_u8], "x"))).await;
    assert!(matches!(held, Err(StoreError::Busy)), "{held:?}");
    admin.batch_execute("COMMIT").await.unwrap();
    pool.write("free", |t| t.run(INSERT, (1, &[1_u8], "x"))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_may_forget_what_it_acknowledged_is_refused() {
    let Some(cluster) = Cluster::start() else { return };
    let database = cluster.database().await;
    let admin = cluster.admin(&database.name).await;
    admin.batch_execute("ALTER SYSTEM SET fsync = off").await.unwrap();
    cluster.restart();
    let refused = open(&database.url).await.err().unwrap();
    let StoreError::Database { source, .. } = &refused else { panic!("{refused:?}") };
    assert!(source.to_string().contains("fsync"), "{source}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_spoken_with_whom_the_named_authority_vouches_for_and_nobody_else() {
    let Some(cluster) = Cluster::start_with_tls() else { return };
    let database = cluster.database().await;
    let (url, authority) = cluster.tls_url(&database);
    let known = format!("{url}?sslmode=verify-full&sslrootcert={}", authority.display());
    let pool = open(&known).await.unwrap();
    let tls: bool = pool
        .read("tls", |t| {
            t.one("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", (), |row| row.only())
        })
        .await
        .unwrap();
    assert!(tls);
    open(&format!("{known}&channel_binding=require"))
        .await
        .expect("the password is bound to the certificate");
    let unknown = open(&format!("{url}?sslmode=require")).await.err().unwrap();
    let StoreError::Away { source, .. } = &unknown else { panic!("{unknown:?}") };
    assert!(source.to_string().contains("certificate"), "{source}");
    let no_file = open(&format!("{url}?sslmode=require&sslrootcert=/nowhere.pem")).await.err().unwrap();
    assert!(matches!(no_file, StoreError::Database { .. }), "{no_file:?}");
}
