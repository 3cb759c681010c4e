//! The participant's other phones, as signed by keepers: instants of addition and removal.

use rusqlite::{Transaction, named_params};

use super::{Store, StoreError};
use crate::ids::KeyId;
use crate::time::UtcMillis;

/// Signed news about another phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PhoneNews {
    /// Id of its signing key.
    pub device: KeyId,
    /// Instant of its addition.
    pub added: Option<UtcMillis>,
    /// Instant of its removal.
    pub ended: Option<UtcMillis>,
}

// -- store::other_devices::take
const TAKE: &str = "
    INSERT INTO other_phone (device, added, ended) VALUES (:device, :added, :ended)
    ON CONFLICT (device) DO UPDATE SET added = coalesce(added, :added), ended = coalesce(ended, :ended)";

pub(super) fn take(t: &Transaction<'_>, news: &PhoneNews) -> Result<(), StoreError> {
    t.prepare_cached(TAKE)?.execute(named_params! {
        ":device": news.device.as_bytes(),
        ":added": news.added.map(|at| at.0),
        ":ended": news.ended.map(|at| at.0),
    })?;
    Ok(())
}

impl Store {
    /// The participant's other phones, by key id.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn other_phones(&self) -> Result<Vec<PhoneNews>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT device, added, ended FROM other_phone ORDER BY device")?;
        let rows = statement.query_map([], |row| {
            Ok(PhoneNews {
                device: KeyId::from_bytes(row.get("device")?),
                added: row.get::<_, Option<i64>>("added")?.map(UtcMillis),
                ended: row.get::<_, Option<i64>>("ended")?.map(UtcMillis),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
