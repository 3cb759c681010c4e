//! Transactions on a real PostgreSQL: what is stored, what is not, and what becomes of a connection.

mod outage;
mod schema;

#[allow(
    dead_code,
    unreachable_pub,
    reason = "it is shared with the tests of the workspace, which use more of it"
)]
#[path = "../../../../tests/harness/postgres.rs"]
mod cluster;

use std::sync::{Arc, Barrier};

use cluster::{Cluster, Database};
use diary_core::entropy::SeededEntropy;

use super::{Address, Pool};
use crate::StoreError;
use crate::sql::{Each, Engine, Param, Step, Tx, Type};

const SECRET: [u8; 32] = [7; 32];

async fn open(url: &str) -> Result<Pool, StoreError> {
    let address: Address = url.parse().unwrap();
    Pool::connect(&address, &SECRET, Arc::new(SeededEntropy::new(1))).await
}

/// A database with the schema and a table of the tests; none where PostgreSQL is not installed.
async fn pool() -> Option<(Pool, Database)> {
    let database = Cluster::shared()?.database().await;
    let pool = open(&database.url).await.unwrap();
    let make =
        "CREATE TABLE t (a BIGINT PRIMARY KEY, b BYTEA, c TEXT, small SMALLINT, whole INTEGER, yes BOOLEAN)";
    pool.write("make", move |t| t.run(make, ())).await.unwrap();
    Some((pool, database))
}

async fn count(pool: &Pool) -> i64 {
    pool.read("count", |t| t.one("SELECT count(*) FROM t", (), |row| row.only())).await.unwrap()
}

const INSERT: &str = "-- store::tests::insert
INSERT INTO t (a, b, c) VALUES (?1, ?2, ?3)";

#[tokio::test(flavor = "multi_thread")]
async fn values_come_back_as_they_went() {
    let Some((pool, _)) = pool().await else { return };
    let found = pool
        .write("values", |t| {
            let insert = "INSERT INTO t (a, b, c, small, whole, yes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            t.run(insert, (i64::MIN, &[0_u8, 255], "头痛 7", -3, 70_000, true))?;
            t.run(insert, (1, None::<&[u8]>, None::<&str>, None::<i64>, None::<i64>, None::<i64>))?;
            t.all("SELECT a, b, c, small, whole, yes FROM t ORDER BY a", (), |row| {
                let texts: (i64, Option<Vec<u8>>, Option<String>) =
                    (row.get("a")?, row.get("b")?, row.get("c")?);
                let numbers: [Option<i64>; 2] = [row.get("small")?, row.get("whole")?];
                Ok((texts, numbers, row.get::<Option<bool>>("yes")?))
            })
        })
        .await;
    let found: Vec<_> = found.unwrap();
    let texts = (i64::MIN, Some(vec![0, 255]), Some("头痛 7".to_owned()));
    assert_eq!(found, [(texts, [Some(-3), Some(70_000)], Some(true)), ((1, None, None), [None, None], None)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_no_row_has_and_a_parameter_that_does_not_fit_are_said() {
    let Some((pool, _)) = pool().await else { return };
    let says = |error: StoreError, word: &str| match error {
        StoreError::Database { source, .. } => assert!(source.to_string().contains(word), "{source}"),
        other => panic!("{other:?}"),
    };
    let sum = pool.read("sum", |t| t.rows("SELECT sum(a) FROM t", ()).map(|_| ())).await.unwrap_err();
    says(sum, "must cast");
    let wrong = pool.write("wrong", |t| t.run(INSERT, ("one", &[1_u8], "x"))).await.unwrap_err();
    says(wrong, "another type");
    assert_eq!(count(&pool).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_column_is_not_to_be_read_in_the_database() {
    let Some((pool, database)) = pool().await else { return };
    let canary = b"canary: 7 of 10";
    pool.write("sealed", move |t| t.execute(INSERT, &[1.into(), Param::Sealed("t.b", canary), Param::Null]))
        .await
        .unwrap();
    let each = Each { sql: INSERT, types: &[Type::Int, Type::Blob, Type::Text] };
    pool.write("sealed", move |t| {
        t.execute_each(&each, &[vec![2.into(), Param::Sealed("t.b", canary), Param::Null]])
    })
    .await
    .unwrap();
    let opened: Vec<Vec<u8>> = pool
        .read("opened", |t| t.all("SELECT b FROM t ORDER BY a", (), |row| row.sealed("t.b", "b")))
        .await
        .unwrap();
    assert_eq!(opened, [canary, canary]);
    let dump = Cluster::shared().unwrap().dump(&database);
    let hex = diary_core::ids::to_hex(canary);
    for form in [&canary[..], hex.as_bytes()] {
        assert!(!dump.windows(form.len()).any(|part| part == form));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_statement_runs_for_many_sets_each_with_its_own_rows() {
    let Some((pool, _)) = pool().await else { return };
    let insert = Each {
        sql: "-- store::tests::insert_each
INSERT INTO t (a, b, c, whole) VALUES (?1, ?2, ?3, 0) ON CONFLICT (a) DO UPDATE SET c = excluded.c",
        types: &[Type::Int, Type::Blob, Type::Text],
    };
    let update = Each {
        sql: "-- store::tests::update_each
UPDATE t SET whole = (SELECT count(*) FROM t o WHERE o.a < ?1) WHERE a = ?1 AND c = ?2",
        types: &[Type::Int, Type::Text],
    };
    let select = Each {
        sql: "-- store::tests::select_each
SELECT a, whole FROM t WHERE a >= ?1 AND c = ?2 ORDER BY a DESC LIMIT 2",
        types: &[Type::Int, Type::Text],
    };
    let found = pool
        .write("each", move |t| {
            let even = |n: i64| if n % 2 == 0 { "even" } else { "odd" };
            let sets: Vec<Vec<Param<'_>>> =
                (0..100_i64).map(|n| vec![n.into(), Param::Null, even(n).into()]).collect();
            t.execute_each(&insert, &sets)?;
            t.execute_each(&insert, &[])?;
            let sets: Vec<Vec<Param<'_>>> = (0..100_i64).map(|n| vec![n.into(), "odd".into()]).collect();
            t.execute_each(&update, &sets)?;
            let sets = [
                vec![0.into(), "odd".into()],
                vec![99.into(), "even".into()],
                vec![90.into(), "even".into()],
            ];
            let found = t.query_each(&select, &sets)?;
            let rows = found.iter().map(|rows| {
                rows.iter()
                    .map(|row| Ok((row.get("a")?, row.get("whole")?)))
                    .collect::<Step<Vec<(i64, i64)>>>()
            });
            rows.collect::<Step<Vec<_>>>()
        })
        .await
        .unwrap();
    assert_eq!(found, [vec![(99, 99), (97, 97)], vec![], vec![(98, 0), (96, 0)]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_leaves_nothing_and_repeats_no_value() {
    let Some((pool, _)) = pool().await else { return };
    let twice = |t: &dyn Tx| {
        t.run(INSERT, (4711, &[1_u8], "x"))?;
        t.run(INSERT, (4711, &[1_u8], "x"))
    };
    let error = pool.write("twice", twice).await.unwrap_err();
    let StoreError::Database { source, .. } = &error else { panic!("{error:?}") };
    let said = format!("{source} {source:?} {error} {error:?}");
    assert!(said.contains("23505") && said.contains("t_pkey") && !said.contains("4711"), "{said}");
    assert_eq!(count(&pool).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_passes_over_a_refusal_is_not_called_a_success() {
    let Some((pool, _)) = pool().await else { return };
    let outcome = pool
        .write("passed_over", |t| {
            t.run(INSERT, (1, &[1_u8], "x"))?;
            let refused = t.run(INSERT, (1, &[1_u8], "x"));
            assert!(refused.is_err());
            Ok(())
        })
        .await;
    assert!(matches!(outcome, Err(StoreError::Database { .. })), "{outcome:?}");
    assert_eq!(count(&pool).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_the_transaction_and_the_others_go_on() {
    let Some((pool, _)) = pool().await else { return };
    for _ in 0..20 {
        let outcome = pool
            .write("panic", |t| {
                t.run(INSERT, (1, &[1_u8], "x"))?;
                let none = t.rows("SELECT a FROM t WHERE a = 2", ())?;
                none.first().unwrap().only::<i64>()
            })
            .await;
        assert!(matches!(outcome, Err(StoreError::Stopped)));
    }
    pool.write("after", |t| t.run(INSERT, (1, &[1_u8], "x"))).await.unwrap();
    assert_eq!(count(&pool).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_where_only_reading_was_said() {
    let Some((pool, _)) = pool().await else { return };
    let written = pool.read("write", |t| t.run(INSERT, (1, &[1_u8], "x"))).await;
    assert!(matches!(written, Err(StoreError::Database { .. })), "{written:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_wait_for_each_other_both_come_through() {
    let Some((pool, _)) = pool().await else { return };
    pool.write("rows", |t| {
        t.run(INSERT, (1, &[0_u8], ""))?;
        t.run(INSERT, (2, &[0_u8], ""))
    })
    .await
    .unwrap();
    let both = Arc::new(Barrier::new(2));
    let cross = |first: i64, second: i64| {
        let (both, met) = (Arc::clone(&both), std::sync::atomic::AtomicBool::new(false));
        pool.write("cross", move |t| {
            let add = "UPDATE t SET c = c || 'x' WHERE a = ?1";
            t.run(add, (first,))?;
            // Only in the first run: a transaction repeated after the deadlock must not wait for the other, which has
            // ended.
            if !met.swap(true, std::sync::atomic::Ordering::Relaxed) {
                both.wait();
            }
            t.run(add, (second,))
        })
    };
    let (one, other) = tokio::join!(cross(1, 2), cross(2, 1));
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    let texts: Vec<String> =
        pool.read("texts", |t| t.all("SELECT c FROM t", (), |row| row.only())).await.unwrap();
    assert_eq!(texts, ["xx", "xx"]);
}

/// A version that is read twice. What other databases of the same PostgreSQL write changes it too.
async fn unchanged_version(pool: &Pool) -> i64 {
    let mut before = pool.outside_version().await.unwrap();
    for _ in 0..1000 {
        let now = pool.outside_version().await.unwrap();
        if now == before {
            return now;
        }
        before = now;
    }
    panic!("the version changes with each look");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_sees_one_state_throughout_and_others_change_the_version() {
    let Some((pool, database)) = pool().await else { return };
    let other = open(&database.url).await.unwrap();
    let before = unchanged_version(&pool).await;
    let runtime = tokio::runtime::Handle::current();
    let other = Arc::new(other);
    let writer = Arc::clone(&other);
    let counts = pool
        .read("counts", move |t| {
            let now = |t: &dyn Tx| t.one("SELECT count(*) FROM t", (), |row| row.only::<i64>());
            let first = now(t)?;
            runtime.block_on(writer.write("between", |t| t.run(INSERT, (1, &[1_u8], "x")))).unwrap();
            Ok((first, now(t)?))
        })
        .await
        .unwrap();
    assert_eq!(counts, (0, 0));
    assert_ne!(pool.outside_version().await.unwrap(), before);
}
