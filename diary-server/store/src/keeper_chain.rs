//! The keeper's own chains: the head of one, and appending to it.

use diary_core::counter::Counter;
use diary_core::ids::{Hash, Incarnation, KeyId, SiteId, VaultId};
use diary_core::keys::SealingPublic;
use diary_core::parcel::{GRANT_MAX_PARCELS, NO_PREVIOUS, SealedParcel};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use crate::intake::{Author, Intake, Vault};
use crate::log::{vault_alone, vault_no};
use crate::place::place;
use crate::sql::{Row, Step, Tx, conflict, corrupt, not_found};
use crate::{GrantToStore, ParcelToStore, Signer, TrailEvent, audit, notices};

const INCARNATION: &str = "-- store::keeper_chain::incarnation
SELECT incarnation, counter_floor FROM server";
const OWN_CHAIN: &str = "-- store::keeper_chain::own_chain
SELECT no, whole, whole_hash, counter FROM incarnation WHERE vault = ?1 AND incarnation = ?2 AND device IS NULL";
const OWN_INCARNATION: &str = "-- store::keeper_chain::own_incarnation
SELECT whole, whole_hash FROM incarnation WHERE vault = ?1 AND incarnation = ?2 AND author = ?3";
const LAST_GRANT: &str = "-- store::keeper_chain::last_grant
SELECT g.no, g.n FROM parcel p JOIN parcel_grant g ON g.no = p.named
WHERE p.incarnation_no = ?1 AND p.seq = ?2 AND p.fork = 0 AND g.n IS NOT NULL";
const GRANT: &str = "-- store::keeper_chain::grant
SELECT record, at FROM log WHERE place = ?1";
const UNDER_GRANT: &str = "-- store::keeper_chain::under_grant
SELECT count(*) FROM parcel WHERE incarnation_no = ?1 AND named = ?2 AND seq > ?3";
const SITE: &str = "-- store::keeper_chain::site
SELECT site FROM vault WHERE no = ?1";
const READERS: &str = "-- store::keeper_chain::readers
SELECT k.sealing FROM device d JOIN device_keys k ON k.device = d.no
WHERE d.vault = ?1 AND d.confirmed IS NOT NULL AND d.revoked IS NULL ORDER BY d.no";
// Values stored before counters had a limit may be beyond it; such values are ignored.
const LAST_COUNTER: &str = "-- store::keeper_chain::last_counter
SELECT coalesce((SELECT max(counter) FROM revision WHERE vault = ?1 AND counter <= ?2), 0) AS entries,
    coalesce((SELECT max(counter) FROM act WHERE vault = ?1 AND counter <= ?2), 0) AS acts";
const MISSING: &str = "-- store::keeper_chain::missing
SELECT CAST(coalesce(sum(highest - whole), 0) AS BIGINT) FROM incarnation WHERE vault = ?1 AND device IS NULL";
const SET_COUNTER: &str = "-- store::keeper_chain::set_counter
UPDATE incarnation SET counter = CASE WHEN counter < ?4 OR counter > ?5 THEN ?4 ELSE counter END WHERE vault = ?1 AND incarnation = ?2 AND author = ?3";

/// Records authored by the keeper, and the head they were authored for. A head that has moved since is a conflict.
#[derive(Clone, Debug)]
pub struct KeeperAppend {
    /// The vault.
    pub vault: VaultId,
    /// The head it follows.
    pub after: KeeperHead,
    /// The grant, if a new one was due, and the parcels.
    pub authored: Authored,
    /// Highest Lamport counter of acts in it; 0 where there are none.
    pub counter: Counter,
    /// Time.
    pub at: UtcMillis,
}

/// State of the keeper's own chain in one vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeeperState {
    /// The vault's site.
    pub site: SiteId,
    /// The keeper's own chain.
    pub head: KeeperHead,
    /// Sealing keys of every confirmed device that is not revoked.
    pub devices: Vec<SealingPublic>,
    /// Highest Lamport counter of the vault, of the record and of the keeper's own acts.
    pub last_counter: Counter,
    /// Number of parcels of the keeper's chains that existed and are not here: lost when the database was put back to
    /// an earlier state.
    pub missing: u64,
}

/// Head of a keeper's own chain in one vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeeperHead {
    /// The keeper's incarnation in this server epoch.
    pub incarnation: Incarnation,
    /// Number of its last parcel in the vault, 0 before the first.
    pub seq: u64,
    /// Hash of that parcel's core, [`NO_PREVIOUS`] before the first.
    pub prev: Hash,
    /// Grant of its last parcel.
    pub grant: Option<HeadGrant>,
}

/// Grant of a keeper's last parcel in a vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeadGrant {
    /// The grant.
    pub signed: Signed,
    /// Creation time.
    pub made: UtcMillis,
    /// Number of parcels sealed under it.
    pub parcels: u32,
}

impl KeeperHead {
    /// The head before the first parcel of an incarnation.
    #[must_use]
    pub const fn start(incarnation: Incarnation) -> Self {
        Self { incarnation, seq: 0, prev: NO_PREVIOUS, grant: None }
    }
}

/// Records to append to a vault's log, and the keeper's head after them.
#[derive(Clone, Debug)]
pub struct Authored {
    /// A new grant, if one was due; precedes the parcels.
    pub grant: Option<Signed>,
    /// The parcels.
    pub parcels: Vec<SealedParcel>,
    /// The head once they are appended.
    pub head: KeeperHead,
}

/// State of the keeper's chain in a vault.
pub(crate) fn keeper_state(t: &dyn Tx, id: VaultId) -> Step<KeeperState> {
    let vault = vault_no(t, id)?;
    let server: Option<([u8; 16], i64)> =
        t.first(INCARNATION, (), |row| Ok((row.get("incarnation")?, row.get("counter_floor")?)))?;
    let Some((incarnation, floor)) = server else {
        return not_found("server row");
    };
    let incarnation = Incarnation::from_bytes(incarnation);
    let read =
        |row: &Row| Ok((row.get("no")?, row.get("whole")?, row.get("whole_hash")?, row.get("counter")?));
    let own: Option<(i64, i64, [u8; 32], i64)> = t.first(OWN_CHAIN, (vault, incarnation.as_bytes()), read)?;
    let (head, own_counter) = match own {
        None => (KeeperHead::start(incarnation), 0),
        Some((no, seq, hash, counter)) => {
            let grant = head_grant(t, vault, no, seq)?;
            let (seq, prev) = (seq.cast_unsigned(), Hash::from_bytes(hash));
            (KeeperHead { incarnation, seq, prev, grant }, counter)
        }
    };
    let site: String = t.one(SITE, [vault], |row| row.only())?;
    let (entries, acts): (i64, i64) = t.one(LAST_COUNTER, (vault, Counter::CEILING.column()), |row| {
        Ok((row.get("entries")?, row.get("acts")?))
    })?;
    let known = [entries, acts, own_counter, floor].map(Counter::from_column);
    Ok(KeeperState {
        site: site.parse::<SiteId>().map_err(|_| corrupt("the site of a vault"))?,
        head,
        devices: readers(t, vault)?,
        last_counter: Counter::highest(known),
        missing: t.one(MISSING, [vault], |row| row.only::<i64>())?.cast_unsigned(),
    })
}

fn head_grant(t: &dyn Tx, vault: i64, incarnation_no: i64, seq: i64) -> Step<Option<HeadGrant>> {
    let last: Option<(i64, i64)> =
        t.first(LAST_GRANT, (incarnation_no, seq), |row| Ok((row.get("no")?, row.get("n")?)))?;
    let Some((no, n)) = last else { return Ok(None) };
    let (bytes, made): (Vec<u8>, i64) =
        t.one(GRANT, [place(vault, n.cast_unsigned())?], |row| Ok((row.get("record")?, row.get("at")?)))?;
    // A grant is used for no more parcels than this: earlier ones need not be counted.
    let since = seq - i64::from(GRANT_MAX_PARCELS);
    let parcels = t.one(UNDER_GRANT, (incarnation_no, no, since), |row| row.only())?;
    let signed = Signed::from_bytes(&bytes).map_err(|_| corrupt("a grant of the keeper"))?;
    Ok(Some(HeadGrant { signed, made: UtcMillis(made), parcels }))
}

fn readers(t: &dyn Tx, vault: i64) -> Step<Vec<SealingPublic>> {
    t.all(READERS, [vault], |row| {
        SealingPublic::from_bytes(row.bytes("sealing")?).map_err(|_| corrupt("the sealing key of a device"))
    })
}

/// True if the keeper's chain in a vault still has the head that something was authored for.
pub(crate) fn is_at(t: &dyn Tx, vault: i64, keeper: KeyId, head: &KeeperHead) -> Step<bool> {
    let name = (vault, head.incarnation.as_bytes(), keeper.as_bytes());
    let at: Option<(i64, [u8; 32])> =
        t.first(OWN_INCARNATION, name, |row| Ok((row.get("whole")?, row.get("whole_hash")?)))?;
    let (seq, hash) = at.unwrap_or((0, *NO_PREVIOUS.as_bytes()));
    Ok(seq.cast_unsigned() == head.seq && Hash::from_bytes(hash) == head.prev)
}

/// Appends parcels authored by the keeper.
pub(crate) fn append_parcels(
    t: &dyn Tx,
    intake: &mut Intake<'_>,
    vault: Vault,
    keeper: KeyId,
    append: &KeeperAppend,
) -> Step<()> {
    if let Some(grant) = &append.authored.grant {
        let grant = GrantToStore { hash: grant.hash(), bytes: grant.to_bytes() };
        intake.grant(vault, &grant, append.at)?;
    }
    let author = Author { key: keeper, device: None, pending: false };
    for sealed in &append.authored.parcels {
        let core = sealed.peek_core().map_err(|_| corrupt("a parcel that the keeper authored"))?;
        let parcel = ParcelToStore {
            incarnation: core.incarnation,
            seq: core.seq,
            prev: core.prev,
            grant: core.grant,
            core_hash: sealed.core_hash(),
            body_hash: sealed.body_hash(),
            bytes: sealed.to_bytes(),
        };
        intake.parcel(vault, author, &parcel, append.at)?;
    }
    t.run(
        SET_COUNTER,
        (
            vault.no,
            append.after.incarnation.as_bytes(),
            keeper.as_bytes(),
            append.counter.column(),
            Counter::CEILING.column(),
        ),
    )?;
    Ok(())
}

/// Appends parcels authored by the keeper, if its head is still the one they were authored for.
pub(crate) fn append_keeper(
    t: &dyn Tx,
    append: &KeeperAppend,
    signer: &Signer,
    event: Option<&TrailEvent>,
) -> Step<()> {
    let vault = Vault { no: vault_alone(t, append.vault)?, id: append.vault };
    let keeper = signer.key();
    if !is_at(t, vault.no, keeper, &append.after)? {
        return conflict("the keeper's head has moved");
    }
    let mut intake = Intake::new(t, signer.clone())?;
    append_parcels(t, &mut intake, vault, keeper, append)?;
    intake.finish()?;
    // A phone confirmed meanwhile is not among the readers and needs a notice of its own.
    notices::wanted(t, vault.no)?;
    event.map_or(Ok(()), |event| audit::append(t, event))
}
