//! Cache of the rows that taking parcels in looks at: read once for a whole group, and kept up to date with what the
//! transaction takes in.

use std::collections::BTreeMap;

use diary_core::ids::{Hash, Incarnation, KeyId};
use diary_core::parcel::{NO_PREVIOUS, SealedParcel};

use super::{Author, GAP, ParcelState, ReceiptAt, Vault};
use crate::log::record;
use crate::sql::{Each, Row, Step, Tx, Type};
use crate::{ParcelToStore, release};

const FIND_LIFE: Each = Each {
    sql: "-- store::intake::find_incarnation
SELECT no, whole, whole_hash, highest FROM incarnation WHERE vault = ?1 AND incarnation = ?2 AND author = ?3",
    types: &[Type::Int, Type::Blob, Type::Blob],
};
const BORROWED: &str = "-- store::intake::borrowed
SELECT count(*) FROM incarnation WHERE vault = ?1 AND incarnation = ?2";
const NEW_LIFE: &str = "-- store::intake::new_incarnation
INSERT INTO incarnation (vault, incarnation, author, device, borrowed, whole, whole_hash, highest, counter)
VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, 0, 0) RETURNING no";
const AT_PLACE: Each = Each {
    sql: "-- store::intake::at_place
SELECT p.core_hash, p.body_hash, p.stored_n, p.flags, p.state, g.hash,
    (SELECT f.fork FROM parcel f WHERE f.incarnation_no = ?1 AND f.seq = ?2 ORDER BY f.fork DESC LIMIT 1) AS last_fork
FROM parcel p JOIN parcel_grant g ON g.no = p.named WHERE p.incarnation_no = ?1 AND p.seq = ?2 AND p.fork = 0",
    types: &[Type::Int, Type::Int],
};
// Reads only the parcel in question, since many may claim the same place.
const FORKED: Each = Each {
    sql: "-- store::intake::forked
SELECT p.core_hash, p.body_hash, p.stored_n, p.flags, p.state, g.hash
FROM parcel p INDEXED BY parcel_forked JOIN parcel_grant g ON g.no = p.named
WHERE p.incarnation_no = ?1 AND p.seq = ?2 AND p.core_hash = ?3 AND p.body_hash = ?4 AND p.fork > 0 LIMIT 1",
    types: &[Type::Int, Type::Int, Type::Blob, Type::Blob],
};
const FORKED_CORE: Each = Each {
    sql: "-- store::intake::forked_core
SELECT p.fork FROM parcel p INDEXED BY parcel_forked
WHERE p.incarnation_no = ?1 AND p.seq = ?2 AND p.core_hash = ?3 AND p.fork > 0 LIMIT 1",
    types: &[Type::Int, Type::Int, Type::Blob],
};
const TAIL: &str = "-- store::intake::tail
SELECT seq, core_hash, flags FROM parcel WHERE incarnation_no = ?1 AND seq >= ?2 AND fork = 0 ORDER BY seq LIMIT ?3";
const RECORD: &str = "-- store::intake::record
SELECT n FROM parcel WHERE incarnation_no = ?1 AND seq = ?2 AND fork = 0";
const FIND_GRANT: Each = Each {
    sql: "-- store::intake::find_grant
SELECT no, n FROM parcel_grant WHERE vault = ?1 AND hash = ?2",
    types: &[Type::Int, Type::Blob],
};
const NEW_GRANT: &str = "-- store::intake::new_grant
INSERT INTO parcel_grant (vault, hash, n) VALUES (?1, ?2, ?3) RETURNING no";
const GRANT_CAME: &str = "-- store::intake::grant_came
UPDATE parcel_grant SET n = ?2 WHERE no = ?1";

/// Parcels of a tail read per query.
const TAIL_AT_ONCE: u32 = 512;

/// An incarnation of an author's store.
#[derive(Clone)]
pub(super) struct KnownIncarnation {
    pub(super) no: i64,
    /// Last number of the unbroken chain of parcels from the first, each naming the hash of the one before.
    pub(super) whole: i64,
    /// Hash of that parcel's core.
    pub(super) whole_hash: Hash,
    /// Highest number that has arrived.
    pub(super) highest: i64,
    pub(super) changed: bool,
}

/// A grant, by its row number.
#[derive(Clone, Copy)]
pub(super) struct Grant {
    pub(super) no: i64,
    /// False if it is only named by parcels so far.
    pub(super) has_come: bool,
}

/// A place in an incarnation with at least one parcel.
pub(super) struct Place {
    /// The first parcel there.
    first: KnownParcel,
    /// Number of the last fork, 0 if there is none.
    last_fork: i64,
}

/// A parcel at a place.
#[derive(Clone)]
pub(super) struct KnownParcel {
    pub(super) core_hash: Hash,
    pub(super) body_hash: Hash,
    /// Its STORED receipt.
    pub(super) receipt: ReceiptAt,
    pub(super) flags: i64,
    pub(super) state: ParcelState,
    pub(super) grant: Hash,
    /// Hash of its predecessor, if it came in this transaction.
    pub(super) prev: Option<Hash>,
}

type IncarnationName = (i64, Incarnation, KeyId);

/// Rows read so far, and keys known to have no row.
#[derive(Default)]
pub(super) struct Known {
    incarnations: BTreeMap<IncarnationName, Option<KnownIncarnation>>,
    grants: BTreeMap<(i64, Hash), Option<Grant>>,
    places: BTreeMap<(i64, i64), Option<Place>>,
    /// Forks at a place, by their hashes.
    forked: BTreeMap<(i64, i64, Hash, Hash), Option<KnownParcel>>,
    /// True if one of the forks at a place has this core hash.
    forked_cores: BTreeMap<(i64, i64, Hash), bool>,
    /// Parcels after the end of a chain, as they were read.
    tails: BTreeMap<(i64, i64), First>,
}

impl Known {
    /// Reads incarnations, grants and places of parcels together.
    pub(super) fn look_ahead(&mut self, t: &dyn Tx, parcels: &[(Vault, KeyId, &ParcelToStore)]) -> Step<()> {
        let names = parcels.iter().map(|(vault, author, parcel)| (vault.no, parcel.incarnation, *author));
        self.read_incarnations(t, names.collect())?;
        let grants = parcels.iter().map(|(vault, _, parcel)| (vault.no, parcel.grant));
        self.read_grants(t, grants.collect())?;
        let mut asked = Vec::new();
        for (vault, author, parcel) in parcels {
            let chain =
                self.incarnations.get(&(vault.no, parcel.incarnation, *author)).and_then(Option::as_ref);
            asked.extend(chain.map(|chain| (chain.no, parcel.seq.cast_signed(), *parcel)));
        }
        self.read_places(
            t,
            asked
                .iter()
                .flat_map(|(incarnation_no, seq, _)| [(*incarnation_no, *seq), (*incarnation_no, seq - 1)])
                .collect(),
        )?;
        let is_forked = |incarnation_no: i64, seq: i64| {
            self.places
                .get(&(incarnation_no, seq))
                .is_some_and(|place| place.as_ref().is_some_and(|one| one.last_fork > 0))
        };
        let (mut forked, mut cores) = (Vec::new(), Vec::new());
        for (incarnation_no, seq, parcel) in asked {
            if is_forked(incarnation_no, seq) {
                forked.push((incarnation_no, seq, parcel.core_hash, parcel.body_hash));
            }
            if is_forked(incarnation_no, seq - 1) {
                cores.push((incarnation_no, seq - 1, parcel.prev));
            }
        }
        self.read_forked(t, forked)?;
        self.read_forked_cores(t, cores)
    }

    fn read_incarnations(&mut self, t: &dyn Tx, mut names: Vec<IncarnationName>) -> Step<()> {
        names.sort_unstable();
        names.dedup();
        names.retain(|name| !self.incarnations.contains_key(name));
        let sets: Vec<_> = names
            .iter()
            .map(|(vault, incarnation, author)| {
                vec![vault.into(), incarnation.as_bytes().into(), author.as_bytes().into()]
            })
            .collect();
        for (name, rows) in names.iter().zip(t.query_each(&FIND_LIFE, &sets)?) {
            self.incarnations.insert(*name, rows.first().map(read_incarnation).transpose()?);
        }
        Ok(())
    }

    fn read_grants(&mut self, t: &dyn Tx, mut names: Vec<(i64, Hash)>) -> Step<()> {
        names.sort_unstable();
        names.dedup();
        names.retain(|name| !self.grants.contains_key(name));
        let sets: Vec<_> =
            names.iter().map(|(vault, hash)| vec![vault.into(), hash.as_bytes().into()]).collect();
        for (name, rows) in names.iter().zip(t.query_each(&FIND_GRANT, &sets)?) {
            let read = |row: &Row| {
                Step::Ok(Grant { no: row.get("no")?, has_come: row.get::<Option<i64>>("n")?.is_some() })
            };
            self.grants.insert(*name, rows.first().map(read).transpose()?);
        }
        Ok(())
    }

    fn read_places(&mut self, t: &dyn Tx, mut places: Vec<(i64, i64)>) -> Step<()> {
        places.sort_unstable();
        places.dedup();
        places.retain(|place| !self.places.contains_key(place));
        let sets: Vec<_> =
            places.iter().map(|(incarnation_no, seq)| vec![incarnation_no.into(), seq.into()]).collect();
        for (place, rows) in places.iter().zip(t.query_each(&AT_PLACE, &sets)?) {
            let read =
                |row: &Row| Step::Ok(Place { first: read_standing(row)?, last_fork: row.get("last_fork")? });
            self.places.insert(*place, rows.first().map(read).transpose()?);
        }
        Ok(())
    }

    fn read_forked(&mut self, t: &dyn Tx, mut names: Vec<(i64, i64, Hash, Hash)>) -> Step<()> {
        names.sort_unstable();
        names.dedup();
        names.retain(|name| !self.forked.contains_key(name));
        let sets: Vec<_> = names
            .iter()
            .map(|(incarnation_no, seq, core, body)| {
                vec![incarnation_no.into(), seq.into(), core.as_bytes().into(), body.as_bytes().into()]
            })
            .collect();
        for (name, rows) in names.iter().zip(t.query_each(&FORKED, &sets)?) {
            self.forked.insert(*name, rows.first().map(read_standing).transpose()?);
        }
        Ok(())
    }

    fn read_forked_cores(&mut self, t: &dyn Tx, mut names: Vec<(i64, i64, Hash)>) -> Step<()> {
        names.sort_unstable();
        names.dedup();
        names.retain(|name| !self.forked_cores.contains_key(name));
        let sets: Vec<_> = names
            .iter()
            .map(|(incarnation_no, seq, core)| {
                vec![incarnation_no.into(), seq.into(), core.as_bytes().into()]
            })
            .collect();
        for (name, rows) in names.iter().zip(t.query_each(&FORKED_CORE, &sets)?) {
            self.forked_cores.insert(*name, !rows.is_empty());
        }
        Ok(())
    }

    /// An incarnation, if there is one.
    pub(super) fn find_life(
        &mut self,
        t: &dyn Tx,
        vault: i64,
        incarnation: Incarnation,
        author: KeyId,
    ) -> Step<Option<&KnownIncarnation>> {
        let name = (vault, incarnation, author);
        self.read_incarnations(t, vec![name])?;
        Ok(self.incarnations.get(&name).and_then(Option::as_ref))
    }

    /// An incarnation; inserted if there is none.
    pub(super) fn incarnation(
        &mut self,
        t: &dyn Tx,
        vault: Vault,
        author: Author,
        incarnation: Incarnation,
    ) -> Step<&mut KnownIncarnation> {
        let name = (vault.no, incarnation, author.key);
        self.read_incarnations(t, vec![name])?;
        let chain = self.incarnations.entry(name).or_default();
        match chain {
            Some(chain) => Ok(chain),
            none => Ok(none.insert(new_life(t, vault.no, incarnation, author)?)),
        }
    }

    /// A grant, if it is stored or named by a parcel.
    pub(super) fn grant(&mut self, t: &dyn Tx, vault: i64, hash: &Hash) -> Step<Option<Grant>> {
        self.read_grants(t, vec![(vault, *hash)])?;
        Ok(self.grants.get(&(vault, *hash)).copied().flatten())
    }

    /// Updates a grant.
    pub(super) fn set_grant(&mut self, vault: i64, hash: Hash, grant: Grant) {
        self.grants.insert((vault, hash), Some(grant));
    }

    /// Number of parcels at a place.
    pub(super) fn count_at(&mut self, t: &dyn Tx, incarnation_no: i64, seq: i64) -> Step<i64> {
        Ok(self.place(t, incarnation_no, seq)?.map_or(0, |place| place.last_fork + 1))
    }

    fn place(&mut self, t: &dyn Tx, incarnation_no: i64, seq: i64) -> Step<Option<&Place>> {
        self.read_places(t, vec![(incarnation_no, seq)])?;
        Ok(self.places.get(&(incarnation_no, seq)).and_then(Option::as_ref))
    }

    /// The same parcel at a place, if it is stored already.
    pub(super) fn same(
        &mut self,
        t: &dyn Tx,
        incarnation_no: i64,
        seq: i64,
        (core, body): (Hash, Hash),
    ) -> Step<Option<KnownParcel>> {
        let Some(place) = self.place(t, incarnation_no, seq)? else { return Ok(None) };
        if (place.first.core_hash, place.first.body_hash) == (core, body) {
            return Ok(Some(place.first.clone()));
        }
        if place.last_fork == 0 {
            return Ok(None);
        }
        let name = (incarnation_no, seq, core, body);
        self.read_forked(t, vec![name])?;
        Ok(self.forked.get(&name).cloned().flatten())
    }

    /// True if a parcel with this core hash is at a place.
    pub(super) fn has_core(&mut self, t: &dyn Tx, incarnation_no: i64, seq: i64, core: Hash) -> Step<bool> {
        let Some(place) = self.place(t, incarnation_no, seq)? else { return Ok(false) };
        if place.first.core_hash == core || place.last_fork == 0 {
            return Ok(place.first.core_hash == core);
        }
        let name = (incarnation_no, seq, core);
        self.read_forked_cores(t, vec![name])?;
        Ok(self.forked_cores.get(&name).copied().unwrap_or(false))
    }

    /// First parcel at a place, if it is in the cache.
    fn known_first(&self, incarnation_no: i64, seq: i64) -> Option<First> {
        match self.places.get(&(incarnation_no, seq)) {
            Some(place) => place.as_ref().map(|place| {
                let KnownParcel { core_hash, flags, prev, .. } = &place.first;
                First { core: *core_hash, had_gap: flags & GAP != 0, prev: *prev }
            }),
            None => self.tails.get(&(incarnation_no, seq)).copied(),
        }
    }

    /// Reads on from an unknown place: few parcels at first, since often there are none.
    fn read_tail(&mut self, t: &dyn Tx, incarnation_no: i64, from: i64) -> Step<()> {
        let read = |row: &Row| {
            let (core, flags) = (Hash::from_bytes(row.get("core_hash")?), row.get::<i64>("flags")?);
            Ok(((incarnation_no, row.get("seq")?), First { core, had_gap: flags & GAP != 0, prev: None }))
        };
        for (many, next) in [(1, from), (TAIL_AT_ONCE, from)] {
            let tail: Vec<((i64, i64), First)> = t.all(TAIL, (incarnation_no, next, many), read)?;
            let begins = tail.first().is_some_and(|((_, seq), _)| *seq == from);
            self.tails.extend(tail);
            if !begins {
                break;
            }
        }
        Ok(())
    }

    /// Records a new parcel, and advances the unbroken chain. If a phone and a copy of it use the same numbers, only
    /// one of the chains is followed: the other phone sees a head that is not its own, and sends its parcels again.
    pub(super) fn arrived(
        &mut self,
        t: &dyn Tx,
        vault: Vault,
        author: Author,
        parcel: &ParcelToStore,
        one: KnownParcel,
    ) -> Step<()> {
        let seq = parcel.seq.cast_signed();
        let mut chain = self.incarnation(t, vault, author, parcel.incarnation)?.clone();
        let (core, body) = (one.core_hash, one.body_hash);
        match self.places.entry((chain.no, seq)).or_default() {
            Some(place) => {
                place.last_fork += 1;
                self.forked.insert((chain.no, seq, core, body), Some(one));
                self.forked_cores.insert((chain.no, seq, core), true);
            }
            none => *none = Some(Place { first: one, last_fork: 0 }),
        }
        chain.highest = chain.highest.max(seq);
        chain.changed = true;
        if seq == chain.whole + 1 && parcel.prev == chain.whole_hash {
            (chain.whole, chain.whole_hash) = (seq, parcel.core_hash);
            while chain.whole < chain.highest {
                let next = chain.whole + 1;
                if !self.places.contains_key(&(chain.no, next)) && !self.tails.contains_key(&(chain.no, next))
                {
                    self.read_tail(t, chain.no, next)?;
                }
                let Some(one) = self.known_first(chain.no, next) else { break };
                if !one.follows(t, vault.no, &chain)? {
                    break;
                }
                (chain.whole, chain.whole_hash) = (next, one.core);
            }
        }
        self.incarnations.insert((vault.no, parcel.incarnation, author.key), Some(chain));
        Ok(())
    }

    /// Incarnations that have changed.
    pub(super) fn changed_lives(&self) -> impl Iterator<Item = &KnownIncarnation> {
        self.incarnations.values().flatten().filter(|chain| chain.changed)
    }
}

/// First parcel at a place, with the fields that a chain needs.
#[derive(Clone, Copy)]
struct First {
    core: Hash,
    /// Its predecessor was missing when it came.
    had_gap: bool,
    /// Hash of its predecessor, if it came in this transaction.
    prev: Option<Hash>,
}

impl First {
    /// True if it continues the unbroken chain of an incarnation at the next place. Reads the predecessor's hash only
    /// for a parcel that came before its predecessor; for the others this was checked when they came.
    fn follows(self, t: &dyn Tx, vault: i64, chain: &KnownIncarnation) -> Step<bool> {
        let prev = match self.prev {
            Some(prev) => Some(prev),
            None if !self.had_gap => return Ok(true),
            None => {
                let n: i64 = t.one(RECORD, (chain.no, chain.whole + 1), |row| row.only())?;
                prev_of(&record(t, vault, n.cast_unsigned())?)
            }
        };
        Ok(prev == Some(chain.whole_hash))
    }
}

/// Hash of the predecessor of a stored parcel.
fn prev_of(bytes: &[u8]) -> Option<Hash> {
    Some(SealedParcel::from_bytes(bytes).ok()?.peek_core().ok()?.prev)
}

fn read_incarnation(row: &Row) -> Step<KnownIncarnation> {
    Ok(KnownIncarnation {
        no: row.get("no")?,
        whole: row.get("whole")?,
        whole_hash: Hash::from_bytes(row.get("whole_hash")?),
        highest: row.get("highest")?,
        changed: false,
    })
}

fn read_standing(row: &Row) -> Step<KnownParcel> {
    Ok(KnownParcel {
        core_hash: Hash::from_bytes(row.get("core_hash")?),
        body_hash: Hash::from_bytes(row.get("body_hash")?),
        receipt: ReceiptAt::Record(row.get::<i64>("stored_n")?.cast_unsigned()),
        flags: row.get("flags")?,
        state: row.get("state")?,
        grant: Hash::from_bytes(row.get("hash")?),
        prev: None,
    })
}

fn new_life(t: &dyn Tx, vault: i64, incarnation: Incarnation, author: Author) -> Step<KnownIncarnation> {
    let others: i64 = t.one(BORROWED, (vault, incarnation.as_bytes()), |row| row.only())?;
    let new = (
        vault,
        incarnation.as_bytes(),
        author.key.as_bytes(),
        author.device,
        others > 0,
        NO_PREVIOUS.as_bytes(),
    );
    let no = t.one(NEW_LIFE, new, |row| row.only())?;
    Ok(KnownIncarnation { no, whole: 0, whole_hash: NO_PREVIOUS, highest: 0, changed: false })
}

/// Inserts a grant, stored at record `n` of the log or only named by a parcel.
pub(super) fn new_grant(t: &dyn Tx, vault: i64, hash: &Hash, n: Option<u64>) -> Step<i64> {
    t.one(NEW_GRANT, (vault, hash.as_bytes(), n.map(u64::cast_signed)), |row| row.only())
}

/// Sets the record of a grant that parcels have named, and releases these.
pub(super) fn grant_came(t: &dyn Tx, vault: i64, no: i64, n: u64) -> Step<()> {
    t.run(GRANT_CAME, (no, n.cast_signed()))?;
    release::of_vault(t, vault)
}
