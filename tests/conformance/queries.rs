//! Every statement of the server's tables finds its rows by an index, as both databases plan it. The statements are read
//! from the source, so that a new one is looked at as well; those that read a whole table on purpose are named here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use diary_store::postgres::{Address, Pool};
use diary_store::sqlite::Missing;
use diary_tests::postgres::Cluster;
use serde_json::Value;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::schema::migrations;

/// Statements that read whole tables or indexes, each with the reason.
const WHOLE: &[(&str, &str)] = &[
    ("clock::forget", "one row"),
    ("clock::leapt", "one row"),
    ("clock::mark", "one row"),
    ("usage::requeue_allowed", "what one phone has in quarantine: asked by staff"),
    ("devices::rows_pending", "every phone that waits, by an index of those alone"),
    ("devices::rows_lent", "every lent phone that was not given back, by an index of those alone"),
    ("devices::rows_unattached", "what a restore brought back without its participant: asked by staff"),
    ("feed::head", "one row"),
    ("feed::set_head", "one row"),
    ("feed::site", "one row"),
    ("keeper_chain::incarnation", "one row"),
    ("epoch::renew", "once, when a backup is restored"),
    ("epoch::progress", "once, when the server starts"),
    ("epoch::epoch", "one row"),
    ("lost_keepers::all", "few, and no more than a bundle can name"),
    ("server::files", "versions of the study"),
    ("server::is_founded", "one row"),
    ("server::newest_bundle", "the last of few, from the end of its key"),
    ("server::server", "one row, and the last of few"),
    ("changes::all", "every change of a subject number: asked by staff"),
    ("changes::last_link", "participants that were linked: asked by staff"),
    ("quarantine::to_merge", "what waits to be merged, by an index of those alone: asked by staff"),
    ("quarantine::requeue_of_others", "all that is in quarantine, once after an upgrade"),
    ("quarantine::set_aside", "all that is set aside: asked by staff"),
    ("relay::owed_count", "records that relays are owed: few, and counted together"),
    ("status::all", "every participant is asked for"),
    ("status::behind", "the standings that are behind, by an index of those alone"),
    ("status::outdated", "every participant, where less is known to be behind than is worked out at once"),
    ("status::with_status", "every participant is asked for"),
    ("migration_state::arrived", "one row"),
    ("migration_state::leave", "one row"),
    ("migration_state::left", "one row"),
    ("migration_state::state", "one row"),
    ("migration_state::state_kept", "one row"),
    ("migration_state::stay", "one row"),
    ("notices::pending", "the vaults that have something to tell, so many at once"),
    ("accounts::all", "every account: asked by administrators"),
    ("accounts::roles", "roles of every account: asked by administrators"),
    ("audit::restores_and_drills", "few rows, by an index of those alone"),
    ("audit::last", "the last row, from the end of its key"),
    ("waiting::claim", "the first parcel that waits, by an index of those alone"),
    ("waiting::waits", "the first parcel that waits, by an index of those alone"),
];

/// Statements that only one of the databases is asked.
const OF_ONE_DATABASE: &[&str] = &[
    "lock::turn",
    "lock::vault",
    "log::head_alone",
    "migration_state::alone",
    "migration_state::state_kept",
    "waiting::claim",
    "waiting::release",
    "waiting::waiting_in",
    "waiting::waiting_of",
];

/// A statement of the source.
#[derive(Clone, Debug)]
struct Statement {
    name: String,
    sql: String,
}

/// Folders and files below the subjects: their statements are asked of one database, or are put together when they run.
const ENGINES: &[&str] =
    &["src/sqlite", "src/postgres", "src/moving", "src/moving.rs", "src/postgres.rs", "src/testing.rs"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() && !ENGINES.iter().any(|name| path.ends_with(name)) {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs")
            && !path.ends_with("tests.rs")
            && !ENGINES.iter().any(|name| path.ends_with(name))
        {
            found.push(path);
        }
    }
}

/// Text of a literal whose first quote is just before `rest`, and the source behind it.
fn literal(rest: &str) -> (String, &str) {
    let (mut text, mut characters) = (String::new(), rest.char_indices());
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (text, rest.get(at + 1..).unwrap()),
            '\\' => match characters.next().unwrap().1 {
                '\n' => {
                    let mut ahead = characters.clone();
                    while ahead.next().is_some_and(|(_, next)| next.is_whitespace()) {
                        characters.next();
                    }
                }
                escaped => text.push(escaped),
            },
            other => text.push(other),
        }
    }
    panic!("a literal without an end");
}

/// Part of the text that a macro builds.
enum Part {
    Text(String),
    Parameter(usize),
}

/// The macros of a file that put statements together from literals.
fn macros(source: &str) -> BTreeMap<String, Vec<Part>> {
    let mut found = BTreeMap::new();
    for definition in source.split("macro_rules! ").skip(1) {
        let name = definition.split_whitespace().next().unwrap().to_owned();
        let Some((head, mut rest)) = definition.split_once("concat!(") else { continue };
        let parameters: Vec<&str> =
            head.split('$').skip(1).map(|one| one.split(':').next().unwrap().trim()).collect();
        let mut parts = Vec::new();
        while let Some(next) = rest.find(['"', '$', ')']) {
            let (at, after) = (rest.get(next..=next).unwrap(), rest.get(next + 1..).unwrap());
            match at {
                "\"" => {
                    let (text, behind) = literal(after);
                    parts.push(Part::Text(text));
                    rest = behind;
                }
                "$" => {
                    let end = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap();
                    let parameter = after.get(..end).unwrap();
                    parts.push(Part::Parameter(parameters.iter().position(|one| *one == parameter).unwrap()));
                    rest = after.get(end..).unwrap();
                }
                _ => break,
            }
        }
        found.insert(name, parts);
    }
    found
}

/// Every call of a macro, with its literals.
fn calls(source: &str, name: &str) -> Vec<Vec<String>> {
    let of = |call: &str| {
        let (mut rest, mut literals) = (call, Vec::new());
        while let Some(next) = rest.find(['"', ')']) {
            if rest.get(next..=next) == Some(")") {
                break;
            }
            let (text, behind) = literal(rest.get(next + 1..).unwrap());
            literals.push(text);
            rest = behind;
        }
        literals
    };
    source.split(&format!("{name}!(")).skip(1).map(of).collect()
}

/// Text of every file with statements.
fn texts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../diary-server/store/src");
    let mut files = Vec::new();
    sources(&folder, &mut files);
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// Every statement of the tables, by its name.
fn statements() -> Vec<Statement> {
    let mut all = Vec::new();
    for source in texts() {
        all.extend(source.split("\"-- store::").skip(1).map(|rest| format!("-- store::{}", literal(rest).0)));
        for (name, parts) in macros(&source) {
            for literals in calls(&source, &name) {
                let text = parts.iter().map(|part| match part {
                    Part::Text(text) => text.as_str(),
                    Part::Parameter(at) => literals[*at].as_str(),
                });
                all.push(text.collect());
            }
        }
    }
    let name = |sql: &str| sql.lines().next().unwrap().trim_start_matches("-- store::").to_owned();
    // What is only the beginning of a statement that a macro puts together.
    let whole = all.into_iter().filter(|sql: &String| sql.contains('\n'));
    whole.map(|sql| Statement { name: name(&sql), sql }).collect()
}

/// The tables that SQLite reads from end to end for a statement; an error where it does not know it.
fn scanned_by_sqlite(connection: &rusqlite::Connection, sql: &str) -> Result<Vec<String>, String> {
    let mut statement =
        connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).map_err(|error| error.to_string())?;
    let (mut rows, mut steps) = (statement.raw_query(), Vec::new());
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get::<_, String>(3).unwrap());
    }
    let made = |name: &&str| {
        steps
            .iter()
            .any(|step| step == &format!("CO-ROUTINE {name}") || step == &format!("MATERIALIZE {name}"))
    };
    // What a part of the same statement has found is read from end to end by the rest of it.
    let table = |step: &&String| {
        step.strip_prefix("SCAN ")
            .is_some_and(|of| of != "CONSTANT ROW" && !of.split(' ').next().is_some_and(|name| made(&name)))
    };
    Ok(steps.iter().filter(table).cloned().collect())
}

/// An empty database of the newest schema.
fn empty_sqlite() -> rusqlite::Connection {
    let connection =
        diary_core::sqlcipher::connect(Path::new(":memory:"), &[0; 32], Missing::Create).unwrap();
    for (name, text) in migrations("sqlite") {
        connection.execute_batch(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    connection
}

#[test]
fn sqlite_finds_the_rows_of_every_statement_by_an_index() {
    let connection = empty_sqlite();
    // What the database would look at to check a reference that was broken before is none of the statement's.
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    assert_planned("SQLite", |sql| scanned_by_sqlite(&connection, sql));
}

/// The nodes of a plan that read from end to end.
fn whole(plan: &Value, found: &mut Vec<String>) {
    let kind = plan["Node Type"].as_str().unwrap_or_default();
    let by_index = ["Index Scan", "Index Only Scan", "Bitmap Index Scan"].contains(&kind);
    if kind == "Seq Scan" || by_index && plan.get("Index Cond").is_none() {
        let of = plan.get("Index Name").or_else(|| plan.get("Relation Name"));
        found.push(format!("{kind} on {}", of.and_then(Value::as_str).unwrap_or_default()));
    }
    plan["Plans"].as_array().into_iter().flatten().for_each(|below| whole(below, found));
}

/// A statement as PostgreSQL takes it.
fn translated(sql: &str) -> String {
    let text = sql.split_once('\n').unwrap().1.replace('?', "$");
    match text.split_once(" INDEXED BY ") {
        None => text,
        Some((before, after)) => format!("{before} {}", after.split_once(char::is_whitespace).unwrap().1),
    }
}

async fn scanned_by_postgres(client: &Client, sql: &str) -> Result<Vec<String>, String> {
    let text = translated(sql);
    let parameters = (1..20).rev().find(|n| text.contains(&format!("${n}"))).unwrap_or(0);
    let prepared = client.batch_execute(&format!("PREPARE looked_at AS {text}")).await;
    prepared.map_err(|error| error.as_db_error().map_or(error.to_string(), |db| db.message().to_owned()))?;
    let nulls = vec!["NULL"; parameters].join(", ");
    let given = if parameters > 0 { format!("({nulls})") } else { String::new() };
    let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE looked_at{given}");
    let rows = client.simple_query(&explain).await.unwrap();
    client.batch_execute("DEALLOCATE looked_at").await.unwrap();
    let text = rows.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    let plan: Value = serde_json::from_str(text.unwrap()).unwrap();
    let mut found = Vec::new();
    whole(&plan[0]["Plan"], &mut found);
    Ok(found)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_finds_the_rows_of_every_statement_by_an_index() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database().await;
    let address: Address = database.url.parse().unwrap();
    drop(
        Pool::connect(&address, &[1; 32], std::sync::Arc::new(diary_core::entropy::SystemEntropy))
            .await
            .unwrap(),
    );
    let client = cluster.admin(&database.name).await;
    // The tables are empty, where a scan is always cheapest: scans are turned off, so that an index is used where one exists.
    let settings = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
        SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan";
    client.batch_execute(settings).await.unwrap();
    let mut plans = BTreeMap::new();
    for statement in statements() {
        let plan = scanned_by_postgres(&client, &statement.sql).await;
        plans.insert(statement.sql, plan);
    }
    assert_planned("PostgreSQL", |sql| plans[sql].clone());
}

/// Asserts that no table is scanned in full except those named above.
fn assert_planned(database: &str, plan: impl Fn(&str) -> Result<Vec<String>, String>) {
    let all = statements();
    assert!(all.len() > 120, "{} statements were found in the source", all.len());
    let named: BTreeSet<&str> = WHOLE.iter().map(|(name, _)| *name).collect();
    let mut wrong = Vec::new();
    for Statement { name, sql } in &all {
        match plan(sql) {
            Err(error) if OF_ONE_DATABASE.contains(&name.as_str()) => drop(error),
            Err(error) => wrong.push(format!("{name} is not understood: {error}")),
            Ok(scanned) if scanned.is_empty() || named.contains(name.as_str()) => {}
            Ok(scanned) => wrong.push(format!("{name}: {}", scanned.join(", "))),
        }
    }
    let known: BTreeSet<&str> = all.iter().map(|one| one.name.as_str()).collect();
    let gone = named.iter().chain(OF_ONE_DATABASE).filter(|name| !known.contains(*name));
    wrong.extend(gone.map(|name| format!("{name} is no statement any more")));
    assert!(wrong.is_empty(), "{database}:\n{}", wrong.join("\n"));
}

/// Names by which the code reads columns of its rows.
fn names_read() -> BTreeSet<String> {
    let of = |part: &str| {
        let call = part.split(')').next().unwrap_or_default();
        let reads = ["get", "bytes", "sealed"].iter().any(|verb| call.starts_with(verb));
        call.split('"').nth(1).filter(|_| reads).map(str::to_owned)
    };
    texts().iter().flat_map(|text| text.split("row.").skip(1).filter_map(of).collect::<Vec<_>>()).collect()
}

/// Where a statement has several columns, each has a name of its own.
fn unnamed(columns: &[String]) -> bool {
    let plain =
        |name: &String| name.chars().all(|c| c.is_ascii_lowercase() || c == '_') && name != "?column?";
    let all: BTreeSet<&String> = columns.iter().collect();
    columns.len() > 1 && (all.len() < columns.len() || !columns.iter().all(plain))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_column_that_is_read_has_its_name_in_both_databases() {
    let connection = empty_sqlite();
    let mut selected = BTreeMap::new();
    for Statement { name, sql } in statements() {
        let Ok(statement) = connection.prepare(&sql) else { continue };
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        assert!(!unnamed(&columns), "{name}: {columns:?}");
        selected.insert(sql, (name, columns));
    }
    let known: BTreeSet<&String> = selected.values().flat_map(|(_, columns)| columns).collect();
    let read = names_read();
    assert!(read.len() > 60, "{} names were found in the source", read.len());
    let missing: Vec<&String> = read.iter().filter(|name| !known.contains(name)).collect();
    assert!(missing.is_empty(), "read, and selected by no statement: {missing:?}");

    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database().await;
    let address: Address = database.url.parse().unwrap();
    let entropy = std::sync::Arc::new(diary_core::entropy::SystemEntropy);
    drop(Pool::connect(&address, &[1; 32], entropy).await.unwrap());
    let client = cluster.admin(&database.name).await;
    for (sql, (name, columns)) in &selected {
        let Ok(statement) = client.prepare(&translated(sql)).await else { continue };
        let names: Vec<&str> = statement.columns().iter().map(|column| column.name()).collect();
        // A single column is read without its name.
        assert!(columns.len() < 2 || names == *columns, "{name}: {names:?}, in SQLite {columns:?}");
    }
}
