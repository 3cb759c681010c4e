//! The list of moved tables and columns is complete for either database: a migration that adds one fails here until it is
//! listed.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::entropy::SystemEntropy;
use diary_core::sqlcipher::{Missing, connect};
use diary_store::Location;
use diary_store::moving::moved_tables;
use diary_tests::postgres::Cluster;
use std::sync::Arc;

type Schema = BTreeMap<String, BTreeSet<String>>;

const SECRET: [u8; 32] = [7; 32];

async fn make(location: &Location) {
    drop(location.open(&SECRET, Missing::Create, Arc::new(SystemEntropy)).await.unwrap());
}

/// Checks that the tables and columns of `schema` are those that the list moves or leaves out.
fn check(schema: Schema) {
    let (tables, left_out) = moved_tables();
    let listed: Schema = tables
        .iter()
        .map(|(name, columns)| ((*name).to_owned(), columns.iter().map(|name| (*name).to_owned()).collect()))
        .collect();
    let schema: Schema = schema.into_iter().filter(|(name, _)| !left_out.contains(&name.as_str())).collect();
    assert_eq!(schema, listed);
}

fn collected(rows: impl Iterator<Item = (String, String)>) -> Schema {
    let mut schema = Schema::new();
    for (table, column) in rows {
        schema.entry(table).or_default().insert(column);
    }
    schema
}

#[tokio::test]
async fn everything_that_a_file_holds_is_moved_or_left_out_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.db");
    make(&Location::Sqlite(path.clone())).await;
    let database = connect(&path, &SECRET, Missing::Refuse).unwrap();
    let columns = "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'";
    let mut statement = database.prepare(columns).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    check(collected(rows.map(Result::unwrap)));
}

#[tokio::test]
async fn everything_that_a_postgresql_holds_is_moved_or_left_out_by_name() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database().await;
    make(&database.url.parse().unwrap()).await;
    let columns = "SELECT table_name::text, column_name::text FROM information_schema.columns
        WHERE table_schema = 'public'";
    let rows = cluster.admin(&database.name).await.query(columns, &[]).await.unwrap();
    check(collected(rows.iter().map(|row| (row.get(0), row.get(1)))));
}
