//! `database roles`, on a PostgreSQL that the tests start.

use super::bench::Bench;
use crate::cli::Exit;
use crate::tests::cluster::{Cluster, Database, OWNER};

const ROLES: &str = "database roles --export exp --serve srv";

/// Result of a query made as administrator, a single text value.
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

    // The owner may not make roles, so the SQL is printed for an administrator.
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

/// Names and bytes of all files in a folder.
fn content(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let files = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let mut content: Vec<_> = files.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
    content.sort();
    content
}

#[tokio::test]
async fn a_file_that_is_not_this_keepers_database_is_named_as_what_it_is_and_left_alone() {
    let bench = Bench::new().await;
    let other = Bench::new_with(12).await;
    let place = bench.path("place");
    std::fs::create_dir(&place).unwrap();
    std::fs::write(place.join("empty.db"), "").unwrap();
    std::fs::write(place.join("notes.db"), "no database at all, and long enough to be looked at as one")
        .unwrap();
    std::fs::copy(other.path("data/diary-server.db"), place.join("other.db")).unwrap();
    let before = content(&place);
    let foreign = "the database cannot be read: it is of another keeper with another key, or not a database. Nothing was \
                   written to it. Name the database that this folder's keys belong to";
    let empty = "the database is empty, so it is not the one that this server's keys belong to. Nothing was written to it; \
                 keep the keys. Name the right one with --database, or as url in [database] of diary-server.toml; where it \
                 is lost, `diary-server restore`";
    for (file, expected) in [("empty.db", empty), ("notes.db", foreign), ("other.db", foreign)] {
        let database = format!("--database sqlite:{}", place.join(file).display());
        bench.run(&format!("{database} participant list")).await.is(Exit::Unusable, expected);
        bench
            .run(&format!("{database} backup --to {}", bench.path("b").display()))
            .await
            .is(Exit::Unusable, expected);
    }
    assert_eq!(content(&place), before);
    let missing = format!("--database sqlite:{}", place.join("missing.db").display());
    bench.run(&format!("{missing} participant list")).await.is(
        Exit::Unusable,
        "<DIR>/place/missing.db: the database of this server is not there. Nothing was made or changed. Keep the keys, \
         <DIR>/data/keys: only they open it. Where it lies elsewhere name it with --database, or as url in [database] of \
         diary-server.toml; where it is lost: `diary-server restore BACKUP --data NEW --keys <DIR>/data/keys`",
    );
    assert_eq!(content(&place), before);
    bench.run("participant list").await.holds(Exit::Done, "S1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_that_is_not_this_keepers_is_named_as_what_it_is_and_left_alone() {
    let Some(cluster) = Cluster::start() else { return };
    let bench = Bench::new().await;
    let tables = "SELECT count(*)::text FROM pg_class WHERE relnamespace = 'public'::regnamespace";

    let empty = cluster.database().await;
    let said = bench.run(&format!("participant list --database {}", empty.url)).await;
    said.holds(
        Exit::Unusable,
        "the database is empty, so it is not the one that this server's keys belong to.",
    );
    assert_eq!(asked(&cluster, &empty, tables).await, "0", "nothing was written");

    let (taken, other) = (cluster.database().await, Bench::bare_with(12));
    let offline = other.path("offline").display().to_string();
    let init =
        format!("init --study nct06836973 --site beijing --offline {offline} --database {}", taken.url);
    assert_eq!(other.run(&init).await.exit, Exit::Done);
    let before = asked(&cluster, &taken, "SELECT count(*)::text FROM trail").await;
    let said = bench.run(&format!("participant list --database {}", taken.url)).await;
    said.holds(Exit::Unusable, "the database cannot be read: it is of another keeper with another key");
    assert_eq!(asked(&cluster, &taken, "SELECT count(*)::text FROM trail").await, before);
    // Nor does a new keeper or relay take it, and no folder with keys is left.
    let (third, mine) = (Bench::bare_with(13), bench.path("mine.db"));
    std::fs::write(&mine, "mine").unwrap();
    let offline = third.path("offline").display().to_string();
    for url in [taken.url.clone(), format!("sqlite:{}", mine.display())] {
        let init = format!("init --study nct06836973 --site beijing --offline {offline} --database {url}");
        let relay =
            format!("relay init --study NCT06836973 --site beijing --host r.example --database {url}");
        for line in [init, relay] {
            let said = third.run(&line).await;
            assert!(said.exit == Exit::Unusable || said.exit == Exit::Database, "{line}: {}", said.text);
            assert!(!third.path("data").exists() && !third.path("offline").exists(), "{line}");
        }
    }
    assert_eq!(std::fs::read_to_string(&mine).unwrap(), "mine");

    let nowhere = cluster.url(OWNER, "no_such_database");
    let said = bench.run(&format!("participant list --database {nowhere}")).await;
    said.holds(Exit::Unusable, "open: this account may not use the database, or it cannot be opened: 3D000");
}
