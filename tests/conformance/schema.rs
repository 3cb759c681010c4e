//! Schemas of both databases after the migrations, read from the databases themselves: the same tables and columns in the
//! same order, except for the differences listed here.

use std::collections::BTreeMap;
use std::sync::Arc;

use diary_core::entropy::SystemEntropy;
use diary_store::postgres::{Address, PostgresStore};
use diary_store::sqlite::{Missing, SqliteStore};
use diary_store::{IngestStore, StoreError};
use diary_tests::postgres::Cluster;

/// Migrations of one database, in order: name and text.
pub(crate) type Migrations = Vec<(String, String)>;
/// Tables, each with its columns in order.
pub(crate) type Schema = BTreeMap<String, Vec<Column>>;

/// A column, its type in the words of PostgreSQL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: String,
    required: bool,
    /// Place in the primary key, from 1; 0 outside of it.
    pub(crate) key: i64,
}

/// Columns that SQLite computes and PostgreSQL does not have.
pub(crate) const COMPUTED: [(&str, &str); 2] = [("log", "vault"), ("log", "n")];
/// Tables of PostgreSQL alone: SQLite has a number of its own for the version, and one process that merges.
const OWN_TABLES: [&str; 2] = ["merge_claim", "schema_version"];
/// Texts that PostgreSQL keeps sealed.
const SEALED_TEXTS: [(&str, &str); 2] = [("account", "password"), ("trail", "reason")];

pub(crate) fn migrations(of: &str) -> Migrations {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../diary-server/store/migrations").join(of);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let name = |path: &std::path::Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// The server's tables, which are made in the empty database.
pub(crate) fn sqlite_schema(connection: &rusqlite::Connection) -> Schema {
    for (name, text) in migrations("sqlite") {
        connection.execute_batch(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    tables_of(connection)
}

/// The tables of a database of SQLite.
pub(crate) fn tables_of(connection: &rusqlite::Connection) -> Schema {
    let tables: Vec<String> = {
        let listed = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut statement = connection.prepare(listed).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let columns = |table: &str| -> Vec<Column> {
        let mut statement =
            connection.prepare("SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(?1)").unwrap();
        let rows = statement.query_map([table], |row| {
            let kind: String = row.get(1)?;
            let key: i64 = row.get(3)?;
            let kind = match kind.as_str() {
                "INTEGER" => "bigint",
                "BLOB" => "bytea",
                "TEXT" => "text",
                other => panic!("{table}: {other}"),
            };
            // SQLite takes the one integer of a key for required without saying so.
            Ok(Column {
                name: row.get(0)?,
                kind: kind.to_owned(),
                required: row.get::<_, bool>(2)? || key > 0,
                key,
            })
        });
        rows.unwrap().map(Result::unwrap).collect()
    };
    tables.into_iter().map(|table| (table.clone(), columns(&table))).collect()
}

pub(crate) async fn postgres_schema(cluster: &Cluster, database: &str) -> Schema {
    let asked = "SELECT c.table_name::text, c.column_name::text, c.data_type::text, c.is_nullable = 'NO',
        coalesce((SELECT k.ordinal_position::bigint FROM information_schema.table_constraints t
            JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name)
            WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_name = c.table_name
                AND k.column_name = c.column_name), 0)
        FROM information_schema.columns c WHERE c.table_schema = 'public'
        ORDER BY c.table_name, c.ordinal_position";
    let mut schema = Schema::new();
    for row in cluster.admin(database).await.query(asked, &[]).await.unwrap() {
        let column = Column { name: row.get(1), kind: row.get(2), required: row.get(3), key: row.get(4) };
        schema.entry(row.get(0)).or_default().push(column);
    }
    schema
}

/// Expected PostgreSQL schema for a schema of SQLite, by the rules above.
fn translated(mut schema: Schema) -> Schema {
    for (table, column) in COMPUTED {
        let columns = schema.get_mut(table).unwrap();
        let before = columns.len();
        columns.retain(|one| one.name != column);
        assert_eq!(columns.len() + 1, before, "{table}.{column} is no exception any more");
    }
    for (table, column) in SEALED_TEXTS {
        let column = schema.get_mut(table).unwrap().iter_mut().find(|one| one.name == column).unwrap();
        assert_eq!(column.kind, "text");
        "bytea".clone_into(&mut column.kind);
    }
    schema
}

fn differences(expected: &Schema, found: &Schema) -> Vec<String> {
    let mut out = Vec::new();
    for (table, columns) in expected {
        match found.get(table) {
            None => out.push(format!("{table} is missing")),
            Some(found) if found != columns => out.push(format!("{table}: {columns:?}\n    is: {found:?}")),
            Some(_) => {}
        }
    }
    out.extend(
        found.keys().filter(|table| !expected.contains_key(*table)).map(|table| format!("{table} is extra")),
    );
    out
}

async fn connect(url: &str) -> Result<PostgresStore, StoreError> {
    let address: Address = url.parse().unwrap();
    PostgresStore::connect(&address, &[1; 32], Arc::new(SystemEntropy)).await
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database().await;
    drop(connect(&database.url).await.unwrap());
    let mut found = postgres_schema(cluster, &database.name).await;
    for table in OWN_TABLES {
        assert!(found.remove(table).is_some(), "{table} is no exception any more");
    }
    let empty = diary_core::sqlcipher::connect(std::path::Path::new(":memory:"), &[0; 32], Missing::Create);
    let expected = translated(sqlite_schema(&empty.unwrap()));
    let found = differences(&expected, &found);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    // What is compared can differ.
    let mut other = expected.clone();
    other.get_mut("parcel").unwrap()[0].required = false;
    other.remove("trail");
    assert_eq!(differences(&expected, &other).len(), 2);
}

#[test]
fn migrations_have_the_same_numbers_and_names_on_both_sides() {
    let names = |of| -> Vec<String> { migrations(of).into_iter().map(|(name, _)| name).collect() };
    assert_eq!(names("sqlite"), names("postgres"));
    let lock = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../diary-server/store/migrations.lock");
    let lock = std::fs::read_to_string(lock).unwrap();
    for (of, name) in
        ["sqlite", "postgres"].into_iter().flat_map(|of| names(of).into_iter().map(move |name| (of, name)))
    {
        assert!(lock.contains(&format!("  migrations/{of}/{name}\n")), "{of}/{name} is not locked");
    }
}

/// A rolling start of several servers on an empty database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_start_at_once_on_an_empty_postgresql_all_come_up() {
    let Some(cluster) = Cluster::shared() else { return };
    for _ in 0..3 {
        let database = cluster.database().await;
        let starts: Vec<_> = (0..4)
            .map(|_| {
                let url = database.url.clone();
                tokio::spawn(async move { connect(&url).await.unwrap().server_state().await.unwrap() })
            })
            .collect();
        for start in starts {
            assert_eq!(start.await.unwrap(), None);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_at_once_on_no_sqlite_file_all_come_up() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("diary-server.db");
        let starts: Vec<_> = (0..4)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || {
                    SqliteStore::open(&path, &zeroize::Zeroizing::new([1; 32]), Missing::Create).map(drop)
                })
            })
            .collect();
        for start in starts {
            start.join().unwrap().unwrap();
        }
    }
}
