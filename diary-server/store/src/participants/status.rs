//! The table `participant_status`: the status of each participant, and its counter of changes. Every change of data that a status
//! is computed from increments the counter in the same transaction; a status stores the count that it covers, so a
//! lower one is outdated.

use std::collections::BTreeSet;

use diary_core::ids::{SiteId, VaultId};
use diary_core::time::UtcMillis;

use crate::Participant;
use crate::sql::{Each, Param, Row, Step, Tx, Type, corrupt};

const CHANGED: Each = Each {
    sql: "-- store::status::changed
INSERT INTO participant_status (vault, changes, covers, version, at) VALUES (?1, 1, -1, 0, 0)
ON CONFLICT (vault) DO UPDATE SET changes = participant_status.changes + 1",
    types: &[Type::Int],
};
const KEEP: &str = "-- store::status::keep
INSERT INTO participant_status (vault, changes, covers, version, at, bytes) VALUES (?1, 0, ?2, ?3, ?4, ?5)
ON CONFLICT (vault) DO UPDATE SET covers = excluded.covers, version = excluded.version, at = excluded.at,
    bytes = excluded.bytes WHERE participant_status.covers <= excluded.covers";
const ALL: &str = "-- store::status::all
SELECT p.subject, v.site, v.id, p.added FROM participant p JOIN vault v ON v.no = p.vault ORDER BY p.subject";
const NAMED: &str = "-- store::status::named
SELECT p.subject, v.site, v.id, p.added FROM participant p JOIN vault v ON v.no = p.vault
WHERE lower(replace(replace(replace(p.subject, '-', ''), '_', ''), '.', '')) = ?1
ORDER BY p.subject <> ?2, p.subject LIMIT 1";
const OF_VAULT: &str = "-- store::status::of_vault
SELECT p.subject, v.site, v.id, p.added FROM vault v JOIN participant p ON p.vault = v.no WHERE v.id = ?1";
const WITH_STATUS: &str = "-- store::status::with_status
SELECT p.subject, v.site, v.id, p.added, s.changes, s.covers, s.version, s.at, s.bytes
FROM participant p JOIN vault v ON v.no = p.vault LEFT JOIN participant_status s ON s.vault = p.vault ORDER BY p.subject";
// The sites are one text with spaces around each, so that one statement serves any number of them.
const AT_SITES: &str = "-- store::status::at_sites
SELECT p.subject, v.site, v.id, p.added, s.changes, s.covers, s.version, s.at, s.bytes
FROM participant p JOIN vault v ON v.no = p.vault LEFT JOIN participant_status s ON s.vault = p.vault
WHERE replace(?1, ' ' || v.site || ' ', '') <> ?1 AND p.subject > ?2
AND lower(replace(replace(replace(p.subject, '-', ''), '_', ''), '.', '')) LIKE ?3
ORDER BY p.subject LIMIT ?4";
const NAMED_AT_SITES: &str = "-- store::status::named_at_sites
SELECT p.subject, v.site, v.id, p.added FROM participant p JOIN vault v ON v.no = p.vault
WHERE lower(replace(replace(replace(p.subject, '-', ''), '_', ''), '.', '')) = ?1
AND replace(?3, ' ' || v.site || ' ', '') <> ?3
ORDER BY p.subject <> ?2, p.subject LIMIT 1";
// Least recently updated first, so that a vault that changes all the time does not starve the others.
const BEHIND: &str = "-- store::status::behind
SELECT p.subject, v.site, v.id, p.added, s.changes
FROM participant_status s JOIN participant p ON p.vault = s.vault JOIN vault v ON v.no = s.vault
WHERE s.covers <> s.changes ORDER BY s.at LIMIT ?1";
const OUTDATED: &str = "-- store::status::outdated
SELECT p.subject, v.site, v.id, p.added, s.changes
FROM participant p JOIN vault v ON v.no = p.vault LEFT JOIN participant_status s ON s.vault = p.vault
WHERE s.vault IS NULL OR s.covers = s.changes AND (s.version <> ?1 OR s.at < ?2) ORDER BY p.vault LIMIT ?3";
/// Column of the encoded status.
const BYTES: &str = "participant_status.bytes";

/// Participant status as stored beside the vault, with its counter of changes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StoredStatus {
    /// Number of changes so far of anything that the status is computed from.
    pub changes: i64,
    /// The last computed status.
    pub made: Option<NewStatus>,
}

/// A computed participant status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewStatus {
    /// Number of changes that it covers.
    pub covers: i64,
    /// Version of the computation.
    pub version: i64,
    /// Time.
    pub at: UtcMillis,
    /// Encoded status.
    pub bytes: Vec<u8>,
}

/// Counts a change for these vaults: their status is outdated from now on.
pub(crate) fn changed(t: &dyn Tx, vaults: &BTreeSet<i64>) -> Step<()> {
    let sets: Vec<_> = vaults.iter().map(|vault| vec![vault.into()]).collect();
    if sets.is_empty() { Ok(()) } else { t.execute_each(&CHANGED, &sets) }
}

/// The same for one vault.
pub(crate) fn changed_one(t: &dyn Tx, vault: i64) -> Step<()> {
    t.run(CHANGED.sql, [vault])?;
    Ok(())
}

/// Stores a status, unless one that covers more changes is stored.
pub(crate) fn keep(t: &dyn Tx, vault: i64, new: &NewStatus) -> Step<()> {
    t.run(KEEP, (vault, new.covers, new.version, new.at.0, Param::Sealed(BYTES, &new.bytes)))?;
    Ok(())
}

/// Participants, by subject number.
pub(crate) fn participants(t: &dyn Tx) -> Step<Vec<Participant>> {
    t.all(ALL, (), |row| participant(row, None))
}

/// Participants with the stored status of each, by subject number.
pub(crate) fn participants_with_status(t: &dyn Tx) -> Step<Vec<Participant>> {
    t.all(WITH_STATUS, (), |row| participant(row, Some(kept(row)?)))
}

/// Search for participants of some sites.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteQuery {
    /// The sites.
    pub sites: BTreeSet<SiteId>,
    /// Part of the key of the subject number: letters in lower case and digits.
    pub part: String,
    /// Subject number after which the rows begin.
    pub after: String,
    /// Most rows.
    pub limit: u32,
}

impl SiteQuery {
    /// Every participant of these sites.
    #[must_use]
    pub fn all(sites: BTreeSet<SiteId>) -> Self {
        Self { sites, part: String::new(), after: String::new(), limit: i32::MAX.unsigned_abs() }
    }
}

/// Sites as the statements compare them.
fn spaced(sites: &BTreeSet<SiteId>) -> String {
    sites.iter().map(|site| format!(" {} ", site.as_str())).collect()
}

/// Participants of some sites with the stored status of each, by subject number.
pub(crate) fn at_sites(t: &dyn Tx, query: &SiteQuery) -> Step<Vec<Participant>> {
    if !query.part.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(Vec::new());
    }
    let (sites, part) = (spaced(&query.sites), format!("%{}%", query.part));
    let params = (&sites, &query.after, &part, query.limit);
    t.all(AT_SITES, params, |row| participant(row, Some(kept(row)?)))
}

/// The participant of some sites whose subject number has this key.
pub(crate) fn named_at(
    t: &dyn Tx,
    key: &str,
    subject: &str,
    sites: &BTreeSet<SiteId>,
) -> Step<Option<Participant>> {
    t.first(NAMED_AT_SITES, (key, subject, &spaced(sites)), |row| participant(row, None))
}

/// Participants whose status is outdated, by vault.
pub(crate) fn outdated(t: &dyn Tx, version: i64, since: UtcMillis, limit: u32) -> Step<Vec<Participant>> {
    let read = |row: &Row| {
        let changes = row.get::<Option<i64>>("changes")?.unwrap_or(0);
        participant(row, Some(StoredStatus { changes, made: None }))
    };
    let mut found: Vec<Participant> = t.all(BEHIND, [limit], read)?;
    // The second query scans all participants, so it is run only if the first found few.
    let room = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(limit));
    if room > 0 {
        let others: Vec<Participant> = t.all(OUTDATED, (version, since.0, room), read)?;
        found.extend(others);
    }
    Ok(found)
}

/// The participant whose subject number has this key; the one that is written as `subject` before any other.
pub(crate) fn named(t: &dyn Tx, key: &str, subject: &str) -> Step<Option<Participant>> {
    t.first(NAMED, (key, subject), |row| participant(row, None))
}

/// The participant of a vault.
pub(crate) fn of_vault(t: &dyn Tx, vault: VaultId) -> Step<Option<Participant>> {
    t.first(OF_VAULT, [vault.as_bytes()], |row| participant(row, None))
}

fn participant(row: &Row, status: Option<StoredStatus>) -> Step<Participant> {
    let site = row.get::<String>("site")?.parse::<SiteId>().map_err(|_| corrupt("the site of a vault"))?;
    let (vault, added) = (VaultId::from_bytes(row.get("id")?), UtcMillis(row.get("added")?));
    Ok(Participant { subject: row.get("subject")?, site, vault, added, status })
}

fn kept(row: &Row) -> Step<StoredStatus> {
    let Some(changes) = row.get::<Option<i64>>("changes")? else { return Ok(StoredStatus::default()) };
    let covers: i64 = row.get("covers")?;
    let made = (covers >= 0).then(|| {
        let (version, at) = (row.get("version")?, UtcMillis(row.get("at")?));
        Step::Ok(NewStatus { covers, version, at, bytes: row.sealed(BYTES, "bytes")? })
    });
    Ok(StoredStatus { changes, made: made.transpose()? })
}
