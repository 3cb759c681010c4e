//! Brings the schema of a PostgreSQL database up to date. The first server to start does it under a lock, others wait.
//! Each version has a sealed proof beside it, by which a server detects that it came with another key.

use deadpool_postgres::ClientWrapper;

use super::refused::refused;
use super::seal::Seal;
use crate::StoreError;
use crate::sql::{OpenSealed, Step};

/// One change of the schema each, in order; the position is the version.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/postgres/0001_server.sql"),
    include_str!("../../migrations/postgres/0002_people_and_devices.sql"),
    include_str!("../../migrations/postgres/0003_vault_log.sql"),
    include_str!("../../migrations/postgres/0004_trial_record.sql"),
    include_str!("../../migrations/postgres/0005_trail.sql"),
    include_str!("../../migrations/postgres/0006_quarantine.sql"),
    include_str!("../../migrations/postgres/0007_telling.sql"),
    include_str!("../../migrations/postgres/0008_backups.sql"),
    include_str!("../../migrations/postgres/0009_wrong_digits.sql"),
    include_str!("../../migrations/postgres/0010_relay.sql"),
    include_str!("../../migrations/postgres/0011_rewraps.sql"),
    include_str!("../../migrations/postgres/0012_held_papers.sql"),
    include_str!("../../migrations/postgres/0013_standing.sql"),
    include_str!("../../migrations/postgres/0014_moving.sql"),
    include_str!("../../migrations/postgres/0015_found_by_device.sql"),
    include_str!("../../migrations/postgres/0016_people_changes.sql"),
    include_str!("../../migrations/postgres/0017_indexes.sql"),
    include_str!("../../migrations/postgres/0018_links.sql"),
    include_str!("../../migrations/postgres/0019_clock.sql"),
    include_str!("../../migrations/postgres/0020_allowances.sql"),
    include_str!("../../migrations/postgres/0021_unmerged.sql"),
    include_str!("../../migrations/postgres/0022_wrong_digits_counted.sql"),
    include_str!("../../migrations/postgres/0023_participant_by_key.sql"),
    include_str!("../../migrations/postgres/0024_lost_keepers.sql"),
    include_str!("../../migrations/postgres/0025_terms.sql"),
    include_str!("../../migrations/postgres/0026_accounts.sql"),
    include_str!("../../migrations/postgres/0027_names.sql"),
    include_str!("../../migrations/postgres/0028_trail_events.sql"),
    include_str!("../../migrations/postgres/0029_loans.sql"),
];

/// Advisory lock held while the schema is changed; the number is "diary" in ASCII. Migrations have no time limit.
const LOCK: &str = "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0;
SELECT pg_advisory_xact_lock(431264723577)";
const VERSIONS: &str = "-- store::postgres::versions
CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, proof BYTEA NOT NULL)";
const IS_THERE: &str = "-- store::postgres::is_there
SELECT to_regclass('schema_version') IS NOT NULL";
const NEWEST: &str = "-- store::postgres::newest
SELECT version, proof FROM schema_version ORDER BY version DESC LIMIT 1";
const OWNED: &str = "-- store::postgres::owned
SELECT coalesce(bool_and(pg_has_role(relowner, 'USAGE')), true) FROM pg_class WHERE oid = to_regclass('schema_version')";
const ADD: &str = "-- store::postgres::add
INSERT INTO schema_version (version, proof) VALUES ($1, $2)";

const PROOF: &str = "schema_version.proof";

/// Brings the schema to the newest version, in one transaction. A database of a newer program or another key is refused
/// unchanged, and so is one of an older program whose tables this account does not own.
pub(super) async fn migrate(client: &ClientWrapper, seal: &Seal) -> Step<()> {
    if version(client, seal).await? == newest() {
        return Ok(());
    }
    if !client.query_one(OWNED, &[]).await.map_err(refused)?.get::<_, bool>(0) {
        return Err(StoreError::OlderTables.into());
    }
    client.batch_execute("BEGIN").await.map_err(refused)?;
    let moved = step_by_step(client, seal).await;
    let end = if moved.is_ok() { "COMMIT" } else { "ROLLBACK" };
    moved.and(client.batch_execute(end).await.map_err(refused))
}

async fn step_by_step(client: &ClientWrapper, seal: &Seal) -> Step<()> {
    client.batch_execute(LOCK).await.map_err(refused)?;
    client.batch_execute(VERSIONS).await.map_err(refused)?;
    // Read again under the lock: another server may have migrated meanwhile.
    let found = version(client, seal).await?;
    for (version, migration) in (1_i64..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
        client.batch_execute(migration).await.map_err(refused)?;
        client.execute(ADD, &[&version, &seal.seal(PROOF, &[])]).await.map_err(refused)?;
    }
    Ok(())
}

/// The version of the schema; 0 where there is none.
///
/// # Errors
/// [`StoreError::NewerVersion`], or [`StoreError::KeyOrFile`] for another key.
pub(super) async fn version(client: &ClientWrapper, seal: &Seal) -> Step<i64> {
    let there: bool = client.query_one(IS_THERE, &[]).await.map_err(refused)?.get(0);
    if !there {
        return Ok(0);
    }
    let Some(row) = client.query_opt(NEWEST, &[]).await.map_err(refused)? else { return Ok(0) };
    let (found, proof): (i64, Vec<u8>) = (row.try_get(0).map_err(refused)?, row.try_get(1).map_err(refused)?);
    if found > newest() {
        return Err(StoreError::NewerVersion { found, newest: newest() }.into());
    }
    seal.open(PROOF, &proof).map(|_| found).ok_or_else(|| StoreError::KeyOrFile.into())
}

/// Newest version that this program knows.
pub(super) fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).expect("there are few migrations")
}
