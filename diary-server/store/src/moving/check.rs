//! Compares the contents of two databases: every row of every table; and verifies the chains over the logs and the
//! audit trail.

use std::collections::BTreeMap;

use diary_core::audit_trail::{TRAIL_START, TrailEvent, trail_chain};
use diary_core::hash::sha256_of;
use diary_core::ids::Hash;
use diary_core::parcel::log::CHAIN_START;
use diary_core::parcel::{LogKind, chain_next};
use diary_core::time::UtcMillis;

use super::rows::{Copied, Record};
use crate::place::n_of;
use crate::sql::{Engine, Step, Value, corrupt};
use crate::{StoreError, VaultHead};

/// Digest of a table: number of rows, and a hash over all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Content {
    pub(super) rows: u64,
    hash: Hash,
}

/// Digest of the table `copied`, read in batches of about `bytes` bytes.
pub(super) async fn content<E: Engine>(
    copied: &'static Copied,
    engine: &E,
    bytes: usize,
) -> Result<Content, StoreError> {
    let mut hash = Hash::from_bytes([0; 32]);
    let look = |row: Record<'_>| {
        hash = hash_next(&hash, row.values());
        Ok(())
    };
    let rows = copied.walk(engine, bytes, look).await?;
    Ok(Content { rows, hash })
}

fn hash_next(before: &Hash, row: &[Value]) -> Hash {
    let mut bytes = Vec::with_capacity(256);
    let mut add = |tag: u8, value: &[u8]| {
        bytes.push(tag);
        bytes.extend_from_slice(&(value.len() as u64).to_be_bytes());
        bytes.extend_from_slice(value);
    };
    for value in row {
        match value {
            Value::Null => add(0, &[]),
            Value::Int(number) => add(1, &number.to_be_bytes()),
            Value::Text(text) => add(2, text.as_bytes()),
            Value::Blob(blob) => add(3, blob),
        }
    }
    sha256_of(&[before.as_bytes(), &bytes])
}

/// The chains of the logs, followed record by record.
#[derive(Default)]
pub(super) struct LogChains(BTreeMap<i64, VaultHead>);

impl LogChains {
    /// Adds a row of `log`.
    pub(super) fn record(&mut self, row: Record<'_>) -> Result<(), StoreError> {
        let next = || -> Step<(i64, u64, Hash, bool)> {
            let place: i64 = row.get("place")?;
            let (vault, n) = (place >> 32, n_of(place));
            let before = self.0.get(&vault).map_or((0, CHAIN_START), |head| (head.n, head.chain));
            let Value::Blob(record) = row.value("record")? else { return Err(corrupt("a record of a log")) };
            let chain = chain_next(&before.1, n, LogKind::from_number(row.get("kind")?), record);
            let holds = n == before.0 + 1 && *chain.as_bytes() == row.get::<[u8; 32]>("chain")?;
            Ok((vault, n, chain, holds))
        };
        let (vault, n, chain, holds) = next().map_err(|fault| fault.named("move"))?;
        self.0.insert(vault, VaultHead { n, chain });
        whole(holds, "the chain of a log does not hold")
    }

    /// Compares with a row of `head`, the stored head of a vault's log.
    pub(super) fn head(&mut self, row: Record<'_>) -> Result<(), StoreError> {
        let vault = row.get("vault").map_err(|fault| fault.named("move"))?;
        let end = self.0.remove(&vault).unwrap_or(VaultHead { n: 0, chain: CHAIN_START });
        let same = || -> Step<bool> {
            Ok(row.get::<i64>("n")?.cast_unsigned() == end.n
                && row.get::<[u8; 32]>("chain")? == *end.chain.as_bytes())
        };
        whole(same().map_err(|fault| fault.named("move"))?, "a log ends elsewhere than its head says")
    }

    /// Checks that every log had its head.
    pub(super) fn end(&self) -> Result<(), StoreError> {
        whole(self.0.is_empty(), "a log has no head")
    }
}

/// The chain of the trail, followed row by row.
pub(super) struct TrailChain(u64, Hash);

impl TrailChain {
    /// At its beginning.
    pub(super) const fn new() -> Self {
        Self(0, TRAIL_START)
    }

    /// Adds a row of `trail`.
    pub(super) fn row(&mut self, row: Record<'_>) -> Result<(), StoreError> {
        let n = self.0 + 1;
        let next = || -> Step<(Hash, bool)> {
            let event = TrailEvent {
                at: UtcMillis(row.get("at")?),
                who: row.get("who")?,
                role: row.get("role")?,
                what: row.get("what")?,
                target: row.get("target")?,
                reason: row.get("reason")?,
            };
            let chain = trail_chain(&self.1, n, &event);
            let holds = row.get::<i64>("n")?.cast_unsigned() == n
                && row.get::<[u8; 32]>("chain")? == *chain.as_bytes();
            Ok((chain, holds))
        };
        let (chain, holds) = next().map_err(|fault| fault.named("move"))?;
        *self = Self(n, chain);
        whole(holds, "the chain of the trail does not hold")
    }
}

const fn whole(holds: bool, what: &'static str) -> Result<(), StoreError> {
    if holds { Ok(()) } else { Err(StoreError::Corrupt { what }) }
}

#[cfg(test)]
mod tests {
    use super::super::rows::{Values, named};
    use super::*;

    fn log(n: u8, kind: i64, chain: Hash) -> Values {
        let place = (3_i64 << 32) | i64::from(n);
        let (bytes, chain) = (Value::Blob(vec![n]), Value::Blob(chain.as_bytes().to_vec()));
        vec![Value::Int(place), Value::Int(kind), bytes, chain, Value::Int(0)]
    }

    fn row<'r>(table: &str, values: &'r Values) -> Record<'r> {
        named(table).unwrap().record(values)
    }

    #[test]
    fn a_changed_a_missing_and_an_unannounced_record_are_noticed() {
        let one = chain_next(&CHAIN_START, 1, LogKind::from_number(1), &[1]);
        let two = chain_next(&one, 2, LogKind::from_number(2), &[2]);
        let (first, second, other) = (log(1, 1, one), log(2, 2, two), log(1, 2, one));
        let head = vec![Value::Int(3), Value::Int(2), Value::Blob(two.as_bytes().to_vec())];
        let mut chains = LogChains::default();
        chains.record(row("log", &first)).unwrap();
        chains.record(row("log", &second)).unwrap();
        assert!(chains.end().is_err(), "no head");
        chains.head(row("head", &head)).unwrap();
        chains.end().unwrap();

        assert!(LogChains::default().record(row("log", &second)).is_err(), "the first is missing");
        assert!(LogChains::default().record(row("log", &other)).is_err(), "of another kind");
        let mut short = LogChains::default();
        short.record(row("log", &first)).unwrap();
        assert!(short.head(row("head", &head)).is_err(), "the last is missing");
    }

    #[test]
    fn every_value_of_a_row_counts_and_so_does_where_it_ends() {
        let of = |values: &[Value]| hash_next(&Hash::from_bytes([0; 32]), values);
        let text = |text: &str| Value::Text(text.to_owned());
        assert_ne!(of(&[text("ab"), text("c")]), of(&[text("a"), text("bc")]));
        assert_ne!(of(&[text("a")]), of(&[Value::Blob(b"a".to_vec())]));
        assert_ne!(of(&[Value::Null]), of(&[Value::Blob(Vec::new())]));
        assert_ne!(of(&[Value::Int(1)]), of(&[Value::Int(2)]));
    }
}
