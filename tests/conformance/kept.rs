//! Changes and deletions that each table permits of an existing row: every table of the phone's store and of the server's,
//! on both databases. A table that is not listed here fails the test.

use std::collections::BTreeMap;
use std::path::Path;

use diary_core::sqlcipher::{Missing, connect};
use diary_core::store::{DatabaseKey, Store};
use diary_tests::postgres::{Cluster, OWNER};
use rusqlite::Connection;
use tokio_postgres::error::SqlState;

use crate::ground::{Backend, Ground};
use crate::schema::{COMPUTED, Column, Schema, postgres_schema, sqlite_schema, tables_of};

#[derive(Clone, Copy)]
enum Rule {
    /// A row is never changed, deleted or replaced.
    Kept,
    /// A row is never deleted or replaced, and these columns alone are changed.
    KeptBut(&'static [&'static str]),
    /// A row is never deleted or replaced; it is changed, for this reason.
    Stays(&'static str),
    /// A row is changed or deleted, for this reason.
    Changes(&'static str),
}
use Rule::{Changes, Kept, KeptBut, Stays};

const OF_PHONE: [(&str, Rule); 23] = [
    ("act", Kept),
    ("clock_back", Changes("the earliest time of a counter counts")),
    ("contact", Changes("state of the conversation")),
    ("device", Changes("certificate, bundle and study come later and are renewed")),
    ("draft", Changes("it becomes an entry")),
    ("draft_answer", Changes("what it was before is in draft_change")),
    ("draft_change", Kept),
    ("entry_number", Kept),
    ("joining", Changes("it is gone once the phone has joined")),
    ("kept_record", Kept),
    ("log_cursor", Changes("it moves with what was read")),
    ("notice", Changes("a row goes when the doubt is over")),
    ("open_grant", Changes("a copy of what the log holds, opened")),
    ("other_phone", Changes("its end comes after its beginning")),
    ("outbox", Stays("how far an entry got")),
    ("parcel", Kept),
    ("past_incarnation", Kept),
    ("receipt", Kept),
    ("recheck", Changes("a row goes when the incarnation was compared with the server")),
    ("revision", Kept),
    ("seal_grant", Kept),
    ("study_package", Stays("when a version came into force is learned later")),
    ("upkeep", Changes("time of the last check")),
];

const OF_SERVER: [(&str, Rule); 42] = [
    ("account", Stays("password, state and language are changed, each with a row of the trail")),
    ("account_code", Changes("a code is used, and new ones take the place of all")),
    ("account_link", Changes("it goes when it was used")),
    ("account_role", Changes("roles are given and taken, each with a row of the trail")),
    ("act", Kept),
    ("backed_up", Changes("it moves with each backup")),
    ("bundle", Kept),
    ("device", Stays("its certificate, revocation and allowance come later")),
    ("device_keys", Kept),
    ("enrolment", Changes("a device uses it")),
    ("feed", Kept),
    ("feed_head", Changes("it moves with the feed")),
    ("handed", Changes("an index of the log")),
    ("head", Changes("it moves with the log")),
    ("held_revocation", Kept),
    ("kept_form", Changes("it goes when its author has it back")),
    ("incarnation", Changes("how far a chain has arrived")),
    ("link", Changes("it goes when its time is over")),
    ("log", Kept),
    ("looked", Changes("it moves with each look")),
    ("lost_keeper", Kept),
    ("opened", Kept),
    ("parcel", KeptBut(&["flags", "stored_n", "state", "code", "settled_n", "judge"])),
    ("parcel_grant", Changes("its record may come after the parcels that name it")),
    ("participant", Stays("a subject number that was mistyped is corrected, which people_change keeps")),
    ("people_change", Kept),
    ("rebuilding", Changes("it is empty between transactions")),
    ("relay", Changes("it moves with what was read")),
    ("relay_rejected", Changes("it goes when the record was taken after all")),
    ("relay_owed", Changes("it goes when the relay has it")),
    ("relay_vault", Changes("it moves with what was handed over")),
    ("relayed", Changes("evidence of another clock, which decides nothing")),
    ("revision", Kept),
    ("server", Changes("its life ends with a restore or a move")),
    ("server_clock", Changes("it moves with the clock")),
    ("session", Changes("it is used, and ends")),
    ("participant_status", Changes("it is worked out from the record")),
    ("study_file", Kept),
    ("succession", Kept),
    ("pending_notice", Changes("it moves with what was told")),
    ("trail", Kept),
    ("vault", Kept),
];

/// Tables of PostgreSQL alone.
const OF_POSTGRES: [(&str, Rule); 2] = [
    ("merge_claim", Changes("it passes from process to process")),
    ("schema_version", Changes("it rises with the migrations")),
];

/// Every statement that a table of this rule must refuse, but for those that one database alone has.
fn forbidden(table: &str, columns: &[Column], rule: Rule) -> Vec<String> {
    let changed: &[&str] = match rule {
        Kept => &[],
        KeptBut(columns) => columns,
        Stays(_) => return vec![format!("DELETE FROM {table}")],
        Changes(_) => return Vec::new(),
    };
    for name in changed {
        assert!(columns.iter().any(|column| column.name == *name), "{table}.{name} is no column");
    }
    let all = names(columns);
    let mut key: Vec<&Column> = columns.iter().filter(|column| column.key > 0).collect();
    key.sort_by_key(|column| column.key);
    let key: Vec<&str> = key.into_iter().map(|column| column.name.as_str()).collect();
    let key = key.join(", ");
    let mut out = vec![format!("DELETE FROM {table}")];
    for name in columns.iter().map(|column| &column.name).filter(|name| !changed.contains(&name.as_str())) {
        out.push(format!("UPDATE {table} SET {name} = {name}"));
        out.push(format!(
            "INSERT INTO {table} ({all}) SELECT {all} FROM {table} WHERE true
             ON CONFLICT ({key}) DO UPDATE SET {name} = excluded.{name}"
        ));
    }
    out
}

fn names(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    names.join(", ")
}

/// A row of any values that fit the types.
fn insert(table: &str, columns: &[Column], bytes: &str) -> String {
    let values = columns.iter().map(|column| match column.kind.as_str() {
        "bigint" => "1",
        "bytea" => bytes,
        "text" => "'x'",
        other => panic!("{table}: {other}"),
    });
    let values: Vec<&str> = values.collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", names(columns), values.join(", "))
}

/// The tables with their rules: each has one, and each rule has a table.
#[track_caller]
fn with_rules(schema: Schema, rules: &[(&'static str, Rule)]) -> Vec<(String, Vec<Column>, Rule)> {
    let mut rules: BTreeMap<&str, Rule> = rules.iter().copied().collect();
    let out = schema.into_iter().map(|(table, columns)| {
        let rule = rules.remove(table.as_str()).unwrap_or_else(|| panic!("{table} has no rule"));
        if let Stays(why) | Changes(why) = rule {
            assert!(why.len() > 10, "{table} needs a reason");
        }
        (table, columns, rule)
    });
    let out: Vec<_> = out.collect();
    assert!(rules.is_empty(), "there is no table {:?}", rules.keys());
    out
}

/// Checks the rules of a SQLite database, and returns how many statements were refused.
fn hold_in_sqlite(connection: &Connection, schema: Schema, rules: &[(&'static str, Rule)]) -> usize {
    // Rows need not make sense: the test is only about their being kept.
    connection.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
    let mut refused = 0;
    for (table, columns, rule) in with_rules(schema, rules) {
        let mut statements = forbidden(&table, &columns, rule);
        if statements.is_empty() {
            continue;
        }
        let all = names(&columns);
        statements.push(format!("REPLACE INTO {table} ({all}) SELECT {all} FROM {table}"));
        let any = insert(&table, &columns, "zeroblob(16)");
        connection.execute_batch(&any.replacen("INSERT", "INSERT OR IGNORE", 1)).unwrap();
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote({})", column.name)).collect();
        let rows = || -> String {
            let all = format!("SELECT group_concat({}) FROM {table}", quoted.join(" || ',' || "));
            connection.query_row(&all, [], |row| row.get(0)).unwrap()
        };
        let before = rows();
        for statement in statements {
            let error = connection.execute_batch(&statement).expect_err(&statement);
            let code = error.sqlite_error().map(|error| error.extended_code);
            assert_eq!(code, Some(rusqlite::ffi::SQLITE_CONSTRAINT_TRIGGER), "{statement}: {error}");
            assert_eq!(rows(), before, "{statement}");
            refused += 1;
        }
    }
    refused
}

#[test]
fn every_row_of_the_phone_that_is_kept_for_ever_refuses_update_delete_and_replace() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("diary.db");
    drop(Store::open(path.to_str().unwrap(), &DatabaseKey::from_bytes([1; 32]), Missing::Create).unwrap());
    let connection = connect(&path, &[1; 32], Missing::Refuse).unwrap();
    let schema = tables_of(&connection);
    assert_eq!(hold_in_sqlite(&connection, schema, &OF_PHONE), 124);
}

#[test]
fn every_row_of_the_server_that_is_kept_for_ever_refuses_update_delete_and_replace_in_sqlite() {
    let connection = connect(Path::new(":memory:"), &[0; 32], Missing::Create).unwrap();
    let mut schema = sqlite_schema(&connection);
    for (table, computed) in COMPUTED {
        schema.get_mut(table).unwrap().retain(|column| column.name != computed);
    }
    assert_eq!(hold_in_sqlite(&connection, schema, &OF_SERVER), 188);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_of_the_server_that_is_kept_for_ever_refuses_update_delete_and_replace_in_postgresql() {
    let Some(ground) = Ground::fresh(Backend::Postgres).await else { return };
    drop(ground.open(&[1; 32]).await);
    let Ground::Postgres(database) = ground else { unreachable!() };
    let cluster = Cluster::shared().unwrap();
    let schema = postgres_schema(cluster, &database.name).await;
    let owner = cluster.connect(OWNER, &database.name).await;
    // As above: rows need not make sense.
    let checks = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f')";
    for row in owner.query(checks, &[]).await.unwrap() {
        owner.batch_execute(row.get(0)).await.unwrap();
    }
    let mut refused = 0;
    for (table, columns, rule) in with_rules(schema, &[OF_SERVER.as_slice(), &OF_POSTGRES].concat()) {
        let mut statements = forbidden(&table, &columns, rule);
        if statements.is_empty() {
            continue;
        }
        statements.push(format!("TRUNCATE {table} CASCADE"));
        owner.batch_execute(&insert(&table, &columns, r"'\x00'")).await.unwrap();
        let all = format!("SELECT string_agg(t::text, ',') FROM {table} t");
        let before: String = owner.query_one(&all, &[]).await.unwrap().get(0);
        for statement in statements {
            let error = owner.batch_execute(&statement).await.expect_err(&statement);
            assert_eq!(error.code(), Some(&SqlState::RAISE_EXCEPTION), "{statement}: {error:?}");
            let after: String = owner.query_one(&all, &[]).await.unwrap().get(0);
            assert_eq!(after, before, "{statement}");
            refused += 1;
        }
    }
    assert_eq!(refused, 188);
}
