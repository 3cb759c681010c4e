//! The tables `feed` and `feed_head`: at a relay, everything it has taken, of all vaults in one order under one chain.
//! At a keeper they are empty, and appending to a log writes nothing here.

use diary_core::api::{Cursor, FeedRecord, feed_chain_next};
use diary_core::ids::{Hash, SiteId, VaultId};
use diary_core::parcel::LogKind;
use diary_core::parcel::log::CHAIN_START;
use diary_core::time::UtcMillis;
use rusqlite::{OptionalExtension, Transaction};

use super::log::epoch;
use super::row::{Step, corrupt, place};
use crate::store::{StoredFeed, VaultHead};

const HEAD: &str = "-- store::feed::head
SELECT n, chain FROM feed_head";
const SITE: &str = "-- store::feed::site
SELECT site FROM feed_head";
const FOUND: &str = "-- store::feed::found
INSERT INTO feed_head (one, site, n, chain) VALUES (1, ?1, 0, ?2)";
const SET_HEAD: &str = "-- store::feed::set_head
UPDATE feed_head SET n = ?1, chain = ?2";
const APPEND: &str = "-- store::feed::append
INSERT INTO feed (n, place, chain) VALUES (?1, ?2, ?3)";
const VAULT_ID: &str = "-- store::feed::vault_id
SELECT id FROM vault WHERE no = ?1";
const CHAIN_AT: &str = "-- store::feed::chain_at
SELECT chain FROM feed WHERE n = ?1";
const PAGE: &str = "-- store::feed::page
SELECT f.n, v.id, l.kind, l.record, l.at FROM feed f JOIN log l ON l.place = f.place JOIN vault v ON v.no = l.vault
WHERE f.n > ?1 ORDER BY f.n LIMIT ?2";

/// Makes this server a relay of a site.
pub(super) fn found(t: &Transaction<'_>, site: &SiteId) -> Step<()> {
    t.execute(FOUND, (site.as_str(), CHAIN_START.as_bytes()))?;
    Ok(())
}

/// The site whose devices join here, where this server is a relay.
pub(super) fn site(t: &Transaction<'_>) -> Step<Option<SiteId>> {
    let site: Option<String> = t.prepare_cached(SITE)?.query_row([], |row| row.get(0)).optional()?;
    site.map(|site| site.parse().map_err(|_| corrupt("the site of a relay"))).transpose()
}

/// The last record of the feed; none at a keeper.
pub(super) fn head(t: &Transaction<'_>) -> Step<Option<VaultHead>> {
    let read = |row: &rusqlite::Row<'_>| {
        Ok(VaultHead { n: row.get::<_, i64>(0)?.cast_unsigned(), chain: Hash::from_bytes(row.get(1)?) })
    };
    Ok(t.prepare_cached(HEAD)?.query_row([], read).optional()?)
}

/// Appends to the feed inside one transaction.
pub(super) struct FeedWriter {
    head: Option<VaultHead>,
    changed: bool,
}

impl FeedWriter {
    /// Begins.
    pub(super) fn new(t: &Transaction<'_>) -> Step<Self> {
        Ok(Self { head: head(t)?, changed: false })
    }

    /// Appends record `n` of a vault's log, where this server is a relay. Receipts are between a server and a device.
    pub(super) fn append(
        &mut self,
        t: &Transaction<'_>,
        vault: i64,
        n: u64,
        kind: LogKind,
        record: &[u8],
        at: UtcMillis,
    ) -> Step<()> {
        let Some(head) = self.head.as_mut().filter(|_| kind != LogKind::Receipt) else { return Ok(()) };
        let id = VaultId::from_bytes(t.prepare_cached(VAULT_ID)?.query_row([vault], |row| row.get(0))?);
        head.n += 1;
        head.chain = feed_chain_next(&head.chain, head.n, id, kind, at, record);
        t.prepare_cached(APPEND)?.execute((head.n.cast_signed(), place(vault, n)?, head.chain.as_bytes()))?;
        self.changed = true;
        Ok(())
    }

    /// Writes the head. Must come last.
    pub(super) fn finish(self, t: &Transaction<'_>) -> Step<()> {
        if let Some(head) = self.head.filter(|_| self.changed) {
            t.prepare_cached(SET_HEAD)?.execute((head.n.cast_signed(), head.chain.as_bytes()))?;
        }
        Ok(())
    }
}

/// A page of the feed, from the cursor or, where the feed does not go through it, from the beginning.
pub(super) fn page(
    t: &Transaction<'_>,
    cursor: Option<&Cursor>,
    limit: u32,
    max_bytes: usize,
) -> Step<StoredFeed> {
    let epoch = epoch(t)?;
    let head = head(t)?.unwrap_or(VaultHead { n: 0, chain: CHAIN_START });
    let after = match cursor {
        Some(cursor) if cursor.epoch == epoch && stands(t, cursor, head)? => cursor.n,
        _ => 0,
    };
    let mut statement = t.prepare_cached(PAGE)?;
    let mut rows = statement.query((after.cast_signed(), limit))?;
    let (mut records, mut bytes): (Vec<FeedRecord>, usize) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let record: Vec<u8> = row.get(3)?;
        bytes += record.len();
        if bytes > max_bytes && !records.is_empty() {
            break;
        }
        records.push(FeedRecord {
            n: row.get::<_, i64>(0)?.cast_unsigned(),
            vault: VaultId::from_bytes(row.get(1)?),
            kind: LogKind::from_number(row.get(2)?),
            record,
            received: UtcMillis(row.get(4)?),
        });
    }
    Ok(StoredFeed { epoch, after, records, head, looked: Vec::new(), read: None, left: Vec::new() })
}

/// Whether the feed goes through the cursor.
fn stands(t: &Transaction<'_>, cursor: &Cursor, head: VaultHead) -> Step<bool> {
    if cursor.n == 0 {
        return Ok(cursor.chain == CHAIN_START);
    }
    if cursor.n > head.n {
        return Ok(false);
    }
    let chain = t.prepare_cached(CHAIN_AT)?.query_row([cursor.n.cast_signed()], |row| row.get(0))?;
    Ok(Hash::from_bytes(chain) == cursor.chain)
}
