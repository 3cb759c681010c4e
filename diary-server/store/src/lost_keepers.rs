//! The table `lost_keeper`: keys of keepers that the study's root has named in a bundle that this database has lost.

use diary_core::keys::VerifyingKey;
use diary_core::time::UtcMillis;

use crate::lock::{self, Turn};
use crate::sql::{Step, Tx};
use crate::{TrailEvent, audit};

const ALL: &str = "-- store::lost_keepers::all
SELECT key FROM lost_keeper ORDER BY event";
const ADD: &str = "-- store::lost_keepers::add
INSERT INTO lost_keeper (key, event) VALUES (?1, ?2)";

/// Most keys that are kept, so that a bundle that names them all stays small. A study loses a keeper once in years.
const LOST_MAX: usize = 64;

/// Keys of keepers in a bundle that was handed over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LostKeepers {
    /// The keys, each named by the root and unknown to the newest bundle here.
    pub keys: Vec<VerifyingKey>,
    /// Version of the bundle that names them.
    pub version: u64,
    /// Time.
    pub at: UtcMillis,
}

/// The keys, oldest first.
pub(crate) fn all(t: &dyn Tx) -> Step<Vec<VerifyingKey>> {
    t.all(ALL, (), |row| Ok(VerifyingKey(row.only()?)))
}

/// Keeps the keys that are not kept yet, each with a row of the trail.
pub(crate) fn keep(t: &dyn Tx, found: &LostKeepers) -> Step<()> {
    lock::turn(t, Turn::Bundle)?;
    let mut kept = all(t)?;
    for key in &found.keys {
        if kept.contains(key) || kept.len() >= LOST_MAX {
            continue;
        }
        let (who, role) = ("server".to_owned(), "server".to_owned());
        let (what, target) =
            ("keeper.lost".to_owned(), format!("bundle={} keeper={}", found.version, key.id()));
        let event =
            audit::append_numbered(t, &TrailEvent { at: found.at, who, role, what, target, reason: None })?;
        t.run(ADD, (key.as_bytes(), event))?;
        kept.push(*key);
    }
    Ok(())
}
