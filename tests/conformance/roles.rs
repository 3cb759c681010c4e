//! The roles of a PostgreSQL. That the serving role can do all it must is shown by the suite, which runs under it; here
//! is what it and the exporting role cannot do, and what the database refuses even to the owner of the tables.

use std::sync::Arc;

use diary_core::act::ActContent;
use diary_core::entropy::SystemEntropy;
use diary_core::time::DiaryDay;
use diary_store::postgres::{Address, PostgresStore};
use diary_store::{LogQuery, LogReader, StoreError};
use diary_tests::postgres::{Cluster, Database, OWNER};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::ground::{Backend, Ground, as_it_is, exporting, serving};
use crate::phone::{Phone, statement};
use crate::site::Site;

/// Tables whose rows never change and never go.
const APPEND_ONLY: [&str; 11] = [
    "bundle",
    "study_file",
    "vault",
    "device_keys",
    "log",
    "opened",
    "revision",
    "act",
    "succession",
    "trail",
    "feed",
];
/// Of them those whose rows a rebuild may replace; a trigger refuses it to all other statements.
const REBUILT: [&str; 4] = ["opened", "revision", "act", "succession"];

/// A site in use, with at least one row in each append-only table.
async fn lived() -> Option<(Site, Phone, &'static Cluster, Database)> {
    let ground = Ground::fresh(Backend::Postgres).await?;
    let Ground::Postgres(database) = &ground else { return None };
    let (cluster, database) = (Cluster::shared()?, database.clone());
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let parcels = [phone.next("an answer"), phone.seal(&[statement()])];
    site.push(phone.push(&parcels)).await;
    let act = site
        .act(1, ActContent::Visit { date: DiaryDay::default(), kind: "screening".to_owned(), held: true });
    let visit = site.authored(phone.vault, &[act], 1).await;
    site.store.append_keeper(visit, site.signer(), None).await.unwrap();
    site.settle().await;
    // Rows that only a relay or a restored phone brings about.
    let rows = "INSERT INTO feed SELECT 1, place, chain FROM log LIMIT 1;
        INSERT INTO succession SELECT s.vault, s.n, 9, epoch FROM act s, server LIMIT 1";
    cluster.admin(&database.name).await.batch_execute(rows).await.unwrap();
    Some((site, phone, cluster, database))
}

/// The code with which a statement was refused.
#[track_caller]
fn code(outcome: Result<(), tokio_postgres::Error>, of: &str) -> SqlState {
    let Err(refused) = outcome else { panic!("nobody refused: {of}") };
    refused.code().unwrap_or_else(|| panic!("{of}: {refused}")).clone()
}

async fn words(client: &Client, sql: &str) -> Vec<String> {
    let messages = client.simple_query(sql).await.unwrap();
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    rows.collect()
}

/// Names of tables, each with one of its columns.
async fn tables(admin: &Client) -> Vec<(String, String)> {
    let sql = "SELECT table_name || ' ' || min(column_name) FROM information_schema.columns
        WHERE table_schema = 'public' GROUP BY table_name";
    let rows = words(admin, sql).await;
    rows.iter().map(|row| row.split_once(' ').unwrap()).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_append_only_neither_the_serving_role_nor_the_owner_changes_or_takes_away() {
    let Some((_site, _, cluster, database)) = lived().await else { return };
    let serve = cluster.connect(&serving(&database), &database.name).await;
    let owner = cluster.connect(OWNER, &database.name).await;
    let columns = tables(&owner).await;
    for table in APPEND_ONLY {
        let column = &columns.iter().find(|(name, _)| name == table).unwrap().1;
        assert_ne!(words(&owner, &format!("SELECT count(*) FROM {table}")).await, ["0"], "{table}");
        for (verb, sql) in [
            ("UPDATE", format!("UPDATE {table} SET {column} = {column}")),
            ("DELETE", format!("DELETE FROM {table}")),
            ("TRUNCATE", format!("TRUNCATE {table} CASCADE")),
        ] {
            let raised = SqlState::RAISE_EXCEPTION;
            assert_eq!(code(owner.batch_execute(&sql).await, &sql), raised, "the owner: {sql}");
            let guarded = verb == "DELETE" && REBUILT.contains(&table);
            let expected = if guarded { raised } else { SqlState::INSUFFICIENT_PRIVILEGE };
            assert_eq!(code(serve.batch_execute(&sql).await, &sql), expected, "the serving role: {sql}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_serving_role_empties_no_table_and_changes_no_rule() {
    let Some((_site, _, cluster, database)) = lived().await else { return };
    let serve = cluster.connect(&serving(&database), &database.name).await;
    let mut forbidden: Vec<String> =
        tables(&serve).await.into_iter().map(|(table, _)| format!("TRUNCATE {table} CASCADE")).collect();
    let others = [
        "CREATE TABLE mine (n BIGINT)",
        "CREATE TEMPORARY TABLE mine (n BIGINT)",
        "CREATE FUNCTION mine() RETURNS BIGINT LANGUAGE sql AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "ALTER TABLE log DISABLE TRIGGER ALL",
        "ALTER TABLE log ADD COLUMN mine BIGINT",
        "DROP TRIGGER log_never_changes ON log",
        "DROP TABLE log CASCADE",
        "SET session_replication_role = replica",
        "UPDATE parcel SET core_hash = core_hash",
        "UPDATE server SET study = 'other'",
        "INSERT INTO schema_version VALUES (99, '\\x00')",
    ];
    forbidden.extend(others.map(str::to_owned));
    assert!(forbidden.len() > 40);
    for sql in forbidden {
        let refused = code(serve.batch_execute(&sql).await, &sql);
        assert_eq!(refused, SqlState::INSUFFICIENT_PRIVILEGE, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_exporting_role_reads_what_an_export_is_made_of() {
    let Some((site, phone, cluster, database)) = lived().await else { return };
    let url = cluster.url(&exporting(&database), &database.name);
    let store = as_it_is(&url, site.keys.database_secret()).await;
    assert_eq!(store.server_state().await.unwrap(), site.store.server_state().await.unwrap());
    let people = store.participants().await.unwrap();
    assert_eq!(people.len(), 1);
    let record = store.load_record(phone.vault).await.unwrap();
    assert_eq!(record, site.record(phone.vault).await);
    assert_eq!(store.devices(phone.vault).await.unwrap().len(), 1);
    assert_eq!(store.stored_parcels(phone.vault).await.unwrap().len(), 3);
    assert_eq!(store.unmerged_in(phone.vault).await.unwrap(), []);
    let query = LogQuery {
        vault: phone.vault,
        reader: LogReader::Keeper,
        cursor: None,
        limit: 100,
        max_bytes: 1 << 20,
    };
    assert!(!store.log_page(query).await.unwrap().records.is_empty());
    assert_eq!(store.audit_trail(0, 100).await.unwrap(), site.trail().await);
    let merging = store.waiting(0, 10).await;
    assert!(merging.is_err(), "{merging:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_exporting_role_writes_nothing_whatever_it_sets() {
    let Some((_site, _, cluster, database)) = lived().await else { return };
    let client = cluster.connect(&exporting(&database), &database.name).await;
    assert_eq!(words(&client, "SHOW default_transaction_read_only").await, ["on"]);
    let all = tables(&cluster.admin(&database.name).await).await;
    assert!(all.len() > 30);
    let mut forbidden = vec![
        "CREATE TABLE mine (n BIGINT)".to_owned(),
        "CREATE TEMPORARY TABLE mine (n BIGINT)".to_owned(),
        "CREATE SCHEMA mine".to_owned(),
        "DROP TABLE log CASCADE".to_owned(),
    ];
    for (table, column) in all {
        forbidden.push(format!("INSERT INTO {table} DEFAULT VALUES"));
        forbidden.push(format!("UPDATE {table} SET {column} = {column}"));
        forbidden.push(format!("DELETE FROM {table}"));
        forbidden.push(format!("TRUNCATE {table} CASCADE"));
        forbidden.push(format!("SELECT 1 FROM {table} FOR UPDATE"));
        forbidden.push(format!("LOCK TABLE {table} IN EXCLUSIVE MODE"));
    }
    for setting in ["on", "off"] {
        client.batch_execute(&format!("SET default_transaction_read_only = {setting}")).await.unwrap();
        for sql in &forbidden {
            let refused = code(client.batch_execute(&format!("BEGIN; {sql}; COMMIT")).await, sql);
            let expected = [SqlState::INSUFFICIENT_PRIVILEGE, SqlState::READ_ONLY_SQL_TRANSACTION];
            assert!(expected.contains(&refused), "{setting}: {sql}: {refused:?}");
            assert!(setting == "on" || refused == expected[0], "{sql}: {refused:?}");
            client.batch_execute("ROLLBACK").await.unwrap();
        }
    }
    for closed in ["merge_claim", "pending_notice", "rebuilding", "participant_status"] {
        let sql = format!("SELECT 1 FROM {closed}");
        assert_eq!(code(client.batch_execute(&sql).await, &sql), SqlState::INSUFFICIENT_PRIVILEGE);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_that_are_older_than_the_program_are_brought_up_to_date_by_their_owner_alone() {
    let Some((site, _, cluster, database)) = lived().await else { return };
    let admin = cluster.admin(&database.name).await;
    let older = "DELETE FROM schema_version WHERE version = (SELECT max(version) FROM schema_version)";
    admin.batch_execute(older).await.unwrap();
    let address: Address = cluster.url(&serving(&database), &database.name).parse().unwrap();
    let entropy = Arc::new(SystemEntropy);
    let refused = PostgresStore::connect(&address, site.keys.database_secret(), entropy).await.err();
    assert!(matches!(refused, Some(StoreError::OlderTables)), "{refused:?}");
}
