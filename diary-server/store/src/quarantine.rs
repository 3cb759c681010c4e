//! Parcels that are stored and not merged: listing them, and queueing them for another triage, which decides the
//! reason.

use std::collections::BTreeSet;

use diary_core::act::Act;
use diary_core::ids::{Hash, Incarnation, KeyId, VaultId};
use diary_core::parcel::QuarantineCode;
use diary_core::record::accepted;
use diary_core::time::{ReceivedAt, UtcMillis};

use crate::devices::state;
use crate::intake::ParcelState;
use crate::log::vault_alone;
use crate::participants::status::changed_one;
use crate::place::decode;
use crate::sealed::ACT_BYTES;
use crate::sql::{Row, Step, Tx, not_found};
use crate::{DeviceState, UnmergedState, release};

macro_rules! set_aside {
    ($name:literal, $from:literal, $which:literal) => {
        concat!(
            "-- store::quarantine::",
            $name,
            "
SELECT v.id, s.subject, p.n, l.author, l.incarnation, p.seq, p.core_hash, p.received, length(r.record) AS bytes, p.state,
    p.code, g.n AS grant_n, p.judge, l.device IS NULL AS of_keeper, d.confirmed, d.revoked
FROM ",
            $from,
            "
JOIN parcel_grant g ON g.no = p.named JOIN log r ON r.place = (l.vault << 32 | p.n)
LEFT JOIN device d ON d.no = l.device LEFT JOIN participant s ON s.vault = l.vault
WHERE ",
            $which
        )
    };
}
const SET_ASIDE: &str = set_aside!(
    "set_aside",
    "parcel p INDEXED BY parcel_set_aside JOIN incarnation l ON l.no = p.incarnation_no JOIN vault v ON v.no = l.vault",
    "p.state >= 2"
);
const TO_MERGE: &str = set_aside!(
    "to_merge",
    "parcel p INDEXED BY parcel_to_merge JOIN incarnation l ON l.no = p.incarnation_no JOIN vault v ON v.no = l.vault",
    "p.state = 0"
);
const SET_ASIDE_IN: &str = set_aside!(
    "set_aside_in",
    "vault v JOIN incarnation l ON l.vault = v.no JOIN parcel p INDEXED BY parcel_set_aside ON p.incarnation_no = l.no",
    "v.id = ?1 AND p.state >= 2"
);
const TO_MERGE_IN: &str = set_aside!(
    "to_merge_in",
    "vault v JOIN incarnation l ON l.vault = v.no JOIN parcel p INDEXED BY parcel_to_merge ON p.incarnation_no = l.no",
    "v.id = ?1 AND p.state = 0"
);
const IS_UNMERGED: &str = "-- store::quarantine::is_unmerged
SELECT p.state FROM incarnation l JOIN parcel p ON p.incarnation_no = l.no WHERE l.vault = ?1 AND p.n = ?2 AND p.state <> 1";
const REQUEUE_ONE: &str = "-- store::quarantine::requeue_one
UPDATE parcel SET state = 0, code = NULL
WHERE state = 2 AND n = ?2 AND incarnation_no IN (SELECT no FROM incarnation WHERE vault = ?1)";
const REQUEUE_OF_OTHERS: &str = "-- store::quarantine::requeue_of_others
UPDATE parcel SET state = 0, code = NULL WHERE state = 2 AND judge IS DISTINCT FROM ?1 AND code <> ?2";
const REQUEUE_CORE: &str = "-- store::quarantine::requeue_core
UPDATE parcel SET state = 0, code = NULL
WHERE state = 2 AND core_hash = ?2 AND incarnation_no IN (SELECT no FROM incarnation WHERE vault = ?1)";
const ACTS: &str = "-- store::quarantine::acts
SELECT bytes FROM act WHERE vault = ?1";

/// State of a parcel that is not merged, from its quarantine, its grant and its device; the keeper's parcels have no
/// device.
#[must_use]
pub const fn unmerged_state(
    quarantined: Option<QuarantineCode>,
    grant_has_come: bool,
    device: Option<DeviceState>,
) -> UnmergedState {
    match (quarantined, grant_has_come, device) {
        (Some(code), _, _) => UnmergedState::Quarantined(code),
        (None, false, _) => UnmergedState::GrantNeeded,
        (None, true, Some(DeviceState::Pending)) => UnmergedState::Pending,
        (None, true, Some(DeviceState::Confirmed | DeviceState::Revoked(_)) | None) => UnmergedState::ToMerge,
    }
}

/// A parcel that is stored and not merged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnmergedParcel {
    /// The vault.
    pub vault: VaultId,
    /// Subject number; `None` if the vault was recovered without its participant.
    pub subject: Option<String>,
    /// Its record in the vault's log.
    pub n: u64,
    /// Its author.
    pub author: KeyId,
    /// Its author's incarnation.
    pub incarnation: Incarnation,
    /// Number in it.
    pub seq: u64,
    /// Hash of its core.
    pub core_hash: Hash,
    /// Time of receipt.
    pub received: ReceivedAt,
    /// Bytes it takes.
    pub bytes: u64,
    /// Reason.
    pub why: UnmergedState,
    /// The program that judged it, where it was judged.
    pub judge: Option<String>,
}

/// Parcels that are stored and not merged.
pub(crate) fn unmerged(t: &dyn Tx) -> Step<Vec<UnmergedParcel>> {
    let mut all: Vec<UnmergedParcel> = t.all(SET_ASIDE, (), one)?;
    all.append(&mut t.all(TO_MERGE, (), one)?);
    all.sort_by(|a, b| place(a).cmp(&place(b)));
    Ok(all)
}

/// Parcels of one vault that are stored and not merged.
pub(crate) fn unmerged_in(t: &dyn Tx, vault: VaultId) -> Step<Vec<UnmergedParcel>> {
    let mut all: Vec<UnmergedParcel> = t.all(SET_ASIDE_IN, [vault.as_bytes()], one)?;
    all.append(&mut t.all(TO_MERGE_IN, [vault.as_bytes()], one)?);
    all.sort_by_key(|one| one.n);
    Ok(all)
}

/// Order: participants by subject number, then vaults without one; each vault in log order.
fn place(one: &UnmergedParcel) -> (bool, Option<&str>, VaultId, u64) {
    (one.subject.is_none(), one.subject.as_deref(), one.vault, one.n)
}

/// State of a parcel that is not merged, from columns of the parcel, of its grant and of its device.
pub(crate) fn unmerged_state_of(row: &Row) -> Step<UnmergedState> {
    let quarantined = match row.get("state")? {
        ParcelState::Quarantined => Some(QuarantineCode::from_number(row.get("code")?)),
        ParcelState::Ready | ParcelState::Merged | ParcelState::Held => None,
    };
    let device = match row.get::<bool>("of_keeper")? {
        true => None,
        false => Some(state(row.get("confirmed")?, row.get("revoked")?)),
    };
    Ok(unmerged_state(quarantined, row.get::<Option<i64>>("grant_n")?.is_some(), device))
}

fn one(row: &Row) -> Step<UnmergedParcel> {
    let why = unmerged_state_of(row)?;
    Ok(UnmergedParcel {
        vault: VaultId::from_bytes(row.get("id")?),
        subject: row.get("subject")?,
        n: row.get::<i64>("n")?.cast_unsigned(),
        author: KeyId::from_bytes(row.get("author")?),
        incarnation: Incarnation::from_bytes(row.get("incarnation")?),
        seq: row.get::<i64>("seq")?.cast_unsigned(),
        core_hash: Hash::from_bytes(row.get("core_hash")?),
        received: ReceivedAt(UtcMillis(row.get("received")?)),
        bytes: row.get::<i64>("bytes")?.cast_unsigned(),
        why,
        judge: row.get("judge")?,
    })
}

/// Queues a parcel in quarantine to be judged again, or releases the held parcels of its vault that need not be held.
pub(crate) fn requeue_one(t: &dyn Tx, vault: VaultId, n: u64) -> Step<()> {
    let vault = vault_alone(t, vault)?;
    match t.first(IS_UNMERGED, (vault, n.cast_signed()), |row| row.only())? {
        None => return not_found("parcel that is not merged"),
        Some(ParcelState::Quarantined) => {
            t.run(REQUEUE_ONE, (vault, n.cast_signed()))?;
        }
        Some(ParcelState::Ready | ParcelState::Merged | ParcelState::Held) => release::of_vault(t, vault)?,
    }
    changed_one(t, vault)
}

/// Queues parcels in quarantine that another program has judged.
pub(crate) fn requeue_not_judged_by(t: &dyn Tx, judge: &str) -> Step<()> {
    t.run(REQUEUE_OF_OTHERS, (judge, QuarantineCode::Revoked.number()))?;
    Ok(())
}

/// Queues a parcel that the site has accepted, if it is in quarantine.
pub(crate) fn requeue_accepted(t: &dyn Tx, vault: i64, core: &Hash) -> Step<()> {
    t.run(REQUEUE_CORE, (vault, core.as_bytes()))?;
    Ok(())
}

/// Parcels of revoked devices that the site has accepted, by the merged acts of the vault.
pub(crate) fn accepted_in(t: &dyn Tx, vault: i64) -> Step<BTreeSet<Hash>> {
    // An act that does not decode accepts nothing. An error here would keep out the parcels that repair a damaged row.
    let acts: Vec<Option<Act>> =
        t.all(ACTS, [vault], |row| Ok(decode("an act", &row.sealed(ACT_BYTES, "bytes")?).ok()))?;
    Ok(accepted(acts.iter().flatten()))
}
