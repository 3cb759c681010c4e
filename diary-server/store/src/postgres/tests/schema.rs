//! The schema: made once when several servers start together, refused if it is another keeper's, and protected from
//! change by its own triggers.

use super::super::migrate::newest;
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_at_once_make_one_schema() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database().await;
    let (a, b, c) = tokio::join!(open(&database.url), open(&database.url), open(&database.url));
    for pool in [a, b, c] {
        let versions: i64 = pool
            .unwrap()
            .read("versions", |t| t.one("SELECT count(*) FROM schema_version", (), |row| row.only()))
            .await
            .unwrap();
        assert_eq!(versions, newest());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_program_or_another_key_is_refused_unchanged() {
    let Some((pool, database)) = pool().await else { return };
    let address: Address = database.url.parse().unwrap();
    let other_key = Pool::connect(&address, &[8; 32], Arc::new(SeededEntropy::new(1))).await;
    assert!(matches!(other_key.err(), Some(StoreError::KeyOrFile)));
    pool.write("newer", |t| t.run("INSERT INTO schema_version VALUES (?1, ?2)", (newest() + 1, &[0_u8; 28])))
        .await
        .unwrap();
    let newer = open(&database.url).await;
    let Some(StoreError::NewerVersion { found, newest: known }) = newer.err() else {
        panic!("it was opened")
    };
    assert_eq!((found, known), (newest() + 1, newest()));
    assert_eq!(count(&pool).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_never_changed_is_kept_by_the_database_itself() {
    let Some((pool, _)) = pool().await else { return };
    pool.write("rows", |t| {
        t.run("INSERT INTO vault (id, site, added) VALUES (?1, 's', 0)", (&[1_u8; 16],))?;
        t.run("INSERT INTO log (place, kind, record, chain, at) VALUES (1, 1, ?1, ?1, 0)", (&[0_u8; 32],))?;
        t.run(
            "INSERT INTO opened (place, salt, plain) VALUES ((1::bigint << 32) | 1, ?1, ?1)",
            (&[0_u8; 32],),
        )?;
        t.run("INSERT INTO succession (vault, n, item, incarnation) VALUES (1, 1, 0, ?1)", (&[0_u8; 16],))
    })
    .await
    .unwrap();
    for forbidden in [
        "UPDATE log SET at = 1",
        "DELETE FROM log",
        "TRUNCATE log CASCADE",
        "UPDATE vault SET site = 'x'",
        "TRUNCATE vault CASCADE",
        "UPDATE opened SET salt = salt",
        "DELETE FROM opened",
        "DELETE FROM succession",
        "TRUNCATE opened",
    ] {
        let outcome = pool.write("forbidden", move |t| t.run(forbidden, ())).await;
        let Err(StoreError::Database { source, .. }) = &outcome else { panic!("{forbidden}: {outcome:?}") };
        assert!(source.to_string().contains("never"), "{forbidden}: {source}");
    }
    let rebuilt = |t: &dyn Tx| {
        t.run("INSERT INTO rebuilding (vault) VALUES (1)", ())?;
        let gone = t.run("DELETE FROM opened", ())? + t.run("DELETE FROM succession", ())?;
        t.run("DELETE FROM rebuilding", ())?;
        Ok(gone)
    };
    assert_eq!(pool.write("rebuilt", rebuilt).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_looked_up_by_their_keys_while_the_tables_are_still_small() {
    let Some((pool, _)) = pool().await else { return };
    let plan =
        |sql: &'static str| pool.read("plan", move |t| t.all::<String, Vec<_>>(sql, (), |row| row.only()));
    let joined = "EXPLAIN SELECT p.n FROM unnest('{1,2}'::bigint[], '{1,2}'::bigint[]) g (incarnation_no, seq) \
                  JOIN parcel p ON p.incarnation_no = g.incarnation_no AND p.seq = g.seq";
    let found = plan(joined).await.unwrap().join("\n");
    assert!(found.contains("Index Scan using parcel_pkey"), "{found}");
}
