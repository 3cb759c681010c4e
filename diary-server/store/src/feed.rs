//! The tables `feed` and `feed_head`: at a relay, all records it has taken, of all vaults in one order under one chain.
//! At a keeper they are empty, and appending to a log writes nothing here.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::api::{Cursor, FeedRecord, feed_chain_next};
use diary_core::ids::{Epoch, Hash, SiteId, VaultId};
use diary_core::parcel::LogKind;
use diary_core::parcel::log::CHAIN_START;
use diary_core::time::UtcMillis;

use crate::VaultHead;
use crate::epoch::epoch;
use crate::lock::{self, Turn};
use crate::place::place;
use crate::sql::{Each, Piece, Row, Step, Tx, Type, corrupt};

const HEAD: &str = "-- store::feed::head
SELECT n, chain FROM feed_head";
const SITE: &str = "-- store::feed::site
SELECT site FROM feed_head";
const FOUND: &str = "-- store::feed::found
INSERT INTO feed_head (one, site, n, chain) VALUES (1, ?1, 0, ?2)";
const SET_HEAD: &str = "-- store::feed::set_head
UPDATE feed_head SET n = ?1, chain = ?2";
const APPEND: Each = Each {
    sql: "-- store::feed::append
INSERT INTO feed (n, place, chain) VALUES (?1, ?2, ?3)",
    types: &[Type::Int, Type::Int, Type::Blob],
};
const VAULT_ID: Each = Each {
    sql: "-- store::feed::vault_id
SELECT id FROM vault WHERE no = ?1",
    types: &[Type::Int],
};
const CHAIN_AT: &str = "-- store::feed::chain_at
SELECT chain FROM feed WHERE n = ?1";
const PAGE: Piece = Piece {
    sizes: "-- store::feed::page_sizes
SELECT length(l.record) FROM feed f JOIN log l ON l.place = f.place WHERE f.n > ?1 ORDER BY f.n LIMIT ?2",
    rows: "-- store::feed::page
SELECT f.n, v.id AS vault, l.kind, l.record, l.at FROM feed f JOIN log l ON l.place = f.place JOIN vault v ON v.no = l.place >> 32
WHERE f.n > ?1 ORDER BY f.n LIMIT ?2",
};

/// Records between a relay and its keeper; fields that the query does not ask for are empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredFeed {
    /// Epoch of the database.
    pub epoch: Epoch,
    /// The page begins after this record.
    pub after: u64,
    /// The records.
    pub records: Vec<FeedRecord>,
    /// Head of the whole feed.
    pub head: VaultHead,
}

/// A record that was appended to a log.
pub(crate) struct Appended {
    pub(crate) vault: i64,
    pub(crate) n: u64,
    pub(crate) kind: LogKind,
    pub(crate) record: Vec<u8>,
    pub(crate) chain: Hash,
    pub(crate) at: UtcMillis,
}

/// Makes this server a relay of a site.
pub(crate) fn found(t: &dyn Tx, site: &SiteId) -> Step<()> {
    t.run(FOUND, (site.as_str(), CHAIN_START.as_bytes()))?;
    Ok(())
}

/// The site whose devices join here, where this server is a relay.
pub(crate) fn site(t: &dyn Tx) -> Step<Option<SiteId>> {
    let site: Option<String> = t.first(SITE, (), |row| row.only())?;
    site.map(|site| site.parse().map_err(|_| corrupt("the site of a relay"))).transpose()
}

/// Head of the feed; `None` at a keeper.
pub(crate) fn head(t: &dyn Tx) -> Step<Option<VaultHead>> {
    let read = |row: &Row| {
        Ok(VaultHead { n: row.get::<i64>("n")?.cast_unsigned(), chain: Hash::from_bytes(row.get("chain")?) })
    };
    t.first(HEAD, (), read)
}

/// Appends records of the logs to the feed, at a relay. Receipts are left out: they are between one server and a
/// device.
pub(crate) fn append(t: &dyn Tx, appended: &[Appended]) -> Step<()> {
    let records: Vec<&Appended> = appended.iter().filter(|one| one.kind != LogKind::Receipt).collect();
    if records.is_empty() || head(t)?.is_none() {
        return Ok(());
    }
    lock::turn(t, Turn::Feed)?;
    let Some(VaultHead { mut n, mut chain }) = head(t)? else { return Ok(()) };
    let numbers: BTreeSet<i64> = records.iter().map(|one| one.vault).collect();
    let sets: Vec<_> = numbers.iter().map(|no| vec![no.into()]).collect();
    let mut ids = BTreeMap::new();
    for (no, rows) in numbers.iter().zip(t.query_each(&VAULT_ID, &sets)?) {
        let row = rows.into_iter().next().ok_or_else(|| corrupt("a log without its vault"))?;
        ids.insert(*no, VaultId::from_bytes(row.only()?));
    }
    let mut rows = Vec::with_capacity(records.len());
    for one in records {
        let id = ids.get(&one.vault).copied().ok_or_else(|| corrupt("a log without its vault"))?;
        n += 1;
        chain = feed_chain_next(&chain, n, id, one.kind, one.at, &one.record);
        rows.push((n.cast_signed(), place(one.vault, one.n)?, chain));
    }
    let sets: Vec<_> =
        rows.iter().map(|(n, place, chain)| vec![n.into(), place.into(), chain.as_bytes().into()]).collect();
    t.execute_each(&APPEND, &sets)?;
    t.run(SET_HEAD, (n.cast_signed(), chain.as_bytes()))?;
    Ok(())
}

/// A page of the feed, from the cursor; from the beginning if the feed does not go through it.
pub(crate) fn page(t: &dyn Tx, cursor: Option<&Cursor>, limit: u32, max_bytes: usize) -> Step<StoredFeed> {
    let epoch = epoch(t)?;
    let head = head(t)?.unwrap_or(VaultHead { n: 0, chain: CHAIN_START });
    let after = match cursor {
        Some(cursor) if cursor.epoch == epoch && stands(t, cursor, head)? => cursor.n,
        _ => 0,
    };
    let read = |row: &Row| {
        Ok(FeedRecord {
            n: row.get::<i64>("n")?.cast_unsigned(),
            vault: VaultId::from_bytes(row.get("vault")?),
            kind: LogKind::from_number(row.get("kind")?),
            record: row.get("record")?,
            received: UtcMillis(row.get("at")?),
        })
    };
    let rows = t.piece(&PAGE, vec![after.cast_signed().into()], limit, max_bytes)?;
    let records = rows.iter().map(read).collect::<Step<Vec<_>>>()?;
    Ok(StoredFeed { epoch, after, records, head })
}

/// True if the feed goes through the cursor.
fn stands(t: &dyn Tx, cursor: &Cursor, head: VaultHead) -> Step<bool> {
    if cursor.n == 0 {
        return Ok(cursor.chain == CHAIN_START);
    }
    if cursor.n > head.n {
        return Ok(false);
    }
    let chain = t.one(CHAIN_AT, [cursor.n.cast_signed()], |row| row.only())?;
    Ok(Hash::from_bytes(chain) == cursor.chain)
}
