//! The table `backed_up`, and the BACKED_UP receipts. They are written later, after the log, so that they cost nothing
//! when parcels are taken.

use std::collections::BTreeMap;

use diary_core::ids::{Incarnation, KeyId};
use diary_core::parcel::{LogKind, ReceiptBody, ReceiptLevel, SealedParcel};
use diary_core::time::UtcMillis;

use crate::epoch::epoch;
use crate::intake::Vault;
use crate::log::{LogWriter, head};
use crate::place::{n_of, place};
use crate::sql::{Step, Tx};
use crate::{Signer, VaultHead};

const MARK: &str = "-- store::backups::mark
SELECT n FROM backed_up WHERE vault = ?1";
const SET_MARK: &str = "-- store::backups::set_mark
INSERT INTO backed_up (vault, n) VALUES (?1, ?2) ON CONFLICT (vault) DO UPDATE 
    SET n = CASE WHEN backed_up.n < excluded.n THEN excluded.n ELSE backed_up.n END";
const PARCELS: &str = "-- store::backups::parcels
SELECT place, record FROM log WHERE place > ?1 AND place <= ?2 AND kind = ?3 ORDER BY place LIMIT ?4";
const OF_DEVICE: &str = "-- store::backups::of_device
SELECT device IS NOT NULL FROM incarnation WHERE vault = ?1 AND incarnation = ?2 AND author = ?3";
const CHAIN_AT: &str = "-- store::backups::chain_at
SELECT chain FROM log WHERE place = ?1";

/// Largest number of receipts signed in one transaction, so that no push waits long for it.
const GROUP: u32 = 512;

/// Part of a vault's log that is in a backup.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BackedUp {
    /// The log's head in the backup.
    pub head: VaultHead,
}

/// Writes receipts for parcels in a backup, for at most one group. Returns the number of parcels considered; the rest
/// is for the next call.
pub(crate) fn receipt(
    t: &dyn Tx,
    vault: Vault,
    backed_up: &BackedUp,
    signer: &Signer,
    at: UtcMillis,
) -> Step<usize> {
    let after: Option<i64> = t.first(MARK, [vault.no], |row| row.only())?;
    let (after, upto) = (after.unwrap_or(0).cast_unsigned(), backed_up.head.n);
    if upto <= after || !stands(t, vault.no, backed_up)? {
        return Ok(0);
    }
    let between = (place(vault.no, after)?, place(vault.no, upto)?, LogKind::Parcel.number(), GROUP);
    let rows: Vec<(i64, Vec<u8>)> =
        t.all(PARCELS, between, |row| Ok((row.get("place")?, row.get("record")?)))?;
    let (epoch, mut bodies, mut last) = (epoch(t)?, Vec::new(), after);
    let mut of_devices: BTreeMap<(Incarnation, KeyId), bool> = BTreeMap::new();
    for (place, record) in &rows {
        last = n_of(*place);
        let Ok(sealed) = SealedParcel::from_bytes(record) else { continue };
        let Ok(core) = sealed.peek_core() else { continue };
        let chain = (core.incarnation, core.author);
        let of_device = match of_devices.get(&chain) {
            Some(known) => *known,
            None => is_of_device(t, vault.no, core.incarnation, core.author)?,
        };
        of_devices.insert(chain, of_device);
        // Parcels that the keeper wrote itself are on no phone, so their receipts would have no reader.
        if of_device {
            bodies.push(ReceiptBody {
                level: ReceiptLevel::BackedUp,
                core_hash: sealed.core_hash(),
                body_hash: sealed.body_hash(),
                vault: vault.id,
                n: last,
                epoch,
                server_time: at,
                key: signer.key(),
            });
        }
    }
    let mut log = LogWriter::new(t);
    for receipt in signer.sign(&bodies) {
        log.append(vault.no, LogKind::Receipt, &receipt.to_bytes(), at)?;
    }
    log.finish()?;
    let done = if rows.len() < GROUP as usize { upto } else { last };
    t.run(SET_MARK, (vault.no, done.cast_signed()))?;
    Ok(rows.len())
}

/// True if the log still goes through the head that the backup has.
fn stands(t: &dyn Tx, vault: i64, backed_up: &BackedUp) -> Step<bool> {
    if backed_up.head.n > head(t, vault)?.n {
        return Ok(false);
    }
    let chain: Option<[u8; 32]> = t.first(CHAIN_AT, [place(vault, backed_up.head.n)?], |row| row.only())?;
    Ok(chain.as_ref() == Some(backed_up.head.chain.as_bytes()))
}

fn is_of_device(t: &dyn Tx, vault: i64, incarnation: Incarnation, author: KeyId) -> Step<bool> {
    let found: Option<bool> =
        t.first(OF_DEVICE, (vault, incarnation.as_bytes(), author.as_bytes()), |row| row.only())?;
    Ok(found.unwrap_or(false))
}
