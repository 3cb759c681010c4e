//! Rewraps in the logs of vaults: reading those of a grant, and appending new ones.

use std::collections::BTreeMap;

use diary_core::ids::Hash;
use diary_core::parcel::{LogKind, Rewrap};
use diary_core::signed::Signed;
use diary_core::wire;
use rusqlite::Transaction;

use super::log::{LogWriter, vault_no};
use super::row::Step;
use crate::store::NewRewraps;

/// 3 is `LogKind::Rewrap`.
const OF_VAULT: &str = "-- store::rewraps::of_vault
SELECT record FROM log INDEXED BY log_rewrap
WHERE kind = 3 AND place > ?1 << 32 AND place < (?1 + 1) << 32 ORDER BY place";

/// Rewraps of the vaults that were asked for, by the grant that they say they are of.
#[derive(Default)]
pub(super) struct Rewraps(BTreeMap<i64, BTreeMap<Hash, Vec<Vec<u8>>>>);

impl Rewraps {
    /// Those of a grant.
    pub(super) fn of(&mut self, t: &Transaction<'_>, vault: i64, grant: Hash) -> Step<Vec<Vec<u8>>> {
        if let Some(read) = self.0.get(&vault) {
            return Ok(read.get(&grant).cloned().unwrap_or_default());
        }
        let read = read(t, vault)?;
        let found = read.get(&grant).cloned().unwrap_or_default();
        self.0.insert(vault, read);
        Ok(found)
    }
}

fn read(t: &Transaction<'_>, vault: i64) -> Step<BTreeMap<Hash, Vec<Vec<u8>>>> {
    let mut statement = t.prepare_cached(OF_VAULT)?;
    let mut rows = statement.query([vault])?;
    let mut found: BTreeMap<Hash, Vec<Vec<u8>>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let record: Vec<u8> = row.get(0)?;
        let of = Signed::from_bytes(&record)
            .and_then(|signed| wire::decode::<Rewrap>("rewrap", signed.unverified(), usize::MAX));
        // What does not decode is of no grant.
        if let Ok(rewrap) = of {
            found.entry(rewrap.grant).or_default().push(record);
        }
    }
    Ok(found)
}

/// Appends new ones to the logs.
pub(super) fn append(t: &Transaction<'_>, new: &NewRewraps) -> Step<()> {
    let mut log = LogWriter::new(t);
    for (vault, rewrap) in &new.rewraps {
        log.append(vault_no(t, *vault)?, LogKind::Rewrap, &rewrap.to_bytes(), new.at)?;
    }
    log.finish()
}
