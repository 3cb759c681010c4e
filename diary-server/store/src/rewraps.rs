//! Rewraps in the logs of vaults: reading those of a grant, and appending new ones.

use std::collections::BTreeMap;

use diary_core::ids::{Hash, VaultId};
use diary_core::parcel::{LogKind, Rewrap};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;
use diary_core::wire;

use crate::log::{LogWriter, find_vaults, vault_no};
use crate::place::places;
use crate::sql::{Each, Row, Step, Tx, Type};

/// Kind 3 is `LogKind::Rewrap`.
const OF_VAULT: Each = Each {
    sql: "-- store::rewraps::of_vault
SELECT record FROM log INDEXED BY log_rewrap
WHERE kind = 3 AND place > ?1 AND place < ?2 ORDER BY place",
    types: &[Type::Int, Type::Int],
};

/// Rewraps that a keeper signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRewraps {
    /// Each with its vault.
    pub rewraps: Vec<(VaultId, Signed)>,
    /// Time.
    pub at: UtcMillis,
}

/// Rewraps of the vaults read so far, by the grant that they name.
#[derive(Default)]
pub(crate) struct Rewraps(BTreeMap<i64, BTreeMap<Hash, Vec<Vec<u8>>>>);

impl Rewraps {
    /// Reads those of vaults together.
    pub(crate) fn look_ahead(t: &dyn Tx, vaults: Vec<i64>) -> Step<Self> {
        let sets: Vec<_> = vaults
            .iter()
            .map(|vault| {
                let (first, last) = places(*vault);
                vec![first.into(), last.into()]
            })
            .collect();
        let found = t.query_each(&OF_VAULT, &sets)?;
        Ok(Self(
            vaults
                .into_iter()
                .zip(&found)
                .map(|(vault, rows)| Ok((vault, read(rows)?)))
                .collect::<Step<_>>()?,
        ))
    }

    /// Those of a grant.
    pub(crate) fn of(&mut self, t: &dyn Tx, vault: i64, grant: Hash) -> Step<Vec<Vec<u8>>> {
        if let Some(read) = self.0.get(&vault) {
            return Ok(read.get(&grant).cloned().unwrap_or_default());
        }
        let read = read(&t.rows(OF_VAULT.sql, places(vault))?)?;
        let found = read.get(&grant).cloned().unwrap_or_default();
        self.0.insert(vault, read);
        Ok(found)
    }
}

fn read(rows: &[Row]) -> Step<BTreeMap<Hash, Vec<Vec<u8>>>> {
    let mut found: BTreeMap<Hash, Vec<Vec<u8>>> = BTreeMap::new();
    for row in rows {
        let record: Vec<u8> = row.only()?;
        let of = Signed::from_bytes(&record)
            .and_then(|signed| wire::decode::<Rewrap>("rewrap", signed.unverified(), usize::MAX));
        // A rewrap that does not decode belongs to no grant.
        if let Ok(rewrap) = of {
            found.entry(rewrap.grant).or_default().push(record);
        }
    }
    Ok(found)
}

/// Appends new ones to the logs.
pub(crate) fn append(t: &dyn Tx, new: &NewRewraps) -> Step<()> {
    let mut log = LogWriter::new(t);
    let vaults: Vec<VaultId> = new.rewraps.iter().map(|(vault, _)| *vault).collect();
    log.take_heads(find_vaults(t, &vaults)?.into_values())?;
    for (vault, rewrap) in &new.rewraps {
        log.append(vault_no(t, *vault)?, LogKind::Rewrap, &rewrap.to_bytes(), new.at)?;
    }
    log.finish()?;
    Ok(())
}
